"""A hedge dates what only hedged claims tell of, and never what is firm."""

from __future__ import annotations

from tests.fusion.lab import Lab, entity

from tenure.temporal import Certainty

MARCH = '"2020-03-01"^^edtf:EDTF'


def test_a_hedged_event_does_not_date_a_firm_one_through_their_order(lab: Lab) -> None:
    firm = lab.claim('event:e tn:date "2020"^^edtf:EDTF .')
    hedged = lab.claim(f"event:h tn:date {MARCH} ; tn:after event:e .", hedged=True)
    world = lab.world([firm, hedged])
    assert lab.bounds(world, "event/e") == ("2020-01-01", "2020-12-31", "2020-01-01", "2020-12-31")
    found = world.occurrences[entity("event/h").value]
    assert found.existence is Certainty.POSSIBLE
    assert found.bounds.start_earliest == found.bounds.end_latest
    assert lab.certainty(world, "event/h", "2020-03-01") is Certainty.POSSIBLE
    assert lab.certainty(world, "event/h", "2020-03-02") is Certainty.RULED_OUT


def test_a_hedged_claim_gives_way_to_a_firm_one_of_equal_rank(lab: Lab) -> None:
    firm = lab.claim('event:killing-k tn:date "2020-01-03"^^edtf:EDTF ; tn:killed person:p .')
    hedged = lab.claim(
        f"tenure:t a tn:Tenure ; tn:holder person:p ; tn:office office:o ; tn:heldOn {MARCH} .",
        hedged=True,
    )
    world = lab.world([firm, hedged])
    [conflict] = world.conflicts
    assert conflict.settled
    assert conflict.overruled == (hedged.iri,)
    assert world.standings == {firm.iri: "Accepted", hedged.iri: "Overruled"}
    assert lab.bounds(world, "event/killing-k")[0] == "2020-01-03"
    assert not world.occurrences[entity("event/killing-k").value].contested


def test_rank_goes_before_the_hedge(lab: Lab) -> None:
    firm = lab.claim('event:e tn:date "2020-01"^^edtf:EDTF .', rank="Deprecated")
    hedged = lab.claim(f"event:e tn:date {MARCH} .", hedged=True)
    also = lab.claim("event:h tn:after event:e .", hedged=True)
    world = lab.world([firm, hedged, also])
    # The firm claim makes the event firm, so a hedge does not date it: there is no conflict.
    assert world.conflicts == ()
    assert lab.bounds(world, "event/e")[3] == "2020-01-31"
