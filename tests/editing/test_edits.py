"""Whatever is edited can be undone, and whoever asks what was known before hears it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from tests.amount import cases
from tests.editing.town import build_town

from tenure.editing import Editor, EditOutcome, described, operation
from tenure.errors import (
    BadClaim,
    BadInput,
    BadParameter,
    Immutable,
    InvalidChange,
    NotFound,
    TenureError,
)
from tenure.knowledge import KnowledgeBase, open_knowledge_base
from tenure.transactions.verify import verify
from tenure.validate import validate_paths

ADA, BROOK = "person/ada-brook", "person/brook-ada"

NEW = ("org/editors", "person/new")
"""Who stays in the registry once anybody has spoken of them."""

WIKIDATA = "http://www.wikidata.org/entity/Q42"

EDITS: list[dict[str, Any]] = [
    {"edit": "rename", "entity": ADA, "label": "Ada B. Brook"},
    {"edit": "rename", "entity": ADA, "label": "Ada C. Brook", "keep": False},
    {"edit": "rename", "entity": "office/mayor", "label": "Lord Mayor"},
    {"edit": "alias", "entity": "person/ben-carr", "name": "Big Ben"},
    {"edit": "alias", "entity": "person/ben-carr", "name": "Benjamin Carr", "remove": True},
    {"edit": "merge", "entity": BROOK, "into": ADA},
    {"edit": "merge", "entity": "person/ben-carr-2", "into": "person/ben-carr"},
    {"edit": "merge", "entity": "person/ben-carr", "into": BROOK},
    {"edit": "split", "entity": BROOK},
    {"edit": "split", "entity": ADA, "off": "person/new", "label": "New", "claims": ["roll-a/1"]},
    {"edit": "same-as", "entity": ADA, "iri": WIKIDATA},
    {"edit": "reject", "entity": "person/ben-carr-2", "other": "person/ben-carr"},
    {"edit": "source", "source": "roll-a", "published": "2011-02-03", "title": "Roll A"},
    {"edit": "rank", "claim": "roll-a/2", "value": "preferred"},
    {"edit": "rank", "claim": "roll-b/1", "value": "deprecated"},
    {"edit": "retract", "claims": ["roll-b/2"]},
    {"edit": "move", "claim": "roll-b/1", "to": ADA},
    {"edit": "supersede", "claim": "roll-a/2", "settings": {"start": "2012-08", "end": ""}},
]


def now_counting(kb: KnowledgeBase, claim: str) -> str:
    """The claim that says now what a row of a roll says."""
    first = kb.claims.get(f"{kb.names.claim_prefix}{claim}")
    if first is None:
        return claim
    rows = (one for one in kb.claims_of(first.source) if one.evidence == first.evidence)
    return next((one.iri for one in rows if one.retracted_at is None), claim)


def carry_out(editor: Editor, edit: dict[str, Any]) -> EditOutcome:
    """An edit as it comes in JSON; of a claim that was restated, of the one that counts now."""
    values = {name: value for name, value in edit.items() if name != "edit"}
    if "claim" in values:
        values["claim"] = now_counting(editor.kb, values["claim"])
    if "claims" in values:
        values["claims"] = [now_counting(editor.kb, one) for one in values["claims"]]
    return editor.carry_out(operation(edit["edit"], values)(editor.kb))


def view(kb: KnowledgeBase, known_at: str | None = None) -> dict[str, Any]:
    """What the base says of the town: all but by which claims it says so."""
    policy = kb.policy(f"known-at={known_at}" if known_at else None)
    world = kb.world(policy)
    registry, sources = kb.snapshot.described_at(policy.known_at)
    return {
        "occurrences": {
            iri: (one.kind, one.subject, one.object, one.bounds, one.existence, one.contested)
            for iri, one in world.occurrences.items()
        },
        "conflicts": sorted((one.kind, one.concerns) for one in world.conflicts),
        "registry": {
            str(row)
            for row in kb.snapshot.entities_at(policy.known_at)
            if not any(new in str(row) for new in NEW)
        },
        "labels": {i: registry.label(i) for i in registry if not i.endswith(NEW)},
        "sources": {
            iri: (one.label, str(one.published))
            for iri, one in sources.items()
            if not iri.endswith("/edits")
        },
    }


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The facts of the town, which nobody changes."""
    return build_town(tmp_path_factory.mktemp("town") / "facts")


@pytest.fixture(scope="module")
def shared(folder: Path) -> Iterator[Editor]:
    """An editor of whom all is refused."""
    kb = open_knowledge_base(folder)
    yield Editor(kb, by="Eva Dale")
    kb.store.close()


