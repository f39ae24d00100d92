"""What the protocols promise of answers that workers give."""

from __future__ import annotations

import pytest
from pyoxigraph import RdfFormat, parse
from starlette.testclient import TestClient

from tenure.knowledge import KnowledgeBase
from tenure.store import Triples

ALL = "SELECT * { ?s ?p ?o FILTER(!isBLANK(?s) && !isBLANK(?o)) } ORDER BY ?s ?p ?o LIMIT 100"
TERM = "<<( <a:s> <a:p> <a:o> )>>"


@pytest.mark.parametrize(
    ("accept", "syntax"),
    [
        ("text/turtle", RdfFormat.TURTLE),
        ("application/n-triples", RdfFormat.N_TRIPLES),
        ("application/ld+json", RdfFormat.JSON_LD),
        ("application/rdf+xml", RdfFormat.RDF_XML),
        ("application/trig", RdfFormat.TRIG),
        ("application/n-quads", RdfFormat.N_QUADS),
    ],
)
def test_every_format_holds_the_same_graph(
    client: TestClient, kb: KnowledgeBase, accept: str, syntax: RdfFormat
) -> None:
    query = "CONSTRUCT { ?s ?p ?o } FROM <at/2020-01-02> { ?s ?p ?o }"
    answer = client.get("/sparql", params={"query": query}, headers={"accept": accept})
    assert answer.headers["content-type"].partition(";")[0] == accept
    here = kb.query(query.replace("<at/", f"<{kb.names.at_prefix}"))
    assert isinstance(here, Triples)
    assert {quad.triple for quad in parse(answer.content, syntax)} == set(here) != set()


def test_what_has_not_changed_is_not_sent_again(client: TestClient) -> None:
    tag = client.get("/sparql", params={"query": ALL}).headers["etag"]
    again = client.get("/sparql", params={"query": ALL}, headers={"if-none-match": tag})
    assert again.status_code == 304
    assert "etag" not in client.get("/sparql", params={"query": "SELECT (NOW() AS ?x) {}"}).headers


@pytest.mark.parametrize(
    ("query", "form", "status"),
    [
        ("ASK {", "json", 400),
        ("ASK { ?s <p> ?o . ?x }", "json", 400),
        (f"CONSTRUCT {{ <a:s> <a:p> {TERM} }} {{}}", "jsonld", 400),
        ("CONSTRUCT { <a:s> <http://example.org/1> 1 } {}", "rdf", 400),
        (r"SELECT ('\u0001' AS ?x) {}", "xml", 400),
        ("ASK { SERVICE <http://127.0.0.1:9/> { ?s ?p ?o } }", "json", 403),
        ("SELECT * FROM <http://127.0.0.1:9/> { ?s ?p ?o }", "json", 403),
    ],
)
def test_refusals(client: TestClient, query: str, form: str, status: int) -> None:
    asked = {"query": query, "format": form}
    answer = client.get("/sparql", params=asked)
    assert (answer.status_code, answer.json()["status"]) == (status, status)


def test_the_format_that_is_missing_is_told(client: TestClient) -> None:
    answer = client.get("/sparql", params={"query": ALL}, headers={"accept": "text/turtle"})
    assert answer.status_code == 406
    page = client.get("/sparql", params={"query": ALL}, headers={"accept": "text/html"})
    assert page.status_code == 200
    assert "<table" in page.text
