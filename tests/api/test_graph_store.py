"""The SPARQL 1.1 Graph Store HTTP Protocol beyond the W3C's tests: names, bodies, conditions."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from pyoxigraph import RdfFormat, parse
from starlette.testclient import TestClient
from tests.api.writable import writable
from tests.service import app_over
from tests.transactions.documents import TENURE, claim, document, iri

from tenure.catalog import Catalog
from tenure.knowledge import KnowledgeBase
from tenure_api.settings import Limits

STORE = "/rdf-graph-store"
TURTLE = {"content-type": "text/turtle"}
TRIG = {"content-type": "application/trig"}
NOTES = "https://example.org/notes"
ONE = "<a:s> <a:p> 1 ."
RDF_XML = """<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns:a="a:">
  <rdf:Description rdf:about="a:s"><a:p>x</a:p></rdf:Description>
</rdf:RDF>"""


@pytest.fixture(scope="module")
def opened(repo_root: Path, catalog: Catalog) -> Iterator[tuple[TestClient, KnowledgeBase]]:
    """A client that may write, and a copy in memory of the project's own facts."""
    with writable(repo_root / "kb" / "facts", catalog) as found:
        yield found


@pytest.fixture
def writer(opened: tuple[TestClient, KnowledgeBase]) -> Iterator[TestClient]:
    """A client that may write; the graph of notes is gone at the end."""
    yield opened[0]
    opened[0].delete(STORE, params={"graph": NOTES})


def lines(text: str) -> set[str]:
    return set(text.splitlines())


# --- reading -------------------------------------------------------------------------------------


@pytest.mark.parametrize("graph", ["graph/world", "graph/entities", "at/2020-01-02"])
def test_whatever_can_be_asked_can_be_read(client: TestClient, graph: str) -> None:
    name = f"https://w3id.org/tenure/{graph}"
    answer = client.get(STORE, params={"graph": name, "format": "nt"})
    query = f"CONSTRUCT {{ ?s ?p ?o }} FROM <{name}> {{ ?s ?p ?o }}"
    asked = client.get("/sparql", params={"query": query, "format": "nt"})
    assert answer.status_code == 200
    assert lines(answer.text) == lines(asked.text) != set()


def test_the_default_graph_is_there_though_nothing_is_in_it(client: TestClient) -> None:
    answer = client.get(f"{STORE}?default", headers={"accept": "application/n-triples"})
    assert (answer.status_code, answer.text) == (200, "")


@pytest.mark.parametrize(
    ("address", "status"),
    [
        ("?graph=https://example.org/none", 404),
        ("?graph=https://w3id.org/tenure/at/2020-13-44", 404),
        ("?graph=relative", 400),
        ("?graph=", 400),
        ("?graph=a:b%00c", 400),
        ("?graph=%FF", 400),
        ("?graph=%", 400),
        ("?graph=a:b&graph=c:d", 400),
        ("?graph=a:b&default", 400),
        ("/x?graph=a:b", 400),
        ("/x?default", 400),
        ("/none", 404),
        ("/a/%2e%2e/b", 404),
        ("/a%00b", 404),
        ("/a%20b", 404),
        ("/%FF", 404),
        ("/..%2f..%2fetc", 404),
        ("?grapf=a:b", 400),
        ("?default&dry-run=x", 400),
    ],
)
def test_names_that_are_none(client: TestClient, address: str, status: int) -> None:
    answer = client.get(STORE + address)
    assert answer.status_code == status, answer.text
    assert answer.json()["remedy"]


def test_steps_in_a_path_are_no_name(writer: TestClient) -> None:
    name = "https://w3id.org/tenure/rdf-graph-store/../claim/x/1"
    answer = writer.put(STORE, params={"graph": name}, content=ONE, headers=TURTLE)
    assert answer.status_code == 400


@pytest.mark.parametrize("address", ["?default", "/x", ""])
def test_other_methods_are_refused_with_those_there_are(client: TestClient, address: str) -> None:
    answer = client.patch(STORE + address, content="CLEAR ALL")
    assert answer.status_code == 405
    allowed = {"GET", "HEAD", "PUT", "POST", "DELETE", "OPTIONS"}
    assert set(answer.headers["allow"].split(", ")) == allowed
    assert client.options(STORE + address).headers["allow"] == answer.headers["allow"]


# --- writing -------------------------------------------------------------------------------------


