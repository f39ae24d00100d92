"""Corrections delete nothing: what was known stays known as of then."""

from __future__ import annotations

import re
import shutil
from datetime import UTC, datetime
from pathlib import Path

import pytest
from pyoxigraph import NamedNode
from tests.api.writable import writable

from tenure import editing
from tenure.catalog import Catalog
from tenure.editing import Editor
from tenure.errors import BadClaim, BadInput, BadPolicy, NotFound
from tenure.ingest import (
    Draft,
    StatedOccurrence,
    Value,
    format_files,
    parse_trig,
    read_drafts,
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


NEW = """- passage: held the post before
  statement: Ben Cole, and his deputy Cy Dunn, held the post before.
  states:
    - tenure: {holder: person/ben-cole, office: office/harbour-master, end: "2021-05-20"}
    - tenure: {holder: person/cy-dunn, office: office/harbour-master, end: "2021-05-20"}
  new entities:
    - person/cy-dunn: Cy Dunn
- passage: took over as harbour master
  statement: Ada Brook became harbour master.
  via: [person/ben-cole]
  states:
    - tenure: {holder: person/ada-brook, office: office/harbour-master, start: 2021-05}
"""


def test_claims_out_of_a_text_come_into_a_base_over_http_as_into_files(
    facts: Path, article: Path, tmp_path: Path, catalog: Catalog
) -> None:
    """The same claims, passages, chains and entities, whichever way they come."""
    text = article.read_text(encoding="utf-8")
    body = {"edit": "supersede", "claim": "eva-1/2-1", "from": NEW, "text": text}

    def told(kb: KnowledgeBase) -> list[str]:
        now = (TN("recordedAt"), TN("retractedAt"), TN("at"))
        graphs = [kb.names.graph("provenance"), kb.names.graph("entities")]
        graphs += [NamedNode(iri) for iri in kb.claims]
        quads = [quad for graph in graphs for quad in kb.store.quads(graph)]
        kept = (one for one in quads if one.predicate not in now and "/revision/" not in str(one))
        return sorted(map(str, kept))

    with writable(Path(shutil.copytree(facts, tmp_path / "served")), catalog) as (client, kb):
        before = told(kb)
        assert client.post("/edits?dry-run=true", json=body).status_code == 200
        for wrong, status in (
            (body | {"text": text + "!"}, "digest does not match"),
            (body | {"from": NEW.replace("held the post", "sold the post")}, "do not occur"),
            (body | {"from": NEW.replace("person/ben-cole,", "person/nobody,")}, "person/nobody"),
            ({**body, "text": ""}, "take the text and nothing else"),
            (body | {"settings": {"start": "2020"}}, "take the text and nothing else"),
        ):
            refused = client.post("/edits", json=wrong)
            assert refused.status_code in (400, 404, 422), refused.text
            assert status in refused.text
        assert told(kb) == before
        done = client.post("/edits", json=body)
        assert done.status_code == 200, done.text
        assert done.json()["retracted"] == ["https://w3id.org/tenure/claim/eva-1/2-1"]
        over_http = told(kb)
        unread = client.post("/edits?next-stretch=perhaps", json=body)
        assert unread.status_code == 400
        again = client.post("/edits", json=body)
        assert again.status_code == 400
        assert "is retracted already" in again.text

    supersede_claim(
        facts, "eva-1/2-1", read_drafts(NEW, "new.yaml"), text_path=article, message="Better"
    )
    assert told(open_knowledge_base(facts)) == over_http


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
