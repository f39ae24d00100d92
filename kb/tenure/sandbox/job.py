"""A query as it is handed to the pool."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from tenure.store import QueryPlan


@dataclass(frozen=True, slots=True)
class Job:
    """A plan that carries its virtual graphs, and how its answer is to be written.

    ``rows`` and ``triples`` are the media types to write each kind of answer in; of a kind whose
    type is empty, only the head is told.
    """

    plan: QueryPlan
    rows: str = ""
    triples: str = ""
    prefixes: Mapping[str, str] = field(default_factory=dict)

    def asked(self) -> dict[str, Any]:
        """The query as the worker reads it, without limits."""
        named = self.plan.named_graphs
        return {
            "sparql": self.plan.sparql,
            "default": [graph.value for graph in self.plan.default_graphs],
            "named": None if named is None else [graph.value for graph in named],
            "rows": self.rows,
            "triples": self.triples,
            "prefixes": dict(self.prefixes),
        }

    def __post_init__(self) -> None:
        """Raises :class:`ValueError` for a text that is no Unicode, or graphs without content."""
        self.plan.sparql.encode()
        if any(graph.content is None for graph in self.plan.virtual_graphs):
            raise ValueError("a plan for a copy of the store carries its virtual graphs")


def encoded(job: Job, **limits: Any) -> bytes:
    """The body of the frame that asks a worker."""
    return json.dumps({**job.asked(), **limits}, separators=(",", ":")).encode()
