"""Between which two days a value lies, and how a qualified or partly unspecified date is widened.

A date is reduced to a :class:`Span`: the first and the last month it can lie in, and the days of
a month that it admits. Its strict bounds follow from the span alone; its fuzzy bounds after the
first month is moved back and the last one on by what the marks ``~``, ``?`` and ``%`` allow.
``docs/reference/time-values.md`` gives the rule and its reasons.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import product
from typing import NamedTuple

from tenure.temporal.calendar import day_number, days_in_month, is_leap, iso


class Bounds(NamedTuple):
    """The first and the last day, both inclusive, as day numbers; ``None`` is unbounded."""

    earliest: int | None
    latest: int | None

    def __str__(self) -> str:
        return " to ".join("unbounded" if day is None else iso(day) for day in self)


def hull(parts: Iterable[Bounds]) -> Bounds:
    """The tightest bounds that hold all ``parts``, of which there is at least one."""
    pairs = tuple(parts)
    earliest = [part.earliest for part in pairs if part.earliest is not None]
    latest = [part.latest for part in pairs if part.latest is not None]
    return Bounds(
        min(earliest) if len(earliest) == len(pairs) else None,
        max(latest) if len(latest) == len(pairs) else None,
    )


@dataclass(frozen=True, slots=True)
class Span:
    """Where a date can lie.

    ``first`` and ``last`` count months from January of year 0. ``days`` are the days of a month
    that the date admits, ascending; ``None`` when it names no day and covers whole months.
    """

    first: int
    last: int
    days: tuple[int, ...] | None = None

    def widened(self, months: int = 0, days: int = 0) -> Bounds:
        """The bounds after both ends have moved outwards, by months and then by days.

        A day that the month reached does not have becomes the last day of that month. Without
        arguments these are the strict bounds.
        """
        return Bounds(
            self._day_in(self.first - months, latest=False) - days,
            self._day_in(self.last + months, latest=True) + days,
        )

    def _day_in(self, index: int, *, latest: bool) -> int:
        year, month = divmod(index, 12)
        length = days_in_month(year, month + 1)
        if self.days is None:
            day = length if latest else 1
        else:
            admitted = [day for day in self.days if day <= length] or [length]
            day = admitted[-1 if latest else 0]
        return day_number(year, month + 1, day)


def years_span(first: int, last: int) -> Span:
    """All of the years from ``first`` to ``last``."""
    return Span(first * 12, last * 12 + 11)


def matching_numbers(pattern: str, highest: int) -> tuple[int, ...]:
    """The numbers from 1 to ``highest`` that two digits, either of them perhaps X, can mean.

    >>> matching_numbers("1X", 12), matching_numbers("04", 12), matching_numbers("13", 12)
    ((10, 11, 12), (4,), ())
    """
    if "X" not in pattern:
        number = int(pattern)
        return (number,) if 1 <= number <= highest else ()
    tens, units = pattern[0], pattern[1]
    return tuple(
        number
        for number in range(1, highest + 1)
        if tens in ("X", str(number // 10)) and units in ("X", str(number % 10))
    )


def matching_years(pattern: str, *, latest_first: bool = False) -> Iterator[int]:
    """The years that four digits, any of them perhaps X and with an optional ``-``, can mean.

    There is no negative year 0.

    >>> list(matching_years("-000X"))[-2:], next(matching_years("19XX", latest_first=True))
    ([-2, -1], 1999)
    """
    negative = pattern.startswith("-")
    upwards = latest_first == negative
    every = "0123456789" if upwards else "9876543210"
    for digits in product(*(every if digit == "X" else digit for digit in pattern.lstrip("-"))):
        year = int("".join(digits))
        if not negative:
            yield year
        elif year:
            yield -year


def matching_span(pattern: str, months: tuple[int, ...], days: tuple[int, ...]) -> Span | None:
    """The span of the days that exist among all readings; ``None`` when none exists.

    Whether a day of a month exists depends on the year only through its being a leap year, so
    that the readings of month and day are tried twice and not once a year.
    """
    first = _extreme_month(pattern, months, days, latest=False)
    last = _extreme_month(pattern, months, days, latest=True)
    return None if first is None or last is None else Span(first, last, days)


def _extreme_month(
    pattern: str, months: tuple[int, ...], days: tuple[int, ...], *, latest: bool
) -> int | None:
    month_in = {
        leap: [month for month in months if days and days[0] <= days_in_month(sample, month)]
        for leap, sample in ((False, 2001), (True, 2000))
    }
    if not month_in[True]:  # what a leap year lacks, every year lacks
        return None
    for year in matching_years(pattern, latest_first=latest):
        fitting = month_in[is_leap(year)]
        if fitting:
            return year * 12 + fitting[-1 if latest else 0] - 1
    return None
