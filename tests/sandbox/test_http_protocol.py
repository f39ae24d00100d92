"""What comes in over HTTP is bounded, and whole."""

from __future__ import annotations

import asyncio
import socket
import time
from collections.abc import Callable
from contextlib import suppress
from typing import TYPE_CHECKING

import pytest
import uvicorn

from tenure_api import protocol
from tenure_api.protocol import LONGEST_HEAD, ConnectionTable, protocol_of

if TYPE_CHECKING:
    from starlette.types import Receive, Scope, Send


MUCH = b"m" * 20_000_000


async def told(scope: Scope, receive: Receive, send: Send) -> None:
    """Answers with the path and the length of the query."""
    more = True
    while more:
        more = (await receive()).get("more_body", False)
    if scope["path"] == "/headers":
        text = repr(scope["headers"]).encode()
    elif scope["path"] == "/much":
        text = MUCH
    else:
        text = f"{scope['path']} {len(scope['query_string'])}".encode()
    length = (b"content-length", str(len(text)).encode())
    await send({"type": "http.response.start", "status": 200, "headers": [length]})
    await send({"type": "http.response.body", "body": text})


def talk(
    say: Callable[[socket.socket], bytes], connections: ConnectionTable | None = None
) -> bytes:
    """What ``say`` hears from a server that answers with :func:`told`."""

    async def run() -> bytes:
        config = uvicorn.Config(
            told,
            log_level="critical",
            http=protocol_of(connections or ConnectionTable()),
            lifespan="off",
            ws="none",
        )
        server = uvicorn.Server(config)
        with socket.create_server(("127.0.0.1", 0)) as listening:
            port = listening.getsockname()[1]
            serving = asyncio.ensure_future(server._serve([listening]))
            try:
                return await asyncio.to_thread(_said, port, say)
            finally:
                server.should_exit = True
                await serving

    return asyncio.run(run())


def _said(port: int, say: Callable[[socket.socket], bytes]) -> bytes:
    with socket.create_connection(("127.0.0.1", port), timeout=30) as connection:
        return say(connection)


def heard(connection: socket.socket) -> bytes:
    """All that comes until the other side closes the connection, or breaks it."""
    text = b""
    try:
        while piece := connection.recv(1 << 16):
            text += piece
    except ConnectionError:
        pass
    return text


