"""Facts as a graph of rdflib's, which a user's shapes are asked of.

What they ask goes to rdflib's engine: the store's does not bind variables before a query as SHACL
wants it (section 5.3.1), and so lets pass what breaks a rule.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from pyoxigraph import BlankNode, Literal, NamedNode, Quad, RdfFormat, Triple, parse
from rdflib import Graph
from rdflib.plugins.sparql import prepareQuery
from rdflib.plugins.sparql.parserutils import CompValue
from rdflib.plugins.sparql.sparql import Query
from rdflib.query import Result
from rdflib.term import IdentifiedNode, Variable
from rdflib.term import Literal as RdfLiteral

from tenure.errors import Refused
from tenure.validate.exact import literal, plain_string, term
from tenure.validate.quiet import quiet_literals


class _PlainGraph(Graph):
    """A graph of rdflib's that reads a query once, however many nodes it is asked of.

    pySHACL asks a constraint's query anew of each focus node, and most of the time went into
    reading it (measured on 1,000 nodes: 3.2 s, against 0.2 s).
    """

    def __init__(self) -> None:
        super().__init__()
        self._read: dict[str, Query] = {}

    def query(self, query_object: str | Query, *given: Any, **named: Any) -> Result:
        """The answer of rdflib's own engine. Raises ``SyntaxError`` for what it cannot read."""
        if isinstance(query_object, str):
            query_object = self._read.get(query_object) or self._prepared(query_object)
        return super().query(query_object, *given, **named)

    def _prepared(self, text: str) -> Query:
        try:
            query = prepareQuery(text, initNs=dict(self.namespaces()))
        except Exception as error:  # an unknown prefix is a bare Exception there
            told = " ".join(str(error).split())
            raise SyntaxError(f"a query cannot be read: {told}") from error
        if query.algebra.datasetClause or _fetches(query.algebra):
            raise Refused(
                "A constraint would fetch something.",
                where="shapes",
                remedy="Ask the facts alone, without SERVICE and FROM.",
            )
        # Section 5.3.2: what it finds is told by $this; without it nothing would ever be found.
        if query.algebra.name == "SelectQuery" and Variable("this") not in query.algebra.PV:
            raise SyntaxError("a query does not select $this")
        return self._read.setdefault(text, query)


def _fetches(node: object) -> bool:
    """Whether a part of a query, as the engine understood it, asks another service."""
    waiting = [node]
    while waiting:
        one = waiting.pop()
        if isinstance(one, CompValue):
            if one.name == "ServiceGraphPattern":
                return True
            waiting += one.values()
        elif isinstance(one, list | tuple | set | frozenset):
            waiting += one
        elif isinstance(one, dict):
            waiting += one.values()
    return False


def plain_graph(quads: Iterable[Quad]) -> Graph:
    """The union of all graphs; statements about statements are left out."""
    graph = _PlainGraph()
    nodes: dict[object, IdentifiedNode] = {}

    def node(one: NamedNode | BlankNode | Triple) -> IdentifiedNode:
        return nodes.get(one) or nodes.setdefault(one, term(one))

    with quiet_literals():
        for quad in quads:
            value = quad.object
            if not isinstance(value, Triple):
                held = literal(value) if isinstance(value, Literal) else node(value)
                graph.add((node(quad.subject), node(quad.predicate), held))
    return graph


def shapes_graph(*texts: bytes) -> Graph:
    """The shapes in some Turtle texts, each literal as it is written.

    Raises ``SyntaxError`` for a text that does not parse.
    """
    graph = Graph()
    for text in texts:
        # Two texts may use one label for two blank nodes.
        found = parse(text, RdfFormat.TURTLE, rename_blank_nodes=True)
        for one in plain_graph(found):
            graph.add(one)
        for prefix, namespace in found.prefixes.items():
            graph.bind(prefix, namespace)
    return graph


def plain_strings(graph: Graph) -> Graph:
    """The same triples; a literal of type xsd:string is the plain one, as RDF 1.1 has it.

    To rdflib the two differ (RDF 1.1 Concepts, section 3.3). Literals compare as those of facts.
    """
    plain = Graph()
    for subject, predicate, value in graph:
        plain.add(
            (subject, predicate, plain_string(value) if isinstance(value, RdfLiteral) else value)
        )
    for prefix, namespace in graph.namespaces():
        plain.bind(prefix, namespace)
    return plain
