"""The SPARQL 1.1 Protocol beyond the W3C's tests: updates, bases, and requests that are unusual."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pyoxigraph import Literal, RdfFormat, parse
from starlette.testclient import TestClient
from tests.amount import cases
from tests.api.writable import writable
from tests.service import app_over

from tenure.catalog import Catalog
from tenure.knowledge import KnowledgeBase
from tenure_api.routes.sparql import SparqlRequest
from tenure_api.settings import Limits

FORM = {"content-type": "application/x-www-form-urlencoded"}
QUERY = {"content-type": "application/sparql-query"}
UPDATE = {"content-type": "application/sparql-update"}
NOTES = "https://example.org/notes"
INSERT = f"INSERT DATA {{ GRAPH <{NOTES}> {{ <a:b> <a:c> 1 }} }}"


@pytest.fixture(scope="module")
def writer(repo_root: Path, catalog: Catalog) -> Iterator[tuple[TestClient, KnowledgeBase]]:
    """A client that may write, and a copy in memory of the project's own facts."""
    with writable(repo_root / "kb" / "facts", catalog) as opened:
        yield opened


def asks(client: TestClient, query: str) -> bool:
    told = client.get("/sparql", params={"query": query}).json()["boolean"]
    assert isinstance(told, bool)
    return told


# --- queries -------------------------------------------------------------------------------------


def test_relative_iris_are_resolved_against_the_knowledge_base(client: TestClient) -> None:
    query = "SELECT ?who FROM <at/2020-01-02> { ?who a <ontology#Agent> } LIMIT 1"
    assert client.get("/sparql", params={"query": query}).status_code == 200
    made = client.get("/sparql", params={"query": "CONSTRUCT { <s> <p> <#o> } WHERE {}"})
    (quad,) = parse(made.content, RdfFormat.TURTLE)
    assert str(quad.subject) == "<https://w3id.org/tenure/s>"
    own = "BASE <http://example.org/> ASK { FILTER(STR(<x>) = 'http://example.org/x') }"
    assert asks(client, own)


def test_errors_tell_the_place_as_it_was_sent(client: TestClient) -> None:
    for query in ("ASK { <s> <p> <o> . ?x }", "ASK {\n <s> <p> <o> . ?x }"):
        absolute = query.replace("<s> <p> <o>", "<a:s><a:p><a:")
        problem = client.get("/sparql", params={"query": query}).json()
        assert problem["line"] == query.count("\n") + 1
        assert problem["column"] <= len(absolute)


@pytest.mark.parametrize(
    "text", ["ASK { ?s <p> ?o }", "ASK { ?s <../p> ?o }", "ASK {?s <?q#f> ?o}"]
)
def test_a_base_is_put_before_relative_iris_only(text: str) -> None:
    on_base = SparqlRequest(query=text).on_base("https://example.org/")
    assert on_base.query[on_base.shift :] == text
    assert on_base.query.startswith("BASE <https://example.org/> ")
    plain = SparqlRequest(query="ASK { <a:b> ?p ?o FILTER(?o <3 && ?o> 1) }")
    assert plain.on_base("https://example.org/") is plain


def test_the_rest_of_the_formats_of_graphs(client: TestClient) -> None:
    query = {"query": "CONSTRUCT { <a:s> <a:p> 'x' } WHERE {}"}
    for media_type, syntax in (
        ("application/trig", RdfFormat.TRIG),
        ("application/n-quads", RdfFormat.N_QUADS),
    ):
        answer = client.get("/sparql", params=query, headers={"accept": media_type})
        assert answer.headers["content-type"] == media_type
        assert len(list(parse(answer.content, syntax))) == 1


def test_parameters_in_the_address_go_with_a_form(client: TestClient) -> None:
    answer = client.post(
        "/sparql?format=csv", content="query=SELECT+%281+AS+%3Fx%29+%7B%7D", headers=FORM
    )
    assert answer.text == "x\r\n1\r\n"
    twice = client.post("/sparql?query=ASK%7B%7D", content="query=ASK%7B%7D", headers=FORM)
    assert twice.status_code == 400
    assert client.post("/sparql?query=ASK%7B%7D", content="ASK{}", headers=QUERY).status_code == 400


@pytest.mark.parametrize("method", ["PUT", "PATCH", "DELETE"])
def test_other_methods_are_refused_with_those_there_are(client: TestClient, method: str) -> None:
    answer = client.request(method, "/sparql", params={"query": "ASK {}"})
    assert answer.status_code == 405
    assert set(answer.headers["allow"].split(", ")) == {"GET", "HEAD", "POST", "OPTIONS"}
    assert client.options("/sparql").headers["allow"] == answer.headers["allow"]


