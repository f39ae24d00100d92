"""The time network against every assignment of days there is, for a few points and days."""

from __future__ import annotations

import signal
from collections.abc import Iterator
from itertools import product
from types import FrameType

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.amount import cases

from tenure.temporal import ORIGIN, Constraint, Inconsistent, Reach, TimeNetwork, find_contradiction

DAYS = range(6)
POINTS = 4  # besides the origin

Days = tuple[int, ...]

# Every point lies within the range of days, so that trying all days tries everything.
WITHIN = [
    edge
    for point in range(1, POINTS + 1)
    for edge in (
        Constraint(ORIGIN, point, DAYS[0], 1000 + point),
        Constraint(point, ORIGIN, -DAYS[-1], 2000 + point),
    )
]


def _constraint(reason: int) -> st.SearchStrategy[Constraint]:
    point = st.integers(0, POINTS)
    return st.builds(Constraint, point, point, st.integers(-5, 5), st.just(reason))


networks = st.integers(0, 8).flatmap(lambda n: st.tuples(*(_constraint(i) for i in range(n))))


def _holds(constraint: Constraint, days: Days) -> bool:
    return days[constraint.later] >= days[constraint.earlier] + constraint.least


def _solutions(constraints: tuple[Constraint, ...]) -> list[Days]:
    everything = ((0, *rest) for rest in product(DAYS, repeat=POINTS))
    return [days for days in everything if all(_holds(c, days) for c in constraints)]


def _derives(reach: Reach, point: int, given_constraints: list[Constraint], sign: int) -> bool:
    """Whether the path leads from the source to the point through given constraints only."""
    at, total = reach.source, 0
    for step in reach.path(point):
        start, end = (step.earlier, step.later) if sign > 0 else (step.later, step.earlier)
        if start != at or step not in given_constraints:
            return False
        at, total = end, total + sign * step.least
    return at == point and total == reach.distance[point]


@settings(max_examples=cases(300))
@given(constraints=networks)
def test_bounds_and_distances_are_those_of_all_solutions(
    constraints: tuple[Constraint, ...],
) -> None:
    solutions = _solutions(constraints)
    network = TimeNetwork([*WITHIN, *constraints])
    if not solutions:
        with pytest.raises(Inconsistent):
            network.at_least(ORIGIN)
        return
    for source in range(POINTS + 1):
        least, most = network.at_least(source), network.at_most(source)
        for point in range(POINTS + 1):
            apart = [days[point] - days[source] for days in solutions]
            assert least.distance[point] == min(apart)
            assert most.distance[point] == max(apart)
            assert _derives(least, point, [*WITHIN, *constraints], 1)
            assert _derives(most, point, [*WITHIN, *constraints], -1)


@settings(max_examples=cases(300))
@given(constraints=networks)
def test_a_contradiction_is_found_where_there_is_no_solution(
    constraints: tuple[Constraint, ...],
) -> None:
    everything = [*WITHIN, *constraints]
    found = find_contradiction(everything)
    assert (found is None) == bool(_solutions(constraints))
    if found is not None:
        assert set(found) <= set(everything)
        assert sum(c.least for c in found) > 0
        assert sorted(c.earlier for c in found) == sorted(c.later for c in found)


@settings(max_examples=cases(200))
@given(constraints=networks)
def test_a_search_in_either_direction_raises_with_a_cycle(
    constraints: tuple[Constraint, ...],
) -> None:
    network = TimeNetwork([*WITHIN, *constraints])
    if _solutions(constraints):
        assert network.at_most(ORIGIN).distance[ORIGIN] == 0
        return
    for search in (network.at_least, network.at_most):
        with pytest.raises(Inconsistent) as caught:
            search(ORIGIN)
        cycle = caught.value.cycle
        assert sum(c.least for c in cycle) > 0
        assert sorted(c.earlier for c in cycle) == sorted(c.later for c in cycle)


@settings(max_examples=cases(200))
@given(constraints=networks, data=st.data())
def test_the_order_of_constraints_changes_nothing(
    constraints: tuple[Constraint, ...], data: st.DataObject
) -> None:
    shuffled = data.draw(st.permutations([*WITHIN, *constraints]))
    one = TimeNetwork([*WITHIN, *constraints])
    other = TimeNetwork(shuffled)
    assert one.constraints == other.constraints
    if not _solutions(constraints):
        return
    for point in range(1, POINTS + 1):
        assert one.at_least(ORIGIN).path(point) == other.at_least(ORIGIN).path(point)
        assert one.at_most(ORIGIN).path(point) == other.at_most(ORIGIN).path(point)


def test_what_nothing_binds_is_unbounded() -> None:
    network = TimeNetwork([Constraint(ORIGIN, 1, 5, 0), Constraint(1, 2, 3, 1)])
    assert network.at_least(ORIGIN).distance == {0: 0, 1: 5, 2: 8}
    assert network.at_most(ORIGIN).distance == {0: 0}


def test_a_derivation_prefers_fewer_constraints() -> None:
    short = Constraint(ORIGIN, 2, 4, 9)
    network = TimeNetwork([Constraint(ORIGIN, 1, 2, 0), Constraint(1, 2, 2, 1), short])
    assert network.at_least(ORIGIN).path(2) == (short,)


def test_a_point_that_must_follow_itself_is_a_contradiction() -> None:
    loop = Constraint(1, 1, 1, 0)
    assert find_contradiction([loop]) == (loop,)
    assert find_contradiction([Constraint(1, 1, 0, 0)]) is None


def test_a_cycle_that_loses_nothing_is_no_contradiction() -> None:
    same = [Constraint(1, 2, 3, 0), Constraint(2, 1, -3, 1), Constraint(ORIGIN, 1, 1, 2)]
    network = TimeNetwork(same)
    assert find_contradiction(same) is None
    assert network.at_least(1).distance == {1: 0, 2: 3}
    assert network.at_most(1).distance == {1: 0, 2: 3, 0: -1}


@pytest.fixture
def in_a_second() -> Iterator[None]:
    """Fails what goes on for longer: a search of a few points that does not end."""

    def late(_number: int, _frame: FrameType | None) -> None:
        pytest.fail("the search does not end")

    before = signal.signal(signal.SIGALRM, late)
    signal.setitimer(signal.ITIMER_REAL, 1)
    yield
    signal.setitimer(signal.ITIMER_REAL, 0)
    signal.signal(signal.SIGALRM, before)


@pytest.mark.usefixtures("in_a_second")
@pytest.mark.parametrize("back", [1, 5])
def test_a_search_ends_among_points_that_nothing_ties_to_the_origin(back: int) -> None:
    """A circle that the search enters and that never comes back to where it began."""
    circle = [Constraint(1, 2, 1, 1), Constraint(2, 1, back, 2)]
    with pytest.raises(Inconsistent) as caught:
        TimeNetwork([Constraint(ORIGIN, 1, 0, 0), *circle]).at_least(ORIGIN)
    assert list(caught.value.cycle) == circle
    with pytest.raises(Inconsistent) as caught:
        TimeNetwork([Constraint(1, ORIGIN, 0, 0), *circle]).at_most(ORIGIN)
    assert list(caught.value.cycle) == circle
