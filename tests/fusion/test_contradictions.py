"""Which statements conflicts lie in: enough of them, and as few as the conflict needs."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import replace
from unittest.mock import patch

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pyoxigraph import Literal, NamedNode, Triple
from tests import amount
from tests.fusion.lab import NAMES, Lab, entity, types_of
from tests.fusion.oracle import Case, cases
from tests.fusion.test_brute_force import build

from tenure.fusion import FusionContext, World
from tenure.fusion.contradictions import Faults, conflicts_among
from tenure.knowledge import KnowledgeBase
from tenure.model import Claim, Conflict
from tenure.namespaces import EDTF_DATATYPE, RDF_TYPE, TN

WHAT_THINGS_ARE = {RDF_TYPE, TN("holder"), TN("office"), TN("exemptFrom")}
TENSE = TN("tense")
SEAT = "office/o"
DISTANCE = NAMES.entity("distance/").value


def setting_of(world: World, one_seat: Collection[str] = ()) -> FusionContext:
    return FusionContext(
        types_of(world.claims.values()),
        world.schema,
        world.policy,
        NAMES,
        {},
        world.sources,
        {entity(office).value: 1 for office in one_seat},
    )


def faults_of(world: World, one_seat: Collection[str] = ()) -> dict[str, dict[str, list[Triple]]]:
    setting = setting_of(world, one_seat)
    faults = Faults(world.conflicts, world.claims, setting)
    # As in the lab that made the world, every date is a fact.
    with patch("tenure.fusion.contradictions.vouchings", lambda *_: {}):
        return {
            one.iri: {iri: list(told) for iri, told in faults.of(one).items()}
            for one in world.conflicts
        }


def is_date(triple: Triple) -> bool:
    return isinstance(triple.object, Literal) and triple.object.datatype == EDTF_DATATYPE


def cut_down(world: World, told: dict[str, list[Triple]]) -> list[Claim]:
    """The claims of a conflict with nothing left but what is at fault, and what things are."""
    cut = []
    for iri, triples in told.items():
        content = world.claims[iri].content
        # A tense is about whatever the claim speaks of.
        spoken = {t.subject.value for t in content if isinstance(t.subject, NamedNode)}
        kinds = tuple(
            Triple(NamedNode(one), RDF_TYPE, NamedNode(world.occurrences[one].kind))
            for one in sorted(spoken & world.occurrences.keys())
        )
        # Of a distance only its numbers are at fault; it makes no sense without the rest.
        tense = world.claims[iri].tense if any(t.predicate == TENSE for t in triples) else None
        # What a tense says of a thing goes with all that its claim dates of it.
        dated = {t.subject for t in triples if tense and is_date(t)}
        apart = {t.subject for t in triples if str(t.subject).startswith(f"<{DISTANCE}")}
        kept = tuple(
            t
            for t in content
            if t in triples
            or t.predicate in WHAT_THINGS_ARE
            or (t.subject in dated and is_date(t))
            or (t.subject in apart and not str(t.predicate).endswith("Days>"))
            or t.object in apart
        )
        cut.append(replace(world.claims[iri], content=(*kinds, *kept), tense=tense))
    return cut


def slugs(world: World) -> dict[str, str]:
    return {s.rpartition("/")[2]: one.published.text for s, one in world.sources.items()}


def check_faults(world: World, told: dict[str, list[Triple]], conflict: Conflict) -> None:
    assert tuple(told) == conflict.claims
    for iri, triples in told.items():
        claim = world.claims[iri]
        tense = Triple(NamedNode(iri), TENSE, NamedNode(claim.tense or "urn:x:none"))
        assert triples
        assert set(triples) <= {*claim.content, tense}


@settings(
    max_examples=amount.cases(30), deadline=None, suppress_health_check=[HealthCheck.too_slow]
)
@given(case=cases())
def test_what_is_at_fault_is_enough_for_the_conflict(lab: Lab, case: Case) -> None:
    world = build(lab, case)
    found = faults_of(world)
    for conflict in world.conflicts:
        check_faults(world, found[conflict.iri], conflict)
        again = lab.world(cut_down(world, found[conflict.iri]), published=slugs(world))
        assert conflict.claims in {one.claims for one in again.conflicts}


@settings(
    max_examples=amount.cases(30), deadline=None, suppress_health_check=[HealthCheck.too_slow]
)
@given(case=cases(), policy=st.sampled_from(["", "resolve=newest", "resolve=majority"]))
def test_the_conflicts_are_those_of_fusion(planning: Lab, case: Case, policy: str) -> None:
    world = build(planning, case)
    world = planning.world(world.claims.values(), published=slugs(world), policy=policy)
    assert conflicts_among(world.claims, setting_of(world)) == world.conflicts
    with patch("tenure.fusion.contradictions.BATCH", 0):
        assert conflicts_among(world.claims, setting_of(world)) == world.conflicts


def test_among_very_many_alike_the_conflicts_are_those_of_fusion(planning: Lab) -> None:
    claims = [
        planning.claim(
            f"tenure:t{n} a tn:Tenure ; tn:holder person:p{n} ; tn:office office:o{n % 3} ;"
            f' tn:start "{start}"^^edtf:EDTF ; tn:end "{end}"^^edtf:EDTF .',
            number=str(n),
        )
        for n, (start, end) in enumerate(
            [(1900 + 2 * n, 1901 + 2 * n) for n in range(42)] + [(1930, 1931), (1960, 1950)]
        )
    ]
    seats = ["office/o0", "office/o1"]
    world = planning.world(claims, one_seat=seats)
    assert {one.kind for one in world.conflicts} == {"seats", "time"}
    with patch("tenure.fusion.contradictions.BATCH", 0):
        assert conflicts_among(world.claims, setting_of(world, seats)) == world.conflicts


def held(who: str, rest: str) -> str:
    return f"tenure:{who} a tn:Tenure ; tn:holder person:{who} ; tn:office office:o ; {rest} ."


@settings(
    max_examples=amount.cases(20), deadline=None, suppress_health_check=[HealthCheck.too_slow]
)
@given(
    spans=st.lists(
        st.tuples(
            st.sampled_from(["p", "q", "r"]),
            st.sampled_from(
                [
                    'tn:start "{}"^^edtf:EDTF ; tn:end "{}"^^edtf:EDTF',
                    'tn:start "{}"^^edtf:EDTF',
                    'tn:end "{}"^^edtf:EDTF',
                    'tn:heldOn "{}"^^edtf:EDTF',
                    "tn:endedBy event:e",
                ]
            ),
            st.integers(2000, 2003),
            st.integers(0, 3),
        ),
        min_size=2,
        max_size=6,
    )
)
def test_what_crowds_a_seat_is_enough_to_crowd_it(
    lab: Lab, spans: list[tuple[str, str, int, int]]
) -> None:
    claims = [
        lab.claim(held(who, rest.format(first, first + lasted)), number=str(number))
        for number, (who, rest, first, lasted) in enumerate(spans)
    ]
    world = lab.world(claims, one_seat=[SEAT])
    assert conflicts_among(world.claims, setting_of(world, [SEAT])) == world.conflicts
    found = faults_of(world, [SEAT])
    for conflict in world.conflicts:
        check_faults(world, found[conflict.iri], conflict)
        if conflict.kind == "seats":
            again = lab.world(cut_down(world, found[conflict.iri]), one_seat=[SEAT])
            told = {(one.kind, one.claims, one.concerns) for one in again.conflicts}
            assert ("seats", conflict.claims, conflict.concerns) in told


def at_fault(world: World, one_seat: Sequence[str] = ()) -> list[list[str]]:
    """By conflict: the local names of the properties at fault, those of all claims together."""
    return [
        [triple.predicate.value.rpartition("#")[2] for _, many in told.items() for triple in many]
        for told in faults_of(world, one_seat).values()
    ]


def test_of_several_dates_the_one_at_fault_is_named(lab: Lab) -> None:
    one = held("a", 'tn:start "2001"^^edtf:EDTF ; tn:end "2003"^^edtf:EDTF')
    other = held("a", 'tn:start "2001"^^edtf:EDTF ; tn:end "2004"^^edtf:EDTF')
    world = lab.world([lab.claim(one), lab.claim(other)])
    assert at_fault(world) == [["end", "end"]]


def test_a_claim_that_is_false_by_itself_has_both_its_dates_at_fault(lab: Lab) -> None:
    backwards = held("a", 'tn:start "2005"^^edtf:EDTF ; tn:end "2004"^^edtf:EDTF')
    assert [sorted(one) for one in at_fault(lab.world([lab.claim(backwards)]))] == [
        ["end", "start"]
    ]


def test_a_tense_is_at_fault_where_it_is_what_contradicts(lab: Lab) -> None:
    claim = lab.claim('event:e tn:date "2021-05-05"^^edtf:EDTF .', tense="Past")
    world = lab.world([claim], published={"s1": "2020-01-01"})
    assert at_fault(world) == [["date", "tense"]]


def test_a_distance_is_at_fault_by_its_number(lab: Lab) -> None:
    apart = (
        "event:e tn:atDistance distance:d . distance:d a tn:Distance ; tn:distanceFrom event:f ;"
        " tn:distanceRelation tnv:DaysAfter ; tn:distanceAtLeastDays 3 ; tn:distanceAtMostDays 9 ."
    )
    dated = 'event:e tn:date "2020-01-02"^^edtf:EDTF . event:f tn:date "2020-01-01"^^edtf:EDTF .'
    world = lab.world([lab.claim(apart), lab.claim(dated)])
    (names,) = at_fault(world)
    assert sorted(set(names)) == ["date", "distanceAtLeastDays", "distanceAtMostDays"]


def test_what_a_chain_makes_of_two_statements_is_found_in_both(lab: Lab) -> None:
    life = held("a", 'tn:endsWith person:a ; tn:date "2020-01-01"^^edtf:EDTF')
    killed = 'event:killing-k tn:killed person:a ; tn:start "2020-02-01"^^edtf:EDTF .'
    world = lab.world([lab.claim(life), lab.claim(killed)])
    assert {"date", "start", "killed"} <= set(at_fault(world)[0])


@pytest.mark.parametrize("policy", ["", "modalities=all", "resolve=majority"])
def test_the_facts_have_the_conflicts_of_fusion(kb: KnowledgeBase, policy: str) -> None:
    world = kb.world(kb.policy(policy))
    setting = FusionContext(
        kb.registry.types,
        kb.schema,
        world.policy,
        kb.names,
        kb.registry.labels,
        kb.sources,
        kb.registry.one_seat,
    )
    assert conflicts_among(kb.claims, setting) == world.conflicts
    faults = Faults(world.conflicts, kb.claims, setting)
    for conflict in world.conflicts:
        assert {
            t.predicate.value.rpartition("#")[2]
            for told in faults.of(conflict).values()
            for t in told
        } <= {"date", "start", "end", "after", "partOf"}
