"""What a store keeps otherwise than it was written is judged as it was written."""

from __future__ import annotations

import re
from itertools import product
from pathlib import Path

import pytest
from hypothesis import given, settings
from pyoxigraph import Quad, RdfFormat, Store, Triple, parse
from pyshacl.errors import ReportableRuntimeError
from rdflib.namespace import SH
from rdflib.term import URIRef
from tests.amount import cases
from tests.validate.random_shapes import DATA, EX, LITERALS, NODES, PREFIXES

from tenure.errors import BadRdf
from tenure.validate import UserShapes
from tenure.validate.core_shapes import CoreShapes
from tenure.validate.lexical import LexicalForms
from tenure.validate.lexical_graph import LexicalDataGraph, literal, term
from tenure.validate.pyshacl_runner import plain_graph
from tenure.validate.shapes import Shapes
from tenure.validate.xsd_values import quiet_literals

SHAPE = "ex:S a sh:NodeShape ; sh:targetSubjectsOf ex:p ; sh:property [ sh:path ex:p ; {} ] ."
BY_QUERY = (
    "ex:S a sh:NodeShape ; sh:targetSubjectsOf ex:p ;"
    ' sh:sparql [ sh:message "No." ; sh:select "SELECT $this WHERE {{ {} }}" ] .'
)
HOUSE = """ex:S a sh:NodeShape ; {} ; sh:sparql ex:Rule .
ex:Rule {} sh:message "No." .
ex:Rule sh:select "SELECT $this WHERE {{ {} }}" .
"""


def read(turtle: str) -> list[Quad]:
    return list(parse(PREFIXES + turtle, format=RdfFormat.TURTLE))


def judged(shapes: str, quads: list[Quad]) -> int:
    store = Store()
    store.extend(quads)
    return len(list(CoreShapes(read(shapes)).verdicts(store, LexicalForms(quads))))


def found(folder: Path, shapes: str, data: str) -> int:
    file = folder / "own.ttl"
    file.write_text(PREFIXES + shapes, encoding="utf-8")
    report = UserShapes([file]).report(read(data))
    return sum(1 for _ in report.objects(None, SH.result))


@pytest.mark.parametrize(
    ("constraint", "values", "results"),
    [
        ("sh:datatype xsd:integer", '"7"^^xsd:byte', 1),
        ("sh:datatype xsd:byte", '"7"^^xsd:byte', 0),
        ("sh:datatype xsd:integer", '"-5"^^xsd:nonNegativeInteger', 1),
        ("sh:datatype xsd:dateTime", '"2020-01-01T00:00:00Z"^^xsd:dateTimeStamp', 1),
        ("sh:maxLength 1", "1.0", 1),
        ('sh:pattern "^1.50$"', "1.50", 0),
        ("sh:maxCount 1", '1 , "1"^^xsd:int', 1),
        ('sh:in ( "a" )', '"a"', 0),
        ('sh:in ( "a"^^xsd:string )', '"a"', 0),
        ('sh:hasValue "a"', '"a"', 0),
        ('sh:not [ sh:in ( "a" ) ]', '"a"', 1),
        ("sh:hasValue 1.0", '"1.0"^^xsd:decimal', 0),
    ],
)
def test_a_value_is_judged_as_it_was_written(
    constraint: str, values: str, results: int, tmp_path: Path
) -> None:
    data = f"ex:a ex:p {values} ."
    assert judged(SHAPE.format(constraint), read(data)) == results
    assert found(tmp_path, SHAPE.format(constraint), data) == results


@pytest.mark.parametrize(
    ("where", "results"),
    [
        ("FILTER bound($this)", 1),
        ("{ FILTER bound($this) }", 1),
        ("FILTER NOT EXISTS { $this a ex:C }", 1),
        ("{ SELECT $this WHERE { $this ?any ?value . FILTER bound($this) } }", 1),
        ("BIND ($this AS ?that) FILTER bound(?that)", 1),
        ("FILTER ($this = ex:b)", 0),
        ("{ $this a ex:C } UNION { FILTER ($this = ex:a) }", 1),
    ],
)
def test_a_query_is_asked_with_its_node_in_place(where: str, results: int, tmp_path: Path) -> None:
    where = re.sub(r"ex:(\w+)", rf"<{EX}\1>", where)
    assert found(tmp_path, BY_QUERY.format(where), "ex:a ex:p 1 .") == results


