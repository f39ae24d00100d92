"""What the claims of one component make, and a world of some components alone."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import chain

from pyoxigraph import Triple

from tenure.world.joining import Solved
from tenure.world.model import Conflict, Occurrence, Participation, World
from tenure.world.statements import Statement


@dataclass(frozen=True, slots=True)
class Part:
    """What one component's claims make; its networks without and with what is hedged."""

    occurrences: Mapping[str, Occurrence]
    statements: tuple[Statement, ...]
    conflicts: tuple[Conflict, ...]
    standings: Mapping[str, str]
    firm: Solved
    soft: Solved
    hedged: bool


@dataclass(frozen=True, slots=True)
class Difference:
    """What differs between two worlds, as triples of the world's graph.

    Every conflict that is in only one of them is in ``were`` or in ``are``.
    """

    removed: frozenset[Triple]
    added: frozenset[Triple]
    were: Sequence[Conflict]
    are: Sequence[Conflict]


def world_of(
    world: World,
    parts: Iterable[Part],
    participations: Iterable[Participation],
    crowded: Iterable[Conflict],
    claims: Iterable[str],
) -> World:
    """A world of only what the parts, and so much else, make of it."""
    parts = list(parts)
    standings = {iri: world.standings[iri] for iri in claims if iri in world.standings}
    for part in parts:
        standings.update(part.standings)
    return replace(
        world,
        occurrences={iri: o for part in parts for iri, o in part.occurrences.items()},
        statements=tuple(chain.from_iterable(part.statements for part in parts)),
        participations=tuple(participations),
        conflicts=(*chain.from_iterable(part.conflicts for part in parts), *crowded),
        standings=standings,
    )
