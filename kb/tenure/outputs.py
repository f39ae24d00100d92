"""What is written to files of users: all of it or nothing, whatever the disk takes.

Who writes a file in its place has emptied it first, and on a full disk that is all that is left.
"""

from __future__ import annotations

import fcntl
import os
from collections.abc import Iterable, Iterator, Mapping
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path
from typing import IO, TypeAlias

from tenure.errors import BadInput
from tenure.own_folder import own_folder

Changes: TypeAlias = Mapping[Path, tuple[str | None, str | Iterable[str]]]
"""For each file the text it had (None: there was none) and the text it is to have.

A long one may come in parts, which are asked for once.
"""


def write_all(changes: Changes) -> None:
    """Replace files in the order given.

    Everything is on disk before the first file is replaced, so that a full disk loses nothing;
    whoever reads a file sees all of it, old or new.

    Raises:
        BadInput: a file has changed since it was read, or cannot be written; nothing is replaced.
    """
    path = Path()
    staged: list[tuple[Path, Path]] = []
    try:
        with ExitStack() as held:
            # In one order, so that nobody waits for somebody who waits for them.
            for path in sorted({one.resolve().parent for one in changes}):
                held.enter_context(_alone_in(path))
            for path, (before, after) in changes.items():
                draft, target = held.enter_context(_beside(path))
                with draft.open("wb") as file:
                    for part in [after] if isinstance(after, str) else after:
                        file.write(part.encode("utf-8"))
                    _fill(file, b"")
                staged.append((draft, target))
                now = path.read_bytes().decode("utf-8", "replace") if path.exists() else None
                if before != now:
                    raise BadInput(
                        "It has been changed by somebody else in the meantime; "
                        "nothing was written.",
                        where=str(path),
                        remedy="Run the command again.",
                    )
            for draft, target in staged:
                draft.replace(target)
    except OSError as error:
        raise BadInput(
            f"It cannot be written: {error.strerror}.",
            where=str(path),
            remedy="See to the folder's permissions and free space, and run the command again.",
        ) from error


@contextmanager
def _alone_in(folder: Path) -> Iterator[None]:
    """One at a time looks at what there is and replaces it; else both could find it as it was."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        with suppress(OSError):  # some file systems have no locks
            fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield
    finally:
        os.close(descriptor)


@contextmanager
def replaced(path: Path) -> Iterator[IO[bytes]]:
    """A file that takes the place of ``path`` when the block ends without an error.

    What is there and is no file, such as a named pipe or a terminal, is written to as it is. Raises
    :class:`OSError` where it cannot be written; what was there is there still.
    """
    if path.exists() and not path.is_file():
        with path.open("wb") as file:
            yield file
        return
    with _beside(path) as (draft, target):
        with draft.open("wb") as file:
            yield file
            _fill(file, b"")
        draft.replace(target)


@contextmanager
def _beside(path: Path) -> Iterator[tuple[Path, Path]]:
    """Where to write what is to replace a file, with its permissions, and the file that it is.

    A link stays, and what it leads to is replaced.
    """
    target = path.resolve()
    with own_folder("draft", target.parent, hidden=True) as folder:
        draft = folder / target.name
        draft.touch()
        draft.chmod(target.stat().st_mode & 0o7777 if target.exists() else _default_mode())
        yield draft, target


def _fill(file: IO[bytes], content: bytes) -> None:
    file.write(content)
    file.flush()
    os.fsync(file.fileno())


def _default_mode() -> int:
    # The mask can be read only by setting it.
    mask = os.umask(0o022)
    os.umask(mask)
    return 0o666 & ~mask
