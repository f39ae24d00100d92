"""The figure of a stretch of time."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from tenure.errors import BadDate
from tenure.temporal import FourBounds, parse_iso
from tenure_api.pages.figure import draw

DAYS = st.none() | st.integers(-1000, 800_000)


def test_nothing_known_is_no_figure() -> None:
    assert draw(FourBounds()) is None


def test_a_known_end_and_an_unknown_start() -> None:
    day = parse_iso("2020-01-03")
    drawn = draw(FourBounds(None, day - 1, day, day), asked=day - 1)
    assert drawn is not None
    maybe, sure = drawn.bars
    assert (maybe.sure, maybe.fades, maybe.x) == (False, "left", 0.0)
    assert (sure.sure, sure.fades) == (True, "")
    assert drawn.asked is not None
    assert sure.x < drawn.asked < sure.x + sure.width
    assert [tick.day for tick in drawn.ticks] == ["2020-01-02", "2020-01-03"]


@given(DAYS, DAYS, DAYS, DAYS, DAYS)
def test_everything_lies_within_and_bars_follow_each_other(
    a: int | None, b: int | None, c: int | None, d: int | None, asked: int | None
) -> None:
    try:
        bounds = FourBounds(a, b, c, d).tightened()
    except BadDate:
        return
    drawn = draw(bounds, asked)
    if drawn is None:
        assert bounds == FourBounds()
        return
    edge = -1.0
    for bar in drawn.bars:
        assert bar.x >= edge - 0.02
        assert bar.width >= 0
        edge = bar.x + bar.width
    assert edge <= 100.02
    assert all(0 <= tick.x <= 100 for tick in drawn.ticks)
    assert drawn.asked is None or 0 <= drawn.asked <= 100
    assert 0 <= drawn.fade <= 16
    for row in range(drawn.rows):
        xs = [tick.x for tick in drawn.ticks if tick.row == row]
        assert xs == sorted(xs)
