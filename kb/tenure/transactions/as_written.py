"""Literals of users' graphs as they were written, beside the graphs.

The engine keeps numbers, dates and durations by their value: ``"01"`` becomes 1, and ``P1Y14M``
becomes ``P2Y2M``. To RDF these are other literals (RDF 1.1 Concepts, section 3.3), and the Graph
Store Protocol gives back what was put. So where a form changes, it is kept in a graph beside, under
a datatype that the engine does not know, and the graph store puts it in the place of the value.
Queries and updates work with the values.
"""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Iterable, Iterator
from typing import Final
from urllib.parse import quote, unquote

import pyoxigraph
from pyoxigraph import Literal, NamedNode, Quad

from tenure.store import Store
from tenure.terms import Names
from tenure.transactions.update import AS_WRITTEN, is_beside, is_ordinary
from tenure.validate.exact import may_change

_DATATYPE: Final = "https://w3id.org/tenure/as-written#"
_Key = tuple[object, object, object]


def graph_beside(graph: NamedNode, names: Names) -> NamedNode:
    """The graph that has the forms of the literals of another."""
    digest = hashlib.sha256(graph.value.encode()).hexdigest()[:32]
    return NamedNode(f"{names.graph_store_prefix}{AS_WRITTEN}{digest}")


def with_forms(
    store: Store, names: Names, removed: Iterable[Quad], added: Iterable[Quad]
) -> tuple[list[Quad], list[Quad]]:
    """What is to be taken away and added, values for literals, with what is so kept beside."""
    gone, come = list(removed), list(added)
    for graph in {one.graph_name for one in gone}:
        if isinstance(graph, NamedNode) and _has_forms(graph, names):
            keys = {_key(one) for one in gone if one.graph_name == graph}
            gone += [one for key, one, _ in _beside(store, names, graph) if key in keys]
    values = _values(come, names)
    forms: dict[tuple[object, _Key], set[Quad]] = defaultdict(set)
    for written, value in zip(come, values, strict=True):
        if isinstance(written.graph_name, NamedNode) and _has_forms(written.graph_name, names):
            forms[written.graph_name, _key(value)].add(written)
    kept = [
        _disguised(one, graph_beside(graph, names))
        for (graph, key), several in forms.items()
        if isinstance(graph, NamedNode) and any(_key(one) != key for one in several)
        for one in several
    ]
    return gone, [*values, *kept]


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
    return is_ordinary(graph.value, names) and not is_beside(graph.value, names)


def _key(quad: Quad) -> _Key:
    return quad.subject, quad.predicate, quad.object


def _values(quads: list[Quad], names: Names) -> list[Quad]:
    """The statements as the engine keeps them, for what lies in users' graphs."""
    changing = {
        one.object: None
        for one in quads
        if isinstance(one.object, Literal)
        and isinstance(one.graph_name, NamedNode)
        and _has_forms(one.graph_name, names)
        and may_change(one.object)
    }
    if not changing:
        return quads
    kept = _kept(changing)
    return [
        Quad(one.subject, one.predicate, kept[one.object], one.graph_name)
        if isinstance(one.object, Literal)
        and one.object in kept
        and isinstance(one.graph_name, NamedNode)
        and _has_forms(one.graph_name, names)
        else one
        for one in quads
    ]


def _kept(literals: Iterable[Literal]) -> dict[Literal, Literal]:
    """Each literal as the engine keeps it."""
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
