"""How the ordinary graphs of a change are written, their blank nodes kept in company."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from pyoxigraph import BlankNode, NamedNode, Quad

from tenure.store import Store
from tenure.terms import Names
from tenure.transactions.plan import GraphEdit
from tenure.transactions.update import is_ordinary


@dataclass(slots=True)
class Writes:
    """Statements to take away and to add, and graphs to take away whole before that."""

    removed: list[Quad] = field(default_factory=list)
    added: list[Quad] = field(default_factory=list)
    emptied: list[NamedNode] = field(default_factory=list)


def writes_of(
    store: Store, names: Names, edits: Mapping[str, GraphEdit], *, all_new: bool
) -> Writes:
    """What carries out the edits.

    A blank node has no name by which an update could take a statement of it away, or add one to
    it. So where one that is stored is concerned, its graph is written anew, and with it every
    ordinary graph that shares a blank node with it. ``all_new`` says that no blank node among what
    is added is stored already, as when a document was read.
    """
    writes = Writes()
    anew = _written_anew(store, names, edits, all_new=all_new)
    for iri in sorted({*edits, *anew}):
        graph = NamedNode(iri)
        edit = edits.get(iri)
        gone, come = (edit.removed, edit.added) if edit else (frozenset(), frozenset())
        if iri in anew or (edit and not edit.kept):
            # A graph of which nothing stays is taken away, so that none is left empty.
            writes.emptied.append(graph)
            kept = set(store.quads(graph)) - gone if iri in anew else set()
            writes.added += kept | come
        else:
            writes.removed += gone
            writes.added += come
    return writes


def _written_anew(
    store: Store, names: Names, edits: Mapping[str, GraphEdit], *, all_new: bool
) -> set[str]:
    """The graphs that blank nodes tie to a change of statements about stored ones."""
    anew = {iri for iri, edit in edits.items() if edit.kept and _blanks(edit.removed)}
    added = set() if all_new else _blanks(q for edit in edits.values() for q in edit.added)
    if not anew and not added:
        return anew
    held = {
        graph.value: found
        for graph in store.graphs()
        if is_ordinary(graph.value, names) and (found := _blanks(store.quads(graph)))
    }
    tied = set(added)
    while True:
        for iri in anew:
            tied |= held.get(iri, set())
        more = {iri for iri, found in held.items() if iri not in anew and found & tied}
        if not more:
            return anew
        anew |= more


def _blanks(quads: Iterable[Quad]) -> set[BlankNode]:
    return {
        term for one in quads for term in (one.subject, one.object) if isinstance(term, BlankNode)
    }
