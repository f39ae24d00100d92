"""Moments from text.

A moment's key is its path after ``…/at/``::

    2020-01-02                       a day, or any EDTF value: some day in it
    event/us-strike-2020-01-03       the day an event began
    source/jpost-620411              the day a source was published
    before/2020-01-03                the day before; of a vague date, the day before its first
    after/event/us-embassy-storming  the day after it ended
    sometime/2020-01-01/to/2020-02-15   at least one day of that stretch
    throughout/2020-01-01/to/2020-02-15   every day of it
    any                              at some time or other
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Final

from tenure.errors import BadDate, BadParameter
from tenure.fusion import (
    ANY,
    Day,
    Moment,
    at_occurrence,
    known,
    on_day_within,
    sometime,
    throughout,
)
from tenure.namespaces import Names
from tenure.temporal import Bounds, from_today, iso, parse
from tenure.views.relations import Stretch, stretch_between

Resolve = Callable[[str], str]
"""From the slug or IRI of an event or source to its IRI; raises NotFound."""

_KEY: Final = re.compile(r"any|[a-z]+[/:]\S*")
_BESIDE: Final = re.compile(r"(before|after)[ /](.+)", re.IGNORECASE)


def forms_of(text: str, today: int, named: Callable[[str], str | None]) -> tuple[str, ...]:
    """What a time that somebody typed can be, likeliest first, each as :func:`read_key` takes it.

    That is a day counted from ``today`` (a day number), a date as people write it, ``before`` or
    ``after`` one, or what ``named`` finds by its name. Of what is such a form itself it is that
    alone; of what nobody can tell, nothing.

    >>> forms_of("yesterday", 737427, lambda name: None)
    ('2020-01-02',)
    >>> forms_of("before 3 January 2020", 0, lambda name: None)
    ('before/2020-01-03',)
    >>> forms_of("after/today", 737427, lambda name: None)
    ('after/2020-01-03',)
    """
    plain = " ".join(text.split())
    if (day := from_today(plain, today)) is not None:
        return (iso(day),)
    if beside := _BESIDE.fullmatch(plain):
        found = tuple(f"{beside[1].lower()}/{one}" for one in forms_of(beside[2], today, named))
        if found:
            return found
    if _KEY.fullmatch(plain):
        return (plain,)

    # Its many patterns take a while, and most times are forms already.
    from tenure.temporal.human_dates import is_read, readings  # noqa: PLC0415

    if is_read(plain):
        return (plain,)
    meant = readings(plain)
    if meant is not None and meant.goes_on:
        return (iso(today),)
    if meant is not None and meant.forms:
        return meant.forms
    name = named(plain)
    return (name,) if name else ()


def read_moment(
    names: Names,
    resolve: Resolve,
    *,
    at: str | None = None,
    before: str | None = None,
    after: str | None = None,
    from_: str | None = None,
    to: str | None = None,
) -> Moment:
    """The moment that the parameters of a question name; without any of them, :data:`ANY`.

    Each is an EDTF value, or the slug or IRI of an event or a source; ``at`` is any key.
    ``from_`` and ``to`` make a stretch together, either may be left out. Raises
    :class:`~tenure.errors.BadParameter` when more than one moment is named,
    :class:`~tenure.errors.BadDate` and :class:`~tenure.errors.NotFound` for values that are none.
    """
    single = [(n, v) for n, v in (("at", at), ("before", before), ("after", after)) if v]
    if len(single) > 1 or (single and (from_ or to)):
        given = [n for n, _ in single] + [n for n, v in (("from", from_), ("to", to)) if v]
        raise BadParameter(
            f"{' and '.join(given)} name different moments.",
            where=given[-1],
            remedy="Give one of at, before and after, or from and to.",
        )
    if single:
        name, value = single[0]
        if name == "at":
            return read_key(names, resolve, value)
        return _one(names, resolve, name, value, where=name)
    if not (from_ or to):
        return ANY
    first, last = _edges(names, resolve, from_, to)
    key = f"sometime/{first[0] if first else '..'}/to/{last[0] if last else '..'}"
    return sometime(key, first[1] if first else None, last[1] if last else None)


def read_every_day(names: Names, resolve: Resolve, from_: str, to: str) -> Moment:
    """All the days of a stretch together; what is asked is what held on each of them.

    Raises like :func:`read_moment`, and :class:`~tenure.errors.BadParameter` for a side left open.
    """
    first, last = _edges(names, resolve, from_, to)
    if first is None or first[1] is None or last is None or last[1] is None:
        raise BadParameter(
            "Every day of a stretch can only be asked about if it has a first and a last one.",
            where="from" if first is None or first[1] is None else "to",
            remedy="Give from and to, each a date that is bounded on its side.",
        )
    return throughout(f"throughout/{first[0]}/to/{last[0]}", first[1], last[1])


def read_key(names: Names, resolve: Resolve, key: str) -> Moment:
    """The moment of a path after ``…/at/``. Raises like :func:`read_moment`."""
    if key == "any":
        return ANY
    head, _, rest = key.partition("/")
    if head in ("before", "after") and rest:
        return _one(names, resolve, head, rest, where="at")
    if head in ("sometime", "throughout") and "/to/" in rest:
        first, _, last = rest.partition("/to/")
        if head == "throughout":
            return read_every_day(names, resolve, first, last)
        return read_moment(
            names,
            resolve,
            from_=None if first == ".." else first,
            to=None if last == ".." else last,
        )
    return _one(names, resolve, "", key, where="at")


def _one(names: Names, resolve: Resolve, relation: str, text: str, *, where: str) -> Moment:
    iri = _occurrence(resolve, text, where)
    if iri is not None:
        key = f"{relation}/{names.short(iri)}" if relation else names.short(iri)
        which, shift = {"": ("start", 0), "before": ("start", -1), "after": ("end", 1)}[relation]
        return at_occurrence(iri, which, shift, key=key)
    bounds = _date(text, where)
    if not relation:
        return on_day_within(text, *bounds)
    edge = bounds.earliest if relation == "before" else bounds.latest
    day = None if edge is None else edge + (-1 if relation == "before" else 1)
    return on_day_within(f"{relation}/{text}", day, day)


def read_stretch(names: Names, resolve: Resolve, text: str, *, where: str) -> tuple[str, Stretch]:
    """The stretch of an event, a situation or a source, or all the days that a date leaves open.

    Its key is the text, with an IRI shortened to a slug. Raises
    :class:`~tenure.errors.BadParameter` for a date without a first or a last day,
    :class:`~tenure.errors.BadDate` and :class:`~tenure.errors.NotFound` for what is none.
    """
    iri = _occurrence(resolve, text, where)
    if iri is not None:
        return names.short(iri), stretch_between(iri)
    first, last = (known(day) for day in _date(text, where))
    if first is None or last is None:
        raise BadParameter(
            f"{text[:80]!r} has no {'first' if first is None else 'last'} day to compare with.",
            where=where,
            remedy="Give a date that is bounded on both sides.",
        )
    return text, Stretch(first, last)


def refuse_backwards(first: tuple[str, int | None], last: tuple[str, int | None]) -> None:
    """Raises :class:`~tenure.errors.BadParameter` where a stretch ends before it begins.

    Of either end it takes the text, and the day number, None where that is not known.
    """
    (from_, begins), (to, ends) = first, last
    if begins is not None and ends is not None and ends < begins:
        raise BadParameter(
            f"The stretch ends ({to}) before it begins ({from_}).",
            where="to",
            remedy="Exchange from and to.",
        )


_Edge = tuple[str, Day | None]


def _edges(
    names: Names, resolve: Resolve, from_: str | None, to: str | None
) -> tuple[_Edge | None, _Edge | None]:
    first = _edge(names, resolve, from_, "start", "from") if from_ else None
    last = _edge(names, resolve, to, "end", "to") if to else None
    days = [
        one[1].shift if one and one[1] and one[1].iri is None else None for one in (first, last)
    ]
    refuse_backwards((from_ or "", days[0]), (to or "", days[1]))
    return first, last


def _edge(names: Names, resolve: Resolve, text: str, which: str, where: str) -> _Edge:
    iri = _occurrence(resolve, text, where)
    if iri is not None:
        return names.short(iri), Day(iri, which, 0)
    bounds = _date(text, where)
    return text, known(bounds.earliest if which == "start" else bounds.latest)


def _occurrence(resolve: Resolve, text: str, where: str) -> str | None:
    """The IRI that ``text`` names, or None when it is to be read as a date."""
    looks_like_date = text[:1].isdigit() or text[:1] in "[{-XY./?~%"
    if looks_like_date:
        return None
    if "/" not in text and ":" not in text:
        _date(text, where)
        return None
    return resolve(text)


def _date(text: str, where: str) -> Bounds:
    try:
        return parse(text).fuzzy_bounds
    except BadDate as error:
        raise BadDate(
            error.what,
            where=where,
            remedy=f"{error.remedy.rstrip('.')}. Or name an event or a source: event/…, source/…",
        ) from error
