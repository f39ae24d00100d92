"""Tightest bounds of millions of points, by rounds of relaxation over arrays.

Bellman-Ford (see :mod:`tenure.temporal.network`), all constraints of a round at a time: as many
rounds as the longest derivation has steps, each O(constraints). Networks made from sources are
shallow. A round looks only at constraints whose points moved in the round before.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from tenure.world.columns import Ints

UNBOUNDED: Final = -(2**60)
"""Stands for no bound; every day that a date can name is nearer to 0."""

_ROUNDS = 256


@dataclass(frozen=True, slots=True)
class Relaxed:
    """The earliest (``low``) and latest (``high``) day of each point, ±:data:`UNBOUNDED` if open.

    ``restless`` are points that a contradiction keeps moving, or whose days exclude each other.
    """

    low: Ints
    high: Ints
    restless: Ints


def relax(points: int, earlier: Ints, later: Ints, least: Ints) -> Relaxed:
    """The bounds of all points under ``later >= earlier + least``; point 0 is day 0."""
    low, moving_low = _reach(points, earlier, later, least)
    # Turned round and with signs turned, the latest days are earliest ones too.
    minus_high, moving_high = _reach(points, later, earlier, least)
    loops = _unanchored(points, earlier, later, least, (low == UNBOUNDED))
    crossed = (low != UNBOUNDED) & (minus_high != UNBOUNDED) & (low > -minus_high)
    restless = np.flatnonzero(moving_low | moving_high | loops | crossed)
    high = np.where(minus_high == UNBOUNDED, -UNBOUNDED, -minus_high)
    return Relaxed(low, high, restless)


def _reach(
    points: int, sources: Ints, targets: Ints, least: Ints
) -> tuple[Ints, NDArray[np.bool_]]:
    # Day 0 stays day 0: what would move it shows as days that exclude each other.
    best = np.full(points, UNBOUNDED, dtype=np.int64)
    best[0] = 0
    inner = targets != 0
    return _rounds(best, sources[inner], targets[inner], least[inner])


def _unanchored(
    points: int, earlier: Ints, later: Ints, least: Ints, free: NDArray[np.bool_]
) -> NDArray[np.bool_]:
    """Points on a circle of order alone, which no date ties to the origin."""
    among = free[earlier] & free[later]
    start = np.zeros(points, dtype=np.int64)
    _, moving = _rounds(start, earlier[among], later[among], least[among])
    return moving


def _rounds(
    best: Ints, sources: Ints, targets: Ints, least: Ints
) -> tuple[Ints, NDArray[np.bool_]]:
    """Relax until nothing moves; the second array marks what still moved when patience ended."""
    moved = best != UNBOUNDED
    for _ in range(_ROUNDS):
        active = np.flatnonzero(moved[sources])
        if not len(active):
            break
        reached = targets[active]
        candidate = best[sources[active]] + least[active]
        better = candidate > best[reached]
        reached, candidate = reached[better], candidate[better]
        moved = np.zeros(len(best), np.bool_)
        if not len(reached):
            break
        np.maximum.at(best, reached, candidate)
        moved[reached] = True
    else:
        # A derivation longer than our patience moves on too; whoever asks looks more closely.
        return best, moved
    return best, np.zeros(len(best), np.bool_)
