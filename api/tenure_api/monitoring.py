"""Logs, metrics and readiness: what those see who operate the service.

The log goes to standard error, as text for people or as one JSON object a line for machines. What
looks like a key or a token is blotted out in every line, wherever it came from; headers and bodies
are never logged, of an address only the path, of a query only a digest and its beginning.

Metrics are in the format of Prometheus. Requests are counted by the template of their route, such
as ``/doc/{slug}``, never by their path: paths are as many as there are things to ask for, and may
name them. To add a measure, add it to :class:`Metrics`, and a line to
``docs/howto/operations.md`` (a test asks for it). To add a check of readiness, give
:meth:`Readiness.add` a name and a function that raises where something is wrong.
"""

from __future__ import annotations

import hashlib
import json
import logging
import re
import sys
import time
from collections.abc import Callable, Iterable, Mapping
from contextvars import ContextVar
from datetime import UTC, datetime
from typing import Any, Final, TextIO

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, ProcessCollector
from prometheus_client.exposition import CONTENT_TYPE_LATEST, generate_latest
from prometheus_client.metrics_core import GaugeMetricFamily, Metric
from prometheus_client.registry import Collector
from starlette.requests import Request

from tenure.errors import TenureError
from tenure.knowledge import KnowledgeBase
from tenure_api.security import KEY

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
    """What the log has of a query: its digest, by which equal ones are found, and how it begins."""
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
    handler.setFormatter(_JsonFormatter() if form == "json" else _TextFormatter())
    handler.addFilter(Seldom())
    logging.basicConfig(level=level.upper(), handlers=[handler], force=True)
    # Slow requests are logged at any level but that of errors; see `slow_seconds` in the settings.
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
                record.fields = {"left_out": count - self._most}
            began, count = now, 0
        self._seen[record.msg] = began, count + 1
        return count < self._most


def _members(record: logging.LogRecord) -> dict[str, Any]:
    request = REQUEST.get()
    members: dict[str, Any] = {
        "at": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
        "level": record.levelname.lower(),
        "logger": record.name,
        "message": record.getMessage(),
    }
    if request:
        members["request"] = request
    members.update(getattr(record, "fields", {}))
    return members


class _JsonFormatter(logging.Formatter):
    """One JSON object a line, so that nobody can put a line of their own into the log."""

    def format(self, record: logging.LogRecord) -> str:
        members = _members(record)
        if record.exc_info:
            members["traceback"] = self.formatException(record.exc_info)
        return blotted(json.dumps(members, ensure_ascii=False, default=str))


class _TextFormatter(logging.Formatter):
    """One line for people; what a client sent stands in quotes, with line breaks escaped."""

    def format(self, record: logging.LogRecord) -> str:
        members = _members(record)
        first = f"{members.pop('at')} {members.pop('level').upper()} {members.pop('logger')}: "
        message = json.dumps(members.pop("message"), ensure_ascii=False)[1:-1].replace('\\"', '"')
        others = " ".join(
            f"{name}={json.dumps(value, ensure_ascii=False, default=str)}"
            for name, value in members.items()
        )
        line = f"{first}{message} {others}".rstrip()
        if record.exc_info:
            line += "\n" + self.formatException(record.exc_info)
        return blotted(line)


MEDIA_TYPE: Final = CONTENT_TYPE_LATEST
_METHODS: Final = frozenset(("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"))
_SECONDS: Final = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30)

PoolStatus = Callable[[], Mapping[str, float]]
"""How many workers there are in each state, such as ``{"busy": 1, "idle": 1, "waiting": 0}``."""


class Metrics:
    """The measures of one service. Safe to share between threads."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        ProcessCollector(registry=self.registry)
        self._requests = Counter(
            "tenure_http_requests",
            "Requests answered, by method, template of the route and status.",
            ("method", "route", "status"),
            registry=self.registry,
        )
        self._seconds = Histogram(
            "tenure_http_request_seconds",
            "Seconds from the first byte of a request to the last of its answer.",
            ("route",),
            buckets=_SECONDS,
            registry=self.registry,
        )
        self.in_progress = Gauge(
            "tenure_http_requests_in_progress",
            "Requests that are being answered.",
            registry=self.registry,
        )
        self._writes = Counter(
            "tenure_writes",
            "Writes asked for, by outcome: committed, refused, dry-run, failed.",
            ("outcome",),
            registry=self.registry,
        )
        self._stopped = Counter(
            "tenure_queries_stopped",
            "Queries that were stopped, by reason, such as time or memory.",
            ("reason",),
            registry=self.registry,
        )

    def answered(self, method: str, route: str, status: int, seconds: float) -> None:
        """One request was answered. ``route`` is the template of a route, or a fixed word."""
        known = method if method in _METHODS else "other"
        self._requests.labels(known, route, str(status)).inc()
        self._seconds.labels(route).observe(seconds)

    def wrote(self, outcome: str) -> None:
        """A write was asked for, with this outcome."""
        self._writes.labels(outcome).inc()

    def stopped(self, reason: str) -> None:
        """A query was stopped before its end, for this reason."""
        self._stopped.labels(reason).inc()

    def watch(self, kb: KnowledgeBase, pool: PoolStatus | None = None) -> None:
        """Report the state of ``kb``, and of its workers, whenever the measures are read."""
        self.registry.register(_StateCollector(kb, pool))

    def text(self) -> bytes:
        """All of them, in the text format of Prometheus."""
        return generate_latest(self.registry)


class _StateCollector(Collector):
    """What is looked up when asked for instead of being counted along the way."""

    def __init__(self, kb: KnowledgeBase, pool: PoolStatus | None) -> None:
        self._kb = kb
        self._pool = pool

    def describe(self) -> Iterable[Metric]:
        """Nothing: the registry would otherwise collect once, at start-up, to learn the names."""
        return ()

    def collect(self) -> Iterable[Metric]:
        """The measures as they are now; none of a knowledge base that cannot be read."""
        try:
            kb = self._kb
            counts = {
                "store_generation": ("Writes into the store since it was opened.", kb.generation),
                "claims": ("Claims, in force or retracted.", len(kb.claims)),
                "sources": ("Sources.", len(kb.sources)),
                "entities": ("Entities in the registry.", len(kb.registry)),
            }
        except TenureError:
            counts = {}
        for name, (text, value) in counts.items():
            yield GaugeMetricFamily(f"tenure_{name}", text, value=value)
        if self._pool is not None:
            workers = GaugeMetricFamily(
                "tenure_workers", "Processes that answer queries, by state.", labels=["state"]
            )
            for state, number in self._pool().items():
                workers.add_metric([state], number)
            yield workers


_LOG = logging.getLogger("tenure_api.ready")


class Readiness:
    """The checks of one service."""

    def __init__(self) -> None:
        self._checks: dict[str, Callable[[], object]] = {}

    def add(self, name: str, check: Callable[[], object]) -> None:
        """Not ready, for the reason ``name``, whenever ``check`` raises.

        It may raise :class:`~tenure.errors.TenureError` and :class:`OSError`.
        """
        self._checks[name] = check

    def problems(self) -> list[str]:
        """The names of the checks that fail now; none of a service that is ready."""
        found = []
        for name, check in self._checks.items():
            try:
                check()
            except (TenureError, OSError) as error:
                why = getattr(error, "why", error)
                _LOG.warning("not ready", extra={"fields": {"check": name, "why": str(why)}})
                found.append(name)
        return found
