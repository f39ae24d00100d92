"""Commands that keep a base right: ``entity``, ``link``, ``undo``, and those of claims and sources.

Each is one revision, with ``--by`` and ``--message``, in the folder of facts or in a ``--store``.
"""

from __future__ import annotations

import subprocess
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from inspect import Parameter as Slot
from inspect import Signature, signature
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Final

import typer

from tenure.cli.opening import opened
from tenure.cli.options import (
    LISTINGS,
    Base,
    By,
    DryRun,
    Facts,
    Listing,
    StorePath,
    TextForm,
    chosen_format,
    facts_to_write,
)
from tenure.cli.output import print_json, print_listing
from tenure.configuration import configuration
from tenure.errors import BadParameter, NotFound
from tenure.languages import prefer
from tenure.store import has_store
from tenure.store.corruption import corruption_reported

# The gate comes along with these, which no other command should have to wait for.
if TYPE_CHECKING:
    from tenure.editing import Editor, EditOutcome

_GIT_TIME: Final = 5.0

Message = Annotated[str, typer.Option(help="Why, in a sentence; default: what is edited.")]
EditedStore = Annotated[
    Path | None, typer.Option("--store", help="Write into this store, and not into the files.")
]
Entity = Annotated[str, typer.Argument(help="The entity: its slug, IRI or name.")]
Claim = Annotated[
    str, typer.Argument(metavar="CLAIM", help="The claim, as <source>/<number> or its IRI.")
]
Language = Annotated[
    str | None, typer.Option(help="The language of words that say none; else ...@fa at their end.")
]
Evidence = Annotated[str, typer.Option(help="The web address of what shows that it is so.")]

_SHARED: Final[dict[str, tuple[Any, Any]]] = {
    "message": (Message, ""),
    "by": (By, None),
    "dry_run": (DryRun, False),
    "facts": (Facts, None),
    "store": (EditedStore, None),
    "base": (Base, None),
}


def author(by: str | None, folder: Path) -> str | None:
    """Who makes a change: by name, by the settings, or by git's settings for a folder."""
    if by or (by := configuration().editor):
        return by
    try:
        found = subprocess.run(
            ["git", "config", "user.name"],  # noqa: S607 - the git that the user has
            cwd=folder,
            capture_output=True,
            encoding="utf-8",
            timeout=_GIT_TIME,
            check=False,
        )
    except (OSError, subprocess.TimeoutExpired, UnicodeDecodeError):
        return None
    return found.stdout.strip() or None


@contextmanager
def editor_of(
    facts: Path | None, store: Path | None, base: str | None, by: str | None
) -> Iterator[Editor]:
    """The editor of the folder of facts, or of a store."""
    from tenure.editing import Editor  # noqa: PLC0415 - as for type checking
    from tenure.knowledge import open_knowledge_base  # noqa: PLC0415

    settings = configuration()
    prefer(settings.languages)
    base = base or settings.base
    if store is None:
        folder = facts_to_write(facts)
        yield Editor.open(folder, by=author(by, folder), base=base)
        return
    if facts is not None:
        raise BadParameter(
            "A change goes into files or into a store, not both.",
            where="--store",
            remedy="Change the files, and bring them in with tenure load.",
        )
    if not has_store(store):
        raise NotFound("There is no store.", where=str(store), remedy="Make it: tenure load.")
    with corruption_reported(store):
        kb = open_knowledge_base(store=store, base=base, terms=settings.terms)
        try:
            yield Editor(kb, by=author(by, store))
        finally:
            kb.close()


