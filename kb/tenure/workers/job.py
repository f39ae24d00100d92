"""A query as it is handed to the pool."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol

from pyoxigraph import NamedNode, RdfFormat, serialize

from tenure.store import GraphFormat, ResultFormat, Store


class Prepared(Protocol):
    """What the pool needs of a query that was prepared; see :class:`tenure.knowledge.Prepared`."""

    @property
    def sparql(self) -> str:
        """The query."""
        ...

    @property
    def default_graphs(self) -> Sequence[NamedNode]:
        """Their union is its default graph."""
        ...

    @property
    def named_graphs(self) -> Sequence[NamedNode]:
        """What GRAPH reaches."""
        ...

    @property
    def computed(self) -> Sequence[NamedNode]:
        """Those of both that were made on demand."""
        ...


@dataclass(frozen=True, slots=True)
class ComputedGraph:
    """A graph that lies in no copy: its name, its content as N-Quads, and whose state it shows.

    Two of the same name and state have the same content.
    """

    name: str
    state: int
    content: bytes = field(repr=False)


@dataclass(frozen=True, slots=True)
class Job:
    """A query with all that a worker needs for it.

    ``named_graphs`` None means every graph of the store, and those of ``computed``. The worker's
    copy is to be of ``generation`` or later. ``rows`` and ``triples`` are the media types to write
    each kind of answer in; of a kind whose type is empty, only the head is told.
    """

    sparql: str
    default_graphs: tuple[str, ...]
    named_graphs: tuple[str, ...] | None
    computed: tuple[ComputedGraph, ...]
    generation: int
    rows: str = ""
    triples: str = ""
    prefixes: Mapping[str, str] = field(default_factory=dict)

    def asked(self) -> dict[str, Any]:
        """The query as the worker reads it, without limits."""
        return {
            "sparql": self.sparql,
            "default": self.default_graphs,
            "named": self.named_graphs,
            "rows": self.rows,
            "triples": self.triples,
            "prefixes": dict(self.prefixes),
        }

    def __post_init__(self) -> None:
        """Raises :class:`ValueError` for a text that cannot be written as UTF-8."""
        self.sparql.encode()


def mentions_graph(sparql: str) -> bool:
    """Whether a query may read a named graph: there is no other way than the keyword GRAPH.

    Escapes, which could stand for it, are not read but taken for it.
    """
    upper = sparql.upper()
    return "GRAPH" in upper or "\\U" in upper


class Jobs:
    """Makes jobs of prepared queries, and keeps the graphs that it has read for them.

    Args:
        store: the one that the queries are about.
        most: computed graphs that are kept.

    Not safe for threads: to be called while no computed graph can be given up or made anew.
    """

    def __init__(self, store: Store, most: int = 256) -> None:
        self._store = store
        self._most = most
        self._read: dict[str, ComputedGraph] = {}

    def job(
        self,
        prepared: Prepared,
        state: int,
        *,
        rows: ResultFormat | None,
        triples: GraphFormat | None,
        prefixes: Mapping[str, str],
        every_graph: bool,
    ) -> Job:
        """The job of a query.

        Args:
            prepared: the query; its computed graphs are in the store.
            state: a number that changes when computed graphs do.
            rows: the format for rows and truth values.
            triples: the format for triples.
            prefixes: those that shorten IRIs in formats that have them.
            every_graph: whether ``named_graphs`` are all of the store's, with ``computed``.
        """
        named: tuple[str, ...] | None = None
        if not mentions_graph(prepared.sparql):
            named = ()
        elif not every_graph or not set(prepared.computed).isdisjoint(prepared.default_graphs):
            named = tuple(graph.value for graph in prepared.named_graphs)
        return Job(
            prepared.sparql,
            tuple(graph.value for graph in prepared.default_graphs),
            named,
            tuple(self._content(graph, state) for graph in prepared.computed),
            self._store.generation,
            rows.media_type if rows else "",
            triples.media_type if triples else "",
            prefixes,
        )

    def _content(self, graph: NamedNode, state: int) -> ComputedGraph:
        known = self._read.pop(graph.value, None)
        if known is None or known.state != state:
            quads = self._store.quads(graph)
            known = ComputedGraph(
                graph.value, state, serialize(quads, format=RdfFormat.N_QUADS) or b""
            )
        self._read[graph.value] = known  # put last: the first is the one not asked for longest
        while len(self._read) > self._most:
            del self._read[next(iter(self._read))]
        return known


def encoded(job: Job, **limits: Any) -> bytes:
    """The body of the frame that asks a worker."""
    return json.dumps({**job.asked(), **limits}, separators=(",", ":")).encode()
