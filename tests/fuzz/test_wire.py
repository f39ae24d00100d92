"""Bytes over a socket that are hardly HTTP, to a real server: it goes on, and does not grow."""

from __future__ import annotations

import json
import re
import socket
from collections.abc import Iterator

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.e2e.serving import SECONDS, Served, served
from tests.fuzz.holding import EXAMPLES

MANY = settings(
    max_examples=EXAMPLES * 20,
    derandomize=EXAMPLES < 20,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)

MOST_GROWTH = 100_000_000
"""Bytes of memory that a thousand hostile requests may leave behind: caches fill, leaks go on."""


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    with served(tmp_path_factory.mktemp("wire"), "--set", "log_format=json") as started:
        yield started
        assert started.stop() == 0
        for line in started.log.splitlines():
            assert json.loads(line)["level"] != "error", line


def exchange(server: Served, sent: bytes, *, more: bool = False) -> bytes:
    """What comes back when these bytes are all that is sent; with ``more``, the client waits."""
    with socket.create_connection(("127.0.0.1", server.port), timeout=SECONDS) as connection:
        answer = b""
        try:
            connection.sendall(sent)
            if not more:
                connection.shutdown(socket.SHUT_WR)
            while part := connection.recv(65_536):
                answer += part
        except TimeoutError:
            raise
        except OSError:
            pass  # It may close as soon as it has seen enough, even before this end has.
    return answer


def statuses(answer: bytes) -> list[int]:
    return [int(found) for found in re.findall(rb"HTTP/1\.1 (\d{3}) ", answer)]


HEAD = b"GET /health HTTP/1.1\r\nHost: localhost\r\n"
WRONG = {
    "two lengths": b"POST /validate HTTP/1.1\r\nHost: localhost\r\n"
    b"Content-Length: 5\r\nContent-Length: 6\r\n\r\nhello!",
    "a length and chunks": b"POST /validate HTTP/1.1\r\nHost: localhost\r\nContent-Length: 5\r\n"
    b"Transfer-Encoding: chunked\r\n\r\n0\r\n\r\nGET /admin HTTP/1.1\r\nHost: localhost\r\n\r\n",
    "chunks that are none": b"POST /validate HTTP/1.1\r\nHost: localhost\r\n"
    b"Transfer-Encoding: chunked\r\n\r\nzz\r\n\r\n",
    "a coding of one's own": b"POST /validate HTTP/1.1\r\nHost: localhost\r\n"
    b"Transfer-Encoding: xchunked\r\n\r\n0\r\n\r\n",
    "a length below zero": b"POST /validate HTTP/1.1\r\nHost: localhost\r\n"
    b"Content-Length: -1\r\n\r\n",
    "two hosts": HEAD + b"Host: evil.example\r\n\r\n",
    "no host": b"GET /health HTTP/1.1\r\n\r\n",
    "a folded header": HEAD + b"X-A: b\r\n c\r\n\r\n",
    "a zero in a header": HEAD + b"X-A: b\x00c\r\n\r\n",
    "a space before a colon": HEAD + b"X-A : b\r\n\r\n",
    "a header without a name": HEAD + b": b\r\n\r\n",
    "letters beyond ASCII": b"GET /\xff\xfe HTTP/1.1\r\nHost: localhost\r\n\r\n",
    "another version": b"GET /health HTTP/9.9\r\nHost: localhost\r\n\r\n",
    "no version": b"GET /health\r\n\r\n",
    "TLS": b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03",
    "an endless head": HEAD + b"X: " + b"y" * 2_000_000,
}


@pytest.mark.parametrize("case", WRONG)
def test_what_is_no_request_is_refused_or_dropped(server: Served, case: str) -> None:
    found = statuses(exchange(server, WRONG[case]))
    assert all(200 <= status < 500 for status in found), found
    assert len(found) <= 1
    assert server.ask("/health")[0].status == 200


def test_a_response_is_not_split(server: Served) -> None:
    for path in (b"/id/x%0d%0aX-Evil:%20yes", b"/queries/%0aX-Evil:%20yes", b"/id/%C4%8D%C4%8A"):
        request = b"GET " + path + b" HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n"
        answer = exchange(server, request, more=True)
        head, _, _ = answer.partition(b"\r\n\r\n")
        assert not re.search(rb"(?im)^x-evil", head)
        assert statuses(head) in ([303], [307], [308], [400], [404])


@MANY
@given(st.binary(max_size=300), st.booleans())
def test_no_bytes_at_all_stop_it(server: Served, sent: bytes, as_headers: bool) -> None:
    found = statuses(exchange(server, HEAD + sent + b"\r\n\r\n" if as_headers else sent))
    assert all(status < 500 for status in found)


def test_it_does_not_grow(server: Served) -> None:
    def memory() -> float:
        text = server.ask("/metrics")[1]
        return float(re.search(r"^process_resident_memory_bytes (\S+)$", text, re.MULTILINE)[1])  # type: ignore[index]

    def abuse(times: int) -> None:
        for number in range(times):
            server.ask(f"/doc/nobody-{number}")
            server.ask(f"/nowhere/{number}", X_Request_Id=f"r{number}")
            server.ask("/queries", Authorization=f"Bearer tenure_{number:08x}_{'x' * 43}")
            server.ask("/sparql?query=SELECT%20*%20%7B%20" + "%7B" * 100)
            server.ask("/validate", "POST", "<a> <b> " * 200, Content_Type="text/turtle")

    try:
        memory()
    except TypeError:
        pytest.skip("this system does not say how much memory a process has")
    abuse(20)
    before = memory()
    abuse(EXAMPLES * 30)
    assert memory() - before < MOST_GROWTH
