"""The pool: workers that answer queries, each over its own replica of the store.

A query waits in its client's queue (:mod:`tenure.sandbox.fair_queue`), runs in a worker with a
time of its own, and is stopped by killing the worker, in whose place a spare steps that was ready.
What runs for longer than a moment goes on beside the others with less of the processor, so that
small queries always find a worker.
"""

from __future__ import annotations

import asyncio
import json
import logging
from collections.abc import Callable, Coroutine
from dataclasses import dataclass
from typing import Any, Final, Protocol

from tenure.errors import TenureError
from tenure.sandbox.fair_queue import FairQueue
from tenure.sandbox.frames import READY
from tenure.sandbox.limits import QueryLimits, QueryStopped, Shares, TooBusy, stopped
from tenure.sandbox.process import launch, why_it_ended
from tenure.sandbox.queries import Job, QueryWorker, Replica, Reply, Run, connected
from tenure.sandbox.spool import Room

_LOG: Final = logging.getLogger("tenure.sandbox")

_TICK: Final = 0.02
"""Seconds between two looks at what is running."""
_EVERY: Final = 10
"""Of so many looks, one is at those who wait, and at the idle."""
_NO_ROOM: Final = 1.0
"""Seconds that a query may wait for room for its answer while its client has others waiting."""
_PATIENCE: Final = 30.0
"""Seconds that a query waits for a worker, and a worker may take for writes before a query."""
MOST_STARTING: Final = 2
"""Workers that are started at a time."""
LONGEST_START: Final = 60.0
"""Seconds that a worker may take to load its replica."""
_LONGEST_REST: Final = 10.0
"""Seconds between attempts to start a worker, when several have failed."""


