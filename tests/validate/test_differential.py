"""The fast way and pySHACL as it comes agree on every result: no false pass, no false alarm.

pySHACL reads a plain graph of rdflib's and sees every target. What ``sh:sparql`` asks set-wise is
compared with the same query asked of each node.
"""

from __future__ import annotations

import random
import re
from collections.abc import Iterator, Sequence
from functools import cache
from pathlib import Path
from typing import Any

import pyshacl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pyoxigraph import (
    BlankNode,
    DefaultGraph,
    Literal,
    NamedNode,
    Quad,
    RdfFormat,
    Store,
    Triple,
    parse,
)
from rdflib import Graph
from rdflib.namespace import RDF, SH, XSD
from rdflib.term import BNode, URIRef
from tests.amount import cases
from tests.gate import gate

from tenure.namespaces import BASE, RDF_TYPE, TN, local_name
from tenure.resources import data_dir
from tenure.validate.candidates import StoredClasses
from tenure.validate.core_shapes import CoreShapes, known_of
from tenure.validate.lexical import LexicalForms
from tenure.validate.pyshacl_runner import ShaclResult, plain_graph
from tenure.validate.shapes import Shapes
from tenure.validate.validator import house_style_shapes
from tenure.validate.xsd_values import quiet_literals

Row = tuple[str, str, str, str, str]
ROOT = Path(__file__).resolve().parents[2]
EXAMPLES = ROOT / "ontology" / "examples"
FACTS = ROOT / "kb" / "facts"
PARTS = 12
_XSD = str(XSD)
_THING = re.compile(re.escape(BASE) + r"(?:id/[^/]+|claim|source|revision)/[^/]+")


@cache
def _plain_gate() -> Graph:
    return plain_graph(gate().core)


@cache
def _ontology() -> tuple[Quad, ...]:
    files = sorted(data_dir("ontology").glob("*.ttl"))
    return tuple(
        quad
        for file in files
        for quad in parse(path=file, format=RdfFormat.TURTLE, rename_blank_nodes=True)
    )


def _read(*files: Path) -> list[Quad]:
    return [
        quad
        for file in files
        for quad in parse(path=file, rename_blank_nodes=True)
        if not isinstance(quad.object, Triple)
    ]


def _as_it_comes(quads: Sequence[Quad], shapes: Graph) -> list[Row]:
    with quiet_literals():
        _, report, _ = pyshacl.validate(plain_graph(quads), shacl_graph=shapes, inference="none")
        assert isinstance(report, Graph)
        parts: Any = (
            SH.focusNode,
            SH.sourceShape,
            SH.sourceConstraintComponent,
            SH.resultSeverity,
            SH.value,
        )
        told = [
            [report.value(one, part) for part in parts] for one in report.objects(None, SH.result)
        ]
        return sorted(_row(*one) for one in told)


def _fast(quads: Sequence[Quad], judge: CoreShapes) -> list[Row]:
    store = Store()
    store.extend(quads)
    found = list(judge.verdicts(store, LexicalForms(quads)))
    named = [one for one in found if isinstance(one.focus, URIRef)]
    if not judge.not_compiled:
        assert sorted(map(_told, _some_at_a_time(quads, judge))) == sorted(map(_told, named))
    return sorted(map(_told, found))


def _some_at_a_time(quads: Sequence[Quad], judge: CoreShapes) -> Iterator[ShaclResult]:
    """As a change is judged: some nodes, with what was found of others that are alike."""
    store = Store()
    store.extend(Quad(one.subject, one.predicate, one.object) for one in quads)
    classes, forms = StoredClasses(store), LexicalForms(quads)
    nodes = (one for quad in quads for one in (quad.subject, quad.object))
    for node in dict.fromkeys(one for one in nodes if isinstance(one, NamedNode)):
        about: dict[NamedNode | BlankNode, frozenset[object]] = {node: known_of(classes, node)}
        yield from judge.verdicts(store, forms, about, classes=classes, union=False)


def _told(one: ShaclResult) -> Row:
    return _row(one.focus, one.shape, one.component, one.severity, one.value)


def _row(focus: Any, shape: Any, component: Any, severity: Any, value: Any) -> Row:
    named = "" if isinstance(shape, BNode) else str(shape)
    return _written(focus), named, str(component), str(severity), _written(value)


