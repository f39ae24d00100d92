"""A world as its graph in a store has it, for questions about all of it at once."""

from __future__ import annotations

import csv
import io
import logging
import threading
from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from copy import copy
from dataclasses import dataclass, field, replace
from functools import partial
from typing import TYPE_CHECKING, Final, NamedTuple

from immutables import Map
from pyoxigraph import Literal, NamedNode, Quad, RdfFormat, Triple, parse

from tenure.fusion import (
    CONCEPT_OF,
    FAR,
    AsOf,
    Holding,
    PlainComponent,
    PlainOccurrence,
    PlainWorld,
    SeatsOn,
    Template,
    World,
    contested_triples,
    holding_by_bounds,
    left_on_day,
    presumed_stretches,
)
from tenure.knowledge.columns_file import MOST_CHANGED, ColumnsFile, Stamp, Unusable
from tenure.knowledge.store_state import State
from tenure.model import Alternative, Conflict, Exclusion, Occurrence, Presumption, Schema
from tenure.namespaces import RDF_TYPE, TN, TN_PREFIX, TNV, Names, local_name
from tenure.store import Solutions, Store
from tenure.store.formats import CSV
from tenure.temporal import Certainty, FourBounds, parse_iso
from tenure.views import CERTAINTY, LAST_WORDS, certainty_triples, index_prefix

if TYPE_CHECKING:
    from tenure.knowledge.columns import Columns, ColumnsBuilder, Judged

_LOG: Final = logging.getLogger("tenure.knowledge")
_OFFICE: Final = TN("office")
_STATUS: Final = TN("status")
_CONTESTED: Final = TN("contested")
_DAYS_OF: Final = TN("daysOf")
_TELLING_OF: Final = (_OFFICE, _DAYS_OF)
_BOUNDS: Final = ("startEarliest", "startLatest", "endEarliest", "endLatest")
_OPEN: Final = FourBounds(None, None, None, None)
_OF_HOLDING: Final = (
    *("certainty", "subject", "alternative", "startEarliest", "endLatest"),
    *("startLatest", "endEarliest", "presumedUntil", "lastWordLatest"),
)
_SURE: Final = CONCEPT_OF[Certainty.CERTAIN]
_MOST_HOLDERS: Final = 100_000
_STATING_OFFICES: Final = ("world", "entities", "provenance")
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


def holding_of(one: Occurrence | PlainOccurrence, schema: Schema) -> Holding | None:
    """What is known of one who holds a seat; None where it is not certain since when."""
    if one.kind not in schema.seat_kinds:
        return None
    who = one.subject or ""
    if isinstance(one, PlainOccurrence):
        return holding_by_bounds(one.iri, who, one.bounds)
    if one.certainty is not Certainty.CERTAIN:
        return None
    presumed, several = one.presumption, one.several_bounds
    if presumed is None:
        return holding_by_bounds(one.iri, who, one.bounds, several=several)
    days = presumed.until, presumed.word_latest
    return holding_by_bounds(one.iri, who, one.bounds, *days, several=several)


def _by_bounds(as_of: AsOf, occurrences: Mapping[str, Occurrence | None]) -> dict[str, Certainty]:
    return {
        iri: Certainty.RULED_OUT
        if one is None
        else as_of.by_alternatives(one.several_bounds, one.existence)
        for iri, one in occurrences.items()
    }


class JudgedAlone(dict[str, Certainty]):
    """How surely a few occurrences were going on at a moment; whatever is ruled out is not in it.

    As :class:`~tenure.knowledge.columns.Judged`, without columns.
    """

    @property
    def others(self) -> Mapping[str, Certainty]:
        """All of them."""
        return self

    def but(self, found: Mapping[str, Certainty]) -> JudgedAlone:
        """The same, but for some occurrences of which something else is so."""
        both = {**self, **found}
        return JudgedAlone({i: sure for i, sure in both.items() if sure is not Certainty.RULED_OUT})

    def only(self, degrees: Collection[Certainty]) -> JudgedAlone:
        """What is of one of some degrees."""
        return JudgedAlone({iri: sure for iri, sure in self.items() if sure in degrees})

    def lines(self, **_which: object) -> bytes:
        """What rows say of them."""
        return b""

    def text(self) -> bytes:
        """How sure each is, as N-Triples."""
        return b"".join(f"{one} .\n".encode() for one in certainty_triples(self))


