"""The page about an entity or an occurrence: its situations, its events, and what is claimed."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, Final, TypeAlias
from urllib.parse import urlencode

from pyoxigraph import Literal, NamedNode

from tenure.store import Row, Term
from tenure.temporal import from_bounds
from tenure.terms import RDF_TYPE, RDFS_LABEL, SKOS_ALT_LABEL, TN
from tenure_api.figure import draw
from tenure_api.grids import Grid, GridRow
from tenure_api.said import said

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from tenure.claims import Policy
    from tenure.world import Occurrence, Participation, World
    from tenure_api.service import Service

Facts: TypeAlias = list[tuple[str, list[Term]]]

_NAMES: Final = {SKOS_ALT_LABEL: "also called"}
_SHOWN_OTHERWISE: Final = {
    RDF_TYPE,
    RDFS_LABEL,
    *(
        TN(name)
        for name in (
            "certainty",
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
    world = service.kb.world(policy)
    occurrence = world.occurrences.get(iri)
    suffix = f"?{urlencode({'policy': policy.text})}" if policy.text else ""
    explain = service.links.explain(iri) if occurrence else None
    return service.pages.render(
        "doc.html",
        iri=iri,
        label=service.links.label(iri),
        kind=_kind(service, iri, occurrence),
        formats=formats,
        explain=explain + suffix if explain else None,
        facts=_facts(service, iri, occurrence),
        figure=draw(occurrence.bounds) if occurrence else None,
        tables=list(_tables(service, world, iri, suffix)),
        claims=said(world, service.claims_about.get(iri, ())),
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
        for name, term in zip(("start", "end"), _dates(occurrence), strict=True):
            if term is not None:
                found[name].append(term)
        found["certainty"].append(Literal(str(occurrence.existence)))
    for quad in service.kb.describe(NamedNode(iri)):
        if quad.subject == NamedNode(iri) and quad.predicate not in _SHOWN_OTHERWISE:
            name = _NAMES.get(quad.predicate) or service.links.label(quad.predicate.value)
            found[name].append(quad.object)
    return list(found.items())


def _tables(service: Service, world: World, iri: str, suffix: str) -> Iterable[tuple[str, Grid]]:
    by_kind: dict[str, list[GridRow]] = defaultdict(list)
    for occurrence in world.occurrences.values():
        if iri not in (occurrence.subject, occurrence.object):
            continue
        row: Row = (
            _node(occurrence.subject),
            _node(occurrence.object),
            *_dates(occurrence),
            Literal(str(occurrence.existence)),
        )
        by_kind[occurrence.kind].append(GridRow(row, service.links.explain(occurrence.iri)))
    columns = ("subject", "object", "start", "end", "certainty")
    for kind, rows in sorted(by_kind.items()):
        title = service.links.label(kind).capitalize()
        yield title, Grid(columns, rows, explained=True, suffix=suffix)
    taking_part = [part for part in world.participations if iri in (part.who, part.event)]
    if taking_part:
        rows = [_taking_part(service, world, part) for part in taking_part]
        parts = ("event", "role", "participant", "start", "end", "certainty")
        yield "Events", Grid(parts, rows, explained=True, suffix=suffix)


def _taking_part(service: Service, world: World, part: Participation) -> GridRow:
    event = world.occurrences.get(part.event)
    dates = _dates(event) if event is not None else (None, None)
    row: Row = (
        NamedNode(part.event),
        NamedNode(part.role),
        NamedNode(part.who),
        *dates,
        Literal(str(part.certainty)),
    )
    return GridRow(row, service.links.explain(part.event))


def _dates(occurrence: Occurrence) -> tuple[Term | None, Term | None]:
    """First and last day, each as one EDTF value; None where nothing bounds it."""
    bounds = occurrence.bounds
    first = from_bounds(bounds.start_earliest, bounds.start_latest)
    last = from_bounds(bounds.end_earliest, bounds.end_latest)
    return (
        Literal(first.text) if first is not None else None,
        Literal(last.text) if last is not None else None,
    )


def _node(iri: str | None) -> NamedNode | None:
    return NamedNode(iri) if iri is not None else None
