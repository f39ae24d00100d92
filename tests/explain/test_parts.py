"""Someone's part in an event: what it hangs on, against fusing everything anew."""

from __future__ import annotations

import pytest
from tests.fusion.lab import NAMES, Lab

from tenure.explain import PartReason, Parts, WhatIf
from tenure.fusion import World
from tenure.model import Claim

VISIT = 'event:visit a tn:Visit ; tn:date "2020-03-08"^^edtf:EDTF '
HELD = "tenure:p a tn:Tenure ; tn:holder person:p ; tn:office office:o "
SEAT = "office/o"


def fused(lab: Lab, claims: list[Claim]) -> World:
    return lab.world(claims, one_seat=[SEAT])


def part(lab: Lab, claims: list[Claim]) -> PartReason:
    world = fused(lab, claims)
    what_if = WhatIf(world, lambda one: fused(lab, [c for c in claims if c.iri != one]))
    visit, who = NAMES.entity("event/visit").value, NAMES.entity("person/p").value
    (found,) = Parts(what_if, visit, {}).of(who)
    assert bool(found.note) != bool(found.hangs_on)
    for claim in claims:
        left = fused(lab, [c for c in claims if c.iri != claim.iri])
        sure = [str(p.certainty) for p in left.participations if p.who == who]
        hanging = [h for h in found.hangs_on if h.claim == claim.iri]
        if sure == [found.certainty]:
            assert hanging == []
        else:
            assert [h.becomes or "" for h in hanging] == (sure or [""])
            assert [h.gone for h in hanging] == [not sure]
    return found


def test_by_name_of_one_claim_and_of_two(lab: Lab) -> None:
    told = lab.claim(VISIT + "; tn:host person:p .", number="1")
    alone = part(lab, [told])
    assert (alone.certainty, alone.text) == ("certain", "Visit has host p")
    assert [h.text for h in alone.hangs_on] == ["Without s1 (claim 1) nothing would tell of it."]
    again = lab.claim(VISIT + "; tn:host person:p .", source="s2", number="1")
    assert part(lab, [told, again]).note == "This hangs on no single claim."
    hedged = lab.claim(VISIT + "; tn:host person:p .", source="s2", number="2", hedged=True)
    (one,) = part(lab, [told, hedged]).hangs_on
    assert one.text == "Without s1 (claim 1) it would be possible only."


@pytest.mark.parametrize(
    ("tenure", "certainty", "texts"),
    [
        (
            [HELD + '; tn:heldThroughout "2019/2021"^^edtf:EDTF .'],
            "certain",
            ["Without s1 (claim 1) nothing", "Without s1 (claim 2) nothing"],
        ),
        (
            [HELD + ".", 'tenure:p tn:start "2019"^^edtf:EDTF ; tn:end "2021"^^edtf:EDTF .'],
            "certain",
            ["Without s1 (claim 1) nothing", "(claim 2) nothing", "(claim 3) it would be possible"],
        ),
        (
            [HELD + "."],
            "possible",
            ["Without s1 (claim 1) nothing", "Without s1 (claim 2) nothing"],
        ),
    ],
)
def test_by_an_office(lab: Lab, tenure: list[str], certainty: str, texts: list[str]) -> None:
    told = [VISIT + "; tn:hostHolding office:o .", *tenure]
    claims = [lab.claim(one, number=str(n)) for n, one in enumerate(told, start=1)]
    found = part(lab, claims)
    assert found.certainty == certainty
    assert len(found.hangs_on) == len(texts)
    for hanging, text in zip(found.hangs_on, texts, strict=True):
        assert text in hanging.text
