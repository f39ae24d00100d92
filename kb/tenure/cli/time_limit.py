"""Work that ends after so many seconds, whatever it is busy with.

A regular expression or a query of a user's can keep the engine busy for ever, and neither can be
interrupted from within. So the work is done in a fork of the command, which is killed when its time
is over; that takes a hundredth of a second, and no imports.
"""

from __future__ import annotations

import os
import pickle
import select
import signal
import time
import traceback
import warnings
from collections.abc import Callable
from typing import Any, Final, NoReturn, TypeVar

from tenure.errors import BadInput, TenureError
from tenure.sandbox.limits import error_from_json, error_to_json

T = TypeVar("T")

_FAULT: Final = 70
_CHUNK: Final = 1 << 16


def within(seconds: float, work: Callable[[], T]) -> T:
    """What ``work`` comes to, which can be pickled.

    Raises:
        BadInput: it takes longer.
        TenureError: what ``work`` raises.
    """
    reading, writing = os.pipe()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)  # of threads that the fork has not
        child = os.fork()
    if child == 0:
        os.close(reading)
        _work(work, writing)
    os.close(writing)
    answer: bytes | None = None
    try:
        answer = _read(reading, time.monotonic() + seconds)
    finally:
        os.close(reading)
        if answer is None:  # its time is over, or the command was interrupted
            os.kill(child, signal.SIGKILL)
        _, status = os.waitpid(child, 0)
    if answer is None:
        raise BadInput(
            f"It was stopped after {seconds:g} seconds.",
            where="--seconds",
            remedy="Allow more, check less at a time, or look for a pattern or a query of your "
            "own that never ends.",
        )
    if not answer:
        raise SystemExit(os.waitstatus_to_exitcode(status) % 256)
    kind, value = pickle.loads(answer)  # noqa: S301 - from a fork of this very process
    if kind == "refused":
        raise error_from_json(value)
    if kind == "failed":
        raise value
    result: T = value
    return result


def _work(work: Callable[[], Any], writing: int) -> NoReturn:
    code = _FAULT
    try:
        answer: tuple[str, Any]
        try:
            answer = ("done", work())
        except TenureError as error:
            answer = ("refused", error_to_json(error))
        except Exception as error:  # noqa: BLE001 - it is raised again where the command is
            error.add_note(traceback.format_exc())
            answer = ("failed", error)
        with os.fdopen(writing, "wb") as pipe:
            pickle.dump(answer, pipe)
        code = 0
    except KeyboardInterrupt:
        code = 128 + signal.SIGINT
    finally:
        # Whatever happened: the fork must never go on as if it were the command.
        os._exit(code)


def _read(pipe: int, end: float) -> bytes | None:
    """What comes through a pipe; None where it is not all there in time."""
    parts: list[bytes] = []
    while True:
        ready, _, _ = select.select([pipe], [], [], max(0.0, end - time.monotonic()))
        if not ready:
            return None
        part = os.read(pipe, _CHUNK)
        if not part:
            return b"".join(parts)
        parts.append(part)
