"""The store inside the process: Oxigraph, in memory or in a folder."""

from __future__ import annotations

import logging
import os
import re
import threading
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from types import TracebackType
from typing import Final, Self

import pyoxigraph
from pyoxigraph import BlankNode, NamedNode, Quad, Triple

from tenure.errors import BadInput, BadQuery, NotFound, StoreFull
from tenure.store.answers import Answer, wrap
from tenure.store.damage import damage_told, damaged
from tenure.store.following import Follower, Noted, Written
from tenure.store.protocol import change_request, drop_request, in_named_graphs, replacement
from tenure.store.read_through import Loss, losses, read_through
from tenure.store.syntax_errors import not_unicode, unparsed_query

# RocksDB, in which Oxigraph keeps its data, has this file in every database.
_DATABASE_MARK: Final = "CURRENT"

# What RocksDB writes before that one. A process that was killed then leaves these and no data.
_BEFORE_BIRTH: Final = re.compile(r"LOCK|IDENTITY|LOG(\.old\.\d+)?|MANIFEST-\d+|\d+\.dbtmp")

_OTHERS: Final = 0o077
"""The rights of group and others among those of a folder."""

_LOG: Final = logging.getLogger("tenure.store")


def has_store(path: Path) -> bool:
    """Whether a folder holds a store, empty or not."""
    return (path / _DATABASE_MARK).is_file()


