"""A reader: a program that does tasks with what strangers sent, one after the other.

Started as ``python -P -m tenure.sandbox.reader DESCRIPTOR``, where the descriptor is its end of a
pair of sockets; it ends when the other end is closed. It is fenced in before the first byte of a
stranger comes. Only the module that does the tasks is imported before that, by the name that the
first frame has, because what judges facts lies in layers above this one.
"""

from __future__ import annotations

import importlib
import json
import traceback
from collections.abc import Callable, Mapping
from typing import Any, Final

from tenure.errors import BadRdf, TenureError, TooMuchToRead
from tenure.sandbox.confinement import allow_processor, fence, taken
from tenure.sandbox.frames import (
    ASK,
    DATA,
    END,
    FAILED,
    OPEN,
    READY,
    STEP,
    frame,
    read_frame,
    told,
    write_all,
)
from tenure.sandbox.launching import run_program
from tenure.sandbox.tasks import told_of

Answer = Callable[[bytes], None]
Does = Callable[[Mapping[str, Any], list[bytes], Answer], Mapping[str, Any]]

_GROWN: Final = 32 << 20
"""Bytes by which a reader may have grown after a task; beyond that it is to be replaced."""
_PIECE: Final = 1 << 20


def work(descriptor: int) -> None:
    """Does what the frames say until there are no more. Raises :class:`OSError`."""
    opening = read_frame(descriptor)
    if opening is None or opening[0] != OPEN:
        return
    asked = json.loads(opening[1])
    module = importlib.import_module(asked["module"])
    missing = fence(asked["memory"], files=False)
    write_all(descriptor, told(READY, missing=missing))
    most = taken("VmRSS") + _GROWN
    bodies: list[bytes] = []
    while (coming := read_frame(descriptor)) is not None:
        kind, body = coming
        if kind == STEP:
            bodies.append(body)
        elif kind == ASK:
            task = json.loads(body)
            given, bodies = bodies, []
            allow_processor(task["seconds"])
            _do(getattr(module, task["function"]), task, given, descriptor)
            del given
            write_all(descriptor, told(END, worn=taken("VmRSS") > most))


def _do(does: Does, task: Mapping[str, Any], bodies: list[bytes], descriptor: int) -> None:
    left = task["bytes"]

    def answer(data: bytes) -> None:
        nonlocal left
        left -= len(data)
        if left < 0:
            raise TooMuchToRead(
                f"What it says is longer than {task['bytes'] >> 20} MiB when it is written out.",
                where="body",
                remedy="Send less at a time.",
            )
        for start in range(0, len(data), _PIECE):
            write_all(descriptor, frame(DATA, data[start : start + _PIECE]))

    try:
        write_all(descriptor, told(READY, told=dict(does(task["told"], bodies, answer))))
    except TenureError as error:
        write_all(descriptor, told(FAILED, **told_of(error)))
    except RecursionError:
        deep = BadRdf("It nests too deep.", where="body", remedy="Write it flatter.")
        write_all(descriptor, told(FAILED, **told_of(deep)))
    except (MemoryError, BrokenPipeError):
        raise
    except Exception:  # noqa: BLE001 - a fault of ours, to be told in the log of the service
        write_all(descriptor, told(FAILED, kind="", what=traceback.format_exc()[-2_000:]))


if __name__ == "__main__":
    run_program(work)
