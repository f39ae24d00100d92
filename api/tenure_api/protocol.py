"""HTTP/1.1 as it comes in: read by httptools, which is fast, with bounds that it does not have.

Two things httptools does otherwise than a server of ours needs. It stops at the head of a request
that offers another protocol (``Upgrade: h2c``, which Java's client sends with everything), as if
the offer had been taken: such a head is read a second time without the offer, which a server may
ignore (RFC 9110, section 7.8), and its body is read like any other. And it gives the trailers of
a chunked body out as headers, which would let a client write a header that a proxy in between has
set or taken away: they are dropped (RFC 9110, section 6.5.1).

uvicorn's protocol keeps header lines, and the parser a line that does not end, for as long as a
client sends them, and an answer for as long as a client does not read it, however slowly.

A connection costs a file descriptor, of which a process has few, and one that asks for nothing
costs as much as any. So who has many loses those that have been idle for longest, and the others
find room.
"""

from __future__ import annotations

import asyncio
import json
import resource
from collections import Counter, OrderedDict
from collections.abc import Collection
from http import HTTPStatus
from ipaddress import ip_address, ip_network
from typing import ClassVar, Final, Protocol, cast

import httptools
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from tenure_api.responses import LONGEST_STALL
from tenure_api.security import network_of

MOST_OF_ONE: Final = 256
"""Connections of one address; far more than requests of one client are worked on at a time."""

MOST_IN_ALL: Final = 4_096
"""Connections of all addresses together, where the system lets a process have twice as many."""

_MOST_FILES: Final = 65_536


class Connection(Protocol):
    """What is counted."""

    def give_up(self) -> bool:
        """Closes it; false where an answer is still on its way."""
        ...


class ConnectionTable:
    """The connections of one server. Belongs to the event loop's thread.

    Args:
        of_one: how many one address may have.
        in_all: how many there may be.
        proxies: addresses and networks that others' requests come from, which count in all only.
    """

    def __init__(
        self,
        *,
        of_one: int = MOST_OF_ONE,
        in_all: int = MOST_IN_ALL,
        proxies: Collection[str] = (),
    ) -> None:
        self._of_one = of_one
        self._in_all = in_all
        self._proxies = [ip_network(one, strict=False) for one in proxies]
        self._counts: Counter[str] = Counter()
        self._total = 0
        self._idle: dict[str, OrderedDict[Connection, None]] = {}

    def enter(self, one: Connection, host: str) -> bool:
        """Counts a new connection, idle as yet; false where there is no room for it."""
        address = network_of(host)
        many = self._counts[address] >= self._of_one and not self._is_proxy(host)
        if many and not self._make_room(address):
            return False
        if self._total >= self._in_all and not self._make_room(self._most_idle()):
            return False
        self._counts[address] += 1
        self._total += 1
        self.rests(one, host)
        return True

    def leave(self, one: Connection, host: str) -> None:
        """One that had entered is gone."""
        address = network_of(host)
        self._total -= 1
        self._counts[address] -= 1
        if not self._counts[address]:
            del self._counts[address]
        self.works(one, host)

    def rests(self, one: Connection, host: str) -> None:
        """Nothing is asked on it now."""
        self._idle.setdefault(network_of(host), OrderedDict())[one] = None

    def works(self, one: Connection, host: str) -> None:
        """Something is asked on it."""
        address = network_of(host)
        idle = self._idle.get(address)
        if idle is not None:
            idle.pop(one, None)
            if not idle:
                del self._idle[address]

    @property
    def addresses(self) -> int:
        """From how many addresses there are any."""
        return max(len(self._counts), len(self._idle))

    def _make_room(self, address: str | None) -> bool:
        """Closes the connection of an address that has been idle for longest."""
        # It leaves, and so changes what is gone through.
        return any(one.give_up() for one in list(self._idle.get(address or "", ())))

    def _most_idle(self) -> str | None:
        return max(self._idle, key=lambda one: len(self._idle[one]), default=None)

    def _is_proxy(self, host: str) -> bool:
        try:
            address = ip_address(host)
        except ValueError:
            return False
        return any(address in network for network in self._proxies)


