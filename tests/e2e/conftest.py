"""A real server in a process of its own, on a free port of loopback; a browser; a command."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, sync_playwright
from tests.e2e.serving import served

ARGUMENTS = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--in-process-gpu",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--renderer-process-limit=1",
]


@pytest.fixture(scope="session")
def address(tmp_path_factory: pytest.TempPathFactory, command: Path) -> Iterator[str]:
    """The address of a server over the facts that come along."""
    folder = tmp_path_factory.mktemp("elsewhere")
    with served(folder, "--workers", "1", command=command) as server:
        assert server.port
        yield server.address
        assert server.stop() == 0


@pytest.fixture(scope="module")  # as long as it lasts, an event loop runs in this very thread
def browser(chromium: Path) -> Iterator[Browser]:
    """The browser of this machine."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=str(chromium), args=ARGUMENTS)
        yield browser
        browser.close()


@pytest.fixture(scope="session")
def command(forked: Path) -> Path:
    """The command ``tenure``, in processes that need not import it first."""
    return forked / "tenure"