def _written(term: Any) -> str:
    if isinstance(term, BNode):
        return "a blank node"
    kind = getattr(term, "language", None) or getattr(term, "datatype", None) or ""
    return f"{term!s} {kind}"


def _agree(quads: Sequence[Quad], shapes: Sequence[Quad] = ()) -> list[Row]:
    if not shapes:
        # Of the ontology, core constraints read no more than which class is below which.
        quads = [*quads, *(one for one in _ontology() if one.predicate == _SUBCLASS)]
        found = _fast(quads, gate().runner)
        assert found == _as_it_comes(quads, _plain_gate())
        return found
    found = _fast(quads, CoreShapes(shapes))
    assert found == _as_it_comes(quads, plain_graph(shapes))
    return found


# ---------------------------------------------------------------- the rules of the house


def test_every_shape_of_the_gate_is_compiled() -> None:
    assert gate().runner.not_compiled == []


@pytest.mark.parametrize("part", range(min(PARTS, cases(PARTS))))
def test_they_agree_on_every_example(part: int) -> None:
    """Some at once, each of a world of its own, for pySHACL reads the shapes anew each time.

    All parts are asked in a longer run only.
    """
    files = sorted([*EXAMPLES.glob("*.trig"), *EXAMPLES.glob("invalid/*.trig")])
    assert len(files) > 200
    quads: list[Quad] = []
    for number, file in enumerate(files[part::PARTS]):
        quads += _apart(_read(file, EXAMPLES / "entities.ttl"), f"-x{number}")
    assert _agree(quads)


def _apart(quads: Sequence[Quad], ending: str) -> Iterator[Quad]:
    """The same of things of other names, of the same kinds."""

    def named(term: Any) -> Any:
        found = _THING.match(term.value) if isinstance(term, NamedNode) else None
        return NamedNode(found[0] + ending + term.value[found.end() :]) if found else term

    for q in quads:
        yield Quad(named(q.subject), q.predicate, named(q.object), named(q.graph_name))


def test_they_agree_on_the_ontology_under_its_house_style() -> None:
    shapes = house_style_shapes()
    assert _fast(_ontology(), shapes.runner) == _as_it_comes(_ontology(), plain_graph(shapes.core))


_TEXTS = st.one_of(
    st.sampled_from(
        [
            "",
            " ",
            "1",
            "0",
            "-1",
            "01",
            "1.0",
            "abc",
            "true",
            "2020-01-01",
            "\x1c",
            "é",
            " 1 ",
            "300",
        ]
    ),
    st.sampled_from(["2026-11-23T12:00:00Z", "2026-02-30T12:00:00Z", "2026-11-23", "9" * 30]),
    st.sampled_from(["2026-11-23T12:00:00.0+00:00", "2026-11-23T24:00:00", "2026-11-23Z", "1e0"]),
    st.text(st.characters(codec="utf-8", exclude_characters="\r"), max_size=3),
)


def _is_a_number_or_no_decimal(literal: Literal) -> bool:
    """Of decimals such as NaN there is a test of its own."""
    decimal = literal.datatype.value == _XSD + "decimal"
    return not decimal or bool(re.fullmatch(r"[+-]?[0-9]+(\.[0-9]+)?", literal.value))


_LITERALS = st.one_of(
    st.builds(Literal, _TEXTS),
    st.builds(lambda text: Literal(text, language="en"), _TEXTS),
    st.builds(
        lambda text, name: Literal(text, datatype=NamedNode(_XSD + name)),
        _TEXTS,
        st.sampled_from(
            [
                *("integer", "boolean", "dateTime", "date", "string", "decimal", "anyURI"),
                # A store makes an xsd:integer or an xsd:dateTime of some of these.
                *("byte", "int", "nonNegativeInteger", "dateTimeStamp", "double", "token", "time"),
            ]
        ),
    ),
).filter(_is_a_number_or_no_decimal)


@cache
def _facts() -> tuple[Quad, ...]:
    return tuple(_read(FACTS / "rt-483298.trig", FACTS / "ina-6771.trig", FACTS / "entities.ttl"))


