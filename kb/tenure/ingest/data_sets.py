"""Recorded states of a data set become claims with two clocks.

A data set that changes over time is one source. Each of its states, compared with what was recorded
before, is a revision: what it says anew becomes claims recorded at its instant, and claims on what
it no longer says are retracted at that instant. What comes back later is a new claim; nothing is
ever deleted or taken up again. The same state once more changes nothing.
"""

from __future__ import annotations

import hashlib
import re
from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import islice
from typing import Final, TypeAlias

from pyoxigraph import Literal, NamedNode, Quad, RdfFormat, Triple, serialize

from tenure.errors import BadClaim, BadInput, TenureError
from tenure.ingest.draft import DraftFaults, StatedOccurrence, Value
from tenure.ingest.entities import Entities
from tenure.ingest.new_claims import NewClaims, NewRecord
from tenure.ingest.records import (
    OUTDATED,
    REPEATED,
    EntityReference,
    ImportReport,
    Record,
    Stated,
    StatedValue,
    words_of_record,
)
from tenure.ingest.source import source_description
from tenure.ingest.statement import StatementWriter
from tenure.ingest.vocabulary import Vocabulary
from tenure.languages import ENGLISH
from tenure.model import revision_quads
from tenure.namespaces import (
    RDF_TYPE,
    TN,
    TNV,
    XSD_DATETIME,
    XSD_INTEGER,
    Names,
    local_name,
)
from tenure.temporal import iso, parse

_STRETCH = re.compile(r"(.+)--([0-9]+)")
_DATES = tuple(TN(name) for name in ("start", "end", "inTerm"))
_ASSERTED: Final = "asserted"
_YEARS: Final = 2 * 366
"""Days after which what a data set says goes on may well have ended."""
_AT_ONCE: Final = 1_000
"""Situations whose stretches are numbered together."""
_MODALITY: Final = TN("modality").value


@dataclass(frozen=True, slots=True)
class RecordedState:
    """The whole data set as of an instant (UTC, ``YYYY-MM-DDThh:mm:ssZ``).

    Without an instant it is of the time of the import. The records may come as they are read. One
    that is not ``complete`` only adds to what was recorded: nothing is taken as gone.
    """

    instant: str | None
    message: str
    records: Iterable[Record]
    by: str | None = None
    complete: bool = True


@dataclass(frozen=True, slots=True)
class DataSet:
    """The source: its slug, its label, its publisher's slug, its web address.

    ``header`` is the comment line at the head of its file. ``published`` is an EDTF value; without
    it, the source appeared on the day of its first state. ``digest`` and ``length`` are those of
    the text of the first state, for a source without a web address. With ``folds``, what a state
    says twice becomes one claim; without, a claim each.
    """

    slug: str
    label: str
    publisher: str
    address: str | None
    header: str
    published: str = ""
    digest: str = ""
    length: int = 0
    folds: bool = True


@dataclass(frozen=True, slots=True)
class Counted:
    """What a revision did: its instant, and how many claims came in, went out and went on."""

    instant: str
    added: int
    retracted: int
    kept: int = 0


@dataclass(frozen=True, slots=True)
class _Current:
    """A claim that stands: its IRI, its key, and the stretches that it names, by their base."""

    claim: NamedNode
    key: bytes
    locator: str
    stretches: dict[str, tuple[int, tuple[str, ...]]]


