"""Day numbers against the standard library where it reaches, and against themselves beyond."""

from __future__ import annotations

import calendar as stdlib_calendar
from datetime import date

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from tenure.errors import BadDate
from tenure.temporal.calendar import (
    MAX_YEAR,
    civil,
    day_number,
    days_in_month,
    is_leap,
    iso,
    parse_iso,
)

any_day = st.integers(-(10**14), 10**14)
any_year = st.integers(-MAX_YEAR, MAX_YEAR)


@given(st.dates())
@example(date.min)
@example(date.max)
def test_agrees_with_the_standard_library(day: date) -> None:
    number = day_number(day.year, day.month, day.day)
    assert number == day.toordinal()
    assert civil(number) == (day.year, day.month, day.day)
    assert iso(number) == day.isoformat()
    assert parse_iso(day.isoformat()) == number
    assert is_leap(day.year) == stdlib_calendar.isleap(day.year)
    length = stdlib_calendar.monthrange(day.year, day.month)[1]
    assert days_in_month(day.year, day.month) == length


@given(any_day)
@example(0)
@example(-365)
def test_each_day_follows_the_one_before(number: int) -> None:
    year, month, day = civil(number)
    if day < days_in_month(year, month):
        following = (year, month, day + 1)
    elif month < 12:
        following = (year, month + 1, 1)
    else:
        following = (year + 1, 1, 1)
    assert civil(number + 1) == following
    assert day_number(*following) == number + 1
    assert day_number(year, month, day) == number


@given(any_day)
def test_text_goes_there_and_back(number: int) -> None:
    text = iso(number)
    assert parse_iso(text) == number
    assert text.isascii()
    assert not text.startswith("+")


@given(any_year)
def test_a_year_is_as_long_as_its_months(year: int) -> None:
    length = day_number(year + 1, 1, 1) - day_number(year, 1, 1)
    assert length == (366 if is_leap(year) else 365)
    assert length == sum(days_in_month(year, month) for month in range(1, 13))


@pytest.mark.parametrize(
    ("text", "number"),
    [("0001-01-01", 1), ("0000-12-31", 0), ("0000-01-01", -365), ("-0001-12-31", -366)],
)
def test_around_year_zero(text: str, number: int) -> None:
    assert parse_iso(text) == number
    assert iso(number) == text


@pytest.mark.parametrize(
    "text",
    [
        "",
        "2020",
        "2020-1-03",
        "2020-01-03Z",
        "2020-01-03\n",
        " 2020-01-03",
        "+2020-01-03",
        "02020-01-03",
        "-0000-01-01",
        "２０２０-01-03",
        "2020-02-30",
        "2020-13-01",
        "2020-00-01",
        "2020-01-00",
        "1000000000001-01-01",
        "9" * 5_000 + "-01-01",
    ],
)
def test_refused(text: str) -> None:
    with pytest.raises(BadDate) as caught:
        parse_iso(text)
    assert caught.value.remedy
    assert len(str(caught.value)) < 300


def test_no_such_day() -> None:
    with pytest.raises(BadDate, match="no day 29 in 1900-02"):
        day_number(1900, 2, 29)
    with pytest.raises(BadDate, match="no month 13"):
        days_in_month(1900, 13)