@settings(max_examples=cases(6))
@given(st.randoms(use_true_random=False), st.lists(_LITERALS, min_size=6, max_size=6))
def test_they_agree_on_facts_that_somebody_broke(
    dice: random.Random, literals: list[Literal]
) -> None:
    quads = [one for one in _facts() if dice.random() > 0.9 or "entities" not in str(one)]
    classes = [
        TN(name) for name in ("Claim", "Source", "Passage", "Quantity", "Office", "Distance")
    ]
    for literal in literals:
        at = dice.randrange(len(quads))
        one, other = quads[at], dice.choice(quads)
        quads[at] = dice.choice(
            [
                Quad(one.subject, one.predicate, literal, one.graph_name),
                Quad(one.subject, other.predicate, one.object, one.graph_name),
                Quad(one.subject, RDF_TYPE, dice.choice(classes), one.graph_name),
                Quad(other.subject, one.predicate, one.object, DefaultGraph()),
            ]
        )
        quads.append(Quad(one.subject, other.predicate, literal, other.graph_name))
    _agree(quads)


# ---------------------------------------------------------------- constraints one by one

_EX = "http://example.org/"
_PREFIXES = (
    f"@prefix sh: <{SH}> . @prefix xsd: <{XSD}> . @prefix rdf: <{RDF}> . @prefix ex: <{_EX}> .\n"
)
_CONSTRAINTS = (
    "sh:minCount 1", "sh:minCount 2", "sh:maxCount 0", "sh:maxCount 1", "sh:maxCount 2",
    "sh:datatype xsd:integer", "sh:datatype xsd:boolean", "sh:datatype xsd:dateTime",
    "sh:datatype xsd:date", "sh:datatype xsd:string", "sh:datatype rdf:langString",
    "sh:datatype xsd:decimal", "sh:datatype ex:own", "sh:minLength 1", "sh:maxLength 2",
    'sh:pattern "^[0-9a-f]{2}$"', 'sh:pattern "\\\\S"', 'sh:pattern "a" ; sh:flags "i"',
    'sh:pattern "\\\\d"', "sh:minInclusive 0", "sh:maxInclusive 1", "sh:minExclusive 0",
    "sh:maxExclusive 1", "sh:uniqueLang true", "sh:uniqueLang false", "sh:in ( ex:a ex:b )",
    "sh:in ( ex:a 1 )", "sh:nodeKind sh:IRI", "sh:nodeKind sh:Literal", "sh:nodeKind sh:BlankNode",
    "sh:hasValue ex:a", "sh:equals ex:q", "sh:disjoint ex:q", "sh:lessThan ex:q", "sh:class ex:C",
    "sh:node ex:Other", "sh:not ex:Other", "sh:deactivated true ; sh:minCount 3",
    "sh:severity sh:Warning ; sh:minCount 1",
)  # fmt: skip
_PATHS = (
    "ex:p", "[ sh:inversePath ex:p ]", "[ sh:alternativePath ( ex:p ex:q ) ]", "( ex:p ex:q )",
    "[ sh:zeroOrMorePath ex:p ]",
)  # fmt: skip
_TARGETS = (
    "sh:targetClass ex:C", "sh:targetClass ex:C , ex:D", "sh:targetSubjectsOf ex:p",
    "sh:targetSubjectsOf ex:p , ex:q", "sh:targetObjectsOf ex:p", "sh:targetNode ex:a",
    "a <http://www.w3.org/2000/01/rdf-schema#Class>",
)  # fmt: skip
_NODES = [NamedNode(_EX + name) for name in ("a", "b", "C", "D")]
_GRAPHS: list[NamedNode | DefaultGraph] = [DefaultGraph(), NamedNode(_EX + "g")]
_SUBCLASS = NamedNode("http://www.w3.org/2000/01/rdf-schema#subClassOf")
_QUADS = st.one_of(
    st.builds(
        Quad,
        st.sampled_from(_NODES),
        st.sampled_from([NamedNode(_EX + "p"), NamedNode(_EX + "q")]),
        st.one_of(_LITERALS, st.sampled_from(_NODES)),
        st.sampled_from(_GRAPHS),
    ),
    st.builds(
        Quad,
        st.sampled_from(_NODES[:2]),
        st.just(RDF_TYPE),
        st.sampled_from(_NODES[2:]),
        st.sampled_from(_GRAPHS),
    ),
    st.just(Quad(_NODES[3], _SUBCLASS, _NODES[2], DefaultGraph())),
)


def _shape(target: str, path: str, constraints: Sequence[str]) -> list[Quad]:
    text = (
        f"{_PREFIXES} ex:Shape a sh:NodeShape ; {target} ; sh:property ex:Part .\n"
        f"ex:Part a sh:PropertyShape ; sh:path {path} ; {' ; '.join(constraints)} .\n"
        "ex:Other a sh:NodeShape ; sh:nodeKind sh:IRI ."
    )
    return list(parse(text, format=RdfFormat.TURTLE))


