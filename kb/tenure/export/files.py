"""The knowledge base as a file.

==================  ===============================================================================
whole               entities, descriptions of sources and claims, what each claim states, and the
                    world under a policy, so that whoever gets the file needs no engine. Each part
                    has its own graph, as in queries. The ontology is not in it: it has an address.
                    The temporal index is in it where it is asked for.
``source``          what one source says, as its file of facts has it.
``at``              the world of one moment as plain triples, in the graph that bears its name, with
                    the names of the entities in it.
==================  ===============================================================================

TriG, N-Quads and JSON-LD keep graphs apart and lose nothing. Turtle and N-Triples hold one graph.
What a claim states may be a thing of one day, or untrue, and must never pass for plain truth: it
is left out there, and so the whole in Turtle is the entities, the descriptions and the world, whose
statements are about occurrences with bounds in time. The plain triples of a moment are what was
asked for, so they are there. A comment in the first line says either.
"""

from __future__ import annotations

import io
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import IO, Final

from pyoxigraph import BlankNode, NamedNode, Quad

from tenure.errors import BadParameter, NotFound, StoreFull
from tenure.export.documents import document
from tenure.fusion import world_triples
from tenure.knowledge import KnowledgeBase
from tenure.model import Policy
from tenure.namespaces import RDF_TYPE, RDFS_LABEL, TN, Names, prefixes
from tenure.store import GraphFormat, graph_format
from tenure.store.formats import JSON_LD
from tenure.store.ordered import OrderedStatements
from tenure.suggest import nearest, remedy_of, some_of
from tenure.temporal import Certainty
from tenure.views import day_view, slice_iri

_LASTING = ("entities", "provenance", "terms")
_LEFT_OUT: Final = (
    "What each claim states is not in this format; it is in TriG, N-Quads and JSON-LD"
)


def export(
    kb: KnowledgeBase,
    form: str,
    *,
    source: str | None = None,
    at: str | None = None,
    degree: Certainty = Certainty.CERTAIN,
    policy: Policy | None = None,
    index: bool = False,
) -> bytes:
    """The knowledge base in ``form`` as bytes; see :func:`export_into`."""
    output = io.BytesIO()
    export_into(kb, form, output, source=source, at=at, degree=degree, policy=policy, index=index)
    return output.getvalue()


def export_into(
    kb: KnowledgeBase,
    form: str,
    output: IO[bytes],
    *,
    source: str | None = None,
    at: str | None = None,
    degree: Certainty = Certainty.CERTAIN,
    policy: Policy | None = None,
    index: bool = False,
) -> None:
    """Writes the knowledge base in ``form`` (trig, nq, ttl, nt or jsonld), deterministic.

    The whole goes through temporary files where it is large, and memory does not grow with it;
    but in JSON-LD, and where a blank node is to be named, it is held in memory.

    Args:
        kb: the knowledge base.
        form: the format, by name or media type.
        output: where to; nothing is written before everything has been read.
        source: only what this source says; a slug or an IRI.
        at: only the world of this moment; an EDTF value, or an event or source.
        degree: with ``at``, what is less sure then is left out.
        policy: which claims make the world; None is the default policy.
        index: the temporal index of the world comes with the whole, in a graph of its own.

    Raises:
        BadParameter: no such format, or parameters that do not go together.
        BadDate: ``at`` is neither a date nor looks like an event or source.
        NotFound: no such source or event; says the nearest.
        StoreFull: no room for temporary files.
    """
    chosen = graph_format(form)
    _check(source, at, degree, policy)
    if index:
        _check_index(chosen, source, at, policy)
    if source is not None:
        iri, quads = _of_source(kb, source)
        output.write(_written(kb, quads, chosen, more=_local_prefixes(kb, iri, quads)))
    elif at is not None:
        graph, quads = _of_moment(kb, at, policy, degree=degree)
        which = "certain" if degree is Certainty.CERTAIN else f"at least {degree}"
        note = f"What was {which} at one moment, {graph.value}"
        output.write(_written(kb, quads, chosen, note=note))
    elif chosen is JSON_LD or not _streamed(kb, chosen, policy, index, output):
        output.write(_written(kb, list(_whole(kb, policy, index).quads(kb.names)), chosen))


def _streamed(
    kb: KnowledgeBase, form: GraphFormat, policy: Policy | None, index: bool, output: IO[bytes]
) -> bool:
    """Writes the whole piece by piece; where a blank node is in it, nothing, and says so."""
    everything = _whole(kb, policy, index)
    parts = {f"<{one}>".encode() for one in everything.graphs}
    claims = f"<{kb.names.claim_prefix}".encode()
    left_out = False

    def placed(graph: bytes) -> bytes | None:
        nonlocal left_out
        stated = graph.startswith(claims)
        if form.named_graphs:
            return graph if stated or graph in parts else None
        left_out |= stated
        return b"" if graph in parts else None

    def alone(graph: bytes) -> bytes:
        return graph if form.named_graphs else b""

    with OrderedStatements(prefixes(kb.names)) as statements:
        try:
            statements.add(everything.stored, placed)
            statements.add(everything.computed, alone)
        except OSError as error:
            raise StoreFull(
                f"There is no room for temporary files: {error.strerror or error}.",
                remedy="Make room among the system's temporary files (TMPDIR).",
            ) from error
        if statements.has_blanks:
            return False
        if left_out:
            output.write(_head(_LEFT_OUT))
        statements.write(output, form)
    return True


