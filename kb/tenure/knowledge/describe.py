"""What a document about one thing shows."""

from __future__ import annotations

from collections.abc import Sequence

from pyoxigraph import DefaultGraph, NamedNode, Quad

from tenure.store import Store, Triples

_OUTGOING = """CONSTRUCT { ?s ?p ?o } WHERE {
  VALUES ?s { %s }
  ?s ?p ?o
}"""

# Of a claim: where it stands, and the voices it came through.
_BESIDE = """PREFIX tn: <https://w3id.org/tenure/ontology#>
CONSTRUCT { ?s ?p ?o } WHERE {
  VALUES ?claim { %s }
  ?claim tn:evidence|tn:attribution|tn:attribution/tn:link ?s .
  ?s ?p ?o
}"""

_INCOMING = """CONSTRUCT { ?s ?p ?o . ?s ?q ?x } WHERE {
  VALUES ?o { %s }
  ?s ?p ?o ; ?q ?x
}"""


def describe(
    store: Store, default: Sequence[NamedNode], iri: NamedNode, *, has_graph: bool
) -> list[Quad]:
    """The statements with ``iri`` as subject, what points at it, and its own graph if it has one.

    Of a claim also the evidence and the voices it came through.

    Statements of a graph that bears the name ``iri`` (a claim's content) keep that graph; all
    others are in the default graph.
    """
    found: dict[Quad, None] = {}
    for text in (_OUTGOING, _BESIDE, _INCOMING):
        answer = store.query(text % iri, default_graphs=default, named_graphs=())
        assert isinstance(answer, Triples)
        for triple in answer:
            found[Quad(triple.subject, triple.predicate, triple.object, DefaultGraph())] = None
    if has_graph:
        found.update(dict.fromkeys(store.quads(iri)))
    return list(found)
