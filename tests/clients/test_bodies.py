"""A body that was announced is read, or the request fails: whatever the head says besides."""

from __future__ import annotations

import json
import re
import socket
from collections.abc import Iterator

import pytest
from tests.clients.conftest import Writable

GRAPH = "https://example.org/body"
TURTLE = b"<https://example.org/a> <https://example.org/b> <https://example.org/c> ."
OTHER = b"<https://example.org/x> <https://example.org/y> <https://example.org/z> ."
CLAIM = "https://w3id.org/tenure/claim/ina-6771/1"

JAVA = "Connection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\nHTTP2-Settings: AAEAAEAAAAIAAAAB"
OFFERS = {
    "what Java sends": JAVA,
    "in other letters": JAVA.replace("Upgrade: h2c", "UPGRADE: H2C").lower(),
    "a web socket": "Connection: upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\n"
    "Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==",
    "TLS": "Connection: Upgrade\r\nUpgrade: TLS/1.0, HTTP/1.1",
    "two headers": "Connection: keep-alive\r\nConnection: Upgrade\r\nUpgrade: a\r\nUpgrade: b",
    "the word alone": "Connection: upgrade",
    "the offer alone": "Upgrade: h2c",
    "nothing": "X-Nothing: at all",
}


@pytest.fixture
def graph(writable: Writable) -> Iterator[str]:
    """A graph that is there."""
    told = writable.ask(
        f"/rdf-graph-store?graph={GRAPH}", "PUT", OTHER.decode(), Content_Type="text/turtle"
    )
    assert told[0] in (201, 204), told
    yield GRAPH
    writable.ask(f"/rdf-graph-store?graph={GRAPH}", "DELETE")


def head(
    writable: Writable,
    method: str,
    path: str,
    *lines: str,
    kind: str = "text/turtle",
    version: str = "1.1",
) -> bytes:
    """The head of a request, with the key."""
    told = [
        f"{method} {path} HTTP/{version}",
        "Host: localhost",
        f"Authorization: Bearer {writable.key}",
        f"Content-Type: {kind}",
        *lines,
    ]
    return "\r\n".join((*told, "", "")).encode()


def exchange(writable: Writable, *sent: bytes, then_end: bool = False) -> bytes:
    """All that comes back until the server closes; with ``then_end``, nothing more is sent."""
    heard = b""
    with socket.create_connection(("127.0.0.1", writable.server.port), timeout=60) as connection:
        for piece in sent:
            connection.sendall(piece)
        if then_end:
            connection.shutdown(socket.SHUT_WR)
        try:
            while piece := connection.recv(1 << 16):
                heard += piece
        except ConnectionError:
            pass
    return heard


def statuses(heard: bytes) -> list[int]:
    return [int(one) for one in re.findall(rb"HTTP/1\.1 (\d{3}) ", heard)]


def last_of(writable: Writable) -> bytes:
    """A request that ends the connection."""
    return head(writable, "GET", "/health", "Connection: close")


def framed(body: bytes, way: str) -> tuple[str, bytes]:
    """The header that announces a body, and the body as it goes over the wire."""
    if way == "a length":
        return f"Content-Length: {len(body)}", body
    cut = len(body) // 2
    pieces = b"".join(b"%x\r\n%s\r\n" % (len(one), one) for one in (body[:cut], body[cut:]))
    return "Transfer-Encoding: chunked", pieces + b"0\r\n\r\n"


@pytest.mark.parametrize("way", ["a length", "chunks"])
@pytest.mark.parametrize("offer", OFFERS)
def test_a_body_behind_an_offer_arrives(
    writable: Writable, graph: str, offer: str, way: str
) -> None:
    announced, body = framed(TURTLE, way)
    path = f"/rdf-graph-store?graph={graph}"
    request = head(writable, "PUT", path, OFFERS[offer], announced) + body
    # The next request stands right behind it, and offers again.
    after = head(writable, "POST", path, OFFERS[offer], announced) + body
    heard = exchange(writable, request + after, last_of(writable))
    assert statuses(heard) == [204, 204, 200]
    assert writable.graph(graph) == TURTLE.decode() + "\n"


def test_pieces_of_any_size_make_the_same_request(writable: Writable, graph: str) -> None:
    announced, body = framed(TURTLE, "chunks")
    whole = head(writable, "PUT", f"/rdf-graph-store?graph={graph}", JAVA, announced) + body
    whole += last_of(writable)
    pieces = [whole[at : at + 7] for at in range(0, len(whole), 7)]
    assert statuses(exchange(writable, *pieces)) == [204, 200]
    assert writable.graph(graph) == TURTLE.decode() + "\n"


@pytest.mark.parametrize("offer", OFFERS)
@pytest.mark.parametrize("way", ["a length", "chunks"])
@pytest.mark.parametrize("method", ["PUT", "POST", "DELETE"])
def test_a_body_that_breaks_off_changes_nothing(
    writable: Writable, graph: str, offer: str, way: str, method: str
) -> None:
    announced, body = framed(TURTLE, way)
    request = head(writable, method, f"/rdf-graph-store?graph={graph}", OFFERS[offer], announced)
    for end in (0, 10, len(body) - 1):
        heard = exchange(writable, request + body[:end], then_end=True)
        assert statuses(heard) == [400]
        assert json.loads(heard.partition(b"\r\n\r\n")[2])["detail"]
    assert writable.graph(graph) == OTHER.decode() + "\n"


