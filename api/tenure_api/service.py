"""What every part of the web service is given: the knowledge base, the catalogue, the pages."""

from __future__ import annotations

from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, version
from typing import TYPE_CHECKING

from tenure.catalog import Examples
from tenure.sandbox.tasks import TaskLimits
from tenure_api.access.audit import Audit
from tenure_api.access.who import Access
from tenure_api.http.limits import Limits
from tenure_api.http.readers import SentRdf
from tenure_api.http.shares import FairShare
from tenure_api.operation.metrics import Metrics
from tenure_api.operation.readiness import Readiness
from tenure_api.operation.settings import Settings
from tenure_api.pages.links import Links
from tenure_api.pages.rendering import Pages

if TYPE_CHECKING:
    from tenure.catalog import Catalog
    from tenure.knowledge import KnowledgeBase
    from tenure.sandbox.spool import Room
    from tenure_api.sparql.executor import Executor


@dataclass(frozen=True, slots=True)
class Service:
    """Built once by :func:`tenure_api.app.create_app` and handed to every router."""

    kb: KnowledgeBase
    catalog: Catalog
    limits: Limits
    links: Links
    pages: Pages
    version: str
    access: Access
    settings: Settings
    metrics: Metrics
    audit: Audit
    readiness: Readiness
    writing: FairShare
    sent: SentRdf
    executor: Executor
    examples: Examples

    @property
    def room(self) -> Room:
        """What answers may take that are made and not read yet."""
        return self.executor.workers.room


def build_service(
    kb: KnowledgeBase,
    catalog: Catalog,
    executor: Executor,
    limits: Limits | None = None,
    access: Access | None = None,
    settings: Settings | None = None,
) -> Service:
    """The service of a knowledge base and a catalogue of queries, answered by ``executor``.

    Without ``settings``, the defaults; without ``access``, everybody may read and nobody write.
    """
    settings = settings or Settings()
    links = Links(kb)
    number = installed_version()
    metrics = Metrics()
    metrics.watch(kb, lambda: executor.workers.status().counts)
    audit = Audit(settings.audit_file if settings.writable else None)
    readiness = Readiness()
    readiness.add("knowledge base", lambda: kb.claims)
    readiness.add("store", kb.store.check)
    readiness.add("audit log", audit.check)
    access = access or Access()
    readiness.add("keys", access.check)
    executor.workers.on_stopped = metrics.stopped
    readiness.add("query workers", executor.check)
    return Service(
        kb=kb,
        catalog=catalog,
        limits=limits or Limits(query=settings.query_characters, body=settings.body_bytes),
        links=links,
        pages=Pages(links, number),
        version=number,
        access=access,
        settings=settings,
        metrics=metrics,
        audit=audit,
        readiness=readiness,
        writing=FairShare(),
        sent=SentRdf(kb, TaskLimits(settings.reading_seconds, settings.reading_memory_mb << 20)),
        executor=executor,
        examples=Examples(kb),
    )


def installed_version() -> str:
    """The version of Tenure that is running; "0" where it runs without being installed."""
    try:
        return version("tenure")
    except PackageNotFoundError:
        return "0"
