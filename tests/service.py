"""The web service as ``tenure serve`` builds it, workers included, for a client in this process."""

from __future__ import annotations

import atexit
from dataclasses import replace
from functools import cache
from typing import Any

from fastapi import FastAPI

from tenure.catalog import Catalog
from tenure.knowledge import KnowledgeBase
from tenure.sandbox.limits import QueryLimits
from tenure.sandbox.pool import PoolStatus, QueryPool
from tenure.sandbox.queries import Job, Reply
from tenure.sandbox.tasks import Readers
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


class SharedReaders(Readers):
    """Readers that outlive the service that they read for, since others follow in this process."""

    def close(self) -> None:
        """Ends none of them."""

    def end(self) -> None:
        """Ends all of them."""
        super().close()


@cache
def shared_readers() -> SharedReaders:
    """The readers of all services here that ask for no limits of their own."""
    readers = SharedReaders()
    atexit.register(readers.end)
    return readers


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

    Where it is ``lazy`` they start with the first query, without spares, and what reads bodies is
    shared with others; else they start when it is entered, and nothing is shared.

    ``options`` are those of :func:`tenure_api.app.create_app`.
    """
    settings: Settings = options.get("settings") or Settings()
    # A busy machine is no fault of the query's.
    more: dict[str, float] = {"workers": workers, "query_seconds": 60}
    if query is not None:
        more |= {"query_seconds": query.seconds, "query_rows": query.rows}
    executor = build_executor(kb, settings.model_copy(update=more))
    if not lazy:
        return create_app(kb, catalog, executor, **options)
    executor.workers.__class__ = LazyPool
    executor.workers.shares = replace(executor.workers.shares, spares=0)
    app = create_app(kb, catalog, executor, **options)
    if app.state.bodies.readers.limits == shared_readers().limits:
        app.state.bodies.readers = shared_readers()
    return app
