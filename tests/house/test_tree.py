"""What must not be in the repository."""

from __future__ import annotations

import csv
import re
from importlib import import_module
from pathlib import Path

import pytest

# Put together here, so that this file does not contain what it looks for.
MACHINE_PATHS = ["/" + "/".join(p) for p in (("work", "main"), ("work", "shared"), ("tmp", "ve"))]
MACHINE_PATHS += ["/" + "/".join(p) + "/" for p in (("root",), ("home", "runner"))]
REGISTRY_HOSTS = [
    ".".join(parts)
    for parts in (
        ("pypi", "org"),
        ("pythonhosted", "org"),
        ("npmjs", "org"),
        ("crates", "io"),
        ("proxy", "golang", "org"),
        ("repo", "maven", "apache", "org"),
        ("deb", "debian", "org"),
    )
]
RUN_OF_WORDS = 10


@pytest.mark.parametrize("forbidden", [*MACHINE_PATHS, *REGISTRY_HOSTS])
def test_no_file_names_a_machine_or_a_registry(
    forbidden: str, texts: dict[Path, str], repo_root: Path
) -> None:
    whole = re.compile(rf"(?<![\w.-]){re.escape(forbidden)}")
    naming = [str(f.relative_to(repo_root)) for f, text in texts.items() if whole.search(text)]
    assert naming == []


def test_files_end_with_one_newline_and_have_unix_line_ends(
    texts: dict[Path, str], repo_root: Path
) -> None:
    odd = [
        str(file.relative_to(repo_root))
        for file, text in texts.items()
        if text and (not text.endswith("\n") or text.endswith("\n\n") or "\r" in text)
    ]
    assert odd == []


def test_no_text_of_a_source_is_in_the_repository(
    shared: Path, texts: dict[Path, str], repo_root: Path
) -> None:
    """Facts are restated; a source's own sentences stay with its publisher.

    A run of ten words in common with a sentence counts as copied. The headline, which
    names the source, is shorter than that.
    """
    source = shared / "sources" / "jpost-620411"
    article = (source / "article.txt").read_text(encoding="utf-8")
    runs: set[tuple[str, ...]] = set()
    with (source / "sentences.csv").open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            runs |= runs_of_words(article[int(row["start"]) : int(row["end"])])
    assert runs, "no sentence was read"
    copying = {
        str(file.relative_to(repo_root)): " ".join(min(common))
        for file, text in texts.items()
        if (common := runs_of_words(re.sub(r"https?://\S+", "", text)) & runs)
    }
    assert copying == {}


def runs_of_words(text: str) -> set[tuple[str, ...]]:
    words = re.findall(r"[^\W_]+", text.lower())
    return {tuple(words[i : i + RUN_OF_WORDS]) for i in range(len(words) - RUN_OF_WORDS + 1)}


def test_no_modules_import_each_other_in_a_circle(
    repo_root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Imports for types alone count: a module that only names another still has to know it."""
    monkeypatch.syspath_prepend(repo_root / ".ci")
    size = import_module("size")
    found = size.modules()
    assert len(found) > 200
    assert size.circles(found) == []
