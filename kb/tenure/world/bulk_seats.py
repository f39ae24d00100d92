"""Who may crowd a seat, by a sweep over its holders in the order in which they may have begun.

Only those are compared whose stretches can meet, so that a seat with a dated history costs no more
than sorting its holders; O(n²) where nobody's end is known.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from math import inf

from tenure.temporal import FourBounds

Holder = tuple[str, FourBounds]
"""An occurrence and its bounds."""


def meeting(held: Iterable[Holder]) -> Iterator[tuple[str, str, bool]]:
    """The pairs that can share more than a day of handover, and whether their bounds say so."""
    going_on: list[Holder] = []
    for holder in sorted(held, key=lambda one: (_earliest(one[1]), one[0])):
        iri, bounds = holder
        going_on = [one for one in going_on if _latest(one[1]) > _earliest(bounds)]
        for other, theirs in going_on:
            if _earliest(theirs) < _latest(bounds):
                yield other, iri, _surely(theirs, bounds) and _surely(bounds, theirs)
        going_on.append(holder)


def can_meet(one: FourBounds, other: FourBounds) -> bool:
    """Whether two stretches can share more than a day of handover."""
    return _earliest(one) < _latest(other) and _earliest(other) < _latest(one)


def _earliest(bounds: FourBounds) -> float:
    return -inf if bounds.start_earliest is None else bounds.start_earliest


def _latest(bounds: FourBounds) -> float:
    return inf if bounds.end_latest is None else bounds.end_latest


def _surely(one: FourBounds, other: FourBounds) -> bool:
    """Whether the one certainly began before the other's end."""
    begun, over = one.start_latest, other.end_earliest
    return begun is not None and over is not None and begun < over
