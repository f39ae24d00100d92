"""A server in a process of its own that a test may ask, stop, and read the log of."""

from __future__ import annotations

import re
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from http.client import HTTPConnection, HTTPResponse
from pathlib import Path

import pytest

SECONDS = 60


@dataclass
class Served:
    """A server in a process of its own, which a test may end."""

    process: subprocess.Popen[str]
    port: int
    told: str
    log: str = ""

    def ask(
        self, path: str, method: str = "GET", body: str | None = None, **headers: str
    ) -> tuple[HTTPResponse, str]:
        """The answer, over a connection of its own."""
        connection = HTTPConnection("127.0.0.1", self.port, timeout=SECONDS)
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        connection.request(method, path, body, named)
        response = connection.getresponse()
        text = response.read().decode()
        connection.close()
        return response, text

    def stop(self) -> int:
        """The exit code after a signal to stop."""
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
        _, self.log = self.process.communicate(timeout=SECONDS)
        return self.process.returncode


@contextmanager
def served(cwd: Path, *options: str) -> Iterator[Served]:
    command = [sys.executable, "-u", "-m", "tenure", "serve", "--port", "0", *options]
    process = subprocess.Popen(
        command, cwd=cwd, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )
    try:
        assert process.stdout is not None
        first = next((line for line in process.stdout if "http://" in line), "")
        found = re.search(r"http://127\.0\.0\.1:(\d+)", first)
        if found is None:
            assert process.stderr is not None
            pytest.fail(f"the server did not start: {process.stderr.read()}")
        yield Served(process, int(found[1]), first)
    finally:
        if process.poll() is None:
            process.kill()
        process.communicate()
