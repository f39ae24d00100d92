"""Values of literals as XML Schema has them: what is well-typed, and what comes before what.

rdflib keeps dates as Python's, which know the years 1 to 9999 alone, and takes for well-typed what
Python can read: ``2024-01-01T10:00:00Z`` as a date, ``1_000`` as a number. Shapes would judge by
that. Here the lexical forms and the orders are those of XML Schema 1.1 (part 2, sections 3.3, 3.4
and E.3): of a moment with a time zone and one without, neither may come first, and of NaN and a
number neither does; then SHACL finds them incomparable.
"""

from __future__ import annotations

import logging
import re
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import date, datetime, time, timedelta, timezone
from decimal import Decimal
from fractions import Fraction
from math import isnan
from typing import Any, Final, NamedTuple, Self, TypeAlias

from rdflib.namespace import XSD
from rdflib.term import Literal, URIRef

from tenure.temporal import civil, day_number, days_in_month

_DAY: Final = 86_400
_LEAP_YEAR: Final = 2000
"""A year of Python's with every day that any year has."""
_YEAR_MARK: Final = r"(?P<year>-?(?:[1-9][0-9]{3,}|0[0-9]{3}))"
_MONTH_MARK: Final = r"(?P<month>0[1-9]|1[0-2])"
_DAY_MARK: Final = r"(?P<day>0[1-9]|[12][0-9]|3[01])"
_CLOCK: Final = (
    r"(?:(?P<hour>[01][0-9]|2[0-3]):(?P<minute>[0-5][0-9]):(?P<second>[0-5][0-9](?:\.[0-9]+)?)"
    r"|24:00:00(?:\.0+)?)"
)
_ZONE: Final = r"(?P<zone>Z|[+-](?:(?:0[0-9]|1[0-3]):[0-5][0-9]|14:00))"
_MOMENTS: Final[Mapping[URIRef, re.Pattern[str]]] = {
    kind: re.compile(pattern + (_ZONE if kind == XSD.dateTimeStamp else _ZONE + "?"))
    for kind, pattern in {
        XSD.dateTime: f"{_YEAR_MARK}-{_MONTH_MARK}-{_DAY_MARK}T{_CLOCK}",
        XSD.dateTimeStamp: f"{_YEAR_MARK}-{_MONTH_MARK}-{_DAY_MARK}T{_CLOCK}",
        XSD.date: f"{_YEAR_MARK}-{_MONTH_MARK}-{_DAY_MARK}",
        XSD.time: _CLOCK,
        XSD.gYearMonth: f"{_YEAR_MARK}-{_MONTH_MARK}",
        XSD.gYear: _YEAR_MARK,
        XSD.gMonthDay: f"--{_MONTH_MARK}-{_DAY_MARK}",
        XSD.gMonth: f"--{_MONTH_MARK}",
        XSD.gDay: f"---{_DAY_MARK}",
    }.items()
}
_SPAN: Final = re.compile(
    r"(?P<sign>-)?P(?=.)(?:(?P<years>[0-9]+)Y)?(?:(?P<months>[0-9]+)M)?(?:(?P<days>[0-9]+)D)?"
    r"(?:T(?=.)(?:(?P<hours>[0-9]+)H)?(?:(?P<minutes>[0-9]+)M)?"
    r"(?:(?P<seconds>[0-9]+(?:\.[0-9]+)?)S)?)?"
)
_SPANS: Final[Mapping[URIRef, re.Pattern[str]]] = {
    XSD.duration: re.compile(".*"),
    XSD.yearMonthDuration: re.compile("[^DT]*"),
    XSD.dayTimeDuration: re.compile("[^YM]*(?:T.*)?"),
}
_FROM: Final = ((1696, 9), (1697, 2), (1903, 3), (1903, 7))
"""The months to which XML Schema 1.1 (section 3.3.6.2) adds durations, to compare them."""
_WHOLE: Final = re.compile(r"[+-]?[0-9]+")
_DECIMAL: Final = re.compile(r"[+-]?(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)")
_FLOATING: Final = re.compile(
    r"[+-]?(?:(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)(?:[Ee][+-]?[0-9]+)?|INF)|NaN"
)
_LONGEST_READ: Final = 4_000
"""More digits than that Python reads as a decimal number only."""
_LEAST_AND_MOST: Final[Mapping[URIRef, tuple[int | None, int | None]]] = {
    XSD.integer: (None, None),
    XSD.nonPositiveInteger: (None, 0),
    XSD.negativeInteger: (None, -1),
    XSD.nonNegativeInteger: (0, None),
    XSD.positiveInteger: (1, None),
    XSD.long: (-(2**63), 2**63 - 1),
    XSD.int: (-(2**31), 2**31 - 1),
    XSD.short: (-(2**15), 2**15 - 1),
    XSD.byte: (-(2**7), 2**7 - 1),
    XSD.unsignedLong: (0, 2**64 - 1),
    XSD.unsignedInt: (0, 2**32 - 1),
    XSD.unsignedShort: (0, 2**16 - 1),
    XSD.unsignedByte: (0, 2**8 - 1),
}
_NUMBER: Final = "number"


