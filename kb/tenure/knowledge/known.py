"""What a store tells when it is read: the terms, the registry, the claims."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from immutables import Map
from pyoxigraph import NamedNode, Quad

from tenure.claims import (
    Claim,
    ClaimBase,
    Policy,
    PolicyTerms,
    Source,
    parse_policy,
    read_claims,
    refuse_before,
    refuse_before_first,
)
from tenure.knowledge.shelf import Shelf, count_claims
from tenure.knowledge.stored import StoredAbout, StoredClaims, named
from tenure.load import Registry
from tenure.persistent import Ordered
from tenure.store import Store
from tenure.terms import RDF_TYPE, TN, Names
from tenure.world import Schema

MOST_HELD = 20_000
"""Claims that are held in memory, with the world they make; of more, only what is asked for."""


@dataclass(frozen=True, slots=True)
class Known:
    """One reading of a store. Immutable; a write makes another one.

    ``about`` lists, for each IRI, the claims whose statement names it, whatever a policy makes of
    them; not for the classes that claims say things to be of.
    """

    schema: Schema
    registry: Registry
    base: ClaimBase
    policy_terms: PolicyTerms
    about: Mapping[str, tuple[Claim, ...]]

    def policy(self, text: str | None) -> Policy:
        """The policy of that text.

        Raises :class:`~tenure.errors.BadPolicy`, also for a ``known-at`` before anything was known.
        """
        chosen = parse_policy(text, self.policy_terms)
        claims = self.base.claims
        if not isinstance(claims, StoredClaims):
            refuse_before_first(chosen, claims.values())
        elif chosen.known_at is not None:
            refuse_before(chosen, claims.first_recorded(chosen.sources))
        return chosen

    @property
    def last_instant(self) -> str:
        """The latest instant of recorded time; empty where there is none."""
        claims = self.base.claims
        if isinstance(claims, StoredClaims):
            return claims.last_instant()
        return max((one.retracted_at or one.recorded_at for one in claims.values()), default="")

    def is_told_of(self, iri: str) -> bool:
        """Whether any claim states something about a thing, whatever a policy makes of it."""
        node = NamedNode(iri) if iri in self.about else None
        return any(t.subject == node for claim in self.about.get(iri, ()) for t in claim.content)

    def changed(
        self, registry: Registry, claims: Mapping[str, Claim], sources: Mapping[str, Source]
    ) -> Known:
        """What is known after a write; ``claims`` and ``sources`` are new or told otherwise."""
        everyone = {**self.base.sources, **sources}
        terms = self.policy_terms if everyone.keys() == self.base.sources.keys() else None
        old = self.base.claims
        grown: Ordered[Claim] | StoredClaims
        about: Mapping[str, tuple[Claim, ...]]
        if isinstance(old, StoredClaims):
            grown = old.updated(claims)
            about = StoredAbout(grown)
        else:
            grown = (old if isinstance(old, Ordered) else Ordered(old)).updated(claims)
            about = _told_of(self.about, claims)
        return Known(
            self.schema,
            registry,
            ClaimBase(grown, everyone),
            terms or self.schema.policy_terms(everyone),
            about,
        )


def read_known(
    store: Store,
    names: Names,
    most: int | None = None,
    *,
    ontology: Iterable[Quad] | None = None,
) -> Known:
    """What the store holds now, under its own ontology or another one.

    Of more than ``most`` claims each is read when it is asked for; None means all at once.
    Raises :class:`~tenure.errors.BadClaim` for a claim that cannot be understood.
    """
    schema = Schema(store.quads(names.graph("ontology")) if ontology is None else ontology)
    registry = Registry(store.quads(names.graph("entities")), names)
    if most is not None and (count := count_claims(store, names)) > most:
        return _left_in_store(store, names, schema, registry, count)
    contents = (
        quad
        for graph in store.graphs()
        if graph.value.startswith(names.claim_prefix)
        for quad in store.quads(graph)
    )
    base = read_claims(store.quads(names.graph("provenance")), contents)
    about: dict[str, list[Claim]] = defaultdict(list)
    for _, claim in sorted(base.claims.items()):
        for iri in named(claim):
            about[iri].append(claim)
    return Known(
        schema,
        registry,
        ClaimBase(Ordered(base.claims), base.sources),
        schema.policy_terms(base.sources),
        Map({iri: tuple(claims) for iri, claims in about.items()}),
    )


def _left_in_store(
    store: Store, names: Names, schema: Schema, registry: Registry, count: int
) -> Known:
    provenance = names.graph("provenance")
    described: list[Quad] = []
    for one in store.quads(provenance, predicate=RDF_TYPE, value=TN("Source")):
        if isinstance(one.subject, NamedNode):
            described += store.quads(provenance, subject=one.subject)
    sources = read_claims(described, ()).sources
    claims = StoredClaims(Shelf(store, names, sources), count)
    terms = schema.policy_terms(sources)
    return Known(schema, registry, ClaimBase(claims, sources), terms, StoredAbout(claims))


def _told_of(
    before: Mapping[str, tuple[Claim, ...]], claims: Mapping[str, Claim]
) -> Map[str, tuple[Claim, ...]]:
    about = (before if isinstance(before, Map) else Map(before)).mutate()
    for _, claim in sorted(claims.items()):
        for iri in named(claim):
            # An IRI that many name has a long list, but each write copies only those it names.
            others = [one for one in about.get(iri, ()) if one.iri != claim.iri]
            about[iri] = tuple(sorted((*others, claim), key=lambda one: one.iri))
    return about.finish()
