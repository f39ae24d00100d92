"""EDTF values: dates as vague as they were given, kept as written, with their day bounds.

Reads the Extended Date/Time Format, levels 0 to 2 (Library of Congress, 4 February 2019; ISO
8601-2:2019), strictly, at the resolution of the day. ``docs/reference/time-values.md`` lists the
forms.

>>> value = read("2020-03~")
>>> str(value), str(value.bounds), str(value.fuzzy_bounds)
('2020-03~', '2020-03-01 to 2020-03-31', '2020-02-01 to 2020-04-30')
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import Enum
from functools import lru_cache
from typing import Final

from tenure.errors import BadDate
from tenure.temporal.bounds import Bounds, hull
from tenure.temporal.calendar import (
    MAX_TEXT,
    MAX_YEAR,
    civil,
    days_in_month,
    iso,
    quoted,
    written_year,
)
from tenure.temporal.edtf_grammar import Kind, Precision, Qualifier, bad_text, read_date
from tenure.temporal.interval import FourBounds


class NoDate(Enum):
    """What stands for an end of an interval that has no date; the value is what is written."""

    OPEN = ".."
    """The interval has no end on this side."""
    UNKNOWN = ""
    """There is an end, and nobody says when."""

    def __str__(self) -> str:
        return self.value


OPEN: Final = NoDate.OPEN
UNKNOWN: Final = NoDate.UNKNOWN

_UNBOUNDED: Final = Bounds(None, None)


@dataclass(frozen=True, slots=True, repr=False)
class Edtf:
    """A date, interval or set of dates; made by :func:`read`, equal when written equally."""

    text: str
    """Exactly what was read."""
    kind: Kind = field(compare=False)
    precision: Precision = field(compare=False)
    """Of an interval or a set: the coarsest of its dates."""
    qualifiers: frozenset[Qualifier] = field(compare=False)
    """The marks that stand anywhere in the text."""
    bounds: Bounds = field(compare=False)
    """The first and the last day of the value as written, its marks left out of account."""
    fuzzy_bounds: Bounds = field(compare=False)
    """The bounds widened by the marks and by the digits that are not significant."""
    _ends: tuple[Edtf | NoDate, Edtf | NoDate] | None = field(default=None, compare=False)
    ranges: tuple[tuple[Edtf | NoDate, Edtf | NoDate], ...] = field(default=(), compare=False)
    """Of a set, its members as ranges: a single date begins and ends its own."""

    def __str__(self) -> str:
        return self.text

    def __repr__(self) -> str:
        return f"parse({self.text!r})"

    @property
    def uncertain(self) -> bool:
        """Whether any part is marked ``?`` or ``%``."""
        return not self.qualifiers.isdisjoint((Qualifier.UNCERTAIN, Qualifier.BOTH))

    @property
    def approximate(self) -> bool:
        """Whether any part is marked ``~`` or ``%``."""
        return not self.qualifiers.isdisjoint((Qualifier.APPROXIMATE, Qualifier.BOTH))

    @property
    def is_interval(self) -> bool:
        """Whether this is an interval, ``start/end``."""
        return self.kind is Kind.INTERVAL

    @property
    def start(self) -> Edtf | NoDate:
        """The start of an interval; of any other value, itself."""
        return self._ends[0] if self._ends else self

    @property
    def end(self) -> Edtf | NoDate:
        """The end of an interval; of any other value, itself."""
        return self._ends[1] if self._ends else self

    @property
    def interval_bounds(self) -> FourBounds:
        """The fuzzy bounds of start and end; both of a value that is no interval lie in it.

        >>> read("2019-11/..").interval_bounds.end_latest is None
        True
        """
        return FourBounds(*_fuzzy(self.start), *_fuzzy(self.end))


@lru_cache(maxsize=16_384)
def read(text: str) -> Edtf:
    """As :func:`tenure.temporal.parse`, but says nothing of what else was meant. Cached."""
    if len(text) > MAX_TEXT:
        raise bad_text(text, f"It has more than {MAX_TEXT} characters.", "2020-01-03")
    if text[:1] in ("[", "{"):
        return _set(text)
    if "/" in text:
        return _interval(text)
    return Edtf(text, *read_date(text))


def _part(text: str, whole: str) -> Edtf:
    try:
        value = Edtf(text, *read_date(text))
    except BadDate as error:
        raise BadDate(f"In {quoted(whole)}: {error.what}", remedy=error.remedy) from error
    if value.kind is Kind.DATETIME:
        raise bad_text(whole, "The ends and members have no time of day.", text.partition("T")[0])
    return value


def _interval(text: str) -> Edtf:
    sides = text.split("/")
    if len(sides) != 2:
        raise bad_text(text, "One slash parts start and end; a date has dashes.", "1964/2008-03-04")
    start, end = (_end(side, text) for side in sides)
    dates = [side for side in (start, end) if isinstance(side, Edtf)]
    if not dates:
        raise bad_text(text, "An interval names at least one date.", "2019-11/..")
    _in_order(_fuzzy(start), _fuzzy(end), text, "The end lies before the start.", f"{end}/{start}")
    return Edtf(
        text,
        Kind.INTERVAL,
        _coarsest(dates),
        _all_qualifiers(dates),
        Bounds(_strict(start).earliest, _strict(end).latest),
        Bounds(_fuzzy(start).earliest, _fuzzy(end).latest),
        (start, end),
    )


def _end(text: str, whole: str) -> Edtf | NoDate:
    if text in (OPEN.value, UNKNOWN.value):
        return NoDate(text)
    return _part(text, whole)


def _set(text: str) -> Edtf:
    kind, closing = (Kind.ONE_OF, "]") if text[0] == "[" else (Kind.ALL_OF, "}")
    if not text.endswith(closing):
        raise bad_text(
            text, f"The set does not end with {closing}.", "[1667, 1668] or {1960, 1961}"
        )
    if "/" in text:
        raise bad_text(text, "A set has dates and ranges, and no intervals.", "[1670..1672]")
    if len(text) == 2:
        raise bad_text(text, "It has no member.", "[1667, 1668]")
    items = text[1:-1].split(",")
    # The one space that the house's own forms have; the format itself has none.
    items[1:] = [item.removeprefix(" ") for item in items[1:]]
    dates: list[Edtf] = []
    strict: list[Bounds] = []
    fuzzy: list[Bounds] = []
    ranges: list[tuple[Edtf | NoDate, Edtf | NoDate]] = []
    for place, item in enumerate(items):
        if not item:
            raise bad_text(text, "A set has a date before and after each comma.", "[1667, 1668]")
        first, dots, last = item.partition("..")
        if not (first or last):
            raise bad_text(text, "Two dots stand beside a date.", "[..2020-01-03]")
        if dots and ((not first and place > 0) or (not last and place < len(items) - 1)):
            raise bad_text(
                text,
                "Only the first member can be open to the past, only the last to the future.",
                "[..1667, 1670..]",
            )
        start = _part(first, text) if first else UNKNOWN
        end = (_part(last, text) if last else UNKNOWN) if dots else start
        ranges.append((start, end))
        dates += [side for side in (start, end) if isinstance(side, Edtf)]
        if isinstance(start, Edtf) and isinstance(end, Edtf) and start.precision != end.precision:
            raise bad_text(
                text,
                f"The ends of a range have one precision; here they are a {start.precision} and "
                f"a {end.precision}.",
                _days_between(start, end) or "[1984-01..1986-05]",
            )
        _in_order(_fuzzy(start), _fuzzy(end), text, "A range is reversed.", f"[{end}..{start}]")
        strict.append(Bounds(_strict(start).earliest, _strict(end).latest))
        fuzzy.append(Bounds(_fuzzy(start).earliest, _fuzzy(end).latest))
    return Edtf(
        text,
        kind,
        _coarsest(dates),
        _all_qualifiers(dates),
        hull(strict),
        hull(fuzzy),
        ranges=tuple(ranges),
    )


def _days_between(start: Edtf, end: Edtf) -> str | None:
    first, last = start.bounds.earliest, end.bounds.latest
    return None if first is None or last is None or last < first else str(from_bounds(first, last))


def _strict(side: Edtf | NoDate) -> Bounds:
    return side.bounds if isinstance(side, Edtf) else _UNBOUNDED


def _fuzzy(side: Edtf | NoDate) -> Bounds:
    return side.fuzzy_bounds if isinstance(side, Edtf) else _UNBOUNDED


def _in_order(start: Bounds, end: Bounds, text: str, what: str, example: str) -> None:
    if start.earliest is not None and end.latest is not None and end.latest < start.earliest:
        raise bad_text(text, what, example)


def _coarsest(dates: list[Edtf]) -> Precision:
    return max((date.precision for date in dates), key=list(Precision).index)


def _all_qualifiers(dates: list[Edtf]) -> frozenset[Qualifier]:
    return frozenset().union(*(date.qualifiers for date in dates))


def from_bounds(earliest: int | None, latest: int | None) -> Edtf | None:
    """The EDTF value that prints two day bounds; ``None`` when both are unbounded.

    A day, a whole month and a whole year are written as such, anything else as *one of* a range
    of days (of years beyond four digits). Read again it has the same bounds, with one exception:
    EDTF cannot name a day in a year of more than four digits, so that a bound in such a year moves
    outwards to that year's first or last day. What is printed is never narrower than what is known.

    Raises :class:`~tenure.errors.BadDate` when ``earliest`` lies after ``latest``, or a year lies
    beyond :data:`~tenure.temporal.calendar.MAX_YEAR`.

    >>> str(from_bounds(737364, 737393)), str(from_bounds(None, 737427))
    ('2019-11', '[..2020-01-03]')
    """
    if earliest is None and latest is None:
        return None
    if earliest is not None and latest is not None:
        if earliest > latest:
            raise BadDate(
                f"The earliest day ({iso(earliest)}) lies after the latest ({iso(latest)}).",
                remedy="Swap them, or leave out the one that is not known.",
            )
        unit = _calendar_unit(earliest, latest)
        if unit:
            return read(unit)
    first = "" if earliest is None else _written_day(earliest)
    last = "" if latest is None else _written_day(latest)
    if first == last:
        return read(first)
    # Both ends of a range are days, or both are years; so a range of both is two.
    if "Y" not in first and last.startswith("Y") and first:
        first = f"{first}..9999-12-31, Y10000"
    elif first.startswith("Y") and "Y" not in last and last:
        last = f"Y-10000, -9999-01-01..{last}"
    return read(f"[{first}..{last}]")


def _calendar_unit(earliest: int, latest: int) -> str | None:
    year, month, day = civil(earliest)
    last_year, last_month, last_day = civil(latest)
    if year != last_year:
        return None
    if (month, day, last_month, last_day) == (1, 1, 12, 31):
        return _written_year(year)
    if month == last_month and day == 1 and last_day == days_in_month(year, month):
        return f"{written_year(year)}-{month:02d}" if abs(year) <= 9999 else None
    return None


def _written_day(day: int) -> str:
    year, _, _ = civil(day)
    return iso(day) if abs(year) <= 9999 else _written_year(year)


def _written_year(year: int) -> str:
    if abs(year) > MAX_YEAR:
        raise BadDate(
            f"The year {year} lies more than {MAX_YEAR:,} years from year 0.",
            remedy="Look for a date with a wrong exponent among the values it was computed from.",
        )
    return written_year(year) if abs(year) <= 9999 else f"Y{year}"
