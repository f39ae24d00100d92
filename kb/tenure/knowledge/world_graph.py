"""The world as its graph in the store has it, for questions about all of it at once."""

from __future__ import annotations

import csv
import io
import threading
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from copy import copy
from dataclasses import dataclass, replace
from typing import Final

import numpy as np
from immutables import Map
from numpy.typing import NDArray
from pyoxigraph import Literal, NamedNode, Triple

from tenure.store import Solutions, Store
from tenure.store.formats import CSV
from tenure.temporal import Certainty, FourBounds, parse_iso
from tenure.terms import RDF_TYPE, TN, TN_PREFIX, TNV, Names, local_name
from tenure.world import CONCEPT_OF, AsOf, Conflict, Day, Moment, Occurrence, Schema, World

_BOUNDS: Final = ("startEarliest", "startLatest", "endEarliest", "endLatest")
_FAR: Final = 2**40  # further than any day; what is unbounded lies there
_OPEN: Final = FourBounds(None, None, None, None)
_MOST_BOUNDS: Final = 100_000
_DERIVED: Final = frozenset(
    TN(name)
    for name in (
        *_BOUNDS,
        *("startRange", "endRange", "certainty", "status", "subject", "object"),
        *("supportedBy", "basis"),
    )
)

Days = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class _Columns:
    """The bounds of all occurrences, a row each; what is unbounded is far away."""

    rows: Mapping[str, int]
    bounds: tuple[Days, Days, Days, Days]
    firm: NDArray[np.bool_]


class _Holder:
    """Reads the columns when they are first asked for; one for all versions of a graph."""

    def __init__(self, store: Store, graph: NamedNode) -> None:
        self._store = store
        self._graph = graph
        self._lock = threading.Lock()
        self._columns: _Columns | None = None
        self._bounds: dict[str, FourBounds] = {}

    def columns(self) -> _Columns:
        """The columns; read in about ten seconds a million occurrences, then kept."""
        with self._lock:
            if self._columns is None:
                self._columns = self._read()
            return self._columns

    def bounds(self, iri: str) -> FourBounds:
        """The four bounds of an occurrence as the store had them when they were first read."""
        columns = self._columns
        if columns is not None and iri in columns.rows:
            row = columns.rows[iri]
            days = (int(column[row]) for column in columns.bounds)
            return FourBounds(*(None if abs(day) == _FAR else day for day in days))
        known = self._bounds.get(iri)
        if known is None:
            told = self._store.quads(self._graph, subject=NamedNode(iri))
            days_of = {quad.predicate: quad.object for quad in told}
            texts = (getattr(days_of.get(TN(name)), "value", None) for name in _BOUNDS)
            known = FourBounds(*(None if text is None else parse_iso(text) for text in texts))
            if len(self._bounds) >= _MOST_BOUNDS:
                self._bounds.clear()
            self._bounds[iri] = known
        return known

    def _read(self) -> _Columns:
        certain = CONCEPT_OF[Certainty.CERTAIN].value
        # Conflicts have a status too, and parts in events a certainty; only occurrences have both.
        surely = dict(self._rows("{ ?of tn:status ?any ; tn:certainty ?value }"))
        iris = sorted(surely)
        rows = {iri: row for row, iri in enumerate(iris)}
        firm = np.fromiter((surely[iri] == certain for iri in iris), np.bool_, len(iris))
        known: dict[str, int] = {}  # the same days come again and again
        bounds = []
        for name in _BOUNDS:
            days = np.full(len(iris), _FAR if name.endswith("Latest") else -_FAR, np.int64)
            for iri, text in self._rows(f"{{ ?of tn:{name} ?value }}"):
                day = known.get(text)
                if day is None:
                    day = known[text] = parse_iso(text)
                if iri in rows:
                    days[rows[iri]] = day
            bounds.append(days)
        return _Columns(rows, (bounds[0], bounds[1], bounds[2], bounds[3]), firm)

    def _rows(self, pattern: str) -> Iterator[list[str]]:
        """The things and values that a pattern finds, as text: faster than as terms."""
        query = f"PREFIX tn: <{TN_PREFIX}> SELECT ?of ?value {pattern}"
        answer = self._store.query(query, default_graphs=[self._graph], named_graphs=())
        assert isinstance(answer, Solutions)
        lines = csv.reader(io.StringIO(answer.serialise(CSV).decode(), newline=""))
        next(lines)
        return iter(lines)


