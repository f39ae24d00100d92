"""Moments in words, and what would make an answer certain."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests import amount
from tests.explain.test_what_if import refused
from tests.fusion.lab import NAMES, Lab
from tests.fusion.oracle import Case, cases, day
from tests.fusion.test_brute_force import build

from tenure.errors import BadClaim
from tenure.explain import MomentReason, WhatIf, explain
from tenure.fusion import ANY, Moment, World, certainty_at
from tenure.knowledge import KnowledgeBase
from tenure.temporal import Certainty
from tenure.views import read_key

E = "event:e a tn:Event"
LABELS = {NAMES.entity("event/e").value: "The fire", NAMES.entity("event/f").value: "The flood"}


def moment(key: str) -> Moment:
    def resolve(text: str) -> str:
        return NAMES.base + text if text.startswith("source/") else NAMES.entity(text).value

    return read_key(NAMES, resolve, key)


def at(world: World, asked: Moment, slug: str = "event/e") -> MomentReason:
    what_if = WhatIf(world, lambda _: world)
    (told,) = explain(world, NAMES.entity(slug).value, LABELS, what_if, [asked]).moments
    return told


@pytest.mark.parametrize(
    ("key", "words"),
    [
        ("2020-01-02", "on 2 January 2020"),
        ("2010", "in 2010"),
        ("2020-03~", "in about March 2020"),
        ("event/f", "on the day on which “The flood” began"),
        ("source/s1", "on the day on which “s1” was published"),
        ("before/2020-01-03", "on 2 January 2020"),
        ("before/event/f", "on the day before “The flood” began"),
        ("after/event/f", "on the day after “The flood” ended"),
        (
            "sometime/2020-01-01/to/2020-02-15",
            "at some time from 1 January 2020 on up to 15 February 2020",
        ),
        ("sometime/2020-01-01/to/..", "at some time from 1 January 2020 on"),
        (
            "throughout/2020-01-01/to/2020-02-15",
            "on every day from 1 January 2020 on up to 15 February 2020",
        ),
        ("any", "at some time or other"),
    ],
)
def test_a_moment_in_words(lab: Lab, key: str, words: str) -> None:
    world = lab.world([lab.claim(f"{E} . event:f a tn:Event .", number="1")])
    assert at(world, moment(key)).when == words


@pytest.mark.parametrize(
    ("said", "key", "words"),
    [
        (
            "",
            "2020-01-03",
            (
                "A source that dates its start on or before 3 January 2020 and its end on or after "
                "3 January 2020 would make it certain."
            ),
        ),
        (
            '; tn:start "2020-01-01"^^edtf:EDTF',
            "2020-01-03",
            "A source that dates its end on or after 3 January 2020 would make it certain.",
        ),
        (
            '; tn:end "2020-01-05"^^edtf:EDTF',
            "event/f",
            (
                "A source that dates its start on or before the day on which “The flood” began and "
                "its end on or after the day on which “The flood” began would make it certain."
            ),
        ),
        ('; tn:start "2020-01-01"^^edtf:EDTF', "2020-01-01", ""),
    ],
)
def test_what_would_make_it_certain(lab: Lab, said: str, key: str, words: str) -> None:
    world = lab.world([lab.claim(f"{E} {said} . event:f a tn:Event .", number="1")])
    assert at(world, moment(key)).would_be_certain == words


def test_what_only_hedged_claims_tell_of(lab: Lab) -> None:
    dated = f'{E} ; tn:date "2020-01-03"^^edtf:EDTF .'
    world = lab.world([lab.claim(dated, number="1", hedged=True)])
    told = at(world, moment("2020-01-03"))
    assert told.certainty == "possible"
    assert told.would_be_certain == (
        "A claim that tells of it without a hedge would make it certain."
    )
    later = at(world, moment("2020-01-03/2020-01-04"))
    assert later.certainty == "possible"
    assert later.would_be_certain == (
        "A source that dates its end on or after 4 January 2020, and a claim that tells of it "
        "without a hedge, would make it certain."
    )


def test_a_time_that_is_open_to_one_side(lab: Lab) -> None:
    world = lab.world([lab.claim(f"{E} .", number="1")])
    told = at(world, moment("[2020-01-03..]"))
    assert told.would_be_certain == (
        "Nothing could make it certain of a time that is open to one side."
    )
    assert at(world, ANY).would_be_certain == ""


@settings(max_examples=amount.cases(60), suppress_health_check=[HealthCheck.too_slow])
@given(case=cases(), number=st.integers(0, 4))
def test_a_source_that_says_so_does_make_it_certain(lab: Lab, case: Case, number: int) -> None:
    world = build(lab, case)
    asked = moment(day(number))
    for iri in world.occurrences:
        told = at(world, asked, NAMES.short(iri))
        assert bool(told.would_be_certain) == (told.certainty == "possible")
        if not told.would_be_certain:
            continue
        days = f'tn:start "[..{day(number)}]"^^edtf:EDTF ; tn:end "[{day(number)}..]"^^edtf:EDTF'
        claim = lab.claim(f"<{iri}> {days} .", number="more", source="other")
        try:
            more = refused(lab, world, [*world.claims.values(), claim])
        except BadClaim:
            continue
        found = certainty_at(more.occurrences[iri], asked, more.time)
        assert found is Certainty.CERTAIN or more.conflicts


def test_a_situation_is_named_by_whom_it_concerns(kb: KnowledgeBase) -> None:
    iri = kb.names.entity("event/us-strike-2020-01-03").value
    asked = kb.moment(at="event/shamkhani-visit-2020-03")
    (told,) = kb.explain(iri, None, [asked]).moments
    assert told.when == "on the day on which “Shamkhani's two-day visit to Iraq” began"