@contextmanager
def quiet_literals() -> Iterator[None]:
    """Keeps rdflib from writing a traceback to the log for every literal that is ill-typed.

    Ill-typed literals are what the shapes are there to find.
    """
    logger = logging.getLogger("rdflib.term")

    def nothing(_record: logging.LogRecord) -> bool:
        return False

    logger.addFilter(nothing)
    try:
        yield
    finally:
        logger.removeFilter(nothing)


class XsdMoment(NamedTuple):
    """A point on the time line, in seconds; on that of the place where it has no time zone."""

    seconds: Fraction
    zoned: bool


class XsdDuration(NamedTuple):
    """A duration."""

    months: int
    seconds: Fraction


Value: TypeAlias = "tuple[object, XsdMoment | XsdDuration | bool | int | float | Decimal]"
"""What can be compared with what, and by what."""


class ExactLiteral(Literal):
    """A literal of rdflib's, as it is written, with the value and the order of XML Schema."""

    __slots__ = ("_exact",)
    _exact: Value | None

    def __new__(cls, lexical: str, lang: str | None = None, datatype: str | None = None) -> Self:
        """A literal; one of no datatype of XML Schema that has an order is as rdflib has it."""
        kind = URIRef(datatype) if datatype is not None else None
        reader = _READERS.get(kind)
        if kind is None or reader is None:
            # rdflib looks for a value, and writes to the log what it finds to be none.
            self: Self = super().__new__(cls, lexical, lang, datatype, normalize=False)
            self._exact = None
            return self
        read = reader(kind, lexical)
        self = str.__new__(cls, lexical)
        self._language, self._datatype = None, kind
        self._exact, self._value = read if read is not None else (None, None)
        self._ill_typed = read is None
        return self

    @property
    def exact(self) -> Value | None:
        """Its value; None where it is ill-typed, or of another datatype."""
        return self._exact

    def eq(self, other: Any) -> bool:
        """As SPARQL's ``=``; raises ``TypeError`` where the two do not compare."""
        if not self._is_ordered(other):
            return super().eq(other)
        order = _order(self, other)
        if order is None and not (self == other and self._value is None):
            raise TypeError(f"{self!r} and {other!r} do not compare")
        return not order

    def __gt__(self, other: Any) -> bool:
        if not self._is_ordered(other):
            return super().__gt__(other)
        # pySHACL counts what is neither equal nor greater as less, unless it is told otherwise.
        order = _order(self, other)
        if order is None:
            raise TypeError(f"{self!r} and {other!r} do not compare")
        return order > 0

    def __ge__(self, other: Any) -> bool:
        return self > other or self.eq(other) if self._is_ordered(other) else super().__ge__(other)

    def __lt__(self, other: Any) -> bool:
        if not self._is_ordered(other):
            return super().__lt__(other)
        order = _order(self, other)
        return order is not None and order < 0

    def __le__(self, other: Any) -> bool:
        if not self._is_ordered(other):
            return super().__le__(other)
        order = _order(self, other)
        return order is not None and order <= 0

    __eq__ = Literal.__eq__
    __hash__ = Literal.__hash__

    def _is_ordered(self, other: Any) -> bool:
        return isinstance(other, Literal) and (
            self._datatype in _READERS or other.datatype in _READERS
        )