XSD = "PREFIX xsd: <http://www.w3.org/2001/XMLSchema#>"
TERM = "<<( <a:s> <a:p> <a:o> )>>"
SPARQL_1_2 = {
    "VERSION": "VERSION '1.2' ASK {}",
    "triple term": f"ASK {{ BIND({TERM} AS ?t) FILTER(isTRIPLE(?t)) }}",
    "triple term in VALUES": f"ASK {{ VALUES ?t {{ {TERM} }} }}",
    "TRIPLE": f"ASK {{ FILTER(TRIPLE(<a:s>, <a:p>, <a:o>) = {TERM}) }}",
    "SUBJECT": f"ASK {{ FILTER(SUBJECT({TERM}) = <a:s>) }}",
    "PREDICATE": f"ASK {{ FILTER(PREDICATE({TERM}) = <a:p>) }}",
    "OBJECT": f"ASK {{ FILTER(OBJECT({TERM}) = <a:o>) }}",
    "LANGDIR": "ASK { FILTER(LANGDIR('a'@en--ltr) = 'ltr') }",
    "STRLANGDIR": "ASK { FILTER(hasLANGDIR(STRLANGDIR('a', 'en', 'rtl'))) }",
    "hasLANG": "ASK { FILTER(hasLANG('a'@en)) }",
    "LATERAL": "ASK { VALUES ?x { 1 } LATERAL { BIND(?x + 1 AS ?y) } FILTER(?y = 2) }",
    "ADJUST": f"{XSD} ASK {{ FILTER(ADJUST('2020-01-02'^^xsd:date, 'PT1H'^^xsd:dayTimeDuration)"
    " = '2020-01-02+01:00'^^xsd:date) }",
    "reified triple": "ASK { FILTER NOT EXISTS { << <a:s> <a:p> <a:o> >> <a:q> ?o } }",
    "reifier": "ASK { FILTER NOT EXISTS { <a:s> <a:p> <a:o> ~ <a:r> } }",
    "annotation": "ASK { FILTER NOT EXISTS { <a:s> <a:p> <a:o> {| <a:q> 1 |} } }",
}


@pytest.mark.parametrize("part", SPARQL_1_2)
def test_what_there_is_of_sparql_1_2(client: TestClient, part: str) -> None:
    """As docs/reference/protocol.md tells."""
    assert asks(client, SPARQL_1_2[part])


@pytest.mark.parametrize(
    ("query", "form"),
    [
        (f"CONSTRUCT {{ <a:s> <a:p> {TERM} }} {{}}", "jsonld"),
        ("CONSTRUCT { <a:s> <http://example.org/1> 1 } {}", "rdf"),
        ("CONSTRUCT { <a:s> <http://example.org/> 1 } {}", "rdf"),
        (f"CONSTRUCT {{ ?s <{NOTES}> ?n . ?s <a:> ?n }} {{ ?s ?p ?n }}", "rdf"),
        (r"CONSTRUCT { <a:s> <a:p> '\u0001' } {}", "rdf"),
        (r"SELECT ('\u0001' AS ?x) {}", "xml"),
        (r"SELECT ('\uFFFE' AS ?x) {}", "xml"),
    ],
)
def test_what_a_format_cannot_write_is_refused(client: TestClient, query: str, form: str) -> None:
    """Each of these ended in a fault of the service, or in XML that nobody could read."""
    answer = client.get("/sparql", params={"query": query, "format": form})
    assert answer.status_code == 400
    assert "format" in answer.text
    other = "json" if form == "xml" else "nt"
    assert client.get("/sparql", params={"query": query, "format": other}).status_code == 200


@given(st.text(max_size=20))
def test_whatever_comes_in_xml_is_xml(client: TestClient, text: str) -> None:
    literal = str(Literal(text)) if text.isprintable() else '"a\\tb\\n<&>"'
    for query, form in (
        (f"SELECT ({literal} AS ?x) {{}}", "xml"),
        (f"CONSTRUCT {{ <a:s> <a:p> {literal} }} {{}}", "rdf"),
    ):
        answer = client.get("/sparql", params={"query": query, "format": form})
        if answer.status_code == 200:
            assert ET.fromstring(answer.content) is not None  # noqa: S314 - our own answer
        else:
            assert answer.status_code == 400


