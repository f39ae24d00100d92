"""Folders, and files, for what only the process that makes them needs.

A process that is killed cannot remove what it has begun. So each such folder holds a mark that its
process keeps locked; whoever makes the next one beside it removes those whose lock is free.
"""

from __future__ import annotations

import fcntl
import os
import shutil
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import IO, Any, Final
from weakref import finalize

PREFIX: Final = "tenure-"
"""What the names begin with; beside files of users, after a dot."""

_MARK: Final = "in-use"
_BEING_MADE: Final = 3600
"""Seconds after which nobody is still about to put the mark into an empty folder."""


class OwnFolder:
    """A new folder, for this user alone, until :meth:`close`.

    Args:
        kind: what is in it, a word; only folders of the same kind are looked at.
        within: the folder that it lies in; None: where temporary files are kept.
        hidden: whether its name begins with a dot.

    Raises :class:`OSError` where none can be made.
    """

    def __init__(self, kind: str, within: Path | None = None, *, hidden: bool = False) -> None:
        prefix = _prefix(kind, hidden=hidden)
        # A child may run in a folder of its own, where a relative path means something else.
        self.path = Path(tempfile.mkdtemp(prefix=prefix, dir=within)).absolute()
        self._mark = _locked_mark(self.path)
        _remove_left(self.path.parent, prefix, but=self.path)

    def close(self) -> None:
        """Removes it with all that is in it. A second call does nothing."""
        shutil.rmtree(self.path, ignore_errors=True)
        self._mark.close()


@contextmanager
def own_folder(kind: str, within: Path | None = None, *, hidden: bool = False) -> Iterator[Path]:
    """The path of an :class:`OwnFolder` that is gone at the end."""
    folder = OwnFolder(kind, within, hidden=hidden)
    try:
        yield folder.path
    finally:
        folder.close()


def close_with(owner: object, file: IO[Any]) -> None:
    """Close a file when the object goes that it belongs to.

    What cannot be written any more then, on a full disk, nobody is told of: nobody reads it either.
    """
    finalize(owner, _close, file)


def _close(file: IO[Any]) -> None:
    with suppress(OSError):
        file.close()


def _locked_mark(folder: Path) -> IO[bytes]:
    """The mark, locked before it has its name: nobody finds one that is not."""
    made = folder / f".{_MARK}"
    mark = made.open("wb")
    fcntl.flock(mark, fcntl.LOCK_EX | fcntl.LOCK_NB)
    made.rename(folder / _MARK)
    return mark


def remove_left(kind: str, within: Path, *, hidden: bool = False) -> None:
    """Remove what killed processes left, for whoever may have nothing to make beside it."""
    _remove_left(within, _prefix(kind, hidden=hidden))


def _prefix(kind: str, *, hidden: bool) -> str:
    return f"{'.' if hidden else ''}{PREFIX}{kind}-"


def _remove_left(within: Path, prefix: str, but: Path | None = None) -> None:
    for other in within.glob(f"{prefix}*"):
        with suppress(OSError):
            if other != but and _is_left(other):
                shutil.rmtree(other, ignore_errors=True)


def _is_left(folder: Path) -> bool:
    """Whether a folder is of this user, and of a process that has gone."""
    status = folder.lstat()
    if folder.is_symlink() or not folder.is_dir() or status.st_uid != os.geteuid():
        return False
    try:
        with (folder / _MARK).open("rb") as mark:
            fcntl.flock(mark, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except FileNotFoundError:
        # It is just being made, or was when its process was killed.
        is_bare = all(one.name == f".{_MARK}" for one in folder.iterdir())
        return is_bare and time.time() - status.st_mtime > _BEING_MADE
    except OSError:
        return False
    return True
