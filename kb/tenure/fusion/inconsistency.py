"""Inconsistency: which constraints can have a part in a contradiction, and with which others.

A contradiction is a positive cycle of constraints, and one that is simple passes the origin at
most once. A point that no claim moves, such as the day of a source that is known, is as good as
the origin: a cycle through several of them falls apart into some that pass one each, of which one
is positive by itself. So a constraint matters only where the longest way from the origin to its
earlier point, its own least distance, and the longest way back from its later point come to more
than nothing; and two constraints can only be in one contradiction where the same holds of a way
that takes the one and then the other. Both are longest paths in the network without the origin
(Dechter, Meiri and Pearl 1991, section 3). Where that has positive cycles of its own, all within
their strongly connected component (Tarjan, *Depth-first search and linear graph algorithms*, SIAM
Journal on Computing 1, 1972) counts as endlessly far, so that nothing is missed. Cost:
O(constraints) where paths are short, and for the parting of what matters its square.
"""

from __future__ import annotations

from collections import defaultdict, deque
from collections.abc import Callable, Iterable, Mapping, Sequence
from math import inf

from tenure.temporal import ORIGIN, Constraint, TimeNetwork, find_contradiction

LabelsOf = Callable[[Constraint], tuple[int, ...]]
"""The units, by number, without any of which a constraint would not hold; none: it always does."""

Ways = Mapping[int, list[tuple[int, int]]]
"""From each point the points next to it, with the days gained on the way."""


def pinned(constraints: Sequence[Constraint]) -> Mapping[int, int]:
    """The points whose day the constraints fix, with their days; the origin among them.

    Raises :class:`~tenure.temporal.Inconsistent` where they contradict each other.
    """
    network = TimeNetwork(constraints)
    low, high = network.at_least(ORIGIN).distance, network.at_most(ORIGIN).distance
    return {point: day for point, day in low.items() if high.get(point) == day}


def from_origin(constraints: Iterable[Constraint], days: Mapping[int, int]) -> list[Constraint]:
    """The same constraints, with the origin for every point whose day is given."""
    return [
        Constraint(
            ORIGIN if c.earlier in days else c.earlier,
            ORIGIN if c.later in days else c.later,
            c.least + days.get(c.earlier, 0) - days.get(c.later, 0),
            c.reason,
        )
        if c.earlier in days or c.later in days
        else c
        for c in constraints
    ]


class CandidateConstraints:
    """The constraints, among those given, that can have a part in a contradiction."""

    def __init__(self, constraints: Sequence[Constraint]) -> None:
        """Look for them. ``constraints`` are counted from the origin (:func:`from_origin`)."""
        inner = [c for c in constraints if ORIGIN not in (c.earlier, c.later)]
        self._endless = _endless(inner)
        onwards, back = _ways(inner), _ways(inner, backwards=True)
        self._after = self._gains(
            ((c.later, c.least) for c in constraints if c.earlier == ORIGIN), onwards
        )
        self._before = self._gains(
            ((c.earlier, c.least) for c in constraints if c.later == ORIGIN), back
        )
        self.constraints = [c for c in constraints if self._matters(c)]

    def parts(self, labels_of: LabelsOf) -> list[list[Constraint]]:
        """The constraints by the contradictions that they can be in together.

        Those with labels are in one part each, those that always hold in all that they lie beside.
        """
        stated = [c for c in self.constraints if labels_of(c)]
        groups = _Groups(stated)
        into, out_of = defaultdict(list), defaultdict(list)
        for c in stated:
            if ORIGIN == c.earlier == c.later:
                continue
            into[c.later].append((self._until(c.earlier) + c.least, c))
            out_of[c.earlier].append((c.least + self._since(c.later), c))
            if c.earlier in self._endless and self._endless[c.earlier] == self._endless.get(
                c.later
            ):
                groups.join(c, self._endless[c.earlier])
        onwards = _ways(c for c in self.constraints if ORIGIN not in (c.earlier, c.later))
        for point, arriving in into.items():
            if point == ORIGIN:
                continue
            best = max(gain for gain, _ in arriving)
            leaving = [
                (far + gain, c)
                for target, far in self._gains([(point, 0)], onwards, endless=False).items()
                for gain, c in out_of.get(target, ())
                if best + far + gain > 0
            ]
            if leaving:
                most = max(gain for gain, _ in leaving)
                together = [c for _, c in leaving]
                together += [c for gain, c in arriving if gain + most > 0]
                for c in together[1:]:
                    groups.join(together[0], c)
        beside = Beside(self.constraints, labels_of)
        return [beside.with_these(group) for group in groups.all()]

    def _matters(self, c: Constraint) -> bool:
        if c.earlier in self._endless and self._endless[c.earlier] == self._endless.get(c.later):
            return True
        return self._until(c.earlier) + c.least + self._since(c.later) > 0

    def _until(self, point: int) -> float:
        return 0 if point == ORIGIN else self._after.get(point, -inf)

    def _since(self, point: int) -> float:
        return 0 if point == ORIGIN else self._before.get(point, -inf)

    def _gains(
        self, starts: Iterable[tuple[int, int]], ways: Ways, *, endless: bool = True
    ) -> dict[int, float]:
        """Longest ways from the starts. Without ``endless`` only what they reach is endless."""
        best: dict[int, float] = dict.fromkeys(self._endless, inf) if endless else {}
        for point, gain in starts:
            best[point] = max(best.get(point, -inf), inf if point in self._endless else gain)
        queue = deque(best)
        queued = set(queue)
        while queue:
            point = queue.popleft()
            queued.discard(point)
            for target, least in ways.get(point, ()):
                gained = inf if target in self._endless else best[point] + least
                if gained > best.get(target, -inf):
                    best[target] = gained
                    if target not in queued:
                        queued.add(target)
                        queue.append(target)
        return best