DECLARED = """<http://example.org/all>
    sh:declare [ sh:prefix "x" ; sh:namespace "http://example.org/" ] .
ex:own <http://www.w3.org/2002/07/owl#imports> <http://example.org/all> .
ex:S a sh:NodeShape ; sh:targetSubjectsOf ex:p ; sh:sparql [ sh:message "No." ;
    sh:prefixes ex:own ; sh:select "SELECT $this WHERE { $this x:p 1 }" ] .
"""


def test_a_query_that_asks_a_graph_is_refused(tmp_path: Path) -> None:
    with pytest.raises(BadRdf, match="asks a graph by its name"):
        found(
            tmp_path, BY_QUERY.format("$this ?x 1 GRAPH ?claim {{ $this ?x 1 }}"), "ex:a ex:p 1 ."
        )


def test_prefixes_come_by_import(tmp_path: Path) -> None:
    assert found(tmp_path, DECLARED, "ex:a ex:p 1 . ex:b ex:p 2 .") == 1


@pytest.mark.parametrize(
    ("query", "message"),
    [
        ("SELECT $this WHERE { $this nowhere:p 1 }", "nowhere"),
        ("SELECT ?x WHERE { $this ?x 1 }", "does not select \\$this"),
        ("SELEKT", "cannot be read"),
    ],
)
def test_a_query_that_finds_nothing_is_an_error(query: str, message: str, tmp_path: Path) -> None:
    shapes = BY_QUERY.replace("SELECT $this WHERE {{ {} }}", query)
    with pytest.raises(BadRdf, match=message):
        found(tmp_path, shapes, "ex:a ex:p 1 .")


def test_a_class_that_is_a_shape_is_its_own_target(tmp_path: Path) -> None:
    shapes = "ex:C a sh:NodeShape , rdfs:Class ; sh:nodeKind sh:Literal ."
    assert found(tmp_path, shapes, "ex:a a ex:C .") == 1


@settings(max_examples=cases(30))
@given(DATA)
def test_every_pattern_finds_what_a_plain_graph_has(quads: list[Quad]) -> None:
    store = Store()
    store.extend(quads)
    data, graph = LexicalDataGraph(store, LexicalForms(quads)), plain_graph(quads)
    with quiet_literals():
        values = [None, *(literal(one) for one in LITERALS), *map(term, NODES)]
    for value, subject in product(values, [None, *map(term, NODES[:3])]):
        for predicate in (None, URIRef(f"{EX}p"), URIRef(f"{EX}q")):
            pattern = (subject, predicate, value)
            found = list(data.triples(pattern))
            assert len(found) == len(set(found))
            assert set(found) == set(graph.triples(pattern))
            assert (pattern in data) == (pattern in graph)


def test_a_query_is_never_left_to_the_store() -> None:
    with pytest.raises(ReportableRuntimeError):
        LexicalDataGraph(Store()).query("ASK { ?s ?p ?o }")


def test_statements_about_statements_are_left_out() -> None:
    told = Triple(NODES[0], NODES[1], NODES[2])
    assert (
        len(plain_graph([Quad(NODES[0], NODES[1], told), Quad(NODES[0], NODES[1], NODES[2])])) == 1
    )


@pytest.mark.parametrize(
    ("shapes", "message"),
    [
        (HOUSE.format("sh:targetClass ex:C", "", "$this $PATH ?x"), "all nodes at once"),
        (HOUSE.format("sh:targetClass ex:C ; sh:path ex:p", "", "$this ?y ?x"), "at once"),
        (HOUSE.format("sh:targetClass ex:C ; sh:targetNode ex:a", "", "$this ?y ?x"), "at once"),
        (HOUSE.format("sh:targetClass ex:C ; sh:deactivated true", "", "$this ?y ?x"), "at once"),
        (HOUSE.format("sh:targetNode ex:a", "", "$this ?y ?x"), "no target class"),
        (HOUSE.format("sh:targetClass ex:C", "", "?x ?y $this"), "does not begin"),
        (
            HOUSE.format("sh:targetClass ex:C", 'sh:name "No message." . #', "$this ?y ?x"),
            "would not be asked",
        ),
        (
            HOUSE.format("sh:targetClass ex:C", "", "$this ?y ?x")
            + "ex:V sh:ask 'ASK { $this ?y ?x }' .",
            "would not be asked",
        ),
    ],
)
def test_the_house_has_no_query_that_would_mean_something_else(
    shapes: str, message: str, tmp_path: Path
) -> None:
    file = tmp_path / "house.ttl"
    file.write_text(PREFIXES + shapes, encoding="utf-8")
    with pytest.raises(BadRdf, match=message):
        Shapes([file])
