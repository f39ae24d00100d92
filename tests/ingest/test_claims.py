"""Claims go in anchored, numbered and checked, all together or not at all."""

from __future__ import annotations

import hashlib
import re
import shutil
from pathlib import Path

import pytest
from tests.added import add_claim
from tests.ingest.harbour import BASE, NOW, TENURE, Add, ClaimsOf, state

from tenure.errors import BadClaim
from tenure.ingest import (
    Draft,
    NewEntity,
    Value,
    Vocabulary,
    add_source,
    format_files,
    state_of,
)
from tenure.model import Claim


def content(claim: Claim) -> set[str]:
    """The triples of a claim, readable: IRIs without what all begin with."""
    return {
        re.sub(r"<(?:[^>]*ontology#|[^>]*vocabulary#|[^>]*/id/|[^>]*-ns#)([^>]*)>", r"\1", str(t))
        for t in claim.content
    }


def test_offsets_digest_number_and_instant(add: Add, harbour: Path, article: Path) -> None:
    claim = add(tense="begun", modality="Reported", hedged=True)
    assert claim.iri == f"{BASE}claim/eva-1/2-1"
    assert claim.recorded_at == "2026-11-23T12:00:00Z"
    assert (claim.modality, claim.tense, claim.hedged) == (
        f"{BASE}vocabulary#Reported",
        f"{BASE}vocabulary#Begun",
        True,
    )
    (evidence,) = claim.evidence
    text = article.read_bytes().decode()
    passage = text[evidence.start : evidence.end]
    assert passage.startswith("Ada Brook took over")
    assert passage.endswith("Eva Courier reports.")
    assert evidence.digest == hashlib.sha256(passage.encode()).hexdigest()
    assert evidence.sentence == 2
    assert evidence.iri == f"{BASE}source/eva-1/passage/2"
    assert content(claim) == {
        "tenure/ada-brook--harbour-master type Tenure",
        "tenure/ada-brook--harbour-master holder person/ada-brook",
        "tenure/ada-brook--harbour-master office office/harbour-master",
        'tenure/ada-brook--harbour-master start "2021-05"^^<http://id.loc.gov/datatypes/edtf/EDTF>',
    }
    assert format_files([harbour], check=True) == ()


def test_passages_and_numbers_go_on(add: Add, harbour: Path, article: Path) -> None:
    first = add()
    second = add(states=[state("event/eva-flood", place="org/port-eva")])
    third = add(passage="40 people were hurt")
    inside = add(passage="the quay is ours", exact=True)
    assert [c.iri.rsplit("/", 1)[-1] for c in (first, second, third, inside)] == [
        "2-1",
        "2-2",
        "6-1",
        "3-1",
    ]
    assert first.evidence == second.evidence
    assert inside.evidence[0].sentence == 3
    start = article.read_text(encoding="utf-8").index("the quay is ours")
    assert inside.evidence[0].iri.rsplit("/", 1)[-1] == f"{start}-{start + 16}"
    for n in range(3, 12):
        add(states=[state("event/eva-flood", gist=f"remark {n}")])
    written = (harbour / "eva-1.trig").read_text(encoding="utf-8")
    numbers = re.findall(r"^claim:(\S+) a tn:Claim", written, re.MULTILINE)
    assert numbers == [*(f"2-{n}" for n in range(1, 12)), "3-1", "6-1"]


def test_several_passages(add: Add) -> None:
    claim = add(passage=["flood came", "It was over"])
    assert [e.sentence for e in claim.evidence] == [5, 7]
    assert claim.iri.endswith("/5-1")


def test_the_chain_of_speech(add: Add) -> None:
    alone = add()
    cited = add(via=["person/ada-brook"], statement="So she says.")
    again = add(via=["org/eva-courier", "person/ada-brook"], passage="the quay is ours")
    assert alone.voices == (f"{BASE}id/org/eva-courier",)
    assert cited.voices == (f"{BASE}id/org/eva-courier", f"{BASE}id/person/ada-brook")
    assert again.voices == cited.voices


