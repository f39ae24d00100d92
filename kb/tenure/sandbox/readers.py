"""Readers as the service sees them: started when there is a task, ended when they took too much.

What a stranger sends is read, and held to the rules, in a process that can be killed: the engine
cannot be interrupted, and some texts end the process that reads them. A reader does one task at a
time. It is kept for the next one if it is as small as before, so that what a body took is given
back, and replaced if not.
"""

from __future__ import annotations

import json
import logging
import os
import threading
import time
from contextlib import suppress
from pathlib import Path
from tempfile import gettempdir
from typing import Any, Final

from tenure.sandbox.frames import ASK, DATA, END, FAILED, OPEN, READY, STEP, Frames, frame, told
from tenure.sandbox.launching import launch_program, why_it_ended
from tenure.sandbox.tasks import Done, Task, TaskLimits, error_of, stopped

_LOG: Final = logging.getLogger("tenure.sandbox")

KEPT: Final = 1
"""Readers of a kind that are kept while there is nothing to do."""
_LONGEST_START: Final = 60.0
"""Seconds that a reader may take until it is ready."""
_YOUNG: Final = 2.0
"""Seconds after which a task gets less of the processor than others."""
_LOOK: Final = 0.5
_NICER: Final = 10
_MOST_TOLD: Final = 1 << 20


class Readers:
    """Does tasks, each in a process. Safe for threads; a task keeps its thread until it is done.

    Args:
        limits: what a task may take.
        kept: how many readers of a kind stay between tasks.
    """

    def __init__(self, limits: TaskLimits | None = None, kept: int = KEPT) -> None:
        self.limits = limits or TaskLimits()
        self._kept = kept
        self._lock = threading.Lock()
        self._idle: dict[str, list[_Reader]] = {}
        self._busy: set[_Reader] = set()
        self._closed = False
        self._told = ""

    def do(self, task: Task) -> Done:
        """What comes of a task.

        Raises:
            TooMuchToRead: it wanted more time or memory than it may have, or says too much.
            ReadingStopped: it was stopped through no fault of its own.
            TenureError: what the task itself found wrong.
            RuntimeError: a fault of ours, with the traceback from the reader.
        """
        reader = self._taken(task.module)
        try:
            done = reader.do(task, self.limits)
        except _Stopped as error:
            raise stopped(reader.why or error.reason, self.limits) from None
        finally:
            self._put_back(reader)
        return done

    def make_room(self, older: float) -> None:
        """Stops the task that has been under way for longest, if that is ``older`` seconds."""
        with self._lock:
            first = min(self._busy, key=lambda one: one.since, default=None)
        if first is not None and time.monotonic() - first.since > older:
            first.kill("crowded")

    def close(self) -> None:
        """Ends all readers; what is under way is stopped. A second call does nothing."""
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
        """How many readers work, and how many wait for a task."""
        with self._lock:
            idle = sum(map(len, self._idle.values()))
            return {"busy": float(len(self._busy)), "idle": float(idle)}

    def _taken(self, module: str) -> _Reader:
        with self._lock:
            if self._closed:
                raise stopped("closing", self.limits)
            idle = self._idle.get(module)
            reader = idle.pop() if idle else None
            if reader is not None:
                self._busy.add(reader)
                return reader
            # It takes a moment, and whoever closes must know of it.
            reader = _Reader(module)
            self._busy.add(reader)
        try:
            missing = reader.open(self.limits)
        except _Stopped as error:
            self._put_back(reader)
            _LOG.error("a reader did not start: %s", error.said)
            raise stopped(reader.why or "crash", self.limits) from None
        if missing and missing != self._told:
            _LOG.warning("bodies are read with fewer limits: %s", missing)
        self._told = missing
        return reader

    def _put_back(self, reader: _Reader) -> None:
        with self._lock:
            self._busy.discard(reader)
            idle = self._idle.setdefault(reader.module, [])
            if reader.is_sound and not self._closed and len(idle) < self._kept:
                idle.append(reader)
                return
        reader.end()


class _Stopped(Exception):
    """A task that did not come to its end: why, and what the reader said last."""

    def __init__(self, reason: str, said: str = "") -> None:
        super().__init__(reason)
        self.reason = reason
        self.said = said


class _Reader:
    """One reader; used by one thread at a time, but killed by any."""

    def __init__(self, module: str) -> None:
        self.module = module
        self.why = ""
        """Why it was killed; empty where it was not."""
        self.is_sound, self._works = False, True
        self.since = time.monotonic()
        self._nice = False
        self._works = False
        self._frames = Frames()
        program = "tenure.sandbox.reader"
        self._process, self._socket = launch_program(program, Path(gettempdir()))

    def open(self, limits: TaskLimits) -> str:
        """Waits until it is ready; what it is not held to on this system."""
        end = time.monotonic() + _LONGEST_START
        self._send(told(OPEN, module=self.module, memory=limits.memory), end)
        for kind, body in self._coming(end, 1 << 16):
            if kind == READY:
                self.is_sound = True
                return str(json.loads(body).get("missing", ""))
        raise self._gone()

    def do(self, task: Task, limits: TaskLimits) -> Done:
        """What comes of a task. Raises what :meth:`Readers.do` does."""
        self.is_sound, self._works = False, True
        self.since = time.monotonic()
        end = self.since + 2 * limits.seconds + 5
        asked: dict[str, Any] = {"function": task.function, "told": dict(task.told)}
        asked |= {"seconds": limits.seconds, "bytes": limits.bytes}
        # A body goes after its head, so that it is not copied once more.
        for body in task.bodies:
            self._send(frame(STEP)[:1] + len(body).to_bytes(4, "big"), end)
            self._send(body, end)
        self._send(told(ASK, **asked), end)
        pieces: list[bytes] = []
        outcome: tuple[bytes, Any] | None = None
        for kind, body in self._coming(end, limits.bytes + _MOST_TOLD):
            if kind == DATA:
                pieces.append(body)
            elif kind in (READY, FAILED):
                outcome = kind, json.loads(body)
            elif kind == END and outcome is not None:
                # One that had to give way cannot be made quick again.
                self.is_sound = not (self._nice or json.loads(body).get("worn"))
                break
        else:
            raise self._gone()
        kind, said = outcome
        if kind == READY:
            return Done(said["told"], b"".join(pieces))
        if not said.get("kind"):
            raise RuntimeError(f"A reader failed:\n{said.get('what')}")
        raise error_of(said)

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

    def _coming(self, end: float, most: int) -> Any:
        """The frames as they come, of ``most`` bytes together. Ends where the reader is gone."""
        while True:
            now = time.monotonic()
            if now > end:
                raise _Stopped("crowded")
            self._socket.settimeout(min(_LOOK, end - now + 0.01))
            try:
                data = self._socket.recv(1 << 20)
            except TimeoutError:
                self._give_way()
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

    def _give_way(self) -> None:
        """Lets younger tasks, and everything else here, have the processor first."""
        if self._nice or not self._works or time.monotonic() - self.since < _YOUNG:
            return
        self._nice = True
        with suppress(OSError, AttributeError):
            os.setpriority(os.PRIO_PROCESS, self._process.pid, _NICER)

    def _gone(self) -> _Stopped:
        """Why it ended by itself. Waits for its end."""
        why, said = why_it_ended(self._process)
        if why == "crash" and not self.why:
            _LOG.warning("a reader ended with status %s: %s", self._process.returncode, said)
        return _Stopped(why, said)