def test_a_graph_has_one_name_by_all_ways(writer: TestClient) -> None:
    assert (
        writer.put(f"{STORE}/a/b%20c", content="<> <a:p> <x> .", headers=TURTLE).status_code == 201
    )
    name = "https://w3id.org/tenure/rdf-graph-store/a/b%20c"
    for address in (name, f"http://www.example{STORE}/a/b%20c"):
        answer = writer.get(STORE, params={"graph": address, "format": "nt"})
        assert answer.text == (f"<{name}> <a:p> <https://w3id.org/tenure/rdf-graph-store/a/x> .\n")
    assert writer.delete(STORE, params={"graph": name}).status_code == 204
    assert writer.get(f"{STORE}/a/b%20c").status_code == 404


def test_put_post_and_delete(writer: TestClient) -> None:
    graph = {"graph": NOTES}
    assert writer.delete(STORE, params=graph).status_code == 404
    assert writer.post(STORE, params=graph, content=ONE, headers=TURTLE).status_code == 201
    more = "<a:s> <a:p> 2 ."
    assert writer.post(STORE, params=graph, content=more, headers=TURTLE).status_code == 204
    assert len(lines(writer.get(STORE, params={**graph, "format": "nt"}).text)) == 2
    assert writer.put(STORE, params=graph, content=ONE, headers=TURTLE).status_code == 204
    assert len(lines(writer.get(STORE, params={**graph, "format": "nt"}).text)) == 1
    assert writer.put(STORE, params=graph, content="", headers=TURTLE).status_code == 204
    assert writer.get(STORE, params=graph).status_code == 404


def test_a_dry_run_writes_nothing(writer: TestClient) -> None:
    graph = {"graph": NOTES, "dry-run": "true"}
    answer = writer.put(STORE, params=graph, content=ONE, headers=TURTLE)
    assert answer.status_code == 200
    assert answer.json()["dryRun"] is True
    assert writer.get(STORE, params={"graph": NOTES}).status_code == 404


def test_conditions_of_a_write(writer: TestClient) -> None:
    graph = {"graph": NOTES}
    absent = {**TURTLE, "if-none-match": "*"}
    assert writer.put(STORE, params=graph, content=ONE, headers=absent).status_code == 201
    assert writer.put(STORE, params=graph, content=ONE, headers=absent).status_code == 412
    odd = {**TURTLE, "if-none-match": '"x"'}
    assert writer.put(STORE, params=graph, content=ONE, headers=odd).status_code == 400
    tag = writer.get(STORE, params=graph).headers["etag"]
    other = writer.get(STORE, params={**graph, "format": "nt"}).headers["etag"]
    assert tag.startswith('"')
    assert tag != other
    two = "<a:s> <a:p> 2 ."
    weak = {**TURTLE, "if-match": f"W/{tag}"}
    assert writer.put(STORE, params=graph, content=two, headers=weak).status_code == 412
    matched = {**TURTLE, "if-match": f'"x", {other}'}
    assert writer.put(STORE, params=graph, content=two, headers=matched).status_code == 204
    assert writer.put(STORE, params=graph, content=ONE, headers=matched).status_code == 412
    assert writer.delete(STORE, params=graph, headers={"if-match": tag}).status_code == 412
    assert writer.delete(STORE, params=graph, headers={"if-match": "*"}).status_code == 204


def test_what_has_not_changed_is_not_sent_again(writer: TestClient) -> None:
    graph = {"graph": NOTES, "format": "ttl"}
    long = "".join(f"<a:s> <a:p> {number} ." for number in range(2_000))
    writer.put(STORE, params={"graph": NOTES}, content=long, headers=TURTLE)
    for encoding in ("gzip", "identity"):
        asked = {"accept-encoding": encoding}
        answer = writer.get(STORE, params=graph, headers=asked)
        tag = answer.headers["etag"]
        assert tag.endswith('.gzip"') is (encoding == "gzip")
        again = writer.get(STORE, params=graph, headers={**asked, "if-none-match": tag})
        assert again.status_code == 304
        assert again.content == b""
        assert again.headers["etag"] == tag
        assert again.headers["vary"] == answer.headers["vary"]
    matched = {**TURTLE, "if-match": tag}
    done = writer.put(STORE, params={"graph": NOTES}, content=ONE, headers=matched)
    assert done.status_code == 204
    again = writer.get(STORE, params=graph, headers={"if-none-match": tag})
    assert again.status_code == 200