class WorldGraph:
    """One version of the graph of the world under the default policy."""

    def __init__(self, store: Store, names: Names, schema: Schema) -> None:
        self._store = store
        self._graph = names.graph("world")
        self._conflict_prefix = f"{names.base}conflict/"
        self._schema = schema
        self._holder = _Holder(store, self._graph)
        self._changed: Map[str, Occurrence | None] = Map()

    def changed(self, occurrences: Mapping[str, Occurrence | None]) -> WorldGraph:
        """The graph once some occurrences are otherwise, or None: no more."""
        other: WorldGraph = copy(self)
        other._changed = self._changed.update(occurrences)
        return other

    # ------------------------------------------------------------------ moments

    def certainty(self, moment: Moment, near: World) -> dict[str, Certainty]:
        """How surely each occurrence that is not ruled out was going on, by its bounds alone.

        ``near`` has whatever the moment names. Right for all that nothing but the calendar ties to
        the moment's own days, and to which the moment does not ask to last throughout a stretch:
        of those, *possible* may be too much.
        """
        columns = self._holder.columns()
        found: dict[str, Certainty] = {}
        rows = np.arange(len(columns.firm))
        iris = list(columns.rows)
        sure, maybe = _judged(moment, near, columns.bounds, columns.firm)
        for row in rows[maybe].tolist():
            found[iris[row]] = Certainty.CERTAIN if sure[row] else Certainty.POSSIBLE
        for iri, occurrence in self._changed.items():
            found.pop(iri, None)
            if occurrence is not None:
                bounds = tuple(np.array([day], np.int64) for day in _far(occurrence.bounds))
                firm = np.array([occurrence.existence is Certainty.CERTAIN])
                surely, possibly = _judged(moment, near, bounds, firm)  # type: ignore[arg-type]
                if possibly[0]:
                    found[iri] = Certainty.CERTAIN if surely[0] else Certainty.POSSIBLE
        return found

    def slice(
        self, certainties: Mapping[str, Certainty], *, possible: bool = False
    ) -> Iterator[Triple]:
        """As :func:`tenure.slices.slice_triples`, from what the graph has of each occurrence."""
        schema = self._schema
        for iri, certainty in sorted(certainties.items()):
            if certainty is Certainty.RULED_OUT or (
                certainty is Certainty.POSSIBLE and not possible
            ):
                continue
            told = self._told(iri)
            one = self._read(iri, told)
            declared = schema.kinds.get(one.kind) if one else None
            if one and declared and declared.flattens_to and one.subject and one.object:
                yield Triple(
                    NamedNode(one.subject), NamedNode(declared.flattens_to), NamedNode(one.object)
                )
            for triple in told:
                if triple.predicate not in _DERIVED and not schema.is_time(triple.predicate.value):
                    yield triple

    def contested(self) -> set[str]:
        """The occurrences whose days an unsettled conflict is about."""
        told = self._store.quads(self._graph, predicate=TN("contested"))
        return {quad.subject.value for quad in told if isinstance(quad.subject, NamedNode)}

    def occurrence(self, iri: str) -> Occurrence | None:
        """A situation or an event; None where there is none of that name."""
        if iri in self._changed:
            return self._changed[iri]
        return self._read(iri, self._told(iri))

    def held(self, office: str) -> set[str]:
        """The situations whose object something is, as the store has them now."""
        told = self._store.quads(self._graph, predicate=TN("object"), value=NamedNode(office))
        return {quad.subject.value for quad in told if isinstance(quad.subject, NamedNode)}

    def bounds(self, iri: str) -> FourBounds:
        """The four bounds of an occurrence; all open for what there is not."""
        if iri in self._changed:
            one = self._changed[iri]
            return one.bounds if one is not None else _OPEN
        return self._holder.bounds(iri)

    def _told(self, iri: str) -> list[Triple]:
        return [one.triple for one in self._store.quads(self._graph, subject=NamedNode(iri))]

    def _read(self, iri: str, told: Iterable[Triple]) -> Occurrence | None:
        values: dict[NamedNode, list[str]] = defaultdict(list)
        for triple in told:
            if isinstance(triple.object, NamedNode | Literal):
                values[triple.predicate].append(triple.object.value)
        kinds = sorted(filter(self._schema.is_occurrence, values[RDF_TYPE]))
        if not kinds or not values[TN("status")]:
            return None

        def one(name: str) -> str | None:
            return min(values[TN(name)], default=None)

        def day(name: str) -> int | None:
            text = one(name)
            return None if text is None else parse_iso(text)

        certain = CONCEPT_OF[Certainty.CERTAIN].value
        return Occurrence(
            iri,
            kinds[0],
            one("subject"),
            one("object"),
            FourBounds(*(day(name) for name in _BOUNDS)),
            Certainty.CERTAIN if one("certainty") == certain else Certainty.POSSIBLE,
            one("status") == TNV("Contested").value,
            tuple(sorted(values[TN("supportedBy")])),
        )

    # ------------------------------------------------------------------ conflicts

    def claims_of_conflict(self, iri: str) -> list[str]:
        """The claims between which a conflict is; none of what is no conflict."""
        if not iri.startswith(self._conflict_prefix):
            return []
        found = self._store.quads(
            self._graph, subject=NamedNode(iri), predicate=TN("conflictingClaim")
        )
        return sorted(q.object.value for q in found if isinstance(q.object, NamedNode))

    def conflicts(self) -> tuple[Conflict, ...]:
        """All conflicts, by IRI."""
        told = self._store.quads(self._graph, predicate=RDF_TYPE, value=TN("Conflict"))
        nodes = sorted(q.subject.value for q in told if isinstance(q.subject, NamedNode))
        return tuple(self._conflict(iri) for iri in nodes)

    def _conflict(self, iri: str) -> Conflict:
        told: dict[str, list[str]] = {}
        for quad in self._store.quads(self._graph, subject=NamedNode(iri)):
            told.setdefault(local_name(quad.predicate.value), []).append(
                getattr(quad.object, "value", "")
            )

        def several(name: str) -> tuple[str, ...]:
            return tuple(sorted(told.get(name, ())))

        def one(name: str) -> str:
            return next(iter(several(name)), "")

        rule, lost = one("settledBy"), several("gaveWay")
        kind = one("conflictKind")
        claims = several("conflictingClaim")
        # Of time alone a conflict leaves claims out: those that gave way, or else all of them.
        overruled = (lost if rule else claims) if kind == "time" else ()
        return Conflict(
            iri,
            claims,
            overruled,
            bool(rule),
            several("concerns"),
            one("reason"),
            kind,
            rule,
            lost,
        )


