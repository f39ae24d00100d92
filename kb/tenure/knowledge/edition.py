"""Everything that follows from one reading of the store."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence

from pyoxigraph import Triple

from tenure.claims import Claim, Policy
from tenure.errors import NotFound, WrongKind
from tenure.explain import WhatIf
from tenure.knowledge.known import Known
from tenure.knowledge.stored import StoredClaims
from tenure.knowledge.worlds import Worlds
from tenure.nearest import nearest, remedy_of
from tenure.slices import read_moment
from tenure.temporal import Certainty
from tenure.terms import TN, Names
from tenure.world import Conflict, Difference, Moment, Occurrence, World


class Edition:
    """The worlds of what was known at one reading, computed when first asked for.

    Safe to share between threads. It stays as it is when the store changes: a question that has
    begun is answered from one edition.
    """

    def __init__(
        self, known: Known, names: Names, worlds: Worlds, difference: Difference | None = None
    ) -> None:
        """``difference`` is what the change that led here made of the world's graph, if known."""
        self.known = known
        self.names = names
        self.worlds = worlds
        self.difference = difference
        self.default_policy = known.policy(None)

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
        policy = known.policy(None)
        worlds, difference = self.worlds.changed(known, claims, tuple(described), policy)
        if policy != self.default_policy:
            difference = None
        return Edition(known, self.names, worlds, difference)

    @property
    def is_in_pieces(self) -> bool:
        """Whether the claims stay in the store, and the world is worked out where it is asked."""
        return isinstance(self.known.base.claims, StoredClaims)

    def give_way(self, newer: Edition) -> None:
        """Note what the next edition changes, before it is written."""
        match self.known.base.claims, newer.known.base.claims:
            case StoredClaims() as mine, StoredClaims() as theirs if mine is not theirs:
                mine.give_way(theirs)

    def settle(self) -> None:
        """Read from the store from now on what was written to it."""
        if isinstance(self.known.base.claims, StoredClaims):
            self.known.base.claims.settle(self.known.base.sources)

    def around(self, things: Collection[str], policy: Policy | None = None) -> World:
        """A world with all there is about some things; see :meth:`Worlds.around`."""
        return self.worlds.around(things, policy or self.default_policy)

    def world(self, policy: Policy | None = None) -> World:
        """The whole world. Raises :class:`~tenure.errors.TooLarge` where it is kept in pieces."""
        return self.worlds.whole(policy or self.default_policy)

    def pieces(self, policy: Policy | None = None) -> Iterator[World]:
        """Worlds that make the whole together, none of which has anything of another."""
        return self.worlds.pieces(policy or self.default_policy)

    def occurrences(
        self, iris: Iterable[str], policy: Policy | None = None
    ) -> dict[str, Occurrence]:
        """Those of the situations and events that there are under a policy."""
        return self.worlds.occurrences(iris, policy or self.default_policy)

    def conflicts(self, policy: Policy | None = None) -> Sequence[Conflict]:
        """All conflicts under a policy, by IRI; as :meth:`world` raises."""
        return self.worlds.conflicts(policy or self.default_policy)

    def what_if(self, policy: Policy | None = None, things: Collection[str] = ()) -> WhatIf:
        """Asks what there would be under a policy without one claim or another.

        Of a base in pieces it knows what there is about ``things`` alone.
        """
        return self.worlds.what_if(things, policy or self.default_policy)

    def certainty(self, moment: Moment, policy: Policy | None = None) -> Mapping[str, Certainty]:
        """Of each occurrence that is not ruled out at the moment, how surely it was going on."""
        return self.worlds.certainty(moment, policy or self.default_policy)

    def contested(self, policy: Policy | None = None) -> Collection[str]:
        """The situations and events whose days an unsettled conflict is about."""
        return self.worlds.contested(policy or self.default_policy)

    def slice(
        self, moment: Moment, policy: Policy | None = None, *, possible: bool = False
    ) -> list[Triple]:
        """The world of a moment as plain triples: what was certain, or also what was possible."""
        return self.worlds.slice(moment, policy or self.default_policy, possible=possible)

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

        Raises :class:`~tenure.errors.NotFound` with the nearest names, and
        :class:`~tenure.errors.WrongKind` for a person, an office and the like.
        """
        sources = self.known.base.sources
        source = text if text in sources else self.names.base + text
        if source in sources:
            return source
        for iri in (text, self.names.entity_iri(text)):
            if iri in self.around([iri]).occurrences:
                return iri
        if text.startswith(("source/", self.names.source_prefix)):
            listed = ", ".join(self.names.short(iri) for iri in sorted(sources)[:8])
            raise NotFound(f"There is no source {text[:120]!r}.", remedy=f"Known: {listed}.")
        found = self.known.registry.find(text).value
        schema = self.known.schema
        kinds = self.known.registry.types.get(found, frozenset())
        if any(schema.is_a(one, TN("Entity").value) for one in kinds) and not any(
            map(schema.is_occurrence, kinds)
        ):
            dated = [
                iri
                for iri, classes in self.known.registry.types.items()
                if any(map(schema.is_occurrence, classes))
            ]
            near = nearest(text, map(self.names.short, dated))
            raise WrongKind(
                f"{self.names.short(found)} is of the kind {schema.label(min(kinds))!r}; a time is"
                " a date, an event or a source.",
                remedy=remedy_of(near, "Write a date such as 2020-01-03, event/… or source/…."),
            )
        return found
