"""A day as a graph over HTTP."""

from __future__ import annotations

import pytest
from pyoxigraph import NamedNode, RdfFormat, Triple, parse
from starlette.testclient import TestClient

ID = "https://w3id.org/tenure/id/"
HOLDS = NamedNode("http://www.w3.org/ns/org#holds")
DEPUTY = Triple(
    NamedNode(ID + "person/abu-mahdi-al-muhandis"), HOLDS, NamedNode(ID + "office/pmu-deputy-head")
)


def triples(client: TestClient, address: str) -> set[Triple]:
    response = client.get(address, params={"format": "nt"})
    assert response.status_code == 200, response.text
    return {quad.triple for quad in parse(response.content, RdfFormat.N_TRIPLES)}


@pytest.mark.parametrize(
    "when", ["2020-01-02", "2020-01-03", "before/2020-01-03", "event/us-strike-2020-01-03"]
)
def test_what_certainly_held(client: TestClient, when: str) -> None:
    assert DEPUTY in triples(client, f"/at/{when}")


def test_what_no_longer_held(client: TestClient) -> None:
    assert DEPUTY not in triples(client, "/at/2020-01-05/possible")


def test_what_is_only_possible(client: TestClient) -> None:
    assert DEPUTY not in triples(client, "/at/2015-06-01")
    assert DEPUTY in triples(client, "/at/2015-06-01/possible")


def test_another_policy_by_parameter_and_by_the_graphs_own_iri(client: TestClient) -> None:
    elsewhere = "sources=dw-52601139"
    for address in (f"/at/2020-01-02?policy={elsewhere}", f"/policy/{elsewhere}/at/2020-01-02"):
        response = client.get(address, headers={"accept": "application/n-triples"})
        assert response.status_code == 200
        assert "pmu-deputy-head" not in response.text


@pytest.mark.parametrize(
    "accept", ["text/turtle", "application/n-triples", "application/ld+json", "application/rdf+xml"]
)
def test_every_format(client: TestClient, accept: str) -> None:
    response = client.get("/at/2020-01-02", headers={"accept": accept})
    assert response.headers["content-type"].partition(";")[0] == accept
    syntax = RdfFormat.from_media_type(accept)
    assert syntax is not None
    assert DEPUTY in {quad.triple for quad in parse(response.content, syntax)}


def test_a_set_of_days_in_brackets(client: TestClient) -> None:
    assert DEPUTY in triples(client, "/at/[2020-01-01..2020-01-03]/possible")


@pytest.mark.parametrize(
    ("address", "status"),
    [("/at/2020-13-01", 400), ("/at/event/none-such", 404), ("/at/source/none-such", 404)],
)
def test_no_such_day(client: TestClient, address: str, status: int) -> None:
    response = client.get(address)
    assert response.status_code == status
    assert response.json()["remedy"]


def test_the_page_leads_to_what_is_possible_and_to_the_reasons(client: TestClient) -> None:
    page = client.get("/at/2015-06-01/possible", headers={"accept": "text/html"}).text
    assert 'href="/at?day=2015-06-01&amp;degree=certain"' in page
    why = "/explain/tenure/abu-mahdi-al-muhandis--pmu-deputy-head"
    assert f'href="{why}?day=2015-06-01&amp;degree=possible"' in page
    certain = client.get("/at/2015-06-01", headers={"accept": "text/html"}).text
    assert 'href="/at?day=2015-06-01&amp;degree=possible"' in certain
    assert "pmu-deputy-head" not in certain


def test_what_is_presumed_is_a_graph_of_its_own(client: TestClient) -> None:
    secretary = Triple(
        NamedNode(ID + "person/ali-shamkhani"), HOLDS, NamedNode(ID + "office/snsc-secretary")
    )
    assert secretary not in triples(client, "/at/2020-04-15")
    assert secretary in triples(client, "/at/2020-04-15/presumed")
    assert secretary not in triples(client, "/at/2025-04-15/presumed")
    assert secretary in triples(client, "/at/2025-04-15/possible")
    assert secretary in triples(client, "/known/2026-11-24T00:00:00Z/at/2020-04-15/presumed")
    page = client.get("/at/2020-04-15/presumed", headers={"accept": "text/html"}).text
    assert "What certainly or presumably held." in page
    assert "Shamkhani" in page


def test_incumbents_are_presumed_with_their_last_word(client: TestClient) -> None:
    asked = {"at": "2020-04-15", "format": "json"}
    bindings = client.get("/queries/incumbents", params=asked).json()["results"]["bindings"]
    held = {b["person"]["value"].removeprefix(ID): b for b in bindings}
    assert len(bindings) >= 10
    assert {b["certainty"]["value"] for b in bindings} == {"presumed"}
    assert all("lastWord" in b and "lastWordSource" in b for b in bindings)
    assert "person/haider-al-abadi" not in held
    shown = client.get("/queries/incumbents", params=asked | {"degree": "certain"}).json()
    assert shown["results"]["bindings"] == []
    refused = client.get("/queries/incumbents", params=asked | {"degree": "sure"})
    assert refused.status_code == 400
    assert "certain, presumed or possible" in refused.text


def test_what_is_presumed_can_be_asked_of_in_sparql(client: TestClient) -> None:
    at = "https://w3id.org/tenure/at/2020-04-15"
    query = "ASK { ?who <http://www.w3.org/ns/org#holds> ?office }"
    for graph, expected in ((at, False), (f"{at}/presumed", True), (f"{at}/possible", True)):
        params = {"query": query, "default-graph-uri": graph}
        answer = client.get("/sparql", params=params, headers={"accept": "application/json"})
        assert answer.json()["boolean"] is expected, graph
