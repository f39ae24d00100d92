"""How far a check is, told to whoever watches; nobody needs to."""

from __future__ import annotations

from itertools import groupby
from pathlib import Path

import pytest

from tenure.validate import ProgressStep, Report, Stage, validate_paths
from tenure.validate.facts import Facts
from tenure.validate.progress import Progress


@pytest.fixture
def folder(repo_root: Path) -> Path:
    return repo_root / "ontology" / "examples"


def steps_of(*paths: Path, **options: object) -> list[ProgressStep]:
    told: list[ProgressStep] = []
    validate_paths(paths, progress=told.append, **options)  # type: ignore[arg-type]
    return told


def test_stages_come_one_after_the_other_and_go_on_only(folder: Path) -> None:
    told = steps_of(folder)
    stages = [stage for stage, _ in groupby(told, key=lambda one: one.stage)]
    assert stages == [Stage.READING, Stage.RULES, Stage.SHAPES]
    for _, group in groupby(told, key=lambda one: one.stage):
        steps = list(group)
        assert [one.done for one in steps] == sorted({one.done for one in steps})
        assert all(one.of is None or 0 <= one.done <= one.of for one in steps)
        assert len({one.of for one in steps}) == 1


def test_every_file_is_a_step(folder: Path) -> None:
    reading = [one for one in steps_of(folder) if one.stage is Stage.READING]
    named = ((one, one.relative_to(folder).parts) for one in folder.rglob("*"))
    files = [
        one for one, parts in named if one.suffix in (".ttl", ".trig") and "invalid" not in parts
    ]
    assert reading == [
        ProgressStep(Stage.READING, number, len(files)) for number in range(len(files))
    ]


def test_what_is_asked_for_has_its_own_stage(folder: Path) -> None:
    def check(facts: Facts, progress: Progress) -> Report:
        progress(ProgressStep(Stage.CONFLICTS, 1, 1))
        return Report(checked={"conflicts": len(facts.given)})

    told = {one.stage for one in steps_of(folder, texts=folder / "texts", conflicts=check)}
    assert {Stage.TEXTS, Stage.CONFLICTS} <= told


def test_a_report_is_the_same_whether_or_not_it_is_watched(folder: Path) -> None:
    invalid = sorted((folder / "invalid").glob("*.trig"))[:5]
    seen: list[ProgressStep] = []
    assert validate_paths(invalid, progress=seen.append) == validate_paths(invalid)
    assert seen


def test_a_watcher_can_stop_the_check(folder: Path) -> None:
    def stop(step: ProgressStep) -> None:
        if step.stage is Stage.SHAPES:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        validate_paths([folder], progress=stop)
