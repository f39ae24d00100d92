"""What every test may ask for: the checkout, the folder of outside material, a browser."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from hypothesis import settings


def pytest_configure() -> None:
    """Let Hypothesis judge results, never speed; a busy machine is no fault of the code."""
    inherited = settings.get_profile(settings.get_current_profile_name())
    settings.register_profile("tenure", parent=inherited, deadline=None)
    settings.load_profile("tenure")


@pytest.fixture(scope="session")
def repo_root() -> Path:
    """The root of the checkout."""
    return Path(__file__).resolve().parents[1]


@pytest.fixture(scope="session")
def shared(repo_root: Path) -> Path:
    """The folder beside the checkout with source texts and test vectors; skips without it."""
    folder = repo_root.parent / "shared"
    if not folder.is_dir():
        pytest.skip("there is no folder 'shared' beside the checkout (source texts, test vectors)")
    return folder


@pytest.fixture(scope="session")
def chromium() -> Path:
    """A Chromium of this machine; skips without one. Mark such tests ``browser``."""
    for name in ("chromium", "chromium-browser", "google-chrome"):
        found = shutil.which(name)
        if found:
            return Path(found)
    pytest.skip("there is no Chromium on this machine (on Debian: apt-get install chromium)")
