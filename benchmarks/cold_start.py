"""From a cold start to the first answer, against rdflib on the finished world and by itself.

In processor time, which other work on the machine changes less than the clock.
"""

from __future__ import annotations

import json
import resource
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path

from benchmarks.result import Result
from tenure.catalog import Catalog, ask
from tenure.knowledge import open_knowledge_base
from tenure.resources import data_dir
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
    """Fresh processes of ours against fresh processes of the peer, median of five runs each."""
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
    if rows_of(our_answer) != rows_of(peer_answer):
        raise SystemExit(f"cold-start: the answers differ: {our_answer!r} {peer_answer!r}")
    rows = len(rows_of(our_answer))
    alone, _ = _run([sys.executable, "-c", "import rdflib"])
    facts = sorted(map(str, data_dir("facts").glob("*.trig")))
    gate = [sys.executable, "-m", "tenure", "validate"]
    whole, found = _run([*gate, *facts])
    one, _ = _run([*gate, facts[0]])
    if not found.startswith(b"no findings"):
        raise SystemExit(f"cold-start: {found!r}")
    return [
        Result("cold-start", our_time, peer_time, "rdflib, finished world", rows),
        Result("cold-start", our_time, alone, "import rdflib alone", rows),
        Result(f"validate, {len(facts)} files, cold", whole, alone, "import rdflib alone", 0),
        Result("validate, one file, cold", one, alone, "import rdflib alone", 0),
    ]


def _run(command: list[str]) -> tuple[float, bytes]:
    """Seconds of the processor that the command takes, and what it prints."""
    seconds = []
    printed = b""
    for _ in range(_RUNS):
        before = _used()
        printed = subprocess.run(command, capture_output=True, check=True).stdout
        seconds.append(_used() - before)
    return statistics.median(seconds), printed


def _used() -> float:
    children = resource.getrusage(resource.RUSAGE_CHILDREN)
    return children.ru_utime + children.ru_stime


def rows_of(results: bytes) -> list[str]:
    """The rows of SPARQL results JSON, comparable across engines."""
    return sorted(
        json.dumps({name: cell["value"] for name, cell in row.items()}, sort_keys=True)
        for row in json.loads(results)["results"]["bindings"]
    )
