"""What is odd about the holders of an office, held to what the words say, pair by pair."""

from __future__ import annotations

from collections.abc import Sequence

from hypothesis import given, settings
from hypothesis import strategies as st
from tests.amount import cases

from tenure.comparison.position_history import Remark, remarks
from tenure.comparison.stretch import StatedStretch

DATES = st.sampled_from(["", "1990", "1991-03", "1991-03-04", "1992?", "1990/1993", "1994-01-01"])
HELD = st.lists(
    st.builds(
        StatedStretch, st.just("Tenure"), st.sampled_from("zyx"), st.just("office"), DATES, DATES
    ),
    max_size=7,
    unique_by=lambda one: (one.subject, one.start, one.end),
)


def gap_after(one: StatedStretch, others: Sequence[StatedStretch]) -> int | None:
    """The days after one on which none of the others can have been there, before the next came."""
    ended = one.end_bounds.latest
    if ended is None:
        return None
    begun = [o.start_bounds.earliest for o in others if o.start_bounds.earliest is not None]
    for other in others:
        first, last = other.start_bounds.earliest, other.end_bounds.latest
        if first is not None and first <= ended and (last is None or last > ended):
            return None
    following = [day for day in begun if day > ended]
    days = min(following, default=ended + 1) - ended - 1
    return days or None


@settings(max_examples=cases(300))
@given(HELD, st.integers(1, 2))
def test_gaps_and_overlaps_are_those_of_the_pairs(held: list[StatedStretch], seats: int) -> None:
    found = remarks(held, seats)
    dated = [one for one in held if one.start_bounds.earliest is not None]
    told = {(one.stretch, one.days) for one in found if one.remark is Remark.GAP}
    gaps = {(one, gap_after(one, [o for o in dated if o is not one])) for one in dated}
    assert told == {(one, days) for one, days in gaps if days is not None}
    together = {
        frozenset((one.stretch.subject, other))
        for one in found
        if one.remark is Remark.OVERLAP
        for other in one.other
    }
    pairs = {
        frozenset((one.subject, other.subject))
        for one in dated
        for other in dated
        if one.subject != other.subject and one.surely_overlaps(other)
    }
    assert together == pairs if seats == 1 else together <= pairs


def test_holders_come_in_the_order_of_their_days_whatever_they_are_called() -> None:
    first = StatedStretch("Tenure", "person/z", "office/x", "1990-01-01", "1994-12-31")
    second = StatedStretch("Tenure", "person/a", "office/x", "1995-02-01", "1999")
    found = [(one.stretch.subject, one.remark, one.days) for one in remarks([second, first])]
    assert found == [("person/z", Remark.GAP, 31), ("person/a", Remark.NO_SUCCESSOR, None)]
