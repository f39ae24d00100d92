"""The time networks of all components as one, without solving any of them again.

Components share no point through which a bound could travel. What they share are the ends of
lives and existences that situations only lie within, and sources whose day is known; the bounds
of such a point follow from its neighbours' (Bellman's equation). Every other distance is either
within one component or passes the origin, and then it is the sum of two known ones (Dechter,
Meiri and Pearl, *Temporal constraint networks*, Artificial Intelligence 49, 1991, section 3).

A joined network is immutable. A changed one shares with the former all that stayed, and solves
nothing but the components that are new.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from immutables import Map, MapMutation

from tenure.temporal import ORIGIN, Constraint, Reach
from tenure.world.constraints import Point, Reason
from tenure.world.model import TimeSolution

Row = dict[Constraint, None]
Edges = Map[int, Row]
IsShared = Callable[[int], bool]


@dataclass(slots=True)
class Numbers:
    """The numbers of points and reasons. They only grow, so that all versions can share them."""

    points: dict[Point, int] = field(default_factory=lambda: {("", ""): ORIGIN})
    names: list[Point] = field(default_factory=lambda: [("", "")])
    reasons: list[Reason] = field(default_factory=list)
    _known: dict[Reason, int] = field(default_factory=dict)

    def point(self, name: Point) -> int:
        """The number of a point."""
        number = self.points.get(name)
        if number is None:
            self.names.append(name)
            number = self.points[name] = len(self.names) - 1
        return number

    def reason(self, reason: Reason) -> int:
        """The number of a reason; equal reasons have one."""
        number = self._known.get(reason)
        if number is None:
            self.reasons.append(reason)
            number = self._known[reason] = len(self.reasons) - 1
        return number


def thing_of(point: Point) -> str:
    """The IRI of what a point is about, also for the point of a date that is said of it."""
    return point[0].partition("\x00")[0]


@dataclass(frozen=True, slots=True)
class Solved:
    """A component's constraints and bounds in the numbers of all."""

    constraints: tuple[Constraint, ...]
    low: Mapping[int, tuple[int, Constraint | None]]
    high: Mapping[int, tuple[int, Constraint | None]]

    @classmethod
    def of(cls, time: TimeSolution, numbers: Numbers, without: Collection[str]) -> Solved:
        """The solution of one component, translated; ``without`` are things that are not its own.

        Nothing but the component's own is told of such a thing, so nothing hangs on it.
        """
        points = [-1 if thing_of(name) in without else numbers.point(name) for name in time.names]
        known: dict[Constraint, Constraint] = {}

        def translated(c: Constraint) -> Constraint:
            found = known.get(c)
            if found is None:
                reason = numbers.reason(time.reasons[c.reason])
                found = Constraint(points[c.earlier], points[c.later], c.least, reason)
                known[c] = found
            return found

        def bounds(reach: Reach) -> dict[int, tuple[int, Constraint | None]]:
            found = {}
            for point, days in reach.distance.items():
                if points[point] >= 0:
                    step = reach.step(point)
                    found[points[point]] = (days, translated(step) if step else None)
            return found

        constraints = tuple(
            translated(c)
            for c in time.network.constraints
            if points[c.earlier] >= 0 and points[c.later] >= 0
        )
        return cls(constraints, bounds(time.at_least), bounds(time.at_most))


