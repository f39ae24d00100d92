"""A task for a reader: what is to be done with what a stranger sent, and what it may take."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from tenure.errors import (
    BadClaim,
    BadDate,
    BadInput,
    BadParameter,
    BadPolicy,
    BadRdf,
    NotFound,
    NothingTakenIn,
    Refused,
    TenureError,
    TooLarge,
    TooMuchToRead,
    Where,
)


@dataclass(frozen=True, slots=True)
class Task:
    """What is to be done: a function, by module and name, with what it is told and given.

    The function is called with ``told``, the bodies, and a file that takes the answer piece by
    piece; what it returns comes back as :attr:`Done.told`.
    """

    module: str
    function: str
    told: Mapping[str, Any] = field(default_factory=dict)
    bodies: tuple[bytes, ...] = field(default=(), repr=False)


@dataclass(frozen=True, slots=True)
class TaskLimits:
    """What one task may take.

    ``seconds`` of the processor; ``memory`` in bytes beyond what the reader has at first, 0 for no
    limit; ``bytes`` of its answer. A task that has had no processor for twice ``seconds``
    ends as well.
    """

    seconds: float = 10.0
    memory: int = 768 << 20
    bytes: int = 64 << 20


@dataclass(frozen=True, slots=True)
class Done:
    """What came of a task."""

    told: Mapping[str, Any]
    data: bytes = field(repr=False)


class ReadingStopped(TenureError):
    """A body that was not read to its end, through no fault of its own."""

    title = "The reading was stopped"
    http_status = 503

    def __init__(self, what: str, *, remedy: str, wait: float = 1) -> None:
        """``wait``: seconds after which it is worth sending it again."""
        super().__init__(what, where="body", remedy=remedy)
        self.headers = {"Retry-After": str(max(1, math.ceil(wait)))}


_SMALLER: Final = "Send less at a time."
# What a reader may say of what it was given. Its word makes an error of these kinds, and no other.
_KINDS: Final[Mapping[str, type[BadInput | NotFound]]] = {
    kind.__name__: kind
    for kind in (
        BadInput,
        BadDate,
        BadRdf,
        BadParameter,
        BadPolicy,
        BadClaim,
        NothingTakenIn,
        TooLarge,
        TooMuchToRead,
        Refused,
        NotFound,
    )
}
_LONGEST: Final = 2_000


def stopped(reason: str, limits: TaskLimits) -> TenureError:
    """The error for a task that was stopped.

    Reasons: ``time``, ``memory``, ``bytes``, ``broken`` (the engine broke down over it);
    ``crowded``, ``closing``, ``crash``, which are no fault of what was sent.
    """
    told = {
        "time": f"Reading it takes more than {limits.seconds:g} s, which is all it may.",
        "memory": f"Reading it takes more than {limits.memory >> 20} MiB of memory.",
        "bytes": f"What it says is longer than {limits.bytes >> 20} MiB when it is written out.",
    }
    if reason in told:
        return TooMuchToRead(told[reason], where="body", remedy=_SMALLER)
    if reason == "broken":
        return BadRdf(
            "What reads it broke down over it: it nests too deep, or its terms are defined by each "
            "other.",
            where="body",
            remedy="Write it flatter, each term with its own IRI.",
        )
    again = {
        "crowded": ("It gave way to shorter ones.", "Send it again when it is calmer.", 5),
        "closing": ("This service is being stopped.", "Send it again.", 5),
    }
    what, remedy, wait = again.get(
        reason, ("What reads it broke down.", "Send it again; if it stays, send less.", 1)
    )
    return ReadingStopped(what, remedy=remedy, wait=wait)


def told_of(error: TenureError) -> dict[str, Any]:
    """An error in words that a frame can carry."""
    where = error.where
    return {
        "kind": _kind_of(error),
        "what": error.what[:_LONGEST],
        "where": [where.name[:_LONGEST], where.line, where.column] if where else None,
        "remedy": error.remedy[:_LONGEST],
    }


def error_of(told: Mapping[str, Any]) -> TenureError:
    """The error that a reader told of; what is not as it should be is left out."""
    kind = _KINDS.get(str(told.get("kind")), BadInput)
    where = told.get("where")
    place = None
    if isinstance(where, list) and len(where) == 3:
        line, column = (one if isinstance(one, int) else None for one in where[1:])
        place = Where(str(where[0])[:_LONGEST], line, column)
    what, remedy = (str(told.get(name, ""))[:_LONGEST] for name in ("what", "remedy"))
    return kind(what, where=place, remedy=remedy)


def _kind_of(error: TenureError) -> str:
    return next((one.__name__ for one in type(error).__mro__ if one.__name__ in _KINDS), "BadInput")
