"""From a cold start to the first answer, against rdflib on the finished world."""

from __future__ import annotations

import json
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from benchmarks.result import Result
from tenure.catalog import Catalog, ask
from tenure.knowledge import open_knowledge_base
from tenure.store import graph_format, write

QUESTION = "office-holders"
_RUNS = 5

_PEER = """
import json, sys, rdflib
data = rdflib.Dataset(default_union=True)
data.parse(sys.argv[1], format="nquads")
answer = data.query(open(sys.argv[2], encoding="utf-8").read())
sys.stdout.buffer.write(answer.serialize(format="json"))
"""


def cold_start() -> list[Result]:
    """A fresh process of ours against a fresh process of the peer, median of five runs each."""
    catalog = Catalog.load()
    question = catalog[QUESTION]
    kb = open_knowledge_base()
    ask(kb, question, question.example)
    with tempfile.TemporaryDirectory() as folder:
        world = Path(folder, "world.nq")
        world.write_bytes(write(kb.store.quads(), graph_format("nq"), {}))
        options = [f"--{name}={value}" for name, value in question.example.items()]
        ours = [sys.executable, "-m", "tenure", "ask", QUESTION, *options, "--format", "json"]
        peer = [sys.executable, "-c", _PEER, str(world), str(question.path)]
        our_time, our_answer = _run(ours)
        peer_time, peer_answer = _run(peer)
    if our_answer != peer_answer:
        raise SystemExit(f"cold-start: the answers differ: {our_answer} {peer_answer}")
    return [Result("cold-start", our_time, peer_time, "rdflib, finished world", len(our_answer))]


def _run(command: list[str]) -> tuple[float, list[str]]:
    seconds = []
    rows: list[str] = []
    for _ in range(_RUNS):
        start = time.perf_counter()
        done = subprocess.run(command, capture_output=True, check=True)
        seconds.append(time.perf_counter() - start)
        rows = rows_of(done.stdout)
    return statistics.median(seconds), rows


def rows_of(results: bytes) -> list[str]:
    """The rows of SPARQL results JSON, comparable across engines."""
    return sorted(
        json.dumps({name: cell["value"] for name, cell in row.items()}, sort_keys=True)
        for row in json.loads(results)["results"]["bindings"]
    )
