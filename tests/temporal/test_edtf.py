"""EDTF values: round trips, bounds against brute force, the widening, intervals, refusals."""

from __future__ import annotations

import pickle
from contextlib import suppress
from datetime import date
from typing import Any, Final, cast

import pytest
from hypothesis import assume, example, given
from hypothesis import strategies as st

from tenure.errors import BadDate
from tenure.temporal import (
    OPEN,
    UNKNOWN,
    Bounds,
    FourBounds,
    Kind,
    Precision,
    day_number,
    from_bounds,
    iso,
    parse,
    parse_iso,
)


def finite(bounds: Bounds) -> tuple[int, int]:
    """Both days of bounds that have both."""
    assert bounds.earliest is not None
    assert bounds.latest is not None
    return bounds.earliest, bounds.latest


marks: Final = st.sampled_from(["", "", "", "?", "~", "%"])


@st.composite
def components(draw: st.DrawFn) -> list[str]:
    """Year, perhaps month, perhaps day; all of them exist."""
    day = date.fromordinal(draw(st.integers(1, date.max.toordinal())))
    sign = draw(st.sampled_from(["", "", "", "-"])) if (day.month, day.day) != (2, 29) else ""
    parts = [f"{sign}{day.year:04d}", f"{day.month:02d}", f"{day.day:02d}"]
    return parts[: draw(st.integers(1, 3))]


@st.composite
def single_dates(draw: st.DrawFn) -> str:
    form = draw(st.integers(0, 4))
    if form == 0:
        year = draw(st.integers(10_000, 10**9)) * draw(st.sampled_from([1, -1]))
        return f"Y{year}{draw(st.sampled_from(['', 'E2', 'S3', 'E3S2']))}{draw(marks)}"
    parts = draw(components())
    if form == 1:
        return f"{parts[0]}-{draw(st.integers(21, 41))}{draw(marks)}"
    if form == 2:
        kept = draw(st.integers(0, 4)) if len(parts) == 1 else 4
        parts[0] = parts[0][: len(parts[0]) - 4 + kept] + "X" * (4 - kept)
        parts[1:] = draw(st.sampled_from([parts[1:], ["XX"] * len(parts[1:])]))
    return "-".join(f"{draw(marks)}{part}{draw(marks)}" for part in parts)


@given(single_dates())
def test_a_date_is_printed_as_it_was_read(text: str) -> None:
    value = parse(text)
    assert str(value) == text == value.text
    assert value == parse(text)
    assert hash(value) == hash(parse(text))
    assert repr(value) == f"parse({text!r})"
    restored = pickle.loads(pickle.dumps(value))  # noqa: S301 - written on this line
    assert (restored, restored.bounds) == (value, value.bounds)
    assert value.uncertain == any(mark in text for mark in "?%")
    assert value.approximate == any(mark in text for mark in "~%")


@given(single_dates())
def test_fuzzy_bounds_hold_the_strict_ones(text: str) -> None:
    earliest, latest = finite(parse(text).bounds)
    first, last = finite(parse(text).fuzzy_bounds)
    assert first <= earliest <= latest <= last
    if not any(mark in text for mark in "?~%S"):
        assert (first, last) == (earliest, latest)
    elif any(mark in text for mark in "?~%"):
        assert first < earliest
        assert latest < last


@given(components(), st.integers(0, 2))
def test_both_marks_widen_more_than_one(parts: list[str], place: int) -> None:
    assume(place < len(parts))

    def marked(mark: str) -> tuple[int, int]:
        text = "-".join([*parts[:place], mark + parts[place], *parts[place + 1 :]])
        return finite(parse(text).fuzzy_bounds)

    assert marked("?") == marked("~")
    assert marked("%")[0] < marked("~")[0]
    assert marked("%")[1] > marked("~")[1]


@given(components())
def test_a_last_mark_widens_alike_before_and_after(parts: list[str]) -> None:
    before = "-".join([*parts[:-1], "~" + parts[-1]])
    assert parse(before).fuzzy_bounds == parse("-".join(parts) + "~").fuzzy_bounds


