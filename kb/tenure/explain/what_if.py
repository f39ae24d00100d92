"""The world without one claim, as far as an explanation needs it.

Most claims only bring constraints. Without one of these the network is the same less its
constraints, and the bounds are found by solving it anew: O(points x constraints) in the worst
case, a few milliseconds as a rule. A claim without which others would count that now lose, or
without which something would be of another class, exempt from less, or told of by hedged claims
alone, changes more than that; there, and in a large network, the other claims are fused again.
Tests hold both ways to full fusion without the claim.
"""

from __future__ import annotations

import threading
from collections import defaultdict
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Final

from pyoxigraph import NamedNode

from tenure.fusion import TimeSolution, World
from tenure.model import Claim, Occurrence
from tenure.namespaces import RDF_TYPE, TN
from tenure.temporal import Certainty

MOST_KEPT: Final = 1_024
"""Claims of whose absence the outcome is kept, at most; the oldest goes first."""

MOST_CONSTRAINTS: Final = 200_000
"""Constraints in all networks that are kept, about 400 bytes each: a larger network, fewer."""

LARGE: Final = 20_000
"""Constraints from which on fusing again is the shorter way."""

_UNHEARD: Final = frozenset({"SetAside"})

Fuse = Callable[[str], World]
"""From the IRI of a claim to the whole world without it."""


@dataclass(frozen=True, slots=True)
class Without:
    """What there would be without one claim: the occurrences it tells of, and all days."""

    changed: Mapping[str, Occurrence | None]
    time: TimeSolution

    def occurrence(self, before: Occurrence) -> Occurrence | None:
        """What would be left of an occurrence; None where nothing would tell of it."""
        now = self.changed.get(before.iri, before)
        if now is None:
            return None
        return replace(now, bounds=self.time.of(now.existence).bounds(now.iri))


class WhatIf:
    """Asks what there would be without a claim; keeps the answers, as many as are not too large.

    Safe to share between threads.
    """

    def __init__(self, world: World, fuse_without: Fuse) -> None:
        """``fuse_without`` fuses all claims but one under the policy of ``world``."""
        self.world = world
        self._fuse = fuse_without
        self._lock = threading.RLock()
        self._kept: dict[str, Without] = {}
        constraints = len(world.time.network.constraints)
        self._most = max(1, min(MOST_KEPT, MOST_CONSTRAINTS // (constraints or 1)))
        self.is_large = constraints >= LARGE
        self._opposed = bool(world.complete) or any(
            world.claims[iri].denies and standing not in _UNHEARD
            for iri, standing in world.standings.items()
        )
        self._naming: dict[str, tuple[set[str], set[str]]] = defaultdict(lambda: (set(), set()))
        for iri, standing in world.standings.items():
            if standing not in _UNHEARD:
                for thing, place in _named(world.claims[iri]):
                    self._naming[thing][place].add(iri)

    def fused_without(self, claim: str) -> World:
        """The whole world without a claim, with what is presumed in it. Costs a fusion."""
        return self._fuse(claim)

    def without(self, claim: str) -> Without:
        """What there would be without a claim."""
        with self._lock:
            if claim not in self._kept:
                if len(self._kept) >= self._most:
                    del self._kept[next(iter(self._kept))]
                self._kept[claim] = self._worked_out(claim)
            return self._kept[claim]

    def _worked_out(self, claim: str) -> Without:
        if not self.is_large and self.only_constrains(claim):
            return Without(self._left(claim), self.world.time.without(claim))
        world = self._fuse(claim)
        about = dict.fromkeys(self.world.occurrences.keys() - world.occurrences.keys())
        return Without({**about, **world.occurrences}, world.time)

    def only_constrains(self, claim: str) -> bool:
        """Whether the world without the claim is the same less the constraints that it brings.

        Where something is denied or a list is complete, what others say bears upon the outcome.
        """
        return not (self._opposed or claim in self.shaping or self.frees(claim))

    @cached_property
    def shaping(self) -> frozenset[str]:
        """The claims without which other constraints would hold.

        Something would be of another class, no more exempt, or told of by hedged claims alone.
        Wherever they speak of, days anywhere can be otherwise without them.
        """
        exempt = TN("exemptFrom")
        return frozenset(
            iri
            for iri, standing in self.world.standings.items()
            if standing not in _UNHEARD
            and (
                any(t.predicate == exempt for t in self.world.claims[iri].content)
                or not all(self._told_alike(iri, thing) for thing in self._things(iri))
            )
        )

    def _things(self, claim: str) -> set[str]:
        return {thing for thing, _ in _named(self.world.claims[claim])}

    def frees(self, claim: str) -> bool:
        """Whether there could be other alternatives without the claim."""
        return claim in self.world.bearing

    def _told_alike(self, claim: str, iri: str) -> bool:
        occurrence = self.world.occurrences.get(iri)
        as_subject, as_object = (named - {claim} for named in self._naming[iri])
        stated = as_subject or as_object
        if occurrence is None or not stated:
            return True
        claims = self.world.claims
        firm = any(not claims[one].hedged for one in stated)
        if firm != (occurrence.existence is Certainty.CERTAIN):
            return False
        if occurrence.kind not in _classes(claims[claim], iri):
            return True
        return any(occurrence.kind in _classes(claims[one], iri) for one in as_subject)

    def _left(self, claim: str) -> dict[str, Occurrence | None]:
        found: dict[str, Occurrence | None] = {}
        for iri in self._things(claim):
            occurrence = self.world.occurrences.get(iri)
            if occurrence is not None:
                stated = next((n - {claim} for n in self._naming[iri] if n - {claim}), None)
                found[iri] = (
                    None if stated is None else replace(occurrence, claims=tuple(sorted(stated)))
                )
        return found


def _named(claim: Claim) -> set[tuple[str, int]]:
    """The things that a claim names, as subject (0) or object (1)."""
    return {
        (term.value, place)
        for triple in claim.content
        for place, term in enumerate((triple.subject, triple.object))
        if isinstance(term, NamedNode)
    }


def _classes(claim: Claim, iri: str) -> set[str]:
    return {
        triple.object.value
        for triple in claim.content
        if triple.predicate == RDF_TYPE
        and isinstance(triple.object, NamedNode)
        and triple.subject == NamedNode(iri)
    }
