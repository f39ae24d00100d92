"""Explanations: down to the sentences, and every bound with a chain that really gives it."""

from __future__ import annotations

import json
import re

import pytest

from tenure.errors import NotFound
from tenure.explain import Explanation
from tenure.fusion import TimeSolution
from tenure.knowledge import KnowledgeBase
from tenure.temporal import ORIGIN, Constraint, Reach, iso

MUHANDIS = "tenure/abu-mahdi-al-muhandis--pmu-deputy-head"
POLICIES = ["", "sources=jpost-620411", "modalities=all"]


def explained(kb: KnowledgeBase, slug: str, policy: str = "") -> Explanation:
    return kb.explain(kb.names.entity(slug).value, kb.policy(policy))


def test_the_deputy_head_rests_on_three_sentences(kb: KnowledgeBase) -> None:
    for policy in ("", "sources=jpost-620411"):
        why = explained(kb, MUHANDIS, policy)
        sentences = {e.sentence for claim in why.claims for e in claim.evidence}
        assert {10, 30, 54} <= sentences
        days = {bound.name: bound.day for bound in why.bounds}
        assert days == {
            "startEarliest": None,
            "startLatest": "2020-01-02",
            "endEarliest": "2020-01-03",
            "endLatest": "2020-01-03",
        }
        assert (why.certainty, why.status) == ("certain", "settled")


def test_evidence_is_a_place_in_the_text(kb: KnowledgeBase) -> None:
    why = explained(kb, MUHANDIS, "sources=jpost-620411")
    for claim in why.claims:
        assert claim.voices[0] == kb.registry.label(kb.sources[claim.source].publisher)
        for evidence in claim.evidence:
            assert evidence.start is not None
            assert evidence.end is not None
            assert 0 <= evidence.start < evidence.end <= 7501


@pytest.mark.parametrize("policy", POLICIES)
def test_every_bound_is_the_sum_of_its_constraints(kb: KnowledgeBase, policy: str) -> None:
    world = kb.world(kb.policy(policy))
    what_if = kb.what_if(world.policy)
    for iri, occurrence in list(world.occurrences.items())[POLICIES.index(policy) :: 9]:
        all_of_them = world.time.of(occurrence.existence)
        bounds = {bound.name: bound for bound in kb.explain(iri, what_if=what_if).bounds}
        for name, which, sign in (
            ("startEarliest", "start", 1),
            ("startLatest", "start", -1),
            ("endEarliest", "end", 1),
            ("endLatest", "end", -1),
        ):
            time = all_of_them.attaining((iri, which), greatest=sign < 0)
            reach = time.at_least if sign > 0 else time.at_most
            point = time.points[iri, which]
            day = reach.distance.get(point)
            assert bounds[name].day == (None if day is None else iso(day))
            if day is None:
                assert bounds[name].steps == ()
                continue
            path = reach.path(point)
            assert _leads(path, point, sign)
            assert sign * sum(c.least for c in path) == day
            assert set(path) <= set(time.network.constraints)
            assert [s.claims for s in bounds[name].steps] == _claims_of(time, reach, point)


def _leads(path: tuple[Constraint, ...], point: int, sign: int) -> bool:
    at = ORIGIN
    for step in path:
        start, end = (step.earlier, step.later) if sign > 0 else (step.later, step.earlier)
        if start != at:
            return False
        at = end
    return at == point


def _claims_of(time: TimeSolution, reach: Reach, point: int) -> list[tuple[str, ...]]:
    reasons = [time.reason(c) for c in reach.path(point)]
    return [reason.claims for reason in reasons if not reason.dated]


@pytest.mark.parametrize("policy", POLICIES)
def test_explanations_read_as_sentences(kb: KnowledgeBase, policy: str) -> None:
    world = kb.world(kb.policy(policy))
    what_if = kb.what_if(world.policy)
    for iri in list(world.occurrences)[POLICIES.index(policy) :: 9]:
        why = kb.explain(iri, what_if=what_if)
        texts = [step.text for bound in why.bounds for step in bound.steps]
        texts += [why.label, why.kind, *why.conflicts, *why.loose]
        texts += [hanging.text for bound in why.bounds for hanging in bound.hangs_on]
        for text in texts:
            assert text.strip() == text != ""
            assert "http" not in text
            assert not re.search(r"\bNone\b|\x00|  ", text)
            # Data have ISO days, sentences have words; names of sources may hold either.
            assert not re.search(r"(?<![\w-])\d{4}-\d{2}-\d{2}", re.sub(r"“.*?”", "", text))
        assert {c for b in why.bounds for s in b.steps for c in s.claims} <= {
            claim.iri for claim in why.claims
        }


def test_every_bound_that_is_known_has_steps_with_words_for_the_axiom(kb: KnowledgeBase) -> None:
    what_if = kb.what_if()
    for iri in list(kb.world().occurrences)[4::9]:
        for bound in kb.explain(iri, what_if=what_if).bounds:
            assert (bound.day is None) == (bound.steps == ())
            for step in bound.steps:
                assert step.axiom in kb.schema.axioms
                assert step.axiom_label == kb.schema.axioms[step.axiom or ""].label


def test_what_is_contested_tells_the_conflict(kb: KnowledgeBase) -> None:
    why = explained(kb, "event/allawi-failure")
    assert why.status == "contested"
    assert any(
        "jpost-620411 (claim 13-1) puts it" in reason and "dw-52601139 (claim 1) puts it" in reason
        for reason in why.conflicts
    )
    standings = {claim.standing for claim in why.claims}
    assert "Disputed" in standings
    assert explained(kb, "event/allawi-failure", "sources=jpost-620411").status == "settled"


def test_an_explanation_is_plain_data(kb: KnowledgeBase) -> None:
    why = explained(kb, MUHANDIS)
    read = json.loads(json.dumps(why.to_dict()))
    assert read["iri"] == kb.names.entity(MUHANDIS).value
    assert [bound["name"] for bound in read["bounds"]] == [bound.name for bound in why.bounds]
    assert read["claims"][0]["evidence"][0]["sentence"] == why.claims[0].evidence[0].sentence


def test_every_claim_can_be_shown_under_every_policy(kb: KnowledgeBase) -> None:
    policy = kb.policy("sources=jpost-620411")
    for iri, claim in list(kb.claims.items())[::4]:
        for chosen in (None, policy):
            shown = kb.claim_reason(iri, chosen)
            assert shown.statement == claim.statement
            assert (shown.standing == "") == (
                chosen is not None and not claim.source.endswith("jpost-620411")
            )


def test_what_is_not_there(kb: KnowledgeBase) -> None:
    with pytest.raises(NotFound, match="no situation or event"):
        kb.explain("https://w3id.org/tenure/id/tenure/none")
    with pytest.raises(NotFound, match="no claim"):
        kb.claim_reason("https://w3id.org/tenure/claim/none/1")
    with pytest.raises(NotFound):
        kb.explain(kb.names.entity(MUHANDIS).value, kb.policy("sources=ina-6771"))