def test_the_default_graph_is_what_was_written_there(writer: TestClient) -> None:
    default = f"{STORE}?default"
    plain = {"accept": "application/n-triples"}

    def read() -> set[str]:
        return lines(writer.get(default, headers=plain).text)

    def found(sparql: str) -> list[str]:
        asked = writer.get("/sparql", params={"query": sparql, "format": "csv"})
        return asked.text.split()[1:]

    before = found("SELECT (COUNT(*) AS ?n) { ?s ?p ?o }")
    assert writer.delete(default).status_code == 204
    assert writer.put(default, content=ONE, headers=TURTLE).status_code == 201
    whole = read()
    assert len(whole) == 1
    tag = writer.get(default, headers=plain).headers["etag"]
    again = {**TURTLE, "if-match": tag}
    assert writer.post(default, content="<urn:x:b> a <urn:x:c> .", headers=again).status_code == 204
    assert writer.post(default, content=ONE, headers=again).status_code == 412
    assert read() == whole | {
        "<urn:x:b> <http://www.w3.org/1999/02/22-rdf-syntax-ns#type> <urn:x:c> ."
    }
    # It is part of what a query sees, and a graph of its own beside it.
    assert found("SELECT ?s { ?s a <urn:x:c> }") == ["urn:x:b"]
    graph = "https://w3id.org/tenure/graph/default"
    assert found(f"SELECT ?s {{ GRAPH <{graph}> {{ ?s a <urn:x:c> }} }}") == ["urn:x:b"]
    assert lines(writer.get(STORE, params={"graph": graph}, headers=plain).text) == read()
    assert writer.put(default, content=ONE, headers=TURTLE).status_code == 204
    assert read() == whole
    assert writer.delete(default).status_code == 204
    assert read() == set()
    assert found("SELECT (COUNT(*) AS ?n) { ?s ?p ?o }") == before


def test_what_is_in_the_default_graph_is_no_claim(writer: TestClient) -> None:
    """Whoever may write a note must not be able to make an answer of it."""
    asked = "/queries/office-holders?office=office/pmu-deputy-head&at=2020-01-02"
    before = writer.get(asked, headers={"accept": "application/json"}).json()
    forged = """
    @prefix tn: <https://w3id.org/tenure/ontology#> . @prefix id: <https://w3id.org/tenure/id/> .
    <urn:x:t> a tn:Tenure ; tn:holder <https://w3id.org/tenure/id/person/qassem-soleimani> ;
        tn:office <https://w3id.org/tenure/id/office/pmu-deputy-head> .
    """
    assert writer.put(f"{STORE}?default", content=forged, headers=TURTLE).status_code == 201
    assert writer.get(asked, headers={"accept": "application/json"}).json() == before
    assert "urn:x:t" not in writer.get("/doc/office/pmu-deputy-head").text


@pytest.mark.parametrize("method", ["PUT", "DELETE"])
def test_the_store_itself_is_no_graph(writer: TestClient, method: str) -> None:
    answer = writer.request(method, STORE, content=ONE, headers=TURTLE)
    assert answer.status_code == 400


@pytest.mark.parametrize("part", ["graph/world", "graph/ontology", "at/2020-01-02", "id/x"])
def test_what_tenure_names_cannot_be_written(writer: TestClient, part: str) -> None:
    graph = {"graph": f"https://w3id.org/tenure/{part}"}
    assert writer.put(STORE, params=graph, content=ONE, headers=TURTLE).status_code == 403


def test_without_a_key_nothing_is_written(
    client: TestClient, tmp_path: Path, catalog: Catalog
) -> None:
    graph = {"graph": NOTES}
    assert client.put(STORE, params=graph, content=ONE, headers=TURTLE).status_code == 403
    with writable(tmp_path, catalog, proof=False) as (stranger, kb):
        before = kb.generation
        for method in ("PUT", "POST", "DELETE"):
            answer = stranger.request(method, STORE, params=graph, content=ONE, headers=TURTLE)
            assert answer.status_code == 401
        assert kb.generation == before


# --- claims --------------------------------------------------------------------------------------


