"""Which statement of a document a finding is about, and so where in the text it points.

A rule tells what is wrong of a node. Its message names the values and the properties at fault, and
those of the node's statements that are named are what to look at; the best one is what the line
and the column of the finding are of. Where none is named, something is missing, and the place is
that of the node itself.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Final, NamedTuple

from pyoxigraph import Literal, NamedNode, Quad

from tenure.store.positions import Place
from tenure.validate.reading import Document

_SHORT: Final = 4
"""A value of fewer characters than this may be named by chance."""


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
    best: tuple[tuple[int, int], Quad, bool] | None = None
    for quad in document.statements.get(focus, ()):
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
    place = document.positions.subject(focus, graph)
    if place is None and focus.startswith("_:"):
        place = place_of_blank(document, focus)
    return Located(int(place is not None), place)


def place_of(document: Document, quad: Quad, *, at_predicate: bool = False) -> Place | None:
    """Where a statement of the document stands: its object, or its predicate."""
    value = quad.object
    return document.positions.statement(
        _name(quad.subject),
        quad.predicate.value,
        value.value if isinstance(value, NamedNode | Literal) else None,
        _name(quad.graph_name),
        at_predicate=at_predicate,
    )


def place_of_blank(document: Document, focus: str) -> Place | None:
    """Where a node without a name stands: at something that it alone says, or that names it."""
    for quad in document.statements.get(focus, ()):
        place = place_of(document, quad)
        if place is not None:
            return place
    for quad in document.quads:
        if str(quad.object) == focus:
            return place_of(document, quad)
    return None


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
