"""The web service, built from a knowledge base and a catalogue of queries.

To add an address, write a module with a function ``router(service)`` that returns its routes, and
name it in :data:`_ROUTERS`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from fastapi import FastAPI
from starlette.staticfiles import StaticFiles

from tenure_api import (
    at,
    clocks,
    conflicts,
    docs_page,
    documents,
    giving,
    home,
    ontology_pages,
    problems,
    queries,
    reasons,
    sparql,
    validation,
)
from tenure_api.headers import Envelope
from tenure_api.limits import Limits
from tenure_api.pages import STATIC
from tenure_api.service import build_service

if TYPE_CHECKING:
    from tenure.catalog import Catalog
    from tenure.knowledge import KnowledgeBase

_ROUTERS: Final = (
    home,
    sparql,
    queries,
    at,
    reasons,
    clocks,
    conflicts,
    documents,
    ontology_pages,
    validation,
    giving,
    docs_page,
)

_DESCRIPTION: Final = (
    "Who held which office, belonged to, backed, sanctioned or met whom: on which day, on whose "
    "word, and how surely. Everything here only reads."
)


def create_app(kb: KnowledgeBase, catalog: Catalog, *, limits: Limits | None = None) -> FastAPI:
    """The web service over ``kb``, with an address for each query of ``catalog``.

    Args:
        kb: the knowledge base, open; the caller closes its store.
        catalog: the queries that ``/queries`` answers.
        limits: what a single request may ask for; None means the usual.
    """
    service = build_service(kb, catalog, limits or Limits())
    app = FastAPI(
        title="Tenure",
        description=_DESCRIPTION,
        version=service.version,
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
    problems.install(app, service.pages)
    app.add_middleware(Envelope)
    for module in _ROUTERS:
        app.include_router(module.router(service))
    app.mount("/static", StaticFiles(directory=STATIC), name="static")
    return app
