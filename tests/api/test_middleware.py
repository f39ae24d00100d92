"""What scripts of other pages may read, entity tags of answers, and compression."""

from __future__ import annotations

from pathlib import Path

import pytest
from starlette.testclient import TestClient
from tests.api.writable import writable
from tests.service import app_over

from tenure.catalog import Catalog
from tenure.knowledge import KnowledgeBase
from tenure_api.middleware import SHORTEST, wants_gzip
from tenure_api.settings import Settings

ELSEWHERE = {"origin": "https://elsewhere.example"}
ALL = {"query": "SELECT * { ?s ?p ?o } ORDER BY ?s ?p ?o LIMIT 100"}
ALLOW = "access-control-allow-origin"
UPDATE = {"content-type": "application/sparql-update"}
INSERT = "INSERT DATA { GRAPH <a:g> { <a:b> <a:c> 1 } }"


# --- pages of other hosts ------------------------------------------------------------------------


@pytest.mark.parametrize(
    "address",
    [
        "/sparql?query=ASK{}",
        "/sparql?query=ASK{",
        "/rdf-graph-store?default",
        "/queries",
        "/none",
        "/",
        "/search?q=a",
        "/network",
        "/people",
        "/at",
        "/impact?source=jpost-620411",
        "/position-history?office=office/pmu-deputy-head",
        "/learned",
        "/policies",
        "/terms",
    ],
)
@pytest.mark.parametrize("method", ["GET", "HEAD"])
def test_whatever_reads_may_be_read(client: TestClient, method: str, address: str) -> None:
    answer = client.request(method, address, headers=ELSEWHERE)
    assert answer.headers[ALLOW] == "*"
    assert "access-control-allow-credentials" not in answer.headers
    assert "ETag" in answer.headers["access-control-expose-headers"]


@pytest.mark.parametrize("query", ["ASK {}", "ASK {"])
def test_a_query_by_post_may_be_read(client: TestClient, query: str) -> None:
    assert client.post("/sparql", data={"query": query}, headers=ELSEWHERE).headers[ALLOW] == "*"


def test_what_writes_may_not_be_read(tmp_path: Path, catalog: Catalog) -> None:
    with writable(tmp_path, catalog) as (client, _):
        headers = {**ELSEWHERE, **UPDATE}
        answer = client.post("/sparql", content=INSERT, headers=headers)
        assert answer.status_code == 200
        assert ALLOW not in answer.headers
        address = "/rdf-graph-store?graph=a:g"
        turtle = {**ELSEWHERE, "content-type": "text/turtle"}
        assert ALLOW not in client.put(address, content="", headers=turtle).headers
        assert ALLOW not in client.delete(address, headers=ELSEWHERE).headers


@pytest.mark.parametrize("address", ["/health", "/metrics"])
def test_what_is_for_operators_is_not_shared(client: TestClient, address: str) -> None:
    assert ALLOW not in client.get(address, headers=ELSEWHERE).headers


@pytest.mark.parametrize(
    ("address", "method", "allowed"),
    [
        ("/sparql", "GET", True),
        ("/sparql", "POST", True),
        ("/sparql", "DELETE", False),
        ("/rdf-graph-store", "GET", True),
        ("/rdf-graph-store", "PUT", False),
        ("/rdf-graph-store", "POST", False),
        ("/validate", "POST", False),
        ("/at/2020-01-02", "GET", True),
    ],
)
def test_preflights(client: TestClient, address: str, method: str, allowed: bool) -> None:
    asked = {**ELSEWHERE, "access-control-request-method": method}
    answer = client.options(address, headers=asked)
    assert answer.status_code == 204
    assert (answer.headers.get(ALLOW) == "*") is allowed
    if allowed:
        names = answer.headers["access-control-allow-headers"].lower()
        assert "content-type" in names
        assert "authorization" not in names
        assert method in answer.headers["access-control-allow-methods"]


@pytest.mark.parametrize(
    ("settings", "shared"),
    [
        ({"host": "127.0.0.1"}, False),
        ({"host": "127.0.0.1", "hosts": ("kb.example.org",)}, True),
        ({"host": "192.0.2.1"}, True),
    ],
)
def test_a_service_for_one_machine_is_not_shared(
    kb: KnowledgeBase, catalog: Catalog, settings: dict[str, object], shared: bool
) -> None:
    app = app_over(kb, catalog, settings=Settings.model_validate(settings))
    with TestClient(app, base_url="http://127.0.0.1:8080") as client:
        answer = client.get("/queries", headers=ELSEWHERE)
        assert (ALLOW in answer.headers) is shared
        asked = {**ELSEWHERE, "access-control-request-method": "GET"}
        assert (ALLOW in client.options("/sparql", headers=asked).headers) is shared


