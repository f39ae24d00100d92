"""A stretch of time as a figure: surely there, possibly there, and the day that was asked about.

Pure geometry in per cent of the width, drawn by ``templates/_parts.html``; no pixel is fixed, so
that the figure fits a phone and the writing in it keeps its size.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from tenure.temporal import FourBounds, iso

_MARGIN: Final = 0.14
_LEAST_MARGIN_DAYS: Final = 3

_LABEL_WIDTH: Final = 25.0
"""How much of the width, in per cent, a date takes on a phone."""


@dataclass(frozen=True, slots=True)
class Bar:
    """A bar from ``x`` over ``width``, in per cent; ``fades`` "left" or "right" if unbounded."""

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
