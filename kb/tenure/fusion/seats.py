"""How many seats offices have: the number in the registry, and others for the days of a seating.

On a day that a seating certainly covers an office has the seats of one of the seatings that may
cover it; on any other day it may also have those of the registry, where that gives a number. So
what is told as certain is so whichever of them is right. As for what is possible, the registry's
number does not count on the open side of a seating that has an end and no start, or a start and no
end: who says that there were three seats until 1989 does not suspect that there were two before.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from math import inf

from pyoxigraph import Literal

from tenure.fusion.statements import Statement
from tenure.model.occurrence import Occurrence
from tenure.model.schema import Schema
from tenure.namespaces import TN
from tenure.temporal import Certainty, FourBounds

_NUMBER = TN("numberOfSeats").value


@dataclass(frozen=True, slots=True)
class SeatPeriod:
    """Days, both ends included and None unbounded, on which nothing else is known of the seats.

    ``least`` and ``most`` are the numbers of seats there may have been, None where any may; the
    ``claims`` tell of the seatings that may cover these days. Where claims contradict each other,
    ``assured`` is the least that ``most`` can be by those of them that are right.
    """

    first: int | None
    last: int | None
    least: int | None
    most: int | None
    assured: int | None
    claims: tuple[str, ...] = ()

    def meets(self, first: int | None, last: int | None) -> bool:
        """Whether some day from ``first`` to ``last`` is among these; None is unbounded."""
        return _low(self.first) <= _high(last) and _low(first) <= _high(self.last)


@dataclass(frozen=True, slots=True)
class Seating:
    """That an office has a number of seats for a time; ``numbers`` has more where claims differ."""

    occurrence: Occurrence
    numbers: frozenset[int]

    def may_cover(self, day: float) -> bool:
        """Whether it had so many seats on a day in some solution."""
        return _reaches(self.occurrence.bounds, day)

    def may_always_cover(self, day: float) -> bool:
        """Whether it had so many on a day in some solution, whichever claims are right."""
        return self._exists and all(_reaches(b, day) for b in self.occurrence.several_bounds)

    def covers(self, day: float) -> bool:
        """Whether it certainly had so many seats on a day."""
        begun, lasting = self.occurrence.bounds.start_latest, self.occurrence.bounds.end_earliest
        known = begun is not None and lasting is not None and begun <= day <= lasting
        return known and self._exists

    def is_open_to(self, day: float) -> bool:
        """Whether a day is on the one side, before or after, of which nobody says where it ends."""
        bounds = self.occurrence.bounds
        begins, ends = bounds.start_earliest is not None, bounds.end_latest is not None
        return self._exists and (
            (ends and not begins and day <= _low(bounds.end_earliest))
            or (begins and not ends and day >= _high(bounds.start_latest))
        )

    @property
    def _exists(self) -> bool:
        return self.occurrence.existence is Certainty.CERTAIN


class Seats:
    """The seats of offices, one period after another."""

    def __init__(self, stated: Mapping[str, int], seatings: Iterable[Seating]) -> None:
        """``stated`` is what the registry says."""
        self._stated = stated
        self._seatings: dict[str, list[Seating]] = defaultdict(list)
        for one in seatings:
            if one.occurrence.subject is not None:
                self._seatings[one.occurrence.subject].append(one)
        self._periods: dict[str, tuple[SeatPeriod, ...]] = {}

    def seen(self, change: Callable[[Occurrence], Occurrence | None]) -> Seats:
        """The seats if seatings were as ``change`` makes them; None: if there were none such."""
        changed = (
            Seating(now, one.numbers)
            for some in self._seatings.values()
            for one in some
            if (now := change(one.occurrence)) is not None
        )
        return Seats(self._stated, changed)

    def seatings(self) -> Iterator[tuple[str, Sequence[Seating]]]:
        """The offices that had numbers of seats for a time, with these."""
        yield from sorted(self._seatings.items())

    def known(self, office: str) -> bool:
        """Whether anything is known of the number of seats."""
        return office in self._stated or office in self._seatings

    def periods(self, office: str) -> Sequence[SeatPeriod]:
        """The seats of an office on all days, in order."""
        found = self._periods.get(office)
        if found is None:
            seatings, stated = self._seatings.get(office, []), self._stated.get(office)
            found = self._periods[office] = tuple(_periods(seatings, stated))
        return found

    def for_one(self, office: str, first: int | None, last: int | None) -> SeatPeriod | None:
        """The first period that has a day from ``first`` to ``last`` and certainly has one seat."""
        return next((p for p in self.periods(office) if p.most == 1 and p.meets(first, last)), None)

    def only_one(self, office: str, first: int | None, last: int | None) -> Collection[str] | None:
        """The claims by which there is one seat on all days from ``first`` to ``last``.

        None where there may have been more.
        """
        days = [period for period in self.periods(office) if period.meets(first, last)]
        if not days or any(period.most != 1 for period in days):
            return None
        return {claim for period in days for claim in period.claims}


def seats_of(
    stated: Mapping[str, int],
    occurrences: Iterable[Occurrence],
    statements: Iterable[Statement],
    schema: Schema,
) -> Seats:
    """The seats of offices in a world; O(occurrences and statements)."""
    found = {one.iri: one for one in occurrences if one.kind in schema.seating_kinds}
    numbers: dict[str, set[int]] = defaultdict(set)
    for statement in statements if found else ():
        value = statement.object
        if (
            statement.subject in found
            and statement.predicate == _NUMBER
            and isinstance(value, Literal)
            and value.value.isdecimal()
        ):
            numbers[statement.subject].add(int(value.value))
    return Seats(
        stated, (Seating(found[iri], frozenset(some)) for iri, some in sorted(numbers.items()))
    )


def _periods(seatings: Sequence[Seating], stated: int | None) -> Iterable[SeatPeriod]:
    """The days split where it changes which seatings may cover them, or certainly do."""
    begins = {-inf}
    for one in seatings:
        bounds = one.occurrence.bounds
        begins.update(
            day for day in (bounds.start_earliest, bounds.start_latest) if day is not None
        )
        begins.update(
            day + 1 for day in (bounds.end_earliest, bounds.end_latest) if day is not None
        )
    days = sorted(begins)
    for begin, then in zip(days, [*days[1:], inf], strict=True):
        covering = [one for one in seatings if one.may_cover(begin)]
        numbers = {number for one in covering for number in one.numbers}
        sure = [min(one.numbers) for one in covering if one.covers(begin)]
        # Of seatings that certainly cover a day only one can be right.
        assured = [min(one.numbers) for one in covering if one.may_always_cover(begin)]
        assured = [n for n in assured if n not in sure or n == min(sure)]
        least = most = numbers
        if not sure and stated is not None:
            most = numbers | {stated}
            assured.append(stated)
            if not any(one.is_open_to(begin) for one in covering):
                least = most
        yield SeatPeriod(
            None if begin == -inf else int(begin),
            None if then == inf else int(then) - 1,
            min(least, default=None),
            max(most) if sure or stated is not None else None,
            max(assured) if sure or stated is not None else None,
            tuple(sorted({claim for one in covering for claim in one.occurrence.claims})),
        )


def _reaches(bounds: FourBounds, day: float) -> bool:
    return _low(bounds.start_earliest) <= day <= _high(bounds.end_latest)


def _low(day: int | None) -> float:
    return -inf if day is None else day


def _high(day: int | None) -> float:
    return inf if day is None else day
