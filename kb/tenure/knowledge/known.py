"""What a store tells when it is read: the terms, the registry, the claims."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType

from pyoxigraph import NamedNode

from tenure.claims import (
    Claim,
    ClaimBase,
    Policy,
    PolicyTerms,
    parse_policy,
    read_claims,
    refuse_before_first,
)
from tenure.load import Registry
from tenure.store import Store
from tenure.terms import Names
from tenure.world import Schema


@dataclass(frozen=True, slots=True)
class Known:
    """One reading of a store. Immutable; a write makes another one.

    ``told_of`` are the IRIs that any claim states something about, whatever a policy makes of the
    claim; ``about`` lists, for each IRI, the claims whose statement names it.
    """

    schema: Schema
    registry: Registry
    base: ClaimBase
    policy_terms: PolicyTerms
    told_of: frozenset[str]
    about: Mapping[str, Sequence[Claim]]

    def policy(self, text: str | None) -> Policy:
        """The policy of that text.

        Raises :class:`~tenure.errors.BadPolicy`, also for a ``known-at`` before anything was known.
        """
        chosen = parse_policy(text, self.policy_terms)
        refuse_before_first(chosen, self.base.claims.values())
        return chosen


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
    told_of: set[str] = set()
    about: dict[str, list[Claim]] = defaultdict(list)
    for _, claim in sorted(base.claims.items()):
        named: set[str] = set()
        for triple in claim.content:
            if isinstance(triple.subject, NamedNode):
                told_of.add(triple.subject.value)
                named.add(triple.subject.value)
            if isinstance(triple.object, NamedNode):
                named.add(triple.object.value)
        for iri in named:
            about[iri].append(claim)
    return Known(
        schema,
        registry,
        base,
        schema.policy_terms(base.sources),
        frozenset(told_of),
        MappingProxyType(dict(about)),
    )
