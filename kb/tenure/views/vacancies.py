"""When offices were not held, as a graph: what SPARQL would work out day by day for each holder.

A node for each stretch of days on which nobody can have held an office, within its existence. It
begins where somebody's last possible day is over, or where a list of all holders begins or ends, or
at no known day; and it lasts until somebody can have begun, or a list begins or ends. Days on which
somebody is only possible are taken. ``tn:endLatest`` is the last possible day of the last of those
who certainly held the office and were gone by then, and of those who were gone within the stretch:
from such a day counts what the horizon of the office says of a vacancy.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from typing import Final

from pyoxigraph import Literal, NamedNode, Triple

from tenure.fusion import CONCEPT_OF, FAR
from tenure.namespaces import RDF_TYPE, TN, XSD_DATE
from tenure.temporal import Certainty, iso, parse_iso

Stated = Mapping[str, Collection[Triple]]
"""What the graph of a world has about each of some things, by IRI."""

_TENURE: Final = TN("Tenure")
_OFFICE: Final = TN("office")
_DAYS_OF: Final = TN("daysOf")
_RULED_OUT: Final = CONCEPT_OF[Certainty.RULED_OUT]
_CERTAIN: Final = CONCEPT_OF[Certainty.CERTAIN]

Days = tuple[int, int]
"""The first and the last day; ``FAR`` away where there is none."""


def vacant_triples(graph: str, offices: Iterable[tuple[str, Stated]]) -> Iterator[Triple]:
    """The stretches without a holder; of each office O(n log n) in what is stated.

    With each comes what is stated of whatever names it by ``tn:office``, of the alternatives of
    that, and of the days of it and of the office. ``graph`` is what the nodes are named after.
    """
    found = (
        (office, *stretch)
        for office, stated in offices
        for stretch in _Known(NamedNode(office), stated).empty()
    )
    for number, (office, first, last, gone) in enumerate(found, start=1):
        node = NamedNode(f"{graph}#{number}")
        yield Triple(node, _DAYS_OF, NamedNode(office))
        days = (("firstDay", first), ("lastDay", last), *(("endLatest", day) for day in gone))
        for name, day in days:
            if abs(day) < FAR:
                yield Triple(node, TN(name), Literal(iso(day), datatype=XSD_DATE))


class _Known:
    """What is known of the days of an office and of who held it."""

    def __init__(self, office: NamedNode, stated: Stated) -> None:
        self._stated = stated
        self._days_of: dict[NamedNode, list[NamedNode]] = {}
        for iri, triples in stated.items():
            for triple in triples:
                if triple.predicate == _DAYS_OF and isinstance(triple.object, NamedNode):
                    self._days_of.setdefault(triple.object, []).append(NamedNode(iri))
        self._taken: list[Days] = []
        # Where a stretch may begin, and where one ends for something else to begin.
        self._breaks = {-FAR}
        self._begins: set[int] = set()
        self._gone: set[int] = set()
        self._existence = (-FAR, FAR)
        for iri, triples in stated.items():
            if any(one.predicate == _OFFICE and one.object == office for one in triples):
                self._take(NamedNode(iri))
        for node in self._days_of.get(office, ()):
            first, last = self._both(node, "firstDay", "lastDay")
            if self._has(node, RDF_TYPE, TN("ExistenceDays")):
                self._existence = first, last
            elif self._has(node, RDF_TYPE, TN("CompleteDays")):
                self._list(first, last)

    def _take(self, node: NamedNode) -> None:
        """Note on which days somebody may have held the office."""
        days = self._days_of.get(node, ())
        left = [one for one in days if self._has(one, RDF_TYPE, TN("DaysLeft"))]
        found = [self._both(one, "firstDay", "lastDay") for one in left]
        # Who has days out was possibly there on the days that are left, and on no other.
        if not any(self._has(one, TN("mostCertainty"), _RULED_OUT) for one in days):
            several = [*self._values(node, "alternative")]
            for one in several or [node]:
                assert isinstance(one, NamedNode)
                found.append(self._both(one, "startEarliest", "endLatest"))
        self._breaks.update(last + 1 for _, last in found if last < FAR)
        if self._has(node, RDF_TYPE, _TENURE):
            self._taken += found
            self._begins.update(first for first, _ in found)
            over = self._both(node, "startEarliest", "endLatest")[1]
            if over < FAR and self._has(node, TN("certainty"), _CERTAIN):
                self._gone.add(over)

    def _list(self, first: int, last: int) -> None:
        """Note the days for which a source names all holders."""
        days = {day for day in (first, last + 1) if -FAR < day < FAR}
        self._breaks |= days
        self._begins |= days

    def empty(self) -> Iterator[tuple[int, int, Sequence[int]]]:
        """The first and the last day of each stretch, and the last days of who was gone then."""
        begins, taken, gone = sorted(self._begins), sorted(self._taken), sorted(self._gone)
        place, until = 0, -FAR - 1
        found: dict[Days, Sequence[int]] = {}
        founded, abolished = self._existence
        for day in sorted(self._breaks):
            while place < len(taken) and taken[place][0] <= day:
                until = max(until, taken[place][1])
                place += 1
            if until >= day:
                continue
            after = bisect_right(begins, day)
            last = begins[after] - 1 if after < len(begins) else FAR
            first, last = max(day, founded), min(last, abolished)
            if first <= last:
                # The last who was gone before, and those who were gone within.
                start = max(0, bisect_left(gone, first) - 1)
                found[first, last] = gone[start : bisect_right(gone, last)]
        for (first, last), days in found.items():
            yield first, last, days

    def _both(self, node: NamedNode, first: str, last: str) -> Days:
        begun, over = self._day(node, first), self._day(node, last)
        return -FAR if begun is None else begun, FAR if over is None else over

    def _day(self, node: NamedNode, name: str) -> int | None:
        days = (one.value for one in self._values(node, name) if isinstance(one, Literal))
        return next(map(parse_iso, days), None)

    def _values(self, node: NamedNode, name: str) -> Iterator[object]:
        predicate = TN(name)
        stated = self._stated.get(node.value, ())
        return (one.object for one in stated if one.predicate == predicate)

    def _has(self, node: NamedNode, predicate: NamedNode, value: NamedNode) -> bool:
        stated = self._stated.get(node.value, ())
        return any(one.predicate == predicate and one.object == value for one in stated)
