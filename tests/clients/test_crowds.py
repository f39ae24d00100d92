"""Who keeps many connections, or reads slowly, keeps nobody else waiting."""

from __future__ import annotations

import select
import socket
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing, contextmanager, suppress
from http.client import HTTPConnection, HTTPResponse
from pathlib import Path
from typing import Self
from urllib.parse import quote

import pytest
from tests.clients.conftest import Writable

from tenure_api.protocol import MOST_OF_ONE

# Longer than what the system takes of an answer before anybody reads it.
MANY = quote(f"SELECT ?s ('{'x' * 2_000}' AS ?long) {{ ?s ?p ?o . ?a ?b ?c }} LIMIT 4000")
LONG = "https://example.org/long"
READERS = 40
SMALL = f"/sparql?query={quote('ASK {}')}"


@contextmanager
def connections(
    writable: Writable, number: int, sent: bytes = b""
) -> Iterator[list[socket.socket]]:
    """Connections that take next to nothing of what comes."""
    with ExitStack() as kept:
        opened = []
        for _ in range(number):
            one = kept.enter_context(socket.socket())
            one.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4_096)
            one.settimeout(60)
            one.connect(("127.0.0.1", writable.server.port))
            one.sendall(sent)
            opened.append(one)
        yield opened


def closed(one: socket.socket) -> bool:
    """Whether the other side has closed it."""
    one.setblocking(False)
    try:
        return one.recv(1) == b""
    except BlockingIOError:
        return False
    except ConnectionError:
        return True


def test_idle_connections_make_room(writable: Writable) -> None:
    with connections(writable, 3 * MOST_OF_ONE) as idle:
        for path in ("/ready", "/queries"):
            assert writable.ask(path)[0] == 200
        gone = [closed(one) for one in idle]
    # The oldest have gone, and no more than had to.
    assert all(gone[:MOST_OF_ONE])
    assert not any(gone[-MOST_OF_ONE // 2 :])


class SlowReaders:
    """Readers of one answer each, who take just enough of it now and then not to be let go."""

    def __init__(self, opened: list[socket.socket]) -> None:
        self._opened = opened
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._read)
        self.done = 0

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._over.set()
        self._thread.join()

    def _read(self) -> None:
        while not self._over.is_set():
            for one in select.select(self._opened, [], [], 0)[0]:
                if not one.recv(2_048):
                    self.done += 1
            self._over.wait(0.2)


def unread(writable: Writable) -> int:
    """How many files the server has that have no name."""
    found = 0
    for one in Path(f"/proc/{writable.server.process.pid}/fd").iterdir():
        with suppress(OSError):
            found += str(one.readlink()).endswith("(deleted)")
    return found


def until(holds: Callable[[], bool]) -> None:
    """Returns when it holds."""
    end = time.monotonic() + 60
    while not holds():
        assert time.monotonic() < end
        time.sleep(0.05)


def asked_from(address: str, writable: Writable, path: str) -> int:
    """The status of the answer to one who asks from this address."""
    connection = HTTPConnection(
        "127.0.0.1", writable.server.port, timeout=60, source_address=(address, 0)
    )
    with closing(connection):
        connection.request("GET", path, headers={"Accept": "*/*"})
        answer = connection.getresponse()
        answer.read()
        return answer.status


def put_long(writable: Writable) -> str:
    """Puts a long graph, and gives back its statements."""
    lines = "".join(f"<a:s{n}> <a:p> '{n:01800}' .\n" for n in range(5_000))
    kind = {"Content-Type": "text/turtle"}
    assert writable.ask(f"/rdf-graph-store?graph={LONG}", "PUT", lines, **kind)[0] in (201, 204)
    return lines.replace("'", '"')


@pytest.mark.skipif(sys.platform != "linux", reason="127.0.0.2 and /proc are Linux's")
def test_who_reads_slowly_keeps_a_connection_and_nothing_else(writable: Writable) -> None:
    put_long(writable)
    before = unread(writable)
    head = "GET {path} HTTP/1.1\r\nHost: localhost\r\nAccept: */*\r\n\r\n"
    graph = f"/rdf-graph-store?graph={LONG}"
    # A graph is written by the server itself, which ten of them tell as well as forty.
    for path, number in ((f"/sparql?query={MANY}", READERS), (graph, READERS // 4)):
        sent = head.format(path=path).encode()
        with connections(writable, number, sent) as opened, SlowReaders(opened) as readers:
            until(lambda: unread(writable) > before)
            for asked in ("/ready", "/health", "/queries", SMALL):
                for address in ("127.0.0.1", "127.0.0.2"):
                    assert asked_from(address, writable, asked) == 200
            assert readers.done == 0
        until(lambda: unread(writable) == before)


@pytest.mark.skipif(sys.platform != "linux", reason="/proc is Linux's")
def test_what_waits_for_its_reader_is_whole(writable: Writable) -> None:
    expected = put_long(writable)
    before = unread(writable)
    request = (
        f"GET /rdf-graph-store?graph={LONG} HTTP/1.1\r\nHost: localhost\r\n"
        "Accept: application/n-triples\r\nConnection: close\r\n\r\n"
    )
    with connections(writable, 1, request.encode()) as (one,):
        until(lambda: unread(writable) == before + 1)
        answer = HTTPResponse(one)
        answer.begin()
        text = answer.read().decode()
        assert sorted(text.splitlines()) == sorted(expected.splitlines())
    until(lambda: unread(writable) == before)
