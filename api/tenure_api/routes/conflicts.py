"""``/conflicts``: what contradicts what, and which gave way."""

from __future__ import annotations

from fastapi import APIRouter
from pyoxigraph import Literal, NamedNode
from starlette.responses import Response

from tenure_api.openapi import known_at_parameter, policy_parameter
from tenure_api.pages.tables import Grid, GridRow
from tenure_api.routes.resource import ReadRequest, Resources
from tenure_api.service import Service


def router(service: Service) -> APIRouter:
    """The routes of conflicts."""
    resources = Resources(service, "Conflicts")
    resources.add(
        "/conflicts",
        _conflicts,
        operation_id="list-conflicts",
        summary="The claims that contradict each other, and which gave way by what rule",
        parameters=[policy_parameter(), known_at_parameter()],
    )
    return resources.api


def _conflicts(asked: ReadRequest) -> Response:
    found = asked.service.kb.conflicts(asked.policy)
    beside = asked.service.kb.alternatives_beside(found, asked.policy)
    if not asked.as_page:
        told = {iri: [one.to_dict() for one in several] for iri, several in beside.items()}
        listed = [one.to_dict() for one in found]
        return asked.json({"conflicts": listed, "alternatives": told})
    rows = [
        GridRow(
            (
                Literal(one.reason),
                NamedNode(claim),
                Literal("gave way" if claim in one.lost else ""),
                Literal(one.kind),
                Literal(one.rule or "contested"),
            )
        )
        for one in found
        for claim in one.claims
    ]
    shown = rows[: asked.service.limits.rows]
    columns = ("reason", "claim", "outcome", "kind", "settled")
    grid = Grid(columns, shown, len(shown) < len(rows))
    return asked.page("conflicts.html", title="Conflicts", grid=grid, beside=beside)