def room_for_connections() -> int:
    """How many connections this process may have; it asks the system for as many as it grants."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = _MOST_FILES if hard == resource.RLIM_INFINITY else min(hard, _MOST_FILES)
    if soft != resource.RLIM_INFINITY and soft < wanted:
        resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, hard))
        soft = wanted
    # The other half is for stores, copies and workers.
    return MOST_IN_ALL if soft == resource.RLIM_INFINITY else min(MOST_IN_ALL, soft // 2)


LONGEST_HEAD: Final = 1_000_000
"""Bytes of request line and headers; longer than any query allowed, so that the app refuses it."""

SLOWEST_HEAD: Final = 20.0
"""Seconds that a head may take from its first byte, and the first byte from the beginning."""

_CODING: Final = b"transfer-encoding"

_LONGEST_ADDRESS: Final = 60_000
"""Bytes of an address that httptools takes apart; its numbers have 16 bits."""

_DETAILS: Final = {
    HTTPStatus.BAD_REQUEST: "This is no HTTP request that can be read, or it broke off.",
    HTTPStatus.REQUEST_TIMEOUT: "The request came too slowly.",
    HTTPStatus.REQUEST_HEADER_FIELDS_TOO_LARGE: "The request line and headers are too long.",
    HTTPStatus.SERVICE_UNAVAILABLE: "Your address has too many connections under way.",
}


class BoundedProtocol(HttpToolsProtocol):
    """Closes the connection of a client that sends a longer head, or trailers, than is read.

    It closes that of one that takes longer over them, too (the attack called Slowloris), and of
    one that does not take its answer. A body that breaks off never passes for a whole one.
    """

    table: ClassVar[ConnectionTable] = ConnectionTable()

    parser: httptools.HttpRequestParser
    _ahead = 0
    _answers_due = 0
    _counted = False
    _reading = False
    """Whether a head has been read whose body has not come to its end."""
    _over = False
    """Whether nothing is read any more, though an answer is still to be given."""
    _timer: asyncio.TimerHandle | None = None
    _patience: asyncio.TimerHandle | None = None
    _unread = 0

    # --- connections -----------------------------------------------------------------------------

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Begins to wait for the first request (asyncio)."""
        super().connection_made(cast("asyncio.Transport", transport))
        self._counted = self.table.enter(self, self._host)
        if self._counted:
            self._wait()
        else:
            self._refuse(HTTPStatus.SERVICE_UNAVAILABLE)

    def connection_lost(self, exc: Exception | None) -> None:
        """Waits for nothing any more (asyncio)."""
        self._leave()
        self._wait_no_more()
        self._unset_keepalive_if_required()
        self._watch_reader_no_more()
        super().connection_lost(exc)

    def eof_received(self) -> None:
        """The client sends no more (asyncio): what it had announced will not come."""
        if self._reading:
            self._refuse(HTTPStatus.BAD_REQUEST)

    def give_up(self) -> bool:
        """Closes it, if nothing of an answer is on its way."""
        if self.transport.get_write_buffer_size():
            return False
        self._leave()
        self.transport.close()
        return True

    @property
    def _host(self) -> str:
        return self.client[0] if self.client else ""

    def _leave(self) -> None:
        if self._counted:
            self._counted = False
            self.table.leave(self, self._host)

    # --- reading ---------------------------------------------------------------------------------

    def data_received(self, data: bytes) -> None:
        """Reads what has come (asyncio)."""
        if self._over or self.transport.is_closing():
            return
        if not self._reading:
            self._unset_keepalive_if_required()
        self._ahead += len(data)
        self._feed(data)
        if not self._ahead:
            self._wait_no_more()
        elif self._ahead > LONGEST_HEAD:
            self._refuse(HTTPStatus.REQUEST_HEADER_FIELDS_TOO_LARGE)
        elif self._timer is None:
            self._wait()

    def _feed(self, data: bytes) -> None:
        while data:
            try:
                self.parser.feed_data(data)
            except httptools.HttpParserUpgrade as stopped:
                if self.parser.get_method() == b"CONNECT":
                    self._refuse(HTTPStatus.BAD_REQUEST)
                    return
                # The parser takes what follows the head for another protocol's.
                data = self._head_without_offer() + data[stopped.args[0] :]
                self.parser = httptools.HttpRequestParser(self)
                self.parser.set_dangerous_leniencies(lenient_data_after_close=True)
            except httptools.HttpParserError:
                self._refuse(HTTPStatus.BAD_REQUEST)
                return
            else:
                return

    def _head_without_offer(self) -> bytes:
        version = self.parser.get_http_version().encode("ascii")
        lines = [b" ".join((self.parser.get_method(), self.url, b"HTTP/" + version))]
        lines += [name + b": " + value for name, value in self.headers if name != b"upgrade"]
        return b"\r\n".join((*lines, b"", b""))

    def on_header(self, name: bytes, value: bytes) -> None:
        """A header (httptools), or a trailer, which is dropped."""
        if not self._reading:
            super().on_header(name, value)

    def on_headers_complete(self) -> None:
        """The head is complete (httptools)."""
        if self.parser.should_upgrade():
            return
        old = self.parser.get_http_version() == "1.0"
        codings = [value.lower().strip() for name, value in self.headers if name == _CODING]
        if codings and (old or codings != [b"chunked"]):
            # HTTP/1.0 knows no codings (RFC 9112, section 6.1), and we no others.
            raise ValueError(codings)
        self._ahead = 0
        self._reading = True
        self._answers_due += 1
        self._unset_keepalive_if_required()
        self._watch_reader_no_more()
        if self._counted:
            self.table.works(self, self._host)
        path, _, query = self.url.partition(b"?")
        shorten = len(self.url) > _LONGEST_ADDRESS and bool(query)
        if shorten:
            self.url = path
        super().on_headers_complete()
        if shorten:
            # The app has not begun: it is a task that starts after this.
            self.scope["query_string"] = query
        if self.expect_100_continue:
            # Whoever is refused before it sends the body may send another request or the body.
            self.cycle.keep_alive = False
            self.cycle.waiting_for_100_continue = not old

    def on_body(self, body: bytes) -> None:
        """A piece of a body has come, which the app bounds (httptools)."""
        self._ahead = 0
        super().on_body(body)

    def on_message_complete(self) -> None:
        """The request is complete (httptools)."""
        if not self._reading:
            # Only the head with an offer is; it is read again.
            return
        self._ahead = 0
        self._reading = False
        super().on_message_complete()
        if self.timeout_keep_alive_task is not None:
            # It was answered before, and the time for the rest of its body ends here.
            self._unset_keepalive_if_required()
            self.timeout_keep_alive_task = self.loop.call_later(
                self.timeout_keep_alive, self.timeout_keep_alive_handler
            )

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
        """Answers what comes in now, unless others are to be answered first, and reads no more."""
        self._over = True
        if self.transport.is_closing():
            return
        if self._reading and not self.cycle.response_complete:
            # The app waits for a body that will not come: for it, the client has gone.
            self.cycle.disconnected = True
            self.cycle.message_event.set()
            begun = self.cycle.response_started or self._answers_due > 1
        elif self._answers_due:
            self.cycle.keep_alive = False
            return
        else:
            begun = False
        if not begun:
            self.transport.write(_answer(status))
        self.transport.close()
        self._watch_reader()

    # --- writing ---------------------------------------------------------------------------------

    def on_response_complete(self) -> None:
        """An answer has been handed over to be sent (uvicorn)."""
        self._answers_due -= 1
        super().on_response_complete()
        if self._counted and not self._answers_due:
            self.table.rests(self, self._host)
        self._watch_reader()

    def pause_writing(self) -> None:
        """The client does not read as fast as it is answered (asyncio)."""
        super().pause_writing()
        self._watch_reader()

    def resume_writing(self) -> None:
        """It has read on (asyncio)."""
        super().resume_writing()
        self._watch_reader()

    def _watch_reader(self) -> None:
        """Lets go of a client that takes nothing for as long as one may."""
        self._watch_reader_no_more()
        self._unread = self.transport.get_write_buffer_size()
        if self._unread:
            self._patience = self.loop.call_later(LONGEST_STALL, self._look_at_reader)

    def _watch_reader_no_more(self) -> None:
        if self._patience is not None:
            self._patience.cancel()
            self._patience = None

    def _look_at_reader(self) -> None:
        # While an answer is made and there is room for more of it, what is unread may grow.
        is_made = self._answers_due and not self.flow.write_paused and not self._over
        if self.transport.get_write_buffer_size() >= self._unread and not is_made:
            self.transport.abort()
        else:
            self._watch_reader()


def _answer(status: HTTPStatus) -> bytes:
    problem = {
        "type": "about:blank",
        "title": status.phrase,
        "status": status.value,
        "detail": _DETAILS[status],
    }
    body = json.dumps(problem).encode("ascii")
    lines = (
        f"HTTP/1.1 {status.value} {status.phrase}",
        "content-type: application/problem+json",
        f"content-length: {len(body)}",
        "connection: close",
        *(("retry-after: 5",) if status is HTTPStatus.SERVICE_UNAVAILABLE else ()),
    )
    return "\r\n".join((*lines, "", "")).encode("ascii") + body


def protocol_of(table: ConnectionTable) -> type[BoundedProtocol]:
    """The protocol of one server, whose connections are counted in ``table``."""
    return type("CountedProtocol", (BoundedProtocol,), {"table": table})
