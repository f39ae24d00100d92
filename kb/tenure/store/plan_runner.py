"""Plans answered in this process, with their virtual graphs where they are in nobody's way.

Those of a plan that reads nothing else are loaded into a store in memory. Others have to lie beside
what the plan reads too: in the store itself, if that is in memory, and else in a copy of it that is
made then and keeps up with its writes; or in memory beside what the copy holds by the predicates of
the plan (:mod:`tenure.store.projection`). Nothing of them is written into a store on disk.
"""

from __future__ import annotations

import threading
import weakref
from collections import Counter
from collections.abc import Callable, Collection, Iterator, Sequence
from contextlib import contextmanager
from functools import partial

from pyoxigraph import NamedNode

from tenure.sandbox.frames import ALONE, FORGET, HOLD
from tenure.sandbox.query_plan import HeldGraphs, QueryPlan
from tenure.store.answers import Answer
from tenure.store.oxigraph import Store, evaluated


class PlanRunner:
    """Runs plans over a store. Safe to share between threads.

    ``is_virtual`` says of the name of a graph that it is a virtual one; of those that begin with
    ``but``, of which there may be very many, none is. ``writes`` counts what was
    written into the store itself, so that others' writes can be told from it.
    """

    def __init__(
        self, store: Store, is_virtual: Callable[[str], bool], but: str | None = None
    ) -> None:
        self._store = store
        self._is_virtual = is_virtual
        self._but = but
        self._lock = threading.RLock()
        self._alone = _Holder(Store())
        self._beside = _Holder(store)
        self._projected: _Holder | None = None
        self._copy: _Copy | None = None
        self.writes = 0

    def run(self, plan: QueryPlan) -> Answer:
        """The answer to a query. Raises :class:`~tenure.errors.BadQuery`."""
        with self._holding(plan) as place:
            return place.query(
                plan.sparql, default_graphs=plan.default_graphs, named_graphs=plan.named_graphs
            )

    def close(self) -> None:
        """Let go of all. A second call does nothing."""
        with self._lock:
            self._alone, self._beside = _Holder(Store()), _Holder(self._store)
            self._projected = None
            if self._copy is not None:
                self._copy.close()
                self._copy = None

    @contextmanager
    def _holding(self, plan: QueryPlan) -> Iterator[Store | _Place]:
        """Where the graphs of a plan are, as long as it lasts."""
        with self._lock:
            holder = self._chosen(plan)
            before = self._store.generation
            holder.take(plan)
            self.writes += self._store.generation - before
        try:
            yield holder.place
        finally:
            with self._lock:
                before = self._store.generation
                holder.let_go(plan)
                self.writes += self._store.generation - before

    def _chosen(self, plan: QueryPlan) -> _Holder:
        if plan.is_alone:
            return self._alone
        if self._store.is_kept and plan.virtual_graphs:
            if self._copy is None or not self._copy.keeps_up():
                if self._copy is not None:
                    self._copy.close()
                self._copy = _Copy(self._store, self._is_virtual, self._but)
                self._beside = _Holder(_Place(self._copy, in_memory=False))
                self._projected = _Holder(_Place(self._copy, in_memory=True))
            if self._projected and self._copy.covers(plan.predicates):
                return self._projected
            return self._beside
        return self._beside if not self._store.is_kept else _Holder(self._store)


class _Holder:
    """The virtual graphs in one place, of which none goes while a query reads it."""

    def __init__(self, place: Store | _Place) -> None:
        self.place = place
        self._graphs = HeldGraphs()
        self._readers: Counter[str] = Counter()
        self._outdated: set[str] = set()

    def take(self, plan: QueryPlan) -> None:
        """Have the graphs of a plan there, until it is let go."""
        gone, come = self._graphs.changes(plan)
        self._outdated.update(gone)
        for graph in come:
            self._outdated.discard(graph.name.value)
            self.place.hold(graph.name, graph.content)
        self._readers.update(one.name.value for one in plan.virtual_graphs)
        self._clear()

    def let_go(self, plan: QueryPlan) -> None:
        """A plan was run."""
        self._readers.subtract(one.name.value for one in plan.virtual_graphs)
        self._readers += Counter()  # without those that nobody reads any more
        self._clear()

    def _clear(self) -> None:
        for name in self._outdated.difference(self._readers):
            self._outdated.discard(name)
            self.place.remove_graph(NamedNode(name))


class _Copy:
    """A copy of a store on disk that repeats its writes."""

    def __init__(self, store: Store, is_virtual: Callable[[str], bool], but: str | None) -> None:
        # Only here: what serves the workers of a service takes asyncio in.
        from tenure.store.replica_worker import LoadedReplica, follow  # noqa: PLC0415
        from tenure.store.replicas import Replicas  # noqa: PLC0415

        self._source = Replicas(store, is_virtual, but=but)
        weakref.finalize(self, self._source.close)
        replica = self._source.make()
        self.loaded = LoadedReplica(replica.data)
        self.follow = partial(follow, self.loaded)
        self._generation = replica.generation
        for step in replica.steps:
            self.follow(step)

    def keeps_up(self) -> bool:
        """Whether it has all that was written by now; otherwise another is needed."""
        found = self._source.since(self._generation)
        if found is None:
            return False
        self._generation, steps = found
        for step in steps:
            self.follow(step)
        return True

    def covers(self, predicates: Collection[str] | None) -> bool:
        """Whether it has all by some predicates in memory."""
        return predicates is not None and self.loaded.covers(predicates)

    def close(self) -> None:
        """Removes it."""
        del self.loaded, self.follow
        self._source.close()


class _Place:
    """A copy, or what is in memory beside it, with virtual graphs."""

    def __init__(self, copy: _Copy, *, in_memory: bool) -> None:
        self._copy = copy
        self._where = ALONE if in_memory else b""

    def hold(self, graph: NamedNode, content: bytes) -> None:
        """As :meth:`~tenure.store.Store.hold`."""
        self._copy.follow(self._where + HOLD + graph.value.encode() + b"\n" + content)

    def remove_graph(self, graph: NamedNode) -> None:
        """As :meth:`~tenure.store.Store.remove_graph`."""
        self._copy.follow(self._where + FORGET + graph.value.encode())

    def query(
        self,
        sparql: str,
        *,
        default_graphs: Sequence[NamedNode],
        named_graphs: Sequence[NamedNode] | None,
    ) -> Answer:
        """As :meth:`~tenure.store.Store.query`."""
        loaded = self._copy.loaded
        store = loaded.alone if self._where else loaded.store
        return evaluated(store, sparql, default_graphs, named_graphs)