class ReplicaSource(Protocol):
    """Copies of one store: a :class:`tenure.store.replicas.Replicas`.

    ``module`` names what a worker answers with.
    """

    module: str

    def make(self) -> Replica:
        """A new replica, for one worker."""
        ...

    def since(self, generation: int) -> tuple[int, list[bytes]] | None:
        """The latest generation, and the steps that lead there; None where some are forgotten."""
        ...

    def discard(self, replica: Replica) -> None:
        """Removes a replica."""
        ...

    def close(self) -> None:
        """Removes them all."""
        ...


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
    """Workers over replicas of a store. To be started and used in one event loop.

    Args:
        replicas: what makes the replicas; called when the pool starts.
        limits: what a query may take, where the caller says nothing else.
        shares: how many run and wait at a time.
        room: what answers may take that are made and not read yet.
        on_stopped: called with the reason of each query that is stopped.
    """

    def __init__(
        self,
        replicas: Callable[[], ReplicaSource],
        *,
        limits: QueryLimits | None = None,
        shares: Shares | None = None,
        room: Room | None = None,
        on_stopped: Callable[[str], None] = lambda _: None,
    ) -> None:
        self.limits = limits or QueryLimits()
        self.shares = shares or Shares()
        self.room = room or Room()
        self.on_stopped = on_stopped
        self.idle: list[QueryWorker] = []
        self._make_replicas = replicas
        self._replicas: ReplicaSource | None = None
        self._queue: FairQueue[_Waiter] = FairQueue(self.shares)
        self._workers: set[QueryWorker] = set()
        self._runs: set[Run] = set()
        self._slow = self._starting = self._failures = self._replaced = self._ticks = 0
        self._missing = ""
        self._open = self._resting = False
        self._ticking: asyncio.TimerHandle | None = None
        self._tasks: set[asyncio.Task[None]] = set()

    # --- to begin and to end ---------------------------------------------------------------------

    async def start(self) -> None:
        """Begins to start the workers; queries may be asked from then on.

        Raises :class:`~tenure.errors.BadInput` where temporary files cannot be written.
        """
        self._replicas = await asyncio.to_thread(self._make_replicas)
        self._open = True
        self._fill()
        self._tick()

    async def close(self) -> None:
        """Ends all workers, and refuses what still waits. A second call does nothing."""
        self._open = False
        if self._ticking is not None:
            self._ticking.cancel()
        while (turn := self._queue.next()) is not None:
            self._queue.done(turn[0])
            self._refuse(turn[1])
        for run in list(self._runs):
            self._stop(run, "crash")
        for worker in self._workers:
            worker.kill()
        # The end of a worker comes a moment after it was killed, and its burial is a task.
        while self._workers or self._tasks:
            await (asyncio.wait(self._tasks) if self._tasks else asyncio.sleep(0.001))
        if self._replicas is not None:
            await asyncio.to_thread(self._replicas.close)

    def status(self) -> PoolStatus:
        """How the pool is now."""
        return PoolStatus(
            busy=len(self._runs) - self._slow,
            slow=self._slow,
            idle=len(self.idle),
            starting=self._starting,
            waiting=self._queue.waiting,
            replaced=self._replaced,
            healthy=self._open and (self._failures == 0 or bool(self.idle or self._runs)),
            missing=self._missing,
        )

    def kill_one(self) -> None:
        """Kills a worker that has nothing to do, to see that another takes its place."""
        if self.idle:
            self.idle.pop(0).kill()

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
        if not self._open:
            raise TooBusy(1)
        waiter = _Waiter(job, limits or self.limits, loop.time(), loop.create_future())
        self._queue.join(client, waiter, self._next_free())
        self._hand_out()
        try:
            run = await waiter.run
        except asyncio.CancelledError:
            self._queue.leave(client, waiter)
            if waiter.run.done() and not waiter.run.cancelled():
                waiter.run.result().abandon()
            raise
        try:
            await run.head()
        except BaseException:
            run.abandon()
            raise
        return Reply(run)

    def _hand_out(self) -> None:
        """Gives workers to those whose turn it is."""
        while self._open and self.idle and len(self._runs) - self._slow < self.shares.workers:
            turn = self._queue.next()
            if turn is None:
                break
            client, waiter = turn
            taken = None if waiter.run.done() else self._take()
            if taken is None:
                self._queue.done(client)
                if not waiter.run.done():
                    self._queue.put_first(client, waiter)
                continue
            worker, generation, steps = taken
            run = Run(client, waiter.limits, worker, self.room, self._done)
            self._runs.add(run)
            waiter.run.set_result(run)
            if generation < waiter.job.plan.generation:
                # Never an answer from before a write that the plan was made after.
                self._stop(run, "crash")
                continue
            worker.on_frame = run.receive
            worker.on_buried = lambda why, run=run: run.end(stopped(why, run.limits))  # type: ignore[misc]
            if not worker.ask(waiter.job, waiter.limits, steps, generation):
                run.begin()
        self._fill()

    def _take(self) -> tuple[QueryWorker, int, list[bytes]] | None:
        """A worker that is ready, with the generation that the steps lead to; None: none is."""
        assert self._replicas is not None
        while self.idle:
            # The one that was used last has the most in its caches.
            worker = self.idle.pop()
            found = self._replicas.since(worker.generation)
            if found is not None and worker.state == "idle":
                worker.state = "busy"
                return worker, *found
            worker.kill()
        return None

    def _done(self, run: Run) -> None:
        """A worker has done with a query, whatever came of it."""
        self._runs.discard(run)
        self._slow -= run.slow
        self._queue.done(run.client)
        self._queue.took(run.client, run.used())
        if isinstance(run.error, QueryStopped) and not run.abandoned:
            self.on_stopped(run.error.reason)
        self._put_back(run.worker)
        self._hand_out()

    def _stop(self, run: Run, reason: str) -> None:
        """Ends a query with its worker."""
        run.worker.kill()
        run.end(stopped(reason, run.limits))

    def _refuse(self, waiter: _Waiter) -> None:
        if not waiter.run.done():
            waiter.run.set_exception(TooBusy(self._next_free()))

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
        if self._ticks % _EVERY == 0:
            for client, waiter in self._queue.firsts():
                if now - waiter.since > _PATIENCE:
                    self._queue.leave(client, waiter)
                    self._refuse(waiter)
            self._freshen()
            self._hand_out()
        if self._open:
            self._ticking = asyncio.get_running_loop().call_later(_TICK, self._tick)

    def _look_at(self, run: Run, now: float) -> None:
        used = run.used()
        if used > run.limits.seconds:
            self._stop(run, "time")
        elif run.stalled() > run.limits.stall:
            self._stop(run, "stall")
        elif run.stalled() > _NO_ROOM and self._queue.waits(run.client):
            self._stop(run, "crowded")
        elif not run.begun and now - run.sent > _PATIENCE:
            self._stop(run, "crash")
        elif used > self.shares.young and run.abandoned:
            # A young query is let run out: that costs less than a new worker.
            self._stop(run, "time")
        elif used + run.stalled() > self.shares.young and not run.slow:
            self._move_aside(run)

    def _move_aside(self, run: Run) -> None:
        """Lets a query that is no longer young go on beside the others, if there is room."""
        if self._slow >= self.shares.slow:
            if not self._queue.others_wait(run.client):
                return
            self._stop(self._most_greedy(), "crowded")
            if run.done:
                return
        run.slow = True
        self._slow += 1
        self._queue.took(run.client, run.used())
        run.worker.give_way()
        self._hand_out()

    def _most_greedy(self) -> Run:
        """Of the client that has most old queries, the one that has run for longest."""
        old = [run for run in self._runs if run.slow]
        return max(
            old, key=lambda one: (sum(other.client == one.client for other in old), one.used())
        )

    # --- workers ---------------------------------------------------------------------------------

    def _fill(self) -> None:
        """Starts as many workers as should be idle or starting."""
        if not self._open or self._resting:
            return
        wanted = self.shares.workers - (len(self._runs) - self._slow) + self.shares.spares
        missing = wanted - len(self.idle) - self._starting
        for _ in range(min(missing, MOST_STARTING - self._starting)):
            self._starting += 1
            self._do(self._start())

    def _freshen(self) -> None:
        """Has the idle workers repeat the latest writes, and replaces those that cannot."""
        assert self._replicas is not None
        for worker in list(self.idle):
            found = self._replicas.since(worker.generation)
            if found is None:
                self.idle.remove(worker)
                worker.kill()
            elif found[1]:
                worker.repeat(found[1], found[0])

    def _put_back(self, worker: QueryWorker) -> None:
        """Takes back a worker that has answered, if it is still good for another query."""
        if worker.state == "dead":
            return
        if worker.worn or not self._open:
            worker.kill()
            return
        worker.state = "idle"
        self.idle.append(worker)

    async def _start(self) -> None:
        worker = None
        try:
            async with asyncio.timeout(LONGEST_START):
                worker = await self._ready()
        except (OSError, TenureError, TimeoutError) as error:
            self._failed(str(error) or "it took too long")
        finally:
            self._starting -= 1
        if worker is not None:
            self._failures = 0
            self._put_back(worker)
            self._hand_out()
        self._fill()

    async def _ready(self) -> QueryWorker | None:
        """A worker that has loaded its replica; None where it broke down over that."""
        assert self._replicas is not None
        replica = await asyncio.to_thread(self._replicas.make)
        worker = await connected(replica, *await asyncio.to_thread(launch, replica.folder))
        self._workers.add(worker)
        ready: asyncio.Future[str | None] = asyncio.get_running_loop().create_future()
        buried: asyncio.Future[str] = asyncio.get_running_loop().create_future()

        def receive(kind: bytes, body: bytes) -> None:
            if kind == READY and not ready.done():
                ready.set_result(str(json.loads(body)["missing"]))

        def ended() -> None:
            if not ready.done():
                ready.set_result(None)
            self._ended(worker)

        worker.on_frame, worker.on_end = receive, ended
        worker.on_buried = lambda why: None if buried.done() else buried.set_result(why)
        worker.open(self._replicas.module, self.limits.memory)
        try:
            missing = await ready
        except BaseException:
            worker.kill()
            raise
        if missing is None:
            why = await buried
            self._failed(f"it broke down while it loaded its replica ({worker.last_line or why})")
            return None
        if missing and missing != self._missing:
            _LOG.warning("queries run with fewer limits: %s", missing)
        self._missing = missing
        return worker

    def _failed(self, why: str) -> None:
        self._failures += 1
        if not self._open:
            return
        _LOG.error("a query worker did not start: %s", why)
        self._resting = True
        rest = min(_LONGEST_REST, 0.1 * 2 ** min(self._failures, 10))
        asyncio.get_running_loop().call_later(rest, self._rested)

    def _rested(self) -> None:
        self._resting = False
        self._fill()

    def _ended(self, worker: QueryWorker) -> None:
        if worker in self.idle:
            self.idle.remove(worker)
        self._workers.discard(worker)
        self._replaced += 1
        self._do(self._bury(worker))
        self._fill()

    async def _bury(self, worker: QueryWorker) -> None:
        why, worker.last_line = await asyncio.to_thread(why_it_ended, worker.process)
        worker.on_buried("crash" if why == "broken" else why)
        assert self._replicas is not None
        await asyncio.to_thread(self._replicas.discard, worker.replica)

    def _do(self, work: Coroutine[Any, Any, None]) -> None:
        task = asyncio.ensure_future(work)
        self._tasks.add(task)
        task.add_done_callback(self._finished)

    def _finished(self, task: asyncio.Task[None]) -> None:
        self._tasks.discard(task)
        if not task.cancelled() and task.exception() is not None:
            _LOG.error("a query worker was not looked after", exc_info=task.exception())
