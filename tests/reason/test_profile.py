from __future__ import annotations

import pytest

from tenure.reason import ProfileFinding, profile_findings
from tenure.resources import data_dir
from tenure.store import graph_format, read_file, read_text

PREFIXES = """
@prefix : <http://example.org/> .
@prefix owl: <http://www.w3.org/2002/07/owl#> .
@prefix rdf: <http://www.w3.org/1999/02/22-rdf-syntax-ns#> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
:C a owl:Class . :D a owl:Class .
:p a owl:ObjectProperty . :q a owl:ObjectProperty . :r a owl:ObjectProperty .
:d a owl:DatatypeProperty . :n a owl:AnnotationProperty .
"""


def findings(turtle: str) -> list[ProfileFinding]:
    return profile_findings(read_text(PREFIXES + turtle, graph_format("ttl")))


BROKEN = [
    (":C owl:unionOf :D .", "broken-list", ":C"),
    (":x owl:sameAs [] .", "nameless-individual", ":x"),
    ("[] a owl:Restriction ; owl:onProperty :p .", "half-a-restriction", ":p"),
    (
        "[] a owl:Restriction ; owl:onProperty :p ; owl:hasValue :x ; owl:someValuesFrom :C .",
        "half-a-restriction",
        ":p",
    ),
    (":R a owl:Restriction ; owl:someValuesFrom :C .", "half-a-restriction", ":R"),
    ("[] a owl:Restriction ; owl:onProperty :p ; owl:cardinality -1 .", "wrong-cardinality", ":p"),
    ("[] a owl:Restriction ; owl:onProperty :p ; owl:cardinality 'a' .", "wrong-cardinality", ":p"),
    (
        "[] a owl:Restriction ; owl:onProperty :p ; owl:someValuesFrom xsd:integer .",
        "wrong-filler",
        ":p",
    ),
    ("[] a owl:Restriction ; owl:onProperty :d ; owl:allValuesFrom :C .", "wrong-filler", ":d"),
    ("[] a owl:Restriction ; owl:onProperty :d ; owl:hasValue :x .", "wrong-filler", ":d"),
    (
        ":o a owl:Ontology ; owl:versionIRI <http://example.org/1> , <http://example.org/2> .",
        "two-version-iris",
        ":o",
    ),
    (":p a owl:DatatypeProperty .", "two-kinds-of-property", ":p"),
    (":p a owl:AnnotationProperty .", "two-kinds-of-property", ":p"),
    (":C a rdfs:Datatype .", "class-and-datatype", ":C"),
    (":C a owl:ObjectProperty .", "class-and-property", ":C"),
    (":x :C :y .", "class-used-as-property", ":C"),
    (":x :never :y .", "undeclared-property", ":never"),
    (":never rdfs:domain :C .", "undeclared-property", ":never"),
    (":p rdfs:subPropertyOf :never .", "undeclared-property", ":never"),
    (
        "[] a owl:Restriction ; owl:onProperty :never ; owl:hasValue :x .",
        "undeclared-property",
        ":never",
    ),
    (":p owl:propertyChainAxiom ( :q :never ) .", "undeclared-property", ":never"),
    (":x a :Never .", "undeclared-class", ":Never"),
    (":C rdfs:subClassOf :Never .", "undeclared-class", ":Never"),
    (":p rdfs:range :Never .", "undeclared-class", ":Never"),
    (":x :d '2020-01-01'^^xsd:date .", "undeclared-datatype", "xsd:date"),
    (":d rdfs:range :never .", "undeclared-datatype", ":never"),
    (":x :p 'a thing' .", "wrong-kind-of-value", ":x"),
    (":x :d :y .", "wrong-kind-of-value", ":x"),
    (":p rdfs:subPropertyOf :d .", "properties-of-different-kinds", ":p"),
    (":n rdfs:subPropertyOf :p .", "properties-of-different-kinds", ":n"),
    (":d owl:inverseOf :d .", "inverse-of-no-object-property", ":d"),
    (":p rdfs:subClassOf :q .", "property-in-a-class-axiom", ":p"),
    (":p rdfs:range xsd:integer .", "wrong-kind-of-range", ":p"),
    (":d rdfs:range :C .", "wrong-kind-of-range", ":d"),
    (":d a owl:TransitiveProperty .", "characteristic-of-no-object-property", ":d"),
    (":p owl:inversOf :q .", "reserved-vocabulary", "owl:inversOf"),
    (":C a rdfs:Class .", "reserved-vocabulary", ":C"),
    ("owl:Thing rdfs:subClassOf :C .", "reserved-vocabulary", "owl:Thing"),
    (":p owl:propertyChainAxiom ( :q ) .", "broken-chain", ":p"),
    (":p owl:propertyChainAxiom [ rdf:first :q ] .", "broken-chain", ":p"),
    (":p owl:propertyChainAxiom ( :q :d ) .", "chain-of-no-object-property", ":p"),
    (":p owl:propertyChainAxiom ( :p :p :q ) .", "irregular-chains", ":p"),
    (":p owl:propertyChainAxiom ( :q :p :r ) .", "irregular-chains", ":p"),
    (
        ":p owl:propertyChainAxiom ( :q :r ) . :q owl:propertyChainAxiom ( :p :r ) .",
        "irregular-chains",
        ":p",
    ),
    (
        ":p owl:propertyChainAxiom ( :q :r ) . :q owl:inverseOf :p .",
        "irregular-chains",
        ":p",
    ),
    (
        ":p owl:propertyChainAxiom ( :q :r ) ; rdfs:subPropertyOf :q .",
        "irregular-chains",
        ":q",
    ),
    (
        ":p owl:propertyChainAxiom ( :q :r ) ; a owl:FunctionalProperty .",
        "property-not-simple",
        ":p",
    ),
    (
        (
            ":p a owl:TransitiveProperty ; rdfs:subPropertyOf :q . "
            "[] a owl:Restriction ; owl:onProperty :q ; owl:maxCardinality 1 ."
        ),
        "property-not-simple",
        ":q",
    ),
    (
        ":p a owl:TransitiveProperty . :p owl:inverseOf :q . :q owl:propertyDisjointWith :r .",
        "property-not-simple",
        ":q",
    ),
]


