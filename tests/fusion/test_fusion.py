"""Fusion, case by case: what policies, hedges, ranks, exemptions and odd dates do to the world."""

from __future__ import annotations

import pytest
from tests.fusion.lab import NAMES, Lab, entity

from tenure.errors import BadClaim
from tenure.temporal import day_number

HELD = "tenure:t a tn:Tenure ; tn:holder person:p ; tn:office office:o"
OTHER = "tenure:u a tn:Tenure ; tn:holder person:q ; tn:office office:o"


def short(iris: tuple[str, ...]) -> list[str]:
    return [NAMES.short(iri) for iri in iris]


# ---------------------------------------------------------------- dates


@pytest.mark.parametrize(
    ("said", "bounds"),
    [
        ("tn:start '2019-10'", ("2019-10-01", "2019-10-31", "2019-10-01", None)),
        ("tn:end '[..2020-01-03]'", (None, "2020-01-03", None, "2020-01-03")),
        ("tn:end '2019-11~'", (None, "2019-12-31", "2019-10-01", "2019-12-31")),
        ("tn:date '2019-12'", ("2019-12-01", "2019-12-31", "2019-12-01", "2019-12-31")),
        ("tn:date '2019-12/..'", ("2019-12-01", None, "2019-12-01", None)),
        ("tn:date '/2019-12'", (None, "2019-12-31", None, "2019-12-31")),
        ("tn:date '2019/2020-02'", ("2019-01-01", "2020-02-29", "2019-01-01", "2020-02-29")),
        ("tn:heldOn '2019-12'", (None, "2019-12-31", "2019-12-01", None)),
        ("tn:heldThroughout '2010/2015'", (None, "2010-12-31", "2015-01-01", None)),
        ("tn:heldThroughout '2010'", (None, "2010-01-01", "2010-12-31", None)),
        ("tn:heldThroughout '2010~'", (None, "2011-01-01", "2009-12-31", None)),
        ("tn:heldThroughout '201X'", (None, "2019-12-31", "2010-01-01", None)),
        ("tn:start '2020-24'", ("2020-12-01", "2021-02-28", "2020-12-01", None)),
        ("tn:start '-0044-03-15'", ("-0044-03-15", "-0044-03-15", "-0044-03-15", None)),
        ("tn:start 'Y12020'", ("12020-01-01", "12020-12-31", "12020-01-01", None)),
        ("tn:date '2020-01-03T23:30:00-05:00'", ("2020-01-03",) * 4),
    ],
)
def test_dates_bound_the_first_and_last_day(
    lab: Lab, said: str, bounds: tuple[str | None, ...]
) -> None:
    property_, _, value = said.partition(" ")
    text = f'{HELD} ; {property_} "{value[1:-1]}"^^edtf:EDTF .'
    assert lab.bounds(lab.world([lab.claim(text)]), "tenure/t") == bounds


def test_held_throughout_an_interval_of_years_covers_it_whole(lab: Lab) -> None:
    """The start of 2010/2015 is known to the year only, and so is what it covers for sure."""
    world = lab.world([lab.claim(f'{HELD} ; tn:heldThroughout "2010/2015"^^edtf:EDTF .')])
    assert lab.certainty(world, "tenure/t", "2011") == "certain"
    assert lab.certainty(world, "tenure/t", "2010") == "possible"


def test_what_lasted_so_many_days(lab: Lab) -> None:
    begun = f'{HELD} ; tn:start "2020-03-01"^^edtf:EDTF ; '
    exact = lab.world([lab.claim(begun + "tn:lastedDays 15 .")])
    assert lab.bounds(exact, "tenure/t")[2:] == ("2020-03-15", "2020-03-15")
    least = lab.world([lab.claim(begun + "tn:lastedAtLeastDays 8 .")])
    assert lab.bounds(least, "tenure/t")[2:] == ("2020-03-08", None)
    most = lab.world([lab.claim(begun + "tn:lastedAtMostDays 1 .")])
    assert lab.bounds(most, "tenure/t")[2:] == ("2020-03-01", "2020-03-01")


@pytest.mark.parametrize("days", ["0", "-3", '"many"^^xsd:integer', '"3"', "1.5", "99999999999"])
def test_a_number_of_days_that_is_none_names_the_claim(lab: Lab, days: str) -> None:
    with pytest.raises(BadClaim, match="is no number of days") as caught:
        lab.world([lab.claim(f"{HELD} ; tn:lastedDays {days} .", number="7")])
    assert str(caught.value.where).endswith("claim/s1/7")


