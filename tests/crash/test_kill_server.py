"""A server that is written to over HTTP is killed at random moments; what it acknowledged is there.

Two writers send claims, retractions and notes at once. As in :mod:`tests.crash.test_kill`,
``CRASH_KILLS`` says how many kills there are (a quarter of them here).
"""

from __future__ import annotations

import http.client
import json
import os
import random
import re
import subprocess
import sys
import threading
import time
from pathlib import Path
from urllib.parse import quote

import pyoxigraph
from pyoxigraph import RdfFormat
from tests.crash.ledger import Ledger
from tests.crash.writing import NOTES, notes, text_of
from tests.transactions.whole import violations

from tenure.knowledge import open_knowledge_base

KILLS = max(3, int(os.environ.get("CRASH_KILLS", "4")) // 4)
SEED = os.environ.get("CRASH_SEED", "tenure")
HOW = ("option", "environment", "file")


def started(
    store: Path, folder: Path, keys: Path, facts: Path, how: str = "option"
) -> tuple[subprocess.Popen[str], int]:
    """A server over the store, and its port; ``how`` its facts are set, as operators do."""
    options = ["--port", "0", "--store", str(store), "--writable", "--set", f"keys={keys}"]
    environment = {name: value for name, value in os.environ.items() if name != "TENURE_FACTS"}
    if how == "option":
        options += ["--facts", str(facts)]
    elif how == "environment":
        environment["TENURE_FACTS"] = str(facts)
    else:
        (folder / "own.toml").write_text(f"facts = {json.dumps(str(facts))}\n", encoding="utf-8")
        options += ["--config", str(folder / "own.toml")]
    server = subprocess.Popen(
        [sys.executable, "-m", "tenure", "serve", *options, "--set", "workers=1"],
        cwd=folder,
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    )
    assert server.stdout is not None
    for line in server.stdout:
        if found := re.search(r"http://127\.0\.0\.1:(\d+)", line):
            return server, int(found[1])
    server.wait()
    raise AssertionError("the server ended before it told its address")


def key_in(keys: Path, folder: Path) -> str:
    """A new key that may write."""
    command = [sys.executable, "-m", "tenure", "key", "new", "load", "--scope", "write"]
    done = subprocess.run(
        [*command, "--keys", str(keys)], cwd=folder, capture_output=True, text=True, check=True
    )
    return done.stdout.strip()


class Writer(threading.Thread):
    """Sends one write after the other until the server is gone."""

    def __init__(self, port: int, key: str, first: int, step: int) -> None:
        super().__init__()
        self.told: list[str] = []
        self.refused: list[str] = []
        self._port, self._key, self._first, self._step = port, key, first, step

    def run(self) -> None:
        """Send, and note what was acknowledged."""
        number = self._first
        last = -1
        while True:
            try:
                line = self._one(number, last)
            except (OSError, http.client.HTTPException):
                return
            if line:
                self.told.append(line)
                last = number if line.startswith("add") else -1
            number += self._step

    def _one(self, number: int, last: int) -> str:
        if number % 5 == 4:
            body = pyoxigraph.serialize(notes(number), format=RdfFormat.N_TRIPLES) or b""
            path = f"/rdf-graph-store?graph={quote(NOTES, safe='')}"
            # Which writer's notes are the last is open; that they are whole is not.
            self._send("PUT", path, body, "application/n-triples")
            return ""
        if number % 5 == 3 and last >= 0:
            sent = self._send("POST", f"/claims/gazette/{last}/retraction", b"", "")
            return f"retract {last}" if sent else ""
        sent = self._send("POST", "/claims", text_of(number).encode(), "application/trig")
        return f"add {number}" if sent else ""

    def _send(self, method: str, path: str, body: bytes, kind: str) -> bool:
        connection = http.client.HTTPConnection("127.0.0.1", self._port, timeout=60)
        headers = {"Authorization": f"Bearer {self._key}", "Content-Type": kind}
        try:
            connection.request(method, path, body, headers)
            answer = connection.getresponse()
            said = answer.read()
        finally:
            connection.close()
        if answer.status == 429 or (answer.status == 503 and answer.headers["Retry-After"]):
            time.sleep(0.05)  # nothing was done; a busy machine asks for it again
        elif answer.status not in (200, 201, 204):
            self.refused.append(f"{answer.status} {json.loads(said)['detail']}")
        return answer.status in (200, 201, 204)


def test_no_acknowledged_write_is_lost_over_http(small_facts: Path, tmp_path: Path) -> None:
    chance = random.Random(SEED)  # noqa: S311 - moments, not secrets
    store, keys, ledger = tmp_path / "store", tmp_path / "keys.json", Ledger()
    key = key_in(keys, tmp_path)
    for kill in range(KILLS):
        how = HOW[kill % len(HOW)]
        server, port = started(store, tmp_path, keys, small_facts, how)
        first = 10_000 * (kill + 1)
        writers = [Writer(port, key, first + which, 2) for which in (0, 1)]
        try:
            for one in writers:
                one.start()
            # On a busy machine the first write takes a while; some rounds end before it.
            while kill % 3 and all(one.is_alive() and not one.told for one in writers):
                time.sleep(0.05)
            time.sleep(chance.uniform(0.3, 1.5))
        finally:
            server.kill()
            server.communicate()
            for one in writers:
                one.join()
        for one in writers:
            assert one.refused == []
            for line in one.told:
                ledger.note(line)
        assert ledger.missing_from(store) == [], f"kill {kill} of seed {SEED!r}"
    assert ledger.added
    kb = open_knowledge_base(small_facts, store=store)
    try:
        assert violations(kb) == set()
    finally:
        kb.store.close()
