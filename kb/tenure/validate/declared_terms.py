"""What the ontology declares, as far as the structural checks ask for it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable
from functools import cached_property
from typing import Final

from pyoxigraph import NamedNode, Quad

from tenure.namespaces import RDF_TYPE, RDFS_SUBCLASS, RDFS_SUBPROPERTY, TN, TN_PREFIX, TNV_PREFIX

RDFS_DOMAIN: Final = NamedNode("http://www.w3.org/2000/01/rdf-schema#domain")
_OBJECT_PROPERTY: Final = "http://www.w3.org/2002/07/owl#ObjectProperty"
_DESCRIBED: Final = (
    "Source",
    "Claim",
    "Evidence",
    "SpeechChain",
    "SpeechLink",
    "Office",
    "Revision",
)
_ABOUT_CLAIMS: Final = ("recordedAt", "retractedAt", "webAddress", "identifier")
_STATED: Final = ("Situation", "Quantity", "Distance", "Participation", "Conflict")


class DeclaredTerms:
    """A view of the ontology's quads."""

    def __init__(self, quads: Iterable[Quad]) -> None:
        self._super: dict[str, set[str]] = defaultdict(set)
        self._domains: dict[str, set[str]] = defaultdict(set)
        self._types: dict[str, set[str]] = defaultdict(set)
        self._above: dict[str, frozenset[str]] = {}
        self._answers: dict[tuple[str, str], bool] = {}
        self.flattened: set[str] = set()
        """The plain properties that exist in slices only."""
        for quad in quads:
            if not isinstance(quad.subject, NamedNode) or not isinstance(quad.object, NamedNode):
                continue
            subject, value = quad.subject.value, quad.object.value
            if quad.predicate in (RDFS_SUBCLASS, RDFS_SUBPROPERTY):
                self._super[subject].add(value)
            elif quad.predicate == RDFS_DOMAIN:
                self._domains[subject].add(value)
            elif quad.predicate == RDF_TYPE:
                self._types[subject].add(value)
            elif quad.predicate == TN("flattensTo"):
                self.flattened.add(value)

    @cached_property
    def declared(self) -> frozenset[str]:
        """Every term of Tenure's own that has a type."""
        return frozenset(iri for iri in self._types if iri.startswith((TN_PREFIX, TNV_PREFIX)))

    def is_object_property(self, iri: str) -> bool:
        """Whether the values of that property are things, not texts."""
        return _OBJECT_PROPERTY in self._types.get(iri, ())

    def above(self, iri: str) -> set[str]:
        """That class or property and all that it is a kind of."""
        return set(self._all_above(iri))

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
        domains = {domain for one in self.above(iri) for domain in self._domains.get(one, ())}
        return any(self.is_described(domain) for domain in domains)

    def _is_below(self, iri: str, names: Iterable[str]) -> bool:
        return not self._all_above(iri).isdisjoint(TN_PREFIX + name for name in names)

    def _all_above(self, iri: str) -> frozenset[str]:
        found = self._above.get(iri)
        if found is None:
            seen: set[str] = set()
            waiting = [iri]
            while waiting:
                one = waiting.pop()
                if one not in seen:
                    seen.add(one)
                    waiting += self._super.get(one, ())
            found = self._above[iri] = frozenset(seen)
        return found
