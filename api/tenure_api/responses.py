"""Answers that are sent while they are made, and made no slower than they can be.

The engine writes into a file-like object from a thread of its own. What fits into one buffer goes
out whole, with its length. What does not is sent piece by piece by way of a
:class:`~tenure.sandbox.spool.Spool`, so that a client who reads slowly keeps nothing but a part of
the disk: neither the thread, nor the turn of its other requests. Only where there is no room there
does the thread wait. A client that goes away, or takes nothing for :data:`LONGEST_STALL` seconds,
ends the work.

An answer that breaks off half-way must not look whole: the connection is closed without the last
chunk (RFC 9112, section 7.1), and clients report that as an error.
"""

from __future__ import annotations

import asyncio
import logging
import traceback
from collections.abc import Callable, Iterable, Mapping
from functools import partial
from itertools import chain, islice
from typing import IO, Final, TypeVar, cast

import anyio
import anyio.from_thread
import anyio.to_thread
from anyio.lowlevel import RunVar
from pyoxigraph import Quad, Triple
from starlette.requests import HTTPConnection
from starlette.responses import Response
from starlette.types import Message, Receive, Scope, Send

from tenure.errors import TenureError
from tenure.export import document
from tenure.namespaces import Names, prefixes
from tenure.sandbox.spool import Room, Spool
from tenure.store.answers import Triples
from tenure.store.formats import (
    RDF_XML,
    TRIG,
    TURTLE,
    GraphFormat,
    ResultFormat,
)
from tenure.store.rdf import used_prefixes as prefixes_used
from tenure.store.well_formed import checked, refusing_unwritable
from tenure_api.negotiation import (
    VARY,
    Choice,
)
from tenure_api.security import client_of

T = TypeVar("T")


def in_one_thread(work: Callable[[], T]) -> T:
    """What ``work`` returns; an error that it raises leaves without the frames it came through.

    A result of pyoxigraph must end in the thread that it was made in. The traceback of an error
    keeps the frames that hold the result, and the error is handled in another thread.
    """
    try:
        return work()
    except TenureError as error:
        error.__cause__ = error.__context__ = None
        raise error.with_traceback(None) from None


def own_document(
    names: Names, statements: Iterable[Quad | Triple], choice: Choice[GraphFormat]
) -> Response:
    """Statements of our own, deterministic, in JSON-LD with the context of the ontology."""
    assert choice.form is not None
    quads = (one if isinstance(one, Quad) else Quad(*one) for one in statements)
    body = document(quads, choice.form, names)
    return Response(body, headers=VARY, media_type=choice.media_type)


def used_prefixes(names: Names, statements: Iterable[Triple | Quad]) -> dict[str, str]:
    """Those of the house's prefixes that shorten something in ``statements``."""
    return prefixes_used(prefixes(names), statements)


HELD: Final = 64 * 1024
"""Bytes of an answer that are held back before the first is sent; also the size of a piece."""

LONGEST_STALL: Final = 20.0
"""Seconds that a client may take for a piece; who takes less than 3 KiB a second is let go."""

MOST_AT_ONCE: Final = 64
"""Answers that are made at a time. They have threads of their own, so that those who wait for
room keep nobody from the pages."""

ONLY_HEAD: Final = "tenure.head"
"""Key of the ASGI scope that says that only the head of the answer is wanted."""

MADE: Final = "tenure.made"
"""Key of the ASGI scope; to be called when an answer has been made, though it is still being read.
"""

_LOG: Final = logging.getLogger("tenure_api")
_THREADS: Final[RunVar[anyio.CapacityLimiter]] = RunVar("tenure_api.responses")


class CutShort(Exception):
    """An answer broke off after its head was sent; whoever serves it closes the connection."""


class NobodyListens(Exception):
    """Nobody takes the rest of the answer: raised in the thread that makes it."""


Produce = Callable[["BodyWriter"], Response | None]
"""Writes an answer, after :meth:`BodyWriter.begin`; or returns another in its place."""


