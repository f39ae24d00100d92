"""A program of ours with one end of a pair of sockets: started, run, and why it ended."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Final, NoReturn

# What a worker needs of the environment; what else is in there may be a secret.
_ENVIRONMENT: Final = ("PATH", "LANG", "LC_ALL", "LD_LIBRARY_PATH")
_OURS: Final = Path(__file__).parents[2]
"""What a worker finds this package in, wherever it is started."""

OUT_OF_MEMORY: Final = 71
"""Exit status of a worker that was refused memory in a place where it could still tell."""
_MOST_SEEN: Final = 4_000
_LONGEST_WORDS: Final = 300
# How the engine ends on a stack that is too deep, and Rust on what it cannot go on from.
_BREAKS: Final = frozenset((signal.SIGSEGV, signal.SIGABRT, signal.SIGBUS, signal.SIGILL))


def launch_program(module: str, folder: Path) -> tuple[subprocess.Popen[bytes], socket.socket]:
    """Starts ``module`` in a fresh interpreter in ``folder``; with this side's end of the sockets.

    Its one argument is the number of the descriptor of its own end. Raises :class:`OSError`.
    """
    ours, theirs = socket.socketpair()
    with theirs:
        command = [sys.executable, "-P", "-m", module, str(theirs.fileno())]
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


def run_program(work: Callable[[int], None]) -> NoReturn:
    """What a program that was launched does: ``work`` on its end, then its own end."""
    try:
        work(int(sys.argv[1]))
    except MemoryError:
        os._exit(OUT_OF_MEMORY)
    except BrokenPipeError:
        pass
    # Not by way of the interpreter's end: what it holds is thrown away, and needs no closing.
    os._exit(0)


def why_it_ended(process: subprocess.Popen[bytes]) -> tuple[str, str]:
    """Why it ended by itself, and the last line that it said. Waits for its end.

    The reasons are ``memory``, ``time``, ``broken`` (a signal that says so of the program), and
    ``crash``. What it said can be asked for once.
    """
    try:
        status = process.wait(5)
    except subprocess.TimeoutExpired:
        process.kill()
        status = process.wait()
    assert process.stderr is not None
    said = process.stderr.read(_MOST_SEEN).decode(errors="replace")
    process.stderr.close()
    last = said.strip().rpartition("\n")[2][:_LONGEST_WORDS]
    if status == OUT_OF_MEMORY or "memory allocation of" in said or "bad_alloc" in said:
        return "memory", last
    if status == -signal.SIGXCPU:
        return "time", last
    return "broken" if -status in _BREAKS else "crash", last