class BoundsIndex:
    """The bounds of all occurrences, read when they are first asked for; one for all versions."""

    def __init__(self, store: Store, names: Names, schema: Schema) -> None:
        self._store = store
        self._names = names
        self._graph = names.graph("world")
        self._schema = schema
        self._lock = threading.Lock()
        self._columns: Columns | None = None
        self.file = ColumnsFile(store.path) if store.path is not None else None
        self.stale: Map[str, Occurrence | None] = Map()
        """What is otherwise than in the columns, as the store had it when these were read."""
        self.useless = "there are none"
        """Why those on the disk could not be read; empty where they were."""
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

    @property
    def columns(self) -> Columns:
        """The columns, read where nobody has asked for them yet."""
        with self._lock:
            if self._columns is None:
                self._columns = self._read_columns()
        return self._columns

    def _read_columns(self) -> Columns:
        stamp = Stamp.of(self._store, self._names) if self.file is not None else None
        if self.file is None or stamp is None:
            return self.made_anew()
        try:
            columns, changed = self.file.read(stamp)
        except Unusable as error:
            return self._renewed(error)
        self.useless = ""
        self.stale = Map({iri: self._as_stored(iri) for iri in changed})
        return columns

    def _as_stored(self, iri: str) -> Occurrence | None:
        """An occurrence as the store has it now, with the days that are taken out."""
        one = read_occurrence(iri, self._stated(iri), self._stated, self._schema)
        return one and replace(one, exclusions=self.exclusions_of(iri))

    def _renewed(self, error: Unusable) -> Columns:
        self.useless = str(error)
        _LOG.info("The columns of %s are made anew: %s.", self._store.path, error)
        stamp = Stamp.of(self._store, self._names)
        columns = self.made_anew()
        if self.file is not None and stamp is not None and self._store.is_kept:
            self.file.write(columns, stamp)
        return columns

    def renew(self, columns: Columns, error: Unusable) -> None:
        """Have others in the place of columns of which it turned out that they are of no use."""
        with self._lock:
            if self._columns is columns:
                self._columns = self._renewed(error)

    @property
    def is_at_hand(self) -> bool:
        """Whether the columns were read, or lie beside the store."""
        return self._columns is not None or (self.file is not None and self.file.is_there)

    def made_anew(self) -> Columns:
        """The columns of what the store holds now."""
        from tenure.knowledge.columns import ColumnsBuilder  # noqa: PLC0415 - takes NumPy in

        builder = ColumnsBuilder()
        for quad in self._store.quads(self._graph, predicate=_STATUS):
            if isinstance(quad.subject, NamedNode):
                _add_row(builder, quad.subject.value, self._stated, self._schema)
        return builder.made()

    def _stated(self, iri: str) -> list[Triple]:
        return [one.triple for one in self._store.quads(self._graph, subject=NamedNode(iri))]

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
        told: dict[str, list[str]] = {}
        seats: set[str] = set()
        for iri, kind, certainty, *texts in self._rows_of_holders(office):
            one = told.setdefault(iri, texts)
            if one is not texts:  # of several subjects the first by name counts
                told[iri] = [
                    min(a, b) if a and b else a or b for a, b in zip(one, texts, strict=True)
                ]
            if certainty == _SURE.value and kind in self._schema.seat_kinds:
                seats.add(iri)
        holders: dict[str, _Holder] = {}
        for iri, (subject, alternative, *texts) in sorted(told.items()):
            first, ends, *days = [parse_iso(text) if text else None for text in texts]
            held = None
            if iri in seats and alternative:
                known = self._as_stored(iri)
                held = holding_of(known, self._schema) if known is not None else None
            elif iri in seats:
                begun, lasting, until, word = days
                bounds = FourBounds(None, begun, lasting, ends)
                word = None if until is None else word
                held = holding_by_bounds(iri, subject, bounds, until, word)
            holders[iri] = _Holder(
                subject, -FAR if first is None else first, FAR if ends is None else ends, held
            )
        return holders

    def _rows_of_holders(self, office: NamedNode) -> Iterator[list[str]]:
        """Of each situation whose object something is, its name, its kind and what else is stated.

        As text, which is faster than as terms; empty where nothing is.
        """
        optional = " ".join(f"OPTIONAL {{ ?of tn:{name} ?{name} }}" for name in _OF_HOLDING)
        answer = self._store.query(
            f"PREFIX tn: <{TN_PREFIX}> SELECT ?of ?kind {' '.join(f'?{n}' for n in _OF_HOLDING)}"
            f" {{ ?of tn:object {office} . {optional} OPTIONAL {{ ?of a ?kind }} }}",
            default_graphs=[self._graph],
            named_graphs=(),
        )
        assert isinstance(answer, Solutions)
        rows = csv.reader(io.StringIO(answer.serialise(CSV).decode(), newline=""))
        next(rows)
        return rows

    def _four(self, node: NamedNode) -> FourBounds:
        found = self._store.quads(self._graph, subject=node)
        days_of = {quad.predicate: quad.object for quad in found}
        texts = (getattr(days_of.get(TN(name)), "value", None) for name in _BOUNDS)
        return FourBounds(*(None if text is None else parse_iso(text) for text in texts))


