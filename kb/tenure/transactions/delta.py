"""The difference that a change makes to what is stored, before anything is judged."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

from pyoxigraph import DefaultGraph, NamedNode, Quad

from tenure.errors import NothingTakenIn, NotWritable
from tenure.knowledge import KnowledgeBase
from tenure.model import Change
from tenure.namespaces import TN, TN_PREFIX, TNV_PREFIX, Names
from tenure.store import read_text
from tenure.transactions.requests import BodyChange, ChangeRequest, EditChange, GraphChange
from tenure.transactions.update import update_difference
from tenure.transactions.user_graphs import graph_named, is_beside, with_forms

DEFAULT = DefaultGraph()
_CLAIM = TN("Claim")


@dataclass(frozen=True, slots=True)
class Delta:
    """Statements to be taken away and to be added, and claims to be retracted (IRIs).

    Descriptions and the registry are in the default graph, wherever the store keeps them.
    ``removed`` holds only what is stored, ``added`` only what is not. ``spent`` are claims that the
    change states again though they were retracted.
    """

    removed: frozenset[Quad] = frozenset()
    added: frozenset[Quad] = frozenset()
    retracted: tuple[str, ...] = ()
    spent: tuple[str, ...] = ()


def delta_of(kb: KnowledgeBase, change: ChangeRequest) -> Delta:
    """What the change makes of the store as it is now.

    Raises:
        BadInput: a body that does not parse, or a graph whose name is no IRI.
        NothingTakenIn: a document without a statement, or none to be added to a graph.
        NotWritable: a graph that is kept beside another one.
        BadQuery: an update that does not parse.
        Refused: what would have to be fetched.
    """
    if isinstance(change, EditChange):
        change = change.make(kb)
    if isinstance(change, Change):
        return replace(_settled(kb, (), change.added), retracted=change.retracted)
    if isinstance(change, BodyChange):
        read: Iterable[Quad] | None = change.statements
        if read is None:
            read = read_text(change.data, change.format, name=change.name)
        added = list(read)
        if not added:
            raise NothingTakenIn.of(change.name)
        if change.graph is not None:
            graph = graph_named(change.graph)
            added = [_in(graph, one) if one.graph_name == DEFAULT else one for one in added]
        elif change.others:
            users = kb.names.default_graph
            added = [_in(users, one) if is_users(one, kb.names) else one for one in added]
        return _settled(kb, (), added)
    if isinstance(change, GraphChange):
        if change.verb == "post" and not change.triples:
            raise NothingTakenIn.of()
        return _settled(kb, *_of_graph(kb, change))
    gone, come = update_difference(kb, change)
    users = kb.names.default_graph
    # What lies outside any graph may be a description, or users' own, or both.
    twice = [_in(users, one) for one in gone if one.graph_name == DEFAULT]
    placed = (_in(users, one) if is_users(one, kb.names) else one for one in come)
    return _settled(kb, [*gone, *twice], placed)


def is_users(quad: Quad, names: Names) -> bool:
    """Whether a statement outside any graph describes nothing that Tenure describes.

    Such a statement goes into the users' default graph, where nothing is computed from it.
    """
    subject = quad.subject
    ours = (names.base, TN_PREFIX, TNV_PREFIX)
    return quad.graph_name == DEFAULT and not (
        isinstance(subject, NamedNode) and subject.value.startswith(ours)
    )


def _in(graph: NamedNode | DefaultGraph, quad: Quad) -> Quad:
    return Quad(quad.subject, quad.predicate, quad.object, graph)


def _of_graph(kb: KnowledgeBase, change: GraphChange) -> tuple[list[Quad], list[Quad]]:
    graph = graph_named(change.graph)
    asked = [Quad(one.subject, one.predicate, one.object, graph) for one in change.triples]
    if change.verb == "post":
        return [], asked
    return list(kb.store.quads(graph)), ([] if change.verb == "delete" else asked)


def _settled(kb: KnowledgeBase, removed: Iterable[Quad], added: Iterable[Quad]) -> Delta:
    """What differs from the store, with the graphs of descriptions taken for the default one."""
    removed, added = list(removed), list(added)
    for graph in {one.graph_name for one in (*removed, *added)}:
        if isinstance(graph, NamedNode) and is_beside(graph.value, kb.names):
            raise NotWritable(
                "This graph is kept beside another one, with literals as they were written there.",
                where=graph.value,
                remedy="Write the graph that it belongs to, or choose another name.",
            )
    removed, added = with_forms(kb.store, kb.names, removed, added)
    parts = [kb.names.graph(part) for part in ("provenance", "entities")]

    def is_stored(quad: Quad) -> bool:
        places = (_in(part, quad) for part in parts) if quad.graph_name == DEFAULT else (quad,)
        return any(map(kb.store.holds, places))

    gone, come = (
        {_in(DEFAULT, one) if one.graph_name in parts else one for one in some}
        for some in (removed, added)
    )
    claims = {
        str(getattr(one.subject, "value", ""))
        for one in come
        if one.object == _CLAIM and one.graph_name == DEFAULT
    }
    return Delta(
        frozenset(one for one in gone - come if is_stored(one)),
        frozenset(one for one in come if not is_stored(one)),
        spent=tuple(
            iri
            for iri in sorted(claims & kb.claims.keys())
            if kb.claims[iri].retracted_at is not None
        ),
    )
