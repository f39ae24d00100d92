"""How surely something was going on on a day, and how far apart days are in every solution.

The day of a point less the day of another is at least the longest path between them. Such a path
either passes the origin, and then it is a greatest day and a least day taken together, or it does
not, and then it stays among what the first point comes before; so only that is searched, never the
whole network (Dechter, Meiri and Pearl 1991; the split at the origin is a property of paths).

What is asked about is a moment: a day, a vague date, an event, a source, a day before, a stretch.
Every moment is four days, each a known day or one tied to a point of the network: what holds then
has *certainly* begun by ``begun`` and not ended before ``lasting`` in every solution, or has
*possibly* begun by ``begun_maybe`` and not ended before ``lasting_maybe`` in some. For one known
day all four are that day. Bounds decide where only the calendar ties the two; else entailment is
asked of the network, so that the answer for an event is right though nobody knows when it was.
"""

from __future__ import annotations

from collections import defaultdict, deque
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import permutations, product
from typing import Final

from tenure.fusion.days_left import (
    Points,
    left_at_some_time,
    left_on_day,
    left_on_every_day,
    left_on_one_day,
)
from tenure.fusion.solution import TimeSolution
from tenure.model.occurrence import Exclusion, Occurrence
from tenure.temporal import ORIGIN, Certainty, FourBounds, Reach


@dataclass(frozen=True, slots=True)
class Day:
    """A known day (``iri`` None, ``shift`` its number), or so many days from a point of ``iri``."""

    iri: str | None
    which: str
    shift: int


class Distances:
    """Least distances in days between the points of one network, searched when first asked for.

    Of a network with several alternatives, by what they have in common.
    """

    def __init__(self, time: TimeSolution) -> None:
        self._time = time
        self._edges: dict[int, list[tuple[int, int]]] = defaultdict(list)
        for constraint in time.network.constraints:
            if ORIGIN not in (constraint.earlier, constraint.later):
                self._edges[constraint.earlier].append((constraint.later, constraint.least))
        self._reached: dict[int, Mapping[int, int]] = {}

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


FAR: Final = 2**56
"""Further than any day, the years of EDTF and distances from them; what is unbounded lies there."""


@dataclass(frozen=True, slots=True)
class Moment:
    """What is asked about; ``key`` is its path in the IRI of a slice, and unique.

    A None day is unbounded: nothing certainly reaches it, anything possibly does. Of a ``stretch``
    it is a side left open, on which everything lies. Of a moment ``throughout`` a stretch the days
    are those from ``begun`` to ``lasting``, and what holds must hold on all of them. Where a
    stretch certainly ends before it begins it has no days, and all is ruled out.
    """

    key: str
    begun: Day | None
    lasting: Day | None
    begun_maybe: Day | None
    lasting_maybe: Day | None
    always: bool = False
    stretch: bool = False
    throughout: bool = False


ANY = Moment("any", None, None, None, None, always=True)
"""At some time or other: whatever there was."""


def known(day: int | None) -> Day | None:
    """A known day by its number."""
    return None if day is None else Day(None, "", day)


def on_day_within(key: str, earliest: int | None, latest: int | None) -> Moment:
    """Some one day of which only bounds are known: *certain* asks for every day of them."""
    low, high = known(earliest), known(latest)
    return Moment(key, low, high, high, low)


def at_occurrence(iri: str, which: str = "start", shift: int = 0, *, key: str = "") -> Moment:
    """The day on which something began or ended, shifted by some days."""
    day = Day(iri, which, shift)
    return Moment(key or iri, day, day, day, day)


def sometime(key: str, first: Day | None, last: Day | None) -> Moment:
    """At least one day from ``first`` to ``last``; None leaves that side open."""
    return Moment(key, last, first, last, first, stretch=True)


def throughout(key: str, first: Day, last: Day) -> Moment:
    """Every day from ``first`` to ``last``, both included."""
    return Moment(key, first, last, first, last, throughout=True)


def named_in(moments: Iterable[Moment]) -> set[str]:
    """The occurrences and sources whose days moments are tied to."""
    days = (
        day
        for moment in moments
        for day in (moment.begun, moment.lasting, moment.begun_maybe, moment.lasting_maybe)
    )
    return {day.iri for day in days if day is not None and day.iri is not None}


def combined(found: Iterable[Certainty]) -> Certainty:
    """How surely something is so in all alternatives together, from how surely in each of them."""
    each = set(found)
    return each.pop() if len(each) == 1 else Certainty.POSSIBLE