class _Holder(NamedTuple):
    """Whose situation it is, the first and the last day on which it can have been going on.

    And what is known of one who holds a seat.
    """

    subject: str
    first: int
    last: int
    holding: Holding | None


def _holder(one: Occurrence, schema: Schema) -> _Holder:
    first, last = one.bounds.start_earliest, one.bounds.end_latest
    return _Holder(
        one.subject or "",
        -FAR if first is None else first,
        FAR if last is None else last,
        holding_of(one, schema),
    )


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
        self._index = BoundsIndex(store, names, schema)
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
                    here = one is not None and one.object == office
                    now = _holder(one, self._schema) if one is not None and here else None
                    other._moved = other._moved.set(office, moved.set(iri, now))
        other._were = {**were, **self._were}
        other._undo = _Undo()
        other._stretches = {}
        other._exclusions = None
        other._contested = None
        other._changes = {}
        return other

    def note_undo(
        self, newer: WorldGraph, subjects: Iterable[str], states: tuple[State, State]
    ) -> None:
        """Note what this version has of all that the next one changes, before it is written.

        ``subjects`` are those of the triples that come or go; ``states`` those that the store has
        before and after.
        """
        if self._index.file is not None and self._store.is_kept:
            self._index.file.note(*states, newer._were if newer is not self else ())
        if newer is not self:
            self._undo.occurrences = newer._were
            self._undo.triples = {iri: self.stated(iri) for iri in subjects}
            self._undo.next = newer._undo

    def settled(self) -> WorldGraph:
        """The graph once the store has it: where much is otherwise by now, it is read anew."""
        self._were = {}
        if len(self._own) < MOST_CHANGED:
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
        stale = self._index.stale
        own = stale.update(self._own) if stale else self._own
        return own.update(found) if found else own

    def useless_columns(self) -> str:
        """Why the columns that lie beside the store are of no use; empty where they are."""
        return self._index.useless

    @property
    def has_columns_at_hand(self) -> bool:
        """Whether columns were read, or lie beside the store."""
        return self._index.is_at_hand

    def rows_astray(self) -> list[str]:
        """The rows of the columns beside the store that are otherwise than the store has them."""
        columns = self._index.columns
        if self._index.useless:
            return []
        try:
            return columns.differing(self._index.made_anew(), but=self._index.stale)
        except Unusable as error:
            self._index.useless = str(error)
            return []

    def triples(self) -> Iterator[Triple]:
        """All that the store has of it."""
        return (quad.triple for quad in self._store.quads(self._graph))

    # ------------------------------------------------------------------ moments

    def certainty(self, as_of: AsOf, about: Collection[str] = ()) -> Judged | JudgedAlone:
        """How surely each occurrence that is not ruled out was going on, by its bounds alone.

        Of a known day, also by the days that are excluded; else see :meth:`exclusions`. Of those
        whose subject or object is one of the things that they are to be ``about``, and maybe of
        others, if there are any.
        """
        found = self._judged_about(as_of, about) if about else self._judged(as_of)
        if as_of.day is None:
            return found
        return found.but(
            {
                iri: left_on_day(found[iri], exclusions, as_of.day)
                for iri, exclusions in self.exclusions().items()
                if iri in found
            }
        )

    def _judged_about(self, as_of: AsOf, about: Collection[str]) -> Judged | JudgedAlone:
        """Of what names one of some things, without all the others."""
        if not self._index.is_at_hand:
            iris = {iri for thing in about for iri in self._naming(thing)}
            occurrences = {iri: self.occurrence(iri) for iri in sorted(iris)}
            return JudgedAlone().but(_by_bounds(as_of, occurrences))
        columns, changed = self._index.columns, self._changed
        rows = columns.naming(about)
        among = set(columns.iris.some(rows)) if changed else ()
        otherwise = {
            iri: one
            for iri, one in changed.items()
            if iri in among or (one is not None and self._is_about(one, about))
        }
        return columns.judged(as_of, rows).but(_by_bounds(as_of, otherwise))

    def _is_about(self, one: Occurrence, things: Collection[str]) -> bool:
        if one.subject in things or one.object in things:
            return True
        # Where sources differ, it can have another subject or object too.
        told = partial(self._store.quads, self._graph, subject=NamedNode(one.iri))
        return any(any(told(value=NamedNode(thing))) for thing in things)

    def _naming(self, thing: str) -> Collection[str]:
        """The subjects of whatever is stated with that object, and maybe of what was."""
        try:
            node = NamedNode(thing)
        except ValueError:
            return ()
        found = {
            quad.subject.value
            for quad in self._store.quads(self._graph, value=node)
            if isinstance(quad.subject, NamedNode)
        }
        for step in self._undone():
            found.update(
                i for i, told in step.triples.items() if any(t.object == node for t in told)
            )
        return found

    def _judged(self, as_of: AsOf) -> Judged:
        """By the columns, but for what was changed since."""
        columns, changed = self._index.columns, self._changed
        return columns.judged(as_of).but(_by_bounds(as_of, changed))

    def seats_taken(self, iris: Collection[str]) -> dict[str, tuple[str, str]]:
        """Of those that take a seat of an office, that office and the holder."""
        columns, changed, kinds = self._index.columns, self._changed, self._schema.seat_kinds
        rows = columns.of_kinds(kinds, columns.rows([iri for iri in iris if iri not in changed]))
        offices, holders = (columns.named(role, rows) for role in ("object", "subject"))
        found = {
            iri: (office, holder or "")
            for iri, office, holder in zip(columns.iris.some(rows), offices, holders, strict=True)
            if office is not None
        }
        for iri in iris:
            one = changed.get(iri)
            if one is not None and one.kind in kinds and one.object:
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
        often.subtract(columns.change_days(degree, columns.rows(changed.keys())))
        yield from (day for day, times in often.items() if times)
        for one in changed.values():
            if one is not None:
                yield from change_days_of(one, degree)
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
        self, found: Judged | JudgedAlone, as_of: AsOf
    ) -> Iterator[tuple[str, str | None, tuple[int, int]]]:
        """What is only possible, and presumed by itself to be going on then.

        Each with the office of which it takes a seat, and the days on which it is presumed.
        """
        kinds = self._schema.seat_kinds
        if not isinstance(found, JudgedAlone):
            columns = found.columns
            rows = columns.presumable(found, as_of)
            seats = set(columns.of_kinds(kinds, rows).tolist())
            each = zip(
                rows.tolist(),
                columns.iris.some(rows),
                columns.named("object", rows),
                zip(columns.bounds[1][rows].tolist(), columns.until[rows].tolist(), strict=True),
                strict=True,
            )
            for row, iri, office, days in each:
                yield iri, office if row in seats else None, days
        for iri, sure in found.others.items():
            one = self.occurrence(iri) if sure is Certainty.POSSIBLE else None
            if one is None or one.presumption is None:
                continue
            begun = one.bounds.start_latest
            if begun is not None and as_of.covered(begun, one.presumption.until):
                office = one.object if one.kind in kinds else None
                yield iri, office, (begun, one.presumption.until)

    def presumed_in(
        self, office: str, seats: Callable[[], tuple[Sequence[SeatsOn], Sequence[int]]]
    ) -> Mapping[str, Sequence[tuple[int, int]]]:
        """The stretches on which holders of an office are certainly or presumably there."""
        found = self._stretches.get(office)
        if found is None:
            found = self._stretches[office] = presumed_stretches(self._holdings(office), *seats())
        return found

    def _holdings(self, office: str) -> list[Holding]:
        """Who certainly began to hold a seat of an office."""
        if not self._index.is_at_hand:
            each = (self.occurrence(iri) for iri in sorted(self.held(office)))
            told = (holding_of(one, self._schema) for one in each if one is not None)
            return [one for one in told if one is not None]
        columns, kinds = self._index.columns, self._schema.seat_kinds
        changed = self._changed
        found = []
        rows = columns.of_kinds(kinds, columns.rows_of("object", office))
        holders = columns.named("subject", rows)
        for row, iri, holder in zip(rows.tolist(), columns.iris.some(rows), holders, strict=True):
            if iri not in changed and columns.firm[row]:
                days = columns.day("until", row), columns.day("word_latest", row)
                four, several = columns.four(row), columns.several(row)
                found.append(holding_by_bounds(iri, holder or "", four, *days, several=several))
        here = (one for one in changed.values() if one is not None and one.object == office)
        found += (holding_of(one, self._schema) for one in here)
        return [one for one in found if one is not None]

    def text(
        self,
        found: Judged | JudgedAlone,
        contested: Collection[str],
        *,
        degrees: bool,
        predicates: Collection[str] | None = None,
    ) -> bytes:
        """The graph of a day that has what was found, as N-Triples, in the order of its names.

        With ``degrees`` it says of each how sure it is, and of what is presumed on whose last word;
        else it is as :func:`tenure.views.slice_triples` says. What is ``contested`` is said to be.
        All of that by some ``predicates``, or by any.
        """

        def is_told(predicate: NamedNode) -> bool:
            return predicates is None or predicate.value in predicates

        words = found.only((Certainty.PRESUMED,)) if degrees else found
        others: Iterable[str] = words.others
        try:
            text = [words.lines(last_words=degrees, predicates=predicates)]
        except Unusable as error:
            assert not isinstance(words, JudgedAlone)
            self._index.renew(words.columns, error)
            # Of this answer the rows are known already, and the store has all that is told of them.
            text, others = [], sorted(words)
        for iri in others:
            stated = self.stated(iri)
            one = self._read(iri, stated)
            if one is not None:
                told = day_statements(one, stated, self._schema)
                text += [
                    f"{line} .\n".encode()
                    for line in told
                    if (line.predicate in LAST_WORDS) == degrees and is_told(line.predicate)
                ]
        if degrees and is_told(CERTAINTY):
            text.append(found.text())
        told_of = sorted(contested) if is_told(_CONTESTED) else ()
        disputed = (iri for iri in told_of if iri in found)
        text += [f"{line} .\n".encode() for line in contested_triples(disputed)]
        return b"".join(text)

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
        return self._own[iri] if iri in self._own else self._read(iri, self.stated(iri))

    def held(self, office: str) -> set[str]:
        """The situations whose object something is."""
        return set(self._holders(office))

    def rivals(self, one: Occurrence) -> set[str]:
        """The situations with the object of one that are of others, and can meet it there.

        That is on more than the day of a handover, as conflicts about seats have it.
        """
        if one.object is None:
            return set()
        mine = _holder(one, self._schema)
        return {
            iri
            for iri, other in self._holders(one.object).items()
            if other.first < mine.last and mine.first < other.last and other.subject != mine.subject
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

    def offices_of(self, organization: str) -> set[str]:
        """What is an office of an organization, as registered or as claims state it."""
        parts = (*self._names.ontology_graphs, *map(self._names.graph, _STATING_OFFICES))
        node, predicate = NamedNode(organization), TN("officeOf")
        return {
            quad.subject.value
            for part in parts
            for quad in self._store.quads(part, predicate=predicate, value=node)
            if isinstance(quad.subject, NamedNode)
        }

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
                stated = self.stated(iri)
                if any(one.object == node and one.predicate in predicates for one in stated):
                    yield iri, stated

        found = dict(telling_of(NamedNode(office), *_TELLING_OF))
        for iri, stated in list(found.items()):
            if all(one.predicate != _DAYS_OF for one in stated):
                found.update(telling_of(NamedNode(iri), _DAYS_OF))
                for one in stated:
                    if one.predicate == TN("alternative") and isinstance(one.object, NamedNode):
                        found[one.object.value] = self.stated(one.object.value)
        return found

    def open_holdings(self, office: str, but: Collection[str]) -> list[Holding]:
        """Of those who certainly began to hold a seat of an office, whoever is presumed to go on.

        ``but`` some.
        """
        return [one for one in self._since(office, -FAR, but) if one.until is not None]

    def other_holdings(self, office: str, since: int, but: Collection[str]) -> list[Holding]:
        """The others of them who can have held it on some day since then."""
        return self._since(office, since, but)

    def _since(self, office: str, since: int, but: Collection[str]) -> list[Holding]:
        return [
            one.holding
            for iri, one in sorted(self._holders(office).items())
            if one.holding is not None and one.last >= since and iri not in but
        ]

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

    def stated(self, iri: str) -> Sequence[Triple]:
        """All that is stated with a thing as the subject."""
        try:
            node = NamedNode(iri)
        except ValueError:
            return []
        found = [one.triple for one in self._store.quads(self._graph, subject=node)]
        noted = (step.triples[iri] for step in self._undone() if iri in step.triples)
        return next(noted, found)

    def _read(self, iri: str, stated: Iterable[Triple]) -> Occurrence | None:
        return read_occurrence(iri, stated, self.stated, self._schema)

    # ------------------------------------------------------------------ conflicts

    def claims_of_conflict(self, iri: str) -> list[str]:
        """The claims between which a conflict is; none of what is no conflict."""
        if not iri.startswith(self._conflict_prefix):
            return []
        found = (t.object for t in self.stated(iri) if t.predicate == TN("conflictingClaim"))
        return sorted(one.value for one in found if isinstance(one, NamedNode))

    def conflicts(self) -> tuple[Conflict, ...]:
        """All conflicts, by IRI; what is overruled and did not lose, the graph does not tell."""
        kind = TN("Conflict")
        found = self._store.quads(self._graph, predicate=RDF_TYPE, value=kind)
        nodes = {quad.subject.value for quad in found if isinstance(quad.subject, NamedNode)}
        nodes.update(iri for step in self._undone() for iri in step.triples)
        stated = ((iri, self.stated(iri)) for iri in sorted(nodes))
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
        return Conflict(
            iri,
            claims,
            lost if kind == "time" else (),
            bool(rule),
            several("concerns"),
            one("reason"),
            kind,
            rule,
            lost,
        )


def read_occurrence(
    iri: str,
    stated: Iterable[Triple],
    stated_of: Callable[[str], Iterable[Triple]],
    schema: Schema,
) -> Occurrence | None:
    """The occurrence of which something is stated, where it is one; without days taken out.

    ``stated_of`` says what is stated of its alternatives.
    """
    values = values_of(stated)
    kinds = sorted(filter(schema.is_occurrence, values[RDF_TYPE]))
    if not kinds or not values[TN("status")]:
        return None

    def one(name: str) -> str | None:
        return min(values[TN(name)], default=None)

    def alternative(iri: str) -> Alternative:
        told = values_of(stated_of(iri))
        reason = min(told[TN("reason")], default="")
        return Alternative(_four(told), tuple(sorted(told[TN("leavesOut")])), reason)

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
        tuple(map(alternative, sorted(values[TN("alternative")], key=_in_order))),
        next((_four(values_of(stated_of(node))) for node in values[TN("agreed")]), None),
        one("boundsNote") or "",
        presumption=_presumption(values),
    )


