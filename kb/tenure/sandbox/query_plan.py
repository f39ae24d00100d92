"""A query with all that decides its answer beside the data: what any executor is given to run."""

from __future__ import annotations

from dataclasses import dataclass, field

from pyoxigraph import NamedNode


@dataclass(frozen=True, slots=True)
class VirtualGraph:
    """A graph that is computed when a query names it.

    Two of the same name and state have the same content. ``content`` is in N-Quads; None in a plan
    for an executor that reads from the store that the graph lies in.
    """

    name: NamedNode
    state: int
    content: bytes | None = field(default=None, repr=False)


@dataclass(frozen=True, slots=True)
class QueryPlan:
    """What :meth:`tenure.knowledge.KnowledgeBase.plan` makes of a query.

    Attributes:
        sparql: the query.
        default_graphs: the graphs whose union is its default graph.
        named_graphs: what ``GRAPH`` reaches; None: every graph that is kept, and those of
            ``virtual_graphs``.
        virtual_graphs: those of both that were computed for it. A copy of the store lacks them, so
            a plan for a copy carries their content.
        generation: the store's when it was made. A copy that runs the plan must not be older.
        trusted: it names the graphs that it means by constants or through what it binds, so that no
            virtual graph made for somebody else has to be hidden from it.
    """

    sparql: str
    default_graphs: tuple[NamedNode, ...]
    named_graphs: tuple[NamedNode, ...] | None
    virtual_graphs: tuple[VirtualGraph, ...]
    generation: int
    trusted: bool = False
