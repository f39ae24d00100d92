"""What the protocols promise holds too where workers answer."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from pyoxigraph import RdfFormat, parse
from starlette.testclient import TestClient

from tenure.catalog import Catalog
from tenure.knowledge import KnowledgeBase
from tenure_api.app import create_app
from tenure_api.operation.settings import Settings
from tenure_api.sparql.pooled import build_pool

ALL = "SELECT * { ?s ?p ?o FILTER(!isBLANK(?s) && !isBLANK(?o)) } ORDER BY ?s ?p ?o LIMIT 100"
TERM = "<<( <a:s> <a:p> <a:o> )>>"


@pytest.fixture(scope="module")
def pooled(kb: KnowledgeBase, catalog: Catalog) -> Iterator[TestClient]:
    """A client of a service with one worker."""
    pool = build_pool(kb, Settings(workers=1))
    assert pool is not None
    with TestClient(create_app(kb, catalog, pool=pool)) as client:
        yield client


@pytest.mark.parametrize(
    ("query", "accept"),
    [
        (ALL, "application/sparql-results+json"),
        (ALL, "application/sparql-results+xml"),
        (ALL, "text/csv"),
        (ALL, "text/tab-separated-values"),
        ("ASK {}", "application/sparql-results+json"),
        ("ASK {}", "application/sparql-results+xml"),
    ],
)
def test_the_same_bytes_as_without(
    client: TestClient, pooled: TestClient, query: str, accept: str
) -> None:
    headers = {"accept": accept}
    for method in ("GET", "HEAD"):
        theirs = pooled.request(method, "/sparql", params={"query": query}, headers=headers)
        ours = client.request(method, "/sparql", params={"query": query}, headers=headers)
        assert theirs.status_code == ours.status_code == 200
        assert theirs.content == ours.content
        for name in ("content-type", "content-length", "vary", "cache-control"):
            assert theirs.headers[name] == ours.headers[name]


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
def test_the_same_graph_as_without(
    client: TestClient, pooled: TestClient, accept: str, syntax: RdfFormat
) -> None:
    query = "CONSTRUCT { ?s ?p ?o } FROM <at/2020-01-02> { ?s ?p ?o }"
    told = [
        one.get("/sparql", params={"query": query}, headers={"accept": accept})
        for one in (client, pooled)
    ]
    assert {answer.headers["content-type"].partition(";")[0] for answer in told} == {accept}
    ours, theirs = (set(parse(answer.content, syntax)) for answer in told)
    assert ours == theirs != set()


def test_what_has_not_changed_is_not_sent_again(pooled: TestClient) -> None:
    tag = pooled.get("/sparql", params={"query": ALL}).headers["etag"]
    again = pooled.get("/sparql", params={"query": ALL}, headers={"if-none-match": tag})
    assert again.status_code == 304
    assert "etag" not in pooled.get("/sparql", params={"query": "SELECT (NOW() AS ?x) {}"}).headers


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
def test_the_same_refusals_as_without(
    client: TestClient, pooled: TestClient, query: str, form: str, status: int
) -> None:
    asked = {"query": query, "format": form}
    ours, theirs = (one.get("/sparql", params=asked) for one in (client, pooled))
    assert theirs.status_code == ours.status_code == status
    assert theirs.json() == ours.json()


def test_the_format_that_is_missing_is_told(pooled: TestClient) -> None:
    answer = pooled.get("/sparql", params={"query": ALL}, headers={"accept": "text/turtle"})
    assert answer.status_code == 406
    page = pooled.get("/sparql", params={"query": ALL}, headers={"accept": "text/html"})
    assert page.status_code == 200
    assert "<table" in page.text
