"""What bears upon a thing is found by walking; all pieces together are the whole world."""

from __future__ import annotations

import sys
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import chain
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pyoxigraph import NamedNode
from tests import amount
from tests.fusion.lab import NAMES, Lab, entity, types_of
from tests.fusion.tales import EVENTS, ONE_SEAT, PEOPLE, PUBLISHED, SEATS, TENURES, tales

from tenure.fusion import (
    AsOf,
    ClaimLookup,
    ClaimsInMemory,
    Components,
    FusionContext,
    Moment,
    Ties,
    Types,
    World,
    at_occurrence,
    fuse,
    triple_diff,
    world_triples,
)
from tenure.model import Claim, Policy, Schema, Source
from tenure.namespaces import RDF_TYPE
from tenure.temporal import Certainty

SEATED = {entity(slug).value: 1 for slug in ONE_SEAT}
THINGS = [
    *(entity(slug).value for slug in (*EVENTS, *PEOPLE, *SEATS)),
    *(entity(f"tenure/t{number}").value for number in TENURES),
    *(NAMES.source(slug).value for slug in PUBLISHED),
]
POLICIES = (
    "",
    "",
    "modalities=all",
    "hedged=no",
    "sources=s1,s3",
    "ranks=preferred",
    "resolve=newest",
    "known-at=2026-01-15T00:00:00Z",
)


@dataclass(frozen=True)
class Listed:
    """Claims in a list, found by going through all of them."""

    claims: Mapping[str, Claim]

    def naming(self, thing: str) -> list[str]:
        """See :class:`tenure.fusion.ClaimLookup`."""
        return [
            iri
            for iri, claim in self.claims.items()
            for t in claim.content
            if NamedNode(thing) == t.subject or (NamedNode(thing) == t.object and not _types(t))
        ]

    def of_source(self, source: str) -> list[str]:
        """See :class:`tenure.fusion.ClaimLookup`."""
        return [iri for iri, claim in self.claims.items() if claim.source == source]

    def is_denied(self, thing: str) -> bool:
        """See :class:`tenure.fusion.ClaimLookup`."""
        return any(self.claims[iri].denies for iri in self.naming(thing))

    def says_of(self, thing: str) -> bool:
        """See :class:`tenure.fusion.ClaimLookup`."""
        return any(
            t.subject == NamedNode(thing) for one in self.claims.values() for t in one.content
        )

    def points_at(self, thing: str, properties: Collection[str]) -> bool:
        """See :class:`tenure.fusion.ClaimLookup`."""
        stated = chain.from_iterable(one.content for one in self.claims.values())
        return any(t.object == NamedNode(thing) and t.predicate.value in properties for t in stated)


def _types(triple: Any) -> bool:
    return bool(triple.predicate == RDF_TYPE)


@dataclass(frozen=True)
class Setting:
    """All that fusion stands on, and the world that all claims make."""

    claims: Mapping[str, Claim]
    sources: Mapping[str, Source]
    types: Types
    schema: Schema
    policy: Policy
    whole: World
    one_seat: Mapping[str, int]
    labels: Mapping[str, str]

    def components(self, lookup: ClaimLookup) -> Components:
        """Finds components among claims."""
        return Components(lookup, Ties(self.schema, self.types, self.sources), self.schema)

    def fused(
        self,
        claims: Mapping[str, Claim],
        one_seat: Mapping[str, int] | None,
        sources: Mapping[str, Source] | None = None,
    ) -> World:
        """The world of some of the claims."""
        known = self.sources if sources is None else sources
        return fuse(
            claims,
            FusionContext(
                self.types, self.schema, self.policy, NAMES, self.labels, known, one_seat
            ),
        )

    def around(self, things: Iterable[str] = (), claims: Iterable[str] = ()) -> World:
        """The world of what bears upon some things and claims."""
        components = self.components(Listed(self.claims))
        found = components.around(self.one_seat, things=things, claims=claims)
        sources = components.ties.sources_of(found.values(), things)
        return self.fused(found, self.one_seat, sources)


def setting(lab: Lab, claims: Sequence[Claim], policy: str) -> Setting:
    """The claims under a policy."""
    # Pieces are made by the same rules, by which what a source told of days ahead is a plan.
    whole = Lab(lab.schema, plans=True).world(
        claims, published=PUBLISHED, policy=policy, one_seat=ONE_SEAT
    )
    by_iri = {claim.iri: claim for claim in claims}
    types = types_of(claims)
    return Setting(
        by_iri, whole.sources, types, lab.schema, whole.policy, whole, SEATED, dict[str, str]()
    )


def assert_all_about(found: World, whole: World, thing: str) -> None:
    """Nothing about the thing is missing or otherwise, and nothing of the rest is made up."""
    for iri, one in whole.occurrences.items():
        if thing in (iri, one.subject, one.object):
            assert found.occurrences[iri] == one
    assert found.occurrences.items() <= whole.occurrences.items()
    assert [part for part in found.participations if thing in (part.event, part.who)] == [
        part for part in whole.participations if thing in (part.event, part.who)
    ]
    assert {s for s in found.statements if thing in (s.subject, s.object.value)} == {
        s for s in whole.statements if thing in (s.subject, s.object.value)
    }
    concerned = [one for one in whole.conflicts if thing in (one.iri, *one.concerns, *one.claims)]
    assert [one for one in concerned if one not in found.conflicts] == []
    assert set(found.conflicts) <= set(whole.conflicts)
    assert found.standings.items() <= whole.standings.items()
    assert found.time.bounds(thing) == whole.time.bounds(thing)