def edits(function: Callable[..., EditOutcome]) -> Callable[..., None]:
    """A command that edits: its first argument is the editor.

    The options that such commands share are added to its own.
    """

    def command(**given: Any) -> None:
        shared = {name: given.pop(name) for name in _SHARED}
        with editor_of(shared["facts"], shared["store"], shared["base"], shared["by"]) as editor:
            editor.dry_run = shared["dry_run"]
            editor.message = shared["message"]
            print_done(function(editor, **given), editor)

    late = {"Editor": object, "EditOutcome": object}
    own = list(signature(function, eval_str=True, locals=late).parameters.values())[1:]
    slots = [one.replace(kind=Slot.KEYWORD_ONLY) for one in own]
    slots += (
        Slot(name, Slot.KEYWORD_ONLY, default=default, annotation=option)
        for name, (option, default) in _SHARED.items()
    )
    command.__doc__ = function.__doc__
    command.__name__ = function.__name__
    command.__signature__ = Signature(slots)  # type: ignore[attr-defined]
    return command


def print_done(done: EditOutcome, editor: Editor) -> None:
    """Print what a change did: the claims that came and went, and the conflicts."""
    short, outcome = editor.kb.names.short, done.outcome
    typer.echo(("would be done: " if outcome.dry_run else "") + done.message)
    for iri in outcome.added:
        typer.echo(f"added: {short(iri)}")
        for move in outcome.stretches:
            if move.claim == iri and move.written:
                stretch, situation = short(move.stretch), short(move.situation)
                typer.echo(f"    of {stretch}: the dates cannot be those of {situation}")
    for iri in outcome.retracted:
        typer.echo(f"retracted: {short(iri)}")
    if outcome.instant and not outcome.dry_run:
        typer.echo(f"revision: {outcome.instant}" + (f", by {editor.by}" if editor.by else ""))
    for one in outcome.conflicts:
        how = f"settled by {one.rule}" if one.settled else "contested"
        typer.echo(f"{short(one.iri)} ({one.kind}, {how}) appeared: {_listed(one.claims, short)}.")
        typer.echo(f"    {one.reason}")
    for one in outcome.resolved:
        typer.echo(f"{short(one.iri)} ({one.kind}) ended: {_listed(one.claims, short)}.")


def _listed(iris: Sequence[str], short: Callable[[str], str]) -> str:
    return ", ".join(map(short, iris))


# ---------------------------------------------------------------------- entity


def build_entity_group() -> typer.Typer:
    """The command ``entity``."""
    group = typer.Typer(
        help="Register entities, name them, merge and split them.",
        no_args_is_help=True,
        rich_markup_mode=None,
    )
    group.command("add")(entity_add_command)
    group.command("rename")(entity_rename_command)
    group.command("alias")(entity_alias_command)
    group.command("merge")(entity_merge_command)
    group.command("split")(entity_split_command)
    group.command("show")(entity_show_command)
    return group


@edits
def entity_add_command(
    editor: Editor,
    slug: Annotated[str, typer.Argument(help="Its slug, which says the kind: person/ada-brook.")],
    label: Annotated[list[str], typer.Option(help="Its name; once for each language, ...@fa.")],
    kind: Annotated[str, typer.Option(help="Its class, where the slug leaves it open.")] = "",
    settings: Annotated[
        list[str] | None,
        typer.Option("--set", help="A property: officeOf=org/x, seats=1, identifier=bioguide:W1."),
    ] = None,
    exact_match: Annotated[
        list[str] | None, typer.Option(help="The IRI of the same in another register.")
    ] = None,
    language: Language = None,
) -> EditOutcome:
    """Register an entity, with its names, its kind and what identifies it."""
    return editor.add(
        slug,
        label,
        kind=kind,
        properties=pairs(settings or ()),
        exact_matches=exact_match or (),
        language=language,
    )


@edits
def entity_rename_command(
    editor: Editor,
    entity: Entity,
    label: Annotated[str, typer.Argument(help="What it is called from now on.")],
    drop: Annotated[
        bool, typer.Option("--drop-old", help="Do not keep the former label as another name.")
    ] = False,
    language: Language = None,
) -> EditOutcome:
    """Give an entity another label; the former one stays as another name."""
    return editor.rename(entity, label, language=language, keep=not drop)


