"""The shapes for other engines: one file, for one graph.

Everything that the gate asks of the union of graphs is SHACL that any engine runs, over the facts
together with the ontology. What asks a named graph in its query is left out, because a single graph
has none. Node shapes that say ``tns:askedOf tns:EachClaim`` stay: they are core SHACL, and are
right of a graph with one claim; of a graph with several, what two claims say differently of one
thing may break them.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from itertools import chain
from pathlib import Path
from typing import Final

from pyoxigraph import Literal, Quad

from tenure.model.ontology import SH, bundled_ontology
from tenure.namespaces import prefixes
from tenure.store import read_file
from tenure.validate.declared_terms import DeclaredTerms
from tenure.validate.finding import SHAPES
from tenure.validate.pyshacl_runner import plain_graph
from tenure.validate.validator import gate_shapes

_ASKS_A_GRAPH: Final = re.compile(r"\bGRAPH\b")
_HEAD: Final = """\
# The shapes of Tenure for one graph, to be run over facts together with the ontology.
# Those with tns:askedOf tns:EachClaim are about what one claim states.
"""


def portable_quads(shapes: Iterable[Quad]) -> list[Quad]:
    """The shapes without what asks a named graph."""
    quads = list(shapes)
    gone = {
        quad.subject
        for quad in quads
        if quad.predicate.value == SH + "select"
        and isinstance(quad.object, Literal)
        and _ASKS_A_GRAPH.search(quad.object.value)
    }
    return [one for one in quads if one.subject not in gone and one.object not in gone]


def portable_shapes(own: Sequence[Path] = ()) -> str:
    """The shapes as Turtle, with those that follow from a user's ``own`` ontology.

    Raises:
        BadInput: a file that cannot be read.
    """
    told = (quad for file in own for quad in read_file(file))
    declared = DeclaredTerms(chain(bundled_ontology(), told))
    graph = plain_graph(portable_quads(gate_shapes(declared).quads))
    for prefix, namespace in prefixes().items():
        graph.bind(prefix, namespace)
    graph.bind("sh", SH)
    graph.bind("tns", SHAPES)
    return _HEAD + graph.serialize(format="turtle")
