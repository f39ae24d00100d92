"""What a stranger with bad intentions sends: nothing fails, nothing is fetched, nothing leaks."""

from __future__ import annotations

import gzip
import zlib
from pathlib import Path
from urllib.parse import quote_from_bytes

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.fuzz.conftest import Ask, Trap
from tests.fuzz.holding import EXAMPLES

MANY = settings(
    max_examples=EXAMPLES * 20,
    derandomize=EXAMPLES < 20,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)


# ------------------------------------------------------------------ paths

TRICKS = (
    "../../../../etc/passwd",
    "..%2f..%2f..%2f..%2fetc%2fpasswd",
    "%2e%2e/%2e%2e/%2e%2e/etc/passwd",
    "%252e%252e%252fetc%252fpasswd",
    "..%5c..%5c..%5cetc%5cpasswd",
    "....//....//etc/passwd",
    "%c0%ae%c0%ae/etc/passwd",
    "/etc/passwd",
    "//etc/passwd",
    "file:///etc/passwd",
    "%00",
    "state/iraq%00.html",
    "%0d%0aSet-Cookie:%20a=b",
    "%E5%98%8D%E5%98%8ASet-Cookie:a=b",
    "%ff%fe",
    "%",
    "%zz",
    "a" * 9_000,
    "a/" * 2_000,
    "{{7*7}}",
    "%7B%7B7*7%7D%7D",
    "<script>alert(1)</script>",
    "%3Cscript%3Ealert(1)%3C/script%3E",
    "pyproject.toml",
    "tenure-keys.json",
)
PLACES = (
    "/", "/doc/", "/id/", "/claim/", "/source/", "/at/", "/explain/", "/queries/", "/export/",
    "/static/", "/docs/", "/rdf-graph-store/",
)  # fmt: skip


@pytest.mark.parametrize("place", PLACES)
def test_no_path_leads_to_a_file_of_the_machine(ask: Ask, place: str) -> None:
    for trick in TRICKS:
        answer = ask(f"{place}{trick}".encode(), headers=[(b"accept", b"text/html")])
        assert b"root:" not in answer.body
        assert b"<script>alert" not in answer.body
        assert b">49<" not in answer.body
        assert b"[project]" not in answer.body
        assert not answer.header(b"set-cookie")


@MANY
@given(st.sampled_from(PLACES), st.binary(max_size=60), st.booleans())
def test_no_path_at_all_fails(ask: Ask, place: str, slug: bytes, escaped: bool) -> None:
    raw = quote_from_bytes(slug).encode() if escaped else slug.replace(b"?", b"")
    ask(place.encode() + raw)


@MANY
@given(st.binary(max_size=60), st.sampled_from(["/queries", "/sparql", "/at/2020", "/diff"]))
def test_no_parameters_at_all_fail(ask: Ask, query: bytes, path: str) -> None:
    ask(path.encode(), query=query)


# ------------------------------------------------------------------ headers

_LATIN = st.binary(max_size=40).filter(lambda value: not set(value) & {0, 10, 13})


@MANY
@given(
    st.sampled_from(
        [
            b"accept", b"accept-encoding", b"accept-language", b"authorization", b"cookie",
            b"content-type", b"content-length", b"content-encoding", b"forwarded",
            b"x-forwarded-for", b"x-request-id", b"origin", b"if-none-match", b"if-match",
            b"accept-datetime", b"access-control-request-method", b"range", b"te", b"expect",
        ]
    ),
    _LATIN,
    st.sampled_from(["GET", "POST", "HEAD", "OPTIONS", "DELETE", "BREW"]),
)  # fmt: skip
def test_no_header_fails(ask: Ask, name: bytes, value: bytes, method: str) -> None:
    for path in (b"/sparql", b"/doc/state/iraq"):
        ask(path, method, query=b"query=ASK%7B%7D", headers=[(name, value)])


@pytest.mark.parametrize("host", [b"", b"a b", b"[", b"[::1", b"a:b:c", b"\xff", b"testserver/"])
def test_a_host_that_is_none(ask: Ask, host: bytes) -> None:
    # Two of them, as a proxy and a server behind it may read a different one each.
    assert ask(b"/queries", headers=[(b"host", host)]).status == 400


# ------------------------------------------------------------------ bodies

BILLION = """<?xml version="1.0"?>
<!DOCTYPE r [<!ENTITY a0 "ha">{}]>
<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns:x="urn:x:">
<rdf:Description rdf:about="urn:x:a"><x:b>&a30;</x:b></rdf:Description></rdf:RDF>
""".format("".join(f'<!ENTITY a{n} "&a{n - 1};&a{n - 1};&a{n - 1};">' for n in range(1, 31)))

