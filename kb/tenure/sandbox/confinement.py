"""What a worker may take and do, as the operating system enforces it.

Memory is bounded by RLIMIT_DATA, which on Linux counts every private page that can be written
(getrlimit(2), since 4.7); RLIMIT_AS would count the files that the store maps. A process that
wants more is refused the memory, which ends it.
"""

from __future__ import annotations

import contextlib
import math
import resource
import sys
from pathlib import Path
from typing import Final

from tenure.sandbox.landlock import confine_to
from tenure.sandbox.seccomp import Unavailable, confine

_STATUS: Final = Path("/proc/self/status")


def fence_files(folder: Path) -> str:
    """Lets no file be written outside of ``folder``; returns what stands in the way, or nothing.

    To be called before there are threads.
    """
    try:
        confine_to(folder)
    except Unavailable as error:
        return f"files outside of the copy are not protected by the system ({error})"
    return ""


def fence(memory: int, *, files: bool) -> str:
    """Sets all other limits for good; returns what stands in the way of some, or nothing.

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
        confine(files=files)
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
