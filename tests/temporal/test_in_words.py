"""Days and dates as people write them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tenure.errors import BadDate
from tenure.temporal import civil, parse_iso
from tenure.temporal.in_words import date_in_words, day_in_words, stretch_in_words


@pytest.mark.parametrize(
    ("day", "words"),
    [
        ("2020-01-03", "3 January 2020"),
        ("1999-12-31", "31 December 1999"),
        ("0001-01-01", "1 January 1"),
        ("0000-02-29", "29 February 1 BC"),
        ("-0043-03-15", "15 March 44 BC"),
    ],
)
def test_a_day(day: str, words: str) -> None:
    assert day_in_words(parse_iso(day)) == words


@pytest.mark.parametrize(
    ("first", "last", "words"),
    [
        ("2020-01-03", "2020-01-03", "on 3 January 2020"),
        ("2020-03-11", "2020-03-20", "between 11 and 20 March 2020"),
        ("2020-03-01", "2020-03-31", "in March 2020"),
        ("2020-02-01", "2020-02-29", "in February 2020"),
        ("2021-02-01", "2021-02-27", "between 1 and 27 February 2021"),
        ("2020-01-01", "2020-12-31", "in 2020"),
        ("2019-01-01", "2020-12-31", "between 2019 and 2020"),
        ("2020-02-02", "2020-03-31", "between 2 February and 31 March 2020"),
        ("2019-12-21", "2020-01-03", "between 21 December 2019 and 3 January 2020"),
        (None, "2020-01-02", "on or before 2 January 2020"),
        ("2020-01-02", None, "on or after 2 January 2020"),
        (None, None, "on a day that is not known"),
    ],
)
def test_some_day_of_a_stretch(first: str | None, last: str | None, words: str) -> None:
    days = (None if day is None else parse_iso(day) for day in (first, last))
    assert stretch_in_words(*days) == words


@pytest.mark.parametrize(
    ("value", "words"),
    [
        ("2020-01-03", "on 3 January 2020"),
        ("2019-11", "in November 2019"),
        ("2005", "in 2005"),
        ("2005~", "in about 2005"),
        ("2005?", "in 2005 (not sure)"),
        ("2005-03%", "in about March 2005 (not sure)"),
        ("[2020-03-11..2020-03-20]", "between 11 and 20 March 2020"),
        ("[..2020-01-03]", "on or before 3 January 2020"),
        ("2019-11/2020-01-03", "from November 2019 on, to 3 January 2020"),
        ("2019-11/..", "from November 2019 on, with no end set"),
        ("2019-11/", "from November 2019 on, to an unknown day"),
        ("../2020", "with no start set, to 2020"),
        ("/2020", "from an unknown day to 2020"),
        ("{1960, 1961}", "in {1960, 1961}"),
        ("2001-21", "in spring 2001"),
        ("2001-22/2001-24", "from summer 2001 on, to winter 2001"),
        ("2001-21~", "in 2001-21~"),
        ("2001-29", "in 2001-29"),
    ],
)
def test_a_date(value: str, words: str) -> None:
    assert date_in_words(value) == words


def test_what_is_no_date() -> None:
    with pytest.raises(BadDate):
        date_in_words("yesterday")


@given(st.integers(-800_000, 800_000))
def test_a_day_names_its_own_numbers(day: int) -> None:
    year, _, number = civil(day)
    words = day_in_words(day).split()
    assert words[0] == str(number)
    assert words[2] == str(year if year > 0 else 1 - year)
    assert words[3:] == ([] if year > 0 else ["BC"])
