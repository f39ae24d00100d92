"""How stretches of time lie to each other, entailed by the network: two of them, or many.

A relation is a conjunction of least distances between the first and last days of the two. It is
*possible* when these can be added to the distances that the network entails between the four
points without making a positive cycle, and *certain* when each of them is entailed already; of
Allen's relations, which exclude each other, when no other is possible. The distances entailed
between some points are all that the rest of the network has to say about them (Dechter, Meiri and
Pearl 1991, section 3), so that both answers are exact, for thousands of occurrences as for two.

What exists only by hedged claims is compared in the network that those claims date, and then at
most *possible*. Where claims contradict each other, *certain* is what holds in every alternative,
*possible* what holds in some.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import combinations, product
from typing import Final

from tenure.fusion.certainty import FAR, Day, Distances, known
from tenure.fusion.days_left import Demand, Points, Range, certain_days, possible_days
from tenure.fusion.seats import SeatPeriod, Seats
from tenure.fusion.value_conflicts import pairs_that_can_meet
from tenure.fusion.world import World
from tenure.model.occurrence import Occurrence
from tenure.temporal import Allen, Certainty, FourBounds, least_days
from tenure.views.lineage import Lineage
from tenure.views.successions import Successions

# Of two stretches, 0 and 1 are the first and the last day of the one, 2 and 3 those of the other.
BEFORE: Final[tuple[Demand, ...]] = ((1, 2, 1),)
AFTER: Final[tuple[Demand, ...]] = ((3, 0, 1),)
WITHIN: Final[tuple[Demand, ...]] = ((2, 0, 0), (1, 3, 0))
PUBLISHED_BY: Final[tuple[Demand, ...]] = ((1, 3, 0),)
SHARING: Final[tuple[Demand, ...]] = ((0, 3, 0), (2, 1, 0))
CROWDING: Final[tuple[Demand, ...]] = ((0, 3, 1), (2, 1, 1))
"""On more days than that on which one takes over from the other."""


Distance = tuple[tuple[int | None, ...], ...]
"""The least distances between the four days of two stretches; None: any."""


@dataclass(frozen=True, slots=True)
class Pair:
    """Two stretches by the least distances between their four days, in each alternative."""

    ways: tuple[Distance, ...]
    existence: Certainty

    def entails(self, demand: Demand) -> bool:
        """Whether the demand is met in every solution of every alternative."""
        return all(_entails(least, demand) for least in self.ways)

    def certainty(self, demands: Sequence[Demand]) -> Certainty:
        """Whether all the demands are met in every solution, in some, or in none."""
        if not self.allows(demands):
            return Certainty.RULED_OUT
        return self.existence if all(map(self.entails, demands)) else Certainty.POSSIBLE

    def allows(self, demands: Sequence[Demand]) -> bool:
        """Whether all the demands can be met together in some alternative."""
        return any(Points(least).allow(demands) for least in self.ways)

    def allen(self) -> dict[Allen, Certainty]:
        """The thirteen relations of the first to the second; the only one possible is certain."""
        possible = {relation for relation in Allen if self.allows(least_days(relation))}
        outcome = self.existence if len(possible) == 1 else Certainty.POSSIBLE
        return {
            relation: outcome if relation in possible else Certainty.RULED_OUT for relation in Allen
        }

    def shared_days(self) -> tuple[int, int | None]:
        """The least and the greatest number of days that both have; None is unbounded."""
        found = [_shared_days(least, self.existence) for least in self.ways]
        most = [days for _, days in found if days is not None]
        return min(least for least, _ in found), max(most) if len(most) == len(found) else None


def _entails(least: Distance, demand: Demand) -> bool:
    earlier, later, days = demand
    known = least[earlier][later]
    return known is not None and known >= days


def _shared_days(distance: Distance, existence: Certainty) -> tuple[int, int | None]:
    across = [distance[a][b] for a in (0, 2) for b in (1, 3)]
    if existence is not Certainty.CERTAIN or None in across:
        least = 0
    else:
        least = max(0, 1 + min(days for days in across if days is not None))
    # So many days from each first to each last one: what leads back, once or twice, forbids more.
    back = [distance[b][a] for a in (0, 2) for b in (1, 3)]
    twice = [(distance[1][2], distance[3][0]), (distance[1][0], distance[3][2])]
    most = [-days for days in back if days is not None]
    most += [-(one + other) // 2 for one, other in twice if one is not None and other is not None]
    return least, max(0, 1 + min(most)) if most else None


@dataclass(frozen=True, slots=True)
class Stretch:
    """Something with a first and a last day; ``existence`` says how surely there is any such."""

    start: Day
    end: Day
    existence: Certainty = Certainty.CERTAIN


@dataclass(frozen=True, slots=True)
class Shared:
    """Two occurrences, how surely they share days, and how many; ``most`` None is unbounded."""

    one: str
    other: str
    certainty: Certainty
    least: int
    most: int | None
    seats: int | None = None
    """Of holders of more seats than there are: how many there are on these days."""


@dataclass(frozen=True, slots=True)
class _Sharing:
    """The same before the days are reckoned, which many a pair need not be."""

    one: Occurrence
    other: Occurrence
    certainty: Certainty
    pair: Pair

    def with_days(self, seats: int | None = None) -> Shared:
        days = self.pair.shared_days()
        return Shared(self.one.iri, self.other.iri, self.certainty, *days, seats)


def stretch_of(occurrence: Occurrence) -> Stretch:
    """The stretch of an occurrence, by its points in the network."""
    return stretch_between(occurrence.iri, occurrence.existence)


def stretch_between(iri: str, existence: Certainty = Certainty.CERTAIN) -> Stretch:
    """The stretch of anything with points in the network: also a life, or a source's one day."""
    return Stretch(Day(iri, "start", 0), Day(iri, "end", 0), existence)


