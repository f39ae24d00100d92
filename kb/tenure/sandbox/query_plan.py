"""A query with all that decides its answer beside the data: what any executor is given to run."""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from pyoxigraph import NamedNode

if TYPE_CHECKING:
    from tenure.sandbox.table import Table


@dataclass(frozen=True, slots=True)
class Scope:
    """What a query can look at in the graph of a moment.

    That is what is ``about`` a thing (its IRI), or about any where that is empty, by some
    ``predicates``, or by any where there are none given.
    """

    about: str = ""
    predicates: frozenset[str] | None = None


EVERYTHING: Final = Scope()


@dataclass(frozen=True, slots=True)
class VirtualGraph:
    """A graph that is computed when a query names it, in N-Triples.

    Two of the same name, state and scope have the same content: what lies within that scope, and
    maybe not more.
    """

    name: NamedNode
    state: int
    content: bytes = field(repr=False)
    scope: Scope = EVERYTHING


@dataclass(frozen=True, slots=True)
class QueryPlan:
    """What :meth:`tenure.knowledge.KnowledgeBase.plan` makes of a query.

    Attributes:
        sparql: the query.
        default_graphs: the graphs whose union is its default graph.
        named_graphs: what ``GRAPH`` reaches; None: every graph that is kept, and those of
            ``virtual_graphs``.
        virtual_graphs: those of both that were computed for it, which no store holds.
        generation: the store's when it was made. A copy that runs the plan must not be older.
        predicates: those of all statements that it can look at; None: any.
        table: the rows of its answer, where they were worked out already.
        trusted: it names the graphs that it means by constants or through what it binds, so that no
            virtual graph made for somebody else has to be hidden from it.
    """

    sparql: str
    default_graphs: tuple[NamedNode, ...]
    named_graphs: tuple[NamedNode, ...] | None
    virtual_graphs: tuple[VirtualGraph, ...]
    generation: int
    trusted: bool = False
    predicates: frozenset[str] | None = None
    table: Table | None = field(default=None, repr=False, compare=False)

    @property
    def is_alone(self) -> bool:
        """Whether it reads virtual graphs and nothing else, so that it needs no store."""
        named = self.named_graphs
        made = {one.name for one in self.virtual_graphs}
        return named is not None and bool(made) and made.issuperset((*self.default_graphs, *named))


_MOST_HELD: Final = 64
_MOST_BYTES: Final = 64 << 20
"""Virtual graphs that an executor keeps, and how long these are together."""


class HeldGraphs:
    """Which virtual graphs an executor holds; the one asked for longest ago goes first."""

    def __init__(self) -> None:
        self._held: OrderedDict[str, tuple[tuple[int, Scope], int]] = OrderedDict()
        self._bytes = 0

    def __contains__(self, name: str) -> bool:
        return name in self._held

    def changes(self, plan: QueryPlan) -> tuple[list[str], list[VirtualGraph]]:
        """The names of the graphs to remove first, and those to add, so that the plan can be run.

        They count as removed and added from then on.
        """
        wanted = {graph.name.value: graph for graph in plan.virtual_graphs}
        gone, come = [], []
        # A stranger's query that may look at every graph must not see those of others.
        sees_all = plan.named_graphs is None and not plan.trusted
        for name, (state, _) in list(self._held.items()):
            known = wanted.get(name)
            if (known.state, known.scope) != state if known else sees_all:
                gone.append(self._let_go(name))
        for name, graph in wanted.items():
            if name not in self._held:
                self._held[name] = (graph.state, graph.scope), len(graph.content)
                self._bytes += len(graph.content)
                come.append(graph)
            self._held.move_to_end(name)
        while len(self._held) > len(wanted) and (
            len(self._held) > _MOST_HELD or self._bytes > _MOST_BYTES
        ):
            gone.append(self._let_go(next(iter(self._held))))
        return gone, come

    def _let_go(self, name: str) -> str:
        self._bytes -= self._held.pop(name)[1]
        return name