OUTSIDE = """<?xml version="1.0"?>
<!DOCTYPE r [<!ENTITY x SYSTEM "{address}"><!ENTITY % p SYSTEM "{address}"> %p;]>
<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns:x="urn:x:">
<rdf:Description rdf:about="urn:x:a"><x:b>&x;</x:b></rdf:Description></rdf:RDF>
"""


def test_entities_that_expand_without_end(ask: Ask) -> None:
    for path in (b"/validate", b"/rdf-graph-store"):
        answer = ask(
            path, "POST", headers=[(b"content-type", b"application/rdf+xml")], body=BILLION.encode()
        )
        assert 400 <= answer.status < 500
        assert len(answer.body) < 100_000


@pytest.mark.parametrize("path", [b"/validate", b"/claims", b"/rdf-graph-store"])
def test_no_document_makes_the_service_fetch_anything(
    ask: Ask, bearer: str, trap: Trap, path: bytes, tmp_path: Path
) -> None:
    address = f"http://127.0.0.1:{trap.port}/x"
    secret = tmp_path / "secret.txt"
    secret.write_text("the-secret-of-a-file")
    documents = [
        ("application/ld+json", f'{{"@context": "{address}", "@id": "urn:x:a", "name": "b"}}'),
        ("application/ld+json", f'[{{"@context": ["{address}", {{}}], "@id": "urn:x:a"}}]'),
        (
            "application/ld+json",
            f'{{"@context": {{"@version": 1.1, "@import": "{address}"}}, "@id": "urn:x:a"}}',
        ),
        (
            "application/ld+json",
            f'{{"@context": {{"a": {{"@id": "urn:x:b", "@context": "{address}"}}}}, "a": {{}}}}',
        ),
        (f'application/ld+json; profile="{address}"', '{"@id": "urn:x:a"}'),
        ("application/rdf+xml", OUTSIDE.format(address=address)),
        ("application/rdf+xml", OUTSIDE.format(address=secret.as_uri())),
        ("text/turtle", f"@base <{address}> . @prefix : <{address}#> . <> :b <c> ."),
        (
            "application/trig",
            f"<{address}> {{ <{address}> <http://www.w3.org/2002/07/owl#imports> <{address}> }}",
        ),
    ]  # fmt: skip
    for kind, text in documents:
        headers = [(b"content-type", kind.encode()), (b"authorization", bearer.encode())]
        query = b"dry-run=true" + (b"&default" if path == b"/rdf-graph-store" else b"")
        answer = ask(path, "POST", query=query, headers=headers, body=text.encode())
        assert b"the-secret-of-a-file" not in answer.body


DISGUISED = (
    "SELECT * {{ SERVICE <{0}> {{ ?s ?p ?o }} }}",
    "SELECT * {{ SeRvIcE SILENT <{0}> {{ ?s ?p ?o }} }}",
    "SELECT * {{ VALUES ?u {{ <{0}> }} SERVICE ?u {{ ?s ?p ?o }} }}",
    "SELECT * {{ #\n SERVICE#>\n<{0}>{{ ?s ?p ?o }} }}",
    "SELECT * {{ ?a ?b '#' . SERVICE <{0}> {{ ?s ?p ?o }} }}",
    "SELECT * {{ ?a ?b '''x' # ''' . SERVICE <{0}> {{ ?s ?p ?o }} }}",
    "PREFIX x: <{0}> SELECT * {{ SERVICE x: {{ ?s ?p ?o }} }}",
    "BASE <{0}> SELECT * {{ SERVICE <> {{ ?s ?p ?o }} }}",
    "SELECT * {{ \\u0053ERVICE <{0}> {{ ?s ?p ?o }} }}",
    "SELECT * {{ {{ SELECT * {{ OPTIONAL {{ SERVICE <{0}> {{ ?s ?p ?o }} }} }} }} }}",
    "SELECT * {{ FILTER EXISTS {{ SERVICE <{0}> {{ ?s ?p ?o }} }} }}",
    "SELECT * FROM <{0}> {{ ?s ?p ?o }}",
    "SELECT * FROM NAMED <{0}> {{ GRAPH ?g {{ ?s ?p ?o }} }}",
    "ASK FROM <{0}> {{ }}",
    "DESCRIBE <{0}> FROM <{0}>",
    "LOAD <{0}>",
    "LOAD SILENT <{0}> INTO GRAPH <urn:x:g>",
    "LOAD <file:///etc/passwd> INTO GRAPH <urn:x:g>",
    "INSERT {{ ?s ?p ?o }} WHERE {{ SERVICE <{0}> {{ ?s ?p ?o }} }}",
    "DELETE WHERE {{ ?s ?p ?o }} ; LOAD <{0}>",
)


