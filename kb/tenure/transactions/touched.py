"""What one change touches: the store around it, and the facts that the rules are asked of."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Final

from pyoxigraph import DefaultGraph, NamedNode, Quad

from tenure.slices import is_computed
from tenure.store import Store
from tenure.terms import RDF_TYPE, Names
from tenure.transactions.user_graphs import is_user_graph
from tenure.validate.facts import Facts
from tenure.validate.reading import Document, text_of
from tenure.validate.schema import Schema
from tenure.world import Schema as TimeSchema

REACH: Final = 3
"""Steps from a node to the farthest statement that a rule about it reads: claim, speech chain,
link, voice."""

_DEFAULT: Final = DefaultGraph()
_NONE: Final[frozenset[str]] = frozenset()


@dataclass(frozen=True)
class Touched(Facts):
    """Facts of which every finding counts, also about nodes that the change only touches."""

    known_schema: Schema
    known_time_schema: TimeSchema
    known_types: Mapping[str, frozenset[str]]
    known_paths: Mapping[str, frozenset[str]]
    entities: Iterable[str]

    @cached_property
    def quads(self) -> list[Quad]:
        """All quads but those of the ontology."""
        return [quad for one in (*self.given, *self.context) for quad in one.quads]

    @cached_property
    def types(self) -> dict[str, set[str]]:
        """The classes of every node that has any."""
        # The ontology's thousands of statements say no more today than they did before.
        found: dict[str, set[str]] = {}
        for quad in self.quads:
            if quad.predicate == RDF_TYPE and isinstance(quad.object, NamedNode):
                found.setdefault(text_of(quad.subject), set()).add(quad.object.value)
        return Types(found, self.known_types)

    @cached_property
    def schema(self) -> Schema:
        """What the ontology declares, read before."""
        return self.known_schema

    @cached_property
    def time_schema(self) -> TimeSchema:
        """What the ontology declares of time, read before."""
        return self.known_time_schema

    @cached_property
    def paths(self) -> Mapping[str, frozenset[str]]:
        """By the rule of a property shape: the properties on its path, read before."""
        return self.known_paths

    @cached_property
    def registered(self) -> list[str]:
        """The entities of the whole registry."""
        return list(self.entities)

    def _about(self, focus: str) -> list[Document]:  # noqa: ARG002 - whatever it is about
        """The change, which is to blame for it."""
        return list(self.given[:1])


class Types(dict[str, set[str]]):
    """The classes of nodes, those of the ontology's own beneath."""

    def __init__(
        self, found: Mapping[str, set[str]], beneath: Mapping[str, frozenset[str]]
    ) -> None:
        super().__init__({iri: types | beneath.get(iri, _NONE) for iri, types in found.items()})
        self._beneath = beneath

    def __contains__(self, iri: object) -> bool:
        return super().__contains__(iri) or iri in self._beneath

    def get(self, iri: str, default: Any = None) -> Any:
        """The classes of a node."""
        found = super().get(iri)
        return found if found is not None else self._beneath.get(iri, default)


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
