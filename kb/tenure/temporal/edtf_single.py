"""One date as people write it: ``c. 1920``, ``44 BC``, ``3 January 2020``, ``early March 2020``.

Used for refusals alone; see :mod:`tenure.temporal.edtf_meant`. A row of :data:`SINGLE` is a
pattern over small letters and single spaces, the mistake, and the forms that may have been meant,
likeliest first.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from contextlib import suppress
from datetime import date, timedelta
from functools import lru_cache
from typing import Final, TypeAlias

from tenure.errors import BadDate
from tenure.temporal.calendar import days_in_month, written_year
from tenure.temporal.edtf import Edtf, read_strictly
from tenure.temporal.in_words import MONTHS

Match: TypeAlias = "re.Match[str]"
Forms: TypeAlias = tuple[str, ...]
Row: TypeAlias = tuple["re.Pattern[str]", str, Callable[["re.Match[str]"], Forms]]

_MONTH_NUMBERS: Final = {
    written: number
    for number, name in enumerate(MONTHS, start=1)
    for written in (name.lower(), name[:3].lower(), *(("sept",) if number == 9 else ()))
}
_PARTS_OF_YEARS: Final = {
    "spring": 21,
    "summer": 22,
    "autumn": 23,
    "fall": 23,
    "winter": 24,
    "h1": 40,
    "h2": 41,
    **{f"q{number}": 32 + number for number in range(1, 5)},
    **{f"{word} quarter": 33 + i for i, word in enumerate(("first", "second", "third", "fourth"))},
    "last quarter": 36,
    "first half": 40,
    "second half": 41,
}
_CENTURIES: Final = {
    **{word: i for i, word in enumerate(("first", "second", "third", "fourth", "fifth"), start=1)},
    **{word: i for i, word in enumerate(("sixth", "seventh", "eighth", "ninth", "tenth"), start=6)},
    "eleventh": 11,
    "twelfth": 12,
    **{f"{word}teenth": i for i, word in enumerate(("thir", "four", "fif", "six"), start=13)},
    **{f"{word}teenth": i for i, word in enumerate(("seven", "eigh", "nine"), start=17)},
    "twentieth": 20,
    "twenty-first": 21,
}


def _any_of(words: dict[str, int]) -> str:
    return "|".join(sorted(map(re.escape, words), key=len, reverse=True))


_MONTH: Final = rf"(?P<month>{_any_of(_MONTH_NUMBERS)})\.?"
_DAY: Final = r"(?P<day>[0-9]{1,2})(?:st|nd|rd|th)?"
_WEEKDAY: Final = r"(?:(?:mon|tues?|wed(?:nes)?|thu(?:rs)?|fri|sat(?:ur)?|sun)(?:day)?\.?,? )?"
_YEAR: Final = r"(?P<year>[0-9]{3,4})"
_BC: Final = r"b\.? ?c\.?(?: ?e\.?)?"
_AD: Final = r"(?:a\.? ?d\.?|c\.? ?e\.?)"
_ABOUT: Final = r"(?:circa|ca|c|about|abt|around|approximately|approx|roughly|near|estimated|est)"
_PERHAPS: Final = r"(?:probably|prob|perhaps|possibly|maybe|presumably|uncertain|likely)"
_PART: Final = r"(?P<part>early|beginning of|start of|mid|middle of|middle|late|end of)[ -](?:in )?"


def value_of(form: str) -> Edtf | None:
    """The value that ``form`` is, where it is one."""
    with suppress(BadDate):
        return read_strictly(form)
    return None


def is_read(form: str) -> bool:
    """Whether ``form`` is a value as it stands."""
    return value_of(form) is not None


@lru_cache(maxsize=1024)
def form_of(words: str) -> str:
    """The EDTF form of one date as people write it, or the empty text."""
    plain = words.strip(" ,")
    if not re.search(r"[/\[{]", plain) and is_read(plain.upper()):
        return plain.upper()
    for pattern, _, forms in SINGLE:
        if match := pattern.fullmatch(plain):
            for form in forms(match):
                if is_read(form):
                    return form
    return ""


def _day(match: Match) -> Forms:
    month = match["month"]
    number = _MONTH_NUMBERS.get(month) or int(month)
    written = f"{int(match['year']):04d}-{number:02d}"
    if match.groupdict().get("day") is None:
        return (written,)
    day = int(match["day"])
    # Where digits can be read either way, both are offered: nobody but the writer knows.
    either = f"{int(match['year']):04d}-{day:02d}-{number:02d}"
    return (f"{written}-{day:02d}", *((either,) if match.re in _EITHER_WAY else ()))


def _short_pair(match: Match) -> Forms:
    year, other = match["year"], match["month"]
    return (f"{year}-{other}", f"{year}/{year[:2]}{other}")


def _part_of_year(match: Match) -> Forms:
    return (f"{match['year']}-{_PARTS_OF_YEARS[match['season']]}",)


def _part(match: Match) -> Forms:
    part = {"b": "early", "s": "early", "e": "late"}.get(match["part"][0], match["part"][:3])
    place = 0 if match["part"].startswith(("early", "b", "s")) else 1 if part == "mid" else 2
    whole = form_of(match["rest"])
    if re.fullmatch(r"[0-9]{4}-[0-9]{2}", whole):
        last = days_in_month(int(whole[:4]), int(whole[5:])) if int(whole[5:]) <= 12 else 0
        first, end = ((1, 10), (11, 20), (21, last))[place]
        return (f"[{whole}-{first:02d}..{whole}-{end:02d}]",)
    if re.fullmatch(r"[0-9]{4}", whole):
        first = 1 + 4 * place
        return (f"[{whole}-{first:02d}..{whole}-{first + 3:02d}]",)
    if re.fullmatch(r"[0-9]{3}X", whole):
        first, end = ((0, 3), (4, 6), (7, 9))[place]
        return (f"[{whole[:3]}{first}..{whole[:3]}{end}]", whole)
    return (whole,)


def _decade(match: Match) -> Forms:
    tens = match["tens"]
    if len(tens) == 1:
        return (f"19{tens}X", f"18{tens}X")
    return (f"{tens}X", *((f"{tens[:2]}XX",) if tens.endswith("0") else ()))


def _century(match: Match) -> Forms:
    number = _CENTURIES.get(match["number"]) or int(match["number"])
    if number == 0:
        return ()
    if match["bc"]:
        # The fifth century BC is the years 500 to 401 BC, which are -0499 to -0400.
        return (f"-{number - 1:02d}XX",) if number > 1 else ("[-0099..0000]",)
    return (f"{number - 1:02d}XX",)


def _with_year(rest: str, year: str) -> Forms:
    """The date whose year is ``year``; ``rest`` are the month and the day, if any."""
    if not rest.strip(" ,"):
        return (year,)
    # Read in a leap year, so that no day is missing.
    form = form_of(f"{rest.strip(' ,')} 2000")
    return (form.replace("2000", year, 1),) if form.startswith("2000") else ()


def _before_christ(match: Match) -> Forms:
    return _with_year(match["rest"], written_year(1 - int(match["n"]))) if int(match["n"]) else ()


def _after_christ(match: Match) -> Forms:
    return _with_year(match["rest"], written_year(int(match["n"])))


def _marked(mark: str) -> Callable[[Match], Forms]:
    def forms(match: Match) -> Forms:
        form = form_of(match["rest"])
        if not form or form.startswith("["):
            return ()
        return (f"{form[:-1]}%" if form[-1] in "?~%" and form[-1] != mark else form + mark,)

    return forms


def _same(match: Match) -> Forms:
    return (match["form"],)


def _time(match: Match) -> Forms:
    day, hour, minute, second = match["form"], *(match[n] for n in ("h", "m", "s"))
    zone = (match["zone"] or "").upper()
    if hour == "24":
        with suppress(ValueError, OverflowError):
            day, hour = (date.fromisoformat(day) + timedelta(days=1)).isoformat(), "00"
    whole = f"{day}T{hour.zfill(2)}:{minute}:{second or '00'}{zone}"
    return (whole,) if second else (whole, day)


def _week(match: Match) -> Forms:
    with suppress(ValueError):
        year, week = int(match["year"]), int(match["week"])
        if match["day"]:
            return (date.fromisocalendar(year, week, int(match["day"])).isoformat(),)
        ends = (date.fromisocalendar(year, week, day).isoformat() for day in (1, 7))
        return ("/".join(ends),)
    return ()


def _day_of_year(match: Match) -> Forms:
    with suppress(ValueError, OverflowError):
        day = date(int(match["year"]), 1, 1) + timedelta(days=int(match["day"]) - 1)
        return (day.isoformat(),) if f"{day.year:04d}" == match["year"] else ()
    return ()


def row(pattern: str, what: str, forms: Callable[[Match], Forms]) -> Row:
    """A row of a table; named parts of the pattern can stand in ``what`` in braces."""
    return re.compile(pattern), what, forms


_WORDS: Final = "A date is written in digits: the year, then month and day."
_ORDER: Final = "Year, month and day stand in this order, with four, two and two digits and dashes."
_QUALIFIED: Final = "That a date is estimated or doubtful is said by a mark after it, ~ or ?."
_ERA: Final = "Years are counted through zero: 1 BC is 0000, 2 BC is -0001, and AD 1 is 0001."
_ISO_ONLY: Final = "EDTF has no weeks, and counts days within the month."
_X: Final = "Digits that are left open are a capital X each."
_PART_OF_YEAR: Final = "A season, quarter or half stands after the year, by its number."

_NO_MONTH: Final = (
    "There is no month {month}; months are 01 to 12, parts of a year 21 to 41, and between two "
    "years stands a slash."
)
_EITHER_WAY: Final = frozenset(
    (re.compile(r"(?P<day>[0-9]{1,2})[/-](?P<month>[0-9]{1,2})[/-](?P<year>[0-9]{4})"),)
)
SINGLE: Final[tuple[Row, ...]] = (
    *(row(pattern.pattern, _ORDER, _day) for pattern in _EITHER_WAY),
    *(
        row(pattern, _ORDER, _day)
        for pattern in (
            r"(?P<year>[0-9]{4})[-./ ](?P<month>[0-9]{1,2})[-./ ](?P<day>[0-9]{1,2})\.?",
            r"(?P<day>[0-9]{1,2})[. ]{1,2}(?P<month>[0-9]{1,2})[. ]{1,2}(?P<year>[0-9]{4})",
            r"(?P<year>[0-9]{4})(?P<month>[0-9]{2})(?P<day>[0-9]{2})",
            r"(?P<year>[0-9]{4})[-./ ](?P<month>[0-9])",
            r"(?P<month>[0-9]{1,2})[-./ ](?P<year>[0-9]{4})",
            r"(?P<year>[0-9]{4})(?P<month>[0-9]{2})",
        )
    ),
    row(r"(?P<year>[0-9]{4})[./ ](?P<month>[0-9]{2})", _ORDER, _short_pair),
    row(r"(?P<year>[0-9]{4})-(?P<month>[0-9]{2})", _NO_MONTH, _short_pair),
    *(
        row(_WEEKDAY + pattern, _WORDS, _day)
        for pattern in (
            rf"{_DAY}(?: of|\.)?[ ./-]?{_MONTH}[ ,./-]*{_YEAR}",
            rf"{_MONTH}[ -]?{_DAY}[ ,-]+{_YEAR}",
            rf"{_YEAR}[ ,.-]+{_MONTH}[ .-]+{_DAY}",
            rf"{_MONTH}(?: of)?[ ,./-]*{_YEAR}",
            rf"{_YEAR}[ ,./-]*{_MONTH}",
        )
    ),
    row(
        rf"(?P<season>{_any_of(_PARTS_OF_YEARS)})(?: of)?[ ,/-]*(?P<year>[0-9]{{4}})",
        _PART_OF_YEAR,
        _part_of_year,
    ),
    row(
        rf"(?P<year>[0-9]{{4}})[ ,/-]*(?P<season>{_any_of(_PARTS_OF_YEARS)})",
        _PART_OF_YEAR,
        _part_of_year,
    ),
    row(r"(?:the )?(?P<tens>[0-9]|[0-9]{3})0 ?['\u2019]?s", _X, _decade),
    row(r"['\u2019](?P<tens>[0-9])0['\u2019]?s", _X, _decade),
    row(r"(?P<form>[0-9]{1,3}[-_?u]{1,2})", _X, lambda m: (re.sub("[-_?u]", "X", m["form"]),)),
    row(
        rf"(?:the )?(?P<number>[0-9]{{1,2}}|{_any_of(_CENTURIES)})(?:st|nd|rd|th|\.)?[ -]?"
        rf"(?:century|cent\.?|c\.)(?: (?:(?P<bc>{_BC})|{_AD}))?",
        _X,
        _century,
    ),
    row(rf"(?P<rest>.*?)(?P<n>[0-9]{{1,4}}) ?{_BC}", _ERA, _before_christ),
    row(rf"(?P<rest>){_BC} ?(?P<n>[0-9]{{1,4}})", _ERA, _before_christ),
    row(rf"(?P<rest>.*?)(?P<n>[0-9]{{1,4}}) ?{_AD}", _ERA, _after_christ),
    row(rf"(?P<rest>.*?){_AD} ?(?P<n>[0-9]{{1,4}})", _ERA, _after_christ),
    row(rf"{_ABOUT}\.? ?(?P<rest>.+)", _QUALIFIED, _marked("~")),
    row(r"[~\u2248\u00b1] ?(?P<rest>.+)", _QUALIFIED, _marked("~")),
    row(
        rf"(?P<rest>.+?),? ?(?:[(\[]{_ABOUT}\.?[)\]]|approx\.?|approximately|or so|-?ish)",
        _QUALIFIED,
        _marked("~"),
    ),
    row(rf"{_PERHAPS}\.?,? (?P<rest>.+)", _QUALIFIED, _marked("?")),
    row(rf"(?P<rest>.+?),? ?(?:[(\[](?:\?|{_PERHAPS})[)\]]| \?)", _QUALIFIED, _marked("?")),
    row(
        rf"(?:the )?{_PART}(?:the )?(?P<rest>.+)",
        "A part of a month, year or decade is a range, some day of which is meant.",
        _part,
    ),
    row(
        r"(?P<form>-?[0-9]{4}-[0-9]{2}-[0-9]{2})(?:t|,? (?:at )?)(?P<h>[0-9]{1,2}):(?P<m>[0-9]{2})"
        r"(?::(?P<s>[0-9]{2})(?:[.,][0-9]+)?)? ?(?P<zone>z|[+-][0-9]{2}(?::?[0-9]{2})?)?",
        "A time of day is complete, to whole seconds, after a T, and runs from 00:00:00 to "
        "23:59:59.",
        _time,
    ),
    row(
        r"(?P<form>-?[0-9]{4}-[0-9]{2}-[0-9]{2})(?:z|[+-][0-9]{2}:?[0-9]{2})",
        "A date without a time of day has no zone.",
        _same,
    ),
    row(r"(?P<year>[0-9]{4})-?w(?P<week>[0-9]{2})(?:-?(?P<day>[1-7]))?", _ISO_ONLY, _week),
    row(r"(?P<year>[0-9]{4})-(?P<day>[0-9]{3})", _ISO_ONLY, _day_of_year),
    row(r"\+(?P<form>[0-9]{4}(?:-.*)?)", "A year has no plus sign.", _same),
    row(r"y(?P<form>-?[0-9]{4})(?P<rest>)", "Y is for years of more than four digits.", _same),
    row(r"(?:the )?(?:year|in|on|of) (?P<rest>.+)", _WORDS, lambda m: (form_of(m["rest"]),)),
    row(r"(?P<n>[0-9]{3})", "A year has four digits.", lambda m: (m["n"].zfill(4),)),
)
