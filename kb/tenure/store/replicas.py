"""Replicas of a store for workers, and the log of writes that they repeat to keep up with it."""

from __future__ import annotations

import shutil
import tempfile
import threading
from collections import deque
from collections.abc import Callable, Iterable
from itertools import count, dropwhile
from pathlib import Path
from typing import Final

from pyoxigraph import NamedNode, RdfFormat, serialize

from tenure.errors import BadInput
from tenure.own_folder import OwnFolder
from tenure.sandbox.frames import FORGET, QUADS, UPDATE
from tenure.sandbox.queries import Replica
from tenure.store.change_log import Written
from tenure.store.oxigraph import Store, drop_request

_MOST_ON_DISK: Final = 256 << 10
_MOST_IN_MEMORY: Final = 4 << 20
"""Bytes of writes that are repeated; for more, a new replica is quicker."""


class ReplicationLog:
    """The latest writes, since some generation, as steps that a worker understands.

    Args:
        skip: says of the name of a graph that its writes are not to be repeated.
        most: bytes that are kept.

    :meth:`note` is called from threads that write, the rest from anywhere.
    """

    def __init__(self, skip: Callable[[str], bool], most: int) -> None:
        self._skip = skip
        self._most = most
        self._lock = threading.Lock()
        self._steps: deque[tuple[int, bytes]] = deque()
        self._bytes = 0
        self._start = 0
        self._skipped: set[str] = set()
        self.latest = 0
        """The generation that the last write led to."""

    def begin(self, generation: int, graphs: Iterable[NamedNode]) -> None:
        """Says which generation the store had before the first write that is noted, and more.

        ``graphs`` are those that it has.
        """
        skipped = {graph.value for graph in graphs if self._skip(graph.value)}
        with self._lock:
            self._skipped |= skipped
            if not self.latest:
                self._start = self.latest = generation

    @property
    def skipped(self) -> frozenset[str]:
        """The graphs that the store has and that are not to be in a copy."""
        with self._lock:
            return frozenset(self._skipped)

    def note(self, written: Written) -> None:
        """Takes a write; forgets the oldest ones where they have become too long."""
        graph = written.graph
        skipped = graph is not None and self._skip(graph.value)
        step = b"" if skipped else _step(written, self._most)
        with self._lock:
            self.latest = written.generation
            if graph is not None and skipped:
                gone = written.update == drop_request(graph)
                (self._skipped.discard if gone else self._skipped.add)(graph.value)
            if step == b"":
                return
            if step is None:
                self._steps.clear()
                self._bytes, self._start = 0, written.generation
                return
            self._steps.append((written.generation, step))
            self._bytes += len(step)
            while self._bytes > self._most:
                self._start, oldest = self._steps.popleft()
                self._bytes -= len(oldest)

    def since(self, generation: int) -> tuple[int, list[bytes]] | None:
        """The latest generation, and the steps that lead there; None where some are forgotten."""
        with self._lock:
            if generation < self._start:
                return None
            if not self._steps or self._steps[-1][0] <= generation:
                return self.latest, []
            after = dropwhile(lambda one: one[0] <= generation, self._steps)
            return self.latest, [step for _, step in after]


def _step(written: Written, most: int) -> bytes | None:
    """A step; empty where there is nothing to do, None where it is too long."""
    if not written.complete:
        return None
    if written.update:
        step = UPDATE + written.update.encode()
    elif written.quads:
        step = QUADS + (serialize(written.quads, format=RdfFormat.N_QUADS) or b"")
    else:
        return b""
    return step if len(step) <= most else None


def _own_folder(within: Path | None) -> OwnFolder:
    """A new folder; where none can be made ``within``, it lies among the temporary files.

    Raises :class:`OSError` where none can be made there either.
    """
    try:
        return OwnFolder("workers", within)
    except OSError:
        return OwnFolder("workers")


class Replicas:
    """Copies of one store, each in a folder of its own below one that goes at the end.

    Of a store on disk each is a checkpoint, which shares its files as long as they stay as they
    are; of one in memory, a file of N-Quads that is written once and serves until so much has been
    written that the log begins later.

    Args:
        store: what is copied. It tells its writes to the log until :meth:`close`.
        skip: says of the name of a graph that it is not to be in copies.
        within: the folder for temporary files; None: the one that a store on disk lies in, so that
            copies can share its files, else the system's.
        but: what the names of graphs begin with of which none is to be skipped, where there can be
            very many.

    Folders that a process left behind which was killed are removed on the way. Raises
    :class:`~tenure.errors.BadInput` where temporary files cannot be written.
    """

    module = "tenure.store.replica_worker"
    """What a worker loads and asks a replica with."""

    def __init__(
        self,
        store: Store,
        skip: Callable[[str], bool],
        within: Path | None = None,
        *,
        but: str | None = None,
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
        self.log = ReplicationLog(skip, most)
        store.follow(self.log.note)
        self.log.begin(store.generation, store.graphs(but=but))

    def make(self) -> Replica:
        """A new copy. It may take a while; nobody else is kept waiting but those who write.

        Raises :class:`~tenure.errors.StoreFull` where there is no room.
        """
        folder = self._root / str(next(self._numbers))
        folder.mkdir()
        before = self.log.skipped
        if self._store.path is None:
            data, generation = self._dumped()
        else:
            data = folder / "store"
            generation = self._store.copy(data)
        forgotten = before | self.log.skipped
        steps = tuple(FORGET + name.encode() for name in sorted(forgotten))
        return Replica(folder, data, generation, steps)

    def since(self, generation: int) -> tuple[int, list[bytes]] | None:
        """As :meth:`ReplicationLog.since`."""
        return self.log.since(generation)

    def discard(self, replica: Replica) -> None:
        """Removes what was written for one copy."""
        shutil.rmtree(replica.folder, ignore_errors=True)

    def close(self) -> None:
        """Removes everything that was written. A second call does nothing."""
        self._store.unfollow(self.log.note)
        self._folder.close()

    def _dumped(self) -> tuple[Path, int]:
        with self._lock:
            if self._dump is None or self.log.since(self._dump[1]) is None:
                # The one before stays: a worker may be reading it. It goes with the folder.
                file = self._root / f"{next(self._numbers)}.nq"
                self._dump = file, self._store.copy(file)
            return self._dump
