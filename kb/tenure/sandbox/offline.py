"""Work that can open no connection and start no program, in a thread that is fenced in for good.

The filter of system calls binds the thread that asks for it and those that it starts (seccomp(2)),
so the rest of the process stays as it was. Where a system has no such filter the work is done
without: whoever gives it has to refuse by itself what would fetch something.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from contextlib import suppress
from typing import TypeVar

from tenure.sandbox.seccomp import Unavailable, confine

T = TypeVar("T")


def offline(work: Callable[[], T]) -> T:
    """What ``work`` returns. Raises what it raises; a denied call is an :class:`OSError`."""
    found: list[T] = []
    failed: list[BaseException] = []

    def run() -> None:
        with suppress(Unavailable):
            confine(files=True, whole_process=False)
        try:
            found.append(work())
        except BaseException as error:  # noqa: BLE001 - raised again in the thread that waits
            failed.append(error)

    thread = threading.Thread(target=run, name="tenure-offline", daemon=True)
    thread.start()
    thread.join()
    if failed:
        raise failed[0]
    return found[0]
