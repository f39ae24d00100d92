"""How surely something was going on at a moment, where days are taken out of it.

Exclusions leave bounds as they are and take single days out: whatever holds is held against them
here, and nowhere else. What is asked is whether some solution of the network puts the occurrence
on a day that the moment means and that is not ruled out; and whether some solution leaves it only
days that are not certain. Both are conjunctions of least distances between a few points, added to
the distances that the network entails between them (Dechter, Meiri and Pearl 1991, section 3), so
that the answer is exact also for a moment that is tied to the network, such as the day of an event.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import product

from tenure.model.occurrence import Exclusion, Occurrence
from tenure.temporal import Certainty

Range = tuple[int | None, int | None]
"""The first and the last day of a stretch; None is unbounded."""

Demand = tuple[int, int, int]
"""``(from, to, days)``: point ``to`` comes at least so many days after point ``from``."""

ZERO, FIRST, LAST, START, END, DAY = range(6)
"""The points: day 0, the first and the last day asked about, the occurrence's two, and a day."""


def merged(ranges: Iterable[Range]) -> list[Range]:
    """The ranges in order, those that touch or overlap as one."""
    found: list[Range] = []
    for first, last in sorted(ranges, key=lambda one: (one[0] is not None, one[0] or 0)):
        if found:
            before, until = found[-1]
            if until is None or first is None or first <= until + 1:
                latest = None if until is None or last is None else max(until, last)
                found[-1] = (before, latest)
                continue
        found.append((first, last))
    return found


def gaps(ranges: Iterable[Range]) -> Iterator[Range]:
    """The stretches of days that none of the ranges has."""
    first: int | None = None
    for start, end in merged(ranges):
        if start is not None:
            yield first, start - 1
        if end is None:
            return
        first = end + 1
    yield first, None


def common(some: Iterable[Range], others: Iterable[Range]) -> list[Range]:
    """The days that ranges have in common with others."""
    several = list(others)
    found: list[Range] = []
    for start, end in some:
        for first, last in several:
            low = first if start is None else start if first is None else max(start, first)
            high = last if end is None else end if last is None else min(end, last)
            if low is None or high is None or low <= high:
                found.append((low, high))
    return merged(found)


def ruled_out(exclusions: Iterable[Exclusion]) -> list[Range]:
    """The days that are ruled out."""
    out = Certainty.RULED_OUT
    return merged((one.first, one.last) for one in exclusions if one.certainty is out)


def not_certain(exclusions: Iterable[Exclusion]) -> list[Range]:
    """The days on which nothing is certain: ruled out, or contested."""
    return merged((one.first, one.last) for one in exclusions)


def certain_days(one: Occurrence) -> list[tuple[int, int]]:
    """The stretches of days on which something was certainly going on, by its bounds alone."""
    begun, lasting = one.bounds.start_latest, one.bounds.end_earliest
    if begun is None or lasting is None or begun > lasting:
        return []
    left = common([(begun, lasting)], gaps(not_certain(one.exclusions)))
    return [(first, last) for first, last in left if first is not None and last is not None]


def possible_days(one: Occurrence) -> list[Range]:
    """The stretches of days on which something can have been going on, by its bounds alone."""
    can_be = one.bounds.start_earliest, one.bounds.end_latest
    return common([can_be], gaps(ruled_out(one.exclusions)))


def left_on_day(surely: Certainty, exclusions: Iterable[Exclusion], day: int) -> Certainty:
    """What is left of ``surely`` on a known day."""
    for one in exclusions:
        if has(one, day):
            if one.certainty is Certainty.RULED_OUT or surely is Certainty.RULED_OUT:
                return Certainty.RULED_OUT
            surely = Certainty.POSSIBLE
    return surely


def has(one: Exclusion, day: int) -> bool:
    """Whether a day is among those that are taken out."""
    return (one.first is None or one.first <= day) and (one.last is None or one.last >= day)


