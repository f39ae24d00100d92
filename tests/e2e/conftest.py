"""A real server in a process of its own, on a free port of loopback."""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

START_UP_SECONDS = 60


@contextmanager
def serving(*options: str, cwd: Path) -> Iterator[str]:
    """The address of a server started by ``tenure serve``, for as long as the context lasts."""
    command = [sys.executable, "-m", "tenure", "serve", "--port", "0", *options]
    server = subprocess.Popen(
        command, cwd=cwd, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )
    try:
        yield _address(server)
    finally:
        server.terminate()
        try:
            server.communicate(timeout=START_UP_SECONDS)
        except subprocess.TimeoutExpired:
            server.kill()
            server.communicate()


def _address(server: subprocess.Popen[str]) -> str:
    assert server.stdout is not None
    for line in server.stdout:
        found = re.search(r"http://127\.0\.0\.1:(\d+)", line)
        if found:
            assert found[1] != "0"
            return found[0]
    assert server.stderr is not None
    pytest.fail(f"the server ended before it told its address: {server.stderr.read()}")


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a server over the facts that come along."""
    with serving(cwd=tmp_path_factory.mktemp("elsewhere")) as found:
        yield found
