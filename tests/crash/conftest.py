"""The two sources that stores begin with."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

SMALL = ("entities.ttl", "ina-6771.trig", "rt-483298.trig")


@pytest.fixture(scope="session")
def small_facts(repo_root: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the registry and two sources."""
    folder = tmp_path_factory.mktemp("facts")
    for name in SMALL:
        shutil.copyfile(repo_root / "kb" / "facts" / name, folder / name)
    return folder
