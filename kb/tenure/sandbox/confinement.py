"""What a sandboxed process may take and do, as the operating system enforces it.

Memory is bounded by RLIMIT_DATA, which on Linux counts every private page that can be written
(getrlimit(2), since 4.7); RLIMIT_AS would count the files that the store maps. A process that
wants more is refused the memory, which ends it. Files are bounded by Landlock, which Linux has
since 5.13 (Documentation/userspace-api/landlock.rst; the numbers are those of
include/uapi/linux/landlock.h, and the calls have the same numbers on every machine): it binds the
thread that asks for it and those that it starts, so it comes before a store is opened.
"""

from __future__ import annotations

import contextlib
import ctypes
import math
import os
import resource
import struct
import sys
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Final, TypeVar

from tenure.sandbox.seccomp import Unavailable, filter_system_calls, give_up_privileges

T = TypeVar("T")

_STATUS: Final = Path("/proc/self/status")
_CREATE_RULESET: Final = 444
_ADD_RULE: Final = 445
_RESTRICT_SELF: Final = 446
_TELL_VERSION: Final = 1
_PATH_BENEATH: Final = 1

_EXECUTE: Final = 1 << 0
# Write to a file, remove and make entries of every kind.
_CHANGE: Final = 1 << 1 | 0b1_1111_1111 << 4
# Since the second and the third version: link between folders, truncate.
_LATER: Final = ((2, 1 << 13), (3, 1 << 14))


def confine_files(folder: Path) -> str:
    """Lets no file be written outside of ``folder``; returns why not, where the system lacks it.

    To be called before there are threads.
    """
    try:
        _write_only_below(folder)
    except Unavailable as error:
        return f"files outside of the copy are not protected by the system ({error})"
    return ""


def confine(memory: int, *, files: bool) -> str:
    """Sets all other limits for good; returns which of them the system lacks.

    Args:
        memory: bytes that this process may take beyond what it has now; 0: no limit.
        files: whether files may still be changed.
    """
    missing = []
    _limit(resource.RLIMIT_CORE, 0)
    if memory and sys.platform == "linux":
        _limit(resource.RLIMIT_DATA, taken("VmData") + memory)
    elif memory:
        missing.append("memory is not limited on this system")
    try:
        filter_system_calls(files=files)
    except Unavailable as error:
        missing.append(f"system calls are not filtered ({error})")
    return "; ".join(missing)


def allow_processor(seconds: float) -> None:
    """The process ends when it has used the processor for so long from now on.

    It is the last resort: who has to stop it in time is the pool, and that may be gone.
    """
    used = resource.getrusage(resource.RUSAGE_SELF)
    most = math.ceil(used.ru_utime + used.ru_stime + seconds) + 1
    with contextlib.suppress(OSError, ValueError):
        resource.setrlimit(resource.RLIMIT_CPU, (most, resource.getrlimit(resource.RLIMIT_CPU)[1]))


def taken(name: str) -> int:
    """Bytes that the kernel counts under ``name`` for this process; 0 where it does not tell."""
    try:
        lines = _STATUS.read_text(encoding="ascii").splitlines()
    except OSError:
        return 0
    found = next((line for line in lines if line.startswith(name + ":")), "")
    return int(found.split()[1]) * 1024 if found else 0


def _limit(kind: int, value: int) -> None:
    hard = resource.getrlimit(kind)[1]
    value = value if hard == resource.RLIM_INFINITY else min(value, hard)
    with contextlib.suppress(OSError, ValueError):
        resource.setrlimit(kind, (value, value))


def offline(work: Callable[[], T]) -> T:
    """What ``work`` returns, which can open no connection and start no program meanwhile.

    It runs in a thread that is confined for good: the filter binds the thread that asks for it and
    those that it starts (seccomp(2)). Where a system has no such filter the work is done without:
    whoever gives it has to refuse by itself what would fetch something.

    Raises what ``work`` raises; a denied call is an :class:`OSError`.
    """
    found: list[T] = []
    failed: list[BaseException] = []

    def run() -> None:
        with contextlib.suppress(Unavailable):
            filter_system_calls(files=True, whole_process=False)
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


def _write_only_below(folder: Path) -> None:
    """Lets this thread, and those it starts, write below ``folder`` only, and run no program."""
    if sys.platform != "linux":
        raise Unavailable(f"there is no Landlock on {sys.platform}")
    library = ctypes.CDLL(None, use_errno=True)
    version = _call(library, _CREATE_RULESET, None, 0, _TELL_VERSION)
    change = _CHANGE
    for since, right in _LATER:
        change |= right if version >= since else 0
    handled = ctypes.create_string_buffer(struct.pack("=Q", change | _EXECUTE), 8)
    rules = _call(library, _CREATE_RULESET, handled, 8, 0)
    place = os.open(folder, os.O_PATH | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        allowed = ctypes.create_string_buffer(struct.pack("=Qi", change, place), 12)
        _call(library, _ADD_RULE, rules, _PATH_BENEATH, allowed, 0)
        give_up_privileges(library)
        _call(library, _RESTRICT_SELF, rules, 0)
    finally:
        os.close(place)
        os.close(rules)


def _call(
    library: ctypes.CDLL, number: int, *given: int | ctypes.Array[ctypes.c_char] | None
) -> int:
    arguments = [ctypes.c_long(one) if isinstance(one, int) else one for one in given]
    found: int = library.syscall(ctypes.c_long(number), *arguments)
    if found < 0:
        raise Unavailable(f"Landlock: {os.strerror(ctypes.get_errno())}")
    return found