def test_claims_come_in_as_one_change_and_go_by_retraction(
    opened: tuple[TestClient, KnowledgeBase],
) -> None:
    client, kb = opened
    broken = document(claim(1, 'tn:start "2020-13-44"^^edtf:EDTF'))
    answer = client.post(STORE, content=broken, headers=TRIG)
    assert answer.status_code == 422
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.json()["report"]
    shacl = client.post(STORE, content=broken, headers={**TRIG, "accept": "text/turtle"})
    assert shacl.status_code == 422
    assert "ValidationReport" in shacl.text
    assert list(parse(shacl.content, RdfFormat.TURTLE))
    assert iri(1) not in kb.claims

    done = client.post(
        STORE, params={"message": "Two."}, content=document(claim(1), claim(2)), headers=TRIG
    )
    assert done.status_code == 200
    assert set(done.json()["added"]) == {iri(1), iri(2)}
    assert TENURE in kb.world().occurrences

    graph = {"graph": iri(1)}
    tag = client.get(STORE, params=graph).headers["etag"]
    assert tag.startswith('"')
    other = client.put(STORE, params=graph, content=ONE, headers=TURTLE)
    assert other.status_code == 409
    assert other.json()["remedy"]
    assert client.delete(STORE, params=graph, headers={"if-match": '"x"'}).status_code == 412
    assert client.delete(STORE, params=graph, headers={"if-match": tag}).status_code == 204
    assert kb.claims[iri(1)].retracted_at
    assert client.delete(STORE, params={"graph": iri(2)}).status_code == 204
    assert TENURE not in kb.world().occurrences


# --- bodies --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("kind", "content"),
    [
        ("text/turtle; charset=utf-8", "<a:s> <a:p> 'x' ."),
        ("application/n-triples", '<a:s> <a:p> "x" .'),
        ("application/n-quads", '<a:s> <a:p> "x" .'),
        ("application/trig", f"<{NOTES}> {{ <a:s> <a:p> 'x' }}"),
        ("application/ld+json", '{"@id": "a:s", "a:p": "x"}'),
        ("application/rdf+xml", RDF_XML),
    ],
)
def test_a_graph_in_every_format(writer: TestClient, kind: str, content: str) -> None:
    graph = {"graph": NOTES}
    answer = writer.put(STORE, params=graph, content=content, headers={"content-type": kind})
    assert answer.status_code == 201, answer.text
    assert writer.get(STORE, params={**graph, "format": "nt"}).text == '<a:s> <a:p> "x" .\n'


def test_named_graphs_keep_their_names(writer: TestClient) -> None:
    json_ld = f'{{"@id": "{NOTES}", "@graph": {{"@id": "a:s", "a:p": "x"}}}}'
    for kind, content in (
        ("application/trig", f"<{NOTES}> {{ <a:s> <a:p> 'x' }}"),
        ("application/ld+json", json_ld),
    ):
        answer = writer.post(STORE, content=content, headers={"content-type": kind})
        assert answer.status_code == 200, answer.text
        assert answer.json()["graphs"] == [NOTES]
        assert writer.delete(STORE, params={"graph": NOTES}).status_code == 204


def test_a_body_without_a_graph_becomes_a_new_one(writer: TestClient) -> None:
    answer = writer.post(STORE, content="<> <a:p> 1 .", headers=TURTLE)
    assert answer.status_code == 201
    address = answer.headers["location"]
    assert address.startswith(f"http://www.example{STORE}/")
    found = writer.get(address, headers={"accept": "application/n-triples"})
    name = f"https://w3id.org/tenure{STORE}/{address.rpartition('/')[2]}"
    assert found.text.startswith(f"<{name}> <a:p> ")
    assert writer.delete(address).status_code == 204


@pytest.mark.parametrize(
    ("kind", "content", "status"),
    [
        ("", ONE, 415),
        ("text/plain", ONE, 415),
        ("application/pdf", ONE, 415),
        ("text/turtle; charset=utf-16", ONE, 415),
        ("text/turtle", "no turtle", 400),
        ("text/turtle", b"<a:s> <a:p> '\xff' .", 400),
        ("text/turtle", "<a:s> <a:p> '\0", 400),
        ("application/trig", "<a:other> { <a:s> <a:p> 1 }", 400),
        ("application/ld+json", '{"@context": "http://127.0.0.1:9/"}', 403),
        ("application/ld+json", "[" * 100_000, 400),
        ("application/rdf+xml", '<!DOCTYPE x [<!ENTITY a "b">]><x>&a;</x>', 400),
        ("application/rdf+xml", "<x>", 400),
        ("multipart/form-data", ONE, 400),
        ("multipart/form-data; boundary=x", ONE, 400),
        ("multipart/form-data; boundary=x", "--x\r\n\r\n\r\n--x--", 415),
    ],
)
def test_bodies_that_are_no_graph(
    writer: TestClient, kind: str, content: str | bytes, status: int
) -> None:
    graph = {"graph": NOTES}
    answer = writer.put(STORE, params=graph, content=content, headers={"content-type": kind})
    assert answer.status_code == status, answer.text
    assert writer.get(STORE, params=graph).status_code == 404


