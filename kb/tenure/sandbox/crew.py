"""The workers themselves: started, kept up to date, ended, replaced."""

from __future__ import annotations

import asyncio
import json
import logging
from collections.abc import Callable, Coroutine
from typing import Any, Final

from tenure.errors import TenureError
from tenure.sandbox.frames import READY
from tenure.sandbox.process import WorkerProcess, launch, start
from tenure.sandbox.replicas import Replica, Replicas

_LOG: Final = logging.getLogger("tenure.sandbox")

MOST_STARTING: Final = 2
"""Workers that are started at a time."""
LONGEST_START: Final = 60.0
"""Seconds that a worker may take to load its copy."""
_LONGEST_REST: Final = 10.0
"""Seconds between attempts to start a worker, when several have failed."""


class Crew:
    """All workers of a pool, in one event loop.

    Args:
        copies: what they load.
        memory: bytes that a query may take.
        wanted: how many should be ready or starting now.
        on_ready: called when a worker has become ready.
    """

    def __init__(
        self,
        copies: Replicas,
        memory: int,
        wanted: Callable[[], int],
        on_ready: Callable[[], None],
    ) -> None:
        self.idle: list[WorkerProcess] = []
        self.starting = 0
        self.failures = 0
        self.replaced = 0
        self.missing = ""
        self._copies = copies
        self._memory = memory
        self._wanted = wanted
        self._on_ready = on_ready
        self._all: set[WorkerProcess] = set()
        self._tasks: set[asyncio.Task[None]] = set()
        self._resting = False
        self._closed = False

    def take(self) -> tuple[WorkerProcess, int, list[bytes]] | None:
        """A worker that is ready, with the generation that the steps lead to; None: none is."""
        while self.idle:
            # The one that was used last has the most in its caches.
            worker = self.idle.pop()
            found = self._copies.journal.since(worker.generation)
            if found is not None and worker.state == "idle":
                worker.state = "busy"
                return worker, *found
            self.retire(worker)
        return None

    def put_back(self, worker: WorkerProcess) -> None:
        """Takes back a worker that has answered, if it is still good for another query."""
        if worker.state == "dead":
            return
        if worker.worn or self._closed:
            self.retire(worker)
            return
        worker.state = "idle"
        self.idle.append(worker)

    def retire(self, worker: WorkerProcess) -> None:
        """Ends a worker; another one takes its place."""
        if worker in self.idle:
            self.idle.remove(worker)
        worker.kill()

    def fill(self) -> None:
        """Starts as many workers as are wanted."""
        if self._closed or self._resting:
            return
        missing = self._wanted() - len(self.idle) - self.starting
        for _ in range(min(missing, MOST_STARTING - self.starting)):
            self._do(self._start())

    def freshen(self) -> None:
        """Has the idle workers make the latest writes after, and replaces those that cannot."""
        for worker in list(self.idle):
            found = self._copies.journal.since(worker.generation)
            if found is None:
                self.retire(worker)
            elif found[1]:
                worker.make_after(found[1], found[0])

    async def close(self) -> None:
        """Ends all workers, and returns when nothing is left of them."""
        self._closed = True
        for worker in list(self._all):
            self.retire(worker)
        # The end of a worker comes a moment after it was killed, and its burial is a task.
        while self._all or self._tasks:
            await (asyncio.wait(self._tasks) if self._tasks else asyncio.sleep(0.001))

    # --- one worker ------------------------------------------------------------------------------

    async def _start(self) -> None:
        self.starting += 1
        worker = None
        try:
            async with asyncio.timeout(LONGEST_START):
                copy = await asyncio.to_thread(self._copies.make)
                worker = await self._ready(copy)
        except (OSError, TenureError, TimeoutError) as error:
            self._failed(str(error) or "it took too long")
        finally:
            self.starting -= 1
        if worker is not None:
            self.failures = 0
            self.put_back(worker)
            self._on_ready()
        self.fill()

    async def _ready(self, copy: Replica) -> WorkerProcess | None:
        """A worker that has loaded ``copy``; None where it broke down over that."""
        worker = await start(copy, await asyncio.to_thread(launch, copy))
        self._all.add(worker)
        ready: asyncio.Future[str | None] = asyncio.get_running_loop().create_future()
        buried: asyncio.Future[str] = asyncio.get_running_loop().create_future()

        def receive(kind: bytes, body: bytes) -> None:
            if kind == READY and not ready.done():
                ready.set_result(str(json.loads(body)["missing"]))

        def ended() -> None:
            if not ready.done():
                ready.set_result(None)
            self._ended(worker)

        def resting(why: str) -> None:
            if not buried.done():
                buried.set_result(why)

        worker.on_frame, worker.on_end, worker.on_buried = receive, ended, resting
        worker.open(self._memory)
        try:
            missing = await ready
        except BaseException:
            worker.kill()
            raise
        if missing is None:
            why = await buried
            self._failed(f"it broke down while it loaded its copy ({worker.last_words or why})")
            return None
        if missing and missing != self.missing:
            _LOG.warning("queries run with fewer limits: %s", missing)
        self.missing = missing
        return worker

    def _failed(self, why: str) -> None:
        self.failures += 1
        if self._closed:
            return
        _LOG.error("a query worker did not start: %s", why)
        self._resting = True
        rest = min(_LONGEST_REST, 0.1 * 2 ** min(self.failures, 10))
        asyncio.get_running_loop().call_later(rest, self._rested)

    def _rested(self) -> None:
        self._resting = False
        self.fill()

    def _ended(self, worker: WorkerProcess) -> None:
        if worker in self.idle:
            self.idle.remove(worker)
        self._all.discard(worker)
        self.replaced += 1
        self._do(self._bury(worker))
        self.fill()

    async def _bury(self, worker: WorkerProcess) -> None:
        why = await asyncio.to_thread(worker.end_of_process)
        worker.on_buried(why)
        await asyncio.to_thread(self._copies.discard, worker.copy)

    def _do(self, work: Coroutine[Any, Any, None]) -> None:
        task = asyncio.ensure_future(work)
        self._tasks.add(task)
        task.add_done_callback(self._finished)

    def _finished(self, task: asyncio.Task[None]) -> None:
        self._tasks.discard(task)
        if not task.cancelled() and task.exception() is not None:
            _LOG.error("a query worker was not looked after", exc_info=task.exception())
