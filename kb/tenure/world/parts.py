"""What the claims of one component make, and a world of some components alone."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from itertools import chain
from typing import TypeVar

from pyoxigraph import Triple

from tenure.world.joining import Solved
from tenure.world.model import Conflict, Occurrence, Participation, World
from tenure.world.statements import Statement

Value = TypeVar("Value")


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
    """What differs between two worlds, as triples of the world's graph."""

    removed: frozenset[Triple]
    added: frozenset[Triple]


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


def put(table: dict[str, frozenset[str]], key: str | None, iri: str) -> None:
    """Enter an IRI under a key; the former sets stay as they are."""
    if key is not None:
        table[key] = table.get(key, frozenset()) | {iri}


def take(table: dict[str, frozenset[str]], key: str | None, iri: str) -> None:
    """Take an IRI from under a key, and the key with the last one."""
    if key is not None and key in table:
        rest = table[key] - {iri}
        if rest:
            table[key] = rest
        else:
            del table[key]


def in_order(table: Mapping[str, Value], former: Mapping[str, Value]) -> Mapping[str, Value]:
    """The table by sorted keys; ``former`` is one that is."""
    if table.keys() == former.keys():
        return {key: table[key] for key in former}
    return {key: table[key] for key in sorted(table)}
