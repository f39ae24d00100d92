"""Everything that follows from one reading of the store."""

from __future__ import annotations

import threading
from collections.abc import Iterable, Mapping

from tenure.claims import Claim, Policy
from tenure.errors import NotFound
from tenure.explain import WhatIf
from tenure.knowledge.known import Known
from tenure.nearest import nearest, remedy_of
from tenure.slices import read_moment
from tenure.temporal import Certainty
from tenure.terms import Names
from tenure.world import AsOf, Difference, Fusion, Ground, Moment, World

MOST_WORLDS = 16
"""Worlds under other policies than the default one that are kept; the oldest gives way."""

MOST_WHAT_IFS = 4
"""Policies under which it is kept what claims hold up; the oldest gives way."""


class Edition:
    """The worlds of what was known at one reading, computed when first asked for.

    Safe to share between threads. It stays as it is when the store changes: a question that has
    begun is answered from one edition.
    """

    def __init__(self, known: Known, names: Names) -> None:
        self.known = known
        self.names = names
        self.default_policy = known.policy(None)
        self._fusions: dict[str, Fusion] = {}
        self._what_ifs: dict[str, WhatIf] = {}
        self._lock = threading.RLock()

    def changed(
        self, known: Known, claims: Mapping[str, Claim], described: Iterable[str]
    ) -> Edition:
        """The edition after a write, of which only what the claims bear upon is fused anew.

        Args:
            known: what the store will hold then.
            claims: those that are new in it, or of which something else is known.
            described: the IRIs of sources and entities that are described anew or otherwise.

        Raises :class:`~tenure.errors.BadClaim` for a claim that cannot be fused.
        """
        former, other = self._fusion(self.default_policy), Edition(known, self.names)
        had = (self.known.base.sources, self.known.registry)
        grown = known.schema is self.known.schema and not any(
            former.names(iri) or any(iri in table for table in had) for iri in described
        )
        if grown and other.default_policy == self.default_policy:
            ground = other._ground(other.default_policy)
            fusion = former.changed(claims, ground=ground)
            other._fusions[other.default_policy.text] = fusion
        return other

    @property
    def difference(self) -> Difference | None:
        """What the change that made this edition made of the world's graph; None: not known."""
        fusion = self._fusion(self.default_policy)
        return fusion.difference

    def world(self, policy: Policy | None = None) -> World:
        """The world under a policy, computed once."""
        return self._fusion(policy or self.default_policy).world

    def what_if(self, policy: Policy | None = None) -> WhatIf:
        """Asks what there would be under a policy without one claim or another."""
        policy = policy or self.default_policy
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

    def _fusion(self, policy: Policy) -> Fusion:
        with self._lock:
            fusion = self._fusions.get(policy.text)
            if fusion is None:
                if len(self._fusions) >= MOST_WORLDS:
                    oldest = next(text for text in self._fusions if text)
                    del self._fusions[oldest]
                fusion = Fusion(self.known.base.claims, self._ground(policy))
                self._fusions[policy.text] = fusion
            return fusion

    def _ground(self, policy: Policy) -> Ground:
        registry = self.known.registry
        return Ground(
            self.known.base.sources,
            registry.types,
            self.known.schema,
            policy,
            self.names,
            registry.labels,
            registry.one_seat,
        )

    def certainty(self, moment: Moment, policy: Policy | None = None) -> Mapping[str, Certainty]:
        """Of each occurrence that is not ruled out at the moment, how surely it was going on."""
        world = self.world(policy)
        as_of = AsOf(moment, world.time)
        found = {iri: as_of.certainty(o) for iri, o in world.occurrences.items()}
        return {iri: c for iri, c in found.items() if c is not Certainty.RULED_OUT}

    def moment(
        self,
        *,
        at: str | None = None,
        before: str | None = None,
        after: str | None = None,
        from_: str | None = None,
        to: str | None = None,
    ) -> Moment:
        """The moment that parameters name; see :func:`tenure.slices.read_moment`."""
        return read_moment(
            self.names, self.resolve_dated, at=at, before=before, after=after, from_=from_, to=to
        )

    def source_iri(self, text: str) -> str:
        """The IRI of the source that a slug or IRI names.

        Raises :class:`~tenure.errors.NotFound` with the nearest slugs.
        """
        sources, prefix = self.known.base.sources, self.names.source_prefix
        slug = text.removeprefix(prefix).removeprefix("source/")
        if prefix + slug in sources:
            return prefix + slug
        slugs = [one.removeprefix(prefix) for one in sources]
        raise NotFound(
            f"There is no source {text[:120]!r}.",
            where="source",
            remedy=remedy_of(nearest(slug, slugs), f"There are {len(slugs)} sources."),
        )

    def resolve_dated(self, text: str) -> str:
        """The IRI of the event or source that a slug or IRI names.

        Raises :class:`~tenure.errors.NotFound` with the nearest names.
        """
        sources = self.known.base.sources
        source = text if text in sources else self.names.base + text
        if source in sources:
            return source
        occurrences = self.world().occurrences
        if text in occurrences:
            return text
        iri = self.names.entity_iri(text)
        if iri in occurrences:
            return iri
        if text.startswith(("source/", self.names.source_prefix)):
            listed = ", ".join(self.names.short(iri) for iri in sorted(sources)[:8])
            raise NotFound(f"There is no source {text[:120]!r}.", remedy=f"Known: {listed}.")
        return self.known.registry.find(text).value