class Revisions:
    """Makes revisions of one source out of the states of its data set.

    ``quads`` and ``claims`` are what is to be added to the folder of facts; ``held`` are the
    statements of the source's file as it is.
    """

    def __init__(
        self,
        data_set: DataSet,
        held: Sequence[Quad],
        names: Names,
        entities: Entities,
        report: ImportReport,
        *,
        vocabulary: Vocabulary | None = None,
        occurrences: Iterable[str] = (),
    ) -> None:
        self._data_set = data_set
        self._names = names
        self._entities = entities
        self._report = report
        self._source = names.source(data_set.slug)
        self._writer = StatementWriter(
            vocabulary or Vocabulary.load(), names, entities.kinds, set(occurrences), ()
        )
        self._situations: dict[Stated, str] = {}
        self.quads: list[Quad] = []
        self.counted: list[Counted] = []
        self.recorded_before = 0
        """States that were recorded before, and so were not read again."""
        self._described = any(q.subject == self._source and q.predicate == RDF_TYPE for q in held)
        stamps = (TN("recordedAt"), TN("retractedAt"))
        self._instants = {
            q.object.value for q in held if q.predicate in stamps and isinstance(q.object, Literal)
        }
        last = _last_number(held, f"{self._source.value}/record/", names, data_set.slug)
        prefix = f"{names.claim_prefix}{data_set.slug}/"
        voice = _chain_of(held, self._source, data_set)
        self.claims = NewClaims(self._source, prefix, voice, last + 1)
        self._goes_on = ""
        self._going_on = 0
        self._latest = 0
        self._known = 0
        """How many of the new claims are among those that stand."""
        self._current = {one.claim.value: one for one in _current(held, self._writer.vocabulary)}

    def add(
        self, state: RecordedState, at: str, watch: Callable[[int], None] = lambda _: None
    ) -> None:
        """Make the revision of one state, unless it was recorded before or changes nothing.

        Raises:
            BadInput: it is older than what was recorded.
        """
        if self._instants and at <= max(self._instants):
            if state.instant is not None and at in self._instants:
                self.recorded_before += 1
                return
            raise BadInput(
                f"The state of {at} does not come after that of {max(self._instants)}, "
                "which is recorded.",
                where=self._data_set.slug,
                remedy="Give each state once, in the order of their instants.",
            )
        self._know_new_ones()
        waiting: dict[bytes, list[_Current]] = defaultdict(list)
        for one in self._current.values():
            waiting[one.key].append(one)
        kept: list[_Current] = []
        first = self.claims.rows
        places = _Places()
        for record in self._read(state, watch):
            same = _same(record, waiting.get(record.key, []))
            if same is None:
                places.note(record, self.claims.take(record))
            else:
                waiting[same.key].remove(same)
                kept.append(same)
        added = self.claims.rows - first
        gone = [one for some in waiting.values() for one in some]
        if not (self._report.whole and state.complete):
            kept, gone = [*kept, *gone], []
        if not (added or gone) and self._described and state.instant is None:
            self.counted.append(Counted(at, 0, 0, len(kept)))
            return
        self._describe(at)
        self.quads += revision_quads(self._source, at, state.message, state.by)
        self._instants.add(at)
        for one in gone:
            del self._current[one.claim.value]
            stamp = Literal(at, datatype=XSD_DATETIME)
            self.quads.append(Quad(one.claim, TN("retractedAt"), stamp))
        taken, free = _known_stretches(kept, gone)
        numbers: dict[tuple[int, str], int] = {}
        for among in places.shared((*taken, *free)):
            rows = sorted({row for some in among.values() for row in some})
            found = _numbered({one: self.claims.record(one) for one in rows}, among, taken, free)
            numbers.update((key, number) for key, number in found.items() if number != 1)
        self.claims.close_state(first, at, numbers)
        self.counted.append(Counted(at, added, len(gone), len(kept)))

    def _know_new_ones(self) -> None:
        """Put the claims of the states before among those that stand."""
        for row in range(self._known, self.claims.rows):
            record, claim = self.claims.record(row), self.claims.claim(row)
            stretches = {
                base: (self.claims.number(row, base), dates)
                for base, dates in record.stretches.items()
            }
            self._current[claim] = _Current(NamedNode(claim), record.key, record.locator, stretches)
        self._known = self.claims.rows

    def claims_about(self, iris: Collection[str]) -> dict[str, list[str]]:
        """Of each IRI the new claims that are, or state something of, what has it."""
        found: dict[str, list[str]] = {iri: [] for iri in iris}
        for iri, claim in self.claims.about(
            {iri for iri in iris if iri.startswith(self._names.base)}
        ):
            found[iri].append(claim)
        return {iri: sorted(claims) for iri, claims in found.items()}

    def locator(self, claim: str) -> str:
        """How the data set names the record of a new claim."""
        return self.claims.record(self.claims.row(claim)).locator

    def leave_out(self, claims: Collection[str]) -> bool:
        """Leave some new claims out; whether any change is left."""
        rows = [self.claims.row(one) for one in claims]
        lost = Counter(map(self.claims.at, rows))
        self.claims.leave_out(rows)
        self.counted = [replace(o, added=o.added - lost[o.instant]) for o in self.counted]
        return any(one.added or one.retracted for one in self.counted)

    def _describe(self, at: str) -> None:
        if self._described:
            return
        self._described = True
        one = self._data_set
        self.quads += source_description(
            self._names,
            one.slug,
            Literal(one.label, language=ENGLISH),
            one.publisher,
            one.published or at[:10],
            one.address,
        )
        if one.digest:
            length = Literal(str(one.length), datatype=XSD_INTEGER)
            self.quads.append(Quad(self._source, TN("textDigest"), Literal(one.digest)))
            self.quads.append(Quad(self._source, TN("textLength"), length))

    def _read(self, state: RecordedState, watch: Callable[[int], None]) -> Iterator[NewRecord]:
        seen: dict[bytes, str] = {}
        for count, record in enumerate(state.records, start=1):
            watch(count)
            try:
                said, meant = self._meant(record)
            except TenureError as error:
                self._report.fault(record.locator, error)
                continue
            first = seen.get(said)
            if self._data_set.folds and first is not None:
                self._report.tell(
                    REPEATED,
                    record.locator,
                    f"It says the same as {first}; one claim was made.",
                    value=meant.statement,
                )
                continue
            seen[said] = record.locator
            self._note_age(record, meant)
            yield meant

    def _note_age(self, record: Record, meant: NewRecord) -> None:
        dates = (text for some in meant.stretches.values() for text in some[:2] if text)
        self._latest = max((self._latest, *(parse(one).bounds.earliest or 0 for one in dates)))
        if record.tense == "present":
            self._going_on += 1
            self._goes_on = self._goes_on or record.locator

    def tell_if_outdated(self, at: str) -> None:
        """Tell of what goes on to the day of ``at``, where all dates are years older."""
        day = at[:10]
        if self._going_on and self._latest + _YEARS < (parse(day).bounds.earliest or 0):
            latest = iso(self._latest)
            self._report.tell(
                OUTDATED,
                self._goes_on,
                f"It goes on, as do {self._going_on - 1} others, and no date that was read is "
                f"later than {latest}; they are taken to have gone on up to {day}.",
                f"Say of which day the data are, such as --recorded-at {latest}T00:00:00Z.",
            )

    def _meant(self, record: Record) -> tuple[bytes, NewRecord]:
        """A record with its triples; before it, a digest of what it states.

        Raises:
            TenureError: what it states cannot be written so; the first fault.
        """
        label: dict[EntityReference, str] = {}
        occurrences, listed = [], []
        modality = record.modality or _ASSERTED
        concepts = [(_MODALITY, TNV(modality.capitalize()).value)]
        for name, text in (("tense", record.tense), ("rank", record.rank)):
            if text:
                concepts.append((TN(name).value, self._concept(name, text).value))
        for one in record.states:
            stated = self._stated(one, record.locator, label)
            if one.about is not None:
                kind = self._writer.vocabulary.kind(one.kind).node
                listed.append(Triple(self._names.entity(stated.about), RDF_TYPE, kind))
            if stated.properties:
                occurrences.append(stated)
        faults = DraftFaults()
        triples = (*listed, *self._writer.triples(occurrences, faults))
        if faults.found:
            raise faults.found[0]
        if not triples:
            raise BadClaim("The record states nothing.", remedy="Check the mapping.")
        _refuse_reversed(triples)
        numbers: dict[str, int] = {}
        if any(one.situation for one in record.states):
            triples, numbers = _without_numbers(triples, self._writer.vocabulary)
        stretches = _stretches(triples, self._names)
        for iri in stretches:
            self._writer.occurrences.add(self._names.short(iri))
        statement = record.statement or words_of_record(record, label)
        said, key = _keys(
            ((_value(t.subject), t.predicate.value, str(t.object)) for t in triples),
            record.fields or statement,
            modality,
            record.tense,
            record.rank,
            hedged=record.hedged,
        )
        content = serialize(triples, format=RdfFormat.N_TRIPLES) or b""
        return said, NewRecord(
            record.locator, record.positional, record.fields, statement, record.hedged,
            tuple(concepts), content, key, stretches, numbers,
        )  # fmt: skip

    def _stated(
        self, stated: Stated, locator: str, label: dict[EntityReference, str]
    ) -> StatedOccurrence:
        about = stated.situation or self._writer.vocabulary.kind(stated.kind).name
        if stated.about is not None:
            about = self._slug(stated.about, locator, label)
        values = []
        for name, value in stated.properties:
            text = self._text(value, locator, label)
            values.append((name, Value(text)))
        return StatedOccurrence(about, tuple(values))

    def _text(self, value: StatedValue, locator: str, label: dict[EntityReference, str]) -> str:
        if isinstance(value, EntityReference):
            return self._slug(value, locator, label)
        if isinstance(value, Stated):
            if value not in self._situations:
                slug = self._writer.slug_of(self._stated(value, locator, label))
                self._situations[value] = slug
                self._writer.occurrences.add(slug)
            return self._situations[value]
        return value

    def _slug(self, one: EntityReference, locator: str, label: dict[EntityReference, str]) -> str:
        slug = self._entities.find(one, locator)
        label[one] = self._entities.label(slug)
        return slug

    def _concept(self, name: str, text: str) -> NamedNode:
        """A value of a closed vocabulary. Raises :class:`~tenure.errors.BadInput` for another."""
        vocabulary = self._writer.vocabulary
        return vocabulary.concept(vocabulary.property(name), text)


