"""The SPARQL protocol: forms, formats, data sets, refusals, limits, and the page."""

from __future__ import annotations

import csv
import io
import json
from urllib.parse import urlencode
from xml.etree import ElementTree as ET

import pytest
from pyoxigraph import RdfFormat, parse
from starlette.testclient import TestClient
from tests.service import app_over

from tenure.catalog import Catalog
from tenure.knowledge import KnowledgeBase
from tenure_api.settings import Limits

HOLDER = "https://w3id.org/tenure/id/person/abu-mahdi-al-muhandis"
DAY = "https://w3id.org/tenure/at/2020-01-02"
PREFIXES = """
PREFIX org: <http://www.w3.org/ns/org#>
PREFIX office: <https://w3id.org/tenure/id/office/>
PREFIX tn: <https://w3id.org/tenure/ontology#>
"""
SELECT = f"{PREFIXES} SELECT ?who WHERE {{ ?t tn:office office:pmu-deputy-head ; tn:holder ?who }}"
ASK = f"{PREFIXES} ASK {{ ?t tn:office office:pmu-deputy-head }}"
CONSTRUCT = f"{PREFIXES} CONSTRUCT {{ ?who a tn:Agent }} WHERE {{ ?t tn:holder ?who }}"
DESCRIBE = f"{PREFIXES} DESCRIBE office:pmu-deputy-head"
WHO = "SELECT ?who FROM $day WHERE { ?who org:holds office:pmu-deputy-head }"
ON_THE_DAY = PREFIXES + WHO.replace("$day", f"<{DAY}>")


def people(text: str) -> set[str]:
    return {row["who"]["value"] for row in json.loads(text)["results"]["bindings"]}


def test_get_answers_in_json(client: TestClient) -> None:
    response = client.get("/sparql", params={"query": SELECT})
    assert response.status_code == 200
    assert response.headers["content-type"] == "application/sparql-results+json"
    assert people(response.text) == {HOLDER}


def test_a_form_asks_too(client: TestClient) -> None:
    response = client.post("/sparql", data={"query": SELECT})
    assert people(response.text) == {HOLDER}


def test_a_bare_query_in_the_body_asks_too(client: TestClient) -> None:
    kind = {"content-type": "application/sparql-query; charset=utf-8"}
    response = client.post("/sparql", content=SELECT, headers=kind)
    assert people(response.text) == {HOLDER}


@pytest.mark.parametrize(
    ("accept", "media_type"),
    [
        ("application/sparql-results+json", "application/sparql-results+json"),
        ("application/json", "application/json"),
        ("application/sparql-results+xml", "application/sparql-results+xml"),
        ("text/csv", "text/csv"),
        ("text/tab-separated-values", "text/tab-separated-values"),
        ("text/csv;q=0.2, application/sparql-results+xml;q=0.9", "application/sparql-results+xml"),
        ("text/turtle;q=0.9, text/csv;q=0.1", "text/csv"),
        ("*/*;q=0.1", "application/sparql-results+json"),
        ("text/html;q=0, */*", "application/sparql-results+json"),
    ],
)
def test_rows_in_the_format_that_is_wanted_most(
    client: TestClient, accept: str, media_type: str
) -> None:
    response = client.get("/sparql", params={"query": SELECT}, headers={"accept": accept})
    assert response.status_code == 200
    assert response.headers["content-type"].partition(";")[0] == media_type
    assert response.headers["vary"] == "Accept"
    assert HOLDER in response.text


def test_each_format_of_rows_is_what_it_says(client: TestClient) -> None:
    def ask(form: str) -> str:
        return client.get("/sparql", params={"query": SELECT, "format": form}).text

    assert list(csv.reader(io.StringIO(ask("csv")))) == [["who"], [HOLDER]]
    assert ask("tsv").splitlines() == ["?who", f"<{HOLDER}>"]
    found = ET.fromstring(ask("xml"))  # noqa: S314 - our own answer
    assert [uri.text for uri in found.iter("{http://www.w3.org/2005/sparql-results#}uri")] == [
        HOLDER
    ]


@pytest.mark.parametrize("form", ["json", "xml", "csv", "tsv"])
def test_ask_in_every_format(client: TestClient, form: str) -> None:
    response = client.get("/sparql", params={"query": ASK, "format": form})
    assert response.status_code == 200
    assert "true" in response.text


