"""The solved time network: what all alternatives have in common, and what each adds to it.

Where claims contradict each other, or a date has holes, there are several ways to make everything
agree (:mod:`tenure.fusion.repairs`). What all of them keep is one network, the *common* one; each
way of a cluster adds constraints to it. Whatever the common network entails holds in every
alternative, so that who asks it alone may learn less, never what is wrong.

Longest paths are linear in the max-plus sense: the bound that a point has with the constraints of
several clusters is the tightest of those that it has with each of them, unless a path takes
constraints of two. That happens only where one cluster moves a point at which a constraint of the
other begins; such clusters are taken together in a *group*, with all combinations of their ways.
Groups are then independent, and each occurrence combines only the groups that move its own days.
The distances under a way are brought up to date from the common ones, at a cost in proportion to
what moves (Ramalingam and Reps, *An incremental algorithm for a generalization of the shortest-path
problem*, Journal of Algorithms 21, 1996).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache, cached_property
from itertools import chain, product
from math import prod

from tenure.fusion.constraints import Point, Reason
from tenure.fusion.repairs import MOST_ALTERNATIVES
from tenure.temporal import ORIGIN, Certainty, Constraint, FourBounds, Reach, TimeNetwork

Choice = tuple[tuple[int, int], ...]
"""Pairs of a cluster and one of its ways, by number."""

_Days = tuple[int | None, int | None, int | None, int | None]


@dataclass(frozen=True, slots=True)
class Conditional:
    """A constraint that only some ways keep: for each cluster that bears on it, which ones."""

    constraint: Constraint
    kept: Mapping[int, frozenset[int]]

    def holds(self, choice: Mapping[int, int]) -> bool:
        """Whether it holds; a cluster that is not in the choice adds nothing."""
        return all(choice.get(cluster, -1) in ways for cluster, ways in self.kept.items())


@dataclass(frozen=True, slots=True)
class Variant:
    """Bounds that something has in some alternatives, and the choice of fewest omissions."""

    bounds: FourBounds
    choice: Choice


@dataclass(frozen=True)
class _Group:
    """Clusters that are combined, with what each combination moves."""

    clusters: tuple[int, ...]
    conditionals: tuple[Conditional, ...]
    choices: tuple[Choice, ...]
    low: tuple[Mapping[int, int], ...]
    high: tuple[Mapping[int, int], ...]

    @cached_property
    def lower(self) -> set[int]:
        """The points of which the least day moves."""
        return {point for moved in self.low for point in moved}

    @cached_property
    def upper(self) -> set[int]:
        """The points of which the greatest day moves."""
        return {point for moved in self.high for point in moved}

    def moves(self, points: Iterable[int]) -> bool:
        """Whether it moves any of the points."""
        some = set(points)
        return not some.isdisjoint(self.lower) or not some.isdisjoint(self.upper)


class Variants:
    """What the ways of all clusters add to a network that they have in common."""

    def __init__(
        self,
        common: TimeSolution,
        conditionals: Iterable[Conditional],
        sizes: Mapping[int, Sequence[int]],
    ) -> None:
        """``sizes`` has for each cluster how much each of its ways leaves out."""
        self.common = common
        self.conditionals = tuple(conditionals)
        self.sizes = sizes
        self._solutions: dict[frozenset[Constraint], TimeSolution] = {}
        self._known: dict[tuple[int, ...], tuple[Variant, ...]] = {}
        self.given_up: set[int] = set()
        """The clusters that would have to be combined in too many ways, and add nothing."""

    @cached_property
    def groups(self) -> tuple[_Group, ...]:
        """The clusters that move anything, those together that bear upon each other."""
        sets: list[set[int]] = []
        for conditional in self.conditionals:
            _join(sets, set(conditional.kept))
        while True:
            groups = [self._group(tuple(sorted(some))) for some in sets]
            before = len(sets)
            for one in groups:
                lower, upper = one.lower, one.upper
                for other in groups:
                    if other is not one and any(
                        c.constraint.earlier in lower or c.constraint.later in upper
                        for c in other.conditionals
                    ):
                        _join(sets, {*one.clusters, *other.clusters})
            if len(sets) == before:
                return tuple(groups)

    def of(self, points: Sequence[int | None]) -> tuple[Variant, ...]:
        """The distinct bounds of something with a first and a last point, in order.

        Empty where there are too many to be told apart: then only the hull is known.
        """
        key = tuple(-1 if point is None else point for point in points)
        if key not in self._known:
            self._known[key] = self._variants(points)
        return self._known[key]

    def hull(self, points: Sequence[int | None]) -> _Days:
        """The least and the greatest day of each of two points, over all alternatives."""
        found: list[int | None] = []
        for point in points:
            low = self.common.at_least.distance.get(-1 if point is None else point)
            high = self.common.at_most.distance.get(-1 if point is None else point)
            for group in self.groups:
                if point is not None and point in group.lower:
                    least = [moved.get(point, low) for moved in group.low]
                    if None not in least:
                        bound = min(day for day in least if day is not None)
                        low = bound if low is None else max(low, bound)
                if point is not None and point in group.upper:
                    most = [moved.get(point, high) for moved in group.high]
                    if None not in most:
                        bound = max(day for day in most if day is not None)
                        high = bound if high is None else min(high, bound)
            found += [low, high]
        return found[0], found[1], found[2], found[3]

    def combinations(self, points: Iterable[int]) -> tuple[TimeSolution, ...]:
        """The solutions of all alternatives as far as some points are concerned.

        Of more than can be told apart, the common one alone.
        """
        added = self._added(points)
        return (self.common,) if added is None else tuple(map(self._solution, added))

    def are_too_many(self, points: Sequence[int | None]) -> bool:
        """Whether there are more alternatives than are told apart, as far as two points go."""
        known = [point for point in points if point is not None]
        number = prod(len(group.choices) for group in self._concerning(known))
        return not self.of(points) or (number > MOST_ALTERNATIVES and self._added(known) is None)

    # ------------------------------------------------------------------ how

    def _concerning(self, points: Iterable[int]) -> list[_Group]:
        """The groups that bear upon some points."""
        points = [point for point in points if point != ORIGIN]
        chosen = [g for g in self.groups if g.moves(points)]
        return chosen + [g for g in self._between(points) if g not in chosen]

    def _added(self, points: Iterable[int]) -> dict[frozenset[Constraint], None] | None:
        """What the alternatives add that differ for some points; None of too many."""
        choices: list[dict[int, int]] = [{}]
        chosen = self._concerning(points)
        for group in chosen:
            choices = [{**one, **dict(more)} for one in choices for more in group.choices]
            if len(choices) > 4 * MOST_ALTERNATIVES:
                return None
        added: dict[frozenset[Constraint], None] = {}
        for choice in choices:
            some = (c for group in chosen for c in group.conditionals)
            added[frozenset(c.constraint for c in some if c.holds(choice))] = None
        return added if len(added) <= MOST_ALTERNATIVES else None

    def _solution(self, more: frozenset[Constraint]) -> TimeSolution:
        if not more:
            return self.common
        found = self._solutions.get(more)
        if found is None:
            network = TimeNetwork(more, within=self.common.network)
            found = replace(
                self.common,
                network=network,
                at_least=network.at_least(ORIGIN),
                at_most=network.at_most(ORIGIN),
            )
            if len(self._solutions) >= 4 * MOST_ALTERNATIVES:
                self._solutions.clear()
            self._solutions[more] = found
        return found

    def _group(self, clusters: tuple[int, ...]) -> _Group:
        some = tuple(c for c in self.conditionals if not set(clusters).isdisjoint(c.kept))
        number = 1
        for cluster in clusters:
            number *= len(self.sizes[cluster])
        if number > MOST_ALTERNATIVES:
            self.given_up.update(clusters)
            return _Group(clusters, (), ((),), ({},), ({},))
        choices = [
            tuple(zip(clusters, ways, strict=True))
            for ways in product(*(range(len(self.sizes[c])) for c in clusters))
        ]
        low, high = [], []
        network = self.common.network
        for choice in choices:
            chosen = dict(choice)
            added = [c.constraint for c in some if c.holds(chosen)]
            low.append(network.tightened(self.common.at_least, added))
            high.append(network.tightened(self.common.at_most, added))
        return _Group(clusters, some, tuple(choices), tuple(low), tuple(high))

    def _variants(self, points: Sequence[int | None]) -> tuple[Variant, ...]:
        base = tuple(
            None if point is None else reach.distance.get(point)
            for point in points
            for reach in (self.common.at_least, self.common.at_most)
        )
        known = [point for point in points if point is not None]
        found: dict[tuple[int | None, ...], Choice] = {base: ()}
        for group in self.groups:
            if not group.moves(known):
                continue
            own = self._values(group, points, base)
            combined: dict[tuple[int | None, ...], Choice] = {}
            for days, choice in found.items():
                for more, other in own.items():
                    both = tuple(
                        _tighter(a, b, greatest=place % 2 == 1)
                        for place, (a, b) in enumerate(zip(days, more, strict=True))
                    )
                    longer = choice + other
                    if both not in combined or self._order(longer) < self._order(combined[both]):
                        combined[both] = longer
            found = combined
            if len(found) > MOST_ALTERNATIVES:
                return ()
        variants = [Variant(FourBounds(*days), choice) for days, choice in found.items()]
        return tuple(sorted(variants, key=lambda v: _in_order(v.bounds)))

    def _values(
        self, group: _Group, points: Sequence[int | None], base: tuple[int | None, ...]
    ) -> dict[tuple[int | None, ...], Choice]:
        """The days of two points under a group's choices, with the least choice that gives them."""
        values = []
        for low, high in zip(group.low, group.high, strict=True):
            days = []
            for place, point in enumerate(points):
                for side, moved in enumerate((low, high)):
                    day = base[2 * place + side]
                    days.append(day if point is None else moved.get(point, day))
            values.append(tuple(days))
        # A cluster whose ways make no difference here is not part of the reason.
        idle = set()
        for cluster in group.clusters:
            seen: dict[Choice, set[tuple[int | None, ...]]] = defaultdict(set)
            for choice, value in zip(group.choices, values, strict=True):
                seen[tuple(pair for pair in choice if pair[0] != cluster)].add(value)
            if all(len(some) == 1 for some in seen.values()):
                idle.add(cluster)
        found: dict[tuple[int | None, ...], Choice] = {}
        for choice, value in zip(group.choices, values, strict=True):
            short = tuple(pair for pair in choice if pair[0] not in idle)
            if value not in found or self._order(short) < self._order(found[value]):
                found[value] = short
        return found

    def _order(self, choice: Choice) -> tuple[int, Choice]:
        return sum(self.sizes[cluster][way] for cluster, way in choice), choice

    def _between(self, points: Sequence[int]) -> Iterator[_Group]:
        """The groups with a constraint on a way between points that does not pass the origin."""
        some = set(points)
        if len(some) < 2:
            return
        for group, ways in zip(self.groups, self._ways, strict=True):
            if any(
                not some.isdisjoint(before) and not some.isdisjoint(after) for before, after in ways
            ):
                yield group

    @cached_property
    def _ways(self) -> list[list[tuple[set[int], set[int]]]]:
        """The points before and after each constraint of a group that is between lasting points."""
        inner = [
            [
                c.constraint
                for c in group.conditionals
                if self._lasting(c.constraint.earlier) and self._lasting(c.constraint.later)
            ]
            for group in self.groups
        ]
        onwards: dict[int, list[int]] = defaultdict(list)
        back: dict[int, list[int]] = defaultdict(list)
        for c in (*self.common.network.constraints, *chain.from_iterable(inner)):
            if ORIGIN not in (c.earlier, c.later):
                onwards[c.earlier].append(c.later)
                back[c.later].append(c.earlier)
        before = cache(lambda point: _reached(point, back))
        after = cache(lambda point: _reached(point, onwards))
        return [[(before(c.earlier), after(c.later)) for c in some] for some in inner]

    def _lasting(self, point: int) -> bool:
        # The points of a date lead to the days of the one thing that it dates, and nowhere else.
        return point != ORIGIN and self.common.names[point][1] in ("start", "end")