def _keys(
    stated: Iterable[tuple[str, str, str]], *described: str, hedged: bool
) -> tuple[bytes, bytes]:
    """Digests of what is stated, and of all that two records have in common that are one.

    The claim then goes on. The sentence is none of it where the record has a text of its own, for
    it has names of the registry, which may change. Held as they are, the texts would take more than
    the claims.
    """
    said = repr(sorted(set(stated)))
    whole = f"{said}{described}{hedged}"
    one, other = (hashlib.blake2b(text.encode(), digest_size=16) for text in (said, whole))
    return one.digest(), other.digest()


def _value(node: object) -> str:
    return node.value if isinstance(node, NamedNode) else ""


def _same(record: NewRecord, waiting: Sequence[_Current]) -> _Current | None:
    """Which of the claims that say the same goes on: that of the same locator, if it is a name."""
    own = next((one for one in waiting if one.locator == record.locator), None)
    return own or (waiting[0] if waiting and record.positional else None)


def _bases(quads: Iterable[Quad], vocabulary: Vocabulary) -> dict[str, tuple[str, int]]:
    """Each situation of a claim without the number of its stretch, and that number.

    A slug has a part for each role and each property that distinguishes; a number after them all
    is that of a stretch.
    """
    stated: dict[str, set[str]] = defaultdict(set)
    kinds: dict[str, str] = {}
    for quad in quads:
        stated[_value(quad.subject)].add(quad.predicate.value)
        if quad.predicate == RDF_TYPE:
            kinds[_value(quad.subject)] = local_name(_value(quad.object))
    found = {}
    for iri, predicates in stated.items():
        found[iri] = (iri, 1)
        kind = vocabulary.kinds.get(kinds.get(iri, ""))
        match = _STRETCH.fullmatch(iri)
        if kind is None or match is None:
            continue
        roles = (kind.subject_role, kind.object_role, *kind.distinguished_by)
        parts = sum(1 for role in roles if role is not None and role.value in predicates)
        if len(local_name(iri).split("--")) > parts:
            found[iri] = (match[1], int(match[2]))
    return found