def has_contested(exclusions: Iterable[Exclusion], first: int, last: int) -> bool:
    """Whether contested days are taken out between two days."""
    return any(
        one.contested
        and (one.first is None or one.first <= last)
        and (one.last is None or one.last >= first)
        for one in exclusions
    )


class Points:
    """Least distances between a few points; None: any."""

    def __init__(self, least: Sequence[Sequence[int | None]]) -> None:
        """``least[a][b]`` is by how many days ``b`` comes after ``a`` at least."""
        self._least = least

    def is_free(self, point: int) -> bool:
        """Whether a point is no day at all: a side that is left open."""
        return all(days is None for other, days in enumerate(self._least[point]) if other != point)

    def allow(self, demands: Iterable[Demand]) -> bool:
        """Whether all the demands can be met together."""
        best = [list(row) for row in self._least]
        size = range(len(best))
        for earlier, later, days in demands:
            known = best[earlier][later]
            best[earlier][later] = days if known is None else max(known, days)
        for via in size:
            for a in size:
                for b in size:
                    one, two, known = best[a][via], best[via][b], best[a][b]
                    if one is not None and two is not None and (known is None or one + two > known):
                        best[a][b] = one + two
        return all(best[p][p] == 0 for p in size)


def _within(low: int, high: int, days: Range) -> list[Demand]:
    """That a stretch from point ``low`` to point ``high`` lies within some days."""
    first, last = days
    found: list[Demand] = [] if first is None else [(ZERO, low, first)]
    return found if last is None else [*found, (high, ZERO, -last)]


def left_on_one_day(
    surely: Certainty, points: Points, exclusions: Sequence[Exclusion]
) -> Certainty:
    """What is left on one day from the first to the last asked about, whichever it is."""
    asked = [(FIRST, DAY, 0), (DAY, LAST, 0)]
    going_on = [*asked, (START, DAY, 0), (DAY, END, 0)]
    if not _any_allowed(points, going_on, gaps(ruled_out(exclusions)), DAY, DAY):
        return Certainty.RULED_OUT
    if _any_allowed(points, asked, not_certain(exclusions), DAY, DAY):
        return Certainty.POSSIBLE
    return surely


def left_at_some_time(
    surely: Certainty, points: Points, exclusions: Sequence[Exclusion]
) -> Certainty:
    """What is left on at least one of the days from the first to the last asked about."""
    going_on = [(FIRST, DAY, 0), (DAY, LAST, 0), (START, DAY, 0), (DAY, END, 0)]
    if not _any_allowed(points, going_on, gaps(ruled_out(exclusions)), DAY, DAY):
        return Certainty.RULED_OUT
    # All the days that both have lie in one range where the later first and the earlier last do.
    lows = (START,) if points.is_free(FIRST) else (FIRST, START)
    highs = (END,) if points.is_free(LAST) else (LAST, END)
    for days in not_certain(exclusions):
        for low, high in product(lows, highs):
            if points.allow(_within(low, high, days)):
                return Certainty.POSSIBLE
    return surely


def left_on_every_day(
    surely: Certainty, points: Points, exclusions: Sequence[Exclusion]
) -> Certainty:
    """What is left of lasting from the first to the last day asked about."""
    lasting = [(FIRST, LAST, 0), (START, FIRST, 0), (LAST, END, 0)]
    if not _any_allowed(points, lasting, gaps(ruled_out(exclusions)), FIRST, LAST):
        return Certainty.RULED_OUT
    for first, last in not_certain(exclusions):
        demands = [(ZERO, LAST, first)] if first is not None else []
        demands += [(FIRST, ZERO, -last)] if last is not None else []
        if points.allow(demands):
            return Certainty.POSSIBLE
    return surely


def _any_allowed(
    points: Points, demands: list[Demand], among: Iterable[Range], low: int, high: int
) -> bool:
    return any(points.allow([*demands, *_within(low, high, days)]) for days in among)
