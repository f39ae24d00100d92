"""One EDTF date: from its characters to its bounds.

The grammar is that of the Extended Date/Time Format, levels 0 to 2 (Library of Congress, 4
February 2019), the profile of ISO 8601-1:2019 and its extension in ISO 8601-2:2019. Intervals
and sets, which are made of these dates, are read in :mod:`tenure.temporal.edtf`.
"""

from __future__ import annotations

import re
from enum import StrEnum
from typing import Final, NamedTuple

from tenure.errors import BadDate
from tenure.temporal.bounds import (
    Bounds,
    Span,
    matching_numbers,
    matching_span,
    matching_years,
    years_span,
)
from tenure.temporal.calendar import MAX_YEAR, day_number, days_in_month, quoted, written_year


class Kind(StrEnum):
    """What sort of value an EDTF text is."""

    DAY = "day"
    MONTH = "month"
    YEAR = "year"
    SEASON = "season"
    """A part of a year longer than a month: season, quarter, quadrimester or semester."""
    UNSPECIFIED = "unspecified"
    """A date with an X for a digit, of any precision."""
    DATETIME = "datetime"
    """A day with a time of day. In UTC it stands for every local day that it can be."""
    INTERVAL = "interval"
    ONE_OF = "one of"
    """``[…]``: some one of the members."""
    ALL_OF = "all of"
    """``{…}``: every one of the members."""


class Precision(StrEnum):
    """The unit of the finest component that is written (X counts as written), finest first."""

    DAY = "day"
    MONTH = "month"
    SEASON = "season"
    QUARTER = "quarter"
    QUADRIMESTER = "quadrimester"
    SEMESTER = "semester"
    YEAR = "year"


class Qualifier(StrEnum):
    """A mark of doubt; the value is its character."""

    UNCERTAIN = "?"
    """The source of the date is doubtful."""
    APPROXIMATE = "~"
    """The date is an estimate."""
    BOTH = "%"
    """An estimate, and a doubtful one."""


class DateReading(NamedTuple):
    """What one date says."""

    kind: Kind
    precision: Precision
    qualifiers: frozenset[Qualifier]
    strict: Bounds
    fuzzy: Bounds


class _Grouping(NamedTuple):
    precision: Precision
    first_month: int  # of the year written; the last month may lie in the next year
    months: int


_DAY: Final = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_DATE: Final = re.compile(
    r"([?~%]?)(-?[0-9X]{4})([?~%]?)"
    r"(?:-([?~%]?)([0-9X]{2})([?~%]?)(?:-([?~%]?)([0-9X]{2})([?~%]?))?)?"
)
_NUMBERED_YEAR: Final = re.compile(
    r"(?P<before>[?~%]?)"
    r"(?:Y(?P<long>-?[1-9][0-9]*)(?:E(?P<exponent>[1-9][0-9]*))?|(?P<short>-?[0-9]{4}))"
    r"(?:S(?P<digits>[1-9][0-9]*))?"
    r"(?P<after>[?~%]?)"
)
_DATETIME: Final = re.compile(
    r"(-?[0-9]{4})-([0-9]{2})-([0-9]{2})T([0-9]{2}):([0-9]{2}):([0-9]{2})(?:\.([0-9]{1,9}))?"
    r"(Z|([+-])([0-9]{2})(?::([0-9]{2}))?)?"
)
_WEIGHTS: Final = {"?": 1, "~": 1, "%": 2}
_NO_QUALIFIERS: Final[frozenset[Qualifier]] = frozenset()


