"""Corrections delete nothing: what was known stays known as of then."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from pathlib import Path

import pytest
from pyoxigraph import NamedNode

from tenure import editing
from tenure.editing import Editor
from tenure.errors import BadClaim, BadInput, BadPolicy, NotFound
from tenure.ingest import (
    Draft,
    StatedOccurrence,
    Value,
    format_files,
    parse_trig,
    supersede_claim,
)
from tenure.knowledge import KnowledgeBase, open_knowledge_base
from tenure.model import learned, revisions
from tenure.namespaces import TN
from tenure.temporal import Certainty
from tenure.validate import validate_paths

LATER = datetime(2026, 11, 9, 8, 30, tzinfo=UTC)
CLAIM = "https://w3id.org/tenure/claim/eva-1/1-1"
TENURE = "https://w3id.org/tenure/id/tenure/ada-brook--harbour-master"


def retract(
    facts: Path, claim: str, *, message: str, by: str | None = None, now: datetime = LATER
) -> str:
    """Retract a claim in the file of its source; the instant."""
    editor = Editor.open(facts, by=by)
    editor.carry_out(editing.retract(editor.kb, [claim]), message, now=now)
    return str(history(open_knowledge_base(facts))[-1][0])


def quads(facts: Path) -> set[object]:
    return set(parse_trig((facts / "eva-1.trig").read_text(encoding="utf-8"))[0])


def history(kb: KnowledgeBase) -> list[tuple[object, ...]]:
    provenance = kb.store.quads(kb.names.graph("provenance"))
    return [
        (one.instant, one.by, one.message, len(one.added), len(one.retracted))
        for one in revisions(kb.claims, provenance)
    ]


@pytest.mark.parametrize("name", ["eva-1/1-1", "claim/eva-1/1-1", CLAIM])
def test_a_retracted_claim_stays_and_no_longer_counts(facts: Path, name: str) -> None:
    before = quads(facts)
    done = retract(facts, name, message="Misread", by="Eva Dale", now=LATER)
    assert done == "2026-11-09T08:30:00Z"
    assert before < quads(facts), "something was taken away"
    assert [str(one) for one in validate_paths([facts]).findings] == []
    assert format_files([facts], check=True) == ()
    kb = open_knowledge_base(facts)
    assert TENURE not in kb.world().occurrences
    assert TENURE in kb.world(kb.policy("known-at=2026-11-09T08:29:59Z")).occurrences
    assert TENURE not in kb.world(kb.policy("known-at=2026-11-09T08:30:00Z")).occurrences
    assert history(kb) == [
        ("2026-11-01T12:00:00Z", None, None, 1, 0),
        ("2026-11-05T12:00:00Z", None, None, 1, 0),
        ("2026-11-09T08:30:00Z", "Eva Dale", "Misread", 0, 1),
    ]


def test_two_retractions_within_a_second_are_two_revisions(facts: Path) -> None:
    first = retract(facts, "eva-1/1-1", message="Misread", now=LATER)
    second = retract(facts, "eva-1/2-1", message="Misread too", now=LATER)
    assert (first, second) == ("2026-11-09T08:30:00Z", "2026-11-09T08:30:01Z")
    assert [one[2] for one in history(open_knowledge_base(facts))][2:] == ["Misread", "Misread too"]


@pytest.mark.parametrize(
    ("claim", "message", "error", "told"),
    [
        ("eva-1/9-9", "Misread", NotFound, "9-9"),
        ("eva-2/1-1", "Misread", NotFound, "eva-1"),
        ("eva-1", "Misread", NotFound, "<source>/<number>|eva-1"),
        ("eva-1/1-1", "  ", BadInput, "message"),
    ],
)
def test_what_cannot_be_retracted(
    facts: Path, claim: str, message: str, error: type[Exception], told: str
) -> None:
    before = (facts / "eva-1.trig").read_bytes()
    with pytest.raises(error) as caught:
        retract(facts, claim, message=message, now=LATER)
    assert re.search(told, str(caught.value))
    assert (facts / "eva-1.trig").read_bytes() == before


def test_a_claim_is_retracted_once_and_after_it_was_recorded(facts: Path) -> None:
    with pytest.raises(BadClaim, match="yet to come"):
        retract(facts, "eva-1/2-1", message="Misread", now=datetime(2026, 11, 2, tzinfo=UTC))
    retract(facts, "eva-1/2-1", message="Misread", now=LATER)
    with pytest.raises(BadClaim, match="retracted already, since 2026-11-09T08:30:00Z"):
        retract(facts, "eva-1/2-1", message="Misread", now=LATER)


def test_a_superseded_claim_and_its_successor_change_places_at_one_instant(
    facts: Path, article: Path
) -> None:
    before = quads(facts)
    draft = Draft(
        passages=("took over as harbour master",),
        statement="Ada Brook became harbour master in late May 2021.",
        states=(
            StatedOccurrence(
                "tenure",
                (
                    ("holder", Value("person/ada-brook")),
                    ("office", Value("office/harbour-master")),
                    ("start", Value("[2021-05-21..2021-05-31]")),
                ),
            ),
        ),
    )
    (added,) = supersede_claim(
        facts, "eva-1/1-1", [draft], text_path=article, message="More precise", now=LATER
    )
    assert before < quads(facts)
    assert [str(one) for one in validate_paths([facts]).findings] == []
    kb = open_knowledge_base(facts)
    assert history(kb)[-1] == ("2026-11-09T08:30:00Z", None, "More precise", 1, 1)
    links = [q for q in kb.describe(NamedNode(added.iri)) if q.predicate == TN("supersedes")]
    assert [q.object for q in links] == [NamedNode(CLAIM)]
    day = kb.moment(at="2021-05-10")
    early = kb.policy("known-at=2026-11-08T00:00:00Z")
    assert kb.certainty(day, early)[TENURE] is Certainty.POSSIBLE
    assert TENURE not in kb.certainty(day)


def test_a_supersession_that_fails_leaves_everything_as_it_was(facts: Path, article: Path) -> None:
    before = {path.name: path.read_bytes() for path in facts.iterdir()}
    draft = Draft(
        passages=("words that are nowhere",),
        statement="Ada Brook became harbour master.",
        states=(StatedOccurrence("tenure", (("holder", Value("person/ada-brook")),)),),
    )
    with pytest.raises(BadInput, match="there are 2 faults"):
        supersede_claim(facts, "eva-1/1-1", [draft], text_path=article, message="Better", now=LATER)
    assert {path.name: path.read_bytes() for path in facts.iterdir()} == before


def test_learned_tells_apart_what_came_went_and_passed(facts: Path) -> None:
    retract(facts, "eva-1/2-1", message="Misread", now=LATER)
    claims = open_knowledge_base(facts).claims

    def words(start: str, end: str) -> list[tuple[str, str, str]]:
        found = learned(claims, f"2026-11-{start}T00:00:00Z", f"2026-11-{end}T00:00:00Z")
        return [(word, at[8:10], claim.iri[-3:]) for word, at, claim in found.rows()]

    assert words("01", "06") == [("added", "01", "1-1"), ("added", "05", "2-1")]
    assert words("06", "10") == [("retracted", "09", "2-1")]
    assert words("01", "10") == [("added", "01", "1-1"), ("added and retracted", "09", "2-1")]
    assert words("02", "04") == []


def test_a_known_at_before_the_first_revision_is_refused_by_name(facts: Path) -> None:
    kb = open_knowledge_base(facts)
    with pytest.raises(BadPolicy, match="the first revision is of 2026-11-01T12:00:00Z"):
        kb.policy("known-at=2026-11-01T11:59:59Z")
    assert kb.policy("known-at=2026-11-01T12:00:00Z").known_at
