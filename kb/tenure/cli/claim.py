"""``tenure claim add``: claims anchored in the text of their source."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Annotated

import typer

from tenure.cli.options import Base, Facts, facts_to_write, names_of
from tenure.cli.retraction import Language, retract_command, supersede_command
from tenure.errors import BadClaim, BadParameter
from tenure.ingest import (
    Draft,
    Faults,
    NewEntity,
    State,
    Value,
    Vocabulary,
    add_claims,
    read_drafts,
    read_text,
    state_of,
)
from tenure.inputs import read_standard_input
from tenure.knowledge.effects import effects_of
from tenure.languages import language_tag

_ADD_HELP = """Add a claim to a source, or several from a YAML file.

A few words of the text are enough to find the passage; the whole sentence becomes the evidence.
What is stated comes from --kind, --subject and --object (a situation) or --event, with
properties as --set name=value, or as options of their own: --start 2020-03, --ended-by event/x.
"""


def build_group() -> typer.Typer:
    """The command ``claim``."""
    group = typer.Typer(
        help="Add claims, and correct them.", no_args_is_help=True, rich_markup_mode=None
    )
    group.callback()(_group)
    # Every property of the ontology is an option too, so typer must let pass what it does not know.
    group.command(
        "add",
        help=_ADD_HELP,
        short_help="Add a claim to a source, or several from a YAML file.",
        context_settings={"allow_extra_args": True, "ignore_unknown_options": True},
    )(add_command)
    group.command("retract")(retract_command)
    group.command("supersede")(supersede_command)
    return group


def _group() -> None:
    """Add claims, and correct them."""


def add_command(
    context: typer.Context,
    source: Annotated[str, typer.Argument(help="The slug of the source; it comes first.")],
    text: Annotated[Path, typer.Option(help="The file with the text of the source.")],
    from_file: Annotated[
        str | None,
        typer.Option("--from", help="A YAML file with claims; - reads it from the pipe."),
    ] = None,
    passage: Annotated[
        list[str] | None, typer.Option(help="A few words of the passage; once for each passage.")
    ] = None,
    statement: Annotated[
        str | None, typer.Option(help="What it says, in one sentence of your own.")
    ] = None,
    kind: Annotated[
        str | None, typer.Option(help="The kind of situation, such as Tenure or Membership.")
    ] = None,
    subject: Annotated[str | None, typer.Option(help="Whom the situation concerns.")] = None,
    object_: Annotated[
        str | None, typer.Option("--object", help="What the subject stands in relation to.")
    ] = None,
    event: Annotated[
        str | None, typer.Option(help="The event that it tells about, instead of a situation.")
    ] = None,
    settings: Annotated[
        list[str] | None,
        typer.Option("--set", help="A property: startedBy=event/x, start=2020-03."),
    ] = None,
    modality: Annotated[
        str,
        typer.Option(help="asserted, reported, alleged, speculated, intended, predicted, denied."),
    ] = "asserted",
    hedged: Annotated[bool, typer.Option("--hedged", help="The speaker softens it.")] = False,
    tense: Annotated[
        str | None, typer.Option(help="past, present, begun, future, seen from the publication.")
    ] = None,
    rank: Annotated[str | None, typer.Option(help="preferred, normal, deprecated.")] = None,
    reading: Annotated[
        str | None,
        typer.Option(help="stated by the source, or inferred: our reading of its passages."),
    ] = None,
    via: Annotated[
        list[str] | None,
        typer.Option(help="Who is cited, once for each in order, after the publisher."),
    ] = None,
    exact: Annotated[
        bool, typer.Option("--exact", help="Take just the words, not the sentence around them.")
    ] = False,
    new: Annotated[
        list[str] | None, typer.Option(help="A new entity: person/a-person='A. Person'.")
    ] = None,
    language: Language = None,
    facts: Facts = None,
    base: Base = None,
) -> None:
    """See ``_ADD_HELP``."""
    faults = Faults()
    if language is not None:
        language_tag(language, "--language")
    folder = facts_to_write(facts)
    vocabulary = Vocabulary.load()
    properties = [*_pairs(settings or (), "--set"), *_extra(context.args)]
    by_options = any(
        (passage, statement, kind, subject, object_, event, properties, via, new, tense)
    )
    if from_file is not None:
        if by_options:
            raise BadParameter(
                "A YAML file says all of a claim, and options say some of it again.",
                where="--from",
                remedy="Use either --from or the options.",
            )
        drafts = read_drafts(*_yaml(from_file), faults)
    else:
        drafts = (
            Draft(
                passages=tuple(passage or ()),
                statement=statement or "",
                states=_states(vocabulary, kind, subject, object_, event, properties),
                modality=modality,
                hedged=hedged,
                tense=tense or "",
                rank=rank or "",
                reading=reading or "",
                via=tuple(via or ()),
                exact=exact,
                new_entities=tuple(NewEntity(*pair) for pair in _pairs(new or (), "--new")),
            ),
        )
    names = names_of(base)
    added = add_claims(
        folder,
        source,
        drafts,
        text_path=text,
        names=names,
        vocabulary=vocabulary,
        language=language,
        faults=faults,
    )
    for one in added:
        typer.echo(f"added: {names.short(one.iri)}")
        for words in one.passages:
            typer.echo(f"    {' '.join(words.split())}")
    new_slugs = [entity.slug for draft in drafts for entity in draft.new_entities]
    for line in effects_of(folder, names, [one.iri for one in added], new_slugs):
        typer.echo(line)


def _yaml(name: str) -> tuple[str, str]:
    if name != "-":
        return read_text(Path(name)), name
    try:
        return read_standard_input().decode("utf-8"), "standard input"
    except UnicodeDecodeError as error:
        raise BadClaim(
            "It is no UTF-8 text.", where="standard input", remedy="Save it as UTF-8."
        ) from error


def _states(
    vocabulary: Vocabulary,
    kind: str | None,
    subject: str | None,
    object_: str | None,
    event: str | None,
    properties: Sequence[tuple[str, str]],
) -> tuple[State, ...]:
    if event is not None and (kind or subject or object_):
        raise BadParameter(
            "A claim by options is about a situation or an event, not both.",
            where="--event",
            remedy="Write both into a YAML file, and give it with --from.",
        )
    if event is not None:
        return (State(event, tuple((name, Value(text)) for name, text in properties)),)
    if kind is None or subject is None:
        raise BadParameter(
            "The claim does not say what it states.",
            where="--kind" if kind is None else "--subject",
            remedy="Give --kind, --subject and --object, or --event, or a YAML file with --from.",
        )
    return (state_of(vocabulary, kind, subject, object_, properties),)


def _pairs(items: Sequence[str], option: str) -> Iterator[tuple[str, str]]:
    for item in items:
        name, equals, value = item.partition("=")
        if not equals or not name.strip() or not value.strip():
            raise BadParameter(
                f"{item[:80]!r} has not the form name=value.",
                where=option,
                remedy=f"For example: {option} start=2020-03"
                if option == "--set"
                else f"For example: {option} person/a-person='A. Person'",
            )
        yield name.strip(), value.strip()


def _extra(arguments: Sequence[str]) -> Iterator[tuple[str, str]]:
    """``--start 2020`` and ``--start=2020`` among what typer did not know."""
    waiting = list(arguments)
    while waiting:
        word = waiting.pop(0)
        name, equals, value = word.removeprefix("--").partition("=")
        if not word.startswith("--") or not name:
            raise BadParameter(
                f"{word[:80]!r} belongs to no option.",
                where="claim add",
                remedy="Put the source first, and texts with spaces into quotes.",
            )
        if not equals:
            if not waiting or waiting[0].startswith("--"):
                raise BadParameter(
                    "The option has no value.", where=word, remedy=f"Write {word} and a value."
                )
            value = waiting.pop(0)
        yield name, value
