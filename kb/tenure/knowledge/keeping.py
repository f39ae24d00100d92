"""What is known kept up to date with the store, and the graphs that are computed from it."""

from __future__ import annotations

import threading
from collections.abc import Callable, Collection, Iterator, Sequence
from contextlib import contextmanager, suppress

from pyoxigraph import NamedNode

from tenure.errors import StoreFull
from tenure.knowledge.building import build_world, read_edition
from tenure.knowledge.edition import Edition
from tenure.knowledge.graphs import ComputedGraphs
from tenure.knowledge.known import MOST_HELD
from tenure.knowledge.stored import StoredClaims
from tenure.persistent import Ordered
from tenure.store import Store
from tenure.terms import Names


class Keeping:
    """A store, and the edition that follows from what it holds now.

    Safe to share between threads.
    """

    def __init__(self, store: Store, names: Names, *, most_held: int = MOST_HELD) -> None:
        """Reads what the store holds and builds the world under the default policy.

        Of more than ``most_held`` claims nothing is held in memory: the graph of the world is
        built once and kept in the store, and what is asked about one thing is worked out then.
        Raises :class:`~tenure.errors.BadClaim` for a claim that cannot be understood.
        """
        self.store = store
        self.names = names
        self._most_held = most_held
        self._lock = threading.RLock()
        self._graphs = ComputedGraphs(store, names)
        self._read(opened=True)

    def refresh(self) -> None:
        """Read the store anew, also where no write was seen.

        Every question does that by itself when something was written through :attr:`store`. To
        be called for what another program wrote. Raises :class:`~tenure.errors.BadClaim` for a
        claim that cannot be understood; until it is corrected, every question does.
        """
        with self._lock:
            self._read()

    def close(self) -> None:
        """Take what was computed for questions out of the store, and let go of it."""
        with self._lock, suppress(StoreFull):
            self._graphs.forget()
        self.store.close()

    @property
    def generation(self) -> int:
        """A number that grows with every write into the store that is not this object's own."""
        _ = self.edition
        return self._seen

    @property
    def is_current(self) -> bool:
        """Whether nothing was written since it was read: then nothing has to be read anew."""
        return self._written() == self._seen

    @contextmanager
    def undisturbed(self) -> Iterator[None]:
        """As long as it lasts, no computed graph is given up or made by another thread."""
        with self._lock:
            yield

    def _written(self) -> int:
        return self.store.generation - self._graphs.writes

    @property
    def edition(self) -> Edition:
        """All that follows from the store as it is now."""
        # Looked at twice: without the lock, one of our own writes can be half counted.
        if self._written() != self._seen:
            with self._lock:
                if self._written() != self._seen:
                    self._read()
        return self._edition

    def _read(self, *, opened: bool = False) -> None:
        seen = self._written()
        edition = read_edition(self.store, self.names, self._most_held)
        graphs = self._graphs.clear()
        # What a store brings along is the world of its claims; what others write makes another.
        build_world(edition, self._graphs, trusted=opened)
        prefix = self.names.claim_prefix if edition.is_in_pieces else None
        derived = (self.names.graph(part) for part in ("world", "state"))
        graphs += (one.value for one in derived if next(self.store.quads(one), None))
        kept = (one for one in graphs if prefix is None or not one.startswith(prefix))
        self._kept = Ordered[None](dict.fromkeys(kept))
        self._lasting: list[NamedNode] | None = None
        self._edition, self._seen = edition, seen

    def adopt(
        self,
        edition: Edition,
        write: Callable[[], None],
        *,
        come: Collection[NamedNode] = (),
        gone: Collection[NamedNode] = (),
    ) -> None:
        """Write into the store, and answer from ``edition`` from then on.

        For a writer who has worked out already what follows from the write, which brings the
        world's graph along. ``come`` and ``gone`` are the graphs that the store will hold and did
        not, or the reverse. Nobody is answered in between.
        """
        with self._lock:
            self._edition.give_way(edition)
            write()
            edition.settle()
            self._edition, self._seen = edition, self._written()
            # To list them anew takes longer than all the rest, where there are many claims.
            new = dict.fromkeys(
                graph.value for graph in come if not self._is_in_claims(graph.value)
            )
            old = [graph.value for graph in gone if graph.value in self._kept]
            if come or old:
                self._lasting = None
            if old or not all(iri in self._kept for iri in new):
                self._kept = self._kept.updated(new, old)
            self._graphs.forget()

    # ------------------------------------------------------------------ the graphs that are kept

    @property
    def graphs(self) -> Sequence[NamedNode]:
        """The graphs that are kept, by IRI: the parts, the claims' own, and ordinary ones."""
        _ = self.edition
        with self._lock:
            return self._listed()

    def some_graphs(self, most: int) -> tuple[list[NamedNode], int]:
        """At most so many of the graphs that are kept, and how many there are."""
        claims = self.edition.known.base.claims
        with self._lock:
            if not isinstance(claims, StoredClaims):
                return self._listed()[:most], len(self._listed())
            kept = sorted(self._kept)
            found = [*kept, *claims.some(max(0, most - len(kept)))][:most]
            return [NamedNode(iri) for iri in found], len(kept) + len(claims)

    def _listed(self) -> list[NamedNode]:
        if self._lasting is None:
            claims = self._edition.known.base.claims if self._edition.is_in_pieces else ()
            self._lasting = [NamedNode(iri) for iri in sorted((*self._kept, *claims))]
        return self._lasting

    def _has_graph(self, iri: str) -> bool:
        return iri in self._kept or (
            self._is_in_claims(iri) and iri in self._edition.known.base.claims
        )

    def _is_in_claims(self, iri: str) -> bool:
        return self._edition.is_in_pieces and iri.startswith(self.names.claim_prefix)
