"""A knowledge base over facts that somebody hands in, in memory and for one question."""

from __future__ import annotations

import sys
from collections.abc import Iterable

from pyoxigraph import NamedNode, Quad

from tenure.knowledge.base import KnowledgeBase
from tenure.resources import data_dir
from tenure.store import EmbeddedStore, read_file
from tenure.terms import Names


def knowledge_of(facts: Iterable[Quad], names: Names) -> KnowledgeBase:
    """A knowledge base that holds the facts and the ontology; the gate has found them sound.

    Statements outside claims about whatever has a slug become the registry, all others describe
    claims and sources. Raises :class:`~tenure.errors.BadClaim` for a claim that cannot be
    understood.
    """
    parts = {part: names.graph(part) for part in ("entities", "provenance", "ontology")}
    quads = []
    for quad in facts:
        if isinstance(quad.graph_name, NamedNode):
            quads.append(quad)
            continue
        subject = quad.subject
        registered = isinstance(subject, NamedNode) and names.slug_of(subject.value) is not None
        part = parts["entities" if registered else "provenance"]
        quads.append(Quad(subject, quad.predicate, quad.object, part))
    for path in sorted(data_dir("ontology").glob("*.ttl")):
        read = read_file(path)
        quads += [Quad(q.subject, q.predicate, q.object, parts["ontology"]) for q in read]
    store = EmbeddedStore(None)
    store.add(quads)
    return KnowledgeBase(store, names, most_held=sys.maxsize)