def test_entities_are_not_expanded(writer: TestClient) -> None:
    entities = "".join(f'<!ENTITY a{n} "{f"&a{n - 1};" * 10}">' for n in range(1, 12))
    bomb = f'<!DOCTYPE r [<!ENTITY a0 "ha">{entities}]><r>&a11;</r>'
    kind = {"content-type": "application/rdf+xml"}
    answer = writer.put(STORE, params={"graph": NOTES}, content=bomb, headers=kind)
    assert answer.status_code == 400
    assert "entities" in answer.json()["detail"]


def test_a_body_that_is_too_long(tmp_path: Path, catalog: Catalog) -> None:
    with writable(tmp_path, catalog, limits=Limits(body=1_000)) as (client, _):
        long = "# " + "x" * 1_000
        answer = client.put(STORE, params={"graph": NOTES}, content=long, headers=TURTLE)
        assert answer.status_code == 413
        packed = {**TURTLE, "content-encoding": "gzip"}
        answer = client.put(STORE, params={"graph": NOTES}, content=b"\x1f\x8b", headers=packed)
        assert answer.status_code == 415


def test_an_open_service_reads_without_a_key(kb: KnowledgeBase, catalog: Catalog) -> None:
    with TestClient(app_over(kb, catalog)) as client:
        assert client.head(f"{STORE}?default").status_code == 200


def test_a_part_of_a_body_is_not_taken_for_the_whole(writer: TestClient) -> None:
    """Who resumes an upload sends the rest of it, with the place that it belongs to."""
    assert writer.put(STORE, params={"graph": NOTES}, content=ONE, headers=TURTLE).is_success
    part = TURTLE | {"content-range": "bytes 40-59/60"}
    answers = [
        writer.put(STORE, params={"graph": NOTES}, content="<a:s> <a:p> 2 .", headers=part),
        writer.delete(STORE, params={"graph": NOTES}, headers=part),
        writer.post("/claims", content="", headers=part | TRIG),
    ]
    assert [(one.status_code, one.json()["where"]) for one in answers] == [
        (400, "Content-Range")
    ] * 3
    assert writer.get(STORE, params={"graph": NOTES, "format": "nt"}).text.split()[2][:3] == '"1"'


# --- what is kept beside a graph -----------------------------------------------------------------


def test_nobody_writes_what_is_kept_beside_a_graph(writer: TestClient) -> None:
    """It would change how another graph reads, or make reading it fail."""
    kept = '<a:s> <a:p> "01"^^<http://www.w3.org/2001/XMLSchema#integer> .\n'
    writer.put(STORE, params={"graph": NOTES}, content=kept, headers=TURTLE)
    named = "SELECT DISTINCT ?g { GRAPH ?g { ?s ?p ?o } FILTER(CONTAINS(STR(?g), 'as-written')) }"
    found = writer.get("/sparql", params={"query": named, "format": "csv"}).text
    beside = found.split()[1]
    update = {"content-type": "application/sparql-update"}
    answers = [
        writer.put(STORE, params={"graph": beside}, content="<a:s> <a:p> <a:o> .", headers=TURTLE),
        writer.put(f"{STORE}/as-written/other", content=ONE, headers=TURTLE),
        writer.post(STORE, params={"graph": beside}, content=ONE, headers=TURTLE),
        writer.post(STORE, content=f"<{beside}> {{ {ONE} }}", headers=TRIG),
        writer.post("/claims", content=f"<{beside}> {{ {ONE} }}", headers=TRIG),
        writer.delete(STORE, params={"graph": beside}),
        writer.post(
            "/sparql", content=f"INSERT DATA {{ GRAPH <{beside}> {{ {ONE} }} }}", headers=update
        ),
        writer.post("/sparql", content=f"COPY <{NOTES}> TO <{beside}>", headers=update),
    ]
    assert [answer.status_code for answer in answers] == [403] * len(answers)
    sweeping = "INSERT { GRAPH ?g { <a:s> <a:p> <a:o> } } WHERE { GRAPH ?g { <a:s> <a:p> ?any } }"
    assert writer.post("/sparql", content=sweeping, headers=update).status_code == 200
    writer.post("/sparql", content=sweeping.replace("INSERT", "DELETE"), headers=update)
    answer = writer.get(STORE, params={"graph": NOTES, "format": "nt"})
    assert (answer.status_code, answer.text) == (200, kept)