@pytest.mark.parametrize("query", [CONSTRUCT, DESCRIBE])
@pytest.mark.parametrize(
    ("accept", "syntax"),
    [
        ("text/turtle", RdfFormat.TURTLE),
        ("application/n-triples", RdfFormat.N_TRIPLES),
        ("application/ld+json", RdfFormat.JSON_LD),
        ("application/rdf+xml", RdfFormat.RDF_XML),
    ],
)
def test_graphs_in_every_format(
    client: TestClient, query: str, accept: str, syntax: RdfFormat
) -> None:
    response = client.get("/sparql", params={"query": query}, headers={"accept": accept})
    assert response.headers["content-type"].partition(";")[0] == accept
    assert list(parse(response.content, syntax))


def test_turtle_declares_only_prefixes_that_it_uses(client: TestClient) -> None:
    text = client.get("/sparql", params={"query": DESCRIBE}).text
    declared = {line.split()[1] for line in text.splitlines() if line.startswith("@prefix")}
    body = "\n".join(line for line in text.splitlines() if not line.startswith("@prefix"))
    assert "office:" in declared
    assert all(f"{prefix}" in body for prefix in declared)


def test_rows_cannot_be_turtle(client: TestClient) -> None:
    response = client.get("/sparql", params={"query": SELECT}, headers={"accept": "text/turtle"})
    assert response.status_code == 406
    assert "application/sparql-results+json" in response.json()["remedy"]


def test_an_unknown_format_is_named_with_those_there_are(client: TestClient) -> None:
    response = client.get("/sparql", params={"query": SELECT, "format": "xls"})
    assert response.status_code == 400
    assert response.json()["where"] == "format"
    assert "csv" in response.json()["remedy"]


def test_a_malformed_query_is_told_with_line_and_column(client: TestClient) -> None:
    response = client.get("/sparql", params={"query": "SELECT *\nWHERE { ?s ?p }"})
    problem = response.json()
    assert response.status_code == 400
    assert response.headers["content-type"] == "application/problem+json"
    assert problem["type"] == "/problems#BadQuery"
    assert problem["line"] == 2
    assert problem["column"] > 1
    assert problem["remedy"]


@pytest.mark.parametrize(
    ("query", "named"),
    [
        ("SELECT * { SERVICE <http://127.0.0.1:9/> { ?s ?p ?o } }", "SERVICE"),
        ("LOAD <http://127.0.0.1:9/>", "LOAD"),
        ("SELECT * FROM <http://127.0.0.1:9/> { ?s ?p ?o }", "FROM"),
        ("SELECT * FROM NAMED <http://127.0.0.1:9/> { GRAPH ?g { ?s ?p ?o } }", "FROM NAMED"),
    ],
)
def test_what_would_fetch_is_refused(client: TestClient, query: str, named: str) -> None:
    response = client.get("/sparql", params={"query": query})
    assert response.status_code == 403
    assert named in response.json()["detail"]


@pytest.mark.parametrize("parameter", ["default-graph-uri", "named-graph-uri"])
def test_an_unknown_graph_of_the_protocol_is_refused(client: TestClient, parameter: str) -> None:
    asked = {"query": ASK, parameter: "http://127.0.0.1:9/"}
    assert client.get("/sparql", params=asked).status_code == 403
    assert client.post("/sparql", data=asked).status_code == 403
    asked[parameter] = "no IRI"
    assert client.get("/sparql", params=asked).status_code == 400


def test_the_day_is_a_graph_by_from_and_by_the_protocol(client: TestClient) -> None:
    assert people(client.get("/sparql", params={"query": ON_THE_DAY}).text) == {HOLDER}
    plain = ON_THE_DAY.replace(f"FROM <{DAY}>", "")
    asked = {"query": plain, "default-graph-uri": DAY}
    assert people(client.get("/sparql", params=asked).text) == {HOLDER}
    kind = {"content-type": "application/sparql-query"}
    address = "/sparql?" + urlencode({"default-graph-uri": DAY})
    assert people(client.post(address, content=plain, headers=kind).text) == {HOLDER}
    asked["default-graph-uri"] = "https://w3id.org/tenure/at/2020-01-05"
    assert people(client.get("/sparql", params=asked).text) == set()


