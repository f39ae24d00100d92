"""A knowledge base over facts that somebody hands in, in memory and for one question."""

from __future__ import annotations

import sys
from collections.abc import Iterable

from pyoxigraph import NamedNode, Quad

from tenure.knowledge.base import KnowledgeBase
from tenure.resources import data_dir
from tenure.store import Store, read_file
from tenure.terms import Names


def part_of(quad: Quad, names: Names) -> str | None:
    """The part that a statement handed in belongs to; None for what a claim states.

    Statements outside claims about whatever has a slug become the registry (``entities``), all
    others describe claims and sources (``provenance``).
    """
    if isinstance(quad.graph_name, NamedNode):
        return None
    subject = quad.subject
    registered = isinstance(subject, NamedNode) and names.slug_of(subject.value) is not None
    return "entities" if registered else "provenance"


def knowledge_of(facts: Iterable[Quad], names: Names) -> KnowledgeBase:
    """A knowledge base that holds the facts and the ontology; the gate has found them sound.

    What belongs where is as of :func:`part_of`. Raises :class:`~tenure.errors.BadClaim` for a
    claim that cannot be understood.
    """
    parts = {part: names.graph(part) for part in ("entities", "provenance", "ontology")}
    quads = []
    for quad in facts:
        part = part_of(quad, names)
        moved = Quad(quad.subject, quad.predicate, quad.object, parts[part]) if part else quad
        quads.append(moved)
    for path in sorted(data_dir("ontology").glob("*.ttl")):
        read = read_file(path)
        quads += [Quad(q.subject, q.predicate, q.object, parts["ontology"]) for q in read]
    store = Store(None)
    store.add(quads)
    return KnowledgeBase(store, names, most_held=sys.maxsize)
