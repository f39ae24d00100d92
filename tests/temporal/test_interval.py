"""Certainty from four bounds, against all stretches of days in a small range."""

from __future__ import annotations

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from tenure.errors import BadDate
from tenure.temporal.interval import Certainty, FourBounds

# What is finite lies within 0..5; days down to -4 and up to 9 stand for the unbounded sides.
LOW, HIGH = -4, 9
maybe_day = st.none() | st.integers(0, 5)


@st.composite
def four_bounds(draw: st.DrawFn) -> FourBounds:
    start = sorted([draw(st.integers(0, 5)), draw(st.integers(0, 5))])
    end = sorted([draw(st.integers(0, 5)), draw(st.integers(0, 5))])
    assume(start[0] <= end[1])
    known = [draw(st.booleans()) for _ in range(4)]
    return FourBounds(
        *(day if is_known else None for day, is_known in zip(start + end, known, strict=True))
    )


def stretches(bounds: FourBounds) -> list[tuple[int, int]]:
    """All pairs of a first and a last day that fit."""

    def days(first: int | None, last: int | None) -> range:
        return range(LOW if first is None else first, (HIGH if last is None else last) + 1)

    return [
        (start, end)
        for start in days(bounds.start_earliest, bounds.start_latest)
        for end in days(bounds.end_earliest, bounds.end_latest)
        if start <= end
    ]


def outcome(answers: list[bool]) -> Certainty:
    assert answers
    if all(answers):
        return Certainty.CERTAIN
    return Certainty.POSSIBLE if any(answers) else Certainty.RULED_OUT


@given(four_bounds(), st.integers(-1, 6))
def test_holds_on(bounds: FourBounds, day: int) -> None:
    answers = [start <= day <= end for start, end in stretches(bounds)]
    assert bounds.holds_on(day) == outcome(answers)


@given(four_bounds(), maybe_day, maybe_day)
def test_within_an_uncertain_day(bounds: FourBounds, first: int | None, last: int | None) -> None:
    assume(first is None or last is None or first <= last)
    days = range(LOW if first is None else first, (HIGH if last is None else last) + 1)
    answers = [start <= day <= end for start, end in stretches(bounds) for day in days]
    assert bounds.certainty_within(first, last) == outcome(answers)


@given(four_bounds(), maybe_day, maybe_day)
def test_sometime(bounds: FourBounds, first: int | None, last: int | None) -> None:
    assume(first is None or last is None or first <= last)
    days = range(LOW if first is None else first, (HIGH if last is None else last) + 1)
    answers = [any(start <= day <= end for day in days) for start, end in stretches(bounds)]
    assert bounds.sometime(first, last) == outcome(answers)


@given(four_bounds())
def test_tightened(bounds: FourBounds) -> None:
    tight = bounds.tightened()
    solutions = stretches(bounds)
    assert stretches(tight) == solutions
    starts, ends = zip(*solutions, strict=True)
    assert tight.start_earliest in (None, min(starts))
    assert tight.start_latest in (None, max(starts))
    assert tight.end_earliest in (None, min(ends))
    assert tight.end_latest in (None, max(ends))
    assert (tight.start_latest is None) == (max(starts) == HIGH)
    assert (tight.end_earliest is None) == (min(ends) == LOW)


@given(four_bounds())
def test_duration(bounds: FourBounds) -> None:
    lengths = [end - start + 1 for start, end in stretches(bounds)]
    shortest, longest = bounds.duration
    assert shortest == min(lengths)
    if bounds.start_earliest is None or bounds.end_latest is None:
        assert longest is None
    else:
        assert longest == max(lengths)


def test_nothing_known_is_possible_and_never_certain() -> None:
    assert FourBounds().holds_on(0) is Certainty.POSSIBLE
    assert FourBounds(1, 1).holds_on(1) is Certainty.CERTAIN
    assert FourBounds(1, 1).holds_on(2) is Certainty.POSSIBLE


@pytest.mark.parametrize(
    "bounds", [(2, 1, None, None), (None, None, 2, 1), (2, None, None, 1), (2, 3, 0, 1)]
)
def test_no_stretch_fits(bounds: tuple[int | None, int | None, int | None, int | None]) -> None:
    with pytest.raises(BadDate, match="lies after"):
        FourBounds(*bounds)


def test_a_reversed_question() -> None:
    with pytest.raises(BadDate, match="0001-01-02"):
        FourBounds().certainty_within(2, 1)
    with pytest.raises(BadDate, match="0001-01-02"):
        FourBounds().sometime(2, 1)
