"""An answer drawn: each row that has days as a lane of a timeline, where no script need draw it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from itertools import islice
from typing import Final

from pyoxigraph import Literal, NamedNode

from tenure.errors import BadDate
from tenure.namespaces import EDTF_DATATYPE, XSD_DATE
from tenure.store import Term
from tenure.temporal import FourBounds, parse
from tenure_api.pages.figure import LaneSpan, Timeline, timeline
from tenure_api.pages.sentences import text
from tenure_api.pages.tables import EXPLAINED, Grid
from tenure_api.pages.things import Group, LaneName

MOST_LANES: Final = 100
"""Rows of an answer that are drawn: the table has the others."""

_FOUR: Final = ("startEarliest", "startLatest", "endEarliest", "endLatest")
_TOLD: Final = ("certainty", "contested", "basis", "kind", "class", "claim", "source")
_DATES: Final = (EDTF_DATATYPE, XSD_DATE)
_MOST_WORDS: Final = 3


def timeline_of(grid: Grid) -> tuple[Timeline | None, list[Group]]:
    """The lanes of an answer's rows on one scale, and what they are called; none without days."""
    spans: list[LaneSpan] = []
    lanes: list[LaneName] = []
    dated = [*_dated(grid)]
    for row in islice(grid.rows, MOST_LANES if dated else 0):
        terms = dict(zip(grid.columns, row.terms, strict=True))
        bounds = _bounds([terms[name] for name in dated])
        if bounds is not None and bounds != FourBounds():
            lanes.append(LaneName(len(spans), "", tuple(_words(terms))))
            spans.append(LaneSpan(bounds, contested=_text(terms.get("contested")) == "true"))
    return timeline(spans), [Group("", "", (), lanes)] if lanes else []


def _dated(grid: Grid) -> Sequence[str]:
    """The columns that say when: four bounds, or the first two, or one, of those that hold days."""
    if set(_FOUR) <= set(grid.columns):
        return _FOUR
    terms = {
        name: [row.terms[place] for row in grid.rows] for place, name in enumerate(grid.columns)
    }
    return [
        name
        for name, every in terms.items()
        if any(map(_is_date, every)) and all(one is None or _is_date(one) for one in every)
    ][:2]


def _bounds(terms: Sequence[Term | None]) -> FourBounds | None:
    """What a row says of its start and its end; of one day that it begins and ends on it."""
    days = [*map(_days, terms)]
    with suppress(BadDate):  # two columns of days need not be a start and an end
        if len(days) == len(_FOUR):
            return FourBounds(days[0][0], days[1][1], days[2][0], days[3][1])
        return FourBounds(*days[0], *days[-1])
    return None


def _is_date(term: Term | None) -> bool:
    return isinstance(term, Literal) and term.datatype in _DATES


def _days(term: Term | None) -> tuple[int | None, int | None]:
    if not isinstance(term, Literal):
        return None, None
    days = parse(term.value).fuzzy_bounds
    return days.earliest, days.latest


def _words(terms: Mapping[str, Term | None]) -> Iterator[NamedNode | Literal]:
    """What tells a row: the situation that it is about, else its first things and words."""
    own = terms.get(EXPLAINED)
    told: Sequence[Term | None] = (
        [own]
        if own is not None
        else [term for name, term in terms.items() if name not in _TOLD and not _is_date(term)]
    )
    shown = [term for term in told if isinstance(term, NamedNode | Literal)]
    for place, term in enumerate(shown[:_MOST_WORDS]):
        if place:
            yield text(" \u00b7 ")
        yield term


def _text(term: Term | None) -> str:
    return term.value if isinstance(term, Literal) else ""
