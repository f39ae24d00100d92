"""Commands that write a folder of facts: claim, source and format."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Final

import typer
from pyoxigraph import Quad

from tenure.cli.editing import (
    Claim,
    EditedStore,
    Language,
    Message,
    author,
    claim_move_command,
    claim_rank_command,
    claim_retract_command,
    editor_of,
    pairs,
    print_done,
    source_edit_command,
)
from tenure.cli.options import Base, By, DryRun, Facts, facts_to_write, names_of
from tenure.configuration import configuration
from tenure.errors import BadClaim, BadParameter, Findings
from tenure.ingest import (
    Added,
    Draft,
    DraftFaults,
    NewEntity,
    StatedOccurrence,
    Value,
    Vocabulary,
    add_claims,
    add_source,
    format_files,
    read_drafts,
    read_text,
    state_of,
    supersede_claim,
)
from tenure.inputs import read_standard_input
from tenure.languages import language_tag
from tenure.namespaces import Names

if TYPE_CHECKING:
    from tenure.fusion.stretches import NextStretch
    from tenure.knowledge.effects import FolderConflicts

InNextStretch = Annotated[
    bool,
    typer.Option(
        "--next-stretch",
        help="Where the dates cannot be those of the situation named, write its next stretch.",
    ),
]


_EXAMPLES: Final = {
    "--set": "start=2020-03",
    "--new": "person/a-person='A. Person'",
    "--new-set": "office/an-office:officeOf=org/an-organization",
}
_ADD_HELP = """Add a claim to a source, or several from a YAML file.

