"""Entities with one name are one suggestion, however the name is typed."""

from __future__ import annotations

from pathlib import Path

from tests.cases.conftest import Run, RunCase


def test_the_case(run_case: RunCase) -> None:
    outcome = run_case("18-duplicate-apostrophe")
    assert outcome.rc == 0
    assert outcome.stdout.count("(DuplicateEntity)") == 2
    for name in ("b1", "b2", "b3"):
        assert f"person/{name}" in outcome.stdout or f"person:{name}" in outcome.stdout


NAMES = """
@prefix person: <https://w3id.org/tenure/id/person/> .
@prefix tn: <https://w3id.org/tenure/ontology#> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
person:a1 a tn:Person ; rdfs:label "\u0642\u0627\u0633\u0645 \u0631\u062d\u06cc\u0645\u06cc"@fa .
person:a2 a tn:Person ; rdfs:label "\u0642\u0627\u0633\u0645 \u0631\u062d\u064a\u0645\u064a"@ar .
person:c1 a tn:Person ; rdfs:label "Mar\u00eda-Jos\u00e9"@es .
person:c2 a tn:Person ; rdfs:label "Mari\u0301a\u2011Jose\u0301"@es .
person:d1 a tn:Person ; rdfs:label "\u304c\u3044"@ja .
person:d2 a tn:Person ; rdfs:label "\u304b\u3044"@ja .
"""


def test_of_this_kind(run: Run, tmp_path: Path) -> None:
    (tmp_path / "n.ttl").write_text(NAMES)
    outcome = run("tenure validate n.ttl")
    assert outcome.rc == 0
    assert outcome.stdout.count("(DuplicateEntity)") == 2
    assert "/d1" not in outcome.stdout