# --- entity tags ---------------------------------------------------------------------------------


def test_what_has_not_changed_is_not_sent_again(client: TestClient) -> None:
    first = client.get("/sparql", params=ALL)
    tag = first.headers["etag"]
    assert tag.startswith('W/"')
    assert first.headers["cache-control"] == "no-cache"
    for asked in (tag, f'"other", {tag}', "*", tag.removeprefix("W/")):
        again = client.get("/sparql", params=ALL, headers={"if-none-match": asked})
        assert again.status_code == 304
        assert again.content == b""
        assert again.headers["etag"] == tag
        assert again.headers["vary"] == "Accept, Accept-Encoding"
    for asked in ('"other"', 'W/"other"', "", "nonsense", '"' * 10_000):
        again = client.get("/sparql", params=ALL, headers={"if-none-match": asked})
        assert again.status_code in (200, 431)


def test_a_tag_stands_for_all_that_decides_the_answer(client: TestClient) -> None:
    graph = "https://w3id.org/tenure/graph/world"
    variants = [
        {},
        {"query": "SELECT * { ?s ?p ?o } ORDER BY ?s ?p ?o LIMIT 99"},
        {"format": "csv"},
        {"policy": "modalities=all"},
        {"default-graph-uri": graph},
        {"named-graph-uri": graph},
    ]
    tags = [client.get("/sparql", params={**ALL, **one}).headers["etag"] for one in variants]
    assert len(set(tags)) == len(variants)
    same = client.get("/sparql", params=ALL, headers={"accept": "text/csv"})
    assert same.headers["etag"] == tags[2]


def test_a_write_changes_every_tag(tmp_path: Path, catalog: Catalog) -> None:
    with writable(tmp_path, catalog) as (client, _):
        tag = client.get("/sparql", params=ALL).headers["etag"]
        client.post("/sparql", content=INSERT, headers=UPDATE)
        again = client.get("/sparql", params=ALL, headers={"if-none-match": tag})
        assert again.status_code == 200
        assert again.headers["etag"] != tag


def test_a_tag_does_not_outlive_the_service(kb: KnowledgeBase, catalog: Catalog) -> None:
    tags = set()
    for _ in range(2):
        with TestClient(app_over(kb, catalog)) as client:
            tags.add(client.get("/sparql", params=ALL).headers["etag"])
    assert len(tags) == 2


@pytest.mark.parametrize("call", ["NOW()", "now()", "RAND()", "UUID()", "STRUUID()", r"N\u004FW()"])
def test_what_changes_by_itself_has_no_tag(client: TestClient, call: str) -> None:
    query = {"query": f"SELECT ({call} AS ?x) {{}}"}
    answer = client.get("/sparql", params=query, headers={"if-none-match": "*"})
    assert answer.status_code in (200, 400)
    assert "etag" not in answer.headers


def test_what_changes_by_itself_is_asked_anew(client: TestClient) -> None:
    query = {"query": "SELECT (STRUUID() AS ?x) {}"}
    assert len({client.get("/sparql", params=query).text for _ in range(4)}) == 4


def test_an_answer_is_kept_until_something_is_written(tmp_path: Path, catalog: Catalog) -> None:
    count = {"query": "SELECT (COUNT(*) AS ?n) FROM <a:g> { ?s ?p ?o }"}
    with writable(tmp_path, catalog) as (client, _):
        client.post("/sparql", content=INSERT, headers=UPDATE)
        first, again = (client.get("/sparql", params=count) for _ in range(2))
        assert (again.text, dict(again.headers)) == (
            first.text,
            {**first.headers, "x-request-id": again.headers["x-request-id"]},
        )
        as_text = client.get("/sparql", params=count, headers={"accept": "text/csv"})
        assert as_text.text.split() == ["n", "1"]
        assert client.head("/sparql", params=count).headers["content-length"] == str(
            len(first.content)
        )
        client.post("/sparql", content=INSERT.replace(" 1 ", " 2 "), headers=UPDATE)
        after = client.get("/sparql", params=count, headers={"accept": "text/csv"})
        assert after.text.split() == ["n", "2"]