class _AlikeRow(NamedTuple):
    """What the rows of the occurrences in one place of a template have in common.

    Names are numbers among those of a component; ``lines`` have places for them, and those that
    come there.
    """

    kind: str
    subject: int | None
    object: int | None
    basis: str | None
    plain: bool
    lines: Sequence[tuple[str, str, tuple[int, ...]]]


class RowsOfWorlds:
    """Gives the occurrences of worlds to columns, with what their graphs tell of each."""

    def __init__(self, builder: ColumnsBuilder, schema: Schema) -> None:
        self._builder = builder
        self._schema = schema
        self._alike: dict[Template, list[_AlikeRow]] = {}

    def add(self, piece: World | PlainWorld, lines: bytes) -> None:
        """The occurrences of a piece, whose graph has these ``lines``, as N-Quads."""
        if isinstance(piece, PlainWorld):
            for component in piece.components:
                self._add_alike(component)
        else:
            stated, with_status = _told(lines)
            for iri in with_status:
                _add_row(self._builder, iri, stated.__getitem__, self._schema)

    def _add_alike(self, component: PlainComponent) -> None:
        names, alike = component.names, self._alike.get(component.template)
        if alike is None:
            # The first of a shape is read as any other world, and tells what its likes say.
            stated, _ = _told(component.template.of(names).encode())
            number = {name: place for place, name in enumerate(names)}
            alike = [self._row(stated, one.iri, number) for one in component.occurrences]
            self._alike[component.template] = alike
        for one, row in zip(component.occurrences, alike, strict=True):
            subject, obj = (None if at is None else names[at] for at in (row.subject, row.object))
            named = PlainOccurrence(one.iri, row.kind, subject, obj, one.bounds, one.claims)
            lines = [(by, text % tuple([names[n] for n in of])) for by, text, of in row.lines]
            self._builder.add(named.in_full(), lines, basis=row.basis, plain=row.plain)

    def _row(
        self, stated: Mapping[str, Sequence[Triple]], iri: str, number: Mapping[str, int]
    ) -> _AlikeRow:
        one = read_occurrence(iri, stated[iri], stated.__getitem__, self._schema)
        assert one is not None
        values = values_of(stated[iri])
        lines = []
        for triple in day_statements(one, stated[iri], self._schema):
            ends = (triple.subject, triple.object)
            named = [number.get(getattr(term, "value", "")) for term in ends]
            start, end = (
                str(term).replace("%", "%%") if at is None else "<%s>"
                for term, at in zip(ends, named, strict=True)
            )
            of = tuple(at for at in named if at is not None)
            lines.append((triple.predicate.value, f"{start} {triple.predicate} {end} .\n", of))
        return _AlikeRow(
            one.kind,
            None if one.subject is None else number[one.subject],
            None if one.object is None else number[one.object],
            min(values[TN("basis")], default=None),
            _is_plain(one, values, self._schema),
            lines,
        )


