"""``tenure history``, ``learned`` and ``diff``: the two clocks, one at a time.

``history`` and ``learned`` go by recorded time: what the knowledge base held when. ``diff`` goes
by valid time: what was so when.
"""

from __future__ import annotations

from typing import Annotated

import typer

from tenure.catalog import Catalog, ask
from tenure.claims import learned, read_instant
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
from tenure.cli.output import ROW_FORMATS, print_answer, print_json, print_table
from tenure.knowledge import KnowledgeBase

FORMATS = ("table", "json")
CHANGES = "changes"
Source = Annotated[
    str | None, typer.Option("--source", help="Only the claims of this source, by its slug.")
]
Form = Annotated[str, typer.Option("--format", help=f"{', '.join(FORMATS)}.")]


def history_command(
    source: Source = None,
    form: Form = "table",
    known_at: KnownAt = None,
    facts: Facts = None,
    store: StorePath = None,
    base: Base = None,
) -> None:
    """List the revisions: when what was recorded and retracted, by whom, and why."""
    chosen = chosen_format(form, FORMATS)
    kb = opened(facts, store, base)
    found = kb.revisions(
        kb.source_iri(source) if source else None, policy_of(kb, None, known_at).known_at
    )
    if chosen == "json":
        told = {"revisions": [one.to_dict() for one in found]}
        print_json(told)
        return
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
    print_table(("instant", "source", "added", "retracted", "by", "message"), rows)


def learned_command(
    start: Annotated[str, typer.Argument(metavar="FROM", help="An instant of recorded time.")],
    end: Annotated[str, typer.Argument(metavar="TO", help="A later one; what it added counts.")],
    source: Source = None,
    form: Form = "table",
    facts: Facts = None,
    store: StorePath = None,
    base: Base = None,
) -> None:
    """Show what was learned between two instants: claims added and retracted (recorded time).

    For what changed in the world between two days, see `tenure diff`.
    """
    chosen = chosen_format(form, FORMATS)
    first, last = read_instant(start, "FROM"), read_instant(end, "TO")
    kb = opened(facts, store, base)
    found = learned(
        kb.claims_changed(first, last),
        first,
        last,
        source=kb.source_iri(source) if source else None,
    )
    if chosen == "json":
        print_json(found.to_dict())
        return
    rows = [
        (change, instant, kb.names.short(claim.iri), claim.statement)
        for change, instant, claim in found.rows()
    ]
    print_table(("change", "instant", "claim", "statement"), rows)


def diff_command(
    first: Annotated[str, typer.Argument(metavar="A", help="A day, EDTF value, event or source.")],
    second: Annotated[str, typer.Argument(metavar="B", help="Another one.")],
    form: Annotated[str, typer.Option("--format", help=f"{', '.join(ROW_FORMATS)}.")] = "table",
    policy: PolicyText = None,
    known_at: KnownAt = None,
    facts: Facts = None,
    store: StorePath = None,
    base: Base = None,
) -> None:
    """Show what changed in the world between two days (valid time).

    It is the question `changes` of the catalogue. For what was learned between two instants, see
    `tenure learned`.
    """
    query = Catalog.load().find(CHANGES)
    kb: KnowledgeBase = opened(facts, store, base)
    values = dict(zip((one.name for one in query.parameters), (first, second), strict=False))
    print_answer(ask(kb, query, values, policy_of(kb, policy, known_at)), form, kb.names)
