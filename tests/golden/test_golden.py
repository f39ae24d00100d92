"""The faces answer alike, and as they did: a part of what ``make golden`` asks."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.golden import kept
from tests.golden.dump import dump, findings
from tests.golden.questions import cases

from tenure.catalog import Catalog
from tenure.knowledge import KnowledgeBase

ANEW = "`make golden` shows what differs; `make golden ARGS=--write` keeps it."


@pytest.fixture(scope="module")
def before() -> dict[str, list[str]]:
    return kept.read()


def test_the_faces_answer_alike_and_as_they_did(
    kb: KnowledgeBase, catalog: Catalog, before: dict[str, list[str]]
) -> None:
    found = dump(kb, catalog, every=120, processes=2)
    assert len(found.answers) > 10
    assert found.apart == []
    told = {case: before.get(case, []) for case in found.answers}
    assert list(kept.differences(told, found.answers)) == [], ANEW


def test_every_question_and_every_day_is_kept(
    kb: KnowledgeBase, catalog: Catalog, before: dict[str, list[str]]
) -> None:
    asked = {str(case) for case in cases(kb, catalog)}
    assert asked == {case for case in before if not case.startswith("findings ")}, ANEW


def test_the_examples_have_the_findings_that_they_had(before: dict[str, list[str]]) -> None:
    found = findings(every=15)
    told = {case: before.get(case, []) for case in found}
    assert list(kept.differences(told, found)) == [], ANEW


def test_kept_answers_have_the_same_bytes_every_time(tmp_path: Path) -> None:
    answers = {"ask b": ["2", "1"], "ask a": ["1"], "ask c": []}
    for name in ("one", "two"):
        kept.write(answers, tmp_path / name)
    assert (tmp_path / "one").read_bytes() == (tmp_path / "two").read_bytes()
    assert kept.read(tmp_path / "one") == answers
    assert kept.FILE.stat().st_size < 1_000_000


def test_a_difference_is_told_once_with_its_lines() -> None:
    before = {"ask a x=1": ["one"], "ask a x=1 [p]": ["one"], "export everything": ["g 1 abc"]}
    after = {"ask a x=1": ["two"], "ask a x=1 [p]": ["two"], "ask b": []}
    assert list(kept.differences(before, after)) == [
        "2 answers differ, 1 are new, 1 are gone.",
        "  ask a: 2",
        "  ask b: 1",
        "  export: 1",
        "",
        "ask a x=1",
        "  - one",
        "  + two",
        "gone: export everything",
        "new: ask b",
    ]
    assert list(kept.differences(before, before)) == []
