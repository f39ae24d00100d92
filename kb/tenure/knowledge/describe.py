"""What a document about one thing shows."""

from __future__ import annotations

from collections.abc import Sequence

from pyoxigraph import DefaultGraph, NamedNode, Quad

from tenure.store import Store, Triples

_OUTGOING = """CONSTRUCT { ?s ?p ?o } WHERE {
  VALUES ?s { %s }
  ?s ?p ?o
}"""

_INCOMING = """CONSTRUCT { ?s ?p ?o . ?s ?q ?x } WHERE {
  VALUES ?o { %s }
  ?s ?p ?o ; ?q ?x
}"""


def describe(
    store: Store, default: Sequence[NamedNode], named: Sequence[NamedNode], iri: NamedNode
) -> list[Quad]:
    """The statements with ``iri`` as subject, the descriptions of what points at it, its own graph.

    Statements of a graph that bears the name ``iri`` (a claim's content) keep that graph; all
    others are in the default graph.
    """
    found: dict[Quad, None] = {}
    for text in (_OUTGOING, _INCOMING):
        answer = store.query(text % iri, default_graphs=default, named_graphs=named)
        assert isinstance(answer, Triples)
        for triple in answer:
            found[Quad(triple.subject, triple.predicate, triple.object, DefaultGraph())] = None
    if iri in named:
        found.update(dict.fromkeys(store.quads(iri)))
    return list(found)
