"""The triples of an ontology, indexed by what the checks ask."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from functools import cached_property
from typing import TypeAlias

from pyoxigraph import BlankNode, Literal, NamedNode, Quad, Triple

from tenure.reason.owl import DATATYPES, OWL, PROPERTY_KINDS, RDF, RDFS
from tenure.terms import local_name

Node: TypeAlias = NamedNode | BlankNode | Literal | Triple

_TYPE = RDF + "type"
_NAMES_PROPERTIES = frozenset(
    {
        RDFS + "subPropertyOf",
        OWL + "equivalentProperty",
        OWL + "inverseOf",
        OWL + "propertyDisjointWith",
    }
)
_OF_PROPERTIES = frozenset({RDFS + "domain", RDFS + "range"}) | _NAMES_PROPERTIES
_NAMES_CLASSES = frozenset(
    {
        RDFS + "subClassOf",
        OWL + "complementOf",
        OWL + "disjointWith",
        OWL + "equivalentClass",
        OWL + "onClass",
    }
)


class Statements:
    """Triples with indexes; blank nodes and IRIs are keyed by how Turtle writes them."""

    def __init__(self, quads: Iterable[Quad]) -> None:
        self.triples = sorted(
            {quad.triple for quad in quads},
            key=lambda one: (str(one.subject), one.predicate.value, str(one.object)),
        )
        self.types: dict[str, set[str]] = defaultdict(set)
        self.objects: dict[tuple[str, str], list[Node]] = defaultdict(list)
        for triple in self.triples:
            name = self.name(triple.subject)
            self.objects[name, triple.predicate.value].append(triple.object)
            if triple.predicate.value == _TYPE and isinstance(triple.object, NamedNode):
                self.types[name].add(triple.object.value)

    @staticmethod
    def name(term: Node) -> str:
        """The IRI, or the label of a blank node."""
        return term.value if isinstance(term, NamedNode) else str(term)

    @staticmethod
    def short(iri: str) -> str:
        """The last part of an IRI, for messages."""
        return local_name(iri)

    def kinds(self, iri: str) -> frozenset[str]:
        """The kinds of property that the IRI is declared as."""
        return frozenset(self.types.get(iri, ())) & PROPERTY_KINDS.keys()

    def pairs(self, predicate: str) -> list[tuple[str, str]]:
        """Subject and object of every triple with that predicate, without literals."""
        return [
            (self.name(one.subject), self.name(one.object))
            for one in self.triples
            if one.predicate.value == predicate and isinstance(one.object, NamedNode | BlankNode)
        ]

    def members(self, head: Node) -> list[Node] | None:
        """The members of an RDF list; None where it is not well formed."""
        members: list[Node] = []
        seen: set[str] = set()
        node = head
        while self.name(node) != RDF + "nil":
            name = self.name(node)
            firsts = self.objects.get((name, RDF + "first"), [])
            rests = self.objects.get((name, RDF + "rest"), [])
            if name in seen or len(firsts) != 1 or len(rests) != 1:
                return None
            seen.add(name)
            members.append(firsts[0])
            node = rests[0]
        return members

    @cached_property
    def datatypes(self) -> frozenset[str]:
        """Every datatype known: those of OWL 2, and those declared."""
        declared = {iri for iri, types in self.types.items() if RDFS + "Datatype" in types}
        return DATATYPES | declared

    @cached_property
    def used_as_property(self) -> frozenset[str]:
        """Every IRI that stands as a predicate, or in an axiom about properties."""
        found = {one.predicate.value for one in self.triples}
        for one in self.triples:
            if one.predicate.value in _OF_PROPERTIES and isinstance(one.subject, NamedNode):
                found.add(one.subject.value)
            if one.predicate.value in _NAMES_PROPERTIES | {OWL + "onProperty"} and isinstance(
                one.object, NamedNode
            ):
                found.add(one.object.value)
            if one.predicate.value == OWL + "propertyChainAxiom":
                members = self.members(one.object) or []
                found |= {term.value for term in members if isinstance(term, NamedNode)}
        return frozenset(found)

    @cached_property
    def used_as_class(self) -> frozenset[str]:
        """Every IRI that stands where a class does; the range of a datatype property does not."""
        found = {iri for types in self.types.values() for iri in types}
        for one in self.triples:
            if not isinstance(one.object, NamedNode):
                continue
            subject, value = self.name(one.subject), one.object.value
            predicate = one.predicate.value
            if predicate in _NAMES_CLASSES:
                found.add(value)
                if isinstance(one.subject, NamedNode):
                    found.add(subject)
            elif predicate == RDFS + "domain" or (
                predicate == RDFS + "range"
                and OWL + "ObjectProperty" in self.types.get(subject, ())
            ):
                found.add(value)
        return frozenset(found) - self.datatypes

    @cached_property
    def used_as_datatype(self) -> frozenset[str]:
        """Every IRI that stands where a datatype does."""
        found = {
            one.object.datatype.value for one in self.triples if isinstance(one.object, Literal)
        }
        for subject, value in self.pairs(RDFS + "range"):
            of_data = OWL + "DatatypeProperty" in self.types.get(subject, ())
            if of_data and not value.startswith("_:"):
                found.add(value)
        return frozenset(found)