class Beside:
    """Finds what always holds beside constraints with labels."""

    def __init__(self, constraints: Iterable[Constraint], labels_of: LabelsOf) -> None:
        self._always: dict[int, list[Constraint]] = defaultdict(list)
        for c in constraints:
            if not labels_of(c):
                for point in {c.earlier, c.later} - {ORIGIN}:
                    self._always[point].append(c)

    def with_these(self, stated: Iterable[Constraint]) -> list[Constraint]:
        """The constraints with all that always holds of their points and of those next to them."""
        found = set(stated)
        todo = [point for c in found for point in (c.earlier, c.later)]
        seen = {ORIGIN}
        while todo:
            point = todo.pop()
            if point not in seen:
                seen.add(point)
                for c in self._always.get(point, ()):
                    found.add(c)
                    todo += (c.earlier, c.later)
        return sorted(found)


class _Groups:
    """Constraints that are joined with each other (union-find)."""

    def __init__(self, members: Iterable[Constraint]) -> None:
        self._parent: dict[Constraint | int, Constraint | int] = {c: c for c in members}

    def join(self, one: Constraint | int, other: Constraint | int) -> None:
        self._parent[self._root(one)] = self._root(other)

    def all(self) -> list[list[Constraint]]:
        found: dict[Constraint | int, list[Constraint]] = defaultdict(list)
        for member in list(self._parent):
            if isinstance(member, Constraint):
                found[self._root(member)].append(member)
        return sorted(sorted(group) for group in found.values())

    def _root(self, member: Constraint | int) -> Constraint | int:
        self._parent.setdefault(member, member)
        while self._parent[member] != member:
            self._parent[member] = self._parent[self._parent[member]]
            member = self._parent[member]
        return member


def _ways(constraints: Iterable[Constraint], *, backwards: bool = False) -> Ways:
    ways: dict[int, list[tuple[int, int]]] = defaultdict(list)
    for c in constraints:
        if backwards:
            ways[c.later].append((c.earlier, c.least))
        else:
            ways[c.earlier].append((c.later, c.least))
    return ways


def _endless(constraints: Sequence[Constraint]) -> Mapping[int, int]:
    """The points of strongly connected components with a positive cycle; each by its component."""
    if find_contradiction(constraints) is None:
        return {}
    component = _strong(_ways(constraints))
    within: dict[int, list[Constraint]] = defaultdict(list)
    for c in constraints:
        if component[c.earlier] == component[c.later]:
            within[component[c.earlier]].append(c)
    bad = {number for number, some in within.items() if find_contradiction(some) is not None}
    return {point: number for point, number in component.items() if number in bad}


def _strong(ways: Ways) -> dict[int, int]:
    """For each point the number of its strongly connected component."""
    found: dict[int, int] = {}
    index: dict[int, int] = {}
    low: dict[int, int] = {}
    stack: list[int] = []
    everyone = [*ways, *(target for some in list(ways.values()) for target, _ in some)]
    for start in dict.fromkeys(everyone):
        if start in index:
            continue
        todo = [(start, iter(ways.get(start, ())))]
        index[start] = low[start] = len(index)
        stack.append(start)
        while todo:
            point, rest = todo[-1]
            for target, _ in rest:
                if target not in index:
                    index[target] = low[target] = len(index)
                    stack.append(target)
                    todo.append((target, iter(ways.get(target, ()))))
                    break
                if target not in found:
                    low[point] = min(low[point], index[target])
            else:
                todo.pop()
                if todo:
                    low[todo[-1][0]] = min(low[todo[-1][0]], low[point])
                if low[point] == index[point]:
                    while True:
                        member = stack.pop()
                        found[member] = point
                        if member == point:
                            break
    return found


def false_alone(constraints: Sequence[Constraint], labels_of: LabelsOf) -> frozenset[int]:
    """The units that contradict what is always so."""
    by_unit: dict[int, list[Constraint]] = defaultdict(list)
    for c in constraints:
        labels = labels_of(c)
        if len(labels) == 1:
            by_unit[labels[0]].append(c)
    beside = Beside(constraints, labels_of)
    return frozenset(
        unit
        for unit, own in by_unit.items()
        if find_contradiction(beside.with_these(own)) is not None
    )
