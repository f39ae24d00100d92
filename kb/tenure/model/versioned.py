"""Tables that lie in a store: read when they are asked, and as they were for whoever has them.

Each write makes another version of a table. What a version has of whatever a later one has
otherwise is noted in it, before that is written: so both go on answering as they did when they were
made.
"""

from __future__ import annotations

import threading
import weakref
from abc import abstractmethod
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from typing import Any, Final, Generic, TypeAlias, TypeVar

from immutables import Map
from pyoxigraph import NamedNode

_MOST_READ: Final = 20_000
"""Rows that are kept after they were read from a store one by one."""

V = TypeVar("V")
Read: TypeAlias = Callable[[NamedNode | None], Mapping[str, V]]
"""Reads what a store has now of one thing, and maybe of others; None: of all."""


class _Rows(Generic[V]):
    """A table as it lies in a store now: read row by row, until somebody asks for all of them."""

    def __init__(self, read: Read[V], every: Mapping[str, V] | None) -> None:
        self._read = read
        self.every = every
        self._some: dict[str, V | None] = {}
        self.lock = threading.RLock()
        self._versions = weakref.WeakValueDictionary[int, VersionedTable[V]]()

    def get(self, iri: str) -> V | None:
        if self.every is not None:
            return self.every.get(iri)
        try:
            return self._some[iri]
        except KeyError:
            try:
                found = self._read(NamedNode(iri)).get(iri)
            except ValueError:  # no IRI
                return None
        if len(self._some) >= _MOST_READ:
            self._some.clear()
        self._some[iri] = found
        return found

    def whole(self) -> Mapping[str, V]:
        with self.lock:
            if self.every is None:
                self.every = self._read(None)
                self._some.clear()
            return self.every

    def add(self, version: VersionedTable[V]) -> None:
        with self.lock:
            self._versions[id(version)] = version

    def pin(self, changed: Collection[str]) -> None:
        """Have each version keep what it has of some things, before others have that otherwise."""
        with self.lock:
            if self.every is None:
                for version in self._versions.values():
                    version.pin(changed)


class LookupTable(Mapping[str, V]):
    """A table that is asked by :meth:`get`, and gone through by nobody who asks of one thing."""

    @abstractmethod
    def get(self, iri: str, default: Any = None) -> Any:
        """What it has of a thing, or ``default``."""

    def __getitem__(self, iri: str) -> V:
        found: V | None = self.get(iri)
        if found is None:
            raise KeyError(iri)
        return found

    def __contains__(self, iri: object) -> bool:
        return isinstance(iri, str) and self.get(iri) is not None

    def __len__(self) -> int:
        return sum(1 for _ in self)


class VersionedTable(LookupTable[V]):
    """One version of a table, by IRI. Safe to share between threads."""

    def __init__(self, rows: _Rows[V], changed: Map[str, V | None]) -> None:
        """See :meth:`stored`. ``changed`` is what it has otherwise; None: nothing."""
        self._rows = rows
        self._changed = changed
        rows.add(self)

    @classmethod
    def stored(cls, read: Read[V], every: Mapping[str, V] | None = None) -> VersionedTable[V]:
        """The table that a store has now; ``every`` is all of it, where that is at hand."""
        return cls(_Rows(read, every), Map())

    def updated(self, changed: Mapping[str, V | None]) -> VersionedTable[V]:
        """A version with other rows for some things. Made before that is written anywhere."""
        with self._rows.lock:
            self._rows.pin(changed)
            return VersionedTable(self._rows, self._changed.update(changed))

    def pin(self, changed: Iterable[str]) -> None:
        """Keep what it has of some things, whatever becomes of them in other versions."""
        kept = {iri: self.get(iri) for iri in changed if iri not in self._changed}
        self._changed = self._changed.update(kept)

    @property
    def is_read(self) -> bool:
        """Whether all of it was read."""
        return self._rows.every is not None

    def read_whole(self) -> None:
        """Read all of it, for whoever is about to ask of everything, one by one."""
        self._rows.whole()

    def rows(self, among: Mapping[str, V] | None = None) -> Iterator[tuple[str, V]]:
        """What it has of everything; or of whatever was just read, and of what it has otherwise."""
        every = self._rows.whole() if among is None else among
        changed = self._changed
        yield from ((iri, one) for iri, one in every.items() if iri not in changed)
        yield from ((iri, one) for iri, one in changed.items() if one is not None)

    def get(self, iri: str, default: Any = None) -> Any:
        """What it has of a thing, or ``default``."""
        # The store first, then what is noted: that is noted before anything is written.
        found = self._rows.get(iri)
        found = self._changed.get(iri, found)
        return default if found is None else found

    def __iter__(self) -> Iterator[str]:
        return (iri for iri, _ in self.rows())