def test_a_long_address_comes_whole() -> None:
    def say(connection: socket.socket) -> bytes:
        for size in (10, 70_000, 300_000):
            request = f"GET /sparql?query={'a' * size} HTTP/1.1\r\nHost: x\r\n\r\n"
            connection.sendall(request.encode())
        connection.sendall(b"GET /end HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
        return heard(connection)

    text = talk(say)
    assert text.count(b"HTTP/1.1 200") == 4
    for size in (16, 70_006, 300_006):
        assert f"/sparql {size}".encode() in text
    assert text.endswith(b"/end 0")


def _endless(start: bytes, more: bytes) -> Callable[[socket.socket], bytes]:
    def say(connection: socket.socket) -> bytes:
        with suppress(ConnectionError):
            connection.sendall(start)
            for _ in range(3 * LONGEST_HEAD // len(more)):
                connection.sendall(more)
        # It comes to an end only if the server has closed the connection.
        return b"closed " + heard(connection)

    return say


def test_headers_without_end_are_not_taken() -> None:
    start = b"GET / HTTP/1.1\r\nHost: x\r\n"
    assert talk(_endless(start, b"x: " + b"y" * 1_000 + b"\r\n")).startswith(b"closed")
    assert talk(_endless(start + b"x: ", b"y" * 1_000)).startswith(b"closed")
    assert talk(_endless(b"GET /?", b"y" * 1_000)).startswith(b"closed")


def test_trailers_without_end_are_not_taken() -> None:
    start = b"POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n1\r\na\r\n0\r\n"
    assert talk(_endless(start, b"x: " + b"y" * 1_000 + b"\r\n")).startswith(b"closed")


def test_a_long_body_is_no_head() -> None:
    def say(connection: socket.socket) -> bytes:
        size = 3 * LONGEST_HEAD
        head = (
            f"POST /body HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Length: {size}\r\n\r\n"
        )
        connection.sendall(head.encode() + b"a" * size)
        return heard(connection)

    assert talk(say).endswith(b"/body 0")


@pytest.mark.parametrize("first", [b"", b"GET / HTTP/1.1\r\nHost: x\r\n\r\n"])
@pytest.mark.parametrize("piece", [b"x", b"x: y\r\n"])
def test_a_head_that_drips_is_not_waited_for(
    monkeypatch: pytest.MonkeyPatch, first: bytes, piece: bytes
) -> None:
    monkeypatch.setattr(protocol, "SLOWEST_HEAD", 0.3)

    def say(connection: socket.socket) -> bytes:
        connection.sendall(first)
        while first and not connection.recv(1 << 16).endswith(b"/ 0"):
            pass
        with suppress(ConnectionError):
            connection.sendall(b"GET / HTTP/1.1\r\n")
            for _ in range(600):
                connection.sendall(piece)
                connection.settimeout(0.05)
                with suppress(TimeoutError):
                    return connection.recv(1 << 16)
        return b"it waited, or broke off"

    assert talk(say).startswith(b"HTTP/1.1 408 ")


def test_who_says_nothing_is_let_go(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(protocol, "SLOWEST_HEAD", 0.1)
    assert talk(heard) == b""


def test_an_answer_that_takes_long_is_no_slow_head(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(protocol, "SLOWEST_HEAD", 0.1)

    def say(connection: socket.socket) -> bytes:
        head = b"POST /body HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Length: 2\r\n\r\n"
        connection.sendall(head + b"a")
        connection.settimeout(0.5)
        with suppress(TimeoutError):
            return connection.recv(1 << 16)
        connection.settimeout(30)
        connection.sendall(b"b")
        return heard(connection)

    assert talk(say).endswith(b"/body 0")


def test_trailers_are_no_headers() -> None:
    def say(connection: socket.socket) -> bytes:
        head = b"POST /headers HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n"
        body = b"1\r\na\r\n0\r\nX-Forwarded-For: 192.0.2.1\r\nAuthorization: Bearer x\r\n\r\n"
        connection.sendall(head + b"\r\n" + body + head + b"Connection: close\r\n\r\n" + body)
        return heard(connection)

    text = talk(say)
    assert text.count(b"transfer-encoding") == 2
    assert b"192.0.2.1" not in text
    assert b"authorization" not in text


def test_an_answer_that_nobody_reads_is_not_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(protocol, "LONGEST_STALL", 0.2)

    def say(connection: socket.socket) -> bytes:
        connection.sendall(b"GET /much HTTP/1.1\r\nHost: x\r\n\r\n")
        time.sleep(1.5)
        return heard(connection)

    assert len(talk(say)) < len(MUCH)


def test_an_answer_that_is_read_slowly_comes_whole(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(protocol, "LONGEST_STALL", 1.0)

    def say(connection: socket.socket) -> bytes:
        connection.sendall(b"GET /much HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
        text = b""
        for _ in range(8):
            text += connection.recv(2_000_000, socket.MSG_WAITALL)
            time.sleep(0.2)
        return text + heard(connection)

    assert talk(say).endswith(MUCH)


def test_who_has_many_connections_loses_the_idle_ones() -> None:
    asked = b"GET / HTTP/1.1\r\nHost: x\r\n\r\n"

    def say(connection: socket.socket) -> bytes:
        place = connection.getpeername()
        connection.sendall(b"POST /body HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\n\r\n")
        many = [connection]
        for _ in range(20):
            many.append(socket.create_connection(place, timeout=30))
            many[-1].sendall(asked)
            assert many[-1].recv(12).startswith(b"HTTP/1.1 200")
        # The first is at work, and stays.
        connection.sendall(b"a" + asked.replace(b"Host", b"Connection: close\r\nHost"))
        closed = sum(heard(one).endswith(b"/ 0") for one in many[1:17])
        for one in many[1:]:
            one.close()
        return heard(connection) + b" closed %d" % closed

    assert talk(say, ConnectionTable(of_one=5)).endswith(b"/ 0 closed 16")


def test_who_has_many_requests_under_way_gets_no_more() -> None:
    head = b"POST /body HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\n\r\n"

    def say(connection: socket.socket) -> bytes:
        place = connection.getpeername()
        many = [connection] + [socket.create_connection(place, timeout=30) for _ in range(4)]
        for one in many:
            one.sendall(head)
        time.sleep(0.2)
        with socket.create_connection(place, timeout=30) as late:
            refused = heard(late)
        for one in many:
            one.sendall(b"a")
            assert one.recv(1 << 16).startswith(b"HTTP/1.1 200")
            one.close()
        return refused

    assert talk(say, ConnectionTable(of_one=5)).startswith(b"HTTP/1.1 503 ")
    assert talk(say, ConnectionTable(in_all=5)).startswith(b"HTTP/1.1 503 ")
