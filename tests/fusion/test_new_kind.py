"""A new kind of situation, of role, of tense: declarations in the ontology, and no code."""

from __future__ import annotations

import pytest
from pyoxigraph import NamedNode, Quad, RdfFormat, Triple, parse
from tests.fusion.lab import HEADER, Lab, entity

from tenure.errors import BadInput
from tenure.model import Schema
from tenure.namespaces import TN
from tenure.temporal import Certainty
from tenure.views import slice_triples

RIVALRY = """
tn:Rivalry a owl:Class ; rdfs:subClassOf tn:Situation ;
    tn:subjectRole tn:rival ; tn:objectRole tn:opponent ; tn:flattensTo tn:rivals .
tn:rival rdfs:subPropertyOf tn:subject .
tn:opponent rdfs:subPropertyOf tn:object .
tn:FormalRivalry a owl:Class ; rdfs:subClassOf tn:Rivalry .
tn:brokenOffBy rdfs:subPropertyOf tn:endedBy .
tn:mediator rdfs:subPropertyOf tn:participant .
tnv:Ongoing tn:tenseAxiom tn:NotOverBeforeMoment .
"""


AXIOM = "tn:A a tn:TemporalAxiom ; tn:earlier tn:SubjectStart ; tn:later tn:SubjectEnd"


def with_more(ontology: list[Quad], turtle: str) -> Lab:
    more = parse(HEADER + turtle, format=RdfFormat.TURTLE)
    return Lab(Schema([*ontology, *more]))


@pytest.fixture(scope="module")
def lab(ontology: list[Quad]) -> Lab:
    return with_more(ontology, RIVALRY)


SAID = "<https://w3id.org/tenure/id/rivalry/a--b> a tn:{} ; tn:rival org:a ; tn:opponent org:b"


@pytest.mark.parametrize("kind", ["Rivalry", "FormalRivalry"])
def test_a_new_kind_is_fused_and_sliced(lab: Lab, kind: str) -> None:
    claims = [
        lab.claim(SAID.format(kind) + ' ; tn:start "2019"^^edtf:EDTF .', tense="Ongoing"),
        lab.claim(SAID.format(kind) + " ; tn:brokenOffBy event:peace ."),
        lab.claim('event:peace a tn:Event ; tn:date "2020-06-01"^^edtf:EDTF ; tn:mediator org:c .'),
    ]
    world = lab.world(claims, published={"s1": "2020-05-31"})
    bounds = ("2019-01-01", "2019-12-31", "2020-06-01", "2020-06-01")
    assert lab.bounds(world, "rivalry/a--b") == bounds
    occurrence = world.occurrences[entity("rivalry/a--b").value]
    assert (occurrence.subject, occurrence.object) == (entity("org/a").value, entity("org/b").value)
    triples = list(slice_triples(world, {occurrence.iri: Certainty.CERTAIN}))
    assert Triple(entity("org/a"), TN("rivals"), entity("org/b")) in triples
    assert [(p.who, p.role) for p in world.participations] == [
        (entity("org/c").value, TN("mediator").value)
    ]


def test_a_new_kind_needs_its_subject_like_any_other(lab: Lab) -> None:
    with pytest.raises(BadInput, match="without its rival"):
        lab.world([lab.claim("<https://w3id.org/tenure/id/rivalry/x> a tn:Rivalry .")])


@pytest.mark.parametrize(
    ("declared", "what"),
    [
        ("tn:A a tn:TemporalAxiom ; tn:later tn:SubjectEnd .", "no usable tn:earlier"),
        (
            "tn:A a tn:TemporalAxiom ; tn:earlier tn:SubjectStart ; tn:later tn:Nowhere .",
            "no usable tn:later",
        ),
        (
            AXIOM + ' ; tn:leastDays "some" .',
            "leastDays is 'some'",
        ),
        ("tn:p owl:propertyChainAxiom ( tn:a tn:b tn:c ) .", "has 3 members"),
    ],
)
def test_a_broken_ontology_says_where(ontology: list[Quad], declared: str, what: str) -> None:
    with pytest.raises(BadInput, match=what) as caught:
        with_more(ontology, declared)
    assert "ontology#" in str(caught.value.where)
    assert caught.value.remedy


def test_every_axiom_of_the_ontology_is_attached_to_something(ontology: list[Quad]) -> None:
    schema = Schema(ontology)
    ways = [TN(f"{of}Axiom") for of in ("instance", "use", "tense", "side")]
    attached = [q.object for q in ontology if q.predicate in ways]
    assert set(attached) == {NamedNode(iri) for iri in schema.axioms}
