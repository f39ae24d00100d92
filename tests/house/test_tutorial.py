"""Tutorials, and a how-to page, walked: each command typed in an empty folder, in order."""

from __future__ import annotations

import os
import re
import subprocess
from pathlib import Path

import pytest


def commands(page: str) -> list[tuple[str, str]]:
    """What is typed in a page's console blocks, here documents included, and what is shown."""
    found = []
    for block in re.findall(r"```console\n(.*?)```", page, re.DOTALL):
        for part in re.split(r"^\$ ", block, flags=re.MULTILINE)[1:]:
            here = re.match(r".*<<'(\w+)'\n.*?^\1\n", part, re.DOTALL | re.MULTILINE)
            quoted = re.match(r"[^\n']*'[^']*'[^\n]*\n", part)
            typed = (here or quoted or re.match(r".*\n", part))[0]  # type: ignore[index]
            found.append((typed, part[len(typed) :]))
    return found


@pytest.mark.parametrize("name", ["tutorial/first-answer", "tutorial/own-base", "howto/comparing"])
def test_each_command_prints_what_is_shown(
    name: str, repo_root: Path, tmp_path: Path, forked: Path
) -> None:
    page = (repo_root / "docs" / f"{name}.md").read_text(encoding="utf-8")
    walked = commands(page)
    path = f"{forked}{os.pathsep}{os.environ['PATH']}"
    walk(walked, tmp_path, {"PATH": path, "HOME": str(tmp_path), "LANG": "C.UTF-8"})
    assert len(walked) > 7


def walk(walked: list[tuple[str, str]], folder: Path, home: dict[str, str]) -> None:
    """Type each command in the folder, and see that it prints what is shown."""
    for typed, shown in walked:
        done = subprocess.run(
            ["bash", "-c", typed],
            cwd=folder,
            env=home,
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, f"{typed}\n{done.stderr}"
        first, more, _ = shown.partition("…\n")
        printed = [line.rstrip() for line in done.stdout.splitlines()]
        wanted = first.splitlines()
        assert (printed[: len(wanted)] if more else printed) == wanted, typed
