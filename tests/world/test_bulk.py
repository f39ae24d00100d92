"""The engine in bulk gives what the exact one gives."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.world.lab import NAMES, Lab, entity, types_of
from tests.world.oracle import Case, cases
from tests.world.test_brute_force import build

from tenure.claims import Claim
from tenure.errors import BadClaim, NotFound
from tenure.knowledge import KnowledgeBase
from tenure.temporal import Certainty, FourBounds, parse_iso
from tenure.world import BulkWorld, Setting, World


def bulk(world: World, claims: Iterable[Claim] | None = None) -> BulkWorld:
    """The same claims in bulk."""
    chosen = list(world.claims.values()) if claims is None else list(claims)
    return BulkWorld(chosen, world.claims.__getitem__, setting_of(world))


def setting_of(world: World) -> Setting:
    """What the world was fused with."""
    return Setting(
        types_of(world.claims.values()), world.schema, world.policy, NAMES, {}, world.sources
    )


def bounds_of(world: World) -> dict[str, FourBounds]:
    return {iri: occurrence.bounds for iri, occurrence in world.occurrences.items()}


def assert_same(found: BulkWorld, world: World) -> None:
    assert len(found) == len(world.occurrences)
    assert {iri: found.bounds(iri) for iri in world.occurrences} == bounds_of(world)
    assert {c.claims for c in found.conflicts} == {c.claims for c in world.conflicts}


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(case=cases())
def test_random_claims_have_the_same_bounds_and_conflicts(lab: Lab, case: Case) -> None:
    world = build(lab, case)
    found = bulk(world)
    assert_same(found, world)
    for iri, occurrence in world.occurrences.items():
        assert found.around(iri).occurrences[iri].bounds == occurrence.bounds


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(case=cases(), data=st.data())
def test_adding_and_withdrawing_claims_is_fusing_anew(
    lab: Lab, case: Case, data: st.DataObject
) -> None:
    world = build(lab, case)
    claims = list(world.claims.values())
    later = data.draw(st.sampled_from(claims))
    found = bulk(world, [claim for claim in claims if claim != later])
    found.add(later)
    for iri, bounds in bounds_of(world).items():
        assert found.bounds(iri) == bounds
    gone = data.draw(st.sampled_from(claims))
    found.withdraw(gone.iri)
    rest = [claim for claim in claims if claim != gone]
    published = {s.rpartition("/")[2]: d.published.text for s, d in world.sources.items()}
    without = lab.world(rest, published=published)
    for iri in world.occurrences:
        if iri in without.occurrences:
            assert found.bounds(iri) == without.occurrences[iri].bounds
        else:
            with pytest.raises(NotFound, match="No claim"):
                found.bounds(iri)


@pytest.mark.parametrize("policy", ["", "sources=jpost-620411", "modalities=all", "hedged=no"])
def test_the_facts_have_the_same_bounds(kb: KnowledgeBase, policy: str) -> None:
    world = kb.world(kb.policy(policy))
    setting = Setting(
        kb.registry.types,
        kb.schema,
        world.policy,
        kb.names,
        kb.registry.labels,
        kb.sources,
        kb.registry.one_seat,
    )
    found = BulkWorld(kb.claims.values(), kb.claims.__getitem__, setting)
    assert_same(found, world)
    for iri, occurrence in world.occurrences.items():
        assert found.around(iri).occurrences[iri].bounds == occurrence.bounds
    day = parse_iso("2020-01-02")
    assert found.holding_on(day) == kb.certainty(kb.moment(at="2020-01-02"), world.policy)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    spans=st.lists(
        st.tuples(
            st.sampled_from(["p", "q", "r"]),
            st.sampled_from(["o", "o", "x"]),
            st.sampled_from(
                [
                    'tn:start "{}"^^edtf:EDTF ; tn:end "{}"^^edtf:EDTF',
                    'tn:start "{}"^^edtf:EDTF',
                    'tn:endedBy event:e ; tn:start "[..{}]"^^edtf:EDTF',
                    "tn:endedBy event:e",
                    "tn:startedBy event:e",
                ]
            ),
            st.integers(2000, 2004),
            st.integers(0, 3),
            st.booleans(),
        ),
        min_size=2,
        max_size=5,
    )
)
def test_crowded_seats_are_those_of_the_exact_engine(
    lab: Lab, spans: list[tuple[str, str, str, int, int, bool]]
) -> None:
    claims = [
        lab.claim(
            f"tenure:t{number} a tn:Tenure ; tn:holder person:{who} ; tn:office office:{office} ;"
            f" {rest.format(first, first + lasted)} .",
            number=str(number),
            hedged=hedged,
        )
        for number, (who, office, rest, first, lasted, hedged) in enumerate(spans)
    ]
    offices = ["office/o"]
    world = lab.world(claims, one_seat=offices)
    seats = [entity(office).value for office in offices]
    found = BulkWorld(claims, world.claims.__getitem__, replace(setting_of(world), one_seat=seats))
    assert {(c.kind, c.claims, c.concerns) for c in found.conflicts} == {
        (c.kind, c.claims, c.concerns) for c in world.conflicts
    }


TENURE = "tenure:t a tn:Tenure ; tn:holder person:p ; tn:office office:o"


def test_hedges_are_at_most_possible_and_date_nothing_firm(lab: Lab) -> None:
    world = lab.world(
        [
            lab.claim('event:e tn:date "2020"^^edtf:EDTF .'),
            lab.claim('event:h tn:date "2020-03-01"^^edtf:EDTF ; tn:after event:e .', hedged=True),
        ]
    )
    found = bulk(world)
    assert_same(found, world)
    assert found.holding_on(parse_iso("2020-03-01"))[entity("event/h").value] is Certainty.POSSIBLE


def test_exemptions_and_derived_endings(lab: Lab) -> None:
    world = lab.world(
        [
            lab.claim('event:killing-k tn:date "2020-01-03"^^edtf:EDTF ; tn:killed person:p .'),
            lab.claim(f"{TENURE} ; tn:endsWith person:p ."),
            lab.claim(
                "membership:m a tn:Membership ; tn:member person:p ; tn:organization org:o ;"
                ' tn:start "2021"^^edtf:EDTF ; tn:exemptFrom tn:WithinLifeEnd .'
            ),
        ]
    )
    found = bulk(world)
    assert_same(found, world)
    assert found.bounds(entity("tenure/t").value).start_latest == parse_iso("2020-01-02")
    assert world.conflicts == ()


def test_a_circle_of_order_is_a_conflict_though_nothing_is_dated(lab: Lab) -> None:
    world = lab.world(
        [
            lab.claim("event:killing-a tn:endedBy event:killing-b ."),
            lab.claim("event:killing-b tn:endedBy event:killing-a ."),
        ]
    )
    assert len(world.conflicts) >= 1
    assert_same(bulk(world), world)


@pytest.mark.parametrize("wrong", ['tn:start "soon"^^edtf:EDTF', "tn:lastedDays 0"])
def test_what_cannot_be_read_names_the_claim(lab: Lab, wrong: str) -> None:
    good = lab.world([lab.claim(f"{TENURE} .")])
    claim = lab.claim(f"{TENURE} ; {wrong} .")
    setting = Setting({}, good.schema, good.policy, NAMES, {}, good.sources)
    with pytest.raises(BadClaim) as caught:
        BulkWorld([claim], {claim.iri: claim}.__getitem__, setting)
    assert caught.value.where is not None
    assert caught.value.where.name == claim.iri


def test_what_is_unknown_is_not_found(lab: Lab) -> None:
    found = bulk(lab.world([lab.claim(f"{TENURE} .")]))
    with pytest.raises(NotFound, match="event/nothing"):
        found.bounds(entity("event/nothing").value)
    with pytest.raises(NotFound, match="event/nothing"):
        found.around(entity("event/nothing").value)
