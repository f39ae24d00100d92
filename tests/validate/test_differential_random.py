"""Random shapes on random data: the ways by which facts are validated here, and pySHACL alone."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

import pyshacl
import pytest
from hypothesis import HealthCheck, given, settings
from pyoxigraph import Quad, RdfFormat, Store, parse
from pyshacl.errors import ReportableRuntimeError
from rdflib import Graph, Literal
from tests.amount import cases
from tests.validate.random_shapes import DATA, PREFIXES, compiled_graphs, shapes_graphs
from tests.validate.shacl_suite import Row, row, rows, without_path

from tenure.errors import TenureError
from tenure.validate import UserShapes
from tenure.validate.core_shapes import CoreShapes
from tenure.validate.lexical import LexicalForms
from tenure.validate.lexical_graph import plain_string
from tenure.validate.pyshacl_runner import plain_graph
from tenure.validate.xsd_values import quiet_literals

ODD_DATA = list(
    parse(
        PREFIXES + "ex:a ex:p ex:b , 1 , 'a'@en , 'b'@en . ex:b ex:p ex:a .",
        format=RdfFormat.TURTLE,
    )
)
ERRORS = (
    ArithmeticError,
    AssertionError,
    ReportableRuntimeError,
    RuntimeError,
    TypeError,
    ValueError,
    re.error,
)


def _plain_strings(graph: Graph) -> Graph:
    """The same triples; a literal of type xsd:string is the plain one, as RDF 1.1 has it.

    To rdflib the two differ (RDF 1.1 Concepts, section 3.3). Literals compare as those of facts.
    """
    plain = Graph()
    for subject, predicate, value in graph:
        plain.add(
            (subject, predicate, plain_string(value) if isinstance(value, Literal) else value)
        )
    for prefix, namespace in graph.namespaces():
        plain.bind(prefix, namespace)
    return plain


def _alone(quads: Sequence[Quad], shapes: Graph) -> Counter[Row] | None:
    """What pySHACL finds in a plain graph of rdflib's; None where it gives up."""
    with quiet_literals():
        data, shapes = plain_graph(quads), _plain_strings(shapes)
        try:
            _, report, _ = pyshacl.validate(data, shacl_graph=shapes, inference="none")
        except ERRORS:
            return None
    return rows(report) if isinstance(report, Graph) else None


def _judged(quads: Sequence[Quad], text: str) -> Counter[Row] | None:
    store = Store()
    store.extend(quads)
    try:
        return Counter(
            row(one.focus, one.shape, one.component, one.severity, one.value)
            for one in _compiled(text).verdicts(store, LexicalForms(quads))
        )
    except TenureError:
        return None


def _compiled(text: str) -> CoreShapes:
    return CoreShapes(parse(text, format=RdfFormat.TURTLE))


def _read(text: str) -> Graph:
    with quiet_literals():
        return Graph().parse(data=text, format="turtle")


@settings(max_examples=cases(50))
@given(shapes_graphs(), DATA)
def test_core_shapes(text: str, quads: list[Quad]) -> None:
    alone = _alone(quads, _read(text))
    assert _judged(quads, text) == (without_path(alone) if alone is not None else None)


@settings(max_examples=cases(60))
@given(compiled_graphs(), DATA)
def test_shapes_that_are_compiled(text: str, quads: list[Quad]) -> None:
    assert _compiled(text).not_compiled == []
    alone = _alone(quads, _read(text))
    assert alone is not None
    assert _judged(quads, text) == without_path(alone)


@settings(max_examples=cases(8), suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(shapes_graphs(), DATA)
def test_shapes_of_ones_own(tmp_path: Path, text: str, quads: list[Quad]) -> None:
    file = tmp_path / "own.ttl"
    file.write_text(text, encoding="utf-8")
    alone = _alone(quads, _read(text))
    own = UserShapes([file])
    try:
        found: Counter[Row] | None = rows(own.report(quads))
    except TenureError:
        found = None
    assert found == alone


# Each is wrong, or nearly; what pySHACL makes of it has to come out.
ODD = (
    "sh:minCount -1", "sh:minCount 'x'", "sh:minCount '1'", "sh:minCount 1.5", "sh:minCount 1 , 9",
    "sh:maxCount -1", "sh:maxCount '0'^^xsd:int", "sh:maxCount true", "sh:in ex:a", "sh:in ()",
    "sh:uniqueLang 'x'", "sh:uniqueLang 'true'", "sh:uniqueLang 1", "sh:uniqueLang true , false",
    "sh:datatype 'a'", "sh:datatype ex:a , ex:b", "sh:nodeKind ex:Foo", "sh:nodeKind 'IRI'",
    "sh:class 'a'", "sh:pattern '['", "sh:pattern 1", "sh:pattern 'a' ; sh:flags 'q'",
    "sh:languageIn 'en'", "sh:minLength 1 , 9", "sh:minLength 'a'", "sh:minLength -1", "sh:or ex:a",
    "sh:equals 'a'", "sh:lessThan 'a'", "sh:minInclusive ex:a", "sh:minInclusive 1 , 9",
    "sh:node 'a'", "sh:node ex:Nowhere", "sh:path ex:q", "sh:severity 'x'", "sh:unknown 5",
    "sh:maxCount 0 ; sh:severity ex:Own", "sh:maxCount 0 ; sh:message 5", "sh:node ex:Odd",
    "sh:not ex:Odd", "sh:maxCount 0 ; sh:deactivated 'true'", "sh:hasValue ex:z , ex:b",
    "sh:maxCount 0 ; sh:targetNode ex:z", "sh:nodeKind sh:IRI , sh:Literal",
)  # fmt: skip


@pytest.mark.filterwarnings("ignore::pyshacl.errors.ShapeRecursionWarning")
@pytest.mark.parametrize("constraint", ODD)
def test_shapes_that_are_odd(constraint: str) -> None:
    text = (
        f"{PREFIXES} ex:Odd a sh:NodeShape ; sh:targetSubjectsOf ex:p ;"
        f" sh:property [ sh:path ex:p ; {constraint} ] ."
    )
    alone = _alone(ODD_DATA, _read(text))
    assert _judged(ODD_DATA, text) == (without_path(alone) if alone is not None else None)
