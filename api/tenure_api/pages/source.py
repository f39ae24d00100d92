"""The pages about a claim and about a source."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pyoxigraph import Literal, NamedNode

from tenure_api.pages.grids import Grid, GridRow
from tenure_api.pages.said import said

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tenure.claims import Policy
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
    if claim.retracted_at:
        facts.append(("retracted", [Literal(claim.retracted_at)]))
    stated = Grid(
        ("subject", "property", "object"),
        [GridRow((one.subject, one.predicate, one.object)) for one in claim.content],
    )
    return service.pages.render(
        "doc.html",
        iri=iri,
        label=claim.statement,
        kind="claim",
        formats=formats,
        explain=None,
        facts=facts,
        figure=None,
        tables=[("What it states", stated)],
        claims_title="On whose word",
        claims=said(service.kb.around([iri], policy), [claim]),
    )


def source_page(service: Service, policy: Policy, iri: str, *, formats: Sequence[str]) -> str:
    """A source: who published it and when, and all that it claims, in its own order."""
    source = service.kb.sources[iri]
    facts: list[tuple[str, list[Term]]] = [
        ("publisher", [NamedNode(source.publisher)]),
        ("published", [Literal(source.published.text)]),
    ]
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
        label=source.label,
        kind="source",
        formats=formats,
        explain=None,
        facts=facts,
        figure=None,
        tables=[],
        claims_title="Claims",
        claims=said(service.kb.around([one.iri for one in claims], policy), claims),
    )


def _address(text: str) -> Term:
    try:
        return NamedNode(text)
    except ValueError:
        return Literal(text)
