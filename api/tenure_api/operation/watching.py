"""``/health``, ``/ready`` and ``/metrics``: what those ask who watch over the service.

*Alive* means that the process answers; who restarts processes asks that. *Ready* means that it
can do its work; who sends requests to one of several asks that. Neither is ever told to wait, and
neither needs a key.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from fastapi import APIRouter, Request
from starlette.concurrency import run_in_threadpool
from starlette.responses import JSONResponse, Response

from tenure.errors import TenureError
from tenure_api.access.who import ADMIN, require
from tenure_api.http.parameters import responses
from tenure_api.operation.metrics import MEDIA_TYPE

if TYPE_CHECKING:
    from tenure_api.service import Service

_NEVER_KEPT = {"Cache-Control": "no-store"}


def router(service: Service) -> APIRouter:
    """The routes for those who watch over the service."""
    api = APIRouter(tags=["Service"])

    @api.get("/health", operation_id="health", summary="Is it alive, and how much is there?")
    def health() -> Response:
        told = {"status": "ok", "version": service.version, **_counts(service)}
        return JSONResponse(told, headers=_NEVER_KEPT)

    @api.get(
        "/ready",
        operation_id="ready",
        summary="Can it answer?",
        responses={503: {"description": "Not now; `problems` says why."}},
    )
    def ready() -> Response:
        problems = service.readiness.problems()
        told = {"status": "not ready" if problems else "ready", "problems": problems}
        return JSONResponse(told, 503 if problems else 200, headers=_NEVER_KEPT)

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
                await require(request, service, ADMIN)
            text = await run_in_threadpool(service.metrics.text)
            return Response(text, headers={"Content-Type": MEDIA_TYPE, **_NEVER_KEPT})

    return api


def _counts(service: Service) -> dict[str, Any]:
    """How much there is; nothing where that cannot be told, which is no reason to restart it."""
    try:
        return {
            "claims": len(service.kb.claims),
            "sources": len(service.kb.sources),
            "entities": len(service.kb.registry),
            "questions": len(service.catalog),
        }
    except TenureError:
        return {}
