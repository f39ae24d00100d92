"""Distances in time: what they date, how they are told, and what is refused."""

from __future__ import annotations

import pytest
from tests.fusion.lab import Lab, entity

from tenure.errors import BadClaim
from tenure.explain import explain
from tenure.fusion import World

COUNTED = "from the start of strike to the end of naming"
STRIKE = 'event:strike tn:date "2020-01-03"^^edtf:EDTF .'


def apart(side: str, numbers: str, *, of: str = "event:strike", at: str = "event:naming") -> str:
    return (
        f"{at} tn:atDistance distance:d . distance:d a tn:Distance ;"
        f" tn:distanceFrom {of} ; tn:distanceRelation tnv:{side} ; {numbers} ."
    )


def days(least: int | None = None, most: int | None = None) -> str:
    given = {"tn:distanceAtLeastDays": least, "tn:distanceAtMostDays": most}
    return " ; ".join(f"{name} {number}" for name, number in given.items() if number is not None)


def told(lab: Lab, *contents: str) -> World:
    """The world of claims that say so."""
    return lab.world([lab.claim(content) for content in contents])


@pytest.mark.parametrize(
    ("side", "numbers", "start", "end"),
    [
        ("DaysAfter", days(2, 2), ("2020-01-05", "2020-01-05"), ("2020-01-05", None)),
        ("DaysAfter", days(28), ("2020-01-31", None), ("2020-01-31", None)),
        ("DaysAfter", days(None, 10), ("2020-01-03", "2020-01-13"), ("2020-01-03", None)),
        ("DaysBefore", days(5, 9), (None, "2019-12-29"), ("2019-12-25", "2019-12-29")),
        ("DaysApart", days(None, 10), (None, "2020-01-13"), ("2019-12-24", None)),
        ("DaysAfter", days(0, 0), ("2020-01-03", "2020-01-03"), ("2020-01-03", None)),
        (
            "DaysAfter",
            f"{days(2, 2)} ; tn:measuredTo tn:SubjectEnd",
            (None, "2020-01-05"),
            ("2020-01-05", "2020-01-05"),
        ),
    ],
)
def test_a_distance_dates_what_lies_there(
    lab: Lab,
    side: str,
    numbers: str,
    start: tuple[str | None, str | None],
    end: tuple[str | None, str | None],
) -> None:
    world = told(lab, STRIKE, apart(side, numbers))
    assert lab.bounds(world, "event/naming") == (*start, *end)
    assert world.conflicts == ()


def test_the_point_of_the_other_can_be_named(lab: Lab) -> None:
    protests = 'event:strike tn:start "2019-10-01"^^edtf:EDTF ; tn:end "2019-12-20"^^edtf:EDTF .'
    from_end = told(lab, protests, apart("DaysAfter", days(10, 10)))
    from_start = told(
        lab, protests, apart("DaysAfter", f"{days(10, 10)} ; tn:measuredFrom tn:ObjectStart")
    )
    assert lab.bounds(from_end, "event/naming")[:2] == ("2019-12-30", "2019-12-30")
    assert lab.bounds(from_start, "event/naming")[:2] == ("2019-10-11", "2019-10-11")


def test_days_are_counted_from_a_death_and_from_the_day_of_a_source_too(lab: Lab) -> None:
    killing = 'event:killing-k tn:date "2020-01-03"^^edtf:EDTF ; tn:killed person:p .'
    world = told(lab, killing, apart("DaysAfter", days(1, 1), of="person:p"))
    assert lab.bounds(world, "event/naming")[:2] == ("2020-01-04", "2020-01-04")
    claim = lab.claim(apart("DaysBefore", days(3, 3), of="source:s1"))
    world = lab.world([claim], published={"s1": "2020-02-10"})
    assert lab.bounds(world, "event/naming")[2:] == ("2020-02-07", "2020-02-07")


def test_a_tense_binds_what_a_distance_is_told_of(lab: Lab) -> None:
    claim = lab.claim(apart("DaysAfter", days(2)), tense="Past")
    world = lab.world([lab.claim(STRIKE), claim], published={"s1": "2020-02-10"})
    assert lab.bounds(world, "event/naming") == ("2020-01-05", "2020-02-10") * 2


