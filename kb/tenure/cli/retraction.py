"""``tenure claim retract`` and ``claim supersede``: corrections, which delete nothing."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from tenure.author import read_drafts
from tenure.author.files import read_text
from tenure.cli.options import Base, Facts, facts_to_write, names_of
from tenure.history import retract_claim, supersede_claim

Claim = Annotated[
    str, typer.Argument(metavar="CLAIM", help="The claim, as <source>/<number> or its IRI.")
]
Message = Annotated[str, typer.Option(help="Why, in a sentence.")]
By = Annotated[str | None, typer.Option(help="Who does it, by name.")]


def retract_command(
    claim: Claim,
    message: Message,
    by: By = None,
    facts: Facts = None,
    base: Base = None,
) -> None:
    """Retract a claim: from now on it is not relied on, and it stays where it is."""
    done = retract_claim(facts_to_write(facts), claim, message=message, by=by, names=names_of(base))
    typer.echo(f"retracted: {names_of(base).short(done.claim)} at {done.instant} in {done.path}")


def supersede_command(
    claim: Claim,
    message: Message,
    text: Annotated[Path, typer.Option(help="The file with the text of the source.")],
    from_file: Annotated[Path, typer.Option("--from", help="A YAML file with the new claims.")],
    by: By = None,
    facts: Facts = None,
    base: Base = None,
) -> None:
    """Retract a claim and put others of its source in its place, as one revision."""
    names = names_of(base)
    added = supersede_claim(
        facts_to_write(facts),
        claim,
        read_drafts(read_text(from_file), str(from_file)),
        text_path=text,
        message=message,
        by=by,
        names=names,
    )
    for one in added:
        typer.echo(f"added: {names.short(one.iri)}")
