"""An ontology as whoever reads it asks it: what is said of a term, and what lies above and below.

There is one reader of Turtle files (:func:`tenure.store.read_file`) and one of what they declare,
which is here: the engine (:class:`~tenure.model.Schema`), the gate, the derived shapes and the
pages of terms are built on it. What it gives does not depend on the order of the statements.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from functools import cached_property, lru_cache
from pathlib import Path
from typing import Final, TypeAlias

from pyoxigraph import BlankNode, Literal, NamedNode, Quad, Triple

from tenure.languages import by_preference
from tenure.namespaces import (
    RDF_FIRST,
    RDF_NIL,
    RDF_REST,
    RDF_TYPE,
    RDFS_LABEL,
    RDFS_SUBCLASS,
    RDFS_SUBPROPERTY,
    SKOS_PREF_LABEL,
    local_name,
)
from tenure.resources import ontology_files
from tenure.store import read_file

Node: TypeAlias = NamedNode | BlankNode | Literal | Triple

DCTERMS: Final = "http://purl.org/dc/terms/"
OWL: Final = "http://www.w3.org/2002/07/owl#"
RDF: Final = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"
RDFS: Final = "http://www.w3.org/2000/01/rdf-schema#"
SKOS: Final = "http://www.w3.org/2004/02/skos/core#"
SH: Final = "http://www.w3.org/ns/shacl#"
VANN: Final = "http://purl.org/vocab/vann/"
XSD: Final = "http://www.w3.org/2001/XMLSchema#"


def bundled_ontology(graph: NamedNode | None = None) -> tuple[Quad, ...]:
    """The statements of the ontology that comes with Tenure, read once for as long as it stays.

    They lie in ``graph``, or else in the default graph. Whoever reads them again gets the same
    blank nodes, so that two stores of one process hold the same ontology, and what is made of it
    can be kept. Raises as :func:`tenure.store.read_file`.
    """
    return _read_once(tuple((file, file.stat().st_mtime_ns) for file in ontology_files()), graph)


@lru_cache(maxsize=4)
def _read_once(files: tuple[tuple[Path, int], ...], graph: NamedNode | None) -> tuple[Quad, ...]:
    if graph is None:
        return tuple(quad for file, _ in files for quad in read_file(file))
    return tuple(Quad(q.subject, q.predicate, q.object, graph) for q in _read_once(files, None))


class Ontology:
    """Statements by subject and predicate. Names are IRIs as text."""

    def __init__(self, statements: Iterable[Quad | Triple]) -> None:
        self._about: dict[str, dict[str, list[Node]]] = defaultdict(lambda: defaultdict(list))
        for one in statements:
            self._about[str(one.subject)][one.predicate.value].append(one.object)
        for said in self._about.values():
            for predicate, values in said.items():
                if len(values) > 1:
                    said[predicate] = sorted(set(values), key=str)

    @cached_property
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

    def by_predicate(self) -> dict[str, dict[str, list[str]]]:
        """All as text: values by predicate and subject, of literals what they say."""
        found: dict[str, dict[str, list[str]]] = defaultdict(lambda: defaultdict(list))
        for subject, said in self._about.items():
            name = subject[1:-1] if subject.startswith("<") else subject
            for predicate, values in said.items():
                found[predicate][name] = [
                    one.value if isinstance(one, NamedNode | Literal) else str(one)
                    for one in values
                ]
        return found

    # ------------------------------------------------------------------ terms

    def types(self, iri: str) -> list[str]:
        """The classes that a term is said to be of."""
        return self.iris(iri, RDF_TYPE.value)

    def is_a(self, iri: str, *classes: str) -> bool:
        """Whether a term is said to be of one of the classes themselves."""
        return not frozenset(classes).isdisjoint(self.types(iri))

    def instances(self, *classes: str) -> list[str]:
        """The terms that are said to be of one of the classes themselves, sorted."""
        return sorted({iri for one in classes for iri in self._of_class.get(one, ())})

    def nodes_of(self, *classes: str) -> list[BlankNode]:
        """The nodes without a name that are said to be of one of the classes."""
        return [
            BlankNode(name[2:])
            for name in sorted(self._about)
            if name.startswith("_:") and self.is_a_node(BlankNode(name[2:]), *classes)
        ]

    def is_a_node(self, node: NamedNode | BlankNode, *classes: str) -> bool:
        """As :meth:`is_a`, of a node that need not have a name."""
        return not frozenset(classes).isdisjoint(self.iris(node, RDF_TYPE.value))

    def label(self, iri: str) -> str:
        """The term's label, or its local name."""
        label = self.text(iri, RDFS_LABEL.value) or self.text(iri, SKOS_PREF_LABEL.value)
        return label or local_name(iri)

    def above(self, iri: str) -> frozenset[str]:
        """That class or property and all that it is a kind of."""
        found = self._above.get(iri)
        if found is None:
            seen: set[str] = set()
            waiting = [iri]
            while waiting:
                one = waiting.pop()
                if one not in seen:
                    seen.add(one)
                    waiting += self.iris(one, RDFS_SUBCLASS.value, RDFS_SUBPROPERTY.value)
            found = self._above[iri] = frozenset(seen)
        return found

    def deprecated(self, iri: str) -> bool:
        """Whether a term is kept for old data alone."""
        return "true" in self.texts(iri, OWL + "deprecated")

    def replacements(self, iri: str) -> list[str]:
        """What takes the place of a deprecated term: one term, or several that share its work."""
        return self.iris(iri, DCTERMS + "isReplacedBy") or self.iris(iri, RDFS + "seeAlso")

    @cached_property
    def _of_class(self) -> Mapping[str, list[str]]:
        found: dict[str, list[str]] = defaultdict(list)
        for iri in self.subjects:
            for one in self.types(iri):
                found[one].append(iri)
        return found

    @cached_property
    def _above(self) -> dict[str, frozenset[str]]:
        return {}
