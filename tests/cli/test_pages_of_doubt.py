"""The examples of the pages on plans and on what is presumed give the output that is shown."""

from __future__ import annotations

import re
import shlex
from pathlib import Path

import pytest
from typer.testing import CliRunner

from tenure.cli import build_app


@pytest.mark.parametrize("name", ["plans", "presumption"])
def test_the_page_tells_the_truth(
    name: str, repo_root: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    page = (repo_root / "docs" / "explanation" / f"{name}.md").read_text(encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    for folder in ("facts", "states"):
        (tmp_path / folder).mkdir()
    for path, text in re.findall(r"```yaml\n# (\S+)\n(.*?)```", page, re.DOTALL):
        (tmp_path / path).write_text(text, encoding="utf-8")
    sessions = "".join(re.findall(r"```console\n(.*?)```", page, re.DOTALL))
    commands = re.findall(r"^\$ tenure (.*)\n((?:(?!\$ ).*\n)*)", sessions, re.MULTILINE)
    assert len(commands) >= 3
    for command, shown in commands:
        result = CliRunner().invoke(
            build_app(), shlex.split(command), env={"COLUMNS": "400"}, prog_name="tenure"
        )
        assert result.exit_code == 0, result.output
        assert [line.split() for line in result.output.splitlines() if line.strip()] == [
            line.split() for line in shown.splitlines() if line.strip()
        ], command
