"""What somebody meant who wrote a date as people write it: ``c. 1920``, ``before 1990``.

Nothing here reads a value: EDTF is read strictly, in :mod:`tenure.temporal.edtf`. This is for the
refusal, which names the mistake that was made and the form that was meant, and only a form that
the strict reader takes is ever offered. To teach it another way of writing, add a row to
:data:`SINGLE` (one date) or :data:`JOINED` (a date made of dates): a pattern over small letters and
single spaces, the mistake, and the forms that may have been meant, likeliest first.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterator
from contextlib import suppress
from datetime import date, timedelta
from functools import lru_cache
from typing import Final, NamedTuple, TypeAlias

from tenure.errors import BadDate
from tenure.temporal.calendar import MONTHS, days_in_month, iso, parse_iso, written_year
from tenure.temporal.edtf import Edtf, from_bounds, read

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
_WEEKDAYS: Final = r"(?:mon|tues?|wed(?:nes)?|thu(?:rs)?|fri|sat(?:ur)?|sun)(?:day)?\.?,? "
_WEEKDAY: Final = rf"(?:{_WEEKDAYS})?"
_BEGINS_WITH_WEEKDAY: Final = re.compile(_WEEKDAYS)
_DAYS: Final = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
_YEAR: Final = r"(?P<year>[0-9]{3,4})"
_BC: Final = r"b\.? ?c\.?(?: ?e\.?)?"
_AD: Final = r"(?:a\.? ?d\.?|c\.? ?e\.?)"
_ABOUT: Final = r"(?:circa|ca|c|about|abt|around|approximately|approx|roughly|near|estimated|est)"
_PERHAPS: Final = r"(?:probably|prob|perhaps|possibly|maybe|presumably|uncertain|likely)"
_PART: Final = r"(?P<part>early|beginning of|start of|mid|middle of|middle|late|end of)[ -](?:in )?"


def value_of(form: str) -> Edtf | None:
    """The value that ``form`` is, where it is one."""
    with suppress(BadDate):
        return read(form)
    return None


def is_read(form: str) -> bool:
    """Whether ``form`` is a value as it stands."""
    return value_of(form) is not None


def other_weekday(words: str, form: str) -> str:
    """The day of the week that the day ``form`` was, where ``words`` begin with another.

    >>> other_weekday("Tuesday 12 March 2001", "2001-03-12")
    'Monday'
    """
    named = _BEGINS_WITH_WEEKDAY.match(words.lower())
    with suppress(BadDate):
        was = _DAYS[(parse_iso(form) - 1) % 7]
        return "" if named is None or named[0][:3] == was[:3].lower() else was
    return ""


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


# --- Dates made of dates, and words that are no date ----------------------------------------------


class Meant(NamedTuple):
    """The mistake that was made, as a sentence, and the remedy."""

    what: str
    remedy: str


_LONGEST: Final = 80

_GOES_ON: Final = re.compile(
    r"(?:(?:to|until|till|the) )?(?:present(?: day)?|now|today|date|current|currently|ongoing|"
    r"on-going|incumbent|in office|still(?: \w+)*|continuing|continues|nowadays|this day|"
    "\u062d\u0627\u0636\u0631|\u0627\u0644\u0622\u0646|\u0627\u06a9\u0646\u0648\u0646)"
)
_NOBODY_KNOWS: Final = re.compile(
    r"n\.? ?d\.?|s\.? ?d\.?|no date|undated|unknown(?: date)?|date unknown|not known|n/?a|none|"
    r"null|nil|nan|tba|tbd"
)
_NO_END: Final = re.compile(r"open|open-ended|no end|forever|indefinite|indefinitely")
_DASHES: Final = re.compile("[\u2010-\u2015\u2212\ufe58\ufe63\uff0d]")
_UNSEEN: Final = re.compile("[\u00ad\u061c\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]")


class Readings(NamedTuple):
    """What people may have meant: the mistake, and the forms that are read, likeliest first.

    ``goes_on`` where the words say that something has no end yet; without forms and without that,
    they say that nobody knows.
    """

    what: str
    forms: tuple[str, ...] = ()
    goes_on: bool = False


def readings(text: str) -> Readings | None:
    """What may have been meant by ``text``, which is no value; ``None`` where nobody could tell.

    >>> readings("44 BC").forms, readings("present").goes_on, readings("n.d.").forms
    (('-0043',), True, ())
    """
    if len(text) > _LONGEST:
        return None
    plain = _plain(text)
    if _GOES_ON.fullmatch(plain):
        return Readings("What goes on has no last day yet, and these words are no date.", (), True)
    if _NOBODY_KNOWS.fullmatch(plain):
        return Readings("These words are no date; they say that none is known.")
    for what, forms in _offers(text, plain):
        usable = tuple(form for form in dict.fromkeys(forms) if is_read(form))
        if usable:
            return Readings(what, usable)
    return None


def meant(text: str) -> Meant | None:
    """The mistake in ``text``, where it is one that people make; else ``None``.

    >>> meant("44 BC").remedy, meant("c. 1920").remedy, meant("1990s").remedy
    ('A right form: -0043', 'A right form: 1920~', 'A right form: 199X')
    """
    found = readings(text)
    if found is None:
        return None
    if found.goes_on:
        return Meant(
            found.what,
            "Leave the end out, and say `tense: present`; in an interval the end is two dots, "
            "as in 2006/..",
        )
    if not found.forms:
        return Meant(
            found.what, "Leave the date out; in an interval that side is left empty, as in 2006/"
        )
    return Meant(found.what, f"A right form: {' or '.join(found.forms)}")


def _plain(text: str) -> str:
    """The text in small letters and ASCII digits, with one kind of dash and single spaces."""
    letters = unicodedata.normalize("NFKC", _DASHES.sub("-", _UNSEEN.sub("", text))).lower()
    digits = (str(unicodedata.decimal(one)) if one.isdecimal() else one for one in letters)
    return " ".join("".join(digits).split())


def _offers(text: str, plain: str) -> Iterator[tuple[str, Forms]]:
    """What may have been meant, likeliest first, each with the mistake."""
    capitals = re.sub(r"\?~|~\?", "%", plain).upper()
    if capitals != text.strip():
        if not text.isascii():
            yield "It has characters that look like those of a date and are others.", (capitals,)
        elif re.search(r"\?~|~\?", text):
            yield "Uncertain and approximate together are one mark, %.", (capitals,)
        elif plain.upper() == text.upper():
            yield "The letters X, T, Z, Y, E and S of a date are capitals.", (capitals,)
    elif capitals != text:
        yield "It begins or ends with a space.", (capitals,)
    if plain[:1] in ("[", "{"):
        yield (
            "At most one space stands after a comma, and none elsewhere.",
            (re.sub(r"\s", "", capitals),),
        )
    for rows in (SINGLE, JOINED):
        for pattern, what, forms in rows:
            if match := pattern.fullmatch(plain):
                yield what.format_map(match.groupdict()), forms(match)
    for what, form in _intervals(plain):
        yield what, (form,)


def _range(match: Match) -> Forms:
    first, last = form_of(match["a"]), form_of(match["b"])
    if not first or not last:
        return ()
    return (f"[{first}..{last}]", *_hull(first, last))


def _hull(first: str, last: str) -> Forms:
    """A range of days, for ends of different precision."""
    start, end = value_of(first), value_of(last)
    if start is None or end is None:
        return ()
    with suppress(BadDate):
        return (str(from_bounds(start.bounds.earliest, end.bounds.latest)),)
    return ()


def _members(opening: str, closing: str) -> Callable[[Match], Forms]:
    def forms(match: Match) -> Forms:
        named = re.split(r",? (?:or|and|&) |, ?", match["list"])
        members = [form_of(_complete(one, named[-1])) for one in named]
        return (opening + ", ".join(members) + closing,) if all(members) else ()

    return forms


def _complete(words: str, last: str) -> str:
    """``3`` of "3 or 5 March 2020", and ``March`` of "March or May 2020", with what follows."""
    if form_of(words):
        return words
    for tail in range(len(last.split()) - 1, 0, -1):
        longer = " ".join((words, *last.split()[-tail:]))
        if form_of(longer):
            return longer
    return words


def _written(before: str, after: str) -> Callable[[Match], Forms]:
    def forms(match: Match) -> Forms:
        form = form_of(match["a"])
        return (f"{before}{form}{after}",) if form else ()

    return forms


def _until(days: int) -> Callable[[Match], Forms]:
    def forms(match: Match) -> Forms:
        if (value := value_of(form_of(match["a"]))) is None:
            return ()
        day = value.bounds.earliest if days else value.bounds.latest
        return (f"[..{iso(day - days)}]",) if day is not None else ()

    return forms


def _after(days: int) -> Callable[[Match], Forms]:
    def forms(match: Match) -> Forms:
        if (value := value_of(form_of(match["a"]))) is None:
            return ()
        day = value.bounds.latest if days else value.bounds.earliest
        return (f"[{iso(day + days)}..]",) if day is not None else ()

    return forms


_ONE_SIDED: Final = "On or before a day, and on or after it, are sets with two dots."
_SLASH: Final = "The two dates of an interval stand on the sides of one slash, each in full."
JOINED: Final[tuple[Row, ...]] = (
    row(
        r"(?:some ?(?:time|day) )?between (?P<a>.+) and (?P<b>.+)",
        "Some day between two is a set.",
        _range,
    ),
    row(
        r"(?:either )?(?P<list>.+ or .+)",
        "One of several dates is a set in brackets.",
        _members("[", "]"),
    ),
    row(
        r"(?:both )?(?P<list>.+ (?:and|&) .+)",
        "Several dates together are a set in braces.",
        _members("{", "}"),
    ),
    row(r"(?:before|prior to|earlier than|pre-?|<) ?(?P<a>.+)", _ONE_SIDED, _until(1)),
    row(r"(?:after|later than|post-?|>) ?(?P<a>.+)", _ONE_SIDED, _after(1)),
    row(
        r"(?:by|no later than|not later than|not after|on or before|at the latest|<=) ?(?P<a>.+)",
        _ONE_SIDED,
        _until(0),
    ),
    row(r"(?P<a>.+?),? (?:or (?:earlier|before)|at the latest|and before)", _ONE_SIDED, _until(0)),
    row(
        r"(?:not? earlier than|not before|on or after|at the earliest|>=) ?(?P<a>.+)",
        _ONE_SIDED,
        _after(0),
    ),
    row(r"(?P<a>.+?),? (?:or (?:later|after)|at the earliest|and after)", _ONE_SIDED, _after(0)),
    row(
        r"(?:since|from|as of|starting(?: in| from)?) (?P<a>(?:(?! to | until | till |-).)+)",
        "What began and goes on is an interval whose end is two dots.",
        _written("", "/.."),
    ),
    row(
        r"(?P<a>.+?)(?:,? onwards?|,? and on|\+)",
        "What began and goes on is an interval whose end is two dots.",
        _written("", "/.."),
    ),
    row(
        r"(?:until|till|up to|to|through|-+) ?(?P<a>.+)",
        "What lasted until a date is an interval whose start is left empty.",
        _written("/", ""),
    ),
)

_BETWEEN: Final = re.compile(r" (?:to|until|till|through|thru) | - |/|\.\.+|--|-| \u2192 |->")


def _intervals(plain: str) -> Iterator[tuple[str, str]]:
    """Readings as two dates with something between; that may be any dash of a date, too."""
    whole = re.sub(r"^(?:from|between) ", "", plain)
    cuts = sorted(_BETWEEN.finditer(whole), key=lambda cut: (len(cut[0]) == 1, cut.start()))
    for cut in cuts:
        start, end = whole[: cut.start()].strip(" ,"), whole[cut.end() :].strip(" ,")
        form = _interval(start, end)
        if not form:
            continue
        if _GOES_ON.fullmatch(end):
            yield "What goes on has an open end, which is two dots.", form
        elif _NOBODY_KNOWS.fullmatch(start) or _NOBODY_KNOWS.fullmatch(end):
            yield "The side of an interval that nobody knows is left empty.", form
        else:
            yield _SLASH, form


def _interval(start: str, end: str) -> str:
    first, last = _side(start), _side(end)
    # "1914-18", "3-5 March 2020" and "March-May 2020" leave out what both dates have.
    if end.isdecimal() and len(end) < 4 and re.fullmatch(r"[0-9]{4}[?~%]?", first or ""):
        last = f"{first}"[: 4 - len(end)] + end
    if last and not form_of(start):
        first = form_of(_complete(start, end)) or first
    return "" if first is None or last is None else f"{first}/{last}"


def _side(words: str) -> str | None:
    """A side of an interval; None where it is not understood."""
    if _GOES_ON.fullmatch(words) or _NO_END.fullmatch(words) or words == "..":
        return ".."
    if not words.strip("?-. ") or _NOBODY_KNOWS.fullmatch(words):
        return ""
    return form_of(words) or None
