"""A server in a process of its own that a test may ask, stop, and read the log of."""

from __future__ import annotations

import re
import signal
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from http.client import HTTPConnection, HTTPResponse
from pathlib import Path
from tempfile import TemporaryFile
from typing import IO

import pytest

SECONDS = 60


@dataclass
class Served:
    """A server in a process of its own, which a test may end."""

    process: subprocess.Popen[str]
    port: int
    told: str
    errors: IO[str]
    log: str = ""

    @property
    def address(self) -> str:
        """Where it is."""
        return f"http://127.0.0.1:{self.port}"

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
        try:
            self.process.communicate(timeout=SECONDS)
        except subprocess.TimeoutExpired:
            # Where every thread of it stands is worth more than that it did not stop.
            self.process.send_signal(signal.SIGABRT)
            self.process.communicate(timeout=SECONDS)
            pytest.fail(f"it did not stop:\n{written(self.errors)}")
        self.log = written(self.errors)
        return self.process.returncode


def written(file: IO[str]) -> str:
    """All that another process has written into a file."""
    file.seek(0)
    return file.read()


@contextmanager
def served(
    cwd: Path,
    *options: str,
    program: Sequence[str] = ("-m", "tenure"),
    command: Path | None = None,
) -> Iterator[Served]:
    """A server with these options; ``program`` is what Python runs.

    It is started by a ``command`` instead where one is given, such as that which forks.
    """
    python = [sys.executable, "-u", "-X", "faulthandler", *program]
    begun = [str(command)] if command else python
    with launched(cwd, [*begun, "serve", "--port", "0", *options]) as server:
        yield server


@contextmanager
def launched(
    cwd: Path, command: Sequence[str], environment: Mapping[str, str] | None = None
) -> Iterator[Served]:
    """A server that a command starts."""
    # A pipe that nobody reads meanwhile would be full some day, and the server wait for it.
    with TemporaryFile("w+", encoding="utf-8") as errors:
        process = subprocess.Popen(
            command, cwd=cwd, stdout=subprocess.PIPE, stderr=errors, text=True, env=environment
        )
        try:
            assert process.stdout is not None
            first = next((line for line in process.stdout if "http://" in line), "")
            found = re.search(r"http://127\.0\.0\.1:(\d+)", first)
            if found is None:
                pytest.fail(f"the server did not start: {written(errors)}")
            yield Served(process, int(found[1]), first, errors)
        finally:
            if process.poll() is None:
                process.kill()
            process.communicate()
