"""Lists of all holders against every way in which the listed can have held the office."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.amount import cases
from tests.fusion.lab import Lab, entity
from tests.fusion.oracle import LAST, Span, day

from tenure.fusion import World
from tenure.model import Claim
from tenure.temporal import Certainty, day_number

CERTAIN, POSSIBLE, OUT = Certainty.CERTAIN, Certainty.POSSIBLE, Certainty.RULED_OUT
OFFICE = entity("office/o").value
PEOPLE = ("p", "q", "r")
SOURCES = ("list", "other")


def told(who: str, by: str, *dates: tuple[str, str]) -> str:
    stated = "".join(f' ; tn:{prop} "{date}"^^edtf:EDTF' for prop, date in dates)
    slug = entity(f"tenure/{who}-{by}").value
    return f"<{slug}> a tn:Tenure ; tn:holder person:{who} ; tn:office <{OFFICE}>{stated} ."


@dataclass(frozen=True)
class Held:
    """That somebody held the office: the days on which it can have begun and ended."""

    source: str
    who: str
    start: Span
    end: Span
    rank: str

    def spans(self) -> list[Span]:
        return [
            (a, b)
            for a in range(self.start[0], self.start[1] + 1)
            for b in range(max(a, self.end[0]), self.end[1] + 1)
        ]

    def can_be_on(self, number: int) -> bool:
        return any(a <= number <= b for a, b in self.spans())


@dataclass(frozen=True)
class Roll:
    """A list by one source on some days, and who held the office by it and by another."""

    days: Span
    published: int
    rank: str
    held: tuple[Held, ...]

    def names(self, who: str, number: int) -> bool:
        """Whether by the list alone somebody can have been in office on a day."""
        return any(
            one.can_be_on(number) for one in self.held if (one.source, one.who) == ("list", who)
        )

    def out(self, who: str) -> frozenset[int]:
        """The days on which the list, as far as its source could know, rules somebody out."""
        first, last = self.days[0], min(self.days[1], self.published)
        return frozenset(d for d in range(first, last + 1) if not self.names(who, d))

    def certainty(self, held: Held, number: int) -> Certainty:
        out = self.out(held.who)
        certain = all(a <= number <= b for a, b in held.spans())
        base = CERTAIN if certain else POSSIBLE if held.can_be_on(number) else OUT
        if number not in out or base is OUT:
            return base
        # Whoever says so says that on one of these days at least he was in office.
        opposed = all(not out.isdisjoint(range(a, b + 1)) for a, b in held.spans())
        if not opposed or (held.rank, self.rank) == ("Normal", "Preferred"):
            return OUT
        return base if (held.rank, self.rank) == ("Preferred", "Normal") else POSSIBLE


@st.composite
def _held(draw: st.DrawFn) -> Held:
    start = sorted((draw(st.integers(0, LAST)), draw(st.integers(0, LAST))))
    end = sorted((draw(st.integers(start[1], LAST)), draw(st.integers(start[1], LAST))))
    who, source = draw(st.sampled_from(PEOPLE)), draw(st.sampled_from(SOURCES))
    rank = draw(st.sampled_from(["Normal", "Preferred"]))
    return Held(source, who, (start[0], start[1]), (end[0], end[1]), rank)


@st.composite
def _rolls(draw: st.DrawFn) -> Roll:
    days = sorted((draw(st.integers(0, LAST)), draw(st.integers(0, LAST))))
    held = draw(st.lists(_held(), max_size=4, unique_by=lambda one: (one.source, one.who)))
    published = draw(st.integers(0, LAST + 1))
    # What a list tells of days after it spoke are plans, which is another matter.
    if any(one.source == "list" and one.end[1] > published for one in held):
        published = LAST + 1
    rank = draw(st.sampled_from(["Normal", "Preferred"]))
    return Roll((days[0], days[1]), published, rank, tuple(held))


def _between(days: Span) -> str:
    return f"[{day(days[0])}..{day(days[1])}]" if days[0] < days[1] else day(days[0])


def claims_of(lab: Lab, roll: Roll) -> tuple[list[Claim], dict[str, str]]:
    through = f"{day(roll.days[0])}/{day(roll.days[1])}"
    complete = f'<{OFFICE}> tn:holdersCompleteThroughout "{through}"^^edtf:EDTF .'
    claims = [lab.claim(complete, source="list", rank=roll.rank)]
    claims += [
        lab.claim(
            told(one.who, one.source, ("start", _between(one.start)), ("end", _between(one.end))),
            source=one.source,
            rank=one.rank,
        )
        for one in roll.held
    ]
    return claims, {"list": day(roll.published), "other": day(LAST + 1)}


@settings(max_examples=cases(300), deadline=None)
@given(roll=_rolls(), number=st.integers(0, LAST), backwards=st.booleans())
def test_a_list_rules_out_whom_it_cannot_have_in_office(
    lab: Lab, roll: Roll, number: int, backwards: bool
) -> None:
    claims, published = claims_of(lab, roll)
    world = lab.world(claims[::-1] if backwards else claims, published=published)
    surely = {one: roll.certainty(one, number) for one in roll.held}
    for one, wanted in surely.items():
        assert lab.certainty(world, f"tenure/{one.who}-{one.source}", day(number)) is wanted
    covered = roll.days[0] <= number <= min(roll.days[1], roll.published)
    complete = [one for one in world.complete if _has(one.first, one.last, number)]
    assert bool(complete) is covered


def _has(first: int | None, last: int | None, number: int) -> bool:
    at = day_number(2020, 1, 1) + number
    return (first is None or first <= at) and (last is None or last >= at)


def person(lab: Lab, who: str, *dates: tuple[str, str], source: str, **more: Any) -> Claim:
    return lab.claim(told(who, source, *dates), source=source, **more)


def complete(lab: Lab, through: str, source: str = "list", **more: Any) -> Claim:
    stated = f'<{OFFICE}> tn:holdersCompleteThroughout "{through}"^^edtf:EDTF .'
    return lab.claim(stated, source=source, **more)


def days_of(world: World) -> list[tuple[int | None, int | None]]:
    return [(one.first, one.last) for one in world.complete]


def number_of(text: str) -> int:
    return day_number(*map(int, text.split("-")))


@pytest.mark.parametrize(
    ("through", "published", "first", "last"),
    [
        ("2010-01-01/2012-12-31", "2020-01-01", "2010-01-01", "2012-12-31"),
        ("2011", "2020-01-01", "2011-01-01", "2011-12-31"),
        ("2010/2012", "2020-01-01", "2010-12-31", "2012-01-01"),
        ("2010-01-01/..", "2020-01-01", "2010-01-01", "2020-01-01"),
        ("2010-01-01/2030-01-01", "2020-01-01", "2010-01-01", "2020-01-01"),
        ("2010-01-01/2030-01-01", "2020", "2010-01-01", "2020-01-01"),
        ("2010-01-01/", "2020-01-01", "2010-01-01", "2010-01-01"),
        ("../2012-12-31", "2020-01-01", None, "2012-12-31"),
    ],
)
def test_a_list_covers_what_is_certain_of_its_days_and_nothing_after_it_spoke(
    lab: Lab, through: str, published: str, first: str | None, last: str
) -> None:
    world = lab.world([complete(lab, through)], published={"list": published})
    assert days_of(world) == [(number_of(first) if first else None, number_of(last))]


def test_a_list_that_begins_after_it_spoke_covers_nothing(lab: Lab) -> None:
    world = lab.world([complete(lab, "2021/2022")], published={"list": "2020-01-01"})
    assert not world.complete


def test_whom_a_list_names_in_claims_that_do_not_count_it_names(lab: Lab) -> None:
    claims = [
        complete(lab, "2010-01-01/2012-12-31"),
        person(
            lab, "q", ("start", "2011-01-01"), ("end", "2011-12-31"), source="list", hedged=True
        ),
    ]
    published = {"list": "2020-01-01"}
    world = lab.world(claims, published=published, policy="hedged=no")
    year = (number_of("2011-01-01"), number_of("2011-12-31"))
    assert days_of(world) == [
        (number_of("2010-01-01"), year[0] - 1),
        (year[1] + 1, number_of("2012-12-31")),
    ]


def test_two_lists_that_exclude_each_other_are_a_conflict_that_says_so(lab: Lab) -> None:
    claims = [
        complete(lab, "2010-01-01/2012-12-31"),
        person(lab, "p", ("heldThroughout", "2010-01-01/2012-12-31"), source="list"),
        complete(lab, "2010-01-01/2012-12-31", source="other"),
        person(lab, "q", ("heldThroughout", "2010-01-01/2012-12-31"), source="other"),
    ]
    world = lab.world(claims, published={"list": "2020-01-01", "other": "2020-01-01"})
    assert [one.kind for one in world.conflicts] == ["complete", "complete"]
    assert all("Both lists are said to be complete." in one.reason for one in world.conflicts)
    for slug in ("tenure/p-list", "tenure/q-other"):
        assert lab.certainty(world, slug, "2011-05-01") is POSSIBLE


def test_a_stance_on_an_office_is_no_tenure_of_it(lab: Lab) -> None:
    claims = [
        complete(lab, "2010-01-01/2012-12-31"),
        lab.claim(
            f"<{entity('acting/p').value}> a tn:ActingTenure ; tn:actingHolder person:p ;"
            f' tn:actsInOffice <{OFFICE}> ; tn:heldThroughout "2011"^^edtf:EDTF .',
            source="other",
        ),
    ]
    world = lab.world(claims, published={"list": "2020-01-01", "other": "2020-01-01"})
    assert lab.certainty(world, "acting/p", "2011-05-01") is CERTAIN
    assert not world.conflicts
