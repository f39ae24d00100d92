"""``tenure claim retract`` and ``claim supersede``: corrections, which delete nothing."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from tenure.cli.options import Base, Facts, facts_to_write, names_of
from tenure.ingest import Faults, read_drafts, read_text, retract_claim, supersede_claim
from tenure.knowledge.effects import conflicts_in, effects_of
from tenure.languages import language_tag

Claim = Annotated[
    str, typer.Argument(metavar="CLAIM", help="The claim, as <source>/<number> or its IRI.")
]
Message = Annotated[str, typer.Option(help="Why, in a sentence.")]
Language = Annotated[
    str | None,
    typer.Option(help="The language of words that say none: fa, ar; else ...@fa at their end."),
]
By = Annotated[str | None, typer.Option(help="Who does it, by name.")]


def retract_command(
    claim: Claim,
    message: Message,
    by: By = None,
    facts: Facts = None,
    base: Base = None,
) -> None:
    """Retract a claim: from now on it is not relied on, and it stays where it is."""
    folder, names = facts_to_write(facts), names_of(base)
    before = conflicts_in(folder, names)
    done = retract_claim(folder, claim, message=message, by=by, names=names)
    typer.echo(f"retracted: {names.short(done.claim)} at {done.instant} in {done.path}")
    for line in effects_of(folder, names, before=before):
        typer.echo(line)


def supersede_command(
    claim: Claim,
    message: Message,
    text: Annotated[Path, typer.Option(help="The file with the text of the source.")],
    from_file: Annotated[Path, typer.Option("--from", help="A YAML file with the new claims.")],
    by: By = None,
    language: Language = None,
    facts: Facts = None,
    base: Base = None,
) -> None:
    """Retract a claim and put others of its source in its place, as one revision."""
    folder, names = facts_to_write(facts), names_of(base)
    if language is not None:
        language_tag(language, "--language")
    faults = Faults()
    drafts = read_drafts(read_text(from_file), str(from_file), faults)
    before = conflicts_in(folder, names)
    added = supersede_claim(
        folder,
        claim,
        drafts,
        text_path=text,
        message=message,
        by=by,
        names=names,
        language=language,
        faults=faults,
    )
    for one in added:
        typer.echo(f"added: {names.short(one.iri)}")
    new_slugs = [entity.slug for draft in drafts for entity in draft.new_entities]
    for line in effects_of(folder, names, [one.iri for one in added], new_slugs, before):
        typer.echo(line)
