"""What is kept of the worlds without one claim: shared, bounded, and the same either way."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest
from tests.fusion.lab import NAMES, Lab

from tenure.explain import WhatIf, explain, what_if
from tenure.fusion import World
from tenure.knowledge import KnowledgeBase, snapshot
from tenure.model import Claim

DATES = ("2020-01-02", "2020-01", "2020-01-03", "2020")


def test_a_large_network_is_fused_without_the_claim(
    lab: Lab, monkeypatch: pytest.MonkeyPatch
) -> None:
    iri = NAMES.entity("event/e").value
    whole, asked = _what_if(lab, []), list[str]()
    monkeypatch.setattr(what_if, "LARGE", 0)
    parts = _what_if(lab, asked)
    assert explain(parts.world, iri, {}, parts) == explain(whole.world, iri, {}, whole)
    assert sorted(set(asked)) == sorted(parts.world.claims)


def _claims(lab: Lab) -> list[Claim]:
    return [
        lab.claim(f'event:e a tn:Event ; tn:date "{date}"^^edtf:EDTF .', number=str(n))
        for n, date in enumerate(DATES)
    ]


def _what_if(lab: Lab, asked: list[str]) -> WhatIf:
    claims = _claims(lab)

    def without(claim: str) -> World:
        asked.append(claim)
        return lab.world([c for c in claims if c.iri != claim])

    return WhatIf(lab.world(claims), without)


def test_what_is_kept_is_bounded_by_the_size_of_the_network(
    lab: Lab, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(what_if, "LARGE", 0)
    few: list[str] = []
    monkeypatch.setattr(what_if, "MOST_CONSTRAINTS", 1)
    told = _what_if(lab, few)
    one, other, *_ = told.world.claims
    for claim in (one, one, other, one):
        told.without(claim)
    assert few == [one, other, one]
    enough: list[str] = []
    monkeypatch.undo()
    monkeypatch.setattr(what_if, "LARGE", 0)
    told = _what_if(lab, enough)
    for claim in (one, one, other, one):
        told.without(claim)
    assert enough == [one, other]


def test_one_occurrence_is_explained_alike_however_little_is_kept(
    lab: Lab, monkeypatch: pytest.MonkeyPatch
) -> None:
    iri = NAMES.entity("event/e").value
    plenty = _what_if(lab, [])
    monkeypatch.setattr(what_if, "MOST_CONSTRAINTS", 1)
    little = _what_if(lab, [])
    assert explain(little.world, iri, {}, little) == explain(plenty.world, iri, {}, plenty)


def test_threads_share_what_is_kept(lab: Lab, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(what_if, "LARGE", 0)
    asked: list[str] = []
    told = _what_if(lab, asked)
    with ThreadPoolExecutor(4) as pool:
        found = list(pool.map(told.without, [*told.world.claims] * 8))
    assert sorted(asked) == sorted(told.world.claims)
    assert len({id(one) for one in found}) == len(DATES)


def test_what_is_kept_of_worlds_is_bounded(
    kb: KnowledgeBase, monkeypatch: pytest.MonkeyPatch
) -> None:
    iri = next(iter(kb.world().occurrences))
    first = kb.what_if(None, [iri])
    assert kb.what_if(kb.policy(""), [iri]) is first
    monkeypatch.setattr(snapshot, "MOST_FUSED", 1)
    for source in list(kb.sources)[:3]:
        kb.what_if(kb.policy(f"sources={source.rpartition('/')[2]}"), [iri])
    assert kb.what_if(None, [iri]) is not first
