"""docs/howto/operations.md: each guarantee has a command, and each command tries something."""

from __future__ import annotations

import re
import shlex
from pathlib import Path

import pytest


@pytest.fixture(scope="module")
def commands(repo_root: Path) -> list[list[str]]:
    page = (repo_root / "docs" / "howto" / "operations.md").read_text(encoding="utf-8")
    section = page.split("## What is guaranteed")[1].split("\n## ", maxsplit=1)[0]
    rows = [line for line in section.splitlines() if line.startswith("| ")][2:]
    told = [re.findall(r"`(pytest [^`]+)` \|$", row) for row in rows]
    assert all(len(one) == 1 for one in told), rows
    return [shlex.split(one[0]) for one in told]


def test_every_guarantee_has_a_command_that_tries_something(
    commands: list[list[str]], repo_root: Path
) -> None:
    assert len(commands) > 10
    for _, path, *options in commands:
        place = repo_root / path
        files = [place] if place.is_file() else sorted(place.glob("test_*.py"))
        assert files, path
        names = {
            name
            for file in files
            for name in re.findall(r"^def (test_\w+)", file.read_text("utf-8"), re.MULTILINE)
        }
        assert names, path
        if options:
            assert options[0] == "-k"
            for word in options[1].split(" or "):
                assert any(word in name for name in names), (path, word)
