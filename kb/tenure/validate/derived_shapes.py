"""Shapes that follow from what the ontology declares, so that a new kind needs none written.

Roles, domains, ranges, cardinalities, value classes, closed vocabularies and disjointness (OWL 2,
sections 8 and 9; SKOS) become shapes in the core of SHACL (sections 2 and 4), which any engine
runs. OWL concludes where SHACL checks: that a claim has some source lets a reasoner conclude that
there is one; here it has to be given, and what is of no kind that was declared is refused.

The name of a derived shape begins with its rule, a hyphen after it: ``tns:ValueOfItsKind-holder``.
What has no class at all is let be: that nothing says what it is has a rule of its own.

How to derive another: a method of :class:`_Deriving` that says what the shape is and what the
message, and a file in ``ontology/examples/invalid`` that breaks it.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Final, TypeAlias
from urllib.parse import quote

from pyoxigraph import BlankNode, Literal, NamedNode, Quad

from tenure.model.ontology import OWL, RDF, RDFS, SH, SKOS, XSD, Node, Ontology
from tenure.namespaces import (
    EDTF_DATATYPE,
    RDF_FIRST,
    RDF_NIL,
    RDF_REST,
    RDF_TYPE,
    TN,
    TN_PREFIX,
    XSD_INTEGER,
    prefixes,
)
from tenure.validate.declared_terms import (
    DATATYPE_PROPERTY,
    OBJECT_PROPERTY,
    RESERVED,
    DeclaredTerms,
)
from tenure.validate.finding import SHAPES

ASKED_OF: Final = NamedNode(SHAPES + "askedOf")
EACH_CLAIM: Final = NamedNode(SHAPES + "EachClaim")
"""Of a node shape that is asked of the graph of each claim by itself, not of the union of all."""

Resource: TypeAlias = NamedNode | BlankNode

_ANYTHING: Final = frozenset((OWL + "Thing", RDFS + "Resource", RDFS + "Literal"))
_CONCEPT: Final = SKOS + "Concept"
_SUPER_ROLES: Final = frozenset((TN("subject").value, TN("object").value))
_COUNTS: Final[Mapping[str, tuple[bool, bool]]] = {
    "minCardinality": (True, False),
    "maxCardinality": (False, True),
    "cardinality": (True, True),
    "minQualifiedCardinality": (True, False),
    "maxQualifiedCardinality": (False, True),
    "qualifiedCardinality": (True, True),
}
"""Whether a restriction says how many there are at least, and how many at most."""
_TEXTS: Final = frozenset((XSD + "string", RDF + "PlainLiteral", RDF + "langString"))
_PLACES: Final = ("domain", "range", "subPropertyOf")
_FACETS: Final = ("minInclusive", "maxInclusive", "minExclusive", "maxExclusive")
_LENGTHS: Final = ("minLength", "maxLength", "pattern")
_WRITTEN: Final[Mapping[str, str]] = {
    XSD + "boolean": "true or false",
    XSD + "integer": "a whole number, such as 1",
    XSD + "decimal": "a number, such as 1.5",
    XSD + "dateTime": 'an instant, such as "2026-11-23T12:00:00Z"^^xsd:dateTime',
    XSD + "date": 'a day, such as "2020-01-03"^^xsd:date',
    XSD + "anyURI": 'an address, such as "https://example.org/"^^xsd:anyURI',
    XSD + "string": 'a text that is not empty, such as "17"',
    RDF + "PlainLiteral": 'a text that is not empty, such as "until his death"@en',
    RDF + "langString": 'a text with its language, such as "until his death"@en',
    EDTF_DATATYPE.value: 'a date, such as "2020-01-03"^^edtf:EDTF',
}
"""How a value of a datatype is written."""


@dataclass(slots=True)
class _Cardinality:
    """How often instances of a class have a property, or are the value of one."""

    least: int = 0
    most: int | None = None
    optional: bool = False
    """Whether it is declared that there need be none."""
    fillers: dict[str, tuple[int, int | None]] = field(default_factory=dict)
    """How many values are of a class, where the range does not say already what they are."""


@dataclass(frozen=True, slots=True)
class _Path:
    """A property, or its inverse."""

    prop: str
    inverse: bool = False


def derived_shapes(declared: DeclaredTerms) -> list[Quad]:
    """The shapes that an ontology entails for facts. O(statements of the ontology)."""
    return _Deriving(declared).quads


class _Deriving:
    """One ontology, gone through once: the properties, then the classes."""

    def __init__(self, declared: DeclaredTerms) -> None:
        self._declared = declared
        self._ontology: Ontology = declared.ontology
        self.quads: list[Quad] = []
        self._nodes = 0
        for prop in self._properties:
            self._of_property(prop)
        for cls in self._classes:
            self._of_class(cls)
        for cls, others in self._disjoint().items():
            self._of_disjoint(cls, others)

    # ------------------------------------------------------------------ properties

    @cached_property
    def _properties(self) -> Sequence[str]:
        """The properties of whose use something is declared."""
        ontology = self._ontology
        return [
            iri
            for iri in ontology.instances(OBJECT_PROPERTY, DATATYPE_PROPERTY)
            if self._is_own(iri)
        ]

    def _is_own(self, prop: str) -> bool:
        """Whether more is declared of a property than that there is one, as of those of others."""
        said = self._ontology.about(prop)
        return not prop.startswith(RESERVED) and any(RDFS + word in said for word in _PLACES)

    def _of_property(self, prop: str) -> None:
        shape = self._rule("SaidOfItsKind", prop)
        domains = self._narrowest(self._ends(prop, "domain"))
        for kinds in domains:
            self._say(shape, "or", self._kinds(kinds))
        if domains:
            said = ", and ".join(map(_any_of, domains))
            what = f"{written(prop)} is said of {said}, and this is none."
            self._message(shape, what, "Use a property that this kind has, or correct the class.")
        parts = [*self._values_of(prop)]
        if self._is_functional(prop):
            part = self._repeated(self._rule("ValueRepeated", prop), _Path(prop), 1)
            if self._of_each_claim(prop):
                self._each_claim(self._rule("UseInEachClaim", prop), "targetSubjectsOf", prop, part)
            else:
                parts.append(part)
        self._target(shape, "targetSubjectsOf", prop, (), also=bool(domains))
        # RDF4J 5.0 overlooks an sh:or beside sh:property, and parts that two shapes share.
        self._target(self._rule("Use", prop), "targetSubjectsOf", prop, parts)

    def _values_of(self, prop: str) -> Iterator[NamedNode]:
        """What the values of a property are, a shape for each thing that is declared of them."""
        allowed = self._vocabulary(prop)
        if allowed is not None:
            yield self._closed(self._rule("ClosedVocabulary", prop), prop, *allowed)
        elif self._ontology.is_a(prop, OBJECT_PROPERTY):
            yield self._thing(prop)
            for number, kinds in enumerate(self._narrowest(self._ends(prop, "range"))):
                name = self._rule("ValueOfItsKind", prop, *([str(number + 1)] if number else ()))
                yield self._of_kinds(name, prop, kinds)
        else:
            yield self._literal(self._rule("ValueDatatype", prop), prop, self._data_ranges(prop))

    def _ends(self, prop: str, word: str) -> list[frozenset[str]]:
        """What a property, or one above it, has as domain or range: each a choice of classes."""
        found = []
        for one in sorted(self._ontology.above(prop)):
            for value in self._ontology.values(one, RDFS + word):
                kinds = self._choice(value)
                if kinds and kinds.isdisjoint(_ANYTHING) and kinds not in found:
                    found.append(kinds)
        return found

    def _choice(self, value: Node) -> frozenset[str]:
        """A class, or those of a union, as far as they have names."""
        if isinstance(value, NamedNode):
            return frozenset((value.value,))
        if not isinstance(value, BlankNode):
            return frozenset()
        members = [
            one
            for head in self._ontology.values(value, OWL + "unionOf")
            for one in self._ontology.members(head)
        ]
        choices = [self._choice(one) for one in members]
        return frozenset().union(*choices) if all(choices) else frozenset()

    def _narrowest(self, ends: Sequence[frozenset[str]]) -> list[frozenset[str]]:
        """Those of several choices that do not follow from another one."""
        return [
            one
            for one in ends
            if not any(other != one and self._within(other, one) for other in ends)
        ]

    def _within(self, kinds: Iterable[str], other: frozenset[str]) -> bool:
        return all(not self._ontology.above(kind).isdisjoint(other) for kind in kinds)

    def _vocabulary(self, prop: str) -> tuple[str, Sequence[str]] | None:
        """What a closed vocabulary of a property is called, and its concepts."""
        ontology = self._ontology
        for scheme in self._schemes.get(prop, ()):
            return ontology.label(scheme), self._members.get(scheme, ())
        for kinds in self._ends(prop, "range"):
            for kind in sorted(kinds):
                for scheme in self._value_scheme(kind):
                    return ontology.label(scheme), self._members.get(scheme, ())
        return None

    def _value_scheme(self, kind: str) -> Iterator[str]:
        """The scheme whose concepts a class is defined as."""
        for restriction in self._restrictions(kind):
            if self._ontology.iris(restriction, OWL + "onProperty") == [SKOS + "inScheme"]:
                yield from self._ontology.iris(restriction, OWL + "hasValue")

    @cached_property
    def _schemes(self) -> Mapping[str, list[str]]:
        found: dict[str, list[str]] = defaultdict(list)
        for iri in self._ontology.instances(SKOS + "ConceptScheme"):
            for prop in self._ontology.iris(iri, TN("valuesOf").value):
                found[prop].append(iri)
        return found

    @cached_property
    def _members(self) -> Mapping[str, list[str]]:
        found: dict[str, list[str]] = defaultdict(list)
        for iri in self._ontology.instances(_CONCEPT):
            for scheme in self._ontology.iris(iri, SKOS + "inScheme"):
                found[scheme].append(iri)
        return found

    def _data_ranges(self, prop: str) -> list[NamedNode | BlankNode]:
        found = [
            value
            for one in sorted(self._ontology.above(prop))
            for value in self._ontology.values(one, RDFS + "range")
            if isinstance(value, NamedNode | BlankNode) and value.value not in _ANYTHING
        ]
        # What a property says itself is narrower than what one above it does.
        return found[-1:] if len(set(found)) == 1 else list(dict.fromkeys(found))

    # ------------------------------------------------------------------ cardinalities

    def _is_functional(self, prop: str) -> bool:
        functional = OWL + "FunctionalProperty"
        above = self._ontology.above(prop)
        return any(self._ontology.is_a(one, functional) for one in above) or prop in self._roles

    @cached_property
    def _roles(self) -> frozenset[str]:
        """What situations are known by: who is concerned, and what that stands in relation to."""
        words = [TN(one).value for one in ("subjectRole", "objectRole")]
        ontology = self._ontology
        return frozenset(one for iri in ontology.subjects for one in ontology.iris(iri, *words))

    @cached_property
    def _distinguishing(self) -> frozenset[str]:
        """What besides tells a thing from others of its kind, and is part of its name."""
        ontology, word = self._ontology, TN("distinguishedBy").value
        return frozenset(one for iri in ontology.subjects for one in ontology.iris(iri, word))

    def _of_each_claim(self, prop: str) -> bool:
        """Whether two claims may give two values: of what a claim states, and no part of a name."""
        by_name = self._roles | self._distinguishing | _SUPER_ROLES
        kinds = {one for ends in self._ends(prop, "domain") for one in ends}
        is_stated = any(map(self._declared.is_stated, kinds)) or any(
            TN("Occurrence").value in self._ontology.above(one) for one in kinds
        )
        return is_stated and self._ontology.above(prop).isdisjoint(by_name)

    def _is_repeated(self, cls: str, prop: str) -> bool:
        """Whether each claim that tells of a thing has to say it.

        Of a situation these are its roles, by which it is known; of a quantity or a distance, all.
        """
        is_situation = TN("Situation").value in self._ontology.above(cls)
        return prop in self._roles if is_situation else self._declared.is_stated(cls)

    @cached_property
    def _classes(self) -> Sequence[str]:
        ontology = self._ontology
        return [
            iri
            for iri in ontology.instances(OWL + "Class")
            if not iri.startswith(RESERVED) and _CONCEPT not in ontology.above(iri)
        ]

    def _of_class(self, cls: str) -> None:
        always: list[NamedNode] = []
        claimed: list[NamedNode] = []
        for path, found in self._cardinalities(cls).items():
            if path.prop in _SUPER_ROLES:
                continue  # each kind has roles of its own
            about = (cls, *(["of"] if path.inverse else []), path.prop)
            if found.least or found.fillers:
                missing = claimed if self._is_repeated(cls, path.prop) else always
                missing += self._missing(self._rule("ValueMissing", *about), cls, path, found)
            if found.most is not None and not (found.most == 1 and self._says_so_itself(path)):
                part = self._repeated(self._rule("ValueRepeated", *about), path, found.most)
                (claimed if self._of_each_claim(path.prop) else always).append(part)
        always += self._narrowed(cls)
        always += self._of_two(cls)
        self._target(self._rule("Kind", cls), "targetClass", cls, always)
        self._each_claim(self._rule("KindInEachClaim", cls), "targetClass", cls, *claimed)

    def _says_so_itself(self, path: _Path) -> bool:
        return not path.inverse and self._is_functional(path.prop)

    def _cardinalities(self, cls: str) -> Mapping[_Path, _Cardinality]:
        """What is declared of how often instances of a class have which property."""
        found: dict[_Path, _Cardinality] = defaultdict(_Cardinality)
        for restriction in self._restrictions(cls):
            path = self._on_property(restriction)
            if path is not None and self._is_own(path.prop):
                self._count(restriction, path, found[path])
        for word in ("subjectRole", "objectRole"):
            for role in self._ontology.iris(cls, TN(word).value):
                one = found[_Path(role)]
                one.least = max(one.least, 0 if one.optional else 1)
        return found

    def _count(self, restriction: Resource, path: _Path, found: _Cardinality) -> None:
        ontology = self._ontology
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

    def _narrows(self, path: _Path, filler: str) -> bool:
        """Whether a class is narrower than what the range says already of all values."""
        ends = self._ends(path.prop, "domain" if path.inverse else "range")
        return self._ontology.is_a(filler, OWL + "Class") and not any(
            self._within(one, frozenset((filler,))) for one in ends
        )

    def _restrictions(self, cls: str) -> Iterator[Resource]:
        """The restrictions that instances of a class meet, as far as they are declared of it."""
        waiting = self._ontology.values(cls, RDFS + "subClassOf", OWL + "equivalentClass")
        while waiting:
            one = waiting.pop(0)
            if not isinstance(one, BlankNode):
                continue
            if self._ontology.is_a_node(one, OWL + "Restriction"):
                yield one
            for head in self._ontology.values(one, OWL + "intersectionOf"):
                waiting += self._ontology.members(head)

    def _on_property(self, restriction: Resource) -> _Path | None:
        for prop in self._ontology.values(restriction, OWL + "onProperty"):
            if isinstance(prop, NamedNode):
                return _Path(prop.value)
            if isinstance(prop, BlankNode):
                for one in self._ontology.iris(prop, OWL + "inverseOf"):
                    return _Path(one, inverse=True)
        return None

    # ------------------------------------------------------------------ disjointness

    def _disjoint(self) -> Mapping[str, list[str]]:
        """What each class excludes, each pair of classes once.

        Of two kinds of entity, and of two kinds of situation, stricter rules tell.
        """
        ontology = self._ontology
        groups: list[Sequence[Node]] = [
            [NamedNode(cls), other]
            for cls in self._classes
            for other in ontology.values(cls, OWL + "disjointWith")
        ]
        heads = [
            *(ontology.values(cls, OWL + "disjointUnionOf") for cls in self._classes),
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
        known = frozenset(self._classes)
        both = self._ontology.above(one) & self._ontology.above(other)
        told_elsewhere = (TN("Entity").value, TN("Situation").value)
        return {one, other} <= known and both.isdisjoint(told_elsewhere)

    # ------------------------------------------------------------------ shapes

    def _of_disjoint(self, cls: str, others: Sequence[str]) -> None:
        shape = self._rule("KindsExcludeEachOther", cls)
        what = f"It is {_a(cls)} and of a kind that excludes this: {_any_of(others)}."
        self._message(shape, what, "Keep the kind that it is.")
        for other in others:
            denied = self._new()
            self._say(denied, "class", NamedNode(other))
            self._say(shape, "not", denied)
        self._target(shape, "targetClass", cls, (), also=True)

    def _of_kinds(self, name: NamedNode, prop: str, kinds: frozenset[str]) -> NamedNode:
        what = f"The value of {written(prop)} is {_any_of(kinds)}, and this is none."
        self._property_shape(prop, what, "Name something of the right kind.", name)
        self._say(name, "or", self._kinds(kinds))
        return name

    def _thing(self, prop: str) -> NamedNode:
        name = self._rule("ValueIsThing", prop)
        what = f"The value of {written(prop)} is a name, and this is a text."
        self._property_shape(prop, what, "Write the IRI of what is meant.", name)
        self._say(name, "nodeKind", NamedNode(SH + "BlankNodeOrIRI"))
        return name

    def _closed(
        self, name: NamedNode, prop: str, called: str, concepts: Sequence[str]
    ) -> NamedNode:
        what = f"The value of {written(prop)} is one of the {called}, and this is not."
        choices = ", ".join(map(written, concepts)) or "nothing, for the list is empty"
        self._property_shape(prop, what, f"Choose one of: {choices}.", name)
        self._say(name, "in", self._list(map(NamedNode, concepts)))
        return name

    def _literal(self, name: NamedNode, prop: str, ranges: Sequence[Resource]) -> NamedNode:
        said = [self._of_datatype(name, one) for one in ranges]
        meant = next(filter(None, said), "a text, number or date")
        what = f"The value of {written(prop)} is {_before_example(meant)}, and this is not."
        self._property_shape(prop, what, f"Write {meant}.", name)
        if not any(said):
            self._say(name, "nodeKind", NamedNode(SH + "Literal"))
        return name

    def _of_datatype(self, name: NamedNode, range_: Resource) -> str:
        """Says what is said of a datatype, and gives the words for it; empty for an unknown one."""
        ontology = self._ontology
        if isinstance(range_, NamedNode):
            if range_.value == RDF + "PlainLiteral":
                self._say(name, "or", self._list(map(self._typed, ("string", "langString"))))
            else:
                self._say(name, "datatype", range_)
            if range_.value in _TEXTS:
                self._say(name, "minLength", 1)
            return _WRITTEN.get(range_.value, f'a value "…"^^{written(range_.value)}')
        for base in ontology.iris(range_, OWL + "onDatatype"):
            self._say(name, "datatype", NamedNode(base))
            facets = [
                (word, value)
                for head in ontology.values(range_, OWL + "withRestrictions")
                for one in ontology.members(head)
                if isinstance(one, BlankNode)
                for word in (*_FACETS, *_LENGTHS)
                for value in ontology.values(one, XSD + word)
            ]
            for word, value in facets:
                self._say(name, word, value)
            limits = " and ".join(f"{word} {_text(value)}" for word, value in facets)
            return f"{_before_example(_WRITTEN.get(base, written(base)))} with {limits}"
        for head in ontology.values(range_, OWL + "oneOf"):
            values = ontology.members(head)
            self._say(name, "in", self._list(values))
            return "one of " + ", ".join(map(_shown, values))
        return ""

    def _typed(self, word: str) -> BlankNode:
        node = self._new()
        space = RDF if word == "langString" else XSD
        self._say(node, "datatype", NamedNode(space + word))
        return node

    def _missing(
        self, name: NamedNode, cls: str, path: _Path, found: _Cardinality
    ) -> Iterator[NamedNode]:
        prop = written(path.prop)
        few = "no" if found.least <= 1 else f"fewer than {found.least}"
        what = f"{self._this(cls)} has {few} {prop}."
        if path.inverse:
            what = f"{self._this(cls)} is the {prop} of nothing."
        remedy = self._advice(path.prop) or (
            f"Name it in {prop}." if path.inverse else f"Add {prop}: {self._hint(path.prop)}."
        )
        if found.least:
            self._property_shape(path, what, remedy, name, also_below=True)
            self._say(name, "minCount", found.least)
            yield name
        for filler, (least, most) in sorted(found.fillers.items()):
            if found.least < least or most is not None:
                yield from self._qualified(name, cls, path, filler, least, most)

    def _qualified(
        self, name: NamedNode, cls: str, path: _Path, filler: str, least: int, most: int | None
    ) -> Iterator[NamedNode]:
        """How many values of a property are of a class."""
        prop, kind = written(path.prop), self._new()
        self._say(kind, "class", NamedNode(filler))
        many = [("Min", least, "too few"), ("Max", most, "too many")]
        for word, number, said in many:
            if number or (number is not None and word == "Max"):
                one = NamedNode(f"{name.value}-{_short(filler)}-{word}")
                what = f"{self._this(cls)} has {said} {prop} that are {_a(filler)}."
                remedy = f"At {'least' if word == 'Min' else 'most'} give {number}."
                self._property_shape(path, what, remedy, one, also_below=True)
                self._say(one, "qualifiedValueShape", kind)
                self._say(one, f"qualified{word}Count", number)
                yield one

    def _hint(self, prop: str) -> str:
        """What a value of a property may be."""
        allowed = self._vocabulary(prop)
        if allowed is not None:
            return "one of " + ", ".join(map(written, allowed[1]))
        if self._ontology.is_a(prop, DATATYPE_PROPERTY):
            ranges = [one.value for one in self._data_ranges(prop) if isinstance(one, NamedNode)]
            return next((_WRITTEN[one] for one in ranges if one in _WRITTEN), "a text or number")
        kinds = [kind for one in self._narrowest(self._ends(prop, "range")) for kind in sorted(one)]
        return f"the IRI of {_a(kinds[0])}" if kinds else "the IRI of what is meant"

    def _repeated(self, name: NamedNode, path: _Path, most: int) -> NamedNode:
        prop = written(path.prop)
        many = "one" if most == 1 else str(most)
        what = f"It has more than {many} {prop}."
        remedy = f"Keep {many}."
        if path.inverse:
            what, remedy = f"It is the {prop} of more than {many}.", f"Name it in {many}."
        if path.prop in self._roles:
            remedy = "Keep one, and make a second situation for the other."
        self._property_shape(path, what, self._advice(path.prop) or remedy, name)
        self._say(name, "maxCount", most)
        return name

    def _narrowed(self, cls: str) -> Iterator[NamedNode]:
        """What all values of a property are, and which one there has to be, for one class."""
        ontology = self._ontology
        for restriction in self._restrictions(cls):
            path = self._on_property(restriction)
            if path is None or path.inverse or not self._is_own(path.prop):
                continue
            for value in ontology.values(restriction, OWL + "allValuesFrom"):
                if ontology.is_a(path.prop, DATATYPE_PROPERTY):
                    name = self._rule("ValueDatatype", cls, path.prop)
                    if isinstance(value, NamedNode | BlankNode):
                        yield self._literal(name, path.prop, [value])
                elif kinds := self._choice(value):
                    name = self._rule("ValueOfItsKind", cls, path.prop)
                    yield self._of_kinds(name, path.prop, kinds)
            for value in ontology.values(restriction, OWL + "hasValue"):
                name = self._rule("ValueMissing", cls, path.prop, "value")
                what = f"{self._this(cls)} has another {written(path.prop)} than {_shown(value)}."
                self._property_shape(path, what, f"Add {written(path.prop)} {_shown(value)}.", name)
                self._say(name, "hasValue", value)
                yield name

    def _of_two(self, cls: str) -> Iterator[NamedNode]:
        """Nobody stands in a relation to themselves: the two roles differ."""
        one, other = (
            self._ontology.iris(cls, TN(word).value)[:1] for word in ("subjectRole", "objectRole")
        )
        if one and other:
            name = self._rule("SituationBetweenTwo", cls)
            what = f"{written(one[0])} and {written(other[0])} are two, and this is both."
            self._property_shape(other[0], what, "Name two different ones.", name)
            self._say(name, "disjoint", NamedNode(one[0]))
            yield name

    def _kinds(self, kinds: Iterable[str]) -> Resource:
        """A choice of classes, or of nothing that says what it is."""
        parts: list[Resource] = []
        for kind in sorted(kinds):
            node = self._new()
            self._say(node, "class", NamedNode(kind))
            parts.append(node)
        untyped, typed = self._new(), self._new()
        self._say(untyped, "property", typed)
        self._say(typed, "path", RDF_TYPE)
        self._say(typed, "maxCount", 0)
        return self._list([*parts, untyped])

    # ------------------------------------------------------------------ writing

    def _rule(self, rule: str, *about: str) -> NamedNode:
        """The name of a shape: its rule, and what it is about."""
        return NamedNode(SHAPES + "-".join((rule, *map(_short, about))))

    def _this(self, cls: str) -> str:
        return f"This {self._ontology.label(cls)}"

    def _advice(self, prop: str) -> str:
        return self._ontology.text(prop, TN("advice").value)

    def _target(
        self,
        shape: NamedNode,
        word: str,
        target: str,
        parts: Iterable[NamedNode],
        *,
        also: bool = False,
    ) -> None:
        """Makes a node shape of ``shape``, where it has parts or ``also`` has something to say."""
        parts = list(parts)
        if not (parts or also):
            return
        self._say(shape, RDF_TYPE.value, NamedNode(SH + "NodeShape"))
        self._say(shape, word, NamedNode(target))
        for one in parts:
            self._say(shape, "property", one)

    def _each_claim(self, shape: NamedNode, word: str, target: str, *parts: NamedNode) -> None:
        if parts:
            self._target(shape, word, target, parts)
            self.quads.append(Quad(shape, ASKED_OF, EACH_CLAIM))

    def _property_shape(
        self,
        path: str | _Path,
        what: str,
        remedy: str,
        name: NamedNode,
        *,
        also_below: bool = False,
    ) -> None:
        """Says the path and the message of ``name``; ``also_below``: or a property below it."""
        self._say(name, RDF_TYPE.value, NamedNode(SH + "PropertyShape"))
        prop = path if isinstance(path, str) else path.prop
        node: Resource = NamedNode(prop)
        if isinstance(path, _Path) and path.inverse:
            node = self._new()
            self._say(node, "inversePath", NamedNode(prop))
        elif also_below and (below := self._below.get(prop)):
            node = self._new()
            self._say(node, "alternativePath", self._list(map(NamedNode, [prop, *below])))
        self._say(name, "path", node)
        self._message(name, what, remedy)

    @cached_property
    def _below(self) -> Mapping[str, list[str]]:
        """The properties below each."""
        found: dict[str, list[str]] = defaultdict(list)
        for iri in self._ontology.instances(OBJECT_PROPERTY, DATATYPE_PROPERTY):
            for one in sorted(self._ontology.above(iri) - {iri}):
                found[one].append(iri)
        return found

    def _message(self, shape: NamedNode, what: str, remedy: str) -> None:
        self._say(shape, "message", Literal(f"{what} {remedy}"))

    def _say(self, subject: Resource, word: str, value: Node | int) -> None:
        predicate = NamedNode(word if ":" in word else SH + word)
        known = Literal(str(value), datatype=XSD_INTEGER) if isinstance(value, int) else value
        self.quads.append(Quad(subject, predicate, known))

    def _list(self, values: Iterable[Node]) -> Resource:
        rest: Resource = RDF_NIL
        for one in reversed(list(values)):
            cell = self._new()
            self.quads.append(Quad(cell, RDF_FIRST, one))
            self.quads.append(Quad(cell, RDF_REST, rest))
            rest = cell
        return rest

    def _new(self) -> BlankNode:
        self._nodes += 1
        return BlankNode(f"derived{self._nodes}")


def rule_of(shape: str) -> str:
    """The rule that a shape is of: its name, as far as a hyphen.

    >>> rule_of("https://w3id.org/tenure/shapes#ValueOfItsKind-holder")
    'ValueOfItsKind'
    """
    return shape.rpartition("#")[2].rpartition("/")[2].partition("-")[0]


def written(iri: str) -> str:
    """An IRI as Turtle has it, with a prefix where there is a known one.

    >>> written("https://w3id.org/tenure/ontology#holder")
    'tn:holder'
    """
    for prefix, space in _SPACES:
        if iri.startswith(space) and len(iri) > len(space):
            return f"{prefix}:{iri[len(space) :]}"
    return f"<{iri}>"


_SPACES: Final = sorted(prefixes().items(), key=lambda one: -len(one[1]))


def _short(about: str) -> str:
    """A term in the name of a shape: Tenure's own by its local name, others by their whole."""
    return about.removeprefix(TN_PREFIX) if about.startswith(TN_PREFIX) else quote(about, safe="")


def _a(iri: str) -> str:
    return f"a {written(iri)}"


def _any_of(kinds: Iterable[str]) -> str:
    return " or ".join(map(written, sorted(kinds)))


def _shown(value: Node) -> str:
    return written(value.value) if isinstance(value, NamedNode) else f'"{_text(value)}"'


def _text(value: Node) -> str:
    return value.value if isinstance(value, Literal) else str(value)


def _before_example(text: str) -> str:
    return text.partition(", such as")[0]
