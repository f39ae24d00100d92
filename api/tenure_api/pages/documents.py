"""The pages about an entity or an occurrence, a claim, and a source."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from typing import Final, TypeAlias
from urllib.parse import urlencode

from pyoxigraph import Literal, NamedNode

from tenure.claims import Policy, Retraction
from tenure.store import Term
from tenure.terms import RDF_TYPE, RDFS_LABEL, SKOS_ALT_LABEL, TN
from tenure.world import Occurrence, World
from tenure_api.pages.figure import draw
from tenure_api.pages.rendering import Pages
from tenure_api.pages.tables import (
    Grid,
    GridRow,
    claim_views,
    dates,
    grounds,
    occurrence_tables,
    participation_table,
)

Facts: TypeAlias = list[tuple[str, list[Term]]]
_NAMES: Final = {SKOS_ALT_LABEL: "also called", RDFS_LABEL: "also called"}

_SHOWN_OTHERWISE: Final = {
    RDF_TYPE,
    *(
        TN(name)
        for name in (
            "basis",
            "certainty",
            "contested",
            "endEarliest",
            "endLatest",
            "endRange",
            "object",
            "startEarliest",
            "startLatest",
            "startRange",
            "status",
            "subject",
            "supportedBy",
        )
    ),
}


def entity_page(pages: Pages, policy: Policy, iri: str, formats: list[str]) -> str:
    """The page about ``iri`` under a policy, with its document's formats offered."""
    world = pages.kb.around([iri], policy)
    occurrence = world.occurrences.get(iri)
    suffix = f"?{urlencode({'policy': policy.text})}" if policy.text else ""
    explain = pages.links.explain(iri) if occurrence else None
    return pages.render(
        "doc.html",
        iri=iri,
        named=pages.links.named(iri),
        kind=_kind(pages, iri, occurrence),
        formats=formats,
        explain=explain + suffix if explain else None,
        facts=_facts(pages, iri, occurrence),
        figure=draw(occurrence.bounds) if occurrence else None,
        tables=_tables(pages, world, iri, suffix),
        claims_title="Claims",
        claims=claim_views(pages.kb, world, pages.kb.claims_about(iri)),
    )


def _kind(pages: Pages, iri: str, occurrence: Occurrence | None) -> str:
    if occurrence is not None:
        return pages.links.label(occurrence.kind)
    return pages.kb.registry.kind(iri) or "situation"


def _facts(pages: Pages, iri: str, occurrence: Occurrence | None) -> Facts:
    """What the registry has of an entity, and who a situation is between."""
    found: dict[str, list[Term]] = defaultdict(list)
    if occurrence is not None:
        for name, value in (("subject", occurrence.subject), ("object", occurrence.object)):
            if value is not None:
                found[name].append(NamedNode(value))
        for name, term in zip(("start", "end"), dates(occurrence), strict=True):
            if term is not None:
                found[name].append(term)
        found["certainty"].append(Literal(str(occurrence.existence)))
        found["contested"], found["basis"] = ([term] for term in grounds(pages, occurrence))
    shown = pages.links.named(iri)
    for quad in pages.kb.describe(NamedNode(iri)):
        if quad.predicate == RDFS_LABEL and quad.object in shown:
            continue
        if quad.subject == NamedNode(iri) and quad.predicate not in _SHOWN_OTHERWISE:
            name = _NAMES.get(quad.predicate) or pages.links.label(quad.predicate.value)
            found[name].append(quad.object)
    return list(found.items())


def _tables(pages: Pages, world: World, iri: str, suffix: str) -> list[tuple[str, Grid]]:
    around = (
        (occurrence, str(occurrence.existence))
        for occurrence in world.occurrences.values()
        if iri in (occurrence.subject, occurrence.object)
    )
    tables = list(occurrence_tables(pages, around, suffix))
    parts = participation_table(pages, world, iri, suffix)
    if parts is not None:
        tables.append(("Who took part" if parts.columns[0] == "participant" else "Events", parts))
    return tables


def claim_page(pages: Pages, policy: Policy, iri: str, formats: list[str]) -> str:
    """What a claim says, on whose word, and the triples that it states."""
    claim = pages.kb.claims[iri]
    facts: list[tuple[str, list[Term]]] = [("source", [NamedNode(claim.source)])]
    if claim.tense:
        facts.append(("tense", [NamedNode(claim.tense)]))
    facts += [
        ("modality", [NamedNode(claim.modality)]),
        ("rank", [NamedNode(claim.rank)]),
        ("reading", [NamedNode(claim.reading)]),
        ("recorded", [Literal(claim.recorded_at)]),
    ]
    facts += _retracted(pages.kb.retractions([claim]).get(iri))
    older = pages.kb.store.quads(
        pages.kb.names.graph("provenance"), subject=NamedNode(iri), predicate=TN("supersedes")
    )
    replaced = [quad.object for quad in older]
    if replaced:
        facts.append(("supersedes", replaced))
    stated = Grid(
        ("subject", "property", "object"),
        [GridRow((one.subject, one.predicate, one.object)) for one in claim.content],
    )
    return pages.render(
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
        claims=claim_views(pages.kb, pages.kb.around([iri], policy), [claim]),
    )


def source_page(pages: Pages, policy: Policy, iri: str, formats: list[str]) -> str:
    """A source: who published it and when, and all that it claims, in its own order."""
    source = pages.kb.sources[iri]
    facts: list[tuple[str, list[Term]]] = [
        ("publisher", [NamedNode(source.publisher)]),
        ("published", [Literal(source.published.text)]),
    ]
    others = pages.kb.store.quads(
        pages.kb.names.graph("provenance"), subject=NamedNode(iri), predicate=RDFS_LABEL
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
    claims = pages.kb.claims_of(iri)
    return pages.render(
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
        claims=claim_views(pages.kb, pages.kb.around([one.iri for one in claims], policy), claims),
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
