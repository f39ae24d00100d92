"""What goes in: files, folders, bodies, good and bad; what comes out: findings with a place."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from pyoxigraph import RdfFormat, parse

from tenure.errors import BadParameter, BadRdf, NotFound
from tenure.validate import Severity, validate_paths, validate_text
from tenure.validate.shapes import Shapes

EXAMPLES = Path(__file__).resolve().parents[2] / "ontology" / "examples"
MISSPELT = EXAMPLES / "invalid" / "misspelt-property.trig"
DEATH = EXAMPLES / "death-in-office.trig"


def test_the_facts_pass_the_gate(repo_root: Path) -> None:
    report = validate_paths([repo_root / "kb" / "facts"])
    assert [str(one) for one in report.findings] == []
    assert report.checked["claims"] > 0


def test_malformed_turtle_is_a_finding_with_its_line(tmp_path: Path) -> None:
    file = tmp_path / "broken.ttl"
    file.write_text("@prefix a: <http://example.org/> .\n\na:b a:c .\n", encoding="utf-8")
    (finding,) = validate_paths([file]).findings
    assert (finding.file, finding.line, finding.rule) == (str(file), 3, "Syntax")
    assert "cannot be read as ttl" in finding.message
    assert finding.remedy


def test_one_broken_file_does_not_hide_what_the_others_break(tmp_path: Path) -> None:
    (tmp_path / "entities.ttl").write_bytes((EXAMPLES / "entities.ttl").read_bytes())
    (tmp_path / "broken.trig").write_text("claim:1 {", encoding="utf-8")
    (tmp_path / "misspelt.trig").write_bytes(MISSPELT.read_bytes())
    report = validate_paths([tmp_path])
    assert sorted(one.rule for one in report.findings) == ["Syntax", "UnknownTerm"]
    assert report.checked["files"] == 2


@pytest.mark.parametrize("data", [b"\x00\x01\x02", b"\xff\xfe\x00tn", bytes(range(256))])
def test_a_binary_file_is_a_finding(tmp_path: Path, data: bytes) -> None:
    file = tmp_path / "picture.ttl"
    file.write_bytes(data)
    (finding,) = validate_paths([file]).findings
    assert finding.rule == "Syntax"
    assert finding.file == str(file)


def test_an_empty_file_is_a_warning_and_alone_a_fault(tmp_path: Path) -> None:
    file = tmp_path / "empty.trig"
    file.touch()
    report = validate_paths([file])
    assert [one.rule for one in report.findings] == ["EmptyFile", "NothingChecked"]
    assert report.is_incomplete
    report = validate_paths([file, EXAMPLES / "entities.ttl"])
    assert [(one.rule, one.file) for one in report.findings] == [("EmptyFile", str(file))]
    assert report.conforms
    assert not report.is_incomplete


def test_other_files_in_a_folder_are_left_out_with_a_note(tmp_path: Path) -> None:
    (tmp_path / "inner").mkdir()
    (tmp_path / "inner" / "entities.ttl").write_bytes((EXAMPLES / "entities.ttl").read_bytes())
    (tmp_path / "readme.md").write_text("words", encoding="utf-8")
    (tmp_path / ".hidden.ttl").write_text("no RDF", encoding="utf-8")
    report = validate_paths([tmp_path])
    assert report.conforms
    assert report.checked["files"] == 1
    assert report.notes == (
        f"{tmp_path / 'readme.md'}: left out, its extension stands for no RDF format.",
    )


def test_a_path_that_does_not_exist_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(NotFound, match="no such file or folder"):
        validate_paths([tmp_path / "nowhere.trig"])


def test_a_file_given_twice_is_checked_once() -> None:
    report = validate_paths([MISSPELT, MISSPELT.parent / ".." / "invalid" / MISSPELT.name])
    assert len(report.findings) == 1
    assert report.checked["files"] == 1


def test_references_resolve_in_the_context_that_is_named(tmp_path: Path) -> None:
    file = tmp_path / "death.trig"
    file.write_bytes(DEATH.read_bytes())
    assert validate_paths([file], context=EXAMPLES / "entities.ttl").conforms
    assert validate_paths([file], context=EXAMPLES).conforms
    empty = tmp_path / "elsewhere.ttl"
    empty.touch()
    rules = {one.rule for one in validate_paths([file], context=empty).findings}
    assert rules == {"DanglingReference"}


def test_faults_of_the_context_are_not_reported(tmp_path: Path) -> None:
    registry = (EXAMPLES / "entities.ttl").read_text(encoding="utf-8")
    faulty = registry.replace("tn:seats 1", "tn:seats 0")
    assert faulty != registry
    (tmp_path / "entities.ttl").write_text(faulty, encoding="utf-8")
    file = tmp_path / "death.trig"
    file.write_bytes(DEATH.read_bytes())
    assert validate_paths([file]).findings == ()
    assert [one.rule for one in validate_paths([tmp_path]).findings] == ["OfficeSeats"]


@pytest.mark.parametrize(
    "decoy",
    [
        "<https://w3id.org/tenure/ontology#New> a <http://www.w3.org/2002/07/owl#Class> .",
        "<https://example.org/o> a <http://www.w3.org/2002/07/owl#Ontology> .",
        "<https://example.org/s> a <http://www.w3.org/ns/shacl#NodeShape> .",
        "<https://example.org/s> <http://www.w3.org/ns/shacl#severity> <https://example.org/x> .",
    ],
)
def test_facts_cannot_pass_for_an_ontology_or_for_shapes(tmp_path: Path, decoy: str) -> None:
    file = tmp_path / "decoy.trig"
    text = (EXAMPLES / "invalid" / "claim-without-evidence.trig").read_text(encoding="utf-8")
    file.write_text(f"{text}\n{decoy}\n", encoding="utf-8")
    report = validate_paths([file], context=EXAMPLES / "entities.ttl")
    assert "ValueMissing" in {one.rule for one in report.findings}


def test_a_finding_about_a_claim_points_into_that_claim() -> None:
    file = EXAMPLES / "invalid" / "situation-kind-not-repeated.trig"
    (finding,) = validate_paths([file]).findings
    lines = file.read_text(encoding="utf-8").splitlines()
    assert finding.line is not None
    assert lines[finding.line - 2] == "claim:2 {"


def test_a_body_is_checked_like_a_file() -> None:
    registry = EXAMPLES / "entities.ttl"
    report = validate_text(MISSPELT.read_bytes(), "application/trig", context=registry)
    (from_body,) = report.findings
    (from_file,) = validate_paths([MISSPELT]).findings
    assert from_body.file == "body"
    assert (from_body.line, from_body.message) == (from_file.line, from_file.message)


@pytest.mark.parametrize(
    ("data", "media_type", "message"),
    [
        (
            b"<http://example.org/a> <http://example.org/b> .",
            "text/turtle",
            "cannot be read as ttl",
        ),
        (b"{", "application/ld+json", "cannot be read as jsonld"),
        (
            b'{"@context": "https://example.org/context", "@id": "https://example.org/a"}',
            "application/ld+json",
            "would have to be fetched; nothing is",
        ),
        (b'<http://e.org/a> <http://e.org/b> "\xff" .', "nt", "not UTF-8 text"),
    ],
)
def test_a_body_that_cannot_be_read_is_a_finding(
    data: bytes, media_type: str, message: str
) -> None:
    (finding,) = validate_text(data, media_type, name="request").findings
    assert message in finding.message
    assert finding.file == "request"


def test_a_media_type_that_is_no_rdf_is_an_error() -> None:
    with pytest.raises(BadParameter):
        validate_text(b"", "image/png")


@pytest.mark.parametrize("value", ["a\\\\1b", "{?this} {0} %s", "$1 \\\\g<0>"])
def test_odd_characters_in_values_reach_the_message_unharmed(value: str) -> None:
    text = (EXAMPLES / "invalid" / "name-in-quotation-marks.trig").read_text(encoding="utf-8")
    body = text.replace('"Ben Carr"', f'"{value}"').encode()
    findings = validate_text(body, "trig", context=EXAMPLES / "entities.ttl").findings
    assert [one.rule for one in findings] == ["ValueIsThing"]
    assert value.replace("\\\\", "\\") in findings[0].message


def test_the_report_as_data_and_as_shacl() -> None:
    report = validate_paths([MISSPELT])
    data = json.loads(json.dumps(report.to_dict()))
    assert data["conforms"] is False
    assert data["checked"]["claims"] == 1
    assert data["findings"][0]["rule"] == "UnknownTerm"
    assert data["findings"][0]["severity"] == Severity.VIOLATION.value
    turtle = report.to_shacl_turtle()
    objects = {str(quad.object) for quad in parse(turtle, format=RdfFormat.TURTLE)}
    assert f"<{report.findings[0].focus}>" in objects
    assert "<https://w3id.org/tenure/shapes#UnknownTerm>" in objects
    assert "sh:conforms true" in validate_paths([DEATH]).to_shacl_turtle()


def test_a_constraint_that_does_not_begin_with_this_is_refused(tmp_path: Path) -> None:
    """It would find nothing when it runs once for all nodes, and so pass everything."""
    file = tmp_path / "shape.ttl"
    file.write_text(
        """@prefix sh: <http://www.w3.org/ns/shacl#> .
        @prefix tn: <https://w3id.org/tenure/ontology#> .
        tn:S a sh:NodeShape ; sh:targetClass tn:Claim ; sh:sparql tn:C .
        tn:C sh:message "Wrong. Right." ;
            sh:select "SELECT $this WHERE { FILTER NOT EXISTS { $this a ?x } }" .""",
        encoding="utf-8",
    )
    with pytest.raises(BadRdf, match=r"begin with \$this"):
        Shapes([file])


def test_shapes_that_do_not_parse_are_an_error_with_a_line(tmp_path: Path) -> None:
    file = tmp_path / "shape.ttl"
    file.write_text("\n\nnonsense\n", encoding="utf-8")
    with pytest.raises(BadRdf, match=r"shape\.ttl:3"):
        Shapes([file])
