"""The world of millions of claims: bounds in bulk, and exact fusion around whatever is asked about.

Two engines share one meaning. :func:`tenure.world.fuse` is exact in everything (conflicts,
derivations, participations) and works on objects. This one computes the bounds of all occurrences
over arrays, hands every contradiction to the exact one, and explains a situation by fusing the
claims around it alone: those that can bear upon it through occurrences, lives that pass something
on, and sources whose day is not known. Tests hold the two to the same answers.

Cost: O(statements) memory; time O(rounds x constraints), where rounds are the steps of the longest
derivation. A claim that is added or withdrawn touches only what lies around it.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from pyoxigraph import NamedNode

from tenure.claims import Claim, ClaimBase, Policy, Source
from tenure.errors import NotFound
from tenure.temporal import Certainty, FourBounds
from tenure.terms import Names
from tenure.world.apart import distances_of
from tenure.world.bulk_constraints import BulkConstraints
from tenure.world.bulk_seats import meeting
from tenure.world.columns import Columns, Ints
from tenure.world.disagreements import SEATS
from tenure.world.fusion import fuse
from tenure.world.gathering import Types
from tenure.world.model import Conflict, World
from tenure.world.relaxation import UNBOUNDED, Relaxed, relax
from tenure.world.schema import PointRole, Schema


@dataclass(frozen=True, slots=True)
class Setting:
    """What fusion needs beside the claims."""

    types: Types
    schema: Schema
    policy: Policy
    names: Names
    labels: Mapping[str, str]
    sources: Mapping[str, Source]
    one_seat: Collection[str] = ()


class BulkWorld:
    """Bounds of all occurrences, and the exact world around any of them."""

    def __init__(
        self,
        claims: Iterable[Claim],
        claim_of: Callable[[str], Claim],
        setting: Setting,
    ) -> None:
        """Fuse the claims, which are gone through once and not kept.

        ``claim_of`` gives a claim again by its IRI when it is asked about. Raises
        :class:`~tenure.errors.BadClaim` like :func:`tenure.world.fuse`.
        """
        self._claim_of = claim_of
        self._setting = setting
        columns = Columns(setting.schema, setting.policy)
        columns.add(claims)
        columns.finish(setting.sources.values())
        self._columns = columns
        self._fresh: dict[str, Claim] = {}
        self._fresh_by_thing: dict[str, dict[str, None]] = {}
        self._fresh_passing: set[str] = set()
        self._withdrawn: set[str] = set()
        self._changed: dict[str, tuple[FourBounds, Certainty] | None] = {}
        constraints = BulkConstraints(columns, setting.schema, setting.types, setting.sources)
        self._kinds, self._firm = constraints.kinds, constraints.firm
        self._names = list(columns.things)
        self._carriers = _carriers(constraints, len(self._names))
        self._by_subject = _Index(columns.subjects, columns.owners)
        self._by_object = _Index(columns.objects, columns.owners)
        tensed = np.flatnonzero(columns.tenses >= 0)
        self._by_source = _Index(columns.claim_sources[tensed], tensed)
        self.conflicts: tuple[Conflict, ...] = ()
        self._bounds = self._solved(constraints)
        self._find_crowded_seats()

    # ------------------------------------------------------------------ asking

    def __len__(self) -> int:
        """The number of occurrences, without those added since."""
        return int(np.count_nonzero(self._kinds >= 0))

    def bounds(self, iri: str) -> FourBounds:
        """The four bounds of an occurrence (day numbers).

        Raises :class:`~tenure.errors.NotFound` where there is no such occurrence.
        """
        if iri in self._changed:
            changed = self._changed[iri]
            if changed is None:
                raise _no_such(iri)
            return changed[0]
        thing = self._columns.things.get(iri)
        if thing is None or self._kinds[thing] < 0:
            raise _no_such(iri)
        return FourBounds(
            *(_day(self._bounds.low, 1 + 2 * thing), _day(self._bounds.high, 1 + 2 * thing)),
            *(_day(self._bounds.low, 2 + 2 * thing), _day(self._bounds.high, 2 + 2 * thing)),
        )

    def holding_on(self, day: int) -> dict[str, Certainty]:
        """The occurrences that certainly or possibly hold on a day."""
        things = np.flatnonzero(self._kinds >= 0)
        starts, ends = 1 + 2 * things, 2 + 2 * things
        low, high = self._bounds.low, self._bounds.high
        possible = (low[starts] <= day) & (day <= high[ends])
        certain = possible & (high[starts] <= day) & (day <= low[ends]) & self._firm[things]
        found = {
            self._names[thing]: Certainty.CERTAIN if sure else Certainty.POSSIBLE
            for thing, sure in zip(things[possible].tolist(), certain[possible], strict=True)
            if self._names[thing] not in self._changed
        }
        for iri, changed in self._changed.items():
            if changed is not None:
                certainty = changed[0].holds_on(day)
                if certainty is Certainty.CERTAIN:
                    certainty = changed[1]
                if certainty is not Certainty.RULED_OUT:
                    found[iri] = certainty
        return found

    def around(self, iri: str) -> World:
        """The exact world of the claims that can bear upon an occurrence.

        Raises :class:`~tenure.errors.NotFound` where no claim speaks of it.
        """
        claims = self._claims_around({iri})
        if not claims:
            raise _no_such(iri)
        return self._exact(claims)

    # ------------------------------------------------------------------ changing

    def add(self, claim: Claim) -> World:
        """Take in one claim; the exact world around it, whose bounds now hold."""
        self._fresh[claim.iri] = claim
        for thing in _things_of(claim):
            self._fresh_by_thing.setdefault(thing, {})[claim.iri] = None
        self._fresh_passing |= self._made_passing(claim)
        self._withdrawn.discard(claim.iri)
        return self._again(_things_of(claim))

    def withdraw(self, iri: str) -> World:
        """Leave out one claim from now on; the exact world around it, without it."""
        claim = self._claim(iri)
        around = self._reached(_things_of(claim))
        if self._fresh.pop(iri, None) is not None:
            for thing in _things_of(claim):
                del self._fresh_by_thing[thing][iri]
        self._withdrawn.add(iri)
        return self._again(around)

    def _again(self, start: set[str]) -> World:
        reached = self._reached(start)
        world = self._exact(self._claims_of(reached))
        for iri in reached:
            occurrence = world.occurrences.get(iri)
            if occurrence is not None:
                self._changed[iri] = (occurrence.bounds, occurrence.existence)
            elif self._is_occurrence(iri):
                self._changed[iri] = None
        return world

    # ------------------------------------------------------------------ what lies around

    def _is_occurrence(self, iri: str) -> bool:
        thing = self._columns.things.get(iri)
        if thing is not None and thing < len(self._kinds) and self._kinds[thing] >= 0:
            return True
        return iri in self._changed

    def _made_passing(self, claim: Claim) -> set[str]:
        """The things through which bounds can travel because of one claim.

        Whatever it tells of, and the lives that it ties down instead of only lying within them.
        """
        passing = {t.subject.value for t in claim.content if isinstance(t.subject, NamedNode)}
        for triple in claim.content:
            axioms = self._setting.schema.property_axioms(triple.predicate.value)
            if isinstance(triple.object, NamedNode) and any(
                a.later is PointRole.OBJECT_START or a.earlier is PointRole.OBJECT_END
                for a in axioms
            ):
                passing.add(triple.object.value)
        passing |= {other.value for _, _, other, _ in distances_of(claim, self._setting.schema)}
        return passing

    def _passes_on(self, iri: str) -> bool:
        """Whether bounds can travel through a thing from one claim to another."""
        if iri in self._fresh_passing or self._is_occurrence(iri):
            return True
        thing = self._columns.things.get(iri)
        source = self._setting.sources.get(iri)
        if source is not None:
            days = source.published.fuzzy_bounds
            return days.earliest != days.latest
        return thing is not None and thing < len(self._carriers) and bool(self._carriers[thing])

    def _reached(self, start: set[str]) -> set[str]:
        """The things from which a bound can travel to those of ``start``, themselves included."""
        seen = set(start)
        todo = list(start)
        asked: set[str] = set()
        while todo:
            iri = todo.pop()
            for claim_iri in self._naming(iri):
                if claim_iri in asked:
                    continue
                asked.add(claim_iri)
                claim = self._claim(claim_iri)
                things = _things_of(claim)
                if claim.tense is not None:
                    things.add(claim.source)
                for thing in things - seen:
                    if self._passes_on(thing):
                        seen.add(thing)
                        todo.append(thing)
        return seen

    def _naming(self, iri: str) -> list[str]:
        """The claims, neither withdrawn nor set aside, that name a thing that passes on."""
        if not self._passes_on(iri):
            return []
        thing = self._columns.things.get(iri, -1)
        indexes = (self._by_subject, self._by_object, self._by_source)
        rows = np.unique(np.concatenate([index.owners(thing) for index in indexes]))
        found = [self._columns.claims[row] for row in rows.tolist()]
        found += self._fresh_by_thing.get(iri, {})
        return [iri for iri in dict.fromkeys(found) if iri not in self._withdrawn]

    def _claims_around(self, start: set[str]) -> list[Claim]:
        return self._claims_of(self._reached(start))

    def _claims_of(self, things: set[str]) -> list[Claim]:
        found = dict.fromkeys(claim for iri in sorted(things) for claim in self._naming(iri))
        return [self._claim(iri) for iri in found]

    def _claim(self, iri: str) -> Claim:
        return self._fresh.get(iri) or self._claim_of(iri)

    def _exact(self, claims: list[Claim]) -> World:
        setting = self._setting
        named = {iri for claim in claims for iri in (claim.source, *_things_of(claim))}
        sources = {iri: setting.sources[iri] for iri in sorted(named & setting.sources.keys())}
        base = ClaimBase({claim.iri: claim for claim in claims}, sources)
        return fuse(
            base,
            setting.types,
            setting.schema,
            setting.policy,
            setting.names,
            setting.labels,
            one_seat=setting.one_seat,
        )

    # ------------------------------------------------------------------ solving

    def _solved(self, constraints: BulkConstraints) -> Relaxed:
        """Bounds without the claims that lose a conflict, which the exact engine settles."""
        c = constraints
        size = len(self._columns.claims)
        lost = np.zeros(size + len(c.groups) + 1, np.bool_)  # the last one is nobody's
        while True:
            relaxed = _relaxed(c, ~lost[c.owner])
            if not len(relaxed.restless):
                break
            before = np.count_nonzero(lost)
            self._settle(c, relaxed.restless, lost)
            if np.count_nonzero(lost) == before:
                break
        hedged = np.zeros_like(lost)
        hedged[:size] = self._columns.hedged
        soft = {self._columns.claims[row] for row in np.flatnonzero(hedged).tolist()}
        for number, group in enumerate(c.groups, start=size):
            hedged[number] = not soft.isdisjoint(group)
        if not hedged.any():
            return relaxed
        # A hedge dates what only hedged claims tell of, and nothing that is firm.
        firm = _relaxed(c, ~(lost | hedged)[c.owner])
        things = np.flatnonzero(~self._firm)
        points = np.concatenate((1 + 2 * things, 2 + 2 * things))
        firm.low[points], firm.high[points] = relaxed.low[points], relaxed.high[points]
        return firm

    def _settle(
        self, constraints: BulkConstraints, restless: Ints, lost: NDArray[np.bool_]
    ) -> None:
        things = (restless[(restless > 0) & (restless <= 2 * len(self._names))] - 1) // 2
        todo = {self._names[thing] for thing in things.tolist()}
        numbers = {iri: number for number, iri in enumerate(self._columns.claims)}
        found = {conflict.iri: conflict for conflict in self.conflicts}
        dropped: set[str] = set()
        while todo:
            reached = self._reached({todo.pop()})
            todo -= reached
            claims = self._claims_of(reached)
            if not claims:
                continue
            for conflict in self._exact(claims).conflicts:
                found[conflict.iri] = conflict
                dropped.update(conflict.overruled)
        self.conflicts = tuple(found[iri] for iri in sorted(found))
        for iri in dropped:
            lost[numbers[iri]] = True
        for number, group in enumerate(constraints.groups, start=len(self._columns.claims)):
            if not dropped.isdisjoint(group):
                lost[number] = True

    def _find_crowded_seats(self) -> None:
        """Hand to the exact engine all who may crowd a seat for one.

        That is who do by their bounds, or whose bounds hang on each other.
        """
        things, columns = self._columns.things, self._columns
        offices = {things[iri]: iri for iri in self._setting.one_seat if iri in things}
        rows = np.isin(columns.objects, np.array(sorted(offices), dtype=np.int64))
        rows &= (self._kinds[columns.subjects] >= 0) & self._firm[columns.subjects]
        held: dict[int, set[int]] = {}
        for office, thing in zip(
            columns.objects[rows].tolist(), columns.subjects[rows].tolist(), strict=True
        ):
            held.setdefault(office, set()).add(thing)
        found = {conflict.iri: conflict for conflict in self.conflicts}
        around: dict[str, set[str]] = {}
        for _, holders in sorted(held.items()):
            names = [self._names[thing] for thing in holders]
            crowd: set[str] = set()
            for one, other, surely in meeting((iri, self.bounds(iri)) for iri in names):
                for iri in (one, other):
                    if iri not in around:
                        around[iri] = self._reached({iri})
                if surely or other in around[one]:
                    crowd |= around[one] | around[other]
            for conflict in self._exact(self._claims_of(crowd)).conflicts if crowd else ():
                if conflict.kind == SEATS:
                    found[conflict.iri] = conflict
        self.conflicts = tuple(found[iri] for iri in sorted(found))


class _Index:
    """The claims that have a thing in one column."""

    def __init__(self, things: Ints, owners: Ints) -> None:
        order = np.argsort(things, kind="stable")
        self._things = things[order].astype(np.int32)
        self._owners = owners[order].astype(np.int32)

    def owners(self, thing: int) -> Ints:
        # Of the column's own type: numpy would otherwise convert the whole column for each look.
        wanted = np.array([thing, thing + 1], dtype=self._things.dtype)
        first, last = np.searchsorted(self._things, wanted)
        return self._owners[first:last].astype(np.int64)


def _relaxed(constraints: BulkConstraints, kept: NDArray[np.bool_]) -> Relaxed:
    c = constraints
    return relax(c.points, c.earlier[kept], c.later[kept], c.least[kept])


def _carriers(constraints: BulkConstraints, size: int) -> NDArray[np.bool_]:
    """For each thing whether it is a life or existence that passes bounds on."""
    points = np.zeros(constraints.points, np.bool_)
    points[constraints.earlier] = True
    points[constraints.later] = True
    things = np.arange(size)
    return np.asarray((points[1 + 2 * things] | points[2 + 2 * things]) & (constraints.kinds < 0))


def _day(days: Ints, point: int) -> int | None:
    day = int(days[point])
    return None if abs(day) >= -UNBOUNDED else day


def _things_of(claim: Claim) -> set[str]:
    return {
        value
        for triple in claim.content
        for term in (triple.subject, triple.object)
        if isinstance(value := getattr(term, "value", None), str) and "://" in value
    }


def _no_such(iri: str) -> NotFound:
    return NotFound(
        f"No claim that the policy accepts tells of a situation or event {iri}.",
        remedy="Look for its IRI in the claims, or widen the policy.",
    )
