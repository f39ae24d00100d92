"""What the reasoner is shown instead of what it cannot read.

HermiT knows the datatypes of OWL 2 and no others: neither ``xsd:date`` nor the dates of EDTF, and
it stops at the first. Each stands in as ``xsd:string``, values and ranges alike, so that a number
in the place of a date is still a contradiction. Imports are left out, because it would fetch them.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Final
from urllib.parse import quote

from pyoxigraph import BlankNode, Literal, NamedNode, Triple

from tenure.namespaces import XSD_STRING
from tenure.reason.owl import DATATYPES, OWL, RDF, RDFS, XSD, Node

# All that RFC 3986 lets stand in a URI besides letters, digits and "-._~".
_IN_URI: Final = ":/?#[]@!$&'()*+,;=%"


@dataclass(slots=True)
class Shown:
    """Triples fit for the reasoner, and what was changed, told to people."""

    triples: list[Triple] = field(default_factory=list)
    notes: tuple[str, ...] = ()


def shown(triples: Iterable[Triple], *, dates: bool = False) -> Shown:
    """The triples as a reasoner that knows the datatypes of OWL 2 only can read them.

    With ``dates``, ``xsd:date`` is kept, which Pellet and owlready2 know and HermiT can be told to
    leave out.
    """
    every = list(triples)
    foreign = _foreign_datatypes(every) - (frozenset([XSD + "date"]) if dates else frozenset())
    result = Shown()
    imports = 0
    for triple in every:
        if triple.predicate.value == OWL + "imports":
            imports += 1
        elif not (isinstance(triple.subject, NamedNode) and triple.subject.value in foreign):
            value = _replaced(triple.object, foreign)
            result.triples.append(Triple(triple.subject, triple.predicate, value))
    notes = [
        f"<{iri}> is no datatype of OWL 2; the reasoner sees text in its place."
        for iri in sorted(foreign)
    ]
    if imports:
        notes.append("owl:imports is not followed: nothing is fetched.")
    result.notes = tuple(notes)
    return result


def _foreign_datatypes(triples: Iterable[Triple]) -> frozenset[str]:
    found = set()
    for triple in triples:
        if isinstance(triple.object, Literal):
            found.add(triple.object.datatype.value)
        elif isinstance(triple.object, NamedNode):
            if triple.object.value.startswith(XSD):
                found.add(triple.object.value)
            if (
                triple.object.value == RDFS + "Datatype"
                and triple.predicate.value == RDF + "type"
                and isinstance(triple.subject, NamedNode)
            ):
                found.add(triple.subject.value)
    defined = {
        triple.subject.value
        for triple in triples
        if triple.predicate.value == OWL + "equivalentClass"
        and isinstance(triple.subject, NamedNode)
        and isinstance(triple.object, BlankNode)
    }
    return frozenset(found) - DATATYPES - defined


def _replaced(term: Node, foreign: frozenset[str]) -> Node:
    if isinstance(term, NamedNode):
        if term.value == RDF + "langString":  # younger than OWL 2, which calls it so:
            return NamedNode(RDF + "PlainLiteral")
        return XSD_STRING if term.value in foreign else term
    if not isinstance(term, Literal):
        return term
    if term.datatype.value in foreign:
        return Literal(term.value)
    if term.datatype.value == XSD + "anyURI":
        # XML Schema lets an IRI stand there; HermiT wants it escaped.
        return Literal(quote(term.value, safe=_IN_URI), datatype=term.datatype)
    return term
