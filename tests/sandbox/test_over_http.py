"""The service answers over HTTP as the library does."""

from __future__ import annotations

import re
import time
from collections.abc import Iterator
from typing import Any

import pytest
from pyoxigraph import Literal, NamedNode, Quad, RdfFormat, parse
from starlette.testclient import TestClient

from tenure.catalog import Catalog, CatalogQuery
from tenure.errors import TenureError
from tenure.knowledge import KnowledgeBase, open_knowledge_base
from tenure.store import Answer, Solutions, Store, Triples, result_format
from tenure_api.app import create_app
from tenure_api.settings import Settings
from tenure_api.worker_response import build_executor

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
def client(kb: KnowledgeBase) -> Iterator[TestClient]:
    with TestClient(create_app(kb, Catalog.load(), build_executor(kb, SETTINGS))) as client:
        yield client


@pytest.mark.parametrize("form", ["json", "xml", "csv", "tsv"])
@pytest.mark.parametrize("query", QUERIES)
def test_rows_are_those_of_the_library(
    client: TestClient, kb: KnowledgeBase, query: str, form: str
) -> None:
    asked = {"query": query, "format": form}
    answer = client.get("/sparql", params=asked)
    here = kb.query(query)
    assert not isinstance(here, Triples)
    assert (answer.status_code, answer.content) == (200, here.serialise(result_format(form)))
    again = client.get("/sparql", params=asked, headers={"If-None-Match": answer.headers["etag"]})
    assert again.status_code == 304
    head = client.head("/sparql", params=asked)
    assert (head.status_code, head.content) == (200, b"")


@pytest.mark.parametrize("form", ["nt", "ttl", "rdf", "jsonld", "trig", "nq"])
@pytest.mark.parametrize("query", GRAPHS)
def test_triples_are_those_of_the_library(
    client: TestClient, kb: KnowledgeBase, query: str, form: str
) -> None:
    answer = client.post("/sparql", params={"format": form}, data={"query": query})
    kind = RdfFormat.from_media_type(answer.headers["content-type"].partition(";")[0])
    assert answer.status_code == 200
    assert kind is not None
    here = kb.query(query)
    assert isinstance(here, Triples)
    read = {quad.triple for quad in parse(answer.content, format=kind)}
    assert read == set(here)
    assert len(read) > 2
    if form in ("ttl", "trig"):
        assert "@prefix tn: " in answer.text


@pytest.mark.parametrize("query", WRONG)
@pytest.mark.parametrize("form", ["json", "ttl"])
def test_refusals_are_those_of_the_library(
    client: TestClient, kb: KnowledgeBase, query: str, form: str
) -> None:
    answer = client.get("/sparql", params={"query": query, "format": form})
    with pytest.raises(TenureError) as caught:
        kb.query(query)
    assert answer.status_code == caught.value.http_status
    if query:  # without one, a description is asked for
        assert answer.json()["detail"] == caught.value.what


def test_a_format_for_the_other_kind_is_refused(client: TestClient) -> None:
    for query, accept in ((QUERIES[0], "text/turtle"), (GRAPHS[0], "text/csv")):
        answer = client.get("/sparql", params={"query": query}, headers={"Accept": accept})
        assert answer.status_code == 406


@pytest.mark.parametrize("query", [*QUERIES, *GRAPHS])
def test_pages_show_the_answer(client: TestClient, query: str) -> None:
    shown = client.get("/sparql", params={"query": query, "format": "html"})
    assert shown.status_code == 200
    assert ("<table" in shown.text) == (query.find("SELECT") >= 0)


