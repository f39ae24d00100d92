"""What is no file is refused with a message, and a link is not followed out of its folder."""

from __future__ import annotations

import os
import shutil
import socket
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

Run = Callable[..., Any]
SECRET = "the-first-line-of-a-file-of-somebody-else"

pytestmark = pytest.mark.skipif(os.name != "posix", reason="pipes and links are those of POSIX")


def pipe(path: Path) -> Path:
    os.mkfifo(path)
    return path


def unix_socket(path: Path) -> Path:
    # The name of a socket may only be short.
    before = Path.cwd()
    os.chdir(path.parent)
    try:
        with socket.socket(socket.AF_UNIX) as opened:
            opened.bind(path.name)
    finally:
        os.chdir(before)
    return path


def folder(path: Path) -> Path:
    path.mkdir()
    return path


def device(path: Path) -> Path:
    path.symlink_to("/dev/zero")
    return path


COMMANDS: dict[str, tuple[str, Callable[[Path], tuple[object, ...]]]] = {
    "query": ("q.rq", lambda it: ("query", it)),
    "shapes": ("s.ttl", lambda it: ("validate", "--shapes", it, "facts.ttl")),
    "baseline": ("b.json", lambda it: ("validate", "--baseline", it, "facts.ttl")),
    "import": ("s.yaml", lambda it: ("import", "us-executive", it, "--facts", "facts")),
    "drafts": ("d.yaml", lambda it: ("claim", "add", "s", "--text", "t.txt", "--from", it)),
    "text": ("t2.txt", lambda it: ("claim", "add", "s", "--text", it, "--passage", "a")),
}


@pytest.fixture(autouse=True)
def _in_a_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "facts.ttl").write_text("<https://example.org/a> a <https://example.org/B> .\n")
    (tmp_path / "t.txt").write_text("A text.")
    (tmp_path / "facts").mkdir()
    monkeypatch.chdir(tmp_path)


@pytest.mark.parametrize("make", [pipe, unix_socket, folder, device])
@pytest.mark.parametrize("command", COMMANDS)
def test_what_is_no_file_is_refused(
    run: Run, tmp_path: Path, command: str, make: Callable[[Path], Path]
) -> None:
    name, words = COMMANDS[command]
    result = run(*words(make(tmp_path / name)))
    assert result.exit_code == 2, result.output
    assert "Traceback" not in result.output


@pytest.mark.parametrize("make", [pipe, unix_socket, device])
@pytest.mark.parametrize("words", [("validate",), ("check-evidence", "--sources", "facts")])
def test_facts_that_are_no_file_are_refused(
    run: Run, tmp_path: Path, make: Callable[[Path], Path], words: tuple[str, ...]
) -> None:
    result = run(*words, make(tmp_path / "odd.ttl"))
    assert result.exit_code == 2, result.output
    assert "odd.ttl" in result.stderr


@pytest.mark.parametrize("make", [pipe, unix_socket, device])
def test_in_a_folder_they_are_left_out(
    run: Run, tmp_path: Path, make: Callable[[Path], Path]
) -> None:
    inside = folder(tmp_path / "inside")
    shutil.copy(tmp_path / "facts.ttl", inside)
    make(inside / "odd.ttl")
    result = run("validate", inside)
    assert result.exit_code in (0, 1)
    assert "odd.ttl: left out" in result.output


@pytest.mark.parametrize("kind", ["file", "folder", "up"])
@pytest.mark.parametrize("words", [("validate",), ("check-evidence", "--sources", "facts")])
def test_a_link_is_not_followed_out_of_the_folder(
    run: Run, tmp_path: Path, kind: str, words: tuple[str, ...]
) -> None:
    outside = folder(tmp_path / "outside")
    (outside / "secret.ttl").write_text(f"{SECRET}\n")
    inside = folder(tmp_path / "inside")
    shutil.copy(tmp_path / "facts.ttl", inside)
    target = {"file": outside / "secret.ttl", "folder": outside, "up": tmp_path}[kind]
    (inside / "link.ttl").symlink_to(target)
    result = run(*words, inside)
    assert SECRET not in result.output
    assert "link.ttl: left out" in result.output


def test_a_link_inside_the_folder_is_followed(run: Run, tmp_path: Path) -> None:
    inside = folder(tmp_path / "inside")
    shutil.copy(tmp_path / "facts.ttl", inside / "one.ttl")
    (inside / "link.ttl").symlink_to("one.ttl")
    assert "left out" not in run("validate", inside).output


def test_a_link_that_is_named_shows_no_file_that_is_no_rdf(run: Run, tmp_path: Path) -> None:
    (tmp_path / "environment").write_text(SECRET)
    (tmp_path / "link.ttl").symlink_to("environment")
    result = run("validate", "link.ttl")
    assert SECRET not in result.output
    assert result.exit_code == 2
    assert "link.ttl: The extension '' stands for no RDF format" in result.output


def test_a_text_behind_a_link_is_not_read(run: Run, tmp_path: Path) -> None:
    (tmp_path / "elsewhere.txt").write_text(SECRET)
    (tmp_path / "facts" / "s.txt").symlink_to(tmp_path / "elsewhere.txt")
    result = run("check-evidence", "facts.ttl", "--sources", "facts")
    assert SECRET not in result.output
    assert "s.txt: left out" in result.output


def test_facts_behind_a_link_are_not_loaded(run: Run, tmp_path: Path) -> None:
    (tmp_path / "secret.ttl").write_text(f"{SECRET}\n")
    (tmp_path / "facts" / "link.ttl").symlink_to(tmp_path / "secret.ttl")
    result = run("query", "ASK {}", "--facts", "facts")
    assert result.exit_code == 2
    assert SECRET not in result.output
    assert "link.ttl" in result.stderr
