"""The command as a process of its own: streams, exit codes, and what it does not load."""

from __future__ import annotations

import contextlib
import os
import re
import subprocess
import sys
from collections.abc import Callable
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

import pytest

from tenure.resources import data_dir

Shell = Callable[..., "subprocess.CompletedProcess[str]"]
ASK = ("ask", "office-holders", "--office", "office/pmu-deputy-head", "--before", "2020-01-03")

NOT_NEEDED = {
    "asyncio",
    "email",  # comes with importlib.metadata
    "fastapi",
    "numpy",
    "owlready2",
    "oxrdflib",
    "pydantic",  # which typer would read every option with
    "pyshacl",
    "rdflib",
    "starlette",
    "tenure.catalog.explained",
    "tenure.explain.reasons",
    "tenure.ingest",
    "tenure.store.source_map",
    "tenure.temporal.human_dates",
    "tenure.transactions",
    "tenure.validate",
}


def test_an_answer(shell: Shell) -> None:
    done = shell(*ASK)
    assert (done.returncode, done.stderr) == (0, "")
    assert "person/abu-mahdi-al-muhandis  certain" in done.stdout


def test_an_error(shell: Shell) -> None:
    done = shell("ask", "office-holders", "--office", "office/nothing-like-it", "--at", "2020")
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.startswith("error: There is no entity 'office/nothing-like-it'.")
    assert len(done.stderr.splitlines()) == 1


def test_findings(shell: Shell, tmp_path: Path) -> None:
    (tmp_path / "bad.ttl").write_text("<urn:x:a> <urn:x:b>")
    assert shell("validate", "bad.ttl").returncode == 1


def test_letters_of_every_script_go_through(shell: Shell) -> None:
    done = shell("query", "-", input='SELECT ("بغداد – ✓" AS ?x) {}')
    assert done.stdout == "x\nبغداد – ✓\n"


def test_a_reader_that_has_enough(environment: dict[str, str], tmp_path: Path) -> None:
    read, write = os.pipe()
    os.close(read)
    process = subprocess.run(
        [sys.executable, "-m", "tenure", "at", "2020-01-02", "--possible"],
        cwd=tmp_path,
        env=environment,
        stdout=write,
        stderr=subprocess.PIPE,
        encoding="utf-8",
        check=False,
    )
    os.close(write)
    assert (process.returncode, process.stderr) == (141, "")


SHACL = {"numpy", "pydantic", "pyparsing", "pyshacl", "rdflib", "tenure.knowledge.base"}


@pytest.mark.parametrize(
    ("words", "not_needed"),
    [(ASK, NOT_NEEDED), (("validate", str(data_dir("facts"))), SHACL)],
    ids=["ask", "validate"],
)
def test_a_command_loads_nothing_that_it_does_not_need(
    environment: dict[str, str], tmp_path: Path, words: tuple[str, ...], not_needed: set[str]
) -> None:
    program = (
        "import sys\n"
        "from tenure.cli import main\n"
        f"sys.argv = ['tenure', *{list(words)!r}]\n"
        "try:\n    main()\n"
        "except SystemExit as end:\n    assert end.code == 0, end.code\n"
        f"print('loaded:', sorted({not_needed!r} & sys.modules.keys()))\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", program],
        cwd=tmp_path,
        env=environment,
        capture_output=True,
        encoding="utf-8",
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert done.stdout.splitlines()[-1] == "loaded: []"


def test_the_version(shell: Shell) -> None:
    try:
        expected = version("tenure")
    except PackageNotFoundError:
        expected = "run from its sources, without being installed"
    assert shell("--version").stdout == f"{expected}\n"


def test_a_table_on_a_terminal_fits_it(environment: dict[str, str], tmp_path: Path) -> None:
    pty = pytest.importorskip("pty", reason="there are no terminals on this machine")
    ours, theirs = pty.openpty()
    with subprocess.Popen(
        [sys.executable, "-m", "tenure", *ASK],
        cwd=tmp_path,
        env={**environment, "COLUMNS": "60", "TERM": "xterm"},
        stdout=theirs,
    ) as process:
        os.close(theirs)
        shown = b""
        # On Linux reading fails, and elsewhere gives nothing, once the other side is closed.
        with contextlib.suppress(OSError):
            while piece := os.read(ours, 65536):
                shown += piece
        os.close(ours)
    plain = re.sub(r"\x1b\[[0-9;]*m", "", shown.decode())
    assert process.returncode == 0
    assert max(len(line.rstrip("\r")) for line in plain.split("\n")) <= 60
    assert "…" not in plain
    assert "certain" in plain
