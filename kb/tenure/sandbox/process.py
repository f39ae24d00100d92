"""A worker as the pool sees it: a process, the state of its copy, and the frames it sends."""

from __future__ import annotations

import asyncio
import os
import socket
import subprocess
from collections import OrderedDict
from collections.abc import Callable, Iterable
from contextlib import suppress
from typing import Final, Literal, cast

from tenure.sandbox.frames import ASK, FORGET, OPEN, QUADS, STEP, Frames, frame, told
from tenure.sandbox.job import Job, encoded
from tenure.sandbox.launching import launch_program, why_it_ended
from tenure.sandbox.limits import QueryLimits
from tenure.sandbox.replicas import Replica
from tenure.store import VirtualGraph

_MOST_HELD: Final = 64
"""Computed graphs that a worker keeps."""
_NICER: Final = 10

State = Literal["starting", "idle", "busy", "dead"]
Receive = Callable[[bytes, bytes], None]


class WorkerProcess(asyncio.Protocol):
    """One worker. To be made with :func:`start`; belongs to the event loop's thread.

    ``on_frame`` is called with every frame, ``on_end`` once when it is gone, for whatever reason,
    and ``on_buried`` after that with the reason.
    """

    def __init__(self, copy: Replica, process: subprocess.Popen[bytes]) -> None:
        self.copy = copy
        self.process = process
        self.state: State = "starting"
        self.generation = copy.generation
        self.missing = ""
        self.worn = False
        self.last_words = ""
        self.on_frame: Receive = _ignore
        self.on_end: Callable[[], None] = _nothing
        self.on_buried: Callable[[str], None] = _let_rest
        self._transport: asyncio.Transport | None = None
        self._frames = Frames()
        self._held: OrderedDict[str, int] = OrderedDict()

    # --- what the event loop calls ---------------------------------------------------------------

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
        """Tells that the worker is gone (asyncio)."""
        self.state = "dead"
        self.on_end()

    # --- what the pool calls ---------------------------------------------------------------------

    def open(self, memory: int) -> None:
        """Has it load its copy."""
        self._send(told(OPEN, path=str(self.copy.data), memory=memory))
        for step in self.copy.steps:
            self._send(frame(STEP, step))

    def ask(self, job: Job, limits: QueryLimits, steps: Iterable[bytes], generation: int) -> bool:
        """Has it answer a query after ``steps``, which lead to ``generation``.

        Returns whether a frame will say first that these are made.
        """
        ahead = [*steps, *self._graphs_for(job)]
        self.generation = generation
        asked = encoded(
            job,
            most_bytes=limits.bytes,
            most_rows=limits.rows,
            seconds=limits.seconds,
            stepped=bool(ahead),
        )
        self._send(b"".join([*(frame(STEP, step) for step in ahead), frame(ASK, asked)]))
        return bool(ahead)

    def make_after(self, steps: Iterable[bytes], generation: int) -> None:
        """Has it make writes after, which lead to ``generation``, while it has nothing to do."""
        self.generation = generation
        self._send(b"".join(frame(STEP, step) for step in steps))

    def pause(self) -> None:
        """Takes nothing more from it for now."""
        if self._transport is not None:
            self._transport.pause_reading()

    def resume(self) -> None:
        """Takes again what it sends."""
        if self._transport is not None:
            self._transport.resume_reading()

    def give_way(self) -> None:
        """Lets younger queries have the processor first. It cannot be undone: it is worn then."""
        self.worn = True
        with suppress(OSError, AttributeError):
            os.setpriority(os.PRIO_PROCESS, self.process.pid, _NICER)

    def kill(self) -> None:
        """Ends it at once. ``on_end`` is called soon after."""
        self.state = "dead"
        with suppress(OSError):
            self.process.kill()
        if self._transport is not None:
            self._transport.abort()

    def end_of_process(self) -> str:
        """Why it ended by itself: ``memory``, ``time`` or ``crash``. Waits for its end.

        What it said last stands in ``last_words`` from then on.
        """
        why, self.last_words = why_it_ended(self.process)
        return "crash" if why == "broken" else why

    def _send(self, data: bytes) -> None:
        if self._transport is not None and not self._transport.is_closing():
            self._transport.write(data)

    def _graphs_for(self, job: Job) -> list[bytes]:
        """The steps after which the virtual graphs that it has are as ``job`` needs them."""
        steps = []
        wanted = {graph.name.value: graph for graph in job.plan.virtual_graphs}
        # A query that may look at every graph must not see those of others.
        gone = [name for name in self._held if job.plan.named_graphs is None and name not in wanted]
        gone += [name for name, state in self._held.items() if _is_other(wanted.get(name), state)]
        for name in gone:
            del self._held[name]
            steps.append(FORGET + name.encode())
        for name, graph in wanted.items():
            if name not in self._held:
                # Whatever an earlier state has left under that name goes first.
                steps += [FORGET + name.encode(), QUADS + (graph.content or b"")]
            self._held[name] = graph.state
            self._held.move_to_end(name)
        while len(self._held) > max(_MOST_HELD, len(wanted)):
            steps.append(FORGET + self._held.popitem(last=False)[0].encode())
        return steps


def _is_other(graph: VirtualGraph | None, state: int) -> bool:
    return graph is not None and graph.state != state


def _ignore(kind: bytes, body: bytes) -> None:
    """What is done with frames nobody waits for."""


def _nothing() -> None:
    """What is done about the end of a worker that nobody waits for."""


def _let_rest(why: str) -> None:
    """What is done about the reason of its end, where nobody waits for it."""


def launch(copy: Replica) -> tuple[subprocess.Popen[bytes], socket.socket]:
    """Starts the program, a fresh interpreter; returns it with this side's end of the sockets."""
    process, ours = launch_program("tenure.sandbox.worker", copy.folder)
    ours.setblocking(False)
    return process, ours


async def start(
    copy: Replica, launched: tuple[subprocess.Popen[bytes], socket.socket]
) -> WorkerProcess:
    """The worker that was launched, connected to the running event loop."""
    process, ours = launched
    try:
        return await _connected(copy, process, ours)
    except BaseException:
        ours.close()
        process.kill()
        process.communicate()
        raise


async def _connected(
    copy: Replica, process: subprocess.Popen[bytes], ours: socket.socket
) -> WorkerProcess:
    loop = asyncio.get_running_loop()
    _, worker = await loop.create_unix_connection(lambda: WorkerProcess(copy, process), sock=ours)
    return worker