def _groupings() -> dict[str, _Grouping]:
    groupings: dict[str, _Grouping] = {}
    # 21 to 24 name no hemisphere and are read as the northern 25 to 28; 29 to 32 are southern.
    for code, spring in ((21, 3), (25, 3), (29, 9)):
        for i in range(4):
            month = (spring + 3 * i - 1) % 12 + 1
            groupings[str(code + i)] = _Grouping(Precision.SEASON, month, 3)
    for precision, code, months in (
        (Precision.QUARTER, 33, 3),
        (Precision.QUADRIMESTER, 37, 4),
        (Precision.SEMESTER, 40, 6),
    ):
        for i in range(12 // months):
            groupings[str(code + i)] = _Grouping(precision, 1 + i * months, months)
    return groupings


_GROUPINGS: Final = _groupings()


def read_date(text: str) -> DateReading:
    """Read one date that is neither an interval nor a set.

    Raises :class:`~tenure.errors.BadDate` for a text that is no EDTF date, and for one that no
    day of the calendar fits.
    """
    if _DAY.fullmatch(text):
        # Nearly all dates of a register are days, and the calendar says of them all there is.
        year, month, day = int(text[:4]), int(text[5:7]), int(text[8:])
        if 1 <= month <= 12 and 1 <= day <= days_in_month(year, month):
            number = day_number(year, month, day)
            span = Bounds(number, number)
            return DateReading(Kind.DAY, Precision.DAY, _NO_QUALIFIERS, span, span)
    if match := _DATE.fullmatch(text):
        return _calendar_date(text, *match.groups())
    if match := _NUMBERED_YEAR.fullmatch(text):
        return _numbered_year(text, match)
    if match := _DATETIME.fullmatch(text):
        return _datetime(text, match)
    raise form_error(text)


def _calendar_date(
    text: str,
    before_year: str,
    year: str,
    after_year: str,
    before_month: str | None,
    month: str | None,
    after_month: str | None,
    before_day: str | None,
    day: str | None,
    after_day: str | None,
) -> DateReading:
    if year == "-0000":
        raise form_error(text)
    months = _weight(before_year, after_year) * _block(year) * 12
    days = 0
    if month is None:
        kind, precision = Kind.YEAR, Precision.YEAR
        span = years_span(next(matching_years(year)), next(matching_years(year, latest_first=True)))
    elif grouping := _GROUPINGS.get(month):
        kind, precision = Kind.SEASON, grouping.precision
        span = _grouped_span(text, year, month, grouping, day)
        months += _weight(before_month, after_month) * grouping.months
    else:
        span = _month_span(text, year, month, day)
        months += _weight(before_month, after_month) * (12 if month[0] == "X" else _block(month))
        if day is None:
            kind, precision = Kind.MONTH, Precision.MONTH
        else:
            kind, precision = Kind.DAY, Precision.DAY
            weight = _weight(before_day, after_day)
            if day[0] == "X":
                months += weight
            else:
                days = weight * _block(day)
    strict = fuzzy = span.widened()
    qualifiers = _NO_QUALIFIERS
    if months or days:
        fuzzy = span.widened(months, days)
        qualifiers = frozenset(map(Qualifier, _WEIGHTS.keys() & set(text)))
    if "X" in text:
        kind = Kind.UNSPECIFIED
    return DateReading(kind, precision, qualifiers, strict, fuzzy)


def _weight(*marks: str | None) -> int:
    return sum(_WEIGHTS[mark] for mark in marks if mark)


def _block(digits: str) -> int:
    """How many numbers share the digits before the first X; 1 when there is no X."""
    place = digits.find("X")
    return 10 ** (len(digits) - place) if place >= 0 else 1


def _grouped_span(text: str, year: str, month: str, group: _Grouping, day: str | None) -> Span:
    if day is not None:
        turned = f"{year}-{day}-{month}"
        if day.isdecimal() and 1 <= int(day) <= 12 and int(month) <= 31:
            raise bad_text(
                text, f"There is no month {month}: the month stands before the day.", turned
            )
        raise bad_text(text, f"{month} is a part of a year and has no days.", f"{year}-{month}")
    first = next(matching_years(year)) * 12 + group.first_month - 1
    last = next(matching_years(year, latest_first=True)) * 12 + group.first_month - 1
    return Span(first, last + group.months - 1)


def _month_span(text: str, year: str, month: str, day: str | None) -> Span:
    months = matching_numbers(month, 12)
    if not months:
        raise bad_text(
            text,
            f"There is no month {month}; months are 01 to 12, parts of a year 21 to 41.",
            "2020-12 or 2020-24",
        )
    span = matching_span(year, months, (1,) if day is None else matching_numbers(day, 31))
    if span is None:
        if len(months) > 1 or "X" in year:
            raise bad_text(text, f"No month that it allows has a day {day}.", "200X-02-28")
        length = days_in_month(int(year), months[0])
        raise bad_text(
            text,
            f"There is no day {day} in {year}-{month}, which has {length} days.",
            f"{year}-{month}-{length}",
        )
    return span if day is not None else Span(span.first, span.last)


def _numbered_year(text: str, match: re.Match[str]) -> DateReading:
    year = _year_number(text, match)
    first = last = year
    block = 1
    if match["digits"] is not None:
        digits, significant = len(str(abs(year))), int(match["digits"])
        if year == 0 or significant > digits:
            raise bad_text(text, f"The year {year} has fewer significant digits.", "1950S2")
        block = 10 ** (digits - significant)
        nearest = abs(year) // block * block
        first, last = nearest, nearest + block - 1
        if year < 0:
            first, last = -last, -first
    marks = (match["before"], match["after"])
    return DateReading(
        Kind.YEAR,
        Precision.YEAR,
        frozenset(Qualifier(mark) for mark in marks if mark),
        years_span(year, year).widened(),
        years_span(first, last).widened(_weight(*marks) * block * 12),
    )


def _year_number(text: str, match: re.Match[str]) -> int:
    short, long, exponent = match["short"], match["long"], match["exponent"] or "0"
    if short == "-0000":
        raise form_error(text)
    if short is not None:
        return int(short)
    # By their lengths first: 10 to the power of 999999999 would never be done.
    sizes_fit = len(long) <= 14 and len(exponent) <= 2
    year = int(long) * 10 ** int(exponent) if sizes_fit else MAX_YEAR + 1
    if abs(year) > MAX_YEAR:
        raise bad_text(text, f"It lies more than {MAX_YEAR:,} years from year 0.", "Y17E7")
    if abs(year) < 10_000:
        raise bad_text(text, "Y is for years of more than four digits.", written_year(year))
    return year


def _datetime(text: str, match: re.Match[str]) -> DateReading:
    year, month, day, *clock, fraction, zone, sign, zone_hours, zone_minutes = match.groups()
    if year == "-0000":
        raise form_error(text)
    hour, minute, second = map(int, clock)
    if hour > 23 or minute > 59 or second > 60:
        raise bad_text(text, "Hours run to 23, minutes and seconds to 59.", "2020-01-03T01:00:00")
    minutes = int(zone_minutes or 0)
    offset = int(zone_hours or 0) * 60 + minutes
    if offset > 14 * 60 or minutes > 59 or (sign == "-" and offset == 0):
        raise bad_text(
            text,
            "A zone is Z or lies at most 14 hours either way, and zero is not negative.",
            "2020-01-03T01:00:00+03:00",
        )
    # A leap second ends a day of universal time; without a zone that cannot be checked.
    universal = (hour * 60 + minute + (offset if sign == "-" else -offset)) % 1440
    if second == 60 and zone and universal != 1439:
        raise bad_text(text, "There is no second 60 at that time.", "2016-12-31T23:59:60Z")
    strict = fuzzy = _month_span(text, year, month, day).widened()
    midnight = not (hour or minute or second or int(fraction or 0))
    if zone and offset == 0 and not midnight:
        fuzzy = _local_days(strict, hour * 60 + minute)
    return DateReading(Kind.DATETIME, Precision.DAY, _NO_QUALIFIERS, strict, fuzzy)


# West of Greenwich clocks lie at most twelve hours behind, east of it at most fourteen ahead.
_BEHIND, _AHEAD = 12 * 60, 14 * 60


def _local_days(day: Bounds, minute: int) -> Bounds:
    """The days that it can be where something happens whose time is given in UTC.

    Whoever writes in UTC seldom says where it was: 21:47Z is past midnight in Baghdad. A midnight
    in UTC is how software writes a mere day, and is not looked at here.
    """
    earliest, latest = day
    assert earliest is not None
    assert latest is not None
    return Bounds(earliest - (minute < _BEHIND), latest + (minute + _AHEAD >= 24 * 60))


# --- What is wrong with a text that is no date ---------------------------------------------------

# The first pattern found anywhere in the text gives the message: what is wrong, and a right form.
_FAULTS: Final = (
    (r"^\s|\s$", "It begins or ends with a space.", "2020-01-03"),
    (r"[^ -~]", "It has a character that no date has.", "2020-01-03"),
    (
        r"(?i)^(unknown|open)$",
        "An unknown end is left empty, an open one is two dots.",
        "2019/..",
    ),
    (r"[A-Za-z]{3}", "It has words; a date is written in digits.", "2020-01-03 or 2020-01"),
    (r"\s", "A space stands only after a comma in a set.", "[1667, 1668]"),
    (r"[()]", "The draft of 2012 had parentheses; EDTF has none.", "2004-06~-11"),
    (r"\?~|~\?", "Uncertain and approximate together are one mark, %.", "1984%"),
    (r"[?~%]{2}", "A mark stands once at a component.", "1984% or ?2004-06~-11"),
    (r"[ux]", "A digit that is not known is a capital X.", "199X or 2004-XX"),
    (r"[yesp]", "The letters Y, E and S are capitals.", "Y17E7 or 1950S2"),
    (
        r"T",
        "A time of day is complete, to the second, after a complete date.",
        "2020-01-03T09:30:00Z",
    ),
    (r"W", "EDTF has no weeks.", "2019-12-30/2020-01-05"),
    (r"\.\.", "Two dots stand inside brackets or as an end of an interval.", "[1670..1672]"),
    (r"[\[\]{}]", "Brackets enclose a whole set.", "[1667, 1668]"),
    (r",", "A list of dates stands in brackets.", "[1667, 1668]"),
    (r"^[?~%]?-0000", "There is no year -0000; the year before 0001 is 0000.", "0000"),
    (r"^[?~%]?\+", "A year has no plus sign.", "2020"),
    (r"^[?~%]?Y-?0", "A year after Y does not begin with 0.", "Y12020"),
    (r"^[?~%]?Y.*[0-9]-", "A year after Y has no month and no day.", "Y12020"),
    (
        r"^[?~%]?Y.*X",
        "A year after Y has no X, but can say how many digits count.",
        "Y171010000S3",
    ),
    (r"^[0-9]{8}$", "Year, month and day are separated by dashes.", "2020-01-03"),
    (
        r"^[0-9]{2}[.-][0-9]{2}[.-][0-9]{4}$",
        "The year comes first, the day last.",
        "2020-01-03",
    ),
    (r"^-?[0-9]{5,}", "A year of more than four digits has a Y before it.", "Y12020"),
    (r"^[?~%]?-?[0-9X]{1,3}([?~%-]|$)", "A year has four digits.", "0476"),
    (r"-[?~%]?[0-9X]([?~%-]|$)", "Month and day have two digits.", "2020-01-03"),
    (r"^[0-9]{4}-[0-9]{3}$", "Days are counted within the month.", "2020-01-03"),
    (r"^[0-9-]{10}(Z|[+-][0-9:]+)$", "A date without a time of day has no zone.", "2020-01-03"),
)


def form_error(text: str) -> BadDate:
    """The error for a text that the grammar of a single date does not accept."""
    if not text:
        return bad_text(text, "It is empty.", "2020-01-03")
    for pattern, what, example in _FAULTS:
        if re.search(pattern, text):
            return bad_text(text, what, example)
    return bad_text(
        text,
        "It does not have the form of a date.",
        "2020-01-03 or 2020-03~ or 199X or 2019-12-21/2020-01-03 or [..2020-01-03]",
    )


def bad_text(text: str, what: str, example: str) -> BadDate:
    """The error for ``text``: what is wrong with it (a sentence) and an example of a right form."""
    return BadDate(f"{quoted(text)} is no EDTF value. {what}", remedy=f"A right form: {example}")
