"""What Tenure asks of a store: nothing that a SPARQL 1.1 endpoint could not do.

To add a store, write a class with these methods and add it to the contract suite
(``tests/store/test_contract.py``), which is the specification.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from types import TracebackType
from typing import Protocol, Self

from pyoxigraph import DefaultGraph, NamedNode, Quad, Triple

from tenure.errors import BadInput
from tenure.store.answers import Answer


class Store(Protocol):
    """Named graphs of triples that can be asked and changed.

    Every statement lies in a graph named by an IRI; a graph exists as long as it holds one.
    Blank nodes are local to the call that writes them: the store may rename them.
    """

    @property
    def generation(self) -> int:
        """A number that grows with every successful write made through this object."""
        ...

    def query(
        self,
        sparql: str,
        *,
        default_graphs: Sequence[NamedNode],
        named_graphs: Sequence[NamedNode] | None = None,
    ) -> Answer:
        """The answer to a query over the given data set.

        The default graph is the union of ``default_graphs`` (empty if none are given), and
        ``GRAPH`` reaches ``named_graphs`` (None: every graph of the store). As in SPARQL 1.1
        Protocol, section 2.1.4, these win over any FROM in the query: who wants FROM to count
        passes what :func:`tenure.store.guard.inspect` finds.

        The text is trusted: a query of a stranger goes through the guard first.

        Raises :class:`~tenure.errors.BadQuery`, with line and column, for text that is no query.
        """
        ...

    def quads(
        self,
        graph: NamedNode | None = None,
        *,
        subject: NamedNode | None = None,
        predicate: NamedNode | None = None,
        value: NamedNode | None = None,
    ) -> Iterator[Quad]:
        """The statements of one graph, or of all, in no particular order.

        Only those about ``subject``, by ``predicate``, and whose object is ``value``, where these
        are given.
        """
        ...

    def add(self, quads: Iterable[Quad]) -> None:
        """Adds statements: all of them, or none where the iterable raises.

        Raises :class:`~tenure.errors.BadInput` for a statement outside a named graph.
        """
        ...

    def fill(self, quads: Iterable[Quad]) -> None:
        """Adds many statements, faster than :meth:`add`.

        It is not done in one transaction: where the iterable raises, or the process ends, some of
        them may be there. Raises :class:`~tenure.errors.BadInput` as :meth:`add` does.
        """
        ...

    def replace(self, graph: NamedNode, triples: Iterable[Triple]) -> None:
        """Makes ``triples`` the whole content of ``graph``.

        A reader sees the old content or the new, and the old stays where the iterable raises.
        """
        ...

    def change(
        self,
        removed: Iterable[Quad],
        added: Iterable[Quad],
        *,
        emptied: Iterable[NamedNode] = (),
    ) -> None:
        """Takes away the graphs ``emptied``, then ``removed``, then adds, in one transaction.

        A reader sees all of it or nothing, and so does whoever opens the store after a crash.
        Blank nodes cannot be removed but with their graph; those that are added are new ones, one
        for each label.

        Raises:
            BadInput: a statement outside a named graph; nothing is written.
            StoreFull: no room on the disk; nothing is written.
        """
        ...

    def remove_graph(self, graph: NamedNode) -> None:
        """Removes a graph with all its statements; does nothing where there is none."""
        ...

    def graphs(self) -> list[NamedNode]:
        """The names of the graphs that hold a statement, sorted by IRI."""
        ...

    def size(self) -> int:
        """The number of statements. It may go through all of them."""
        ...

    def flush(self) -> None:
        """Returns when everything written so far would survive a power cut."""
        ...

    def close(self) -> None:
        """Lets go of the store. A second call does nothing; any other call afterwards raises."""
        ...

    def __enter__(self) -> Self: ...

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None: ...


def in_named_graphs(quads: Iterable[Quad]) -> Iterator[Quad]:
    """The same quads, lazily.

    Raises :class:`~tenure.errors.BadInput` at one whose graph is not named by an IRI: no query
    could reach it.
    """
    for quad in quads:
        if not isinstance(quad.graph_name, NamedNode):
            place = "no graph" if isinstance(quad.graph_name, DefaultGraph) else "a blank graph"
            raise BadInput(
                f"A statement lies in {place}: {quad.triple}.",
                remedy="Give it a graph that is named by an IRI.",
            )
        yield quad


def replacement(graph: NamedNode, triples: Iterable[Triple]) -> str:
    """One SPARQL 1.1 Update request that makes ``triples`` the whole content of ``graph``.

    One request is atomic (SPARQL 1.1 Update, section 3). The terms are printed by the RDF
    library. The iterable is used up before anything is returned.
    """
    body = " .\n".join(map(str, triples))
    drop = drop_request(graph)
    return f"{drop} ;\nINSERT DATA {{ GRAPH {graph} {{\n{body}\n}} }}" if body else drop


def drop_request(graph: NamedNode) -> str:
    """The SPARQL 1.1 Update request that removes ``graph``, whether it is there or not."""
    return f"DROP SILENT GRAPH {graph}"


def change_request(
    removed: Iterable[Quad], added: Iterable[Quad], emptied: Iterable[NamedNode]
) -> str:
    """One SPARQL 1.1 Update request that does what :meth:`Store.change` says; may be empty."""
    steps = [drop_request(graph) for graph in emptied]
    for verb, quads in (("DELETE", removed), ("INSERT", added)):
        lines = [f"GRAPH {one.graph_name} {{ {one.triple} }}" for one in in_named_graphs(quads)]
        if lines:
            steps.append(f"{verb} DATA {{\n" + "\n".join(lines) + "\n}")
    return " ;\n".join(steps)
