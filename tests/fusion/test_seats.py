"""Seats over time against counting holders day by day in every way in which it could have been."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import combinations, product

from hypothesis import given, settings
from hypothesis import strategies as st
from tests import amount
from tests.fusion.lab import NAMES, Lab, entity

from tenure.fusion import World, seats_of
from tenure.temporal import Certainty, iso
from tenure.views import Relations

DAYS = range(5)
OFFICE = "office/o"
Span = tuple[int, int]


@dataclass(frozen=True)
class Told:
    """A stretch of which the first and the last day are some day between two, or open."""

    start: tuple[int, int] | None
    end: tuple[int, int] | None
    number: int = 0

    def dates(self) -> str:
        """As statements; days are counted from 2020-01-01."""
        given = (("start", self.start), ("end", self.end))
        return "".join(
            f' ; tn:{name} "[{_day(days[0])}..{_day(days[1])}]"^^edtf:EDTF'
            for name, days in given
            if days is not None
        )

    def spans(self) -> Iterator[Span]:
        """All that it can have been; what is open, up to a day beyond all others."""
        firsts = range(-1, 6) if self.start is None else range(self.start[0], self.start[1] + 1)
        lasts = range(-1, 6) if self.end is None else range(self.end[0], self.end[1] + 1)
        return ((a, b) for a in firsts for b in lasts if a <= b)


def _day(number: int) -> str:
    return iso(18262 + number)


_days = st.tuples(st.sampled_from(DAYS), st.sampled_from(DAYS)).map(sorted).map(tuple)
_exact = st.sampled_from(DAYS).map(lambda day: (day, day))
_spans = st.tuples(_exact, _exact).filter(lambda both: both[0][0] < both[1][0])
HOLDERS = st.lists(st.builds(lambda both: Told(*both), _spans), min_size=2, max_size=4)
SEATINGS = st.lists(
    st.builds(
        Told, st.none() | _exact | _days, st.none() | _exact | _days, st.integers(1, 3)
    ).filter(lambda one: next(one.spans(), None) is not None),
    max_size=2,
    unique_by=lambda one: one.number,
)


def made(lab: Lab, holders: Sequence[Told], seatings: Sequence[Told]) -> World:
    claims = [
        lab.claim(
            f"tenure:t{number} a tn:Tenure ; tn:holder person:p{number} ; tn:office office:o"
            f"{one.dates()} ."
        )
        for number, one in enumerate(holders)
    ]
    claims += [
        lab.claim(
            f"<{entity(f'seating/{number}').value}> a tn:Seating ; tn:seatingOf office:o ;"
            f" tn:numberOfSeats {one.number}{one.dates()} ."
        )
        for number, one in enumerate(seatings)
    ]
    return lab.world(claims)


def held_on(day: int, spans: Sequence[Span]) -> int:
    """How many hold it on a day; of those who hand over on it only the larger number counts."""
    there = [span for span in spans if span[0] <= day <= span[1]]
    comes = sum(a == day < b for a, b in there)
    goes = sum(a < day == b for a, b in there)
    return len(there) - comes - goes + max(comes, goes)


def crowded(
    spans: Sequence[Span], seatings: Sequence[tuple[Span, int]], stated: int | None
) -> tuple[bool, bool]:
    """Whether more hold it than it has seats on some day: by every number told, and by any."""
    surely = maybe = False
    for day in range(-1, 6):
        numbers = {number for (a, b), number in seatings if a <= day <= b}
        number = held_on(day, spans)
        if not numbers:
            numbers = {stated} if stated is not None else {99}
        surely |= number > max(numbers)
        maybe |= number > min(numbers)
    return surely, maybe


@settings(max_examples=amount.cases(120))
@given(holders=HOLDERS, seatings=SEATINGS, stated=st.none() | st.integers(1, 3))
def test_who_is_too_many_is_so_in_every_way_or_in_some(
    lab: Lab, holders: list[Told], seatings: list[Told], stated: int | None
) -> None:
    world = made(lab, holders, seatings)
    registry = {} if stated is None else {entity(OFFICE).value: stated}
    seats = seats_of(registry, world.occurrences.values(), world.statements, world.schema)
    found = list(Relations(world).crowding(seats, world.schema.seat_kinds))
    spans = [next(one.spans()) for one in holders]
    ways = [
        crowded(spans, list(zip(way, (one.number for one in seatings), strict=True)), stated)
        for way in product(*(list(one.spans()) for one in seatings))
    ]
    sure = {one.certainty for one in found}
    if Certainty.CERTAIN in sure:
        assert all(surely for surely, _ in ways)
    if found:
        assert any(maybe for _, maybe in ways)
    if all(
        one.start and one.end and one.start[0] == one.start[1] and one.end[0] == one.end[1]
        for one in seatings
    ):
        ((surely, maybe),) = ways
        assert (Certainty.CERTAIN in sure) == surely
        assert bool(found) == maybe


@settings(max_examples=amount.cases(80))
@given(holders=HOLDERS, seatings=SEATINGS, one_seat=st.booleans())
def test_conflicts_about_a_seat_are_of_days_with_one_seat_in_every_way(
    lab: Lab, holders: list[Told], seatings: list[Told], one_seat: bool
) -> None:
    world = made(lab, holders, seatings)
    claims = list(world.claims.values())
    world = lab.world(claims, one_seat=[OFFICE] if one_seat else [])
    spans = [next(one.spans()) for one in holders]
    told = {tuple(map(NAMES.short, c.concerns)) for c in world.conflicts if c.kind == "seats"}
    ways = [
        list(zip(way, (one.number for one in seatings), strict=True))
        for way in product(*(list(one.spans()) for one in seatings))
    ]
    for (x, one), (y, other) in combinations(enumerate(spans), 2):
        pair = (one, other)
        always = all(crowded(pair, way, 1 if one_seat else None)[0] for way in ways)
        if (f"tenure/t{x}", f"tenure/t{y}") in told:
            assert always, pair
        elif len(ways) == 1:
            assert not always, pair
