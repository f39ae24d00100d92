"""Copies of a store for workers, each in a folder of its own below one that goes at the end."""

from __future__ import annotations

import shutil
import tempfile
import threading
from collections.abc import Callable
from dataclasses import dataclass
from itertools import count
from pathlib import Path
from typing import Final

from tenure.errors import BadInput
from tenure.own_folder import OwnFolder
from tenure.sandbox.frames import FORGET
from tenure.sandbox.replication_log import ReplicationLog
from tenure.store import Store

_MOST_ON_DISK: Final = 256 << 10
_MOST_IN_MEMORY: Final = 4 << 20
"""Bytes of writes that are made after; for more, a new copy is quicker."""


def _own_folder(within: Path | None) -> OwnFolder:
    """A new folder; where none can be made ``within``, it lies among the temporary files.

    Raises :class:`OSError` where none can be made there either.
    """
    try:
        return OwnFolder("workers", within)
    except OSError:
        return OwnFolder("workers")


@dataclass(frozen=True, slots=True)
class Replica:
    """A copy: what a worker loads, in ``folder``; of which generation; what it makes after it."""

    folder: Path
    data: Path
    generation: int
    steps: tuple[bytes, ...]


class Replicas:
    """Copies of one store.

    Of a store on disk each is a checkpoint, which shares its files as long as they stay as they
    are; of one in memory, a file of N-Quads that is written once and serves until so much has been
    written that the journal begins later.

    Args:
        store: what is copied. It tells its writes to the journal until :meth:`close`.
        skip: says of the name of a graph that it is not to be in copies.
        within: the folder for temporary files; None: the one that a store on disk lies in, so that
            copies can share its files, else the system's.

    Folders that a process left behind which was killed are removed on the way. Raises
    :class:`~tenure.errors.BadInput` where temporary files cannot be written.
    """

    def __init__(
        self, store: Store, skip: Callable[[str], bool], within: Path | None = None
    ) -> None:
        self._store = store
        self._numbers = count()
        self._lock = threading.Lock()
        self._dump: tuple[Path, int] | None = None
        beside = store.path.parent if store.path else None
        try:
            self._folder = _own_folder(within or beside)
        except OSError as error:
            raise BadInput(
                f"No temporary files can be written: {error.strerror}.",
                where=str(within or tempfile.gettempdir()),
                remedy="Make room there, or name another folder in the environment as TMPDIR.",
            ) from error
        self._root = self._folder.path
        most = _MOST_IN_MEMORY if store.path is None else _MOST_ON_DISK
        self.journal = ReplicationLog(skip, most)
        store.follow(self.journal.note)
        self.journal.begin(store.generation, store.graphs())

    def make(self) -> Replica:
        """A new copy. It may take a while; nobody else is kept waiting but those who write.

        Raises :class:`~tenure.errors.StoreFull` where there is no room.
        """
        folder = self._root / str(next(self._numbers))
        folder.mkdir()
        before = self.journal.skipped
        if self._store.path is None:
            data, generation = self._dumped()
        else:
            data = folder / "store"
            generation = self._store.copy(data)
        forgotten = before | self.journal.skipped
        steps = tuple(FORGET + name.encode() for name in sorted(forgotten))
        return Replica(folder, data, generation, steps)

    def discard(self, copy: Replica) -> None:
        """Removes what was written for one copy."""
        shutil.rmtree(copy.folder, ignore_errors=True)

    def close(self) -> None:
        """Removes everything that was written. A second call does nothing."""
        self._store.unfollow(self.journal.note)
        self._folder.close()

    def _dumped(self) -> tuple[Path, int]:
        with self._lock:
            if self._dump is None or self.journal.since(self._dump[1]) is None:
                # The one before stays: a worker may be reading it. It goes with the folder.
                file = self._root / f"{next(self._numbers)}.nq"
                self._dump = file, self._store.copy(file)
            return self._dump