class AsOf:
    """Certainties at one moment.

    By bounds alone (:meth:`by_bounds`) they are right for all that nothing but the calendar ties
    to the moment's own days, and that the moment does not ask to last throughout a stretch; where
    something has several bounds, by all of them (:meth:`by_alternatives`). For what the network
    holds, :meth:`certainty` is right in every case. What is certain is so in every alternative,
    what is possible in at least one.
    """

    def __init__(self, moment: Moment, time: TimeSolution) -> None:
        """``time`` has whatever the moment names."""
        self._moment = moment
        self._time = time
        self._soft = AsOf(moment, time.soft) if time.soft else None
        self._judges: dict[int, _Judge] = {}
        days = (moment.begun, moment.lasting, moment.begun_maybe, moment.lasting_maybe)
        self._points = {(day.iri, day.which) for day in days if day is not None and day.iri}
        self._ways = [self._judge(one) for one in time.combinations(self._points)]
        self.real: Certainty = combined(one.real for one in self._ways)
        """How surely a stretch has any day at all; between two events it may run backwards."""

    def of(self, existence: Certainty) -> AsOf:
        """What judges occurrences that exist so surely."""
        return self._soft if self._soft and existence is Certainty.POSSIBLE else self

    @property
    def window(self) -> tuple[int, int]:
        """The last day by which something can have begun, and the first on which it can have ended.

        Of everything else :meth:`by_bounds` says that it is ruled out.
        """
        windows = [one.window for one in self._ways]
        return max(by for by, _ in windows), min(from_ for _, from_ in windows)

    @property
    def sure(self) -> tuple[int, int] | None:
        """The last day by which what is certain has begun, and the first on which it can be over.

        That is for what has one set of bounds; all else in the window is possible. None where
        the moment has other days in some alternative, or is no moment in particular.
        """
        alone = len(self._ways) == 1 and not self._moment.always
        return self._ways[0].sure if alone else None

    @property
    def always(self) -> bool:
        """Whether it asks about no moment in particular, so that everything is as sure as it is."""
        return self._moment.always

    @property
    def day(self) -> int | None:
        """The known day that is asked about; None where it is another moment."""
        return known_day(self._moment)

    @property
    def days(self) -> tuple[int, int]:
        """The first and the last day that is asked about, as far as they are known."""
        real = [one for one in self._ways if one.real is not Certainty.RULED_OUT]
        asked = [one.asked for one in real or self._ways]
        return min(first for first, _ in asked), max(last for _, last in asked)

    def by_bounds(self, bounds: FourBounds, existence: Certainty) -> Certainty:
        """How surely something with these bounds was going on at the moment.

        What is excluded is not asked about: see :meth:`certainty`.
        """
        return self.by_alternatives((bounds,), existence)

    def covered(self, first: int | None, last: int | None) -> bool:
        """Whether what lasts on all days from one to another certainly goes on at the moment."""
        known = FourBounds(None, _or(first, -FAR), _or(last, FAR), None)
        return self.by_bounds(known, Certainty.CERTAIN) is Certainty.CERTAIN

    def by_alternatives(self, several: Sequence[FourBounds], existence: Certainty) -> Certainty:
        """How surely something was going on at the moment that has one or other of these bounds."""
        if self._moment.always:
            return existence
        if self._soft is not None and existence is Certainty.POSSIBLE:
            return self._soft.by_alternatives(several, existence)
        judges = self._ways
        if len(judges) == len(several) == 1:
            return judges[0].by_bounds(several[0], existence)
        return combined(one.by_bounds(four, existence) for four in several for one in judges)

    def by_network(self, iri: str, bounds: FourBounds) -> Certainty:
        """As :meth:`by_bounds` of what exists, and by what ties it to the moment's own days."""
        exists = Certainty.CERTAIN
        return combined(one.by_network(iri, bounds, exists) for one in self._ways)

    def certainty(self, occurrence: Occurrence) -> Certainty:
        """How surely an occurrence of the network was going on at the moment."""
        existence = occurrence.existence
        if self._soft is not None and existence is Certainty.POSSIBLE:
            return self._soft.certainty(occurrence)
        if self._time.variants is None:
            bounds, out = occurrence.bounds, occurrence.exclusions
            return self._ways[0].certainty(occurrence.iri, bounds, existence, out)
        iri = occurrence.iri
        wanted = {*self._points, (iri, "start"), (iri, "end")}
        return combined(
            self._judge(one).certainty(iri, one.bounds(iri), existence, occurrence.exclusions)
            for one in self._time.combinations(wanted)
        )

    def _judge(self, time: TimeSolution) -> _Judge:
        key = id(time)
        if key not in self._judges:
            self._judges[key] = _Judge(self._moment, time)
        return self._judges[key]


