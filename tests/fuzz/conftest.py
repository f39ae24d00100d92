"""A service that can be written to, in this process, and a listener that nobody should reach."""

from __future__ import annotations

import asyncio
import socket
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from urllib.parse import unquote_to_bytes

import pytest
from anyio.from_thread import BlockingPortal, start_blocking_portal
from fastapi import FastAPI
from tests.fuzz.holding import Answer, Headers, hold
from tests.service import app_over

from tenure.catalog import Catalog
from tenure.knowledge import open_knowledge_base
from tenure_api.security import Keys, build_access
from tenure_api.settings import Settings

Ask = Callable[..., Answer]


@pytest.fixture(scope="session")
def keys(tmp_path_factory: pytest.TempPathFactory) -> Keys:
    return Keys(tmp_path_factory.mktemp("keys") / "keys.json")


@pytest.fixture(scope="session")
def bearer(keys: Keys) -> str:
    """What somebody sends who may do everything."""
    return f"Bearer {keys.add('fuzz', ['admin'])[0]}"


@pytest.fixture(scope="session")
def service(repo_root: Path, catalog: Catalog, keys: Keys) -> Iterator[FastAPI]:
    """A service over a knowledge base of its own, which may be written to."""
    opened = open_knowledge_base(repo_root / "kb" / "facts")
    settings = Settings(writable=True, hosts=("testserver",), slow_seconds=60)
    access = build_access(settings, keys)
    yield app_over(opened, catalog, access=access, settings=settings)
    opened.store.close()


@pytest.fixture(scope="session")
def portal(service: FastAPI) -> Iterator[BlockingPortal]:
    """A way into the event loop that the service and its workers live in."""
    with start_blocking_portal() as opened:
        lasting = service.router.lifespan_context(service)
        with opened.wrap_async_context_manager(lasting):
            yield opened


@pytest.fixture(scope="session")
def ask(service: FastAPI, portal: BlockingPortal) -> Ask:
    """Asks with exactly these bytes, and holds the answer to :func:`tests.fuzz.holding.hold`."""

    def asked(
        raw_path: bytes,
        method: str = "GET",
        *,
        query: bytes = b"",
        headers: Headers = (),
        body: bytes = b"",
    ) -> Answer:
        answer = portal.call(_exchange, service, method, raw_path, query, headers, body)
        hold(answer)
        return answer

    return asked


async def _exchange(
    app: FastAPI, method: str, raw_path: bytes, query: bytes, headers: Headers, body: bytes
) -> Answer:
    scope = {
        "type": "http",
        "asgi": {"version": "3.0"},
        "http_version": "1.1",
        "method": method,
        "scheme": "http",
        "path": unquote_to_bytes(raw_path).decode("utf-8", "replace"),
        "raw_path": raw_path,
        "query_string": query,
        "root_path": "",
        "headers": [(b"host", b"testserver"), *headers],
        "client": ("203.0.113.1", 1),
        "server": ("testserver", 80),
    }
    sent = False
    told: list[dict[str, Any]] = []

    async def receive() -> dict[str, Any]:
        nonlocal sent
        if sent:
            # The client stays until it has its answer.
            await asyncio.Event().wait()
        sent = True
        return {"type": "http.request", "body": body, "more_body": False}

    async def send(message: Any) -> None:
        told.append(message)

    await app(scope, receive, send)
    start = next(one for one in told if one["type"] == "http.response.start")
    parts = [one.get("body", b"") for one in told if one["type"] == "http.response.body"]
    return Answer(start["status"], start["headers"], b"".join(parts))


class Trap:
    """A listener on loopback that counts who connects; nobody should."""

    def __init__(self) -> None:
        self.socket = socket.create_server(("127.0.0.1", 0))
        self.port = self.socket.getsockname()[1]
        self.caught = 0
        self.thread = threading.Thread(target=self._count, daemon=True)
        self.thread.start()

    def _count(self) -> None:
        while True:
            try:
                connection, _ = self.socket.accept()
            except OSError:
                return
            connection.close()
            self.caught += 1

    def close(self) -> None:
        # A thread in accept() does not wake up because the socket is closed.
        self.socket.shutdown(socket.SHUT_RDWR)
        self.socket.close()
        self.thread.join(10)


@pytest.fixture
def trap() -> Iterator[Trap]:
    """A listener that fails the test when anybody has connected to it."""
    opened = Trap()
    yield opened
    opened.close()
    assert opened.caught == 0, "something connected to an address that a stranger named"
