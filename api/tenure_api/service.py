"""What every part of the web service is given: the knowledge base, the catalogue, the pages."""

from __future__ import annotations

from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, version

from tenure.catalog import Catalog, Examples
from tenure.knowledge import KnowledgeBase
from tenure.sandbox.limits import TaskLimits
from tenure.sandbox.spool import Room
from tenure.transactions.commit import refuse_when_full
from tenure.validate import Texts
from tenure_api.audit import Audit
from tenure_api.bodies import BodyReader
from tenure_api.concurrency import FairShare
from tenure_api.monitoring import Metrics, Readiness
from tenure_api.pages.rendering import Pages
from tenure_api.security import Access
from tenure_api.settings import Limits, Settings
from tenure_api.worker_response import Executor


@dataclass(frozen=True, slots=True)
class Service:
    """Built once by :func:`tenure_api.app.create_app` and handed to every router."""

    kb: KnowledgeBase
    catalog: Catalog
    limits: Limits
    pages: Pages
    version: str
    access: Access
    settings: Settings
    metrics: Metrics
    audit: Audit
    readiness: Readiness
    writing: FairShare
    bodies: BodyReader
    executor: Executor
    examples: Examples
    texts: Texts | None

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
    number = installed_version()
    metrics = Metrics()
    metrics.watch(kb, lambda: executor.workers.status().counts)
    audit = Audit(settings.audit_file if settings.writable else None)
    readiness = Readiness()
    readiness.add("knowledge base", lambda: kb.claims)
    readiness.add("store", kb.store.check)
    if settings.writable:
        readiness.add("disk", lambda: refuse_when_full(kb))
    readiness.add("audit log", audit.check)
    access = access or Access()
    readiness.add("keys", access.check)
    executor.workers.on_stopped = metrics.stopped
    readiness.add("query workers", executor.check)
    return Service(
        kb=kb,
        catalog=catalog,
        limits=limits or Limits(query=settings.query_characters, body=settings.body_bytes),
        pages=Pages(kb, number, settings.title, settings.licence),
        version=number,
        access=access,
        settings=settings,
        metrics=metrics,
        audit=audit,
        readiness=readiness,
        writing=FairShare(),
        bodies=BodyReader(
            kb, TaskLimits(settings.reading_seconds, settings.reading_memory_mb << 20)
        ),
        executor=executor,
        examples=Examples(kb),
        texts=Texts(settings.texts) if settings.texts is not None else None,
    )


def installed_version() -> str:
    """The version of Tenure that is running; "0" where it runs without being installed."""
    try:
        return version("tenure")
    except PackageNotFoundError:
        return "0"