class Streamed(Response):
    """A response whose body ``produce`` writes, in a thread, when it is sent.

    What ``produce`` raises before the first piece is sent becomes a problem as everywhere.
    ``room`` is for what has been made and not been read; None: a room of its own.
    """

    def __init__(self, produce: Produce, room: Room | None = None) -> None:
        super().__init__()
        self._produce = produce
        self._room = room

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answers one request (ASGI 3). Raises :class:`CutShort`."""
        output = BodyWriter(scope, receive, send, self._room or Room())
        try:
            instead = await self._made(scope, output)
            if instead is not None:
                await instead(scope, receive, send)
            else:
                await output.finish()
        except NobodyListens:
            await output.end_of_head()
        except TenureError as error:
            if not output.started:
                raise
            _LOG.warning("an answer broke off: %s", error.what)
            raise CutShort(error.what) from None
        finally:
            output.close()

    async def _made(self, scope: Scope, output: BodyWriter) -> Response | None:
        try:
            return await anyio.to_thread.run_sync(_run, self._produce, output, limiter=_threads())
        except TenureError as error:
            if output.started:
                # What comes before it is sent before it breaks off.
                production_ended(scope)
                await output.finish(error)
            raise
        finally:
            production_ended(scope)


def production_ended(scope: Scope) -> None:
    """Says that what remains of an answer is to be read, not made."""
    ended: Callable[[], None] | None = scope.get(MADE)
    if ended is not None:
        ended()


class BodyWriter:
    """The file that an answer is written into, from the thread that makes it.

    Raises :class:`NobodyListens` from :meth:`write` when the work is in vain.
    """

    def __init__(self, scope: Scope, receive: Receive, send: Send, room: Room) -> None:
        self.started = False
        self._scope = scope
        self._receive = receive
        self._send = send
        self._room = room
        self._only_head = bool(scope.get(ONLY_HEAD))
        self._head = Response()
        self._held = bytearray()
        self._spool: Spool | None = None
        self._has_room = asyncio.Event()
        self._sending: asyncio.Task[None] | None = None
        self._watch: asyncio.Task[None] | None = None

    def begin(self, media_type: str, headers: Mapping[str, str]) -> None:
        """Says what will be written. To be called once, before anything is written."""
        self._head = Response(headers=dict(headers), media_type=media_type)
        del self._head.headers["content-length"]

    def write(self, data: bytes) -> int:
        """Takes a piece of the answer; returns when there is room for the next."""
        self._held += data
        if len(self._held) >= HELD:
            piece = bytes(self._held)
            self._held.clear()
            anyio.from_thread.run(self._push, piece)
        return len(data)

    def flush(self) -> None:
        """Does nothing: pieces go out when they are full, and at the end."""

    async def finish(self, error: TenureError | None = None) -> None:
        """Sends what is still held; the whole answer, where it was short. Raises ``error`` then."""
        rest = bytes(self._held)
        if self._spool is not None and self._sending is not None:
            if rest:
                self._spool.put(rest)
            self._spool.end(error)
            await asyncio.wait([self._sending])
            if self._sending.cancelled():
                raise NobodyListens
            self._sending.result()
            rest = b""
        elif not self.started:
            self._head.headers["content-length"] = str(len(rest))
            await self._start()
        await self._send(piece_of(rest, more=False))

    async def end_of_head(self) -> None:
        """Ends an answer of which only the head was wanted."""
        if self._only_head and self.started:
            await self._send(piece_of(b"", more=False))

    def close(self) -> None:
        """Sends no more, and stops to look out for the client's going."""
        for task in (self._watch, self._sending):
            if task is not None:
                task.cancel()
        if self._spool is not None:
            self._spool.close()

    async def _start(self) -> None:
        self.started = True
        head = {"status": self._head.status_code, "headers": self._head.raw_headers}
        await self._send({"type": "http.response.start", **head})

    async def _push(self, piece: bytes) -> None:
        if self._spool is None:
            if self._only_head:
                await self._start()
                raise NobodyListens
            self.started = True
            client = client_of(HTTPConnection(self._scope))
            self._spool = Spool(self._room, client, self._has_room.set)
            self._sending = asyncio.create_task(self._send_all(self._spool))
            self._watch = asyncio.create_task(self._look_out())
        self._spool.put(piece)
        while self._spool.full:
            self._has_room.clear()
            await self._has_room.wait()
        if self._spool.closed:
            raise NobodyListens

    async def _send_all(self, spool: Spool) -> None:
        try:
            await self._start()
            async for piece in spool.pieces():
                await send_in_time(self._send, piece)
        except OSError as error:
            raise asyncio.CancelledError from error
        finally:
            spool.close()

    async def _look_out(self) -> None:
        # A server tells that the client is gone only to those who ask.
        while (await self._receive())["type"] != "http.disconnect":
            pass
        if self._sending is not None:
            self._sending.cancel()


def piece_of(data: bytes, *, more: bool) -> Message:
    """The message (ASGI 3) that sends a piece of a body."""
    return {"type": "http.response.body", "body": data, "more_body": more}


async def send_in_time(send: Send, piece: bytes) -> None:
    """Sends a piece that is not the last.

    Raises :class:`TimeoutError`, or another :class:`OSError`, where the client does not take it.
    """
    with anyio.fail_after(LONGEST_STALL):
        await send(piece_of(piece, more=True))


def _threads() -> anyio.CapacityLimiter:
    """The limiter of the running event loop."""
    try:
        return _THREADS.get()
    except LookupError:
        limiter = anyio.CapacityLimiter(MOST_AT_ONCE)
        _THREADS.set(limiter)
        return limiter


def _run(produce: Produce, output: BodyWriter) -> Response | None:
    try:
        return in_one_thread(partial(produce, output))
    except Exception as error:  # noqa: BLE001 - it is raised again
        # The frames hold the engine's result, which must end in the thread that it was made in.
        # So they go to the log as text, before they are let go.
        if not isinstance(error, TenureError | NobodyListens):
            _LOG.error("making an answer failed\n%s", traceback.format_exc())
        error.__cause__ = error.__context__ = None
        raise error.with_traceback(None) from None


_LOOKED_AT: Final = 1_000
"""Triples that are held back to see which prefixes they use; later ones use those too."""

HAS_PREFIXES: Final = (TURTLE, TRIG, RDF_XML)


def write_triples(
    names: Names,
    triples: Iterable[Triple],
    choice: Choice[GraphFormat],
    output: BodyWriter,
    headers: Mapping[str, str],
) -> None:
    """Writes triples that no query made, one after the other.

    Raises :class:`~tenure.errors.BadQuery` where the format has no way to write one.
    """
    assert choice.form is not None
    with refusing_unwritable():
        output.begin(choice.media_type, headers)
        _write_triples(names, Triples(triples), choice.form, _file(output, choice.form))


def _write_triples(names: Names, triples: Triples, form: GraphFormat, file: IO[bytes]) -> None:
    """Writes triples as they come, with those prefixes of the house that the first of them use."""
    if form not in HAS_PREFIXES:
        triples.write(file, form)
        return
    coming = iter(triples)
    first = list(islice(coming, _LOOKED_AT))
    Triples(chain(first, coming)).write(file, form, used_prefixes(names, first))


def _file(output: BodyWriter, form: GraphFormat | ResultFormat) -> IO[bytes]:
    """The output as a file: it has what the engine asks of one, and no more."""
    return cast("IO[bytes]", checked(output, form.media_type))