def assert_moments(found: World, whole: World, thing: str) -> None:
    """As of the thing, what is about it stands as in the whole world."""
    for moment in (at_occurrence(thing), at_occurrence(thing, "end", 1)):
        for iri, one in found.occurrences.items():
            assert surely(found, moment, iri) is surely(whole, moment, iri)
            assert one == whole.occurrences[iri]


def surely(world: World, moment: Moment, iri: str) -> Certainty:
    """How surely something was going on at a moment."""
    return AsOf(moment, world.time).certainty(world.occurrences[iri])


claims_told = st.lists(tales(), min_size=1, max_size=9)


def made(lab: Lab, told: Sequence[dict[str, Any]], data: st.DataObject) -> list[Claim]:
    """The claims, some of them recorded late or withdrawn again."""
    claims = [lab.claim(number=str(number), **one) for number, one in enumerate(told)]
    late = data.draw(st.sets(st.integers(0, len(claims) - 1), max_size=2), label="late")
    gone = data.draw(st.sets(st.integers(0, len(claims) - 1), max_size=2), label="gone")
    for number in late:
        claims[number] = replace(claims[number], recorded_at="2026-01-20T00:00:00Z")
    for number in gone:
        claims[number] = replace(claims[number], retracted_at="2026-02-01T00:00:00Z")
    return claims


@settings(max_examples=amount.cases(40), suppress_health_check=[HealthCheck.too_slow])
@given(told=claims_told, policy=st.sampled_from(POLICIES), data=st.data())
def test_what_bears_upon_a_thing_is_found(
    planning: Lab, told: list[dict[str, Any]], policy: str, data: st.DataObject
) -> None:
    one = setting(planning, made(planning, told, data), policy)
    for thing in THINGS:
        found = one.around([thing])
        assert_all_about(found, one.whole, thing)
        assert_moments(found, one.whole, thing)
    for iri in one.claims:
        found = one.around(claims=[iri])
        assert_all_about(found, one.whole, iri)
        assert found.standings.get(iri) == one.whole.standings.get(iri)
    for conflict in one.whole.conflicts:
        assert conflict in one.around(claims=conflict.claims).conflicts


@settings(max_examples=amount.cases(50), suppress_health_check=[HealthCheck.too_slow])
@given(told=claims_told, policy=st.sampled_from(POLICIES), data=st.data())
def test_all_pieces_are_the_whole(
    planning: Lab, told: list[dict[str, Any]], policy: str, data: st.DataObject
) -> None:
    one = setting(planning, made(planning, told, data), policy)
    batch = data.draw(st.sampled_from([1, 3, 500]), label="batch")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(sys.modules["tenure.fusion.components"], "BATCH", batch)
        assert_pieces(one)


def assert_pieces(one: Setting) -> None:
    """The pieces make the world together, and have nothing in common."""
    components = one.components(ClaimsInMemory(one.claims))
    pieces = list(components.worlds(one.one_seat, one.fused))
    told = [set(world_triples(piece, NAMES)) for piece in pieces]
    assert set().union(*told) == set(world_triples(one.whole, NAMES))
    whole = one.whole
    assert_parted([p.occurrences.values() for p in pieces], whole.occurrences.values())
    assert_parted([p.conflicts for p in pieces], whole.conflicts)
    assert_parted([p.participations for p in pieces], whole.participations)
    assert_parted([p.statements for p in pieces], whole.statements)
    assert_parted([p.standings.items() for p in pieces], whole.standings.items())


@settings(max_examples=amount.cases(50), suppress_health_check=[HealthCheck.too_slow])
@given(told=claims_told, policy=st.sampled_from(POLICIES), data=st.data())
def test_a_change_is_one_of_the_components_around_it(
    planning: Lab, told: list[dict[str, Any]], policy: str, data: st.DataObject
) -> None:
    """What is fused anew before and after differs as the two whole worlds do."""
    claims = made(planning, told, data)
    after = setting(planning, claims, policy)
    changed = data.draw(st.sampled_from(claims), label="changed")
    known = {iri: one for iri, one in after.claims.items() if iri != changed.iri}
    if data.draw(st.booleans(), label="was known"):
        known[changed.iri] = replace(changed, retracted_at=None)
    found = after.components(Listed(after.claims)).around(after.one_seat, claims=[changed.iri])
    near = {iri: known[iri] for iri in found if iri in known}
    diff = triple_diff(after.fused(near, after.one_seat), after.fused(found, after.one_seat), NAMES)
    was = set(world_triples(after.fused(known, after.one_seat), NAMES))
    assert diff.removed <= was
    assert diff.added.isdisjoint(was)
    assert was - diff.removed | diff.added == set(world_triples(after.whole, NAMES))


def assert_parted(parts: Iterable[Iterable[object]], whole: Iterable[object]) -> None:
    """All of the whole is in one part, and in one alone."""
    assert sorted(map(str, chain.from_iterable(parts))) == sorted(map(str, whole))