# --- unusual requests ----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("address", "where"),
    [
        ("/sparql?query=ASK%20%7B%7D&x=%", "parameters"),
        ("/sparql?query=%ZZ", "parameters"),
        ("/sparql?query=%FF", "parameters"),
        ("/sparql?query=ASK%20%7B%7D&default-graph-uri=%FF", "parameters"),
        ("/sparql?query=ASK%20%7B%7D&default-graph-uri=a%00b:c", "default-graph-uri"),
        ("/sparql?query=ASK%20%7B%7D&default-graph-uri=relative", "default-graph-uri"),
        ("/sparql?query=ASK%20%7B%7D&using-graph-uri=a:b", "using-graph-uri"),
        ("/sparql?update=CLEAR%20ALL", "update"),
        ("/sparql?query=ASK%20%7B%7D&dry-run=perhaps", "dry-run"),
    ],
)
def test_addresses_that_cannot_be_read(client: TestClient, address: str, where: str) -> None:
    answer = client.get(address)
    assert answer.status_code == 400
    assert answer.json()["where"] == where
    assert answer.json()["remedy"]


def test_a_nul_byte_is_no_part_of_a_query(client: TestClient) -> None:
    for text in ("ASK \0{}", "\0", "ASK { ?s ?p '\0' } \0"):
        assert client.post("/sparql", content=text, headers=QUERY).status_code == 400
        assert client.get("/sparql", params={"query": text}).status_code == 400


@pytest.mark.parametrize("charset", ["utf-16", "iso-8859-1", "nonsense", '"latin1"', "\xfc"])
@pytest.mark.parametrize("kind", [*FORM.values(), *QUERY.values(), *UPDATE.values()])
def test_other_charsets_are_refused(client: TestClient, kind: str, charset: str) -> None:
    headers = {"content-type": f"{kind}; charset={charset}".encode("latin-1")}
    answer = client.post("/sparql", content=b"ASK {}", headers=headers)  # type: ignore[arg-type]
    assert answer.status_code == 415
    assert "UTF-8" in answer.json()["remedy"]


@pytest.mark.parametrize("charset", ["utf-8", "UTF-8", '"utf-8"', "us-ascii", ""])
def test_utf_8_by_any_name_is_read(client: TestClient, charset: str) -> None:
    headers = {"content-type": f"application/sparql-query; charset={charset}"}
    assert client.post("/sparql", content="ASK {}", headers=headers).json()["boolean"] is True


@pytest.mark.parametrize("content", [b"ASK { ?s ?p '\xff' }", b"\xff\xfeA\x00S\x00K\x00"])
def test_bytes_that_are_no_utf_8(client: TestClient, content: bytes) -> None:
    assert client.post("/sparql", content=content, headers=QUERY).status_code == 400


@pytest.mark.parametrize("encoding", ["gzip", "br", "deflate", "gzip, gzip"])
def test_compressed_bodies_are_refused(client: TestClient, encoding: str) -> None:
    headers = {**QUERY, "content-encoding": encoding}
    answer = client.post("/sparql", content=b"\x1f\x8b", headers=headers)
    assert answer.status_code == 415
    assert answer.json()["where"] == "Content-Encoding"


def test_a_huge_form_is_refused_before_it_is_read(kb: KnowledgeBase, catalog: Catalog) -> None:
    with TestClient(app_over(kb, catalog, limits=Limits(form=1_000, body=2_000))) as client:
        for headers, size in ((FORM, 1_001), (QUERY, 1_001), (UPDATE, 2_001)):
            answer = client.post("/sparql", content=b"x" * size, headers=headers)
            assert answer.status_code == 413, headers
        lying = {**QUERY, "content-length": "9" * 30}
        assert client.post("/sparql", content=b"ASK {}", headers=lying).status_code == 413
        many = "&".join(f"a{number}=1" for number in range(200))
        assert client.post("/sparql", content=many, headers=FORM).status_code == 413


@pytest.mark.parametrize(
    "kind", ["", "text/plain", "sparql-query", "multipart/form-data", ";", "\x7f"]
)
def test_other_kinds_of_bodies_are_refused(client: TestClient, kind: str) -> None:
    answer = client.post("/sparql", content="ASK {}", headers={"content-type": kind})
    assert answer.status_code == 415


@pytest.mark.parametrize("accept", ["text/turtle", "image/png", "*/*;q=0", "text/csv;q=0"])
def test_what_no_format_fits_is_refused(client: TestClient, accept: str) -> None:
    answer = client.get("/sparql", params={"query": "ASK {}"}, headers={"accept": accept})
    assert answer.status_code == 406


