"""How much a query may take, how many run at a time, and what is said of one that is stopped."""

from __future__ import annotations

import math
from dataclasses import dataclass

from tenure.errors import TenureError


@dataclass(frozen=True, slots=True)
class QueryLimits:
    """What one query may take.

    ``seconds`` from the moment that a worker has it, not counting waits for the client; ``memory``
    in bytes beyond what the worker's copy of the data takes, 0 for no limit; ``rows`` (rows or
    triples) and ``bytes`` of its answer; ``stall`` seconds that the client may take nothing.
    """

    seconds: float = 10.0
    memory: int = 1 << 30
    rows: int = 1_000_000
    bytes: int = 1 << 29
    stall: float = 30.0


@dataclass(frozen=True, slots=True)
class Shares:
    """How many queries run and wait at a time.

    ``workers`` queries run at a time that are younger than ``young`` seconds. An older one goes on
    beside them with less of the processor, at most ``slow`` of these. A client has at most
    ``running`` of both kinds at a time and ``waiting`` more in its queue; ``waiting_in_all`` bounds
    all queues together. ``spares`` workers are kept ready beyond those in use.
    """

    workers: int = 2
    slow: int = 4
    spares: int = 1
    running: int = 2
    waiting: int = 64
    waiting_in_all: int = 512
    young: float = 0.25

    @classmethod
    def of(cls, workers: int) -> Shares:
        """Shares for that many workers."""
        return cls(workers=workers, slow=2 * workers, running=max(2, workers))


class QueryStopped(TenureError):
    """A query that was stopped before its end: ``reason`` is time, memory, rows, bytes, ..."""

    title = "The query was stopped"
    http_status = 503

    def __init__(self, reason: str, what: str, *, remedy: str = "", wait: float = 0) -> None:
        """``wait``: seconds after which asking the same again may go better; 0: it will not."""
        super().__init__(what, where="query", remedy=remedy)
        self.reason = reason
        self.headers = {"Retry-After": str(math.ceil(wait))} if wait else {}


class TooBusy(TenureError):
    """More queries wait already than this service lets wait."""

    title = "The service is busy"
    http_status = 503

    def __init__(self, wait: float) -> None:
        """``wait``: seconds after which it is worth asking again."""
        seconds = max(1, math.ceil(wait))
        super().__init__(
            "So many queries wait already that yours would not be answered in good time.",
            remedy=f"Wait {seconds} s, and ask again.",
        )
        self.headers = {"Retry-After": str(seconds)}


class TooManyQueries(TenureError):
    """This client has more queries under way than its share."""

    title = "Too many queries at a time"
    http_status = 429

    def __init__(self, wait: float) -> None:
        """``wait``: seconds after which one of them will be done."""
        seconds = max(1, math.ceil(wait))
        super().__init__(
            "You have as many queries under way as this service takes from one client.",
            remedy=f"Wait {seconds} s, or until one of them is answered.",
        )
        self.headers = {"Retry-After": str(seconds)}


def stopped(reason: str, limits: QueryLimits) -> QueryStopped:
    """The error for a query that was stopped for that reason.

    Reasons: ``time``, ``memory``, ``rows``, ``bytes``, ``stall``, ``crowded``, ``crash``.
    """
    narrower = "Ask for less at a time: name more of what you know, or add LIMIT."
    mebibytes = limits.memory >> 20
    told = {
        "time": (f"The query ran for {limits.seconds:g} s, which is all it may.", narrower, 0),
        "memory": (f"The query wanted more than {mebibytes} MiB of memory.", narrower, 0),
        "rows": (f"The answer has more than {limits.rows} rows or triples.", narrower, 0),
        "bytes": (f"The answer is longer than {limits.bytes} bytes.", narrower, 0),
        "stall": (f"Nobody took the answer for {limits.stall:g} s.", "Read it faster.", 0),
        "crowded": ("The query gave way to shorter ones.", "Ask again when it is calmer.", 5),
    }
    crash = ("What answered the query broke down.", "Ask again; if it stays, ask otherwise.", 1)
    what, remedy, wait = told.get(reason, crash)
    return QueryStopped(reason, what, remedy=remedy, wait=wait)
