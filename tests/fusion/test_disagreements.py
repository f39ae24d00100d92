"""Conflicts beside those of time: two in one seat, two titles, two values."""

from __future__ import annotations

from dataclasses import replace

import pytest
from tests.fusion.lab import Lab, entity

from tenure.fusion import World
from tenure.model import Claim
from tenure.namespaces import TNV
from tenure.temporal import Certainty
from tenure.views import Relations

DAYS = {"s1": "2020-05-01", "s2": "2020-06-01", "s3": "2020-07-01"}


def held(person: str, rest: str) -> str:
    return (
        f"tenure:{person} a tn:Tenure ; tn:holder person:{person} ; tn:office office:o ; {rest} ."
    )


def seats(world: World) -> list[tuple[str, ...]]:
    return [c.concerns for c in world.conflicts if c.kind == "seats"]


BOTH = (entity("tenure/a").value, entity("tenure/b").value)


def test_two_whom_one_event_ended_crowd_the_seat_though_nothing_is_dated(lab: Lab) -> None:
    """What an event ends had begun on an earlier day: of both, whenever that was."""
    claims = [lab.claim(held(who, "tn:endedBy event:f")) for who in ("a", "b")]
    world = lab.world(claims, one_seat=["office/o"])
    assert lab.bounds(world, "tenure/a") == (None, None, None, None)
    assert seats(world) == [BOTH]
    assert world.conflicts[0].claims == tuple(sorted(c.iri for c in claims))
    assert not any(o.contested for o in world.occurrences.values())


@pytest.mark.parametrize(
    ("out", "crowded"),
    [
        ("", True),
        ("2014", True),  # 1 January 2015 is left to both
        ("2014-01-02/2015-01-01", False),  # what is left is the day of the handover
        ("2014/2015", False),
    ],
)
def test_days_taken_out_crowd_no_seat(lab: Lab, out: str, crowded: bool) -> None:
    """And whoever asks who sits there too many is not told of them either."""
    spans = (("2010-01-01", "2015-01-01"), ("2014-01-01", "2018-01-01"))
    rests = [f'tn:start "{a}"^^edtf:EDTF ; tn:end "{b}"^^edtf:EDTF' for a, b in spans]
    claims = [lab.claim(held(who, rest)) for who, rest in zip("ab", rests, strict=True)]
    if out:
        denial = held("a", f'tn:heldThroughout "{out}"^^edtf:EDTF')
        claims.append(lab.claim(denial, modality="Denied", rank="Preferred", number="denial"))
    world = lab.world(claims, one_seat=["office/o"])
    assert (seats(world) == [BOTH]) == crowded
    asked = Relations(world).crowding(world.seats, world.schema.seat_kinds)
    assert any(one.certainty is Certainty.CERTAIN for one in asked) == crowded


@pytest.mark.parametrize(
    ("other", "differ"),
    [
        ("3 ; tn:start '1985'^^edtf:EDTF", True),
        ("5 ; tn:start '1985'^^edtf:EDTF", False),  # the same number
        ("3 ; tn:start '1990-12-31'^^edtf:EDTF", False),  # the day of the change
        ("3 ; tn:start '1990'^^edtf:EDTF", False),
        ("3 ; tn:heldOn '1988'^^edtf:EDTF", True),
        ("3", False),
    ],
)
def test_two_numbers_of_seats_on_the_same_days(lab: Lab, other: str, differ: bool) -> None:
    first = "5 ; tn:start '1980'^^edtf:EDTF ; tn:end '1990-12-31'^^edtf:EDTF"
    names = [entity(f"seating/{one}").value for one in "ab"]
    if differ is False and other.startswith("5"):
        names[1] += "2"
    claims = [
        lab.claim(
            f"<{iri}> a tn:Seating ; tn:seatingOf office:o ; tn:numberOfSeats {told} .", source=by
        )
        for iri, told, by in zip(names, (first, other), ("s1", "s2"), strict=True)
    ]
    world = lab.world(claims)
    assert seats(world) == ([tuple(names)] if differ else [])
    if differ:
        [conflict] = world.conflicts
        assert conflict.claims == tuple(sorted(claim.iri for claim in claims))
        assert " certainly had 5 and 3 seats at a time. " in conflict.reason
        better = [replace(claims[0], rank=TNV("Preferred").value), claims[1]]
        [conflict] = lab.world(better).conflicts
        assert (conflict.settled, conflict.rule, conflict.lost) == (True, "rank", (claims[1].iri,))


def test_what_loses_in_a_conflict_about_seats_keeps_its_plans(lab: Lab) -> None:
    """It dates things still, as it does where the two are fused apart."""
    iri, other = (entity(f"seating/{one}").value for one in "ab")
    told = "a tn:Seating ; tn:seatingOf office:o ; tn:numberOfSeats"
    dates = "tn:start '1980'^^edtf:EDTF ; tn:end '2030'^^edtf:EDTF"
    claims = [
        lab.claim(f"<{iri}> {told} 5 ; {dates} .", source="s1", rank="Deprecated"),
        lab.claim(f"<{other}> {told} 3 ; tn:heldOn '1988'^^edtf:EDTF .", source="s2"),
    ]
    world = Lab(lab.schema, plans=True).world(claims, published=DAYS)
    assert [(one.kind, one.lost) for one in world.conflicts] == [("seats", (claims[0].iri,))]
    assert [plan.which for plan in world.plans_of(iri)] == ["end"]


