"""A sandboxed process as its parent sees it: started, spoken to in frames, stopped."""

from __future__ import annotations

import asyncio
import os
import signal
import socket
import subprocess
import sys
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Final, Literal, TypeVar, cast

from tenure.sandbox.frames import Frames

# What the process needs of the environment; what else is in there may be a secret.
_ENVIRONMENT: Final = ("PATH", "LANG", "LC_ALL", "LD_LIBRARY_PATH")
_OURS: Final = Path(__file__).parents[2]
"""What the process finds this package in, wherever it is started."""

OUT_OF_MEMORY: Final = 71
"""Exit status of a process that was refused memory in a place where it could still tell."""
_MOST_SEEN: Final = 4_000
_LONGEST_WORDS: Final = 300
_NICER: Final = 10
# How the engine ends on a stack that is too deep, and Rust on what it cannot go on from.
_BREAKS: Final = frozenset((signal.SIGSEGV, signal.SIGABRT, signal.SIGBUS, signal.SIGILL))

State = Literal["starting", "idle", "busy", "dead"]
Receive = Callable[[bytes, bytes], None]


def launch(folder: Path) -> tuple[subprocess.Popen[bytes], socket.socket]:
    """Starts the program, a fresh interpreter, in ``folder``; with this side's end of the sockets.

    Raises :class:`OSError`.
    """
    ours, theirs = socket.socketpair()
    with theirs:
        command = [sys.executable, "-P", "-m", "tenure.sandbox.program", str(theirs.fileno())]
        known = {name: os.environ[name] for name in _ENVIRONMENT if name in os.environ}
        try:
            process = subprocess.Popen(  # noqa: S603 - this interpreter and a number
                command,
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.PIPE,
                pass_fds=[theirs.fileno()],
                cwd=folder,
                env={**known, "PYTHONPATH": str(_OURS), "RUST_BACKTRACE": "0"},
            )
        except BaseException:
            ours.close()
            raise
    return process, ours


def give_way(process: subprocess.Popen[bytes]) -> None:
    """Lets other processes have the processor first. It cannot be undone."""
    with suppress(OSError, AttributeError):
        os.setpriority(os.PRIO_PROCESS, process.pid, _NICER)


def why_it_ended(process: subprocess.Popen[bytes]) -> tuple[str, str]:
    """Why it ended by itself, and its last line on standard error. Waits for its end.

    The reasons are ``memory``, ``time``, ``broken`` (a signal that says so of the program), and
    ``crash``. The line can be asked for once.
    """
    try:
        status = process.wait(5)
    except subprocess.TimeoutExpired:
        process.kill()
        status = process.wait()
    assert process.stderr is not None
    seen = process.stderr.read(_MOST_SEEN).decode(errors="replace")
    process.stderr.close()
    last = seen.strip().rpartition("\n")[2][:_LONGEST_WORDS]
    if status == OUT_OF_MEMORY or "memory allocation of" in seen or "bad_alloc" in seen:
        return "memory", last
    if status == -signal.SIGXCPU:
        return "time", last
    return "broken" if -status in _BREAKS else "crash", last


class Worker(asyncio.Protocol):
    """A process that answers queries. It belongs to the event loop's thread.

    ``on_frame`` is called with every frame, ``on_end`` once when it is gone, for whatever reason.
    """

    def __init__(self, process: subprocess.Popen[bytes]) -> None:
        self.process = process
        self.state: State = "starting"
        self.worn = False
        self.on_frame: Receive = lambda _kind, _body: None
        self.on_end: Callable[[], None] = lambda: None
        self._transport: asyncio.Transport | None = None
        self._frames = Frames()

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
        if self._transport is not None:
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


W = TypeVar("W", bound=Worker)


async def connected(
    make: Callable[[subprocess.Popen[bytes]], W],
    process: subprocess.Popen[bytes],
    ours: socket.socket,
) -> W:
    """The process that was launched, connected to the running event loop."""
    ours.setblocking(False)
    loop = asyncio.get_running_loop()
    try:
        _, worker = await loop.create_unix_connection(lambda: make(process), sock=ours)
    except BaseException:
        ours.close()
        process.kill()
        process.communicate()
        raise
    return worker