@pytest.mark.parametrize(("turtle", "rule", "focus"), BROKEN)
def test_a_departure_is_found_and_told(turtle: str, rule: str, focus: str) -> None:
    spaces = {"": "http://example.org/", "owl": "http://www.w3.org/2002/07/owl#"}
    spaces["xsd"] = "http://www.w3.org/2001/XMLSchema#"
    prefix, _, local = focus.partition(":")
    found = findings(turtle)
    assert (rule, spaces[prefix] + local) in {(one.rule, one.focus) for one in found}
    assert all(one.message.endswith(".") and one.remedy.endswith(".") for one in found)


@pytest.mark.parametrize(
    "turtle",
    [
        "",
        ":x a :C , owl:NamedIndividual ; :p :y ; :d 5 , 'five'@en ; :n :C , 'a note' .",
        ":C rdfs:subClassOf [ a owl:Restriction ; owl:onProperty :p ; owl:someValuesFrom :D ] .",
        ":own a rdfs:Datatype . :d rdfs:range :own . :x :d 'a value'^^:own .",
        ":C rdfs:subClassOf [ a owl:Restriction ; owl:onProperty :d ; owl:hasValue 5 ] .",
        (
            ":C rdfs:subClassOf [ a owl:Restriction ; owl:onProperty :p ; owl:onClass :D ; "
            "owl:maxQualifiedCardinality '1'^^xsd:nonNegativeInteger ] ."
        ),
        ":C owl:equivalentClass [ a owl:Class ; owl:unionOf ( :C :D ) ] .",
        ":p a owl:TransitiveProperty .",
        ":p owl:propertyChainAxiom ( :p :p ) .",
        ":p owl:propertyChainAxiom ( :p :q ) , ( :q :p ) .",
        ":p owl:propertyChainAxiom ( :q :r ) . :q rdfs:subPropertyOf :p ; owl:inverseOf :r .",
        ":q a owl:FunctionalProperty . :p owl:propertyChainAxiom ( :q :q ) .",
    ],
)
def test_what_owl_2_dl_allows_is_not_found_fault_with(turtle: str) -> None:
    assert findings(turtle) == []


def test_our_ontology_is_within_the_profile() -> None:
    files = sorted(data_dir("ontology").glob("*.ttl"))
    assert profile_findings(quad for file in files for quad in read_file(file)) == []


def test_the_order_of_triples_does_not_show() -> None:
    turtle = " ".join(dict.fromkeys(one[0] for one in BROKEN if "rdf:first" not in one[0]))
    quads = read_text(PREFIXES + turtle, graph_format("ttl"))
    assert profile_findings(quads) == profile_findings(reversed(quads))
