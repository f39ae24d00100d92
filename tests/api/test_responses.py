"""Answers that are sent while they are made: whole, bounded, and never half without a sign."""

from __future__ import annotations

import http.client
import json
import socket
import sys
import threading
import urllib.parse
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, TypeAlias
from typing import Literal as OneOf

import anyio
import pytest
import uvicorn
from pyoxigraph import Literal, NamedNode, RdfFormat, Triple, parse
from starlette.testclient import TestClient
from starlette.types import Message
from tests.service import app_over

from tenure.catalog import Catalog
from tenure.errors import BadQuery
from tenure.knowledge import KnowledgeBase
from tenure.namespaces import BASE, Names
from tenure.sandbox.limits import QueryLimits
from tenure.sandbox.spool import MOST_HELD, Room
from tenure.store.answers import Solutions
from tenure.store.formats import N_TRIPLES
from tenure_api import responses
from tenure_api.negotiation import Choice
from tenure_api.responses import (
    HELD,
    MADE,
    ONLY_HEAD,
    BodyWriter,
    CutShort,
    Streamed,
    write_triples,
)
from tenure_api.routes import sparql

if sys.platform != "win32":
    import resource

MANY = "SELECT * { ?s ?p ?o . ?a ?b ?c } LIMIT 20000"
PIECE = b"x" * 8192

Reader: TypeAlias = OneOf["h11", "httptools"]


class Peer:
    """A client at the other end of an ASGI connection."""

    def __init__(self) -> None:
        self.messages: list[Message] = []
        self.leaves = anyio.Event()

    async def receive(self) -> Message:
        await self.leaves.wait()
        return {"type": "http.disconnect"}

    async def send(self, message: Message) -> None:
        self.messages.append(message)

    @property
    def body(self) -> bytes:
        return b"".join(one.get("body", b"") for one in self.messages)

    @property
    def ended(self) -> bool:
        last = self.messages[-1]
        return last["type"] == "http.response.body" and not last.get("more_body")


def run(streamed: Streamed, peer: Peer, **scope: Any) -> None:
    async def answer() -> None:
        await streamed({"type": "http", **scope}, peer.receive, peer.send)

    anyio.run(answer)


def writing(count: int, seen: list[int] | None = None, room: Room | None = None) -> Streamed:
    def produce(output: BodyWriter) -> None:
        output.begin("text/csv", {"ETag": '"1"'})
        for number in range(count):
            output.write(PIECE)
            if seen is not None:
                seen.append(number)

    return Streamed(produce, room)


def test_a_short_answer_goes_out_whole_with_its_length() -> None:
    peer = Peer()
    run(writing(2), peer)
    head, body = peer.messages
    assert (b"content-length", b"16384") in head["headers"]
    assert (b"etag", b'"1"') in head["headers"]
    assert body["body"] == PIECE * 2
    assert peer.ended


def test_an_empty_answer_is_one_too() -> None:
    peer = Peer()
    run(writing(0), peer)
    assert (b"content-length", b"0") in peer.messages[0]["headers"]
    assert peer.ended


def test_a_long_answer_goes_out_in_pieces_without_a_length() -> None:
    peer = Peer()
    run(writing(100), peer)
    assert peer.body == PIECE * 100
    assert b"content-length" not in dict(peer.messages[0]["headers"])
    assert max(len(one.get("body", b"")) for one in peer.messages) < HELD + len(PIECE)
    assert peer.ended


def test_the_work_does_not_wait_for_the_client() -> None:
    made: list[int] = []
    room, told = Room(), threading.Event()

    class Slow(Peer):
        async def send(self, message: Message) -> None:
            await super().send(message)
            if message.get("body"):
                await anyio.to_thread.run_sync(told.wait)

    peer = Slow()
    run(writing(500, made, room), peer, **{MADE: told.set})
    assert peer.body == PIECE * 500
    assert peer.ended
    assert (room.used, room.files) == (0, 0)


def test_where_there_is_no_room_the_work_waits_for_the_client() -> None:
    made: list[int] = []
    ahead: list[int] = []

    class Slow(Peer):
        async def send(self, message: Message) -> None:
            await super().send(message)
            await anyio.sleep(0.002)
            ahead.append(len(made) * len(PIECE) - len(self.body))

    run(writing(500, made, Room(0)), Slow())
    assert len(made) == 500
    assert max(ahead) <= MOST_HELD + 2 * (HELD + len(PIECE))


def test_the_work_ends_when_the_client_goes() -> None:
    made: list[int] = []

    class Leaving(Peer):
        async def send(self, message: Message) -> None:
            await super().send(message)
            if len(self.messages) == 4:
                self.leaves.set()
                await anyio.sleep(0.01)

    peer = Leaving()
    run(writing(10_000, made), peer)
    assert len(made) < 100
    assert not peer.ended


def test_the_work_ends_when_the_client_takes_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(responses, "LONGEST_STALL", 0.02)
    made: list[int] = []

    class Stalling(Peer):
        async def send(self, message: Message) -> None:
            await super().send(message)
            if len(self.messages) == 3:
                await anyio.sleep_forever()

    peer = Stalling()
    run(writing(10_000, made, Room(0)), peer)
    assert len(made) < 100
    assert not peer.ended


def test_only_the_head_ends_the_work_early() -> None:
    made: list[int] = []
    peer = Peer()
    run(writing(10_000, made), peer, **{ONLY_HEAD: True})
    assert len(made) < 10
    assert peer.body == b""
    assert peer.ended


def failing(output: BodyWriter, before: int) -> None:
    output.begin("text/csv", {})
    for _ in range(before):
        output.write(PIECE)
    raise BadQuery("It cannot be computed.")


