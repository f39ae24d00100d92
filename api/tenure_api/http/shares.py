"""Each client's share of what this process works out itself: pages, questions, days, writes.

Threads of one process take turns at the processor, so that twenty requests of one client would make
everybody wait twenty times as long. A client has few under way at a time, and the next wait in a
line of its own. Strangers' SPARQL has shares of another kind (:mod:`tenure.sandbox.fair_queue`).
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, Final

from starlette.requests import Request

from tenure.errors import TenureError
from tenure.sandbox.fair_queue import FairQueue
from tenure.sandbox.limits import Shares, TooBusy
from tenure_api.access.who import client_of
from tenure_api.http import problems
from tenure_api.http.streams import MADE

if TYPE_CHECKING:
    from starlette.types import ASGIApp, Receive, Scope, Send

    from tenure_api.pages.rendering import Pages

OF_ONE: Final = 4
"""Requests of one client that are worked on at a time."""
WAITING: Final = 64
"""Those that wait beside them; more are refused."""
PATIENCE: Final = 30.0
"""Seconds that one waits."""

_UNBOUNDED: Final = 1 << 30
# They cost next to nothing, have shares of their own, or take them where the body has come.
_APART: Final = ("/health", "/ready", "/metrics", "/sparql", "/static/", "/openapi.json")


class FairShare:
    """Lets ``of_one`` of each client, and ``at_once`` of all together, be under way.

    Whoever waits is served in turn, one of each client. Belongs to the event loop's thread.
    """

    def __init__(self, of_one: int = OF_ONE, at_once: int = _UNBOUNDED) -> None:
        self._left = at_once
        self._turns: FairQueue[asyncio.Future[None]] = FairQueue(
            Shares(running=of_one, waiting=WAITING, waiting_in_all=16 * WAITING)
        )

    @asynccontextmanager
    async def turn(self, client: str) -> AsyncIterator[Callable[[], None]]:
        """One more of ``client``, as long as it lasts, or until what this gives is called.

        Raises:
            TooManyQueries: as many of this client wait as may.
            TooBusy: its turn has not come in :data:`PATIENCE` seconds, or too many others wait.
        """
        mine: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._turns.join(client, mine, 1)
        self._call()
        try:
            if not mine.done():
                await asyncio.wait([mine], timeout=PATIENCE)
        except asyncio.CancelledError:
            self._leave(client, mine)
            raise
        if not mine.done():
            self._leave(client, mine)
            raise TooBusy(1)
        is_over = False

        def over() -> None:
            nonlocal is_over
            if not is_over:
                is_over = True
                self._over(client)

        try:
            yield over
        finally:
            over()

    def _leave(self, client: str, mine: asyncio.Future[None]) -> None:
        if mine.done():
            self._over(client)
        else:
            self._turns.leave(client, mine)

    def _over(self, client: str) -> None:
        self._turns.done(client)
        self._left += 1
        self._call()

    def _call(self) -> None:
        while self._left and (found := self._turns.next()) is not None:
            self._left -= 1
            found[1].set_result(None)


class InTurn:
    """Middleware (ASGI 3) behind the gate: what reads is worked on in turn.

    A turn is over when the answer has been made, however slowly it is read.
    """

    def __init__(self, app: ASGIApp, pages: Pages) -> None:
        self.app = app
        self._pages = pages
        self._share = FairShare()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answers one request."""
        reads = scope["type"] == "http" and scope["method"] == "GET"
        if not reads or scope["path"].startswith(_APART):
            await self.app(scope, receive, send)
            return
        request = Request(scope, receive)
        try:
            async with self._share.turn(client_of(request)) as over:
                scope[MADE] = over
                await self.app(scope, receive, send)
        except TenureError as error:
            # Those of routes have become answers before they come here.
            response = problems.answer(request, self._pages, error)
            await response(scope, receive, send)
