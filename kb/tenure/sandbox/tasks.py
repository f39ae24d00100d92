"""Tasks done in the sandbox one at a time, for a thread that waits: what strangers send is read so.

The engine cannot be interrupted, and some texts end the process that reads them. A process is kept
for the next task if it is as small as before, so that what a body took is given back, and replaced
if not.
"""

from __future__ import annotations

import json
import logging
import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import gettempdir
from typing import Any, Final

from tenure.sandbox.frames import ASK, DATA, END, FAILED, OPEN, READY, STEP, Frames, json_frame
from tenure.sandbox.limits import TaskLimits, error_from_json, task_stopped
from tenure.sandbox.process import give_way, launch, why_it_ended

_LOG: Final = logging.getLogger("tenure.sandbox")

KEPT: Final = 1
"""Processes for a module that are kept while there is nothing to do."""
_LONGEST_START: Final = 60.0
"""Seconds that a process may take until it is ready."""
_YOUNG: Final = 2.0
"""Seconds after which a task gets less of the processor than others."""
_LOOK: Final = 0.5
_MOST_SAID: Final = 1 << 20


@dataclass(frozen=True, slots=True)
class Task:
    """What is to be done: a function, by module and name, with its parameters and what it is given.

    The function is called with the parameters, the bodies, and a function that takes the answer
    piece by piece; what it returns comes back as :attr:`Done.result`.
    """

    module: str
    function: str
    parameters: Mapping[str, Any] = field(default_factory=dict)
    bodies: tuple[bytes, ...] = field(default=(), repr=False)


@dataclass(frozen=True, slots=True)
class Done:
    """What came of a task."""

    result: Mapping[str, Any]
    data: bytes = field(repr=False)


class Readers:
    """Does tasks, each in a process. Safe for threads; a task keeps its thread until it is done.

    Args:
        limits: what a task may take.
        kept: how many processes for a module stay between tasks.
    """

    def __init__(self, limits: TaskLimits | None = None, kept: int = KEPT) -> None:
        self.limits = limits or TaskLimits()
        self._kept = kept
        self._lock = threading.Lock()
        self._idle: dict[str, list[_Process]] = {}
        self._busy: set[_Process] = set()
        self._closed = False
        self._missing = ""

    def do(self, task: Task) -> Done:
        """What comes of a task.

        Raises:
            TooMuchToRead: it wanted more time or memory than it may have, or says too much.
            ReadingStopped: it was stopped through no fault of its own.
            TenureError: what the task itself found wrong.
            RuntimeError: a fault of ours, with the traceback from the process.
            OSError: no process can be started.
        """
        process = None
        try:
            process = self._taken(task.module)
            return process.do(task, self.limits)
        except _Stopped as error:
            reason = (process.why if process else "") or error.reason
            raise task_stopped(reason, self.limits) from None
        finally:
            if process is not None:
                self._put_back(process)

    def make_room(self, older: float) -> None:
        """Stops the task that has been under way for longest, if that is ``older`` seconds."""
        with self._lock:
            first = min(self._busy, key=lambda one: one.since, default=None)
        if first is not None and time.monotonic() - first.since > older:
            first.kill("crowded")

    def close(self) -> None:
        """Ends all processes; what is under way is stopped. A second call does nothing."""
        with self._lock:
            self._closed = True
            idle = [one for some in self._idle.values() for one in some]
            self._idle.clear()
            busy = list(self._busy)
        for one in busy:
            one.kill("closing")  # its own thread buries it
        for one in idle:
            one.end()

    def counts(self) -> dict[str, float]:
        """How many processes work, and how many wait for a task."""
        with self._lock:
            idle = sum(map(len, self._idle.values()))
            return {"busy": float(len(self._busy)), "idle": float(idle)}

    def _taken(self, module: str) -> _Process:
        with self._lock:
            if self._closed:
                raise _Stopped("closing")
            idle = self._idle.get(module)
            process = idle.pop() if idle else _Process(module)
            # Starting takes a moment, and whoever closes must know of it.
            self._busy.add(process)
        if process.is_open:
            return process
        try:
            missing = process.open(self.limits)
        except _Stopped as error:
            _LOG.error("a process for bodies did not start: %s", error.last_line)
            self._put_back(process)
            raise _Stopped(process.why or "crash") from None
        if missing and missing != self._missing:
            _LOG.warning("bodies are read with fewer limits: %s", missing)
        self._missing = missing
        return process

    def _put_back(self, process: _Process) -> None:
        with self._lock:
            self._busy.discard(process)
            idle = self._idle.setdefault(process.module, [])
            if process.is_sound and not self._closed and len(idle) < self._kept:
                idle.append(process)
                return
        process.end()