def _without_numbers(
    triples: Sequence[Triple], vocabulary: Vocabulary
) -> tuple[tuple[Triple, ...], dict[str, int]]:
    """Triples about situations without the numbers of their stretches, and these by situation."""
    quads = [Quad(t.subject, t.predicate, t.object) for t in triples]
    bases = _bases(quads, vocabulary)
    bare = tuple(
        Triple(NamedNode(bases[_value(t.subject)][0]), t.predicate, t.object) for t in triples
    )
    return bare, dict(bases.values())


def _stretches(triples: Iterable[Triple], names: Names) -> dict[str, tuple[str, ...]]:
    """The dates of each situation that a stretch of time is stated of, by its IRI."""
    found: dict[str, dict[str, str]] = defaultdict(dict)
    kinds: set[str] = set()
    for one in triples:
        iri = _value(one.subject)
        if one.predicate in _DATES:
            value = one.object
            found[iri][one.predicate.value] = (
                value.value if isinstance(value, NamedNode | Literal) else ""
            )
        elif one.predicate == RDF_TYPE:
            kinds.add(iri)
    return {
        iri: tuple(dates.get(one.value, "") for one in _DATES)
        for iri, dates in found.items()
        if iri in kinds and "--" in iri[len(names.id_prefix) :]
    }