def test_no_query_is_worked_out_in_this_process(
    client: TestClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whatever face is asked, a process that can be stopped runs the query."""

    ask = Store.query

    def refuse(store: Store, sparql: str, **data_set: Any) -> Answer:
        # The bounds of a world are read by a query of the service's own, which is always short.
        if "SELECT ?of ?value" in sparql:
            return ask(store, sparql, **data_set)
        raise AssertionError("the store of the service was asked itself")

    monkeypatch.setattr(Store, "query", refuse)
    question = "/queries/office-holders?office=office/pmu-deputy-head"
    for address in (
        "/",
        "/sparql?query=ASK%20%7B%7D",
        "/sparql?query=ASK%20%7B%7D&format=html",
        f"{question}&before=2020-01-03",
        f"{question}&before=2020-01-03&policy=hedged%3Dno",
        f"{question}&policy=hedged%3Dno&format=html",
        f"{question}&at=2020&why=1",
        f"{question}&at=2020&why=1&format=html",
        # Without rows, other arguments and policies are tried.
        f"{question}&at=2021-01-01&policy=hedged%3Dno&format=html",
        f"{question}&at=2021-01-01&why=1",
        f"{question}&at=2021-01-01&why=1&format=html",
        "/?day=2021-01-01&degree=possible&policy=hedged%3Dno",
        "/diff?from=2020-01-02&to=2020-01-04",
    ):
        assert client.get(address).status_code == 200, address


def test_a_page_shows_the_first_rows_of_many(client: TestClient) -> None:
    query = "SELECT * { ?a ?b ?c . ?d ?e ?f }"
    shown = client.get("/sparql", params={"query": query, "format": "html"})
    assert shown.status_code == 200
    assert shown.text.count("<tr") >= 1_000


def test_another_policy_is_another_world(client: TestClient, kb: KnowledgeBase) -> None:
    query = "SELECT (COUNT(*) AS ?n) WHERE { ?s ?p ?o }"
    both = "SELECT (COUNT(*) AS ?n) WHERE { GRAPH ?g { ?s ?p ?o } }"
    for text in (query, both):
        asked = {
            "query": text,
            "policy": "sources=jpost-620411;modalities=asserted,reported,alleged",
            "format": "csv",
        }
        answer = client.get("/sparql", params=asked)
        here = kb.query(text, kb.policy(asked["policy"]))
        assert isinstance(here, Solutions)
        assert (answer.status_code, answer.content) == (200, here.serialise(result_format("csv")))


def test_what_is_stopped_says_why(client: TestClient) -> None:
    query = "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i . ?j ?k ?l }"
    stopped = client.get("/sparql", params={"query": query})
    assert stopped.status_code == 503
    assert stopped.json()["type"] == "/problems#QueryStopped"
    assert "1 s" in stopped.json()["detail"]
    assert 'tenure_queries_stopped_total{reason="time"}' in client.get("/metrics").text
    assert client.get("/ready").status_code == 200


def test_a_question_that_takes_too_long_is_stopped(monkeypatch: pytest.MonkeyPatch) -> None:
    endless = "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i . ?j ?k ?l }"
    monkeypatch.setattr(CatalogQuery, "with_values", lambda *_: endless)
    monkeypatch.setattr(KnowledgeBase, "operate", lambda *_: None)
    own = open_knowledge_base()
    executor = build_executor(own, Settings(workers=1, query_seconds=0.3))
    question = "/queries/durations?person=person/abu-mahdi-al-muhandis"
    try:
        with TestClient(create_app(own, Catalog.load(), executor)) as client:
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
    client: TestClient, kb: KnowledgeBase, monkeypatch: pytest.MonkeyPatch
) -> None:
    query = many_days(40, 1990)
    made: list[str] = []
    make = kb.make_graph

    def counting(iri: str, query: str) -> None:
        made.append(iri)
        make(iri, query)

    monkeypatch.setattr(kb, "make_graph", counting)
    told = client.get("/sparql", params={"query": query})
    assert told.status_code == 200
    # The lock is let go after each.
    assert len(made) == len(set(made)) == 40
    here = kb.query(query)
    assert isinstance(here, Solutions)
    assert told.content == here.serialise(result_format("json"))
    beyond = client.get("/sparql", params={"query": many_days(200, 1992)})
    assert (beyond.status_code, "128" in beyond.json()["detail"]) == (400, True)


def test_days_that_take_too_long_to_make_are_stopped(
    client: TestClient, kb: KnowledgeBase, monkeypatch: pytest.MonkeyPatch
) -> None:
    make = kb.make_graph

    def slowly(iri: str, query: str) -> None:
        time.sleep(0.3)
        make(iri, query)

    with monkeypatch.context() as patched:
        patched.setattr(kb, "make_graph", slowly)
        told = client.get("/sparql", params={"query": many_days(100, 1994)})
        assert (told.status_code, told.json()["title"]) == (503, "The query was stopped")
    # What was made is kept: asked again, it gets further, however busy this machine is.
    again = (client.get("/sparql", params={"query": many_days(100, 1994)}) for _ in range(50))
    assert any(answer.status_code == 200 for answer in again)


def test_every_write_is_seen_at_once(kb: KnowledgeBase, client: TestClient) -> None:
    graph = NamedNode("https://example.org/added")
    count = "SELECT (COUNT(*) AS ?n) WHERE { GRAPH <https://example.org/added> { ?s ?p ?o } }"
    on_a_day = (
        "BASE <https://w3id.org/tenure/> "
        "SELECT (COUNT(*) AS ?n) FROM <at/2020-01-02> WHERE { ?s ?p ?o }"
    )
    before = client.get("/sparql", params={"query": on_a_day, "format": "csv"}).text
    for n in range(1, 6):
        kb.store.add([Quad(graph, graph, Literal(n), graph)])
        found = client.get("/sparql", params={"query": count, "format": "csv"}).text
        assert re.findall(r"\d+", found) == [str(n)]
        assert client.get("/sparql", params={"query": on_a_day, "format": "csv"}).text == before
    kb.store.remove_graph(graph)
    assert "0" in client.get("/sparql", params={"query": count, "format": "csv"}).text


@pytest.mark.parametrize("form", ["SELECT ?c", "CONSTRUCT { <a:s> <a:p> ?c }"])
def test_what_is_too_long_for_a_page_is_said_to_be_so(kb: KnowledgeBase, form: str) -> None:
    """A text of 17 MB, as no row of a page can be."""
    repeated = "BIND(CONCAT({0}) AS {1}) "
    text = f'{form} WHERE {{ BIND("{"a" * 11_000}" AS ?a) '
    text += repeated.format(",".join(["?a"] * 40), "?b")
    text += repeated.format(",".join(["?b"] * 40), "?c") + "}"
    patient = build_executor(kb, Settings(workers=1, query_seconds=60))
    with TestClient(create_app(kb, Catalog.load(), patient)) as client:
        page = client.post("/sparql", data={"query": text}, headers={"accept": "text/html"})
    assert page.status_code == 503
    assert "longer than 16000000 bytes" in page.text
