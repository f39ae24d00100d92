"""Where an edition has its worlds from: whole ones in memory, or the pieces asked for."""

from __future__ import annotations

import threading
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from typing import Protocol

from pyoxigraph import Triple

from tenure.claims import Claim, Policy
from tenure.explain import WhatIf
from tenure.knowledge.known import Known
from tenure.slices import slice_triples
from tenure.temporal import Certainty
from tenure.terms import Names
from tenure.world import AsOf, Conflict, Difference, Fusion, Ground, Moment, Occurrence, World

MOST_WORLDS = 16
"""Worlds under other policies than the default one that are kept; the oldest gives way."""

MOST_WHAT_IFS = 4
"""Policies under which it is kept what claims hold up; the oldest gives way."""


class Worlds(Protocol):
    """The worlds of what was known at one reading, by policy. Safe to share between threads."""

    def around(self, things: Collection[str], policy: Policy, /) -> World:
        """A world that has all there is about some things, and maybe more.

        The things are entities, occurrences, sources, claims or conflicts, by IRI. What it has
        about others may be less than there is.
        """
        ...

    def whole(self, policy: Policy) -> World:
        """The whole world. Raises :class:`~tenure.errors.TooLarge` where it is kept in pieces."""
        ...

    def pieces(self, policy: Policy) -> Iterator[World]:
        """Worlds that make the whole together, none of which has anything of another."""
        ...

    def what_if(self, things: Collection[str], policy: Policy, /) -> WhatIf:
        """Asks what there would be about some things without one claim or another."""
        ...

    def certainty(self, moment: Moment, policy: Policy) -> Mapping[str, Certainty]:
        """Of each occurrence that is not ruled out at the moment, how surely it was going on."""
        ...

    def slice(self, moment: Moment, policy: Policy, *, possible: bool) -> list[Triple]:
        """The world of a moment as plain triples: what was certain, or also what was possible."""
        ...

    def contested(self, policy: Policy) -> Collection[str]:
        """The situations and events whose days an unsettled conflict is about."""
        ...

    def occurrences(self, iris: Iterable[str], policy: Policy) -> dict[str, Occurrence]:
        """Those of the situations and events that there are."""
        ...

    def conflicts(self, policy: Policy) -> Sequence[Conflict]:
        """All conflicts, by IRI."""
        ...

    def changed(
        self, known: Known, claims: Mapping[str, Claim], described: Iterable[str], policy: Policy
    ) -> tuple[Worlds, Difference | None]:
        """The worlds after a write, and what it makes of the graph of the world; None: not known.

        ``claims`` are those that are new or told otherwise, ``described`` the sources and entities
        of which the same is true; ``policy`` is the one that the graph is of.
        """
        ...


class WholeWorlds:
    """Whole worlds in memory: about 23 kB a tenure, and nothing that is not at hand."""

    def __init__(self, known: Known, names: Names) -> None:
        self._known = known
        self._names = names
        self._fusions: dict[str, Fusion] = {}
        self._what_ifs: dict[str, WhatIf] = {}
        self._lock = threading.RLock()

    def around(self, _things: Collection[str], policy: Policy) -> World:
        """The whole world; see :meth:`Worlds.around`."""
        return self.whole(policy)

    def whole(self, policy: Policy) -> World:
        """The world under a policy, computed once."""
        return self._fusion(policy).world

    def pieces(self, policy: Policy) -> Iterator[World]:
        """The whole world, in one piece."""
        yield self.whole(policy)

    def what_if(self, _things: Collection[str], policy: Policy) -> WhatIf:
        """Asks what there would be under a policy without one claim or another."""
        with self._lock:
            asking = self._what_ifs.get(policy.text)
            if asking is None:
                fusion = self._fusion(policy)

                def without(claim: str) -> World:
                    return fusion.changed({}, without=(claim,)).world

                if len(self._what_ifs) >= MOST_WHAT_IFS:
                    del self._what_ifs[next(iter(self._what_ifs))]
                asking = self._what_ifs[policy.text] = WhatIf(fusion.world, without)
            return asking

    def certainty(self, moment: Moment, policy: Policy) -> Mapping[str, Certainty]:
        """As :meth:`Worlds.certainty`."""
        return certainty_in(self.whole(policy), moment)

    def slice(self, moment: Moment, policy: Policy, *, possible: bool) -> list[Triple]:
        """As :meth:`Worlds.slice`."""
        return slice_in(self.whole(policy), moment, possible=possible)

    def contested(self, policy: Policy) -> Collection[str]:
        """As :meth:`Worlds.contested`."""
        return contested_in(self.whole(policy))

    def occurrences(self, iris: Iterable[str], policy: Policy) -> dict[str, Occurrence]:
        """As :meth:`Worlds.occurrences`."""
        known = self.whole(policy).occurrences
        return {iri: known[iri] for iri in iris if iri in known}

    def conflicts(self, policy: Policy) -> Sequence[Conflict]:
        """All conflicts, by IRI."""
        return self.whole(policy).conflicts

    def changed(
        self, known: Known, claims: Mapping[str, Claim], described: Iterable[str], policy: Policy
    ) -> tuple[Worlds, Difference | None]:
        """As :meth:`Worlds.changed`: only what the claims bear upon is fused anew."""
        other = WholeWorlds(known, self._names)
        former = self._fusion(policy)
        had = (self._known.base.sources, self._known.registry)
        if known.schema is not self._known.schema or any(
            former.names(iri) or any(iri in table for table in had) for iri in described
        ):
            return other, None
        fusion = former.changed(claims, ground=ground_of(known, self._names, policy))
        other._fusions[policy.text] = fusion
        return other, fusion.difference

    def _fusion(self, policy: Policy) -> Fusion:
        with self._lock:
            fusion = self._fusions.get(policy.text)
            if fusion is None:
                if len(self._fusions) >= MOST_WORLDS:
                    oldest = next(text for text in self._fusions if text)
                    del self._fusions[oldest]
                ground = ground_of(self._known, self._names, policy)
                fusion = self._fusions[policy.text] = Fusion(self._known.base.claims, ground)
            return fusion


def certainty_in(world: World, moment: Moment) -> dict[str, Certainty]:
    """Of each occurrence of a world that is not ruled out at the moment, how surely it was so."""
    as_of = AsOf(moment, world.time)
    found = {iri: as_of.certainty(one) for iri, one in world.occurrences.items()}
    return {iri: sure for iri, sure in found.items() if sure is not Certainty.RULED_OUT}


def contested_in(world: World) -> set[str]:
    """The occurrences of a world whose days an unsettled conflict is about."""
    unsettled = (one.concerns for one in world.conflicts if not one.settled)
    known = world.occurrences
    return {i for concerns in unsettled for i in concerns if i in known and known[i].contested}


def slice_in(world: World, moment: Moment, *, possible: bool) -> list[Triple]:
    """A world's moment as plain triples: what was certain, or also what was possible."""
    told = slice_triples(world, certainty_in(world, moment), possible=possible)
    return list(dict.fromkeys(told))


def ground_of(known: Known, names: Names, policy: Policy) -> Ground:
    """What fusion stands on beside the claims."""
    registry = known.registry
    return Ground(
        known.base.sources,
        registry.types,
        known.schema,
        policy,
        names,
        registry.labels,
        registry.one_seat,
    )
