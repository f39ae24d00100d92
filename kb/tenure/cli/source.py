"""``tenure source add``: a new source."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from tenure.cli.options import Base, Facts, facts_to_write, names_of
from tenure.ingest import add_source


def build_group() -> typer.Typer:
    """The command ``source``."""
    group = typer.Typer(help="Add sources.", no_args_is_help=True, rich_markup_mode=None)
    group.callback()(_group)
    group.command("add")(add_command)
    return group


def _group() -> None:
    """Add sources."""


def add_command(
    slug: Annotated[
        str, typer.Argument(help="A short name for the source: small letters, digits and dashes.")
    ],
    publisher: Annotated[
        str, typer.Option(help="Who published it: a slug such as org/irna, or an exact name.")
    ],
    published: Annotated[
        str, typer.Option(help="The day it appeared, as EDTF: 2020-03-12, 2020-03~.")
    ],
    title: Annotated[str, typer.Option(help="Its headline.")],
    url: Annotated[str | None, typer.Option(help="Its web address; it is never fetched.")] = None,
    text: Annotated[
        Path | None, typer.Option(help="A file with its text, to be measured and not copied.")
    ] = None,
    publisher_name: Annotated[
        str | None, typer.Option(help="The publisher's name, where it is new to the registry.")
    ] = None,
    language: Annotated[
        str | None,
        typer.Option(help="The language of title and name: fa, ar; default: English."),
    ] = None,
    facts: Facts = None,
    base: Base = None,
) -> None:
    """Register a source: who published it, when, and the digest and length of its text."""
    folder = facts_to_write(facts)
    path = add_source(
        folder,
        slug,
        publisher=publisher,
        published=published,
        title=title,
        url=url,
        text_path=text,
        publisher_name=publisher_name,
        language=language,
        names=names_of(base),
    )
    typer.echo(f"added: source/{slug} in {path}")
