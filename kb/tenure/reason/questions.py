"""What Pellet is asked, in words that it understands.

It explains classes, not properties: that a property joins nothing is asked as whether the class of
what has it can have a member. And it stops short of a reason that comes of a disjoint union, so
that is written as the two axioms that it stands for (OWL 2 Structural Specification, section
9.1.4).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Final, NamedTuple

from pyoxigraph import BlankNode, NamedNode, Triple

from tenure.reason.owl import OWL, RDF, RDFS

_TYPE: Final = NamedNode(RDF + "type")
_CLASS: Final = NamedNode(OWL + "Class")
_ASKED: Final = "urn:asked:"


class Asked(NamedTuple):
    """``about`` can have no member, which is asked of the class ``asked`` by the axioms added."""

    about: str
    asked: str
    added: tuple[Triple, ...] = ()


def asked_of(unsatisfiable: Sequence[tuple[str, str]]) -> list[Asked]:
    """The classes to ask of, given IRIs and their kinds; one empty question where there are none.

    The empty question is why nothing can be at all.
    """
    if not unsatisfiable:
        return [Asked("", "")]
    return [
        Asked(iri, iri)
        if kind == OWL + "Class"
        else Asked(iri, f"{_ASKED}{number}", tuple(_having(iri, kind, number)))
        for number, (iri, kind) in enumerate(unsatisfiable)
    ]


def without_unions(triples: Iterable[Triple]) -> list[Triple]:
    """The triples with every disjoint union as a union and a disjointness."""
    found = []
    for number, triple in enumerate(triples):
        if triple.predicate.value != OWL + "disjointUnionOf":
            found.append(triple)
            continue
        union, all_of = BlankNode(f"union{number}"), BlankNode(f"disjoint{number}")
        found += [
            Triple(triple.subject, NamedNode(OWL + "equivalentClass"), union),
            Triple(union, _TYPE, _CLASS),
            Triple(union, NamedNode(OWL + "unionOf"), triple.object),
            Triple(all_of, _TYPE, NamedNode(OWL + "AllDisjointClasses")),
            Triple(all_of, NamedNode(OWL + "members"), triple.object),
        ]
    return found


def _having(prop: str, kind: str, number: int) -> Iterable[Triple]:
    """The class of what has a property, which has a member where the property joins anything."""
    having, restriction = NamedNode(f"{_ASKED}{number}"), BlankNode(f"asked{number}")
    any_value = RDFS + "Literal" if kind == OWL + "DatatypeProperty" else OWL + "Thing"
    return (
        Triple(having, _TYPE, _CLASS),
        Triple(having, NamedNode(RDFS + "subClassOf"), restriction),
        Triple(restriction, _TYPE, NamedNode(OWL + "Restriction")),
        Triple(restriction, NamedNode(OWL + "onProperty"), NamedNode(prop)),
        Triple(restriction, NamedNode(OWL + "someValuesFrom"), NamedNode(any_value)),
    )
