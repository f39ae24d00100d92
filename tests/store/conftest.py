"""A small SPARQL 1.1 endpoint on loopback, and a listener that counts who calls it."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs

import pyoxigraph
import pytest
from pyoxigraph import NamedNode, QueryResultsFormat, QueryTriples, RdfFormat


class _Endpoint(BaseHTTPRequestHandler):
    """SPARQL 1.1 Protocol, as far as a store uses it; the data lie on the server object."""

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"])).decode()
        store: pyoxigraph.Store = self.server.store  # type: ignore[attr-defined]
        try:
            if self.headers["Content-Type"].startswith("application/sparql-update"):
                store.update(body)
                self._answer(204, "text/plain", b"")
            else:
                self._answer(200, *_evaluated(store, parse_qs(body, keep_blank_values=True)))
        except SyntaxError as error:
            self._answer(400, "text/plain", str(error).encode())

    def _answer(self, status: int, media_type: str, data: bytes) -> None:
        self.send_response(status)
        self.send_header("Content-Type", media_type)
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 (the library's name)
        """Says nothing."""


def _evaluated(store: pyoxigraph.Store, form: dict[str, list[str]]) -> tuple[str, bytes]:
    named: list[NamedNode | pyoxigraph.BlankNode] | None = None
    default: list[NamedNode | pyoxigraph.BlankNode | pyoxigraph.DefaultGraph] | None = None
    if "default-graph-uri" in form or "named-graph-uri" in form:
        default = [NamedNode(one) for one in form.get("default-graph-uri", [])]
        named = [NamedNode(one) for one in form.get("named-graph-uri", [])]
    results = store.query(form["query"][0], default_graph=default, named_graphs=named)
    if isinstance(results, QueryTriples):
        triples = results.serialize(format=RdfFormat.N_TRIPLES)
        return "application/n-triples", triples or b""
    rows = results.serialize(format=QueryResultsFormat.JSON)
    return "application/sparql-results+json", rows or b""


@contextmanager
def _endpoint() -> Iterator[str]:
    with ThreadingHTTPServer(("127.0.0.1", 0), _Endpoint) as server:
        server.store = pyoxigraph.Store()  # type: ignore[attr-defined]
        thread = threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True)
        thread.start()
        yield f"http://127.0.0.1:{server.server_address[1]}/sparql"
        server.shutdown()
        thread.join(10)


@pytest.fixture
def endpoint() -> Iterator[str]:
    """The address of an empty endpoint for queries and updates."""
    with _endpoint() as url:
        yield url


class Listener:
    """Accepts connections on loopback, hangs up, and counts them."""

    def __init__(self) -> None:
        self._socket = socket.create_server(("127.0.0.1", 0))
        self._calls = 0
        self._thread = threading.Thread(target=self._accept, daemon=True)
        self._thread.start()

    @property
    def url(self) -> str:
        """An address that leads here."""
        return f"http://127.0.0.1:{self._socket.getsockname()[1]}/"

    def calls(self) -> int:
        """How often somebody connected until now: every call that was begun is counted."""
        # The queue is first in, first out: when our own call is counted, so are those before it.
        with socket.create_connection(self._socket.getsockname(), timeout=10) as probe:
            probe.sendall(b"probe")
            probe.recv(1)
        return self._calls

    def close(self) -> None:
        """Stops listening."""
        with socket.create_connection(self._socket.getsockname(), timeout=10) as probe:
            probe.sendall(b"close")
            probe.recv(1)
        self._thread.join(10)
        self._socket.close()

    def _accept(self) -> None:
        while True:
            call, _ = self._socket.accept()
            with call:
                call.settimeout(5)
                try:
                    first = call.recv(5)
                except OSError:
                    first = b""
            if first == b"close":
                return
            if first != b"probe":
                self._calls += 1


@pytest.fixture
def listener() -> Iterator[Listener]:
    """Somebody to call, who counts."""
    one = Listener()
    yield one
    one.close()