class Relations:
    """Relations in one world. Distances are kept, so that asking about many costs little."""

    def __init__(self, world: World) -> None:
        self.world = world
        self._known: dict[int, Distances] = {}
        self._successions: dict[str, Sequence[tuple[Sequence[Occurrence], Successions]]] = {}

    def pair(self, x: Stretch, y: Stretch, *further: Day) -> Pair:
        """The two stretches, to ask how they lie to each other, and to further days after them."""
        existence = (
            Certainty.CERTAIN
            if x.existence is y.existence is Certainty.CERTAIN
            else Certainty.POSSIBLE
        )
        days = (x.start, x.end, y.start, y.end, *further)
        ways = {
            tuple(tuple(distances.least(a, b) for b in days) for a in days): None
            for distances in self._distances(existence, days)
        }
        return Pair(tuple(ways), existence)

    def _distances(self, existence: Certainty, days: Sequence[Day]) -> Iterator[Distances]:
        """The distances in each alternative of those that differ as far as the days go."""
        points = {(day.iri, day.which) for day in days if day.iri is not None}
        for time in self.world.time.of(existence).combinations(points):
            # The distances keep the solution, so that no other has its number.
            if id(time) not in self._known:
                self._known[id(time)] = Distances(time)
            yield self._known[id(time)]

    def standing(
        self, demands: Sequence[Demand], y: Stretch, *, but: str | None = None
    ) -> Mapping[str, Certainty]:
        """How surely each occurrence stands so to ``y``, where that is not ruled out."""
        found = {
            iri: self.pair(stretch_of(occurrence), y).certainty(demands)
            for iri, occurrence in self.world.occurrences.items()
            if iri != but
        }
        return {iri: c for iri, c in found.items() if c is not Certainty.RULED_OUT}

    def days(self, occurrence: Occurrence) -> tuple[int, int | None]:
        """The least and the greatest number of days that it can have lasted; None is unbounded."""
        stretch = stretch_of(occurrence)
        days = (stretch.start, stretch.end)
        every = list(self._distances(occurrence.existence, days))
        least = min(one.least(*days) or 0 for one in every)
        back = [one.least(stretch.end, stretch.start) for one in every]
        most = [1 - days for days in back if days is not None]
        return max(1, least + 1), max(most) if len(most) == len(back) else None

    def first(self, entity: str, *, last: bool = False) -> Mapping[str, Certainty]:
        """How surely each situation with that object was the first of its kind, or the last.

        The first is the one that began first; several may have begun on one day. What only hedged
        claims tell of may never have been, so that it keeps no other from being possibly first.
        """
        found: dict[str, Certainty] = {}
        for group in self._by_kind(entity):
            # Whoever may be ahead of most is asked about before the others.
            group.sort(key=_last_possible if last else _first_possible)
            ahead: Demand = (3, 1, 0) if last else (0, 2, 0)
            leading = _Leading(group, last=last)
            for x in group:
                if leading.is_behind(x):
                    continue
                others = [y for y in group if y is not x]
                pairs = (self.pair(stretch_of(x), stretch_of(y)) for y in others)
                if all(pair.entails(ahead) for pair in pairs):
                    found[x.iri] = x.existence
                elif self._can_be_first(x, others, last=last):
                    found[x.iri] = Certainty.POSSIBLE
        return found

    def _can_be_first(self, x: Occurrence, others: Sequence[Occurrence], *, last: bool) -> bool:
        """Whether in some alternative none of the others that are certain is certainly ahead."""
        which = "end" if last else "start"
        own = Day(x.iri, which, 0)
        firm = [Day(y.iri, which, 0) for y in others if y.existence is Certainty.CERTAIN]
        for distances in self._distances(x.existence, [own, *firm]):
            ways = ((own, day) if last else (day, own) for day in firm)
            if not any((distances.least(*way) or 0) > 0 for way in ways):
                return True
        return False

    def following(
        self, entity: str, among: Collection[str] | None = None
    ) -> Iterator[tuple[str, str]]:
        """Pairs of one kind: the second certainly began when the first was over, at the earliest.

        One of the two has that object, and the object of the second is that of the first or
        carries on its work (:class:`Lineage`); no third of which both are certain, whose object
        carries on the work of the one and is carried on by the other's, lies between them. With
        ``among``, only pairs whose first is one of these.
        """
        if entity not in self._successions:
            self._successions[entity] = list(self._successions_of(entity))
        for group, successions in self._successions[entity]:
            for x in group:
                if among is None or x.iri in among:
                    for y in successions.after(x):
                        if entity in (x.object, y.object):
                            yield x.iri, y.iri

    def _successions_of(self, entity: str) -> Iterator[tuple[Sequence[Occurrence], Successions]]:
        lineage = Lineage(self.world)
        kin = lineage.kin(entity)
        heirs = {institution: lineage.heirs(institution) for institution in kin}
        groups: dict[str, list[Occurrence]] = defaultdict(list)
        for one in self.world.occurrences.values():
            if one.object in kin:
                groups[one.kind].append(one)
        for group in groups.values():
            yield group, Successions(self.world, group, heirs, self._is_over_when_begun)

    def _is_over_when_begun(self, x: Occurrence, y: Occurrence) -> bool:
        return self.pair(stretch_of(x), stretch_of(y)).entails((1, 2, 0))

    def overlaps(self, one: str, other: str) -> Iterator[Shared]:
        """The situations of one subject that may share a day with those of another."""
        occurrences = self.world.occurrences.values()
        for x in (o for o in occurrences if o.subject == one):
            for y in (o for o in occurrences if o.subject == other and o is not x):
                if sharing := self._sharing(x, y, SHARING):
                    yield sharing.with_days()

    def beside(self, entity: str) -> Iterator[Shared]:
        """The situations of one subject with those of their kind of others, on shared days."""
        occurrences = self.world.occurrences.values()
        for x in (o for o in occurrences if o.subject == entity):
            for y in (o for o in occurrences if o.kind == x.kind and o.subject != entity):
                if sharing := self._sharing(x, y, SHARING):
                    yield sharing.with_days()

    def published(self, by: Stretch) -> Mapping[str, Certainty]:
        """How surely each source had been published by the last day of a stretch.

        Of one that bears no date it is not known.
        """
        points = self.world.time.points
        found = {
            iri: self.pair(stretch_between(iri), by).certainty(PUBLISHED_BY)
            if (iri, "end") in points
            else Certainty.POSSIBLE
            for iri in self.world.sources
        }
        return {iri: c for iri, c in found.items() if c is not Certainty.RULED_OUT}

    def crowding(
        self,
        seats: Seats,
        kinds: Collection[str],
        office: str | None = None,
        among: Collection[str] | None = None,
    ) -> Iterator[Shared]:
        """Holders of more seats than there are at the time, of one office or of all.

        For one seat, the pairs that share more than the day of taking over. For more, each holder
        with those who were there when he began, where they are more than the seats left; such a
        group is *possible* when each of them is, for itself. One holder never takes two seats.
        Where an office had other numbers of seats at other times, the days of each are looked at
        by themselves, and a pair is told once, with what is surest. With ``among``, only the pairs
        that some of the holders are in.
        """
        by_object: dict[str, list[Occurrence]] = defaultdict(list)
        for o in self.world.occurrences.values():
            if o.kind in kinds and o.object is not None and seats.known(o.object):
                by_object[o.object].append(o)
        chosen = by_object if office is None else {office: by_object[office]}
        for entity, holders in sorted(chosen.items()):
            found: dict[tuple[str, str], Shared] = {}
            group = beyond = holders
            if among is not None:
                # A pair is told once, by whichever of the two is surer: both are looked at.
                shown = [o for o in holders if o.iri in among]
                reached = _beside(_reaching(holders, shown))
                near = {o.iri for o in shown}.union(y.iri for x in shown for y in reached[x.iri])
                group = [o for o in holders if o.iri in near]
                beyond = _reaching(holders, group)
            beside = _beside(beyond)
            for period in seats.periods(entity):
                for shared in self._crowded(group, beside, period):
                    pair = shared.one, shared.other
                    if among is not None and not {*pair}.intersection(among):
                        continue
                    before = found.get(pair)
                    if before is None or before.certainty is Certainty.POSSIBLE:
                        found[pair] = shared
            for (one, other), shared in found.items():
                reverse = found.get((other, one))
                surer = reverse is not None and reverse.certainty is Certainty.CERTAIN
                if shared.certainty is Certainty.CERTAIN or not surer:
                    yield shared

    def _crowded(
        self,
        group: Sequence[Occurrence],
        beside: Mapping[str, Sequence[Occurrence]],
        period: SeatPeriod,
    ) -> Iterator[Shared]:
        """Who crowds the seats of an office within some days."""
        if period.least is None:
            return
        if period.most == 1:
            place = {one.iri: number for number, one in enumerate(group)}
            for x in group:
                for y in beside[x.iri]:
                    if place[x.iri] < place.get(y.iri, -1) and (
                        sharing := self._sharing(x, y, CROWDING, period)
                    ):
                        yield sharing.with_days(seats=1)
        else:
            yield from self._groups(group, beside, period)

    def _groups(
        self,
        group: Sequence[Occurrence],
        beside: Mapping[str, Sequence[Occurrence]],
        period: SeatPeriod,
    ) -> Iterator[Shared]:
        # Of stretches that all share a day, the one that began last begins on such a day, or
        # before the days that are looked at, and then they share the first of these.
        assert period.least is not None
        demands: Sequence[Demand] = ((2, 0, 0), (0, 3, 1), (0, 1, 0))
        for x in group:
            begun, latest = x.bounds.start_earliest, x.bounds.start_latest
            near = [
                y
                for y in beside[x.iri]
                if _not_over(latest, y.bounds.start_earliest)
                and _not_over(y.bounds.end_latest, None if begun is None else begun + 1)
            ]
            # Most are not with enough others even by their bounds; the network takes far longer.
            if len({y.subject for y in near}) < period.least:
                continue
            there = [sharing for y in near if (sharing := self._sharing(x, y, demands, period))]
            sure = {one.other.subject for one in there if one.certainty is Certainty.CERTAIN}
            if period.most is not None and len(sure) >= period.most:
                for one in there:
                    if one.certainty is Certainty.CERTAIN:
                        yield one.with_days(period.most)
            elif len({one.other.subject for one in there}) >= period.least:
                for one in there:
                    yield replace(one, certainty=Certainty.POSSIBLE).with_days(period.least)

    def coalesced(self) -> Iterator[tuple[tuple[str, ...], FourBounds]]:
        """Situations of one kind, subject and object, those without a break between them together.

        Two are taken together where they certainly leave no day between them. The bounds are those
        of the whole, which begins with the first and ends with the last of its parts.
        """
        same: dict[tuple[str, str | None, str | None], list[Occurrence]] = defaultdict(list)
        for o in self.world.occurrences.values():
            if o.subject is not None:
                same[o.kind, o.subject, o.object].append(o)
        for group in same.values():
            parts = {o.iri: {o.iri} for o in group}
            for x, y in combinations(group, 2):
                pair = self.pair(stretch_of(x), stretch_of(y))
                if pair.entails((0, 3, -1)) and pair.entails((2, 1, -1)):
                    whole = parts[x.iri] | parts[y.iri]
                    parts.update(dict.fromkeys(whole, whole))
            for iris in sorted({tuple(sorted(part)) for part in parts.values()}):
                yield iris, self._whole(iris)

    def _whole(self, iris: Sequence[str]) -> FourBounds:
        """The bounds of what several make together, over all alternatives."""
        parts = [self.world.occurrences[iri] for iri in iris]
        sure = all(part.existence is Certainty.CERTAIN for part in parts)
        time = self.world.time.of(Certainty.CERTAIN if sure else Certainty.POSSIBLE)
        points = [(iri, which) for iri in iris for which in ("start", "end")]
        every = [
            _hull([one.bounds(part.iri) for part in parts]) for one in time.combinations(points)
        ]
        return _widest(every)

    def _sharing(
        self,
        x: Occurrence,
        y: Occurrence,
        demands: Sequence[Demand],
        period: SeatPeriod | None = None,
    ) -> _Sharing | None:
        """How surely the two meet the demands, where they can.

        With ``period``, on a day of it: three stretches of which each two share a day share one.
        """
        if not _may_meet(x, y):
            return None
        further: list[Day] = []
        demands = list(demands)
        if period is not None and (first := known(period.first)) is not None:
            further.append(first)
            demands += [(3 + len(further), 1, 0), (3 + len(further), 3, 0)]
        if period is not None and (last := known(period.last)) is not None:
            further.append(last)
            demands += [(0, 3 + len(further), 0), (2, 3 + len(further), 0)]
        pair = self.pair(stretch_of(x), stretch_of(y), *further)
        certainty = pair.certainty(demands)
        if x.exclusions or y.exclusions:
            certainty = _left_of_sharing(certainty, x, y, more=demands[0][2])
        return None if certainty is Certainty.RULED_OUT else _Sharing(x, y, certainty, pair)

    def _by_kind(self, entity: str) -> Iterator[list[Occurrence]]:
        groups: dict[str, list[Occurrence]] = defaultdict(list)
        for occurrence in self.world.occurrences.values():
            if occurrence.object == entity:
                groups[occurrence.kind].append(occurrence)
        yield from groups.values()


