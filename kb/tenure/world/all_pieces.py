"""The whole world piece by piece, for what has to go through all of it without holding it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import replace
from typing import Final

from tenure.claims import Claim, ClaimBase, Source
from tenure.temporal import FourBounds
from tenure.world.bulk_seats import meeting
from tenure.world.disagreements import SEATS
from tenure.world.model import Conflict, Participation, World
from tenure.world.partition import Partition, Ties
from tenure.world.schema import Schema

BATCH: Final = 500
"""Claims that are fused together at a time; a component is not split."""

Fuse = Callable[[ClaimBase, Collection[str]], World]
"""Fuses claims, given the offices with one seat."""


def all_pieces(
    base: ClaimBase, ties: Ties, schema: Schema, one_seat: Collection[str], fuse: Fuse
) -> Iterator[World]:
    """Worlds that make the world of all claims together, none of which has anything of another.

    First some components at a time, without those who take part in an event by their office and
    without crowded seats; then these, an event and an office at a time. The claims are held in
    memory meanwhile, about ten kilobytes each with what is known of how they hang together.
    """
    claims = dict(base.claims)
    partition = Partition.of(ties, claims.values())

    def fused(some: Iterable[str], offices: Collection[str]) -> World:
        chosen = {iri: claims[iri] for iri in some}
        return fuse(ClaimBase(chosen, _sources(chosen, partition, base.sources)), offices)

    def around(things: Iterable[str]) -> World:
        naming = {iri for thing in things for iri in partition.naming.get(thing, ())}
        return fused(sorted(partition.reached(naming)), one_seat)

    held: dict[str, list[tuple[str, FourBounds]]] = defaultdict(list)
    described: dict[str, set[str]] = defaultdict(set)
    for batch in _batches(partition.components(claims)):
        world = fused(batch, ())
        for one in world.occurrences.values():
            if one.object is not None and one.object in one_seat:
                held[one.object].append((one.iri, one.bounds))
        for statement in world.statements:
            if statement.predicate in schema.by_office:
                described[statement.subject].add(statement.object.value)
        named = tuple(part for part in world.participations if part.event not in described)
        yield replace(world, participations=named)
    for event, offices in sorted(described.items()):
        world = around((event, *offices))
        parts = tuple(part for part in world.participations if part.event == event)
        yield _nothing_but(world, parts, ())
    for office, holders in sorted(held.items()):
        if next(meeting(holders), None) is not None:
            world = around([office])
            held_there = {iri for iri, one in world.occurrences.items() if one.object == office}
            crowded = (one for one in world.conflicts if one.kind == SEATS)
            found = tuple(one for one in crowded if held_there.issuperset(one.concerns))
            yield _nothing_but(world, (), found)


def _nothing_but(
    world: World, participations: tuple[Participation, ...], conflicts: tuple[Conflict, ...]
) -> World:
    return replace(
        world,
        occurrences={},
        statements=(),
        participations=participations,
        conflicts=conflicts,
        standings={},
    )


def _batches(components: Iterable[tuple[str, ...]]) -> Iterator[list[str]]:
    batch: list[str] = []
    for component in components:
        if batch and len(batch) + len(component) > BATCH:
            yield batch
            batch = []
        batch += component
    if batch:
        yield batch


def _sources(
    claims: Mapping[str, Claim], partition: Partition, sources: Mapping[str, Source]
) -> dict[str, Source]:
    named = {claim.source for claim in claims.values()}
    for iri in claims:
        named |= partition.touches[iri].named
    return {iri: sources[iri] for iri in sorted(named) if iri in sources}
