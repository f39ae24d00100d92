"""A passage is found by a few of its words, whatever retyping did to them."""

from __future__ import annotations

import csv
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.ingest.harbour import ARTICLE

from tenure.errors import BadClaim
from tenure.ingest.passages import TextSpan, find_passage, occurrences, sentences, sha256


@pytest.mark.parametrize(
    "words",
    [
        "Dr. Cole, who had held",
        "dr. cole, WHO had",
        "had held the post since 2011,\n stepped   down after",
        "Cole, who\thad held",
    ],
)
def test_case_and_white_space_do_not_matter(words: str) -> None:
    assert find_passage(ARTICLE, words).of(ARTICLE) == (
        "Dr. Cole, who had held the post since 2011, stepped down after the flood."
    )


def test_quotes_and_dashes_do_not_matter() -> None:
    assert occurrences("It’s “so” – really…", 'it\'s "so" - REALLY...') == [TextSpan(0, 19)]
    assert occurrences("so\u00adft hy\u200bphen", "soft hyphen") == [TextSpan(0, 13)]
    assert occurrences("Straße", "STRASSE") == [TextSpan(0, 6)]
    assert occurrences("a\u00a0b", "a b") == [TextSpan(0, 3)]


def test_the_exact_words_alone() -> None:
    span = find_passage(ARTICLE, "the QUAY is ours", exact=True)
    assert span.of(ARTICLE) == "the quay is ours"


def test_code_points_and_not_bytes() -> None:
    text = "Ü 𝒜 😀 end."
    assert find_passage(text, "end", exact=True) == TextSpan(6, 9)


def test_words_that_are_not_there() -> None:
    with pytest.raises(BadClaim, match="do not occur"):
        find_passage(ARTICLE, "a red boat")
    with pytest.raises(BadClaim, match="do not occur"):
        find_passage(ARTICLE, "  ")


def test_words_in_several_places_are_shown_with_their_context() -> None:
    with pytest.raises(BadClaim) as refused:
        find_passage(ARTICLE, "flood")
    assert "occur in 2 places" in refused.value.what
    assert "stepped down after the »flood«." in refused.value.what
    assert "The »flood« came on April 3" in refused.value.what
    assert "more words" in refused.value.remedy


def test_twice_in_one_sentence_is_one_passage() -> None:
    text = "It rains. The sea, the sea! It rains."
    assert find_passage(text, "the sea").of(text) == "The sea, the sea!"
    with pytest.raises(BadClaim):
        find_passage(text, "the sea", exact=True)


def test_words_across_two_sentences_take_both() -> None:
    assert find_passage(ARTICLE, "April 3, 2021. Some 40").of(ARTICLE) == (
        "The flood came on April 3, 2021. Some 40 people were hurt."
    )


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("One. Two! Three? Four… Five", ["One.", "Two!", "Three?", "Four…", "Five"]),
        ("He said “no.” She left.", ["He said “no.”", "She left."]),
        ("Gen. A. B. Smith of the U.S. Army.", ["Gen. A. B. Smith of the U.S. Army."]),
        ("It cost 3.50 at x.example. Done.", ["It cost 3.50 at x.example.", "Done."]),
        (
            "A heading\n\nA line that is\nbroken. End.",
            ["A heading", "A line that is\nbroken.", "End."],
        ),
        ("A heading\nText.", ["A heading", "Text."]),
        ("a\r\n\r\nb", ["a", "b"]),
        ("First\n\nsecond", ["First", "second"]),
        ("", []),
        (" \n ", []),
    ],
)
def test_sentences(text: str, expected: list[str]) -> None:
    assert [span.of(text) for span in sentences(text)] == expected


@given(st.text(st.sampled_from("aB. !?\n“”…\t1"), max_size=40))
def test_sentences_are_in_order_and_hold_all_that_is_not_space(text: str) -> None:
    spans = sentences(text)
    assert spans == sorted(spans)
    assert all(a.end <= b.start for a, b in pairwise(spans))
    assert "".join(span.of(text) for span in spans).split() == text.split() or (
        "".join("".join(span.of(text).split()) for span in spans) == "".join(text.split())
    )


@given(st.text(max_size=30), st.integers(0, 30), st.integers(1, 10))
def test_whatever_is_copied_is_found(text: str, start: int, length: int) -> None:
    words = text[start : start + length]
    found = occurrences(text, words)
    if any(span.of(text).split() for span in found):
        assert words.strip()
    if words.strip() and words == words.strip() and words.isascii() and words.isprintable():
        assert TextSpan(start, start + len(words)) in found


def test_on_the_first_source_the_rule_agrees_with_the_cut_by_hand(shared: Path) -> None:
    folder = shared / "sources" / "jpost-620411"
    text = (folder / "article.txt").read_bytes().decode("utf-8")
    with (folder / "sentences.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    by_hand = {TextSpan(int(row["start"]), int(row["end"])): row["sha256"] for row in rows}
    by_rule = set(sentences(text))
    assert len(by_rule & by_hand.keys()) >= len(by_hand) - 4
    assert all(sha256(span.of(text)) == by_hand[span] for span in by_rule & by_hand.keys())