@given(
    st.integers(1, 9999),
    st.integers(0, 3),
    st.sampled_from(["XX", "0X", "1X", "X2", "X1", "02", "06", "12"]),
    st.sampled_from(["XX", "0X", "2X", "3X", "X0", "X9", "28", "29", "30", "31"]),
)
@example(1900, 3, "02", "29")
@example(2001, 3, "X2", "30")
def test_unspecified_digits_mean_what_any_reading_means(
    year: int, place: int, month: str, day: str
) -> None:
    digits = f"{year:04d}"
    pattern = digits[:place] + "X" + digits[place + 1 :]

    def fits(number: str, wanted: str) -> bool:
        return all(there in ("X", here) for here, there in zip(number, wanted, strict=True))

    days = []
    for choice in range(10):
        real_year = int(pattern.replace("X", str(choice)))
        for m in range(1, 13):
            for d in range(1, 32):
                if fits(f"{m:02d}", month) and fits(f"{d:02d}", day):
                    try:
                        days.append(parse_iso(f"{real_year:04d}-{m:02d}-{d:02d}"))
                    except BadDate:
                        continue
    text = f"{pattern}-{month}-{day}"
    if days:
        assert parse(text).bounds == (min(days), max(days))
    else:
        with pytest.raises(BadDate):
            parse(text)


@given(single_dates(), single_dates())
def test_an_interval_runs_from_its_start_to_its_end(start: str, end: str) -> None:
    first, last = parse(start), parse(end)
    text = f"{start}/{end}"
    if finite(last.fuzzy_bounds)[1] < finite(first.fuzzy_bounds)[0]:
        with pytest.raises(BadDate, match="end lies before the start"):
            parse(text)
        return
    value = parse(text)
    assert str(value) == text
    assert value.is_interval
    assert (value.start, value.end) == (first, last)
    assert value.bounds == (first.bounds.earliest, last.bounds.latest)
    assert value.interval_bounds == FourBounds(*first.fuzzy_bounds, *last.fuzzy_bounds)
    assert value.qualifiers == first.qualifiers | last.qualifiers


@given(st.lists(single_dates(), min_size=1, max_size=6), st.sampled_from(["[]", "{}"]))
def test_a_set_reaches_over_its_members(texts: list[str], brackets: str) -> None:
    text = brackets[0] + ", ".join(texts) + brackets[1]
    assume(len(text) <= 300)
    members = [parse(each) for each in texts]
    value = parse(text)
    assert str(value) == text
    assert value.kind is (Kind.ONE_OF if brackets == "[]" else Kind.ALL_OF)
    for whole, parts in (
        (value.bounds, [member.bounds for member in members]),
        (value.fuzzy_bounds, [member.fuzzy_bounds for member in members]),
    ):
        firsts, lasts = zip(*map(finite, parts), strict=True)
        assert whole == (min(firsts), max(lasts))


ordinary_day = st.integers(parse_iso("-9999-01-01"), parse_iso("9999-12-31"))
near_day = st.integers(parse_iso("2018-12-20"), parse_iso("2021-01-10"))


@given(st.one_of(st.tuples(near_day, near_day), st.tuples(ordinary_day, ordinary_day)))
@example((parse_iso("2019-01-01"), parse_iso("2019-12-31")))
@example((parse_iso("-9999-02-01"), parse_iso("-9999-02-28")))
def test_bounds_are_printed_and_read_again(days: tuple[int, int]) -> None:
    earliest, latest = sorted(days)
    for pair in ((earliest, latest), (earliest, None), (None, latest), (earliest, earliest)):
        value = from_bounds(*pair)
        assert value is not None
        assert parse(value.text).bounds == value.fuzzy_bounds == pair


@given(st.integers(-(10**14), 10**14), st.integers(0, 10**6))
def test_bounds_in_long_years_are_printed_no_narrower(earliest: int, length: int) -> None:
    value = from_bounds(earliest, earliest + length)
    assert value is not None
    first, last = finite(value.bounds)
    assert earliest - 366 < first <= earliest
    assert earliest + length <= last < earliest + length + 366
    assert from_bounds(*value.bounds) == value


@pytest.mark.parametrize(
    "text",
    [
        "2020-01-03",
        "2019-11",
        "2020-02",
        "2019",
        "0000",
        "-0044",
        "-0044-03",
        "Y12020",
        "Y-12020",
        "[2019-12-21..2019-12-31]",
        "[..2020-01-02]",
        "[2020-01-03..]",
        "[Y12020..Y12021]",
        "[2020-01-03..9999-12-31, Y10000..Y12020]",
        "[..Y-12020]",
    ],
)
def test_this_is_how_bounds_are_printed(text: str) -> None:
    assert from_bounds(*parse(text).bounds) == parse(text)


def test_bounds_that_cannot_be_printed() -> None:
    assert from_bounds(None, None) is None
    with pytest.raises(BadDate, match="lies after the latest"):
        from_bounds(2, 1)
    with pytest.raises(BadDate, match="years from year 0"):
        from_bounds(10**18, None)


