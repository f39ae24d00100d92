"""What the ontology declares, as far as the structural checks ask for it."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import cached_property
from typing import Final

from pyoxigraph import Quad, Triple

from tenure.model.ontology import OWL, RDF, RDFS, SKOS, XSD, Ontology
from tenure.namespaces import TN, TN_PREFIX, TNV_PREFIX

OBJECT_PROPERTY: Final = OWL + "ObjectProperty"
DATATYPE_PROPERTY: Final = OWL + "DatatypeProperty"
RESERVED: Final = (OWL, RDF, RDFS, XSD, SKOS)
"""Whose terms say what others are, and are nobody's to declare."""

_DECLARING: Final = (OWL + "Class", OBJECT_PROPERTY, DATATYPE_PROPERTY)
_DESCRIBED: Final = (
    "Source",
    "Claim",
    "Evidence",
    "SpeechChain",
    "SpeechLink",
    "Office",
    "Revision",
)
_ABOUT_CLAIMS: Final = ("recordedAt", "retractedAt", "webAddress", "identifier", "mergedInto")
_STATED: Final = ("Situation", "Quantity", "Distance", "Participation", "Conflict", "Edit")


class DeclaredTerms:
    """What the gate asks of an ontology."""

    def __init__(self, statements: Iterable[Quad | Triple]) -> None:
        self.ontology = Ontology(statements)
        self._answers: dict[tuple[str, str], bool] = {}

    @cached_property
    def flattened(self) -> frozenset[str]:
        """The plain properties that exist in slices only."""
        plain = TN("flattensTo").value
        return frozenset(
            value for iri in self.ontology.subjects for value in self.ontology.iris(iri, plain)
        )

    @cached_property
    def declared(self) -> frozenset[str]:
        """Every term of Tenure's own that has a type, and those of a user's own ontology."""
        ontology = self.ontology
        return frozenset(
            iri
            for iri in ontology.subjects
            if ontology.types(iri)
            and (iri.startswith((TN_PREFIX, TNV_PREFIX)) or self._says_more_of(iri))
        )

    @cached_property
    def deprecated(self) -> frozenset[str]:
        """The terms that are kept for old data alone."""
        return frozenset(filter(self.ontology.deprecated, self.ontology.subjects))

    def _says_more_of(self, iri: str) -> bool:
        """Whether a term of others is placed among Tenure's own, and so belongs to the ontology."""
        ontology = self.ontology
        if not ontology.is_a(iri, *_DECLARING) or iri.startswith(RESERVED):
            return False
        above = ontology.above(iri) - {iri}
        for domain in ontology.iris(iri, RDFS + "domain"):
            above |= ontology.above(domain)
        return any(one.startswith(TN_PREFIX) for one in above)

    def is_object_property(self, iri: str) -> bool:
        """Whether the values of that property are things, not texts."""
        return self.ontology.is_a(iri, OBJECT_PROPERTY)

    def above(self, iri: str) -> frozenset[str]:
        """That class or property and all that it is a kind of."""
        return self.ontology.above(iri)

    def describes(self, iri: str) -> bool:
        """Whether a property describes claims, sources or the registry, outside any claim."""
        return self._told("describes", iri, self._describes)

    def is_described(self, iri: str) -> bool:
        """Whether things of that class are described outside any claim."""
        return self._told("described", iri, lambda one: self._is_below(one, _DESCRIBED))

    def is_stated(self, iri: str) -> bool:
        """Whether things of that class exist because a claim says so."""
        return self._told("stated", iri, lambda one: self._is_below(one, _STATED))

    def _told(self, question: str, iri: str, answer: Callable[[str], bool]) -> bool:
        # Asked of every statement, and there are few classes and properties.
        key = question, iri
        if key not in self._answers:
            self._answers[key] = answer(iri)
        return self._answers[key]

    def _describes(self, iri: str) -> bool:
        if iri in {TN_PREFIX + name for name in _ABOUT_CLAIMS}:
            return True
        above = self.above(iri)
        domains = {one for prop in above for one in self.ontology.iris(prop, RDFS + "domain")}
        return any(map(self.is_described, domains))

    def _is_below(self, iri: str, names: Iterable[str]) -> bool:
        return not self.above(iri).isdisjoint(TN_PREFIX + name for name in names)
