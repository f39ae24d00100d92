"""Commands that read: query, at, timeline, explain, conflicts, policies, history, diff, export."""

from __future__ import annotations

import sys
from collections.abc import Callable
from functools import partial
from inspect import Parameter as Slot
from inspect import Signature, signature
from pathlib import Path
from typing import Annotated, Any

import typer
from typer.core import TyperGroup

from tenure.catalog import ask, possibly, said_of_days, why_empty
from tenure.catalog.text import Shortener
from tenure.cli.opening import opened
from tenure.cli.options import (
    LISTINGS,
    SHARED,
    Base,
    Facts,
    KnownAt,
    Listing,
    Possible,
    StorePath,
    TextForm,
    chosen_format,
    policy_of,
    questions,
)
from tenure.cli.output import (
    ROW_FORMATS,
    TRIPLE_FORMATS,
    print_answer,
    print_emptiness,
    print_json,
    print_listing,
    print_table,
    print_triples,
)
from tenure.errors import BadInput, BadQuery, NotFound, TenureError, Where
from tenure.export import export_into
from tenure.inputs import read_input, read_standard_input
from tenure.knowledge import KnowledgeBase
from tenure.library import OpenBase
from tenure.model import Policy, learned, read_instant
from tenure.outputs import replaced
from tenure.views import least_degree

EXPORTS = ("trig", "nq", "ttl", "nt", "jsonld")

RowForm = Annotated[str, typer.Option("--format", help=f"{', '.join(ROW_FORMATS)}.")]
Source = Annotated[
    str | None, typer.Option("--source", help="Only the claims of this source, by its slug.")
]
From = Annotated[str, typer.Argument(metavar="FROM", help="An instant of recorded time.")]
To = Annotated[str, typer.Argument(metavar="TO", help="A later one; what it added counts.")]


def over_a_base(function: Callable[..., None]) -> Callable[..., None]:
    """A command over a base that is open, under a policy.

    The first two arguments of the function come from the options that such commands share.
    """

    def command(**given: Any) -> None:
        shared = {name: given.pop(name) for name in SHARED}
        kb = opened(shared["facts"], shared["store"], shared["base"])
        function(kb, policy_of(kb, shared["policy"], shared["known_at"]), **given)

    own = list(signature(function, eval_str=True).parameters.values())[2:]
    slots = [one.replace(kind=Slot.KEYWORD_ONLY) for one in own]
    for name, option in SHARED.items():
        slots.append(Slot(name, Slot.KEYWORD_ONLY, default=None, annotation=option))
    command.__doc__ = function.__doc__
    command.__name__ = function.__name__
    command.__signature__ = Signature(slots)  # type: ignore[attr-defined]
    return command


@over_a_base
def query_command(
    kb: KnowledgeBase,
    ruling: Policy,
    file: Annotated[
        str, typer.Argument(help="A file with a SPARQL query, or the query; - reads the pipe.")
    ],
    form: Annotated[
        str | None,
        typer.Option(
            "--format",
            help=f"Rows: {', '.join(ROW_FORMATS)} (default: table). "
            f"Graphs: {', '.join(TRIPLE_FORMATS)} (default: ttl).",
        ),
    ] = None,
) -> None:
    """Ask a SPARQL query of your own.

    SELECT, ASK, CONSTRUCT or DESCRIBE. Without FROM the query sees the world, the entities, the
    descriptions of claims and sources, and the ontology. Nothing is ever fetched.
    """
    sparql = _read(file)
    try:
        if print_answer(kb.query(sparql, ruling), form, kb.names):
            more = said_of_days(possibly(kb, sparql, ruling))
            if more:
                typer.echo(more, err=True)
    except TenureError as error:
        # Inspection calls the text "query"; here it has a name that an editor can open.
        if error.where and error.where.name == "query" and not (file == "-" or _is_query(file)):
            error.where = Where(file, error.where.line, error.where.column)
        raise


def _is_query(text: str) -> bool:
    """Whether an argument is the query itself: no file is called anything with a brace in it."""
    return "{" in text


