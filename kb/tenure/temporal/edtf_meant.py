"""What somebody meant who wrote a date as people write it: ``2006/present``, ``before 1990``.

Nothing here reads a value: EDTF is read strictly, in :mod:`tenure.temporal.edtf`. This is for the
refusal, which names the mistake that was made and the form that was meant, and only a form that
the strict reader takes is ever offered. To teach it another way of writing, add a row to
:data:`~tenure.temporal.edtf_single.SINGLE` (one date) or :data:`JOINED` (a date made of dates).
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterator
from contextlib import suppress
from typing import Final, NamedTuple

from tenure.errors import BadDate
from tenure.temporal.calendar import iso
from tenure.temporal.edtf import from_bounds
from tenure.temporal.edtf_single import SINGLE, Forms, Match, Row, form_of, is_read, row, value_of


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
    r"n\.? ?d\.?|s\.? ?d\.?|no date|undated|unknown(?: date)?|date unknown|not known|n/a|none|"
    r"null|nil|nan|tba|tbd"
)
_NO_END: Final = re.compile(r"open|open-ended|no end|forever|indefinite|indefinitely")
_DASHES: Final = re.compile("[\u2010-\u2015\u2212\ufe58\ufe63\uff0d]")
_UNSEEN: Final = re.compile("[\u00ad\u061c\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]")


def meant(text: str) -> Meant | None:
    """The mistake in ``text``, where it is one that people make; else ``None``.

    >>> meant("44 BC").remedy, meant("c. 1920").remedy, meant("1990s").remedy
    ('A right form: -0043', 'A right form: 1920~', 'A right form: 199X')
    """
    if len(text) > _LONGEST:
        return None
    plain = _plain(text)
    if _GOES_ON.fullmatch(plain):
        return Meant(
            "What goes on has no last day yet, and these words are no date.",
            "Leave the end out, and say `tense: present`; in an interval the end is two dots, "
            "as in 2006/..",
        )
    if _NOBODY_KNOWS.fullmatch(plain):
        return Meant(
            "These words are no date; they say that none is known.",
            "Leave the date out; in an interval that side is left empty, as in 2006/",
        )
    for what, forms in _offers(text, plain):
        usable = [form for form in dict.fromkeys(forms) if is_read(form)]
        if usable:
            return Meant(what, f"A right form: {' or '.join(usable)}")
    return None


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
