"""Which statements an export holds: everything, what one source says, or one moment."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from pyoxigraph import BlankNode, NamedNode, Quad

from tenure.claims import Policy
from tenure.errors import NotFound
from tenure.knowledge import KnowledgeBase
from tenure.nearest import nearest, remedy_of
from tenure.slices import View, slice_iri
from tenure.terms import RDF_TYPE, RDFS_LABEL, TN, Names
from tenure.world import world_triples

LASTING = ("entities", "provenance")


@dataclass(frozen=True, slots=True)
class Whole:
    """Entities, descriptions, every claim's graph, and the world under a policy, each in its graph.

    ``stored`` is all that is stored, as it comes and of one moment, of which the ``graphs`` and
    what claims state belong here; ``computed`` is the world under another policy than the default
    one, in a graph of the name that it has in queries. Which claims there are does not depend on
    the policy. Both can be gone through once.
    """

    stored: Iterator[Quad]
    graphs: frozenset[str]
    computed: Iterator[Quad]

    def quads(self, names: Names) -> Iterator[Quad]:
        """All of it."""
        for quad in self.stored:
            graph = quad.graph_name
            if isinstance(graph, NamedNode) and (
                graph.value in self.graphs or is_stated(quad, names)
            ):
                yield quad
        yield from self.computed


def whole(kb: KnowledgeBase, policy: Policy | None) -> Whole:
    """Everything, under a policy."""
    names = kb.names
    graph = _world_graph(names, policy)
    kept = {names.graph(part).value for part in LASTING}
    computed: Iterator[Quad] = iter(())
    with kb.undisturbed():
        if graph == names.graph("world"):
            _ = kb.generation  # so that what is stored of it is up to date
            kept.add(graph.value)
        else:
            triples = world_triples(kb.world(policy), names)
            computed = (Quad(one.subject, one.predicate, one.object, graph) for one in triples)
        return Whole(kb.store.quads(), frozenset(kept), computed)


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
    claims = [claim.iri for claim in kb.claims_of(iri)]
    found = _described(kb, [iri, *claims], f"{iri}/")
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


def is_stated(quad: Quad, names: Names) -> bool:
    """Whether a statement is what a claim states, and so untold by a format for one graph."""
    graph = quad.graph_name
    return isinstance(graph, NamedNode) and graph.value.startswith(names.claim_prefix)


def _world_graph(names: Names, policy: Policy | None) -> NamedNode:
    if policy is None or not policy.text:
        return names.graph("world")
    return NamedNode(f"{names.base}{names.policy_part(policy.text)}world")


def _described(kb: KnowledgeBase, starts: Iterable[str], within: str) -> list[Quad]:
    """What is described on behalf of ``starts``: whatever they lead to, or is named ``within``.

    A source or claim that another one mentions is described elsewhere. The descriptions are gone
    through once, and only those that belong here are held.
    """
    part = kb.names.graph("provenance")
    first = set(starts)
    found: dict[object, list[Quad]] = {}
    for quad in kb.store.quads(part):
        subject = quad.subject
        if isinstance(subject, NamedNode) and (
            subject.value in first or subject.value.startswith(within)
        ):
            found.setdefault(subject, []).append(quad)
    todo = list(found)
    while todo:
        for quad in found[todo.pop()]:
            node = quad.object
            if isinstance(node, NamedNode | BlankNode) and node not in found:
                told = _of_node(kb, part, node)
                if told and not any(_is_elsewhere(one) for one in told):
                    found[node] = told
                    todo.append(node)
    return [Quad(*quad.triple) for quads in found.values() for quad in quads]


def _of_node(kb: KnowledgeBase, part: NamedNode, node: NamedNode | BlankNode) -> list[Quad]:
    if isinstance(node, NamedNode):
        return list(kb.store.quads(part, subject=node))
    return [quad for quad in kb.store.quads(part) if quad.subject == node]


def _is_elsewhere(quad: Quad) -> bool:
    return quad.predicate == RDF_TYPE and quad.object in (TN("Claim"), TN("Source"))