class _Places:
    """Which rows tell of which situations; no more of each than a number."""

    def __init__(self) -> None:
        self._once: dict[int, int] = {}
        self._several: dict[int, list[int]] = {}

    def note(self, record: NewRecord, row: int) -> None:
        """A row tells of the situations of its record."""
        for base in record.stretches:
            number = hash(base)
            other = self._once.setdefault(number, row)
            if other != row:
                self._several.setdefault(number, [other]).append(row)
            elif record.numbers:
                self._several.setdefault(number, [row])

    def shared(self, known: Iterable[str]) -> Iterator[dict[int, list[int]]]:
        """In lots, the situations of which others or claims that are known tell too, or may.

        Each is a number, with the rows that tell of it.
        """
        for base in known:
            if (row := self._once.get(hash(base))) is not None:
                self._several.setdefault(hash(base), [row])
        several = iter(self._several.items())
        while some := dict(islice(several, _AT_ONCE)):
            yield some


_Used: TypeAlias = dict[int, tuple[str, ...]]
_Left: TypeAlias = dict[int, tuple[str, tuple[str, ...]]]
_Tie: TypeAlias = Callable[[NewRecord, str, _Used, _Left], int | None]


def _known_stretches(
    kept: Iterable[_Current], gone: Iterable[_Current]
) -> tuple[dict[str, _Used], dict[str, _Left]]:
    """The stretches that go on, and those that have become free, by situation."""
    taken: dict[str, _Used] = defaultdict(dict)
    free: dict[str, _Left] = defaultdict(dict)
    for one in kept:
        for base, (number, dates) in one.stretches.items():
            taken[base].setdefault(number, dates)
    for one in gone:
        for base, (number, dates) in one.stretches.items():
            if number not in taken.get(base, ()):
                free[base].setdefault(number, (one.locator, dates))
    return taken, free


def _numbered(
    new: Mapping[int, NewRecord],
    among: Collection[int],
    taken: Mapping[str, _Used],
    free: Mapping[str, _Left],
) -> dict[tuple[int, str], int]:
    """The number of the stretch of each situation of new records, counted from 1.

    What has the dates of a stretch that goes on belongs to it. What a record of the same name,
    with the same start or the same end was of before, keeps that number; else it takes one that
    has become free, or the next, in the order of the starts. ``among`` are situations, as numbers.
    """
    pending: dict[str, list[int]] = defaultdict(list)
    for row, record in new.items():
        for base in record.stretches:
            if hash(base) in among:
                pending[base].append(row)
    numbers: dict[tuple[int, str], int] = {}
    for base, rows in pending.items():
        used, left = dict(taken.get(base, {})), dict(free.get(base, {}))
        waiting = sorted(rows, key=lambda one: _order(new[one].stretches[base]))
        for tie in _TIES:
            unplaced = []
            for row in waiting:
                chosen = tie(new[row], base, used, left)
                if chosen is None:
                    unplaced.append(row)
                else:
                    left.pop(chosen, None)
                    used.setdefault(chosen, new[row].stretches[base])
                    numbers[row, base] = chosen
            waiting = unplaced
    return numbers


def _said_tie(record: NewRecord, base: str, _used: _Used, _left: _Left) -> int | None:
    return record.numbers.get(base)


def _locator_tie(record: NewRecord, base: str, used: _Used, left: _Left) -> int | None:
    dates = record.stretches[base]
    same = next((number for number, taken in used.items() if taken == dates), None)
    if same is not None or record.positional:
        return same
    own = record.locator
    return next((number for number, (locator, _) in left.items() if locator == own), None)


def _start_tie(record: NewRecord, base: str, _used: _Used, left: _Left) -> int | None:
    start = record.stretches[base][0]
    return next((n for n, (_, dates) in left.items() if start and dates[0] == start), None)


def _end_tie(record: NewRecord, base: str, _used: _Used, left: _Left) -> int | None:
    end = record.stretches[base][1]
    return next((n for n, (_, dates) in left.items() if end and dates[1] == end), None)


