"""Recorded states of a data set become claims with two clocks.

A data set that changes over time is one source. Each of its states, compared with the one before,
is a revision: what it says anew becomes claims recorded at its instant, and claims on what it no
longer says are retracted at that instant. What comes back later is a new claim; nothing is ever
deleted or taken up again.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from pyoxigraph import Literal, NamedNode, Quad, Triple

from tenure.errors import BadInput
from tenure.ingest.source import source_description
from tenure.ingest.statement import slugged
from tenure.languages import ENGLISH, by_preference
from tenure.model import revision_quads
from tenure.namespaces import (
    RDF_TYPE,
    RDFS_LABEL,
    SKOS_ALT_LABEL,
    TN,
    TNV,
    XSD_BOOLEAN,
    XSD_DATETIME,
    XSD_INTEGER,
    Names,
    local_name,
)


@dataclass(frozen=True, slots=True)
class Record:
    """What one record of a state says.

    ``locator`` is how the data set names the record, ``fields`` its text as JSON, ``statement``
    the same in a sentence, and ``content`` what it states. Two records are one when all of this
    is the same: the claim then goes on.
    """

    locator: str
    fields: str
    statement: str
    content: tuple[Triple, ...]


@dataclass(frozen=True, slots=True)
class RecordedState:
    """The whole data set as of an instant (UTC, ``YYYY-MM-DDThh:mm:ssZ``)."""

    instant: str
    message: str
    records: tuple[Record, ...]
    by: str | None = None


@dataclass(frozen=True, slots=True)
class DataSet:
    """The source: its slug, its label, its publisher's slug and its web address.

    ``header`` is the comment line at the head of its file.
    """

    slug: str
    label: str
    publisher: str
    address: str
    header: str


@dataclass(frozen=True, slots=True)
class Counted:
    """What a revision did: its instant, and how many claims came in and went out."""

    instant: str
    added: int
    retracted: int


def source_quads(
    data_set: DataSet, states: Sequence[RecordedState], names: Names
) -> tuple[list[Quad], tuple[Counted, ...]]:
    """The file of the source, and what each revision did.

    The states come in the order of their instants. The source appeared on the day of the first.

    Raises:
        BadInput: no state at all, two of one instant, or one that is not in order.
    """
    if not states:
        raise BadInput(
            "There is no recorded state to import.",
            where=data_set.slug,
            remedy="Name the files of the states, or their folder.",
        )
    source = names.source(data_set.slug)
    chain = NamedNode(f"{source.value}/chain/{local_name(data_set.publisher)}")
    quads = source_description(
        names,
        data_set.slug,
        Literal(data_set.label, language=ENGLISH),
        data_set.publisher,
        states[0].instant[:10],
        data_set.address,
    )
    current: dict[Record, NamedNode] = {}
    counted = []
    number = 0
    before = ""
    for state in states:
        if state.instant <= before:
            raise BadInput(
                f"The state of {state.instant} does not come after that of {before}.",
                where=data_set.slug,
                remedy="Give each state once, in the order of their instants.",
            )
        before = state.instant
        at = Literal(state.instant, datatype=XSD_DATETIME)
        quads += revision_quads(source, state.instant, state.message, state.by)
        now = dict.fromkeys(state.records)
        gone = [record for record in current if record not in now]
        for record in gone:
            quads.append(Quad(current.pop(record), TN("retractedAt"), at))
        new = [record for record in now if record not in current]
        for record in new:
            number += 1
            claim = names.claim(data_set.slug, str(number))
            current[record] = claim
            evidence = NamedNode(f"{source.value}/record/{number}")
            quads += _claim_quads(claim, source, chain, evidence, at, record)
        counted.append(Counted(state.instant, len(new), len(gone)))
    return quads, tuple(counted)


def _claim_quads(
    claim: NamedNode,
    source: NamedNode,
    chain: NamedNode,
    evidence: NamedNode,
    at: Literal,
    record: Record,
) -> list[Quad]:
    return [
        Quad(evidence, RDF_TYPE, TN("Record")),
        Quad(evidence, TN("recordLocator"), Literal(record.locator)),
        Quad(evidence, TN("recordText"), Literal(record.fields)),
        Quad(claim, RDF_TYPE, TN("Claim")),
        Quad(claim, TN("source"), source),
        Quad(claim, TN("statement"), Literal(record.statement, language=ENGLISH)),
        Quad(claim, TN("evidence"), evidence),
        Quad(claim, TN("attribution"), chain),
        Quad(claim, TN("modality"), TNV("Asserted")),
        Quad(claim, TN("hedged"), Literal("false", datatype=XSD_BOOLEAN)),
        Quad(claim, TN("recordedAt"), at),
        *(Quad(t.subject, t.predicate, t.object, claim) for t in record.content),
    ]


class Entities:
    """What is registered, and what has to be added (``added``, as quads)."""

    def __init__(self, registered: Iterable[Quad], names: Names) -> None:
        self._names = names
        self._kinds: dict[str, str] = {}
        self._labels: dict[str, tuple[Literal, ...]] = {}
        self._names_of: dict[str, set[str]] = defaultdict(set)
        self._by_identifier: dict[str, str] = {}
        self._known: set[Quad] = set()
        self.added: list[Quad] = []
        for quad in registered:
            self._take(quad)

    def _take(self, quad: Quad) -> None:
        if not isinstance(quad.subject, NamedNode):
            return
        self._known.add(quad)
        slug = self._names.slug_of(quad.subject.value)
        if slug is None:
            return
        if quad.predicate == RDF_TYPE and isinstance(quad.object, NamedNode):
            self._kinds[slug] = local_name(quad.object.value)
        elif isinstance(quad.object, Literal):
            if quad.predicate == RDFS_LABEL:
                labels = (*self._labels.get(slug, ()), quad.object)
                self._labels[slug] = tuple(by_preference(labels))
            if quad.predicate in (RDFS_LABEL, SKOS_ALT_LABEL):
                self._names_of[slug].add(quad.object.value)
            elif quad.predicate == TN("identifier"):
                self._by_identifier[quad.object.value] = slug

    def _add(self, slug: str, predicate: NamedNode, value: NamedNode | Literal) -> None:
        quad = Quad(self._names.entity(slug), predicate, value)
        if quad not in self._known:
            self.added.append(quad)
            self._take(quad)

    def label(self, slug: str) -> str:
        """The entity's name in the registry."""
        labels = self._labels.get(slug)
        return labels[0].value if labels else slug

    def declare(self, slug: str, described: Mapping[str, object]) -> None:
        """An entity of a mapping file: ``kind`` and ``label``; of an office also ``of``, ``seats``.

        One that is registered stays as it is.

        Raises:
            BadInput: the slug is that of another kind of thing.
        """
        kind = str(described["kind"])
        if slug in self._kinds:
            if self._kinds[slug] != kind:
                raise BadInput(
                    f"{slug} is registered as {self._kinds[slug]}, and is to be {kind}.",
                    where="entities.ttl",
                    remedy="Give one of the two another slug.",
                )
            return
        self._add(slug, RDF_TYPE, TN(kind))
        self._add(slug, RDFS_LABEL, Literal(str(described["label"]), language=ENGLISH))
        if "of" in described:
            self._add(slug, TN("officeOf"), self._names.entity(str(described["of"])))
        if "seats" in described:
            self._add(slug, TN("seats"), Literal(str(described["seats"]), datatype=XSD_INTEGER))

    def person(
        self, names: Sequence[str], known_by: Sequence[str], identifiers: Sequence[str]
    ) -> str:
        """The slug of the person whom one of ``known_by`` identifies, registered if need be.

        ``identifiers`` are all that go into the registry. Some are shared by two persons through
        a mistake of the data set, so that only those of ``known_by`` decide who is meant. The last
        of ``names`` becomes the label of someone new, the others are other names. Someone
        registered without identifiers is the same if he bears one of the names.
        """
        slug = next(
            (self._by_identifier[one] for one in known_by if one in self._by_identifier), None
        )
        if slug is None:
            slug = self._free_slug(names)
            if slug not in self._kinds:
                self._add(slug, RDF_TYPE, TN("Person"))
                self._add(slug, RDFS_LABEL, Literal(names[-1], language=ENGLISH))
        for name in names:
            if name not in self._names_of[slug]:
                self._add(slug, SKOS_ALT_LABEL, Literal(name, language=ENGLISH))
        for identifier in identifiers:
            self._add(slug, TN("identifier"), Literal(identifier))
        return slug

    def _free_slug(self, names: Sequence[str]) -> str:
        with_identifiers = set(self._by_identifier.values())
        wanted = f"person/{slugged(names[-1]) or 'unnamed'}"
        slug, count = wanted, 1
        while slug in self._kinds:
            same = self._kinds[slug] == "Person" and not self._names_of[slug].isdisjoint(names)
            if same and slug not in with_identifiers:
                return slug
            count += 1
            slug = f"{wanted}-{count}"
        return slug
