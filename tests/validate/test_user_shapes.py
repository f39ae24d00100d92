"""Shapes of a user's own over facts: where findings point, and which shapes are refused."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tenure.errors import BadInput, BadRdf, NotFound, Refused, TenureError
from tenure.validate import Severity, UserShapes, validate_paths

HEAD = """@prefix ex: <https://example.org/shapes#> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
@prefix sh: <http://www.w3.org/ns/shacl#> .
@prefix tn: <https://w3id.org/tenure/ontology#> .
@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
"""
SHORT = """ex:Short a sh:NodeShape ; sh:targetClass tn:Person ; sh:property ex:ShortName .
ex:ShortName sh:path rdfs:label ; sh:maxLength 5 ; sh:severity sh:Info ;
    sh:message "A name is long. Shorten it." .
"""
FETCHING = """ex:S a sh:NodeShape ; sh:targetClass tn:Person ; sh:sparql [ sh:message "No." ;
    sh:select "SELECT $this WHERE { SERVICE <http://x.invalid/> { $this ?p ?o } }" ] .
"""
FACTS = """@prefix tn: <https://w3id.org/tenure/ontology#> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .

<https://w3id.org/tenure/id/person/ada> a tn:Person ;
    rdfs:label "Ada Lovelace"@en .
"""


def own(folder: Path, text: str) -> UserShapes:
    file = folder / "own.ttl"
    file.write_text(HEAD + text, encoding="utf-8")
    return UserShapes([file])


def test_a_finding_points_at_the_value(tmp_path: Path) -> None:
    facts = tmp_path / "facts.ttl"
    facts.write_text(FACTS, encoding="utf-8")
    report = validate_paths([facts], shapes=own(tmp_path, SHORT))
    (finding,) = report.findings
    assert (finding.line, finding.column) == (5, 16)
    assert finding.rule == "https://example.org/shapes#ShortName"
    assert (finding.severity, finding.message) == (Severity.INFO, "A name is long.")
    assert report.conforms
    assert report.fails(Severity.INFO)
    assert "<https://example.org/shapes#ShortName>" in report.to_shacl_turtle()


@pytest.mark.parametrize(
    ("text", "error", "message"),
    [
        ("ex:a ex:b", BadRdf, "own.ttl:6.*do not parse"),
        ("ex:a a sh:NodeShape .", BadInput, "no shape with a target"),
        (
            SHORT.replace("sh:maxLength 5", 'sh:maxLength "five"'),
            BadRdf,
            "own.ttl:7.*wrong themselves",
        ),
        (SHORT.replace("sh:path rdfs:label", 'sh:path "label"'), BadRdf, "wrong themselves"),
        (
            SHORT.replace("sh:maxLength", "sh:maxLenght"),
            BadRdf,
            "own.ttl:7.*sh:maxLenght.*maxLength",
        ),
        (SHORT + "ex:Short sh:node ex:Other . ex:Other sh:node ex:Short .", BadRdf, "recursive"),
        (SHORT + "ex:Short sh:node ex:Short .", BadRdf, "recursive"),
        (SHORT + "ex:Short sh:not [ sh:or ( [ sh:node ex:Short ] ) ] .", BadRdf, "recursive"),
        (FETCHING, Refused, "uses SERVICE"),
    ],
)
def test_shapes_that_are_wrong_are_refused(
    tmp_path: Path, text: str, error: type[TenureError], message: str
) -> None:
    with pytest.raises(error) as caught:
        own(tmp_path, text)
    assert re.search(message, str(caught.value), re.DOTALL)
    assert caught.value.remedy
    assert "own.ttl" in str(caught.value)


def test_shapes_that_are_not_there(tmp_path: Path) -> None:
    with pytest.raises(NotFound):
        UserShapes([tmp_path / "none.ttl"])
