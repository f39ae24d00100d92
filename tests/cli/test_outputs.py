"""Files of users are written whole or not at all, by one at a time, whatever the disk takes."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from tests.bounded import files_bounded

from tenure.errors import BadInput
from tenure.outputs import write_all

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


def test_of_two_who_change_a_file_at_once_neither_is_lost(tmp_path: Path) -> None:
    files = [tmp_path / name for name in ("one", "two")]

    def count(times: int) -> int:
        done = 0
        for _ in range(times):
            texts = [file.read_text() for file in files]
            try:
                write_all({f: (t, str(int(t) + 1)) for f, t in zip(files, texts, strict=True)})
            except BadInput:
                continue  # somebody else was first, and this one is told so
            done += 1
        return done

    for file in files:
        file.write_text("0")
    with ThreadPoolExecutor() as writers:
        done = sum(writers.map(count, [40] * 4))
    assert [int(file.read_text()) for file in files] == [done, done]