def test_an_error_before_the_first_piece_is_a_problem() -> None:
    peer = Peer()
    with pytest.raises(BadQuery):
        run(Streamed(lambda output: failing(output, 2)), peer)
    assert peer.messages == []


def test_an_error_half_way_ends_the_connection() -> None:
    peer = Peer()
    with pytest.raises(CutShort):
        run(Streamed(lambda output: failing(output, 100)), peer)
    assert len(peer.body) > 90 * len(PIECE)
    assert not peer.ended


@pytest.mark.skipif(sys.platform != "linux", reason="memory is measured as Linux tells it")
def test_memory_does_not_grow_with_a_graph() -> None:
    """120 MB go through; CONSTRUCT would remember all of them, to give none twice."""
    long = "x" * 2_000
    sent = 0

    class Forgetful(Peer):
        async def send(self, message: Message) -> None:
            nonlocal sent
            sent += len(message.get("body", b""))

    def produce(output: BodyWriter) -> None:
        triples = (
            Triple(NamedNode("a:s"), NamedNode("a:p"), Literal(f"{number}{long}"))
            for number in range(60_000)
        )
        choice = Choice(N_TRIPLES, N_TRIPLES.media_type)
        write_triples(Names(BASE), triples, choice, output, {})

    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    run(Streamed(produce), Forgetful())
    grown = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before
    assert sent > 120_000_000
    assert grown * 1024 < 40_000_000


@contextmanager
def served(
    app: Any, reader: Reader = "httptools", lifespan: OneOf["on", "off"] = "off"
) -> Iterator[int]:
    """The port of a real server for the app, in a thread of this process."""
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        listening.listen()
        config = uvicorn.Config(app, log_level="critical", http=reader, lifespan=lifespan)
        server = uvicorn.Server(config)
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listening]})
        thread.start()
        try:
            yield listening.getsockname()[1]
        finally:
            server.should_exit = True
            thread.join()


@pytest.mark.parametrize("reader", ["h11", "httptools"])
def test_a_half_answer_is_an_error_for_whoever_reads_it(reader: Reader) -> None:
    with served(Streamed(lambda output: failing(output, 100)), reader) as port:
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
        connection.request("GET", "/")
        answer = connection.getresponse()
        assert answer.status == 200
        with pytest.raises(http.client.IncompleteRead):
            answer.read()
        connection.close()


@pytest.mark.parametrize("reader", ["h11", "httptools"])
def test_a_client_that_hangs_up_ends_the_work_on_a_real_server(reader: Reader) -> None:
    made: list[int] = []
    ended = threading.Event()

    def produce(output: BodyWriter) -> None:
        output.begin("text/csv", {})
        try:
            for number in range(1_000_000):
                output.write(PIECE)
                made.append(number)
        finally:
            ended.set()

    with served(Streamed(produce), reader) as port:
        connection = socket.create_connection(("127.0.0.1", port), timeout=30)
        connection.sendall(b"GET / HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n")
        assert connection.recv(1000).startswith(b"HTTP/1.1 200")
        connection.close()
        assert ended.wait(30)
    assert len(made) < 1_000_000


# --- through the whole service -------------------------------------------------------------------


@pytest.mark.parametrize("encoding", ["gzip", "identity"])
def test_a_long_answer_of_a_query_is_whole(client: TestClient, encoding: str) -> None:
    headers = {"accept-encoding": encoding}
    answer = client.get("/sparql", params={"query": MANY}, headers=headers)
    assert len(answer.content) > 10 * HELD
    assert "content-length" not in answer.headers
    assert answer.headers.get("content-encoding", "identity") == encoding
    assert len(answer.json()["results"]["bindings"]) == 20_000


def test_a_long_graph_is_whole(client: TestClient) -> None:
    query = "CONSTRUCT { ?s ?p ?o } WHERE { ?s ?p ?o }"
    lines = client.get("/sparql", params={"query": query, "format": "nt"}).text.splitlines()
    turtle = client.get("/sparql", params={"query": query})
    assert "content-length" not in turtle.headers
    assert len(set(lines)) == len(set(parse(turtle.content, RdfFormat.TURTLE))) > 5_000


def test_head_of_a_long_answer(client: TestClient) -> None:
    answer = client.head("/sparql", params={"query": MANY})
    assert answer.status_code == 200
    assert answer.content == b""
    assert answer.headers["content-type"] == "application/sparql-results+json"


def test_a_query_that_is_stopped_half_way(kb: KnowledgeBase, catalog: Catalog) -> None:
    app = app_over(kb, catalog, query=QueryLimits(rows=10_000))
    with served(app, lifespan="on") as port:
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
        connection.request("GET", f"/sparql?{urllib.parse.urlencode({'query': MANY})}")
        answer = connection.getresponse()
        assert answer.status == 200
        with pytest.raises(http.client.IncompleteRead):
            answer.read()
        connection.close()


def test_a_query_that_cannot_be_computed_is_told(client: TestClient) -> None:
    answer = client.get("/sparql", params={"query": "SELECT * { BIND(?x AS ?y) FILTER(?y(1)) }"})
    assert answer.status_code == 400
    assert json.loads(answer.text)["type"] == "/problems#BadQuery"


def test_a_fault_of_ours_leaves_no_result_behind(
    kb: KnowledgeBase, catalog: Catalog, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A result that ends in another thread is an error of its own, which pytest would tell."""

    def grid(_: object, answer: Solutions, **__: object) -> None:
        iter(answer.results)
        raise ZeroDivisionError

    monkeypatch.setattr(sparql, "grid", grid)
    with TestClient(app_over(kb, catalog), raise_server_exceptions=False) as opened:
        answer = opened.get("/sparql", params={"query": MANY, "format": "html"})
    assert answer.status_code == 500
    assert "ZeroDivisionError" not in answer.text
