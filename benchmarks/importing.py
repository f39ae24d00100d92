"""A table of tenures imported into a base of its own, and the base opened: in processor time."""

from __future__ import annotations

import os
import random
import tempfile
from collections.abc import Callable
from pathlib import Path

import tenure
from benchmarks.result import Result
from tenure.ingest import SourceDescription, import_files
from tenure.namespaces import RDF_TYPE, TN

_MAPPING = {
    "statements": [
        {
            "kind": "Tenure",
            "holder": {"kind": "Person", "name": "person"},
            "office": {"kind": "Office", "name": "office", "of": {"name": "organization"}},
            "start": "start",
            "end": "end",
        }
    ]
}
_AIM = 2_000
"""Tenures a second that are aimed at, on two cores."""


def importing(rows: int = 10_000) -> list[Result]:
    """Read, mapped, laid out and checked (the last in a process beside); then read and fused."""
    with tempfile.TemporaryDirectory() as folder:
        facts, path = Path(folder) / "facts", Path(folder) / "made.csv"
        facts.mkdir()
        path.write_text(_table(rows), encoding="utf-8")
        source = SourceDescription("made", publisher="Town", published="2020-01-01")

        def bring() -> int:
            done = import_files("table", [path], facts, source=source, mapping=_MAPPING)
            return sum(one.added for one in done.revisions)

        def fuse() -> int:
            with tenure.open(facts) as kb:
                kind = TN("Tenure")
                world = kb.engine.names.graph("world")
                return sum(1 for _ in kb.engine.store.quads(world, predicate=RDF_TYPE, value=kind))

        results = []
        for name, work in (("imported and checked", bring), ("read and fused", fuse)):
            seconds, found = _processor_time(work)
            if found != rows:
                raise SystemExit(f"importing: {found} of {rows} rows {name}")
            aim = f"{_AIM:,} a second on two cores"
            results.append(Result(f"{rows:,} tenures {name}", seconds, 2 * rows / _AIM, aim, found))
        return results


def _processor_time(work: Callable[[], int]) -> tuple[float, int]:
    """The time of this process and of those that it waited for, in seconds."""
    before = os.times()
    found = work()
    after = os.times()
    return sum(after[:4]) - sum(before[:4]), found


def _table(rows: int, seed: int = 7) -> str:
    """Two tenures for each person, one holder at a time in each of the offices."""
    drawn = random.Random(seed)  # noqa: S311 - data, not secrets
    last: dict[int, int] = {}
    lines = ["person,office,organization,start,end"]
    for number in range(rows):
        who, office = number % (rows // 2), number * 7 % (rows // 10)
        begun = last.get(office, 1950)
        ended = begun + drawn.randrange(1, 4)
        last[office] = ended + 1
        day = f"{begun}-{drawn.randrange(1, 13):02d}-{drawn.randrange(1, 29):02d}"
        lines.append(f"Ada Name{who},Office {office},Org {office % 100},{day},{ended}")
    return "\n".join(lines)
