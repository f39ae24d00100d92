"""What a store tells when it is read: the terms, the registry, the claims."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass

from immutables import Map
from pyoxigraph import NamedNode

from tenure.claims import (
    Claim,
    ClaimBase,
    Policy,
    PolicyTerms,
    Source,
    parse_policy,
    read_claims,
    refuse_before_first,
)
from tenure.load import Registry
from tenure.persistent import Ordered
from tenure.store import Store
from tenure.terms import RDF_TYPE, Names
from tenure.world import Schema


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
    about: Map[str, tuple[Claim, ...]]

    def policy(self, text: str | None) -> Policy:
        """The policy of that text.

        Raises :class:`~tenure.errors.BadPolicy`, also for a ``known-at`` before anything was known.
        """
        chosen = parse_policy(text, self.policy_terms)
        refuse_before_first(chosen, self.base.claims.values())
        return chosen

    def is_told_of(self, iri: str) -> bool:
        """Whether any claim states something about a thing, whatever a policy makes of it."""
        node = NamedNode(iri) if iri in self.about else None
        return any(t.subject == node for claim in self.about.get(iri, ()) for t in claim.content)

    def changed(
        self, registry: Registry, claims: Mapping[str, Claim], sources: Mapping[str, Source]
    ) -> Known:
        """What is known after a write; ``claims`` and ``sources`` are new or told otherwise."""
        old = self.base.claims
        about = self.about.mutate()
        for _, claim in sorted(claims.items()):
            for iri in _named(claim):
                # An IRI that many name has a long list, but each write copies only those it names.
                others = [one for one in about.get(iri, ()) if one.iri != claim.iri]
                about[iri] = tuple(sorted((*others, claim), key=lambda one: one.iri))
        known = old if isinstance(old, Ordered) else Ordered(old)
        everyone = {**self.base.sources, **sources}
        terms = self.policy_terms if everyone.keys() == self.base.sources.keys() else None
        return Known(
            self.schema,
            registry,
            ClaimBase(known.updated(claims), everyone),
            terms or self.schema.policy_terms(everyone),
            about.finish(),
        )


def read_known(store: Store, names: Names) -> Known:
    """What the store holds now.

    Raises :class:`~tenure.errors.BadClaim` for a claim that cannot be understood.
    """
    schema = Schema(store.quads(names.graph("ontology")))
    registry = Registry(store.quads(names.graph("entities")), names)
    contents = (
        quad
        for graph in store.graphs()
        if graph.value.startswith(names.claim_prefix)
        for quad in store.quads(graph)
    )
    base = read_claims(store.quads(names.graph("provenance")), contents)
    about: dict[str, list[Claim]] = defaultdict(list)
    for _, claim in sorted(base.claims.items()):
        for iri in _named(claim):
            about[iri].append(claim)
    return Known(
        schema,
        registry,
        ClaimBase(Ordered(base.claims), base.sources),
        schema.policy_terms(base.sources),
        Map({iri: tuple(claims) for iri, claims in about.items()}),
    )


def _named(claim: Claim) -> set[str]:
    found = set()
    for triple in claim.content:
        if isinstance(triple.subject, NamedNode):
            found.add(triple.subject.value)
        if isinstance(triple.object, NamedNode) and triple.predicate != RDF_TYPE:
            found.add(triple.object.value)
    return found
