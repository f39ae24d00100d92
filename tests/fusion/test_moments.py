"""Certainty at moments that are themselves uncertain."""

from __future__ import annotations

import pytest
from tests.fusion.lab import Lab

HELD = "tenure:t a tn:Tenure ; tn:holder person:p ; tn:office office:o"


def test_as_of_an_event_without_any_date(lab: Lab) -> None:
    """Nobody knows when the event was; that the tenure was going on then is certain."""
    world = lab.world(
        [
            lab.claim(f"{HELD} ; tn:heldAt event:e ."),
            lab.claim("tenure:u a tn:Tenure ; tn:holder person:q ; tn:office office:o ."),
            lab.claim(
                "tenure:v a tn:Tenure ; tn:holder person:r ; tn:office office:o ;"
                " tn:after event:f . event:f tn:after event:e ; tn:lastedAtLeastDays 2 ."
            ),
        ]
    )
    assert lab.bounds(world, "event/e") == (None, None, None, None)
    assert lab.certainty(world, "tenure/t", "event/e") == "certain"
    assert lab.certainty(world, "tenure/u", "event/e") == "possible"
    assert lab.certainty(world, "tenure/v", "event/e") == "ruled out"
    assert lab.certainty(world, "event/e", "event/e") == "certain"


def test_as_of_an_event_that_no_claim_mentions(lab: Lab) -> None:
    world = lab.world([lab.claim(f'{HELD} ; tn:date "2020"^^edtf:EDTF .')])
    assert lab.certainty(world, "tenure/t", "event/unheard-of") == "possible"


def test_what_an_event_ended_held_on_the_day_before(lab: Lab) -> None:
    world = lab.world([lab.claim(f"{HELD} ; tn:endedBy event:killing-k .")])
    assert lab.certainty(world, "tenure/t", "before/event/killing-k") == "certain"
    assert lab.certainty(world, "tenure/t", "event/killing-k") == "certain"
    assert lab.certainty(world, "tenure/t", "after/event/killing-k") == "ruled out"


def test_what_a_longer_event_ended_may_be_over_before_the_event(lab: Lab) -> None:
    world = lab.world([lab.claim(f"{HELD} ; tn:endedBy event:e .")])
    assert lab.certainty(world, "tenure/t", "event/e") == "certain"
    assert lab.certainty(world, "tenure/t", "after/event/e") == "ruled out"
    inside = lab.world([lab.claim(f"{HELD} ; tn:endedBy event:e . event:e tn:lastedDays 3 .")])
    assert lab.certainty(inside, "tenure/t", "sometime/event/e/to/event/e") == "certain"


def test_as_of_a_source_of_vague_date(lab: Lab) -> None:
    present = lab.claim(f"{HELD} .", tense="Present")
    gone = lab.claim(
        "tenure:u a tn:Tenure ; tn:holder person:q ; tn:office office:o ;"
        ' tn:end "2020-02"^^edtf:EDTF .',
        tense="Past",
    )
    world = lab.world([present, gone], published={"s1": "2020-03"})
    assert lab.certainty(world, "tenure/t", "source/s1") == "certain"
    assert lab.certainty(world, "tenure/t", "2020-03-15") == "possible"
    assert lab.certainty(world, "tenure/u", "source/s1") == "ruled out"
    assert lab.bounds(world, "tenure/t") == (None, "2020-03-31", "2020-03-01", None)


@pytest.mark.parametrize(
    ("key", "expected"),
    [
        ("2020-01-10", "certain"),
        ("2020-01-20", "certain"),
        ("2020-01-09", "ruled out"),
        ("2020-01-21", "ruled out"),
        ("2020-01", "possible"),
        ("2020-01-10/2020-01-20", "certain"),
        ("2020-01-10/2020-01-21", "possible"),
        ("[2020-01-09..2020-01-10]", "possible"),
        ("[2020-01-12, 2020-01-14]", "certain"),
        ("2020-01-11~", "certain"),
        ("2020-01-10~", "possible"),
        ("2020-01-10%", "possible"),
        ("2020-02", "ruled out"),
        ("2019/..", "possible"),
        ("/2020-01-09", "ruled out"),
        ("2020-01-21/", "ruled out"),
        ("[..2020-01-10]", "possible"),
        ("before/2020-01-11", "certain"),
        ("before/2020-01-10", "ruled out"),
        ("before/2020-02", "ruled out"),
        ("before/2020-01-2X", "certain"),
        ("after/2020-01-20", "ruled out"),
        ("after/2019", "ruled out"),
        ("after/[2020-01-01..2020-01-09]", "certain"),
        ("before/[..2020-01-10]", "possible"),
        ("after/2020/..", "possible"),
        ("sometime/2020-01-20/to/2020-03", "certain"),
        ("sometime/2020-01-21/to/2020-03", "ruled out"),
        ("sometime/2019/to/2020-01-10", "certain"),
        ("sometime/../to/2020-01-10", "certain"),
        ("sometime/../to/2020-01-09", "ruled out"),
        ("sometime/2020-01-20/to/..", "certain"),
        ("sometime/2020-01-21/to/..", "ruled out"),
        ("any", "certain"),
    ],
)
def test_a_tenure_of_ten_days(lab: Lab, key: str, expected: str) -> None:
    exact = f'{HELD} ; tn:start "2020-01-10"^^edtf:EDTF ; tn:end "2020-01-20"^^edtf:EDTF .'
    world = lab.world([lab.claim(exact)])
    assert lab.certainty(world, "tenure/t", key) == expected


def test_one_day_is_enough(lab: Lab) -> None:
    world = lab.world([lab.claim('event:e a tn:Event ; tn:date "2020-01-03"^^edtf:EDTF .')])
    assert lab.certainty(world, "event/e", "2020-01-03") == "certain"
    assert lab.certainty(world, "event/e", "sometime/2020-01-03/to/2020-01-03") == "certain"
    assert lab.certainty(world, "event/e", "after/2020-01-03") == "ruled out"


def test_a_handover_on_one_day_is_no_contradiction(lab: Lab) -> None:
    day = '"2020-05-07"^^edtf:EDTF'
    world = lab.world(
        [
            lab.claim(f"{HELD} ; tn:end {day} ."),
            lab.claim(
                "tenure:u a tn:Tenure ; tn:holder person:q ; tn:office office:o ;"
                f" tn:start {day} ; tn:after tenure:t ."
            ),
        ]
    )
    assert not world.conflicts
    assert lab.certainty(world, "tenure/t", "2020-05-07") == "certain"
    assert lab.certainty(world, "tenure/u", "2020-05-07") == "certain"


@pytest.mark.parametrize("when", ["sometime", "throughout"])
def test_a_stretch_that_certainly_runs_backwards_has_no_days(lab: Lab, when: str) -> None:
    world = lab.world(
        [
            lab.claim(f'{HELD} ; tn:heldThroughout "2010/2020"^^edtf:EDTF .'),
            lab.claim('event:e tn:date "2012-05-01"^^edtf:EDTF .'),
            lab.claim('event:f tn:date "2015"^^edtf:EDTF ; tn:after event:e .'),
            lab.claim('event:g tn:date "2015"^^edtf:EDTF .'),
        ]
    )
    assert lab.certainty(world, "tenure/t", f"{when}/event/e/to/event/f") == "certain"
    assert lab.certainty(world, "tenure/t", f"{when}/event/f/to/event/e") == "ruled out"
    assert lab.certainty(world, "tenure/t", f"{when}/event/f/to/2012") == "ruled out"
    assert lab.certainty(world, "tenure/t", f"{when}/event/f/to/event/g") == "possible"