def _any_tie(record: NewRecord, base: str, used: _Used, left: _Left) -> int:
    same = next((n for n, dates in used.items() if dates == record.stretches[base]), None)
    return same or min(left, default=0) or next(n for n in range(1, len(used) + 2) if n not in used)


_TIES: Final[tuple[_Tie, ...]] = (_said_tie, _locator_tie, _start_tie, _end_tie, _any_tie)


def _order(dates: tuple[str, ...]) -> tuple[int, str]:
    """By the first day of the start, else of the end; what has neither comes last."""
    for text in dates[:2]:
        earliest = parse(text).bounds.earliest if text else None
        if earliest is not None:
            return earliest, text
    return 1 << 60, dates[2]


def _refuse_reversed(triples: Iterable[Triple]) -> None:
    """Refuse a situation that is over before it began.

    Raises:
        BadClaim: says the dates.
    """
    dates: dict[tuple[str, str], str] = {}
    for one in triples:
        if one.predicate in _DATES[:2] and isinstance(one.object, Literal):
            dates[_value(one.subject), one.predicate.value] = one.object.value
    for (iri, predicate), start in dates.items():
        end = dates.get((iri, TN("end").value), "")
        if predicate != TN("start").value or not end:
            continue
        earliest, latest = parse(start).bounds.earliest, parse(end).bounds.latest
        if earliest is not None and latest is not None and latest < earliest:
            raise BadClaim(
                f"The end, {end}, lies before the start, {start}.",
                remedy="Look both up in the source; years before Christ are counted through "
                "zero, so that 27 BC is -0026.",
            )


def _current(held: Sequence[Quad], vocabulary: Vocabulary) -> Iterator[_Current]:
    """The claims that stand, by what they state."""
    described: dict[str, dict[str, str]] = defaultdict(dict)
    content: dict[str, list[Quad]] = defaultdict(list)
    for quad in held:
        if isinstance(quad.graph_name, NamedNode):
            content[quad.graph_name.value].append(quad)
        elif isinstance(quad.object, NamedNode | Literal):
            described[_value(quad.subject)][local_name(quad.predicate.value)] = quad.object.value
    for iri, quads in content.items():
        claim = described.get(iri, {})
        if "retractedAt" in claim or not claim.get("recordedAt"):
            continue
        record = described.get(claim.get("evidence", ""), {})
        locator, fields = record.get("recordLocator", ""), record.get("recordText", "")
        tense, rank, modality = (
            local_name(claim.get(one, "")).lower() for one in ("tense", "rank", "modality")
        )
        bases = _bases(quads, vocabulary)
        _, key = _keys(
            ((bases[_value(q.subject)][0], q.predicate.value, str(q.object)) for q in quads),
            fields or claim["statement"],
            modality,
            tense,
            rank,
            hedged=claim.get("hedged") == "true",
        )
        stretches: dict[str, dict[str, str]] = defaultdict(dict)
        for quad in quads:
            if quad.predicate in _DATES and isinstance(quad.object, NamedNode | Literal):
                stretches[_value(quad.subject)][quad.predicate.value] = quad.object.value
        numbered = {}
        for subject, dates in stretches.items():
            base, number = bases[subject]
            numbered[base] = (number, tuple(dates.get(d.value, "") for d in _DATES))
        yield _Current(NamedNode(iri), key, locator, numbered)


def _last_number(held: Iterable[Quad], records: str, names: Names, slug: str) -> int:
    prefixes = (records, f"{names.claim_prefix}{slug}/")
    found = [0]
    for quad in held:
        if quad.predicate == RDF_TYPE:
            iri = _value(quad.subject)
            found += [
                int(iri.removeprefix(one))
                for one in prefixes
                if iri.startswith(one) and iri.removeprefix(one).isdecimal()
            ]
    return max(found)


def _chain_of(held: Iterable[Quad], source: NamedNode, data_set: DataSet) -> NamedNode:
    """The chain of the publisher's own voice: the one with that name, which comes with a source."""
    publisher = next(
        (
            local_name(_value(q.object))
            for q in held
            if q.subject == source and q.predicate == TN("publisher")
        ),
        local_name(data_set.publisher),
    )
    return NamedNode(f"{source.value}/chain/{publisher}")
