"""The rows of an answer as a table for people."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import islice
from typing import TYPE_CHECKING, Final

from pyoxigraph import NamedNode

from tenure_api.pages.said import Said, said

if TYPE_CHECKING:
    from tenure.catalog import EmptyAnswer, Explained, RowReason
    from tenure.knowledge import KnowledgeBase
    from tenure.store.answers import Row
    from tenure.world import World
    from tenure_api.pages.links import Links

EXPLAINED: Final = "situation"
"""The column of an answer whose occurrence has reasons to show."""


@dataclass(frozen=True, slots=True)
class RowWhy:
    """What a row hangs on, with all its claims as a page shows them, each once."""

    reason: RowReason
    claims: Sequence[Said]


@dataclass(frozen=True, slots=True)
class GridRow:
    """The terms of one row, and where its reasons are shown: elsewhere, or folded below it."""

    terms: Row
    explain: str | None = None
    why: RowWhy | None = None


@dataclass(frozen=True, slots=True)
class Grid:
    """A table: its columns with a note on each, its rows, and whether there are more of them.

    ``explained`` says that rows lead to their reasons; ``suffix`` is a query string that such
    links carry on, so that reasons are given under the same policy.
    """

    columns: Sequence[str]
    rows: Sequence[GridRow]
    more: bool = False
    explained: bool = False
    suffix: str = ""
    notes: Mapping[str, str] = field(default_factory=dict)
    nothing: EmptyAnswer | None = None
    query: str = ""

    def note(self, column: str) -> str:
        """What the catalogue says of a column; empty where it says nothing."""
        return self.notes.get(column, "")


def grid(
    columns: Sequence[str],
    rows: Iterable[Row],
    *,
    most: int,
    links: Links | None = None,
    explain_by: str | None = None,
    suffix: str = "",
    notes: Mapping[str, str] | None = None,
) -> Grid:
    """At most ``most`` of the rows as a table.

    ``explain_by`` is the column whose IRI leads to the reasons of a row.
    """
    taken = list(islice(rows, most + 1))
    place = columns.index(explain_by) if explain_by in columns else None
    made = []
    for row in taken[:most]:
        term = None if place is None else row[place]
        explain = links.explain(term.value) if links and isinstance(term, NamedNode) else None
        made.append(GridRow(row, explain))
    explained = any(row.explain for row in made)
    return Grid(columns, made, len(taken) > most, explained, suffix, notes or {})


def explained_grid(
    answer: Explained,
    kb: KnowledgeBase,
    world: World,
    *,
    suffix: str,
    notes: Mapping[str, str],
) -> Grid:
    """An explained answer as a table with the reasons folded under each row."""
    made = []
    for row in answer.rows:
        told = [claim.iri for one in row.why.occurrences for claim in one.claims]
        told += [claim.iri for claim in row.why.claims]
        shown = said(kb, world, [kb.claims[iri] for iri in dict.fromkeys(told)])
        made.append(GridRow(row.terms, None, RowWhy(row.why, shown)))
    return Grid(answer.variables, made, answer.more, False, suffix, notes, answer.nothing)
