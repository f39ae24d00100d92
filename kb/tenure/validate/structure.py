"""What shapes cannot see: which graph a triple stands in, blank nodes, names of nothing.

A rule here reports in the same form as a shape. How to add one: a function from facts and a
document to findings, its name in :data:`RULES`, its line in :func:`structural_findings`, and a
file in ``ontology/examples/invalid`` that breaks it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Final

from pyoxigraph import BlankNode, NamedNode, Triple

from tenure.nearest import nearest
from tenure.terms import RDF_TYPE, RDFS_LABEL, TN, TN_PREFIX, TNV_PREFIX, local_name
from tenure.validate.facts import Facts, graph_of
from tenure.validate.reading import Document, is_own_term, text_of
from tenure.validate.report import Finding
from tenure.validate.schema import Schema

RULES: Final = frozenset(
    (
        "GraphWithoutClaim",
        "ClaimWithoutGraph",
        "BareStatement",
        "DescriptionInClaim",
        "BlankNodeInFacts",
        "StatementAboutStatement",
        "TermInFacts",
        "UnknownTerm",
        "DanglingReference",
    )
)
_OWN: Final = (TN_PREFIX, TNV_PREFIX)
# Each suggestion goes through the whole registry; a file of nothing but unknown names needs few.
_MOST_SUGGESTIONS: Final = 50
_MOST_COMPARED: Final = 1_000_000


def structural_findings(facts: Facts) -> Iterator[Finding]:
    """The findings of every structural rule in the given documents."""
    for document in facts.given:
        yield from _graphs(facts, document)
        yield from _places(facts, document)
        yield from _blank_nodes(facts, document)
        yield from _nested(facts, document)
        yield from _terms(facts, document)
        yield from unknown_terms(facts, document)
        yield from _dangling(facts, document)


def _graphs(facts: Facts, document: Document) -> Iterator[Finding]:
    """Every claim has its graph, and every graph its claim."""
    claim = TN("Claim")
    here = {
        text_of(quad.subject)
        for quad in document.quads
        if quad.predicate == RDF_TYPE and quad.object == claim
    }
    for iri in sorted(one for one in here if not facts.has_graph(one)):
        yield from facts.place(
            "ClaimWithoutGraph",
            iri,
            "The claim states nothing: no graph bears its name, or the graph is empty.",
            f"Put what it states into the graph <{iri}> {{ … }}.",
            document=document,
        )
    graphs = {graph for graph in map(graph_of, document.quads) if graph}
    for iri in sorted(graphs):
        if not facts.is_claim(iri):
            yield from facts.place(
                "GraphWithoutClaim",
                iri,
                f"The graph <{iri}> states something that nobody claims.",
                "Describe it as a tn:Claim outside any graph, with source, evidence and modality.",
                document=document,
            )


def _places(facts: Facts, document: Document) -> Iterator[Finding]:
    """What is stated stands in a claim's graph, what describes stands outside."""
    bare: set[str] = set()
    for quad in document.quads:
        graph, predicate = graph_of(quad), quad.predicate.value
        typed = text_of(quad.object) if quad.predicate == RDF_TYPE else None
        if predicate in facts.schema.flattened:
            yield from facts.place(
                "BareStatement",
                text_of(quad.subject),
                f"<{predicate}> holds on some days only, and here it bears no time.",
                "State the situation in a claim, with its roles; the slice of a day makes this "
                "property from it.",
                document=document,
                graph=graph,
            )
        elif graph is None and must_be_claimed(facts.schema, predicate, typed):
            # One finding a node: what else it says moves along.
            if text_of(quad.subject) in bare:
                continue
            bare.add(text_of(quad.subject))
            yield from facts.place(
                "BareStatement",
                text_of(quad.subject),
                f"{typed or predicate} is stated outside any claim, so that nobody vouches for it.",
                "Move it into the graph of a claim.",
                document=document,
            )
        elif graph is not None and describes(facts.schema, predicate, typed):
            yield from facts.place(
                "DescriptionInClaim",
                text_of(quad.subject),
                f"{typed or predicate} describes, and stands inside the claim <{graph}>.",
                "Move it outside the graph, which holds only what the source says.",
                document=document,
                graph=graph,
            )


def must_be_claimed(schema: Schema, predicate: str, typed: str | None) -> bool:
    """Whether a statement has its place in a claim; ``typed`` is the class that it gives."""
    if typed is not None:
        return schema.is_stated(typed)
    is_own = predicate.startswith(TN_PREFIX) and predicate in schema.declared
    return is_own and not schema.describes(predicate)