@edits
def entity_alias_command(
    editor: Editor,
    entity: Entity,
    name: Annotated[str, typer.Argument(help="Another name.")],
    remove: Annotated[bool, typer.Option("--remove", help="Take it away.")] = False,
    language: Language = None,
) -> EditOutcome:
    """Give an entity another name beside its label, or take one away."""
    return editor.alias(entity, name, language=language, remove=remove)


@edits
def entity_merge_command(
    editor: Editor,
    entity: Entity,
    into: Annotated[str, typer.Argument(help="The one that it is; this one stays.")],
    evidence: Evidence = "",
) -> EditOutcome:
    """State that two entities are one: what is claimed of the first counts for the second.

    The claims stay as they are. `tenure entity split` takes it back.
    """
    return editor.merge(entity, into, evidence=evidence)


@edits
def entity_split_command(
    editor: Editor,
    entity: Entity,
    off: Annotated[
        str | None, typer.Option("--off", help="The slug of the one that is taken off.")
    ] = None,
    label: Annotated[str, typer.Option(help="Its name, where it is new.")] = "",
    claim: Annotated[
        list[str] | None, typer.Option(help="A claim that is about that one; repeated.")
    ] = None,
    language: Language = None,
) -> EditOutcome:
    """Take a merge back; or, with --off, move some claims to an entity of its own."""
    return editor.split(entity, off=off, label=label, claims=claim or (), language=language)


def entity_show_command(
    entity: Entity,
    form: TextForm = "text",
    facts: Facts = None,
    store: StorePath = None,
    base: Base = None,
) -> None:
    """Show what is known of an entity: names, identifiers, merges, and who changed what."""
    from tenure.editing import described  # noqa: PLC0415 - as for type checking

    chosen = chosen_format(form, ("text", "json"))
    kb = opened(facts, store, base)
    found = described(kb, entity)
    if chosen == "json":
        print_json(found.to_dict())
        return
    typer.echo(f"{found.slug} ({found.kind})")
    lines = [
        ("label", [f"{one.value} ({one.language})" for one in found.labels]),
        ("other name", [f"{one.value} ({one.language})" for one in found.others]),
        ("identifier", found.identifiers),
        ("exact match", found.exact_matches),
        ("merged into", [found.merged_into] if found.merged_into else []),
        ("merged from", found.merged_from),
        ("different from", found.different_from),
        *((name, [value]) for name, value in found.further.items()),
        ("named by", [f"{len(found.claims)} claims"]),
    ]
    for name, values in lines:
        for value in values:
            typer.echo(f"    {name}: {value}")
    who = {one.instant: one.by for one in kb.revisions() if one.by}
    for edit in found.edits:
        by = who.get(edit.recorded_at)
        typer.echo(f"    {edit.recorded_at}{f', {by}' if by else ''}: {edit.statement}")
        if edit.retracted_at:
            by = who.get(edit.retracted_at)
            typer.echo(f"        taken back at {edit.retracted_at}{f', {by}' if by else ''}")


# ---------------------------------------------------------------------- link


def build_link_group() -> typer.Typer:
    """The command ``link``."""
    group = typer.Typer(
        help="Find entities that may be one, and decide.",
        no_args_is_help=True,
        rich_markup_mode=None,
    )
    group.command("propose")(link_propose_command)
    group.command("accept")(link_accept_command)
    group.command("reject")(link_reject_command)
    group.command("undo")(link_undo_command)
    return group


def link_propose_command(
    source: Annotated[
        str | None, typer.Argument(help="A source: whom it names is compared; default: all.")
    ] = None,
    other: Annotated[
        str | None, typer.Argument(help="With whom another source names; default: with all.")
    ] = None,
    least: Annotated[
        float, typer.Option(min=0, max=1, help="The score from which on two are proposed.")
    ] = 0.7,
    form: Listing = "table",
    facts: Facts = None,
    store: StorePath = None,
    base: Base = None,
) -> None:
    """Propose which entities of two sources are the same, with a score and its reasons.

    Nothing is decided: accept, or reject, what is proposed.
    """
    from tenure.editing import proposals  # noqa: PLC0415 - as for type checking

    chosen = chosen_format(form, LISTINGS)
    kb = opened(facts, store, base)
    found = proposals(kb, source, other, least=least)
    short = kb.names.short
    rows = [
        (f"{one.score:.2f}", short(one.one), short(one.other), "; ".join(one.reasons))
        for one in found
    ]
    whole = {"proposals": [one.to_dict() for one in found]}
    print_listing(chosen, ("score", "one", "other", "reasons"), rows, whole)


