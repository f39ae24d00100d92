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


NARROWED = (
    ":own a rdfs:Datatype . :d rdfs:range [ a rdfs:Datatype ; owl:onDatatype {} ; "
    "owl:withRestrictions ( {} ) ] ."
)
DENIED = (
    "[] a owl:NegativePropertyAssertion ; owl:sourceIndividual :x ; "
    "owl:assertionProperty :{} ; {} ."
)
RESTRICTED = "[] a owl:Restriction ; owl:onProperty :{} ; {} ."

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
    (
        ":p a owl:TransitiveProperty . [] a owl:AllDisjointProperties ; owl:members ( :p :q ) .",
        "property-not-simple",
        ":p",
    ),
    (":C :note 'a' .", "undeclared-property", ":note"),
    (NARROWED.format("xsd:string", "[ xsd:minInclusive 3 ]"), "wrong-facet", "xsd:string"),
    (NARROWED.format("xsd:integer", "[ xsd:minInclusive 'x' ]"), "wrong-facet", "xsd:integer"),
    (NARROWED.format("xsd:integer", "[ xsd:minInclusive :x ]"), "wrong-facet", "xsd:integer"),
    (NARROWED.format("xsd:integer", "[ xsd:pattern 'x' ]"), "wrong-facet", "xsd:integer"),
    (NARROWED.format("xsd:boolean", "[ xsd:pattern 'x' ]"), "wrong-facet", "xsd:boolean"),
    (NARROWED.format("xsd:string", "[ xsd:maxLength 'x' ]"), "wrong-facet", "xsd:string"),
    (NARROWED.format(":own", "[ xsd:minInclusive 3 ]"), "wrong-base-of-a-datatype", ":own"),
    (NARROWED.format("xsd:integer", ""), "half-a-datatype", "xsd:integer"),
    (
        ":d rdfs:range [ a rdfs:Datatype ; owl:oneOf ( 1 :C ) ] .",
        "wrong-member-of-a-datatype",
        ":C",
    ),
    (
        (
            ":few a rdfs:Datatype ; owl:equivalentClass "
            "[ a rdfs:Datatype ; owl:unionOf ( :few xsd:string ) ] ."
        ),
        "circular-datatype",
        ":few",
    ),
    *(
        (f":x :d '{value}'^^xsd:{datatype} .", "malformed-value", ":x")
        for value, datatype in (
            ("five", "integer"),
            ("-1", "nonNegativeInteger"),
            ("256", "unsignedByte"),
            ("yes", "boolean"),
            ("1,5", "decimal"),
            ("much", "double"),
            ("2020-13-01T00:00:00", "dateTime"),
            ("2020-01-01T00:00:00", "dateTimeStamp"),
            ("abc", "hexBinary"),
        )
    ),
    (":C owl:hasKey ( :n ) .", "wrong-key", ":C"),
    (":C owl:hasKey ( ) .", "wrong-key", ":C"),
    (":C owl:disjointUnionOf ( :D ) .", "too-few-members", ":C"),
    ("[] a owl:AllDisjointClasses ; owl:members ( :C ) .", "too-few-members", ":C"),
    (":all a owl:AllDifferent .", "too-few-members", ":all"),
    (DENIED.format("d", "owl:targetIndividual :y"), "half-an-assertion", ":d"),
    (DENIED.format("p", "owl:targetValue 5"), "half-an-assertion", ":p"),
    (
        DENIED.format("p", "owl:targetIndividual :y ; owl:targetValue 5"),
        "half-an-assertion",
        ":p",
    ),
    (
        ":a a owl:Axiom ; owl:annotatedSource :C ; owl:annotatedProperty rdfs:label .",
        "half-an-annotation",
        ":a",
    ),
    ("_:a :p _:b . _:b :q _:c . _:c :r _:a .", "circle-of-nameless-individuals", ":r"),
    ("_:a :p _:a .", "circle-of-nameless-individuals", ":p"),
    (":d rdfs:domain xsd:string .", "wrong-kind-of-domain", ":d"),
    (":n a owl:FunctionalProperty .", "functional-annotation", ":n"),
    (":o a owl:Ontology ; owl:imports 'x' .", "literal-in-an-axiom", ":o"),
    (":x owl:sameAs 'y' .", "literal-in-an-axiom", ":x"),
    (
        ":C rdfs:subClassOf [ owl:onProperty :p ; owl:someValuesFrom :D ] .",
        "untyped-expression",
        ":p",
    ),
    (":C rdfs:subClassOf [ a owl:Class ] .", "empty-expression", ":C"),
    (":p rdfs:range [ a rdfs:Datatype ; owl:oneOf ( 1 ) ] .", "wrong-kind-of-range", ":p"),
    (
        ":d rdfs:range [ a owl:Class ; owl:unionOf ( :C :D ) ] .",
        "wrong-kind-of-range",
        ":d",
    ),
    (":C owl:unionOf ( :D xsd:string ) .", "mixed-expression", ":C"),
    (RESTRICTED.format("p", "owl:maxQualifiedCardinality 1"), "half-a-restriction", ":p"),
    (
        RESTRICTED.format(
            "p", "owl:maxQualifiedCardinality 1 ; owl:onClass :C ; owl:onDataRange xsd:string"
        ),
        "half-a-restriction",
        ":p",
    ),
    (RESTRICTED.format("p", "owl:maxCardinality 1 ; owl:onClass :C"), "half-a-restriction", ":p"),
    (
        RESTRICTED.format("d", "owl:maxQualifiedCardinality 1 ; owl:onClass :C"),
        "wrong-filler",
        ":d",
    ),
    (RESTRICTED.format("n", "owl:someValuesFrom :C"), "wrong-filler", ":n"),
    (RESTRICTED.format("d", "owl:hasSelf true"), "wrong-filler", ":d"),
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
        NARROWED.format("xsd:integer", "[ xsd:minInclusive 0 ] [ xsd:maxExclusive 9 ]"),
        NARROWED.format("xsd:string", "[ xsd:pattern '[a-z]+' ] [ xsd:maxLength 9 ]"),
        ":d rdfs:range [ a rdfs:Datatype ; owl:oneOf ( 1 'two' ) ] .",
        DENIED.format("d", "owl:targetValue 5"),
        DENIED.format("p", "owl:targetIndividual :y"),
        "_:a :p _:b , _:c . _:c :q _:d .",
        ":C owl:hasKey ( :p :d ) ; owl:disjointUnionOf ( :C :D ) .",
        ":x :d '+5'^^xsd:int , '1e3'^^xsd:double , '2020-01-01T00:00:00Z'^^xsd:dateTimeStamp .",
        ":C owl:equivalentClass [ a owl:Class ; owl:oneOf ( ) ] .",
        RESTRICTED.format("d", "owl:maxQualifiedCardinality 1 ; owl:onDataRange xsd:string"),
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
