"""The store around what one change touches."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Final

from pyoxigraph import DefaultGraph, NamedNode, Quad

from tenure.slices import is_computed
from tenure.store import Store
from tenure.terms import RDF_TYPE, Names
from tenure.transactions.user_graphs import is_user_graph

REACH: Final = 3
"""Steps from a node to the farthest statement that a rule about it reads: claim, speech chain,
link, voice."""

_DEFAULT: Final = DefaultGraph()


class Look:
    """The store as the gate sees it: claims, descriptions and the registry, nothing computed."""

    def __init__(self, store: Store, names: Names) -> None:
        self._store = store
        self._names = names
        parts = ("provenance", "entities")
        self._parts = frozenset(names.graph(part) for part in parts)
        self._left_out = frozenset(names.graph(part) for part in ("ontology", "world"))

    def about(self, iri: str) -> Iterator[Quad]:
        """What is said of a node."""
        return self._seen(self._store.quads(subject=NamedNode(iri)))

    def pointing_at(self, iri: str, predicates: frozenset[NamedNode]) -> Iterator[str]:
        """The nodes that point at one by one of the properties."""
        for quad in self._seen(self._store.quads(value=NamedNode(iri))):
            if quad.predicate in predicates and isinstance(quad.subject, NamedNode):
                yield quad.subject.value

    def around(self, nodes: set[str]) -> set[Quad]:
        """What is said of the nodes, and of all that rules about them reach, with its classes."""
        found: set[Quad] = set()
        seen: set[str] = set()
        todo = nodes
        for step in range(REACH + 1):
            seen |= todo
            ahead: set[str] = set()
            for iri in todo:
                for quad in self.about(iri):
                    if step < REACH or quad.predicate == RDF_TYPE:
                        found.add(quad)
                    if isinstance(quad.object, NamedNode):
                        ahead.add(quad.object.value)
                # A passage names its source by its own name alone.
                if iri.startswith(self._names.source_prefix):
                    slug = iri.removeprefix(self._names.source_prefix).partition("/")[0]
                    ahead.add(self._names.source_prefix + slug)
            todo = ahead - seen
        return found

    def _seen(self, quads: Iterable[Quad]) -> Iterator[Quad]:
        for quad in quads:
            graph = quad.graph_name
            if graph in self._parts:
                yield Quad(quad.subject, quad.predicate, quad.object, _DEFAULT)
            elif (
                isinstance(graph, NamedNode)
                and graph not in self._left_out
                and not is_user_graph(graph.value, self._names)
                and not is_computed(self._names, graph.value)
            ):
                yield quad