def test_a_chain_reuses_what_is_there_and_takes_no_name_twice(
    add: Add, harbour: Path, claims_of: ClaimsOf
) -> None:
    add(via=["person/ada-brook"])
    add(via=["person/ada-brook"], passage="flood came")
    add(
        via=["person/ada-brook-1"],
        passage="It was over",
        new_entities=[NewEntity("person/ada-brook-1", "Another Ada Brook")],
    )
    written = (harbour / "eva-1.trig").read_text(encoding="utf-8")
    chains = re.findall(r"^chain:(\S+) a tn:SpeechChain", written, re.MULTILINE)
    assert chains == ["ada-brook", "ada-brook-1-chain-2", "eva-courier"]
    assert len(claims_of(harbour)) == 3


def test_new_entities_go_into_the_registry(add: Add, harbour: Path) -> None:
    added = add(
        states=[state("tenure", holder="person/dov", office="office/deputy", endedBy="event/fire")],
        via=["person/dov"],
        new_entities=[
            NewEntity("person/dov", "Dov Field"),
            NewEntity(
                "office/deputy",
                "Deputy",
                properties=(
                    ("officeOf", Value("org/pilots")),
                    ("seats", Value("2")),
                    ("altLabel", Value("Second hand")),
                ),
            ),
            NewEntity("org/pilots", "The pilots", "organization"),
            NewEntity("org/crew", "The crew", "Group"),
            NewEntity("event/fire", "The fire", "attack"),
        ],
    )
    assert "tenure/dov--deputy endedBy event/fire" in content(added)
    registry = (harbour / "entities.ttl").read_text(encoding="utf-8")
    assert "event:fire a tn:Attack ;" in registry
    assert "org:crew a tn:Group ;" in registry
    assert (
        'office:deputy a tn:Office ;\n    rdfs:label "Deputy"@en ;\n'
        '    skos:altLabel "Second hand"@en ;\n    tn:officeOf org:pilots ;\n    tn:seats 2 .'
    ) in registry
    assert format_files([harbour], check=True) == ()


def test_values_by_the_ranges_of_the_ontology(add: Add) -> None:
    claim = add(
        states=[
            state(
                "event/eva-flood",
                **{
                    "date": "2021~",
                    "place": "org/port-eva",
                    "because": "https://w3id.org/tenure/id/person/cole",
                    "gist": "it was wet",
                    "lastedDays": "60",
                    "held-at": "source/eva-1",
                    "tn:exemptFrom": "OneDay",
                },
            ),
            state(
                "quantity/eva-flood--wounded",
                quantityOf="event/eva-flood",
                quantityKind="wounded",
                value="40",
                comparator="about",
            ),
            state(
                "stance/cole--ada-brook--opposes",
                stanceHolder="person/cole",
                stanceTarget="person/ada-brook",
                stance="tnv:Opposes",
                after="tenure/ada-brook--harbour-master",
            ),
            TENURE,
        ]
    )
    integer = "^^<http://www.w3.org/2001/XMLSchema#integer>"
    assert content(claim) >= {
        'event/eva-flood date "2021~"^^<http://id.loc.gov/datatypes/edtf/EDTF>',
        "event/eva-flood place org/port-eva",
        "event/eva-flood because person/cole",
        'event/eva-flood gist "it was wet"@en',
        f'event/eva-flood lastedDays "60"{integer}',
        f"event/eva-flood heldAt <{BASE}source/eva-1>",
        "event/eva-flood exemptFrom OneDay",
        "quantity/eva-flood--wounded type Quantity",
        "quantity/eva-flood--wounded quantityKind Wounded",
        f'quantity/eva-flood--wounded value "40"{integer}',
        "quantity/eva-flood--wounded comparator About",
        "stance/cole--ada-brook--opposes stance Opposes",
        "stance/cole--ada-brook--opposes after tenure/ada-brook--harbour-master",
    }
    assert not any("eva-flood type" in line and "quantity" not in line for line in content(claim))


