"""One query in one worker: how it is asked, what the worker has sent, and what of it was taken."""

from __future__ import annotations

import asyncio
import json
import socket
import subprocess
from collections.abc import AsyncIterator, Callable, Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final, Literal, cast

from tenure.errors import TenureError
from tenure.sandbox.frames import (
    ALONE,
    ASK,
    DATA,
    END,
    FAILED,
    FORGET,
    HEAD,
    HOLD,
    OPEN,
    READY,
    STEP,
    Frames,
    frame,
    json_frame,
)
from tenure.sandbox.limits import QueryLimits, error_from_json, stopped
from tenure.sandbox.process import give_way
from tenure.sandbox.query_plan import HeldGraphs, QueryPlan
from tenure.sandbox.spool import Room, Spool

State = Literal["starting", "idle", "busy", "dead"]
Kind = Literal["rows", "truth", "triples"]
_KINDS: Final[Mapping[str, Kind]] = {"rows": "rows", "truth": "truth", "triples": "triples"}


@dataclass(frozen=True, slots=True)
class Replica:
    """A copy: what a worker loads, in ``folder``; of which generation; the steps that it lacks."""

    folder: Path
    data: Path
    generation: int
    steps: tuple[bytes, ...]


@dataclass(frozen=True, slots=True)
class Job:
    """A plan, and how its answer is to be written.

    ``rows`` and ``triples`` are the media types to write each kind of answer in; of a kind whose
    type is empty, only the head is sent. Raises :class:`ValueError` for a text that is not Unicode.
    """

    plan: QueryPlan
    rows: str = ""
    triples: str = ""
    prefixes: Mapping[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.plan.sparql.encode()


class QueryWorker(asyncio.Protocol):
    """A process over a replica, with the generation that it is of, and the graphs that it holds.

    It belongs to the event loop's thread. ``on_frame`` is called with every frame, ``on_end`` once
    when it is gone, for whatever reason, and ``on_buried`` after that with the reason.
    """

    def __init__(self, process: subprocess.Popen[bytes], replica: Replica) -> None:
        self.process = process
        self.replica = replica
        self.generation = replica.generation
        self.state: State = "starting"
        self.worn = False
        self.last_line = ""
        self.on_frame: Callable[[bytes, bytes], None] = lambda _kind, _body: None
        self.on_end: Callable[[], None] = lambda: None
        self.on_buried: Callable[[str], None] = lambda _: None
        self._transport: asyncio.Transport | None = None
        self._frames = Frames()
        self._held = {is_alone: HeldGraphs() for is_alone in (False, True)}

    def open(self, module: str, memory: int) -> None:
        """Has it load its replica."""
        data = str(self.replica.data)
        self.send(json_frame(OPEN, module=module, replica=data, memory=memory))
        self.repeat(self.replica.steps, self.generation)

    def repeat(self, steps: Iterable[bytes], generation: int) -> None:
        """Has it repeat writes, which lead to ``generation``."""
        self.generation = generation
        self.send(b"".join(frame(STEP, step) for step in steps))

    def ask(self, job: Job, limits: QueryLimits, steps: Iterable[bytes], generation: int) -> bool:
        """Has it answer a query after ``steps``, which lead to ``generation``.

        Returns whether a frame will say first that these are made.
        """
        plan = job.plan
        reads_more = not plan.is_alone and self._can_project(plan)
        in_memory = plan.is_alone or reads_more
        ahead = [*steps, *self._graphs_for(plan, in_memory=in_memory)]
        self.repeat(ahead, generation)
        named = None if plan.named_graphs is None else [one.value for one in plan.named_graphs]
        self.send(
            json_frame(
                ASK,
                sparql=plan.sparql,
                default=[graph.value for graph in plan.default_graphs],
                named=named,
                rows=job.rows,
                triples=job.triples,
                prefixes=dict(job.prefixes),
                most_bytes=limits.bytes,
                most_rows=limits.rows,
                seconds=limits.seconds,
                stepped=bool(ahead),
                alone=in_memory,
                virtual=[one.name.value for one in plan.virtual_graphs],
                predicates=sorted(plan.predicates or ()) if reads_more else None,
            )
        )
        return bool(ahead)

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Keeps the transport (asyncio)."""
        # Loops of other libraries have transports that are no subclass of asyncio's.
        self._transport = cast("asyncio.Transport", transport)

    def data_received(self, data: bytes) -> None:
        """Hands on the frames (asyncio)."""
        try:
            for kind, body in self._frames.feed(data):
                self.on_frame(kind, body)
        except ValueError:
            self.kill()  # it does not keep to the rules

    def connection_lost(self, exc: Exception | None) -> None:  # noqa: ARG002
        """Passes on that the process is gone (asyncio)."""
        self.state = "dead"
        self.on_end()

    def send(self, data: bytes) -> None:
        """Sends frames, unless it is gone."""
        if self._transport is not None and not self._transport.is_closing():
            self._transport.write(data)

    def pause(self) -> None:
        """Takes nothing more from it for now."""
        if self._transport is not None:
            self._transport.pause_reading()

    def resume(self) -> None:
        """Takes again what it sends."""
        if self._transport is not None and not self._transport.is_closing():
            self._transport.resume_reading()

    def give_way(self) -> None:
        """Lets younger queries have the processor first: it is worn then."""
        self.worn = True
        give_way(self.process)

    def kill(self) -> None:
        """Ends it at once. ``on_end`` is called soon after."""
        self.state = "dead"
        with suppress(OSError):
            self.process.kill()
        if self._transport is not None:
            self._transport.abort()

    def _can_project(self, plan: QueryPlan) -> bool:
        """Whether what the plan can look at may be brought into memory beside its graphs."""
        reads = plan.predicates is not None and bool(plan.virtual_graphs)
        return reads and self.replica.data.is_dir()

    def _graphs_for(self, plan: QueryPlan, *, in_memory: bool) -> list[bytes]:
        """The steps after which the virtual graphs that it has are as the plan needs them."""
        where = ALONE if in_memory else b""
        gone, come = self._held[in_memory].changes(plan)
        return [
            *(where + FORGET + name.encode() for name in gone),
            *(where + HOLD + one.name.value.encode() + b"\n" + one.content for one in come),
        ]


async def connected(
    replica: Replica, process: subprocess.Popen[bytes], ours: socket.socket
) -> QueryWorker:
    """The process that was launched, connected to the running event loop."""
    ours.setblocking(False)
    loop = asyncio.get_running_loop()
    try:
        _, worker = await loop.create_unix_connection(
            lambda: QueryWorker(process, replica), sock=ours
        )
    except BaseException:
        ours.close()
        process.kill()
        process.communicate()
        raise
    return worker


class Run:
    """One query in one worker. ``on_done`` is called once, when the worker has done with it."""

    def __init__(
        self,
        client: str,
        limits: QueryLimits,
        worker: QueryWorker,
        room: Room,
        on_done: Callable[[Run], None],
    ) -> None:
        loop = asyncio.get_running_loop()
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
        """Whether its time has begun: not as long as writes are repeated for it."""
        return self._start is not None

    # --- from the worker -------------------------------------------------------------------------

    def receive(self, kind: bytes, body: bytes) -> None:
        """Takes a frame."""
        if self.done:
            return
        if kind == DATA:
            self.spool.put(body)
            if self.spool.full and self._paused is None:
                self._paused = self._clock()
                self.worker.pause()
        elif kind == READY:
            self.begin()
        elif kind in (HEAD, FAILED, END):
            self._receive(kind, json.loads(body))

    def _receive(self, kind: bytes, found: Mapping[str, object]) -> None:
        if kind == HEAD:
            self.kind = _KINDS.get(str(found["kind"]), "rows")
            self.variables = tuple(map(str, cast("list[object]", found["variables"])))
            if not self._head.done():
                self._head.set_result(None)
        elif kind == FAILED:
            why = str(found.get("why", ""))
            self.worker.worn = self.worker.worn or why == "crash"
            self.end(stopped(why, self.limits) if why else error_from_json(found))
        else:
            self.worker.worn = self.worker.worn or bool(found["worn"])
            self.end(None)

    def end(self, error: TenureError | None) -> None:
        """The worker has done with it, or will not do more. A second call does nothing."""
        if self.done:
            return
        self.done = True
        self.error = error
        if self._paused is not None:
            # The last frames came with the one that filled the spool; the next query needs it.
            self.worker.resume()
        if not self._head.done():
            self._head.set_result(None)
        self.spool.end(error)
        self._on_done(self)

    # --- to the reader ---------------------------------------------------------------------------

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

    def __init__(self, run: Run) -> None:
        self._run = run

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

    def when_made(self, call: Callable[[], None]) -> None:
        """Has ``call`` called when the worker has done with it, however slowly it is read."""
        self._run.spool.when_ended(call)

    def __aiter__(self) -> AsyncIterator[bytes]:
        """The pieces. Raises :class:`~tenure.errors.TenureError` for what stops it half-way."""
        return self._run.spool.pieces()

    def close(self) -> None:
        """Gives up what has not been taken; the query is stopped if it does not end soon."""
        self._run.abandon()
