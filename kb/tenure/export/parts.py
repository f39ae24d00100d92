"""Which statements an export holds: everything, what one source says, or one moment."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from pyoxigraph import BlankNode, NamedNode, Quad

from tenure.claims import Policy
from tenure.errors import NotFound
from tenure.knowledge import KnowledgeBase
from tenure.nearest import nearest, remedy_of
from tenure.slices import View, slice_iri
from tenure.terms import RDF_TYPE, RDFS_LABEL, TN, Names
from tenure.world import world_triples

LASTING = ("entities", "provenance")


def whole(kb: KnowledgeBase, policy: Policy | None) -> list[Quad]:
    """Entities, descriptions, every claim's graph, and the world under a policy, each in its graph.

    Which claims there are does not depend on the policy; only the world does, and under another
    policy than the default one its graph has the name that it has in queries.
    """
    names = kb.names
    found = [quad for part in LASTING for quad in kb.store.quads(names.graph(part))]
    for claim in sorted(kb.claims):
        found += kb.store.quads(NamedNode(claim))
    graph = _world_graph(names, policy)
    found += (
        Quad(triple.subject, triple.predicate, triple.object, graph)
        for triple in world_triples(kb.world(policy), names)
    )
    return found


def of_source(kb: KnowledgeBase, text: str) -> tuple[str, list[Quad]]:
    """The IRI of the source that ``text`` names, and all it says, as its file of facts has it.

    Its description, chains, evidence and claims are in the default graph, what each claim states is
    in the claim's graph. Raises :class:`~tenure.errors.NotFound` with the nearest slugs.
    """
    names = kb.names
    slug = text.removeprefix(names.source_prefix).removeprefix("source/")
    iri = names.source_prefix + slug
    if iri not in kb.sources:
        known = [one.removeprefix(names.source_prefix) for one in kb.sources]
        raise NotFound(
            f"There is no source {text[:120]!r}.",
            where="source",
            remedy=remedy_of(nearest(slug, known), f"Known: {', '.join(sorted(known)[:8])}."),
        )
    claims = sorted(claim.iri for claim in kb.claims.values() if claim.source == iri)
    provenance = list(kb.store.quads(names.graph("provenance")))
    ours = _reached(provenance, [iri, *claims], f"{iri}/")
    found = [
        Quad(quad.subject, quad.predicate, quad.object)
        for quad in provenance
        if quad.subject in ours
    ]
    for claim in claims:
        found += kb.store.quads(NamedNode(claim))
    return iri, found


def of_moment(
    kb: KnowledgeBase, at: str, policy: Policy | None, *, possible: bool
) -> tuple[NamedNode, list[Quad]]:
    """The name of a moment's graph, and the moment in it, with the names of all it speaks of.

    The names are true at any time and stand in the default graph. Raises like
    :meth:`~tenure.knowledge.KnowledgeBase.moment`.
    """
    moment = kb.moment(at=at)
    view = View.POSSIBLE if possible else View.CERTAIN
    graph = slice_iri(kb.names, moment.key, view, policy.text if policy else "")
    found = [
        Quad(triple.subject, triple.predicate, triple.object, graph)
        for triple in kb.slice(moment, policy, possible=possible)
    ]
    named = {term for quad in found for term in (quad.subject, quad.object)}
    found += (
        Quad(quad.subject, quad.predicate, quad.object)
        for quad in kb.store.quads(kb.names.graph("entities"))
        if quad.predicate == RDFS_LABEL and quad.subject in named
    )
    return graph, found


def flattened(quads: Iterable[Quad], claims: Iterable[str]) -> Iterator[Quad]:
    """The statements for a format that holds one graph: all but what claims state."""
    stated = {NamedNode(claim) for claim in claims}
    for quad in quads:
        if quad.graph_name not in stated:
            yield Quad(quad.subject, quad.predicate, quad.object)


def _world_graph(names: Names, policy: Policy | None) -> NamedNode:
    if policy is None or not policy.text:
        return names.graph("world")
    return NamedNode(f"{names.base}{names.policy_part(policy.text)}world")


def _reached(
    provenance: Iterable[Quad], starts: Iterable[str], within: str
) -> set[NamedNode | BlankNode]:
    """What is described on behalf of ``starts``: whatever they lead to, or is named ``within``.

    A source or claim that another one mentions is described elsewhere.
    """
    leads: dict[object, list[NamedNode | BlankNode]] = {}
    elsewhere: set[object] = set()
    todo: list[NamedNode | BlankNode] = [NamedNode(iri) for iri in starts]
    for quad in provenance:
        subject = quad.subject
        if not isinstance(subject, NamedNode | BlankNode):
            continue
        row = leads.setdefault(subject, [])
        if isinstance(quad.object, NamedNode | BlankNode):
            row.append(quad.object)
        if quad.predicate == RDF_TYPE and quad.object in (TN("Claim"), TN("Source")):
            elsewhere.add(subject)
        if isinstance(subject, NamedNode) and subject.value.startswith(within):
            todo.append(subject)
    found: set[NamedNode | BlankNode] = set(todo)
    while todo:
        for term in leads.get(todo.pop(), ()):
            if term in leads and term not in found and term not in elsewhere:
                found.add(term)
                todo.append(term)
    return found