@pytest.mark.parametrize("accept", [",,,", "a/b/c", "text/*;q=x", '"', "*/*, " * 5_000])
def test_odd_accept_headers_do_no_harm(client: TestClient, accept: str) -> None:
    answer = client.get("/sparql", params={"query": "ASK {}"}, headers={"accept": accept})
    assert answer.status_code in (200, 406, 431)


@settings(max_examples=cases(60))
@given(st.text(max_size=60), st.sampled_from([FORM, QUERY]))
def test_any_text_is_answered_or_refused(
    client: TestClient, text: str, headers: dict[str, str]
) -> None:
    content = text.encode("utf-8", "surrogatepass")
    answer = client.post("/sparql", content=content, headers=headers)
    assert answer.status_code in (200, 400, 403)


@settings(max_examples=cases(60))
@given(st.binary(max_size=60))
def test_any_form_is_answered_or_refused(client: TestClient, content: bytes) -> None:
    answer = client.post("/sparql", content=b"query=" + content, headers=FORM)
    assert answer.status_code in (200, 400, 403)


# --- updates -------------------------------------------------------------------------------------


def test_an_update_is_written_and_told(writer: tuple[TestClient, KnowledgeBase]) -> None:
    client, _ = writer
    answer = client.post("/sparql", content=INSERT, headers=UPDATE)
    assert answer.status_code == 200
    assert answer.json()["graphs"] == [NOTES]
    assert asks(client, f"ASK {{ GRAPH <{NOTES}> {{ <a:b> <a:c> 1 }} }}")
    assert not asks(client, "ASK { <a:b> ?p ?o }")
    form = {"update": f"DROP GRAPH <{NOTES}>", "message": "No longer needed."}
    assert client.post("/sparql", data=form).status_code == 200
    assert not asks(client, f"ASK {{ GRAPH <{NOTES}> {{ ?s ?p ?o }} }}")


def test_a_dry_run_writes_nothing(writer: tuple[TestClient, KnowledgeBase]) -> None:
    client, kb = writer
    before = kb.generation
    answer = client.post("/sparql?dry-run=true", content=INSERT, headers=UPDATE)
    assert answer.json()["dryRun"] is True
    assert answer.json()["graphs"] == [NOTES]
    assert kb.generation == before


def test_an_update_under_a_condition(writer: tuple[TestClient, KnowledgeBase]) -> None:
    client, _ = writer
    wrong = {**UPDATE, "if-match": '"none"'}
    assert client.post("/sparql", content=INSERT, headers=wrong).status_code == 412
    tag = client.post("/sparql?dry-run=1", content=INSERT, headers=UPDATE).json()["tag"]
    assert tag
    assert client.post("/sparql", content="CLEAR ALL", headers=UPDATE).status_code in (403, 409)


def test_claims_cannot_be_changed(writer: tuple[TestClient, KnowledgeBase]) -> None:
    client, kb = writer
    claim = min(kb.claims)
    before = len(kb.claims)
    text = f"INSERT DATA {{ GRAPH <{claim}> {{ <a:b> <a:c> 1 }} }}"
    answer = client.post("/sparql", content=text, headers=UPDATE)
    assert answer.status_code == 409
    assert answer.json()["remedy"]
    assert len(kb.claims) == before


@pytest.mark.parametrize("graph", ["graph/world", "graph/ontology", "at/2020-01-02"])
def test_what_is_computed_cannot_be_written(
    writer: tuple[TestClient, KnowledgeBase], graph: str
) -> None:
    client, _ = writer
    text = f"INSERT DATA {{ GRAPH <{graph}> {{ <a:b> <a:c> 1 }} }}"
    assert client.post("/sparql", content=text, headers=UPDATE).status_code == 403


@pytest.mark.parametrize(
    ("content", "status"),
    [
        ("LOAD <http://127.0.0.1:9/>", 403),
        ("INSERT { <a:b> <a:c> ?o } WHERE { SERVICE <http://127.0.0.1:9/> { ?s ?p ?o } }", 403),
        ("SELECT * {}", 400),
        ("INSERT DATA {", 400),
        ("", 400),
    ],
)
def test_updates_that_are_none(
    writer: tuple[TestClient, KnowledgeBase], content: str, status: int
) -> None:
    client, kb = writer
    before = kb.generation
    assert client.post("/sparql", content=content, headers=UPDATE).status_code == status
    assert kb.generation == before