class JoinedNetwork:
    """The constraints of all components, with the bounds of every point."""

    def __init__(self) -> None:
        """A network of nothing."""
        self._after: Edges = Map()  # by the earlier point, without what starts at the origin
        self._before: Edges = Map()  # by the later point, without what ends at the origin
        self._low: Map[int, int] = Map({ORIGIN: 0})
        self._high: Map[int, int] = Map({ORIGIN: 0})
        self._last_low: Map[int, Constraint] = Map()
        self._last_high: Map[int, Constraint] = Map()
        self._sorted: tuple[Constraint, ...] | None = None

    @property
    def constraints(self) -> tuple[Constraint, ...]:
        """All constraints, sorted; the first time in O(constraints x log constraints)."""
        if self._sorted is None:
            sides = (self._after, self._before)
            self._sorted = tuple(
                sorted({c for side in sides for row in side.values() for c in row})
            )
        return self._sorted

    def after(self, point: int) -> Iterable[Constraint]:
        """The constraints whose earlier point it is; of the origin's none."""
        return self._after.get(point, ())

    def before(self, point: int) -> Iterable[Constraint]:
        """The constraints whose later point it is; of the origin's none."""
        return self._before.get(point, ())

    def at_least(self, source: int) -> Reach:
        """As :meth:`tenure.temporal.TimeNetwork.at_least`; what is far away, when asked for."""
        low = Reach(ORIGIN, self._low, self._last_low, False)
        if source == ORIGIN:
            return low
        high = Reach(ORIGIN, self._high, self._last_high, True)
        return _split(source, self._near(source, backwards=False), low, high, backwards=False)

    def at_most(self, source: int) -> Reach:
        """As :meth:`tenure.temporal.TimeNetwork.at_most`; what is far away, when asked for."""
        high = Reach(ORIGIN, self._high, self._last_high, True)
        if source == ORIGIN:
            return high
        low = Reach(ORIGIN, self._low, self._last_low, False)
        return _split(source, self._near(source, backwards=True), high, low, backwards=True)

    def _near(self, source: int, *, backwards: bool) -> Reach:
        """Longest paths that do not pass the origin; there is no positive cycle.

        They go no further than a point whose day is known: from there on, the way through the
        origin is as good.
        """
        best: dict[int, int] = {source: 0}
        last: dict[int, Constraint] = {}
        queue, queued = deque([source]), {source}
        edges = self._before if backwards else self._after
        while queue:
            point = queue.popleft()
            queued.discard(point)
            if point in self._low and self._low[point] == self._high.get(point):
                continue
            for edge in edges.get(point, ()):
                target = edge.earlier if backwards else edge.later
                if target == ORIGIN:
                    continue
                gained = best[point] + edge.least
                if target not in best or gained > best[target]:
                    best[target] = gained
                    last[target] = edge
                    if target not in queued:
                        queued.add(target)
                        queue.append(target)
        sign = -1 if backwards else 1
        return Reach(source, {p: sign * d for p, d in best.items()}, last, backwards)

    # ------------------------------------------------------------------ changing

    def changed(
        self,
        gone: Iterable[Solved],
        come: Iterable[Solved],
        is_shared: IsShared,
        reasons: Sequence[Reason],
    ) -> JoinedNetwork:
        """The network with some components replaced.

        ``is_shared`` tells the points that several components have. Between derivations that are
        equally good, the order of their reasons decides.
        """
        draft = _Draft(
            self._low.mutate(),
            self._high.mutate(),
            self._last_low.mutate(),
            self._last_high.mutate(),
            _Edit(self._after, self._before),
            is_shared,
            reasons,
        )
        for solved in gone:
            draft.forget(solved)
        for solved in come:
            draft.take(solved)
        draft.settle()
        new = JoinedNetwork()
        new._low, new._high = draft.low.finish(), draft.high.finish()
        new._last_low, new._last_high = draft.last_low.finish(), draft.last_high.finish()
        new._after, new._before = draft.edit.finish()
        return new


class _Edit:
    """Edges of a network being changed; rows are copied before they are touched."""

    def __init__(self, after: Edges, before: Edges) -> None:
        self._sides = (after.mutate(), before.mutate())
        self._own: tuple[set[int], set[int]] = (set(), set())
        self.touched: set[int] = set()

    def after(self, point: int) -> Iterable[Constraint]:
        return self._sides[0].get(point, {})

    def before(self, point: int) -> Iterable[Constraint]:
        return self._sides[1].get(point, {})

    def add(self, c: Constraint) -> None:
        for row in self._rows(c):
            row[c] = None

    def take_away(self, c: Constraint, *, lasting: bool) -> None:
        for row in self._rows(c):
            if not lasting:
                row.pop(c, None)

    def finish(self) -> tuple[Edges, Edges]:
        for edges, own in zip(self._sides, self._own, strict=True):
            for point in own:
                if not edges[point]:
                    del edges[point]
        return self._sides[0].finish(), self._sides[1].finish()

    def _rows(self, c: Constraint) -> Iterator[Row]:
        for edges, own, point in zip(self._sides, self._own, (c.earlier, c.later), strict=True):
            self.touched.add(point)
            if point == ORIGIN:
                continue
            if point not in own:
                own.add(point)
                edges[point] = dict(edges.get(point, {}))
            yield edges[point]