@settings(max_examples=cases(12), suppress_health_check=list(HealthCheck))
@example([EDITS[-1], {"edit": "rank", "claim": "roll-a/2", "value": "preferred"}])
@example([EDITS[12], EDITS[12]])
@given(st.lists(st.sampled_from(EDITS), min_size=1, max_size=4))
def test_edits_undone_give_back_the_world(folder: Path, edits: list[dict[str, Any]]) -> None:
    kb = open_knowledge_base(folder)
    shared = Editor(kb, by="Eva Dale")
    then: list[tuple[str | None, dict[str, Any]]] = [(None, view(kb))]
    for edit in edits:
        try:
            done = carry_out(shared, edit)
        except (BadClaim, BadInput, NotFound):  # what an edit before has made impossible, or made
            continue
        then.append((done.outcome.instant, view(kb)))
    for instant, seen in then[1:]:
        assert view(kb, instant) == seen
    # A base that is read anew makes the same of it all.
    kb.refresh()
    assert view(kb) == then[-1][1]
    assert verify(kb.store, kb.names).sound
    for (instant, _), (_, before) in reversed(list(zip(then[1:], then[:-1], strict=True))):
        shared.undo(instant)
        assert view(kb) == before
    assert view(kb, "2021-01-01T00:00:00Z") == then[0][1]
    kb.store.close()


@pytest.mark.parametrize("edit", [EDITS[n] for n in (0, 5, 9, 12, 13)], ids=lambda e: e["edit"])
def test_files_say_what_the_base_says(town: Path, edit: dict[str, Any]) -> None:
    """Through files and through a store an edit comes to the same, and so does undoing it."""
    editor = Editor.open(town, by="Eva Dale")
    before = view(editor.kb)
    done = carry_out(editor, edit)
    again = open_knowledge_base(town)
    assert view(again) == view(editor.kb)
    assert done.outcome.changed
    assert view(again, "2021-01-01T00:00:00Z") == before
    last = again.revisions()[-1]
    assert (last.by, last.message) == ("Eva Dale", done.message)
    Editor.open(town, by="Eva Dale").undo()
    assert view(open_knowledge_base(town)) == before


def test_a_merge_makes_one_tenure_of_two(editor: Editor) -> None:
    kb = editor.kb
    editor.message = "Same roll."
    editor.merge(BROOK, ADA, evidence="https://example.org/why")
    editor.message = ""
    ada = kb.names.entity_iri(ADA)
    tenures = [one for one in kb.world().occurrences.values() if one.subject == ada]
    assert [kb.names.short(one.iri) for one in tenures] == ["tenure/ada-brook--mayor"]
    assert {kb.names.short(one) for one in tenures[0].claims} == {
        "claim/roll-a/1",
        "claim/roll-b/1",
    }
    assert kb.registry.find(BROOK) == kb.registry.find("Brook, Ada") == kb.names.entity(ADA)
    seen = described(kb, BROOK)
    assert (seen.merged_into, described(kb, ADA).merged_from) == (ADA, (BROOK,))
    assert seen.edits[0].statement == f"{BROOK} is the same as {ADA}."
    # What the source says stays what it says.
    names = {str(quad.object) for quad in kb.store.quads(kb.names.claim("roll-b", "1"))}
    assert f"<{kb.names.entity_iri(BROOK)}>" in names


def test_stretches_that_cannot_be_one_stay_two(editor: Editor) -> None:
    editor.merge("person/ben-carr-2", "person/ben-carr")
    world = editor.kb.world().occurrences.values()
    tenures = [one for one in world if one.subject == editor.kb.names.entity_iri("person/ben-carr")]
    assert len(tenures) == 2


REFUSED: list[tuple[dict[str, Any], type[TenureError], str]] = [
    ({"edit": "merge", "entity": ADA, "into": ADA}, BadClaim, "one entity already"),
    ({"edit": "merge", "entity": ADA, "into": "office/mayor"}, BadClaim, "of the kind"),
    ({"edit": "merge", "entity": ADA, "into": "person/nobody"}, NotFound, "no entity"),
    ({"edit": "split", "entity": ADA}, BadClaim, "Nothing was merged"),
    ({"edit": "rename", "entity": ADA, "label": "Ada Brook"}, BadClaim, "already"),
    ({"edit": "alias", "entity": ADA, "name": "No", "remove": True}, BadClaim, "no other name"),
    ({"edit": "rank", "claim": "roll-a/1", "value": "best"}, BadClaim, "best"),
    ({"edit": "rank", "claim": "roll-a/1", "value": "normal"}, BadClaim, "already"),
    (
        {"edit": "move", "claim": "roll-a/1", "to": BROOK, "from": "person/ben-carr"},
        BadClaim,
        "does not name",
    ),
    ({"edit": "retract", "claims": ["roll-a/none"]}, NotFound, "no claim"),
    ({"edit": "same-as", "entity": ADA, "iri": "Q42"}, BadInput, "no IRI"),
    ({"edit": "supersede", "claim": "roll-a/1", "settings": {}}, BadClaim, "otherwise"),
    (
        {"edit": "supersede", "claim": "roll-a/1", "settings": {"end": "2001"}},
        InvalidChange,
        "contradicts itself",
    ),
    ({"edit": "source", "source": "roll-a"}, BadInput, "Nothing differs"),
    ({"edit": "undo", "which": "2001-01-01T00:00:00Z"}, NotFound, "no revision"),
    ({"edit": "merge", "entity": ADA}, BadParameter, "needs into"),
    ({"edit": "merge", "entity": ADA, "into": 3}, BadParameter, "into is 3"),
    ({"edit": "merge", "entity": ADA, "onto": BROOK}, BadParameter, "takes no"),
    ({"edit": "marry", "entity": ADA}, BadParameter, "no edit"),
]


