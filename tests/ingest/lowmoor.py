"""Officers of a small town, imported by the command, and what came of it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

from pyoxigraph import Literal, NamedNode
from typer.testing import Result

from tenure.ingest import parse_trig
from tenure.namespaces import TN

HEADER = "Name,Post,From,To\n"
MAPPING = """\
[source]
title = "Officers of Lowmoor"
published = "2024-06-01"

[dates]
order = "day first"

[[statements]]
kind = "Tenure"
holder = { kind = "Person", name = "Name" }
office = { kind = "Office", name = "Post", of = { name = "=Lowmoor Council" } }
start = "From"
end = "To"
"""


class Done(NamedTuple):
    """How an import ended, the lines of its report, and the file of the source."""

    result: Result
    report: list[dict[str, str]]
    file: Path

    @property
    def faults(self) -> list[tuple[str, str]]:
        return [(one["locator"], one["what"]) for one in self.report if one["kind"] == "fault"]

    def dates(self) -> dict[str, tuple[str, ...]]:
        """The dates that claims that stand state, by the local name of what they are of."""
        quads, _ = parse_trig(self.file.read_text(encoding="utf-8"))
        gone = {q.subject for q in quads if q.predicate == TN("retractedAt")}
        found: dict[str, list[str]] = {}
        for quad in quads:
            if (
                quad.predicate in (TN("start"), TN("end"), TN("heldOn"))
                and quad.graph_name not in gone
            ):
                assert isinstance(quad.subject, NamedNode)
                assert isinstance(quad.object, Literal)
                name = quad.predicate.value.rpartition("#")[2]
                found.setdefault(quad.subject.value.rpartition("/")[2], []).append(
                    f"{name} {quad.object.value}"
                )
        return {name: tuple(sorted(dates)) for name, dates in found.items()}


Import = Callable[..., Done]
