"""The program that runs in the sandbox: it answers queries, or does tasks, one after the other.

Started as ``python -P -m tenure.sandbox.program DESCRIPTOR``, where the descriptor is its end of a
pair of sockets; it ends when the other end is closed. It is confined before the first byte of a
stranger comes. What it does is in the module that the first frame names, since that lies in layers
above this one. With a replica to load, the module has ``load(path)``, ``follow(replica, step)`` and
``answer(replica, query, output)``; otherwise it has a function for each task.
"""

from __future__ import annotations

import importlib
import json
import os
import sys
import time
import traceback
from collections.abc import Callable, Mapping
from pathlib import Path
from types import ModuleType
from typing import Any, Final

from tenure.errors import BadRdf, TenureError
from tenure.sandbox.confinement import allow_processor, confine, confine_files, taken
from tenure.sandbox.frames import (
    ASK,
    DATA,
    END,
    FAILED,
    OPEN,
    READY,
    STEP,
    frame,
    json_frame,
    read_frame,
    write_all,
)
from tenure.sandbox.limits import TooMuch, error_to_json
from tenure.sandbox.process import OUT_OF_MEMORY

_GROWN_BY_QUERIES: Final = 4
"""A process that holds more than this part of its allowance after a query is to be replaced."""
_GROWN_BY_TASK: Final = 32 << 20
"""Bytes by which a process may have grown after a task; beyond that it is to be replaced."""
_SMALL: Final = 0.02
"""Seconds of processor time that a small query takes at most."""
_PIECE: Final = 64 << 10
_LARGE_PIECE: Final = 1 << 20


class FrameOutput:
    """Where an answer is written: it is counted, and sent in pieces.

    Args:
        descriptor: this end of the sockets.
        bytes_left: how long the answer may be.
        rows_left: how many rows it may have, which begin with ``row_start``; empty: not counted.

    :meth:`write` raises :class:`~tenure.sandbox.limits.TooMuch`, and :class:`BrokenPipeError` when
    the other side is gone.
    """

    def __init__(self, descriptor: int, bytes_left: int, rows_left: int = 0) -> None:
        self.row_start = b""
        self._descriptor = descriptor
        self._held = bytearray()
        self._bytes_left = bytes_left
        self._rows_left = rows_left
        self._tail = b""

    def write(self, data: bytes) -> int:
        """Takes a piece of the answer."""
        self._bytes_left -= len(data)
        if self._bytes_left < 0:
            raise TooMuch("bytes")
        if self.row_start:
            self._count(data)
        for start in range(0, len(data), _LARGE_PIECE):
            self._held += frame(DATA, data[start : start + _LARGE_PIECE])
            if len(self._held) >= _PIECE:
                self.send()
        return len(data)

    def flush(self) -> None:
        """Does nothing: the engine flushes at the end of its writing, and the end is to follow."""

    def note(self, kind: bytes, /, **what: Any) -> None:
        """Takes a frame that is no piece of the answer."""
        self._held += json_frame(kind, **what)

    def send(self) -> None:
        """Sends what is held."""
        write_all(self._descriptor, bytes(self._held))
        self._held.clear()

    def _count(self, data: bytes) -> None:
        mark = self.row_start
        seen = self._tail + data
        self._rows_left -= seen.count(mark)
        self._tail = seen[len(seen) - len(mark) + 1 :] if len(mark) > 1 else b""
        # The marks stand between rows, or beside a line of names: one more than rows is fine.
        if self._rows_left < -1:
            raise TooMuch("rows")


def main(descriptor: int) -> None:
    """Does what the frames say until there are no more.

    Raises :class:`OSError` for a replica that cannot be loaded, or that takes no more writes.
    """
    opening = read_frame(descriptor)
    if opening is None or opening[0] != OPEN:
        return
    asked = json.loads(opening[1])
    path = Path(asked["replica"]) if asked.get("replica") else None
    # A store on disk writes files of its own as it repeats writes.
    on_disk = path is not None and path.is_dir()
    missing = [confine_files(path) if path is not None and on_disk else ""]
    module = importlib.import_module(asked["module"])
    replica = None if path is None else module.load(path)
    missing.append(confine(asked["memory"], files=on_disk))
    write_all(descriptor, json_frame(READY, missing="; ".join(filter(None, missing))))
    if path is None:
        _do_tasks(module, descriptor)
    else:
        _answer_queries(module, replica, descriptor, asked["memory"])


def _answer_queries(module: ModuleType, replica: Any, descriptor: int, memory: int) -> None:
    most = taken("VmRSS") + memory // _GROWN_BY_QUERIES if memory else 0
    while (coming := read_frame(descriptor)) is not None:
        kind, body = coming
        if kind == STEP:
            module.follow(replica, body)
        elif kind == ASK:
            query = json.loads(body)
            allow_processor(query["seconds"])
            if query["stepped"]:
                write_all(descriptor, json_frame(READY))
            begun = time.process_time()
            output = FrameOutput(descriptor, query["most_bytes"], query["most_rows"])
            if _carried_out(output, module.answer, replica, query, output):
                # Asking the kernel takes longer than a small query, which takes no memory.
                is_small = time.process_time() - begun <= _SMALL
                output.note(END, worn=not is_small and bool(most) and taken("VmRSS") > most)
            output.send()


def _do_tasks(module: ModuleType, descriptor: int) -> None:
    most = taken("VmRSS") + _GROWN_BY_TASK
    bodies: list[bytes] = []
    while (coming := read_frame(descriptor)) is not None:
        kind, body = coming
        if kind == STEP:
            bodies.append(body)
        elif kind == ASK:
            task = json.loads(body)
            given, bodies = bodies, []
            allow_processor(task["seconds"])
            output = FrameOutput(descriptor, task["bytes"])
            does: Callable[..., Mapping[str, Any]] = getattr(module, task["function"])
            _carried_out(output, _do_task, does, task["parameters"], given, output)
            del given
            output.note(END, worn=taken("VmRSS") > most)
            output.send()


def _do_task(
    does: Callable[..., Mapping[str, Any]],
    parameters: object,
    bodies: list[bytes],
    output: FrameOutput,
) -> None:
    output.note(READY, result=dict(does(parameters, bodies, output.write)))


def _carried_out(output: FrameOutput, work: Callable[..., None], *given: Any) -> bool:
    """Whether the work was done; otherwise the output says why not.

    Raises :class:`MemoryError`, and :class:`BrokenPipeError` when the other side is gone.
    """
    try:
        work(*given)
    except TooMuch as error:
        output.note(FAILED, why=error.reason)
    except TenureError as error:
        output.note(FAILED, **error_to_json(error))
    except RecursionError:
        deep = BadRdf("It nests too deep.", where="body", remedy="Write it flatter.")
        output.note(FAILED, **error_to_json(deep))
    except (MemoryError, BrokenPipeError):
        raise
    except Exception:  # noqa: BLE001 - a fault of ours, for the log of the service
        output.note(FAILED, why="crash", what=traceback.format_exc()[-2_000:])
    else:
        return True
    return False


if __name__ == "__main__":
    try:
        main(int(sys.argv[1]))
    except MemoryError:
        os._exit(OUT_OF_MEMORY)
    except BrokenPipeError:
        pass
    # Not by way of the interpreter's end: what it holds is thrown away, and needs no closing.
    os._exit(0)
