"""What the service writes to its log: a line an event, with the request that it belongs to.

The log goes to standard error, as text for people or as one JSON object a line for machines. What
looks like a key or a token is blotted out in every line, wherever it came from; headers and bodies
are never logged, of an address only the path, of a query only a digest and its beginning.
"""

from __future__ import annotations

import hashlib
import json
import logging
import re
import sys
import time
from collections.abc import Callable
from contextvars import ContextVar
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, Final, TextIO

from tenure_api.access.keys import KEY

if TYPE_CHECKING:
    from starlette.requests import Request

REQUEST: Final[ContextVar[str]] = ContextVar("request", default="")
"""The id of the request that is being answered, also in the threads that work for it."""

SLOW: Final = logging.getLogger("tenure_api.slow")
REQUESTS: Final = logging.getLogger("tenure_api.requests")

_SERVER: Final = "uvicorn.error"
# An answer that breaks off is left so on purpose, and a line of ours says why.
_CUT_SHORT: Final = "ASGI callable returned without completing response."
_SHOWN: Final = 200
_BEARER: Final = re.compile(r"(?i)\bbearer\s+[A-Za-z0-9._~+/=-]+")
# Three parts of base64url, of which the first two begin as an object of JSON does: a JWT.
_JWT: Final = re.compile(r"\beyJ[\w-]{5,}\.eyJ[\w-]{5,}\.[\w-]*")


def blotted(text: str) -> str:
    """``text`` without keys and tokens.

    >>> blotted("Authorization: Bearer abc.def")
    'Authorization: Bearer ***'
    """
    text = KEY.sub(lambda found: f"tenure_{found[1]}_***", text)
    return _JWT.sub("***", _BEARER.sub(lambda found: found[0].split()[0] + " ***", text))


def beginning(query: str) -> dict[str, Any]:
    """What is told of a query: its digest, by which equal ones are found, and how it begins."""
    return {
        "sha256": hashlib.sha256(query.encode("utf-8", "surrogatepass")).hexdigest()[:16],
        "characters": len(query),
        "begins": " ".join(blotted(query[:1_000]).split())[:_SHOWN],
    }


def note_query(request: Request, query: str) -> None:
    """Remember the query that a request asks, should it turn out to be slow."""
    request.state.query = query


def configure(form: str, level: str, stream: TextIO | None = None) -> None:
    """Send every log line of this process to ``stream``, standard error by default.

    ``form`` is ``text`` or ``json``; ``level`` the least that is written. Called once, by the
    program; a library that is only imported leaves logging alone.
    """
    handler = logging.StreamHandler(stream or sys.stderr)
    handler.setFormatter(_Json() if form == "json" else _Text())
    handler.addFilter(Seldom())
    logging.basicConfig(level=level.upper(), handlers=[handler], force=True)
    # Slow requests are told of at any level but that of errors; see `slow_seconds` in the settings.
    REQUESTS.setLevel(level.upper())


class Seldom:
    """Filter that lets few of the lines pass which bytes that are no request cause.

    No limit of requests counts those, so that a stranger could fill the log. Of each message
    ``most`` pass in ``seconds``; the first that passes later says how many were left out.
    """

    def __init__(
        self,
        most: int = 5,
        seconds: float = 60,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._most = most
        self._seconds = seconds
        self._clock = clock
        self._seen: dict[str, tuple[float, int]] = {}

    def filter(self, record: logging.LogRecord) -> bool:
        """Whether a line is to be written (logging)."""
        if record.name == _SERVER and record.msg == _CUT_SHORT:
            return False
        if record.name != _SERVER or record.levelno > logging.WARNING:
            return True
        now = self._clock()
        began, count = self._seen.get(record.msg, (now, 0))
        if now - began >= self._seconds:
            if count > self._most:
                record.told = {"left_out": count - self._most}
            began, count = now, 0
        self._seen[record.msg] = began, count + 1
        return count < self._most


def _members(record: logging.LogRecord) -> dict[str, Any]:
    request = REQUEST.get()
    told: dict[str, Any] = {
        "at": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
        "level": record.levelname.lower(),
        "logger": record.name,
        "message": record.getMessage(),
    }
    if request:
        told["request"] = request
    told.update(getattr(record, "told", {}))
    return told


class _Json(logging.Formatter):
    """One JSON object a line, so that nobody can put a line of their own into the log."""

    def format(self, record: logging.LogRecord) -> str:
        told = _members(record)
        if record.exc_info:
            told["traceback"] = self.formatException(record.exc_info)
        return blotted(json.dumps(told, ensure_ascii=False, default=str))


class _Text(logging.Formatter):
    """One line for people; what a client sent stands in quotes, with line breaks escaped."""

    def format(self, record: logging.LogRecord) -> str:
        told = _members(record)
        first = f"{told.pop('at')} {told.pop('level').upper()} {told.pop('logger')}: "
        message = json.dumps(told.pop("message"), ensure_ascii=False)[1:-1].replace('\\"', '"')
        others = " ".join(
            f"{name}={json.dumps(value, ensure_ascii=False, default=str)}"
            for name, value in told.items()
        )
        line = f"{first}{message} {others}".rstrip()
        if record.exc_info:
            line += "\n" + self.formatException(record.exc_info)
        return blotted(line)
