"""The world kept up to date: a claim that comes or goes touches only its own component.

What one component's claims make is worked out by :func:`tenure.world.fuse`; the worlds of all
components are then joined. What no component can know by itself is worked out from the joined
world for the offices and events that are concerned: who crowds a seat, and whom an office stands
for. Cost of a change: fusing its component, and copying tables, O(claims), without computing.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from copy import copy
from dataclasses import dataclass, replace
from functools import partial
from itertools import chain
from typing import Final

from tenure.claims import Claim, ClaimBase, Policy, Source, Standing
from tenure.temporal import ORIGIN
from tenure.terms import Names
from tenure.world.disagreements import crowded_seats
from tenure.world.fusion import conflict_iri, fuse
from tenure.world.gathering import Types
from tenure.world.joining import JoinedNetwork, Numbers, Solved
from tenure.world.model import Conflict, Occurrence, Participation, TimeSolution, World
from tenure.world.participation import participations_of
from tenure.world.partition import Partition, Ties
from tenure.world.parts import Difference, Part, in_order, put, take, world_of
from tenure.world.schema import Schema
from tenure.world.settling import settler
from tenure.world.statements import Statement
from tenure.world.triples import world_triples

Key = tuple[str, ...]
"""A component's name: its claims, sorted."""

_SOURCES: Final[Key] = ()
"""The name of the component that no claim is in: the days of all sources that none ties down."""


@dataclass(frozen=True, slots=True)
class Ground:
    """What fusion stands on beside the claims, as for :func:`tenure.world.fuse`."""

    sources: Mapping[str, Source]
    types: Types
    schema: Schema
    policy: Policy
    names: Names
    labels: Mapping[str, str]
    one_seat: Collection[str] = ()