@dataclass(frozen=True, slots=True)
class _Draft:
    """Bounds and edges being changed."""

    low: MapMutation[int, int]
    high: MapMutation[int, int]
    last_low: MapMutation[int, Constraint]
    last_high: MapMutation[int, Constraint]
    edit: _Edit
    is_shared: IsShared
    reasons: Sequence[Reason]

    def forget(self, solved: Solved) -> None:
        for point in {*solved.low, *solved.high}:
            if point != ORIGIN and not self.is_shared(point):
                self._drop(point)
        for c in solved.constraints:
            # What no claim says of points that several components have stays.
            lasting = not self.reasons[c.reason].claims and all(
                point == ORIGIN or self.is_shared(point) for point in (c.earlier, c.later)
            )
            self.edit.take_away(c, lasting=lasting)

    def take(self, solved: Solved) -> None:
        for bounds, days, last in (
            (solved.low, self.low, self.last_low),
            (solved.high, self.high, self.last_high),
        ):
            for point, (day, step) in bounds.items():
                if step is not None:
                    days[point], last[point] = day, step
        for c in solved.constraints:
            self.edit.add(c)

    def settle(self) -> None:
        """Bellman's equation at the shared points, until it holds at all of them.

        First among themselves: the days of sources follow from their own dates, and must not seem
        to follow from what is dated by them.
        """
        shared = {p for p in self.edit.touched if p != ORIGIN and self.is_shared(p)}
        for point in shared:
            self._drop(point)
        for everything in (False, True):
            todo = sorted(shared)
            while todo:
                moved = [point for point in todo if self._tightened(point, everything)]
                near = {
                    other
                    for point in moved
                    for c in (*self.edit.after(point), *self.edit.before(point))
                    for other in (c.earlier, c.later)
                }
                todo = sorted(near & shared)

    def _tightened(self, point: int, everything: bool) -> bool:
        sides = (
            (self.low, self.last_low, self.edit.before(point), 1),
            (self.high, self.last_high, self.edit.after(point), -1),
        )
        moved = False
        for days, last, edges, sign in sides:
            best: tuple[int, Constraint] | None = None
            for c in edges:
                other = c.earlier if sign > 0 else c.later
                if other not in days or not (
                    everything or other == ORIGIN or self.is_shared(other)
                ):
                    continue
                value = sign * days[other] + c.least
                if best is None or value > best[0] or (value == best[0] and self._first(c, best)):
                    best = (value, c)
            if best is not None and (point not in days or sign * days[point] < best[0]):
                days[point], last[point] = sign * best[0], best[1]
                moved = True
        return moved

    def _first(self, one: Constraint, other: tuple[int, Constraint]) -> bool:
        return self.reasons[one.reason] < self.reasons[other[1].reason]

    def _drop(self, point: int) -> None:
        # Each by itself: the four tables have nothing in common but their keys.
        for table in (self.low, self.high):
            table.pop(point, None)
        for steps in (self.last_low, self.last_high):
            steps.pop(point, None)


class _Split(Mapping[int, int]):
    """Distances from a point: the tighter of the way near it and the way through the origin."""

    def __init__(self, near: Reach, out: Reach, away: int | None, *, backwards: bool) -> None:
        self._near, self._out = near.distance, out.distance
        self._away = away
        self._tighter = min if backwards else max

    def through_origin(self, point: int) -> int | None:
        """The distance by way of the origin; None where there is no such way."""
        out = self._out.get(point)
        return None if out is None or self._away is None else out - self._away

    def __getitem__(self, point: int) -> int:
        near, far = self._near.get(point), self.through_origin(point)
        if near is None and far is None:
            raise KeyError(point)
        if near is None or far is None:
            return near if far is None else far  # type: ignore[return-value]
        return self._tighter(near, far)

    def __iter__(self) -> Iterator[int]:
        return iter({*self._near, *(self._out if self._away is not None else ())})

    def __len__(self) -> int:
        return sum(1 for _ in self)


@dataclass(frozen=True, slots=True)
class SplitReach(Reach):
    """The reach from a point: near it as searched, elsewhere through the origin."""

    near: Reach
    out: Reach
    back: Reach

    def path(self, point: int) -> tuple[Constraint, ...]:
        """The constraints, from the source on, that give ``distance[point]``."""
        if self.near.distance.get(point) == self.distance[point]:
            return self.near.path(point)
        return tuple(reversed(self.back.path(self.source))) + self.out.path(point)

    def step(self, point: int) -> Constraint | None:
        """The last constraint of :meth:`path`."""
        path = self.path(point)
        return path[-1] if path else None


def _split(source: int, near: Reach, out: Reach, back: Reach, *, backwards: bool) -> SplitReach:
    """``out`` is the reach from the origin the same way, ``back`` the one the other way."""
    away = back.distance.get(source)
    distance = _Split(near, out, away, backwards=backwards)
    return SplitReach(source, distance, {}, backwards, near, out, back)