def test_no_query_and_no_update_makes_the_service_fetch_anything(
    ask: Ask, bearer: str, trap: Trap
) -> None:
    proof = (b"authorization", bearer.encode())
    for template in DISGUISED:
        text = template.format(f"http://127.0.0.1:{trap.port}/x").encode()
        for kind in (b"application/sparql-query", b"application/sparql-update"):
            answer = ask(b"/sparql", "POST", headers=[(b"content-type", kind), proof], body=text)
            assert 400 <= answer.status < 500, text
        named = quote_from_bytes(text).encode()
        assert 400 <= ask(b"/sparql", query=b"query=" + named).status < 500, text
    graph = quote_from_bytes(f"http://127.0.0.1:{trap.port}/x".encode()).encode()
    for field in (b"default-graph-uri", b"named-graph-uri"):
        answer = ask(b"/sparql", query=b"query=ASK%7B%7D&" + field + b"=" + graph)
        assert 400 <= answer.status < 500


def test_a_body_that_grows_when_it_is_unpacked(ask: Ask, bearer: str) -> None:
    bomb = gzip.compress(bytes(50_000_000))
    bodies = {b"gzip": bomb, b"deflate": zlib.compress(bytes(1_000_000)), b"br": b"x", b"x": b"y"}
    for path in (b"/validate", b"/sparql", b"/claims", b"/rdf-graph-store"):
        for coding, body in bodies.items():
            for kind in (b"text/turtle", b"application/sparql-query", b"application/trig"):
                headers = [
                    (b"content-encoding", coding),
                    (b"content-type", kind),
                    (b"authorization", bearer.encode()),
                ]
                answer = ask(path, "POST", query=b"default", headers=headers, body=body)
                assert 400 <= answer.status < 500


NESTED = (
    ("text/turtle", "<urn:x:a> <urn:x:b> " + "[ <urn:x:b> " * 20_000),
    ("text/turtle", "<urn:x:a> <urn:x:b> " + "( " * 20_000),
    ("application/trig", "{ " * 20_000),
    ("application/ld+json", "[" * 20_000),
    ("application/ld+json", '{"@graph":' * 20_000),
    ("application/ld+json", '{"@id":"urn:x:a","urn:x:b":' * 5_000 + "1" + "}" * 5_000),
    ("application/rdf+xml", "<a>" * 20_000),
    ("application/n-triples", "<<( " * 20_000),
    ("application/json", "[" * 20_000),
)


@pytest.mark.parametrize("path", [b"/validate", b"/claims", b"/rdf-graph-store"])
def test_what_is_nested_deeply(ask: Ask, bearer: str, path: bytes) -> None:
    for kind, text in NESTED:
        headers = [(b"content-type", kind.encode()), (b"authorization", bearer.encode())]
        answer = ask(path, "POST", query=b"default", headers=headers, body=text.encode())
        assert 400 <= answer.status < 500, (kind, text[:40])


DEEP_QUERIES = (
    "SELECT * " + "{ " * 30_000,
    "SELECT * " + "{ " * 30_000 + "} " * 30_000,
    "SELECT * { FILTER(" + "(" * 30_000 + "1" + ")" * 30_000 + ") }",
    "SELECT * { FILTER(" + "!" * 30_000 + "1) }",
    "SELECT * { ?s " + "(" * 30_000 + "<urn:x:p>" + ")" * 30_000 + " ?o }",
    "SELECT * { ?s ^" + "^" * 30_000 + "<urn:x:p> ?o }",
    "SELECT * { " + "[] <urn:x:p> [ " * 10_000 + "] " * 10_000 + "}",
    "SELECT (" + "-" * 30_000 + "1 AS ?x) {}",
    "SELECT * { BIND(" + "1+" * 30_000 + "1 AS ?x) }",
    "ASK { " + "{} UNION " * 10_000 + "{} }",
)


def test_queries_that_are_nested_deeply(ask: Ask) -> None:
    for query in DEEP_QUERIES:
        headers = [(b"content-type", b"application/sparql-query")]
        answer = ask(b"/sparql", "POST", headers=headers, body=query.encode())
        assert answer.status < 500 or answer.status == 503, query[:60]


@MANY
@given(
    st.binary(max_size=200) | st.text(max_size=100).map(lambda t: t.encode("utf-8", "ignore")),
    st.sampled_from(
        ["text/turtle", "application/trig", "application/ld+json", "application/rdf+xml",
         "application/n-quads", "application/sparql-query", "application/sparql-update",
         "application/x-www-form-urlencoded", "multipart/form-data; boundary=x", "application/json"]
    ),
    st.sampled_from([b"/sparql", b"/validate", b"/claims", b"/rdf-graph-store"]),
)  # fmt: skip
def test_no_body_fails(ask: Ask, bearer: str, body: bytes, kind: str, path: bytes) -> None:
    headers = [(b"content-type", kind.encode()), (b"authorization", bearer.encode())]
    ask(path, "POST", query=b"default", headers=headers, body=body)