@dataclass(frozen=True, slots=True)
class TimeSolution:
    """The network of what all alternatives have in common, its points and its reasons.

    ``at_least`` and ``at_most`` are the reaches from the origin: a point's earliest and latest day
    in that network. ``variants`` is what single alternatives add; None where there is only one.
    ``soft`` is the network with the constraints of hedged claims too, where there are any: what
    only hedged claims tell of is dated there, so that a hedge never dates what is firm.
    """

    network: TimeNetwork
    points: Mapping[Point, int]
    names: Sequence[Point]
    reasons: Sequence[Reason]
    at_least: Reach
    at_most: Reach
    soft: TimeSolution | None = None
    variants: Variants | None = None

    def of(self, existence: Certainty) -> TimeSolution:
        """The network that dates what exists so surely."""
        return self.soft if self.soft and existence is Certainty.POSSIBLE else self

    def reason(self, constraint: Constraint) -> Reason:
        """What says so."""
        return self.reasons[constraint.reason]

    def bounds(self, iri: str) -> FourBounds:
        """The four bounds of anything with points in the network; all open for what has none.

        They hold in every alternative, and each is that of one of them.
        """
        start, end = self.points.get((iri, "start")), self.points.get((iri, "end"))
        if self.variants is not None:
            return FourBounds(*self.variants.hull((start, end)))
        low, high = self.at_least.distance, self.at_most.distance
        return FourBounds(
            low.get(start) if start is not None else None,
            high.get(start) if start is not None else None,
            low.get(end) if end is not None else None,
            high.get(end) if end is not None else None,
        )

    @property
    def common(self) -> TimeSolution:
        """What all alternatives have in common, as a solution by itself."""
        if self.variants is None and (self.soft is None or self.soft.variants is None):
            return self
        soft = self.soft.common if self.soft is not None else None
        return replace(self, variants=None, soft=soft)

    def variants_of(self, iri: str) -> tuple[Variant, ...]:
        """The distinct bounds in the alternatives, in order; empty where there are not several."""
        if self.variants is None:
            return ()
        found = self.variants.of((self.points.get((iri, "start")), self.points.get((iri, "end"))))
        return found if len(found) > 1 else ()

    def has_too_many(self, iri: str) -> bool:
        """Whether something has more alternatives than are told apart; then its hull is known."""
        points = self.points.get((iri, "start")), self.points.get((iri, "end"))
        return self.variants is not None and self.variants.are_too_many(points)

    def combinations(self, points: Iterable[Point]) -> tuple[TimeSolution, ...]:
        """Solutions without variants: all that differ as far as the points are concerned."""
        if self.variants is None:
            return (self,)
        numbers = (self.points.get(point) for point in points)
        return self.variants.combinations(number for number in numbers if number is not None)

    def attaining(self, point: Point, *, greatest: bool) -> TimeSolution:
        """The solution of an alternative in which a point's bound is that over all of them."""
        number = self.points.get(point)
        if self.variants is None or number is None:
            return self
        bounds = self.variants.hull((number, number))
        for one in self.variants.combinations([number]):
            reach = one.at_most if greatest else one.at_least
            if reach.distance.get(number) == bounds[1 if greatest else 0]:
                return one
        return self.variants.common

    def without(self, claim: str) -> TimeSolution:
        """The solution less the constraints of a claim that has no part in any conflict."""
        soft = self.soft.without(claim) if self.soft is not None else None
        whole = self.network.constraints
        kept = [c for c in whole if claim not in self.reason(c).claims]
        plain = replace(self, soft=None, variants=None)
        if len(kept) < len(whole):
            network = TimeNetwork(kept)
            plain = replace(
                plain,
                network=network,
                at_least=network.at_least(ORIGIN),
                at_most=network.at_most(ORIGIN),
            )
        if self.variants is None:
            return replace(plain, soft=soft)
        some = [
            c for c in self.variants.conditionals if claim not in self.reason(c.constraint).claims
        ]
        return replace(plain, soft=soft, variants=Variants(plain, some, self.variants.sizes))


def _join(sets: list[set[int]], more: set[int]) -> None:
    """Put the sets together that share anything with one more, and that one."""
    apart = [one for one in sets if one.isdisjoint(more)]
    together = more.union(*(one for one in sets if not one.isdisjoint(more)))
    sets[:] = sorted([*apart, together], key=sorted)


def _reached(point: int, ways: Mapping[int, Sequence[int]]) -> set[int]:
    found = {point}
    todo = [point]
    while todo:
        for target in ways.get(todo.pop(), ()):
            if target not in found:
                found.add(target)
                todo.append(target)
    return found


def _tighter(one: int | None, other: int | None, *, greatest: bool) -> int | None:
    if one is None or other is None:
        return one if other is None else other
    return min(one, other) if greatest else max(one, other)


def _in_order(bounds: FourBounds) -> tuple[tuple[bool, int], ...]:
    days = (bounds.start_earliest, bounds.start_latest, bounds.end_earliest, bounds.end_latest)
    return tuple((day is not None, day or 0) for day in days)