class EmbeddedStore:
    """A :class:`~tenure.store.protocol.Store` over Oxigraph.

    Args:
        path: the folder that holds the data; None keeps them in memory.
        make: whether a store is made where there is none: in a folder that does not exist yet, for
            this user alone, or in an empty one.

    Raises:
        BadInput: the folder is in use, is not a store, or cannot be written.
        NotFound: there is no store, and none is to be made.

    One process at a time may open a folder. Threads may share one object: writes wait for each
    other, readers wait for nobody.
    """

    def __init__(self, path: Path | None = None, *, make: bool = True) -> None:
        self._path = path
        self._opened: pyoxigraph.Store | None = (
            pyoxigraph.Store() if path is None else _opened(path, make=make)
        )
        for one in losses(path, "LOG") if path else ():
            if not one.is_torn:
                _LOG.error(
                    "The store %s was damaged: %s bytes of its log %s could not be read, and the "
                    "writes in them are gone. Restore a backup.",
                    path,
                    f"{one.size:,}",
                    one.log,
                )
        self._writing = threading.Lock()
        self._generation = 0
        self._followers: tuple[Follower, ...] = ()

    @property
    def path(self) -> Path | None:
        """The folder that holds the data; None in memory."""
        return self._path

    @property
    def generation(self) -> int:
        """A number that grows with every successful write made through this object."""
        return self._generation

    def query(
        self,
        sparql: str,
        *,
        default_graphs: Sequence[NamedNode],
        named_graphs: Sequence[NamedNode] | None = None,
    ) -> Answer:
        """As :meth:`~tenure.store.protocol.Store.query`."""
        named: list[NamedNode | BlankNode] | None = (
            None if named_graphs is None else list(named_graphs)
        )
        try:
            results = self._engine.query(
                sparql, default_graph=list(default_graphs), named_graphs=named
            )
        except SyntaxError as error:
            raise unparsed_query(sparql, str(error)) from error
        except UnicodeEncodeError as error:
            raise not_unicode(error) from error
        except RuntimeError as error:
            raise BadQuery(
                f"The query cannot be evaluated: {error}.",
                remedy="Bind every variable before the place that needs its value.",
            ) from error
        return wrap(results)

    def quads(
        self,
        graph: NamedNode | None = None,
        *,
        subject: NamedNode | None = None,
        predicate: NamedNode | None = None,
        value: NamedNode | None = None,
    ) -> Iterator[Quad]:
        """As :meth:`~tenure.store.protocol.Store.quads`: a snapshot of the moment it starts."""
        return self._engine.quads_for_pattern(subject, predicate, value, graph)

    def add(self, quads: Iterable[Quad]) -> None:
        """As :meth:`~tenure.store.protocol.Store.add`; about 12 000 statements a second on disk."""
        noted = Noted(quads) if self._followers else None
        with self._written() as written:
            self._engine.extend(in_named_graphs(quads if noted is None else noted))
            if noted is not None:
                written.append(noted.written)

    def fill(self, quads: Iterable[Quad]) -> None:
        """As :meth:`~tenure.store.protocol.Store.fill`; about 100 000 statements a second."""
        with self._written():
            self._engine.bulk_extend(in_named_graphs(quads))

    def replace(self, graph: NamedNode, triples: Iterable[Triple]) -> None:
        """As :meth:`~tenure.store.protocol.Store.replace`.

        It is one SPARQL update, because that is the only thing in Oxigraph that removes and adds
        in one transaction.
        """
        request = replacement(graph, triples)
        with self._written() as written:
            self._engine.update(request)
            written.append(Written(0, request, graph=graph))

    def change(
        self,
        removed: Iterable[Quad],
        added: Iterable[Quad],
        *,
        emptied: Iterable[NamedNode] = (),
    ) -> None:
        """As :meth:`~tenure.store.protocol.Store.change`: one SPARQL update."""
        request = change_request(removed, added, emptied)
        if not request:
            return
        with self._written() as written:
            self._engine.update(request)
            written.append(Written(0, request))

    def remove_graph(self, graph: NamedNode) -> None:
        """As :meth:`~tenure.store.protocol.Store.remove_graph`."""
        with self._written() as written:
            self._engine.remove_graph(graph)
            written.append(Written(0, drop_request(graph), graph=graph))

    def graphs(self) -> list[NamedNode]:
        """As :meth:`~tenure.store.protocol.Store.graphs`."""
        named = (one for one in self._engine.named_graphs() if isinstance(one, NamedNode))
        return sorted(named, key=lambda one: one.value)

    def size(self) -> int:
        """As :meth:`~tenure.store.protocol.Store.size`."""
        return len(self._engine)

    def disagreements(self) -> list[str]:
        """Where the indexes hold not the same, read from end to end; see :mod:`.read_through`.

        Raises :class:`~tenure.errors.BadInput` where a part of the files is damaged.
        """
        with damage_told(self._path):
            return list(read_through(self._engine))

    def losses(self) -> list[Loss]:
        """What of the engine's log could not be read whenever the store was opened."""
        return losses(self._path) if self._path else []

    def flush(self) -> None:
        """As :meth:`~tenure.store.protocol.Store.flush`; nothing to do in memory.

        Every write stands in the log of RocksDB before it counts, so that forcing the log onto the
        disk is enough: 2 ms, against 30 ms for Oxigraph's own flush, which writes the tables out.
        """
        engine = self._engine
        if self._path is None:
            return
        try:
            logs = sorted(self._path.glob("*.log"))
            if not logs:
                engine.flush()
            for one in (*logs, self._path):
                _force(one)
        except OSError as error:
            raise _not_written(self._path, error) from error

    def backup(self, target: Path) -> None:
        """Write an independent copy of this moment into the folder ``target``, which is made.

        Others may read and write meanwhile.

        Raises:
            BadInput: the store is in memory, or the folder cannot be made.
            StoreFull: no room on the disk.
        """
        if self._path is None:
            raise BadInput(
                "This store is in memory, and has nothing on disk that could be copied.",
                remedy="Back it up as a file of quads, such as backup.nq.",
            )
        if target.exists():
            raise BadInput(
                "It exists already.", where=str(target), remedy="Name a folder that does not."
            )
        try:
            self._engine.backup(str(target))
            target.chmod(0o700)
        except OSError as error:
            raise _not_written(target, error) from error

    def close(self) -> None:
        """As :meth:`~tenure.store.protocol.Store.close`.

        Oxigraph lets go of the folder when the last answer that still reads from it is gone.
        """
        with self._writing:
            self._opened = None

    def follow(self, follower: Follower) -> None:
        """Have every write told to ``follower`` too from now on."""
        with self._writing:
            self._followers = (*self._followers, follower)

    def unfollow(self, follower: Follower) -> None:
        """Tell ``follower`` no more writes; nothing happens where it is told none."""
        with self._writing:
            self._followers = tuple(one for one in self._followers if one != follower)

    def copy(self, target: Path) -> int:
        """Write this moment into ``target``, a new folder, or a file of N-Quads from memory.

        Returns the generation that it is. Others may read meanwhile; writes wait. Raises
        :class:`~tenure.errors.StoreFull` where there is no room on the disk.
        """
        with self._writing:
            try:
                if self._path is None:
                    self._engine.dump(str(target), format=pyoxigraph.RdfFormat.N_QUADS)
                else:
                    self._engine.backup(str(target))
            except OSError as error:
                raise _not_written(target, error) from error
            return self._generation

    @contextmanager
    def _written(self) -> Iterator[list[Written]]:
        """One write: nobody else writes meanwhile, and it counts when it has succeeded.

        What is put into the list is what the follower is told, with the generation filled in.
        """
        with self._writing:
            told: list[Written] = []
            try:
                yield told
            except OSError as error:
                raise _not_written(self._path, error) from error
            if self._followers:
                # Before it counts, so that whoever has seen the number finds the write told.
                for one in told or (Written(0),):
                    numbered = replace(one, generation=self._generation + 1)
                    for follower in self._followers:
                        follower(numbered)
            self._generation += 1

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    @property
    def _engine(self) -> pyoxigraph.Store:
        if self._opened is None:
            raise ValueError("the store is closed")
        return self._opened