def test_a_second_stretch_and_situations_of_other_sources(
    add: Add, harbour: Path, article: Path, vocabulary: Vocabulary, claims_of: ClaimsOf
) -> None:
    add()
    second = state(
        "tenure/ada-brook--harbour-master--2",
        holder="person/ada-brook",
        office="office/harbour-master",
        after="tenure/ada-brook--harbour-master",
    )
    add_source(
        harbour,
        "eva-2",
        publisher="Eva Courier",
        published="2024",
        title="Back again",
        text_path=article,
    )
    add_claim(
        harbour,
        "eva-2",
        text_path=article,
        passage="took over",
        statement="She is back.",
        states=[second],
        vocabulary=vocabulary,
        now=NOW,
    )
    (claim,) = claims_of(harbour, "eva-2").values()
    assert "tenure/ada-brook--harbour-master--2 after tenure/ada-brook--harbour-master" in content(
        claim
    )


def test_a_kind_that_the_ontology_learns_needs_no_code(
    tmp_path: Path,
    repo_root: Path,
    harbour: Path,
    article: Path,
    monkeypatch: pytest.MonkeyPatch,
    claims_of: ClaimsOf,
) -> None:
    folder = tmp_path / "ontology"
    shutil.copytree(repo_root / "ontology", folder)
    for place in ("validate.validator", "resources"):
        monkeypatch.setattr(f"tenure.{place}.data_dir", lambda _: folder)
    (folder / "more.ttl").write_text(
        """
        @prefix owl: <http://www.w3.org/2002/07/owl#> .
        @prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
        @prefix tn: <https://w3id.org/tenure/ontology#> .
        tn:Deployment tn:distinguishedBy tn:errand , tn:purpose .
        tn:errand a owl:DatatypeProperty ; rdfs:domain tn:Deployment .
        """,
        encoding="utf-8",
    )
    added = add_claim(
        harbour,
        "eva-1",
        text_path=article,
        passage="took over",
        statement="Cole was sent to Port Eva to count the ships that come and go.",
        states=[
            state(
                "deployment",
                deployed="person/cole",
                deployedTo="org/port-eva",
                errand="To count the ships that come and go",
            )
        ],
        vocabulary=Vocabulary.load(),
        now=NOW,
    )
    claim = claims_of(harbour)[added.iri]
    assert "deployment/cole--port-eva--to-count-the-ships-that type Deployment" in content(claim)


def test_numbers_are_whole_where_the_sentence_is_not_known(add: Add, harbour: Path) -> None:
    path = harbour / "eva-1.trig"
    add()
    # As a source whose passages nobody has numbered.
    path.write_text(
        path.read_text(encoding="utf-8")
        .replace("    tn:sentence 2 ;\n", "")
        .replace("claim:2-1", "claim:7"),
        encoding="utf-8",
    )
    claim = add(passage="flood came")
    assert claim.iri.endswith("/8")
    assert claim.evidence[0].sentence is None


def test_the_count_of_the_source_is_followed(add: Add, harbour: Path) -> None:
    add(passage="took over")
    path = harbour / "eva-1.trig"
    # As a source whose headline was not counted: everything is one less.
    path.write_text(
        path.read_text(encoding="utf-8")
        .replace("tn:sentence 2", "tn:sentence 1")
        .replace("passage:2", "passage:1")
        .replace("claim:2-1", "claim:1-1"),
        encoding="utf-8",
    )
    assert add(passage="flood came").iri.endswith("/4-1")
    assert add(passage="the quay").iri.endswith("/2-1")


def test_state_of_finds_the_roles(vocabulary: Vocabulary) -> None:
    made = state_of(vocabulary, "Tenure", "person/a", "office/b", [("start", "2020")])
    assert [(name, value.text) for name, value in made.properties] == [
        ("holder", "person/a"),
        ("office", "office/b"),
        ("start", "2020"),
    ]
    with pytest.raises(BadClaim, match="A Quantity has no subject"):
        state_of(vocabulary, "quantity", "event/x")


def test_a_draft_has_defaults() -> None:
    draft = Draft(("a",), "b", (TENURE,))
    assert (draft.modality, draft.hedged, draft.via, draft.exact) == ("asserted", False, (), False)
