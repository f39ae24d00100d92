"""Relations in time against every way in which a few occurrences could have happened."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from itertools import product

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests import amount
from tests.fusion.lab import NAMES, Lab
from tests.fusion.oracle import EVENTS, SITUATIONS, Case, Span, cases, day
from tests.fusion.test_brute_force import build

from tenure.fusion import World, seats_of
from tenure.fusion.days_left import Demand
from tenure.temporal import Allen, Certainty, parse_iso
from tenure.views import AFTER, BEFORE, WITHIN, Relations, stretch_between

Test = Callable[[Span, Span], bool]
ALLEN: dict[Allen, Test] = {
    Allen.BEFORE: lambda x, y: x[1] + 1 < y[0],
    Allen.MEETS: lambda x, y: x[1] + 1 == y[0],
    Allen.OVERLAPS: lambda x, y: x[0] < y[0] <= x[1] < y[1],
    Allen.STARTS: lambda x, y: x[0] == y[0] and x[1] < y[1],
    Allen.DURING: lambda x, y: y[0] < x[0] and x[1] < y[1],
    Allen.FINISHES: lambda x, y: y[0] < x[0] and x[1] == y[1],
    Allen.EQUALS: lambda x, y: x == y,
    Allen.FINISHED_BY: lambda x, y: x[0] < y[0] and x[1] == y[1],
    Allen.CONTAINS: lambda x, y: x[0] < y[0] and y[1] < x[1],
    Allen.STARTED_BY: lambda x, y: x[0] == y[0] and y[1] < x[1],
    Allen.OVERLAPPED_BY: lambda x, y: y[0] < x[0] <= y[1] < x[1],
    Allen.MET_BY: lambda x, y: y[1] + 1 == x[0],
    Allen.AFTER: lambda x, y: y[1] + 1 < x[0],
}
STANDING: tuple[tuple[Sequence[Demand], Test], ...] = (
    (BEFORE, lambda x, y: x[1] < y[0]),
    (AFTER, lambda x, y: x[0] > y[1]),
    (WITHIN, lambda x, y: y[0] <= x[0] and x[1] <= y[1]),
)
SETTINGS = settings(
    max_examples=amount.cases(150),
    deadline=None,
    suppress_health_check=[HealthCheck.filter_too_much, HealthCheck.too_slow],
)
CASES = cases().filter(lambda case: len(case.claims) < 5)


def shared(x: Span, y: Span) -> int:
    return max(0, min(x[1], y[1]) - max(x[0], y[0]) + 1)


def degree(holds: list[bool]) -> Certainty:
    if all(holds):
        return Certainty.CERTAIN
    return Certainty.POSSIBLE if any(holds) else Certainty.RULED_OUT


def solved(lab: Lab, case: Case) -> tuple[World, list[dict[str, Span]]]:
    return build(lab, case), case.all_solutions()


@SETTINGS
@given(case=CASES)
def test_two_occurrences_lie_to_each_other_as_in_all_solutions(lab: Lab, case: Case) -> None:
    world, solutions = solved(lab, case)
    if not solutions:
        return
    relations = Relations(world)
    for one in case.occurrences:
        x = stretch_between(NAMES.entity(one).value)
        days = [s[one][1] - s[one][0] + 1 for s in solutions]
        occurrence = world.occurrences[NAMES.entity(one).value]
        assert relations.days(occurrence) == (min(days), max(days))
        for other in case.occurrences:
            y = stretch_between(NAMES.entity(other).value)
            pair = relations.pair(x, y)
            spans = [(s[one], s[other]) for s in solutions]
            expected = {a: degree([test(*both) for both in spans]) for a, test in ALLEN.items()}
            assert pair.allen() == expected, (one, other)
            together = [shared(*both) for both in spans]
            assert pair.shared_days() == (min(together), max(together)), (one, other)
            for demands, test in STANDING:
                assert pair.certainty(demands) == degree([test(*both) for both in spans])


@SETTINGS
@given(case=CASES)
def test_who_was_there_beside_somebody_is_as_in_all_solutions(lab: Lab, case: Case) -> None:
    world, solutions = solved(lab, case)
    if not solutions:
        return
    held = {NAMES.entity(o).value: o for o in case.occurrences if o in SITUATIONS}
    for subject in {world.occurrences[iri].subject for iri in held}:
        assert subject is not None
        found = {
            (s.one, s.other): (s.certainty, s.least, s.most)
            for s in Relations(world).beside(subject)
        }
        for one, other in product(held, held):
            sides = [world.occurrences[iri] for iri in (one, other)]
            days = [shared(s[held[one]], s[held[other]]) for s in solutions]
            mine = sides[0].subject == subject != sides[1].subject
            if mine and sides[0].kind == sides[1].kind and max(days):
                sure = degree([bool(day) for day in days])
                assert found.pop((one, other)) == (sure, min(days), max(days))
        assert not found


@SETTINGS
@given(case=CASES)
def test_first_and_last_and_every_day_are_those_of_all_solutions(lab: Lab, case: Case) -> None:
    world, solutions = solved(lab, case)
    if not solutions:
        return
    relations = Relations(world)
    held = [o for o in case.occurrences if o in SITUATIONS]
    for last in (False, True):
        found = relations.first(NAMES.entity("office/o").value, last=last)
        for one in held:
            best = [
                all(s[one][1] >= s[y][1] if last else s[one][0] <= s[y][0] for y in held)
                for s in solutions
            ]
            got = found.get(NAMES.entity(one).value, Certainty.RULED_OUT)
            assert got == degree(best), (one, last)
    for one in case.occurrences:
        for first, until in ((0, 0), (1, 2), (1, 3)):
            every = [s[one][0] <= first and s[one][1] >= until for s in solutions]
            key = f"throughout/{day(first)}/to/{day(until)}"
            assert lab.certainty(world, one, key) == degree(every), (one, key)
        for event in set(EVENTS) & set(case.occurrences):
            every = [s[one][0] <= s[event][0] and s[one][1] >= s[event][1] for s in solutions]
            key = f"throughout/{event}/to/{event}"
            assert lab.certainty(world, one, key) == degree(every), (one, key)


HELD = "tenure:{} a tn:Tenure ; tn:holder person:{} ; tn:office office:{} {}"
OFFICE = {NAMES.entity("office/o").value: 1, NAMES.entity("office/two").value: 2}


def tenure(who: str, dates: str, office: str = "o", name: str = "") -> str:
    start, _, end = dates.partition(" ")
    said = "".join(
        f' ; tn:{what} "{value}"^^edtf:EDTF'
        for what, value in (("start", start), ("end", end))
        if value not in ("", "?")
    )
    return HELD.format(name or who, who, office, said) + " ."


def crowd(world: World, among: Collection[str] | None = None) -> set[tuple[str, str, str]]:
    kinds = {o.kind for o in world.occurrences.values()}
    seats = seats_of(OFFICE, world.occurrences.values(), world.statements, world.schema)
    some = None if among is None else {NAMES.entity(f"tenure/{name}").value for name in among}
    return {
        (NAMES.short(s.one)[7:], NAMES.short(s.other)[7:], str(s.certainty))
        for s in Relations(world).crowding(seats, kinds, among=some)
    }


def test_two_in_one_seat(lab: Lab) -> None:
    claims = [
        lab.claim(tenure("a", "2001 2005-03-10")),
        lab.claim(tenure("b", "2005-03-10 2008")),
        lab.claim(tenure("c", "2007-06-01 2009")),
    ]
    # Taking over within a day is no overlap.
    assert crowd(lab.world(claims)) == {("b", "c", "certain")}
    vague = lab.claim(tenure("d", "[..2009-06-01] 2012"))
    assert {("c", "d", "possible"), ("b", "d", "possible")} <= crowd(lab.world([*claims, vague]))


def test_a_successor_of_unknown_date_is_no_second_holder(lab: Lab) -> None:
    """The bounds of both leave days in common; the network does not."""
    claims = [
        lab.claim(tenure("a", "2001 [2003..2008]")),
        lab.claim(tenure("b", "[2003..2008] 2010")),
    ]
    assert crowd(lab.world(claims)) == {("a", "b", "possible")}
    after = lab.claim(HELD.format("b", "b", "o", "; tn:after tenure:a ."))
    assert crowd(lab.world([*claims, after])) == set()


def test_three_in_two_seats(lab: Lab) -> None:
    claims = [
        lab.claim(tenure("a", "2001-01-01 2005-12-31", "two")),
        lab.claim(tenure("b", "2002-01-01 2006-12-31", "two")),
    ]
    assert crowd(lab.world(claims)) == set()
    third = lab.claim(tenure("c", "2003-01-01 2003-12-31", "two"))
    assert crowd(lab.world([*claims, third])) == {("c", "a", "certain"), ("c", "b", "certain")}
    perhaps = lab.claim(tenure("c", "[2003-01-01..] ?", "two"))
    assert {row[2] for row in crowd(lab.world([*claims, perhaps]))} == {"possible"}


_DAY = st.sampled_from(["?", *(f"2001-01-0{n}" for n in range(1, 7)), "[2001-01-02..2001-01-05]"])


@settings(max_examples=amount.cases(60), deadline=None)
@given(
    held=st.lists(st.tuples(st.sampled_from(["o", "two"]), _DAY, _DAY), min_size=2, max_size=6),
    among=st.sets(st.sampled_from("abcdef")),
)
def test_of_some_holders_the_pairs_are_those_of_all(
    lab: Lab, held: list[tuple[str, str, str]], among: set[str]
) -> None:
    """In one office of each number of seats; a pair is told once and with the same certainty."""
    claims = [
        lab.claim(tenure(who, f"{start} {end}", office))
        for who, (office, start, end) in zip("abcdef", held, strict=False)
    ]
    world = lab.world(claims)
    assert crowd(world, among) == {pair for pair in crowd(world) if not among.isdisjoint(pair[:2])}


def test_what_was_only_hinted_at_is_only_possibly_related(lab: Lab) -> None:
    claims = [
        lab.claim(tenure("a", "2001 2002")),
        lab.claim(tenure("b", "2005 2006"), hedged=True),
    ]
    world = lab.world(claims)
    a, b = (world.occurrences[NAMES.entity(f"tenure/{who}").value] for who in "ab")
    relations = Relations(world)
    before = relations.standing(BEFORE, stretch_between(b.iri, b.existence), but=b.iri)
    assert before == {a.iri: Certainty.POSSIBLE}
    assert relations.first(NAMES.entity("office/o").value) == {a.iri: Certainty.CERTAIN}
    # There may have been no second holder, and then the first was the last.
    last = relations.first(NAMES.entity("office/o").value, last=True)
    assert last == {a.iri: Certainty.POSSIBLE, b.iri: Certainty.POSSIBLE}


def test_a_stretch_without_a_break(lab: Lab) -> None:
    claims = [
        lab.claim(tenure("a", "2001-01-01 2001-05-31")),
        lab.claim(tenure("a", "2001-06-01 [2002..2003]", name="a--2")),
        lab.claim(tenure("a", "[2002-01-01..2003-02-01] 2004-06-30", name="a--3")),
        lab.claim(tenure("a", "2005-01-01 2006-01-01", name="a--4")),
        lab.claim(tenure("b", "2001-06-01 2002-01-01")),
    ]
    world = lab.world(claims)
    found = {
        tuple(NAMES.short(iri)[7:] for iri in parts) for parts, _ in Relations(world).coalesced()
    }
    # The third may have begun after the second was over.
    assert found == {("a", "a--2"), ("a--3",), ("a--4",), ("b",)}
    link = lab.claim(tenure("a", "[..2002-01-01] 2004-06-30", name="a--3"))
    joined = dict(Relations(lab.world([*claims, link])).coalesced())
    parts = tuple(NAMES.entity(f"tenure/{name}").value for name in ("a", "a--2", "a--3"))
    assert joined[parts].start_earliest == joined[parts].start_latest == parse_iso("2001-01-01")
    assert joined[parts].end_earliest == joined[parts].end_latest
