"""Everything that follows from one reading of the store."""

from __future__ import annotations

import threading
from collections.abc import Mapping

from tenure.claims import Policy
from tenure.errors import NotFound
from tenure.knowledge.known import Known
from tenure.nearest import nearest, remedy_of
from tenure.slices import read_moment
from tenure.temporal import Certainty
from tenure.terms import Names
from tenure.world import AsOf, Moment, World, fuse

MOST_WORLDS = 16
"""Worlds under other policies than the default one that are kept; the oldest gives way."""


class Edition:
    """The worlds of what was known at one reading, computed when first asked for.

    Safe to share between threads. It stays as it is when the store changes: a question that has
    begun is answered from one edition.
    """

    def __init__(self, known: Known, names: Names) -> None:
        self.known = known
        self.names = names
        self.default_policy = known.policy(None)
        self._worlds: dict[str, World] = {}
        self._lock = threading.RLock()

    def world(self, policy: Policy | None = None) -> World:
        """The world under a policy, computed once."""
        chosen = policy or self.default_policy
        with self._lock:
            world = self._worlds.get(chosen.text)
            if world is None:
                if len(self._worlds) >= MOST_WORLDS:
                    oldest = next(text for text in self._worlds if text)
                    del self._worlds[oldest]
                registry = self.known.registry
                world = self._worlds[chosen.text] = fuse(
                    self.known.base,
                    registry.types,
                    self.known.schema,
                    chosen,
                    self.names,
                    registry.labels,
                    one_seat=registry.one_seat,
                )
            return world

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
