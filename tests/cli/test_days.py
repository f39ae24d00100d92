"""``tenure validate`` with days: of the knowledge base, and of files."""

from __future__ import annotations

import json
import re
import shlex
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from pyoxigraph import RdfFormat, parse

from tenure.validate import SnapshotShapes

Run = Callable[..., Any]


@pytest.fixture
def crowded(repo_root: Path) -> Path:
    """Facts by which a seat for one has two holders from 1 May 1921 on."""
    folder = repo_root / "ontology" / "examples" / "snapshots" / "invalid"
    return folder / "two-holders-of-one-seat.trig"


@pytest.fixture
def folder(tmp_path: Path, crowded: Path) -> Path:
    """The same as a folder of facts."""
    facts = tmp_path / "facts"
    facts.mkdir()
    for file in (crowded, crowded.parent.parent / "entities.ttl"):
        (facts / file.name).write_bytes(file.read_bytes())
    return facts


def test_the_days_of_the_facts_keep_the_rules(run: Run) -> None:
    for extra in ((), ("--possible",), ("--policy", "majority")):
        result = run("validate", "--every-change", *extra)
        assert result.exit_code == 0, result.output
        assert result.stdout.startswith("no findings (")


def test_a_finding_names_the_day_and_the_lines_of_the_claims(run: Run, crowded: Path) -> None:
    result = run("validate", crowded, "--at", "1921-06-01", "--at", "1921-01-01")
    assert result.exit_code == 1
    lines = result.stdout.splitlines()
    assert lines[0].startswith(
        "violation: 1921-06-01: office/captain: 2 certainly hold the office at a time"
    )
    assert lines[0].endswith("(SeatsTaken)")
    text = crowded.read_text(encoding="utf-8").splitlines()
    for number in (1, 2):
        line = text.index(f"claim:{number} a tn:Claim ;") + 1
        assert lines[number] == f"  rests on claim/example/{number} ({crowded}:{line})"
    assert lines[3].startswith("1 finding (2 days, ")


def test_the_days_of_a_folder_of_facts(run: Run, folder: Path) -> None:
    by_facts = run("validate", "--facts", folder, "--every-change", "--format", "json")
    assert by_facts.exit_code == 1
    report = json.loads(by_facts.stdout)
    assert [one["at"] for one in report["findings"]] == ["1921-05-01"]
    claims = report["findings"][0]["claims"]
    assert {Path(one["file"]).parent for one in claims} == {folder}
    by_path = run("validate", folder, "--every-change", "--format", "json")
    assert json.loads(by_path.stdout) == report


def test_a_report_in_turtle(run: Run, crowded: Path) -> None:
    result = run("validate", crowded, "--at", "1921-06-01", "--format", "ttl")
    assert result.exit_code == 1
    assert "SeatsTaken" in result.stdout
    assert list(parse(result.stdout, RdfFormat.TURTLE))


def test_a_policy_and_an_instant_make_other_days(run: Run, crowded: Path) -> None:
    asked = ("validate", crowded, "--at", "1921-06-01")
    assert run(*asked, "--policy", "modalities=alleged").exit_code == 0
    assert run(*asked, "--known-at", "2027-01-01T00:00:00Z").exit_code == 1


def test_facts_that_the_gate_refuses_have_no_days(run: Run, repo_root: Path) -> None:
    bad = repo_root / "ontology" / "examples" / "invalid" / "claim-without-evidence.trig"
    result = run("validate", bad, "--at", "1921-06-01", "--format", "json")
    assert result.exit_code == 1
    assert [one["rule"] for one in json.loads(result.stdout)["findings"]] == ["ValueMissing"]


def test_shapes_of_ones_own(run: Run, crowded: Path, tmp_path: Path) -> None:
    shapes = tmp_path / "own.ttl"
    shapes.write_text(
        "@prefix sh: <http://www.w3.org/ns/shacl#> .\n"
        "<https://example.org/s> a sh:NodeShape ;\n"
        "  sh:targetObjectsOf <http://www.w3.org/ns/org#holds> ;\n"
        "  sh:property [ sh:path <https://w3id.org/tenure/ontology#seats> ; sh:minInclusive 2 ;\n"
        '    sh:message "One seat is lonely. Add a chair." ] .\n'
    )
    result = run("validate", crowded, "--at", "1920-06-01", "--shapes", shapes)
    assert result.exit_code == 1
    assert "One seat is lonely. Add a chair." in result.stdout
    assert "  rests on claim/example/1 (" in result.stdout


def blocks(page: str, language: str) -> list[str]:
    return re.findall(rf"```{language}\n(.*?)```", page, re.DOTALL)


def test_the_worked_example(run: Run, repo_root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    page = (repo_root / "docs" / "explanation" / "slices.md").read_text(encoding="utf-8")
    monkeypatch.chdir(repo_root)
    (command,) = blocks(page, "sh")
    result = run(*shlex.split(command)[1:])
    assert result.exit_code == 1
    assert result.stdout == blocks(page, "text")[0]
    before = run(*shlex.split(command.replace("1921-06-01", "1921-04-30"))[1:])
    assert before.exit_code == 0
    assert before.stdout.startswith("no findings (1 day, ")


def test_the_example_of_shapes_of_ones_own(
    run: Run, repo_root: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    page = (repo_root / "docs" / "explanation" / "slices.md").read_text(encoding="utf-8")
    (shapes,) = blocks(page, "turtle")
    (command,) = re.findall(r"`tenure (validate --at [^`]* vacant\.ttl)`", page)
    (tmp_path / "vacant.ttl").write_text(shapes, encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    result = run(*shlex.split(command))
    assert result.exit_code == 1
    # How many triples there are changes with the facts.
    assert result.stdout.splitlines()[:-1] == blocks(page, "text")[1].splitlines()


def test_every_rule_is_in_the_table(repo_root: Path) -> None:
    page = (repo_root / "docs" / "explanation" / "slices.md").read_text(encoding="utf-8")
    told = set(re.findall(r"^\| `(\w+)`", page, re.MULTILINE))
    assert told == set(SnapshotShapes().house.messages())


@pytest.mark.parametrize(
    ("words", "told"),
    [
        ((), "There is nothing to check."),
        (("facts", "--possible"), "--possible can only be used with days"),
        (("facts", "--shapes", "own.ttl"), "own.ttl: There is no such file"),
        (("--at", "1921", "--baseline", "known.json"), "--baseline can only be used with files"),
        (("facts", "--at", "1921", "--facts", "other"), "those of the files named or those of"),
        (("--at", "2020-02-30"), "2020-02-30"),
        (("--at", "event/nothing-of-the-kind"), "event/nothing-of-the-kind"),
        (("--at", "any"), "any is no day"),
        (("--at", "2020-01-02", "--shapes", "/no/such.ttl"), "/no/such.ttl: There is no such file"),
    ],
)
def test_what_cannot_be_asked(run: Run, words: tuple[str, ...], told: str) -> None:
    result = run("validate", *words)
    assert result.exit_code == 2
    assert told in result.output
    assert result.output.startswith("error: ")