class _Leading:
    """Whom the days of others keep from being the first of a group, or the last."""

    def __init__(self, group: Iterable[Occurrence], *, last: bool) -> None:
        self._last = last
        firm = (one.bounds for one in group if one.existence is Certainty.CERTAIN)
        if last:
            ends = (one.end_earliest for one in firm if one.end_earliest is not None)
            self._day = max(ends, default=None)
        else:
            starts = (one.start_latest for one in firm if one.start_latest is not None)
            self._day = min(starts, default=None)

    def is_behind(self, one: Occurrence) -> bool:
        """Whether somebody is certainly ahead of one in every alternative, by days alone."""
        own = one.bounds.end_latest if self._last else one.bounds.start_earliest
        if self._day is None or own is None or one.existence is not Certainty.CERTAIN:
            return False
        return self._day > own if self._last else self._day < own


def _first_possible(one: Occurrence) -> int:
    return -FAR if one.bounds.start_earliest is None else one.bounds.start_earliest


def _last_possible(one: Occurrence) -> int:
    return -FAR if one.bounds.end_latest is None else -one.bounds.end_latest


def _left_of_sharing(certainty: Certainty, x: Occurrence, y: Occurrence, more: int) -> Certainty:
    """How surely two share so many more days than one, where days are taken out of one of them."""

    def meet(days: Callable[[Occurrence], Sequence[Range]]) -> bool:
        return any(
            _not_over(b[1], None if a[0] is None else a[0] + more)
            and _not_over(a[1], None if b[0] is None else b[0] + more)
            for a, b in product(days(x), days(y))
        )

    if meet(certain_days):
        return certainty
    return Certainty.POSSIBLE if meet(possible_days) else Certainty.RULED_OUT


