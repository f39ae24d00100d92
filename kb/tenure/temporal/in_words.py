"""Days and dates as people write them, for whatever a person reads.

Everything is a phrase that follows a verb: *on 3 January 2020*, *in March 2020*, *between 11 and
20 March 2020*. Data keep the forms of :mod:`tenure.temporal.calendar`.
"""

from __future__ import annotations

from typing import Final

from tenure.temporal.calendar import MONTHS, civil, days_in_month
from tenure.temporal.edtf import Edtf, NoDate, read
from tenure.temporal.edtf_grammar import Kind
from tenure.temporal.readings import readings

_MOST_NAMED: Final = 4
"""Readings of a date with holes that are named one by one."""
_SEASONS: Final = {"-21": "spring", "-22": "summer", "-23": "autumn", "-24": "winter"}


def day_in_words(day: int) -> str:
    """A day number as day, month and year; years before 1 are counted back from it, as BC.

    >>> from tenure.temporal import parse_iso
    >>> day_in_words(parse_iso("2020-01-03")), day_in_words(parse_iso("-0043-03-15"))
    ('3 January 2020', '15 March 44 BC')
    """
    year, month, number = civil(day)
    return f"{number} {MONTHS[month - 1]} {_year(year)}"


def stretch_in_words(first: int | None, last: int | None) -> str:
    """Some day of a stretch (day numbers, both inclusive, None unbounded), in as few words as do.

    >>> stretch_in_words(737425, 737425), stretch_in_words(None, 737427)
    ('on 1 January 2020', 'on or before 3 January 2020')
    """
    if first is None and last is None:
        return "on a day that is not known"
    if first is None or last is None:
        known, side = (last, "before") if first is None else (first, "after")
        assert known is not None
        return f"on or {side} {day_in_words(known)}"
    if first == last:
        return f"on {day_in_words(first)}"
    (year, month, day), (last_year, last_month, last_day) = civil(first), civil(last)
    whole = day == 1 and last_day == days_in_month(last_year, last_month)
    if year != last_year:
        if whole and month == 1 and last_month == 12:
            return f"between {_year(year)} and {_year(last_year)}"
        return f"between {day_in_words(first)} and {day_in_words(last)}"
    if whole and (month, last_month) == (1, 12):
        return f"in {_year(year)}"
    if month != last_month:
        return f"between {day} {MONTHS[month - 1]} and {day_in_words(last)}"
    if whole:
        return f"in {MONTHS[month - 1]} {_year(year)}"
    return f"between {day} and {day_in_words(last)}"


def all_days_in_words(first: int | None, last: int | None) -> str:
    """All days of a stretch (day numbers, both inclusive, None unbounded).

    >>> all_days_in_words(737425, 737427), all_days_in_words(None, 737427)
    ('from 1 January 2020 to 3 January 2020', 'up to 3 January 2020')
    """
    if first is None or last is None:
        if last is not None:
            return f"up to {day_in_words(last)}"
        return "on any day" if first is None else f"from {day_in_words(first)} on"
    if first == last:
        return f"on {day_in_words(first)}"
    return f"from {day_in_words(first)} to {day_in_words(last)}"


def date_in_words(text: str) -> str:
    """An EDTF value in words, its marks of doubt included.

    Raises :class:`~tenure.errors.BadDate` for a text that is no EDTF value.

    >>> date_in_words("2019-12"), date_in_words("2005~"), date_in_words("[2020-03-11..2020-03-20]")
    ('in December 2019', 'in about 2005', 'between 11 and 20 March 2020')
    >>> date_in_words("[1667, 1670]"), date_in_words("156X-12-25")
    ('in 1667 or in 1670', 'in 156X-12-25')
    >>> date_in_words("2019-11/..")
    'from November 2019 on, with no end set'
    """
    return _value(read(text))


def _value(value: Edtf) -> str:
    if value.is_interval:
        return f"{_side(value.start, 'from')} {_side(value.end, 'to')}"
    if value.kind is Kind.SEASON and value.text[-3:] in _SEASONS and value.text[:-3].isdecimal():
        return f"in {_SEASONS[value.text[-3:]]} {_year(int(value.text[:-3]))}"
    if value.kind is Kind.ALL_OF or value.kind is Kind.SEASON:
        # Words would hide what is said: each of several dates, or a part of a year.
        return f"in {value.text}"
    several = readings(value)
    if several is None or len(several) > _MOST_NAMED:
        return f"in {value.text}"
    if several:
        return " or ".join(map(_value, several))
    first, last = value.bounds
    words = stretch_in_words(first, last)
    if value.approximate:
        preposition, _, rest = words.partition(" ")
        words = f"{preposition} about {rest}"
    return f"{words} (not sure)" if value.uncertain else words


def _side(side: Edtf | NoDate, word: str) -> str:
    if isinstance(side, Edtf):
        phrase = _value(side).removeprefix("on ").removeprefix("in ")
        return f"{word} {phrase}" + (" on," if word == "from" else "")
    if word == "from":
        return "with no start set," if side is NoDate.OPEN else "from an unknown day"
    return "with no end set" if side is NoDate.OPEN else "to an unknown day"


def _year(year: int) -> str:
    return str(year) if year > 0 else f"{1 - year} BC"
