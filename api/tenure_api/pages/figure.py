"""Stretches of time as figures: surely there, possibly there, and the day that was asked about.

Pure geometry in per cent of the width, drawn by ``templates/_parts.html``; no pixel is fixed, so
that a figure fits a phone and the writing in it keeps its size. :func:`draw` is of one stretch,
with each of its days named; :func:`timeline` is of several under each other, on one scale.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from tenure.temporal import FourBounds, civil, day_number, iso
from tenure.temporal.calendar import MONTHS

_MARGIN: Final = 0.14
_LEAST_MARGIN_DAYS: Final = 3

_LABEL_WIDTH: Final = 25.0
"""How much of the width, in per cent, a date takes on a phone."""


@dataclass(frozen=True, slots=True)
class Bar:
    """A bar from ``x`` over ``width``, in per cent; ``fades`` to the left, right or both."""

    x: float
    width: float
    sure: bool
    fades: str = ""


@dataclass(frozen=True, slots=True)
class Tick:
    """A day named under the figure; ``row`` 0 is the upper one, ``anchor`` as in SVG."""

    x: float
    day: str
    row: int
    anchor: str


@dataclass(frozen=True, slots=True)
class Figure:
    """The bars, the named days, and the day asked about (per cent), where it is in the figure."""

    bars: tuple[Bar, ...]
    ticks: tuple[Tick, ...]
    asked: float | None

    @property
    def fade(self) -> float:
        """How wide the fading end of an unbounded bar is: at most half of the narrowest one."""
        return round(min([16.0, *(bar.width / 2 for bar in self.bars if bar.fades)]), 2)

    @property
    def rows(self) -> int:
        """How many rows of dates there are."""
        return max((tick.row for tick in self.ticks), default=-1) + 1


def draw(bounds: FourBounds, asked: int | None = None) -> Figure | None:
    """The figure of four bounds (day numbers; None is unbounded), or None where all are unknown."""
    named = [
        bounds.start_earliest,
        bounds.start_latest,
        bounds.end_earliest,
        bounds.end_latest,
    ]
    days = sorted({day for day in named if day is not None})
    if not days:
        return None
    shown = [*days, asked] if asked is not None else days
    margin = max(_LEAST_MARGIN_DAYS, round((max(shown) - min(shown)) * _MARGIN))
    scale = _Scale(min(shown) - margin, max(shown) + margin + 1)
    return Figure(
        tuple(_bars(bounds, scale)),
        tuple(_ticks(days, scale)),
        None if asked is None else scale.at(asked + 0.5),
    )


@dataclass(frozen=True, slots=True)
class _Scale:
    first: int
    past: int

    def at(self, day: float) -> float:
        return round(100 * (day - self.first) / (self.past - self.first), 2)


def _bars(bounds: FourBounds, scale: _Scale) -> list[Bar]:
    left = 0.0 if bounds.start_earliest is None else scale.at(bounds.start_earliest)
    right = 100.0 if bounds.end_latest is None else scale.at(bounds.end_latest + 1)
    fades_left = "left" if bounds.start_earliest is None else ""
    fades_right = "right" if bounds.end_latest is None else ""
    begun, going = bounds.start_latest, bounds.end_earliest
    if begun is None or going is None or begun > going:
        # Nothing is sure: the whole stretch is only possible, in two halves that may both fade.
        middle = (left + right) / 2
        return [
            Bar(left, middle - left, False, fades_left),
            Bar(middle, right - middle, False, fades_right),
        ]
    sure_from, sure_to = scale.at(begun), scale.at(going + 1)
    bars = [Bar(sure_from, sure_to - sure_from, True)]
    if left < sure_from:
        bars.insert(0, Bar(left, sure_from - left, False, fades_left))
    if sure_to < right:
        bars.append(Bar(sure_to, right - sure_to, False, fades_right))
    return bars


def _ticks(days: list[int], scale: _Scale) -> list[Tick]:
    ends: list[float] = []
    ticks = []
    for day in days:
        x = scale.at(day + 0.5)
        anchor = (
            "start" if x < _LABEL_WIDTH / 2 else "end" if x > 100 - _LABEL_WIDTH / 2 else "middle"
        )
        begin = x - {"start": 0.0, "middle": 0.5, "end": 1.0}[anchor] * _LABEL_WIDTH
        row = next((n for n, end in enumerate(ends) if end <= begin), len(ends))
        ends[row : row + 1] = [begin + _LABEL_WIDTH]
        ticks.append(Tick(x, iso(day), row, anchor))
    return ticks


# ---------------------------------------------------------------- lanes under each other

MOST_TICKS: Final = 4
"""Days named under a timeline; a phone has room for no more."""
_MONTHS_APART: Final = (1, 2, 3, 6, *(12 * n * 10**p for p in range(5) for n in (1, 2, 5)))
_DAYS_APART: Final = (1, 2, 5, 10, 15)
_LONGEST_MONTH: Final = 31
_EDGE: Final = 8.0
"""So near to an edge of the frame, in per cent, a name stands beside its tick and not below."""


@dataclass(frozen=True, slots=True)
class LaneSpan:
    """What a lane shows: days as numbers, None unbounded.

    ``presumed`` is the last day until which it is presumed to have gone on; ``planned`` the days
    that a plan gives for its end; ``alternatives`` are its distinct bounds where it is contested.
    """

    bounds: FourBounds
    presumed: int | None = None
    planned: tuple[int | None, int | None] | None = None
    contested: bool = False
    alternatives: tuple[FourBounds, ...] = ()

    @property
    def days(self) -> Iterator[int]:
        """The days that a frame around it has to hold."""
        for four in (self.bounds, *self.alternatives):
            days = (four.start_earliest, four.start_latest, four.end_earliest, four.end_latest)
            yield from (day for day in days if day is not None)
        yield from (day for day in self.planned or () if day is not None)


@dataclass(frozen=True, slots=True)
class Lane:
    """A span, drawn: ``maybe`` is all of it, ``sure``, ``presumed`` and ``planned`` lie within.

    Any of the three is None where there is no such stretch in the frame. ``ways`` are the same for
    each alternative, as (all of it, what is sure of it); ``mark`` is where ◆ stands.
    """

    maybe: Bar | None
    sure: Bar | None
    presumed: Bar | None
    planned: Bar | None
    ways: tuple[tuple[Bar | None, Bar | None], ...]
    mark: float | None


@dataclass(frozen=True, slots=True)
class Timeline:
    """Lanes on one scale from ``first`` to ``last`` (days, both shown), and where the day is."""

    lanes: tuple[Lane, ...]
    ticks: tuple[Tick, ...]
    asked: float | None
    first: str
    last: str


def timeline(
    spans: Sequence[LaneSpan], asked: int | None = None, window: tuple[int, int] | None = None
) -> Timeline | None:
    """The lanes of several spans; None where no day of any is known.

    ``asked`` is the day of the cursor. ``window`` are the first and last day to be shown: by
    default all that is known, and the day asked about.
    """
    if window is None:
        days = [day for span in spans for day in span.days]
        if not days:
            return None
        shown = [*days, asked] if asked is not None else days
        margin = max(_LEAST_MARGIN_DAYS, round((max(shown) - min(shown)) * _MARGIN / 2))
        window = min(shown) - margin, max(shown) + margin
    first, last = window
    scale = _Scale(first, max(first, last) + 1)
    cursor = None if asked is None or not first <= asked <= last else scale.at(asked + 0.5)
    lanes = tuple(_lane(span, scale) for span in spans)
    return Timeline(lanes, tuple(_calendar(scale)), cursor, iso(first), iso(scale.past - 1))


def _lane(span: LaneSpan, scale: _Scale) -> Lane:
    maybe, sure = _all_and_sure(span.bounds, scale)
    bounds, until = span.bounds, span.presumed
    presumed = planned = None
    if until is not None and bounds.start_latest is not None:
        from_ = max(bounds.start_latest, _or(bounds.end_earliest, bounds.start_latest) + 1)
        presumed = _within(from_, min(until, _or(bounds.end_latest, until)), scale)
    if span.planned is not None and None not in span.planned:
        planned = _within(*span.planned, scale)
    mark = None
    if span.contested and maybe is not None:
        mark = round(maybe.x + maybe.width / 2, 2)
    ways = tuple(_all_and_sure(one, scale) for one in span.alternatives)
    return Lane(maybe, sure, presumed, planned, ways, mark)


def _all_and_sure(bounds: FourBounds, scale: _Scale) -> tuple[Bar | None, Bar | None]:
    maybe = _within(bounds.start_earliest, bounds.end_latest, scale)
    begun, going = bounds.start_latest, bounds.end_earliest
    sure = None if begun is None or going is None else _within(begun, going, scale, sure=True)
    return maybe, sure


def _within(
    first: int | None, last: int | None, scale: _Scale, *, sure: bool = False
) -> Bar | None:
    """The days from one to another as far as they lie in the frame; None where none does."""
    begins = scale.first if first is None else max(first, scale.first)
    ends = scale.past if last is None else min(last + 1, scale.past)
    if begins >= ends:
        return None
    x = scale.at(begins)
    fades = "left" if first is None else "right" if last is None else ""
    return Bar(x, round(scale.at(ends) - x, 2), sure, "both" if first is last is None else fades)


def _calendar(scale: _Scale) -> Iterator[Tick]:
    """Round days, :data:`MOST_TICKS` at most: first days of years or months, else other days."""
    shown = scale.past - scale.first
    found: list[tuple[int, str]] = []
    for apart in (one for one in _MONTHS_APART if shown <= one * _LONGEST_MONTH * (MOST_TICKS + 1)):
        found = list(_months(scale, apart))
        if len(found) <= MOST_TICKS:
            break
    if len(found) < 2 and shown <= 3 * _LONGEST_MONTH:
        for apart in _DAYS_APART:
            found = [(day, f"{civil(day)[2]} {_month(day)}") for day in _days(scale, apart)]
            if len(found) <= MOST_TICKS:
                break
    for day, name in found[:MOST_TICKS]:
        x = scale.at(day)
        yield Tick(x, name, 0, "start" if x < _EDGE else "end" if x > 100 - _EDGE else "middle")


def _months(scale: _Scale, apart: int) -> Iterator[tuple[int, str]]:
    year, month, _ = civil(scale.first)
    number = -(-(year * 12 + month - 1) // apart) * apart
    while (day := day_number(number // 12, number % 12 + 1, 1)) < scale.past:
        if day >= scale.first:
            yield day, _year(day) if apart % 12 == 0 else f"{_month(day)} {_year(day)}"
        number += apart


def _days(scale: _Scale, apart: int) -> Iterator[int]:
    days = range(scale.first, scale.past)
    return (day for day in days if apart == 1 or civil(day)[2] in range(1, 30, apart))


def _month(day: int) -> str:
    return MONTHS[civil(day)[1] - 1][:3]


def _year(day: int) -> str:
    year = civil(day)[0]
    return str(year) if year > 0 else f"{1 - year} BC"


def _or(day: int | None, otherwise: int) -> int:
    return otherwise if day is None else day
