"""The commands of docs/explanation/two-clocks.md give the output that the page shows."""

from __future__ import annotations

import re
import shlex
from pathlib import Path

import pytest
from typer.testing import CliRunner

from tenure.cli import build_app


def lines(text: str) -> list[list[str]]:
    """Cells without the white space that lines them up."""
    return [line.split() for line in text.splitlines() if line.strip() and line != "(nothing)"]


def test_the_page_tells_the_truth(
    repo_root: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    page = (repo_root / "docs" / "explanation" / "two-clocks.md").read_text(encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    (tmp_path / "facts").mkdir()
    (tmp_path / "states").mkdir()
    files = re.findall(r"```yaml\n# (\S+)\n(.*?)```", page, re.DOTALL)
    for name, text in files:
        (tmp_path / name).write_text(text, encoding="utf-8")
    sessions = re.findall(r"```console\n\$ tenure (.*?)\n(.*?)```", page, re.DOTALL)
    assert (len(files), len(sessions)) == (2, 8)
    for command, shown in sessions:
        result = CliRunner().invoke(
            build_app(), shlex.split(command), env={"COLUMNS": "400"}, prog_name="tenure"
        )
        assert result.exit_code == (2 if shown.startswith("error:") else 0), result.output
        printed = re.sub(r"(?<=revision: )[^,\n]+", "…", result.output)
        assert lines(printed) == lines(shown), command