def _order(one: Literal, other: Literal) -> int | None:
    """Below 0 where the one is less, above where it is greater; None where neither can be told."""
    first, second = _value(one), _value(other)
    if first is None or second is None or first[0] != second[0]:
        return None
    kind, left = first
    right: Any = second[1]
    if isinstance(left, XsdMoment):
        return _order_of_moments(left, right)
    if isinstance(left, XsdDuration):
        return _order_of_spans(left, right)
    if kind == _NUMBER and (isinstance(left, float) or isinstance(right, float)):
        left, right = _floating(left), _floating(right)
        if isnan(left) or isnan(right):
            return None
    return int(left > right) - int(left < right)


def _value(one: Literal) -> Value | None:
    return (one if isinstance(one, ExactLiteral) else exactly(one)).exact


def exactly(one: Literal) -> ExactLiteral:
    """The literal with its value as XML Schema has it."""
    return ExactLiteral(str(one), one.language, one.datatype)


def _order_of_moments(one: XsdMoment, other: XsdMoment) -> int | None:
    if one.zoned == other.zoned:
        return (one.seconds > other.seconds) - (one.seconds < other.seconds)
    if other.zoned:
        turned = _order_of_moments(other, one)
        return None if turned is None else -turned
    # The other may be in any zone, from 14 hours before to 14 hours after.
    widest = 14 * 3600
    if one.seconds < other.seconds - widest:
        return -1
    return 1 if one.seconds > other.seconds + widest else None


