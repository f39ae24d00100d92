"""``tenure export FORMAT``: the knowledge base as a file, the same bytes every time."""

from __future__ import annotations

import sys
from functools import partial
from pathlib import Path
from typing import Annotated

import typer

from tenure.cli.options import (
    Base,
    Facts,
    KnownAt,
    PolicyText,
    StorePath,
    chosen_format,
    opened,
    policy_of,
)
from tenure.errors import BadInput
from tenure.export import export_into
from tenure.own_folder import own_folder

FORMATS = ("trig", "nq", "ttl", "nt", "jsonld")


def export_command(
    form: Annotated[str, typer.Argument(metavar="FORMAT", help=f"{', '.join(FORMATS)}.")],
    source: Annotated[
        str | None, typer.Option(help="Only what this source says, such as jpost-620411.")
    ] = None,
    at: Annotated[
        str | None,
        typer.Option(help="The world of this day, EDTF value, event or source, as plain triples."),
    ] = None,
    possible: Annotated[
        bool, typer.Option("--possible", help="With --at: also what is only possible then.")
    ] = False,
    output: Annotated[
        Path | None, typer.Option("--output", "-o", help="Write to this file.")
    ] = None,
    policy: PolicyText = None,
    known_at: KnownAt = None,
    facts: Facts = None,
    store: StorePath = None,
    base: Base = None,
) -> None:
    """Write out the knowledge base.

    Whole, by source, or as of a day; the same bytes every time.
    """
    chosen = chosen_format(form, FORMATS)
    kb = opened(facts, store, base)
    ruling = policy_of(kb, policy, known_at)
    give = partial(export_into, kb, chosen, source=source, at=at, possible=possible, policy=ruling)
    if output is None:
        give(sys.stdout.buffer)
        return
    try:
        with own_folder("draft", output.parent, hidden=True) as folder:
            draft = folder / "export"
            with draft.open("wb") as file:
                give(file)
            draft.replace(output)
    except OSError as error:
        raise BadInput(
            f"It cannot be written: {error.strerror}.",
            where=str(output),
            remedy="Name a file in a folder that exists and may be written to, with room for it.",
        ) from error
