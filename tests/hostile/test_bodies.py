"""Hostile bodies against a running service: each is answered, and it goes on as before.

``HOSTILE_BODIES`` says how many of them are sent.
"""

from __future__ import annotations

import itertools
import json
import logging
import os
import random
import re
import sys
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass
from http.client import HTTPConnection, HTTPException
from pathlib import Path

import pytest
from tests.e2e.serving import Served, served
from tests.hostile.bodies import BODIES, UPDATES, Body
from tests.small import new_key, small_facts

_LOG = logging.getLogger(__name__)

REQUESTS = int(os.environ.get("HOSTILE_BODIES", "12"))
LIMITS = ("reading_seconds=2", "reading_memory_mb=256")
GROWN = 150 << 20
TRIES = 5
GOOD = "<https://example.org/a> <https://example.org/b> <https://example.org/c> ."
BOUNDARY = "b0undary"
# Each number of the loopback network is a client of its own.
HOSTILE, KIND = ("127.0.0.3", "127.0.0.4"), "127.0.0.2"

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="limits are Linux's")


@dataclass(frozen=True)
class Face:
    """An address that takes a body, and whether it asks for a key."""

    method: str
    path: str
    keyed: bool = True
    is_form: bool = False


FACES = (
    Face("POST", "/validate", keyed=False),
    Face("POST", "/claims"),
    Face("PUT", "/rdf-graph-store?graph=https://example.org/g"),
    Face("POST", "/rdf-graph-store?graph=https://example.org/h"),
    Face("POST", "/rdf-graph-store", is_form=True),
    Face("POST", "/validate?conflicts=true", keyed=False),
    Face("POST", "/validate?every-change=true", keyed=False),
)
SPARQL = Face("POST", "/sparql")


@dataclass(frozen=True)
class Service:
    """A service that may be written, and a key for it."""

    server: Served
    key: str

    def send(self, face: Face, body: bytes, kind: str, client: str) -> tuple[int, str, bytes]:
        """Status, media type and text of the answer."""
        if face.is_form:
            head = 'Content-Disposition: form-data; name="f"; filename="f"'
            opening = f"--{BOUNDARY}\r\n{head}\r\nContent-Type: {kind}\r\n\r\n".encode()
            body = opening + body + f"\r\n--{BOUNDARY}--\r\n".encode()
            kind = f"multipart/form-data; boundary={BOUNDARY}"
        headers = {"Content-Type": kind}
        if face.keyed:
            headers["Authorization"] = f"Bearer {self.key}"
        connection = HTTPConnection(
            "127.0.0.1", self.server.port, timeout=120, source_address=(client, 0)
        )
        try:
            connection.request(face.method, face.path, body, headers)
            response = connection.getresponse()
            return response.status, response.headers.get_content_type(), response.read()
        finally:
            connection.close()

    def memory(self) -> int:
        """Bytes that the server and all that it started have in memory."""
        return sum(map(_memory, _tree(self.server.process.pid)))


def _tree(pid: int) -> list[int]:
    found = [pid]
    for one in found:
        with suppress(OSError):
            for task in Path(f"/proc/{one}/task").iterdir():
                found += map(int, (task / "children").read_text(encoding="ascii").split())
    return found


def _memory(pid: int) -> int:
    try:
        status = Path(f"/proc/{pid}/status").read_text(encoding="ascii")
    except OSError:
        return 0
    found = re.search(r"VmRSS:\s+(\d+) kB", status)
    return int(found[1]) * 1024 if found else 0


@pytest.fixture(scope="module")
def service(repo_root: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    """The service as it is started on a server, with smaller limits."""
    folder = tmp_path_factory.mktemp("hostile-bodies")
    small_facts(repo_root, folder / "facts")
    key = new_key(folder)
    options = ["--writable", "--store", "store", "--facts", "facts"]
    for limit in LIMITS:
        options += ["--set", limit]
    with served(folder, *options) as server:
        yield Service(server, key)
        server.stop()


def attacks(number: int) -> list[tuple[Face, Body]]:
    """So many attacks, another mixture for each number."""
    mixed = [*itertools.product(FACES, BODIES), *itertools.product([SPARQL], UPDATES)]
    random.Random(7).shuffle(mixed)  # noqa: S311 - a mixture, and no secret
    return list(itertools.islice(itertools.cycle(mixed), number))


def wrong_with(face: Face, body: Body, answer: tuple[int, str, bytes]) -> str:
    """What an answer is not as it should be; empty where nothing."""
    status, kind, text = answer
    told = f"{face.method} {face.path} of {body.name}: {status} {kind} {text[:300]!r}"
    if status < 400:
        return ""  # what costs too much elsewhere may be little here
    if status == 500 or status > 503:
        return told
    document = json.loads(text)
    if "status" in document and document["status"] != status:
        return told
    is_report = status == 422 and "findings" in document.get("report", document)
    return "" if is_report or kind == "application/problem+json" else told


def test_each_is_answered_and_the_service_goes_on(service: Service) -> None:
    for face in FACES:
        service.send(face, GOOD.encode(), "text/turtle", KIND)
    before = service.memory()
    stop = threading.Event()

    clients = itertools.cycle(HOSTILE)
    answered: list[int] = []

    def ask_kindly() -> None:
        refused = 0
        while not stop.is_set() or not answered:
            status, _, text = service.send(FACES[0], GOOD.encode(), "text/turtle", KIND)
            # On a busy machine it may have to come again, as it is told.
            assert status in (200, 503), text
            refused = 0 if status == 200 else refused + 1
            assert refused < TRIES, text
            if status == 200:
                answered.append(status)
            time.sleep(0.2)

    def attack(one: tuple[Face, Body]) -> str:
        face, body = one
        answer = service.send(face, body.data(), body.media_type, next(clients))
        return wrong_with(face, body, answer)

    with ThreadPoolExecutor(len(HOSTILE) + 1) as threads:
        asking = threads.submit(ask_kindly)
        try:
            wrong = list(filter(None, threads.map(attack, attacks(REQUESTS))))
        finally:
            stop.set()
        asking.result()
    assert wrong == []
    assert service.server.process.poll() is None
    for _ in range(100):
        after = service.memory()
        if after < before + GROWN:
            break
        time.sleep(0.2)
    _LOG.info(
        "%s bodies, %s others; %s MiB before, %s after",
        REQUESTS,
        len(answered),
        before >> 20,
        after >> 20,
    )
    assert after < before + GROWN


def test_it_stops_while_bodies_are_read(service: Service) -> None:
    stopping = threading.Event()

    def attack(client: str) -> list[int]:
        found = []
        body = next(one for one in BODIES if one.name == "bare claims")
        while not stopping.is_set():
            with suppress(OSError, HTTPException):
                found.append(service.send(FACES[0], body.data(), body.media_type, client)[0])
        return found

    with ThreadPoolExecutor(len(HOSTILE)) as threads:
        under_way = [threads.submit(attack, one) for one in HOSTILE]
        time.sleep(1)
        stopping.set()
        assert service.server.stop() == 0
        answers = [status for one in under_way for status in one.result()]
    assert set(answers) <= {413, 503}
    assert "Traceback" not in service.server.log
