"""The set-up refuses, in words, a machine on which it cannot work."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from pathlib import Path

import pytest


@pytest.fixture
def checkout(tmp_path: Path, repo_root: Path) -> Path:
    """As much of a checkout as the set-up reads before it installs anything."""
    (tmp_path / ".ci").mkdir()
    for name in ("Makefile", "pyproject.toml", "constraints.txt", ".ci/set_up.sh"):
        shutil.copy(repo_root / name, tmp_path / name)
    return tmp_path


def make(checkout: Path, *words: str) -> subprocess.CompletedProcess[str]:
    if shutil.which("make") is None:
        pytest.skip("there is no make on this machine")
    # Without what a make around this test would pass down.
    passed_down = {"MAKEFLAGS", "MAKELEVEL", "MFLAGS", "MAKEOVERRIDES", "PYTHON", "PORT", "ARGS"}
    surroundings = {name: value for name, value in os.environ.items() if name not in passed_down}
    return subprocess.run(
        ["make", *words],
        cwd=checkout,
        env=surroundings,
        capture_output=True,
        text=True,
        check=False,
    )


def interpreter(folder: Path, script: str) -> Path:
    """A stand-in for an interpreter that has a fault."""
    path = folder / "python-with-a-fault"
    path.write_text(f"#!/bin/sh\n{script}\n")
    path.chmod(0o755)
    return path


def test_make_alone_lists_every_target_with_a_comment(checkout: Path) -> None:
    listed = make(checkout)
    assert listed.returncode == 0, listed.stderr
    targets = re.findall(r"^([a-z]+):.*##", (checkout / "Makefile").read_text(), re.MULTILINE)
    assert {"demo", "test"} <= set(targets)
    for target in targets:
        assert re.search(rf"^  {target} +\S", listed.stdout, re.MULTILINE), target


def test_an_interpreter_that_is_not_there(checkout: Path) -> None:
    refused = make(checkout, "demo", "PYTHON=no-such-python")
    assert refused.returncode != 0
    assert "there is no 'no-such-python' on this machine" in refused.stderr
    assert "make PYTHON=" in refused.stderr


def test_an_interpreter_that_is_too_old(checkout: Path) -> None:
    old = interpreter(checkout, 'case "$1" in --version) echo Python 3.9.2;; *) exit 1;; esac')
    refused = make(checkout, "test", f"PYTHON={old}")
    assert refused.returncode != 0
    assert "Python 3.9.2; Tenure needs Python 3.11 or newer" in refused.stderr
    assert not (checkout / ".venv").exists()


def test_an_interpreter_without_the_venv_module(checkout: Path) -> None:
    bare = interpreter(checkout, 'case "$2" in *ensurepip*) exit 1;; *) exit 0;; esac')
    refused = make(checkout, "test", f"PYTHON={bare}")
    assert refused.returncode != 0
    assert "apt-get install python3-venv" in refused.stderr
    assert not (checkout / ".venv").exists()


def test_the_second_time_nothing_is_installed(checkout: Path) -> None:
    tenure = checkout / ".venv" / "bin" / "tenure"
    tenure.parent.mkdir(parents=True)
    tenure.write_text('#!/bin/sh\necho "tenure $*"\n')
    tenure.chmod(0o755)
    (checkout / ".venv" / ".place").write_text(f"{checkout.resolve()}\n")
    (checkout / ".venv" / ".set-up-to-run").touch()
    served = make(checkout, "demo", "PORT=8123", "PYTHON=no-such-python")
    assert served.returncode == 0, served.stderr
    assert served.stdout == "tenure serve --port 8123\n"
