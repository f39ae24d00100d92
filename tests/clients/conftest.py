"""A service that may be written, in a process of its own, for clients that others have made."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from tests.e2e.serving import Served, served
from tests.small import new_key, small_facts


@dataclass
class Writable:
    """A server, and a key that may write there."""

    server: Served
    key: str

    @property
    def address(self) -> str:
        """Where it is."""
        return self.server.address

    def ask(
        self, path: str, method: str = "GET", body: str | None = None, **headers: str
    ) -> tuple[int, str]:
        """The status and the answer, to whoever has the key."""
        headers = {"Authorization": f"Bearer {self.key}", **headers}
        response, text = self.server.ask(path, method, body, **headers)
        return response.status, text

    def graph(self, iri: str) -> str | None:
        """What a graph holds, in N-Triples; None where there is none."""
        status, text = self.ask(f"/rdf-graph-store?graph={iri}", Accept="application/n-triples")
        assert status in (200, 404), text
        return text if status == 200 else None


@pytest.fixture(scope="package")
def writable(repo_root: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Writable]:
    """The server; nothing of what it logs may be a fault of its own."""
    folder = tmp_path_factory.mktemp("writable")
    small_facts(repo_root, folder / "facts")
    key = new_key(folder)
    options = ("--writable", "--facts", "facts", "--set", "log_format=json")
    with served(folder, *options) as server:
        yield Writable(server, key)
        assert server.stop() == 0
        for line in server.log.splitlines():
            assert json.loads(line)["level"] != "error", line
