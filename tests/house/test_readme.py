"""The README tells the truth: its commands run and print what it shows."""

from __future__ import annotations

import re
import shlex
import subprocess
import sys
from collections.abc import Iterator
from http.client import HTTPConnection
from pathlib import Path

import pytest

from tenure.knowledge import open_knowledge_base
from tenure.model import Claim


@pytest.fixture(scope="module")
def readme(repo_root: Path) -> str:
    return (repo_root / "README.md").read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def sessions(readme: str) -> list[tuple[str, str]]:
    """Commands and the output shown below them."""
    found = []
    for block in re.findall(r"```console\n(.*?)```", readme, re.DOTALL):
        for part in re.split(r"^\$ ", block, flags=re.MULTILINE)[1:]:
            lines = part.splitlines()
            size = 1
            while len(shlex_quotes("\n".join(lines[:size]))) % 2:
                size += 1
            found.append(("\n".join(lines[:size]), "\n".join(lines[size:])))
    return found


def shlex_quotes(text: str) -> str:
    return "".join(character for character in text if character == "'")


def test_the_commands_print_what_is_shown(sessions: list[tuple[str, str]], forked: Path) -> None:
    seen = 0
    for command, shown in sessions:
        if not command.startswith(".venv/bin/tenure ") or not shown:
            continue
        words = shlex.split(command.removeprefix(".venv/bin/tenure "))
        done = subprocess.run(
            [forked / "tenure", *words], capture_output=True, text=True, check=True
        )
        assert [line.rstrip() for line in done.stdout.splitlines()] == shown.splitlines()
        seen += 1
    assert seen == 2


@pytest.fixture
def server() -> Iterator[int]:
    command = [sys.executable, "-u", "-m", "tenure", "serve", "--port", "0"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        try:
            first = next(line for line in process.stdout if "http://" in line)
            yield int(re.search(r":(\d+)", first.split("http://")[1])[1])  # type: ignore[index]
        finally:
            process.terminate()
            process.wait(timeout=20)


def test_the_address_answers_what_is_shown(sessions: list[tuple[str, str]], server: int) -> None:
    [(command, shown)] = [s for s in sessions if s[0].startswith("curl ")]
    path = shlex.split(command)[1].removeprefix("http://127.0.0.1:8080")
    connection = HTTPConnection("127.0.0.1", server, timeout=30)
    connection.request("GET", path)
    response = connection.getresponse()
    assert response.status == 200
    assert response.read().decode().splitlines() == shown.splitlines()
    connection.close()


def test_the_numbers_are_those_of_the_facts(readme: str) -> None:
    kb = open_knowledge_base()
    claims: list[Claim] = list(kb.claims.values())
    assert f"{len(claims)} claims" in " ".join(readme.split())
    words = {12: "twelve", 13: "thirteen", 14: "fourteen", 15: "fifteen"}
    assert f"{words[len(kb.sources) - 1]} further reports" in " ".join(readme.split())


def test_the_section_on_adding_a_source_can_be_followed(
    readme: str, tmp_path: Path, repo_root: Path, forked: Path
) -> None:
    """Word for word, on a copy of the facts and a text that has the words."""
    facts = tmp_path / "facts"
    facts.mkdir()
    for file in (repo_root / "kb" / "facts").iterdir():
        (facts / file.name).write_bytes(file.read_bytes())
    text = tmp_path / "my-article.txt"
    text.write_text("Ada Brook told us in a few words of the sentence who she is.\n", "utf-8")
    section = readme.split("## Adding a source")[1].split("\n## ", maxsplit=1)[0]
    [block] = re.findall(r"```sh\n(.*?)```", section, re.DOTALL)
    shown = ""
    commands = re.split(r"\n(?! )", block.rstrip("\n"))
    for command in commands:
        words = shlex.split(
            command.replace("\\\n", " ").replace("~/texts/my-article.txt", str(text))
        )
        assert words[0] == ".venv/bin/tenure"
        done = subprocess.run(
            [forked / "tenure", *words[1:], "--facts", facts],
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, done.stderr
        shown = done.stdout
    assert len(commands) == 3
    assert "person/ada-brook" in shown
    assert "certain" in shown


@pytest.mark.parametrize("page", ["README.md", "CONTRIBUTING.md", "docs"])
def test_links_between_pages_lead_somewhere(page: str, repo_root: Path) -> None:
    start = repo_root / page
    files = sorted(start.rglob("*.md")) if start.is_dir() else [start]
    missing = [
        f"{file.relative_to(repo_root)}: {target}"
        for file in files
        for target in re.findall(r"\]\(([^)#:]+)\)", file.read_text(encoding="utf-8"))
        if not (file.parent / target).exists()
    ]
    assert missing == []