A few words of the text are enough to find the passage; the whole sentence becomes the evidence.
What is stated comes from --kind, --subject and --object (a situation) or --event, with
properties as --set name=value, or as options of their own: --start 2020-03, --ended-by event/x.
"""


def build_claim_group() -> typer.Typer:
    """The command ``claim``."""
    group = typer.Typer(
        help="Add claims, and correct them.", no_args_is_help=True, rich_markup_mode=None
    )
    # Every property of the ontology is an option too, so typer must let pass what it does not know.
    group.command(
        "add",
        help=_ADD_HELP,
        short_help="Add a claim to a source, or several from a YAML file.",
        context_settings={"allow_extra_args": True, "ignore_unknown_options": True},
    )(claim_add_command)
    group.command("move")(claim_move_command)
    group.command("rank")(claim_rank_command)
    group.command("retract")(claim_retract_command)
    group.command("supersede")(supersede_command)
    return group


def claim_add_command(
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
    new_settings: Annotated[
        list[str] | None,
        typer.Option(
            "--new-set", help="A property of one: office/x:officeOf=org/y, office/x:seats=1."
        ),
    ] = None,
    next_stretch: InNextStretch = False,
    language: Language = None,
    facts: Facts = None,
    base: Base = None,
) -> None:
    """See ``_ADD_HELP``."""
    faults = DraftFaults()
    if language is not None:
        language_tag(language, "--language")
    folder = facts_to_write(facts)
    vocabulary = Vocabulary.load(own=configuration().terms)
    properties = [*_pairs(settings or (), "--set"), *_extra(context.args)]
    by_options = any(
        (
            passage,
            statement,
            kind,
            subject,
            object_,
            event,
            properties,
            via,
            new,
            new_settings,
            tense,
        )
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
                new_entities=_new_entities(new or (), new_settings or ()),
            ),
        )
    names = names_of(base)
    moves: list[NextStretch] = []
    added = add_claims(
        folder,
        source,
        drafts,
        text_path=text,
        names=names,
        vocabulary=vocabulary,
        language=language,
        faults=faults,
        placed=partial(_in_next_stretches, folder, names, moves) if next_stretch else None,
    )
    _print_added(added, moves, names)
    new_slugs = [entity.slug for draft in drafts for entity in draft.new_entities]
    print_effects(folder, names, [one.iri for one in added], new_slugs)


def _print_added(added: Sequence[Added], moves: Sequence[NextStretch], names: Names) -> None:
    for one in added:
        typer.echo(f"added: {names.short(one.iri)}")
        for words in one.passages:
            typer.echo(f"    {' '.join(words.split())}")
        for move in moves:
            if move.claim == one.iri:
                stretch, situation = names.short(move.stretch), names.short(move.situation)
                typer.echo(f"    of {stretch}: the dates cannot be those of {situation}")
        for warning in one.warnings:
            typer.echo(f"    warning: {warning.message} {warning.remedy} ({warning.rule})")


def _in_next_stretches(
    folder: Path, names: Names, moves: list[NextStretch], quads: Sequence[Quad]
) -> list[Quad]:
    """The statements with claims in the stretches that their dates can be of; ``moves`` says so."""
    from tenure.knowledge.effects import in_next_stretches  # noqa: PLC0415 - as conflicts_before

    placed, found = in_next_stretches(folder, names, quads)
    moves += found
    return placed


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
) -> tuple[StatedOccurrence, ...]:
    if event is not None and (kind or subject or object_):
        raise BadParameter(
            "A claim by options is about a situation or an event, not both.",
            where="--event",
            remedy="Write both into a YAML file, and give it with --from.",
        )
    if event is not None:
        return (StatedOccurrence(event, tuple((name, Value(text)) for name, text in properties)),)
    if kind is None or subject is None:
        raise BadParameter(
            "The claim does not say what it states.",
            where="--kind" if kind is None else "--subject",
            remedy="Give --kind, --subject and --object, or --event, or a YAML file with --from.",
        )
    return (state_of(vocabulary, kind, subject, object_, properties),)


def _new_entities(new: Sequence[str], settings: Sequence[str]) -> tuple[NewEntity, ...]:
    """The entities of ``--new``, with what ``--new-set`` says of each."""
    called = list(_pairs(new, "--new"))
    kinds: dict[str, str] = {}
    properties: dict[str, list[tuple[str, Value]]] = {slug: [] for slug, _ in called}
    for about, text in _pairs(settings, "--new-set"):
        slug, colon, name = about.partition(":")
        if not colon or slug not in properties:
            raise BadParameter(
                f"{slug[:80]!r} is no entity that is new here.",
                where="--new-set",
                remedy="Write SLUG:NAME=VALUE of an entity that --new makes"
                + (f": {', '.join(properties)}." if properties else "; none is made here."),
            )
        if name == "kind":
            kinds[slug] = text
        else:
            properties[slug].append((name, Value(text)))
    return tuple(
        NewEntity(slug, label, kinds.get(slug, ""), tuple(properties[slug]))
        for slug, label in called
    )


def _pairs(items: Sequence[str], option: str) -> Iterator[tuple[str, str]]:
    for item in items:
        name, equals, value = item.partition("=")
        if not equals or not name.strip() or not value.strip():
            raise BadParameter(
                f"{item[:80]!r} has not the form name=value.",
                where=option,
                remedy=f"For example: {option} {_EXAMPLES[option]}",
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


def supersede_command(
    claim: Claim,
    message: Message = "",
    settings: Annotated[
        list[str] | None,
        typer.Option("--set", help="What it says otherwise: start=2020-03; end= takes it away."),
    ] = None,
    statement: Annotated[
        str, typer.Option(help="What it says then, in one sentence of your own.")
    ] = "",
    text: Annotated[Path | None, typer.Option(help="With --from: the text of the source.")] = None,
    from_file: Annotated[
        Path | None, typer.Option("--from", help="A YAML file with the new claims.")
    ] = None,
    by: By = None,
    next_stretch: InNextStretch = False,
    language: Language = None,
    dry_run: DryRun = False,
    facts: Facts = None,
    store: EditedStore = None,
    base: Base = None,
) -> None:
    """Retract a claim and put others of its source in its place, as one revision.

    With --set and --statement, one on the same evidence; with --from, others out of the text.
    """
    if language is not None:
        language_tag(language, "--language")
    if from_file is not None and (text is None or settings or statement):
        raise BadParameter(
            "Claims out of a text take the text and nothing else.",
            where="--from",
            remedy="Give --text with the text of the source, and leave out what changes one claim.",
        )
    if from_file is None or text is None or store is not None or dry_run:
        with editor_of(facts, store, base, by) as editor:
            editor.dry_run, editor.message, editor.next_stretch = dry_run, message, next_stretch
            done = editor.supersede(
                claim,
                pairs(settings or ()),
                statement=statement,
                language=language,
                frm=read_text(from_file) if from_file else "",
                text=read_text(text) if from_file and text else "",
            )
            print_done(done, editor)
        return
    folder, names = facts_to_write(facts), names_of(base)
    faults = DraftFaults()
    drafts = read_drafts(read_text(from_file), str(from_file), faults)
    before = conflicts_before(folder, names)
    moves: list[NextStretch] = []
    added = supersede_claim(
        folder,
        claim,
        drafts,
        text_path=text,
        message=message or "Put right.",
        by=author(by, folder),
        names=names,
        language=language,
        faults=faults,
        placed=partial(_in_next_stretches, folder, names, moves) if next_stretch else None,
    )
    _print_added(added, moves, names)
    new_slugs = [entity.slug for draft in drafts for entity in draft.new_entities]
    print_effects(folder, names, [one.iri for one in added], new_slugs, before)


def conflicts_before(folder: Path, names: Names) -> FolderConflicts:
    """The conflicts there are before a change of the folder."""
    # Validation comes along, which no other command should have to wait for.
    from tenure.knowledge.effects import conflicts_in  # noqa: PLC0415

    return conflicts_in(folder, names)


def print_effects(
    folder: Path,
    names: Names,
    added: Sequence[str] = (),
    new_entities: Sequence[str] = (),
    before: FolderConflicts | None = None,
) -> None:
    """Say which conflicts a change made and ended, and what may be meant."""
    from tenure.knowledge.effects import effects_of  # noqa: PLC0415 - as in conflicts_before

    for line in effects_of(folder, names, added, new_entities, before):
        typer.echo(line)


def build_source_group() -> typer.Typer:
    """The command ``source``."""
    group = typer.Typer(
        help="Add sources, and describe them otherwise.",
        no_args_is_help=True,
        rich_markup_mode=None,
    )
    group.command("add")(source_add_command)
    group.command("edit")(source_edit_command)
    return group


def source_add_command(
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
        typer.Option(help="The language of title and name: fa, ar; default: the base's first."),
    ] = None,
    facts: Facts = None,
    base: Base = None,
) -> None:
    """Register a source: who published it, when, and the digest and length of its text."""
    folder = facts_to_write(facts)
    if language is None:
        language = next(iter(configuration().languages), None)
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


def format_command(
    paths: Annotated[
        list[Path], typer.Argument(metavar="PATH...", help="Files of facts, or folders with them.")
    ],
    check: Annotated[
        bool, typer.Option("--check", help="Write nothing; exit code 1 if a file would change.")
    ] = False,
    drop_comments: Annotated[
        bool, typer.Option("--drop-comments", help="Drop comments below the head of a file.")
    ] = False,
    base: Base = None,
) -> None:
    """Put files of facts into the house layout.

    One layout keeps the differences between versions readable.
    """
    changed = format_files(paths, check=check, drop_comments=drop_comments, names=names_of(base))
    for path in changed:
        typer.echo(f"{'would change' if check else 'formatted'}: {path}")
    if check and changed:
        raise typer.Exit(Findings.exit_code)