@pytest.mark.parametrize(
    "rests",
    [
        ("tn:heldAt event:e", "tn:heldAt event:e"),  # it may be the day of the handover
        ("tn:endedBy event:e", "tn:startedBy event:e"),
        ("tn:endedBy event:e", "tn:endedBy event:f"),
        ('tn:start "2010"^^edtf:EDTF', 'tn:start "2012"^^edtf:EDTF'),
    ],
)
def test_what_need_not_share_two_days_crowds_nothing(lab: Lab, rests: tuple[str, str]) -> None:
    claims = [lab.claim(held(who, rest)) for who, rest in zip("ab", rests, strict=True)]
    assert seats(lab.world(claims, one_seat=["office/o"])) == []


def test_a_crowded_seat_names_the_sources_and_rank_settles_it(lab: Lab) -> None:
    low = 'tn:start "2010-01-01"^^edtf:EDTF ; tn:end "2015-01-01"^^edtf:EDTF'
    high = 'tn:start "2014-01-01"^^edtf:EDTF ; tn:end "2018-01-01"^^edtf:EDTF'
    claims = [
        lab.claim(held("a", low), source="s1", rank="Deprecated"),
        lab.claim(held("b", high), source="s2"),
    ]
    [conflict] = lab.world(claims, one_seat=["office/o"]).conflicts
    assert conflict.reason == (
        "a and b certainly held one seat at a time: o."
        " s1 says: Somebody says something; s2 says: Somebody says something."
    )
    assert (conflict.rule, conflict.lost) == ("rank", (claims[0].iri,))
    assert conflict.overruled == ()


def titled(lab: Lab, *titles: str, source: str, voice: str = "urn:a") -> Claim:
    rest = " ; ".join(f"tn:title {title}" for title in titles)
    return replace(lab.claim(held("a", rest), source=source), voices=(voice,))


@pytest.mark.parametrize(
    ("one", "other", "differ"),
    [
        (['"head"@en'], ['"deputy head"@en'], True),
        (['"head"@en'], ['"Head"@en'], False),
        (['"deputy head"@en'], ['" deputy  head"@en'], False),
        (['"caf\u00e9 head"@en'], ['"cafe\u0301 head"@en'], False),
        (['"head"@en'], ['"chef"@fr'], False),
        (['"head"@en-GB'], ['"chief"@en-US'], True),
        (['"head"@en'], ['"chief"'], True),
        (['"head"@en', '"chief"@en'], ['"chief"@en'], False),
        (['"head"@en', '"chef"@fr'], ['"chief"@en'], True),
        (['"head"@en', '"chef"@fr'], ['"patron"@fr', '"head"@en'], False),
    ],
)
def test_which_titles_differ(lab: Lab, one: list[str], other: list[str], differ: bool) -> None:
    claims = [titled(lab, *one, source="s1"), titled(lab, *other, source="s2")]
    for order in (claims, claims[::-1]):
        found = lab.world(order, published=DAYS).conflicts
        assert [c.kind for c in found] == (["title"] if differ else [])


def test_one_source_may_tell_two_titles(lab: Lab) -> None:
    claims = [titled(lab, '"head"', source="s1"), titled(lab, '"chief"', source="s1")]
    assert lab.world(claims, published=DAYS).conflicts == ()


@pytest.mark.parametrize(
    ("policy", "rule", "lost"),
    [
        ("", "", None),
        ("resolve=newest", "newest", 0),
        ("resolve=ranked:s1", "ranked", 1),
        ("resolve=named:s2,s3", "named", 0),
        ("resolve=majority", "majority", 0),
    ],
)
def test_every_rule_settles_titles(lab: Lab, policy: str, rule: str, lost: int | None) -> None:
    claims = [
        titled(lab, '"head"', source="s1", voice="urn:a"),
        titled(lab, '"chief"', source="s2", voice="urn:b"),
        titled(lab, '"Chief"', source="s3", voice="urn:c"),
    ]
    conflicts = lab.world(claims, published=DAYS, policy=policy).conflicts
    assert len(conflicts) == 2
    for conflict in conflicts:
        assert conflict.rule == rule
        if lost is None:
            assert conflict.lost == ()
        else:
            assert (claims[0].iri in conflict.lost) == (lost == 0)


def test_two_outlets_of_one_speaker_are_no_majority_for_a_title(lab: Lab) -> None:
    claims = [
        titled(lab, '"head"', source="s1", voice="urn:a"),
        titled(lab, '"chief"', source="s2", voice="urn:b"),
        titled(lab, '"chief"', source="s3", voice="urn:b"),
    ]
    found = lab.world(claims, published=DAYS, policy="resolve=majority").conflicts
    assert [c.rule for c in found] == ["", ""]


def test_the_majority_settles_values(lab: Lab) -> None:
    number = (
        "quantity:q a tn:Quantity ; tn:quantityOf event:e ; tn:quantityKind tnv:Killed ;"
        " tn:comparator tnv:Exactly ; tn:value {} ."
    )
    claims = [
        replace(lab.claim(number.format(value), source=source), voices=(f"urn:{source}",))
        for value, source in ((5, "s1"), (6, "s2"), (6, "s3"))
    ]
    found = lab.world(claims, published=DAYS, policy="resolve=majority").conflicts
    assert {(c.kind, c.rule, c.lost) for c in found} == {
        ("value", "majority", (claims[0].iri,)),
    }
    assert len(found) == 2
