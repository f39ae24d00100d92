"""The triples of an ontology by subject, and the words that the pages ask them for."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import Final, TypeAlias

from pyoxigraph import BlankNode, Literal, NamedNode, Triple

from tenure.languages import by_preference
from tenure.namespaces import RDF_FIRST, RDF_NIL, RDF_REST

Node: TypeAlias = NamedNode | BlankNode | Literal | Triple

OWL: Final = "http://www.w3.org/2002/07/owl#"
RDF: Final = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"
RDFS: Final = "http://www.w3.org/2000/01/rdf-schema#"
SKOS: Final = "http://www.w3.org/2004/02/skos/core#"
SH: Final = "http://www.w3.org/ns/shacl#"
DCTERMS: Final = "http://purl.org/dc/terms/"
VANN: Final = "http://purl.org/vocab/vann/"


class Graph:
    """Triples by subject and predicate."""

    def __init__(self, triples: Iterable[Triple]) -> None:
        self._about: dict[str, dict[str, list[Node]]] = defaultdict(lambda: defaultdict(list))
        for one in sorted(set(triples), key=str):
            self._about[str(one.subject)][one.predicate.value].append(one.object)

    @property
    def subjects(self) -> Sequence[str]:
        """The IRIs that something is said about, sorted."""
        return sorted(name[1:-1] for name in self._about if name.startswith("<"))

    def about(self, node: NamedNode | BlankNode | str) -> Mapping[str, list[Node]]:
        """What is said of a node, or of an IRI given as text: values by predicate."""
        return self._about.get(f"<{node}>" if isinstance(node, str) else str(node), {})

    def values(self, node: NamedNode | BlankNode | str, *predicates: str) -> list[Node]:
        """The values of some predicates of a node, in the order of the predicates."""
        about = self.about(node)
        return [value for predicate in predicates for value in about.get(predicate, ())]

    def iris(self, node: NamedNode | BlankNode | str, *predicates: str) -> list[str]:
        """Those values that are IRIs."""
        return [
            value.value for value in self.values(node, *predicates) if isinstance(value, NamedNode)
        ]

    def texts(self, node: NamedNode | BlankNode | str, *predicates: str) -> list[str]:
        """Those values that are literals, as text; English ones first."""
        found = [one for one in self.values(node, *predicates) if isinstance(one, Literal)]
        return [one.value for one in sorted(found, key=lambda one: one.language != "en")]

    def text(self, node: NamedNode | BlankNode | str, *predicates: str) -> str:
        """The one of those texts that is shown; empty where there is none."""
        found = (one for one in self.values(node, *predicates) if isinstance(one, Literal))
        return next((one.value for one in by_preference(found)), "")

    def members(self, head: Node) -> list[Node]:
        """The members of a list, as far as it is well formed."""
        found: list[Node] = []
        seen: set[str] = set()
        while isinstance(head, BlankNode | NamedNode) and head != RDF_NIL and str(head) not in seen:
            seen.add(str(head))
            found += self.values(head, RDF_FIRST.value)[:1]
            rest = self.values(head, RDF_REST.value)
            if not rest:
                break
            head = rest[0]
        return found
