"""Recorded states of a data set become claims with two clocks.

A data set that changes over time is one source. Each of its states, compared with the one before,
is a revision: what it says anew becomes claims recorded at its instant, and claims on what it no
longer says are retracted at that instant. What comes back later is a new claim; nothing is ever
deleted or taken up again.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from pyoxigraph import Literal, NamedNode, Quad, Triple

from tenure.author.registry import LANGUAGE
from tenure.author.sources import chain_quads
from tenure.errors import BadInput
from tenure.history import revision_quads
from tenure.terms import (
    EDTF_DATATYPE,
    RDF_TYPE,
    RDFS_LABEL,
    TN,
    TNV,
    XSD_BOOLEAN,
    XSD_DATETIME,
    Names,
    local_name,
)

_ANY_URI = NamedNode("http://www.w3.org/2001/XMLSchema#anyURI")


@dataclass(frozen=True, slots=True)
class Record:
    """What one record of a state says.

    ``locator`` is how the data set names the record, ``fields`` its text as JSON, ``statement``
    the same in a sentence, and ``content`` what it states. Two records are one when all of this
    is the same: the claim then stands on.
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
    published = Literal(states[0].instant[:10], datatype=EDTF_DATATYPE)
    voice = local_name(data_set.publisher)
    chain = NamedNode(f"{source.value}/chain/{voice}")
    quads = [
        Quad(source, RDF_TYPE, TN("Source")),
        Quad(source, RDFS_LABEL, Literal(data_set.label, language=LANGUAGE)),
        Quad(source, TN("publisher"), names.entity(data_set.publisher)),
        Quad(source, TN("published"), published),
        Quad(source, TN("webAddress"), Literal(data_set.address, datatype=_ANY_URI)),
        *chain_quads(names, data_set.slug, voice, (data_set.publisher,)),
    ]
    standing: dict[Record, NamedNode] = {}
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
        gone = [record for record in standing if record not in now]
        for record in gone:
            quads.append(Quad(standing.pop(record), TN("retractedAt"), at))
        new = [record for record in now if record not in standing]
        for record in new:
            number += 1
            claim = names.claim(data_set.slug, str(number))
            standing[record] = claim
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
        Quad(claim, TN("statement"), Literal(record.statement, language=LANGUAGE)),
        Quad(claim, TN("evidence"), evidence),
        Quad(claim, TN("attribution"), chain),
        Quad(claim, TN("modality"), TNV("Asserted")),
        Quad(claim, TN("hedged"), Literal("false", datatype=XSD_BOOLEAN)),
        Quad(claim, TN("recordedAt"), at),
        *(Quad(t.subject, t.predicate, t.object, claim) for t in record.content),
    ]