def test_post_and_errors_have_no_tag(client: TestClient) -> None:
    assert "etag" not in client.post("/sparql", data=ALL).headers
    assert "etag" not in client.get("/sparql", params={"query": "ASK {"}).headers


@pytest.mark.parametrize(
    "address",
    [
        "/at/2020-01-02",
        "/queries",
        "/queries/incumbents?at=2020-01-02",
        "/doc/state/iraq",
        "/export/nq",
        "/ontology",
        "/conflicts",
    ],
)
def test_other_answers_have_tags_too(client: TestClient, address: str) -> None:
    first = client.get(address)
    tag = first.headers["etag"]
    vary = [one.strip() for one in first.headers["vary"].split(",")]
    assert "Accept" in vary
    assert len(vary) == len(set(vary))
    again = client.get(address, headers={"if-none-match": tag})
    assert again.status_code == 304
    assert again.headers["etag"] == tag
    some = client.get(address, headers={"if-none-match": "*"})
    assert (some.status_code, some.headers["etag"], some.content) == (304, tag, b"")
    assert not {"content-type", "content-encoding"} & {*some.headers}
    page = client.get(address, headers={"accept": "text/html", "if-none-match": tag})
    assert page.status_code == 200
    assert client.get(f"{address}?policy=x=y", headers={"if-none-match": tag}).status_code != 304
    assert client.head(address).headers["etag"] == tag


@pytest.mark.parametrize("address", ["/health", "/doc/none", "/at/nonsense"])
def test_some_answers_have_none(client: TestClient, address: str) -> None:
    answer = client.get(address, headers={"if-none-match": "*"})
    assert answer.status_code != 304
    assert "etag" not in answer.headers


# --- compression ---------------------------------------------------------------------------------


@pytest.mark.parametrize("address", ["/sparql", "/ontology", "/openapi.json"])
def test_long_answers_are_compressed(client: TestClient, address: str) -> None:
    params = ALL if address == "/sparql" else {}
    plain = client.get(address, params=params, headers={"accept-encoding": "identity"})
    packed = client.get(address, params=params, headers={"accept-encoding": "gzip"})
    assert len(plain.content) > SHORTEST
    assert "content-encoding" not in plain.headers
    assert packed.headers["content-encoding"] == "gzip"
    assert packed.content == plain.content
    assert int(packed.headers["content-length"]) < int(plain.headers["content-length"])
    for answer in (plain, packed):
        assert "Accept-Encoding" in answer.headers["vary"]


@pytest.mark.parametrize("encoding", ["gzip", "identity"])
@pytest.mark.parametrize("address", ["/static/tenure.css", "/ontology"])
def test_a_compressed_answer_is_not_sent_again(
    client: TestClient, address: str, encoding: str
) -> None:
    asked = {"accept-encoding": encoding}
    first = client.get(address, headers=asked)
    tag = first.headers["etag"]
    again = client.get(address, headers={**asked, "if-none-match": f'"other", {tag}'})
    assert (again.status_code, again.content) == (304, b"")
    assert again.headers["etag"] == tag
    assert set(again.headers["vary"].split(", ")) == set(first.headers["vary"].split(", "))


def test_short_answers_are_not(client: TestClient) -> None:
    query = {"query": "ASK {}"}
    answer = client.get("/sparql", params=query, headers={"accept-encoding": "gzip"})
    assert "content-encoding" not in answer.headers


def test_head_of_a_compressed_answer(client: TestClient) -> None:
    headers = {"accept-encoding": "gzip"}
    whole = client.get("/sparql", params=ALL, headers=headers)
    head = client.head("/sparql", params=ALL, headers=headers)
    assert head.content == b""
    assert head.headers["content-length"] == whole.headers["content-length"]


@pytest.mark.parametrize(
    ("header", "wanted"),
    [
        ("gzip", True),
        ("GZIP", True),
        ("deflate, gzip;q=1.0, *;q=0.5", True),
        ("*", True),
        ("x-gzip", True),
        ("gzip; q=0.001", True),
        ("", False),
        ("identity", False),
        ("gzip;q=0", False),
        ("gzip;q=0.000", False),
        ("gzip;q=0, *", False),
        ("notgzip", False),
        ("gzip" * 10_000, False),
    ],
)
def test_who_takes_gzip(header: str, wanted: bool) -> None:
    assert wants_gzip(header) is wanted
