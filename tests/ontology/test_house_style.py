"""The ontology reads as if one author had written it, and its shapes and examples are in order."""

from __future__ import annotations

from pathlib import Path

import pytest
from pyoxigraph import RdfFormat, parse

from tenure.namespaces import TN_PREFIX, TNV_PREFIX
from tenure.validate import validate_paths

ONTOLOGY = Path(__file__).resolve().parents[2] / "ontology"
FILES = sorted(ONTOLOGY.glob("*.ttl"))


def test_the_ontology_keeps_the_house_style() -> None:
    report = validate_paths([ONTOLOGY])
    assert [str(one) for one in report.findings] == []
    assert report.checked["files"] > len(FILES)


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.name)
def test_a_single_file_of_the_ontology_keeps_it_too(file: Path) -> None:
    assert [str(one) for one in validate_paths([file]).findings] == []


def test_a_changed_copy_is_judged_instead_of_the_file_that_it_replaces(tmp_path: Path) -> None:
    text = (ONTOLOGY / "vocabularies.ttl").read_text(encoding="utf-8")
    copy = tmp_path / "vocabularies.ttl"
    copy.write_text(text.replace('"opposes"@en', '"is against"@en'), encoding="utf-8")
    assert [str(one) for one in validate_paths([copy]).findings] == []
    copy.write_text(text.replace('skos:prefLabel "opposes"@en ;', ""), encoding="utf-8")
    findings = validate_paths([copy]).findings
    assert [one.rule for one in findings] == ["TermLabel"]
    assert findings[0].focus == TNV_PREFIX + "Opposes"


def test_every_shape_has_a_name_of_the_shapes_namespace() -> None:
    for file in sorted((ONTOLOGY / "shapes").glob("*.ttl")):
        for quad in parse(path=str(file), format=RdfFormat.TURTLE):
            if quad.predicate.value == "http://www.w3.org/ns/shacl#message":
                assert str(quad.subject).startswith("<https://w3id.org/tenure/shapes#"), str(quad)


def test_shapes_name_no_term_that_the_ontology_lacks() -> None:
    declared = {
        str(quad.subject)
        for file in FILES
        for quad in parse(path=str(file), format=RdfFormat.TURTLE)
    }
    used = {
        str(node)
        for file in sorted((ONTOLOGY / "shapes").glob("*.ttl"))
        for quad in parse(path=str(file), format=RdfFormat.TURTLE)
        for node in (quad.predicate, quad.object)
        if str(node).startswith((f"<{TN_PREFIX}", f"<{TNV_PREFIX}"))
    }
    assert used
    assert used - declared == set()