def _told(lines: bytes) -> tuple[dict[str, list[Triple]], list[str]]:
    """What a graph tells of each thing, and the things with a status."""
    stated: dict[str, list[Triple]] = defaultdict(list)
    with_status = []
    for quad in parse(lines, format=RdfFormat.N_QUADS):
        if isinstance(quad.subject, NamedNode):
            stated[quad.subject.value].append(quad.triple)
            if quad.predicate == _STATUS:
                with_status.append(quad.subject.value)
    return stated, list(dict.fromkeys(with_status))


def _add_row(
    builder: ColumnsBuilder,
    iri: str,
    stated_of: Callable[[str], Sequence[Triple]],
    schema: Schema,
) -> None:
    stated = stated_of(iri)
    one = read_occurrence(iri, stated, stated_of, schema)
    if one is not None:  # conflicts have a status too
        values = values_of(stated)
        builder.add(
            one,
            ((t.predicate.value, f"{t} .\n") for t in day_statements(one, stated, schema)),
            basis=min(values[TN("basis")], default=None),
            plain=_is_plain(one, values, schema),
        )


def _is_plain(one: Occurrence, values: Mapping[NamedNode, Sequence[str]], schema: Schema) -> bool:
    """Whether what is stated of its kind and by its roles is the one kind, subject and object."""
    stated: dict[NamedNode, str | None] = {RDF_TYPE: one.kind}
    kind = schema.kinds.get(one.kind)
    if kind is not None:
        stated[NamedNode(kind.subject_role)] = one.subject
        if kind.object_role is not None:
            stated[NamedNode(kind.object_role)] = one.object
    return all(set(values[role]) == ({name} - {None}) for role, name in stated.items())


