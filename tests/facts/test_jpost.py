"""The form of the facts, and the few that everything else leans on, read from the TriG alone."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from pyoxigraph import BlankNode, NamedNode, RdfFormat, Store, parse

Ask = Callable[[str], list[tuple[str, ...]]]

ID = "https://w3id.org/tenure/id/"
OURS = ("https://w3id.org/tenure/ontology#", "https://w3id.org/tenure/vocabulary#")
RDF = ("http://www.w3.org/1999/02/22-rdf-syntax-ns#", "http://www.w3.org/2000/01/rdf-schema#")
REGISTERED = ("person", "state", "org", "place", "office", "event")


def test_no_file_has_a_blank_node(facts_files: list[Path]) -> None:
    for path in facts_files:
        for quad in parse(path.read_bytes(), RdfFormat.TRIG):
            nodes = (quad.subject, quad.object, quad.graph_name)
            assert not any(isinstance(node, BlankNode) for node in nodes), (path.name, quad)


def test_only_terms_of_the_ontology_are_used(
    facts_files: list[Path], ontology_files: list[Path]
) -> None:
    defined = {
        quad.subject.value
        for path in ontology_files
        for quad in parse(path.read_bytes(), RdfFormat.TURTLE)
        if isinstance(quad.subject, NamedNode)
    }
    for path in facts_files:
        for quad in parse(path.read_bytes(), RdfFormat.TRIG):
            terms = [quad.predicate.value]
            if isinstance(quad.object, NamedNode) and quad.object.value.startswith(OURS):
                terms.append(quad.object.value)
            unknown = [t for t in terms if t not in defined and not t.startswith(RDF)]
            assert unknown == [], (path.name, quad)


def test_every_entity_that_a_claim_names_is_registered(
    repo_root: Path, facts_files: list[Path]
) -> None:
    registry = repo_root / "kb" / "facts" / "entities.ttl"
    known = {
        quad.subject.value
        for quad in parse(registry.read_bytes(), RdfFormat.TURTLE)
        if isinstance(quad.subject, NamedNode)
    }
    named = {
        node.value
        for path in facts_files
        for quad in parse(path.read_bytes(), RdfFormat.TRIG)
        for node in (quad.subject, quad.object)
        if isinstance(node, NamedNode) and node.value.startswith(ID)
    }
    entities = {iri for iri in named if iri.removeprefix(ID).partition("/")[0] in REGISTERED}
    assert entities - known == set()


def test_registry_holds_names_kinds_and_offices_only(repo_root: Path) -> None:
    registry = repo_root / "kb" / "facts" / "entities.ttl"
    used = {quad.predicate.value for quad in parse(registry.read_bytes(), RdfFormat.TURTLE)}
    assert {iri.replace("#", "/").rpartition("/")[2] for iri in used} == {
        "type",
        "label",
        "altLabel",
        "officeOf",
        "seats",
    }


@pytest.mark.parametrize(
    "property_name",
    ["source", "statement", "attribution", "modality", "hedged", "recordedAt"],
)
def test_every_claim_has_exactly_one(ask: Ask, property_name: str) -> None:
    counted = ask(f"""
        SELECT ?claim (COUNT(?value) AS ?count) WHERE {{
            ?claim a tn:Claim . OPTIONAL {{ ?claim tn:{property_name} ?value }}
        }} GROUP BY ?claim""")
    assert counted
    assert [claim for claim, count in counted if count != "1"] == []


def test_every_claim_rests_on_described_evidence(ask: Ask) -> None:
    assert (
        ask("""
        SELECT ?claim WHERE {
            ?claim a tn:Claim .
            FILTER NOT EXISTS { ?claim tn:evidence/a/rdfs:subClassOf* tn:Evidence }
        }""")
        == []
    )


def test_every_claim_states_something_and_nobody_else_does(facts: Store, ask: Ask) -> None:
    claims = {iri for (iri,) in ask("SELECT ?claim { ?claim a tn:Claim }")}
    assert claims
    assert {graph.value for graph in facts.named_graphs()} == claims


def test_every_chain_runs_from_the_publisher_without_a_gap(ask: Ask) -> None:
    rows = ask("""
        SELECT ?claim ?publisher ?position ?voice WHERE {
            ?claim tn:source/tn:publisher ?publisher ; tn:attribution/tn:link ?link .
            ?link tn:position ?position ; tn:voice ?voice .
        }""")
    chains: dict[tuple[str, str], dict[int, str]] = {}
    for claim, publisher, position, voice in rows:
        chains.setdefault((claim, publisher), {})[int(position)] = voice
    assert len(chains) == len(ask("SELECT ?claim { ?claim a tn:Claim }"))
    for (claim, publisher), voices in chains.items():
        assert sorted(voices) == list(range(1, len(voices) + 1)), claim
        assert voices[1] == publisher, claim


def test_what_is_relayed_has_a_second_voice(ask: Ask) -> None:
    assert (
        ask("""
        SELECT ?claim WHERE {
            ?claim tn:modality tnv:Reported ; tn:attribution ?chain .
            FILTER NOT EXISTS { ?chain tn:link/tn:position 2 }
        }""")
        == []
    )


def test_every_claim_repeats_the_roles_of_its_situation(ask: Ask) -> None:
    assert (
        ask("""
        SELECT ?claim ?situation WHERE {
            ?kind tn:subjectRole ?role .
            GRAPH ?claim { ?situation a ?kind }
            FILTER NOT EXISTS { GRAPH ?claim { ?situation ?role ?subject } }
        }""")
        == []
    )


def test_a_claim_is_named_after_a_sentence_that_it_rests_on(ask: Ask) -> None:
    rows = ask("""
        SELECT ?claim (GROUP_CONCAT(STR(?sentence); separator = " ") AS ?sentences) WHERE {
            ?claim tn:source source:jpost-620411 ; tn:evidence/tn:sentence ?sentence .
        } GROUP BY ?claim""")
    assert rows
    for claim, sentences in rows:
        assert claim.rpartition("/")[2].partition("-")[0] in sentences.split(), claim


def test_the_deputys_time_in_office_follows_from_three_sentences(ask: Ask) -> None:
    def sentences(pattern: str) -> set[str]:
        return {
            sentence
            for (sentence,) in ask(f"""
                SELECT ?sentence WHERE {{
                    ?claim tn:modality tnv:Asserted ; tn:hedged false ;
                        tn:evidence/tn:sentence ?sentence .
                    GRAPH ?claim {{ {pattern} }}
                }}""")
        }

    strike = "event:us-strike-2020-01-03"
    deputy = "person:abu-mahdi-al-muhandis"
    tenure = f"?t tn:holder {deputy} ; tn:office office:pmu-deputy-head"
    assert sentences(tenure) == {"10", "30"}
    assert sentences(f"{tenure} ; tn:endsWith {deputy}") == {"10", "30"}
    assert sentences(f"{strike} tn:killed {deputy}") == {"10", "54"}
    assert sentences(f'{strike} tn:date ?day FILTER (STR(?day) = "2020-01-03")') == {"54"}
    assert sentences(f"{tenure} ; tn:start ?start") == set()


@pytest.mark.parametrize(
    ("pattern", "sentences"),
    [
        ("?t tn:office office:pmu-deputy-head ; tn:endsWith ?life", {"10", "30"}),
        ("event:us-strike-2020-01-03 tn:killed person:qasem-soleimani", {"10", "54"}),
        ("event:us-strike-2020-01-03 tn:after event:us-embassy-storming", {"10", "54"}),
        ("event:us-embassy-storming tn:after event:us-retaliation-2019-12", {"10"}),
        ("?m tn:member org:kataib-hezbollah", {"53", "55", "65"}),
        ("event:shamkhani-visit-2020-03 tn:after event:allawi-failure", {"35", "61"}),
        ("event:kawtharani-mission tn:after ?strike", {"10", "44", "54"}),
    ],
)
def test_a_reading_names_every_passage_it_rests_on(
    ask: Ask, pattern: str, sentences: set[str]
) -> None:
    rows = ask(f"""
        SELECT ?claim ?sentence WHERE {{
            ?claim tn:source source:jpost-620411 ; tn:reading tnv:Inferred ;
                tn:evidence/tn:sentence ?sentence .
            GRAPH ?claim {{ {pattern} }}
        }}""")
    assert len({claim for claim, _ in rows}) == 1
    assert {sentence for _, sentence in rows} == sentences


def test_an_intention_is_said_like_anything_else(ask: Ask) -> None:
    assert (
        ask("""
        SELECT ?claim WHERE {
            GRAPH ?claim { ?intention a tn:Intention }
            ?claim tn:modality tnv:Intended .
        }""")
        == []
    )


def test_the_allegation_stays_one(ask: Ask) -> None:
    rows = ask("""
        SELECT ?claim ?modality ?speaker WHERE {
            GRAPH ?claim { event:us-strike-2020-01-03 ?role person:mustafa-al-kadhimi }
            ?claim tn:modality ?modality ; tn:attribution/tn:link ?link .
            ?link tn:position 2 ; tn:voice ?speaker .
        }""")
    assert [(modality, speaker) for _, modality, speaker in rows] == [
        (f"{OURS[1]}Alleged", f"{ID}person/abu-ali-al-askara")
    ]


def test_the_dates_of_one_failure_stand_beside_each_other(ask: Ask) -> None:
    dates = set(
        ask("""
        SELECT ?slug ?date WHERE {
            GRAPH ?claim { event:allawi-failure tn:date ?date }
            ?claim tn:source ?source .
            BIND (STRAFTER(STR(?source), "/source/") AS ?slug)
        }""")
    )
    assert {
        ("jpost-620411", "[2020-03-11..2020-03-20]"),
        ("dw-52601139", "2020-03-01"),
        ("al-manar-953526", "2020-03-01"),
    } <= dates


def test_no_start_of_the_prime_ministers_tenure_is_made_up(ask: Ask) -> None:
    assert (
        ask("""
        SELECT ?claim WHERE {
            GRAPH ?claim { ?tenure tn:office office:iraq-prime-minister ; ?dated ?value }
            FILTER (?dated IN (tn:start, tn:startedBy, tn:heldOn, tn:heldThroughout, tn:heldAt))
        }""")
        == []
    )