@pytest.mark.parametrize(
    "date", ['"2020-02-30"^^edtf:EDTF', '"2020-01-03"^^xsd:date', '"soon"', '"soon"^^edtf:EDTF']
)
def test_a_date_that_is_none_names_the_claim(lab: Lab, date: str) -> None:
    with pytest.raises(BadClaim) as caught:
        lab.world([lab.claim(f"{HELD} ; tn:start {date} .", number="7")])
    assert str(caught.value.where).endswith("claim/s1/7")
    assert caught.value.remedy


def test_two_uses_of_one_vague_date_are_two_days(lab: Lab) -> None:
    world = lab.world(
        [
            lab.claim(f'{HELD} ; tn:end "2020-03"^^edtf:EDTF .'),
            lab.claim(f'{OTHER} ; tn:start "2020-03"^^edtf:EDTF .'),
        ]
    )
    assert lab.certainty(world, "tenure/u", "after/2020-03") == "possible"
    assert lab.bounds(world, "tenure/u")[:2] == ("2020-03-01", "2020-03-31")
    assert not world.conflicts


# ---------------------------------------------------------------- what nobody says


def test_without_dates_everything_is_possible_and_nothing_certain(lab: Lab) -> None:
    world = lab.world([lab.claim(f"{HELD} .")])
    assert lab.bounds(world, "tenure/t") == (None, None, None, None)
    for key in ("2020-01-01", "1900/2000", "sometime/2020/to/2021", "source/s1"):
        assert lab.certainty(world, "tenure/t", key) == "possible"
    assert lab.certainty(world, "tenure/t", "any") == "certain"


def test_a_situation_without_its_subject_is_refused(lab: Lab) -> None:
    with pytest.raises(BadClaim, match="without its holder"):
        lab.world([lab.claim("tenure:t a tn:Tenure ; tn:office office:o .")])


def test_an_empty_world_is_a_world(lab: Lab) -> None:
    world = lab.world([])
    assert world.occurrences == {}
    assert world.conflicts == ()


def test_years_beyond_what_edtf_can_name_do_not_break_the_world(lab: Lab) -> None:
    world = lab.world([lab.claim(f'{HELD} ; tn:start "Y1E12~"^^edtf:EDTF .')])
    assert lab.bounds(world, "tenure/t")[1] == "1000000000001-12-31"


# ---------------------------------------------------------------- hedges


def test_what_only_hedged_claims_tell_is_at_most_possible(lab: Lab) -> None:
    claim = lab.claim(f'{HELD} ; tn:date "2020/2021"^^edtf:EDTF .', hedged=True)
    world = lab.world([claim])
    assert lab.certainty(world, "tenure/t", "2020/2021") == "possible"
    assert lab.certainty(world, "tenure/t", "any") == "possible"
    assert lab.certainty(world, "tenure/t", "2022") == "ruled out"


def test_a_hedged_claim_does_not_date_what_a_firm_one_tells(lab: Lab) -> None:
    firm = lab.claim(f'{HELD} ; tn:heldOn "2020-06-01"^^edtf:EDTF .')
    hedged = lab.claim(
        f'{HELD} ; tn:start "2020-05"^^edtf:EDTF ; tn:title "chief" .', hedged=True, tense="Past"
    )
    world = lab.world([firm, hedged], published={"s1": "2020-07-01"})
    assert lab.bounds(world, "tenure/t") == (None, "2020-06-01", "2020-06-01", None)
    assert world.occurrences[entity("tenure/t").value].existence == "certain"


def test_a_policy_without_hedges_does_not_hear_them(lab: Lab) -> None:
    claim = lab.claim(f"{HELD} .", hedged=True)
    world = lab.world([claim], policy="hedged=no")
    assert world.occurrences == {}
    assert world.standings == {claim.iri: "SetAside"}


# ---------------------------------------------------------------- ranks and conflicts


def test_equal_ranks_leave_the_time_open_and_contested(lab: Lab) -> None:
    one = lab.claim(f'{HELD} ; tn:start "2019"^^edtf:EDTF .', number="1")
    other = lab.claim(f'{HELD} ; tn:start "2020"^^edtf:EDTF .', number="2")
    world = lab.world([one, other])
    (conflict,) = world.conflicts
    assert short(conflict.claims) == ["claim/s1/1", "claim/s1/2"] == short(conflict.overruled)
    assert not conflict.settled
    assert set(world.standings.values()) == {"Disputed"}
    assert lab.bounds(world, "tenure/t")[:2] == ("2019-01-01", "2020-12-31")
    assert world.occurrences[entity("tenure/t").value].contested
    first, second = world.alternatives_of(entity("tenure/t").value)
    assert [short(one.leaves_out) for one in (first, second)] == [["claim/s1/2"], ["claim/s1/1"]]
    assert first.bounds.start_latest == day_number(2019, 12, 31)
    assert second.bounds.start_earliest == day_number(2020, 1, 1)


