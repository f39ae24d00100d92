"""The bar on a terminal: there while something is checked, gone at the end, and nowhere else."""

from __future__ import annotations

import os
import pty
import re
import subprocess
import tempfile
from collections.abc import Callable
from pathlib import Path

import pytest

Shell = Callable[..., "subprocess.CompletedProcess[str]"]

CONTROL = re.compile(r"\x1b\[([?\d;]*)([A-Za-z])")


def on_a_terminal(
    command: Path, environment: dict[str, str], folder: Path, *words: str
) -> tuple[str, str, int]:
    """What the command prints into a file, what it sends to the terminal, and its exit code."""
    ours, theirs = pty.openpty()
    # Into a file: nobody empties a pipe as long as the terminal is read.
    with (
        tempfile.TemporaryFile() as printed,
        subprocess.Popen(
            [command / "tenure", *words],
            cwd=folder,
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=printed,
            stderr=theirs,
        ) as process,
    ):
        os.close(theirs)
        shown = b""
        while True:
            try:
                data = os.read(ours, 4096)
            except OSError:  # what Linux says of a terminal that nobody holds any more
                break
            if not data:
                break
            shown += data
        os.close(ours)
        code = process.wait(timeout=60)
        printed.seek(0)
        return printed.read().decode(), shown.decode(), code


def screen(shown: str) -> list[str]:
    """The lines that stand on the terminal after all that was sent to it."""
    lines, row, column = [""], 0, 0
    position = 0
    while position < len(shown):
        control = CONTROL.match(shown, position)
        if control:
            position = control.end()
            if control[2] == "A":
                row = max(0, row - int(control[1] or 1))
            elif control[2] == "K":
                lines[row] = ""
            else:
                assert control[2] in "mhl", control[0]
            continue
        one = shown[position]
        position += 1
        if one == "\r":
            column = 0
        elif one == "\n":
            row += 1
            lines += [""] * (row + 1 - len(lines))
        else:
            lines[row] = lines[row].ljust(column)[:column] + one + lines[row][column + 1 :]
            column += 1
    return lines


@pytest.fixture
def terminal(environment: dict[str, str]) -> dict[str, str]:
    """An environment like that of a person at a terminal."""
    quiet = ("CI", "NO_COLOR", "FORCE_COLOR", "TTY_COMPATIBLE", "TTY_INTERACTIVE")
    kept = {name: value for name, value in environment.items() if name not in quiet}
    return {**kept, "TERM": "xterm-256color", "COLUMNS": "100"}


def test_the_bar_stands_on_the_terminal_and_is_gone_at_the_end(
    forked: Path, terminal: dict[str, str], repo_root: Path
) -> None:
    words = ("validate", "kb/facts", "--conflicts", "--format", "json")
    printed, shown, code = on_a_terminal(forked, terminal, repo_root, *words)
    assert code == 0
    assert printed.startswith("{\n")
    assert printed.endswith("}\n")
    assert "\x1b" not in printed
    for stage in ("reading files", "rules", "shapes", "conflicts"):
        assert stage in shown
    assert [line for line in screen(shown) if line.strip()] == []
    assert shown.rindex("\x1b[?25h") > shown.rindex("\x1b[?25l")


def test_days_have_a_bar_too(forked: Path, terminal: dict[str, str], repo_root: Path) -> None:
    printed, shown, code = on_a_terminal(forked, terminal, repo_root, "validate", "--every-change")
    assert (code, printed.startswith("no findings (")) == (0, True)
    assert "days" in shown
    assert [line for line in screen(shown) if line.strip()] == []


def test_an_error_comes_after_the_bar(
    forked: Path, terminal: dict[str, str], repo_root: Path
) -> None:
    words = ("validate", "kb/facts", "--conflicts", "--policy", "modalities=none")
    printed, shown, code = on_a_terminal(forked, terminal, repo_root, *words)
    assert (code, printed) == (2, "")
    assert next(line for line in screen(shown) if line.strip()).startswith("error: ")


@pytest.mark.parametrize("name", ["CI", "TERM"])
def test_no_bar_for_a_build_server_or_a_dumb_terminal(
    forked: Path, terminal: dict[str, str], repo_root: Path, name: str
) -> None:
    terminal[name] = {"CI": "true", "TERM": "dumb"}[name]
    printed, shown, code = on_a_terminal(
        forked, terminal, repo_root, "validate", "ontology/examples"
    )
    assert (code, shown) == (0, "")
    assert "no findings" in printed


def test_no_bar_in_a_pipe(shell: Shell, repo_root: Path) -> None:
    done = shell("validate", repo_root / "ontology" / "examples")
    assert (done.returncode, done.stderr) == (0, "")


def test_the_screen_is_read_as_a_terminal_would() -> None:
    assert screen("ab\r\x1b[2Kc\r\nd\x1b[1A\r\x1b[2Ke") == ["e", "d"]
    assert screen("one\rt") == ["tne"]
