"""The world kept up to date: a claim that comes or goes touches only its own component.

What one component's claims make is worked out by :func:`tenure.world.fuse`; the worlds of all
components are then joined. What no component can know by itself is worked out from the joined
world for the offices and events that are concerned: who crowds a seat, and whom an office stands
for. Cost of a change: fusing its component; what stayed is shared with the former world.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from copy import copy
from dataclasses import dataclass, replace
from functools import partial
from itertools import chain

from immutables import Map

from tenure.claims import Claim, ClaimBase, Policy, Source, Standing
from tenure.persistent import Lazily, Ordered
from tenure.temporal import ORIGIN
from tenure.terms import Names
from tenure.world.disagreements import crowded_seats
from tenure.world.fusion import conflict_iri, fuse
from tenure.world.gathering import Types
from tenure.world.joining import JoinedNetwork, Numbers, Solved
from tenure.world.model import Conflict, Occurrence, Participation, TimeSolution, World
from tenure.world.participation import participations_of
from tenure.world.partition import Partition, Sets, Ties
from tenure.world.parts import Difference, Part, world_of
from tenure.world.schema import Schema
from tenure.world.settling import settler
from tenure.world.statements import Statement
from tenure.world.triples import world_triples

Key = tuple[str, ...]
"""A component's name: its claims, sorted; or one source that no claim ties down."""


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
        self._parts: Map[Key, Part] = Map()
        self._key_of: Map[str, Key] = Map()
        self._numbers = Numbers()
        self._firm = self._soft = JoinedNetwork()
        self._hedged = 0
        self._conflicting: Map[Key, tuple[Conflict, ...]] = Map()
        self._crowded: Map[str, tuple[Conflict, ...]] = Map()
        self._taking_part: Map[str, tuple[Participation, ...]] = Map()
        self._by_object: Map[str, frozenset[str]] = Map()
        self._named_by: Map[str, frozenset[str]] = Map()
        self._known: Ordered[Claim] = Ordered()
        self._occurrences: Ordered[Occurrence] = Ordered()
        self._standings: Ordered[str] = Ordered()
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
        known = self._known = self._known.updated(claims, without)
        gone, come = self._repartitioned(claims, without)
        old = [self._parts[key] for key in gone]
        new = {key: self._fused(key, known) for key in come}
        self._replace(gone, new)
        self._tell(old, new.values())
        self._join(old, list(new.values()))
        self._stand(claims, without, old, new.values())
        named = {o.object for part in (*old, *new.values()) for o in part.occurrences.values()}
        offices = {office for office in named if office is not None}
        crowded = self._seats(offices)
        events = self._events(offices, old, new.values())
        before = [p for event in events for p in self._taking_part.get(event, ())]
        self._take_part(events)
        after = [p for event in events for p in self._taking_part.get(event, ())]
        self.world = World(
            self._ground.policy,
            self._ground.schema,
            known,
            self._ground.sources,
            self._occurrences,
            Lazily(partial(_statements, self._parts)),
            Lazily(partial(_participations, self._taking_part)),
            self._conflicts(),
            self._standings,
            self._time(),
        )
        if told:
            changed = (*claims, *without)
            was = world_of(former, old, before, crowded[0], changed)
            now = world_of(self.world, new.values(), after, crowded[1], changed)
            gone_triples = frozenset(world_triples(was, self._ground.names))
            come_triples = frozenset(world_triples(now, self._ground.names))
            self.difference = Difference(
                gone_triples - come_triples,
                come_triples - gone_triples,
                was.conflicts,
                now.conflicts,
            )

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
        gone = {self._key_of[iri] for iri in reached}
        # A source that no component ties down is one of its own, without claims.
        sources = self._ground.sources
        affected = {thing for thing in things if thing in sources}
        if len(sources) != len(self.world.sources) or not self._parts:
            affected |= {iri for iri in sources if (iri,) not in self._parts}
        gone |= {(iri,) for iri in affected if (iri,) in self._parts}
        free = [(iri,) for iri in affected if iri not in new.naming or not new.passes(iri)]
        return sorted(gone), [*sorted(free), *come]

    def _fused(self, key: Key, known: Mapping[str, Claim]) -> Part:
        """What a component's claims make; of a source by itself, its day."""
        ground, partition = self._ground, self._partition
        claims = [iri for iri in key if iri in known]
        named = {thing for iri in claims for thing in partition.touches[iri].named}
        used = sorted(named | {known[iri].source for iri in claims}) if claims else key
        sources = {iri: ground.sources[iri] for iri in used if iri in ground.sources}
        others = set(sources) - named if claims else set[str]()
        world = fuse(
            ClaimBase({iri: known[iri] for iri in claims}, sources),
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
            tuple(world.statements),
            world.conflicts,
            world.standings,
            firm,
            soft,
            world.time.soft is not None,
        )

    def _replace(self, gone: Iterable[Key], come: Mapping[Key, Part]) -> None:
        parts, key_of = self._parts.mutate(), self._key_of.mutate()
        conflicting = self._conflicting.mutate()
        for key in gone:
            self._hedged -= parts.pop(key).hedged
            conflicting.pop(key, None)
            for iri in key:
                key_of.pop(iri, None)
        for key, part in come.items():
            parts[key] = part
            self._hedged += part.hedged
            if part.conflicts:
                conflicting[key] = part.conflicts
            for iri in key:
                key_of[iri] = key
        self._parts, self._key_of = parts.finish(), key_of.finish()
        self._conflicting = conflicting.finish()

    def _tell(self, old: Iterable[Part], new: Iterable[Part]) -> None:
        """Occurrences, the offices they are of, and the offices that events are told by."""
        by_office = self._ground.schema.by_office
        by_object, named_by = Sets(self._by_object), Sets(self._named_by)
        gone: dict[str, Occurrence] = {}
        come: dict[str, Occurrence] = {}
        for parts, change, found in ((old, Sets.take, gone), (new, Sets.put, come)):
            for part in parts:
                found.update(part.occurrences)
                for iri, occurrence in part.occurrences.items():
                    if occurrence.object is not None:
                        change(by_object, (occurrence.object,), iri)
                for statement in part.statements:
                    if statement.predicate in by_office:
                        change(named_by, (statement.object.value,), statement.subject)
        self._occurrences = self._occurrences.updated(come, gone)
        self._by_object, self._named_by = by_object.finish(), named_by.finish()

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
        gone = {iri for part in old for iri in part.standings}
        gone |= {iri for iri in (*claims, *without) if iri in self._standings}
        come: dict[str, str] = {}
        for iri, claim in claims.items():
            standing = self._ground.policy.standing(claim)
            if standing is not Standing.OUT_OF_REACH:
                come[iri] = standing.value
        for part in new:
            come.update(part.standings)
        self._standings = self._standings.updated(come, gone)

    def _seats(self, offices: Iterable[str]) -> tuple[list[Conflict], list[Conflict]]:
        """Who crowds the offices: what was so, and what is."""
        ground = self._ground
        settle = settler(self._known, ground.sources, ground.schema.rank_order, ground.policy)
        iri_of = partial(conflict_iri, ground.names)
        crowded = self._crowded.mutate()
        was: list[Conflict] = []
        now: list[Conflict] = []
        for office in sorted(office for office in offices if office in ground.one_seat):
            was += crowded.pop(office, ())
            held = {iri: self._occurrences[iri] for iri in sorted(self._by_object.get(office, ()))}
            found = tuple(
                crowded_seats(
                    held, self._time(), (office,), self._known, settle, iri_of, ground.labels
                )
            )
            if found:
                crowded[office] = found
                now += found
        self._crowded = crowded.finish()
        return was, now

    def _events(
        self, offices: Iterable[str], old: Iterable[Part], new: Iterable[Part]
    ) -> list[str]:
        """What can have other participants now: told of anew, or by an office held otherwise."""
        told = {s.subject for part in (*old, *new) for s in part.statements}
        described = {event for office in offices for event in self._named_by.get(office, ())}
        return sorted(told | described)

    def _take_part(self, events: Iterable[str]) -> None:
        ground, time = self._ground, self._time()
        taking_part = self._taking_part.mutate()
        for event in events:
            taking_part.pop(event, None)
            statements = self._told_of(event)
            held = {
                iri: self._occurrences[iri]
                for s in statements
                if s.predicate in ground.schema.by_office
                for iri in sorted(self._by_object.get(s.object.value, ()))
            }
            found = participations_of(statements, held, ground.schema, time, ground.one_seat)
            if found:
                taking_part[event] = found
        self._taking_part = taking_part.finish()

    def _told_of(self, subject: str) -> list[Statement]:
        claims = self._partition.naming.get(subject, ())
        keys = sorted({self._key_of[iri] for iri in claims})
        return [s for key in keys for s in self._parts[key].statements if s.subject == subject]

    def _conflicts(self) -> tuple[Conflict, ...]:
        everything = chain(self._conflicting.values(), self._crowded.values())
        return tuple(sorted(chain.from_iterable(everything), key=lambda c: c.iri))


def _statements(parts: Map[Key, Part]) -> Iterator[Statement]:
    for _, part in sorted(parts.items()):
        yield from part.statements


def _participations(
    taking_part: Map[str, tuple[Participation, ...]],
) -> Iterator[Participation]:
    for _, found in sorted(taking_part.items()):
        yield from found
