"""Which claims can bear upon each other: the components into which the claims fall.

Two claims lie in one component when both name a thing through which a bound can travel: an
occurrence, whatever a claim states something about, a life or existence that a claim ties down
instead of only lying within it, a source whose day is not known. Everything that fusion works out
for one claim follows from the claims of its component alone, except who crowds a seat and whom an
office stands for. A partition is immutable; a changed one shares with the former what did not
change.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property

from immutables import Map
from pyoxigraph import NamedNode

from tenure.claims import Claim, Source
from tenure.terms import TN
from tenure.world.constraints import EVERYTHING
from tenure.world.gathering import Types
from tenure.world.schema import Axiom, PointRole, Schema
from tenure.world.statements import statements_of

_NOTHING: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Touch:
    """The things that a claim names, and those among them that it binds to all else about them."""

    named: frozenset[str]
    bound: frozenset[str]


class Ties:
    """Reads from the ontology, the registry and the sources what a claim touches."""

    def __init__(self, schema: Schema, types: Types, sources: Mapping[str, Source]) -> None:
        self._schema = schema
        self._types = types
        self._sources = sources
        self._chained = {p for chain in schema.chains for p in (chain.first, chain.second)}
        self._binding: dict[str, bool] = {}
        self._classes: dict[frozenset[str], bool] = {}

    def touch(self, claim: Claim) -> Touch:
        """What the claim names and binds. A source counts only where its day is not known."""
        named: set[str] = set()
        bound: set[str] = set()
        for statement in statements_of([claim], self._schema):
            named.add(statement.subject)
            if isinstance(statement.object, NamedNode):
                named.add(statement.object.value)
                if self._binds(statement.predicate):
                    bound.add(statement.object.value)
        told = {t.subject.value for t in claim.content if isinstance(t.subject, NamedNode)}
        if claim.tense is not None:
            named.add(claim.source)
        return Touch(frozenset(named), frozenset(told | bound))

    def always_binds(self, thing: str) -> bool:
        """Whether a thing ties all claims that name it, whatever they say."""
        source = self._sources.get(thing)
        if source is not None:
            days = source.published.fuzzy_bounds
            return days.earliest is None or days.earliest != days.latest
        classes = self._types.get(thing, _NOTHING)
        known = self._classes.get(classes)
        if known is None:
            event = TN("Event").value
            known = any(self._schema.is_a(cls, event) for cls in classes) or any(
                axiom.most is not None or axiom.earlier is PointRole.SUBJECT_END
                for axiom in self._schema.class_axioms((*classes, *EVERYTHING))
            )
            self._classes[classes] = known
        return known

    @cached_property
    def binding_properties(self) -> frozenset[str]:
        """The properties that tie their objects, instead of only lying within their existence."""
        return frozenset(filter(self._binds, self._schema.properties))

    def _binds(self, prop: str) -> bool:
        known = self._binding.get(prop)
        if known is None:
            inverse = self._schema.inverse.get(prop)
            known = self._binding[prop] = (
                prop in self._chained
                or inverse in self._chained
                or any(map(_ties_object, self._schema.property_axioms(prop)))
                or (inverse is not None and bool(self._schema.property_axioms(inverse)))
            )
        return known


def _ties_object(axiom: Axiom) -> bool:
    ends = (PointRole.OBJECT_START, PointRole.OBJECT_END, PointRole.OBJECT_MOMENT)
    return (
        (axiom.earlier in ends and axiom.earlier is not PointRole.OBJECT_START)
        or (axiom.later in ends and axiom.later is not PointRole.OBJECT_END)
        or (axiom.most is not None and (axiom.earlier in ends or axiom.later in ends))
    )


@dataclass(frozen=True, slots=True)
class Partition:
    """Claims by what they touch. ``naming`` and ``binding`` list the claims of each thing."""

    ties: Ties
    touches: Map[str, Touch]
    naming: Map[str, frozenset[str]]
    binding: Map[str, frozenset[str]]

    @classmethod
    def of(cls, ties: Ties, claims: Iterable[Claim]) -> Partition:
        """The partition of the claims."""
        nothing: Map[str, frozenset[str]] = Map()
        return cls(ties, Map(), nothing, nothing).changed(claims, ())

    def changed(self, added: Iterable[Claim], removed: Iterable[str]) -> Partition:
        """The partition with some claims more and some fewer."""
        touches = self.touches.mutate()
        tables = (Sets(self.naming), Sets(self.binding))
        for iri in removed:
            touch = touches.pop(iri)
            for table, things in zip(tables, (touch.named, touch.bound), strict=True):
                table.take(things, iri)
        for claim in added:
            touch = touches[claim.iri] = self.ties.touch(claim)
            for table, things in zip(tables, (touch.named, touch.bound), strict=True):
                table.put(things, claim.iri)
        return Partition(self.ties, touches.finish(), tables[0].finish(), tables[1].finish())

    def passes(self, thing: str) -> bool:
        """Whether bounds can travel through a thing from one claim to another."""
        return thing in self.binding or self.ties.always_binds(thing)

    def reached(self, claims: Iterable[str], passes: Collection[str] = ()) -> set[str]:
        """The claims in the components of the given ones, as if ``passes`` passed bounds on too."""
        found: set[str] = set()
        todo = [claim for claim in claims if claim in self.touches]
        asked: set[str] = set()
        while todo:
            claim = todo.pop()
            if claim in found:
                continue
            found.add(claim)
            for thing in self.touches[claim].named - asked:
                asked.add(thing)
                if thing in passes or self.passes(thing):
                    todo += self.naming[thing]
        return found

    def components(self, claims: Iterable[str]) -> list[tuple[str, ...]]:
        """The components of the given claims, which are whole ones; sorted, of sorted claims."""
        found: list[tuple[str, ...]] = []
        left = set(claims)
        while left:
            component = self.reached([left.pop()])
            left -= component
            found.append(tuple(sorted(component)))
        return sorted(found)


class Sets:
    """A table of sets being changed; a set is copied once, when it is first touched."""

    def __init__(self, table: Map[str, frozenset[str]]) -> None:
        self._table = table
        self._own: dict[str, set[str]] = {}

    def put(self, things: Iterable[str], claim: str) -> None:
        """Enter a claim, or other thing, in the sets of some things."""
        for thing in things:
            self._of(thing).add(claim)

    def take(self, things: Iterable[str], claim: str) -> None:
        """Take it out of the sets of some things."""
        for thing in things:
            self._of(thing).discard(claim)

    def finish(self) -> Map[str, frozenset[str]]:
        """The changed table, without empty sets."""
        table = self._table.mutate()
        for thing, claims in self._own.items():
            if claims:
                table[thing] = frozenset(claims)
            else:
                table.pop(thing, None)
        return table.finish()

    def _of(self, thing: str) -> set[str]:
        if thing not in self._own:
            self._own[thing] = set(self._table.get(thing, _NOTHING))
        return self._own[thing]