def _read(file: str) -> str:
    if _is_query(file):
        return file
    try:
        raw = read_standard_input() if file == "-" else read_input(Path(file))
        return raw.decode("utf-8")
    except FileNotFoundError as error:
        raise NotFound(
            "There is no such file.", where=file, remedy="Name a file with a SPARQL query, or -."
        ) from error
    except OSError as error:
        raise BadQuery(
            f"It cannot be read: {error.strerror}.", where=file, remedy="Name a readable file."
        ) from error
    except UnicodeDecodeError as error:
        raise BadQuery(
            "It is no UTF-8 text.", where=file, remedy="Save the query as UTF-8."
        ) from error


@over_a_base
def at_command(
    kb: KnowledgeBase,
    ruling: Policy,
    when: Annotated[
        str,
        typer.Argument(
            metavar="T", help="A day, an EDTF value, or the slug of an event or source."
        ),
    ],
    possible: Possible = False,
    degree: Annotated[
        str | None,
        typer.Option(help="certain, presumed or possible: what is less sure is left out."),
    ] = None,
    form: Annotated[
        str, typer.Option("--format", help=f"table, {', '.join(TRIPLE_FORMATS)}.")
    ] = "table",
) -> None:
    """Show what was so on a day: what is certain, or also what is less sure."""
    chosen = chosen_format(form, ("table", *TRIPLE_FORMATS))
    least = least_degree(degree or ("possible" if possible else "certain"))
    triples = kb.slice(kb.moment(at=when), ruling, degree=least)
    if chosen != "table":
        print_triples(triples, chosen, kb.names)
        return
    term = Shortener(kb.names).term
    rows = [[*map(term, (t.subject, t.predicate, t.object))] for t in sorted(triples, key=str)]
    print_table(("subject", "property", "object"), rows)


@over_a_base
def timeline_command(
    kb: KnowledgeBase,
    ruling: Policy,
    entity: Annotated[
        str, typer.Argument(help="A slug such as person/ali-shamkhani, an IRI, or an exact name.")
    ],
    form: RowForm = "table",
) -> None:
    """Show what is known of an entity over time."""
    query = questions().find("timeline")
    arguments = {query.parameters[0].name: entity}
    if print_answer(ask(kb, query, arguments, ruling), form, kb.names):
        print_emptiness(why_empty(kb, query, arguments, ruling))


@over_a_base
def explain_command(
    kb: KnowledgeBase,
    ruling: Policy,
    thing: Annotated[
        str,
        typer.Argument(metavar="X", help="The slug or IRI of a situation, an event or a claim."),
    ],
    at: Annotated[
        str | None,
        typer.Option(
            "--at", help="Say too how it stood on this day, EDTF value, event or source, and why."
        ),
    ] = None,
    form: TextForm = "text",
) -> None:
    """Say why something is in the world.

    Shows the bounds of its first and last day, the constraints that gave each of them, what would
    change them, and the claims with the passages that they rest on.
    """
    chosen = chosen_format(form, ("text", "json"))
    reason = OpenBase(kb).explain(thing, at=at, policy=ruling.text)
    if chosen == "json":
        print_json(reason.to_dict())
    else:
        typer.echo(str(reason))


@over_a_base
def conflicts_command(
    kb: KnowledgeBase,
    ruling: Policy,
    form: Listing = "table",
) -> None:
    """List the claims that contradict each other, and which gave way by what rule."""
    chosen = chosen_format(form, LISTINGS)
    found = kb.conflicts(ruling)
    short = kb.names.short
    rows = [
        (
            short(one.iri),
            one.kind,
            one.rule or "contested",
            " ".join(short(claim) for claim in one.claims),
            " ".join(short(claim) for claim in one.lost),
            one.reason,
        )
        for one in found
    ]
    columns = ("conflict", "kind", "settled by", "claims", "gave way", "reason")
    beside = kb.alternatives_beside(found, ruling)
    told = {iri: [one.to_dict() for one in several] for iri, several in beside.items()}
    listed = [one.to_dict() for one in found]
    print_listing(chosen, columns, rows, {"conflicts": listed, "alternatives": told})


