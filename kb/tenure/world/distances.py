"""How far apart two days are, at the least, in every solution of the time network.

The day of a point less the day of another is at least the longest path between them. Such a path
either passes the origin, and then it is a greatest day and a least day taken together, or it does
not, and then it stays among what the first point comes before; so only that is searched, never the
whole network (Dechter, Meiri and Pearl 1991; the split at the origin is a property of paths).
"""

from __future__ import annotations

from collections import defaultdict, deque
from collections.abc import Mapping
from dataclasses import dataclass

from tenure.temporal import ORIGIN
from tenure.world.model import TimeSolution


@dataclass(frozen=True, slots=True)
class Day:
    """A known day (``iri`` None, ``shift`` its number), or so many days from a point of ``iri``."""

    iri: str | None
    which: str
    shift: int


class Distances:
    """Least distances in days between the points of one network, searched when first asked for."""

    def __init__(self, time: TimeSolution) -> None:
        self._time = time
        self._edges: dict[int, list[tuple[int, int]]] = defaultdict(list)
        for constraint in time.network.constraints:
            if ORIGIN not in (constraint.earlier, constraint.later):
                self._edges[constraint.earlier].append((constraint.later, constraint.least))
        self._reached: dict[int, Mapping[int, int]] = {}

    def knows(self, iri: str) -> bool:
        """Whether the network has points of that name."""
        return (iri, "start") in self._time.points

    def least(self, one: Day, other: Day) -> int | None:
        """The number of days that ``other`` comes after ``one`` in every solution; None: any.

        Below 0 it may come before by so many.
        """
        if one == other:
            return 0
        found = []
        low, high = self._low(other), self._high(one)
        if low is not None and high is not None:
            found.append(low - high)
        first, second = self._point(one), self._point(other)
        if first is not None and second is not None:
            between = self._from(first).get(second)
            if between is not None:
                found.append(between + other.shift - one.shift)
        return max(found, default=None)

    def _point(self, day: Day) -> int | None:
        return None if day.iri is None else self._time.points.get((day.iri, day.which))

    def _low(self, day: Day) -> int | None:
        if day.iri is None:
            return day.shift
        point = self._point(day)
        low = None if point is None else self._time.at_least.distance.get(point)
        return None if low is None else low + day.shift

    def _high(self, day: Day) -> int | None:
        if day.iri is None:
            return day.shift
        point = self._point(day)
        high = None if point is None else self._time.at_most.distance.get(point)
        return None if high is None else high + day.shift

    def _from(self, point: int) -> Mapping[int, int]:
        """Longest paths from a point that do not pass the origin; there is no positive cycle."""
        known = self._reached.get(point)
        if known is None:
            best = {point: 0}
            queue, queued = deque([point]), {point}
            while queue:
                here = queue.popleft()
                queued.discard(here)
                for target, least in self._edges.get(here, ()):
                    gained = best[here] + least
                    if target not in best or gained > best[target]:
                        best[target] = gained
                        if target not in queued:
                            queued.add(target)
                            queue.append(target)
            known = self._reached[point] = best
        return known
