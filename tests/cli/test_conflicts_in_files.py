"""``tenure validate PATH… --conflicts``: in every format, and with what leaves findings out."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

import pytest
from pyoxigraph import NamedNode, RdfFormat, parse
from tests.knowledge.test_conflicting import dated, folder_of, source

from tenure.validate.finding import SHAPES

Run = Callable[..., Any]

A, B = "https://w3id.org/tenure/claim/a/1", "https://w3id.org/tenure/claim/b/1"


@pytest.fixture
def facts(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Two sources that disagree about a day; the check runs beside their folder."""
    documents = {
        "a": source("a", [dated("fire", "2021-03-01")]),
        "b": source("b", [dated("fire", "2021-04-01")]),
    }
    folder_of(tmp_path / "facts", documents)
    monkeypatch.chdir(tmp_path)
    return Path("facts")


def test_people_see_the_line_the_mark_and_the_other_side(run: Run, facts: Path) -> None:
    result = run("validate", facts, "--conflicts")
    assert result.exit_code == 0
    lines = result.stdout.splitlines()
    assert lines[0].startswith("warning: facts/a.trig:5:")
    assert "claim/a/1 contradicts claim/b/1. On Fire in the harbour: " in lines[0]
    assert "puts it on 1 March 2021" in lines[0]
    assert lines[0].endswith("(TimeConflict)")
    mark = lines[2]
    assert lines[1][mark.index("^") : mark.rindex("^") + 1] == '"2021-03-01"'
    assert lines[3].startswith("  and: facts/b.trig:5:")
    assert lines[3].endswith(": claim/b/1: It was so.")
    assert lines[5] == "  see: https://w3id.org/tenure/ontology#Conflict"
    assert lines[-1].endswith(", 2 claims, 1 conflict)")
    assert run("validate", facts).stdout.startswith("no findings")


def test_programs_see_it_too(run: Run, facts: Path) -> None:
    def told(form: str) -> str:
        result = run("validate", facts, "--conflicts", "--format", form)
        assert result.exit_code == 0
        return str(result.stdout)

    plain = json.loads(told("json"))
    assert (plain["conforms"], plain["checked"]["conflicts"]) == (True, 1)
    first, second = plain["findings"]
    assert (first["focus"], first["rule"], first["severity"]) == (A, "TimeConflict", "warning")
    (other,) = first["related"]
    assert [other[key] for key in ("file", "line", "column")] == [
        second[key] for key in ("file", "line", "column")
    ]
    results = json.loads(told("sarif"))["runs"][0]["results"]
    assert [one["level"] for one in results] == ["warning", "warning"]
    (related,) = results[0]["relatedLocations"]
    assert related["physicalLocation"]["artifactLocation"]["uri"] == "facts/b.trig"
    assert related["physicalLocation"]["region"]["startLine"] == 5
    assert related["message"]["text"] == "claim/b/1: It was so."
    cases = ET.fromstring(told("junit")).findall(".//testcase")  # noqa: S314 - ours
    assert [one.get("name") for one in cases] == [
        "all rules",
        f"TimeConflict {A}",
        f"TimeConflict {B}",
    ]
    assert "facts/b.trig:5:" in (cases[1].findtext("system-out") or "")
    annotation = told("github").splitlines()[0]
    assert annotation.startswith("::warning file=facts/a.trig,line=5,col=")
    assert "%0Afacts/b.trig:5:" in annotation
    triples = list(parse(told("ttl").encode(), RdfFormat.TURTLE))
    assert {t.object for t in triples if t.predicate == NamedNode(SHAPES + "node")} == {
        NamedNode(A),
        NamedNode(B),
    }


@pytest.mark.parametrize(("least", "code"), [("violation", 0), ("warning", 1), ("info", 1)])
def test_they_count_where_warnings_do(run: Run, facts: Path, least: str, code: int) -> None:
    assert run("validate", facts, "--conflicts", "--fail-on", least).exit_code == code


def test_a_baseline_accepts_them(run: Run, facts: Path) -> None:
    words = ("validate", facts, "--conflicts", "--fail-on", "info")
    assert run(*words, "--write-baseline", "known.json").exit_code == 0
    result = run(*words, "--baseline", "known.json")
    assert result.exit_code == 0
    assert "2 accepted findings are left out" in result.stdout
    text = source("b", [dated("fire", "2021-05-01")])
    (facts / "b.trig").write_text(text, encoding="utf-8")
    result = run(*words, "--baseline", "known.json")
    assert result.exit_code == 1
    assert "puts it on 1 May 2021" in result.stdout


def test_only_those_of_what_changed_are_told(run: Run, facts: Path) -> None:
    def git(*words: str) -> None:
        who = ("-c", "user.name=A", "-c", "user.email=a@example.org", "-c", "commit.gpgsign=false")
        subprocess.run(["git", *who, *words], check=True, capture_output=True)

    later = (facts / "b.trig").read_bytes()
    (facts / "b.trig").write_text(source("b", [dated("fire", "2021-03-01")]), encoding="utf-8")
    git("init", "--quiet", ".")
    git("add", ".")
    git("commit", "--quiet", "-m", "Two that agree")
    words = ("validate", facts, "--conflicts", "--changed-since", "HEAD", "--fail-on", "warning")
    assert run(*words).exit_code == 0
    (facts / "b.trig").write_bytes(later)
    result = run(*words, "--format", "json")
    assert result.exit_code == 1
    (found,) = json.loads(result.stdout)["findings"]
    assert found["focus"] == B
    assert [one["focus"] for one in found["related"]] == [A]


def test_a_policy_settles_them(run: Run, facts: Path) -> None:
    result = run(
        "validate", facts, "--conflicts", "--policy", "resolve=named:b", "--format", "json"
    )
    found = json.loads(result.stdout)["findings"]
    assert {one["severity"] for one in found} == {"info"}
    assert found[0]["message"].endswith("It is settled by named: claim/a/1 gives way.")
    early = ("--known-at", "2026-11-23T12:00:00Z")
    assert "1 conflict)" in run("validate", facts, "--conflicts", *early).stdout


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (("--conflicts",), "--conflicts can only be used with files"),
        (("facts", "--conflicts", "--at", "2020-01-01"), "Conflicts are told of files"),
        (("facts", "--policy", "majority"), "--policy can only be used with days or --conflicts"),
        (("facts", "--possible"), "--possible can only be used with days."),
        (("facts", "--conflicts", "--policy", "modalities=x"), "modalities"),
    ],
)
@pytest.mark.usefixtures("facts")
def test_wrong_use(run: Run, words: tuple[str, ...], told: str) -> None:
    result = run("validate", *words)
    assert result.exit_code == 2
    assert told in result.stderr or "There is nothing to check." in result.stderr
