"""What the questions are about, as ``subjects.txt`` beside their folders says."""

from __future__ import annotations

from pathlib import Path

import pytest

from tenure.catalog import Catalog
from tenure.errors import BadQuery

QUESTION = """# title: {name}
# description: A question.
# column: thing - A thing.
SELECT ?thing WHERE {{ ?thing a ?any }}
"""


def questions(folder: Path, subjects: str) -> Path:
    for name in ("aged", "brief", "crisp"):
        path = folder / "things" / f"{name}.rq"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(QUESTION.format(name=name), encoding="utf-8")
    (folder / "subjects.txt").write_text(subjects, encoding="utf-8")
    return folder


def test_those_that_are_named_come_first(tmp_path: Path) -> None:
    catalog = Catalog.load(questions(tmp_path, "things: What there is | crisp\n"))
    order = {title: [one.name for one in some] for title, some in catalog.by_subject.items()}
    assert order == {"What there is": ["crisp", "aged", "brief"]}


def test_a_question_that_is_not_there_is_refused_with_its_line(tmp_path: Path) -> None:
    with pytest.raises(BadQuery, match=r"subjects\.txt:1: .*'crips'.*Nearest: crisp"):
        Catalog.load(questions(tmp_path, "things: What there is | crips\n"))
