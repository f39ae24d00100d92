"""Who keeps many connections, or reads slowly, keeps nobody else waiting."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from urllib.parse import quote

from tests.clients.conftest import Writable

from tenure_api.http.connections import MOST_OF_ONE

EVERYTHING = quote("CONSTRUCT { ?s ?p ?o } WHERE { ?s ?p ?o }")


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


def test_who_reads_slowly_keeps_a_connection_and_nothing_else(writable: Writable) -> None:
    head = "GET {path} HTTP/1.1\r\nHost: localhost\r\nAccept: application/n-triples\r\n\r\n"
    for path in ("/export?format=nt", f"/sparql?query={EVERYTHING}", "/ontology"):
        with connections(writable, 40, head.format(path=path).encode()):
            for asked in ("/ready", "/health", "/queries"):
                assert writable.ask(asked)[0] == 200
