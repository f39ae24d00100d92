"""A sandboxed process as its parent sees it: started, spoken to in frames, stopped."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
from contextlib import suppress
from pathlib import Path
from typing import Final

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