def _opened(path: Path, *, make: bool) -> pyoxigraph.Store:
    try:
        _prepare(path, make=make)
    except OSError as error:
        raise _not_opened(path, error) from error
    try:
        return pyoxigraph.Store(str(path))
    except OSError as error:
        raise _not_opened(path, error) from error
    except RuntimeError as error:
        raise damaged(path, error) from error


def _prepare(path: Path, *, make: bool) -> None:
    """Passes where a store is, or may be made. Raises :class:`OSError` where none can be."""
    if path.exists() and not path.is_dir():
        raise BadInput(
            "This is a file; a store is a folder.",
            where=str(path),
            remedy="Name a folder, or load the file into one.",
        )
    if has_store(path):
        if path.stat().st_mode & _OTHERS:
            _LOG.warning(
                "Other users of this machine can look into the folder of the store, %s: "
                "chmod 700 keeps them out.",
                path,
            )
        return
    # Oxigraph would make a database among the files of whatever folder it is given.
    there = [one.name for one in path.iterdir()] if path.is_dir() else []
    if not all(_BEFORE_BIRTH.fullmatch(name) for name in there):
        raise BadInput(
            "This folder holds files and is not a store.",
            where=str(path),
            remedy="Name an empty folder, or one that does not exist yet."
            if make
            else "Name the folder of a store.",
        )
    if not make:
        raise NotFound(
            "There is no store here." if path.exists() else "There is no such store.",
            where=str(path),
            remedy="Name the folder of a store; tenure load makes one out of facts.",
        )
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        path.mkdir(mode=0o700)


def _not_opened(path: Path, error: OSError) -> BadInput:
    said = str(error)
    if "lock" in said.lower() and "LOCK" in said:
        return BadInput(
            "Another process, or another part of this one, has this store open.",
            where=str(path),
            remedy="Stop the other process, or ask it over HTTP.",
        )
    if "No space left" in said:
        return BadInput(
            "There is no room on the disk to open this store: its log has to be taken in first.",
            where=str(path),
            remedy="Make room; nothing of what was acknowledged is lost.",
        )
    if isinstance(error, PermissionError) or "Permission denied" in said or "Read-only" in said:
        return BadInput(
            "This store cannot be written.",
            where=str(path),
            remedy="Give this user the right to write there, or name another folder.",
        )
    return BadInput(
        f"This store cannot be opened: {said[:300]}.",
        where=str(path),
        remedy="Name another folder, or build the store anew from its sources.",
    )


def _force(path: Path) -> None:
    """Returns when a file or the entries of a folder are on the disk."""
    try:
        descriptor = os.open(path, os.O_RDONLY)
    except FileNotFoundError:
        return  # a log is taken away once all of it is in tables, which are on the disk by then
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _not_written(path: Path | None, error: OSError) -> StoreFull:
    return StoreFull(
        f"The disk does not take the change: {str(error)[:200]}.",
        where=str(path) if path else None,
        remedy="Make room on the disk, then start the server again; reading goes on meanwhile.",
    )