def _judged(
    moment: Moment, near: World, bounds: tuple[Days, Days, Days, Days], firm: NDArray[np.bool_]
) -> tuple[NDArray[np.bool_], NDArray[np.bool_]]:
    """Of each row, whether it certainly, and whether it possibly, was going on at the moment."""
    if moment.always:
        return firm, np.ones(len(firm), np.bool_)
    sure, maybe = np.zeros((2, len(firm)), np.bool_)
    for existence, rows in ((Certainty.CERTAIN, firm), (Certainty.POSSIBLE, ~firm)):
        if not rows.any():
            continue
        time = near.time.of(existence)
        real = AsOf(moment, replace(time, soft=None)).real
        if real is Certainty.RULED_OUT:
            continue
        first, last = _range(moment.begun, near, existence), _range(moment.lasting, near, existence)
        could, still = (
            _range(day, near, existence) for day in (moment.begun_maybe, moment.lasting_maybe)
        )
        start_low, start_high, end_low, end_high = (days[rows] for days in bounds)
        possibly = np.ones(len(start_low), np.bool_)
        if could is not None:
            possibly &= start_low <= could[1]
        if still is not None:
            possibly &= end_high >= still[0]
        maybe[rows] = possibly
        if real is existence is Certainty.CERTAIN:
            if first is not None:
                possibly = possibly & (start_high <= first[0])
            if last is not None:
                possibly = possibly & (end_low >= last[1])
            # Only of a stretch a day that is not given leaves the side open.
            sure[rows] = possibly & (moment.stretch or None not in (first, last))
    return sure, maybe


def _range(day: Day | None, near: World, existence: Certainty) -> tuple[int, int] | None:
    """The first and the last day that a moment's day can be; far where unbounded."""
    if day is None:
        return None
    if day.iri is None:
        return (day.shift, day.shift)
    found = near.time.of(existence).bounds(day.iri)
    low, high = (
        (found.start_earliest, found.start_latest)
        if day.which == "start"
        else (found.end_earliest, found.end_latest)
    )
    # Further than what is unbounded itself: nothing is certain of two days that both are.
    return (
        -2 * _FAR if low is None else low + day.shift,
        2 * _FAR if high is None else high + day.shift,
    )


def _far(bounds: FourBounds) -> tuple[int, int, int, int]:
    def of(day: int | None, otherwise: int) -> int:
        return otherwise if day is None else day

    return (
        of(bounds.start_earliest, -_FAR),
        of(bounds.start_latest, _FAR),
        of(bounds.end_earliest, -_FAR),
        of(bounds.end_latest, _FAR),
    )
