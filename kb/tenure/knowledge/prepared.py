"""A query with the graphs that it may read."""

from __future__ import annotations

from dataclasses import dataclass

from pyoxigraph import NamedNode


@dataclass(frozen=True, slots=True)
class Prepared:
    """What :meth:`~tenure.knowledge.KnowledgeBase.prepare` makes of a query: ready to be run.

    ``default_graphs`` and ``named_graphs`` are its data set, to be given to
    :meth:`tenure.store.Store.query`. ``computed`` are those of them that were made on demand: a
    copy of the store taken earlier lacks them. ``generation`` is the knowledge base's at that
    time: when it has grown, computed graphs may be gone, and the query is to be prepared again.
    With ``every_graph`` its ``GRAPH`` reaches every graph that is kept, and ``computed``; of a base
    in pieces these are not listed in ``named_graphs``.
    """

    sparql: str
    default_graphs: tuple[NamedNode, ...]
    named_graphs: tuple[NamedNode, ...]
    computed: tuple[NamedNode, ...]
    generation: int
    every_graph: bool = False
