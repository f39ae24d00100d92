"""The claims that can bear upon some things, found by walking from one thing to the next.

The same components as in :mod:`tenure.world.partition`, of which only those are looked at that are
asked for: what a walk reads does not grow with the number of claims, so that they can lie on disk.
A walk may take in more than the components that a policy makes, never less: it follows claims that
the policy sets aside too. Fusing more components than asked for gives the same answer.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from typing import Protocol

from pyoxigraph import NamedNode

from tenure.claims import Claim
from tenure.world.partition import Ties
from tenure.world.schema import Schema


class Told(Protocol):
    """Claims that can be found by the things that they name."""

    @property
    def claims(self) -> Mapping[str, Claim]:
        """All of them, by IRI."""
        ...

    def naming(self, thing: str) -> Iterable[str]:
        """The claims whose statement names a thing, the classes of things aside."""
        ...

    def of_source(self, source: str) -> Iterable[str]:
        """The claims that a source makes; none of what is no source."""
        ...

    def says_of(self, thing: str) -> bool:
        """Whether any claim states something about a thing."""
        ...

    def points_at(self, thing: str, properties: Collection[str]) -> bool:
        """Whether any claim states one of the properties of something with the thing as object."""
        ...


def surroundings(
    told: Told,
    ties: Ties,
    schema: Schema,
    one_seat: Collection[str],
    *,
    things: Iterable[str] = (),
    claims: Iterable[str] = (),
) -> dict[str, Claim]:
    """All that what is worked out for some things, or from some claims, follows from.

    Beside the components of the claims that name the things these are, where an office has one
    seat or an event is told by it, the components of all that name the office; and since an event
    can be told by several offices, of all that name one of these.
    """
    walk = _Walk(told, ties)
    walk.go(claims)
    for thing in things:
        walk.about(thing)
    offices = _objects(walk.found.values())
    for office in sorted(offices):
        if office in one_seat or told.points_at(office, schema.by_office):
            walk.go(told.naming(office))
    for office in sorted(_objects(walk.found.values(), schema.by_office) - offices):
        walk.go(told.naming(office))
    return walk.found


def _objects(claims: Iterable[Claim], properties: Collection[str] | None = None) -> set[str]:
    """What the claims state something to be the object of: by any property, or by some."""
    return {
        triple.object.value
        for claim in claims
        for triple in claim.content
        if isinstance(triple.object, NamedNode)
        and (properties is None or triple.predicate.value in properties)
    }


class _Walk:
    """Goes from claims to the things that they name, and on through those that pass bounds on."""

    def __init__(self, told: Told, ties: Ties) -> None:
        self._told = told
        self._ties = ties
        self._passing: dict[str, bool] = {}
        self.found: dict[str, Claim] = {}

    def about(self, thing: str) -> None:
        """Find the components of the claims that name a thing, or date it by being its own."""
        self.go(self._told.naming(thing))
        if self._ties.always_binds(thing):
            self.go(self._told.of_source(thing))

    def go(self, claims: Iterable[str]) -> None:
        """Find the components of some claims."""
        todo = list(claims)
        while todo:
            iri = todo.pop()
            if iri in self.found:
                continue
            claim = self.found[iri] = self._told.claims[iri]
            for thing in self._ties.touch(claim).named:
                if thing not in self._passing:
                    self._passing[thing] = self._passes(thing)
                    if self._passing[thing]:
                        todo += self._told.naming(thing)
                        todo += self._told.of_source(thing)

    def _passes(self, thing: str) -> bool:
        told, ties = self._told, self._ties
        return (
            ties.always_binds(thing)
            or told.says_of(thing)
            or told.points_at(thing, ties.binding_properties)
        )
