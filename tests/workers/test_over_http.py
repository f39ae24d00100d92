"""The service with workers answers as it does without."""

from __future__ import annotations

import re
import time
from collections.abc import Iterator
from typing import Any

import pytest
from pyoxigraph import Literal, NamedNode, Quad, RdfFormat, parse
from starlette.testclient import TestClient

from tenure.catalog import Catalog, CatalogQuery
from tenure.knowledge import KnowledgeBase, Prepared, open_knowledge_base
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


@pytest.mark.parametrize("accept", ["application/sparql-results+json", "text/csv", "text/html"])
@pytest.mark.parametrize("name", sorted(Catalog.load()))
def test_questions_are_answered_alike(
    pooled: TestClient, plain: TestClient, name: str, accept: str
) -> None:
    sent = {"params": dict(Catalog.load().find(name).example), "headers": {"accept": accept}}
    there, here = (one.get(f"/queries/{name}", **sent) for one in (pooled, plain))  # type: ignore[arg-type]
    assert (there.status_code, here.status_code) == (200, 200)
    assert there.headers["content-type"] == here.headers["content-type"]
    if accept.endswith("json"):
        assert there.json()["head"] == here.json()["head"]
    assert sorted(there.text.splitlines()) == sorted(here.text.splitlines())


def test_a_question_that_takes_too_long_is_stopped(monkeypatch: pytest.MonkeyPatch) -> None:
    endless = "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i . ?j ?k ?l }"
    monkeypatch.setattr(CatalogQuery, "with_values", lambda *_: endless)
    own = open_knowledge_base()
    pool = build_pool(own, Settings(workers=1, query_seconds=0.3))
    question = "/queries/durations?person=person/abu-mahdi-al-muhandis"
    try:
        with TestClient(create_app(own, Catalog.load(), pool=pool)) as client:
            for more in ("", "&format=html", "&why=1", "&why=1&format=html"):
                told = client.get(question + more)
                assert (told.status_code, "0.3 s" in told.text) == (503, True), more
            for more in ("", "&format=html"):
                told = client.get(f"/diff?from=2020-01-02&to=2020-01-04{more}")
                assert (told.status_code, "0.3 s" in told.text) == (503, True), more
    finally:
        own.store.close()


def many_days(most: int, year: int) -> str:
    """A query that names so many days that nobody has asked for."""
    days = [f"{year + n // 300}-{1 + n // 25 % 12:02}-{1 + n % 25:02}" for n in range(most)]
    named = " ".join(f"FROM <https://w3id.org/tenure/at/{day}>" for day in days)
    return f"SELECT (COUNT(*) AS ?n) {named} WHERE {{ ?s ?p ?o }}"


def test_many_days_are_made_one_by_one(
    pooled: TestClient, plain: TestClient, kb: KnowledgeBase, monkeypatch: pytest.MonkeyPatch
) -> None:
    query = many_days(40, 1990)
    most: list[int] = []
    prepare = kb.prepare

    def counting(*given: Any, **named: Any) -> Prepared:
        before = len(kb.store.graphs())
        made = prepare(*given, **named)
        most.append(len(kb.store.graphs()) - before)
        return made

    monkeypatch.setattr(kb, "prepare", counting)
    told = pooled.get("/sparql", params={"query": query})
    assert told.status_code == 200
    # The lock is let go after each: nothing prepares more than one at a time.
    assert max(most) <= 1
    assert told.json() == plain.get("/sparql", params={"query": query}).json()
    beyond = pooled.get("/sparql", params={"query": many_days(200, 1992)})
    assert (beyond.status_code, "128" in beyond.json()["detail"]) == (400, True)


def test_days_that_take_too_long_to_make_are_stopped(
    pooled: TestClient, kb: KnowledgeBase, monkeypatch: pytest.MonkeyPatch
) -> None:
    prepare = kb.prepare

    def slowly(*given: Any, **named: Any) -> Prepared:
        time.sleep(0.3)
        return prepare(*given, **named)

    with monkeypatch.context() as patched:
        patched.setattr(kb, "prepare", slowly)
        told = pooled.get("/sparql", params={"query": many_days(100, 1994)})
        assert (told.status_code, told.json()["title"]) == (503, "The query was stopped")
    assert pooled.get("/sparql", params={"query": many_days(100, 1994)}).status_code == 200


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