@pytest.mark.parametrize("constraint", _CONSTRAINTS)
@settings(max_examples=cases(15))
@given(data=st.data())
def test_they_agree_on_each_constraint(constraint: str, data: st.DataObject) -> None:
    target, path = data.draw(st.sampled_from(_TARGETS)), data.draw(st.sampled_from(_PATHS))
    quads = data.draw(st.lists(_QUADS, max_size=12))
    _agree(quads, _shape(target, path, [constraint]))


def test_a_decimal_that_is_no_number_is_found() -> None:
    nan = Literal("NaN", datatype=NamedNode(_XSD + "decimal"))
    quads = [
        Quad(_NODES[0], RDF_TYPE, _NODES[2]),
        Quad(_NODES[0], NamedNode(_EX + "p"), nan),
    ]
    judge = CoreShapes(_shape("sh:targetClass ex:C", "ex:p", ["sh:minInclusive 0"]))
    assert len(_fast(quads, judge)) == 1


def test_a_value_without_a_language_hides_no_language_given_twice() -> None:
    values: list[Any] = [Literal("one", language="en"), Literal("two", language="EN"), _NODES[1]]
    quads = [Quad(_NODES[0], NamedNode(_EX + "p"), value) for value in values]
    assert _agree(quads, _shape("sh:targetSubjectsOf ex:p", "ex:p", ["sh:uniqueLang true"]))


@settings(max_examples=cases(50))
@given(st.data())
def test_they_agree_on_several_constraints_at_once(data: st.DataObject) -> None:
    kinds = data.draw(
        st.lists(
            st.sampled_from([one for one in _CONSTRAINTS if ";" not in one]),
            min_size=2,
            max_size=4,
            unique_by=lambda one: one.split()[0],
        )
    )
    shape = _shape(
        data.draw(st.sampled_from(_TARGETS[:4])), data.draw(st.sampled_from(_PATHS[:3])), kinds
    )
    _agree(data.draw(st.lists(_QUADS, max_size=12)), shape)


# ---------------------------------------------------------------- constraints in SPARQL


def test_queries_asked_once_find_what_queries_of_each_node_find() -> None:
    names = ("holder-not-named", "misspelt-property")
    files = [one for one in EXAMPLES.glob("invalid/*.trig") if one.stem in names]
    files += sorted(EXAMPLES.glob("invalid/*.trig"))[::12]
    for file in files:
        quads = [*_read(file, EXAMPLES / "entities.ttl"), *_ontology()]
        assert _set_wise(quads, gate()) == _one_by_one(quads, gate()), file


def _set_wise(quads: Sequence[Quad], shapes: Shapes) -> set[tuple[str, str]]:
    store = Store()
    store.extend(quads)
    found = set()
    for one in shapes.constraints:
        targets = _targets(store, one.target_classes)
        answer: Any = store.query(one.query, use_default_graph_as_union=True)
        found |= {(str(row["this"]), one.rule) for row in answer if row["this"] in targets}
    return found


def _one_by_one(quads: Sequence[Quad], shapes: Shapes) -> set[tuple[str, str]]:
    """Each node by itself, as the standard has it (SHACL, section 5.3.1)."""
    store = Store()
    store.extend(quads)
    found = set()
    for one in shapes.constraints:
        for node in _targets(store, one.target_classes):
            if not isinstance(node, NamedNode):
                continue
            opening = one.query.index("{", one.query.index("WHERE")) + 1
            query = f"{one.query[:opening]} VALUES $this {{ {node} }} {one.query[opening:]}"
            answer: Any = store.query(query, use_default_graph_as_union=True)
            found |= {(str(node), one.rule) for row in answer if row["this"] == node}
    return found


def _targets(store: Store, classes: frozenset[NamedNode]) -> set[Any]:
    listed = " ".join(map(str, classes))
    answer: Any = store.query(
        f"SELECT DISTINCT ?this {{ VALUES ?class {{ {listed} }}"
        f" ?this {RDF_TYPE}/{_SUBCLASS}* ?class }}",
        use_default_graph_as_union=True,
    )
    return {row[0] for row in answer}


def test_rules_bear_the_names_of_their_shapes() -> None:
    assert all(local_name(one.rule) == one.rule for one in gate().constraints)
