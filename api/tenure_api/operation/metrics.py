"""What is counted and measured, in the format of Prometheus.

Requests are counted by the template of their route, such as ``/doc/{slug}``, never by their path:
paths are as many as there are things to ask for, and may name them. The registry is the service's
own, so that two services in one process do not count together.

To add a measure, add it here, and a line to ``docs/howto/operations.md`` (a test asks for it).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import TYPE_CHECKING, Final

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, ProcessCollector
from prometheus_client.exposition import CONTENT_TYPE_LATEST, generate_latest
from prometheus_client.metrics_core import GaugeMetricFamily
from prometheus_client.registry import Collector

from tenure.errors import TenureError

if TYPE_CHECKING:
    from prometheus_client.metrics_core import Metric

    from tenure.knowledge import KnowledgeBase

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
        """Tell of the state of ``kb``, and of its workers, whenever the measures are read."""
        self.registry.register(_State(kb, pool))

    def text(self) -> bytes:
        """All of them, in the text format of Prometheus."""
        return generate_latest(self.registry)


class _State(Collector):
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
        for name, (told, value) in counts.items():
            yield GaugeMetricFamily(f"tenure_{name}", told, value=value)
        if self._pool is not None:
            workers = GaugeMetricFamily(
                "tenure_workers", "Processes that answer queries, by state.", labels=["state"]
            )
            for state, number in self._pool().items():
                workers.add_metric([state], number)
            yield workers
