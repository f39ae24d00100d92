"""The knowledge base as it will be: claims read, references checked, the world fused anew."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from pyoxigraph import NamedNode, Quad

from tenure.claims import Claim, read_claims
from tenure.knowledge import KnowledgeBase
from tenure.knowledge.edition import Edition
from tenure.knowledge.shelf import described_with
from tenure.load import Registry, check_references
from tenure.store import Store
from tenure.terms import RDF_TYPE, TN, Names
from tenure.transactions.plan import Plan
from tenure.world import Conflict, Difference, check_claims, world_triples

_BELONGING = (TN("source"), TN("evidence"), TN("attribution"), TN("link"))


@dataclass(frozen=True, slots=True)
class Described:
    """The things of which some claim says what class they are."""

    about: Mapping[str, Sequence[Claim]]

    def __contains__(self, iri: object) -> bool:
        return isinstance(iri, str) and any(
            triple.predicate == RDF_TYPE and triple.subject == NamedNode(iri)
            for claim in self.about.get(iri, ())
            for triple in claim.content
        )


def next_edition(
    kb: KnowledgeBase, plan: Plan, described: Sequence[Quad], instant: str | None
) -> Edition:
    """What follows once the plan is carried out at ``instant``; only what it touches is fused.

    ``described`` are the descriptions with the recorded time in them. Raises
    :class:`~tenure.errors.BadClaim` for a claim that cannot be understood or fused.
    """
    known, names = kb.edition.known, kb.names
    registry = known.registry
    if plan.registered:
        registry = Registry(plan.registered, names, grown_from=registry)
    new = read_claims(_with_belongings(kb.store, names, described), plan.stated)
    check_references(new, registry, names, elsewhere=Described(known.about))
    check_claims(new, registry.types, known.schema)
    gone = {iri: replace(known.base.claims[iri], retracted_at=instant) for iri in plan.retracted}
    changed = {**gone, **new.claims}
    grown = known.changed(registry, changed, new.sources)
    return kb.edition.changed(grown, changed, (*plan.entities, *plan.sources))


def difference_between(before: Edition, after: Edition, names: Names) -> Difference:
    """What the change from one edition to the next makes of the world's graph."""
    found = after.difference
    if found is not None:
        return found
    was = frozenset(world_triples(before.world(), names))
    now = frozenset(world_triples(after.world(), names))
    return Difference(was - now, now - was, *conflicts_between(before, after))


def conflicts_between(
    before: Edition, after: Edition
) -> tuple[Sequence[Conflict], Sequence[Conflict]]:
    """The conflicts of the one and of the other, among them all that only one of them has."""
    if after is before:
        return (), ()
    found = after.difference
    return (found.were, found.are) if found else (before.conflicts(), after.conflicts())


def _with_belongings(store: Store, names: Names, described: Sequence[Quad]) -> list[Quad]:
    """The descriptions, and those of the sources, passages and chains that they point at."""
    leading = [q.object for q in described if q.predicate in _BELONGING]
    nodes = [node for node in leading if isinstance(node, NamedNode)]
    here = {quad.subject for quad in described}
    return [
        *described,
        *described_with(store, names.graph("provenance"), nodes, _BELONGING, here),
    ]
