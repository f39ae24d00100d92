"""Which statement of a document a finding is about, and so where in the text it points.

A rule tells what is wrong of a node. Its message names the values and the properties at fault, and
those of the node's statements that are named are what to look at; the best one is what the line
and the column of the finding are of. Where none is named, something is missing, and the place is
that of the node itself.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import Final, NamedTuple

from pyoxigraph import BlankNode, Literal, NamedNode, Quad

from tenure.store.formats import N_QUADS, N_TRIPLES
from tenure.store.source_map import Place
from tenure.validate.documents import Document, text_of
from tenure.validate.finding import Result, properties

_SHORT: Final = 4
"""A value of fewer characters than this may be named by chance."""


_MOST_COMPARED: Final = 200
"""Statements of one node among which the one at fault is looked for."""

_SURE: Final = 1_000
"""How well a document fits that makes the very statement."""


class Located(NamedTuple):
    """The place of a finding in a document, and the property of the statement that stands there."""

    fit: int
    """How well the document fits the finding; 0 where it says nothing of it."""
    place: Place | None
    predicate: str = ""


def best_place(
    document: Document,
    focus: str,
    graph: str | None,
    what: str,
    remedy: str,
    short: Callable[[str], str] = str,
    paths: frozenset[str] = frozenset(),
) -> Located:
    """Where in a document a finding is.

    ``what`` and ``remedy`` are the two parts of the message, with IRIs as ``short`` writes them.
    ``paths`` are the properties that the rule is about, which count for more than those that the
    remedy names.
    """
    if not document.has_lines:
        return Located(0, None)
    best: tuple[tuple[int, int], Quad, bool] | None = None
    for quad in document.statements.get(focus, ())[:_MOST_COMPARED]:
        score, at_predicate, named_at = _score(quad, what, remedy, short, paths)
        if score and graph is not None and _name(quad.graph_name) == graph:
            score += 1
        # Of several that are named, the one that is named first is at fault.
        rank = score, -named_at
        if score and (best is None or rank >= best[0]):
            best = rank, quad, at_predicate
    if best is not None:
        place = place_of(document, best[1], at_predicate=best[2])
        if place is not None:
            return Located(best[0][0] + 1, place, best[1].predicate.value)
    place = document.positions.subject(focus, graph) or place_of_graph(document, focus)
    if place is None and focus.startswith("_:"):
        place = place_of_node(document, BlankNode(focus[2:]))
    if place is None:
        place = _where_named(document, focus)
    return Located(int(place is not None), place)


def _where_named(document: Document, focus: str) -> Place | None:
    """Where what nobody describes is the value of something."""
    if focus in document.objects:
        for quad in document.quads:
            if text_of(quad.object) == focus:
                return place_of(document, quad)
    return None


def at_result(
    document: Document, focus: str, graph: str | None, result: Result | None, quad: Quad | None
) -> Located | None:
    """Where the statement is that a result of SHACL names, or ``quad``; None for no such one."""
    if not document.has_lines:
        return None
    found = [quad] if quad is not None else list(_named_by(document, focus, result))
    if not found:
        return None
    one = next((one for one in found if _name(one.graph_name) == graph), found[0])
    place = place_of(document, one)
    return Located(_SURE, place, one.predicate.value) if place is not None else None


def _named_by(document: Document, focus: str, result: Result | None) -> Iterator[Quad]:
    if result is None or result.value is None or result.path is None:
        return
    path, value = result.path, result.value
    if isinstance(path, str):
        paths: frozenset[str] = frozenset((path,))
    elif path[0] == "inversePath":
        for quad in document.statements.get(text_of(value), ()):
            if quad.predicate.value == path[1][0] and text_of(quad.object) == focus:
                yield quad
        return
    elif path[0] == "alternativePath":
        paths = frozenset(properties(path))
    else:
        return
    for quad in document.statements.get(focus, ()):
        if quad.predicate.value in paths and quad.object == value:
            yield quad


def place_of(document: Document, quad: Quad, *, at_predicate: bool = False) -> Place | None:
    """Where a statement of the document stands: its object, or its predicate."""
    if not _is_found_by_name(quad) or document.form not in (N_TRIPLES, N_QUADS):
        spot = document.spot(quad)
        if spot is not None:
            span = spot.predicate_span if at_predicate else spot.value_span
            return document.positions.place(span)
    value = quad.object
    return document.positions.statement(
        _name(quad.subject),
        quad.predicate.value,
        value.value if isinstance(value, NamedNode | Literal) else None,
        _name(quad.graph_name),
        at_predicate=at_predicate,
    )


def place_of_node(document: Document, node: BlankNode) -> Place | None:
    """Where a node without a name is: where it is described first, else where it is named."""
    named = None
    for quad in document.quads:
        if node in (quad.subject, quad.object):
            spot = document.spot(quad)
            if spot is not None and quad.subject == node:
                return document.positions.place(spot.subject_span)
            if spot is not None and named is None:
                named = document.positions.place(spot.value_span)
    return named


def place_of_graph(document: Document, graph: str) -> Place | None:
    """Where a graph begins; in N-Quads, where it is named first."""
    place = document.positions.subject(graph)
    if place is not None:
        return place
    for quad in document.quads:
        if _name(quad.graph_name) == graph:
            spot = document.spot(quad)
            if spot is not None and spot.graph_span is not None:
                return document.positions.place(spot.graph_span)
    return None


def _is_found_by_name(quad: Quad) -> bool:
    """Whether a search for its names finds it: then a long file need not be read as a whole."""
    return all(isinstance(one, NamedNode) for one in (quad.subject, quad.object))


def _score(
    quad: Quad, what: str, remedy: str, short: Callable[[str], str], paths: frozenset[str]
) -> tuple[int, bool, int]:
    """How plainly a message names the statement, whether by the predicate, and how far in it."""
    value, predicate = quad.object, short(quad.predicate.value)
    name = value.value if isinstance(value, NamedNode | Literal) else ""
    weight = 8 if isinstance(value, NamedNode) or len(name) >= _SHORT else 2
    name = short(name) if isinstance(value, NamedNode) else name
    of_value = bool(name) and _named(name, what)
    in_what = _named(predicate, what)
    of_path = quad.predicate.value in paths
    score = weight * of_value + (4 * (in_what or of_path) or 3 * _named(predicate, remedy))
    return score, in_what and not of_value and not of_path, what.find(name) if of_value else 0


def _named(name: str, text: str) -> bool:
    return name in text and bool(re.search(rf"(?<![\w/#:-]){re.escape(name)}(?![\w/#-])", text))


def _name(node: object) -> str | None:
    return node.value if isinstance(node, NamedNode) else None
