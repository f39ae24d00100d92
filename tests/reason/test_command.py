from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from tenure.cli import build_app

PREFIXES = """
@prefix : <http://example.org/> .
@prefix owl: <http://www.w3.org/2002/07/owl#> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
:ontology a owl:Ontology .
:A a owl:Class . :B a owl:Class ; owl:disjointWith :A .
"""


def run(*words: object) -> Result:
    return CliRunner().invoke(build_app(), ["reason", *map(str, words)], prog_name="tenure")


@pytest.fixture
def java() -> None:
    if shutil.which("java") is None:
        pytest.skip("there is no Java on this machine (on Debian: apt-get install default-jre)")


def ontology(folder: Path, turtle: str) -> Path:
    folder.mkdir(exist_ok=True)
    (folder / "ontology.ttl").write_text(PREFIXES + turtle, encoding="utf-8")
    return folder


@pytest.mark.usefixtures("java")
def test_what_is_consistent_is_exit_code_0(tmp_path: Path) -> None:
    (facts := tmp_path / "facts.ttl").write_text(
        "<http://example.org/x> a <http://example.org/A> ."
    )
    result = run(facts, "--ontology", ontology(tmp_path / "o", ""))
    assert result.exit_code == 0, result.output
    assert result.output.splitlines()[-1].startswith("consistent (")


@pytest.mark.usefixtures("java")
def test_an_inconsistency_is_exit_code_1(tmp_path: Path) -> None:
    result = run("--ontology", ontology(tmp_path, ":x a :A , :B ."))
    assert result.exit_code == 1
    assert "inconsistent: no world fits all that is stated" in result.output
    assert "clash 1: no world fits them all, for these cannot all hold:\n" in result.output
    file = tmp_path / "ontology.ttl"
    assert f"    {file}:7: x type A\n    {file}:7: x type B\n" in result.output
    told = run("--ontology", tmp_path, "--format", "json")
    assert told.exit_code == 1
    report = json.loads(told.output)
    assert report["consistent"] is False
    assert report["clashes"][0]["axioms"][0] == {
        "axiom": "A disjointWith B",
        "where": f"{file}:6",
    }


@pytest.mark.usefixtures("java")
def test_what_can_have_no_member_and_what_follows_is_told(tmp_path: Path) -> None:
    turtle = (
        ":C a owl:Class ; rdfs:subClassOf :A , :B ."
        ":D a owl:Class ; owl:equivalentClass [ a owl:Class ; owl:unionOf ( :A :B ) ] ."
    )
    result = run("--ontology", ontology(tmp_path, turtle))
    assert result.exit_code == 1
    assert "can have no member: http://example.org/C" in result.output
    assert "consistent, but not all that is named can have members (" in result.output
    assert "follows: http://example.org/A is a kind of http://example.org/D" in result.output


def test_without_java_it_says_so_and_is_content(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    result = run()
    assert result.exit_code == 0
    assert "not reasoned: There is no Java on this machine." in result.output


def test_an_ontology_in_one_file_and_a_short_time_will_do(tmp_path: Path) -> None:
    file = ontology(tmp_path, "") / "ontology.ttl"
    result = run("--ontology", file, "--seconds", "0.1")
    assert result.exit_code == 0, result.output
    assert "not reasoned: " in result.output


def test_wrong_use_is_exit_code_2(tmp_path: Path) -> None:
    assert run("--format", "table").exit_code == 2
    nowhere = run("--ontology", tmp_path)
    assert nowhere.exit_code == 2
    assert "There is no ontology here." in nowhere.output
