"""Days between two things, as a person writes them below a state: ``{after: event/a, days: 2}``.

The sides are the concepts of ``tn:distanceRelation`` by their notations, so that a new one needs
nothing here. The node that a distance is gets its name from the occurrence, the side and the other.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from tenure.author.draft import State, Value
from tenure.author.vocabulary import Vocabulary
from tenure.errors import BadClaim
from tenure.nearest import nearest, remedy_of
from tenure.terms import local_name

AT_DISTANCE = "atDistance"

_NUMBERS = {
    "days": ("distanceAtLeastDays", "distanceAtMostDays"),
    "atLeastDays": ("distanceAtLeastDays",),
    "atMostDays": ("distanceAtMostDays",),
}
_POINTS = {"from": ("measuredFrom", "Object"), "to": ("measuredTo", "Subject")}
_FORM = "Write it as {after: event/…, days: 2}; `docs/time-values.md` shows all parts."


def with_distances(
    state: State, vocabulary: Vocabulary, slug_of: Callable[[State], str]
) -> list[State]:
    """The state with its distances as states of their own; ``slug_of`` names an occurrence.

    Raises:
        BadClaim: a distance without a side, with two, or with a part that it does not have.
    """
    nested = [(name, value) for name, value in state.properties if value.parts]
    if not nested:
        return [state]
    plain = replace(state, properties=tuple(p for p in state.properties if not p[1].parts))
    slug = slug_of(plain)
    found, named = [], []
    for name, value in nested:
        if vocabulary.property(name, value.where).name != AT_DISTANCE:
            raise BadClaim(
                f"{name!r} takes one value, not names and values.",
                where=value.where,
                remedy="Only atDistance is written so.",
            )
        distance = _distance(slug, value, vocabulary)
        found.append(distance)
        named.append((AT_DISTANCE, Value(distance.about, value.where)))
    return [*found, replace(plain, about=slug, properties=(*plain.properties, *named))]


def _distance(slug: str, value: Value, vocabulary: Vocabulary) -> State:
    sides = vocabulary.property("distanceRelation").concepts
    given = [(name, one) for name, one in value.parts if name.lower() in sides]
    if len(given) != 1:
        raise BadClaim(
            "A distance lies on exactly one side of one other.", where=value.where, remedy=_FORM
        )
    side, other = given[0]
    concept = sides[side.lower()]
    properties = [
        ("distanceRelation", Value(local_name(concept.value), other.where)),
        ("distanceFrom", other),
    ]
    for name, one in value.parts:
        if name in _NUMBERS:
            # "within: …, days: 10" can only mean ten at most.
            counted = vocabulary.counted_on(concept)
            meant = [prop for prop in _NUMBERS[name] if prop in counted or name != "days"]
            properties += [(prop, one) for prop in meant]
        elif name in _POINTS:
            prop, whose = _POINTS[name]
            properties.append((prop, Value(_point(one, whose), one.where)))
        elif name != side:
            choices = [*_NUMBERS, *_POINTS, *sides]
            remedy = remedy_of(nearest(name, choices), _FORM)
            raise BadClaim(f"A distance has no part {name!r}.", where=one.where, remedy=remedy)
    ends = (slug.partition("/")[2], side.lower(), other.text.rpartition("/")[2])
    return State(f"distance/{'--'.join(ends)}", tuple(properties), value.where)


def _point(value: Value, whose: str) -> str:
    if value.text not in ("start", "end"):
        raise BadClaim(
            f"Days are not counted by {value.text!r}.",
            where=value.where,
            remedy="Write start or end.",
        )
    return whose + value.text.capitalize()