@pytest.mark.parametrize(
    ("text", "kind", "precision"),
    [
        ("2020-01-03", Kind.DAY, Precision.DAY),
        ("2020-01", Kind.MONTH, Precision.MONTH),
        ("2020", Kind.YEAR, Precision.YEAR),
        ("Y17E7", Kind.YEAR, Precision.YEAR),
        ("1950S2", Kind.YEAR, Precision.YEAR),
        ("2020-22~", Kind.SEASON, Precision.SEASON),
        ("2020-32", Kind.SEASON, Precision.SEASON),
        ("2020-36", Kind.SEASON, Precision.QUARTER),
        ("2020-37", Kind.SEASON, Precision.QUADRIMESTER),
        ("2020-40", Kind.SEASON, Precision.SEMESTER),
        ("199X", Kind.UNSPECIFIED, Precision.YEAR),
        ("199X-12", Kind.UNSPECIFIED, Precision.MONTH),
        ("2020-XX-XX", Kind.UNSPECIFIED, Precision.DAY),
        ("2020-01-03T09:30:00", Kind.DATETIME, Precision.DAY),
        ("2020-01-03T09:30:00.123Z", Kind.DATETIME, Precision.DAY),
        ("2020-01-03/2021", Kind.INTERVAL, Precision.YEAR),
        ("2020-01-03/..", Kind.INTERVAL, Precision.DAY),
        ("[2020-01, 2021-02-03]", Kind.ONE_OF, Precision.MONTH),
        ("{..1984}", Kind.ALL_OF, Precision.YEAR),
    ],
)
def test_kind_and_precision(text: str, kind: Kind, precision: Precision) -> None:
    value = parse(text)
    assert (value.kind, value.precision) == (kind, precision)


def test_open_and_unknown_ends_are_two_things() -> None:
    is_open, is_unknown = parse("2019-11/.."), parse("2019-11/")
    assert is_open.end is OPEN
    assert is_unknown.end is UNKNOWN
    assert is_open != is_unknown
    assert is_open.bounds == is_unknown.bounds == (parse_iso("2019-11-01"), None)
    assert parse("../2019-11").start is OPEN
    assert parse("/2019-11").start is UNKNOWN
    assert [str(OPEN), str(UNKNOWN)] == ["..", ""]


def test_start_and_end_of_a_plain_value_lie_in_it() -> None:
    value = parse("2020-03~")
    assert value.start is value
    assert value.end is value
    assert not value.is_interval
    assert value.interval_bounds == FourBounds(*value.fuzzy_bounds, *value.fuzzy_bounds)


def test_approximate_ends_that_may_be_in_order_are_accepted() -> None:
    assert str(parse("2004-06-11~/2004-06-10")) == "2004-06-11~/2004-06-10"
    with pytest.raises(BadDate, match="before the start") as caught:
        parse("2004-06-12~/2004-06-10")
    assert "2004-06-10/2004-06-12~" in caught.value.remedy


def test_a_leap_second_is_a_time_of_day() -> None:
    for text in ("2016-12-31T23:59:60Z", "2017-01-01T05:29:60+05:30", "2016-12-31T23:59:60"):
        assert str(parse(text)) == text
    with pytest.raises(BadDate, match="no second 60"):
        parse("2016-12-31T23:59:60+01:00")


def test_the_calendar_holds_in_huge_years() -> None:
    value = parse("Y1E12")
    assert str(value.bounds) == "1000000000000-01-01 to 1000000000000-12-31"
    assert iso(cast(int, parse("Y-1E12~").fuzzy_bounds.earliest)) == "-1000000000001-01-01"