@pytest.mark.parametrize(("high", "low"), [("Preferred", "Normal"), ("Normal", "Deprecated")])
def test_the_higher_rank_settles(lab: Lab, high: str, low: str) -> None:
    one = lab.claim(f'{HELD} ; tn:start "2019"^^edtf:EDTF .', number="1", rank=low)
    other = lab.claim(f'{HELD} ; tn:start "2020"^^edtf:EDTF .', number="2", rank=high)
    world = lab.world([one, other])
    (conflict,) = world.conflicts
    assert conflict.settled
    assert short(conflict.overruled) == ["claim/s1/1"]
    assert world.standings == {one.iri: "Overruled", other.iri: "Accepted"}
    assert lab.bounds(world, "tenure/t")[:2] == ("2020-01-01", "2020-12-31")
    assert not world.occurrences[entity("tenure/t").value].contested


def test_three_claims_of_which_any_two_agree(lab: Lab) -> None:
    texts = [
        'event:a a tn:Event ; tn:date "2020-03-10"^^edtf:EDTF .',
        'event:b a tn:Event ; tn:date "2020-03-07"^^edtf:EDTF .',
        "event:b a tn:Event ; tn:after event:a .",
    ]
    claims = [lab.claim(text, number=str(n)) for n, text in enumerate(texts)]
    world = lab.world(claims)
    (conflict,) = world.conflicts
    assert len(conflict.claims) == 3
    assert set(conflict.concerns) == {entity("event/a").value, entity("event/b").value}
    for left_out in claims:
        assert not lab.world([c for c in claims if c is not left_out]).conflicts


def test_a_claim_alone_can_contradict_what_is_always_so(lab: Lab) -> None:
    text = f'{HELD} ; tn:start "2021"^^edtf:EDTF ; tn:end "2020"^^edtf:EDTF .'
    world = lab.world([lab.claim(text), lab.claim(f"{OTHER} .")])
    (conflict,) = world.conflicts
    assert len(conflict.claims) == 1
    assert conflict.concerns == (entity("tenure/t").value,)
    assert "contradicts what is always so" in conflict.reason


def test_a_past_tense_contradicts_a_date_after_publication(lab: Lab) -> None:
    text = 'event:a a tn:Event ; tn:date "2021"^^edtf:EDTF .'
    world = lab.world([lab.claim(text, tense="Past")], published={"s1": "2020-03"})
    assert len(world.conflicts) == 1


def test_a_claim_that_is_false_by_itself_says_what_else_it_says(lab: Lab) -> None:
    """Its dates of the tenure contradict each other; that of the event is like any other's."""
    alone = lab.claim(
        f'{HELD} ; tn:start "2021"^^edtf:EDTF ; tn:end "2020"^^edtf:EDTF .'
        'event:a a tn:Event ; tn:date "2020"^^edtf:EDTF .'
    )
    other = lab.claim('event:a a tn:Event ; tn:date "2021"^^edtf:EDTF .')
    world = lab.world([alone, other])
    assert {conflict.claims for conflict in world.conflicts} == {
        (alone.iri,),
        tuple(sorted((alone.iri, other.iri))),
    }
    assert lab.bounds(world, "event/a")[::3] == ("2020-01-01", "2021-12-31")


def test_two_claims_that_quarrel_about_two_things_are_one_conflict(lab: Lab) -> None:
    text = 'event:{} a tn:Event ; tn:date "{}"^^edtf:EDTF .'
    one = lab.claim(text.format("a", 2020) + text.format("b", 2020))
    other = lab.claim(text.format("a", 2021) + text.format("b", 2021))
    (conflict,) = lab.world([one, other]).conflicts
    assert set(conflict.concerns) == {entity("event/a").value, entity("event/b").value}


@pytest.mark.parametrize(
    ("ranks", "number"), [(["Normal"], 30), (["Normal", "Preferred", "Deprecated"], 15)]
)
def test_a_crowd_of_contradictions_still_leaves_a_world(
    lab: Lab, ranks: list[str], number: int
) -> None:
    """Thirty days for one event are 435 minimal conflicts; of fewer, the order changes nothing."""
    claims = [
        lab.claim(
            f'event:a a tn:Event ; tn:start "[{2000 + n}-01-01..{2001 + n}-02-01]"^^edtf:EDTF ;'
            f' tn:end "{2001 + n}"^^edtf:EDTF .',
            number=str(n),
            rank=ranks[n % len(ranks)],
        )
        for n in range(number)
    ]
    world = lab.world(claims)
    assert world.conflicts
    assert number > 20 or world.conflicts == lab.world(reversed(claims)).conflicts
    assert set(world.standings) == {claim.iri for claim in claims}


