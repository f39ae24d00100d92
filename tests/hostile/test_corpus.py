"""The corpus against a running service: nothing breaks, nothing gets out, others are answered.

``HOSTILE_ROUNDS`` and ``HOSTILE_SECONDS`` make it a longer run: so many times the
corpus, with so many seconds for each query.
"""

from __future__ import annotations

import http.client
import json
import os
import re
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import pytest
from tests.hostile.corpus import Hostile, read_corpus

ROUNDS = int(os.environ.get("HOSTILE_ROUNDS", "1"))
SECONDS = float(os.environ.get("HOSTILE_SECONDS", "0.5"))
MEMORY = 256
ATTACKERS = 4

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="limits are Linux's")

SMALL = "SELECT (1 + 1 AS ?n) {}"


@dataclass(frozen=True)
class Running:
    """A service, and a port where nobody should call."""

    port: int
    process: subprocess.Popen[str]
    trap: int
    called: list[str]

    def ask(self, query: str, client: int, most: int = 1 << 28) -> tuple[int, bytes]:
        """Status and beginning of the body; status 0 where the answer broke off."""
        # Every number of the loopback network is this machine, and a client of its own.
        connection = http.client.HTTPConnection(
            "127.0.0.1", self.port, timeout=60, source_address=(f"127.0.1.{client}", 0)
        )
        headers = {"Content-Type": "application/sparql-query", "Accept": "*/*"}
        try:
            connection.request("POST", "/sparql", query.encode(), headers)
            response = connection.getresponse()
            return response.status, response.read(most)
        except http.client.IncompleteRead:
            return 0, b""
        finally:
            connection.close()

    def memory(self) -> int:
        """Bytes that the server itself has in memory."""
        status = Path(f"/proc/{self.process.pid}/status").read_text(encoding="ascii")
        found = re.search(r"VmRSS:\s+(\d+) kB", status)
        assert found
        return int(found[1]) * 1024

    def workers(self) -> dict[str, float]:
        """How many workers there are in each state."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=30)
        connection.request("GET", "/metrics")
        text = connection.getresponse().read().decode()
        connection.close()
        lines = re.findall(r'^tenure_workers\{state="(\w+)"\} (\S+)$', text, re.MULTILINE)
        return {state: float(number) for state, number in lines}


@pytest.fixture(scope="module", params=["memory", "disk"])
def running(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Running]:
    """The service, with small limits, in a process of its own."""
    folder = tmp_path_factory.mktemp("hostile")
    called: list[str] = []
    with socket.create_server(("127.0.0.1", 0)) as trap:

        def listen() -> None:
            try:
                while True:
                    connection, address = trap.accept()
                    called.append(str(address))
                    connection.close()
            except OSError:
                return

        threading.Thread(target=listen, daemon=True).start()
        assigned = {
            "workers": "2",
            "query_seconds": str(SECONDS),
            "query_memory_mb": str(MEMORY),
            "query_rows": "20000",
        }
        command = [sys.executable, "-u", "-m", "tenure", "serve", "--port", "0"]
        command += ["--store", str(folder / "store")] if request.param == "disk" else []
        for name, value in assigned.items():
            command += ["--set", f"{name}={value}"]
        log = folder / "log"
        with (
            log.open("w") as told,
            subprocess.Popen(command, stdout=subprocess.PIPE, stderr=told, text=True) as server,
        ):
            try:
                assert server.stdout is not None
                lines = iter(server.stdout)
                port = next(
                    int(found[1])
                    for line in lines
                    if (found := re.search(r"http://127\.0\.0\.1:(\d+)", line))
                )
                yield Running(port, server, trap.getsockname()[1], called)
            finally:
                server.terminate()
                server.wait(30)
                trap.shutdown(socket.SHUT_RDWR)
        assert "Traceback" not in log.read_text(encoding="utf-8")


def allowed(one: Hostile) -> set[int]:
    """The statuses that a query may end with; 0 for an answer that broke off."""
    return {
        "refused": {400, 403, 413},
        "stopped": {0, 503},
        "endless": {503},
        "bounded": {0, 200, 400, 503},
    }[one.expect]


def test_the_whole_corpus(running: Running) -> None:
    corpus = read_corpus(running.trap)
    assert running.ask(SMALL, 200)[0] == 200
    before = running.memory()
    stop = threading.Event()
    small: list[tuple[int, float]] = []

    def ask_small() -> None:
        while not stop.is_set():
            began = time.perf_counter()
            status, body = running.ask(SMALL, 201)
            assert b'"2"' in body, (status, body[:300])
            small.append((status, time.perf_counter() - began))
            time.sleep(0.01)

    def attack(numbered: tuple[int, Hostile]) -> str:
        number, one = numbered
        status, body = running.ask(one.query, 1 + number % ATTACKERS)
        if status in allowed(one):
            return ""
        return f"{one.name}: {status} {body[:200]!r}"

    work = list(enumerate(corpus * ROUNDS))
    with ThreadPoolExecutor(ATTACKERS + 1) as threads:
        asking = threads.submit(ask_small)
        try:
            wrong = list(filter(None, threads.map(attack, work)))
        finally:
            stop.set()
        asking.result()
    assert wrong == []
    assert running.called == []
    assert running.process.poll() is None
    assert small
    assert {status for status, _ in small} == {200}
    assert running.memory() < before + (200 << 20)
    for _ in range(200):
        now = running.workers()
        if now["idle"] >= 3 and now["busy"] + now["slow"] + now["waiting"] == 0:
            break
        time.sleep(0.1)
    assert now["idle"] >= 3, now
    status, body = running.ask("SELECT (COUNT(*) AS ?n) { ?s ?p ?o }", 202)
    assert status == 200
    assert json.loads(body)["results"]["bindings"]


def test_every_name_is_there_once() -> None:
    names = [one.name for one in read_corpus()]
    assert len(names) > 50
    assert len(set(names)) == len(names)
