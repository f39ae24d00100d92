"""The store inside the process: Oxigraph, in memory or in a folder."""

from __future__ import annotations

import logging
import os
import re
import shutil
import threading
import time
import weakref
from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import replace
from functools import partial
from operator import itemgetter
from pathlib import Path
from types import TracebackType
from typing import Final, Self

import pyoxigraph
from pyoxigraph import BlankNode, DefaultGraph, NamedNode, Quad, RdfFormat, Triple

from tenure.errors import BadInput, BadQuery, NotFound, StoreFull
from tenure.store.answers import Answer, wrap
from tenure.store.change_log import Follower, Noted, Written
from tenure.store.corruption import Loss, corruption_reported, damaged, losses, read_through
from tenure.store.moment import MomentCopy
from tenure.store.syntax_errors import not_unicode, unparsed_query

# RocksDB, in which Oxigraph keeps its data, has this file in every database.
_DATABASE_MARK: Final = "CURRENT"

# Each load of less costs as much as some ten thousand statements more.
_LOADED: Final = 3 << 25

_AT_ONCE: Final = 2
"""Blocks that are loaded at the same time: each takes six times its size, and longer than to make.
"""

# What RocksDB writes before that one. A process that was killed then leaves these and no data.
_BEFORE_BIRTH: Final = re.compile(r"LOCK|IDENTITY|LOG(\.old\.\d+)?|MANIFEST-\d+|\d+\.dbtmp")

_ROOM_TO_OPEN: Final = 16 << 20
"""Bytes that have to be free before a store is opened anew."""
_LONGEST_REOPENING: Final = 5.0
"""Seconds that readers may keep it from being opened anew at a time."""
_LOOK: Final = 0.02

_BULKY: Final = 400_000
"""Bytes of N-Triples beyond which files of their own are quicker on disk, which cost 25 ms."""

_OTHERS: Final = 0o077
"""The rights of group and others among those of a folder."""

_LOG: Final = logging.getLogger("tenure.store")


_HELD: Final[weakref.WeakSet[Store]] = weakref.WeakSet()
"""Those on disk that this process has open."""


def has_store(path: Path) -> bool:
    """Whether a folder holds a store, empty or not."""
    return (path / _DATABASE_MARK).is_file()


