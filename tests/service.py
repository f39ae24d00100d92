"""The web service as ``tenure serve`` builds it, workers included, for a client in this process."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from fastapi import FastAPI

from tenure.catalog import Catalog
from tenure.knowledge import KnowledgeBase
from tenure.sandbox.limits import QueryLimits
from tenure.sandbox.pool import PoolStatus, QueryPool
from tenure.sandbox.queries import Job, Reply
from tenure_api.app import create_app
from tenure_api.settings import Settings
from tenure_api.worker_response import build_executor


class LazyPool(QueryPool):
    """A pool whose workers start with the first query: most tests of a service ask none."""

    async def start(self) -> None:
        """Begins nothing yet."""

    async def ask(self, job: Job, *, client: str, limits: QueryLimits | None = None) -> Reply:
        """The answer to a query."""
        if not self._open:
            await super().start()
        return await super().ask(job, client=client, limits=limits)

    def status(self) -> PoolStatus:
        """How the pool is; healthy as long as nothing was asked."""
        found = super().status()
        return found if self._open else replace(found, healthy=True)


def app_over(
    kb: KnowledgeBase,
    catalog: Catalog,
    *,
    workers: int = 1,
    lazy: bool = True,
    query: QueryLimits | None = None,
    **options: Any,
) -> FastAPI:
    """The service over a knowledge base. It is to be entered once: its workers end then.

    Where it is ``lazy`` they start with the first query, else when it is entered.

    ``options`` are those of :func:`tenure_api.app.create_app`.
    """
    settings: Settings = options.get("settings") or Settings()
    # A busy machine is no fault of the query's.
    more: dict[str, float] = {"workers": workers, "query_seconds": 60}
    if query is not None:
        more |= {"query_seconds": query.seconds, "query_rows": query.rows}
    executor = build_executor(kb, settings.model_copy(update=more))
    if lazy:
        executor.workers.__class__ = LazyPool
    return create_app(kb, catalog, executor, **options)
