"""Claims, answers and occurrences as tables for people."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from itertools import islice
from typing import Final

from pyoxigraph import Literal, NamedNode

from tenure.catalog import EmptyAnswer, ExplainedAnswer, RowReason
from tenure.folding import folded
from tenure.fusion import World, manner, why_not
from tenure.knowledge import KnowledgeBase
from tenure.model import Claim, Occurrence, Retraction
from tenure.namespaces import EDTF_DATATYPE
from tenure.store import Row, Term
from tenure.temporal import Certainty, from_bounds
from tenure.temporal.in_words import date_in_words
from tenure_api.pages.rendering import Links, Pages


@dataclass(frozen=True, slots=True)
class ClaimView:
    """A claim under a policy, which says of it ``standing`` and ``because``.

    ``standing`` is empty where the policy does not reach the claim.
    """

    claim: Claim
    standing: str
    because: str
    retraction: Retraction | None


def claim_views(kb: KnowledgeBase, world: World, claims: Iterable[Claim]) -> list[ClaimView]:
    """The claims by source and sentence, with what the world's policy makes of each.

    Those that were retracted come last.
    """

    def place(claim: Claim) -> tuple[bool, str, int, str]:
        first = min(claim.sentences, default=0)
        return claim.retracted_at is not None, claim.source, first, claim.iri

    shown = sorted(claims, key=place)
    because = why_not(world, [claim.iri for claim in shown])
    gone = kb.retractions(shown)
    return [
        ClaimView(
            claim,
            world.standings.get(claim.iri, ""),
            because.get(claim.iri, ""),
            gone.get(claim.iri),
        )
        for claim in shown
    ]


def value_of(term: Term | None) -> str:
    """The IRI or the text of what stands in a cell; empty where there is nothing."""
    return term.value if isinstance(term, NamedNode | Literal) else ""


EXPLAINED: Final = "situation"
"""The column of an answer whose occurrence has reasons to show."""


@dataclass(frozen=True, slots=True)
class RowWhy:
    """What a row hangs on, with all its claims as a page shows them, each once."""

    reason: RowReason
    claims: Sequence[ClaimView]


@dataclass(frozen=True, slots=True)
class GridRow:
    """The terms of one row, and where its reasons are shown: elsewhere, or folded below it."""

    terms: Row
    explain: str | None = None
    why: RowWhy | None = None


@dataclass(frozen=True, slots=True)
class Grid:
    """A table: its columns with a note on each, its rows, and whether there are more of them.

    ``explained`` says that rows lead to their reasons.
    """

    columns: Sequence[str]
    rows: Sequence[GridRow]
    more: bool = False
    explained: bool = False
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
    return Grid(columns, made, len(taken) > most, explained, notes or {})


def in_order(rows: Iterable[Row], place: int, links: Links) -> list[Row]:
    """The rows by a column: degrees from the surest, numbers by their size, things by their names.

    What is unbound comes last.
    """
    degrees = {str(degree): number for number, degree in enumerate(Certainty)}

    def key(row: Row) -> tuple[int, float, str]:
        term = row[place]
        if isinstance(term, NamedNode):
            return 1, 0, folded(links.label(term.value))
        if not isinstance(term, Literal):
            return 2, 0, ""
        if term.value in degrees:
            return 0, degrees[term.value], ""
        with suppress(ValueError):
            return 0, float(term.value), ""
        return 1, 0, folded(term.value)

    return sorted(rows, key=key)


def explained_grid(
    answer: ExplainedAnswer,
    kb: KnowledgeBase,
    world: World,
    *,
    notes: Mapping[str, str],
) -> Grid:
    """An explained answer as a table with the reasons folded under each row."""
    made = []
    for row in answer.rows:
        claims = [claim.iri for one in row.why.occurrences for claim in one.claims]
        claims += [claim.iri for claim in row.why.claims]
        shown = claim_views(kb, world, [kb.claims[iri] for iri in dict.fromkeys(claims)])
        made.append(GridRow(row.terms, None, RowWhy(row.why, shown)))
    return Grid(answer.variables, made, answer.more, False, notes, answer.nothing)


def dates(occurrence: Occurrence) -> tuple[Literal | None, Literal | None]:
    """First and last day, each as one EDTF value; None where nothing bounds it.

    Of several alternatives it is the set of their days: ``[2019-11, 2019-12]``.
    """
    every = occurrence.several_bounds
    return (
        _either([(one.start_earliest, one.start_latest) for one in every]),
        _either([(one.end_earliest, one.end_latest) for one in every]),
    )


def _either(ranges: Sequence[tuple[int | None, int | None]]) -> Literal | None:
    """One of several stretches of days as an EDTF value."""
    apart: list[tuple[int | None, int | None]] = []
    for low, high in sorted(set(ranges), key=lambda r: (r[0] is not None, r[0] or 0)):
        last = apart[-1][1] if apart else None
        if apart and (last is None or low is None or low <= last):
            first = apart[-1][0]
            apart[-1] = (first, None if last is None or high is None else max(last, high))
        else:
            apart.append((low, high))
    values = [from_bounds(*one) for one in apart]
    texts = [one.text.strip("[]") for one in values if one is not None]
    if len(texts) < len(values):
        return None
    several = any(c in texts[0] for c in (".", ",")) or len(texts) > 1
    text = f"[{', '.join(texts)}]" if several else texts[0]
    return Literal(text, datatype=EDTF_DATATYPE)


def grounds(pages: Pages, occurrence: Occurrence) -> tuple[Term, Term]:
    """Whether its days are contested, and how the claims are put that it rests on."""
    claims = [pages.kb.claims[iri] for iri in occurrence.claims]
    return Literal(occurrence.contested), Literal(manner(claims, pages.kb.schema))


def date_words(term: Literal | None) -> str:
    """A date of an answer as people write it; empty where there is none."""
    return "" if term is None else date_in_words(term.value)
