"""A world that is changed claim by claim is the world that all the claims make together."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.world.lab import NAMES, Lab, entity, types_of
from tests.world.tales import ONE_SEAT, PUBLISHED, node, tales

from tenure.claims import Claim
from tenure.errors import BadClaim
from tenure.knowledge import KnowledgeBase
from tenure.temporal import ORIGIN
from tenure.world import AsOf, Fusion, Ground, World, at_occurrence, world_triples


def _ground(lab: Lab, claims: Sequence[Claim], policy: str | None = None) -> tuple[Ground, World]:
    """What to fuse upon, and the world that all the claims make together."""
    world = lab.world(claims, published=PUBLISHED, policy=policy, one_seat=ONE_SEAT)
    types = types_of(claims)
    seats = [entity(slug).value for slug in ONE_SEAT]
    return Ground(world.sources, types, lab.schema, world.policy, NAMES, {}, seats), world


def _assert_same(fusion: Fusion, world: World) -> None:
    found = fusion.world
    assert dict(found.claims) == dict(world.claims)
    assert list(found.occurrences.items()) == list(world.occurrences.items())
    assert found.conflicts == tuple(sorted(world.conflicts, key=lambda c: c.iri))
    assert found.standings == world.standings
    assert found.participations == world.participations
    assert set(found.statements) == set(world.statements)
    _assert_same_times(found, world)
    assert set(world_triples(found, NAMES)) == set(world_triples(world, NAMES))


def _assert_same_times(found: World, world: World) -> None:
    things = {iri for iri, _ in world.time.points if iri and "\x00" not in iri}
    assert {iri: found.time.bounds(iri) for iri in things} == {
        iri: world.time.bounds(iri) for iri in things
    }
    for iri in sorted(things):
        for which, shift in (("start", 0), ("end", 1)):
            ours = AsOf(at_occurrence(iri, which, shift), found.time)
            theirs = AsOf(at_occurrence(iri, which, shift), world.time)
            for occurrence in world.occurrences.values():
                assert ours.certainty(occurrence) is theirs.certainty(occurrence)
    for name, point in world.time.points.items():
        for reach in (found.time.at_least, found.time.at_most):
            mine = found.time.points.get(name, ORIGIN)
            if point != ORIGIN and mine in reach.distance:
                assert abs(reach.distance[mine]) == abs(sum(c.least for c in reach.path(mine)))


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(told=st.lists(tales(), min_size=1, max_size=8), data=st.data())
def test_changing_is_fusing_anew(lab: Lab, told: list[dict[str, Any]], data: st.DataObject) -> None:
    claims = [lab.claim(number=str(n), **tale) for n, tale in enumerate(told)]
    ground, world = _ground(lab, claims)
    fusion = Fusion({c.iri: c for c in claims}, ground)
    _assert_same(fusion, world)
    # Claim by claim, in any order.
    order = data.draw(st.permutations(claims))
    size = data.draw(st.integers(0, len(order)))
    fusion = Fusion({c.iri: c for c in order[:size]}, ground)
    for claim in order[size:]:
        fusion = _changed(fusion, claim)
    _assert_same(fusion, world)
    # And withdrawn again.
    gone = data.draw(st.lists(st.sampled_from(claims), unique=True))
    late = {c.iri: replace(c, retracted_at="2026-02-01T00:00:00Z") for c in gone}
    for claim in late.values():
        fusion = _changed(fusion, claim)
    _, world = _ground(lab, [late.get(c.iri, c) for c in claims])
    _assert_same(fusion, world)
    # And left out altogether.
    _, world = _ground(lab, [c for c in claims if c.iri not in late])
    _assert_same(fusion.changed({}, without=list(late)), world)


def _changed(fusion: Fusion, claim: Claim) -> Fusion:
    """The change, having looked whether its difference is one."""
    before = set(world_triples(fusion.world, NAMES))
    new = fusion.changed({claim.iri: claim})
    assert new.difference is not None
    removed, added = new.difference.removed, new.difference.added
    assert removed <= before
    assert added.isdisjoint(before)
    assert before - removed | added == set(world_triples(new.world, NAMES))
    return new


def test_a_claim_that_cannot_be_fused_changes_nothing(lab: Lab) -> None:
    good = lab.claim(f'{node("event/a")} tn:date "2020-01-02"^^edtf:EDTF .', source="s1")
    ground, world = _ground(lab, [good])
    fusion = Fusion({good.iri: good}, ground)
    bad = lab.claim(f'{node("event/a")} tn:date "soon"^^edtf:EDTF .', source="s1")
    with pytest.raises(BadClaim, match="soon"):
        fusion.changed({bad.iri: bad})
    _assert_same(fusion, world)


@pytest.mark.parametrize("policy", ["", "sources=jpost-620411", "modalities=all", "hedged=no"])
def test_the_facts_make_the_same_world(kb: KnowledgeBase, policy: str) -> None:
    world = kb.world(kb.policy(policy))
    registry = kb.registry
    ground = Ground(
        kb.sources,
        registry.types,
        kb.schema,
        world.policy,
        kb.names,
        registry.labels,
        registry.one_seat,
    )
    fusion = Fusion(kb.claims, ground)
    assert set(world_triples(fusion.world, kb.names)) == set(world_triples(world, kb.names))
    assert list(fusion.world.occurrences) == list(world.occurrences)
    _assert_same_times(fusion.world, world)
