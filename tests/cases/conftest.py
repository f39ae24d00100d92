"""Cases: inputs, each with the commands that somebody gives it to, run as they are written down.

A case is a folder with a file ``command`` beside the files that it names; one test file a case
says what has to come out of it, and what comes out of others of its kind.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

import pytest
from tests.e2e.serving import served
from tests.small import new_key

SECONDS = 120
"""After which a command is taken for one that never ends; many are done within three."""
FACTS = ("entities.ttl", "ina-6771.trig")


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a command left behind."""

    stdout: str
    stderr: str
    rc: int
    folder: Path
    """Where it ran, with whatever it wrote."""

    @property
    def lines(self) -> list[str]:
        """Its output, line by line."""
        return self.stdout.splitlines()


Run = Callable[[str], Outcome]
"""Runs the commands in a text, in the folder of the test."""
RunCase = Callable[[str], Outcome]
"""Runs the commands of the case with that name."""


class _Server:
    """A writable service with a key, started when somebody first asks for it."""

    def __init__(self, folder: Path, facts: Path, command: Path) -> None:
        self._folder, self._facts, self._command = folder, facts, command
        self._open = ExitStack()
        self._told: dict[str, str] = {}

    def told(self) -> Mapping[str, str]:
        """Its address and a key, as commands know them."""
        if not self._told:
            self._folder.mkdir()
            key = new_key(self._folder)
            facts = self._folder / "facts"
            facts.mkdir()
            for name in FACTS:
                shutil.copyfile(self._facts / name, facts / name)
            options = ("--store", str(self._folder / "store"), "--facts", str(facts), "--writable")
            server = self._open.enter_context(
                served(self._folder, *options, "--workers", "1", command=self._command)
            )
            self._told = {"B": server.address, "KEY": key}
        return self._told

    def close(self) -> None:
        self._open.close()


@pytest.fixture(scope="session")
def _case_server(
    repo_root: Path, tmp_path_factory: pytest.TempPathFactory, forked: Path
) -> Iterator[_Server]:
    folder = tmp_path_factory.mktemp("cases") / "server"
    server = _Server(folder, repo_root / "kb" / "facts", forked / "tenure")
    yield server
    server.close()


@pytest.fixture
def run(tmp_path: Path, _case_server: _Server, forked: Path) -> Run:
    """Runs commands with bash in a folder of the test's own, ``tenure`` and ``python`` in reach.

    ``$B`` is the address of a writable service and ``$KEY`` a key for it, where the commands name
    them.
    """

    binaries = Path(sys.executable).parent

    def run_it(command: str) -> Outcome:
        environment = {
            "HOME": str(tmp_path),
            "LANG": "C.UTF-8",
            "NO_PROXY": "127.0.0.1",
            "PATH": os.pathsep.join([str(forked), str(binaries), os.environ["PATH"]]),
        }
        if "$B" in command:
            if shutil.which("curl") is None:
                pytest.skip("there is no curl on this machine, and the commands call it")
            environment |= _case_server.told()
        done = subprocess.run(
            ["bash", "-c", command],
            cwd=tmp_path,
            env=environment,
            capture_output=True,
            timeout=SECONDS,
            check=False,
        )
        return Outcome(done.stdout.decode(), done.stderr.decode(), done.returncode, tmp_path)

    return run_it


@pytest.fixture
def run_case(shared: Path, tmp_path: Path, run: Run) -> RunCase:
    """Runs a case in a copy of its folder; skips where the cases are not at hand."""

    def run_it(name: str) -> Outcome:
        folder = shared / "cases" / name
        if not folder.is_dir():
            pytest.skip(f"there is no case {name} beside the checkout")
        shutil.copytree(folder, tmp_path, dirs_exist_ok=True)
        return run((folder / "command").read_text())

    return run_it
