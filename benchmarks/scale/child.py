"""One engine in a process of its own: loads a register and is asked; what it took, as JSON."""

from __future__ import annotations

import importlib
import json
import statistics
import sys
import time
from pathlib import Path
from typing import Any

from benchmarks.scale.processes import memory, used
from benchmarks.scale.work import Engine, Work, digest, works

ENGINES = {
    "library": ("ours", "Library"),
    "served": ("ours", "Served"),
    "arrays": ("tables", "Arrays"),
    "duckdb": ("tables", "DuckDb"),
    "postgres": ("tables", "Postgres"),
    "oxigraph": ("sparql", "Oxigraph"),
    "fuseki": ("sparql", "Fuseki"),
    "rdflib": ("sparql", "Rdflib"),
}
SECONDS = 6
"""How long one kind of question is asked; each is asked twice at least, unless the first takes
longer."""


def measured(name: str, folder: Path, tenures: int) -> dict[str, Any]:
    """What an engine took, by kind of work; ``missing`` where it cannot be run here."""
    module, of = ENGINES[name]
    engine: Engine = getattr(importlib.import_module(f"benchmarks.scale.{module}"), of)()
    began, clock = used(()), time.perf_counter()
    try:
        engine.load(folder)
    except ImportError as error:
        return {"engine": engine.name, "missing": str(error)}
    found: dict[str, Any] = {
        "engine": engine.name,
        "load": used(engine.pids()) - began,
        "load wall": time.perf_counter() - clock,
        "works": {},
    }
    try:
        for work in works(tenures):
            found["works"][work.title] = _asked(engine, work)
        found["memory"] = memory(engine.pids())
        found["disk"] = engine.disk()
    finally:
        engine.close()
    return found


def _asked(engine: Engine, work: Work) -> dict[str, Any]:
    """One kind of question, in rounds: seconds and answers, or why there is none."""
    taken, walls, answers = [], [], []
    until = time.perf_counter() + SECONDS
    for arguments in work.rounds:
        pids = engine.pids()
        began, clock = used(pids), time.perf_counter()
        try:
            answer = getattr(engine, work.method)(*arguments)
        except Exception as error:  # noqa: BLE001 - whatever an engine says is told
            return {"failed": f"{type(error).__name__}: {error}"[:200]}
        walls.append(time.perf_counter() - clock)
        taken.append(used(pids) - began)
        answers.append(digest(engine.rows(work.method, answer)))
        if time.perf_counter() > until:
            break
    # What is asked first reads code and pages from the disk, whoever is asked.
    rest = taken[1:] or taken
    return {
        "median": statistics.median(rest),
        "p99": sorted(rest)[int(0.99 * (len(rest) - 1) + 0.5)],
        "first": taken[0],
        "wall": statistics.median(walls[1:] or walls),
        "times": len(taken),
        "rows": statistics.median(count for count, _ in answers),
        "answers": answers,
    }


if __name__ == "__main__":
    print(json.dumps(measured(sys.argv[1], Path(sys.argv[2]), int(sys.argv[3]))))
