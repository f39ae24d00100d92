"""The pages about a claim and about a source."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pyoxigraph import Literal, NamedNode

from tenure.terms import RDFS_LABEL, TN
from tenure_api.pages.grids import Grid, GridRow
from tenure_api.pages.said import said

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from tenure.claims import Policy, Retraction
    from tenure.store.answers import Term
    from tenure_api.service import Service


def claim_page(service: Service, policy: Policy, iri: str, *, formats: Sequence[str]) -> str:
    """What a claim says, on whose word, and the triples that it states."""
    claim = service.kb.claims[iri]
    facts: list[tuple[str, list[Term]]] = [("source", [NamedNode(claim.source)])]
    if claim.tense:
        facts.append(("tense", [NamedNode(claim.tense)]))
    facts += [
        ("modality", [NamedNode(claim.modality)]),
        ("rank", [NamedNode(claim.rank)]),
        ("reading", [NamedNode(claim.reading)]),
        ("recorded", [Literal(claim.recorded_at)]),
    ]
    facts += _retracted(service.kb.retractions([claim]).get(iri))
    older = service.kb.store.quads(
        service.kb.names.graph("provenance"), subject=NamedNode(iri), predicate=TN("supersedes")
    )
    replaced = [quad.object for quad in older]
    if replaced:
        facts.append(("supersedes", replaced))
    stated = Grid(
        ("subject", "property", "object"),
        [GridRow((one.subject, one.predicate, one.object)) for one in claim.content],
    )
    return service.pages.render(
        "doc.html",
        iri=iri,
        named=(claim.words,),
        kind="claim",
        formats=formats,
        explain=None,
        facts=facts,
        figure=None,
        tables=[("What it states", stated)],
        claims_title="On whose word",
        claims=said(service.kb, service.kb.around([iri], policy), [claim]),
    )


def source_page(service: Service, policy: Policy, iri: str, *, formats: Sequence[str]) -> str:
    """A source: who published it and when, and all that it claims, in its own order."""
    source = service.kb.sources[iri]
    facts: list[tuple[str, list[Term]]] = [
        ("publisher", [NamedNode(source.publisher)]),
        ("published", [Literal(source.published.text)]),
    ]
    others = service.kb.store.quads(
        service.kb.names.graph("provenance"), subject=NamedNode(iri), predicate=RDFS_LABEL
    )
    also: list[Term] = [quad.object for quad in others if quad.object != source.title]
    if also:
        facts.insert(0, ("also called", also))
    if source.web_address:
        facts.append(("web address", [_address(source.web_address)]))
    if source.text_length is not None:
        facts.append(("length in characters", [Literal(str(source.text_length))]))
    if source.text_digest:
        facts.append(("SHA-256 of its text", [Literal(source.text_digest)]))
    claims = service.kb.claims_of(iri)
    return service.pages.render(
        "doc.html",
        iri=iri,
        named=(source.title,),
        kind="source",
        formats=formats,
        explain=None,
        facts=facts,
        figure=None,
        tables=[],
        claims_title="Claims",
        claims=said(service.kb, service.kb.around([one.iri for one in claims], policy), claims),
    )


def _retracted(retraction: Retraction | None) -> Iterator[tuple[str, list[Term]]]:
    """That the claim was withdrawn, by whom, why, and for what; nothing of one that stands."""
    if retraction is None:
        return
    yield "retracted", [Literal(retraction.instant)]
    if retraction.by:
        yield "retracted by", [Literal(retraction.by)]
    if retraction.message:
        yield "because", [Literal(retraction.message)]
    if retraction.superseded_by:
        yield "superseded by", [NamedNode(one) for one in retraction.superseded_by]


def _address(text: str) -> Term:
    try:
        return NamedNode(text)
    except ValueError:
        return Literal(text)