@edits
def link_accept_command(
    editor: Editor,
    entity: Entity,
    other: Annotated[str, typer.Argument(help="The one that stays, or an IRI of elsewhere.")],
    evidence: Evidence = "",
) -> EditOutcome:
    """State that two are the same: a merge, or skos:exactMatch for an IRI of another register."""
    if "://" in other and not other.startswith(editor.kb.names.base):
        return editor.same_as(entity, other, evidence=evidence)
    return editor.merge(entity, other, evidence=evidence)


@edits
def link_reject_command(
    editor: Editor,
    entity: Entity,
    other: Annotated[str, typer.Argument(help="The one that it is not.")],
    evidence: Evidence = "",
) -> EditOutcome:
    """State that two are not the same, so that nobody proposes it again."""
    return editor.reject(entity, other, evidence=evidence)


@edits
def link_undo_command(
    editor: Editor,
    entity: Entity,
    other: Annotated[str, typer.Argument(help="The other one.")],
) -> EditOutcome:
    """Take back what was decided about two entities, either way."""
    return editor.undecide(entity, other)


# ---------------------------------------------------------------------- sources, claims, undo


@edits
def source_edit_command(
    editor: Editor,
    source: Annotated[str, typer.Argument(help="The slug of the source.")],
    title: Annotated[str | None, typer.Option(help="Its headline.")] = None,
    published: Annotated[str | None, typer.Option(help="The day it appeared, as EDTF.")] = None,
    url: Annotated[str | None, typer.Option(help="Its web address.")] = None,
    language: Language = None,
) -> EditOutcome:
    """Describe a source otherwise: its title, the day it appeared, its web address."""
    return editor.edit_source(source, title=title, published=published, url=url, language=language)


@edits
def claim_move_command(
    editor: Editor,
    claim: Claim,
    to: Annotated[str, typer.Option(help="The entity or situation that it is about.")],
    frm: Annotated[
        str | None, typer.Option("--from", help="What it names instead, where that is not clear.")
    ] = None,
) -> EditOutcome:
    """Have a claim be about another entity, or another stretch of a situation.

    Another claim with the same evidence takes its place.
    """
    return editor.move(claim, to, frm=frm)


@edits
def claim_rank_command(
    editor: Editor,
    claim: Claim,
    rank: Annotated[str, typer.Argument(help="preferred, normal, deprecated.")],
) -> EditOutcome:
    """Give a claim another rank, by which conflicts are settled."""
    return editor.rank(claim, rank)


@edits
def claim_retract_command(
    editor: Editor,
    claim: Annotated[list[str], typer.Argument(metavar="CLAIM...", help="<source>/<number>.")],
) -> EditOutcome:
    """Retract claims: from now on they are not relied on, and they stay where they are."""
    return editor.retract(claim)


@edits
def undo_command(
    editor: Editor,
    which: Annotated[
        str | None,
        typer.Argument(metavar="REVISION", help="Its instant, or its IRI; default: the last one."),
    ] = None,
) -> EditOutcome:
    """Undo a revision: what it added is retracted, and what it retracted is said again."""
    return editor.undo(which)


def pairs(items: Sequence[str], option: str = "--set") -> list[tuple[str, str]]:
    """``name=value`` taken apart; the value may be empty."""
    found = []
    for item in items:
        name, equals, value = item.partition("=")
        if not equals or not name.strip():
            raise BadParameter(
                f"{item[:80]!r} has not the form name=value.",
                where=option,
                remedy=f"For example: {option} start=2020-03",
            )
        found.append((name.strip(), value.strip()))
    return found
