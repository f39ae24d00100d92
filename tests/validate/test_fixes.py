"""Findings that one thing puts right, and files that are put right; what is new since a run."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from tenure.cli import build_app
from tenure.resources import OwnTerms
from tenure.validate import Finding, fixed_files, validate_paths, write_fixed

SAFE = {
    "all-holders-as-text": '"1900/1920"^^edtf:EDTF',
    "date-as-text": '"1912"^^edtf:EDTF',
    "date-as-xsd-date": '"1921-05-03"^^edtf:EDTF',
    "passage-digest-in-capitals": (
        '"440ce80f59034fc69aca95b53f2d06d7529a704a5d0d16a33f9eccfd612093dd"'
    ),
    "record-locator-as-number": '"17"',
}
UNSAFE = {
    "date-day-first": '"1921-05-04"^^edtf:EDTF',
    "date-in-words": '"1921-21"^^edtf:EDTF',
    "entity-label-without-language": '"Cy Dunn"@en',
    "misspelt-property": "tn:holder",
}
NONE = ("claim-hedged-in-words", "date-that-does-not-exist", "quantity-out-of-words", "no-days")
OWN_TERMS = """@prefix dcterms: <http://purl.org/dc/terms/> .
@prefix owl: <http://www.w3.org/2002/07/owl#> .
@prefix own: <https://lowmoor.example/terms#> .
@prefix rdf: <http://www.w3.org/1999/02/22-rdf-syntax-ns#> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
@prefix tn: <https://w3id.org/tenure/ontology#> .
own:ward a owl:DatatypeProperty ; rdfs:label "ward"@en ; rdfs:domain tn:Tenure ;
    rdfs:range rdf:PlainLiteral .
own:oldWard a owl:DatatypeProperty ; rdfs:label "ward"@en ; rdfs:domain tn:Tenure ;
    rdfs:range rdf:PlainLiteral ; owl:deprecated true ; dcterms:isReplacedBy own:ward .
"""
FACT = """@prefix tn: <https://w3id.org/tenure/ontology#> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
<https://w3id.org/tenure/id/office/a> a tn:Office ;
    rdfs:label "A"@en ;
    tn:seats "2" .
