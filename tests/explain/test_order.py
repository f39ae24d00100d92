"""How two things certainly lie to each other, in words and with the constraints between them."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests import amount
from tests.explain.test_what_if import on, refused, worlds
from tests.fusion.lab import NAMES, Lab
from tests.fusion.oracle import Case, cases
from tests.fusion.test_brute_force import build

from tenure.explain import OrderReason, WhatIf, length_of, order_of
from tenure.explain.reasons import thing_in_words
from tenure.fusion import Day, Distances, World
from tenure.temporal import Certainty

EVENTS = "event:a a tn:Event . event:b a tn:Event ."


def told(world: World, one: str = "event/a", other: str = "event/b") -> tuple[OrderReason, ...]:
    iris = (
        NAMES.source(t[7:]) if t.startswith("source/") else NAMES.entity(t) for t in (one, other)
    )
    first, second = (iri.value for iri in iris)
    return order_of(world, first, second, {})


@pytest.mark.parametrize(
    ("said", "texts"),
    [
        ("event:a tn:after event:b .", ["B was over by the day on which a began"]),
        (
            'event:a tn:date "2020-01-01"^^edtf:EDTF . event:b tn:date "2020-01-03"^^edtf:EDTF .',
            ["A was over before b began"],
        ),
        (
            "event:a tn:during event:b .",
            ["B began no later than a", "A ended no later than b"],
        ),
        ("", []),
    ],
)
def test_what_is_certain_is_said(lab: Lab, said: str, texts: list[str]) -> None:
    world = lab.world([lab.claim(EVENTS + said, number="1")])
    found = told(world)
    assert sorted(one.text for one in found) == sorted(texts)
    for one in found:
        assert one.steps
        assert any(step.claims for step in one.steps)


def test_a_source_is_published(lab: Lab) -> None:
    claim = lab.claim("event:a a tn:Event .", tense="Past", number="1")
    (one,) = told(lab.world([claim]), "event/a", "source/s1")
    assert one.text == "A was over by the day on which “s1” was published"
    assert [step.claims for step in one.steps] == [(claim.iri,)]
    early = lab.claim('event:a a tn:Event ; tn:date "2020-01-03"^^edtf:EDTF .', number="2")
    world = lab.world([early], published={"s1": "2019"})
    (one,) = told(world, "event/a", "source/s1")
    assert one.text == "“s1” was published before a began"


def test_a_person_is_not_put_in_order_with_an_event(lab: Lab) -> None:
    """A life has days in the network too, yet no claim tells of it as something that happened."""
    killed = "event:killing-p a tn:Killing ; tn:killed person:p ; tn:before event:a ."
    world = lab.world([lab.claim(EVENTS + killed, number="1")])
    assert told(world, "event/killing-p", "event/a")
    assert told(world, "person/p", "event/a") == told(world, "event/a", "person/p") == ()


@settings(max_examples=amount.cases(60), suppress_health_check=[HealthCheck.too_slow])
@given(case=cases())
def test_nothing_is_said_that_is_not_entailed(lab: Lab, case: Case) -> None:
    world = build(lab, case)
    iris = sorted(world.occurrences)
    distances = Distances(world.time)
    for one in iris:
        for other in iris:
            if one == other or Certainty.POSSIBLE in {
                world.occurrences[iri].existence for iri in (one, other)
            }:
                continue
            apart = any(
                (distances.least(Day(a, "end", 0), Day(b, "start", 0)) or 0) > 0
                for a, b in ((one, other), (other, one))
            )
            texts = [reason.text for reason in order_of(world, one, other, {})]
            assert apart == any(" was over before " in text for text in texts)


@settings(max_examples=amount.cases(50), suppress_health_check=list(HealthCheck))
@given(data=st.data())
def test_an_order_or_length_hangs_on_what_fusion_without_it_says(
    lab: Lab, data: st.DataObject
) -> None:
    world = data.draw(worlds(lab))
    without = {
        claim: refused(lab, world, [c for c in world.claims.values() if c.iri != claim])
        for claim in world.claims
    }
    what_if = WhatIf(world, without.__getitem__)
    iris = [*sorted(world.occurrences), *sorted(world.sources)]
    for one in iris:
        for other in iris[: iris.index(one) + 1]:
            if one != other and len({thing_in_words(world, i, {}) for i in (one, other)}) == 1:
                continue  # which of the two is meant is not to be told from the text
            for reason in said_of(world, one, other, what_if):
                assert bool(reason.note) != bool(reason.hangs_on)
                for claim, left in without.items():
                    hanging = on(claim, reason.hangs_on)
                    named = {one, other} & world.occurrences.keys()
                    if not named <= left.occurrences.keys():
                        assert hanging is not None
                        assert hanging.gone
                        continue
                    then = {one.text for one in said_of(left, one, other, None)}
                    if hanging is not None:
                        assert not hanging.gone
                        assert reason.text not in then
                    else:
                        # Where less counts, what is known better may be so without the claim.
                        assert reason.text in then or then


def said_of(world: World, one: str, other: str, what_if: WhatIf | None) -> tuple[OrderReason, ...]:
    if one != other:
        return order_of(world, one, other, {}, what_if)
    return length_of(world, one, {}, what_if) if one in world.occurrences else ()


def test_what_makes_an_order_certain_is_told(lab: Lab) -> None:
    claims = [
        lab.claim("event:a a tn:Event .", number="1"),
        lab.claim("event:b a tn:Event .", number="2"),
        lab.claim("event:a tn:before event:b .", number="3"),
    ]
    world = lab.world(claims)
    what_if = WhatIf(world, lambda one: lab.world([c for c in claims if c.iri != one]))
    one, other = (NAMES.entity(f"event/{slug}").value for slug in "ab")
    (order,) = order_of(world, one, other, {}, what_if)
    assert [hanging.text for hanging in order.hangs_on] == [
        "Without s1 (claim 3) it would not be certain."
    ]
    twice = [*claims, lab.claim("event:a tn:before event:b .", number="1", source="s2")]
    world = lab.world(twice)
    what_if = WhatIf(world, lambda one: lab.world([c for c in twice if c.iri != one]))
    (order,) = order_of(world, one, other, {}, what_if)
    assert order.hangs_on == ()
    assert order.note == "This hangs on no single claim: without any one it would be the same."


def test_what_a_length_hangs_on_is_told(lab: Lab) -> None:
    claims = [
        lab.claim('event:a a tn:Event ; tn:start "2020-01-02"^^edtf:EDTF .', number="1"),
        lab.claim('event:a tn:end "2020-01-05"^^edtf:EDTF .', number="2"),
    ]
    world = lab.world(claims)
    what_if = WhatIf(world, lambda one: lab.world([c for c in claims if c.iri != one]))
    least, most = length_of(world, NAMES.entity("event/a").value, {}, what_if)
    assert (least.text, most.text) == ("A lasted at least 4 days", "A lasted at most 4 days")
    assert [hanging.text for hanging in least.hangs_on] == [
        "Without s1 (claim 1) it would have lasted at least one day.",
        "Without s1 (claim 2) it would have lasted at least one day.",
    ]
    assert [hanging.text for hanging in most.hangs_on] == [
        "Without s1 (claim 1) it would have lasted any number of days.",
        "Without s1 (claim 2) it would have lasted any number of days.",
    ]