class _Judge:
    """Certainties at one moment in one alternative."""

    def __init__(self, moment: Moment, time: TimeSolution) -> None:
        self._moment = moment
        self._time = time
        self._tied = moment.throughout or bool(named_in([moment]))
        self._reaches: dict[int, tuple[Reach, Reach]] = {}
        self._distances: Distances | None = None
        self.real: Certainty = self._days_asked_about()
        self._begun, self._lasting, self._begun_maybe, self._lasting_maybe = (
            self._range(day)
            for day in (moment.begun, moment.lasting, moment.begun_maybe, moment.lasting_maybe)
        )
        self.window: tuple[int, int] = self._window()
        self.sure: tuple[int, int] = self._sure()

    def _window(self) -> tuple[int, int]:
        could, still = self._begun_maybe, self._lasting_maybe
        if self.real is Certainty.RULED_OUT and not self._moment.always:
            return -2 * FAR, 2 * FAR
        return FAR if could is None else could[1], -FAR if still is None else still[0]

    @property
    def asked(self) -> tuple[int, int]:
        """The first and the last day that can be asked about."""
        first, last = self._begun_maybe, self._lasting_maybe
        if self._moment.throughout and first is not None and last is not None:
            return min(first[0], last[1]), max(first[0], last[1])
        return min(self.window), max(self.window)

    def _sure(self) -> tuple[int, int]:
        """By which day what is certain has begun, and from which on it can be over, at the most."""
        first, last, open_ = self._begun, self._lasting, self._moment.stretch
        if self.real is not Certainty.CERTAIN:
            return -4 * FAR, 4 * FAR
        return (
            (4 * FAR if open_ else -4 * FAR) if first is None else first[0],
            (-4 * FAR if open_ else 4 * FAR) if last is None else last[1],
        )

    def by_bounds(self, bounds: FourBounds, existence: Certainty) -> Certainty:
        moment = self._moment
        if moment.always:
            return existence
        could, still = self.window
        if _or(bounds.start_earliest, -FAR) > could or _or(bounds.end_latest, FAR) < still:
            return Certainty.RULED_OUT
        by, from_ = self.sure
        if (
            existence is Certainty.CERTAIN
            and _or(bounds.start_latest, FAR) <= by
            and _or(bounds.end_earliest, -FAR) >= from_
        ):
            return Certainty.CERTAIN
        return Certainty.POSSIBLE

    def certainty(
        self, iri: str, bounds: FourBounds, existence: Certainty, out: Sequence[Exclusion]
    ) -> Certainty:
        """As :meth:`AsOf.certainty`; here alone the days count that are taken ``out``."""
        found = self.by_network(iri, bounds, existence)
        if not out or found is Certainty.RULED_OUT:
            return found
        if self._distances is None:
            self._distances = Distances(self._time)
        return _left(found, iri, out, self._moment, self._distances)

    def by_network(self, iri: str, bounds: FourBounds, existence: Certainty) -> Certainty:
        moment = self._moment
        found = self.by_bounds(bounds, existence)
        if found is not Certainty.POSSIBLE or not self._tied or moment.always:
            return found
        start = self._time.points.get((iri, "start"))
        end = self._time.points.get((iri, "end"))
        if self._earliest_after(start, moment.begun_maybe) or self._latest_before(
            end, moment.lasting_maybe
        ):
            return Certainty.RULED_OUT
        if (
            existence is self.real is Certainty.CERTAIN
            and (self._surely_by(start, moment.begun) or _left_open(moment, moment.begun))
            and (self._surely_from(end, moment.lasting) or _left_open(moment, moment.lasting))
        ):
            return Certainty.CERTAIN
        if moment.throughout and self._cannot_cover(iri):
            return Certainty.RULED_OUT
        return Certainty.POSSIBLE

    def _range(self, day: Day | None) -> tuple[int, int] | None:
        """The first and the last day that a moment's day can be; far where unbounded."""
        if day is None:
            return None
        if day.iri is None:
            return day.shift, day.shift
        found = self._time.bounds(day.iri)
        low, high = (
            (found.start_earliest, found.start_latest)
            if day.which == "start"
            else (found.end_earliest, found.end_latest)
        )
        # Further than what is unbounded itself: nothing is certain of two days that both are.
        return (
            -2 * FAR if low is None else low + day.shift,
            2 * FAR if high is None else high + day.shift,
        )

    def _days_asked_about(self) -> Certainty:
        moment = self._moment
        first, last = moment.begun, moment.lasting
        if moment.stretch:
            first, last = last, first
        if not (moment.stretch or moment.throughout) or first is None or last is None:
            return Certainty.CERTAIN
        if self._distances is None:
            self._distances = Distances(self._time)
        onwards, back = self._distances.least(first, last), self._distances.least(last, first)
        if back is not None and back > 0:
            return Certainty.RULED_OUT
        sure = onwards is not None and onwards >= 0
        return Certainty.CERTAIN if sure else Certainty.POSSIBLE

    def _cannot_cover(self, iri: str) -> bool:
        """Whether the occurrence can cover no stretch from the first to the last day asked for.

        That it has begun by the first day, is not over before the last, and that the stretch has
        days, can each be so alone and not together: an event that ends the stretch can be sure to
        come before whatever has begun by its first day. The three together have no solution just
        where they close a positive cycle over the longest paths between the four days.
        """
        first, last = self._moment.begun, self._moment.lasting
        if first is None or last is None:
            return False
        if self._distances is None:
            self._distances = Distances(self._time)
        start, end = (Day(iri, which, 0) for which in ("start", "end"))
        if first.iri is None and last.iri is None:
            # Of known days the bounds have said all but whether it can last for so long.
            back = self._distances.least(end, start)
            return back is not None and last.shift - first.shift + back > 0
        days = [start, end, first, last]
        far = {
            (i, j): least
            for (i, one), (j, other) in permutations(enumerate(days), 2)
            if (least := self._distances.least(one, other)) is not None
        }
        for begun_by in ((0, 2), (3, 1), (2, 3)):
            far[begun_by] = max(0, far.get(begun_by, 0))
        for via, i, j in product(range(4), repeat=3):
            if (i, via) in far and (via, j) in far:
                far[i, j] = max(far[i, via] + far[via, j], far.get((i, j), -FAR * 4))
        return any(far.get((i, i), 0) > 0 for i in range(4))

    # Each test is about one point and one day; an absent distance is an unbounded one.

    def _earliest_after(self, point: int | None, day: Day | None) -> bool:
        least = self._distance(point, day, 0)
        return least is not None and day is not None and least > day.shift

    def _latest_before(self, point: int | None, day: Day | None) -> bool:
        most = self._distance(point, day, 1)
        return most is not None and day is not None and most < day.shift

    def _surely_by(self, point: int | None, day: Day | None) -> bool:
        most = self._distance(point, day, 1)
        return most is not None and day is not None and most <= day.shift

    def _surely_from(self, point: int | None, day: Day | None) -> bool:
        least = self._distance(point, day, 0)
        return least is not None and day is not None and least >= day.shift

    def _distance(self, point: int | None, day: Day | None, side: int) -> int | None:
        """The least (side 0) or greatest (side 1) distance from the day's point to ``point``."""
        if point is None or day is None:
            return None
        if day.iri is None:
            reach = (self._time.at_least, self._time.at_most)[side]
        else:
            origin = self._time.points.get((day.iri, day.which))
            if origin is None:
                return None
            if origin not in self._reaches:
                network = self._time.network
                self._reaches[origin] = (network.at_least(origin), network.at_most(origin))
            reach = self._reaches[origin][side]
        assert reach.source == ORIGIN or day.iri is not None
        return reach.distance.get(point)


