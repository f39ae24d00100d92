"""How often a client may ask: a token bucket each.

A bucket holds ``burst`` tokens and gets ``rate`` more a second; a request takes one (the leaky
bucket of ITU-T I.371 as a meter, in its continuous form). The number of buckets is bounded: the
one that was longest unused goes first, and by then has been full again for long.
"""

from __future__ import annotations

import math
import threading
import time
from collections import OrderedDict
from collections.abc import Callable
from typing import TYPE_CHECKING

from tenure.errors import TenureError

if TYPE_CHECKING:
    from tenure_api.operation.settings import Settings

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


class Buckets:
    """Token buckets by client. Safe to share between threads.

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

    @classmethod
    def of(cls, settings: Settings) -> Buckets:
        """Buckets of the size that the settings name."""
        return cls(settings.requests_a_second, settings.burst)

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
