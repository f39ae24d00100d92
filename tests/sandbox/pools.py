"""A small store, its pool, and a way to ask it."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from functools import partial
from typing import Any, TypeVar

from pyoxigraph import Literal, NamedNode, Quad

from tenure.sandbox.limits import QueryLimits, Shares
from tenure.sandbox.pool import QueryPool
from tenure.sandbox.queries import Job
from tenure.sandbox.spool import Room
from tenure.store import QueryPlan, Store
from tenure.store.replicas import Replicas

T = TypeVar("T")

GRAPH = NamedNode("https://example.org/graph")
COMPUTED = "https://example.org/computed/"
SMALL = QueryLimits(seconds=0.6, memory=192 << 20, rows=10_000, bytes=4 << 20, stall=1.0)
FEW = Shares(workers=2, slow=2, spares=1, running=2, waiting=4, waiting_in_all=12, young=0.1)


def numbers(graph: NamedNode = GRAPH, most: int = 60) -> list[Quad]:
    """So many things, each with its number."""
    thing, number = "https://example.org/thing/", NamedNode("https://example.org/number")
    return [Quad(NamedNode(f"{thing}{n}"), number, Literal(n), graph) for n in range(most)]


@dataclass
class Asking:
    """A pool, and short ways to ask it."""

    pool: QueryPool
    store: Store
    stopped: list[str]

    def job(self, sparql: str, **more: Any) -> Job:
        """A job over the one graph, answered in CSV and N-Triples."""
        of_plan: dict[str, Any] = {
            "default_graphs": (GRAPH,),
            "named_graphs": (),
            "virtual_graphs": (),
            "generation": self.store.generation,
        }
        of_plan |= {name: more.pop(name) for name in of_plan if name in more}
        given = {"rows": "text/csv", "triples": "application/n-triples"} | more
        return Job(QueryPlan(sparql, **of_plan), **given)

    async def ask(
        self,
        sparql: str,
        *,
        client: str = "one",
        limits: QueryLimits | None = None,
        **more: Any,
    ) -> bytes:
        """The whole answer to a query."""
        reply = await self.pool.ask(self.job(sparql, **more), client=client, limits=limits)
        try:
            return b"".join([piece async for piece in reply])
        finally:
            reply.close()

    async def settled(self) -> None:
        """Returns when nothing runs any more, and all workers are ready."""
        shares = self.pool.shares
        async with asyncio.timeout(30):
            while True:
                now = self.pool.status()
                busy = now.busy + now.slow + now.waiting + now.starting
                if busy == 0 and now.idle >= shares.workers + shares.spares:
                    return
                await asyncio.sleep(0.02)


@asynccontextmanager
async def open_pool(
    store: Store,
    limits: QueryLimits = SMALL,
    shares: Shares = FEW,
    room: Room | None = None,
) -> AsyncIterator[Asking]:
    """A pool over ``store`` that is closed at the end."""
    stopped: list[str] = []
    pool = QueryPool(
        partial(Replicas, store, lambda name: name.startswith(COMPUTED)),
        limits=limits,
        shares=shares,
        room=room,
        on_stopped=stopped.append,
    )
    await pool.start()
    try:
        yield Asking(pool, store, stopped)
    finally:
        await pool.close()


def in_pool(
    store: Store,
    work: Callable[[Asking], Awaitable[T]],
    limits: QueryLimits = SMALL,
    shares: Shares = FEW,
    room: Room | None = None,
) -> T:
    """What ``work`` makes of a pool over ``store``."""

    async def run() -> T:
        async with open_pool(store, limits, shares, room) as asking:
            return await work(asking)

    return asyncio.run(run())
