"""Which IRIs statements name: they decide what prefixes and short names a file needs."""

from __future__ import annotations

from collections.abc import Iterable

from pyoxigraph import Literal, NamedNode, Quad


def iris_of(quads: Iterable[Quad]) -> frozenset[str]:
    """Every IRI in the statements, those of graphs and datatypes included."""
    found = set()
    for quad in quads:
        for term in (quad.subject, quad.predicate, quad.object, quad.graph_name):
            if isinstance(term, NamedNode):
                found.add(term.value)
            elif isinstance(term, Literal):
                found.add(term.datatype.value)
    return frozenset(found)
