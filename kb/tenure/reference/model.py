"""The ontology as pages show it: groups of terms, the tree of classes, facts about it all."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final, TypeAlias

from pyoxigraph import Triple

from tenure.model.ontology import DCTERMS, OWL, RDF, RDFS, SKOS, VANN, Ontology
from tenure.namespaces import TN_PREFIX, local_name, prefixes
from tenure.reference.shapes import OF_ANOTHER

Labelled: TypeAlias = Callable[[str], str]

_LINKS: Final = (
    ("kind of", (RDFS + "subClassOf", RDFS + "subPropertyOf")),
    ("same as", (OWL + "equivalentClass", OWL + "equivalentProperty")),
    ("never a", (OWL + "disjointWith",)),
    ("reverse of", (OWL + "inverseOf",)),
    ("broader", (SKOS + "broader",)),
    ("in", (SKOS + "inScheme",)),
    ("values of", (TN_PREFIX + "valuesOf",)),
    ("from", (RDFS + "domain",)),
    ("to", (RDFS + "range",)),
    ("subject role", (TN_PREFIX + "subjectRole",)),
    ("object role", (TN_PREFIX + "objectRole",)),
    ("told apart by", (TN_PREFIX + "distinguishedBy",)),
    ("flattens to", (TN_PREFIX + "flattensTo",)),
    (
        "axiom",
        tuple(f"{TN_PREFIX}{of}Axiom" for of in ("instance", "use", "tense", "side", "has")),
    ),
    ("puts earlier", (TN_PREFIX + "earlier",)),
    ("puts later", (TN_PREFIX + "later",)),
    ("close to", (SKOS + "closeMatch", SKOS + "exactMatch")),
    ("related to", (SKOS + "relatedMatch",)),
    ("see also", (RDFS + "seeAlso",)),
)
_HEADINGS: Final = {
    OWL + "Class": "Classes",
    OWL + "ObjectProperty": "Properties between things",
    OWL + "DatatypeProperty": "Properties with values",
    OWL + "AnnotationProperty": "Properties that speak to the engine",
    SKOS + "ConceptScheme": "Vocabularies",
}
_FACTS: Final = (
    ("version", (OWL + "versionInfo",)),
    ("this version", (OWL + "versionIRI",)),
    ("creator", (DCTERMS + "creator",)),
    ("made", (DCTERMS + "created",)),
    ("last changed", (DCTERMS + "modified",)),
    ("licence", (DCTERMS + "license",)),
    ("prefix", (VANN + "preferredNamespacePrefix",)),
    ("cite as", (DCTERMS + "bibliographicCitation",)),
)
_START: Final = "http://rdfs.org/ns/void#rootResource"
"""Leads from an ontology to the terms that a newcomer begins with."""

_PREFIX: Final = re.compile(r"PREFIX\s+([\w.-]*):\s*<([^>]*)>", re.IGNORECASE)
_CURIE: Final = re.compile(r"(?<![\w<:/])([A-Za-z][\w.-]*):([A-Za-z]\w*)")
_IRI: Final = re.compile(r"<([^<>\s]+)>")


@dataclass(frozen=True, slots=True)
class QuestionPage:
    """A question of the catalogue: its name and title, its page if it has one, and its SPARQL."""

    name: str
    title: str
    text: str
    href: str = ""

    def terms(self) -> frozenset[str]:
        """The IRIs that the query names; comments do not count."""
        text = re.sub(r"^\s*#.*$", "", self.text, flags=re.MULTILINE)
        spaces = dict(_PREFIX.findall(text))
        text = _PREFIX.sub("", text)
        named = {spaces[one] + name for one, name in _CURIE.findall(text) if one in spaces}
        return frozenset(named | set(_IRI.findall(text)))


@dataclass(frozen=True, slots=True)
class Section:
    """A class in the tree, with those below it."""

    iri: str
    below: tuple[Section, ...]


@dataclass(frozen=True, slots=True)
class Term:
    """A term as a page shows it.

    ``links`` are named lists of IRIs; ``kinds`` and ``properties`` are those of a class, and
    ``members`` its named individuals or the concepts of a scheme; ``rules`` are sentences.
    ``properties_above`` and ``rules_above`` are those that a class has from elsewhere: from a class
    above, the nearest first, or (rules only) from one of its properties. ``instead`` is what takes
    the place of a deprecated term.
    """

    iri: str
    name: str
    label: str
    definition: str
    examples: tuple[str, ...]
    other_names: tuple[str, ...]
    links: tuple[tuple[str, tuple[str, ...]], ...]
    kinds: tuple[str, ...]
    properties: tuple[str, ...]
    members: tuple[str, ...]
    rules: tuple[str, ...]
    questions: tuple[QuestionPage, ...]
    deprecated: bool
    instead: tuple[str, ...]
    properties_above: tuple[tuple[str, tuple[str, ...]], ...] = ()
    rules_above: tuple[tuple[str, tuple[str, ...]], ...] = ()

    @property
    def rule_count(self) -> int:
        """How many rules there are, with those from elsewhere."""
        return len(self.rules) + sum(len(rules) for _, rules in self.rules_above)


@dataclass(frozen=True, slots=True)
class TermGroup:
    """Terms under one heading, by name."""

    heading: str
    terms: tuple[Term, ...]


@dataclass(frozen=True, slots=True)
class Reference:
    """The terms of one namespace; ``facts`` are named values about the whole ontology.

    ``introduction`` is what the ontology says of itself, ``starts`` are the terms to begin with.
    """

    namespace: str
    facts: tuple[tuple[str, str], ...]
    tree: tuple[Section, ...]
    groups: tuple[TermGroup, ...]
    introduction: str = ""
    starts: tuple[str, ...] = ()


def read_reference(
    triples: Iterable[Triple],
    namespace: str,
    *,
    terms: Collection[str] | None = None,
    rules: Mapping[str, Sequence[str]] | None = None,
    questions: Iterable[QuestionPage] = (),
    label: Labelled | None = None,
) -> Reference:
    """What the pages show of the terms of a namespace.

    Args:
        triples: the ontology, all namespaces of it.
        namespace: what the IRIs of the terms begin with.
        terms: the IRIs of the terms; None means those of the namespace.
        rules: sentences by the IRI of the term that they are about.
        questions: queries, shown with every term that they name.
        label: what a person calls an IRI; None reads the labels of the ontology.
    """
    graph = Ontology(triples)
    if terms is None:
        terms = [iri for iri in graph.subjects if iri.startswith(namespace)]
    reader = _ReferenceReader(graph, terms, rules or {}, questions, label or labels(graph))
    groups: dict[str, list[Term]] = defaultdict(list)
    for iri in reader.terms:
        groups[reader.heading(iri)].append(reader.term(iri))
    order = [*_HEADINGS.values()]
    ordered = sorted(
        groups.items(), key=lambda one: (order.index(one[0]) if one[0] in order else -1, one[0])
    )
    # Classes first: the other lists of terms are instances of them.
    ordered.sort(key=lambda one: one[0] != _HEADINGS[OWL + "Class"])
    return Reference(
        namespace,
        tuple(_facts(graph, namespace)),
        reader.tree(),
        tuple(
            TermGroup(heading, tuple(sorted(terms, key=lambda one: one.name.lower())))
            for heading, terms in ordered
        ),
        graph.text(namespace.rstrip("#/"), DCTERMS + "description"),
        tuple(graph.iris(namespace.rstrip("#/"), _START)),
    )


def labels(graph: Ontology) -> Labelled:
    """Labels as an ontology gives them; of others, the IRI with a prefix where there is one."""
    spaces = sorted(prefixes().items(), key=lambda one: -len(one[1]))

    def label(iri: str) -> str:
        found = graph.text(iri, RDFS + "label", SKOS + "prefLabel")
        if found:
            return found
        for prefix, space in spaces:
            if iri.startswith(space) and len(iri) > len(space):
                return f"{prefix}:{iri[len(space) :]}"
        return iri

    return label


def _facts(graph: Ontology, namespace: str) -> Iterable[tuple[str, str]]:
    about = namespace.rstrip("#/")
    for name, predicates in _FACTS:
        for value in graph.values(about, *predicates):
            yield name, getattr(value, "value", str(value))


class _ReferenceReader:
    """What has to be looked up both ways, looked up once."""

    def __init__(
        self,
        graph: Ontology,
        terms: Collection[str],
        rules: Mapping[str, Sequence[str]],
        questions: Iterable[QuestionPage],
        label: Labelled,
    ) -> None:
        self._graph, self._rules, self._label = graph, rules, label
        self.terms = sorted(terms)
        own = set(self.terms)
        self._below: dict[str, list[str]] = defaultdict(list)
        self._properties: dict[str, list[str]] = defaultdict(list)
        self._members: dict[str, list[str]] = defaultdict(list)
        for iri in graph.subjects:
            for above in graph.iris(iri, RDFS + "subClassOf"):
                self._below[above].append(iri)
            for domain in graph.iris(iri, RDFS + "domain"):
                self._properties[domain].append(iri)
            for group in graph.iris(iri, RDF + "type", SKOS + "inScheme"):
                self._members[group].append(iri)
        self._asked: dict[str, list[QuestionPage]] = defaultdict(list)
        for question in questions:
            for iri in sorted(question.terms() & own):
                self._asked[iri].append(question)

    def heading(self, iri: str) -> str:
        """The scheme of a concept; the class of an individual; else the kind of term."""
        for scheme in self._graph.iris(iri, SKOS + "inScheme"):
            name = self._label(scheme)
            return name[:1].upper() + name[1:]
        types = self._graph.iris(iri, RDF + "type")
        own = sorted(one for one in types if one.startswith(TN_PREFIX))
        if own:
            return self._label(own[0]).capitalize()
        return next((_HEADINGS[one] for one in sorted(types) if one in _HEADINGS), "Other terms")

    def term(self, iri: str) -> Term:
        """A term with all that the page shows of it."""
        graph = self._graph
        links = (
            (name, tuple(dict.fromkeys(graph.iris(iri, *predicates))))
            for name, predicates in _LINKS
        )
        is_group = not iri.startswith((OWL, SKOS))
        return Term(
            iri=iri,
            name=local_name(iri),
            label=self._label(iri),
            definition=graph.text(iri, SKOS + "definition", RDFS + "comment"),
            examples=tuple(graph.texts(iri, SKOS + "example")),
            other_names=tuple(graph.texts(iri, SKOS + "altLabel")),
            links=tuple((name, iris) for name, iris in links if iris),
            kinds=tuple(dict.fromkeys(self._below.get(iri, ()))),
            properties=tuple(self._properties.get(iri, ())),
            members=tuple(self._members.get(iri, ())) if is_group else (),
            rules=tuple(self._rules.get(iri, ())),
            questions=tuple(self._asked.get(iri, ())),
            deprecated="true" in graph.texts(iri, OWL + "deprecated"),
            instead=tuple(graph.iris(iri, DCTERMS + "isReplacedBy")),
            properties_above=tuple(
                (one, tuple(self._properties[one]))
                for one in self._above(iri)
                if self._properties.get(one)
            ),
            rules_above=tuple(self._rules_above(iri)),
        )

    def _above(self, iri: str) -> Sequence[str]:
        """The classes above a class, the nearest first."""
        found: dict[str, None] = {}
        todo = [iri]
        for one in todo:
            for above in self._graph.iris(one, RDFS + "subClassOf"):
                if above not in found and above not in (iri, OWL + "Thing"):
                    found[above] = None
                    todo.append(above)
        return list(found)

    def _rules_above(self, iri: str) -> Iterable[tuple[str, tuple[str, ...]]]:
        """Rules that a class has from the classes above it, and from its properties.

        A rule about whatever has a property counts; one about the property of another class does
        not.
        """
        if OWL + "Class" not in self._graph.iris(iri, RDF + "type"):
            return
        above = self._above(iri)
        properties = (prop for one in (iri, *above) for prop in self._properties.get(one, ()))
        told = set(self._rules.get(iri, ()))
        for one in dict.fromkeys([*above, *properties]):
            rules = [
                rule
                for rule in self._rules.get(one, ())
                if rule not in told and not (one not in above and rule.startswith(OF_ANOTHER))
            ]
            if rules:
                told.update(rules)
                yield one, tuple(rules)

    def tree(self) -> tuple[Section, ...]:
        """The classes of the namespace below one another, the topmost first."""
        own = {iri for iri in self.terms if OWL + "Class" in self._graph.iris(iri, RDF + "type")}

        def section(iri: str, seen: frozenset[str]) -> Section:
            below = [one for one in self._below.get(iri, ()) if one in own and one not in seen]
            return Section(iri, tuple(section(one, seen | {one}) for one in sorted(set(below))))

        def is_top(iri: str) -> bool:
            return not own.intersection(self._graph.iris(iri, RDFS + "subClassOf"))

        return tuple(section(iri, frozenset({iri})) for iri in sorted(own) if is_top(iri))
