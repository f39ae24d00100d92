"""Worlds of which only the pieces are worked out that are asked for.

The claims lie in the store, and so does the graph of the world, which every write keeps up to
date. What is asked about a thing is worked out from the claims around it; what is asked about all
of them is read from the graph.
"""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from typing import Final

from pyoxigraph import Triple

from tenure.claims import Claim, ClaimBase, Policy, Source
from tenure.errors import TooLarge
from tenure.explain import WhatIf
from tenure.knowledge.known import Known
from tenure.knowledge.stored import StoredClaims
from tenure.knowledge.world_graph import WorldGraph
from tenure.knowledge.worlds import Worlds, certainty_in, contested_in, slice_in
from tenure.temporal import Certainty
from tenure.terms import Names
from tenure.world import (
    AsOf,
    Conflict,
    Difference,
    Moment,
    Occurrence,
    Ties,
    World,
    all_pieces,
    can_meet,
    fuse,
    named_in,
    surroundings,
    world_triples,
)

MOST_WHOLE: Final = 50_000
"""Claims of which a whole world is made under another policy than the default one."""

MOST_PIECES: Final = 256
"""Pieces of worlds that are kept, about a hundred kilobytes each; the oldest gives way."""


class PiecewiseWorlds:
    """As :class:`~tenure.knowledge.worlds.Worlds`, in memory that does not grow with the claims."""

    def __init__(self, known: Known, claims: StoredClaims, names: Names, graph: WorldGraph) -> None:
        self._known = known
        self._claims = claims
        self._names = names
        self._graph = graph
        self._ties = Ties(known.schema, known.registry.types, known.base.sources)
        self._pieces: OrderedDict[tuple[str, tuple[str, ...]], WhatIf] = OrderedDict()
        self._last_whole: World | None = None
        self._lock = threading.RLock()

    # ------------------------------------------------------------------ asking

    def around(self, things: Collection[str], policy: Policy) -> World:
        """As :meth:`~tenure.knowledge.worlds.Worlds.around`, with nothing that bears upon none."""
        return self.what_if(things, policy).world

    def whole(self, policy: Policy) -> World:
        """The whole world, of which the last one asked for is kept.

        Raises :class:`~tenure.errors.TooLarge` where there are more than :data:`MOST_WHOLE` claims.
        """
        if len(self._claims) > MOST_WHOLE:
            raise TooLarge(
                f"This asks for all that {len(self._claims):,} claims make"
                f" under {f'the policy {policy.text!r}' if policy.text else 'a policy'} at once.",
                remedy="Ask about one thing, or under the default policy about one moment.",
            )
        with self._lock:
            if self._last_whole is None or self._last_whole.policy != policy:
                self._last_whole = self._fused(dict(self._claims), self._known.base.sources, policy)
            return self._last_whole

    def pieces(self, policy: Policy) -> Iterator[World]:
        """Worlds that make the whole together; all claims are held in memory meanwhile."""
        known = self._known

        def fused(base: ClaimBase, one_seat: Collection[str]) -> World:
            return self._fused(base.claims, base.sources, policy, one_seat)

        whole = ClaimBase(self._claims, known.base.sources)
        return all_pieces(whole, self._ties, known.schema, known.registry.one_seat, fused)

    def what_if(self, things: Collection[str], policy: Policy) -> WhatIf:
        """Asks what there would be about some things without one claim or another."""
        key = (policy.text, tuple(sorted(things)))
        with self._lock:
            kept = self._pieces.get(key)
            if kept is not None:
                self._pieces.move_to_end(key)
                return kept
        found = self._claims_around(things)
        asked = {iri for iri in things if iri in self._known.base.sources}
        sources = self._sources(found.values(), asked)

        def without(claim: str) -> World:
            left = {iri: one for iri, one in found.items() if iri != claim}
            return self._fused(left, sources, policy)

        piece = WhatIf(self._fused(found, sources, policy), without)
        with self._lock:
            self._pieces[key] = piece
            while len(self._pieces) > MOST_PIECES:
                self._pieces.popitem(last=False)
        return piece

    def certainty(self, moment: Moment, policy: Policy) -> Mapping[str, Certainty]:
        """As :meth:`~tenure.knowledge.worlds.Worlds.certainty`.

        By the bounds in the graph of the world; what the moment's own days hang on with, by the
        network. Under another policy than the default one as :meth:`whole` has it.
        """
        if policy.text:
            return certainty_in(self.whole(policy), moment)
        named = named_in([moment])
        near = self.around(named, policy)
        found = self._graph.certainty(moment, near)
        as_of = AsOf(moment, near.time)
        if moment.throughout:
            # How long each can have lasted is known to its own piece of the network alone.
            for iri in [one for one, sure in found.items() if sure is Certainty.POSSIBLE]:
                piece = self.around(named | {iri}, policy)
                found[iri] = AsOf(moment, piece.time).certainty(piece.occurrences[iri])
        found |= {iri: as_of.certainty(one) for iri, one in near.occurrences.items()}
        return {iri: sure for iri, sure in found.items() if sure is not Certainty.RULED_OUT}

    def slice(self, moment: Moment, policy: Policy, *, possible: bool) -> list[Triple]:
        """As :meth:`~tenure.knowledge.worlds.Worlds.slice`; raises as :meth:`certainty`."""
        if policy.text:
            return slice_in(self.whole(policy), moment, possible=possible)
        certainty = self.certainty(moment, policy)
        return list(dict.fromkeys(self._graph.slice(certainty, possible=possible)))

    def contested(self, policy: Policy) -> Collection[str]:
        """As :meth:`~tenure.knowledge.worlds.Worlds.contested`."""
        return contested_in(self.whole(policy)) if policy.text else self._graph.contested()

    def occurrences(self, iris: Iterable[str], policy: Policy) -> dict[str, Occurrence]:
        """As :meth:`~tenure.knowledge.worlds.Worlds.occurrences`."""
        found = {}
        for iri in iris:
            if policy.text:
                one = self.around([iri], policy).occurrences.get(iri)
            else:
                one = self._graph.occurrence(iri)
            if one is not None:
                found[iri] = one
        return found

    def conflicts(self, policy: Policy) -> Sequence[Conflict]:
        """All conflicts under the default policy, as the graph of the world has them, by IRI.

        Under another policy as :meth:`whole` has them.
        """
        return self.whole(policy).conflicts if policy.text else self._graph.conflicts()

    # ------------------------------------------------------------------ changing

    def changed(
        self, known: Known, claims: Mapping[str, Claim], described: Iterable[str], policy: Policy
    ) -> tuple[Worlds, Difference | None]:
        """As :meth:`~tenure.knowledge.worlds.Worlds.changed`."""
        stored = known.base.claims
        assert isinstance(stored, StoredClaims)
        if known.schema is not self._known.schema:
            return PiecewiseWorlds(known, stored, self._names, self._graph), None
        other: PiecewiseWorlds = PiecewiseWorlds(known, stored, self._names, self._graph)
        ties = other._ties
        after = surroundings(
            stored, ties, known.schema, (), things=sorted(described), claims=sorted(claims)
        )
        was, now = self.fused(self._of(after), policy), other.fused(after, policy)
        # Of all who ever held an office with one seat, only those matter whom this can crowd.
        rivals = self._rivals((was, now), known.registry.one_seat)
        if rivals:
            after |= surroundings(stored, ties, known.schema, (), things=sorted(rivals))
            was, now = self.fused(self._of(after), policy), other.fused(after, policy)
        gone, come = (frozenset(world_triples(one, self._names)) for one in (was, now))
        changed: dict[str, None] = dict.fromkeys((*was.occurrences, *now.occurrences))
        other._graph = self._graph.changed({iri: now.occurrences.get(iri) for iri in changed})
        return other, Difference(gone - come, come - gone, was.conflicts, now.conflicts)

    def _of(self, claims: Iterable[str]) -> dict[str, Claim]:
        """Those of the claims that there are in this version, as it has them."""
        return {iri: claim for iri in claims if (claim := self._claims.get(iri)) is not None}

    def _rivals(self, worlds: Iterable[World], one_seat: Collection[str]) -> set[str]:
        """Whoever holds a seat for one that somebody in the worlds holds, and can meet there."""
        worlds = list(worlds)
        here = {iri for world in worlds for iri in world.occurrences}
        found: set[str] = set()
        for world in worlds:
            for one in world.occurrences.values():
                if one.object is not None and one.object in one_seat:
                    others = self._graph.held(one.object).difference(here, found)
                    found.update(o for o in others if can_meet(one.bounds, self._graph.bounds(o)))
        return found

    def fused(self, claims: Mapping[str, Claim], policy: Policy) -> World:
        """The world of some claims alone."""
        return self._fused(claims, self._sources(claims.values()), policy)

    def _claims_around(self, things: Collection[str]) -> dict[str, Claim]:
        claims = [iri for iri in things if iri in self._claims]
        claims += [claim for iri in things for claim in self._graph.claims_of_conflict(iri)]
        named = [iri for iri in things if iri not in self._claims]
        registry = self._known.registry
        return surroundings(
            self._claims,
            self._ties,
            self._known.schema,
            registry.one_seat,
            things=named,
            claims=claims,
        )

    def _sources(self, claims: Iterable[Claim], asked: Collection[str] = ()) -> dict[str, Source]:
        known = self._known.base.sources
        named = set(asked)
        for claim in claims:
            named.add(claim.source)
            named.update(self._ties.touch(claim).named)
        return {iri: known[iri] for iri in sorted(named) if iri in known}

    def _fused(
        self,
        claims: Mapping[str, Claim],
        sources: Mapping[str, Source],
        policy: Policy,
        one_seat: Collection[str] | None = None,
    ) -> World:
        registry = self._known.registry
        return fuse(
            ClaimBase(claims, sources),
            registry.types,
            self._known.schema,
            policy,
            self._names,
            registry.labels,
            one_seat=registry.one_seat if one_seat is None else one_seat,
        )
