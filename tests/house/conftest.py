"""The files that make up the project."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest


@pytest.fixture(scope="session")
def tree(repo_root: Path) -> list[Path]:
    """Every file that is in the repository, or would be with the next ``git add``."""
    git = shutil.which("git")
    if git is None or not (repo_root / ".git").exists():
        pytest.skip("this is no git checkout, so there is no telling which files belong to it")
    # A checkout may belong to another user than the one who tests it.
    listed = subprocess.run(
        [git, "-c", "safe.directory=*", "ls-files", "-z", "-c", "-o", "--exclude-standard"],
        cwd=repo_root,
        capture_output=True,
        check=True,
        text=True,
    ).stdout
    files = [repo_root / name for name in listed.split("\0") if name]
    return sorted({file for file in files if file.is_file()})


@pytest.fixture(scope="session")
def texts(tree: list[Path]) -> dict[Path, str]:
    """The text of every file in the repository that is text."""
    contents = {}
    for file in tree:
        raw = file.read_bytes()
        if b"\0" not in raw:
            contents[file] = raw.decode("utf-8")
    return contents
