"""Which claims can bear upon each other: the components into which the claims fall.

Two claims lie in one component when both name a thing through which a bound can travel: an
occurrence, whatever a claim states something about, a life or existence that a claim ties down
instead of only lying within it, a source whose day is not known, and whatever a denial names.
Everything that fusion works out for one claim follows from the claims of its component alone,
except who holds a seat beside others and whom an office stands for.

A component is found by walking from claim to thing to claim, so that claims can lie on disk and
what a walk reads does not grow with their number. A walk may take in more than the components that
a policy makes, never less: it follows claims that the policy sets aside too. Fusing more
components than asked for gives the same answer.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import lru_cache
from itertools import chain
from typing import Final, Protocol

from pyoxigraph import NamedNode

from tenure.fusion.constraints import EVERYTHING
from tenure.fusion.fusion_input import Types
from tenure.fusion.statements import statements_of
from tenure.fusion.value_conflicts import SEATS, pairs_that_can_meet
from tenure.fusion.vouching import looks_beyond, vouching_of
from tenure.fusion.world import PlainOccurrence, World
from tenure.model import Claim, Source
from tenure.model.edits import is_edit
from tenure.model.identity import NOBODY, Identities
from tenure.model.occurrence import Conflict, Occurrence, Participation
from tenure.model.schema import Axiom, PointRole, Schema
from tenure.namespaces import RDF_TYPE, TN
from tenure.temporal import FourBounds

BATCH: Final = 500
"""Claims that are fused together at a time; a component is not split."""

MOST_TOUCHES: Final = 20_000
"""Claims of which it is kept what they name, a few hundred bytes each."""

MOST_FOUND: Final = 5_000
"""Claims whose components are remembered, some kilobytes each."""

_NOTHING: frozenset[str] = frozenset()

Fuse = Callable[[Mapping[str, Claim], Mapping[str, int] | None], World]
"""Fuses claims, given the offices with one seat in the registry; None: without regard to seats."""


class ClaimLookup(Protocol):
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

    def is_denied(self, thing: str) -> bool:
        """Whether a claim that denies something names a thing."""
        ...


class ClaimsInMemory:
    """Claims that are all at hand, as a :class:`ClaimLookup`."""

    def __init__(self, claims: Mapping[str, Claim]) -> None:
        self.claims = claims
        self._naming: dict[str, dict[str, None]] = defaultdict(dict)
        self._of_source: dict[str, list[str]] = defaultdict(list)
        self._subjects: set[str] = set()
        self._pointing: dict[str, set[str]] = defaultdict(set)
        for iri, claim in claims.items():
            self._of_source[claim.source].append(iri)
            for triple in () if is_edit(claim) else claim.content:
                if isinstance(triple.subject, NamedNode):
                    self._subjects.add(triple.subject.value)
                    self._naming[triple.subject.value][iri] = None
                if isinstance(triple.object, NamedNode):
                    self._pointing[triple.object.value].add(triple.predicate.value)
                    if triple.predicate != RDF_TYPE:
                        self._naming[triple.object.value][iri] = None
        denials = {iri for iri, claim in claims.items() if claim.denies}
        self._denied = {one for one, some in self._naming.items() if not denials.isdisjoint(some)}

    def naming(self, thing: str) -> Iterable[str]:
        """As :meth:`ClaimLookup.naming`."""
        return self._naming.get(thing, ())

    def of_source(self, source: str) -> Iterable[str]:
        """As :meth:`ClaimLookup.of_source`."""
        return self._of_source.get(source, ())

    def says_of(self, thing: str) -> bool:
        """As :meth:`ClaimLookup.says_of`."""
        return thing in self._subjects

    def points_at(self, thing: str, properties: Collection[str]) -> bool:
        """As :meth:`ClaimLookup.points_at`."""
        return not self._pointing.get(thing, set()).isdisjoint(properties)

    def is_denied(self, thing: str) -> bool:
        """As :meth:`ClaimLookup.is_denied`."""
        return thing in self._denied


@dataclass(frozen=True, slots=True)
class _OfClasses:
    """A lookup for which all names of a thing are one."""

    lookup: ClaimLookup
    identities: Identities

    @property
    def claims(self) -> Mapping[str, Claim]:
        return self.lookup.claims

    def naming(self, thing: str) -> Iterable[str]:
        return dict.fromkeys(chain(*map(self.lookup.naming, self.identities.all(thing))))

    def of_source(self, source: str) -> Iterable[str]:
        return self.lookup.of_source(source)

    def says_of(self, thing: str) -> bool:
        return any(map(self.lookup.says_of, self.identities.all(thing)))

    def points_at(self, thing: str, properties: Collection[str]) -> bool:
        return any(self.lookup.points_at(one, properties) for one in self.identities.all(thing))

    def is_denied(self, thing: str) -> bool:
        return any(map(self.lookup.is_denied, self.identities.all(thing)))


class Ties:
    """Reads from the ontology, the registry and the sources what a claim is tied to."""

    def __init__(
        self,
        schema: Schema,
        types: Types,
        sources: Mapping[str, Source],
        identities: Identities = NOBODY,
    ) -> None:
        """``identities`` are the things that may count as one."""
        self.identities = identities
        self._schema = schema
        self._types = types
        self._sources = sources
        self.binding_properties = _binding_properties(schema)
        """The properties that tie their objects, instead of only lying within their existence."""
        self._classes: dict[frozenset[str], bool] = {}
        self._named: dict[Claim, frozenset[str]] = {}

    def named(self, claim: Claim) -> frozenset[str]:
        """The things that the claim names; its source only where the claim is tied to that day.

        It is by its tense, and by whatever of it may have been a plan when the source spoke.
        """
        found = self._named.get(claim)
        if found is None:
            named: set[str] = set()
            for statement in () if is_edit(claim) else statements_of([claim], self._schema):
                named.add(statement.subject)
                if isinstance(statement.object, NamedNode):
                    named.add(statement.object.value)
            if claim.tense is not None or self._may_plan(claim):
                named.add(claim.source)
            if len(self._named) >= MOST_TOUCHES:
                self._named.clear()
            if self.identities:
                named = set(map(self.identities.of, named))
            found = self._named[claim] = frozenset(named)
        return found

    def sources_of(
        self,
        claims: Collection[Claim],
        asked: Iterable[str] = (),
        among: Mapping[str, Source] | None = None,
    ) -> dict[str, Source]:
        """The sources that some claims make or name, and those that are ``asked`` for.

        As ``among`` has them, where it is given.
        """
        described = self._sources if among is None else among
        named = set(asked)
        for claim in claims:
            named.add(claim.source)
            named |= self.named(claim)
        # When a source was revised matters to the records of a data set alone.
        records = {one.source for one in claims if one.is_record}
        return {
            iri: source if iri in records else replace(source, states=())
            for iri in sorted(named)
            if (source := described.get(iri)) is not None
        }

    def _may_plan(self, claim: Claim) -> bool:
        vouching = vouching_of(claim, self._sources.get(claim.source), None)
        return (
            vouching is not None
            and vouching.source is not None
            and looks_beyond(claim, vouching.first, self._schema)
        )

    def always_binds(self, thing: str) -> bool:
        """Whether a thing ties all claims that name it, whatever they say."""
        source = self._sources.get(thing)
        if source is not None:
            days = source.published.fuzzy_bounds
            return days.earliest is None or days.earliest != days.latest
        classes = _NOTHING.union(
            *(self._types.get(one, _NOTHING) for one in self.identities.all(thing))
        )
        known = self._classes.get(classes)
        if known is None:
            event = TN("Event").value
            known = any(self._schema.is_a(cls, event) for cls in classes) or any(
                axiom.most is not None or axiom.earlier is PointRole.SUBJECT_END
                for axiom in self._schema.class_axioms((*classes, *EVERYTHING))
            )
            self._classes[classes] = known
        return known

    def binding(self, claim: Claim) -> Iterator[str]:
        """The things that tie all claims which name them, because of what this claim says."""
        if is_edit(claim):
            return
        if claim.denies:
            yield from self.named(claim)
        for triple in claim.content:
            if isinstance(triple.subject, NamedNode):
                yield triple.subject.value
            if isinstance(triple.object, NamedNode) and (
                triple.predicate.value in self.binding_properties
            ):
                yield triple.object.value


@lru_cache(maxsize=4)
def _binding_properties(schema: Schema) -> frozenset[str]:
    # Every write makes ties anew, by the same ontology.
    chained = {p for chain in schema.chains for p in (chain.first, chain.second)}

    def binds(prop: str) -> bool:
        inverse = schema.inverse.get(prop)
        return (
            prop in chained
            or inverse in chained
            or any(map(_ties_object, schema.property_axioms(prop)))
            or (inverse is not None and bool(schema.property_axioms(inverse)))
        )

    return frozenset(filter(binds, schema.properties))


def _ties_object(axiom: Axiom) -> bool:
    ends = (PointRole.OBJECT_START, PointRole.OBJECT_END, PointRole.OBJECT_MOMENT)
    return (
        (axiom.earlier in ends and axiom.earlier is not PointRole.OBJECT_START)
        or (axiom.later in ends and axiom.later is not PointRole.OBJECT_END)
        or (axiom.most is not None and (axiom.earlier in ends or axiom.later in ends))
    )


@dataclass(frozen=True, slots=True)
class Components:
    """Finds the components of claims, and remembers those found last.

    ``lookup`` has to stay as it is: what is remembered is not looked up again.
    """

    lookup: ClaimLookup
    ties: Ties
    schema: Schema
    _found: dict[str, dict[str, Claim]] = field(default_factory=dict, repr=False, compare=False)
    _passing: dict[str, bool] = field(default_factory=dict, repr=False, compare=False)

    def __post_init__(self) -> None:
        if self.ties.identities:
            object.__setattr__(self, "lookup", _OfClasses(self.lookup, self.ties.identities))

    def around(
        self,
        one_seat: Mapping[str, int] | None,
        *,
        things: Iterable[str] = (),
        claims: Iterable[str] = (),
    ) -> dict[str, Claim]:
        """All that what is worked out for some things, or from some claims, follows from.

        Beside the components of the claims that name the things these are, where an office has one
        seat in the registry (``one_seat``) or some number for a time, or an event is told by it,
        the components of all that name the office; and since an event can be told by several
        offices, of all that name one of these. None: without regard to seats.
        """
        found: dict[str, Claim] = {}

        def add(some: Iterable[str]) -> None:
            for iri in some:
                if iri not in found:
                    found.update(self._of(iri))

        add(claims)
        for thing in things:
            add(self.lookup.naming(thing))
            # What dates a thing by being its own is about it, too.
            if self.ties.always_binds(thing):
                add(self.lookup.of_source(thing))
        by_office = self.schema.by_office
        one = self.ties.identities
        offices = set(map(one.of, _objects(found.values())))
        for office in sorted(offices):
            if self.lookup.points_at(office, by_office) or (
                one_seat is not None
                and (any(map(one_seat.__contains__, one.all(office))) or self.is_seated(office))
            ):
                add(self.lookup.naming(office))
        for office in sorted(set(map(one.of, _objects(found.values(), by_office))) - offices):
            add(self.lookup.naming(office))
        return found

    def is_seated(self, office: str) -> bool:
        """Whether a claim says how many seats an office has for a time."""
        return self.lookup.points_at(office, self.schema.seating_roles)

    def _of(self, claim: str) -> dict[str, Claim]:
        """The component of a claim."""
        known = self._found.get(claim)
        if known is None:
            walk = self._walk()
            walk.go([claim])
            known = walk.found
            if len(self._found) + len(known) > MOST_FOUND:
                self._found.clear()
            self._found.update(dict.fromkeys(known, known))
        return known

    def _walk(self) -> _Walk:
        return _Walk(self.lookup, self.ties, self._passing)

    def all(self) -> Iterator[dict[str, Claim]]:
        """Every component by itself."""
        walk = self._walk()
        for iri in self.lookup.claims:
            if iri not in walk.seen:
                walk.found = {}
                walk.go([iri])
                yield walk.found

    def worlds(self, one_seat: Mapping[str, int], fuse: Fuse) -> Iterator[World]:
        """Worlds that make the world of all claims together, none of which has any of another.

        First some components at a time, without those who take part in an event by their office
        and without seats held by too many; then these, an event and an office at a time. Of the
        claims only the names are held meanwhile, and the bounds of who held a seat for one.
        """
        claims = self.lookup.claims
        if len(claims) <= BATCH:  # all at once, in whichever components they are
            yield fuse(dict(sorted(claims.items())), one_seat)
            return
        some = batches(self.all())
        first, second = next(some, {}), next(some, None)
        if second is None:
            yield fuse(dict(sorted(first.items())), one_seat)
            return
        each = (fuse(batch, None) for batch in chain((first, second), some))
        yield from self.completed(each, one_seat, fuse, self.held(one_seat))

    def held(self, one_seat: Mapping[str, int]) -> Held:
        """Nothing held yet, of the seats of offices that have one, or some number for a time."""
        return Held(self.schema, lambda office: office in one_seat or self.is_seated(office))

    def completed(
        self, worlds: Iterable[World], one_seat: Mapping[str, int], fuse: Fuse, held: Held
    ) -> Iterator[World]:
        """The worlds of all components, and then what follows from several: see :meth:`worlds`.

        They were fused without regard to seats; ``held`` may have been told of others.
        """

        def near(*things: str) -> World:
            walk = self._walk()
            for thing in things:
                walk.go(self.lookup.naming(thing))
            return fuse(dict(sorted(walk.found.items())), one_seat)

        described: dict[str, set[str]] = defaultdict(set)
        for world in worlds:
            held.note(world.occurrences.values())
            for statement in world.statements:
                if statement.predicate in self.schema.by_office:
                    described[statement.subject].add(statement.object.value)
            named = tuple(part for part in world.participations if part.event not in described)
            yield replace(world, participations=named)
        for event, offices in sorted(described.items()):
            world = near(event, *offices)
            parts = tuple(part for part in world.participations if part.event == event)
            yield _nothing_but(world, parts, ())
        for office in held.crowded():
            yield _crowding(near(office), office)


class Held:
    """Who holds which offices, as far as their seats are counted."""

    def __init__(self, schema: Schema, is_counted: Callable[[str], bool]) -> None:
        self._schema = schema
        self._counted = _Counted(is_counted)
        self._held: dict[tuple[str, bool], list[tuple[str, str, FourBounds]]] = defaultdict(list)

    def note(self, occurrences: Iterable[Occurrence | PlainOccurrence]) -> None:
        """Note the holders among them, and the numbers of seats for a time."""
        for one in occurrences:
            office = one.object
            # Two holders are two people, and of two seatings each is one by itself.
            if office is not None and one.kind in self._schema.seat_kinds and self._counted[office]:
                self._held[office, True].append((one.iri, one.subject or "", one.bounds))
            elif one.subject is not None and one.kind in self._schema.seating_kinds:
                self._held[one.subject, False].append((one.iri, one.iri, one.bounds))

    def crowded(self) -> list[str]:
        """The offices of which two holders, or two numbers of seats, can meet; sorted."""
        return sorted(
            {of for (of, _), some in self._held.items() if any(pairs_that_can_meet(some))}
        )


class _Counted(dict[str, bool]):
    """Whether the seats of an office matter, found out once for each."""

    def __init__(self, matter: Callable[[str], bool]) -> None:
        super().__init__()
        self._matter = matter

    def __missing__(self, office: str) -> bool:
        found = self[office] = self._matter(office)
        return found


def _crowding(world: World, office: str) -> World:
    """Nothing but the conflicts about the seats of an office."""
    held = {iri for iri, o in world.occurrences.items() if office in (o.object, o.subject)}
    found = (c for c in world.conflicts if c.kind == SEATS and held.issuperset(c.concerns))
    return _nothing_but(world, (), tuple(found))


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


def batches(components: Iterable[dict[str, Claim]]) -> Iterator[dict[str, Claim]]:
    """Components put together, about :data:`BATCH` claims at a time."""
    batch: dict[str, Claim] = {}
    for component in components:
        if batch and len(batch) + len(component) > BATCH:
            yield batch
            batch = {}
        batch |= component
    if batch:
        yield batch


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

    def __init__(self, lookup: ClaimLookup, ties: Ties, passing: dict[str, bool]) -> None:
        """``passing`` remembers of things, for other walks too, whether they pass bounds on."""
        self._lookup = lookup
        self._ties = ties
        self._passing = passing
        self._met: set[str] = set()
        self.seen: set[str] = set()
        self.found: dict[str, Claim] = {}

    def go(self, claims: Iterable[str]) -> None:
        """Find the components of some claims."""
        todo = list(claims)
        while todo:
            iri = todo.pop()
            if iri in self.seen:
                continue
            self.seen.add(iri)
            claim = self.found[iri] = self._lookup.claims[iri]
            for thing in self._ties.named(claim) - self._met:
                self._met.add(thing)
                if self._passes(thing):
                    todo += self._lookup.naming(thing)
                    todo += self._lookup.of_source(thing)

    def _passes(self, thing: str) -> bool:
        known = self._passing.get(thing)
        if known is None:
            if len(self._passing) >= MOST_TOUCHES:
                self._passing.clear()
            lookup, ties = self._lookup, self._ties
            known = self._passing[thing] = (
                ties.always_binds(thing)
                or lookup.says_of(thing)
                or lookup.points_at(thing, ties.binding_properties)
                # A denial speaks against all who tell of the same, each under a name of its own.
                or lookup.is_denied(thing)
            )
        return known