class Store:
    """Named graphs of triples that can be asked and changed, in Oxigraph.

    Every statement lies in a graph named by an IRI; a graph exists as long as it holds one.
    Blank nodes are local to the call that writes them: the store may rename them.

    Args:
        path: the folder that holds the data; None keeps them in memory.
        make: whether a store is made where there is none: in a folder that does not exist yet, for
            this user alone, or in an empty one.
        kept: whether what is written is kept. Otherwise a copy of this moment is opened (see
            :mod:`~tenure.store.moment`), the folder stays as it is to the last byte, and several
            processes may have it open so.

    Raises:
        BadInput: the folder is in use, is not a store, or cannot be written.
        NotFound: there is no store, and none is to be made.

    One process at a time may open a folder. Threads may share one object: writes wait for each
    other, readers wait for nobody.
    """

    def __init__(self, path: Path | None = None, *, make: bool = True, kept: bool = True) -> None:
        self._path = path
        self._folder = path
        self._copy: MomentCopy | None = None
        self._opened: pyoxigraph.Store | None = None
        if path is None:
            self._opened = pyoxigraph.Store()
        else:
            self._open(path, make=make, kept=kept)
        for one in losses(self._folder, "LOG") if self._folder else ():
            if not one.is_torn and not one.is_used_again:
                _LOG.error(
                    "The store %s was damaged: %s bytes of its log %s could not be read, and the "
                    "writes in them are gone. Restore a backup.",
                    path,
                    f"{one.size:,}",
                    one.log,
                )
        self._writing = threading.RLock()
        self._fault: StoreFull | None = None
        self._generation = 0
        self._read: tuple[int, dict[NamedNode, frozenset[Quad]]] = (0, {})
        self._followers: tuple[Follower, ...] = ()

    def _open(self, path: Path, *, make: bool, kept: bool) -> None:
        try:
            _prepare(path, make=make and kept)
            if any(one.keeps_out(path, kept=kept) for one in list(_HELD)):
                raise _in_use(path)
            if not kept:
                self._copy = MomentCopy(path)
                self._folder = self._copy.folder
                weakref.finalize(self, self._copy.close)
        except OSError as error:
            raise _not_opened(path, error) from error
        try:
            self._opened = _engine_over(self._folder or path, path)
        except BaseException:
            if self._copy is not None:
                self._copy.close()
            raise
        _HELD.add(self)

    def keeps_out(self, path: Path, *, kept: bool) -> bool:
        """Whether nobody else in this process may open ``path`` so, since this object has it open.

        The lock on the folder keeps out other processes alone; of two writers the engine tells.
        """
        if self._opened is None or self._path is None or self.is_kept == kept:
            return False
        return self._path.resolve() == path.resolve()

    @property
    def is_kept(self) -> bool:
        """Whether what is written outlives this object."""
        return self._path is not None and self._copy is None

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
        """The answer to a query over the given data set.

        The default graph is the union of ``default_graphs`` (empty if none are given), and
        ``GRAPH`` reaches ``named_graphs`` (None: every graph of the store). As in SPARQL 1.1
        Protocol, section 2.1.4, these win over any FROM in the query: who wants FROM to count
        passes what :func:`tenure.store.sparql_inspection.inspect` finds.

        The text is trusted: a query of a stranger goes through the guard first.

        Raises :class:`~tenure.errors.BadQuery`, with line and column, for text that is no query.
        """
        return evaluated(self._engine, sparql, default_graphs, named_graphs)

    def quads(
        self,
        graph: NamedNode | None = None,
        *,
        subject: NamedNode | None = None,
        predicate: NamedNode | None = None,
        value: NamedNode | None = None,
    ) -> Iterator[Quad]:
        """The statements of one graph, or of all, in no particular order.

        Only those about ``subject``, by ``predicate``, and whose object is ``value``, where these
        are given.
        """
        return self._engine.quads_for_pattern(subject, predicate, value, graph)

    def whole(self, graph: NamedNode) -> frozenset[Quad]:
        """The statements of one graph, read once for as long as nothing is written."""
        if self._read[0] != self._generation:
            self._read = (self._generation, {})
        kept = self._read[1]
        if graph not in kept:
            kept[graph] = frozenset(self.quads(graph))
        return kept[graph]

    def holds(self, quad: Quad) -> bool:
        """Whether a statement is in the store. Numbers and dates are compared by their value."""
        return quad in self._engine

    def add(self, quads: Iterable[Quad]) -> None:
        """Adds statements: all of them, or none where the iterable raises.

        Raises :class:`~tenure.errors.BadInput` for a statement outside a named graph.

        About 12 000 statements a second on disk.
        """
        noted = Noted(quads) if self._followers else None
        with self._written() as written:
            self._engine.extend(_in_named_graphs(quads if noted is None else noted))
            if noted is not None:
                written.append(noted.written)

    def fill(self, quads: Iterable[Quad]) -> None:
        """Adds many statements, faster than :meth:`add`.

        It is not done in one transaction: where the iterable raises, or the process ends, some of
        them may be there. Raises :class:`~tenure.errors.BadInput` as :meth:`add` does.

        About 100 000 statements a second.
        """
        with self._written():
            self._engine.bulk_extend(_in_named_graphs(quads))

    def load(self, blocks: Iterable[bytes]) -> None:
        """Adds many statements like :meth:`fill`, from N-Quads that the RDF library wrote.

        Each block is whole lines, all of them in named graphs. While some are loaded, which Python
        has no part in, the next is asked for.
        """
        load = partial(self._engine.bulk_load, format=RdfFormat.N_QUADS, lenient=True)
        with self._written(), ThreadPoolExecutor(max_workers=_AT_ONCE) as loader:
            loading: deque[Future[None]] = deque()
            for block in _joined(blocks, _LOADED):
                if len(loading) == _AT_ONCE:
                    loading.popleft().result()
                loading.append(loader.submit(load, block))
            for each in loading:
                each.result()

    def replace(self, graph: NamedNode, triples: Iterable[Triple]) -> None:
        """Makes ``triples`` the whole content of ``graph``.

        A reader sees the old content or the new, and the old stays where the iterable raises.

        It is one SPARQL update, because that is the only thing in Oxigraph that removes and adds
        in one transaction.
        """
        request = _replacement(graph, triples)
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
        """Takes away the graphs ``emptied``, then ``removed``, then adds, in one transaction.

        A reader sees all of it or nothing, and so does whoever opens the store after a crash.
        Blank nodes cannot be removed but with their graph; those that are added are new ones, one
        for each label.

        Raises:
            BadInput: a statement outside a named graph; nothing is written.
            StoreFull: no room on the disk; nothing is written.

        It is one SPARQL update.
        """
        request = _change_request(removed, added, emptied)
        if not request:
            return
        with self._written() as written:
            self._engine.update(request)
            written.append(Written(0, request))

    def hold(self, graph: NamedNode, content: bytes) -> None:
        """Makes ``content``, in N-Triples, the whole of a graph that is computed from others.

        Not in one transaction, and nobody who follows gets to know of what.
        """
        with self._written() as written:
            hold(self._engine, graph, content, on_disk=self._path is not None)
            written.append(Written(0, graph=graph))

    def remove_graph(self, graph: NamedNode) -> None:
        """Removes a graph with all its statements; does nothing where there is none."""
        with self._written() as written:
            self._engine.remove_graph(graph)
            written.append(Written(0, drop_request(graph), graph=graph))

    def clear(self) -> None:
        """Removes everything. Nobody who follows gets to know of what."""
        with self._written():
            self._engine.clear()

    def graphs(self, *, but: str | None = None) -> list[NamedNode]:
        """The names of the graphs that hold a statement, sorted by IRI; not those that begin so."""
        each = ((one.value, one) for one in self._engine.named_graphs())
        named = [
            (iri, one)
            for iri, one in each
            if isinstance(one, NamedNode) and (but is None or not iri.startswith(but))
        ]
        return [one for _, one in sorted(named, key=itemgetter(0))]

    def has_graph(self, iri: str) -> bool:
        """Whether a graph holds a statement."""
        try:
            return next(self.quads(NamedNode(iri)), None) is not None
        except ValueError:  # no IRI
            return False

    def size(self) -> int:
        """The number of statements. It may go through all of them."""
        return len(self._engine)

    def disagreements(self) -> list[str]:
        """Where the indexes hold not the same, read from end to end; see :mod:`.corruption`.

        Raises :class:`~tenure.errors.BadInput` where a part of the files is damaged.
        """
        with corruption_reported(self._path):
            return list(read_through(self._engine))

    def losses(self) -> list[Loss]:
        """What of the engine's log could not be read whenever the store was opened."""
        folders = dict.fromkeys(one for one in (self._path, self._folder) if one)
        return [loss for folder in folders for loss in losses(folder)]

    def check(self) -> None:
        """Passes where writes are possible; raises what the last one failed with, where not.

        After a write that failed for want of room it opens the store anew where there is room now.
        """
        with self._writing:
            self._recover()

    def flush(self) -> None:
        """Returns when everything written so far would survive a power cut.

        Every write is in the log of RocksDB before it counts, so that forcing the log onto the
        disk is enough: 2 ms, against 30 ms for Oxigraph's own flush, which writes the tables out.
        """
        engine = self._engine
        if self._path is None or not self.is_kept:
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
        """Lets go of the store. A second call does nothing; any other call afterwards raises.

        Oxigraph lets go of the folder when the last answer that still reads from it is gone.
        """
        with self._writing:
            self._opened = self._fault = None
            if self._copy is not None:
                self._copy.close()

    def follow(self, follower: Follower) -> None:
        """Call ``follower`` with every write from now on."""
        with self._writing:
            self._followers = (*self._followers, follower)

    def unfollow(self, follower: Follower) -> None:
        """Call ``follower`` no more; nothing happens where it was not called."""
        with self._writing:
            self._followers = tuple(one for one in self._followers if one != follower)

    def copy(self, target: Path) -> int:
        """Write this moment into ``target``, a new folder, or a file of N-Quads from memory.

        Returns the generation that it is. Others may read meanwhile; writes wait. Raises
        :class:`~tenure.errors.StoreFull` where there is no room on the disk.
        """
        with self._writing:
            self._recover()
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

        What is put into the list is what followers get, with the generation filled in.
        """
        with self._writing:
            self._recover()
            writes: list[Written] = []
            try:
                yield writes
            except OSError as error:
                self._fault = _not_written(self._path, error)
                raise self._fault from error
            self._count(writes or [Written(0)])

    def _count(self, writes: Sequence[Written]) -> None:
        # Before it counts, so that whoever has seen the number finds the write noted.
        for one in writes:
            numbered = replace(one, generation=self._generation + 1)
            for follower in self._followers:
                follower(numbered)
        self._generation += 1

    def _recover(self) -> None:
        """Opens the engine anew after a write that the disk did not take: it refuses all others.

        Nobody else writes meanwhile, and readers wait: the engine gives up its lock on the folder
        when the last answer that reads from it is gone. Raises what the write failed with where
        there is no room yet.
        """
        if self._fault is None or self._path is None:
            return
        logs = sum(one.stat().st_size for one in self._path.glob("*.log"))
        # To take in its log, the engine writes it out.
        if shutil.disk_usage(self._path).free < _ROOM_TO_OPEN + 2 * logs:
            raise self._fault
        end = time.monotonic() + _LONGEST_REOPENING
        self._opened = None
        while self._opened is None:
            try:
                self._opened = _engine_over(self._path, self._path)
            except BadInput:
                if time.monotonic() > end:
                    raise self._fault from None
                time.sleep(_LOOK)
        self._fault = None
        # What half of the write left behind, if anything, is for whoever follows to find out.
        self._count([Written(0, complete=False)])
        _LOG.warning("The store %s takes writes again.", self._path)

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
        opened = self._opened
        if opened is None and self._fault is not None:
            with self._writing:  # it is being opened anew, or waits for that
                self._recover()
                opened = self._opened
        if opened is None:
            raise ValueError("the store is closed")
        return opened


def evaluated(
    engine: pyoxigraph.Store,
    sparql: str,
    default_graphs: Sequence[NamedNode],
    named_graphs: Sequence[NamedNode] | None,
) -> Answer:
    """As :meth:`Store.query`."""
    named: list[NamedNode | BlankNode] | None = None if named_graphs is None else list(named_graphs)
    try:
        results = engine.query(sparql, default_graph=list(default_graphs), named_graphs=named)
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


def hold(engine: pyoxigraph.Store, graph: NamedNode, content: bytes, *, on_disk: bool) -> None:
    """Makes ``content``, in N-Triples, the whole of a graph, in whichever way is the quickest."""
    engine.remove_graph(graph)
    load = engine.bulk_load if on_disk and len(content) > _BULKY else engine.load
    load(content, format=pyoxigraph.RdfFormat.N_TRIPLES, to_graph=graph)


def _engine_over(folder: Path, shown: Path) -> pyoxigraph.Store:
    """The engine over a folder; errors name it as ``shown``."""
    try:
        return pyoxigraph.Store(str(folder))
    except OSError as error:
        raise _not_opened(shown, error) from error
    except RuntimeError as error:
        message = str(error).replace(str(folder), str(shown))
        raise damaged(shown, RuntimeError(message)) from error


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


def _in_use(path: Path) -> BadInput:
    return BadInput(
        "Another process, or another part of this one, has this store open.",
        where=str(path),
        remedy="Stop the other process, or ask it over HTTP.",
    )


_FULL: Final = ("No space left", "Disk quota exceeded", "File too large")


def _not_opened(path: Path, error: OSError) -> BadInput:
    message = str(error)
    if isinstance(error, BlockingIOError) or ("lock" in message.lower() and "LOCK" in message):
        return _in_use(path)
    if any(one in message for one in _FULL):
        return BadInput(
            "There is no room on the disk to open this store: its log has to be taken in first.",
            where=str(path),
            remedy="Make room; nothing of what was acknowledged is lost.",
        )
    if (
        isinstance(error, PermissionError)
        or "Permission denied" in message
        or "Read-only" in message
    ):
        return BadInput(
            "This store cannot be written.",
            where=str(path),
            remedy="Give this user the right to write there, or name another folder.",
        )
    return BadInput(
        f"This store cannot be opened: {message[:300]}.",
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
        remedy="Make room on the disk, and write again; reading goes on meanwhile.",
    )


def _in_named_graphs(quads: Iterable[Quad]) -> Iterator[Quad]:
    """The same quads, lazily.

    Raises :class:`~tenure.errors.BadInput` at one whose graph is not named by an IRI: no query
    could reach it.
    """
    for quad in quads:
        if not isinstance(quad.graph_name, NamedNode):
            place = "no graph" if isinstance(quad.graph_name, DefaultGraph) else "a blank graph"
            raise BadInput(
                f"A statement lies in {place}: {quad.triple}.",
                remedy="Give it a graph that is named by an IRI.",
            )
        yield quad


def _joined(blocks: Iterable[bytes], size: int) -> Iterator[bytes]:
    """The blocks, so many together that they have about ``size`` bytes."""
    some: list[bytes] = []
    length = 0
    for block in blocks:
        some.append(block)
        length += len(block)
        if length >= size:
            yield b"".join(some)
            some, length = [], 0
    if some:
        yield b"".join(some)


def _replacement(graph: NamedNode, triples: Iterable[Triple]) -> str:
    """One SPARQL 1.1 Update request that makes ``triples`` the whole content of ``graph``.

    One request is atomic (SPARQL 1.1 Update, section 3). The terms are printed by the RDF
    library. The iterable is used up before anything is returned.
    """
    body = " .\n".join(map(str, triples))
    drop = drop_request(graph)
    return f"{drop} ;\nINSERT DATA {{ GRAPH {graph} {{\n{body}\n}} }}" if body else drop


def drop_request(graph: NamedNode) -> str:
    """The SPARQL 1.1 Update request that removes ``graph``, whether it is there or not."""
    return f"DROP SILENT GRAPH {graph}"


def _change_request(
    removed: Iterable[Quad], added: Iterable[Quad], emptied: Iterable[NamedNode]
) -> str:
    """One SPARQL 1.1 Update request that does what :meth:`Store.change` says; may be empty."""
    steps = [drop_request(graph) for graph in emptied]
    for verb, quads in (("DELETE", removed), ("INSERT", added)):
        lines = [f"GRAPH {one.graph_name} {{ {one.triple} }}" for one in _in_named_graphs(quads)]
        if lines:
            steps.append(f"{verb} DATA {{\n" + "\n".join(lines) + "\n}")
    return " ;\n".join(steps)