def test_the_policy_chooses_the_world(client: TestClient) -> None:
    query = f"{PREFIXES} ASK {{ ?e tn:participationOf ?who . ?c tn:standing ?s }}"
    for policy in ("modalities=all", "sources=jpost-620411"):
        response = client.get("/sparql", params={"query": query, "policy": policy})
        assert response.json()["boolean"] is True
    assert client.get("/sparql", params={"query": ASK, "policy": "x=y"}).status_code == 400


@pytest.mark.parametrize(
    ("kind", "content"),
    [
        ("application/sparql-update", "CLEAR ALL"),
        ("application/x-www-form-urlencoded", "update=CLEAR+ALL"),
    ],
)
def test_updates_are_refused(client: TestClient, kind: str, content: str) -> None:
    response = client.post("/sparql", content=content, headers={"content-type": kind})
    assert response.status_code == 403
    assert "only reads" in response.json()["detail"]


def test_an_update_as_query_is_refused_and_changes_nothing(
    client: TestClient, kb: KnowledgeBase
) -> None:
    before = kb.store.size()
    response = client.post("/sparql", data={"query": "INSERT DATA { <a:b> <a:c> <a:d> }"})
    assert response.status_code == 400
    assert kb.store.size() == before


def test_a_body_of_another_kind_is_refused(client: TestClient) -> None:
    response = client.post("/sparql", content="{}", headers={"content-type": "application/json"})
    assert response.status_code == 415
    assert "application/sparql-query" in response.json()["remedy"]


@pytest.mark.parametrize("content", [b"query=%FF", b"query=\xff"])
def test_a_form_that_is_not_utf_8_is_refused(client: TestClient, content: bytes) -> None:
    kind = {"content-type": "application/x-www-form-urlencoded"}
    response = client.post("/sparql", content=content, headers=kind)
    assert response.status_code == 400
    assert "UTF-8" in response.json()["detail"]


def test_a_query_given_twice_is_refused(client: TestClient) -> None:
    response = client.get("/sparql", params=[("query", ASK), ("query", SELECT)])
    assert response.status_code == 400
    assert response.json()["where"] == "query"


def test_without_a_query_the_service_describes_itself(client: TestClient) -> None:
    response = client.get("/sparql")
    assert response.headers["content-type"].startswith("text/turtle")
    described = list(parse(response.content, RdfFormat.TURTLE))
    endpoints = {q.object for q in described if q.predicate.value.endswith("#endpoint")}
    assert [str(one) for one in endpoints] == ["<http://testserver/sparql>"]
    assert client.post("/sparql", data={"policy": "x"}).status_code == 400


def test_a_hostile_host_does_not_reach_the_description(client: TestClient) -> None:
    response = client.get("/sparql", headers={"host": "evil> <b"})
    assert response.status_code == 200
    assert "evil" not in response.text


def test_limits_are_kept(kb: KnowledgeBase, catalog: Catalog) -> None:
    limits = Limits(query=60, parameter=20, form=200, fields=3, rows=2)
    with TestClient(app_over(kb, catalog, limits=limits)) as client:
        assert client.get("/sparql", params={"query": "ASK {}"}).status_code == 200
        assert client.get("/sparql", params={"query": "#" * 61}).status_code == 413
        assert client.post("/sparql", data={"query": "#" * 201}).status_code == 413
        assert client.post("/sparql", data=dict.fromkeys("abcd", "x")).status_code == 413
        graphs = {"query": "ASK {}", "default-graph-uri": [DAY] * 3}
        assert client.get("/sparql", params=graphs).status_code == 413
        page = client.get(
            "/sparql", params={"query": "SELECT * { ?s ?p ?o }"}, headers={"accept": "text/html"}
        ).text
        assert "Only the first 2 rows" in page


@pytest.mark.parametrize("query", [SELECT, ASK, CONSTRUCT])
def test_a_browser_gets_a_page_with_the_results(client: TestClient, query: str) -> None:
    response = client.get("/sparql", params={"query": query}, headers={"accept": "text/html"})
    assert response.status_code == 200
    assert "<textarea" in response.text
    expected = "Yes." if query == ASK else "al-Muhandis" if query == SELECT else "tn:Agent"
    assert expected in response.text


def test_a_browser_keeps_its_query_when_it_is_wrong(client: TestClient) -> None:
    asked = {"query": "SELECT * { <script> "}
    response = client.get("/sparql", params=asked, headers={"accept": "text/html"})
    assert response.status_code == 400
    assert "Malformed query" in response.text
    assert "&lt;script&gt;" in response.text
    assert "<script>" not in response.text
