"""An office that thousands held costs what can be in conflict there, not the square of them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection
from dataclasses import dataclass, field
from itertools import combinations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.fusion.lab import Lab, entity
from tests.fusion.test_components import Listed, setting

from tenure.fusion import seats_of, value_conflicts
from tenure.fusion.certainty import Day
from tenure.fusion.value_conflicts import can_meet, pairs_that_can_meet
from tenure.temporal import FourBounds
from tenure.views import Pair, Relations, Stretch

DAYS = st.one_of(st.none(), st.integers(0, 9))


@given(st.lists(st.tuples(st.sampled_from("abc"), DAYS, DAYS), max_size=12), st.integers(1, 2))
def test_the_pairs_are_those_of_all_pairs(
    told: list[tuple[str, int | None, int | None]], days: int
) -> None:
    held = [
        (str(number), subject, FourBounds(first, None, None, last))
        for number, (subject, first, last) in enumerate(told)
        if first is None or last is None or first <= last
    ]
    expected = {
        frozenset((one, other))
        for (one, who, bounds), (other, whose, others) in combinations(held, 2)
        if who != whose and can_meet(bounds, others, days)
    }
    found = list(pairs_that_can_meet(held, days))
    assert set(map(frozenset, found)) == expected
    assert len(found) == len(expected)


def test_tenures_of_one_person_are_not_compared(monkeypatch: pytest.MonkeyPatch) -> None:
    compared = []

    def counted(one: FourBounds, other: FourBounds, days: int) -> bool:
        compared.append((one, other))
        return can_meet(one, other, days)

    monkeypatch.setattr(value_conflicts, "can_meet", counted)
    without_end = FourBounds(1, 1, None, None)
    held = [(str(number), "person/jane", without_end) for number in range(500)]
    assert list(pairs_that_can_meet(held)) == []
    assert compared == []
    assert len(list(pairs_that_can_meet([*held, ("x", "person/ada", without_end)]))) == 500
    assert len(compared) == 500


@dataclass(frozen=True)
class Counted(Listed):
    """A lookup that counts what is asked about each thing."""

    asked: Counter[tuple[str, str]] = field(default_factory=Counter)

    def says_of(self, thing: str) -> bool:
        self.asked["says of", thing] += 1
        return super().says_of(thing)

    def points_at(self, thing: str, properties: Collection[str]) -> bool:
        self.asked["points at", thing] += 1
        return super().points_at(thing, properties)

    def is_denied(self, thing: str) -> bool:
        self.asked["is denied", thing] += 1
        return super().is_denied(thing)


def test_a_thing_is_asked_about_once_however_many_components_name_it(lab: Lab) -> None:
    told = "tenure:t{0} a tn:Tenure ; tn:holder person:p{0} ; tn:office office:o ."
    one = setting(lab, [lab.claim(told.format(number)) for number in range(20)], "")
    lookup = Counted(one.claims)
    components = one.components(lookup)
    for iri in one.claims:
        assert list(components.around(None, claims=[iri])) == [iri]
    office = entity("office/o").value
    assert lookup.asked["says of", office] == 1
    assert lookup.asked["is denied", office] == 1


def test_who_follows_whom_is_asked_of_few_pairs(lab: Lab, monkeypatch: pytest.MonkeyPatch) -> None:
    many = 60
    told = (
        f"tenure:t{n} a tn:Tenure ; tn:holder person:p{n} ; tn:office office:o ;"
        f' tn:start "{1900 + n}-01-01"^^edtf:EDTF ; tn:end "{1900 + n}-12-31"^^edtf:EDTF .'
        for n in range(many)
    )
    world = lab.world([lab.claim(text) for text in told])
    asked: list[str] = []
    pair = Relations.pair

    def counted(self: Relations, x: Stretch, y: Stretch, *further: Day) -> Pair:
        asked.append(f"{x.start.iri} {y.start.iri}")
        return pair(self, x, y, *further)

    monkeypatch.setattr(Relations, "pair", counted)
    office = entity("office/o").value
    relations = Relations(world)
    following = list(relations.following(office))
    assert len(following) == many - 1
    assert len(asked) <= 3 * many
    asked.clear()
    first, last = (relations.first(office, last=last) for last in (False, True))
    assert (*first, *last) == tuple(entity(f"tenure/t{n}").value for n in (0, many - 1))
    assert len(asked) <= 3 * many
    asked.clear()
    registry = {office: 1}
    seats = seats_of(registry, world.occurrences.values(), world.statements, world.schema)
    assert list(relations.crowding(seats, world.schema.seat_kinds, office)) == []
    assert asked == []
