"""A world as its graph in a store has it, for questions about all of it at once."""

from __future__ import annotations

import csv
import io
import threading
from array import array
from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from copy import copy
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Final, TypeAlias

from immutables import Map
from pyoxigraph import Literal, NamedNode, Quad, Triple

from tenure.fusion import (
    CONCEPT_OF,
    FAR,
    AsOf,
    Holding,
    SeatsOn,
    contested_triples,
    left_on_day,
    presumed_stretches,
)
from tenure.model import Alternative, Conflict, Exclusion, Occurrence, Presumption, Schema
from tenure.namespaces import RDF_TYPE, TN, TN_PREFIX, TNV, Names, local_name
from tenure.store import Solutions, Store
from tenure.store.formats import CSV
from tenure.temporal import Certainty, FourBounds, parse_iso
from tenure.views import index_prefix

_OFFICE: Final = TN("office")
_DAYS_OF: Final = TN("daysOf")
_TELLING_OF: Final = (_OFFICE, _DAYS_OF)
_BOUNDS: Final = ("startEarliest", "startLatest", "endEarliest", "endLatest")
_OPEN: Final = FourBounds(None, None, None, None)
_CERTAINTY: Final = TN("certainty")
_SUBJECT: Final = TN("subject")
_DAYS_OF_HOLDING: Final = tuple(
    TN(name) for name in ("startLatest", "endEarliest", "presumedUntil", "lastWordLatest")
)
_OF_HOLDING: Final = frozenset((RDF_TYPE, _CERTAINTY, _SUBJECT, *_DAYS_OF_HOLDING))
_MOST_HOLDERS: Final = 100_000
_MOST_CHANGED: Final = 20_000
_DERIVED: Final = frozenset(
    TN(name)
    for name in (
        *_BOUNDS,
        *("startRange", "endRange", "certainty", "status", "subject", "object"),
        *("supportedBy", "basis", "plannedStart", "plannedEnd"),
        *("alternative", "agreed", "boundsNote"),
        *("lastWord", "lastWordLatest", "lastWordSource", "presumedUntil"),
    )
)


