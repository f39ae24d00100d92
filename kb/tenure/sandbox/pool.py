"""The pool: workers that answer queries, each with its own copy of the store.

A query waits in its client's queue (:mod:`tenure.sandbox.fair_queue`), runs in a worker with a
time of its own, and is stopped by killing the worker, in whose place a spare steps that was ready.
What runs for longer than a moment goes on beside the others with less of the processor, so that
small queries always find a worker.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from tenure.sandbox.crew import Crew
from tenure.sandbox.fair_queue import FairQueue
from tenure.sandbox.job import Job
from tenure.sandbox.limits import QueryLimits, QueryStopped, Shares, TooBusy, stopped
from tenure.sandbox.replicas import Replicas
from tenure.sandbox.run import Reply, Run
from tenure.sandbox.spool import Room
from tenure.store import Store

_TICK: Final = 0.02
"""Seconds between two looks at what is running."""
_EVERY: Final = 10
"""Of so many looks, one is at those who wait, and at the idle."""
_NO_ROOM: Final = 1.0
"""Seconds that a query may wait for room for its answer while its client has others waiting."""
_PATIENCE: Final = 30.0
"""Seconds that a query waits for a worker, and a worker may take for writes before a query."""


@dataclass(frozen=True, slots=True)
class PoolStatus:
    """How the pool is. ``missing``: limits that this system does not let workers be held to."""

    busy: int
    slow: int
    idle: int
    starting: int
    waiting: int
    replaced: int
    healthy: bool
    missing: str

    @property
    def counts(self) -> dict[str, float]:
        """How many workers there are in each state, and queries that wait."""
        names = ("busy", "slow", "idle", "starting", "waiting")
        return {name: float(getattr(self, name)) for name in names}


@dataclass(eq=False, slots=True)
class _Waiter:
    """A query that waits for a worker."""

    job: Job
    limits: QueryLimits
    since: float
    run: asyncio.Future[Run]


class QueryPool:
    """Workers over copies of ``store``. To be started and used in one event loop.

    Args:
        store: what is asked; whoever owns it closes it after the pool.
        limits: what a query may take, where the caller says nothing else.
        shares: how many run and wait at a time.
        skip: says of the name of a graph that jobs bring it along, so that it is not in copies.
        room: what answers may take that are made and not read yet.
        within: the folder for the copies; None: the system's for temporary files.
        on_stopped: told the reason of each query that is stopped.
    """

    def __init__(
        self,
        store: Store,
        *,
        limits: QueryLimits | None = None,
        shares: Shares | None = None,
        skip: Callable[[str], bool] = lambda _: False,
        room: Room | None = None,
        within: Path | None = None,
        on_stopped: Callable[[str], None] = lambda _: None,
    ) -> None:
        self.limits = limits or QueryLimits()
        self.shares = shares or Shares()
        self.room = room or Room()
        self._store = store
        self._skip = skip
        self._within = within
        self.on_stopped = on_stopped
        self._copies: Replicas | None = None
        self._crew: Crew | None = None
        self._turns: FairQueue[_Waiter] = FairQueue(self.shares)
        self._runs: set[Run] = set()
        self._slow = 0
        self._ticks = 0
        self._ticking: asyncio.TimerHandle | None = None

    # --- to begin and to end ---------------------------------------------------------------------

    async def start(self) -> None:
        """Begins to start the workers; queries may be asked from then on.

        Raises :class:`~tenure.errors.BadInput` where temporary files cannot be written.
        """
        copies = await asyncio.to_thread(Replicas, self._store, self._skip, self._within)
        self._copies = copies
        self._crew = Crew(copies, self.limits.memory, self._wanted, self._hand_out)
        self._crew.fill()
        self._tick()

    async def close(self) -> None:
        """Ends all workers, and refuses what still waits. A second call does nothing."""
        crew, self._crew = self._crew, None
        if self._ticking is not None:
            self._ticking.cancel()
        while (turn := self._turns.next()) is not None:
            self._turns.done(turn[0])
            self._refuse(turn[1])
        for run in list(self._runs):
            self._stop(run, "crash")
        if crew is not None:
            await crew.close()
        if self._copies is not None:
            await asyncio.to_thread(self._copies.close)

    def status(self) -> PoolStatus:
        """How the pool is now."""
        crew = self._crew
        idle = len(crew.idle) if crew else 0
        return PoolStatus(
            busy=len(self._runs) - self._slow,
            slow=self._slow,
            idle=idle,
            starting=crew.starting if crew else 0,
            waiting=self._turns.waiting,
            replaced=crew.replaced if crew else 0,
            healthy=crew is not None and (crew.failures == 0 or bool(idle or self._runs)),
            missing=crew.missing if crew else "",
        )

    def kill_one(self) -> None:
        """Kills a worker that has nothing to do, to see that another takes its place."""
        if self._crew is not None and self._crew.idle:
            self._crew.retire(self._crew.idle[0])

    # --- to ask ----------------------------------------------------------------------------------

    async def ask(self, job: Job, *, client: str, limits: QueryLimits | None = None) -> Reply:
        """The answer to a query, from its first piece on. Whoever asks closes it.

        Args:
            job: the query.
            client: on whose share it goes.
            limits: what it may take; memory is the pool's.

        Raises:
            TooManyQueries: this client has more under way than its share.
            TooBusy: too many wait already, or it waited too long.
            QueryStopped: it wanted more than it may have, or its worker broke down.
            BadQuery: it cannot be read or evaluated.
        """
        loop = asyncio.get_running_loop()
        if self._crew is None:
            raise TooBusy(1)
        waiter = _Waiter(job, limits or self.limits, loop.time(), loop.create_future())
        self._turns.join(client, waiter, self._next_free())
        self._hand_out()
        try:
            run = await waiter.run
        except asyncio.CancelledError:
            self._turns.leave(client, waiter)
            if waiter.run.done() and not waiter.run.cancelled():
                self._give_up(waiter.run.result())
            raise
        try:
            await run.head()
        except BaseException:
            self._give_up(run)
            raise
        return Reply(run, self._give_up)

    def _hand_out(self) -> None:
        """Gives workers to those whose turn it is."""
        crew = self._crew
        while crew is not None and crew.idle and len(self._runs) - self._slow < self.shares.workers:
            turn = self._turns.next()
            if turn is None:
                break
            client, waiter = turn
            taken = None if waiter.run.done() else crew.take()
            if taken is None:
                self._turns.done(client)
                if not waiter.run.done():
                    self._turns.put_first(client, waiter)
                continue
            worker, generation, steps = taken
            run = Run(waiter.job, client, waiter.limits, worker, self.room, self._done)
            self._runs.add(run)
            if generation < waiter.job.plan.generation:
                # Never an answer from before a write that the plan was made after.
                waiter.run.set_result(run)
                self._stop(run, "crash")
                continue
            worker.on_frame = run.receive
            worker.on_buried = run.broke_down
            if not worker.ask(waiter.job, waiter.limits, steps, generation):
                run.begin()
            waiter.run.set_result(run)
        if crew is not None:
            crew.fill()

    def _done(self, run: Run) -> None:
        """A worker has done with a query, whatever came of it."""
        self._runs.discard(run)
        self._slow -= run.slow
        self._turns.done(run.client)
        self._turns.took(run.client, run.used())
        if isinstance(run.error, QueryStopped) and not run.abandoned:
            self.on_stopped(run.error.reason)
        if self._crew is not None:
            self._crew.put_back(run.worker)
            self._hand_out()

    def _give_up(self, run: Run) -> None:
        """Nobody takes the rest of an answer."""
        # A young query is let run out: that costs less than a new worker.
        run.abandon()

    def _stop(self, run: Run, reason: str) -> None:
        """Ends a query with its worker."""
        run.worker.kill()
        run.end(stopped(reason, run.limits))

    def _refuse(self, waiter: _Waiter) -> None:
        if not waiter.run.done():
            waiter.run.set_exception(TooBusy(self._next_free()))

    def _wanted(self) -> int:
        """How many workers should be idle or starting."""
        return self.shares.workers - (len(self._runs) - self._slow) + self.shares.spares

    def _next_free(self) -> float:
        """Seconds until one of those that run will have been stopped at the latest."""
        return min((run.limits.seconds - run.used() for run in self._runs), default=1.0)

    # --- time ------------------------------------------------------------------------------------

    def _tick(self) -> None:
        self._ticks += 1
        now = asyncio.get_running_loop().time()
        for run in list(self._runs):
            if not run.done:
                self._look_at(run, now)
        if self._ticks % _EVERY == 0 and self._crew is not None:
            for client, waiter in self._turns.firsts():
                if now - waiter.since > _PATIENCE:
                    self._turns.leave(client, waiter)
                    self._refuse(waiter)
            self._crew.freshen()
            self._hand_out()
        if self._crew is not None:
            self._ticking = asyncio.get_running_loop().call_later(_TICK, self._tick)

    def _look_at(self, run: Run, now: float) -> None:
        used = run.used()
        if used > run.limits.seconds:
            self._stop(run, "time")
        elif run.stalled() > run.limits.stall:
            self._stop(run, "stall")
        elif run.stalled() > _NO_ROOM and self._turns.waits(run.client):
            self._stop(run, "crowded")
        elif not run.begun and now - run.sent > _PATIENCE:
            self._stop(run, "crash")
        elif used > self.shares.young and run.abandoned:
            self._stop(run, "time")
        elif used + run.stalled() > self.shares.young and not run.slow:
            self._move_aside(run)

    def _move_aside(self, run: Run) -> None:
        """Lets a query that is no longer young go on beside the others, if there is room."""
        if self._slow >= self.shares.slow:
            if not self._turns.others_wait(run.client):
                return
            self._stop(self._most_greedy(), "crowded")
            if run.done:
                return
        run.slow = True
        self._slow += 1
        self._turns.took(run.client, run.used())
        run.worker.give_way()
        self._hand_out()

    def _most_greedy(self) -> Run:
        """Of the client that has most old queries, the one that has run for longest."""
        old = [run for run in self._runs if run.slow]
        return max(
            old, key=lambda one: (sum(other.client == one.client for other in old), one.used())
        )