def known_day(moment: Moment) -> int | None:
    """The day where a moment is one known day, or a stretch of one; else None."""
    day = moment.begun
    if day is None or day.iri is not None:
        return None
    return day.shift if day == moment.lasting else None


def _left(
    surely: Certainty,
    iri: str,
    exclusions: Sequence[Exclusion],
    moment: Moment,
    distances: Distances,
) -> Certainty:
    """What is left of ``surely`` where days are excluded, in one solution of the network."""
    day = known_day(moment)
    if day is not None:
        return left_on_day(surely, exclusions, day)
    first, last = moment.begun, moment.lasting
    if moment.stretch:
        first, last = last, first
    days = (Day(None, "", 0), first, last, Day(iri, "start", 0), Day(iri, "end", 0), None)
    points = Points(
        [
            [
                0
                if a == b
                else None
                if one is None or other is None
                else distances.least(one, other)
                for b, other in enumerate(days)
            ]
            for a, one in enumerate(days)
        ]
    )
    if moment.stretch or moment.always:
        return left_at_some_time(surely, points, exclusions)
    if moment.throughout:
        return left_on_every_day(surely, points, exclusions)
    return left_on_one_day(surely, points, exclusions)


def _or(day: int | None, otherwise: int) -> int:
    return otherwise if day is None else day


def _left_open(moment: Moment, day: Day | None) -> bool:
    return moment.stretch and day is None


def certainty_at(occurrence: Occurrence, moment: Moment, time: TimeSolution) -> Certainty:
    """How surely one occurrence was going on at one moment."""
    return AsOf(moment, time).certainty(occurrence)
