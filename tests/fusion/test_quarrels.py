"""Minimal conflicts are the same whether looked for in what can quarrel or in everything."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import combinations, product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests import amount
from tests.fusion.lab import Lab

from tenure.fusion.inconsistency import CandidateConstraints, from_origin, pinned
from tenure.fusion.repairs import AlwaysInconsistent, Cluster, Preferences, clusters
from tenure.temporal import ORIGIN, Constraint

Reasons = list[tuple[int, ...]]
POINTS = 6


@st.composite
def networks(draw: st.DrawFn) -> tuple[list[Constraint], Reasons]:
    """A few points, of which some have a day whatever the claims say."""
    found: list[Constraint] = []
    reasons: Reasons = []
    for point in draw(st.sets(st.integers(1, POINTS - 1), max_size=2)):
        on = draw(st.integers(-2, 2))
        reasons.append(())
        found += [Constraint(ORIGIN, point, on, len(reasons) - 1)]
        found += [Constraint(point, ORIGIN, -on, len(reasons) - 1)]
    ends = st.sampled_from([0, 0, *range(POINTS)])
    claims = st.lists(st.sampled_from(range(5)), max_size=2, unique=True)
    for _ in range(draw(st.integers(1, 12))):
        reasons.append(tuple(sorted(draw(claims))))
        least = draw(st.integers(-4, 3))
        found.append(Constraint(draw(ends), draw(ends), least, len(reasons) - 1))
    return sorted(set(found)), reasons


def solvable(constraints: Sequence[Constraint]) -> bool:
    """By going through all constraints as often as there are points (Bellman and Ford)."""
    days = [0] * POINTS
    for _ in range(POINTS):
        before = list(days)
        for c in constraints:
            days[c.later] = max(days[c.later], days[c.earlier] + c.least)
        if days == before:
            return True
    return False


def brute_force(
    constraints: Sequence[Constraint], claims_of: Callable[[Constraint], tuple[int, ...]]
) -> list[tuple[int, ...]]:
    everyone = sorted({claim for c in constraints for claim in claims_of(c)})
    found: list[tuple[int, ...]] = []
    for size in range(len(everyone) + 1):
        for some in combinations(everyone, size):
            told = [c for c in constraints if set(claims_of(c)) <= set(some)]
            if not any(set(known) <= set(some) for known in found) and not solvable(told):
                found.append(some)
    return sorted(found)


def found_among(
    constraints: Sequence[Constraint], claims_of: Callable[[Constraint], tuple[int, ...]]
) -> list[Cluster]:
    """The clusters where nothing decides."""
    nobody = Preferences(lambda *_: False, lambda *_: False, list("abcde"), list("abcde"))
    return clusters(constraints, claims_of, [], nobody)


@settings(max_examples=amount.cases(400), deadline=None)
@given(network=networks())
def test_nothing_is_missed_and_nothing_made_up(network: tuple[list[Constraint], Reasons]) -> None:
    constraints, reasons = network

    def claims_of(constraint: Constraint) -> tuple[int, ...]:
        return reasons[constraint.reason]

    expected = brute_force(constraints, claims_of)
    if expected == [()]:
        with pytest.raises(AlwaysInconsistent):
            found_among(constraints, claims_of)
        return
    found = found_among(constraints, claims_of)
    assert sorted(tuple(sorted(c)) for one in found for c in one.conflicts) == expected
    assert found == found_among(constraints[::-1], claims_of)
    # A repair is what is left of all, so that nothing more can stay; all combinations are repairs.
    everyone = {claim for c in constraints for claim in claims_of(c)}
    repairs = [
        frozenset().union(*(way.dropped for way in ways))
        for ways in product(*(one.ways for one in found))
    ]
    assert len(set(repairs)) == len(repairs)
    for size in range(len(everyone) + 1):
        for gone in map(frozenset, combinations(sorted(everyone), size)):
            told = [c for c in constraints if gone.isdisjoint(claims_of(c))]
            assert solvable(told) == any(one <= gone for one in repairs)


def test_a_point_whose_day_is_known_ties_nothing_together() -> None:
    """Two quarrels about two points, both of which lie before a third that has a day."""
    always = [Constraint(0, 3, 9, 0), Constraint(3, 0, -9, 0)]
    claims: Reasons = [(), (0,), (1,), (2,), (3,)]
    told = [
        Constraint(0, 1, 5, 1),
        Constraint(1, 0, -4, 2),
        Constraint(0, 2, 5, 3),
        Constraint(2, 0, -4, 4),
        Constraint(1, 3, 0, 1),
        Constraint(2, 3, 0, 3),
    ]
    days = pinned(always)
    assert days == {ORIGIN: 0, 3: 9}
    quarrel = CandidateConstraints(from_origin([*always, *told], days))
    parts = quarrel.parts(lambda c: claims[c.reason])
    assert [sorted({c.reason for c in part}) for part in parts] == [[1, 2], [3, 4]]


def test_only_what_can_be_in_one_contradiction_is_looked_at_together(lab: Lab) -> None:
    """A vague source after which two things are dated that it tells as past: two quarrels."""
    claims = [
        lab.claim(text.format(event), number=f"{event}-{kind}", source=source, tense=tense)
        for event in ("a", "b")
        for kind, source, tense, text in (
            ("dated", "s2", None, 'event:{} a tn:Event ; tn:date "2023"^^edtf:EDTF .'),
            ("told", "s1", "Past", "event:{} a tn:Event ."),
        )
    ]
    world = lab.world(claims, published={"s1": "2020", "s2": "2024"})
    assert {c.claims for c in world.conflicts} == {
        tuple(sorted(c.iri for c in claims[:2])),
        tuple(sorted(c.iri for c in claims[2:])),
    }
    # Sixty such quarrels are as many sets, though no tree could go through their choices.
    many = [
        lab.claim(text.format(n), number=f"{n}-{kind}", source=source, tense=tense)
        for n in range(60)
        for kind, source, tense, text in (
            ("dated", "s2", None, 'event:e{} a tn:Event ; tn:date "2023"^^edtf:EDTF .'),
            ("told", "s1", "Past", "event:e{} a tn:Event ."),
        )
    ]
    assert len(lab.world(many, published={"s1": "2020", "s2": "2024"}).conflicts) == 60
