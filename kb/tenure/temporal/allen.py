"""The thirteen relations of two intervals, with three outcomes when their ends are uncertain.

J. F. Allen, "Maintaining knowledge about temporal intervals", CACM 26(11), 1983, is about
intervals on a line whose ends are points. A stretch of days that runs from day ``a`` to day ``b``,
both included, is taken as the half-open interval ``[a, b + 1)``. So *meets* means that the other
begins on the next day, *before* that at least one day lies between, and two stretches that share
a single day overlap (or start, finish, …) and never meet.

Each relation fixes the order of the four end points entirely, and in that order every point is
either equal to the one before or later than it. Whether a relation is possible is therefore
decided by one walk along the order which gives every point its earliest day.
"""

from __future__ import annotations

from enum import Enum, StrEnum
from itertools import pairwise
from typing import Final

from tenure.temporal.interval import Certainty, FourBounds


class _Point(Enum):
    X_START = "x start"
    X_STOP = "x stop"
    Y_START = "y start"
    Y_STOP = "y stop"


class Allen(StrEnum):
    """How one interval lies to another; the names are Allen's, with OWL-Time's ``contains``."""

    BEFORE = "before"
    MEETS = "meets"
    OVERLAPS = "overlaps"
    STARTS = "starts"
    DURING = "during"
    FINISHES = "finishes"
    EQUALS = "equals"
    FINISHED_BY = "finished by"
    CONTAINS = "contains"
    STARTED_BY = "started by"
    OVERLAPPED_BY = "overlapped by"
    MET_BY = "met by"
    AFTER = "after"

    @property
    def inverse(self) -> Allen:
        """The relation of the second interval to the first.

        >>> Allen.MEETS.inverse
        <Allen.MET_BY: 'met by'>
        """
        members = list(Allen)  # declared in mirror order about EQUALS
        return members[len(members) - 1 - members.index(self)]


def _chains() -> dict[Allen, tuple[tuple[_Point, ...], ...]]:
    xs, xe, ys, ye = _Point.X_START, _Point.X_STOP, _Point.Y_START, _Point.Y_STOP
    chains: dict[Allen, tuple[tuple[_Point, ...], ...]] = {
        Allen.BEFORE: ((xs,), (xe,), (ys,), (ye,)),
        Allen.MEETS: ((xs,), (xe, ys), (ye,)),
        Allen.OVERLAPS: ((xs,), (ys,), (xe,), (ye,)),
        Allen.STARTS: ((xs, ys), (xe,), (ye,)),
        Allen.DURING: ((ys,), (xs,), (xe,), (ye,)),
        Allen.FINISHES: ((ys,), (xs,), (xe, ye)),
        Allen.EQUALS: ((xs, ys), (xe, ye)),
    }
    swap = {xs: ys, ys: xs, xe: ye, ye: xe}
    for relation, chain in tuple(chains.items()):
        chains[relation.inverse] = tuple(tuple(swap[p] for p in group) for group in chain)
    return {relation: chains[relation] for relation in Allen}


_CHAINS: Final = _chains()
"""For each relation its end points in order of time; those that coincide stand together."""


_ENDS: Final = (_Point.X_START, _Point.X_STOP, _Point.Y_START, _Point.Y_STOP)


def least_days(relation: Allen) -> tuple[tuple[int, int, int], ...]:
    """The relation as least numbers of days between first and last days: ``(from, to, days)``.

    0 and 1 stand for the first and the last day of ``x``, 2 and 3 for those of ``y``, all included.

    >>> least_days(Allen.MEETS)
    ((0, 1, 0), (0, 2, 1), (1, 2, 1), (1, 3, 1), (2, 1, -1), (2, 3, 0))
    """
    found: set[tuple[int, int, int]] = set()
    numbered = [[_ENDS.index(point) for point in group] for group in _CHAINS[relation]]
    for group in numbered:
        found |= {(a, b, a % 2 - b % 2) for a in group for b in group if a != b}
    for group, following in pairwise(numbered):
        found |= {(a, b, 1 + a % 2 - b % 2) for a in group for b in following}
    return tuple(sorted(found))


def relations(x: FourBounds, y: FourBounds) -> dict[Allen, Certainty]:
    """How ``x`` can lie to ``y``, for each of the thirteen relations.

    The two are taken as independent: any stretch that fits the bounds of ``x`` may go with any
    that fits those of ``y``. Then the answer is exact. The relations exclude each other and one of
    them always holds, so that one is certain if and only if it is the only one possible.

    >>> outcome = relations(FourBounds(1, 1, 4, 5), FourBounds(6, 6, 9, 9))
    >>> {str(r): str(c) for r, c in outcome.items() if c is not Certainty.RULED_OUT}
    {'before': 'possible', 'meets': 'possible'}
    """
    ranges = {
        _Point.X_START: (x.start_earliest, x.start_latest),
        _Point.X_STOP: (_next(x.end_earliest), _next(x.end_latest)),
        _Point.Y_START: (y.start_earliest, y.start_latest),
        _Point.Y_STOP: (_next(y.end_earliest), _next(y.end_latest)),
    }
    possible = {relation for relation, chain in _CHAINS.items() if _fits(chain, ranges)}
    outcome = Certainty.CERTAIN if len(possible) == 1 else Certainty.POSSIBLE
    return {
        relation: outcome if relation in possible else Certainty.RULED_OUT for relation in Allen
    }


def _next(day: int | None) -> int | None:
    return None if day is None else day + 1


def _fits(
    chain: tuple[tuple[_Point, ...], ...],
    ranges: dict[_Point, tuple[int | None, int | None]],
) -> bool:
    reached: int | None = None  # the earliest day the chain can have come to; None: any
    for group in chain:
        floor = _next(reached)
        lows = [low for low, _ in map(ranges.__getitem__, group) if low is not None]
        if floor is not None:
            lows.append(floor)
        reached = max(lows, default=None)
        highs = [high for _, high in map(ranges.__getitem__, group) if high is not None]
        if reached is not None and highs and reached > min(highs):
            return False
    return True
