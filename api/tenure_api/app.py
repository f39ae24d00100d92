"""The web service, built from a knowledge base and a catalogue of queries.

To add an address, write a module with a function ``router(service)`` that returns its routes, and
name it in :data:`_ROUTERS`.
"""

from __future__ import annotations

import asyncio
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, Final

from fastapi import FastAPI
from starlette.staticfiles import StaticFiles

from tenure_api.access.gate import Gate, hosts_of
from tenure_api.access.rates import Buckets
from tenure_api.access.refusals import Refusals
from tenure_api.graph_store import routes as graph_store
from tenure_api.http import problems
from tenure_api.http.compression import Compression
from tenure_api.http.conditional import Conditional
from tenure_api.http.headers import Envelope
from tenure_api.http.shares import InTurn
from tenure_api.http.sharing import Sharing
from tenure_api.operation import watching as metrics_pages
from tenure_api.operation.request_log import RouteNote, Watch
from tenure_api.pages.rendering import STATIC
from tenure_api.routes import (
    at,
    clocks,
    conflicts,
    documents,
    giving,
    home,
    queries,
    reasons,
    validation,
)
from tenure_api.routes import docs as docs_page
from tenure_api.routes import ontology as ontology_pages
from tenure_api.service import build_service
from tenure_api.sparql import routes as sparql
from tenure_api.writing import claims as claims_writing

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable
    from contextlib import AbstractAsyncContextManager

    from tenure.catalog import Catalog
    from tenure.knowledge import KnowledgeBase
    from tenure.sandbox.readers import Readers
    from tenure_api.access.who import Access
    from tenure_api.http.limits import Limits
    from tenure_api.operation.settings import Settings
    from tenure_api.sparql.executor import Executor

_ROUTERS: Final = (
    home,
    sparql,
    graph_store,
    claims_writing,
    queries,
    at,
    reasons,
    clocks,
    conflicts,
    documents,
    ontology_pages,
    validation,
    giving,
    metrics_pages,
    docs_page,
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
        lifespan=_lifespan(service.sent.readers, executor),
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
    app.state.readers = service.sent.readers
    problems.install(app, service.pages)
    # The last that is added is the first to see a request.
    app.add_middleware(RouteNote)
    app.add_middleware(Compression)
    app.add_middleware(InTurn, service.pages)
    app.add_middleware(Conditional, kb)
    hosts = hosts_of(settings) if settings else None
    app.add_middleware(Gate, service, Buckets.of(service.settings), hosts)
    app.add_middleware(Refusals, service)
    app.add_middleware(Sharing, shared=_is_shared(settings))
    app.add_middleware(Watch, service.metrics, service.settings.slow_seconds)
    app.add_middleware(Envelope)
    for module in _ROUTERS:
        app.include_router(module.router(service))
    app.mount("/static", StaticFiles(directory=STATIC), name="static")
    return app


def _lifespan(
    readers: Readers, executor: Executor
) -> Callable[[FastAPI], AbstractAsyncContextManager[None]]:
    """What is to be done before the first request, and after the last."""

    @asynccontextmanager
    async def lasting(_: FastAPI) -> AsyncIterator[None]:
        await executor.workers.start()
        try:
            yield
        finally:
            await asyncio.to_thread(readers.close)
            await executor.workers.close()

    return lasting


def _is_shared(settings: Settings | None) -> bool:
    """Whether pages of other hosts may read here: not what is served to one machine alone."""
    return settings is None or not settings.on_loopback or bool(settings.hosts)
