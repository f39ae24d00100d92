"""The one verb: the knowledge base as a file.

==================  ===============================================================================
whole               entities, descriptions of sources and claims, what each claim states, and the
                    world under a policy, so that whoever gets the file needs no engine. Each part
                    has its own graph, as in queries. The ontology is not in it: it has an address.
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

from pyoxigraph import Quad

from tenure.claims import Policy
from tenure.errors import BadParameter
from tenure.export.parts import flattened, of_moment, of_source, whole
from tenure.export.writing import document
from tenure.knowledge import KnowledgeBase
from tenure.store import GraphFormat, graph_format


def export(
    kb: KnowledgeBase,
    form: str,
    *,
    source: str | None = None,
    at: str | None = None,
    possible: bool = False,
    policy: Policy | None = None,
) -> bytes:
    """The knowledge base in ``form`` (trig, nq, ttl, nt or jsonld), deterministic.

    Args:
        kb: the knowledge base.
        form: the format, by name or media type.
        source: only what this source says; a slug or an IRI.
        at: only the world of this moment; an EDTF value, or an event or source.
        possible: with ``at``, also what was only possible then.
        policy: which claims make the world; None is the default policy.

    Raises:
        BadParameter: no such format, or parameters that do not go together.
        BadDate: ``at`` is neither a date nor looks like an event or source.
        NotFound: no such source or event; says the nearest.
    """
    chosen = graph_format(form)
    _check(source, at, possible, policy)
    if source is not None:
        iri, quads = of_source(kb, source)
        return _written(kb, quads, chosen, more=_local_prefixes(kb, iri, quads))
    if at is not None:
        graph, quads = of_moment(kb, at, policy, possible=possible)
        said = "What was at least possible" if possible else "What was certain"
        return _written(kb, quads, chosen, note=f"{said} at one moment, {graph.value}")
    return _written(kb, whole(kb, policy), chosen)


def _check(source: str | None, at: str | None, possible: bool, policy: Policy | None) -> None:
    if source is not None and at is not None:
        raise BadParameter(
            "source and at ask for different things.",
            where="at",
            remedy="For a moment as one source tells it, give at with the policy sources=….",
        )
    if possible and at is None:
        raise BadParameter(
            "possible belongs to a moment.", where="possible", remedy="Give at as well."
        )
    if source is not None and policy is not None and policy.text:
        raise BadParameter(
            "What a source says is the same under every policy.",
            where="policy",
            remedy="Leave out policy, or source.",
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
    plain = list(flattened(quads, kb.claims))
    if len(plain) < len(quads):
        note = "What each claim states is not in this format; it is in TriG, N-Quads and JSON-LD"
    head = f"# {note}.\n".encode() if note else b""
    return head + document(plain, form, kb.names, more)


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