@pytest.mark.parametrize(
    "form",
    [
        {"update": INSERT, "query": "ASK {}"},
        {"update": INSERT, "default-graph-uri": NOTES},
        {"update": "WITH <a:b> DELETE { ?s ?p ?o } WHERE { ?s ?p ?o }", "using-graph-uri": NOTES},
    ],
)
def test_parts_that_do_not_go_together(
    writer: tuple[TestClient, KnowledgeBase], form: dict[str, str]
) -> None:
    client, _ = writer
    assert client.post("/sparql", data=form).status_code == 400


def test_without_a_key_nothing_is_written(tmp_path: Path, catalog: Catalog) -> None:
    with writable(tmp_path, catalog, proof=False) as (client, kb):
        before = kb.generation
        answer = client.post("/sparql", content=INSERT, headers=UPDATE)
        assert answer.status_code == 401
        assert answer.headers["www-authenticate"].startswith("Bearer")
        assert client.get("/sparql", params={"query": "ASK {}"}).status_code == 200
        assert kb.generation == before


def test_a_service_that_is_not_opened_says_how(client: TestClient) -> None:
    answer = client.post("/sparql", content=INSERT, headers=UPDATE)
    assert answer.status_code == 403
    assert "--writable" in answer.json()["remedy"]


def test_a_message_is_noted_and_injects_nothing(writer: tuple[TestClient, KnowledgeBase]) -> None:
    client, _ = writer
    for message in ("a\r\nSet-Cookie: x=1", "\0", "<script>", '"""', "x" * 3_000):
        form = {"update": INSERT, "message": message, "dry-run": "true"}
        answer = client.post("/sparql", data=form)
        assert answer.status_code in (200, 400)
        assert "set-cookie" not in answer.headers


# --- what clients send ---------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("xml", "application/rdf+xml"),
        ("rdf+xml", "application/rdf+xml"),
        ("turtle", "text/turtle"),
        ("n3", "text/turtle"),
        ("json-ld", "application/ld+json"),
        ("json", "application/ld+json"),
        ("n-triples", "application/n-triples"),
    ],
)
def test_names_of_formats_that_clients_use(client: TestClient, name: str, kind: str) -> None:
    # The Python library SPARQLWrapper sends these, as `format`, `output` and `results` at once.
    sent = {"query": "CONSTRUCT WHERE { ?s ?p ?o } LIMIT 1", "format": name, "output": name}
    answer = client.get("/sparql", params={**sent, "results": name}, headers={"accept": "*/*"})
    assert answer.status_code == 200
    assert answer.headers["content-type"].partition(";")[0] == kind


def test_a_format_by_name_and_by_media_type(client: TestClient) -> None:
    asked = "query=SELECT%20%2A%20%7B%7D&format=tsv&format=text%2Ftab-separated-values"
    rows = client.get(f"/sparql?{asked}")
    assert rows.headers["content-type"].startswith("text/tab-separated-values")


@pytest.mark.parametrize("name", ["timeout", "_", "output", "results", "infer", "debug", "limit"])
def test_parameters_of_other_endpoints_are_passed_over(client: TestClient, name: str) -> None:
    assert client.get("/sparql", params={"query": "ASK {}", name: "5"}).status_code == 200


@pytest.mark.parametrize(
    ("slip", "meant"),
    [
        ("known_at", "known-at"),
        ("knownat", "known-at"),
        ("default_graph_uri", "default-graph-uri"),
        ("defualt-graph-uri", "default-graph-uri"),
        ("Policy", "policy"),
    ],
)
def test_a_slip_in_a_name_of_ours_is_told(client: TestClient, slip: str, meant: str) -> None:
    answer = client.get("/sparql", params={"query": "ASK {}", slip: "x"})
    assert (answer.status_code, answer.json()["where"]) == (400, slip)
    assert meant in answer.json()["remedy"]


@pytest.mark.parametrize("name", ["dryrun", "dry_run", "preview", "timeout", "known-at", "policy"])
def test_an_update_takes_no_parameter_that_it_does_not_know(
    writer: tuple[TestClient, KnowledgeBase], name: str
) -> None:
    client, _ = writer
    graph = f"https://example.org/unknown/{name}"
    update = f"INSERT DATA {{ GRAPH <{graph}> {{ <a:b> <a:c> 1 }} }}"
    answer = client.post("/sparql", data={"update": update, name: "true"})
    assert (answer.status_code, answer.json()["where"]) == (400, name)
    assert not asks(client, f"ASK {{ GRAPH ?g {{ <a:b> <a:c> 1 }} FILTER(?g = <{graph}>) }}")
    assert client.post("/sparql", data={"update": update, "format": "json"}).status_code == 200
