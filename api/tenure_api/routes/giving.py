"""``/export/{format}``: everything at once."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fastapi import APIRouter, Request
from starlette.responses import Response

from tenure.export import export
from tenure.store import graph_format
from tenure_api.http.parameters import (
    POLICY,
    described,
    known_at_parameter,
    policy_parameter,
    read_parameters,
    responses,
)

if TYPE_CHECKING:
    from tenure_api.service import Service

FORMATS = ("trig", "nq", "ttl", "nt", "jsonld")


def router(service: Service) -> APIRouter:
    """The route of the export."""
    api = APIRouter(tags=["Service"])
    parameters = [
        described("format", "The format.", required=True, place="path", values=FORMATS),
        described("source", "Only this source and its claims, by slug."),
        described("at", "Only the world of this day, event or source, as plain triples."),
        policy_parameter(),
        known_at_parameter(),
    ]

    @api.get(
        "/export/{format}",
        operation_id="export",
        summary="Everything, in one file",
        response_class=Response,
        responses=responses(
            "The data; the same bytes each time.",
            [graph_format(name).media_type for name in FORMATS],
            (404, "An unknown source or event."),
        ),
        openapi_extra={"parameters": parameters},
    )
    def give(request: Request) -> Response:
        form = graph_format(request.path_params["format"])
        values = read_parameters(request, ("source", "at", POLICY), service.limits)
        body = export(
            service.kb,
            form.name,
            source=values.get("source"),
            at=values.get("at"),
            policy=service.kb.policy(values[POLICY]) if POLICY in values else None,
        )
        name = f'inline; filename="tenure{form.extension}"'
        return Response(body, headers={"Content-Disposition": name}, media_type=form.media_type)

    return api
