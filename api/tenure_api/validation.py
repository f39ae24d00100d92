"""``/validate``: a body of RDF through the gate, without keeping any of it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fastapi import APIRouter, Request
from starlette.concurrency import run_in_threadpool
from starlette.responses import JSONResponse, Response

from tenure.errors import BadParameter
from tenure.store import GRAPH_FORMATS, graph_format, media_types, negotiate
from tenure.validate import validate_text
from tenure_api.answers import VARY
from tenure_api.bodies import media_type_of, read_body
from tenure_api.parameters import responses
from tenure_api.problems import NotAcceptable, UnsupportedMediaType

if TYPE_CHECKING:
    from tenure.validate import Report
    from tenure_api.service import Service

_JSON = "application/json"
_TURTLE = "text/turtle"


def router(service: Service) -> APIRouter:
    """The route of the gate."""
    api = APIRouter(tags=["Validation"])
    told = responses(
        "The facts keep all rules.",
        [_JSON, _TURTLE],
        (413, "A body that is too long."),
        (415, "A body that is no RDF."),
    )
    told[422] = {
        "description": "The facts break rules; the report says which, where, and the remedy.",
        "content": told[200]["content"],
    }
    readable = media_types(GRAPH_FORMATS.values())
    body = {
        "required": True,
        "content": {media_type: {"schema": {"type": "string"}} for media_type in readable},
    }

    @api.post(
        "/validate",
        operation_id="validate",
        summary="Do these facts keep the rules?",
        description="Send facts as RDF. The report comes as JSON, or as a SHACL report in Turtle.",
        response_class=Response,
        responses=told,
        openapi_extra={"requestBody": body},
    )
    async def validate(request: Request) -> Response:
        kind = media_type_of(request)
        try:
            graph_format(kind)
        except BadParameter as error:
            raise UnsupportedMediaType(
                f"A body of the kind {kind[:80]!r} is no RDF that can be read here.",
                where="Content-Type",
                remedy=f"Send one of: {', '.join(readable)}.",
            ) from error
        wanted = negotiate(request.headers.get("accept"), [_JSON, _TURTLE])
        if wanted is None:
            raise NotAcceptable(
                "The report comes as JSON or Turtle.",
                where="Accept",
                remedy=f"Ask for {_JSON} or {_TURTLE}.",
            )
        data = await read_body(request, service.limits.body)
        report = await run_in_threadpool(validate_text, data, kind, names=service.kb.names)
        return _answer(report, wanted)

    return api


def _answer(report: Report, wanted: str) -> Response:
    status = 200 if report.conforms else 422
    if wanted == _TURTLE:
        return Response(report.to_shacl_turtle(), status, VARY, _TURTLE)
    return JSONResponse(report.to_dict(), status, VARY)
