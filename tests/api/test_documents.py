"""Documents about things: entities, situations, claims, sources, and the terms."""

from __future__ import annotations

from pathlib import Path

import pytest
from pyoxigraph import NamedNode, RdfFormat, parse
from starlette.testclient import TestClient
from tests.made_facts import MadeSource, Said, made_facts
from tests.service import app_over

from tenure.catalog import Catalog
from tenure.knowledge import KnowledgeBase, open_knowledge_base
from tenure.model import Policy
from tenure.namespaces import TN
from tenure_api.pages import over_time
from tenure_api.pages.over_time import ThingOverTime, ThingsOverTime

PERSON = "person/abu-mahdi-al-muhandis"
SITUATION = "tenure/abu-mahdi-al-muhandis--pmu-deputy-head"
HTML = {"accept": "text/html"}
BASE = "https://w3id.org/tenure/"
FORMATS = ["ttl", "nt", "jsonld", "rdf", "trig", "nq"]


@pytest.mark.parametrize("slug", [PERSON, SITUATION, "event/us-strike-2020-01-03"])
def test_a_name_leads_to_the_document(client: TestClient, slug: str) -> None:
    response = client.get(f"/id/{slug}", params={"format": "ttl"})
    assert response.status_code == 303
    assert response.headers["location"] == f"/doc/{slug}?format=ttl"


@pytest.mark.parametrize("slug", ["/evil.example", "%2F%2Fevil.example", "..%2F..", "a%0D%0Ab"])
def test_a_name_never_leads_to_another_host(client: TestClient, slug: str) -> None:
    location = client.get(f"/id/{slug}").headers.get("location", "/doc/")
    assert location.startswith("/doc/")
    assert "\n" not in location


@pytest.mark.parametrize("form", FORMATS)
@pytest.mark.parametrize(
    "address", [f"/doc/{PERSON}", f"/doc/{SITUATION}", "/claim/jpost-620411/30-1"]
)
def test_documents_in_every_format(client: TestClient, address: str, form: str) -> None:
    response = client.get(address, params={"format": form})
    assert response.status_code == 200
    syntax = RdfFormat.from_media_type(response.headers["content-type"].partition(";")[0])
    assert syntax is not None
    iri = BASE + address[1:].replace("doc/", "id/")
    assert NamedNode(iri) in {quad.subject for quad in parse(response.content, syntax)}


def test_what_a_claim_states_stays_apart_from_what_is_so(client: TestClient) -> None:
    # An allegation, which the default policy sets aside.
    iri = NamedNode(BASE + "claim/jpost-620411/54-2")
    content = client.get("/claim/jpost-620411/54-2", params={"format": "nq"}).content
    quads = list(parse(content, RdfFormat.N_QUADS))
    stated = {quad.triple for quad in quads if quad.graph_name == iri}
    assert stated
    assert stated.isdisjoint({quad.triple for quad in quads if quad.graph_name != iri})
    for form in ("nt", "ttl", "rdf"):
        response = client.get("/claim/jpost-620411/54-2", params={"format": form})
        syntax = RdfFormat.from_media_type(response.headers["content-type"].partition(";")[0])
        assert syntax is not None
        assert stated.isdisjoint({quad.triple for quad in parse(response.content, syntax)})


def test_the_page_of_a_person(client: TestClient) -> None:
    page = client.get(f"/doc/{PERSON}", headers=HTML).text
    assert "<h1>Abu Mahdi al-Muhandis</h1>" in page
    assert 'href="/doc/office/pmu-deputy-head"' in page
    assert f'href="/explain/{SITUATION}"' in page
    assert "entence 30" in page
    assert 'href="?format=ttl"' in page


def test_a_document_in_a_format_that_is_not_offered(client: TestClient) -> None:
    answer = client.get("/source/jpost-620411", headers={"Accept": "image/png"})
    assert answer.status_code == 406


def test_the_page_of_an_event_says_who_took_part(client: TestClient) -> None:
    page = client.get("/doc/event/us-strike-2020-01-03", headers=HTML).text
    assert "Who took part" in page
    assert 'href="/doc/person/qasem-soleimani"' in page


def test_the_page_of_a_claim_shows_what_it_states(client: TestClient) -> None:
    page = client.get("/claim/jpost-620411/30-1", headers=HTML).text
    assert "What it states" in page
    assert "characters 3298–3453" in page
    assert 'href="/source/jpost-620411"' in page


