"""The graphs of users: which those are, and how their blank nodes and literals are kept.

The engine keeps numbers, dates and durations by their value: ``"01"`` becomes 1, and ``P1Y14M``
becomes ``P2Y2M``. To RDF these are other literals (RDF 1.1 Concepts, section 3.3), and the Graph
Store Protocol gives back what was put. So where a form changes, it is kept in a graph beside, under
a datatype that the engine does not know, and the graph store puts it in the place of the value.
Queries and updates work with the values.
"""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Final
from urllib.parse import quote, unquote

import pyoxigraph
from pyoxigraph import BlankNode, Literal, NamedNode, Quad

from tenure.errors import BadParameter
from tenure.namespaces import TN_PREFIX, TNV_PREFIX, Names
from tenure.store import Store
from tenure.validate.documents import may_change

_AS_WRITTEN: Final = "as-written/"
"""What the names of graphs go on with, after that of the graph store, that have literals' forms."""
_DATATYPE: Final = "https://w3id.org/tenure/as-written#"
_Key = tuple[object, object, object]


def is_writable(iri: str, names: Names) -> bool:
    """Whether a graph of that name could be written: a claim's, or one of users."""
    if iri.startswith(names.claim_prefix):
        return True
    return is_user_graph(iri, names) and not is_beside(iri, names)


def is_beside(iri: str, names: Names) -> bool:
    """Whether a graph is one that is kept beside a users' graph, with literals as written there.

    It follows from what is written to that graph, so nobody writes it by its name.
    """
    return iri.startswith(f"{names.graph_store_prefix}{_AS_WRITTEN}")


def is_user_graph(iri: str, names: Names) -> bool:
    """Whether users write a graph at will: their default graph, and those of their own names.

    Their own names lie outside all that Tenure names, or in the graph store's own part.
    """
    if iri.startswith(names.graph_store_prefix) or iri == names.default_graph.value:
        return True
    return not iri.startswith((names.base, TN_PREFIX, TNV_PREFIX))


def graph_named(
    iri: str,
    *,
    where: str = "graph",
    remedy: str = "Name the graph by an IRI, such as https://example.org/notes.",
) -> NamedNode:
    """The name of a graph. Raises :class:`~tenure.errors.BadParameter` where it is no IRI."""
    try:
        return NamedNode(iri)
    except ValueError as error:
        raise BadParameter(
            f"{iri[:200]!r} is no absolute IRI.", where=where, remedy=remedy
        ) from error


# ---------------------------------------------------------------------- literals


def graph_beside(graph: NamedNode, names: Names) -> NamedNode:
    """The graph that has the forms of the literals of another."""
    digest = hashlib.sha256(graph.value.encode()).hexdigest()[:32]
    return NamedNode(f"{names.graph_store_prefix}{_AS_WRITTEN}{digest}")


def with_forms(
    store: Store, names: Names, removed: Iterable[Quad], added: Iterable[Quad]
) -> tuple[list[Quad], list[Quad]]:
    """What is to be taken away and added, values for literals, with what is so kept beside."""
    gone, come = list(removed), list(added)
    graphs = {
        graph
        for graph in {one.graph_name for one in (*gone, *come)}
        if isinstance(graph, NamedNode) and _has_forms(graph, names)
    }
    for graph in graphs:
        if beside := list(_beside(store, names, graph)):
            keys = {_key(one) for one in gone if one.graph_name == graph}
            gone += [one for key, one, _ in beside if key in keys]
    changing = {
        one.object: None
        for one in come
        if isinstance(one.object, Literal) and one.graph_name in graphs and may_change(one.object)
    }
    kept = {one: value for one, value in _kept(changing).items() if one != value}
    if not kept:
        return gone, come
    forms: dict[tuple[NamedNode, _Key], set[Quad]] = defaultdict(set)
    values: list[Quad] = []
    for quad in come:
        node = quad.graph_name
        place = node if isinstance(node, NamedNode) and node in graphs else None
        kept_as = kept.get(quad.object) if isinstance(quad.object, Literal) else None
        if kept_as is not None and place is not None:
            values.append(Quad(quad.subject, quad.predicate, kept_as, place))
        else:
            values.append(quad)
        if place is not None:
            forms[place, _key(values[-1])].add(quad)
    beside_them = [
        _disguised(one, graph_beside(graph, names))
        for (graph, key), several in forms.items()
        if any(_key(one) != key for one in several)
        for one in several
    ]
    return gone, [*values, *beside_them]


def as_written(
    store: Store, names: Names, graph: NamedNode, quads: Iterable[Quad]
) -> Iterator[Quad]:
    """The statements of a graph with its literals as they were written."""
    forms: dict[_Key, list[Quad]] = defaultdict(list)
    if _has_forms(graph, names):
        for key, _, written in _beside(store, names, graph):
            forms[key].append(written)
    for quad in quads:
        if forms and (found := forms.get(_key(quad))):
            yield from found
        else:
            yield quad


def _beside(store: Store, names: Names, graph: NamedNode) -> Iterator[tuple[_Key, Quad, Quad]]:
    """What a graph has beside it: the statement it is about, as it is kept, and as written."""
    kept = list(store.quads(graph_beside(graph, names)))
    written = [_undisguised(one, graph) for one in kept]
    values = _kept({one.object for one in written if isinstance(one.object, Literal)})
    for one, form in zip(kept, written, strict=True):
        if isinstance(form.object, Literal):
            yield (form.subject, form.predicate, values[form.object]), one, form


def _has_forms(graph: NamedNode, names: Names) -> bool:
    return is_user_graph(graph.value, names) and not is_beside(graph.value, names)


def _key(quad: Quad) -> _Key:
    return quad.subject, quad.predicate, quad.object


def _kept(literals: Collection[Literal]) -> dict[Literal, Literal]:
    """Each literal as the engine keeps it."""
    if not literals:
        return {}
    scratch = pyoxigraph.Store()
    named = {NamedNode(f"urn:x:{number}"): one for number, one in enumerate(literals)}
    scratch.bulk_extend(Quad(node, node, one) for node, one in named.items())
    return {
        named[quad.subject]: quad.object
        for quad in scratch
        if isinstance(quad.subject, NamedNode) and isinstance(quad.object, Literal)
    }


def _disguised(quad: Quad, beside: NamedNode) -> Quad:
    assert isinstance(quad.object, Literal)
    datatype = NamedNode(_DATATYPE + quote(quad.object.datatype.value, safe=""))
    return Quad(quad.subject, quad.predicate, Literal(quad.object.value, datatype=datatype), beside)


def _undisguised(quad: Quad, graph: NamedNode) -> Quad:
    assert isinstance(quad.object, Literal)
    datatype = NamedNode(unquote(quad.object.datatype.value.removeprefix(_DATATYPE)))
    return Quad(quad.subject, quad.predicate, Literal(quad.object.value, datatype=datatype), graph)


# ---------------------------------------------------------------------- blank nodes


@dataclass(frozen=True, slots=True)
class GraphEdit:
    """What is taken out of a users' graph and put into it; whether anything stays in it."""

    removed: frozenset[Quad]
    added: frozenset[Quad]
    keeps_some: bool


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
        if iri in anew or (edit and not edit.keeps_some):
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
    anew = {iri for iri, edit in edits.items() if edit.keeps_some and _blanks(edit.removed)}
    added = set() if all_new else _blanks(q for edit in edits.values() for q in edit.added)
    if not anew and not added:
        return anew
    held = {
        graph.value: found
        for graph in store.graphs()
        if is_user_graph(graph.value, names) and (found := _blanks(store.quads(graph)))
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
