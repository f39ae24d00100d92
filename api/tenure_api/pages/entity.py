"""The page about an entity or an occurrence: its situations, its events, and what is claimed."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, Final, TypeAlias
from urllib.parse import urlencode

from pyoxigraph import Literal, NamedNode

from tenure.store import Term
from tenure.terms import RDF_TYPE, RDFS_LABEL, SKOS_ALT_LABEL, TN
from tenure_api.pages.figure import draw
from tenure_api.pages.said import said
from tenure_api.pages.tables import dates, grounds, occurrence_tables, participation_table

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tenure.claims import Policy
    from tenure.world import Occurrence, World
    from tenure_api.pages.grids import Grid
    from tenure_api.service import Service

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


def entity_page(service: Service, policy: Policy, iri: str, *, formats: Sequence[str]) -> str:
    """The page about ``iri`` under a policy, with its document's formats offered."""
    world = service.kb.around([iri], policy)
    occurrence = world.occurrences.get(iri)
    suffix = f"?{urlencode({'policy': policy.text})}" if policy.text else ""
    explain = service.links.explain(iri) if occurrence else None
    return service.pages.render(
        "doc.html",
        iri=iri,
        named=service.links.named(iri),
        kind=_kind(service, iri, occurrence),
        formats=formats,
        explain=explain + suffix if explain else None,
        facts=_facts(service, iri, occurrence),
        figure=draw(occurrence.bounds) if occurrence else None,
        tables=_tables(service, world, iri, suffix),
        claims_title="Claims",
        claims=said(service.kb, world, service.kb.claims_about(iri)),
    )


def _kind(service: Service, iri: str, occurrence: Occurrence | None) -> str:
    if occurrence is not None:
        return service.links.label(occurrence.kind)
    return service.kb.registry.kind(iri) or "situation"


def _facts(service: Service, iri: str, occurrence: Occurrence | None) -> Facts:
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
        found["contested"], found["basis"] = ([term] for term in grounds(service, occurrence))
    shown = service.links.named(iri)
    for quad in service.kb.describe(NamedNode(iri)):
        if quad.predicate == RDFS_LABEL and quad.object in shown:
            continue
        if quad.subject == NamedNode(iri) and quad.predicate not in _SHOWN_OTHERWISE:
            name = _NAMES.get(quad.predicate) or service.links.label(quad.predicate.value)
            found[name].append(quad.object)
    return list(found.items())


def _tables(service: Service, world: World, iri: str, suffix: str) -> list[tuple[str, Grid]]:
    around = (
        (occurrence, str(occurrence.existence))
        for occurrence in world.occurrences.values()
        if iri in (occurrence.subject, occurrence.object)
    )
    tables = list(occurrence_tables(service, around, suffix))
    parts = participation_table(service, world, iri, suffix)
    if parts is not None:
        tables.append(("Who took part" if parts.columns[0] == "participant" else "Events", parts))
    return tables
