"""Whose query is next: every client in turn, one query each, whatever the others have waiting.

Round robin between the queues of clients is fair queueing with queries for packets (Nagle, RFC
970), with a bound on how many of one client run at a time.

Of one client's the oldest and the newest are taken in turn: in one line alone a small query would
stand behind all that its client has asked before, and from the other end alone old ones would
never be answered.

Who has taken little of the workers lately comes before those who have taken much (as new flows do
in FQ-CoDel, RFC 8290, section 4.2): else a new client would wait for one turn of each of many whose
queries are heavy, however small its own is.
"""

from __future__ import annotations

import time
from collections import Counter, OrderedDict, deque
from collections.abc import Callable
from typing import Final, Generic, TypeVar

from tenure.sandbox.limits import Shares, TooBusy, TooManyQueries

T = TypeVar("T")

_LITTLE: Final = 0.1
"""Seconds of a worker that are little."""
_HALF_LIFE: Final = 10.0
"""Seconds after which half of what a client has taken counts."""
_MOST_KEPT: Final = 10_000
"""Clients of whom it is kept what they have taken; the first to be counted goes first."""


class FairQueue(Generic[T]):
    """Queues of clients. ``running`` counts the queries that each has under way.

    Nothing is kept of a client that neither waits nor runs but the time that it has taken of late.
    """

    def __init__(self, shares: Shares, clock: Callable[[], float] = time.monotonic) -> None:
        self._shares = shares
        self._clock = clock
        self._taken: dict[str, tuple[float, float]] = {}
        self._queues: OrderedDict[str, deque[T]] = OrderedDict()
        self._newest_is_next: set[str] = set()
        self.running: Counter[str] = Counter()
        self.waiting = 0

    def join(self, client: str, waiter: T, wait: float) -> None:
        """Takes a place in the queue of ``client``.

        Args:
            client: whose query it is.
            waiter: what :meth:`next` is to return when it is its turn.
            wait: seconds after which those who are refused should try again.

        Raises:
            TooManyQueries: this queue is as long as it may be.
            TooBusy: all queues together are.
        """
        queue = self._queues.get(client, ())
        if len(queue) >= self._shares.waiting:
            raise TooManyQueries(wait)
        if self.waiting >= self._shares.waiting_in_all:
            raise TooBusy(wait)
        self._queues.setdefault(client, deque()).append(waiter)
        self.waiting += 1

    def next(self) -> tuple[str, T] | None:
        """The client whose turn it is, with one of its queue; it counts as running.

        None where nobody waits who may run more.
        """
        free = [one for one in self._queues if self.running[one] < self._shares.running]
        client = next((one for one in free if self._takes_little(one)), free[0] if free else None)
        if client is None:
            return None
        queue = self._queues[client]
        newest = client in self._newest_is_next
        waiter = queue.pop() if newest else queue.popleft()
        self.waiting -= 1
        self.running[client] += 1
        (self._newest_is_next.discard if newest else self._newest_is_next.add)(client)
        if queue:
            self._queues.move_to_end(client)
        else:
            self._forget(client)
        return client, waiter

    def put_first(self, client: str, waiter: T) -> None:
        """Gives back a turn that could not be used: the same is next again."""
        self._newest_is_next.discard(client)
        self._queues.setdefault(client, deque()).appendleft(waiter)
        self._queues.move_to_end(client, last=False)
        self.waiting += 1

    def leave(self, client: str, waiter: T) -> None:
        """Gives up a place in a queue."""
        queue = self._queues.get(client)
        if queue is not None and waiter in queue:
            queue.remove(waiter)
            self.waiting -= 1
            if not queue:
                self._forget(client)

    def done(self, client: str) -> None:
        """One query of ``client`` is no longer running."""
        self.running[client] -= 1
        if self.running[client] <= 0:
            del self.running[client]

    def took(self, client: str, seconds: float) -> None:
        """A query of ``client`` has kept a worker for so long."""
        if seconds >= _LITTLE or client in self._taken:
            self._taken[client] = self._recently(client) + seconds, self._clock()
            if len(self._taken) > _MOST_KEPT:
                del self._taken[next(iter(self._taken))]

    def _takes_little(self, client: str) -> bool:
        if client not in self._taken:
            return True
        if self._recently(client) >= _LITTLE:
            return False
        del self._taken[client]
        return True

    def _recently(self, client: str) -> float:
        seconds, then = self._taken.get(client, (0.0, 0.0))
        return float(seconds * 0.5 ** ((self._clock() - then) / _HALF_LIFE))

    def _forget(self, client: str) -> None:
        del self._queues[client]
        self._newest_is_next.discard(client)

    def firsts(self) -> list[tuple[str, T]]:
        """Who has been in each queue for longest."""
        return [(client, queue[0]) for client, queue in self._queues.items()]

    def waits(self, client: str) -> bool:
        """Whether ``client`` has queries that wait."""
        return client in self._queues

    def others_wait(self, client: str) -> bool:
        """Whether anybody else waits who may run more."""
        return any(
            other != client and self.running[other] < self._shares.running for other in self._queues
        )