@pytest.mark.parametrize(
    ("path", "kind", "body"),
    [
        (f"/rdf-graph-store?graph={CLAIM}", "text/turtle", TURTLE),
        ("/claims", "text/turtle", TURTLE),
        ("/sparql", "application/sparql-query", b"ASK {}"),
        ("/sparql", "application/sparql-update", b"CLEAR GRAPH <https://example.org/body>"),
        ("/sparql", "application/x-www-form-urlencoded", b"query=ASK%20%7B%7D"),
        ("/validate", "text/turtle", TURTLE),
        ("/claims/ina-6771/1/retraction", "text/plain", b"because"),
    ],
)
def test_no_address_acts_on_half_a_body(
    writable: Writable, graph: str, path: str, kind: str, body: bytes
) -> None:
    announced = f"Content-Length: {len(body)}"
    for method in ("PUT", "POST") if "graph=" in path else ("POST",):
        for offer in (JAVA, OFFERS["nothing"]):
            request = head(writable, method, path, offer, announced, kind=kind)
            for end in (0, len(body) - 1):
                assert statuses(exchange(writable, request + body[:end], then_end=True)) == [400]
    assert writable.graph(graph) == OTHER.decode() + "\n"
    assert writable.graph(CLAIM)


def test_java_is_answered_what_others_are(writable: Writable) -> None:
    faulty = b"<https://w3id.org/tenure/id/person/x> a <https://w3id.org/tenure/ontology#Person> ."
    cases = [
        ("/validate", "text/turtle", faulty),
        ("/sparql", "application/sparql-query", b"SELECT ?x { VALUES ?x { 1 2 } }"),
        ("/sparql", "application/x-www-form-urlencoded", b"query=ASK%20%7B%7D"),
    ]
    for path, kind, body in cases:
        answers = []
        for offer in (OFFERS["nothing"], JAVA):
            length = f"Content-Length: {len(body)}"
            request = head(writable, "POST", path, offer, length, "Accept: */*", kind=kind)
            heard = exchange(writable, request + body + last_of(writable))
            answers.append(
                (statuses(heard), heard.partition(b"\r\n\r\n")[2].partition(b"HTTP/1")[0])
            )
        assert answers[0] == answers[1]


def test_a_server_may_be_asked_to_go_on(writable: Writable, graph: str) -> None:
    path = f"/rdf-graph-store?graph={graph}"
    announced = f"Content-Length: {len(TURTLE)}"
    for offer in (OFFERS["nothing"], JAVA):
        request = head(writable, "PUT", path, offer, announced, "Expect: 100-continue")
        with socket.create_connection(("127.0.0.1", writable.server.port), timeout=60) as asked:
            asked.sendall(request)
            assert statuses(asked.recv(1 << 16)) == [100]
            asked.sendall(TURTLE)
            heard = b""
            while piece := asked.recv(1 << 16):
                heard += piece
        assert statuses(heard) == [204]
        assert writable.graph(graph) == TURTLE.decode() + "\n"


def test_who_is_refused_before_the_body_cannot_smuggle(writable: Writable) -> None:
    """What comes after a refusal is neither taken for a body nor for a request."""
    request = head(writable, "PUT", "/nowhere", "Content-Length: 400", "Expect: 100-continue")
    heard = exchange(writable, request + last_of(writable))
    assert statuses(heard) in ([404], [405])
    assert b"connection: close" in heard


@pytest.mark.parametrize(
    "lines",
    [
        ("Content-Length: 5", "Content-Length: 6"),
        ("Content-Length: 5", "Content-Length: 5"),
        ("Content-Length: 5, 5",),
        ("Content-Length: +5",),
        ("Content-Length: 5", "Transfer-Encoding: chunked"),
        ("Transfer-Encoding: chunked", "Content-Length: 5"),
        ("Transfer-Encoding: gzip, chunked",),
        ("Transfer-Encoding: chunked", "Transfer-Encoding: chunked"),
        ("Transfer-Encoding: chunked, identity",),
        ("Transfer-Encoding: identity",),
        ("Transfer-Encoding : chunked",),
        ("Transfer-Encoding: \x0bchunked",),
    ],
)
def test_a_body_of_no_certain_length_is_refused(
    writable: Writable, graph: str, lines: tuple[str, ...]
) -> None:
    path = f"/rdf-graph-store?graph={graph}"
    body = b"5\r\n# abc\r\n0\r\n\r\n"
    for offer in (OFFERS["nothing"], JAVA):
        for ordered in ((offer, *lines), (*lines, offer)):
            heard = exchange(writable, head(writable, "PUT", path, *ordered) + body)
            assert statuses(heard) == [400]
    assert writable.graph(graph) == OTHER.decode() + "\n"


def test_a_body_in_http_1_0(writable: Writable, graph: str) -> None:
    path = f"/rdf-graph-store?graph={graph}"
    for offer in (OFFERS["nothing"], JAVA):
        announced = f"Content-Length: {len(TURTLE)}"
        request = head(writable, "PUT", path, offer, announced, version="1.0") + TURTLE
        assert statuses(exchange(writable, request)) == [204]
        assert writable.graph(graph) == TURTLE.decode() + "\n"
        chunked = head(writable, "PUT", path, offer, "Transfer-Encoding: chunked", version="1.0")
        assert statuses(exchange(writable, chunked + framed(OTHER, "chunks")[1])) == [400]
        assert writable.graph(graph) == TURTLE.decode() + "\n"


def test_nobody_is_connected_to_others(writable: Writable) -> None:
    request = head(writable, "CONNECT", "example.org:443", OFFERS["nothing"])
    assert statuses(exchange(writable, request + last_of(writable))) == [400]