def _check(source: str | None, at: str | None, degree: Certainty, policy: Policy | None) -> None:
    if source is not None and at is not None:
        raise BadParameter(
            "source and at ask for different things.",
            where="at",
            remedy="For a moment as one source has it, give at with the policy sources=….",
        )
    if degree is not Certainty.CERTAIN and at is None:
        raise BadParameter(
            f"{degree} belongs to a moment.", where=str(degree), remedy="Give at as well."
        )
    if source is not None and policy is not None and policy.text:
        raise BadParameter(
            "What a source says is the same under every policy.",
            where="policy",
            remedy="Leave out policy, or source.",
        )


def _check_index(
    form: GraphFormat, source: str | None, at: str | None, policy: Policy | None
) -> None:
    if source is not None or at is not None or (policy is not None and policy.text):
        raise BadParameter(
            "The temporal index is of the whole under the default policy.",
            where="index",
            remedy="Leave out source, at and policy, or the index.",
        )
    if not form.named_graphs:
        raise BadParameter(
            "The temporal index is a graph of its own, and this format holds one graph.",
            where="index",
            remedy="Choose trig, nq or jsonld.",
        )


def _written(
    kb: KnowledgeBase,
    quads: list[Quad],
    form: GraphFormat,
    *,
    more: dict[str, str] | None = None,
    note: str = "",
) -> bytes:
    if form.named_graphs:
        return document(quads, form, kb.names, more)
    plain = [Quad(*quad.triple) for quad in quads if not _is_stated(quad, kb.names)]
    if len(plain) < len(quads):
        note = _LEFT_OUT
    return _head(note) + document(plain, form, kb.names, more)


def _head(note: str) -> bytes:
    return f"# {note}.\n".encode() if note else b""


def _local_prefixes(kb: KnowledgeBase, iri: str, quads: list[Quad]) -> dict[str, str]:
    """Prefixes such as a file of facts has: for its claims, and for each kind of part it names."""
    slug = iri.removeprefix(kb.names.source_prefix)
    found = {"claim": f"{kb.names.claim_prefix}{slug}/"}
    for quad in quads:
        value = getattr(quad.subject, "value", "")
        kind, slash, _ = value.removeprefix(f"{iri}/").partition("/")
        if value.startswith(f"{iri}/") and slash and kind.isalpha():
            found[kind] = f"{iri}/{kind}/"
    return found


@dataclass(frozen=True, slots=True)
class _Whole:
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
                graph.value in self.graphs or _is_stated(quad, names)
            ):
                yield quad
        yield from self.computed


def _whole(kb: KnowledgeBase, policy: Policy | None, index: bool) -> _Whole:
    """Everything, under a policy, and the temporal index where it is asked for."""
    names = kb.names
    graph = _world_graph(names, policy)
    kept = {names.graph(part).value for part in _LASTING}
    if index:
        kept.add(names.temporal_index.value)
    computed: Iterator[Quad] = iter(())
    with kb.undisturbed():
        if graph == names.graph("world"):
            _ = kb.generation  # so that what is stored of it is up to date
            kept.add(graph.value)
        else:
            triples = world_triples(kb.world(policy), names)
            computed = (Quad(one.subject, one.predicate, one.object, graph) for one in triples)
        return _Whole(kb.store.quads(), frozenset(kept), computed)


def _of_source(kb: KnowledgeBase, text: str) -> tuple[str, list[Quad]]:
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
            remedy=remedy_of(nearest(slug, known), some_of(known)),
        )
    claims = [claim.iri for claim in kb.claims_of(iri)]
    found = _described(kb, [iri, *claims], f"{iri}/")
    for claim in claims:
        found += kb.store.quads(NamedNode(claim))
    return iri, found


def _of_moment(
    kb: KnowledgeBase, at: str, policy: Policy | None, *, degree: Certainty
) -> tuple[NamedNode, list[Quad]]:
    """The name of a moment's graph, and the moment in it, with the names of all it speaks of.

    The names are true at any time and are in the default graph. Raises like
    :meth:`~tenure.knowledge.KnowledgeBase.moment`.
    """
    moment = kb.moment(at=at)
    graph = slice_iri(kb.names, moment.key, day_view(degree), policy.text if policy else "")
    found = [
        Quad(triple.subject, triple.predicate, triple.object, graph)
        for triple in kb.slice(moment, policy, degree=degree)
    ]
    named = {term for quad in found for term in (quad.subject, quad.object)}
    found += (
        Quad(quad.subject, quad.predicate, quad.object)
        for quad in kb.store.quads(kb.names.graph("entities"))
        if quad.predicate == RDFS_LABEL and quad.subject in named
    )
    return graph, found


def _is_stated(quad: Quad, names: Names) -> bool:
    """Whether a statement is what a claim states, which a format for one graph leaves out."""
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
                described = _of_node(kb, part, node)
                if described and not any(map(_is_elsewhere, described)):
                    found[node] = described
                    todo.append(node)
    return [Quad(*quad.triple) for quads in found.values() for quad in quads]


def _of_node(kb: KnowledgeBase, part: NamedNode, node: NamedNode | BlankNode) -> list[Quad]:
    if isinstance(node, NamedNode):
        return list(kb.store.quads(part, subject=node))
    return [quad for quad in kb.store.quads(part) if quad.subject == node]


def _is_elsewhere(quad: Quad) -> bool:
    return quad.predicate == RDF_TYPE and quad.object in (TN("Claim"), TN("Source"))