def _order_of_spans(one: XsdDuration, other: XsdDuration) -> int | None:
    orders = set()
    for year, month in _FROM:
        ends = []
        for months, seconds in (one, other):
            over = year * 12 + month - 1 + months
            ends.append(day_number(over // 12, over % 12 + 1, 1) * _DAY + seconds)
        orders.add((ends[0] > ends[1]) - (ends[0] < ends[1]))
    return orders.pop() if len(orders) == 1 else None


def _floating(number: Any) -> float:
    try:
        return float(number)
    except OverflowError:
        return float("inf") if number > 0 else float("-inf")


class _FarDate(date):
    """A day of a year that Python's own has no room for."""

    _far: int

    def __new__(cls, year: int, month: int, day: int) -> Self:
        self = super().__new__(cls, _LEAP_YEAR, month, day)
        self._far = year
        return self

    @property
    def year(self) -> int:
        return self._far


class _FarDateTime(datetime):
    """A moment in such a year."""

    _day: date

    def __new__(cls, day: date, at: time) -> Self:
        self = super().__new__(
            cls,
            _LEAP_YEAR,
            day.month,
            day.day,
            at.hour,
            at.minute,
            at.second,
            at.microsecond,
            at.tzinfo,
        )
        self._day = day
        return self

    @property
    def year(self) -> int:
        return self._day.year

    def date(self) -> date:
        return self._day


def _day(year: int, month: int, day: int) -> date:
    if date.min.year <= year <= date.max.year:
        return date(year, month, day)
    return _FarDate(year, month, day)


def _moment(kind: URIRef, text: str) -> tuple[Value, Any] | None:
    found = _MOMENTS[kind].fullmatch(text)
    if found is None:
        return None
    parts = found.groupdict()
    year = _whole(parts["year"]) if parts.get("year") else None
    # What is not told counts as XML Schema 1.1 (section E.3.4) says.
    of_line = 1972 if year is None else year
    month = int(parts.get("month") or 12)
    most = days_in_month(of_line, month)
    day = int(parts.get("day") or most)
    if day > most:
        return None
    clock = Fraction(0)
    if "hour" in parts:
        ends = parts["hour"] is None
        clock = Fraction(_DAY if ends and kind != XSD.time else 0)
        if not ends:
            clock = (
                int(parts["hour"]) * 3600 + int(parts["minute"]) * 60 + Fraction(parts["second"])
            )
    zone = parts["zone"]
    ahead = _minutes(zone) if zone else 0
    line = day_number(of_line, month, day) * _DAY
    exact = XsdMoment(line + clock - ahead * 60, zone is not None)
    own = XSD.dateTime if kind == XSD.dateTimeStamp else kind
    return (own, exact), _as_python(own, exact, timezone(timedelta(minutes=ahead)), text)


def _as_python(kind: URIRef, exact: XsdMoment, zone: timezone, text: str) -> Any:
    """What rdflib's functions, such as ``YEAR``, make use of."""
    if kind not in (XSD.dateTime, XSD.date, XSD.time):
        return text
    zoned = zone if exact.zoned else None
    here = exact.seconds + int(zone.utcoffset(None).total_seconds())
    day, clock = divmod(here, _DAY)
    year, month, number = civil(int(day))
    if kind == XSD.date:
        return _day(year, month, number)
    seconds, rest = divmod(clock, 1)
    at = time(
        int(seconds) // 3600,
        int(seconds) // 60 % 60,
        int(seconds) % 60,
        int(rest * 1_000_000),
        tzinfo=zoned,
    )
    if kind == XSD.time:
        return at
    here_day = _day(year, month, number)
    if isinstance(here_day, _FarDate):
        return _FarDateTime(here_day, at)
    return datetime.combine(here_day, at)


def _minutes(zone: str) -> int:
    """How far a zone is ahead."""
    if zone == "Z":
        return 0
    minutes = int(zone[1:3]) * 60 + int(zone[4:])
    return -minutes if zone[0] == "-" else minutes


def _span(kind: URIRef, text: str) -> tuple[Value, Any] | None:
    found = _SPAN.fullmatch(text)
    if found is None or not _SPANS[kind].fullmatch(text):
        return None
    parts = found.groupdict()
    sign = -1 if parts["sign"] else 1
    months = _whole(parts["years"] or "0") * 12 + _whole(parts["months"] or "0")
    seconds = Fraction(parts["seconds"] or 0) + 60 * (
        _whole(parts["minutes"] or "0")
        + 60 * (_whole(parts["hours"] or "0") + 24 * _whole(parts["days"] or "0"))
    )
    return (XSD.duration, XsdDuration(sign * months, sign * seconds)), Literal(
        text, datatype=kind
    ).value


def _integer(kind: URIRef, text: str) -> tuple[Value, Any] | None:
    least, most = _LEAST_AND_MOST[kind]
    if _WHOLE.fullmatch(text) is None:
        return None
    number = _whole(text)
    if (least is not None and number < least) or (most is not None and number > most):
        return None
    return (_NUMBER, number), number


def _decimal(_kind: URIRef, text: str) -> tuple[Value, Any] | None:
    if _DECIMAL.fullmatch(text) is None:
        return None
    return (_NUMBER, Decimal(text)), Decimal(text)


def _float(_kind: URIRef, text: str) -> tuple[Value, Any] | None:
    if _FLOATING.fullmatch(text) is None:
        return None
    return (_NUMBER, float(text)), float(text)


def _boolean(kind: URIRef, text: str) -> tuple[Value, Any] | None:
    if text not in ("true", "false", "1", "0"):
        return None
    truth = text in ("true", "1")
    return (kind, truth), truth


def _whole(text: str) -> int:
    # Python refuses to read very long numbers, but not as decimals.
    return int(text) if len(text) < _LONGEST_READ else int(Decimal(text))


_READERS: Final[Mapping[Any, Callable[[URIRef, str], tuple[Value, Any] | None]]] = {
    **dict.fromkeys(_MOMENTS, _moment),
    **dict.fromkeys(_SPANS, _span),
    **dict.fromkeys(_LEAST_AND_MOST, _integer),
    XSD.decimal: _decimal,
    XSD.float: _float,
    XSD.double: _float,
    XSD.boolean: _boolean,
}
"""By datatype, from a lexical form to its value, exactly and for rdflib; None where it is none."""
