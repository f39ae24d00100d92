"""A name is found however its letters are encoded, and what is stored stays as it was written."""

from __future__ import annotations

import unicodedata
from pathlib import Path

import pytest
from tests.cases.conftest import Run, RunCase

from tenure.folding import folded
from tenure.ingest.passages import find_passage, sha256

ALIKE = (
    ("Ren\u00e9e M\u00fcller", "Rene\u0301e Mu\u0308ller"),
    ("Ren\u00e9e M\u00fcller", "RENEE MULLER"),
    ("O'Neil", "O\u2019Neil"),
    ("O'Neil", "O\u02bcNeil"),
    ("O'Neil", "O\u00b4Neil"),
    ("Jean-Luc", "Jean\u2011Luc"),
    ("Jean-Luc", "Jean\u2013Luc"),
    ("Anna Maria", "Anna\u00a0Maria"),
    ("Anna Maria", " Anna  Maria\u200f"),
    ("Annamaria", "Anna\u00admaria"),
    ("Stra\u00dfe", "STRASSE"),
    ("\uff21\uff4e\uff41 1", "Ana 1"),
    ("\ufb01nance", "finance"),
    ("\u0130stanbul", "Istanbul"),
    ("S\u00f8ren \u0141uk", "Soren Luk"),
    # Persian against Arabic yeh and kaf, joiners, vowel signs, tatweel, hamza, teh marbuta.
    (
        "\u0642\u0627\u0633\u0645 \u0631\u062d\u06cc\u0645\u06cc",
        "\u0642\u0627\u0633\u0645 \u0631\u062d\u064a\u0645\u064a",
    ),
    ("\u06a9\u0631\u06cc\u0645", "\u0643\u0631\u064a\u0645"),
    ("\u0645\u06cc\u200c\u062e\u0648\u0627\u0647", "\u0645\u06cc\u062e\u0648\u0627\u0647"),
    ("\u0645\u064f\u062d\u064e\u0645\u0651\u064e\u062f", "\u0645\u062d\u0645\u062f"),
    ("\u0645\u062d\u0640\u0640\u0645\u062f", "\u0645\u062d\u0645\u062f"),
    ("\u0623\u062d\u0645\u062f", "\u0627\u062d\u0645\u062f"),
    ("\u0625\u0628\u0631\u0627\u0647\u064a\u0645", "\u0627\u0628\u0631\u0627\u0647\u064a\u0645"),
    ("\u0622\u0645\u0627\u0644", "\u0627\u0645\u0627\u0644"),
    ("\u0641\u0627\u0637\u0645\u0629", "\u0641\u0627\u0637\u0645\u0647"),
    ("\u0645\u0635\u0637\u0641\u0649", "\u0645\u0635\u0637\u0641\u06cc"),
    ("\ufed3\ufe8e\ufec3\ufee4\ufe94", "\u0641\u0627\u0637\u0645\u0629"),
    ("\u0631\u062f\u06cc\u0641 \u06f1\u06f2", "\u0631\u062f\u06cc\u0641 12"),
)
APART = (
    ("Ana", "Anna"),
    ("Jean-Luc", "Jean Luc"),
    # Marks that make another letter or word stay.
    ("\u304c\u3044", "\u304b\u3044"),
    ("\u0915\u0941", "\u0915"),
    ("\u0628", "\u067e"),
)


def test_the_case(run_case: RunCase) -> None:
    outcome = run_case("16-name-in-nfd")
    assert outcome.rc == 0, outcome.stderr
    row = outcome.lines[-1].split()
    assert row[:2] == ["office/chair", "certain"]
    assert {"1990", "1991"} <= set(row)


@pytest.mark.parametrize(("one", "other"), ALIKE)
def test_one_name(one: str, other: str) -> None:
    assert folded(one) == folded(other)
    for form in ("NFC", "NFD", "NFKC", "NFKD"):
        assert folded(unicodedata.normalize(form, one)) == folded(one)


@pytest.mark.parametrize(("one", "other"), APART)
def test_two_names(one: str, other: str) -> None:
    assert folded(one) != folded(other)


@pytest.mark.parametrize(("one", "other"), ALIKE)
def test_a_passage_is_found_and_pointed_at_as_it_is(one: str, other: str) -> None:
    for written, typed in ((one, other), (other, one)):
        text = f"First. Then {written} came. Last."
        span = find_passage(text, typed.strip(), exact=True)
        # The place is that of the text as it is, white space around the name left out.
        assert folded(span.of(text)) == folded(written)
        assert text[: span.start] in ("First. Then ", "First. Then  ")
        assert find_passage(text, f"then {typed} came").of(text) == f"Then {written} came."


def test_a_mark_that_is_typed_apart_belongs_to_its_letter() -> None:
    text = "A cafe\u0301 and a cafe."
    span = find_passage(text, "caf\u00e9", exact=True)
    assert (span.start, span.end) == (2, 7)
    assert find_passage(text, "cafe", exact=True).of(text) == "cafe"


CLAIM = """
- passage: The chair was Rene\u0301e
  statement: She was chair.
  states:
    - tenure: {holder: person/renee, office: office/chair, start: 1990}
  new entities:
    - person/renee: Ren\u00e9e M\u00fcller
    - office/chair: {label: Chair, officeOf: org/gaz, seats: 1}
"""


def test_offsets_and_digests_are_those_of_the_text(run: Run, tmp_path: Path) -> None:
    text = "Zum Beispiel. The chair was Ren\u00e9e M\u00fcller. End."
    (tmp_path / "a.txt").write_text(text)
    (tmp_path / "claims.yaml").write_text(CLAIM)
    outcome = run(
        "mkdir f; touch f/entities.ttl; tenure source add gaz --publisher org/gaz "
        "--publisher-name Gazette --published 2021-05-12 --title Officers --text a.txt --facts f"
        " && tenure claim add gaz --text a.txt --facts f --from claims.yaml"
        " && tenure check-evidence --sources . f/gaz.trig && tenure validate f"
    )
    assert outcome.rc == 0, outcome.stdout + outcome.stderr
    written = (tmp_path / "f" / "gaz.trig").read_text()
    sentence = "The chair was Ren\u00e9e M\u00fcller."
    start = text.index(sentence)
    assert f"oa:start {start} " in written
    assert f"oa:end {start + len(sentence)} " in written
    assert sha256(sentence) in written
