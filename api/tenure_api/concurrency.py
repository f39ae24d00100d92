"""Each client's share: how much of one client is worked on at a time, and how often it may ask.

Threads of one process take turns at the processor, so that twenty requests of one client would make
everybody wait twenty times as long. A client has few under way at a time, and the next wait in a
line of its own. Strangers' SPARQL has shares of another kind (:mod:`tenure.sandbox.fair_queue`).
"""

from __future__ import annotations

import asyncio
import math
import threading
import time
from collections import OrderedDict
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Final

from tenure.errors import TenureError
from tenure.sandbox.fair_queue import FairQueue
from tenure.sandbox.limits import Shares, TooBusy

OF_ONE: Final = 4
"""Requests of one client that are worked on at a time."""

WAITING: Final = 64
"""Those that wait beside them; more are refused."""

PATIENCE: Final = 30.0
"""Seconds that one waits."""

_UNBOUNDED: Final = 1 << 30


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


MOST_CLIENTS = 20_000


class TooManyRequests(TenureError):
    """This client asks more often than it may."""

    title = "Too many requests"
    http_status = 429

    def __init__(self, wait: float) -> None:
        """``wait``: seconds until the next request would be answered."""
        seconds = max(1, math.ceil(wait))
        super().__init__(
            "You ask more often than this service answers one client.",
            remedy=f"Wait {seconds} s, and then ask less often.",
        )
        self.headers = {"Retry-After": str(seconds)}


class TokenBuckets:
    """How often a client may ask: a token bucket each. Safe to share between threads.

    A bucket holds ``burst`` tokens and gets ``rate`` more a second; a request takes one (the leaky
    bucket of ITU-T I.371 as a meter, in its continuous form). The number of buckets is bounded: the
    one that was longest unused goes first, and by then has been full again for long.

    Args:
        rate: tokens a second; 0: no limit.
        burst: what a bucket holds.
        clock: seconds that never go back.
    """

    def __init__(
        self, rate: float, burst: int, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._rate = rate
        self._burst = burst
        self._clock = clock
        self._lock = threading.Lock()
        self._left: OrderedDict[str, tuple[float, float]] = OrderedDict()

    def take(self, client: str) -> None:
        """Takes a token of this client. Raises :class:`TooManyRequests` where there is none."""
        if not self._rate:
            return
        with self._lock:
            now = self._clock()
            left, then = self._left.pop(client, (float(self._burst), now))
            left = min(self._burst, left + (now - then) * self._rate)
            refused = left < 1
            self._left[client] = (left if refused else left - 1, now)
            if len(self._left) > MOST_CLIENTS:
                self._left.popitem(last=False)
        if refused:
            raise TooManyRequests((1 - left) / self._rate)

    def __len__(self) -> int:
        return len(self._left)