# ---------------------------------------------------------------- exemptions


def test_a_claim_can_exempt_from_an_axiom_of_a_property(lab: Lab) -> None:
    death = lab.claim(
        'event:killing-k a tn:Killing ; tn:date "2020-01-03"^^edtf:EDTF ; tn:killed person:p .'
    )
    late = f'{HELD} ; tn:heldOn "2021"^^edtf:EDTF'
    assert lab.world([death, lab.claim(f"{late} .")]).conflicts
    world = lab.world([death, lab.claim(f"{late} ; tn:exemptFrom tn:WithinLifeEnd .")])
    assert not world.conflicts
    assert lab.certainty(world, "tenure/t", "2021") == "possible"


def test_a_claim_can_exempt_from_an_axiom_of_a_class(lab: Lab) -> None:
    killing = "event:killing-k a tn:Killing ; tn:lastedDays 2"
    assert lab.world([lab.claim(f"{killing} .")]).conflicts
    world = lab.world([lab.claim(f"{killing} ; tn:exemptFrom tn:OneDay .")])
    assert not world.conflicts


def test_no_claim_exempts_from_ending_after_the_beginning(lab: Lab) -> None:
    text = f'{HELD} ; tn:start "2021"^^edtf:EDTF ; tn:end "2020"^^edtf:EDTF'
    world = lab.world([lab.claim(f"{text} ; tn:exemptFrom tn:NotOverBeforeBegun .")])
    assert len(world.conflicts) == 1


# ---------------------------------------------------------------- policies


def test_modalities_that_are_set_aside_do_not_make_the_world(lab: Lab) -> None:
    alleged = lab.claim(f'{HELD} ; tn:start "2020"^^edtf:EDTF .', modality="Alleged")
    assert lab.world([alleged]).occurrences == {}
    assert lab.world([alleged]).standings == {alleged.iri: "SetAside"}
    heard = lab.world([alleged], policy="modalities=all")
    assert heard.standings == {alleged.iri: "Accepted"}
    assert lab.bounds(heard, "tenure/t")[0] == "2020-01-01"


def test_other_sources_change_nothing_under_a_policy_of_one(lab: Lab) -> None:
    ours = lab.claim(f'{HELD} ; tn:start "2020"^^edtf:EDTF .')
    theirs = lab.claim(f'{HELD} ; tn:start "2019"^^edtf:EDTF .', source="s2")
    world = lab.world([ours, theirs], policy="sources=s1")
    assert lab.bounds(world, "tenure/t")[0] == "2020-01-01"
    assert world.standings == {ours.iri: "Accepted"}
    assert world.occurrences == lab.world([ours]).occurrences


def test_the_day_of_a_source_that_is_not_heard_is_known_all_the_same(lab: Lab) -> None:
    ours = lab.claim(f'{HELD} ; tn:date "2020"^^edtf:EDTF .')
    world = lab.world([ours], published={"s1": "2021", "s2": "2019-05-01"}, policy="sources=s1")
    assert lab.certainty(world, "tenure/t", "source/s2") == "ruled out"


def test_known_at_goes_back_to_what_was_recorded_and_not_retracted(lab: Lab) -> None:
    early = lab.claim(
        f'{HELD} ; tn:start "2019"^^edtf:EDTF .',
        recorded="2026-01-01T00:00:00Z",
        retracted="2026-03-01T00:00:00Z",
    )
    late = lab.claim(f'{HELD} ; tn:start "2020"^^edtf:EDTF .', recorded="2026-02-01T00:00:00Z")

    def started(known_at: str) -> str | None:
        world = lab.world([early, late], policy=f"known-at={known_at}")
        return lab.bounds(world, "tenure/t")[0]

    assert started("2026-01-01T00:00:00Z") == "2019-01-01"
    assert lab.world([early, late], policy="known-at=2026-02-15T00:00:00Z").conflicts
    assert started("2026-03-01T00:00:00Z") == "2020-01-01"
    assert lab.world([early, late], policy="known-at=2025-12-31T23:59:59Z").occurrences == {}
    now = lab.world([early, late])
    assert lab.bounds(now, "tenure/t")[0] == "2020-01-01"
    assert early.iri not in now.standings


def test_ranks_of_a_policy(lab: Lab) -> None:
    preferred = lab.claim(f'{HELD} ; tn:start "2019"^^edtf:EDTF .', rank="Preferred")
    normal = lab.claim(f'{HELD} ; tn:end "2020"^^edtf:EDTF .')
    world = lab.world([preferred, normal], policy="ranks=preferred")
    assert world.standings == {preferred.iri: "Accepted", normal.iri: "SetAside"}
    assert lab.bounds(world, "tenure/t")[3] is None
