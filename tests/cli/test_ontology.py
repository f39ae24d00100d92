from __future__ import annotations

import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tenure.resources import data_dir

Run = Callable[..., Any]

BROKEN = data_dir("ontology") / "quality" / "broken"


def test_our_ontology_is_well_made(run: Run) -> None:
    result = run("ontology", "check", "--severity", "note")
    assert result.exit_code == 0, result.output
    assert re.fullmatch(r"\d+ rules checked, findings: 0\n", result.stdout)


@pytest.mark.parametrize(
    "imported", ["https://w3id.org/tenure/ontology", "https://w3id.org/tenure/ontology/situations"]
)
def test_what_an_ontology_imports_of_tenure_is_declared(
    run: Run, tmp_path: Path, imported: str
) -> None:
    file = tmp_path / "terms.ttl"
    terms = f"""
        @prefix owl: <http://www.w3.org/2002/07/owl#> . @prefix own: <https://example.org/own#> .
        @prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
        @prefix tn: <https://w3id.org/tenure/ontology#> .
        <https://example.org/own> a owl:Ontology ; owl:imports <{imported}> .
        own:Chairmanship a owl:Class ; rdfs:subClassOf tn:Situation , tn:Tenur .
    """
    file.write_text(terms, encoding="utf-8")
    told = run("ontology", "check", str(file)).stdout
    assert "It uses tn:Tenur as a class, and nothing says that it is one." in told
    assert "tn:Situation" not in told
    file.write_text(terms.replace(f"owl:imports <{imported}>", ""), encoding="utf-8")
    assert "tn:Situation" in run("ontology", "check", str(file)).stdout


def test_a_breach_is_exit_code_1_from_its_severity_on(run: Run) -> None:
    file = str(BROKEN / "no-domain-or-range.ttl")
    assert run("ontology", "check", file).exit_code == 0
    result = run("ontology", "check", file, "--severity", "note")
    assert result.exit_code == 1
    assert f"{file}:" in result.stdout
    assert "note: https://example.org/quality#floats: " in result.stdout
    assert "[no-domain-or-range]" in result.stdout


def test_findings_come_as_json_too(run: Run) -> None:
    result = run("ontology", "check", str(BROKEN / "no-label.ttl"), "--format", "json")
    assert result.exit_code == 1
    told = json.loads(result.stdout)
    assert told["rules"] > 50
    assert [one["rule"] for one in told["findings"] if one["severity"] == "error"] == ["no-label"]


def test_own_rules_are_asked_instead(run: Run, tmp_path: Path) -> None:
    (tmp_path / "any-class.rq").write_text(
        "# title: There is a class\n# severity: error\n# message: It is there.\n"
        "# remedy: Remove it.\n"
        "SELECT ?focus { ?focus a <http://www.w3.org/2002/07/owl#Class> }\n",
        encoding="utf-8",
    )
    result = run("ontology", "check", str(BROKEN / "no-label.ttl"), "--rules", str(tmp_path))
    assert result.exit_code == 1
    assert "1 rules checked, findings: 2" in result.stdout


def test_wrong_use_of_the_check_is_exit_code_2(run: Run, tmp_path: Path) -> None:
    assert run("ontology", "check", str(tmp_path)).exit_code == 2
    assert run("ontology", "check", "--severity", "grave").exit_code == 2
    assert run("ontology", "check", "--format", "csv").exit_code == 2


def test_the_reference_is_written(run: Run, tmp_path: Path) -> None:
    result = run("reference", str(tmp_path / "pages"))
    assert result.exit_code == 0, result.output
    written = [line.removeprefix("written: ") for line in result.stdout.splitlines()]
    assert {Path(one).name for one in written} == {
        "index.html",
        "vocabulary.html",
        "questions.html",
        "reference.css",
    }
    page = (tmp_path / "pages" / "index.html").read_text(encoding="utf-8")
    assert "questions of the catalogue that ask about it" in page
    assert "rules that data must keep" in page
