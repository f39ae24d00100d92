"""Pointers against texts: confirmed, wrong, beyond, or without a text at hand."""

from __future__ import annotations

import hashlib
from pathlib import Path

import pytest

from tenure.errors import NotFound
from tenure.validate import check_evidence

TEXT = "The pier burned. Nobody knows why; déjà vu, said 😀 one.\n"
START, END = TEXT.index("Nobody"), TEXT.index(";")


def sha(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def description(
    *, start: int = START, end: int = END, passage: str = TEXT[START:END], whole: str = TEXT
) -> str:
    return f"""@prefix oa: <http://www.w3.org/ns/oa#> .
@prefix passage: <https://w3id.org/tenure/source/pier/passage/> .
@prefix source: <https://w3id.org/tenure/source/> .
@prefix tn: <https://w3id.org/tenure/ontology#> .

source:pier a tn:Source ;
    tn:textDigest "{sha(whole)}" ;
    tn:textLength {len(whole)} .

passage:1 a tn:Passage ; oa:start {start} ; oa:end {end} ; tn:passageDigest "{sha(passage)}" .
"""


@pytest.fixture
def facts(tmp_path: Path) -> Path:
    folder = tmp_path / "facts"
    folder.mkdir()
    file = folder / "pier.trig"
    file.write_text(description(), encoding="utf-8")
    return file


@pytest.mark.parametrize("place", ["pier/article.txt", "pier.txt", "deep/er/anything.txt"])
def test_the_text_is_found_by_name_or_by_digest(facts: Path, tmp_path: Path, place: str) -> None:
    copy = tmp_path / "texts" / place
    copy.parent.mkdir(parents=True)
    copy.write_text(TEXT, encoding="utf-8")
    report = check_evidence([facts], tmp_path / "texts")
    assert report.findings == ()
    assert report.checked == {"sources": 1, "texts": 1, "pointers": 1, "confirmed": 1}


def test_code_points_are_counted_not_bytes(facts: Path, tmp_path: Path) -> None:
    start = TEXT.index("😀")
    text = description(start=start, end=start + 1, passage="😀")
    facts.write_text(text, encoding="utf-8")
    (tmp_path / "pier.txt").write_text(TEXT, encoding="utf-8")
    assert check_evidence([facts], tmp_path).checked["confirmed"] == 1


@pytest.mark.parametrize(
    ("wrong", "rule", "line", "message"),
    [
        (description(passage="Something"), "PassageDigestMatches", 10, "another digest"),
        (description(start=START + 1), "PassageDigestMatches", 10, f"from {START + 1} to"),
        (description(end=900), "PassageInText", 10, "not inside the text"),
        (description(start=END, end=START), "PassageInText", 10, "not inside the text"),
        (
            description().replace(f"tn:textLength {len(TEXT)}", "tn:textLength 9"),
            "TextLengthMatches",
            8,
            f"has {len(TEXT)} code points, not 9",
        ),
    ],
)
def test_a_wrong_pointer_is_a_finding_in_its_line(
    facts: Path, tmp_path: Path, wrong: str, rule: str, line: int, message: str
) -> None:
    facts.write_text(wrong, encoding="utf-8")
    (tmp_path / "pier.txt").write_text(TEXT, encoding="utf-8")
    report = check_evidence([facts], tmp_path)
    assert not report.conforms
    (finding,) = report.findings
    assert (finding.file, finding.line, finding.rule) == (str(facts), line, rule)
    assert message in finding.message
    assert report.checked["confirmed"] == 0


def test_against_another_text_nothing_is_confirmed(facts: Path, tmp_path: Path) -> None:
    (tmp_path / "pier.txt").write_text(TEXT + "More was added.", encoding="utf-8")
    report = check_evidence([facts], tmp_path)
    (finding,) = report.findings
    assert finding.rule == "TextDigestMatches"
    assert sha(TEXT) in finding.message
    assert report.checked["confirmed"] == 0


def test_a_source_without_a_text_is_a_note(facts: Path, tmp_path: Path) -> None:
    (tmp_path / "noise.txt").write_bytes(b"\xff\xfe")
    report = check_evidence([facts], tmp_path)
    assert report.conforms
    assert report.checked["pointers"] == 1
    assert report.checked["confirmed"] == 0
    assert any("no text of pier is at hand" in note for note in report.notes)
    assert any("noise.txt: left out" in note for note in report.notes)


def test_facts_that_do_not_parse_are_a_finding(facts: Path, tmp_path: Path) -> None:
    facts.write_text("claim:1 {", encoding="utf-8")
    (finding,) = check_evidence([facts], tmp_path).findings
    assert finding.rule == "Syntax"


def test_a_folder_of_texts_that_does_not_exist_is_an_error(facts: Path, tmp_path: Path) -> None:
    with pytest.raises(NotFound, match="no such folder of texts"):
        check_evidence([facts], tmp_path / "nowhere")


def test_every_pointer_of_the_facts_is_confirmed(repo_root: Path, shared: Path) -> None:
    report = check_evidence([repo_root / "kb" / "facts"], shared / "sources")
    assert [str(one) for one in report.findings] == []
    assert report.checked["pointers"] > 0
    assert report.checked["confirmed"] == report.checked["pointers"]
