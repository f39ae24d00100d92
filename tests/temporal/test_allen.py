"""Allen's relations with uncertain ends, against all pairs of stretches in a small range."""

from __future__ import annotations

from itertools import pairwise, product

from hypothesis import assume, given, settings
from hypothesis import strategies as st

from tenure.temporal.allen import Allen, least_days, relations
from tenure.temporal.interval import Certainty, FourBounds

# What is finite lies within 0..3; four days more on each side stand for the unbounded ones.
LOW, HIGH = -4, 7


@st.composite
def four_bounds(draw: st.DrawFn) -> FourBounds:
    start = sorted([draw(st.integers(0, 3)), draw(st.integers(0, 3))])
    end = sorted([draw(st.integers(0, 3)), draw(st.integers(0, 3))])
    assume(start[0] <= end[1])
    known = [draw(st.integers(0, 3)) > 0 for _ in range(4)]
    return FourBounds(
        *(day if is_known else None for day, is_known in zip(start + end, known, strict=True))
    )


def stretches(bounds: FourBounds) -> list[tuple[int, int]]:
    def days(first: int | None, last: int | None) -> range:
        return range(LOW if first is None else first, (HIGH if last is None else last) + 1)

    return [
        (start, end)
        for start in days(bounds.start_earliest, bounds.start_latest)
        for end in days(bounds.end_earliest, bounds.end_latest)
        if start <= end
    ]


def relation(x: tuple[int, int], y: tuple[int, int]) -> Allen:
    """By cases on days that are included: the definition that the module must agree with."""
    (a, b), (c, d) = x, y
    if b < c:
        return Allen.MEETS if b + 1 == c else Allen.BEFORE
    if d < a:
        return Allen.MET_BY if d + 1 == a else Allen.AFTER
    if a == c:
        return Allen.EQUALS if b == d else Allen.STARTS if b < d else Allen.STARTED_BY
    if b == d:
        return Allen.FINISHES if a > c else Allen.FINISHED_BY
    if a < c:
        return Allen.OVERLAPS if b < d else Allen.CONTAINS
    return Allen.DURING if b < d else Allen.OVERLAPPED_BY


@given(four_bounds(), four_bounds())
@settings(deadline=None)
def test_agrees_with_all_pairs(x: FourBounds, y: FourBounds) -> None:
    found = {relation(a, b) for a, b in product(stretches(x), stretches(y))}
    outcome = Certainty.CERTAIN if len(found) == 1 else Certainty.POSSIBLE
    assert relations(x, y) == {
        each: outcome if each in found else Certainty.RULED_OUT for each in Allen
    }


@given(four_bounds(), four_bounds())
def test_inverse(x: FourBounds, y: FourBounds) -> None:
    there, back = relations(x, y), relations(y, x)
    assert all(there[each] == back[each.inverse] for each in Allen)


def test_crisp_stretches_have_one_certain_relation() -> None:
    for a, b, c, d in product(range(4), repeat=4):
        if a <= b and c <= d:
            outcomes = relations(FourBounds(a, a, b, b), FourBounds(c, c, d, d))
            certain = [each for each, outcome in outcomes.items() if outcome == Certainty.CERTAIN]
            assert certain == [relation((a, b), (c, d))]
            assert list(outcomes.values()).count(Certainty.RULED_OUT) == 12


def test_the_thirteen_and_their_inverses() -> None:
    assert len(Allen) == 13
    assert all(each.inverse.inverse is each for each in Allen)
    assert [each for each in Allen if each.inverse is each] == [Allen.EQUALS]
    pairs = {
        Allen.BEFORE: Allen.AFTER,
        Allen.MEETS: Allen.MET_BY,
        Allen.OVERLAPS: Allen.OVERLAPPED_BY,
        Allen.STARTS: Allen.STARTED_BY,
        Allen.DURING: Allen.CONTAINS,
        Allen.FINISHES: Allen.FINISHED_BY,
    }
    assert all(each.inverse is other for each, other in pairs.items())


def test_a_handover_on_one_day_is_an_overlap_and_on_the_next_a_meeting() -> None:
    first = FourBounds(1, 1, 5, 5)
    days = [
        next(
            each
            for each, outcome in relations(first, FourBounds(day, day, 9, 9)).items()
            if outcome is Certainty.CERTAIN
        )
        for day in (5, 6, 7)
    ]
    assert days == [Allen.OVERLAPS, Allen.MEETS, Allen.BEFORE]
    assert all(x is not y for x, y in pairwise(days))


def test_least_days_say_what_the_relation_says() -> None:
    some = [(start, end) for start in range(4) for end in range(start, 4)]
    for x, y in product(some, some):
        days = (*x, *y)
        fitting = [
            one for one in Allen if all(days[b] - days[a] >= n for a, b, n in least_days(one))
        ]
        assert fitting == [relation(x, y)]
