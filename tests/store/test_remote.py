"""What only the remote store does: addresses, and endpoints that misbehave."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from pyoxigraph import Literal, NamedNode, Quad

from tenure.errors import BadInput, BadQuery
from tenure.store import RemoteStore

G = NamedNode("http://example.org/g")
ALL = "SELECT ?s { ?s ?p ?o }"


@contextmanager
def saying(answer: bytes) -> Iterator[str]:
    """The address of a server that gives one fixed answer to one request."""
    with socket.create_server(("127.0.0.1", 0)) as server:

        def serve() -> None:
            call, _ = server.accept()
            with call:
                call.settimeout(10)
                call.recv(65536)
                call.sendall(answer)

        thread = threading.Thread(target=serve, daemon=True)
        thread.start()
        yield f"http://127.0.0.1:{server.getsockname()[1]}/"
        thread.join(10)


def reply(status: str, media_type: str, body: str) -> bytes:
    return (
        f"HTTP/1.1 {status}\r\nContent-Type: {media_type}\r\nConnection: close\r\n"
        f"Content-Length: {len(body)}\r\n\r\n{body}"
    ).encode()


@pytest.mark.parametrize(
    "url",
    [
        "file:///etc/passwd",
        "ftp://example.org/",
        "example.org/sparql",
        "http://",
        "http://user:word@example.org/",
        "http://example.org:port/",
        "http://[::1/",
        "http://example.org/a\r\nHost: elsewhere",
        "http://example.org/a b",
        "",
    ],
)
def test_only_plain_http_addresses_are_taken(url: str) -> None:
    with pytest.raises(BadInput, match="not the address of an endpoint"):
        RemoteStore(url)


def test_an_endpoint_that_is_not_there_is_an_error() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
    with pytest.raises(BadInput, match="cannot be reached"):
        RemoteStore(f"http://127.0.0.1:{port}/").size()


def test_without_an_address_for_updates_nothing_is_written(endpoint: str) -> None:
    store = RemoteStore(endpoint)
    with pytest.raises(BadInput, match="read-only"):
        store.add([Quad(G, G, Literal(1), G)])
    assert store.size() == 0
    assert store.generation == 0


@pytest.mark.parametrize(
    ("answer", "message"),
    [
        (reply("500 Oops", "text/plain", "out of\nmemory"), "status 500: out of memory"),
        (reply("302 Found", "text/plain", "go away"), "status 302"),
        (reply("200 OK", "text/html", "<html></html>"), "does not parse"),
        (reply("200 OK", "application/n-triples", "<a> <b>"), "does not parse"),
        (reply("200 OK", "application/sparql-results+json", '{"head":{}}'), "does not parse"),
        (b"SSH-2.0-OpenSSH\r\n", "cannot be reached"),
        (b"", "cannot be reached"),
    ],
)
def test_an_endpoint_that_misbehaves_is_an_error(answer: bytes, message: str) -> None:
    with saying(answer) as url, pytest.raises(BadInput, match=message):
        RemoteStore(url, timeout=10).query(ALL, default_graphs=[G], named_graphs=[])


def test_a_malformed_request_is_told_as_such() -> None:
    with saying(reply("400 Bad Request", "text/plain", "line 1: no")) as url:
        store = RemoteStore(url, timeout=10)
        with pytest.raises(BadQuery, match="line 1: no"):
            store.query(ALL, default_graphs=[G], named_graphs=[])


def test_an_answer_that_is_too_long_is_an_error() -> None:
    with (
        saying(reply("200 OK", "application/sparql-results+json", "x" * 500)) as url,
        pytest.raises(BadInput, match="longer than 100 bytes"),
    ):
        RemoteStore(url, timeout=10, largest_answer=100).query(
            ALL, default_graphs=[G], named_graphs=[]
        )


def test_counting_wants_rows() -> None:
    with (
        saying(
            reply("200 OK", "application/sparql-results+json", '{"head":{},"boolean":true}')
        ) as url,
        pytest.raises(BadInput, match="rows of a SELECT"),
    ):
        RemoteStore(url, timeout=10).size()
