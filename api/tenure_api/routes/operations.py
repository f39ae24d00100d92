"""``/health``, ``/ready``, ``/metrics``: for those who watch over the service; and ``/docs``.

*Alive* means that the process answers; who restarts processes asks that. *Ready* means that it
can do its work; who sends requests to one of several asks that. Neither ever has to wait, and
neither needs a key.

FastAPI's own page of ``/docs`` loads Swagger UI from a public host. Its files come with the package
``fastapi-offline`` instead. Of that package only the folder of files is used: its own page has a
script inside, which the Content-Security-Policy would not run.
"""

from __future__ import annotations

from importlib.resources import files
from typing import Any, Final

from fastapi import APIRouter, Request
from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.responses import FileResponse, HTMLResponse, JSONResponse, Response

from tenure.errors import TenureError
from tenure_api.monitoring import MEDIA_TYPE
from tenure_api.openapi import responses
from tenure_api.security import ADMIN, require
from tenure_api.service import Service

_NEVER_KEPT: Final = {"Cache-Control": "no-store"}
_SWAGGER_FILES: Final = ("swagger-ui-bundle.js", "swagger-ui.css")


def router(service: Service) -> APIRouter:
    """The routes for those who watch over the service, and of the description for people."""
    api = APIRouter(tags=["Service"])
    swagger_files = files("fastapi_offline") / "static"

    @api.get("/docs", include_in_schema=False)
    def docs(request: Request) -> Response:
        return HTMLResponse(service.pages.asked(request, forgiving=True).render("docs.html"))

    @api.get("/static/swagger/{name}", include_in_schema=False)
    def swagger(name: str) -> Response:
        if name not in _SWAGGER_FILES:
            raise HTTPException(404)
        return FileResponse(str(swagger_files / name))

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