def policies_command(
    form: Listing = "table",
    facts: Facts = None,
    store: StorePath = None,
    base: Base = None,
) -> None:
    """List the policies that have a name, for --policy."""
    chosen = chosen_format(form, LISTINGS)
    named = opened(facts, store, base).schema.named_policies
    print_listing(chosen, ("policy", "text"), sorted(named.items()), {"policies": named})


def build_history() -> typer.Typer:
    """The command ``history``: the revisions, and with ``diff`` what was learned between two."""
    group = typer.Typer(cls=_History, rich_markup_mode=None, invoke_without_command=True)
    group.callback()(history_command)
    group.command("diff")(history_diff_command)
    group.command("of")(history_of_command)
    return group


class _History(TyperGroup):
    """The command ``history``: what is none of its commands is a thing whose history is shown."""

    def resolve_command(self, ctx: Any, args: list[str]) -> Any:
        """The command that the words ask for: ``of``, where they name a claim or an entity."""
        if args and "/" in args[0]:
            args = ["of", *args]
        return super().resolve_command(ctx, args)


def history_command(
    context: typer.Context,
    source: Source = None,
    form: Listing = "table",
    known_at: KnownAt = None,
    facts: Facts = None,
    store: StorePath = None,
    base: Base = None,
) -> None:
    """List the revisions: when what was recorded and retracted, by whom, and why."""
    if context.invoked_subcommand is not None:
        return
    chosen = chosen_format(form, LISTINGS)
    kb = opened(facts, store, base)
    found = kb.revisions(
        kb.source_iri(source) if source else None, policy_of(kb, None, known_at).known_at
    )
    rows = [
        (
            one.instant,
            kb.names.short(one.source),
            str(len(one.added)),
            str(len(one.retracted)),
            one.by or "",
            one.message or "",
        )
        for one in found
    ]
    columns = ("instant", "source", "added", "retracted", "by", "message")
    print_listing(chosen, columns, rows, {"revisions": [one.to_dict() for one in found]})


def history_of_command(
    thing: Annotated[
        str, typer.Argument(help="A claim, as claim/SOURCE/NUMBER, or an entity by its slug.")
    ],
    form: Listing = "table",
    facts: Facts = None,
    store: StorePath = None,
    base: Base = None,
) -> None:
    """Show the versions of a claim, or what was edited about an entity: when, by whom, and why."""
    chosen = chosen_format(form, LISTINGS)
    kb = opened(facts, store, base)
    names = kb.names
    if thing.startswith(("claim/", names.claim_prefix)):
        found = kb.versions(thing)
        rows = []
        for number, one in enumerate(found):
            reason = (one.recorded.message if one.recorded else None) or ""
            by = (one.recorded.by if one.recorded else None) or ""
            differs = "; ".join(one.differs(found[number - 1])) if number else ""
            gone = one.claim.retracted_at or ""
            when = (one.claim.recorded_at, gone)
            rows.append((names.short(one.claim.iri), *when, by, reason, differs))
        columns = ("claim", "recorded", "retracted", "by", "message", "differs")
        print_listing(chosen, columns, rows, {"versions": [one.to_dict() for one in found]})
        return
    iri = thing if thing in kb.registry else names.entity_iri(thing)
    if iri not in kb.registry:
        iri = kb.registry.find(thing).value
    edits = kb.snapshot.edits.of(iri)
    versions = [kb.versions(one.iri)[-1] for one in edits]
    edited = [
        (
            one.claim.recorded_at,
            one.claim.retracted_at or "",
            (one.recorded.by if one.recorded else None) or "",
            one.claim.statement,
            names.short(one.claim.iri),
        )
        for one in versions
    ]
    headings = ("recorded", "taken back", "by", "edit", "claim")
    print_listing(chosen, headings, edited, {"edits": [one.to_dict() for one in versions]})


