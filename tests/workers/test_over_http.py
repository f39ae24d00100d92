"""The service with workers answers as it does without."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from pyoxigraph import Literal, NamedNode, Quad, RdfFormat, parse
from starlette.testclient import TestClient

from tenure.catalog import Catalog
from tenure.knowledge import KnowledgeBase, open_knowledge_base
from tenure_api.app import create_app
from tenure_api.operation.settings import Settings
from tenure_api.sparql.pooled import build_pool

SETTINGS = Settings(workers=2, query_seconds=1, query_memory_mb=256, query_rows=50_000)
PREFIX = "PREFIX tn: <https://w3id.org/tenure/ontology#> "

QUERIES = (
    PREFIX + "SELECT ?t ?who WHERE { ?t a tn:Tenure ; tn:holder ?who } ORDER BY ?t ?who",
    PREFIX + "ASK { ?t a tn:Tenure }",
    PREFIX + "SELECT ?claim ?s WHERE { GRAPH ?claim { ?s a tn:Tenure } } ORDER BY ?claim ?s",
    "SELECT ?g (COUNT(*) AS ?n) WHERE { GRAPH ?g { ?s ?p ?o } } GROUP BY ?g ORDER BY ?g",
    (
        "BASE <https://w3id.org/tenure/> "
        "SELECT ?s ?p ?o FROM <at/2020-01-02> WHERE { ?s ?p ?o } ORDER BY ?s ?p ?o"
    ),
    (
        "BASE <https://w3id.org/tenure/> "
        "SELECT (COUNT(*) AS ?n) WHERE { GRAPH <at/2020-01-02> { ?s ?p ?o } }"
    ),
    (
        "BASE <https://w3id.org/tenure/> "
        "SELECT (COUNT(*) AS ?n) FROM NAMED <at/2020-01-02> WHERE { GRAPH ?g { ?s ?p ?o } }"
    ),
    "SELECT (1/0 AS ?nothing) ?other WHERE {}",
    "SELECT * WHERE {}",
)
GRAPHS = (
    PREFIX + "CONSTRUCT { ?t tn:holder ?who } WHERE { ?t a tn:Tenure ; tn:holder ?who }",
    "DESCRIBE <https://w3id.org/tenure/id/person/qasem-soleimani>",
)
WRONG = (
    "SELECT ?a\nWHERE { ?a ?b }",
    "SELECT * { SERVICE <http://127.0.0.1:9/> { ?s ?p ?o } }",
    "SELECT * FROM <urn:nowhere> {}",
    "",
)


@pytest.fixture(scope="module")
def kb() -> Iterator[KnowledgeBase]:
    opened = open_knowledge_base()
    yield opened
    opened.store.close()


@pytest.fixture(scope="module")
def pooled(kb: KnowledgeBase) -> Iterator[TestClient]:
    pool = build_pool(kb, SETTINGS)
    assert pool is not None
    with TestClient(create_app(kb, Catalog.load(), pool=pool)) as client:
        yield client


@pytest.fixture(scope="module")
def plain(kb: KnowledgeBase) -> TestClient:
    return TestClient(create_app(kb, Catalog.load()))


@pytest.mark.parametrize("form", ["json", "xml", "csv", "tsv"])
@pytest.mark.parametrize("query", QUERIES)
def test_rows_are_the_same(pooled: TestClient, plain: TestClient, query: str, form: str) -> None:
    asked = {"query": query, "format": form}
    ours, theirs = (one.get("/sparql", params=asked) for one in (pooled, plain))
    assert (ours.status_code, ours.content) == (theirs.status_code, theirs.content)
    assert ours.headers["content-type"] == theirs.headers["content-type"]
    assert ours.headers["vary"] == theirs.headers["vary"]
    again = pooled.get("/sparql", params=asked, headers={"If-None-Match": ours.headers["etag"]})
    assert again.status_code == 304
    head = pooled.head("/sparql", params=asked)
    assert (head.status_code, head.content) == (200, b"")


@pytest.mark.parametrize("form", ["nt", "ttl", "rdf", "jsonld", "trig", "nq"])
@pytest.mark.parametrize("query", GRAPHS)
def test_triples_are_the_same(pooled: TestClient, plain: TestClient, query: str, form: str) -> None:
    ours, theirs = (
        one.post("/sparql", params={"format": form}, data={"query": query})
        for one in (pooled, plain)
    )
    assert ours.status_code == theirs.status_code == 200
    kind = RdfFormat.from_media_type(ours.headers["content-type"].partition(";")[0])
    assert kind is not None
    read = [set(parse(one.content, format=kind)) for one in (ours, theirs)]
    assert read[0] == read[1]
    assert len(read[0]) > 2
    assert ours.text.count("@prefix") == theirs.text.count("@prefix")
    assert ours.headers["content-type"] == theirs.headers["content-type"]


@pytest.mark.parametrize("query", WRONG)
@pytest.mark.parametrize("form", ["json", "ttl"])
def test_refusals_are_the_same(
    pooled: TestClient, plain: TestClient, query: str, form: str
) -> None:
    ours, theirs = (
        one.get("/sparql", params={"query": query, "format": form}) for one in (pooled, plain)
    )
    assert (ours.status_code, ours.text) == (theirs.status_code, theirs.text)


def test_a_format_for_the_other_kind_is_refused_alike(
    pooled: TestClient, plain: TestClient
) -> None:
    for query, accept in ((QUERIES[0], "text/turtle"), (GRAPHS[0], "text/csv")):
        ours, theirs = (
            one.get("/sparql", params={"query": query}, headers={"Accept": accept})
            for one in (pooled, plain)
        )
        assert ours.status_code == 406
        assert ours.text == theirs.text


@pytest.mark.parametrize("query", [*QUERIES, *GRAPHS, "SELECT ?a { ?a"])
def test_pages_are_the_same(pooled: TestClient, plain: TestClient, query: str) -> None:
    asked = {"query": query, "format": "html"}
    ours, theirs = (one.get("/sparql", params=asked) for one in (pooled, plain))
    assert ours.status_code == theirs.status_code
    if query not in GRAPHS:  # triples come in any order
        assert sorted(ours.text.split("\n")) == sorted(theirs.text.split("\n"))
    else:
        assert len(ours.text) == len(theirs.text)


def test_a_page_shows_the_first_rows_of_many(pooled: TestClient) -> None:
    query = "SELECT * { ?a ?b ?c . ?d ?e ?f }"
    shown = pooled.get("/sparql", params={"query": query, "format": "html"})
    assert shown.status_code == 200
    assert shown.text.count("<tr") >= 1_000


def test_another_policy_is_another_world(pooled: TestClient, plain: TestClient) -> None:
    query = "SELECT (COUNT(*) AS ?n) WHERE { ?s ?p ?o }"
    both = "SELECT (COUNT(*) AS ?n) WHERE { GRAPH ?g { ?s ?p ?o } }"
    for text in (query, both):
        asked = {
            "query": text,
            "policy": "sources=jpost-620411;modalities=asserted,reported,alleged",
            "format": "csv",
        }
        ours, theirs = (one.get("/sparql", params=asked) for one in (pooled, plain))
        assert ours.text == theirs.text
        assert ours.status_code == 200


def test_what_is_stopped_says_why(pooled: TestClient) -> None:
    query = "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i . ?j ?k ?l }"
    stopped = pooled.get("/sparql", params={"query": query})
    assert stopped.status_code == 503
    assert stopped.json()["type"] == "/problems#QueryStopped"
    assert "1 s" in stopped.json()["detail"]
    assert 'tenure_queries_stopped_total{reason="time"}' in pooled.get("/metrics").text
    assert pooled.get("/ready").status_code == 200


def test_every_write_is_seen_at_once(kb: KnowledgeBase, pooled: TestClient) -> None:
    graph = NamedNode("https://example.org/added")
    count = "SELECT (COUNT(*) AS ?n) WHERE { GRAPH <https://example.org/added> { ?s ?p ?o } }"
    on_a_day = (
        "BASE <https://w3id.org/tenure/> "
        "SELECT (COUNT(*) AS ?n) FROM <at/2020-01-02> WHERE { ?s ?p ?o }"
    )
    before = pooled.get("/sparql", params={"query": on_a_day, "format": "csv"}).text
    for n in range(1, 6):
        kb.store.add([Quad(graph, graph, Literal(n), graph)])
        found = pooled.get("/sparql", params={"query": count, "format": "csv"}).text
        assert re.findall(r"\d+", found) == [str(n)]
        assert pooled.get("/sparql", params={"query": on_a_day, "format": "csv"}).text == before
    kb.store.remove_graph(graph)
    assert "0" in pooled.get("/sparql", params={"query": count, "format": "csv"}).text
