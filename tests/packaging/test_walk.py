"""The walk of ``docs/tutorial/two-sources.md``, with the commands of an installed package."""

from __future__ import annotations

import os
import subprocess
import zipfile
from pathlib import Path

from tests.forked import forked_command
from tests.house.test_tutorial import commands, walk


def test_a_newcomer_walks_from_two_lists_to_a_base_that_is_watched(
    wheel: zipfile.ZipFile, repo_root: Path, tmp_path: Path
) -> None:
    page = (repo_root / "docs" / "tutorial" / "two-sources.md").read_text(encoding="utf-8")
    installed, empty = tmp_path / "installed", tmp_path / "empty"
    wheel.extractall(installed)
    empty.mkdir()
    (tmp_path / "bin").mkdir()
    with forked_command(tmp_path / "bin", of=installed) as folder:
        path = f"{folder}{os.pathsep}{os.environ['PATH']}"
        home = {"PATH": path, "HOME": str(tmp_path), "LANG": "C.UTF-8"}
        told = subprocess.run(
            ["tenure", "doctor"], cwd=empty, env=home, capture_output=True, text=True, check=False
        )
        assert str(installed / "tenure" / "_data" / "facts") in told.stdout
        walk(commands(page), empty, home)
