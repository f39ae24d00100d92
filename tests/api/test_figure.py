"""The figure of a stretch of time."""

from __future__ import annotations

from hypothesis import assume, given
from hypothesis import strategies as st

from tenure.errors import BadDate
from tenure.temporal import FourBounds, parse_iso
from tenure_api.pages.figure import MOST_TICKS, Bar, LaneSpan, draw, timeline

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


@st.composite
def spans(draw: st.DrawFn) -> LaneSpan:
    def four() -> FourBounds:
        days = [draw(DAYS) for _ in range(4)]
        try:
            return FourBounds(*days).tightened()
        except BadDate:
            return FourBounds(*sorted(day or 0 for day in days))

    planned = draw(st.none() | st.tuples(DAYS, DAYS))
    ways = tuple(four() for _ in range(draw(st.integers(0, 2))))
    return LaneSpan(four(), draw(DAYS), planned, draw(st.booleans()), ways)


def edges(bar: Bar) -> tuple[float, float]:
    return bar.x, bar.x + bar.width


@given(st.lists(spans(), max_size=4), DAYS, st.none() | st.tuples(DAYS, DAYS))
def test_lanes_lie_within_the_frame_and_what_is_sure_within_what_is_possible(
    several: list[LaneSpan], asked: int | None, window: tuple[int | None, int | None] | None
) -> None:
    chosen = None
    if window is not None:
        assume(None not in window)
        chosen = (min(one or 0 for one in window), max(one or 0 for one in window))
    drawn = timeline(several, asked, chosen)
    if drawn is None:
        assert not [day for span in several for day in span.days]
        return
    assert len(drawn.lanes) == len(several)
    assert drawn.asked is None or 0 <= drawn.asked <= 100
    xs = [tick.x for tick in drawn.ticks]
    assert xs == sorted(xs)
    assert len(xs) <= MOST_TICKS
    assert all(0 <= x <= 100 for x in xs)
    for lane in drawn.lanes:
        pairs = [(lane.maybe, lane.sure), (lane.maybe, lane.presumed), *lane.ways]
        for outer, inner in pairs:
            if inner is not None:
                assert outer is not None
                assert edges(outer)[0] - 0.02 <= edges(inner)[0]
                assert edges(inner)[1] <= edges(outer)[1] + 0.02
        if lane.sure is not None and lane.presumed is not None:
            assert edges(lane.sure)[1] <= edges(lane.presumed)[0] + 0.02
        for bar in (lane.maybe, lane.planned, *(outer for outer, _ in lane.ways)):
            assert bar is None or (bar.x >= 0 and 0 < edges(bar)[1] <= 100.02)
        assert lane.mark is None or 0 <= lane.mark <= 100


@given(st.lists(spans(), min_size=2, max_size=5))
def test_what_certainly_comes_first_is_drawn_first(several: list[LaneSpan]) -> None:
    drawn = timeline(several)
    assume(drawn is not None)
    assert drawn is not None
    for one, lane in zip(several, drawn.lanes, strict=True):
        for other, beside in zip(several, drawn.lanes, strict=True):
            ended, begun = one.bounds.end_latest, other.bounds.start_earliest
            if ended is None or begun is None or ended >= begun:
                continue
            assert lane.maybe is not None
            assert beside.maybe is not None
            assert edges(lane.maybe)[1] <= beside.maybe.x + 0.02


def test_the_days_under_a_timeline_are_round() -> None:
    def named(first: str, last: str) -> list[str]:
        drawn = timeline([], None, (parse_iso(first), parse_iso(last)))
        assert drawn is not None
        return [tick.day for tick in drawn.ticks]

    assert named("2019-12-28", "2020-01-15") == ["1 Jan", "6 Jan", "11 Jan"]
    assert named("2019-11-20", "2020-02-10") == ["Dec 2019", "Jan 2020", "Feb 2020"]
    assert named("2003-03-20", "2020-02-10") == ["2005", "2010", "2015", "2020"]
    assert named("-0200-01-01", "1900-01-01") == ["1 BC", "500", "1000", "1500"]
