"""``/conflicts`` and ``/policies``: what contradicts what, and how it can be settled."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from fastapi import APIRouter, Request
from pyoxigraph import Literal, NamedNode
from starlette.responses import HTMLResponse, JSONResponse, Response

from tenure_api.http.answers import VARY, in_one_thread
from tenure_api.http.negotiation import HTML, wants_page
from tenure_api.http.parameters import (
    FORMAT,
    POLICY,
    format_parameter,
    known_at_parameter,
    policy_parameter,
    read_parameters,
    responses,
)
from tenure_api.pages.grids import Grid, GridRow

if TYPE_CHECKING:
    from tenure_api.service import Service


def router(service: Service) -> APIRouter:
    """The routes of conflicts and of what settles them."""
    api = APIRouter(tags=["Conflicts"])

    def shared(*parameters: dict[str, Any]) -> dict[str, Any]:
        told = [*parameters, format_parameter(["json", "html"])]
        return {
            "response_class": Response,
            "responses": responses("The answer.", ["application/json", HTML]),
            "openapi_extra": {"parameters": told},
        }

    @api.get(
        "/conflicts",
        operation_id="list-conflicts",
        summary="The claims that contradict each other, and which gave way by what rule",
        **shared(policy_parameter(), known_at_parameter()),
    )
    def conflicts(request: Request) -> Response:
        return in_one_thread(lambda: _conflicts(request, service))

    @api.get(
        "/policies",
        operation_id="list-policies",
        summary="The policies that have a name",
        **shared(),
    )
    def policies(request: Request) -> Response:
        return _policies(request, service)

    return api


def _conflicts(request: Request, service: Service) -> Response:
    as_page = wants_page(request)
    values = read_parameters(request, (POLICY, FORMAT), service.limits)
    found = service.kb.conflicts(service.kb.policy(values.get(POLICY)))
    if not as_page:
        told = {"conflicts": [one.to_dict() for one in found]}
        return JSONResponse(told, headers=VARY)
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
    shown = rows[: service.limits.rows]
    columns = ("reason", "claim", "outcome", "kind", "settled")
    return _page(service, "Conflicts", values, Grid(columns, shown, len(shown) < len(rows)))


def _policies(request: Request, service: Service) -> Response:
    as_page = wants_page(request)
    values = read_parameters(request, (FORMAT,), service.limits)
    named = service.kb.schema.named_policies
    if not as_page:
        return JSONResponse({"policies": named}, headers=VARY)
    rows = [GridRow((Literal(name), Literal(text))) for name, text in sorted(named.items())]
    return _page(service, "Policies", values, Grid(("policy", "text"), rows, more=False))


def _page(service: Service, title: str, values: dict[str, str], table: Grid) -> Response:
    page = service.pages.render(
        "conflicts.html",
        title=title,
        json_query=urlencode({**values, FORMAT: "json"}),
        grid=table,
    )
    return HTMLResponse(page, headers=VARY)
