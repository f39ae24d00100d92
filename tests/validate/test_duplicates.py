"""Entities that may be one are suggested, and no more than suggested."""

from __future__ import annotations

from pathlib import Path

import pytest

from tenure.validate import Severity, validate_paths

HEAD = """@prefix id: <https://w3id.org/tenure/id/> .
@prefix owl: <http://www.w3.org/2002/07/owl#> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
@prefix skos: <http://www.w3.org/2004/02/skos/core#> .
@prefix tn: <https://w3id.org/tenure/ontology#> .
<https://w3id.org/tenure/id/person/a> a tn:Person ; rdfs:label "José  Díaz"@en .
"""
OTHER = '<https://w3id.org/tenure/id/person/b> a tn:Person ; rdfs:label "jose diaz"@en .\n'
APART = (
    "<https://w3id.org/tenure/id/person/a> "
    "owl:differentFrom <https://w3id.org/tenure/id/person/b> .\n"
)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (OTHER, 1),
        (OTHER.replace("jose diaz", "jose dias"), 0),
        (OTHER.replace("rdfs:label", 'rdfs:label "Joe"@en ; skos:altLabel'), 1),
        (OTHER.replace("tn:Person", "tn:Organization"), 0),
        (OTHER + APART, 0),
    ],
)
def test_the_same_name_and_kind(tmp_path: Path, text: str, expected: int) -> None:
    file = tmp_path / "people.ttl"
    file.write_text(HEAD + text, encoding="utf-8")
    report = validate_paths([file])
    found = [one for one in report.findings if one.rule == "DuplicateEntity"]
    assert len(found) == expected
    assert all(one.severity is Severity.INFO for one in found)
    assert report.conforms


def test_only_what_is_under_check_is_told_of(tmp_path: Path) -> None:
    (tmp_path / "entities.ttl").write_text(HEAD + OTHER, encoding="utf-8")
    third = OTHER.replace("person/b", "person/c")
    file = tmp_path / "new.ttl"
    file.write_text(HEAD.rpartition("<https")[0] + third, encoding="utf-8")
    (finding,) = validate_paths([file]).findings
    assert (finding.file, finding.focus) == (str(file), "https://w3id.org/tenure/id/person/c")
