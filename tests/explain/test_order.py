"""How two things certainly lie to each other, in words and with the constraints between them."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, given, settings
from tests.world.lab import NAMES, Lab
from tests.world.oracle import Case, cases
from tests.world.test_brute_force import build

from tenure.explain import OrderReason, order_of
from tenure.temporal import Certainty
from tenure.world import Day, Distances, World

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


@settings(max_examples=150, suppress_health_check=[HealthCheck.too_slow])
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
