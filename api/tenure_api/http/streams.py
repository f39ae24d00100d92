"""Answers that are sent while they are made, so that memory does not grow with their length.

The engine writes into a file-like object from a thread of its own. What fits into one buffer goes
out whole, with its length. What does not is sent piece by piece: the thread waits until the server
has taken a piece, so no more than one is ever held. A client that goes away, or takes nothing for
:data:`LONGEST_STALL` seconds, ends the work.

An answer that breaks off half-way must not look whole: the connection is closed without the last
chunk (RFC 9112, section 7.1), and clients report that as an error.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
import traceback
from collections.abc import Callable, Mapping
from functools import partial
from typing import TYPE_CHECKING, Final

import anyio
import anyio.from_thread
import anyio.to_thread
from anyio.lowlevel import RunVar
from starlette.responses import Response

from tenure.errors import TenureError
from tenure_api.http.answers import in_one_thread

if TYPE_CHECKING:
    from starlette.types import Receive, Scope, Send

HELD: Final = 64 * 1024
"""Bytes of an answer that are held back before the first is sent; also the size of a piece."""

LONGEST_STALL: Final = 20.0
"""Seconds that a client may take for a piece; who takes less than 3 KiB a second is let go."""

MOST_AT_ONCE: Final = 64
"""Answers that are made at a time. They have threads of their own, so that clients who read
slowly keep nobody from the pages."""

ONLY_HEAD: Final = "tenure.head"
"""Key of the ASGI scope that says that only the head of the answer is wanted."""

_LOG: Final = logging.getLogger("tenure_api")
_THREADS: Final[RunVar[anyio.CapacityLimiter]] = RunVar("tenure_api.http.streams")


class CutShort(Exception):
    """An answer broke off after its head was sent; whoever serves it closes the connection."""


class NobodyListens(Exception):
    """Nobody takes the rest of the answer: raised in the thread that makes it."""


Produce = Callable[["Output"], Response | None]
"""Writes an answer into the output, after :meth:`Output.begin`; or returns another in its place."""


class Streamed(Response):
    """A response whose body ``produce`` writes, in a thread, when it is sent.

    What ``produce`` raises before the first piece is sent becomes a problem as everywhere.
    """

    def __init__(self, produce: Produce) -> None:
        super().__init__()
        self._produce = produce

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answers one request (ASGI 3). Raises :class:`CutShort`."""
        output = Output(receive, send, only_head=bool(scope.get(ONLY_HEAD)))
        try:
            instead = await anyio.to_thread.run_sync(
                _run, self._produce, output, limiter=_threads()
            )
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


class Output:
    """The file that an answer is written into, from the thread that makes it.

    Raises :class:`NobodyListens` from :meth:`write` when the work is in vain.
    """

    def __init__(self, receive: Receive, send: Send, *, only_head: bool) -> None:
        self.started = False
        self._receive = receive
        self._send = send
        self._only_head = only_head
        self._head = Response()
        self._held = bytearray()
        self._watch: asyncio.Task[None] | None = None
        self._gone = False

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

    async def finish(self) -> None:
        """Sends what is still held; the whole answer, where it was short."""
        rest = bytes(self._held)
        if not self.started:
            self._head.headers["content-length"] = str(len(rest))
            await self._start()
        await self._send({"type": "http.response.body", "body": rest, "more_body": False})

    async def end_of_head(self) -> None:
        """Ends an answer of which only the head was wanted."""
        if self._only_head and self.started:
            await self._send({"type": "http.response.body", "body": b"", "more_body": False})

    def close(self) -> None:
        """Stops to look out for the client's going."""
        if self._watch is not None:
            self._watch.cancel()

    async def _start(self) -> None:
        self.started = True
        head = {"status": self._head.status_code, "headers": self._head.raw_headers}
        await self._send({"type": "http.response.start", **head})

    async def _push(self, piece: bytes) -> None:
        if not self.started:
            await self._start()
            if self._only_head:
                raise NobodyListens
            self._watch = asyncio.create_task(self._look_out())
        if self._gone:
            raise NobodyListens
        try:
            with anyio.fail_after(LONGEST_STALL):
                await self._send({"type": "http.response.body", "body": piece, "more_body": True})
        except (TimeoutError, OSError) as error:
            raise NobodyListens from error

    async def _look_out(self) -> None:
        # A server tells that the client is gone only to those who ask.
        with contextlib.suppress(asyncio.CancelledError):
            while (await self._receive())["type"] != "http.disconnect":
                pass
            self._gone = True


def _threads() -> anyio.CapacityLimiter:
    """The limiter of the running event loop."""
    try:
        return _THREADS.get()
    except LookupError:
        limiter = anyio.CapacityLimiter(MOST_AT_ONCE)
        _THREADS.set(limiter)
        return limiter


def _run(produce: Produce, output: Output) -> Response | None:
    try:
        return in_one_thread(partial(produce, output))
    except Exception as error:  # noqa: BLE001 - it is raised again
        # The frames hold the engine's result, which must end in the thread that it was made in.
        # So they go to the log as text, before they are let go.
        if not isinstance(error, TenureError | NobodyListens):
            _LOG.error("making an answer failed\n%s", traceback.format_exc())
        error.__cause__ = error.__context__ = None
        raise error.with_traceback(None) from None
