"""The knowledge base as it will be: claims read, references checked, the world fused anew."""

from __future__ import annotations

from bisect import insort
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from types import MappingProxyType

from pyoxigraph import NamedNode, Quad

from tenure.claims import Claim, ClaimBase, read_claims
from tenure.knowledge import KnowledgeBase
from tenure.knowledge.edition import Edition
from tenure.knowledge.known import Known
from tenure.load import Registry, check_references
from tenure.store import Store
from tenure.terms import RDF_TYPE, TN, Names
from tenure.transactions.plan import Plan
from tenure.world import Difference, check_claims, world_triples

_BELONGING = (TN("source"), TN("evidence"), TN("attribution"), TN("link"))


@dataclass(frozen=True, slots=True)
class _Told:
    """Whether any claim says of which class something is."""

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
    check_references(new, registry, names, elsewhere=_Told(known.about))
    check_claims(new, registry.types, known.schema)
    gone = {iri: replace(known.base.claims[iri], retracted_at=instant) for iri in plan.retracted}
    claims = {**known.base.claims, **gone, **new.claims}
    sources = {**known.base.sources, **new.sources}
    base = ClaimBase(claims, sources)
    about, told_of = _index(known, new.claims.values(), gone)
    grown = Known(
        known.schema, registry, base, known.schema.policy_terms(base.sources), told_of, about
    )
    return kb.edition.changed(grown, {**gone, **new.claims}, (*plan.entities, *plan.sources))


def difference_between(before: Edition, after: Edition, names: Names) -> Difference:
    """What the change from one edition to the next makes of the world's graph."""
    found = after.difference
    if found is not None:
        return found
    was = frozenset(world_triples(before.world(), names))
    now = frozenset(world_triples(after.world(), names))
    return Difference(was - now, now - was)


def _with_belongings(store: Store, names: Names, described: Sequence[Quad]) -> list[Quad]:
    """The descriptions, and those of the sources, passages and chains that they point at."""
    found = list(described)
    here = {quad.subject for quad in described}
    todo = [quad for quad in described if quad.predicate in _BELONGING]
    provenance = names.graph("provenance")
    while todo:
        node = todo.pop().object
        if not isinstance(node, NamedNode) or node in here:
            continue
        here.add(node)
        more = list(store.quads(provenance, subject=node))
        found += more
        todo += [quad for quad in more if quad.predicate in _BELONGING]
    return found


def _index(
    known: Known, new: Iterable[Claim], gone: Mapping[str, Claim]
) -> tuple[Mapping[str, Sequence[Claim]], frozenset[str]]:
    about: dict[str, Sequence[Claim]] = dict(known.about)
    told_of: set[str] = set()
    for claim in gone.values():
        for iri in _things(claim):
            about[iri] = [gone.get(one.iri, one) for one in about.get(iri, ())]
    for claim in sorted(new, key=lambda one: one.iri):
        for iri in _things(claim):
            # Of a class, that is nearly all claims.
            naming = [*about.get(iri, ())]
            insort(naming, claim, key=lambda one: one.iri)
            about[iri] = naming
        told_of |= {t.subject.value for t in claim.content if isinstance(t.subject, NamedNode)}
    told = known.told_of if told_of <= known.told_of else known.told_of | told_of
    return MappingProxyType(about), told


def _things(claim: Claim) -> set[str]:
    return {
        term.value
        for triple in claim.content
        for term in (triple.subject, triple.object)
        if isinstance(term, NamedNode)
    }
