"""Days as plain integers, in the proleptic Gregorian calendar, for years of any size.

The day number of 0001-01-01 is 1, so it equals :meth:`datetime.date.toordinal` wherever that
exists (years 0001 to 9999); before it the numbers go on through 0 (0000-12-31) into the
negatives. Years are astronomical as in ISO 8601: year 0 is a leap year, -1 comes before it.

Every function takes constant time: the calendar repeats after 400 years (146,097 days), so a
year is folded into the first cycle and the standard library counts the rest.
"""

from __future__ import annotations

import re
from datetime import date
from functools import lru_cache
from typing import Final

from tenure.errors import BadDate

MAX_YEAR: Final = 10**12
"""The largest year, before or after 0, that is read from text."""

MAX_TEXT: Final = 300
"""The longest text, in characters, that is looked at as a date."""

MONTHS: Final = (
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
)

_FROM_TODAY: Final = {"yesterday": -1, "today": 0, "tomorrow": 1}
_CYCLE_YEARS: Final = 400
_CYCLE_DAYS: Final = 146_097
_DAYS_IN_MONTH: Final = (31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)
_DATE: Final = re.compile(r"(-?(?:[0-9]{4}|[1-9][0-9]{4,}))-([0-9]{2})-([0-9]{2})")


def is_leap(year: int) -> bool:
    """Whether ``year`` has a 29 February.

    >>> is_leap(2000), is_leap(1900), is_leap(0), is_leap(-4)
    (True, False, True, True)
    """
    return year % 4 == 0 and (year % 100 != 0 or year % 400 == 0)


def days_in_month(year: int, month: int) -> int:
    """The number of days in ``month`` (1 to 12) of ``year``.

    Raises :class:`~tenure.errors.BadDate` for another month.

    >>> days_in_month(2020, 2)
    29
    """
    if not 1 <= month <= 12:
        raise BadDate(f"There is no month {month}.", remedy="Months run from 1 to 12.")
    return 29 if month == 2 and is_leap(year) else _DAYS_IN_MONTH[month - 1]


def day_number(year: int, month: int, day: int) -> int:
    """The number of a day; 0001-01-01 is 1.

    Raises :class:`~tenure.errors.BadDate` when there is no such day.

    >>> day_number(2020, 1, 3), day_number(0, 12, 31)
    (737427, 0)
    """
    length = days_in_month(year, month)
    if not 1 <= day <= length:
        raise BadDate(
            f"There is no day {day} in {written_year(year)}-{month:02d}.",
            remedy=f"The days of that month run from 1 to {length}.",
        )
    cycle, in_cycle = divmod(year - 1, _CYCLE_YEARS)
    return cycle * _CYCLE_DAYS + date(in_cycle + 1, month, day).toordinal()


def civil(day: int) -> tuple[int, int, int]:
    """Year, month and day of the month of a day number; the inverse of :func:`day_number`.

    >>> civil(737427), civil(0)
    ((2020, 1, 3), (0, 12, 31))
    """
    cycle, in_cycle = divmod(day - 1, _CYCLE_DAYS)
    folded = date.fromordinal(in_cycle + 1)
    return cycle * _CYCLE_YEARS + folded.year, folded.month, folded.day


def written_year(year: int) -> str:
    """A year as ``xsd:date`` writes it: at least four digits, ``-`` before the negatives.

    >>> written_year(0), written_year(-44), written_year(12345)
    ('0000', '-0044', '12345')
    """
    return f"{'-' if year < 0 else ''}{abs(year):04d}"


def iso(day: int) -> str:
    """The lexical form of a day as ``xsd:date`` (XSD 1.1 Part 2, section 3.3.9), without a zone.

    >>> iso(737427), iso(0)
    ('2020-01-03', '0000-12-31')
    """
    year, month, day_of_month = civil(day)
    return f"{written_year(year)}-{month:02d}-{day_of_month:02d}"


@lru_cache(maxsize=1 << 15)
def parse_iso(text: str) -> int:
    """The day number of an ``xsd:date`` without a zone; the inverse of :func:`iso`.

    Raises :class:`~tenure.errors.BadDate` for any other text, for a day that does not exist and
    for a year beyond :data:`MAX_YEAR`.

    >>> parse_iso("2020-01-03")
    737427
    """
    match = _DATE.fullmatch(text) if len(text) <= MAX_TEXT else None
    if match is None or match[1] == "-0000":
        raise BadDate(
            f"{quoted(text)} is no date.",
            remedy="Write year, month and day with dashes and no zone, for instance 2020-01-03.",
        )
    year = int(match[1])
    if abs(year) > MAX_YEAR:
        raise BadDate(
            f"{quoted(text)} lies more than {MAX_YEAR:,} years from year 0.",
            remedy="Write a year within that, for instance 12020-01-03.",
        )
    return day_number(year, int(match[2]), int(match[3]))


def from_today(words: str, today: int) -> int | None:
    """The day that words count from ``today``; ``None`` of other words.

    >>> from_today("Yesterday", 737427), from_today("2020-01-02", 737427)
    (737426, None)
    """
    distance = _FROM_TODAY.get(words.strip().lower())
    return None if distance is None else today + distance


def quoted(text: str) -> str:
    """``text`` as an error message shows it: in ASCII, in quotes, and cut when it is long."""
    return ascii(text) if len(text) <= 60 else f"{text[:60]!a} (cut)"
