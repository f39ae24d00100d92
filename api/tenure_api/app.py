"""The web service, built from a knowledge base and a catalogue of queries.

To add an address, write a module with a function ``router(service)`` that returns its routes, and
name it in :data:`_ROUTERS`.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from typing import Any, Final

from fastapi import FastAPI
from starlette.staticfiles import StaticFiles

from tenure.catalog import Catalog
from tenure.knowledge import KnowledgeBase
from tenure_api import middleware, problems
from tenure_api.api_description import completed
from tenure_api.concurrency import TokenBuckets
from tenure_api.pages.rendering import STATIC
from tenure_api.routes import (
    browse,
    comparison,
    conflicts,
    days,
    documents,
    editor,
    explain,
    export,
    graph_store,
    history,
    home,
    network,
    ontology,
    operations,
    policies,
    sparql,
    validation,
    writing,
)
from tenure_api.routes import (
    catalog as catalog_routes,
)
from tenure_api.security import Access
from tenure_api.service import Service, build_service
from tenure_api.settings import Limits, Settings
from tenure_api.worker_response import Executor

_ROUTERS: Final = (
    sparql,
    catalog_routes,
    graph_store,
    home,
    browse,
    editor,
    writing,
    days,
    network,
    explain,
    history,
    conflicts,
    policies,
    comparison,
    documents,
    ontology,
    validation,
    export,
    operations,
)

_DESCRIPTION: Final = (
    "Who held which office, belonged to, backed, sanctioned or met whom: on which day, on whose "
    "word, and how surely. Reading is open unless it was closed; writing takes a key or a token, "
    "and a service that was opened for it."
)


def create_app(
    kb: KnowledgeBase,
    catalog: Catalog,
    executor: Executor,
    *,
    limits: Limits | None = None,
    access: Access | None = None,
    settings: Settings | None = None,
) -> FastAPI:
    """The web service over ``kb``, with an address for each query of ``catalog``.

    Args:
        kb: the knowledge base, open; the caller closes its store.
        catalog: the queries that ``/queries`` answers.
        executor: what runs every query; it is started and ended with the service.
        limits: what a single request may ask for; None means what ``settings`` say.
        access: who may do what; None means that everybody may read and nobody write.
        settings: everything else that can be set; None means the defaults, and any Host header.
    """
    service = build_service(kb, catalog, executor, limits, access, settings)
    app = FastAPI(
        title="Tenure",
        description=_DESCRIPTION,
        version=service.version,
        lifespan=_lifespan(service),
        docs_url=None,
        redoc_url=None,
        swagger_ui_oauth2_redirect_url=None,
        # Nothing leaves this machine, whatever the environment says of collectors.
        telemetry={
            "tracing": False,
            "metrics": False,
            "logs": False,
            "operation_spans": False,
            "auto_configure": False,
        },
    )
    app.state.bodies = service.bodies
    problems.install(app, service.pages)
    # The last that is added is the first to see a request.
    app.add_middleware(middleware.Compression)
    app.add_middleware(middleware.ConcurrencyLimit, service.pages)
    app.add_middleware(middleware.ConditionalRequests, kb)
    app.add_middleware(
        middleware.RequestGuard,
        service.access,
        service.limits,
        service.pages,
        TokenBuckets(service.settings.requests_a_second, service.settings.burst),
        middleware.hosts_of(settings) if settings else None,
    )
    app.add_middleware(middleware.RefusalAudit, service.audit, service.metrics)
    app.add_middleware(middleware.Cors, shared=_is_shared(settings))
    app.add_middleware(middleware.RequestLog, service.metrics, service.settings.slow_seconds)
    app.add_middleware(middleware.ResponseHeaders)
    # As routes of its own: a router that is included compares each address twice, in Python.
    for module in _ROUTERS:
        app.router.routes.extend(module.router(service).routes)
    described = app.openapi

    def openapi() -> dict[str, Any]:
        if app.openapi_schema is None:
            app.openapi_schema = completed(described(), service)
        return app.openapi_schema

    app.openapi = openapi  # type: ignore[method-assign]  # FastAPI's own way to extend it
    app.mount("/static", StaticFiles(directory=STATIC), name="static")
    return app


def _lifespan(service: Service) -> Callable[[FastAPI], AbstractAsyncContextManager[None]]:
    """What is to be done before the first request, and after the last."""

    @asynccontextmanager
    async def run(_: FastAPI) -> AsyncIterator[None]:
        await service.executor.workers.start()
        try:
            yield
        finally:
            await asyncio.to_thread(service.bodies.readers.close)
            await service.executor.workers.close()

    return run


def _is_shared(settings: Settings | None) -> bool:
    """Whether pages of other hosts may read here: not what is served to one machine alone."""
    return settings is None or not settings.on_loopback or bool(settings.hosts)