def history_diff_command(
    start: From,
    end: To,
    source: Source = None,
    form: Listing = "table",
    facts: Facts = None,
    store: StorePath = None,
    base: Base = None,
) -> None:
    """Show what was learned between two instants: claims added and retracted (recorded time).

    For what changed in the world between two days, see `tenure diff`.
    """
    chosen = chosen_format(form, LISTINGS)
    first, last = read_instant(start, "FROM"), read_instant(end, "TO")
    kb = opened(facts, store, base)
    found = learned(
        kb.claims_changed(first, last),
        first,
        last,
        source=kb.source_iri(source) if source else None,
    )
    rows = [
        (change, instant, kb.names.short(claim.iri), claim.statement)
        for change, instant, claim in found.rows()
    ]
    print_listing(chosen, ("change", "instant", "claim", "statement"), rows, found.to_dict())


def learned_command(
    start: From,
    end: To,
    source: Source = None,
    form: Listing = "table",
    facts: Facts = None,
    store: StorePath = None,
    base: Base = None,
) -> None:
    """Deprecated: `tenure history diff` says the same."""
    typer.echo("note: tenure learned is deprecated; write tenure history diff.", err=True)
    history_diff_command(start, end, source, form, facts, store, base)


@over_a_base
def diff_command(
    kb: KnowledgeBase,
    ruling: Policy,
    first: Annotated[str, typer.Argument(metavar="A", help="A day, EDTF value, event or source.")],
    second: Annotated[str, typer.Argument(metavar="B", help="Another one.")],
    form: RowForm = "table",
) -> None:
    """Show what changed in the world between two days (valid time).

    It is the question `changes` of the catalogue. For what was learned between two instants, see
    `tenure history diff`.
    """
    query = questions().find("changes")
    values = dict(zip((one.name for one in query.parameters), (first, second), strict=False))
    print_answer(ask(kb, query, values, ruling), form, kb.names)


@over_a_base
def impact_command(
    kb: KnowledgeBase,
    ruling: Policy,
    source: Annotated[str, typer.Argument(metavar="SOURCE", help="A source, such as source/x.")],
    form: RowForm = "table",
) -> None:
    """Show what would be different in the world without a source.

    It is the question `impact` of the catalogue. To ask anything else without a source, see
    `sources=-SLUG` among the parts of a policy.
    """
    query = questions().find("impact")
    print_answer(ask(kb, query, {"source": source}, ruling), form, kb.names)


@over_a_base
def export_command(
    kb: KnowledgeBase,
    ruling: Policy,
    form: Annotated[str, typer.Argument(metavar="FORMAT", help=f"{', '.join(EXPORTS)}.")],
    source: Annotated[
        str | None, typer.Option(help="Only what this source says, such as jpost-620411.")
    ] = None,
    at: Annotated[
        str | None,
        typer.Option(help="The world of this day, EDTF value, event or source, as plain triples."),
    ] = None,
    possible: Possible = False,
    degree: Annotated[
        str | None,
        typer.Option(
            help="With --at: certain, presumed or possible; what is less sure is left out."
        ),
    ] = None,
    index: Annotated[
        bool,
        typer.Option("--index", help="With the temporal index, for patterns in other engines."),
    ] = False,
    output: Annotated[
        Path | None, typer.Option("--output", "-o", help="Write to this file.")
    ] = None,
) -> None:
    """Write out the knowledge base.

    Whole, by source, or as of a day; the same bytes every time.
    """
    chosen = chosen_format(form, EXPORTS)
    least = least_degree(degree or ("possible" if possible else "certain"))
    give = partial(
        export_into, kb, chosen, source=source, at=at, degree=least, policy=ruling, index=index
    )
    if output is None:
        give(sys.stdout.buffer)
        return
    try:
        with replaced(output) as file:
            give(file)
    except OSError as error:
        raise BadInput(
            f"It cannot be written: {error.strerror}.",
            where=str(output),
            remedy="Name a file in a folder that exists and may be written to, with room for it.",
        ) from error