def describes(schema: Schema, predicate: str, typed: str | None) -> bool:
    """Whether a statement has its place outside any claim; ``typed`` is the class that it gives."""
    if typed is not None:
        return schema.is_described(typed)
    return predicate == RDFS_LABEL.value or schema.describes(predicate)


def _blank_nodes(facts: Facts, document: Document) -> Iterator[Finding]:
    seen: set[BlankNode] = set()
    for quad in document.quads:
        for node in (quad.graph_name, quad.subject, quad.object):
            if isinstance(node, BlankNode) and node not in seen:
                seen.add(node)
                yield from facts.place(
                    "BlankNodeInFacts",
                    text_of(node),
                    "A node has no name, so that nothing can point at it.",
                    "Give it an IRI.",
                    document=document,
                )


def _nested(facts: Facts, document: Document) -> Iterator[Finding]:
    for quad in document.quads:
        if isinstance(quad.object, Triple):
            yield from facts.place(
                "StatementAboutStatement",
                text_of(quad.subject),
                "It is said of another statement, whose place is in a claim of its own.",
                "Make two claims of it.",
                document=document,
                graph=graph_of(quad),
            )


def _terms(facts: Facts, document: Document) -> Iterator[Finding]:
    """Facts use the ontology's terms and leave them as they are."""
    for iri in sorted({text_of(q.subject) for q in document.quads if is_own_term(q.subject)}):
        yield from facts.place(
            "TermInFacts",
            iri,
            f"A file of facts says something of the term {iri} itself.",
            "Change terms in ontology/, where they are defined.",
            document=document,
        )


def unknown_terms(facts: Facts, document: Document) -> Iterator[Finding]:
    """Terms in Tenure's own namespaces that the ontology does not have."""
    known = facts.schema.declared
    seen: set[str] = set()
    for quad in document.quads:
        for node in (quad.predicate, quad.object):
            iri = text_of(node)
            if not is_own_term(node):
                continue
            if iri in known or iri in seen or iri in _OWN:
                continue
            seen.add(iri)
            start, _, name = iri.rpartition("#")
            names = {local_name(one) for one in known if one.startswith(f"{start}#")}
            near = nearest(name, names, n=3) if len(seen) <= _MOST_SUGGESTIONS else []
            yield from facts.place(
                "UnknownTerm",
                text_of(quad.subject),
                f"The ontology has no term {iri}.",
                _did_you_mean(f"{start}#{one}" for one in near)
                if near
                else "Choose one that the ontology defines, or define it there.",
                document=document,
                graph=graph_of(quad),
            )


def _dangling(facts: Facts, document: Document) -> Iterator[Finding]:
    """Whatever is named is described somewhere: in the registry, or by its class in a claim."""
    seen: set[str] = set()
    for quad in document.quads:
        predicate = quad.predicate.value
        if not predicate.startswith(TN_PREFIX):
            continue
        nodes = [quad.subject]
        if facts.schema.is_object_property(predicate) and isinstance(quad.object, NamedNode):
            nodes.append(quad.object)
        for node in nodes:
            iri = text_of(node)
            if isinstance(node, BlankNode) or iri in seen or iri.startswith(_OWN):
                continue
            if facts.has_class(iri):
                continue
            seen.add(iri)
            yield from facts.place(
                "DanglingReference",
                text_of(quad.subject),
                f"Nothing says what {iri} is.",
                _where_to_say(facts, iri, suggest=len(seen) <= _most_suggestions(facts)),
                document=document,
                graph=graph_of(quad),
            )


def _most_suggestions(facts: Facts) -> int:
    return max(3, min(_MOST_SUGGESTIONS, _MOST_COMPARED // max(1, len(facts.registered))))


def _where_to_say(facts: Facts, iri: str, *, suggest: bool) -> str:
    if facts.names.slug_of(iri) is None:
        return "Describe it, with its class, in the file of its source."
    otherwise = "Register it in entities.ttl, or, if it is a situation, repeat its class."
    near = nearest(iri, facts.registered, n=3) if suggest else ()
    return f"{_did_you_mean(near)} {otherwise}" if near else otherwise


def _did_you_mean(near: Iterable[str]) -> str:
    return f"Did you mean {' or '.join(near)}?"
