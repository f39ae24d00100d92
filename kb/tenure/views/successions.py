"""Who directly follows whom, without comparing everybody with everybody.

That one stretch is over when another begins follows from their days alone, or is said of the two
relative to each other. Of the days, those who come next after a stretch are found in the order in
which stretches begin: they are those that begin before the first of all that come after it is over.
What else can be tied to a stretch is what constraints lead to from its end, and what has other days
in other alternatives; only these few are compared one by one. So n tenures of which the days are
known cost O(n log n) and the pairs that are found; where claims contradict each other about all of
them, O(n²).
"""

from __future__ import annotations

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from heapq import nsmallest
from typing import Final

from tenure.fusion import FAR, World
from tenure.fusion.solution import TimeSolution
from tenure.model.occurrence import Occurrence
from tenure.temporal import ORIGIN, Certainty

_SEVERAL: Final = 3
"""Of these one is another than two given ones."""

Follows = Callable[[Occurrence, Occurrence], bool]
"""Whether the second certainly begins when the first is over, at the earliest."""


class Successions:
    """The pairs of a group of which nobody lies between the two."""

    def __init__(
        self,
        world: World,
        group: Sequence[Occurrence],
        heirs: Mapping[str, Collection[str]],
        follows: Follows,
    ) -> None:
        """``heirs`` are, of each object in the group, the objects of what can follow there."""
        self._group = {one.iri: one for one in group}
        self._heirs = heirs
        self._follows = follows
        self._known: dict[tuple[str, str], bool] = {}
        days = {one.iri: _days(one, world.time) for one in group}
        self._days = {iri: both for iri, both in days.items() if both is not None}
        self._loose = {iri: one for iri, one in self._group.items() if iri not in self._days}
        self._queues = self._by_object()
        self._ahead: dict[str, dict[str, Occurrence]] = defaultdict(dict)
        self._behind: dict[str, dict[str, Occurrence]] = defaultdict(dict)
        for time in (world.time, world.time.soft):
            for one, other in _tied(self._days, time) if time is not None else ():
                self._ahead[one][other] = self._group[other]
                self._behind[other][one] = self._group[one]

    def after(self, x: Occurrence) -> Iterator[Occurrence]:
        """Those that directly follow one, by their names."""
        candidates = dict(self._tied_after(x))
        if x.iri in self._days:
            for object_ in self._heirs[x.object or ""]:
                queue = self._queues.get(object_)
                names = queue.next_after(x.iri, self._days[x.iri][1]) if queue else ()
                candidates.update((iri, self._group[iri]) for iri in names)
        for _, y in sorted(candidates.items()):
            if self._are_in_order(x, y) and not self._has_between(x, y):
                yield y

    def _are_in_order(self, x: Occurrence, y: Occurrence) -> bool:
        key = x.iri, y.iri
        known = self._known.get(key)
        if known is None:
            may = x is not y and y.object in self._heirs[x.object or ""]
            known = self._known[key] = may and self._follows(x, y)
        return known

    def _has_between(self, x: Occurrence, y: Occurrence) -> bool:
        if x.iri in self._days and y.iri in self._days:
            over, begun = self._days[x.iri][1], self._days[y.iri][0]
            for object_ in self._heirs[x.object or ""]:
                queue = self._queues.get(object_)
                if queue and y.object in self._heirs[object_]:
                    first = (
                        end for end, iri in queue.first_over(over) if iri not in (x.iri, y.iri)
                    )
                    if next(first, FAR + 1) <= begun:
                        return True
        return any(
            z is not x and z is not y and self._are_in_order(x, z) and self._are_in_order(z, y)
            for some in (self._tied_after(x), self._tied_before(y))
            for z in some.values()
        )

    def _tied_after(self, x: Occurrence) -> Mapping[str, Occurrence]:
        return {**self._ahead[x.iri], **self._loose} if x.iri in self._days else self._group

    def _tied_before(self, y: Occurrence) -> Mapping[str, Occurrence]:
        return {**self._behind[y.iri], **self._loose} if y.iri in self._days else self._group

    def _by_object(self) -> Mapping[str, _Queue]:
        queues: dict[str, list[tuple[int, int, str]]] = defaultdict(list)
        for iri, (begun, over) in self._days.items():
            queues[self._group[iri].object or ""].append((begun, over, iri))
        return {object_: _Queue(stretches) for object_, stretches in queues.items()}


class _Queue:
    """Stretches, each with its earliest first and latest last day, in the order of the former."""

    def __init__(self, stretches: Iterable[tuple[int, int, str]]) -> None:
        self._ordered = sorted(stretches)
        # From each place on, those that are over first.
        self._first_over: list[list[tuple[int, str]]] = [[]]
        for _, over, iri in reversed(self._ordered):
            self._first_over.append(nsmallest(_SEVERAL, [*self._first_over[-1], (over, iri)]))
        self._first_over.reverse()

    def first_over(self, day: int) -> Sequence[tuple[int, str]]:
        """Of those that begin on a day or later, some that are over first, with their last days."""
        return self._first_over[self._place(day)]

    def next_after(self, iri: str, day: int) -> Iterator[str]:
        """Of those that begin on a day or later, all without another between; ``iri`` aside."""
        firsts = [one for one in self.first_over(day) if one[1] != iri]
        if firsts:
            over, first = firsts[0]
            yield first
            for place in range(self._place(day), len(self._ordered)):
                begun, _, other = self._ordered[place]
                if begun >= over:
                    break
                yield other

    def _place(self, day: int) -> int:
        return bisect_left(self._ordered, (day,))


def _days(one: Occurrence, time: TimeSolution) -> tuple[int, int] | None:
    """The earliest first and the latest last day; None where they are other ones elsewhere.

    That is in another alternative, or by what is told with reservations.
    """
    found = set()
    kinds = {one.existence, Certainty.POSSIBLE}
    for solution in {id(of): of for of in map(time.of, kinds)}.values():
        several = solution.combinations([(one.iri, "start"), (one.iri, "end")])
        if len(several) > 1 or solution.has_too_many(one.iri):
            return None
        bounds = several[0].bounds(one.iri)
        found.add((bounds.start_earliest, bounds.end_latest))
    if len(found) > 1:
        return None
    first, last = found.pop()
    return -FAR if first is None else first, FAR if last is None else last


def _tied(iris: Collection[str], time: TimeSolution) -> Iterator[tuple[str, str]]:
    """The stretches to whose first day constraints lead from the last day of another."""
    constraints = list(time.network.constraints)
    if time.variants is not None:
        constraints += (one.constraint for one in time.variants.conditionals)
    ways: dict[int, set[int]] = defaultdict(set)
    for one in constraints:
        if ORIGIN not in (one.earlier, one.later):
            ways[one.earlier].add(one.later)
    starts = {time.points[iri, "start"]: iri for iri in iris if (iri, "start") in time.points}
    for iri in iris:
        end = time.points.get((iri, "end"))
        seen, todo = {end}, [end]
        while todo:
            here = todo.pop()
            if here is None:
                continue
            if here in starts and starts[here] != iri:
                yield iri, starts[here]
            new = ways.get(here, set()) - seen
            seen |= new
            todo += new
