"""Warm catalogue answers over HTTP, against a bare pyoxigraph store without HTTP."""

from __future__ import annotations

import http.client
import statistics
import subprocess
import sys
import time
from urllib.parse import urlencode

import pyoxigraph
from pyoxigraph import NamedNode

from benchmarks.cold_start import rows_of
from benchmarks.result import Result
from tenure.catalog import Catalog, ask
from tenure.knowledge import open_knowledge_base

_ROUNDS = 20


def warm_http() -> list[Result]:
    """Median time of an answer over all questions of the catalogue, each asked twenty times."""
    catalog = Catalog.load()
    kb = open_knowledge_base()
    for question in catalog.values():
        ask(kb, question, question.example)
    bare = pyoxigraph.Store()
    bare.extend(kb.store.quads())
    default = kb.dataset()
    command = [sys.executable, "-u", "-m", "tenure", "serve", "--port", "0"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as server:
        try:
            port = port_of(server)
            connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
            ours, peer, equal = [], [], 0
            for turn in range(_ROUNDS):
                for question in catalog.values():
                    path = f"/queries/{question.name}?{urlencode(question.example)}"
                    seconds, body = _get(connection, path)
                    start = time.perf_counter()
                    rows = _bare(bare, question.text, default)
                    elapsed = time.perf_counter() - start
                    if rows_of(body) != rows_of(rows):
                        raise SystemExit(f"warm-http: the answers to {question.name} differ")
                    if turn:
                        ours.append(seconds)
                        peer.append(elapsed)
                    equal += 1
            connection.close()
        finally:
            server.terminate()
            server.wait(timeout=20)
    return [
        Result(
            "warm-http (median)",
            statistics.median(ours),
            statistics.median(peer),
            "pyoxigraph in process, no HTTP",
            equal,
        )
    ]


def port_of(server: subprocess.Popen[str]) -> int:
    """The port that a server tells on its standard output, once it listens."""
    assert server.stdout is not None
    for line in server.stdout:
        if "http://127.0.0.1:" in line:
            return int(line.split("http://127.0.0.1:")[1].split("/")[0].split()[0])
    raise SystemExit("the server did not start")


def _get(connection: http.client.HTTPConnection, path: str) -> tuple[float, bytes]:
    start = time.perf_counter()
    connection.request("GET", path, headers={"Accept": "application/sparql-results+json"})
    response = connection.getresponse()
    body = response.read()
    elapsed = time.perf_counter() - start
    if response.status != 200:
        raise SystemExit(f"warm-http: {path} answered {response.status}: {body[:300]!r}")
    return elapsed, body


def _bare(store: pyoxigraph.Store, text: str, default: list[NamedNode]) -> bytes:
    answer = store.query(text, default_graph=list(default))
    return answer.serialize(format=pyoxigraph.QueryResultsFormat.JSON) or b""
