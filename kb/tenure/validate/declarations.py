"""What an ontology declares of its properties and classes, as shapes are derived from it.

Domains and ranges with those of the properties above, closed vocabularies, cardinalities by
restrictions and roles, disjointness (OWL 2, sections 8 and 9; SKOS).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Final, TypeAlias

from pyoxigraph import BlankNode, NamedNode

from tenure.model.ontology import OWL, RDFS, SKOS, Node, Ontology
from tenure.namespaces import TN
from tenure.validate.declared_terms import (
    DATATYPE_PROPERTY,
    OBJECT_PROPERTY,
    RESERVED,
    DeclaredTerms,
)

Resource: TypeAlias = NamedNode | BlankNode

SUPER_ROLES: Final = frozenset((TN("subject").value, TN("object").value))

_ANYTHING: Final = frozenset((OWL + "Thing", RDFS + "Resource", RDFS + "Literal"))
_CONCEPT: Final = SKOS + "Concept"
_COUNTS: Final[Mapping[str, tuple[bool, bool]]] = {
    "minCardinality": (True, False),
    "maxCardinality": (False, True),
    "cardinality": (True, True),
    "minQualifiedCardinality": (True, False),
    "maxQualifiedCardinality": (False, True),
    "qualifiedCardinality": (True, True),
}
"""Whether a restriction says how many there are at least, and how many at most."""
_PLACES: Final = ("domain", "range", "subPropertyOf")


@dataclass(slots=True)
class Cardinality:
    """How often instances of a class have a property, or are the value of one."""

    least: int = 0
    most: int | None = None
    optional: bool = False
    """Whether it is declared that there need be none."""
    fillers: dict[str, tuple[int, int | None]] = field(default_factory=dict)
    """How many values are of a class, where the range does not say already what they are."""


@dataclass(frozen=True, slots=True)
class PropertyPath:
    """A property, or its inverse."""

    prop: str
    inverse: bool = False


class Declarations:
    """What one ontology declares. Each thing is worked out once."""

    def __init__(self, declared: DeclaredTerms) -> None:
        self._declared = declared
        self.ontology: Ontology = declared.ontology

    @cached_property
    def properties(self) -> Sequence[str]:
        """The properties of whose use something is declared."""
        ontology = self.ontology
        return [
            iri
            for iri in ontology.instances(OBJECT_PROPERTY, DATATYPE_PROPERTY)
            if self.is_own(iri)
        ]

    def is_own(self, prop: str) -> bool:
        """Whether more is declared of a property than that there is one, as of those of others."""
        said = self.ontology.about(prop)
        return not prop.startswith(RESERVED) and any(RDFS + word in said for word in _PLACES)

    def ends(self, prop: str, word: str) -> list[frozenset[str]]:
        """What a property, or one above it, has as domain or range: each a choice of classes."""
        found = []
        for one in sorted(self.ontology.above(prop)):
            for value in self.ontology.values(one, RDFS + word):
                kinds = self.choice(value)
                if kinds and kinds.isdisjoint(_ANYTHING) and kinds not in found:
                    found.append(kinds)
        return found

    def choice(self, value: Node) -> frozenset[str]:
        """A class, or those of a union, as far as they have names."""
        if isinstance(value, NamedNode):
            return frozenset((value.value,))
        if not isinstance(value, BlankNode):
            return frozenset()
        members = [
            one
            for head in self.ontology.values(value, OWL + "unionOf")
            for one in self.ontology.members(head)
        ]
        choices = [self.choice(one) for one in members]
        return frozenset().union(*choices) if all(choices) else frozenset()

    def narrowest(self, ends: Sequence[frozenset[str]]) -> list[frozenset[str]]:
        """Those of several choices that do not follow from another one."""
        return [
            one
            for one in ends
            if not any(other != one and self._within(other, one) for other in ends)
        ]

    def _within(self, kinds: Iterable[str], other: frozenset[str]) -> bool:
        return all(not self.ontology.above(kind).isdisjoint(other) for kind in kinds)

    def vocabulary(self, prop: str) -> tuple[str, Sequence[str]] | None:
        """What a closed vocabulary of a property is called, and its concepts."""
        ontology = self.ontology
        for scheme in self._schemes.get(prop, ()):
            return ontology.label(scheme), self._members.get(scheme, ())
        for kinds in self.ends(prop, "range"):
            for kind in sorted(kinds):
                for scheme in self._value_scheme(kind):
                    return ontology.label(scheme), self._members.get(scheme, ())
        return None

    def _value_scheme(self, kind: str) -> Iterator[str]:
        """The scheme whose concepts a class is defined as."""
        for restriction in self.restrictions(kind):
            if self.ontology.iris(restriction, OWL + "onProperty") == [SKOS + "inScheme"]:
                yield from self.ontology.iris(restriction, OWL + "hasValue")

    @cached_property
    def _schemes(self) -> Mapping[str, list[str]]:
        found: dict[str, list[str]] = defaultdict(list)
        for iri in self.ontology.instances(SKOS + "ConceptScheme"):
            for prop in self.ontology.iris(iri, TN("valuesOf").value):
                found[prop].append(iri)
        return found

    @cached_property
    def _members(self) -> Mapping[str, list[str]]:
        found: dict[str, list[str]] = defaultdict(list)
        for iri in self.ontology.instances(_CONCEPT):
            for scheme in self.ontology.iris(iri, SKOS + "inScheme"):
                found[scheme].append(iri)
        return found

    def data_ranges(self, prop: str) -> list[NamedNode | BlankNode]:
        """The datatypes that a property, or one above it, has as range."""
        found = [
            value
            for one in sorted(self.ontology.above(prop))
            for value in self.ontology.values(one, RDFS + "range")
            if isinstance(value, NamedNode | BlankNode) and value.value not in _ANYTHING
        ]
        # What a property says itself is narrower than what one above it does.
        return found[-1:] if len(set(found)) == 1 else list(dict.fromkeys(found))

    def is_functional(self, prop: str) -> bool:
        """Whether a thing has at most one value of a property, or of one above it."""
        functional = OWL + "FunctionalProperty"
        above = self.ontology.above(prop)
        return any(self.ontology.is_a(one, functional) for one in above) or prop in self.roles

    @cached_property
    def roles(self) -> frozenset[str]:
        """What situations are known by: who is concerned, and what that stands in relation to."""
        words = [TN(one).value for one in ("subjectRole", "objectRole")]
        ontology = self.ontology
        return frozenset(one for iri in ontology.subjects for one in ontology.iris(iri, *words))

    @cached_property
    def _distinguishing(self) -> frozenset[str]:
        """What besides tells a thing from others of its kind, and is part of its name."""
        ontology, word = self.ontology, TN("distinguishedBy").value
        return frozenset(one for iri in ontology.subjects for one in ontology.iris(iri, word))

    def of_each_claim(self, prop: str) -> bool:
        """Whether two claims may give two values: of what a claim states, and no part of a name."""
        by_name = self.roles | self._distinguishing | SUPER_ROLES
        kinds = {one for ends in self.ends(prop, "domain") for one in ends}
        is_stated = any(map(self._declared.is_stated, kinds)) or any(
            TN("Occurrence").value in self.ontology.above(one) for one in kinds
        )
        return is_stated and self.ontology.above(prop).isdisjoint(by_name)

    def is_repeated(self, cls: str, prop: str) -> bool:
        """Whether each claim that tells of a thing has to say it.

        Of a situation these are its roles, by which it is known; of a quantity or a distance, all.
        """
        is_situation = TN("Situation").value in self.ontology.above(cls)
        return prop in self.roles if is_situation else self._declared.is_stated(cls)

    @cached_property
    def classes(self) -> Sequence[str]:
        """The classes that things can be of, without those of concepts."""
        ontology = self.ontology
        return [
            iri
            for iri in ontology.instances(OWL + "Class")
            if not iri.startswith(RESERVED) and _CONCEPT not in ontology.above(iri)
        ]

    def says_so_itself(self, path: PropertyPath) -> bool:
        """Whether a property by itself has at most one value, so that a class need not say so."""
        return not path.inverse and self.is_functional(path.prop)

    def cardinalities(self, cls: str) -> Mapping[PropertyPath, Cardinality]:
        """What is declared of how often instances of a class have which property."""
        found: dict[PropertyPath, Cardinality] = defaultdict(Cardinality)
        for restriction in self.restrictions(cls):
            path = self.on_property(restriction)
            if path is not None and self.is_own(path.prop):
                self._count(restriction, path, found[path])
        for word in ("subjectRole", "objectRole"):
            for role in self.ontology.iris(cls, TN(word).value):
                one = found[PropertyPath(role)]
                one.least = max(one.least, 0 if one.optional else 1)
        return found

    def _count(self, restriction: Resource, path: PropertyPath, found: Cardinality) -> None:
        ontology = self.ontology
        fillers = ontology.iris(restriction, OWL + "someValuesFrom", OWL + "onClass")
        filler = next((one for one in fillers if self._narrows(path, one)), None)
        least, most = 0, None
        if ontology.values(restriction, OWL + "someValuesFrom"):
            least = 1
        for word, (is_least, is_most) in _COUNTS.items():
            for text in ontology.texts(restriction, OWL + word):
                if text.isascii() and text.isdigit():
                    least = int(text) if is_least else least
                    most = int(text) if is_most else most
                    found.optional |= is_least and least == 0
        if filler is not None:
            found.fillers[filler] = least, most
            return
        found.least = max(found.least, least)
        if most is not None:
            found.most = most if found.most is None else min(found.most, most)

    def _narrows(self, path: PropertyPath, filler: str) -> bool:
        """Whether a class is narrower than what the range says already of all values."""
        ends = self.ends(path.prop, "domain" if path.inverse else "range")
        return self.ontology.is_a(filler, OWL + "Class") and not any(
            self._within(one, frozenset((filler,))) for one in ends
        )

    def restrictions(self, cls: str) -> Iterator[Resource]:
        """The restrictions that instances of a class meet, as far as they are declared of it."""
        waiting = self.ontology.values(cls, RDFS + "subClassOf", OWL + "equivalentClass")
        while waiting:
            one = waiting.pop(0)
            if not isinstance(one, BlankNode):
                continue
            if self.ontology.is_a_node(one, OWL + "Restriction"):
                yield one
            for head in self.ontology.values(one, OWL + "intersectionOf"):
                waiting += self.ontology.members(head)

    def on_property(self, restriction: Resource) -> PropertyPath | None:
        """What a restriction is about."""
        for prop in self.ontology.values(restriction, OWL + "onProperty"):
            if isinstance(prop, NamedNode):
                return PropertyPath(prop.value)
            if isinstance(prop, BlankNode):
                for one in self.ontology.iris(prop, OWL + "inverseOf"):
                    return PropertyPath(one, inverse=True)
        return None

    def disjoint(self) -> Mapping[str, list[str]]:
        """What each class excludes, each pair of classes once.

        Of two kinds of entity, and of two kinds of situation, stricter rules tell.
        """
        ontology = self.ontology
        groups: list[Sequence[Node]] = [
            [NamedNode(cls), other]
            for cls in self.classes
            for other in ontology.values(cls, OWL + "disjointWith")
        ]
        heads = [
            *(ontology.values(cls, OWL + "disjointUnionOf") for cls in self.classes),
            *(
                ontology.values(node, OWL + "members")
                for node in ontology.nodes_of(OWL + "AllDisjointClasses")
            ),
        ]
        groups += [ontology.members(head) for found in heads for head in found]
        found: dict[str, set[str]] = defaultdict(set)
        for group in groups:
            named = sorted({one.value for one in group if isinstance(one, NamedNode)})
            for number, one in enumerate(named):
                found[one].update(
                    other for other in named[number + 1 :] if self._is_told(one, other)
                )
        return {one: sorted(others) for one, others in sorted(found.items()) if others}

    def _is_told(self, one: str, other: str) -> bool:
        known = frozenset(self.classes)
        both = self.ontology.above(one) & self.ontology.above(other)
        told_elsewhere = (TN("Entity").value, TN("Situation").value)
        return {one, other} <= known and both.isdisjoint(told_elsewhere)

    @cached_property
    def below(self) -> Mapping[str, list[str]]:
        """The properties below each."""
        found: dict[str, list[str]] = defaultdict(list)
        for iri in self.ontology.instances(OBJECT_PROPERTY, DATATYPE_PROPERTY):
            for one in sorted(self.ontology.above(iri) - {iri}):
                found[one].append(iri)
        return found