@pytest.mark.parametrize(
    ("edit", "error", "words"), REFUSED, ids=[f"{one[0]['edit']}-{one[2]}" for one in REFUSED]
)
def test_what_cannot_be_edited_is_refused_with_the_reason(
    shared: Editor, edit: dict[str, Any], error: type[TenureError], words: str
) -> None:
    before = view(shared.kb)
    with pytest.raises(error, match=words):
        carry_out(shared, edit)
    assert view(shared.kb) == before


def test_two_that_are_known_to_differ_are_not_merged(editor: Editor) -> None:
    editor.reject(BROOK, ADA)
    with pytest.raises(BadClaim, match="known to be different"):
        editor.merge(BROOK, ADA)
    editor.undecide(ADA, BROOK)
    editor.merge(BROOK, ADA)


def test_what_a_later_edit_rests_on_is_not_undone_before_it(editor: Editor) -> None:
    first = editor.rename(ADA, "Ada One").outcome.instant
    second = editor.rename(ADA, "Ada Two").outcome.instant
    with pytest.raises(BadClaim, match=f"tenure undo {second}"):
        editor.undo(first)
    editor.undo()
    editor.undo(first)
    assert editor.kb.registry.label(editor.kb.names.entity_iri(ADA)) == "Ada Brook"


def test_an_entity_of_which_claims_speak_stays(editor: Editor) -> None:
    added = editor.add("person/new", ["New One"]).outcome
    editor.move("roll-a/2", "person/new")
    with pytest.raises(Immutable, match="stays in the registry"):
        editor.retract(added.added)
    with pytest.raises(BadClaim, match="Nothing of the revision"):
        editor.undo(added.instant)
    editor.undo()
    assert editor.kb.names.entity_iri("person/new") in editor.kb.registry


def test_one_person_takes_no_seat_from_himself(town: Path) -> None:
    """Of two that were merged nobody is told that they hold one seat together."""
    found = {one.rule for one in validate_paths([town]).findings}
    Editor.open(town).merge(BROOK, ADA)
    assert found - {one.rule for one in validate_paths([town]).findings} == {"SeatTaken"}


def test_files_and_the_open_base_have_an_edit_at_the_same_instant(town: Path) -> None:
    """And two edits of one second have two, so that each can be undone by itself."""
    editor = Editor.open(town)
    done = [editor.rename(ADA, "Ada One"), editor.alias(BROOK, "Brook")]
    done += [editor.rank("roll-a/2", "preferred"), editor.retract(["roll-b/1"])]
    instants = [one.outcome.instant or "" for one in done]
    assert instants == sorted(set(instants))
    again = Editor.open(town).kb
    for one in done:
        for iri in (*one.outcome.added, *one.outcome.retracted):
            assert again.claims[iri].recorded_at == editor.kb.claims[iri].recorded_at
            assert again.claims[iri].retracted_at == editor.kb.claims[iri].retracted_at
            assert one.outcome.instant in (
                again.claims[iri].recorded_at,
                again.claims[iri].retracted_at,
            )


def test_a_dry_run_writes_nothing(town: Path) -> None:
    editor = Editor.open(town)
    texts = {path: path.read_bytes() for path in town.iterdir()}
    editor.dry_run = True
    assert editor.merge(BROOK, ADA).outcome.dry_run
    assert {path: path.read_bytes() for path in town.iterdir()} == texts


def test_what_rests_on_a_merge_cites_it(town: Path) -> None:
    """The edit that makes two one is behind the answer, as long as it counts, and with its time."""
    editor = Editor.open(town)
    editor.rename(ADA, "Ada B. Brook")
    done = editor.merge(BROOK, ADA)
    kb = editor.kb
    tenure = f"{kb.names.id_prefix}tenure/ada-brook--mayor"
    (cited,) = kb.explain(tenure).identities
    assert "person/brook-ada is person/ada-brook" in cited.text
    assert cited.text.endswith(f", recorded at {done.outcome.instant}.")
    assert kb.claims[cited.claim].recorded_at == done.outcome.instant
    before = kb.policy("known-at=2022-01-01T00:00:00Z")
    then = kb.explain(tenure, before)
    assert (then.identities, then.label) == ((), "Tenure: Ada Brook – Mayor")
    assert kb.explain(f"{kb.names.id_prefix}tenure/ben-carr--mayor").identities == ()
    editor.split(BROOK)
    assert editor.kb.explain(tenure).identities == ()