def _beside(group: Sequence[Occurrence]) -> Mapping[str, Sequence[Occurrence]]:
    """Of each in a group, the others of another subject with whom it may have a day in common."""
    place = {one.iri: number for number, one in enumerate(group)}
    found: dict[str, list[int]] = {one.iri: [] for one in group}
    held = ((one.iri, one.subject or "", one.bounds) for one in group)
    for one, other in pairs_that_can_meet(held, days=1):
        found[one].append(place[other])
        found[other].append(place[one])
    return {iri: [group[number] for number in sorted(some)] for iri, some in found.items()}


def _reaching(group: Sequence[Occurrence], some: Sequence[Occurrence]) -> list[Occurrence]:
    """Those of a group who may have a day in common with the whole stretch of some of them."""
    begun = [one.bounds.start_earliest for one in some]
    over = [one.bounds.end_latest for one in some]
    first = None if None in begun else min((day for day in begun if day is not None), default=FAR)
    last = None if None in over else max((day for day in over if day is not None), default=-FAR)
    return [
        one
        for one in group
        if _not_over(one.bounds.end_latest, first) and _not_over(last, one.bounds.start_earliest)
    ]


def _may_meet(x: Occurrence, y: Occurrence) -> bool:
    """Whether the bounds alone leave them a day in common; cheaper than asking the network."""
    return _not_over(x.bounds.end_latest, y.bounds.start_earliest) and _not_over(
        y.bounds.end_latest, x.bounds.start_earliest
    )


def _not_over(over: int | None, begun: int | None) -> bool:
    return over is None or begun is None or over >= begun


def _widest(every: Sequence[FourBounds]) -> FourBounds:
    """The bounds that hold all of these."""

    def least(days: Sequence[int | None]) -> int | None:
        return min((d for d in days if d is not None), default=None) if None not in days else None

    def greatest(days: Sequence[int | None]) -> int | None:
        return max((d for d in days if d is not None), default=None) if None not in days else None

    return FourBounds(
        least([one.start_earliest for one in every]),
        greatest([one.start_latest for one in every]),
        least([one.end_earliest for one in every]),
        greatest([one.end_latest for one in every]),
    )


def _hull(parts: Sequence[FourBounds]) -> FourBounds:
    """The bounds of the least first day and of the greatest last day."""
    earliest = [part.start_earliest for part in parts]
    latest = [part.end_latest for part in parts]
    return FourBounds(
        None if None in earliest else min(day for day in earliest if day is not None),
        min((p.start_latest for p in parts if p.start_latest is not None), default=None),
        max((p.end_earliest for p in parts if p.end_earliest is not None), default=None),
        None if None in latest else max(day for day in latest if day is not None),
    )
