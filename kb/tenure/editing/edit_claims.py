"""How an edit becomes a claim: of the source *edits*, whose publisher are the editors of the base.

The source and its publisher are registered with the first edit.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from typing import Final

from pyoxigraph import Literal, NamedNode, Quad

from tenure.errors import BadInput
from tenure.ingest import Vocabulary
from tenure.ingest.source import source_description
from tenure.knowledge import KnowledgeBase
from tenure.languages import ENGLISH
from tenure.model import Change
from tenure.model.edits import EDITS, Edit
from tenure.namespaces import (
    RDF_TYPE,
    RDFS_LABEL,
    TN,
    TNV,
    XSD_BOOLEAN,
    Names,
    local_name,
)

EDITORS: Final = "org/editors"
_ANY_URI: Final = NamedNode("http://www.w3.org/2001/XMLSchema#anyURI")


def edit_change(
    kb: KnowledgeBase,
    edits: Sequence[tuple[str, Sequence[Edit]]],
    *,
    evidence: str = "",
    more: Iterable[Quad] = (),
    retracted: Sequence[str] = (),
) -> Change:
    """The change that makes some edits, each a claim of what it says in words, with its rows.

    ``evidence`` is the web address of what shows that it is so; ``more`` are other statements.

    Raises:
        BadInput: ``evidence`` is no web address.
    """
    if evidence and not evidence.startswith(("http://", "https://")):
        raise BadInput(
            f"{evidence[:120]!r} is no web address.",
            where="evidence",
            remedy="It begins with https://; say anything else in the message.",
        )
    names = kb.names
    quads = [*more, *_source(kb)]
    number = _next_number(kb)
    for words, rows in edits:
        quads += _claim(names, str(number), words, rows, evidence)
        number += 1
    return Change(tuple(quads), tuple(retracted))


def _next_number(kb: KnowledgeBase) -> int:
    taken = (local_name(iri) for iri in kb.snapshot.edits.claims)
    return 1 + max((int(one) for one in taken if one.isdecimal()), default=0)


def _source(kb: KnowledgeBase) -> list[Quad]:
    """What describes the source and its publisher, where it is not there yet."""
    names = kb.names
    if names.source(EDITS).value in kb.sources:
        return []
    quads = source_description(
        names,
        EDITS,
        Literal("What the editors of this base have put right", language=ENGLISH),
        EDITORS,
        datetime.now(UTC).date().isoformat(),
        names.source(EDITS).value,
    )
    if names.entity_iri(EDITORS) not in kb.registry:
        editors = names.entity(EDITORS)
        quads.append(Quad(editors, RDF_TYPE, TN("Organization")))
        label = Literal("Editors of this base", language=ENGLISH)
        quads.append(Quad(editors, RDFS_LABEL, label))
    return quads


def _claim(
    names: Names, number: str, words: str, rows: Sequence[Edit], evidence: str
) -> list[Quad]:
    claim, source = names.claim(EDITS, number), names.source(EDITS)
    if evidence:
        found = NamedNode(f"{source.value}/locator/{number}")
        quads = [
            Quad(found, RDF_TYPE, TN("WebLocator")),
            Quad(found, TN("webAddress"), Literal(evidence, datatype=_ANY_URI)),
        ]
    else:
        found = NamedNode(f"{source.value}/record/{number}")
        quads = [
            Quad(found, RDF_TYPE, TN("Record")),
            Quad(found, TN("recordLocator"), Literal(f"edit {number}")),
        ]
    chain = NamedNode(f"{source.value}/chain/{local_name(EDITORS)}")
    for predicate, value in (
        (RDF_TYPE, TN("Claim")),
        (TN("source"), source),
        (TN("statement"), Literal(words, language=ENGLISH)),
        (TN("evidence"), found),
        (TN("attribution"), chain),
        (TN("modality"), TNV("Asserted")),
        (TN("hedged"), Literal("false", datatype=XSD_BOOLEAN)),
    ):
        quads.append(Quad(claim, predicate, value))
    for place, edit in enumerate(rows, start=1):
        node = names.entity(f"edit/{number}" if place == 1 else f"edit/{number}-{place}")
        stated = edit.triples(node)
        quads += (Quad(one.subject, one.predicate, one.object, claim) for one in stated)
    return quads


def vocabulary_of(kb: KnowledgeBase) -> Vocabulary:
    """The terms of a base, its own among them."""
    own = kb.store.quads(kb.names.ontology_graphs[1])
    return Vocabulary(kb.schema, {q.subject.value for q in own if isinstance(q.subject, NamedNode)})


def statements_of(change: Change) -> tuple[str, ...]:
    """What the edits in a change say, in words."""
    return tuple(
        one.object.value
        for one in change.added
        if one.predicate == TN("statement")
        and isinstance(one.object, Literal)
        and f"/claim/{EDITS}/" in str(one.subject)
    )
