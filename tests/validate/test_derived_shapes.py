"""A kind of a user's own is validated by its declaration alone, whatever way it is declared in."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pyoxigraph import NamedNode, Quad, RdfFormat, Store, parse
from tests.amount import cases

from tenure.model.ontology import bundled_ontology
from tenure.validate import Severity, validate_paths
from tenure.validate.declared_terms import DeclaredTerms
from tenure.validate.derived_shapes import derived_shapes
from tenure.validate.shapes import Shapes, check

PREFIXES = """\
@prefix dcterms: <http://purl.org/dc/terms/> .
@prefix ex: <https://example.org/own#> .
@prefix office: <https://w3id.org/tenure/id/office/> .
@prefix org: <https://w3id.org/tenure/id/org/> .
@prefix owl: <http://www.w3.org/2002/07/owl#> .
@prefix person: <https://w3id.org/tenure/id/person/> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
@prefix tn: <https://w3id.org/tenure/ontology#> .
@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
"""
RIVALRY = """
ex:Rivalry a owl:Class ; rdfs:subClassOf tn:Situation %s ;
    tn:subjectRole ex:rival ; tn:objectRole ex:opponent ; tn:flattensTo ex:rivals .
ex:rival a owl:ObjectProperty ; rdfs:subPropertyOf tn:subject ; rdfs:domain ex:Rivalry ;
    rdfs:range tn:Agent .
ex:opponent a owl:ObjectProperty ; rdfs:subPropertyOf tn:object ; rdfs:domain ex:Rivalry ;
    rdfs:range tn:Agent .
