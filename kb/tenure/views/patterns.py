"""Patterns of SPARQL that find what was going on on a day, or at some time in a range.

They ask the temporal index, a graph of plain triples that is kept beside the world and exported
with it on request, so that they are right here and in any other engine.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from pyoxigraph import NamedNode

from tenure.errors import BadDate, BadParameter
from tenure.namespaces import TN_PREFIX, Names
from tenure.temporal import Certainty, iso, parse
from tenure.temporal.interval_tree import (
    LAST,
    MOST_DAYS,
    ORIGIN_NUMBER,
    KeyRange,
    number,
    rows,
    rows_within,
)

_VARIABLE: Final = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")


def index_predicate(degree: Certainty, kind: str, at: int) -> NamedNode:
    """The predicate of the temporal index under which something is kept at a node or block.

    >>> index_predicate(Certainty.CERTAIN, "from", 4194304).value
    'https://w3id.org/tenure/ontology#index-certain-from-4194304'
    """
    return NamedNode(f"{index_prefix(degree)}{kind}-{at}")


def index_prefix(degree: Certainty) -> str:
    """What all predicates of the temporal index for a degree begin with."""
    return f"{TN_PREFIX}index-{degree.value}-"


def pattern(
    names: Names,
    first: int,
    last: int | None = None,
    *,
    degree: Certainty = Certainty.CERTAIN,
    variable: str = "occurrence",
) -> str:
    """The pattern of SPARQL for what was at least so sure on a day, or at some time in a range.

    To be put among the triples of a query, with other names for its own variables than those of
    the same day of another variable. Of a range something can be found twice: ask for DISTINCT.

    Args:
        names: whose base it is about.
        first: the day number of the day, or of the first day of the range.
        last: that of the last day of the range; None means the same day.
        degree: what is less sure is left out.
        variable: the variable of the situations and events, without its mark.

    Raises:
        BadParameter: a range that ends before it begins or is too long, days out of reach, or a
            variable that cannot be one.
    """
    last = first if last is None else last
    if not _VARIABLE.fullmatch(variable):
        raise BadParameter(
            f"{variable[:40]!r} cannot be a variable.",
            where="variable",
            remedy="Use letters, digits and _, and begin with a letter.",
        )
    if last < first:
        raise BadParameter(
            "The range ends before it begins.", where="to", remedy="Exchange from and to."
        )
    if number(first) < 1 or number(last) > LAST:
        raise BadParameter(
            f"The index reaches from {iso(1 - ORIGIN_NUMBER)} to {iso(LAST - ORIGIN_NUMBER)}.",
            where="from" if number(first) < 1 else "to",
            remedy="Compare the bounds in the graph of the world by a FILTER instead.",
        )
    if last - first >= MOST_DAYS:
        raise BadParameter(
            f"The range has {last - first + 1:,} days, more than {MOST_DAYS:,}.",
            where="to",
            remedy="Compare the bounds in the graph of the world by a FILTER instead.",
        )
    days = f"{iso(first)}_{iso(last)}" if last > first else iso(first)
    key, day, least, most = (
        f"?{variable}_{what}_{degree.value}_{re.sub('[^0-9]', '_', days)}"
        for what in ("key", "day", "least", "most")
    )
    listed = "\n".join(
        f"  (<{index_predicate(of, row.kind, row.at).value}> {row.least} {row.most})"
        for of, row in _rows(first, last, degree)
    )
    return (
        f"VALUES ({key} {least} {most}) {{\n{listed}\n}}\n"
        f"GRAPH <{names.temporal_index.value}> {{ ?{variable} {key} {day} }}\n"
        f"FILTER ({day} >= {least} && {day} <= {most})\n"
    )


def read_days(on: str | None, from_: str | None, to: str | None) -> tuple[int, int]:
    """The first and the last day that a day, or the two ends of a range, name in EDTF.

    Raises:
        BadParameter: neither or both are given, or not all the days are known.
        BadDate: one is no date.
    """
    if bool(on) == bool(from_ or to) or bool(from_) != bool(to):
        raise BadParameter(
            "A pattern is for one day, or for a range.",
            where="on" if on else "to" if from_ else "from",
            remedy="Give on, or from and to.",
        )
    first, last = (
        _edge(text or "", name, which)
        for text, name, which in (
            (on or from_, "on" if on else "from", 0),
            (on or to, "on" if on else "to", 1),
        )
    )
    if on and first != last:
        raise BadParameter(
            f"{on[:40]!r} is more than one day.",
            where="on",
            remedy=f"For some day of it give from {iso(first)} and to {iso(last)}.",
        )
    return first, last


def _edge(text: str, where: str, which: int) -> int:
    try:
        day = parse(text).fuzzy_bounds[which]
    except BadDate as error:
        raise BadDate(error.what, where=where, remedy=error.remedy) from error
    if day is None:
        raise BadParameter(
            f"{text[:40]!r} is open on that side.", where=where, remedy="Give a day that is known."
        )
    return day


def _rows(first: int, last: int, degree: Certainty) -> Iterator[tuple[Certainty, KeyRange]]:
    several = (degree,) if degree is not Certainty.PRESUMED else (Certainty.CERTAIN, degree)
    for of in several:
        for row in rows(first, last):
            yield of, row
    if first < last and degree is not Certainty.POSSIBLE:
        for row in rows_within(first, last):
            yield Certainty.CERTAIN, row
