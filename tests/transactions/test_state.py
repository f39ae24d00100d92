"""Instants of revisions: six digits, none of them a zero at the end, and later than the last."""

from __future__ import annotations

from datetime import UTC, datetime

from hypothesis import given
from hypothesis import strategies as st

from tenure.model import instant
from tenure.transactions.writer import next_instant

MOMENTS = st.datetimes(datetime(1990, 1, 1), datetime(2090, 1, 1)).map(  # noqa: DTZ001
    lambda one: one.replace(tzinfo=UTC)
)


@given(MOMENTS, MOMENTS, st.booleans())
def test_the_next_instant_is_later_whatever_the_clock_says(
    before: datetime, now: datetime, whole: bool
) -> None:
    last = instant((before.replace(microsecond=0) if whole else before).isoformat())
    found = next_instant(last, now)
    assert found > last
    assert len(found) == len("2026-11-23T12:00:00.000001Z")
    assert found[-2] != "0"
    assert instant(found) == found
    if now.isoformat() > before.isoformat() and (now - before).total_seconds() > 1:
        assert abs((datetime.fromisoformat(found) - now).total_seconds()) < 0.001


@given(MOMENTS)
def test_many_in_one_moment_stay_apart(now: datetime) -> None:
    found = [""]
    for _ in range(25):
        found.append(next_instant(found[-1], now))
    assert found == sorted(set(found))