class _Columns:
    """The bounds of all occurrences, a row each, as the store has them when they are read.

    Read in about ten seconds a million occurrences, and then kept: 40 bytes each beside the names.
    """

    def __init__(self, store: Store, graph: NamedNode, seat_kinds: Collection[str]) -> None:
        self._store = store
        self._graph = graph
        self._seat_kinds = seat_kinds
        certain = CONCEPT_OF[Certainty.CERTAIN].value
        # Conflicts have a status too, and parts in events a certainty; only occurrences have both.
        surely = dict(self._rows("{ ?of tn:status ?any ; tn:certainty ?value }"))
        self.iris = sorted(surely)
        self.rows = {iri: row for row, iri in enumerate(self.iris)}
        self.firm = bytearray(surely[iri] == certain for iri in self.iris)
        known: dict[str, int] = {}  # the same days come again and again
        self.bounds = []
        for name in _BOUNDS:
            days = array("q", [FAR if name.endswith("Latest") else -FAR]) * len(self.iris)
            for iri, text in self._rows(f"{{ ?of tn:{name} ?value }}"):
                day = known.get(text)
                if day is None:
                    day = known[text] = parse_iso(text)
                if iri in self.rows:
                    days[self.rows[iri]] = day
            self.bounds.append(days)
        self._changes: dict[Certainty, Counter[int]] = {}
        self.several = self._several()
        self.until = {
            iri: parse_iso(text) for iri, text in self._rows("{ ?of tn:presumedUntil ?value }")
        }
        self.latest_word = {
            iri: parse_iso(text) for iri, text in self._rows("{ ?of tn:lastWordLatest ?value }")
        }

    def _several(self) -> dict[str, list[FourBounds]]:
        """The alternatives of the few occurrences that have any."""
        days: dict[tuple[str, str], dict[str, int]] = defaultdict(dict)
        for of, other in self._rows("{ ?of tn:alternative ?value }"):
            days[of, other] = {}
        for name in _BOUNDS if days else ():
            for of, both in self._rows(
                f"{{ ?of tn:alternative ?one . ?one tn:{name} ?day ."
                ' BIND (CONCAT(STR(?one), " ", STR(?day)) AS ?value) }'
            ):
                other, _, day = both.rpartition(" ")
                days[of, other][name] = parse_iso(day)
        found: dict[str, list[FourBounds]] = defaultdict(list)
        for (of, _), known in sorted(days.items()):
            found[of].append(FourBounds(*map(known.get, _BOUNDS)))
        return found

    @cached_property
    def held(self) -> Mapping[str, tuple[str, str]]:
        """Of each situation that takes a seat, the office and the holder."""
        kinds = " ".join(f"<{kind}>" for kind in sorted(self._seat_kinds))
        seats = f"VALUES ?kind {{ {kinds} }} ?of a ?kind"
        holders = dict(self._rows(f"{{ {seats} ; tn:subject ?value }}"))
        offices = self._rows(f"{{ {seats} ; tn:object ?value }}")
        return {iri: (office, holders.get(iri, "")) for iri, office in offices}

    @cached_property
    def holders(self) -> Mapping[str, Sequence[str]]:
        """The situations that take a seat of each office."""
        found: dict[str, list[str]] = defaultdict(list)
        for iri, (office, _) in self.held.items():
            found[office].append(iri)
        return found

    def holding(self, iri: str) -> Holding | None:
        """What is known of one who holds a seat; None of whom nothing is certain."""
        row = self.rows.get(iri)
        if row is None or not self.firm[row]:
            return None
        days = self.until.get(iri), self.latest_word.get(iri)
        return holding_of(iri, self.held[iri][1], self.four(row), *days)

    def four(self, row: int) -> FourBounds:
        """The bounds in a row."""
        days = (column[row] for column in self.bounds)
        return FourBounds(*(None if abs(day) == FAR else day for day in days))

    def each(self, iri: str) -> Iterator[_Row]:
        """The bounds of an occurrence, or those of each of its alternatives."""
        row = self.rows[iri]
        several = self.several.get(iri) or [self.four(row)]
        return (_row(bounds, self.firm[row], self.until.get(iri)) for bounds in several)

    def change_days(self, degree: Certainty) -> Counter[int]:
        """The days on which something begins to be so sure or no longer is, and how often."""
        found = self._changes.get(degree)
        if found is None:
            until = array("q", [FAR]) * len(self.iris)
            for iri, day in self.until.items():
                if iri in self.rows:
                    until[self.rows[iri]] = day
            found = Counter(_change_days(zip(*self.bounds, self.firm, until, strict=True), degree))
            for iri in self.several:  # of which the columns have what holds all alternatives
                row = self.rows[iri]
                whole = _row(self.four(row), self.firm[row], self.until.get(iri))
                found.subtract(_change_days([whole], degree))
                found.update(_change_days(self.each(iri), degree))
            self._changes[degree] = found
        return found

    def judged(self, as_of: AsOf) -> Iterator[tuple[str, Certainty]]:
        """How surely each occurrence that is not ruled out was going on, by its bounds alone."""
        degrees = (Certainty.POSSIBLE, Certainty.CERTAIN)
        windows = [as_of.of(existence).window for existence in degrees]
        sure = [as_of.of(existence).sure for existence in degrees]
        begun, lasting = self.bounds[1], self.bounds[2]
        rows = zip(self.bounds[0], self.bounds[3], self.firm, strict=True)
        for row, (start, end, firm) in enumerate(rows):
            by, from_ = windows[firm]
            if start <= by and end >= from_:
                iri = self.iris[row]
                days = None if iri in self.several else sure[firm]
                if days is not None:
                    held = firm and begun[row] <= days[0] and lasting[row] >= days[1]
                    yield iri, degrees[bool(held)]
                    continue
                several = self.several.get(iri) or (self.four(row),)
                found = as_of.by_alternatives(several, degrees[firm])
                if found is not Certainty.RULED_OUT:
                    yield iri, found

    def _rows(self, pattern: str) -> Iterator[list[str]]:
        return _rows(self._store, self._graph, pattern)


def _rows(store: Store, graph: NamedNode, pattern: str) -> Iterator[list[str]]:
    """The things and values that a pattern finds, as text: faster than as terms."""
    query = f"PREFIX tn: <{TN_PREFIX}> SELECT ?of ?value {pattern}"
    answer = store.query(query, default_graphs=[graph], named_graphs=())
    assert isinstance(answer, Solutions)
    lines = csv.reader(io.StringIO(answer.serialise(CSV).decode(), newline=""))
    next(lines)
    return iter(lines)


def _rows_of(occurrences: Iterable[Occurrence | None]) -> Iterator[_Row]:
    for one in occurrences:
        if one is not None:
            until = one.presumption.until if one.presumption else None
            for bounds in one.several_bounds:
                yield _row(bounds, one.existence is Certainty.CERTAIN, until)


