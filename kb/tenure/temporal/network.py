"""The time network: a simple temporal problem over days, and its tightest bounds.

Points are integers; point :data:`ORIGIN` is day 0. Every constraint has one form, ``x[later] >=
x[earlier] + least``; a greatest distance is the same form with the points exchanged and the sign
turned. The tightest bounds of a point are the shortest paths from and to the origin in the
distance graph (Dechter, Meiri and Pearl, *Temporal constraint networks*, Artificial Intelligence
49, 1991, section 3); there is no solution exactly when that graph has a negative cycle.

Single-source shortest paths are found by Bellman-Ford with a queue: O(points x constraints) in
the worst case, near-linear on the sparse networks that sources make.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Final, NamedTuple, TypeAlias

ORIGIN: Final = 0


class Constraint(NamedTuple):
    """``x[later] >= x[earlier] + least`` (days), and whatever says so.

    ``reason`` is an index into a table that the caller keeps. Constraints are ordered, so that a
    network built from a sorted list gives the same derivations whatever order they came in.
    """

    earlier: int
    later: int
    least: int
    reason: int


_Edges: TypeAlias = dict[int, list[Constraint]]


class Inconsistent(Exception):
    """No assignment of days satisfies all constraints; ``cycle`` is a set that shows it."""

    def __init__(self, cycle: tuple[Constraint, ...]) -> None:
        super().__init__(f"{len(cycle)} constraints contradict each other")
        self.cycle = cycle


@dataclass(frozen=True, slots=True)
class Reach:
    """The extreme distances from one point to others, and the constraints they hang on.

    ``distance`` maps a point to a number of days; a point that is absent is unbounded.
    """

    source: int
    distance: Mapping[int, int]
    _last: Mapping[int, Constraint]
    backwards: bool

    def step(self, point: int) -> Constraint | None:
        """The last constraint of :meth:`path`; None for the source itself."""
        return None if point == self.source else self._last[point]

    def path(self, point: int) -> tuple[Constraint, ...]:
        """The constraints, from the source on, that give ``distance[point]``; empty for itself."""
        steps: list[Constraint] = []
        while point != self.source:
            step = self._last[point]
            steps.append(step)
            point = step.later if self.backwards else step.earlier
        return tuple(reversed(steps))


class TimeNetwork:
    """Constraints between points, with bounds and derivations; immutable once built.

    ``outgoing`` and ``incoming`` have, in order, the constraints in which a point is the earlier
    and the later one.
    """

    def __init__(
        self, constraints: Iterable[Constraint], within: TimeNetwork | None = None
    ) -> None:
        """A network of the points that the constraints name; the origin is point 0.

        It has all constraints of the network ``within`` too, and shares them with it.
        """
        self._within = within
        # A network less a few constraints is in order already, and sorting notices that.
        self._own = sorted(dict.fromkeys(constraints))
        self.outgoing: _Edges = dict(within.outgoing) if within else {}
        self.incoming: _Edges = dict(within.incoming) if within else {}
        for edges, end in ((self.outgoing, 0), (self.incoming, 1)):
            added: _Edges = {}
            for constraint in self._own:
                added.setdefault(constraint[end], []).append(constraint)
            for point, some in added.items():
                edges[point] = sorted({*edges[point], *some}) if point in edges else some

    @cached_property
    def constraints(self) -> tuple[Constraint, ...]:
        """All of them, in order."""
        if self._within is None:
            return tuple(self._own)
        return tuple(sorted({*self._within.constraints, *self._own}))

    def onwards(self, point: int) -> Sequence[Constraint]:
        """The constraints by which other points come after a point."""
        return self.outgoing.get(point, ())

    def backwards(self, point: int) -> Sequence[Constraint]:
        """The constraints by which a point comes after others."""
        return self.incoming.get(point, ())

    def at_least(self, source: int) -> Reach:
        """For each point the greatest ``d`` for which every solution has ``x[p] - x[source] >= d``.

        Raises :class:`Inconsistent` when a cycle within reach has no solution.
        """
        return self._search(source, self.outgoing, backwards=False)

    def at_most(self, source: int) -> Reach:
        """For each point the least ``d`` for which every solution has ``x[p] - x[source] <= d``.

        Raises :class:`Inconsistent` when a cycle within reach has no solution.
        """
        return self._search(source, self.incoming, backwards=True)

    def tightened(self, reach: Reach, more: Iterable[Constraint]) -> dict[int, int]:
        """The distances of a reach of this network that further constraints change, by point.

        Together they have a solution. Costs in proportion to what changes.
        """
        edges, sign = self.outgoing, 1
        if reach.backwards:
            edges, sign = self.incoming, -1
        added: dict[int, list[Constraint]] = {}
        for edge in more:
            added.setdefault(edge.later if reach.backwards else edge.earlier, []).append(edge)
        changed: dict[int, int] = {}
        before = reach.distance
        queue = deque(sorted(added))
        queued = set(queue)
        while queue:
            point = queue.popleft()
            queued.discard(point)
            here = changed.get(point)
            if here is None:
                if point not in before:
                    continue
                here = sign * before[point]
            for edge in (*edges.get(point, ()), *added.get(point, ())):
                target = edge.earlier if reach.backwards else edge.later
                gained = here + edge.least
                known = changed.get(target)
                if known is None and target in before:
                    known = sign * before[target]
                if known is None or gained > known:
                    changed[target] = gained
                    if target not in queued:
                        queued.add(target)
                        queue.append(target)
        return {point: sign * day for point, day in changed.items()}

    def _search(self, source: int, edges: _Edges, *, backwards: bool) -> Reach:
        # Longest paths along the constraints (or against them), counted from 0 at the source. Equal
        # distances prefer fewer constraints, then the first in order, so that derivations are the
        # same however the claims were loaded.
        best: dict[int, tuple[int, int]] = {source: (0, 0)}
        last: dict[int, Constraint] = {}
        queue: deque[int] = deque([source])
        queued = {source}
        while queue:
            point = queue.popleft()
            queued.discard(point)
            gained, hops = best[point]
            for edge in edges.get(point, ()):
                target = edge.earlier if backwards else edge.later
                candidate = (gained + edge.least, hops - 1)
                known = best.get(target)
                if known is not None and candidate <= known:
                    continue
                if target == source and candidate[0] == 0:
                    continue
                best[target] = candidate
                last[target] = edge
                # A walk with more steps than there are points visits one of them twice.
                if target == source or -candidate[1] >= len(best):
                    cycle = _cycle(last, target, backwards=backwards)
                    if cycle:
                        raise Inconsistent(cycle)
                if target not in queued:
                    queued.add(target)
                    queue.append(target)
        sign = -1 if backwards else 1
        return Reach(source, {p: sign * d for p, (d, _) in best.items()}, last, backwards)


def _cycle(
    last: Mapping[int, Constraint], start: int, *, backwards: bool
) -> tuple[Constraint, ...]:
    """The cycle that the steps back from ``start`` run into; empty when they reach the source."""
    seen: set[int] = set()
    point = start
    while point not in seen:
        seen.add(point)
        if point not in last:
            return ()
        point = last[point].later if backwards else last[point].earlier
    first, cycle = point, []
    while True:
        step = last[point]
        cycle.append(step)
        point = step.later if backwards else step.earlier
        if point == first:
            return tuple(sorted(cycle))


def find_contradiction(constraints: Sequence[Constraint]) -> tuple[Constraint, ...] | None:
    """Constraints of one positive cycle among the given ones; None when they have a solution.

    As soon as there is a cycle, the steps that gave the best distances run in a circle too; they
    are looked through after as many steps as there are points, so that this costs no more than the
    search (Cherkassky and Goldberg, *Negative-cycle detection algorithms*, Mathematical
    Programming 85, 1999).
    """
    edges: dict[int, list[Constraint]] = {}
    for constraint in constraints:
        edges.setdefault(constraint.earlier, []).append(constraint)
        edges.setdefault(constraint.later, [])
    best = dict.fromkeys(sorted(edges), 0)
    last: dict[int, Constraint] = {}
    queue = deque(best)
    queued = set(best)
    left = len(best)
    while queue:
        point = queue.popleft()
        queued.discard(point)
        for edge in edges.get(point, ()):
            if best[point] + edge.least <= best[edge.later]:
                continue
            best[edge.later] = best[point] + edge.least
            last[edge.later] = edge
            left -= 1
            if edge.later not in queued:
                queued.add(edge.later)
                queue.append(edge.later)
        if left <= 0:
            left = len(best)
            cycle = _any_cycle(last)
            if cycle:
                return cycle
    return None


def _any_cycle(last: Mapping[int, Constraint]) -> tuple[Constraint, ...]:
    """A cycle among the last steps to each point; empty where there is none."""
    seen: dict[int, int] = {}
    for start in last:
        point = start
        while point in last and point not in seen:
            seen[point] = start
            point = last[point].earlier
        if point in last and seen[point] == start:
            return _cycle(last, point, backwards=False)
    return ()
