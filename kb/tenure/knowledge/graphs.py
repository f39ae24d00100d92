"""Graphs that are computed when first asked for, and kept within bounds."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Iterable

from pyoxigraph import NamedNode, Triple

from tenure.store import Store


class VirtualGraphs:
    """Computed graphs in the store; the one asked for longest ago gives way.

    An empty graph is remembered too, although a store does not hold it. Not safe for threads: the
    owner locks.
    """

    def __init__(self, store: Store, most: int) -> None:
        self._store = store
        self._most = most
        self._made: OrderedDict[NamedNode, None] = OrderedDict()

    def ensure(self, graph: NamedNode, triples: Callable[[], Iterable[Triple]]) -> None:
        """Make the graph if it is not there."""
        if graph in self._made:
            self._made.move_to_end(graph)
            return
        self._store.replace(graph, triples())
        self._made[graph] = None
        while len(self._made) > self._most:
            oldest, _ = self._made.popitem(last=False)
            self._store.remove_graph(oldest)
