"""Claims that do not go in, and what is said of them."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.added import add_claim
from tests.ingest.harbour import TENURE, Add, state

from tenure.errors import BadClaim, BadDate, BadInput, NotFound, TenureError
from tenure.ingest import (
    NewEntity,
    StatedOccurrence,
    Value,
    Vocabulary,
    add_claims,
    add_source,
    read_drafts,
)


@pytest.mark.parametrize(
    ("states", "error", "what", "remedy"),
    [
        ([], BadClaim, "states nothing", "states"),
        ([state("tenur", holder="person/cole")], BadClaim, "no class 'tenur'", "Tenure"),
        ([state("tenure", holdr="person/cole")], BadClaim, "no property 'holdr'", "holder"),
        (
            [state("tenure", holder="person/col", office="office/harbour-master")],
            NotFound,
            "person/col",
            "person/cole",
        ),
        (
            [state("tenure", holder="office/harbour-master", office="office/harbour-master")],
            BadClaim,
            "takes: Agent; 'office/harbour-master' is of the kind Office",
            "",
        ),
        ([state("tenure", holder="person/cole")], BadClaim, "needs its 'office'", "office:"),
        (
            [state("tenure", office="office/harbour-master")],
            BadClaim,
            "needs its 'holder'",
            "holder:",
        ),
        ([state("event", date="2021")], BadClaim, "which Event", "event/"),
        ([state("event/eva-flod", date="2021")], NotFound, "eva-flod", "event/eva-flood"),
        ([state("event/eva-flood", date="soon")], BadDate, "soon", ""),
        ([state("event/eva-flood", date="2021-02-30")], BadDate, "2021-02-30", ""),
        ([state("event/eva-flood", holder="person/cole")], BadClaim, "said of: Tenure", ""),
        ([state("event/eva-flood", lastedDays="two")], BadClaim, "whole number", "digits"),
        ([state("event/eva-flood", after="nothing")], NotFound, "nothing", ""),
        ([state("event/eva-flood", exemptFrom="NoSuchAxiom")], NotFound, "NoSuchAxiom", ""),
        ([state("event/eva-flood")], BadClaim, "Nothing is stated", ""),
        (
            [state("quantity", quantityOf="event/eva-flood", value="1")],
            BadClaim,
            "cannot be made",
            "quantity/",
        ),
        (
            [state("quantity/x--y", quantityOf="event/eva-flood", comparator="roughly")],
            BadClaim,
            "cannot be 'roughly'",
            "About",
        ),
        (
            [state("tenure/somebody--else", holder="person/cole", office="office/harbour-master")],
            BadClaim,
            "does not fit",
            "tenure/cole--harbour-master",
        ),
        (
            [
                state(
                    "tenure/cole--harbour-master--a b",
                    holder="person/cole",
                    office="office/harbour-master",
                )
            ],
            BadInput,
            "no slug",
            "",
        ),
    ],
)
def test_statements_that_are_refused(
    add: Add,
    harbour: Path,
    states: list[StatedOccurrence],
    error: type[TenureError],
    what: str,
    remedy: str,
) -> None:
    before = {path.name: path.read_bytes() for path in harbour.iterdir()}
    with pytest.raises(error, match=what) as refused:
        add(states=states)
    assert remedy in refused.value.remedy
    assert refused.value.where is not None
    assert {path.name: path.read_bytes() for path in harbour.iterdir()} == before


@pytest.mark.parametrize(
    ("change", "error", "what"),
    [
        ({"passage": "flood"}, BadClaim, "2 places"),
        ({"passage": "no such words"}, BadClaim, "do not occur"),
        ({"passage": []}, BadClaim, "no passage"),
        ({"statement": " "}, BadClaim, "statement is empty"),
        ({"modality": "maybe"}, BadClaim, "tn:modality cannot be 'maybe'"),
        ({"tense": "then"}, BadClaim, "tn:tense cannot be"),
        ({"rank": "best"}, BadClaim, "tn:rank cannot be"),
        ({"via": ["person/nobody"]}, NotFound, "person/nobody"),
        ({"new_entities": [NewEntity("person/cole", "Cole")]}, BadInput, "already"),
        ({"new_entities": [NewEntity("people/x", "X")]}, BadInput, "no slug of an entity"),
        ({"new_entities": [NewEntity("agent/x", "X")]}, BadInput, "no slug of an entity"),
        ({"new_entities": [NewEntity("person/X y", "X")]}, BadInput, "no slug"),
        ({"new_entities": [NewEntity("person/x", "X", "Attack")]}, BadInput, "Attack is none"),
        ({"new_entities": [NewEntity("person/x", "X", "Nix")]}, BadClaim, "no class 'Nix'"),
        (
            {"new_entities": [NewEntity("person/x", "X", "", (("seats", Value("1")),))]},
            BadClaim,
            "said of: Office",
        ),
    ],
)
def test_claims_that_are_refused(
    add: Add, harbour: Path, change: dict[str, object], error: type[TenureError], what: str
) -> None:
    before = {path.name: path.read_bytes() for path in harbour.iterdir()}
    with pytest.raises(error, match=what) as refused:
        add(**change)
    assert refused.value.where is not None
    assert refused.value.remedy
    assert {path.name: path.read_bytes() for path in harbour.iterdir()} == before


def test_what_would_break_a_rule_is_not_written(add: Add, harbour: Path) -> None:
    before = {path.name: path.read_bytes() for path in harbour.iterdir()}
    with pytest.raises(BadInput, match="rules would be broken") as refused:
        add(
            states=[state("tenure", holder="person/cole", office="office/quay-master")],
            new_entities=[NewEntity("office/quay-master", "Quay master")],
        )
    assert "entities.ttl, office/quay-master" in refused.value.what
    assert "tn:officeOf" in refused.value.what
    assert {path.name: path.read_bytes() for path in harbour.iterdir()} == before


def test_the_same_claim_goes_in_once(add: Add) -> None:
    add()
    with pytest.raises(BadClaim, match="'2-1' of this source says the same"):
        add(statement="In other words.")


def test_another_text_is_refused(add: Add, tmp_path: Path) -> None:
    other = tmp_path / "other.txt"
    other.write_text("Ada Brook took over as harbour master.", encoding="utf-8")
    with pytest.raises(BadClaim, match="digest does not match"):
        add(text_path=other)


def test_a_source_without_a_text(facts: Path, article: Path) -> None:
    add_source(
        facts,
        "bare",
        publisher="org/eva-courier",
        published="2021",
        title="T",
        url="https://courier.example/2",
    )
    with pytest.raises(BadClaim, match="no text digest"):
        add_claim(facts, "bare", text_path=article, passage="x", statement="y", states=[TENURE])


def test_an_unknown_source_names_the_nearest(harbour: Path, article: Path) -> None:
    with pytest.raises(NotFound) as refused:
        add_claim(harbour, "eva-2", text_path=article, passage="x", statement="y", states=[TENURE])
    assert "eva-1" in refused.value.remedy


def test_one_bad_claim_of_many_and_none_goes_in(
    harbour: Path, article: Path, vocabulary: Vocabulary
) -> None:
    text = """\
