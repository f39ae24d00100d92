"""A store on disk as it is at one moment, to be read and computed in without writing a byte of it.

Of the engine's files those with data never change once they are written: the copy has them under
the same inode, as hard links, and only the few small ones that the engine goes on writing are
copied. What is written into the copy is gone with it.
"""

from __future__ import annotations

import fcntl
import os
import shutil
from contextlib import suppress
from pathlib import Path
from typing import Final

from tenure.own_folder import OwnFolder

_KIND: Final = "reading"
_UNCHANGING: Final = (".sst", ".blob")
_LOCK: Final = "LOCK"
_LEFT: Final = ("LOG", _LOCK)
"""What the names of files begin with that are not needed: the engine's accounts of itself, and the
lock, which a process gives up as soon as it closes that file for whatever reason."""


class MomentCopy:
    """A copy of a store that nobody writes to, until :meth:`close`. No writer opens it meanwhile.

    It lies beside the store, or with the temporary files where nothing may be made there.

    Args:
        path: the folder of the store.

    Raises :class:`OSError`: :class:`BlockingIOError` where a writer has the store open.
    """

    def __init__(self, path: Path) -> None:
        self._lock: int | None = None
        # Where nobody has ever written, as on a read-only medium, there is no writer to keep out.
        with suppress(FileNotFoundError):
            self._lock = os.open(path / _LOCK, os.O_RDONLY | os.O_CLOEXEC)
        self._own: OwnFolder | None = None
        try:
            if self._lock is not None:
                fcntl.lockf(self._lock, fcntl.LOCK_SH | fcntl.LOCK_NB)
            self._own = _beside(path)
            self.folder = self._own.path / path.absolute().name
            self.folder.mkdir(mode=0o700)
            for file in path.iterdir():
                if file.is_file() and not file.name.startswith(_LEFT):
                    _take(file, self.folder / file.name)
        except BaseException:
            self.close()
            raise

    def close(self) -> None:
        """Removes the copy, and lets writers open the store. A second call does nothing."""
        if self._own is not None:
            self._own.close()
        if self._lock is not None:
            os.close(self._lock)
            self._lock = None


def _beside(path: Path) -> OwnFolder:
    try:
        return OwnFolder(_KIND, path.absolute().parent, hidden=True)
    except OSError:
        return OwnFolder(_KIND)


def _take(file: Path, target: Path) -> None:
    if file.suffix in _UNCHANGING:
        try:
            target.hardlink_to(file)
        except OSError:  # on another disk, or of another user
            pass
        else:
            return
    shutil.copyfile(file, target)
