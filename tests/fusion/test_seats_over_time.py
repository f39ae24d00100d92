"""Successions, unbroken stretches and vacancies against every way in which it could have been."""

from __future__ import annotations

from collections import defaultdict

from hypothesis import HealthCheck, given, settings
from hypothesis.strategies import booleans, integers, tuples
from pyoxigraph import Literal, NamedNode, Quad, QuerySolutions, Store, Triple
from tests import amount
from tests.fusion.lab import NAMES, Lab
from tests.fusion.oracle import LAST, SITUATIONS, Case, cases, day
from tests.fusion.test_relations import solved

from tenure.catalog import Catalog
from tenure.fusion import World, world_triples
from tenure.namespaces import XSD_DATE
from tenure.temporal import iso
from tenure.views import RelationRequest, Relations, relation_iri, vacant_triples

OFFICE = NAMES.entity("office/o")
VACANT = relation_iri(NAMES, RelationRequest("", "vacant", ("office/o",)))
BOTH = cases().filter(lambda c: len(c.claims) < 5 and set(SITUATIONS) <= set(c.things))
SOME = cases().filter(lambda c: len(c.claims) < 5 and SITUATIONS[0] in c.things)
Pair = tuple[int, int]
PAIRS = tuples(integers(0, LAST), integers(0, LAST)).map(lambda two: (min(two), max(two)))
SETTINGS = settings(
    max_examples=amount.cases(100),
    deadline=None,
    suppress_health_check=[HealthCheck.filter_too_much, HealthCheck.too_slow],
)


@SETTINGS
@given(case=BOTH)
def test_successions_are_those_of_all_solutions(lab: Lab, case: Case) -> None:
    world, solutions = solved(lab, case)
    if not solutions:
        return
    found = {(NAMES.short(x), NAMES.short(y)) for x, y in Relations(world).following(OFFICE.value)}
    one, other = SITUATIONS
    for x, y in ((one, other), (other, one)):
        assert ((x, y) in found) == all(s[y][0] >= s[x][1] for s in solutions), (x, y)


@SETTINGS
@given(case=BOTH)
def test_what_leaves_no_day_between_is_one_stretch(lab: Lab, case: Case) -> None:
    world, solutions = solved(lab, case)
    if not solutions:
        return
    t, u = SITUATIONS
    unbroken = all(s[u][0] <= s[t][1] + 1 and s[t][0] <= s[u][1] + 1 for s in solutions)
    wholes = [(t, u)] if unbroken else [(t,), (u,)]
    expected = {}
    for parts in wholes:
        starts = {min(s[part][0] for part in parts) for s in solutions}
        ends = {max(s[part][1] for part in parts) for s in solutions}
        expected[parts] = tuple(map(day, (min(starts), max(starts), min(ends), max(ends))))
    found = {
        tuple(map(NAMES.short, iris)): tuple(
            None if number is None else iso(number)
            for number in (
                bounds.start_earliest,
                bounds.start_latest,
                bounds.end_earliest,
                bounds.end_latest,
            )
        )
        for iris, bounds in Relations(world).coalesced()
    }
    assert found == expected


@SETTINGS
@given(case=SOME)
def test_vacancies_are_the_days_on_which_nobody_can_have_held(
    lab: Lab, catalog: Catalog, case: Case
) -> None:
    world, solutions = solved(lab, case)
    if not solutions:
        return
    held = {
        d
        for s in solutions
        for slug in SITUATIONS
        if slug in case.things
        for d in range(s[slug][0], s[slug][1] + 1)
    }
    empty = [d for d in range(-1, LAST + 2) if d not in held]
    firsts = [d for d in empty if d - 1 not in empty]
    lasts = [d for d in empty if d + 1 not in empty]
    expected = [(day(a), day(b)) for a, b in zip(firsts, lasts, strict=True)]
    assert _vacancies(world, catalog, -1, LAST + 1) == expected


@SETTINGS
@given(founded=PAIRS, ceased=PAIRS, by_events=booleans())
def test_no_office_is_vacant_before_it_was_founded_or_after_it_ceased(
    lab: Lab, catalog: Catalog, founded: Pair, ceased: Pair, by_events: bool
) -> None:
    """Whether a date says so or an event, and however vaguely."""
    founded, ceased = sorted((founded, ceased))
    some = (f"[{day(a)}..{day(b)}]" for a, b in (founded, ceased))
    begun, over = (f'"{one}"^^edtf:EDTF' for one in some)
    told = f"office:o tn:foundedOn {begun} ; tn:ceasedOn {over} ."
    if by_events:
        told = f"""event:f a tn:Founding ; tn:founded office:o ; tn:date {begun} .
            event:a a tn:Abolition ; tn:abolished office:o ; tn:date {over} ."""
    world = lab.world([lab.claim(told)])
    if world.conflicts:
        return
    expected = [(day(max(0, founded[0])), day(min(LAST, ceased[1])))]
    assert _vacancies(world, catalog, 0, LAST) == expected


def _vacancies(world: World, catalog: Catalog, first: int, last: int) -> list[tuple[str, str]]:
    store = Store()
    stated: dict[str, list[Triple]] = defaultdict(list)
    for triple in world_triples(world, NAMES):
        store.add(Quad(*triple))
        stated[str(getattr(triple.subject, "value", ""))].append(triple)
    found = vacant_triples(VACANT.value, [(OFFICE.value, stated)])
    store.extend(Quad(one.subject, one.predicate, one.object, VACANT) for one in found)
    row: dict[str, NamedNode | Literal] = {
        "office": OFFICE,
        "vacant": VACANT,
        "first": Literal(day(first), datatype=XSD_DATE),
        "last": Literal(day(last), datatype=XSD_DATE),
        "least": Literal("possible"),
    }
    text = catalog.find("vacancies").with_values({name: str(term) for name, term in row.items()})
    answer = store.query(text)
    assert isinstance(answer, QuerySolutions)
    return [(row["from"].value, row["to"].value) for row in answer]