_Row: TypeAlias = "tuple[int, int, int, int, int, int]"
"""Four bounds, whether it certainly is, and until when it is presumed; unknown is :data:`FAR`."""


def _row(bounds: FourBounds, firm: int, until: int | None) -> _Row:
    return (
        -FAR if bounds.start_earliest is None else bounds.start_earliest,
        FAR if bounds.start_latest is None else bounds.start_latest,
        -FAR if bounds.end_earliest is None else bounds.end_earliest,
        FAR if bounds.end_latest is None else bounds.end_latest,
        firm,
        FAR if until is None else until,
    )


def _change_days(rows: Iterable[_Row], degree: Certainty) -> Iterator[int]:
    """The days on which what has such bounds begins to be so sure, or no longer is."""
    for first, begun, lasting, last, firm, until in rows:
        starts, ends = first, last
        if degree is not Certainty.POSSIBLE:
            if not firm or begun == FAR:
                continue
            if -FAR < lasting < begun and (degree is Certainty.CERTAIN or until == FAR):
                continue
            starts, ends = begun, lasting
        if abs(starts) != FAR:
            yield starts
        if abs(ends) != FAR:
            yield ends + 1
        if degree is Certainty.PRESUMED and until != FAR:
            yield until + 1


def holding_of(
    iri: str, holder: str, bounds: FourBounds, until: int | None, word_latest: int | None
) -> Holding | None:
    """What is known of one who holds a seat; None where it is not certain since when."""
    begun, lasting = bounds.start_latest, bounds.end_earliest
    if begun is None:
        return None
    word = begun if lasting is None else max(begun, lasting)
    return Holding(iri, holder, begun, lasting, word, word_latest, until)


class BoundsIndex:
    """The bounds of all occurrences, read when they are first asked for; one for all versions."""

    def __init__(self, store: Store, graph: NamedNode, seat_kinds: Collection[str]) -> None:
        self._store = store
        self._graph = graph
        self._seat_kinds = seat_kinds
        self._lock = threading.Lock()
        self._columns: _Columns | None = None
        self._holders: dict[str, Mapping[str, _Holder]] = {}
        self._exclusions: dict[str, list[Exclusion]] | None = None
        self._contested: dict[str, FourBounds] | None = None

    def contested(self) -> Mapping[str, FourBounds]:
        """What is contested, with the bounds by what no alternative leaves out, as first read."""
        with self._lock:
            if self._contested is None:
                self._contested = {
                    quad.subject.value: self._agreed(quad.subject)
                    for quad in self._store.quads(self._graph, predicate=TN("contested"))
                    if isinstance(quad.subject, NamedNode)
                }
        return self._contested

    def _agreed(self, node: NamedNode) -> FourBounds:
        found = self._store.quads(self._graph, subject=node, predicate=TN("agreed"))
        nodes = (quad.object for quad in found if isinstance(quad.object, NamedNode))
        return next(map(self._four, nodes), _OPEN)

    def exclusions(self) -> Mapping[str, Sequence[Exclusion]]:
        """The days that are taken out of occurrences, as the store had them when first read."""
        with self._lock:
            if self._exclusions is None:
                self._exclusions = defaultdict(list)
                kind = TN("DaysOut")
                for quad in self._store.quads(self._graph, predicate=RDF_TYPE, value=kind):
                    if isinstance(quad.subject, NamedNode):
                        of, one = self._exclusion(quad.subject)
                        self._exclusions[of].append(one)
        return self._exclusions

    def exclusions_of(self, iri: str) -> tuple[Exclusion, ...]:
        """The days that are taken out of one occurrence, as the store has them now."""
        found = self._store.quads(self._graph, predicate=TN("daysOf"), value=NamedNode(iri))
        nodes = [quad.subject for quad in found if isinstance(quad.subject, NamedNode)]
        out = TN("DaysOut")
        return tuple(
            self._exclusion(node)[1]
            for node in nodes
            if any(self._store.quads(self._graph, subject=node, predicate=RDF_TYPE, value=out))
        )

    def _exclusion(self, node: NamedNode) -> tuple[str, Exclusion]:
        values: dict[str, str] = {}
        claims = []
        for quad in self._store.quads(self._graph, subject=node):
            name, value = local_name(quad.predicate.value), getattr(quad.object, "value", "")
            values[name] = value
            if name == "supportedBy":
                claims.append(value)
        first, last = (
            None if text is None else parse_iso(text)
            for text in (values.get("firstDay"), values.get("lastDay"))
        )
        out = values["mostCertainty"] == CONCEPT_OF[Certainty.RULED_OUT].value
        return values["daysOf"], Exclusion(
            first,
            last,
            Certainty.RULED_OUT if out else Certainty.POSSIBLE,
            tuple(sorted(claims)),
            "contested" in values,
        )

    def judged(self, as_of: AsOf) -> Iterator[tuple[str, Certainty]]:
        """How surely each occurrence that is not ruled out was going on, by its bounds alone."""
        return self.columns.judged(as_of)

    @property
    def columns(self) -> _Columns:
        """The columns, read where nobody has asked for them yet."""
        with self._lock:
            if self._columns is None:
                self._columns = _Columns(self._store, self._graph, self._seat_kinds)
        return self._columns

    def holders(self, office: str) -> Mapping[str, _Holder]:
        """The situations whose object something is, as the store had them when first asked."""
        with self._lock:
            found = self._holders.get(office)
            if found is None:
                if sum(map(len, self._holders.values())) >= _MOST_HOLDERS:
                    self._holders.clear()
                found = self._holders[office] = self._read_holders(NamedNode(office))
        return found

    def _read_holders(self, office: NamedNode) -> Mapping[str, _Holder]:
        def found(more: str) -> Iterator[list[str]]:
            return _rows(self._store, self._graph, f"{{ ?of tn:object {office} . {more} }}")

        starts, ends = (
            {iri: parse_iso(text) for iri, text in found(f"?of tn:{name} ?value")}
            for name in ("startEarliest", "endLatest")
        )
        return {
            iri: (subject, starts.get(iri, -FAR), ends.get(iri, FAR))
            for iri, subject in found("OPTIONAL { ?of tn:subject ?value }")
        }

    def _four(self, node: NamedNode) -> FourBounds:
        found = self._store.quads(self._graph, subject=node)
        days_of = {quad.predicate: quad.object for quad in found}
        texts = (getattr(days_of.get(TN(name)), "value", None) for name in _BOUNDS)
        return FourBounds(*(None if text is None else parse_iso(text) for text in texts))


