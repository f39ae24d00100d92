"""Occurrences as tables: one a kind of situation, one for events."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from pyoxigraph import Literal, NamedNode

from tenure.temporal import from_bounds
from tenure.terms import EDTF_DATATYPE
from tenure.world import manner, manner_of
from tenure_api.pages.grids import Grid, GridRow

if TYPE_CHECKING:
    from tenure.store import Row, Term
    from tenure.world import Occurrence, World
    from tenure_api.service import Service

_SITUATION = ("subject", "object", "start", "end", "certainty", "contested", "basis")
_EVENT = ("event", "kind", "start", "end", "certainty", "contested", "basis")


def occurrence_tables(
    service: Service, found: Iterable[tuple[Occurrence, str]], suffix: str
) -> Iterator[tuple[str, Grid]]:
    """Tables with titles: the situations by kind, then the events.

    ``found`` gives each occurrence with the word for its certainty; ``suffix`` is a query string
    that links to reasons carry on.
    """
    by_kind: dict[str, list[GridRow]] = defaultdict(list)
    events: list[GridRow] = []
    for occurrence, certainty in sorted(found, key=lambda one: one[0].iri):
        told = (*dates(occurrence), Literal(certainty), *grounds(service, occurrence))
        explain = service.links.explain(occurrence.iri)
        if occurrence.subject is None:
            event = (NamedNode(occurrence.iri), NamedNode(occurrence.kind))
            events.append(GridRow((*event, *told), explain))
        else:
            between = (NamedNode(occurrence.subject), _node(occurrence.object))
            by_kind[occurrence.kind].append(GridRow((*between, *told), explain))
    for kind, rows in sorted(by_kind.items()):
        title = service.links.label(kind).capitalize()
        yield title, Grid(_SITUATION, rows, explained=True, suffix=suffix)
    if events:
        yield "Events", Grid(_EVENT, events, explained=True, suffix=suffix)


def participation_table(service: Service, world: World, iri: str, suffix: str) -> Grid | None:
    """The events that ``iri`` takes part in or, where it is an event, who takes part in it."""
    is_event = iri in world.occurrences and world.occurrences[iri].subject is None
    rows = []
    for part in world.participations:
        if iri != (part.event if is_event else part.who):
            continue
        event = world.occurrences.get(part.event)
        row: Row = (
            NamedNode(part.who if is_event else part.event),
            NamedNode(part.role),
            *(dates(event) if event is not None else (None, None)),
            Literal(str(part.certainty)),
            Literal(event is not None and event.contested),
            Literal(manner_of(world, part.claims)),
        )
        rows.append(GridRow(row, service.links.explain(part.event)))
    if not rows:
        return None
    whose = "participant" if is_event else "event"
    columns = (whose, "role", "start", "end", "certainty", "contested", "basis")
    return Grid(columns, rows, explained=True, suffix=suffix)


def dates(occurrence: Occurrence) -> tuple[Term | None, Term | None]:
    """First and last day, each as one EDTF value; None where nothing bounds it."""
    bounds = occurrence.bounds
    first = from_bounds(bounds.start_earliest, bounds.start_latest)
    last = from_bounds(bounds.end_earliest, bounds.end_latest)
    return (
        Literal(first.text, datatype=EDTF_DATATYPE) if first is not None else None,
        Literal(last.text, datatype=EDTF_DATATYPE) if last is not None else None,
    )


def grounds(service: Service, occurrence: Occurrence) -> tuple[Term, Term]:
    """Whether its days are contested, and how the claims are put that it rests on."""
    claims = [service.kb.claims[iri] for iri in occurrence.claims]
    return Literal(occurrence.contested), Literal(manner(claims, service.kb.schema))


def _node(iri: str | None) -> NamedNode | None:
    return NamedNode(iri) if iri is not None else None
