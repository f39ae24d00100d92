"""One query under way: what its worker has sent, and what of it was taken."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Callable
from typing import Final, Literal

from tenure.errors import BadQuery, TenureError
from tenure.sandbox.frames import DATA, END, FAILED, HEAD, READY
from tenure.sandbox.job import Job
from tenure.sandbox.limits import QueryLimits, stopped
from tenure.sandbox.process import WorkerProcess
from tenure.sandbox.spool import Room, Spool
from tenure.sandbox.well_formed import unwritable
from tenure.store.syntax_errors import unparsed_query

Kind = Literal["rows", "truth", "triples"]
_KINDS: Final[dict[str, Kind]] = {"rows": "rows", "truth": "truth", "triples": "triples"}


class Run:
    """One query in one worker. ``on_done`` is called once, when the worker has done with it."""

    def __init__(
        self,
        job: Job,
        client: str,
        limits: QueryLimits,
        worker: WorkerProcess,
        room: Room,
        on_done: Callable[[Run], None],
    ) -> None:
        loop = asyncio.get_running_loop()
        self.job = job
        self.client = client
        self.limits = limits
        self.worker = worker
        self.slow = False
        self.abandoned = False
        self.done = False
        self.error: TenureError | None = None
        self.kind: Kind = "rows"
        self.variables: tuple[str, ...] = ()
        self.spool = Spool(room, client, self._go_on)
        self._on_done = on_done
        self._clock = loop.time
        self._head: asyncio.Future[None] = loop.create_future()
        self._paused: float | None = None
        self._start: float | None = None
        self.sent = self._clock()

    # --- time ------------------------------------------------------------------------------------

    def used(self) -> float:
        """Seconds that it has been running, without waits for room for its answer."""
        if self._start is None:
            return 0.0
        return (self._clock() if self._paused is None else self._paused) - self._start

    def stalled(self) -> float:
        """Seconds that the worker has been waiting for room for more of the answer."""
        return 0.0 if self._paused is None else self._clock() - self._paused

    def begin(self) -> None:
        """Lets the time of the query begin."""
        self._start = self._clock()

    @property
    def begun(self) -> bool:
        """Whether its time has begun: not as long as writes are made after for it."""
        return self._start is not None

    # --- from the worker -------------------------------------------------------------------------

    def receive(self, kind: bytes, body: bytes) -> None:
        """Takes a frame."""
        if self.done:
            return
        if kind == DATA:
            self._push(body)
        elif kind == HEAD:
            head = json.loads(body)
            self.kind = _KINDS.get(head["kind"], "rows")
            self.variables = tuple(map(str, head["variables"]))
            if not self._head.done():
                self._head.set_result(None)
        elif kind == READY:
            self.begin()
        elif kind == FAILED:
            told = json.loads(body)
            self.worker.worn = self.worker.worn or told["why"] == "crash"
            self.end(self._failure(str(told["why"]), str(told["what"])))
        elif kind == END:
            self.worker.worn = self.worker.worn or bool(json.loads(body)["worn"])
            self.end(None)

    def end(self, error: TenureError | None) -> None:
        """The worker has done with it, or will not do more. A second call does nothing."""
        if self.done:
            return
        self.done = True
        self.error = error
        if not self._head.done():
            self._head.set_result(None)
        self.spool.end(error)
        self._on_done(self)

    def broke_down(self, why: str) -> None:
        """The worker is gone, for this reason."""
        self.end(stopped(why, self.limits))

    def _failure(self, why: str, what: str) -> TenureError:
        if why == "syntax":
            return unparsed_query(self.job.plan.sparql, what)
        if why in ("evaluation", "unicode"):
            return BadQuery(
                f"The query cannot be evaluated: {what or 'it is not Unicode'}.",
                remedy="Bind every variable before the place that needs its value.",
            )
        if why == "format":
            return unwritable(what)
        return stopped(why, self.limits)

    def _push(self, piece: bytes) -> None:
        self.spool.put(piece)
        if self.spool.full and self._paused is None:
            self._paused = self._clock()
            self.worker.pause()

    # --- to whoever asked ------------------------------------------------------------------------

    async def head(self) -> None:
        """Waits until it is known what kind of answer comes. Raises what stopped it before."""
        await self._head
        if self.error is not None:
            raise self.error

    def abandon(self) -> None:
        """Nobody takes the rest."""
        self.abandoned = True
        self.spool.close()

    def _go_on(self) -> None:
        if self._paused is not None:
            if self._start is not None:
                self._start += self._clock() - self._paused
            self._paused = None
            if not self.done:
                self.worker.resume()


class Reply:
    """The answer to a query as it comes: its kind, its variables, and its bytes in pieces.

    To be closed, at the latest when the pieces are taken; :class:`contextlib.aclosing` does not
    fit, because closing takes no time.
    """

    def __init__(self, run: Run, closed: Callable[[Run], None]) -> None:
        self._run = run
        self._closed = closed

    @property
    def kind(self) -> Kind:
        """``rows`` of a SELECT, ``truth`` of an ASK, ``triples`` of the other forms."""
        return self._run.kind

    @property
    def variables(self) -> tuple[str, ...]:
        """The variables of rows, in order."""
        return self._run.variables

    @property
    def whole(self) -> bytes | None:
        """All of the answer, where all of it is here already."""
        return self._run.spool.whole

    def when_made(self, told: Callable[[], None]) -> None:
        """Has ``told`` called when the worker has done with it, however slowly it is read."""
        self._run.spool.when_ended(told)

    def __aiter__(self) -> AsyncIterator[bytes]:
        """The pieces. Raises :class:`~tenure.errors.TenureError` for what stops it half-way."""
        return self._run.spool.pieces()

    def close(self) -> None:
        """Gives up what has not been taken; the query is stopped if it does not end soon."""
        self._closed(self._run)
