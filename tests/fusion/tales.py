"""What sources tell of a few people, seats and events, at random: claims for property tests."""

from __future__ import annotations

from typing import Any

from hypothesis import strategies as st
from tests.fusion.lab import NAMES, entity
from tests.fusion.oracle import DATES

TENURES = tuple(range(5))
EVENTS = ("event/a", "event/b", "event/killing-c")
PEOPLE = ("person/p", "person/q", "person/killing-r")
SEATS = ("office/one", "office/many")
ONE_SEAT = SEATS[:1]
PUBLISHED = {"s1": "2020-01-04", "s2": "[2020-01-02..2020-01-05]", "s3": "2020-01-05"}

_dates = st.sampled_from(DATES).map(lambda date: f'"{date.text}"^^edtf:EDTF')


def node(slug: str) -> str:
    """The IRI of a thing in Turtle."""
    return f"<{entity(slug).value}>"


@st.composite
def _distance(draw: st.DrawFn, one: str) -> str:
    other = draw(st.sampled_from([slug for slug in EVENTS if slug != one]))
    parts = one.replace("/", "-"), other.partition("/")[2]
    name = node(f"distance/{parts[0]}--after--{parts[1]}")
    days = draw(st.integers(0, 2))
    return (
        f"{node(one)} tn:atDistance {name} . {name} a tn:Distance ;"
        f" tn:distanceRelation tnv:DaysAfter ; tn:distanceFrom {node(other)} ;"
        f" tn:distanceAtLeastDays {days} ; tn:distanceAtMostDays {days} ."
    )


@st.composite
def _tenure(draw: st.DrawFn) -> str:
    number = draw(st.sampled_from(TENURES))
    # A tenure has one holder and one office, whoever tells of it.
    who, what = PEOPLE[number % 2], SEATS[number // 4]
    slug = f"tenure/t{number}"
    said = [f"{node(slug)} a tn:Tenure ; tn:holder {node(who)} ; tn:office {node(what)} ."]
    if draw(st.integers(0, 2)) == 0:  # seats are crowded only by those who certainly hold them
        said.append(f'{node(slug)} tn:heldThroughout "2020-01-01/2020-01-04"^^edtf:EDTF .')
    for _ in range(draw(st.integers(0, 2))):
        prop = draw(st.sampled_from(["start", "end", "heldOn", "heldThroughout", "date"]))
        said.append(f"{node(slug)} tn:{prop} {draw(_dates)} .")
    more = ["", "", "before", "after", "startedBy", "endedBy", "endsWith", "title", "distance"]
    match draw(st.sampled_from(more)):
        case "":
            pass
        case "endsWith":
            said.append(f"{node(slug)} tn:endsWith {node(who)} .")
        case "title":
            said.append(f'{node(slug)} tn:title "{draw(st.sampled_from(["Head", "Chief"]))}"@en .')
        case "distance":
            said.append(draw(_distance(slug)))
        case related:
            said.append(f"{node(slug)} tn:{related} {node(draw(st.sampled_from(EVENTS)))} .")
    return "\n".join(said)


@st.composite
def _seating(draw: st.DrawFn) -> str:
    number, office = draw(st.integers(1, 2)), draw(st.integers(0, 1))
    slug = f"seating/{office}--{number}"
    said = f"{node(slug)} a tn:Seating ; tn:seatingOf {node(SEATS[office])} ;"
    said += f" tn:numberOfSeats {number} ."
    prop = draw(st.sampled_from(["start", "end", "heldThroughout", "heldOn", "endedBy"]))
    value = node(draw(st.sampled_from(EVENTS))) if prop == "endedBy" else draw(_dates)
    return f"{said} {node(slug)} tn:{prop} {value} ."


@st.composite
def _event(draw: st.DrawFn) -> str:
    slug = draw(st.sampled_from(EVENTS))
    what = ["date", "part", "office", "order", "source", "life", "distance", "complete"]
    match draw(st.sampled_from(what)):
        case "date":
            return f"{node(slug)} tn:date {draw(_dates)} ."
        case "part":
            role = draw(st.sampled_from(["participant", "killed", "host"]))
            return f"{node(slug)} tn:{role} {node(draw(st.sampled_from(PEOPLE)))} ."
        case "office":
            role = draw(st.sampled_from(["hostHolding", "hostFormerlyHolding"]))
            return f"{node(slug)} tn:{role} {node(draw(st.sampled_from(SEATS)))} ."
        case "order":
            return f"{node(slug)} tn:before {node(draw(st.sampled_from(EVENTS)))} ."
        case "complete":
            listed = node(draw(st.sampled_from(SEATS)))
            return f"{listed} tn:holdersCompleteThroughout {draw(_dates)} ."
        case "source":
            source = draw(st.sampled_from(sorted(PUBLISHED)))
            return f"{node(slug)} tn:before <{NAMES.source(source).value}> ."
        case "distance":
            return draw(_distance(slug))
    return f"{node(draw(st.sampled_from(PEOPLE)))} tn:date {draw(_dates)} ."


@st.composite
def tales(draw: st.DrawFn) -> dict[str, Any]:
    """What one claim says, who says it, and how: the arguments of ``Lab.claim``."""
    return {
        "content": draw(st.one_of(_tenure(), _tenure(), _event(), _seating())),
        "source": draw(st.sampled_from(sorted(PUBLISHED))),
        "tense": draw(st.sampled_from([None, None, "Past", "Present"])),
        "hedged": draw(st.sampled_from([False, False, False, True])),
        "modality": draw(st.sampled_from(["Asserted", "Asserted", "Asserted", "Denied"])),
        "rank": draw(st.sampled_from(["Normal", "Normal", "Preferred"])),
    }
