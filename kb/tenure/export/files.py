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

import io
from typing import IO, Final

from pyoxigraph import Quad

from tenure.claims import Policy
from tenure.errors import BadParameter, StoreFull
from tenure.export.parts import is_stated, of_moment, of_source, whole
from tenure.export.writing import document
from tenure.knowledge import KnowledgeBase
from tenure.store import GraphFormat, graph_format
from tenure.store.formats import JSON_LD
from tenure.store.ordered import OrderedStatements
from tenure.terms import prefixes

_LEFT_OUT: Final = (
    "What each claim states is not in this format; it is in TriG, N-Quads and JSON-LD"
)


def export(
    kb: KnowledgeBase,
    form: str,
    *,
    source: str | None = None,
    at: str | None = None,
    possible: bool = False,
    policy: Policy | None = None,
) -> bytes:
    """The knowledge base in ``form`` as bytes; :func:`export_into` tells the rest."""
    output = io.BytesIO()
    export_into(kb, form, output, source=source, at=at, possible=possible, policy=policy)
    return output.getvalue()


def export_into(
    kb: KnowledgeBase,
    form: str,
    output: IO[bytes],
    *,
    source: str | None = None,
    at: str | None = None,
    possible: bool = False,
    policy: Policy | None = None,
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
        possible: with ``at``, also what was only possible then.
        policy: which claims make the world; None is the default policy.

    Raises:
        BadParameter: no such format, or parameters that do not go together.
        BadDate: ``at`` is neither a date nor looks like an event or source.
        NotFound: no such source or event; says the nearest.
        StoreFull: no room for temporary files.
    """
    chosen = graph_format(form)
    _check(source, at, possible, policy)
    if source is not None:
        iri, quads = of_source(kb, source)
        output.write(_written(kb, quads, chosen, more=_local_prefixes(kb, iri, quads)))
    elif at is not None:
        graph, quads = of_moment(kb, at, policy, possible=possible)
        said = "What was at least possible" if possible else "What was certain"
        note = f"{said} at one moment, {graph.value}"
        output.write(_written(kb, quads, chosen, note=note))
    elif chosen is JSON_LD or not _streamed(kb, chosen, policy, output):
        output.write(_written(kb, list(whole(kb, policy).quads(kb.names)), chosen))


def _streamed(
    kb: KnowledgeBase, form: GraphFormat, policy: Policy | None, output: IO[bytes]
) -> bool:
    """Writes the whole piece by piece; where a blank node is in it, nothing, and says so."""
    everything = whole(kb, policy)
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
    plain = [Quad(*quad.triple) for quad in quads if not is_stated(quad, kb.names)]
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
