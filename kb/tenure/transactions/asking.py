"""What a change asks to be taken away and added, before anything is judged."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

from pyoxigraph import DefaultGraph, NamedNode, Quad

from tenure.claims import Change
from tenure.errors import NothingTakenIn, NotWritable
from tenure.knowledge import KnowledgeBase
from tenure.store import read_text
from tenure.terms import TN_PREFIX, TNV_PREFIX, Names
from tenure.transactions.as_written import with_forms
from tenure.transactions.model import BodyChange, ChangeRequest, GraphChange
from tenure.transactions.update import ask_update, graph_named, is_beside

DEFAULT = DefaultGraph()


@dataclass(frozen=True, slots=True)
class Asked:
    """Statements to be taken away and to be added, and claims to be retracted (IRIs).

    Descriptions and the registry are in the default graph, wherever the store keeps them.
    ``removed`` holds only what is stored, ``added`` only what is not.
    """

    removed: frozenset[Quad] = frozenset()
    added: frozenset[Quad] = frozenset()
    retracted: tuple[str, ...] = ()


def ask(kb: KnowledgeBase, change: ChangeRequest) -> Asked:
    """What the change asks for, over the store as it is now.

    Raises:
        BadInput: a body that does not parse, or a graph whose name is no IRI.
        NothingTakenIn: a document without a statement, or none to be added to a graph.
        NotWritable: a graph that is kept beside another one.
        BadQuery: an update that does not parse.
        Refused: what would have to be fetched.
    """
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
    gone, come = ask_update(kb, change)
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


def _in(graph: NamedNode, quad: Quad) -> Quad:
    return Quad(quad.subject, quad.predicate, quad.object, graph)


def _of_graph(kb: KnowledgeBase, change: GraphChange) -> tuple[list[Quad], list[Quad]]:
    graph = graph_named(change.graph)
    asked = [Quad(one.subject, one.predicate, one.object, graph) for one in change.triples]
    if change.verb == "post":
        return [], asked
    return list(kb.store.quads(graph)), ([] if change.verb == "delete" else asked)


def _settled(kb: KnowledgeBase, removed: Iterable[Quad], added: Iterable[Quad]) -> Asked:
    """What differs from the store, with the graphs of descriptions taken for the default one."""
    removed, added = list(removed), list(added)
    for one in (*removed, *added):
        if isinstance(one.graph_name, NamedNode) and is_beside(one.graph_name.value, kb.names):
            raise NotWritable(
                "This graph is kept beside another one, with literals as they were written there.",
                where=one.graph_name.value,
                remedy="Write the graph that it belongs to, or choose another name.",
            )
    removed, added = with_forms(kb.store, kb.names, removed, added)
    gone = {_described(one, kb.names) for one in removed}
    come = {_described(one, kb.names) for one in added}
    here = stored(kb, (*gone, *come))
    return Asked(frozenset((gone - come) & here), frozenset(come - here))


def stored(kb: KnowledgeBase, quads: Iterable[Quad]) -> set[Quad]:
    """Those of the statements that the store holds."""
    about: dict[tuple[NamedNode | None, NamedNode | None], set[Quad]] = {}
    found: set[Quad] = set()
    for quad in quads:
        graph = quad.graph_name if isinstance(quad.graph_name, NamedNode) else None
        subject = quad.subject if isinstance(quad.subject, NamedNode) else None
        if (graph, subject) not in about:
            about[graph, subject] = set(_around(kb, graph, subject))
        if quad in about[graph, subject]:
            found.add(quad)
    return found


def _around(
    kb: KnowledgeBase, graph: NamedNode | None, subject: NamedNode | None
) -> Iterator[Quad]:
    if graph is not None:
        yield from kb.store.quads(graph, subject=subject)
    elif subject is not None:  # no blank node describes anything
        for part in ("provenance", "entities"):
            for quad in kb.store.quads(kb.names.graph(part), subject=subject):
                yield _described(quad, kb.names)


def _described(quad: Quad, names: Names) -> Quad:
    if quad.graph_name in (names.graph("provenance"), names.graph("entities")):
        return Quad(quad.subject, quad.predicate, quad.object, DEFAULT)
    return quad