def test_the_page_of_a_source_lists_all_its_claims(client: TestClient, kb: KnowledgeBase) -> None:
    pages = [client.get(f"/source/jpost-620411?page={n}", headers=HTML).text for n in (1, 2, 3)]
    page = "".join(pages)
    own = [iri for iri, claim in kb.claims.items() if claim.source.endswith("/jpost-620411")]
    assert own
    assert all(f'href="/{iri.removeprefix(BASE)}"' in page for iri in own)


def test_every_entity_source_and_occurrence_has_a_page(
    client: TestClient, kb: KnowledgeBase
) -> None:
    things = {*kb.registry, *kb.world().occurrences}
    addresses = [iri.replace(BASE + "id/", "/doc/") for iri in sorted(things)]
    addresses += [iri.replace(BASE, "/") for iri in sorted(kb.sources)]
    for address in addresses:
        assert client.get(address, headers=HTML).status_code == 200, address


@pytest.mark.parametrize(
    ("address", "nearest"),
    [
        ("/doc/person/abu-mahdi-al-muhandi", PERSON),
        ("/claim/jpost-620411/30-11", "jpost-620411/30-1"),
        ("/source/jpost-62041", "jpost-620411"),
    ],
)
def test_what_is_not_there_is_told_with_the_nearest(
    client: TestClient, address: str, nearest: str
) -> None:
    # Nothing is not there in a format that is offered.
    assert client.get(address, headers={"Accept": "image/png"}).status_code == 404
    response = client.get(address)
    assert response.status_code == 404
    assert nearest in response.json()["remedy"]


def test_the_ontology_is_turtle_for_machines(client: TestClient) -> None:
    for address, term in (("/ontology", "ontology#Tenure"), ("/vocabulary", "vocabulary#Asserted")):
        quads = list(parse(client.get(address).content, RdfFormat.TURTLE))
        assert NamedNode(BASE + term) in {quad.subject for quad in quads}


def test_the_ontology_has_one_anchor_a_term(client: TestClient, kb: KnowledgeBase) -> None:
    for page, namespace in (("/ontology", "ontology#"), ("/vocabulary", "vocabulary#")):
        text = client.get(page, headers=HTML).text
        graph = kb.store.quads(kb.names.graph("ontology"))
        subjects = {quad.subject.value for quad in graph if isinstance(quad.subject, NamedNode)}
        terms = {iri.partition("#")[2] for iri in subjects if iri.startswith(BASE + namespace)}
        assert terms
        for term in terms:
            assert text.count(f'id="{term}"') == 1


def test_what_is_read_in_part_is_shown_as_what_is_read_whole(
    client: TestClient, kb: KnowledgeBase, monkeypatch: pytest.MonkeyPatch
) -> None:
    def anew(_: ThingsOverTime, iri: str, policy: Policy) -> ThingOverTime:
        return ThingOverTime(kb, policy, iri)

    monkeypatch.setattr(ThingsOverTime, "about", anew)
    held = sorted(iri for iri, kinds in kb.registry.types.items() if TN("Office").value in kinds)
    addresses = [f"/doc/{kb.names.short(iri)}?day=2020-01-02" for iri in held[:30]]
    whole = [client.get(one, headers=HTML).text for one in addresses]
    monkeypatch.setattr(over_time, "MOST_AT_ONCE", 0)
    assert [client.get(one, headers=HTML).text for one in addresses] == whole


def test_who_held_an_office_twice_came_after_others_and_before_them(
    tmp_path: Path, catalog: Catalog
) -> None:
    entities = """
office:mayor a tn:Office ; rdfs:label "Mayor"@en ; tn:seats 1 .
org:press a tn:MediaOutlet ; rdfs:label "Press"@en .
person:ada a tn:Person ; rdfs:label "Ada"@en .
person:bo a tn:Person ; rdfs:label "Bo"@en .
"""
    held = (
        "tenure:t{0} a tn:Tenure ; tn:holder person:{1} ; tn:office office:mayor ; "
        'tn:start "{0}-01-01"^^edtf:EDTF ; tn:end "{0}-12-31"^^edtf:EDTF .'
    )
    said = [Said(held.format(*one)) for one in ((2001, "ada"), (2002, "bo"), (2003, "ada"))]
    facts = made_facts(tmp_path / "facts", entities, said, {"a": MadeSource("2020-05-05")})
    kb = open_knowledge_base(facts)
    with TestClient(app_over(kb, catalog), headers=HTML) as client:
        page = client.get("/doc/office/mayor").text
    kb.store.close()
    cards = page.split('<li class="situation')[1:]
    told = [("After" in card, "Followed by" in card) for card in cards]
    assert told == [(False, True), (True, True), (True, False)]