def test_distances_that_do_not_fit_a_date_are_a_conflict(lab: Lab) -> None:
    world = told(
        lab,
        STRIKE,
        apart("DaysAfter", days(2, 2)),
        'event:naming tn:start "2020-01-09"^^edtf:EDTF .',
    )
    assert len(world.conflicts) == 1
    assert len(world.conflicts[0].claims) == 3


def test_hedged_distances_date_nothing_firm(lab: Lab) -> None:
    claims = [
        lab.claim(STRIKE),
        lab.claim("event:naming tn:appointee person:p ."),
        lab.claim(apart("DaysAfter", days(2, 2)), hedged=True),
    ]
    world = lab.world(claims)
    assert lab.bounds(world, "event/naming") == (None, None, None, None)


def test_an_axiom_of_a_distance_can_be_lifted(lab: Lab) -> None:
    exempt = "event:naming tn:exemptFrom tn:NotTooFarAfter ."
    world = told(lab, STRIKE, apart("DaysAfter", days(2, 2)), exempt)
    assert lab.bounds(world, "event/naming")[:2] == ("2020-01-05", None)


@pytest.mark.parametrize(
    ("side", "numbers", "words"),
    [
        ("DaysAfter", days(2, 2), "Naming lies 2 days after strike"),
        ("DaysAfter", days(5, 9), "Naming lies 5 to 9 days after strike"),
        ("DaysAfter", days(1), "Naming lies at least 1 day after strike"),
        ("DaysApart", days(None, 10), "Naming lies at most 10 days away from strike"),
        (
            "DaysAfter",
            f"{days(2, 2)} ; tn:measuredFrom tn:ObjectStart ; tn:measuredTo tn:SubjectEnd",
            f"Naming lies 2 days after strike, counted {COUNTED}",
        ),
    ],
)
def test_an_explanation_tells_the_distance(lab: Lab, side: str, numbers: str, words: str) -> None:
    world = told(lab, STRIKE, apart(side, numbers))
    explained = explain(world, entity("event/naming").value, {})
    steps = {step.text for bound in explained.bounds for step in bound.steps}
    assert words.lower() in {step.lower() for step in steps}


@pytest.mark.parametrize(
    ("content", "what"),
    [
        (apart("DaysAfter", days(9, 2)), "puts the least number of days, 9, above"),
        (apart("DaysAfter", days(-1)), "'-1' is no number of days"),
        (apart("DaysAfter", days(9_999_999)), "'9999999' is no number of days"),
        (apart("DaysAfter", "tn:distanceAtLeastDays 2.5"), "'2.5' is no number of days"),
        (apart("DaysAfter", 'tn:distanceAtLeastDays "two"'), "'two' is no number of days"),
        (apart("DaysAfter", "tn:distanceAtLeastDays 2 , 3"), "2 different tn:distanceAtLeastDays"),
        (apart("DaysApart", days(2, 9)), "On the side DaysApart, tn:distanceAtLeastDays"),
        (apart("Past", days(2)), "'Past' is no side"),
        (apart("DaysAfter", days(2), of="event:naming"), "from itself"),
        (apart("DaysAfter", "a tn:Distance"), "has no number of days"),
        (apart("DaysAfter", f"{days(2)} ; tn:measuredFrom tn:SubjectEnd"), "tn:measuredFrom"),
        (apart("DaysAfter", f"{days(2)} ; tn:measuredTo tn:ObjectMoment"), "tn:measuredTo"),
        ("event:naming tn:atDistance distance:d .", "has no tn:distanceRelation"),
    ],
)
def test_a_distance_that_cannot_be_understood_names_its_claim(
    lab: Lab, content: str, what: str
) -> None:
    claim = lab.claim(content)
    with pytest.raises(BadClaim, match=what) as caught:
        lab.world([claim])
    assert caught.value.where is not None
    assert caught.value.where.name == claim.iri
    assert caught.value.remedy