ex:rivals a owl:ObjectProperty ; rdfs:domain tn:Agent ; rdfs:range tn:Agent .
ex:heat a owl:DatatypeProperty ; rdfs:domain ex:Rivalry ; rdfs:range xsd:integer .
ex:umpire a owl:ObjectProperty ; rdfs:domain ex:Rivalry ; rdfs:range tn:Agent .
"""
FINE = "ex:rival person:ada ; ex:opponent person:ben"
REGISTRY = """
person:ada a tn:Person . person:ben a tn:Person . person:cy a tn:Person . org:o a tn:Organization .
office:f a tn:Office .
"""


def restriction(prop: str, rest: str) -> str:
    return f", [ a owl:Restriction ; owl:onProperty {prop} ; {rest} ]"


def broken(declared: str, stated: str, more: str = "") -> list[str]:
    """The rules that a rivalry breaks which a claim states so."""
    own = parse(PREFIXES + RIVALRY % declared + more, format=RdfFormat.TURTLE)
    ontology = [*bundled_ontology(), *own]
    claim = NamedNode("https://w3id.org/tenure/claim/a/1")
    told = parse(f"{PREFIXES} ex:r a ex:Rivalry ; {stated} .", format=RdfFormat.TURTLE)
    store = Store()
    store.extend(Quad(one.subject, one.predicate, one.object, claim) for one in told)
    store.extend(parse(PREFIXES + REGISTRY, format=RdfFormat.TURTLE))
    store.extend(ontology)
    shapes = Shapes((), derived_shapes(DeclaredTerms(ontology)))
    named = (NamedNode("https://example.org/own#r"),)
    whole = sorted(
        one.rule for one in check(store, shapes) if one.focus == "https://example.org/own#r"
    )
    assert sorted(one.rule for one in check(store, shapes, named)) == whole
    return whole


@pytest.mark.parametrize(
    ("declared", "stated", "rules"),
    [
        ("", FINE, []),
        ("", "ex:rival person:ada", ["ValueMissing"]),
        (restriction("ex:opponent", "owl:minCardinality 0"), "ex:rival person:ada", []),
        ("", f"{FINE} ; ex:rival person:cy", ["ValueRepeated"]),
        ("", "ex:rival person:ada ; ex:opponent office:f", ["ValueOfItsKind"]),
        ("", 'ex:rival person:ada ; ex:opponent "Ben"', ["ValueIsThing"]),
        ("", "ex:rival person:ada ; ex:opponent person:ada", ["SituationBetweenTwo"]),
        ("", f"{FINE} ; tn:holder person:ada", ["SaidOfItsKind"]),
        ("", f'{FINE} ; ex:heat "much"', ["ValueDatatype"]),
        (restriction("ex:heat", "owl:minCardinality 1"), FINE, ["ValueMissing"]),
        (restriction("ex:heat", "owl:cardinality 1"), f"{FINE} ; ex:heat 1 , 2", ["ValueRepeated"]),
        (restriction("ex:heat", "owl:maxCardinality 2"), f"{FINE} ; ex:heat 1 , 2", []),
        (restriction("ex:umpire", "owl:someValuesFrom tn:Agent"), FINE, ["ValueMissing"]),
        (
            restriction("ex:umpire", "owl:someValuesFrom tn:Organization"),
            f"{FINE} ; ex:umpire person:cy",
            ["ValueMissing"],
        ),
        (
            restriction("ex:umpire", "owl:someValuesFrom tn:Organization"),
            f"{FINE} ; ex:umpire org:o",
            [],
        ),
        (
            restriction("ex:umpire", "owl:maxQualifiedCardinality 0 ; owl:onClass tn:Person"),
            f"{FINE} ; ex:umpire person:cy",
            ["ValueMissing"],
        ),
        (
            restriction("ex:umpire", "owl:allValuesFrom tn:Organization"),
            f"{FINE} ; ex:umpire person:cy",
            ["ValueOfItsKind"],
        ),
        (restriction("ex:umpire", "owl:hasValue org:o"), FINE, ["ValueMissing"]),
        (restriction("ex:umpire", "owl:hasValue org:o"), f"{FINE} ; ex:umpire org:o", []),
        (
            restriction(
                "ex:heat",
                "owl:allValuesFrom [ a rdfs:Datatype ; owl:onDatatype xsd:integer ;"
                " owl:withRestrictions ( [ xsd:maxInclusive 9 ] ) ]",
            ),
            f"{FINE} ; ex:heat 10",
            ["ValueDatatype"],
        ),
        (
            restriction(
                "ex:umpire", "owl:allValuesFrom [ owl:unionOf ( tn:Organization tn:Office ) ]"
            ),
            f"{FINE} ; ex:umpire person:cy",
            ["ValueOfItsKind"],
        ),
        ("; owl:disjointWith tn:Claim", f"{FINE} ; a tn:Claim", ["KindsExcludeEachOther"]),
    ],
)
def test_what_is_declared_is_held_to(declared: str, stated: str, rules: list[str]) -> None:
    assert sorted(set(broken(declared, stated)) - {"SaidOfItsKind"} - _missing(stated)) == sorted(
        set(rules) - {"SaidOfItsKind"}
    )
    if "SaidOfItsKind" in rules:
        assert "SaidOfItsKind" in broken(declared, stated)


def _missing(stated: str) -> set[str]:
    """What a rivalry that is also a claim lacks as a claim."""
    return {"ValueMissing"} if "tn:Claim" in stated else set()


@settings(max_examples=cases(6), deadline=None)
@given(st.integers(0, 3), st.none() | st.integers(0, 3), st.integers(0, 4))
def test_a_cardinality_is_what_it_says(least: int, most: int | None, there: int) -> None:
    declared = restriction("ex:heat", f"owl:minCardinality {least}")
    if most is not None:
        declared += restriction("ex:heat", f"owl:maxCardinality {most}")
    values = "".join(f" ; ex:heat {number}" for number in range(there))
    expected = ["ValueMissing"] * (there < least)
    expected += ["ValueRepeated"] * (most is not None and there > most)
    assert broken(declared, FINE + values) == sorted(expected)


def test_findings_have_file_line_and_column(tmp_path: Path, repo_root: Path) -> None:
    header = "<https://example.org/own> a owl:Ontology .\n"
    old = 'ex:warmth owl:deprecated true ; owl:versionInfo "1.1" ; dcterms:isReplacedBy ex:heat ;\n'
    old += "    a owl:DatatypeProperty ; rdfs:domain ex:Rivalry ; rdfs:range xsd:integer .\n"
    (tmp_path / "own.ttl").write_text(PREFIXES + header + RIVALRY % "" + old, encoding="utf-8")
    examples = repo_root / "ontology" / "examples"
    text = (examples / "invalid" / "situation-without-subject.trig").read_text(encoding="utf-8")
    described = text[text.index("@prefix") : text.index("claim:1 {")]
    stated = (
        "claim:1 {\n"
        "    <https://w3id.org/tenure/id/rivalry/ada-brook--x> a ex:Rivalry ;\n"
        "        ex:rival person:ada-brook ;\n"
        "        ex:warmth 3 ;\n"
        "        ex:opponent office:harbour-master .\n"
        "}\n"
    )
    own = "@prefix ex: <https://example.org/own#> .\n"
    own += "@prefix person: <https://w3id.org/tenure/id/person/> .\n"
    file = tmp_path / "facts.trig"
    file.write_text(own + described + stated, encoding="utf-8")
    report = validate_paths([tmp_path], context=examples / "entities.ttl")
    lines = file.read_text(encoding="utf-8").splitlines()
    marked = {
        one.rule: (one.severity, lines[(one.line or 0) - 1][(one.column or 0) - 1 :])
        for one in report.findings
    }
    assert marked == {
        "ValueOfItsKind": (Severity.VIOLATION, "office:harbour-master ."),
        "DeprecatedTerm": (Severity.WARNING, "3 ;"),
    }
    deprecated = next(one for one in report.findings if one.rule == "DeprecatedTerm")
    assert deprecated.message.endswith("#warmth is deprecated since version 1.1.")
    assert deprecated.remedy == "Write https://example.org/own#heat instead."
