"""A disk that takes no more refuses a command, and leaves what was there as it was."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from tests.bounded import files_bounded

Run = Callable[..., Any]

pytestmark = pytest.mark.usefixtures("elsewhere")

DEPRECATED = "SELECT * { ?term <https://w3id.org/tenure/ontology#hasAxiom> ?axiom }\n"


@pytest.fixture
def there(repo_root: Path, tmp_path: Path) -> Path:
    """Facts and a question that can be put right, and files that are to be written anew."""
    facts = tmp_path / "facts"
    facts.mkdir()
    for name in ("entities.ttl", "dw-52601139.trig"):
        shutil.copy(repo_root / "kb" / "facts" / name, facts)
    text = (facts / name).read_text(encoding="utf-8")
    (facts / name).write_text(text.replace("hedged false", 'hedged "false"'), encoding="utf-8")
    (tmp_path / "own.rq").write_text(DEPRECATED + "# as it was\n" * 20, encoding="utf-8")
    for name in ("baseline", "day.ttl"):
        (tmp_path / name).write_text("what was there\n" * 20, encoding="utf-8")
    return tmp_path


def texts(folder: Path) -> dict[str, bytes]:
    return {
        str(path.relative_to(folder)): path.read_bytes()
        for path in folder.rglob("*")
        if path.is_file() and path.suffix != ".lock"
    }


@pytest.mark.parametrize(
    "words",
    [
        "validate facts --fix --unsafe-fixes",
        "validate facts --write-baseline baseline",
        "export ttl --at 2020-01-02 --output day.ttl",
        "upgrade own.rq",
        "entity rename person/ali-shamkhani Ali --facts facts --by ada",
        "init begun",
        "key new ada",
    ],
)
def test_what_was_there_is_there_still(run: Run, there: Path, words: str) -> None:
    before = texts(there)
    with files_bounded(100):
        result = run(*words.split())
    assert result.exit_code == 2, result.output
    assert "File too large" in result.stderr
    assert texts(there) == before


def test_a_link_and_a_pipe_stay_what_they_are(run: Run, there: Path) -> None:
    (there / "link").symlink_to("day.ttl")
    os.mkfifo(there / "pipe")
    with ThreadPoolExecutor() as reader:
        read = reader.submit((there / "pipe").read_bytes)
        for name in ("link", "pipe"):
            assert run("export", "ttl", "--at", "2020-01-02", "--output", name).exit_code == 0
        assert read.result() == (there / "day.ttl").read_bytes() != b""
    assert (there / "link").is_symlink()
    assert (there / "pipe").is_fifo()