- passage: took over
  statement: Ada Brook is harbour master.
  states:
    - tenure: {holder: person/ada-brook, office: office/harbour-master}
  new entities:
    - person/x: Mr X
- passage: the flood came
  statement: It flooded.
  states:
    - event/eva-flood: {date: April}
"""
    before = {path.name: path.read_bytes() for path in harbour.iterdir()}
    with pytest.raises(BadDate) as refused:
        add_claims(
            harbour,
            "eva-1",
            read_drafts(text, "c.yaml"),
            text_path=article,
            vocabulary=vocabulary,
        )
    assert str(refused.value.where) == "c.yaml:10:31"
    assert {path.name: path.read_bytes() for path in harbour.iterdir()} == before
    added = add_claims(
        harbour,
        "eva-1",
        read_drafts(text.replace("April", "2021-04-03"), "c.yaml"),
        text_path=article,
        vocabulary=vocabulary,
    )
    assert [one.iri.rsplit("/", 1)[-1] for one in added] == ["2-1", "5-1"]
    assert added[1].passages == ("The flood came on April 3, 2021.",)
    assert "person:x" in (harbour / "entities.ttl").read_text(encoding="utf-8")


def test_comments_in_a_file_are_not_lost(add: Add, harbour: Path) -> None:
    path = harbour / "eva-1.trig"
    path.write_text(path.read_text(encoding="utf-8") + "\n# mine\n", encoding="utf-8")
    with pytest.raises(BadInput, match="# mine"):
        add()
    text = path.read_text(encoding="utf-8").replace("\n# mine\n", "")
    path.write_text(text.replace("\n\nsource:", "\n\n# mine\nsource:"), encoding="utf-8")
    add()
    assert "\n\n# mine\nsource:eva-1 a tn:Source" in path.read_text(encoding="utf-8")


def test_comments_in_a_file_that_is_only_read_do_no_harm(add: Add, harbour: Path) -> None:
    registry = harbour / "entities.ttl"
    with_comment = registry.read_text(encoding="utf-8") + "\n# mine\n"
    registry.write_text(with_comment, encoding="utf-8")
    add()
    assert registry.read_text(encoding="utf-8") == with_comment
    with pytest.raises(BadInput, match="# mine"):
        add(statement="Otherwise.", new_entities=[NewEntity("person/x", "X")], passage="Dr. Cole")


def test_a_file_that_changes_meanwhile_is_not_overwritten(
    add: Add, harbour: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = harbour / "eva-1.trig"

    def other_writer(*_: object, **__: object) -> None:
        path.write_text("# somebody else was here\n", encoding="utf-8")

    monkeypatch.setattr("tenure.ingest.facts_folder.refuse_violations", other_writer)
    with pytest.raises(BadInput, match="changed by somebody else"):
        add()
    assert path.read_text(encoding="utf-8") == "# somebody else was here\n"
    assert sorted(p.name for p in harbour.iterdir()) == ["entities.ttl", "eva-1.trig"]
