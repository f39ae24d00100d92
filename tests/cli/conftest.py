"""The command line, run in this process and in one of its own."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
import typer
from typer.testing import CliRunner, Result

from tenure.cli import build_app

Run = Callable[..., Result]
Shell = Callable[..., "subprocess.CompletedProcess[str]"]


@pytest.fixture(scope="session")
def app() -> typer.Typer:
    return build_app()


@pytest.fixture(autouse=True)
def _opened_once(opened_once: None) -> None:
    """Of all tests here."""


@pytest.fixture
def elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Run in an empty folder, with nothing set in the environment."""
    monkeypatch.chdir(tmp_path)
    for name in os.environ:
        if name.startswith("TENURE_"):
            monkeypatch.delenv(name)


@pytest.fixture
def run(app: typer.Typer) -> Run:
    """Runs ``tenure`` with these words; ``input`` is what comes through the pipe."""

    def invoke(*words: object, input: str | None = None) -> Result:  # noqa: A002 - typer's name
        # Wide enough that no message is broken in the middle of what a test looks for.
        return CliRunner().invoke(
            app, [str(w) for w in words], input=input, env={"COLUMNS": "200"}, prog_name="tenure"
        )

    return invoke


@pytest.fixture
def environment(repo_root: Path) -> dict[str, str]:
    """The environment in which ``python -m tenure`` is this checkout's."""
    paths = [str(repo_root / "kb"), str(repo_root / "api"), os.environ.get("PYTHONPATH", "")]
    inherited = {name: value for name, value in os.environ.items() if name != "TENURE_DEBUG"}
    return {**inherited, "PYTHONPATH": os.pathsep.join(filter(None, paths)), "COLUMNS": "200"}


@pytest.fixture
def shell(environment: dict[str, str], tmp_path: Path) -> Shell:
    """Runs ``python -m tenure`` with these words in an empty folder."""

    def invoke(*words: object, input: str = "") -> subprocess.CompletedProcess[str]:  # noqa: A002
        return subprocess.run(
            [sys.executable, "-m", "tenure", *map(str, words)],
            cwd=tmp_path,
            env=environment,
            input=input,
            capture_output=True,
            encoding="utf-8",
            check=False,
        )

    return invoke