def run_once(task: Task, limits: TaskLimits) -> Done:
    """What comes of a task, in a process for it alone. Raises what :meth:`Readers.do` does."""
    readers = Readers(limits, kept=0)
    try:
        return readers.do(task)
    finally:
        readers.close()


class _Stopped(Exception):
    """A task that did not come to its end: why, and the last line of its process."""

    def __init__(self, reason: str, last_line: str = "") -> None:
        super().__init__(reason)
        self.reason = reason
        self.last_line = last_line


class _Process:
    """A process that does tasks; used by one thread at a time, but killed by any."""

    def __init__(self, module: str) -> None:
        self.module = module
        self.why = ""
        """Why it was killed; empty where it was not."""
        self.is_open = self.is_sound = False
        self.since = time.monotonic()
        self._nice = self._works = False
        self._frames = Frames()
        self._process, self._socket = launch(Path(gettempdir()))

    def open(self, limits: TaskLimits) -> str:
        """Waits until it is ready; returns which limits the system lacks."""
        end = time.monotonic() + _LONGEST_START
        self._send(json_frame(OPEN, module=self.module, memory=limits.memory), end)
        for kind, body in self._coming(end, 1 << 16):
            if kind == READY:
                self.is_open = self.is_sound = True
                return str(json.loads(body).get("missing", ""))
        raise self._gone()

    def do(self, task: Task, limits: TaskLimits) -> Done:
        """What comes of a task. Raises what :meth:`Readers.do` does."""
        self.is_sound, self._works = False, True
        self.since = time.monotonic()
        end = self.since + limits.longest
        # A body goes after its head, so that it is not copied once more.
        for body in task.bodies:
            self._send(STEP + len(body).to_bytes(4, "big"), end)
            self._send(body, end)
        asked = {"function": task.function, "parameters": dict(task.parameters)}
        self._send(json_frame(ASK, **asked, seconds=limits.seconds, bytes=limits.bytes), end)
        pieces: list[bytes] = []
        outcome: tuple[bytes, Any] | None = None
        for kind, body in self._coming(end, limits.bytes + _MOST_SAID):
            if kind == DATA:
                pieces.append(body)
            elif kind in (READY, FAILED):
                outcome = kind, json.loads(body)
            elif kind == END and outcome is not None:
                # One that was slowed down cannot be made quick again.
                self.is_sound = not (self._nice or json.loads(body).get("worn"))
                break
        else:
            raise self._gone()
        kind, found = outcome
        if kind == READY:
            return Done(found["result"], b"".join(pieces))
        if found.get("why") == "crash":
            raise RuntimeError(f"A task failed in its process:\n{found.get('what')}")
        if found.get("why"):
            raise _Stopped(str(found["why"]))
        raise error_from_json(found)

    def kill(self, why: str) -> None:
        """Ends it at once, whatever it does; from any thread."""
        self.why = self.why or why
        with suppress(OSError):
            self._process.kill()

    def end(self) -> None:
        """Ends it, and returns when nothing is left of it."""
        with suppress(OSError):
            self._process.kill()
        self._process.wait()
        self._socket.close()
        if self._process.stderr is not None:
            self._process.stderr.close()

    def _send(self, data: bytes, end: float) -> None:
        self._socket.settimeout(max(0.01, end - time.monotonic()))
        try:
            self._socket.sendall(data)
        except TimeoutError:
            raise _Stopped("crowded") from None
        except OSError:
            raise self._gone() from None

    def _coming(self, end: float, most: int) -> Iterator[tuple[bytes, bytes]]:
        """The frames as they come, of ``most`` bytes together. Ends where the process is gone."""
        while True:
            now = time.monotonic()
            if now > end:
                raise _Stopped("crowded")
            self._socket.settimeout(min(_LOOK, end - now + 0.01))
            try:
                data = self._socket.recv(1 << 20)
            except TimeoutError:
                if self._works and not self._nice and now - self.since > _YOUNG:
                    self._nice = True
                    give_way(self._process)
                continue
            except OSError:
                data = b""
            if not data:
                return
            most -= len(data)
            if most < 0:
                raise _Stopped("bytes")
            try:
                yield from self._frames.feed(data)
            except ValueError:
                raise _Stopped("crash") from None  # it does not keep to the rules

    def _gone(self) -> _Stopped:
        """Why it ended by itself. Waits for its end."""
        why, last = why_it_ended(self._process)
        if why == "crash" and not self.why:
            status = self._process.returncode
            _LOG.warning("a process for bodies ended with status %s: %s", status, last)
        return _Stopped(why, last)
