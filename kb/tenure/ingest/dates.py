"""Dates of a data set, as people write them, become EDTF, and every rewriting is told.

What is EDTF already stays as it is. The rest is understood by :mod:`tenure.temporal.human_dates`
and by what the mapping says: which of day and month comes first, in which calendar dates are
counted, which words mean that something goes on, and which dates stand for none.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from importlib import import_module
from typing import Any, Final

from tenure.errors import BadDate, BadInput
from tenure.ingest.records import REWRITTEN, ImportReport
from tenure.temporal import parse
from tenure.temporal.human_dates import is_read, other_weekday, readings

DAY_FIRST: Final = "day first"
MONTH_FIRST: Final = "month first"
_NONE: Final = ("0000-00-00", "0000", "0001-01-01", "9999-12-31", "9999", "00/00/0000")
_SLASHED: Final = re.compile(r"([0-9]{1,2})[/.-]([0-9]{1,2})[/.-]([0-9]{4})")
_OTHER_WAY: Final = re.compile(r"([0-9]{4})[/.]([0-9]{1,2})[/.]([0-9]{1,2})")
_MIDNIGHT: Final = re.compile(
    r"([+-]?[0-9]{4,}-[0-9]{2}-[0-9]{2})[T ]00:00(?::00)?(?:\.0+)?(?:Z|[+]00:?00)?"
)
_PLACEHOLDER: Final = re.compile(
    r"(?=.*[#?xX])[0-9]{2,4}[0-9#?xX]{0,2}(?:-(?:[0-9]{2}|[#?xX]{2})){0,2}"
)
_SHORT: Final = re.compile(r"[0-9]{1,2}")
_FILLED: Final = re.compile(r"([0-9]{4})-(?:00-00|([0-9]{2})-00)")
_PLAIN: Final = re.compile(r"(-?[0-9]{4,})(?:-([0-9]{2})(?:-([0-9]{2}))?)?([~?%]?)")
_WIKIBASE: Final = re.compile(r"([+-]?[0-9]+)-([0-9]{2})-([0-9]{2})(?:T.*)?")
_JULIAN: Final = "Q1985786"
_MILLENNIUM: Final = 6
"""The coarsest precision of Wikibase that is read."""


@dataclass(frozen=True, slots=True)
class ReadDate:
    """A date in EDTF, or the empty text; ``goes_on`` where words say that there is no end yet."""

    edtf: str = ""
    goes_on: bool = False


@dataclass(frozen=True, slots=True)
class DateReader:
    """Reads the dates of a data set.

    Attributes:
        order: ``day first`` or ``month first``; empty where that is not said.
        calendar: a module of convertdate, such as ``julian``; empty for the Gregorian one.
        present: words, in small letters, that mean that something goes on.
        none: dates that stand for none.
        short_years: whether one or two digits are a year, of the first century.
    """

    order: str = ""
    calendar: str = ""
    present: frozenset[str] = frozenset()
    none: frozenset[str] = field(default=frozenset(_NONE))
    short_years: bool = False

    @classmethod
    def of(cls, mapping: Mapping[str, Any]) -> DateReader:
        """As the ``dates`` of a mapping say.

        Raises:
            BadInput: an order or calendar that there is not.
        """
        order, calendar = str(mapping.get("order", "")), str(mapping.get("calendar", "")).lower()
        if order not in ("", DAY_FIRST, MONTH_FIRST):
            raise BadInput(
                f"{order!r} is no order of day and month.",
                where="dates.order",
                remedy=f"Write {DAY_FIRST!r} or {MONTH_FIRST!r}.",
            )
        if calendar in ("", "gregorian"):
            calendar = ""
        else:
            _calendar(calendar)
        return cls(
            order,
            calendar,
            frozenset(str(one).strip().lower() for one in mapping.get("present", ())),
            frozenset((*_NONE, *(str(one) for one in mapping.get("none", ())))),
            bool(mapping.get("short years", False)),
        )

    def read(self, text: str, locator: str, report: ImportReport) -> ReadDate:
        """What a cell says; a rewriting is told.

        Raises:
            BadDate: it is no date that can be understood, or one that can be understood in two
                ways.
        """
        words = " ".join(text.split())
        if not words:
            return ReadDate()
        if words in self.none:
            what = f"The date {words!r} stands for one that is not known; it is left out."
            report.fault(locator, what, imported=True)
            return ReadDate()
        if words.lower() in self.present:
            return ReadDate(goes_on=True)
        if self.short_years and _SHORT.fullmatch(words):
            found: str | ReadDate = words.zfill(4)
        else:
            found = _read(words, self.order)
        if isinstance(found, str):
            if self.calendar and found:
                found = converted(found, self.calendar)
            if found != words:
                kept = f" ({self.calendar} calendar)" if self.calendar else ""
                report.tell(
                    REWRITTEN, locator, f"{words!r}{kept} was read as {found!r}.", value=words
                )
                if was := other_weekday(words, found):
                    what = f"{words!r} was read as {found!r}, which was a {was}."
                    error = BadDate(what, remedy="Look the day up in the source.")
                    report.fault(locator, error, imported=True)
            return ReadDate(found)
        return found


@lru_cache(maxsize=1 << 16)
def _read(words: str, order: str) -> str | ReadDate:
    """The EDTF value, or that it goes on; the empty text where the words say that nobody knows.

    Raises:
        BadDate: as :meth:`DateReader.read`.
    """
    if match := _MIDNIGHT.fullmatch(words):
        # A day whose midnight some program added.
        return _checked(match[1].removeprefix("+"), words)
    if is_read(words):
        return words
    if match := _FILLED.fullmatch(words):
        return _checked("-".join(filter(None, match.groups())), words)
    if _PLACEHOLDER.fullmatch(words):
        return _checked(re.sub("[#?xX]", "X", words), words)
    if match := _OTHER_WAY.fullmatch(words):
        return _checked(f"{match[1]}-{match[2]:0>2}-{match[3]:0>2}", words)
    if match := _SLASHED.fullmatch(words):
        forms = (
            f"{match[3]}-{match[2]:0>2}-{match[1]:0>2}",
            f"{match[3]}-{match[1]:0>2}-{match[2]:0>2}",
        )
        if order:
            return _checked(forms[order == MONTH_FIRST], words)
        possible = [form for form in dict.fromkeys(forms) if is_read(form)]
        if len(possible) == 2 and match[0].count(".") < 2:
            raise BadDate(
                f"{words!r} may be {possible[0]} or {possible[1]}.",
                remedy=f"Say in the mapping which comes first: order = {DAY_FIRST!r} under dates.",
            )
        if possible:
            return possible[0]
    found = readings(words)
    if found is None:
        return _checked(words, words)
    if found.goes_on:
        return ReadDate(goes_on=True)
    return found.forms[0] if found.forms else ""


def _checked(form: str, words: str) -> str:
    try:
        return str(parse(form))
    except BadDate as error:
        if form == words:
            raise BadDate(
                f"{words[:60]!r} is no date that is understood.",
                remedy="Correct it in the source, or list it in the mapping: none under dates, if "
                "it stands for no date, present, if it means that something goes on.",
            ) from error
        raise BadDate(f"{words[:60]!r} is no date: {error.what}", remedy=error.remedy) from error


def _calendar(name: str) -> Any:
    try:
        return import_module(f"convertdate.{name}")
    except ModuleNotFoundError as error:
        if error.name == "convertdate":
            raise BadInput(
                "Other calendars need the library convertdate.",
                where="dates.calendar",
                remedy="Install it: pip install 'tenure[calendars]'.",
            ) from error
        raise BadInput(
            f"There is no calendar {name!r}.",
            where="dates.calendar",
            remedy="Usual ones: julian, islamic, hebrew, persian, coptic.",
        ) from error


@lru_cache(maxsize=1 << 14)
def converted(form: str, calendar: str) -> str:
    """A date of another calendar as a Gregorian one; of a month or year, as the days that it had.

    Raises:
        BadDate: a date of several parts, or one that the calendar does not have.
    """
    match = _PLAIN.fullmatch(form)
    if match is None:
        raise BadDate(
            f"{form!r} is more than one date, and cannot be put from the {calendar} calendar into "
            "the Gregorian.",
            remedy="Give a year, month or day.",
        )
    year, mark = int(match[1]), match[4]
    month, day = (int(one) if one else None for one in (match[2], match[3]))
    first = _days_of(calendar, year, month or 1, day or 1, form)
    if day is not None:
        return _gregorian(first) + mark
    following = (year + 1, 1) if month is None or month == 12 else (year, month + 1)
    last = _days_of(calendar, *following, 1, form) - 1
    # A qualified month or year is vague beyond its days; the mark goes to both.
    return f"[{_gregorian(first)}{mark}..{_gregorian(last)}{mark}]"


def _days_of(calendar: str, year: int, month: int, day: int, form: str) -> int:
    """Days since the first of March of the year 0, proleptic Gregorian."""
    module = _calendar(calendar)
    try:
        number = module.to_jd(year, month, day)
        found = tuple(module.from_jd(number)[:3])
    except (ValueError, IndexError):
        found = ()
    if found != (year, month, day):
        raise BadDate(
            f"The {calendar} calendar has no day {form!r}.", remedy="Look it up in the source."
        )
    return int(number + 0.5) - 1721120


def _gregorian(days: int) -> str:
    """Source: Howard Hinnant, chrono-compatible low-level date algorithms, civil_from_days."""
    era, of_era = divmod(days, 146097)
    year_of_era = (of_era - of_era // 1460 + of_era // 36524 - of_era // 146096) // 365
    of_year = of_era - (365 * year_of_era + year_of_era // 4 - year_of_era // 100)
    shifted = (5 * of_year + 2) // 153
    month = shifted + 3 if shifted < 10 else shifted - 9
    year = year_of_era + 400 * era + (month <= 2)
    sign = "-" if year < 0 else ""
    return f"{sign}{abs(year):04d}-{month:02d}-{of_year - (153 * shifted + 2) // 5 + 1:02d}"


def of_wikibase(time: str, precision: int, calendar: str = "", *, historical: bool = False) -> str:
    """A point in time of Wikibase as EDTF, as precise as it says.

    Years before Christ are ``historical`` in its JSON, where 1 BC is -1; in its RDF, as in EDTF,
    that is the year 0. Source: Wikibase, "JSON" and "RDF Dump Format".

    Raises:
        BadDate: a precision coarser than a millennium, or a day or year that there is not.

    >>> of_wikibase("+1969-10-14T00:00:00Z", 11), of_wikibase("+2004-09-00T00:00:00Z", 10)
    ('1969-10-14', '2004-09')
    >>> of_wikibase("+1958-01-01T00:00:00Z", 9), of_wikibase("+1900-00-00T00:00:00Z", 7)
    ('1958', '[1801..1900]')
    >>> of_wikibase("-0044-03-15", 11, "Q1985786", historical=True)
    '-0043-03-13'
    >>> of_wikibase("0000-01-01", 9), of_wikibase("-0001-00-00", 9, historical=True)
    ('[0000]', '[0000]')
    >>> of_wikibase("-0043-01-01", 8), of_wikibase("-0043-01-01", 7)
    ('[-0048..-0039]', '[-0099..0000]')
    """
    match = _WIKIBASE.fullmatch(time)
    if match is None or precision < _MILLENNIUM:
        raise BadDate(
            f"{time[:40]!r} of precision {precision} is no date of use here.",
            remedy="Correct it in Wikidata.",
        )
    year, month, day = int(match[1]), match[2], match[3]
    if historical and year == 0:
        raise BadDate(f"{time[:40]!r} is of a year 0.", remedy="Correct it in Wikidata.")
    if historical and year < 0:
        year += 1
    written = _year(year)
    if precision >= 10 and month != "00":
        whole = f"{written}-{month}" + (f"-{day}" if precision >= 11 and day != "00" else "")
        return converted(whole, "julian") if calendar.endswith(_JULIAN) else whole
    if precision >= 9:
        # The year itself: where dates stand for none, the bare year 0 is one of these.
        return written if year else "[0000]"
    if precision == 8 and year > 0:
        return f"{written[:-1]}X"
    # The forties before Christ begin in 49 BC; the nineteenth century is that of 1801 to 1900.
    first = (year - 2) // 10 * 10 + 2
    length = 10
    if precision != 8:
        length = 100 if precision == 7 else 1000
        first = (year - 1) // length * length + 1
    return f"[{_year(first)}..{_year(first + length - 1)}]"


def _year(year: int) -> str:
    return f"{'-' if year < 0 else ''}{abs(year):04d}" if abs(year) < 10000 else f"Y{year}"