def day_statements(one: Occurrence, stated: Iterable[Triple], schema: Schema) -> Iterator[Triple]:
    """What the graph of a day has of an occurrence, but for whether it is contested then.

    And its last word, which the graphs have that say how sure things are.
    """
    declared = schema.kinds.get(one.kind)
    if declared and declared.flattens_to and one.subject and one.object:
        yield Triple(NamedNode(one.subject), NamedNode(declared.flattens_to), NamedNode(one.object))
    for triple in stated:
        predicate = triple.predicate
        if predicate in LAST_WORDS or not (
            predicate in _DERIVED or predicate == _CONTESTED or schema.is_time(predicate.value)
        ):
            yield triple


def change_days_of(one: Occurrence, degree: Certainty) -> Iterator[int]:
    """The days on which an occurrence begins to be so sure by its bounds, or no longer is."""
    until = one.presumption.until if one.presumption and degree is Certainty.PRESUMED else None
    for four in one.several_bounds:
        starts, ends = four.start_earliest, four.end_latest
        if degree is not Certainty.POSSIBLE:
            starts, ends = four.start_latest, four.end_earliest
            if one.existence is not Certainty.CERTAIN or starts is None:
                continue
            if ends is not None and ends < starts and until is None:
                continue
        if starts is not None:
            yield starts
        if ends is not None:
            yield ends + 1
        if until is not None:
            yield until + 1


def values_of(stated: Iterable[Triple]) -> Mapping[NamedNode, list[str]]:
    """The IRIs and texts that are stated, by property; of any other there is an empty list."""
    values: dict[NamedNode, list[str]] = defaultdict(list)
    for triple in stated:
        if isinstance(triple.object, NamedNode | Literal):
            values[triple.predicate].append(triple.object.value)
    return values


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