class Fusion:
    """A world, and what it takes to change it. Immutable: a change makes another one.

    ``world`` is what :func:`tenure.world.fuse` makes of the same claims. ``difference`` is what
    the last change made of the world's graph; None of a fusion that was not made by a change.
    """

    def __init__(self, claims: Mapping[str, Claim], ground: Ground) -> None:
        """Fuse all claims. Raises :class:`~tenure.errors.BadClaim` like ``fuse``."""
        self._ground = ground
        self._partition = Partition.of(Ties(ground.schema, ground.types, ground.sources), ())
        self._parts: dict[Key, Part] = {}
        self._key_of: dict[str, Key] = {}
        self._numbers = Numbers()
        self._firm = self._soft = JoinedNetwork()
        self._hedged = 0
        self._tied: frozenset[str] = frozenset()
        self._crowded: dict[str, tuple[Conflict, ...]] = {}
        self._taking_part: dict[str, tuple[Participation, ...]] = {}
        self._by_object: dict[str, frozenset[str]] = {}
        self._named_by: dict[str, frozenset[str]] = {}
        self._standings: dict[str, str] = {}
        self.world = World(
            ground.policy, ground.schema, {}, ground.sources, {}, (), (), (), {}, self._time()
        )
        self.difference: Difference | None = None
        self._change(claims, (), told=False)

    def changed(
        self,
        claims: Mapping[str, Claim],
        *,
        without: Collection[str] = (),
        ground: Ground | None = None,
    ) -> Fusion:
        """The fusion with claims that are new, or of which something else is known now.

        ``without`` are claims to be left out. ``ground`` may have more sources and entities than
        the present one, if no claim :meth:`names` one of them yet. Raises
        :class:`~tenure.errors.BadClaim` like ``fuse``; this one stays as it is.
        """
        other: Fusion = copy(self)
        if ground is not None:
            ties = Ties(ground.schema, ground.types, ground.sources)
            other._ground = ground
            other._partition = replace(self._partition, ties=ties)
        other._change(claims, without, told=True)
        return other

    def names(self, thing: str) -> bool:
        """Whether a claim that the policy accepts names a thing."""
        return thing in self._partition.naming

    # ------------------------------------------------------------------ the steps of a change

    def _change(self, claims: Mapping[str, Claim], without: Collection[str], *, told: bool) -> None:
        former = self.world
        known = {**former.claims, **claims}
        for iri in without:
            del known[iri]
        gone, come = self._repartitioned(claims, without)
        old = [self._parts[key] for key in gone]
        new = {key: self._fused(key, known) for key in come}
        self._replace(gone, new)
        occurrences = self._occurrences(former, old, new.values())
        self._join(old, list(new.values()))
        self._stand(claims, without, old, new.values())
        named = {o.object for part in (*old, *new.values()) for o in part.occurrences.values()}
        offices = {office for office in named if office is not None}
        crowded = self._seats(offices, occurrences, known)
        events = self._events(offices, old, new.values())
        before = [p for event in events for p in self._taking_part.get(event, ())]
        self._take_part(events, occurrences)
        after = [p for event in events for p in self._taking_part.get(event, ())]
        self.world = World(
            self._ground.policy,
            self._ground.schema,
            known,
            self._ground.sources,
            occurrences,
            tuple(chain.from_iterable(part.statements for part in self._parts.values())),
            tuple(chain.from_iterable(p for _, p in sorted(self._taking_part.items()))),
            self._conflicts(),
            in_order(self._standings, former.standings),
            self._time(),
        )
        if told:
            changed = (*claims, *without)
            was = world_of(former, old, before, crowded[0], changed)
            now = world_of(self.world, new.values(), after, crowded[1], changed)
            gone_triples = frozenset(world_triples(was, self._ground.names))
            come_triples = frozenset(world_triples(now, self._ground.names))
            self.difference = Difference(gone_triples - come_triples, come_triples - gone_triples)

    def _repartitioned(
        self, claims: Mapping[str, Claim], without: Collection[str]
    ) -> tuple[list[Key], list[Key]]:
        """The components that are no more, and those that are new."""
        old, policy = self._partition, self._ground.policy
        removed = [iri for iri in (*claims, *without) if iri in old.touches]
        added = [c for c in claims.values() if policy.standing(c) is Standing.ACCEPTED]
        new = old.changed(added, removed)
        things = {t for iri in removed for t in old.touches[iri].named}
        things |= {t for claim in added for t in new.touches[claim.iri].named}
        passing = {thing for thing in things if old.passes(thing) or new.passes(thing)}
        start = {iri for thing in passing for iri in old.naming.get(thing, ())}
        reached = old.reached([*removed, *start], passing)
        kept = [iri for iri in reached if iri in new.touches]
        come = new.components(new.reached([*kept, *(c.iri for c in added)], passing))
        self._partition = new
        gone = sorted({self._key_of[iri] for iri in reached})
        sources = self._ground.sources
        tied = frozenset(iri for iri in sources if iri in new.naming and new.passes(iri))
        former, self._tied = self._tied, tied
        if _SOURCES not in self._parts:
            return gone, [_SOURCES, *come]
        if tied != former or len(sources) != len(self.world.sources):
            return [_SOURCES, *gone], [_SOURCES, *come]
        return gone, come

    def _fused(self, key: Key, known: Mapping[str, Claim]) -> Part:
        """What a component's claims make; the component without claims has the sources' days."""
        ground, partition = self._ground, self._partition
        if key == _SOURCES:
            sources, others = ground.sources, set(self._tied)
        else:
            named = {thing for iri in key for thing in partition.touches[iri].named}
            telling = {known[iri].source for iri in key}
            sources = {
                iri: source
                for iri in sorted(named | telling)
                if (source := ground.sources.get(iri))
            }
            others = set(sources) - named
        world = fuse(
            ClaimBase({iri: known[iri] for iri in key}, dict(sources)),
            ground.types,
            ground.schema,
            ground.policy,
            ground.names,
            ground.labels,
        )
        firm = Solved.of(world.time, self._numbers, others)
        soft = Solved.of(world.time.soft, self._numbers, others) if world.time.soft else firm
        return Part(
            world.occurrences,
            world.statements,
            world.conflicts,
            world.standings,
            firm,
            soft,
            world.time.soft is not None,
        )

    def _replace(self, gone: Iterable[Key], come: Mapping[Key, Part]) -> None:
        self._parts, self._key_of = dict(self._parts), dict(self._key_of)
        for key in gone:
            self._hedged -= self._parts.pop(key).hedged
            for iri in key:
                del self._key_of[iri]
        for key, part in come.items():
            self._parts[key] = part
            self._hedged += part.hedged
            self._key_of.update(dict.fromkeys(key, key))

    def _occurrences(
        self, former: World, old: Iterable[Part], new: Iterable[Part]
    ) -> Mapping[str, Occurrence]:
        occurrences = dict(former.occurrences)
        self._by_object, self._named_by = dict(self._by_object), dict(self._named_by)
        by_office = self._ground.schema.by_office
        for part in old:
            for iri, occurrence in part.occurrences.items():
                del occurrences[iri]
                take(self._by_object, occurrence.object, iri)
            for statement in part.statements:
                if statement.predicate in by_office:
                    take(self._named_by, statement.object.value, statement.subject)
        for part in new:
            for iri, occurrence in part.occurrences.items():
                occurrences[iri] = occurrence
                put(self._by_object, occurrence.object, iri)
            for statement in part.statements:
                if statement.predicate in by_office:
                    put(self._named_by, statement.object.value, statement.subject)
        return in_order(occurrences, former.occurrences)

    def _join(self, old: Sequence[Part], new: Sequence[Part]) -> None:
        names, passes = self._numbers.names, self._partition.passes

        def is_shared(point: int) -> bool:
            # A date's points belong to the one use of it, named by what it is said of and by whom;
            # a source's own date is nobody's word.
            thing, *use = names[point][0].split("\x00")
            return len(use) < 3 and not passes(thing)

        reasons = self._numbers.reasons
        had_soft = self._soft is not self._firm
        firm = self._firm.changed(
            [part.firm for part in old], [part.firm for part in new], is_shared, reasons
        )
        if not self._hedged:
            self._soft = firm
        elif had_soft:
            self._soft = self._soft.changed(
                [part.soft for part in old], [part.soft for part in new], is_shared, reasons
            )
        else:
            everything = [part.soft for part in self._parts.values()]
            self._soft = JoinedNetwork().changed((), everything, is_shared, reasons)
        self._firm = firm

    def _time(self) -> TimeSolution:
        def solution(network: JoinedNetwork, soft: TimeSolution | None) -> TimeSolution:
            numbers = self._numbers
            low, high = network.at_least(ORIGIN), network.at_most(ORIGIN)
            return TimeSolution(
                network, numbers.points, numbers.names, numbers.reasons, low, high, soft
            )

        return solution(self._firm, solution(self._soft, None) if self._hedged else None)

    def _stand(
        self,
        claims: Mapping[str, Claim],
        without: Collection[str],
        old: Iterable[Part],
        new: Iterable[Part],
    ) -> None:
        self._standings = dict(self._standings)
        for part in old:
            for iri in part.standings:
                del self._standings[iri]
        for iri in (*claims, *without):
            self._standings.pop(iri, None)
        for iri, claim in claims.items():
            standing = self._ground.policy.standing(claim)
            if standing is not Standing.OUT_OF_REACH:
                self._standings[iri] = standing.value
        for part in new:
            self._standings.update(part.standings)

    def _seats(
        self,
        offices: Iterable[str],
        occurrences: Mapping[str, Occurrence],
        claims: Mapping[str, Claim],
    ) -> tuple[list[Conflict], list[Conflict]]:
        """Who crowds the offices: what was so, and what is."""
        ground = self._ground
        settle = settler(claims, ground.sources, ground.schema.rank_order, ground.policy)
        iri_of = partial(conflict_iri, ground.names)
        self._crowded = dict(self._crowded)
        was: list[Conflict] = []
        now: list[Conflict] = []
        for office in sorted(set(offices) & set(ground.one_seat)):
            was += self._crowded.pop(office, ())
            held = {iri: occurrences[iri] for iri in sorted(self._by_object.get(office, ()))}
            found = tuple(
                crowded_seats(held, self._time(), (office,), claims, settle, iri_of, ground.labels)
            )
            if found:
                self._crowded[office] = found
                now += found
        return was, now

    def _events(
        self, offices: Iterable[str], old: Iterable[Part], new: Iterable[Part]
    ) -> list[str]:
        """What can have other participants now: told of anew, or by an office held otherwise."""
        told = {s.subject for part in (*old, *new) for s in part.statements}
        described = {event for office in offices for event in self._named_by.get(office, ())}
        return sorted(told | described)

    def _take_part(self, events: Iterable[str], occurrences: Mapping[str, Occurrence]) -> None:
        ground, time = self._ground, self._time()
        self._taking_part = dict(self._taking_part)
        for event in events:
            self._taking_part.pop(event, None)
            statements = self._told_of(event)
            held = {
                iri: occurrences[iri]
                for s in statements
                if s.predicate in ground.schema.by_office
                for iri in sorted(self._by_object.get(s.object.value, ()))
            }
            found = participations_of(statements, held, ground.schema, time, ground.one_seat)
            if found:
                self._taking_part[event] = found

    def _told_of(self, subject: str) -> list[Statement]:
        claims = self._partition.naming.get(subject, ())
        keys = sorted({self._key_of[iri] for iri in claims})
        return [s for key in keys for s in self._parts[key].statements if s.subject == subject]

    def _conflicts(self) -> tuple[Conflict, ...]:
        time = (c for part in self._parts.values() for c in part.conflicts)
        seats = chain.from_iterable(self._crowded.values())
        return tuple(sorted(chain(time, seats), key=lambda c: c.iri))