_Holder = tuple[str, int, int]
"""Whose situation it is, and the first and the last day on which it can have been going on."""


def _holder(one: Occurrence) -> _Holder:
    first, last = one.bounds.start_earliest, one.bounds.end_latest
    return one.subject or "", -FAR if first is None else first, FAR if last is None else last


@dataclass(slots=True)
class _Undo:
    """What the next version changes, once there is one, as it was in the version before.

    By IRI, occurrences, and the triples about each subject of which the graph tells otherwise.
    """

    occurrences: Mapping[str, Occurrence | None] = field(default_factory=dict)
    triples: Mapping[str, Sequence[Triple]] = field(default_factory=dict)
    next: _Undo | None = None


class WorldGraph:
    """One version of the graph of a world.

    It goes on answering as it did when it was made, as the claims do
    (:mod:`tenure.knowledge.claim_store`): what a write changes is noted before it is written, and
    an older version looks into the store first, and then into these notes.
    """

    def __init__(self, store: Store, names: Names, schema: Schema) -> None:
        self._store = store
        self._names = names
        self._graph = names.graph("world")
        self._conflict_prefix = f"{names.base}conflict/"
        self._schema = schema
        self._index = BoundsIndex(store, self._graph, schema.seat_kinds)
        self._own: Map[str, Occurrence | None] = Map()
        self._moved: Map[str, Map[str, _Holder | None]] = Map()
        self._were: Mapping[str, Occurrence | None] = {}
        self._undo = _Undo()
        self._stretches: dict[str, Mapping[str, Sequence[tuple[int, int]]]] = {}
        self._exclusions: Mapping[str, Sequence[Exclusion]] | None = None
        self._contested: Mapping[str, FourBounds] | None = None
        self._changes: dict[Certainty, tuple[int, ...]] = {}

    def changed(
        self,
        occurrences: Mapping[str, Occurrence | None],
        were: Mapping[str, Occurrence | None],
    ) -> WorldGraph:
        """The graph once some occurrences are otherwise than they ``were``, or None: no more."""
        other: WorldGraph = copy(self)
        other._own = self._own.update(occurrences)
        for iri, one in occurrences.items():
            for office in {which.object for which in (one, were.get(iri)) if which is not None}:
                if office is not None:
                    moved = other._moved.get(office, Map())
                    here = _holder(one) if one is not None and one.object == office else None
                    other._moved = other._moved.set(office, moved.set(iri, here))
        other._were = {**were, **self._were}
        other._undo = _Undo()
        other._stretches = {}
        other._exclusions = None
        other._contested = None
        other._changes = {}
        return other

    def note_undo(self, newer: WorldGraph, subjects: Iterable[str]) -> None:
        """Note what this version has of all that the next one changes, before it is written.

        ``subjects`` are those of the triples that come or go.
        """
        if newer is not self:
            self._undo.occurrences = newer._were
            self._undo.triples = {iri: self._stated(iri) for iri in subjects}
            self._undo.next = newer._undo

    def settled(self) -> WorldGraph:
        """The graph once the store has it: where much is otherwise by now, it is read anew."""
        self._were = {}
        if len(self._own) < _MOST_CHANGED:
            return self
        other = WorldGraph(self._store, self._names, self._schema)
        other._undo = self._undo
        return other

    def _undone(self) -> Iterator[_Undo]:
        """What was changed since: the first note of a thing says how it is in this version."""
        step: _Undo | None = self._undo
        while step is not None:
            yield step
            step = step.next

    @property
    def _changed(self) -> Mapping[str, Occurrence | None]:
        """What is otherwise than the index may have it. To be asked for after the index."""
        found: dict[str, Occurrence | None] = {}
        for step in self._undone():
            found = {**step.occurrences, **found}
        return self._own.update(found) if found else self._own

    def triples(self) -> Iterator[Triple]:
        """All that the store has of it."""
        return (quad.triple for quad in self._store.quads(self._graph))

    # ------------------------------------------------------------------ moments

    def certainty(self, as_of: AsOf) -> dict[str, Certainty]:
        """How surely each occurrence that is not ruled out was going on, by its bounds alone.

        Of a known day, also by the days that are excluded; else see :meth:`exclusions`.
        """
        found = dict(self._index.judged(as_of))
        for iri, occurrence in self._changed.items():
            found.pop(iri, None)
            if occurrence is not None:
                several = occurrence.several_bounds
                surely = as_of.by_alternatives(several, occurrence.existence)
                if surely is not Certainty.RULED_OUT:
                    found[iri] = surely
        if as_of.day is not None:
            for iri, exclusions in self.exclusions().items():
                if iri in found:
                    found[iri] = left_on_day(found[iri], exclusions, as_of.day)
        return {iri: sure for iri, sure in found.items() if sure is not Certainty.RULED_OUT}

    def seats_taken(self, iris: Collection[str]) -> dict[str, tuple[str, str]]:
        """Of those that take a seat of an office, that office and the holder."""
        held = self._index.columns.held
        found = {iri: held[iri] for iri in iris if iri in held and iri not in self._changed}
        for iri in iris:
            one = self._changed.get(iri)
            if one is not None and one.kind in self._schema.seat_kinds and one.object:
                found[iri] = one.object, one.subject or ""
        return found

    def change_days(self, degree: Certainty) -> Sequence[int]:
        """The day numbers, in order, on which something begins, has ended, or is taken out.

        Of what is certain, the first day on which it is and the first on which it no longer is;
        of what is presumed, also the first on which it no longer is that; else of what is possible.
        """
        if degree not in self._changes:
            self._changes[degree] = tuple(sorted(set(self._read_change_days(degree))))
        return self._changes[degree]

    def _read_change_days(self, degree: Certainty) -> Iterator[int]:
        columns, changed = self._index.columns, self._changed
        often = columns.change_days(degree)
        if changed:
            often = often.copy()
            were = (row for iri in changed if iri in columns.rows for row in columns.each(iri))
            often.subtract(_change_days(were, degree))
            often.update(_change_days(_rows_of(changed.values()), degree))
        yield from (day for day, times in often.items() if times)
        for exclusions in self.exclusions().values():
            for out in exclusions:
                if out.first is not None:
                    yield out.first
                if out.last is not None:
                    yield out.last + 1

    def exclusions(self) -> Mapping[str, Sequence[Exclusion]]:
        """The days that are taken out of occurrences, by their IRIs."""
        if self._exclusions is None:
            stored, changed = self._index.exclusions(), self._changed
            kept = {iri: one for iri, one in stored.items() if iri not in changed}
            self._exclusions = kept | {
                iri: one.exclusions
                for iri, one in changed.items()
                if one is not None and one.exclusions
            }
        return self._exclusions

    def presumable(
        self, found: Mapping[str, Certainty]
    ) -> Iterator[tuple[str, str | None, int, int]]:
        """What is only possible and is presumed by itself: from which day to which.

        Each with the office of which it takes a seat.
        """
        columns = self._index.columns
        changed = self._changed
        for iri, until in columns.until.items():
            if iri not in changed and found.get(iri) is Certainty.POSSIBLE:
                office = columns.held.get(iri, (None, ""))[0]
                yield iri, office, columns.bounds[1][columns.rows[iri]], until
        for iri, one in changed.items():
            if one is None or one.presumption is None or found.get(iri) is not Certainty.POSSIBLE:
                continue
            if one.bounds.start_latest is not None:
                office = one.object if one.kind in self._schema.seat_kinds else None
                yield iri, office, one.bounds.start_latest, one.presumption.until

    def presumed_in(
        self, office: str, seats: Callable[[], tuple[SeatsOn, Sequence[int]]]
    ) -> Mapping[str, Sequence[tuple[int, int]]]:
        """The stretches on which holders of an office are certainly or presumably there."""
        found = self._stretches.get(office)
        if found is None:
            found = self._stretches[office] = presumed_stretches(self._holdings(office), *seats())
        return found

    def _holdings(self, office: str) -> list[Holding]:
        """Who certainly began to hold a seat of an office."""
        columns = self._index.columns
        changed = self._changed
        found = [
            columns.holding(iri) for iri in columns.holders.get(office, ()) if iri not in changed
        ]
        for one in changed.values():
            if (
                one is not None
                and one.object == office
                and one.kind in self._schema.seat_kinds
                and one.existence is Certainty.CERTAIN
            ):
                p = one.presumption
                days = (p.until, p.word_latest) if p is not None else (None, None)
                found.append(holding_of(one.iri, one.subject or "", one.bounds, *days))
        return [one for one in found if one is not None]

    def slice(
        self,
        certainties: Mapping[str, Certainty],
        contested: Collection[str],
        degrees: Collection[Certainty],
    ) -> Iterator[Triple]:
        """As :func:`tenure.views.slice_triples`, from what the graph has of each occurrence.

        Those that are ``contested`` are said to be.
        """
        schema = self._schema
        for iri, certainty in sorted(certainties.items()):
            if certainty not in degrees:
                continue
            stated = self._stated(iri)
            one = self._read(iri, stated)
            if one and iri in contested:
                yield from contested_triples([iri])
            declared = schema.kinds.get(one.kind) if one else None
            if one and declared and declared.flattens_to and one.subject and one.object:
                yield Triple(
                    NamedNode(one.subject), NamedNode(declared.flattens_to), NamedNode(one.object)
                )
            for triple in stated:
                if triple.predicate == TN("contested"):
                    if iri in contested:
                        yield triple
                elif triple.predicate not in _DERIVED and not schema.is_time(
                    triple.predicate.value
                ):
                    yield triple

    def contested(self) -> Mapping[str, FourBounds]:
        """What is contested, with the bounds by what no alternative leaves out."""
        if self._contested is None:
            stored, changed = self._index.contested(), self._changed
            kept = {iri: four for iri, four in stored.items() if iri not in changed}
            self._contested = kept | {
                iri: one.agreed or _OPEN
                for iri, one in changed.items()
                if one is not None and one.contested
            }
        return self._contested

    def occurrence(self, iri: str) -> Occurrence | None:
        """A situation or an event; None where there is none of that name."""
        return self._own[iri] if iri in self._own else self._read(iri, self._stated(iri))

    def held(self, office: str) -> set[str]:
        """The situations whose object something is."""
        return set(self._holders(office))

    def rivals(self, one: Occurrence) -> set[str]:
        """The situations with the object of one that are of others, and can meet it there.

        That is on more than the day of a handover, as conflicts about seats have it.
        """
        if one.object is None:
            return set()
        subject, first, last = _holder(one)
        return {
            iri
            for iri, (other, begun, over) in self._holders(one.object).items()
            if begun < last and first < over and other != subject
        }

    def _holders(self, office: str) -> Mapping[str, _Holder]:
        found, moved = self._index.holders(office), self._moved.get(office)
        if moved is None:
            return found
        now = {**found, **moved}
        return {iri: one for iri, one in now.items() if one is not None}

    def offices(self) -> set[str]:
        """What anything is of by ``tn:office``, and maybe what it is in other versions."""
        found = {quad.triple for quad in self._store.quads(self._graph, predicate=_OFFICE)}
        noted = (t for step in self._undone() for some in step.triples.values() for t in some)
        found.update(triple for triple in noted if triple.predicate == _OFFICE)
        return {one.object.value for one in found if isinstance(one.object, NamedNode)}

    def about_office(self, office: str) -> Mapping[str, Sequence[Triple]]:
        """What is stated of whatever names an office by ``tn:office``, and of its alternatives.

        And of the days of these and of the office itself.
        """
        noted: dict[NamedNode, set[str]] = defaultdict(set)
        for step in self._undone():
            for iri, triples in step.triples.items():
                for one in triples:
                    if one.predicate in _TELLING_OF and isinstance(one.object, NamedNode):
                        noted[one.object].add(iri)

        def telling_of(
            node: NamedNode, *predicates: NamedNode
        ) -> Iterator[tuple[str, Sequence[Triple]]]:
            here = {
                quad.subject.value
                for predicate in predicates
                for quad in self._store.quads(self._graph, predicate=predicate, value=node)
                if isinstance(quad.subject, NamedNode)
            }
            for iri in sorted(here | noted.get(node, set())):
                stated = self._stated(iri)
                if any(one.object == node and one.predicate in predicates for one in stated):
                    yield iri, stated

        found = dict(telling_of(NamedNode(office), *_TELLING_OF))
        for iri, stated in list(found.items()):
            if all(one.predicate != _DAYS_OF for one in stated):
                found.update(telling_of(NamedNode(iri), _DAYS_OF))
                for one in stated:
                    if one.predicate == TN("alternative") and isinstance(one.object, NamedNode):
                        found[one.object.value] = self._stated(one.object.value)
        return found

    def open_holdings(self, office: str, but: Collection[str]) -> list[Holding]:
        """Of those who certainly began to hold a seat of an office, whoever is presumed to go on.

        As the store has it now; ``but`` some.
        """
        pattern = f"{{ ?of tn:object <{office}> ; tn:presumedUntil ?value }}"
        found = {iri for iri, _ in _rows(self._store, self._graph, pattern)}
        return [*self._holdings_of(found.difference(but))]

    def other_holdings(self, office: str, since: int, but: Collection[str]) -> Iterator[Holding]:
        """The others of them who can have held it on some day since then."""
        found = {iri for iri, (_, _, last) in self._holders(office).items() if last >= since}
        return self._holdings_of(found.difference(but))

    def _holdings_of(self, iris: Collection[str]) -> Iterator[Holding]:
        certain = CONCEPT_OF[Certainty.CERTAIN].value
        for iri in sorted(iris):
            # Hundreds may have held an office, and to ask for each value takes five times longer.
            said: dict[NamedNode, list[str]] = defaultdict(list)
            for quad in self._store.quads(self._graph, subject=NamedNode(iri)):
                if quad.predicate in _OF_HOLDING:
                    said[quad.predicate].append(getattr(quad.object, "value", ""))
            begun, sure, until, word = (_day(said[one]) for one in _DAYS_OF_HOLDING)
            if begun is None or self._schema.seat_kinds.isdisjoint(said[RDF_TYPE]):
                continue
            if certain not in said[_CERTAINTY]:
                continue
            holder = min(said[_SUBJECT], default="")
            bounds = FourBounds(None, begun, sure, None)
            found = holding_of(iri, holder, bounds, until, None if until is None else word)
            if found is not None:
                yield found

    def with_days_out(self, iri: str) -> Occurrence | None:
        """As :meth:`occurrence`, with the days that are taken out, as the store has it now."""
        one = self.occurrence(iri)
        return one and replace(one, exclusions=self._index.exclusions_of(iri))

    def days(self, iri: str, degree: Certainty | None = None) -> Iterator[Quad]:
        """What the temporal index has of an occurrence now, of one degree or all of them."""
        for quad in self._store.quads(self._names.temporal_index, subject=NamedNode(iri)):
            if degree is None or quad.predicate.value.startswith(index_prefix(degree)):
                yield quad

    def seatings(self, office: str) -> set[str]:
        """The seatings of an office, as the store has them now."""
        node = NamedNode(office)
        return {
            quad.subject.value
            for role in self._schema.seating_roles
            for quad in self._store.quads(self._graph, predicate=NamedNode(role), value=node)
            if isinstance(quad.subject, NamedNode)
        }

    def _stated(self, iri: str) -> Sequence[Triple]:
        try:
            node = NamedNode(iri)
        except ValueError:
            return []
        found = [one.triple for one in self._store.quads(self._graph, subject=node)]
        noted = (step.triples[iri] for step in self._undone() if iri in step.triples)
        return next(noted, found)

    def _read(self, iri: str, stated: Iterable[Triple]) -> Occurrence | None:
        values = self._values(stated)
        kinds = sorted(filter(self._schema.is_occurrence, values[RDF_TYPE]))
        if not kinds or not values[TN("status")]:
            return None

        def one(name: str) -> str | None:
            return min(values[TN(name)], default=None)

        certain = CONCEPT_OF[Certainty.CERTAIN].value
        return Occurrence(
            iri,
            kinds[0],
            one("subject"),
            one("object"),
            _four(values),
            Certainty.CERTAIN if one("certainty") == certain else Certainty.POSSIBLE,
            one("status") == TNV("Contested").value,
            tuple(sorted(values[TN("supportedBy")])),
            tuple(map(self._alternative, sorted(values[TN("alternative")], key=_in_order))),
            next((self._bounds_of(node) for node in values[TN("agreed")]), None),
            one("boundsNote") or "",
            presumption=_presumption(values),
        )

    def _alternative(self, iri: str) -> Alternative:
        values = self._values(self._stated(iri))
        reason = min(values[TN("reason")], default="")
        return Alternative(_four(values), tuple(sorted(values[TN("leavesOut")])), reason)

    def _bounds_of(self, iri: str) -> FourBounds:
        return _four(self._values(self._stated(iri)))

    @staticmethod
    def _values(stated: Iterable[Triple]) -> Mapping[NamedNode, list[str]]:
        values: dict[NamedNode, list[str]] = defaultdict(list)
        for triple in stated:
            if isinstance(triple.object, NamedNode | Literal):
                values[triple.predicate].append(triple.object.value)
        return values

    # ------------------------------------------------------------------ conflicts

    def claims_of_conflict(self, iri: str) -> list[str]:
        """The claims between which a conflict is; none of what is no conflict."""
        if not iri.startswith(self._conflict_prefix):
            return []
        found = (t.object for t in self._stated(iri) if t.predicate == TN("conflictingClaim"))
        return sorted(one.value for one in found if isinstance(one, NamedNode))

    def conflicts(self) -> tuple[Conflict, ...]:
        """All conflicts, by IRI."""
        kind = TN("Conflict")
        found = self._store.quads(self._graph, predicate=RDF_TYPE, value=kind)
        nodes = {quad.subject.value for quad in found if isinstance(quad.subject, NamedNode)}
        nodes.update(iri for step in self._undone() for iri in step.triples)
        stated = ((iri, self._stated(iri)) for iri in sorted(nodes))
        return tuple(
            self._conflict(iri, triples)
            for iri, triples in stated
            if any(one.predicate == RDF_TYPE and one.object == kind for one in triples)
        )

    def _conflict(self, iri: str, stated: Iterable[Triple]) -> Conflict:
        values: dict[str, list[str]] = {}
        for triple in stated:
            name = local_name(triple.predicate.value)
            values.setdefault(name, []).append(getattr(triple.object, "value", ""))

        def several(name: str) -> tuple[str, ...]:
            return tuple(sorted(values.get(name, ())))

        def one(name: str) -> str:
            return next(iter(several(name)), "")

        rule, lost, kind = one("settledBy"), several("gaveWay"), one("conflictKind")
        claims = several("conflictingClaim")
        # Of time alone a conflict leaves claims out: those that lost, or else all of them.
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


def _presumption(values: Mapping[NamedNode, Sequence[str]]) -> Presumption | None:
    def day(name: str) -> int | None:
        text = min(values.get(TN(name), ()), default=None)
        return None if text is None else parse_iso(text)

    until, word = day("presumedUntil"), day("lastWord")
    if until is None or word is None:
        return None
    source = min(values.get(TN("lastWordSource"), ()), default=None)
    return Presumption(until, word, day("lastWordLatest"), source)


def _four(values: Mapping[NamedNode, list[str]]) -> FourBounds:
    texts = (min(values[TN(name)], default=None) for name in _BOUNDS)
    return FourBounds(*(None if text is None else parse_iso(text) for text in texts))


def _in_order(alternative: str) -> int:
    return int(local_name(alternative))


def _day(values: Sequence[str]) -> int | None:
    """The day number of the first of some dates; None of none."""
    return parse_iso(min(values)) if values else None
