"""What is read from outside: regular files, and standard input up to a length.

A named pipe keeps whoever reads it waiting for ever, a device may never end, and a link in a folder
that somebody else wrote may lead to a file that is not its business: a report would print what
is in it.
"""

from __future__ import annotations

import errno
import os
import stat
import sys
from pathlib import Path
from typing import Final

from tenure.errors import BadInput

MOST_FROM_STANDARD_INPUT: Final = 256 << 20
"""Bytes."""

_KINDS: Final = (
    (stat.S_ISDIR, "a folder"),
    (stat.S_ISFIFO, "a named pipe"),
    (stat.S_ISSOCK, "a socket"),
    (stat.S_ISCHR, "a device"),
    (stat.S_ISBLK, "a device"),
)


def read_input(path: Path) -> bytes:
    """What a regular file holds. Raises :class:`OSError`, also where it is something else."""
    require_file(path)
    descriptor = os.open(path, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0))
    with os.fdopen(descriptor, "rb") as file:
        # It may have become another since.
        _refuse(os.fstat(descriptor).st_mode, path)
        return file.read()


def require_file(path: Path) -> None:
    """Raises :class:`OSError` for what is no regular file, before anybody opens it.

    Opening a pipe would wait for a writer, and opening a device may do something.
    """
    _refuse(path.stat().st_mode, path)


def what_else(path: Path) -> str | None:
    """What a path is that is neither a regular file nor a folder; None where it is one of both."""
    mode = path.stat().st_mode
    return None if stat.S_ISREG(mode) or stat.S_ISDIR(mode) else _kind(mode)


def read_standard_input(most: int = MOST_FROM_STANDARD_INPUT) -> bytes:
    """What comes on standard input. Raises :class:`~tenure.errors.BadInput` beyond ``most``."""
    data = sys.stdin.buffer.read(most + 1)
    if len(data) > most:
        raise BadInput(
            f"It is longer than {most >> 20} MiB, the most that is read from there.",
            where="standard input",
            remedy="Write it to a file, and name that.",
        )
    return data


def leads_out(path: Path, folder: Path) -> bool:
    """Whether a path below a folder is a link, or lies behind one, that leads out of it."""
    return not path.resolve().is_relative_to(folder.resolve())


def _refuse(mode: int, path: Path) -> None:
    if not stat.S_ISREG(mode):
        raise OSError(errno.EINVAL, f"it is {_kind(mode)}, and no file", str(path))


def _kind(mode: int) -> str:
    return next((name for is_one, name in _KINDS if is_one(mode)), "something else")