@pytest.mark.parametrize(
    "text",
    [
        " 2004",
        "2004\n",
        "2004-06-11 ",
        "２００４",
        "2004-0٦",
        "2004-6-1",
        "20040601",
        "2004-06-11-12",
        "+2004",
        "12345",
        "99",
        "2004-00",
        "2004-20",
        "2004-42",
        "2004-01-00",
        "2004-01-32",
        "1900-02-29",
        "2001-02-3X",
        "2001-2X",
        "2016-21-XX",
        "2004-06-11??",
        "?",
        "%%2004",
        "2004?~",
        "Y2004",
        "Y-9999",
        "Y012345",
        "Y12345-01",
        "Y1234X",
        "Y+12345",
        "Y1E999999999",
        "Y1E" + "9" * 200,
        "Y" + "9" * 200,
        "Y1000000000001",
        "Y1E4.5",
        "1950S0",
        "1950S5",
        "0000S1",
        "195XS2",
        "2020-01-03Z",
        "2020-01-03T09:30",
        "2020-01-03T9:30:00",
        "2020-01-03T09:30:00.",
        "2020-01-03T09:30:00,5",
        "2020-01-03T09:60:00",
        "2020-01-03T09:30:61",
        "2020-01-03T24:00:00",
        "2020-01-03T09:30:00-00:00",
        "2020-01-03T09:30:00+15:00",
        "2020-01-03T09:30:00+05:60",
        "2020-01-03T09:30:00~",
        "2020-01T09:30:00",
        "2020-02-30T09:30:00",
        "-0000-01-03T09:30:00",
        "2020-W03",
        "2020-003",
        "03-04-2020",
        "03/04/2020",
        "January 2020",
        "about 2020",
        "2004/unknown",
        "2004/open",
        "/",
        "../..",
        "/..",
        "..",
        "1667..1670",
        "2004/2005/2006",
        "2004-06-12/2004-06-10",
        "2020-01-03T09:30:00/2021",
        "2004/2001-02-29",
        "[]",
        "{}",
        "[ ]",
        "[..]",
        "[1667",
        "1667]",
        "[1667}",
        "[1667]x",
        "[[1667]]",
        "[ 1667]",
        "[1667 ]",
        "[1667,\t1668]",
        "[1667 , 1668]",
        "[1667,]",
        "[,1667]",
        "[1672..1670]",
        "[1667...1670]",
        "[1667..1668..1670]",
        "[1667, ..1670]",
        "[1667,  1668]",
        "[1984..1986-05]",
        "{1984-05..1986}",
        "[1984-05-01..1986-05]",
        "[1984..1986-21]",
        "[2001-21..2003-33]",
        "[2001-33..2003-37]",
        "[Y12020..12021-01]",
        "[1667, 1984~..1986-05?]",
        "[2020-01-03..Y12020]",
        "[1667.., 1670]",
        "[1667/1668]",
        "[2020-01-03T09:30:00Z]",
        "1667, 1668",
        "[" + "1667, " * 60 + "1668]",
        "9" * 100_000,
    ],
)
def test_refused_with_a_remedy(text: str) -> None:
    with pytest.raises(BadDate) as caught:
        parse(text)
    assert ascii(text)[1:40] in caught.value.what or ascii(text)[1:-1] in caught.value.what
    assert caught.value.remedy.startswith("A right form: ")
    # Each remedy names forms that are right themselves.
    for form in caught.value.remedy.removeprefix("A right form: ").split(" or "):
        assert str(parse(form)) == form
    assert str(caught.value).isascii()
    assert len(str(caught.value)) < 400


def test_a_day_before_its_month_is_turned_round() -> None:
    for text, form in (("2010-31-12", "2010-12-31"), ("2010-31-40", "2010-31")):
        with pytest.raises(BadDate) as caught:
            parse(text)
        assert caught.value.remedy == f"A right form: {form}"


@given(st.text(alphabet="0123456789X-/.,?~%[]{}YES TZ:", max_size=24))
def test_any_text_is_read_or_refused(text: str) -> None:
    with suppress(BadDate):
        value = parse(text)
        assert str(value) == text
        assert value.interval_bounds.start_earliest == value.fuzzy_bounds.earliest
        assert value.interval_bounds.end_latest == value.fuzzy_bounds.latest


def test_a_subclass_of_str_gives_a_plain_text() -> None:
    class Literal(str):
        __slots__ = ()

        def __str__(self) -> str:
            return "not the characters"

    assert type(parse(Literal("2020")).text) is str
    assert parse(Literal("2020")) == parse("2020")


@pytest.mark.parametrize("thing", [None, 2020, ["2020"]])
def test_what_is_no_text_is_refused(thing: Any) -> None:
    with pytest.raises(BadDate, match="is no text"):
        parse(thing)


@given(
    day=st.integers(day_number(-4000, 1, 1), day_number(6000, 1, 1)),
    minute=st.integers(1, 24 * 60 - 1),
    zone=st.sampled_from(["Z", "+00:00", "+00"]),
)
def test_an_instant_in_utc_is_of_every_day_that_clocks_can_show(
    day: int, minute: int, zone: str
) -> None:
    written = f"{iso(day)}T{minute // 60:02d}:{minute % 60:02d}:00{zone}"
    # Each quarter of an hour in which a zone can lie, behind Greenwich and ahead of it.
    local = {(day * 1440 + minute + 15 * quarter) // 1440 for quarter in range(-12 * 4, 14 * 4 + 1)}
    assert parse(written).fuzzy_bounds == (min(local), max(local))
    assert parse(written).bounds == (day, day)


@pytest.mark.parametrize("time", ["00:00:00Z", "00:00:00.000Z", "23:30:00-05:00", "23:30:00"])
def test_a_midnight_in_utc_and_a_time_elsewhere_are_of_the_day_written(time: str) -> None:
    value = parse(f"2020-01-03T{time}")
    assert value.fuzzy_bounds == value.bounds == parse("2020-01-03").bounds
