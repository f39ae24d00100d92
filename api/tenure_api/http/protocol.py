"""HTTP/1.1 as it comes in: read by httptools, which is fast, with bounds that it does not have.

uvicorn's protocol for httptools keeps header lines, and the parser a line that does not end, for
as long as a client sends them, however slowly.
"""

from __future__ import annotations

from http import HTTPStatus
from typing import TYPE_CHECKING, Final, cast

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

if TYPE_CHECKING:
    import asyncio

    from httptools import HttpRequestParser

LONGEST_HEAD: Final = 1_000_000
"""Bytes of request line and headers; longer than any query allowed, so that the app refuses it."""

SLOWEST_HEAD: Final = 20.0
"""Seconds that a head may take from its first byte, and the first byte from the beginning."""

_LONGEST_ADDRESS: Final = 60_000
"""Bytes of an address that httptools takes apart; its numbers have 16 bits."""


class BoundedProtocol(HttpToolsProtocol):
    """Closes the connection of a client that sends a longer head, or trailers, than is read.

    It closes that of one that takes longer over them, too (the attack called Slowloris).
    """

    parser: HttpRequestParser
    _ahead = 0
    _timer: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Begins to wait for the first request (asyncio)."""
        super().connection_made(cast("asyncio.Transport", transport))
        self._wait()

    def connection_lost(self, exc: Exception | None) -> None:
        """Waits for nothing any more (asyncio)."""
        self._wait_no_more()
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        """Reads what has come (asyncio)."""
        self._ahead += len(data)
        super().data_received(data)
        if not self._ahead:
            self._wait_no_more()
        elif self._ahead > LONGEST_HEAD:
            self._refuse(HTTPStatus.REQUEST_HEADER_FIELDS_TOO_LARGE)
        elif self._timer is None:
            self._wait()

    def _wait(self) -> None:
        self._timer = self.loop.call_later(SLOWEST_HEAD, self._out_of_time)

    def _wait_no_more(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None

    def _out_of_time(self) -> None:
        if self._ahead:
            self._refuse(HTTPStatus.REQUEST_TIMEOUT)
        else:
            # Nothing was asked: browsers open connections that they may need.
            self.transport.close()

    def _refuse(self, status: HTTPStatus) -> None:
        if self.transport.is_closing():
            return
        if getattr(self.cycle, "response_complete", True):  # none before the first request
            line = f"HTTP/1.1 {status.value} {status.phrase}\r\n"
            end = "content-length: 0\r\nconnection: close\r\n\r\n"
            self.transport.write((line + end).encode("ascii"))
        self.transport.close()

    def on_headers_complete(self) -> None:
        """The head is complete (httptools)."""
        self._ahead = 0
        path, _, query = self.url.partition(b"?")
        shorten = len(self.url) > _LONGEST_ADDRESS and bool(query)
        if shorten:
            self.url = path
        super().on_headers_complete()
        if shorten:
            # The app has not begun: it is a task that starts after this.
            self.scope["query_string"] = query

    def on_body(self, body: bytes) -> None:
        """A piece of a body has come, which the app bounds (httptools)."""
        self._ahead = 0
        super().on_body(body)

    def on_message_complete(self) -> None:
        """The request is complete (httptools)."""
        self._ahead = 0
        super().on_message_complete()
