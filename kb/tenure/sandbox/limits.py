"""How much a query or a task may take, how many run at a time, and the errors for more.

An error leaves the sandbox as JSON, and is made again outside of it, of a kind that such a process
may speak of.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from tenure.errors import (
    BadClaim,
    BadDate,
    BadInput,
    BadParameter,
    BadPolicy,
    BadQuery,
    BadRdf,
    NotFound,
    NothingTakenIn,
    Refused,
    TenureError,
    TooLarge,
    TooMuchToRead,
    Where,
)

_LONGEST: Final = 2_000
# What a process may say of what it was given. Its word makes an error of these kinds, no other.
_KINDS: Final[Mapping[str, type[BadInput | NotFound]]] = {
    kind.__name__: kind
    for kind in (
        BadInput,
        BadDate,
        BadRdf,
        BadParameter,
        BadPolicy,
        BadClaim,
        BadQuery,
        NothingTakenIn,
        TooLarge,
        TooMuchToRead,
        Refused,
        NotFound,
    )
}


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
class TaskLimits:
    """What one task may take.

    ``seconds`` of the processor; ``memory`` in bytes beyond what the process has at first, 0 for no
    limit; ``bytes`` of its answer. It ends after ``wall`` seconds, whether it had the processor or
    not; 0: twice ``seconds``, and five more.
    """

    seconds: float = 10.0
    memory: int = 768 << 20
    bytes: int = 64 << 20
    wall: float = 0.0

    @property
    def longest(self) -> float:
        """Seconds after which a task ends, whatever the reason."""
        return self.wall or 2 * self.seconds + 5


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


class TooMuch(Exception):
    """An answer that is longer than it may be: ``reason`` is ``rows`` or ``bytes``."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class _ToRepeat(TenureError):
    """What may go better later: after ``wait`` seconds, 0 where it will not."""

    http_status = 503

    def __init__(
        self, what: str, *, where: str | None = None, remedy: str = "", wait: float = 0
    ) -> None:
        super().__init__(what, where=where, remedy=remedy)
        self.headers = {"Retry-After": str(max(1, math.ceil(wait)))} if wait else {}


class QueryStopped(_ToRepeat):
    """A query that was stopped before its end: ``reason`` is time, memory, rows, bytes, ..."""

    title = "The query was stopped"

    def __init__(self, reason: str, what: str, *, remedy: str = "", wait: float = 0) -> None:
        super().__init__(what, where="query", remedy=remedy, wait=wait)
        self.reason = reason


class ReadingStopped(_ToRepeat):
    """A body that was not read to its end, through no fault of its own."""

    title = "The reading was stopped"


class TooBusy(_ToRepeat):
    """More queries wait already than this service lets wait."""

    title = "The service is busy"

    def __init__(self, wait: float) -> None:
        seconds = max(1, math.ceil(wait))
        super().__init__(
            "So many queries wait already that yours would not be answered in good time.",
            remedy=f"Wait {seconds} s, and ask again.",
            wait=seconds,
        )


class TooManyQueries(_ToRepeat):
    """This client has more queries under way than its share."""

    title = "Too many queries at a time"
    http_status = 429

    def __init__(self, wait: float) -> None:
        seconds = max(1, math.ceil(wait))
        super().__init__(
            "You have as many queries under way as this service takes from one client.",
            remedy=f"Wait {seconds} s, or until one of them is answered.",
            wait=seconds,
        )


def stopped(reason: str, limits: QueryLimits) -> QueryStopped:
    """The error for a query that was stopped for that reason.

    Reasons: ``time``, ``memory``, ``rows``, ``bytes``, ``stall``, ``crowded``, ``crash``.
    """
    narrower = "Ask for less at a time: name more of what you know, or add LIMIT."
    mebibytes = limits.memory >> 20
    known = {
        "time": (f"The query ran for {limits.seconds:g} s, which is all it may.", narrower, 0),
        "memory": (f"The query wanted more than {mebibytes} MiB of memory.", narrower, 0),
        "rows": (f"The answer has more than {limits.rows} rows or triples.", narrower, 0),
        "bytes": (f"The answer is longer than {limits.bytes} bytes.", narrower, 0),
        "stall": (f"Nobody took the answer for {limits.stall:g} s.", "Read it faster.", 0),
        "crowded": ("The query was stopped for shorter ones.", "Ask again when it is calmer.", 5),
    }
    crash = ("What answered the query broke down.", "Ask again; if it stays, ask otherwise.", 1)
    what, remedy, wait = known.get(reason, crash)
    return QueryStopped(reason, what, remedy=remedy, wait=wait)


def task_stopped(reason: str, limits: TaskLimits) -> TenureError:
    """The error for a task that was stopped.

    Reasons: ``time``, ``memory``, ``bytes``, ``broken`` (the engine broke down over it);
    ``crowded``, ``closing``, ``crash``, which are no fault of what was sent.
    """
    too_much = {
        "time": f"Reading it takes more than {limits.seconds:g} s, which is all it may.",
        "memory": f"Reading it takes more than {limits.memory >> 20} MiB of memory.",
        "bytes": f"What it says is longer than {limits.bytes >> 20} MiB when it is written out.",
    }
    if reason in too_much:
        return TooMuchToRead(too_much[reason], where="body", remedy="Send less at a time.")
    if reason == "broken":
        return BadRdf(
            "What reads it broke down over it: it nests too deep, or its terms are defined by each "
            "other.",
            where="body",
            remedy="Write it flatter, each term with its own IRI.",
        )
    again = {
        "crowded": ("It was stopped for shorter ones.", "Send it again when it is calmer.", 5),
        "closing": ("This service is being stopped.", "Send it again.", 5),
    }
    crash = ("What reads it broke down.", "Send it again; if it stays, send less.", 1)
    what, remedy, wait = again.get(reason, crash)
    return ReadingStopped(what, where="body", remedy=remedy, wait=wait)


def error_to_json(error: TenureError) -> dict[str, Any]:
    """An error as a frame can carry it."""
    where = error.where
    kinds = (one.__name__ for one in type(error).__mro__ if one.__name__ in _KINDS)
    return {
        "kind": next(kinds, "BadInput"),
        "what": error.what[:_LONGEST],
        "where": [where.name[:_LONGEST], where.line, where.column] if where else None,
        "remedy": error.remedy[:_LONGEST],
    }


def error_from_json(carried: Mapping[str, Any]) -> TenureError:
    """The error that a process tells of; what is not as it should be is left out."""
    kind = _KINDS.get(str(carried.get("kind")), BadInput)
    where = carried.get("where")
    place = None
    if isinstance(where, list) and len(where) == 3:
        line, column = (one if isinstance(one, int) else None for one in where[1:])
        place = Where(str(where[0])[:_LONGEST], line, column)
    what, remedy = (str(carried.get(name, ""))[:_LONGEST] for name in ("what", "remedy"))
    return kind(what, where=place, remedy=remedy)
