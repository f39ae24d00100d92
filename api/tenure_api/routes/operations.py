"""``/health``, ``/ready``, ``/metrics``: for those who watch over the service; and ``/docs``.

*Alive* means that the process answers; who restarts processes asks that. *Ready* means that it
can do its work; who sends requests to one of several asks that. Neither ever has to wait, and
neither needs a key.

``/docs`` is made here from the OpenAPI description, as a page like the others. Swagger UI, which
most services show there, is drawn by scripts alone, and on a light ground alone.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final
from urllib.parse import quote, urlencode

from fastapi import APIRouter, Request
from starlette.concurrency import run_in_threadpool
from starlette.responses import JSONResponse, Response

from tenure.errors import TenureError
from tenure_api.monitoring import MEDIA_TYPE
from tenure_api.openapi import responses
from tenure_api.routes.resource import ReadRequest, Resources
from tenure_api.security import ADMIN, require
from tenure_api.service import Service

_NEVER_KEPT: Final = {"Cache-Control": "no-store"}


def router(service: Service) -> APIRouter:
    """The routes for those who watch over the service, and of the description for people."""
    resources = Resources(service, "Service")
    resources.add("/docs", _docs, formats=())
    api = resources.api

    @api.get("/health", operation_id="health", summary="Is it alive, and how much is there?")
    def health() -> Response:
        body = {"status": "ok", "version": service.version, **_counts(service)}
        return JSONResponse(body, headers=_NEVER_KEPT)

    @api.get(
        "/ready",
        operation_id="ready",
        summary="Can it answer?",
        responses={503: {"description": "Not now; `problems` says why."}},
    )
    def ready() -> Response:
        problems = service.readiness.problems()
        body = {"status": "not ready" if problems else "ready", "problems": problems}
        return JSONResponse(body, 503 if problems else 200, headers=_NEVER_KEPT)

    if service.settings.metrics_for != "off":

        @api.get(
            "/metrics",
            operation_id="metrics",
            summary="What was counted and measured, for Prometheus",
            response_class=Response,
            responses=responses(
                "The measures.",
                ["text/plain"],
                (401, "A key is needed, and none was sent."),
                (403, "The key has no scope 'admin'."),
            ),
        )
        async def metrics(request: Request) -> Response:
            if service.settings.metrics_for == "key":
                await require(request, service.access, ADMIN)
            text = await run_in_threadpool(service.metrics.text)
            return Response(text, headers={"Content-Type": MEDIA_TYPE, **_NEVER_KEPT})

    return api


def _docs(asked: ReadRequest) -> Response:
    described = asked.request.app.openapi()
    operations: dict[str, list[dict[str, Any]]] = {}
    for told in _operations(described):
        operations.setdefault(told["tags"][0], []).append(told)
    return asked.page("docs.html", here="/docs", described=described, operations=operations)


def _operations(described: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    """Each operation as the page shows it; what only reads with an address to try.

    One that gives no page is for a program, and is shown with its first parameter where none is
    needed: it may be one of several of which one is.
    """
    for path, methods in described["paths"].items():
        for method, told in methods.items():
            parameters = told.get("parameters", [])
            answers = told["responses"]
            page = "303" in answers or "text/html" in answers.get("200", {}).get("content", ())
            asked = [one for one in parameters if one["required"]] or parameters[: not page]
            needed = {one["name"]: one["example"] for one in asked}
            address = path
            for one in parameters:
                if one["in"] == "path":
                    value = quote(needed.pop(one["name"], one["example"]), safe="/:")
                    address = address.replace(f"{{{one['name']}}}", value)
            tried = f"{address}?{urlencode(needed, safe='/:')}" if needed else address
            yield {
                "method": method.upper(),
                "path": path,
                "operationId": told["operationId"],
                "summary": told.get("summary", ""),
                "tags": told.get("tags", ["Service"]),
                "paragraphs": [one for one in told.get("description", "").split("\n\n") if one],
                "parameters": parameters,
                "answers": [
                    (status, ", ".join(one.get("content", {})) or one.get("description", ""))
                    for status, one in answers.items()
                ],
                "example": tried if method == "get" else "",
                "is_page": page,
            }


def _counts(service: Service) -> dict[str, Any]:
    """How much there is; nothing where that cannot be read, which is no reason to restart it."""
    try:
        return {
            "claims": len(service.kb.claims),
            "sources": len(service.kb.sources),
            "entities": len(service.kb.registry),
            "questions": len(service.catalog),
        }
    except TenureError:
        return {}
