"""What an answer hangs on, against fusing everything anew without the claim."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests import amount
from tests.fusion.lab import NAMES, Lab
from tests.fusion.oracle import Case, cases, day
from tests.fusion.test_brute_force import build

from tenure.explain import Dependency, Explanation, WhatIf, explain
from tenure.fusion import Moment, World, certainty_at
from tenure.model import Claim, Occurrence
from tenure.temporal import FourBounds, iso
from tenure.views import read_key

NAMES_OF_BOUNDS = ("startEarliest", "startLatest", "endEarliest", "endLatest")
POLICIES = (None, "resolve=majority", "resolve=newest")


def refused(lab: Lab, world: World, claims: list[Claim]) -> World:
    published = {iri.rpartition("/")[2]: s.published.text for iri, s in world.sources.items()}
    return lab.world(claims, published=published, policy=world.policy.text or None)


@st.composite
def worlds(draw: st.DrawFn, lab: Lab) -> World:
    """Worlds of claims of which each tells of what it likes, some of them hedged."""
    case: Case = draw(cases())
    built = build(lab, case)
    claims = []
    for claim in built.claims.values():
        things = {t.subject for t in claim.content}
        told = sorted((t for t in things if str(t).find("/distance/") < 0), key=str)
        kept = things - draw(st.sets(st.sampled_from(told), max_size=2))
        content = tuple(t for t in claim.content if t.subject in kept)
        # A node that nothing leads to any more is dropped with what led to it.
        led_to = {t.object for t in content} | set(told)
        content = tuple(t for t in content if t.subject in led_to)
        if content:
            claims.append(replace(claim, content=content, hedged=draw(st.booleans())))
    found = refused(lab, built, claims)
    text = draw(st.sampled_from(POLICIES))
    if text is None:
        return found
    published = {iri.rpartition("/")[2]: s.published.text for iri, s in found.sources.items()}
    return lab.world(claims, published=published, policy=text)


def moments(world: World) -> list[Moment]:
    keys = [day(1), day(3), f"sometime/{day(1)}/to/{day(2)}", f"throughout/{day(1)}/to/{day(3)}"]
    keys += [
        NAMES.short(iri) for iri, one in sorted(world.occurrences.items()) if one.subject is None
    ]
    return [read_key(NAMES, lambda text: NAMES.entity(text).value, key) for key in keys]


def four(occurrence: Occurrence) -> tuple[int | None, ...]:
    bounds: FourBounds = occurrence.bounds
    return bounds.start_earliest, bounds.start_latest, bounds.end_earliest, bounds.end_latest


def looser(now: int | None, then: int | None, *, greatest: bool) -> bool:
    if now is None or now == then:
        return False
    return then is None or (then > now if greatest else then < now)


def on(claim: str, hanging: Sequence[Dependency]) -> Dependency | None:
    """What hangs on a claim, told at most once."""
    found = [one for one in hanging if one.claim == claim]
    assert len(found) <= 1
    return found[0] if found else None


SETTINGS = settings(
    max_examples=amount.cases(60),
    suppress_health_check=[HealthCheck.filter_too_much, HealthCheck.too_slow],
)


@SETTINGS
@given(data=st.data())
def test_bounds_and_moments_hang_on_what_fusion_without_it_says(
    lab: Lab, data: st.DataObject
) -> None:
    world = data.draw(worlds(lab))
    without = {
        claim: refused(lab, world, [c for c in world.claims.values() if c.iri != claim])
        for claim in world.claims
    }
    what_if = WhatIf(world, without.__getitem__)
    asked = moments(world)
    for iri, occurrence in world.occurrences.items():
        told = explain(world, iri, {}, what_if, asked)
        for claim, other in without.items():
            left = other.occurrences.get(iri)
            for place, bound in enumerate(told.bounds):
                hanging = on(claim, bound.hangs_on)
                now = four(occurrence)[place]
                if left is None:
                    assert now is None or (hanging is not None and hanging.gone)
                    continue
                then = four(left)[place]
                if hanging is not None:
                    assert not hanging.gone
                    assert now != then
                    assert hanging.becomes == (None if then is None else iso(then))
                else:
                    assert not looser(now, then, greatest=place % 2 == 1), (claim, bound.name)
            for moment, at in zip(asked, told.moments, strict=True):
                now_at = certainty_at(occurrence, moment, world.time)
                assert at.certainty == str(now_at)
                hanging = on(claim, at.hangs_on)
                if left is None:
                    assert hanging is not None
                    assert hanging.gone
                    continue
                then_at = str(certainty_at(left, moment, other.time))
                if hanging is not None:
                    assert hanging.becomes == then_at != at.certainty
                else:
                    assert then_at == at.certainty or at.certainty == "possible"


@SETTINGS
@given(data=st.data())
def test_what_is_necessary_is_on_every_tightest_derivation(lab: Lab, data: st.DataObject) -> None:
    world = data.draw(worlds(lab))

    def without(claim: str) -> World:
        return refused(lab, world, [c for c in world.claims.values() if c.iri != claim])

    what_if = WhatIf(world, without)
    for iri in world.occurrences:
        for bound in explain(world, iri, {}, what_if).bounds:
            shown = {claim for step in bound.steps for claim in step.claims}
            assert shown <= set(bound.claims)
            if bound.note:
                assert len(bound.claims) > 1
                assert bound.hangs_on == ()
            if bound.day is None:
                assert bound.claims == ()


def told(lab: Lab, claims: list[Claim], slug: str) -> Explanation:
    world = lab.world(claims)
    what_if = WhatIf(world, lambda one: lab.world([c for c in claims if c.iri != one]))
    return explain(world, NAMES.entity(slug).value, {}, what_if)


def test_two_independent_derivations_hang_on_neither_claim(lab: Lab) -> None:
    said = 'event:e a tn:Event ; tn:date "2020-01-03"^^edtf:EDTF .'
    one, other = lab.claim(said, number="1"), lab.claim(said, number="1", source="s2")
    both = told(lab, [one, other], "event/e")
    for bound in both.bounds:
        assert bound.day == "2020-01-03"
        assert bound.hangs_on == ()
        assert bound.claims == tuple(sorted((one.iri, other.iri)))
        assert bound.note == "The day hangs on no single claim: several derivations give it."
    alone = told(lab, [one], "event/e")
    assert {h.text for b in alone.bounds for h in b.hangs_on} == {
        "Without s1 (claim 1) nothing would tell of it."
    }


def test_what_gave_way_would_date_it_without_what_it_quarrels_with(lab: Lab) -> None:
    early = lab.claim('event:e a tn:Event ; tn:date "2020-03-01"^^edtf:EDTF .', number="1")
    late = lab.claim('event:e a tn:Event ; tn:date "2020-03-15"^^edtf:EDTF .', number="2")
    first, last, *_ = told(lab, [early, late], "event/e").bounds
    assert (first.day, last.day) == ("2020-03-01", "2020-03-15")
    assert [(h.claim, h.becomes, h.text) for h in first.hangs_on] == [
        (early.iri, "2020-03-15", "Without s1 (claim 1) it would be 15 March 2020."),
    ]
    assert [(h.claim, h.becomes) for h in last.hangs_on] == [(late.iri, "2020-03-01")]