"""


@pytest.fixture
def broken(repo_root: Path, tmp_path: Path) -> Callable[[str], Path]:
    """A copy of an example that breaks a rule on purpose, beside the entities that it names."""
    examples = repo_root / "ontology" / "examples"
    shutil.copyfile(examples / "entities.ttl", tmp_path / "entities.ttl")

    def copy(name: str) -> Path:
        return Path(shutil.copyfile(examples / "invalid" / f"{name}.trig", tmp_path / "a.trig"))

    return copy


def run(*words: object) -> Result:
    return CliRunner().invoke(build_app(), list(map(str, words)), env={"COLUMNS": "200"})


def fixable(path: Path) -> list[Finding]:
    return [one for one in validate_paths([path]).findings if one.fix is not None]


@pytest.mark.parametrize(("name", "text"), [*SAFE.items(), *UNSAFE.items()])
def test_one_thing_puts_it_right(broken: Callable[[str], Path], name: str, text: str) -> None:
    path = broken(name)
    (one,) = fixable(path)
    assert one.fix is not None
    assert (one.fix.text, one.fix.safe) == (text, name in SAFE)
    assert bool(fixed_files([one])) is one.fix.safe
    (file,) = fixed_files([one], unsafe=True)
    assert (file.count, list(write_fixed([file]))) == (1, [path])
    assert one.rule not in {left.rule for left in validate_paths([path]).findings}


@pytest.mark.parametrize("name", NONE)
def test_what_nobody_can_know_has_no_fix(broken: Callable[[str], Path], name: str) -> None:
    assert fixable(broken(name)) == []


def test_each_example_that_is_put_right_breaks_fewer_rules(repo_root: Path, tmp_path: Path) -> None:
    """Of all examples at once: nothing new is broken by any fix, safe or not."""
    shutil.copytree(repo_root / "ontology" / "examples" / "invalid", tmp_path / "all")
    shutil.copyfile(repo_root / "ontology" / "examples" / "entities.ttl", tmp_path / "entities.ttl")
    named = set(SAFE) | set(UNSAFE)
    for path in (tmp_path / "all").iterdir():
        if path.stem not in named:
            path.unlink()
    before = validate_paths([tmp_path / "all"])
    written = list(write_fixed(fixed_files(before.findings, unsafe=True)))
    assert len(written) == len(named)
    after = validate_paths([tmp_path / "all"])
    assert {(one.file, one.rule) for one in after.findings} < {
        (one.file, one.rule) for one in before.findings
    }


@pytest.mark.parametrize(
    ("rule", "place", "written", "after"),
    [
        ("WebAddressForm", "ftp://example.org", "www.example.org", '"https://www.example.org/page'),
        ("DateSentinel", "tn:holder", 'tn:end "9999-12-31"^^edtf:EDTF ;\n        tn:holder', ""),
        (
            "ComputedNotWritten",
            "tn:holder",
            'tn:startEarliest "1920-01-01"^^xsd:date ;\n        tn:holder',
            "",
        ),
    ],
)
def test_what_is_likely_meant_is_unsafe(
    broken: Callable[[str], Path], rule: str, place: str, written: str, after: str
) -> None:
    path = broken("web-address-without-host")
    text = path.read_text(encoding="utf-8").replace(place, written, 1)
    path.write_text(text.replace("ftp://", "https://"), encoding="utf-8")
    (one,) = (one for one in fixable(path) if one.rule == rule)
    assert one.fix is not None
    assert one.fix.text.startswith(after)
    assert not one.fix.safe
    assert fixed_files([one]) == []
    list(write_fixed(fixed_files([one], unsafe=True)))
    assert rule not in {left.rule for left in validate_paths([path]).findings}


@pytest.mark.parametrize("prefix", ["@prefix own: <https://lowmoor.example/terms#> .\n", ""])
def test_a_deprecated_term_of_ones_own_is_replaced(
    broken: Callable[[str], Path], tmp_path: Path, prefix: str
) -> None:
    terms = tmp_path / "terms"
    terms.mkdir()
    (terms / "own.ttl").write_text(OWN_TERMS, encoding="utf-8")
    path = broken("web-address-without-host")
    text = path.read_text(encoding="utf-8").replace("ftp://", "https://")
    old = "own:oldWard" if prefix else "<https://lowmoor.example/terms#oldWard>"
    text = prefix + text.replace("tn:holder", f'{old} "Ward"@en ;\n        tn:holder', 1)
    path.write_text(text, encoding="utf-8")
    own = OwnTerms(terms)
    (one,) = (o for o in validate_paths([path], terms=own).findings if o.rule == "DeprecatedTerm")
    assert one.fix is not None
    assert one.fix.safe
    list(write_fixed(fixed_files([one])))
    assert path.read_text(encoding="utf-8") == text.replace("oldWard", "ward")
    assert "DeprecatedTerm" not in {o.rule for o in validate_paths([path], terms=own).findings}


def test_a_file_without_the_prefix_gets_the_whole_name(tmp_path: Path) -> None:
    path = tmp_path / "a.ttl"
    path.write_text(FACT, encoding="utf-8")
    (one,) = (one for one in fixable(path) if one.rule == "ValueDatatype")
    assert one.fix is not None
    assert (one.fix.old, one.fix.text) == ('"2"', "2")
    path.write_text(FACT.replace('tn:seats "2"', 'tn:foundedOn "1990"'), encoding="utf-8")
    found = [one.fix.text for one in fixable(path) if one.fix is not None]
    assert all("<http://id.loc.gov/datatypes/edtf/EDTF>" in text for text in found)


def test_a_file_that_was_changed_meanwhile_stays(tmp_path: Path) -> None:
    path = tmp_path / "a.ttl"
    path.write_text(FACT, encoding="utf-8")
    findings = validate_paths([path]).findings
    path.write_text(FACT.replace('"2"', '"3"'), encoding="utf-8")
    assert fixed_files(findings) == []


def test_the_difference_is_shown_first_and_then_written(tmp_path: Path) -> None:
    path = tmp_path / "a.ttl"
    path.write_text(FACT, encoding="utf-8")
    shown = run("validate", path, "--diff")
    assert shown.exit_code == 1
    assert '-    tn:seats "2" .\n+    tn:seats 2 .\n' in shown.stdout
    assert path.read_text(encoding="utf-8") == FACT
    done = run("validate", path, "--fix")
    assert "+    tn:seats 2 .\n" in done.stdout
    assert f"written: {path}" in done.stderr
    assert "ValueDatatype" not in done.stdout
    assert "tn:seats 2 ." in path.read_text(encoding="utf-8")
    assert run("validate", path, "--diff").exit_code == 0
    assert run("validate", path, "--unsafe-fixes").exit_code == 2


def test_fixes_in_sarif_and_json(tmp_path: Path) -> None:
    path = tmp_path / "a.ttl"
    path.write_text(FACT, encoding="utf-8")
    log = json.loads(run("validate", path, "--format", "sarif").stdout)
    fixes = [one["fixes"] for one in log["runs"][0]["results"] if "fixes" in one]
    ((fix,),) = fixes
    assert fix["properties"] == {"safe": True}
    (change,) = fix["artifactChanges"]
    assert change["replacements"][0]["insertedContent"] == {"text": "2"}
    told = json.loads(run("validate", path, "--format", "json").stdout)["findings"]
    assert [one["fix"]["safe"] for one in told if "fix" in one] == [True]


def test_findings_by_rule_and_file_with_what_is_new(tmp_path: Path) -> None:
    path, last = tmp_path / "a.ttl", tmp_path / "last.json"
    path.write_text(FACT, encoding="utf-8")
    words = ("validate", path, "--group", "--last", last, "--format", "json")
    first = json.loads(run(*words).stdout)
    assert first["new"] is None
    path.write_text(FACT.replace('"A"@en', '"A"'), encoding="utf-8")
    second = run(*words)
    assert "since the last run: 1 new, 0 gone" in second.stderr
    groups = {one["rule"]: one for one in json.loads(second.stdout)["groups"]}
    (language, datatype) = (groups[one] for one in ("EntityLabelLanguage", "ValueDatatype"))
    assert (language["new"], language["unsafeFixes"]) == (1, 1)
    assert (datatype["new"], datatype["safeFixes"]) == (0, 1)
    assert "EntityLabelLanguage" in run("validate", path, "--group").stdout
