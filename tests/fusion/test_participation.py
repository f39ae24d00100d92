"""Who takes part in an event, by name or by an office held."""

from __future__ import annotations

from tests.fusion.lab import NAMES, Lab

from tenure.fusion import World
from tenure.namespaces import TN

VISIT = 'event:visit a tn:Visit ; tn:date "2020-03-08"^^edtf:EDTF ; '


def hosts(world: World) -> dict[str, str]:
    return {
        NAMES.short(part.who): str(part.certainty)
        for part in world.participations
        if part.role == TN("host").value
    }


def held(who: str, rest: str = "") -> str:
    return f"tenure:{who} a tn:Tenure ; tn:holder person:{who} ; tn:office office:o {rest}."


def test_a_participant_by_name(lab: Lab) -> None:
    claim = lab.claim(VISIT + "tn:host person:p .")
    world = lab.world([claim])
    assert hosts(world) == {"person/p": "certain"}
    assert world.participations[0].claims == (claim.iri,)


def test_a_participant_whom_only_a_hedged_claim_names(lab: Lab) -> None:
    world = lab.world(
        [
            lab.claim(VISIT + "tn:place place:here ."),
            lab.claim(VISIT + "tn:host person:p .", hedged=True),
        ]
    )
    assert hosts(world) == {"person/p": "possible"}
    firm = lab.claim(VISIT + "tn:host person:p .")
    both = lab.world([firm, lab.claim(VISIT + "tn:host person:p .", hedged=True)])
    assert hosts(both) == {"person/p": "certain"}


def test_the_holder_at_the_time(lab: Lab) -> None:
    claims = [
        lab.claim(VISIT + "tn:hostHolding office:o ."),
        lab.claim(held("sure", '; tn:heldThroughout "2019/2021"^^edtf:EDTF ')),
        lab.claim(held("perhaps", "")),
        lab.claim(held("gone", '; tn:end "2019"^^edtf:EDTF ')),
    ]
    one = {"person/sure": "certain", "person/perhaps": "possible"}
    assert hosts(lab.world(claims, one_seat=["office/o"])) == one
    # With several seats, or none known, the host can be any of the holders.
    assert hosts(lab.world(claims)) == {"person/sure": "possible", "person/perhaps": "possible"}


def test_the_holder_at_the_time_of_a_hedged_claim(lab: Lab) -> None:
    claims = [
        lab.claim(VISIT + "tn:hostHolding office:o .", hedged=True),
        lab.claim(held("sure", '; tn:heldThroughout "2019/2021"^^edtf:EDTF ')),
    ]
    assert hosts(lab.world(claims, one_seat=["office/o"])) == {"person/sure": "possible"}


def test_a_former_holder_is_only_ever_possible(lab: Lab) -> None:
    claims = [
        lab.claim(VISIT + "tn:hostFormerlyHolding office:o ."),
        lab.claim(held("gone", '; tn:end "2019"^^edtf:EDTF ')),
        lab.claim(held("perhaps", "")),
        lab.claim(held("still", '; tn:heldThroughout "2019/2021"^^edtf:EDTF ')),
        lab.claim(held("later", '; tn:start "2021"^^edtf:EDTF ')),
    ]
    expected = {"person/gone": "possible", "person/perhaps": "possible"}
    assert hosts(lab.world(claims, one_seat=["office/o"])) == expected


def test_a_stance_towards_an_office_makes_nobody_its_holder(lab: Lab) -> None:
    stance = (
        "<https://w3id.org/tenure/id/stance/s> a tn:Stance ; tn:stanceHolder person:critic ;"
        ' tn:stanceTarget office:o ; tn:stance tnv:Opposes ; tn:date "2020"^^edtf:EDTF .'
    )
    claims = [lab.claim(VISIT + "tn:hostHolding office:o ."), lab.claim(stance)]
    assert hosts(lab.world(claims, one_seat=["office/o"])) == {}


def test_the_other_way_round_names_the_same_participant(lab: Lab) -> None:
    claims = [lab.claim("event:killing-k a tn:Killing . person:p tn:killedIn event:killing-k .")]
    (part,) = lab.world(claims).participations
    assert (part.role, NAMES.short(part.who)) == (TN("killed").value, "person/p")


def test_what_ends_with_a_life_is_ended_by_what_took_it(lab: Lab) -> None:
    until = lab.claim("tenure:t a tn:Tenure ; tn:holder person:p ; tn:endsWith person:p .")
    death = lab.claim(
        'event:killing-k a tn:Killing ; tn:date "2020-01-03"^^edtf:EDTF ; tn:killed person:p .'
    )
    world = lab.world([until, death])
    assert lab.bounds(world, "tenure/t") == (None, "2020-01-02", "2020-01-03", "2020-01-03")
    chained = [s for s in world.statements if s.predicate == TN("endedBy").value]
    assert [set(s.claims) for s in chained] == [{until.iri, death.iri}]
