"""Findings left out: what a baseline accepts, and what did not change since a revision."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest

from tenure.errors import BadInput, BadParameter, NotFound
from tenure.validate import validate_paths, without_accepted, write_baseline

FACT = """@prefix tn: <https://w3id.org/tenure/ontology#> .
<https://w3id.org/tenure/id/person/{0}> a tn:Person ;
    tn:holdr "{0}" .
"""
GIT = shutil.which("git")


def test_what_is_accepted_stays_accepted_when_lines_move(tmp_path: Path) -> None:
    file, baseline = tmp_path / "a.ttl", tmp_path / "known.json"
    file.write_text(FACT.format("ada"), encoding="utf-8")
    report = validate_paths([file])
    assert len(report.findings) > 1
    assert write_baseline(baseline, report.findings) == len(report.findings)
    file.write_text("\n\n# moved\n" + FACT.format("ada"), encoding="utf-8")
    moved = validate_paths([file])
    assert moved.findings != report.findings
    left = without_accepted(moved, baseline)
    assert left.findings == ()
    assert left.conforms
    assert f"{len(report.findings)} accepted findings are left out" in left.notes[-1]


def test_what_is_new_is_told_and_what_is_gone_is_noted(tmp_path: Path) -> None:
    file, baseline = tmp_path / "a.ttl", tmp_path / "known.json"
    file.write_text(FACT.format("ada"), encoding="utf-8")
    write_baseline(baseline, validate_paths([file]).findings)
    file.write_text(FACT.format("bob"), encoding="utf-8")
    left = without_accepted(validate_paths([file]), baseline)
    assert {one.focus for one in left.findings} == {"https://w3id.org/tenure/id/person/bob"}
    assert any("found no more" in note for note in left.notes)


def test_one_more_of_the_same_is_new(tmp_path: Path) -> None:
    (tmp_path / "a.ttl").write_text("<x", encoding="utf-8")
    baseline = tmp_path / "known.json"
    report = validate_paths([tmp_path / "a.ttl"])
    write_baseline(baseline, report.findings)
    twice = type(report)(report.findings * 2)
    assert len(without_accepted(twice, baseline).findings) == 1


@pytest.mark.parametrize(
    "text",
    [
        "",
        "[]",
        "{}",
        '{"version": 2}',
        '{"version": 1, "accepted": 3}',
        '{"version": 1, "accepted": [{}]}',
    ],
)
def test_a_file_that_is_no_baseline(tmp_path: Path, text: str) -> None:
    file = tmp_path / "known.json"
    file.write_text(text, encoding="utf-8")
    with pytest.raises(BadInput) as caught:
        without_accepted(validate_paths([tmp_path]), file)
    assert "known.json" in str(caught.value)
    assert caught.value.remedy


def test_a_baseline_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(NotFound):
        without_accepted(validate_paths([tmp_path]), tmp_path / "none.json")
    with pytest.raises(BadInput, match="cannot be written"):
        write_baseline(tmp_path / "none" / "known.json", [])


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    """A work tree with two files that break a rule each, and one commit."""
    if GIT is None:
        pytest.skip("there is no git on this machine")
    for name in ("ada", "bob"):
        (tmp_path / f"{name}.ttl").write_text(FACT.format(name), encoding="utf-8")
    git(tmp_path, "init", "--quiet")
    git(tmp_path, "add", ".")
    git(tmp_path, "commit", "--quiet", "--message", "Begin")
    return tmp_path


def git(folder: Path, *words: str) -> None:
    who = ("-c", "user.name=Ada", "-c", "user.email=ada@example.org", "-c", "commit.gpgsign=false")
    subprocess.run(["git", "-C", str(folder), *who, *words], check=True)


def told(tree: Path, revision: str = "HEAD") -> set[str]:
    report = validate_paths([tree], changed_since=revision)
    return {Path(one.file).name + one.focus[-4:] for one in report.findings}


def test_nothing_changed_nothing_told(tree: Path) -> None:
    report = validate_paths([tree], changed_since="HEAD")
    assert report.findings == ()
    assert any("did not change since HEAD are left out" in note for note in report.notes)


def test_only_the_node_of_the_line_that_changed(tree: Path) -> None:
    file = tree / "ada.ttl"
    file.write_text(FACT.format("ada") + FACT.format("eve"), encoding="utf-8")
    assert told(tree) == {"ada.ttl/eve"}
    # A line of a node changed: what is wrong in its other lines is told too.
    file.write_text(FACT.format("ada").replace("a tn:Person", "a tn:Human"), encoding="utf-8")
    assert told(tree) == {"ada.ttl/ada"}
    git(tree, "add", ".")
    assert told(tree) == {"ada.ttl/ada"}
    git(tree, "commit", "--quiet", "--message", "Change")
    assert told(tree) == set()
    assert told(tree, "HEAD~1") == {"ada.ttl/ada"}


def test_a_line_taken_out_is_a_change_of_its_node(tree: Path) -> None:
    text = FACT.format("ada").replace(" a tn:Person ;\n", "\n")
    (tree / "ada.ttl").write_text(text, encoding="utf-8")
    assert told(tree) == {"ada.ttl/ada"}


def test_a_new_file_is_new_as_a_whole(tree: Path) -> None:
    (tree / "new file.ttl").write_text(FACT.format("cy"), encoding="utf-8")
    assert told(tree) == {"new file.ttl" + "n/cy"}
    git(tree, "add", ".")
    assert told(tree) == {"new file.ttl" + "n/cy"}


def test_a_syntax_error_in_a_changed_file_is_told(tree: Path) -> None:
    (tree / "bob.ttl").write_text("<x", encoding="utf-8")
    report = validate_paths([tree], changed_since="HEAD")
    assert [(Path(one.file).name, one.rule) for one in report.findings] == [("bob.ttl", "Syntax")]


@pytest.mark.parametrize("revision", ["no-such-branch", "--output=pwned", "-", ""])
def test_a_revision_that_is_none(tree: Path, revision: str) -> None:
    with pytest.raises(BadParameter, match="no revision"):
        validate_paths([tree], changed_since=revision)
    assert not (tree / "pwned").exists()


def test_a_folder_that_git_does_not_know(tmp_path: Path) -> None:
    if GIT is None:
        pytest.skip("there is no git on this machine")
    (tmp_path / "a.ttl").touch()
    with pytest.raises(BadInput, match="no work tree"):
        validate_paths([tmp_path], changed_since="HEAD")
