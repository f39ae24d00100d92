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

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Final
from urllib.parse import quote

from pyoxigraph import BlankNode, Literal, NamedNode, Quad

from tenure.model.ontology import OWL, RDF, SH, XSD, Node, Ontology
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
from tenure.validate.declarations import (
    SUPER_ROLES,
    Cardinality,
    Declarations,
    PropertyPath,
    Resource,
)
from tenure.validate.declared_terms import DATATYPE_PROPERTY, OBJECT_PROPERTY, DeclaredTerms
from tenure.validate.finding import SHAPES

ASKED_OF: Final = NamedNode(SHAPES + "askedOf")
EACH_CLAIM: Final = NamedNode(SHAPES + "EachClaim")
"""Of a node shape that is asked of the graph of each claim by itself, not of the union of all."""

_TEXTS: Final = frozenset((XSD + "string", RDF + "PlainLiteral", RDF + "langString"))
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


def derived_shapes(declared: DeclaredTerms) -> list[Quad]:
    """The shapes that an ontology entails for facts. O(statements of the ontology)."""
    return _Deriving(declared).quads


class _Deriving:
    """One ontology, gone through once: the properties, then the classes."""

    def __init__(self, declared: DeclaredTerms) -> None:
        self._declared = Declarations(declared)
        self._ontology: Ontology = declared.ontology
        self.quads: list[Quad] = []
        self._nodes = 0
        for prop in self._declared.properties:
            self._of_property(prop)
        for cls in self._declared.classes:
            self._of_class(cls)
        for cls, others in self._declared.disjoint().items():
            self._of_disjoint(cls, others)

    # ------------------------------------------------------------------ properties

    def _of_property(self, prop: str) -> None:
        shape = self._rule("SaidOfItsKind", prop)
        domains = self._declared.narrowest(self._declared.ends(prop, "domain"))
        for kinds in domains:
            self._say(shape, "or", self._kinds(kinds))
        if domains:
            said = ", and ".join(map(_any_of, domains))
            what = f"{written(prop)} is said of {said}, and this is none."
            self._message(shape, what, "Use a property that this kind has, or correct the class.")
        parts = [*self._values_of(prop)]
        if self._declared.is_functional(prop):
            part = self._repeated(self._rule("ValueRepeated", prop), PropertyPath(prop), 1)
            if self._declared.of_each_claim(prop):
                self._each_claim(self._rule("UseInEachClaim", prop), "targetSubjectsOf", prop, part)
            else:
                parts.append(part)
        self._target(shape, "targetSubjectsOf", prop, (), also=bool(domains))
        # RDF4J 5.0 overlooks an sh:or beside sh:property, and parts that two shapes share.
        self._target(self._rule("Use", prop), "targetSubjectsOf", prop, parts)

    def _values_of(self, prop: str) -> Iterator[NamedNode]:
        """What the values of a property are, a shape for each thing that is declared of them."""
        allowed = self._declared.vocabulary(prop)
        if allowed is not None:
            yield self._closed(self._rule("ClosedVocabulary", prop), prop, *allowed)
        elif self._ontology.is_a(prop, OBJECT_PROPERTY):
            yield self._thing(prop)
            for number, kinds in enumerate(
                self._declared.narrowest(self._declared.ends(prop, "range"))
            ):
                name = self._rule("ValueOfItsKind", prop, *([str(number + 1)] if number else ()))
                yield self._of_kinds(name, prop, kinds)
        else:
            yield self._literal(
                self._rule("ValueDatatype", prop), prop, self._declared.data_ranges(prop)
            )

    # ------------------------------------------------------------------ cardinalities

    def _of_class(self, cls: str) -> None:
        always: list[NamedNode] = []
        claimed: list[NamedNode] = []
        for path, found in self._declared.cardinalities(cls).items():
            if path.prop in SUPER_ROLES:
                continue  # each kind has roles of its own
            about = (cls, *(["of"] if path.inverse else []), path.prop)
            if found.least or found.fillers:
                missing = claimed if self._declared.is_repeated(cls, path.prop) else always
                missing += self._missing(self._rule("ValueMissing", *about), cls, path, found)
            if found.most is not None and not (
                found.most == 1 and self._declared.says_so_itself(path)
            ):
                part = self._repeated(self._rule("ValueRepeated", *about), path, found.most)
                (claimed if self._declared.of_each_claim(path.prop) else always).append(part)
        always += self._narrowed(cls)
        always += self._of_two(cls)
        self._target(self._rule("Kind", cls), "targetClass", cls, always)
        self._each_claim(self._rule("KindInEachClaim", cls), "targetClass", cls, *claimed)

    # ------------------------------------------------------------------ disjointness

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
        self, name: NamedNode, cls: str, path: PropertyPath, found: Cardinality
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
        self,
        name: NamedNode,
        cls: str,
        path: PropertyPath,
        filler: str,
        least: int,
        most: int | None,
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
        allowed = self._declared.vocabulary(prop)
        if allowed is not None:
            return "one of " + ", ".join(map(written, allowed[1]))
        if self._ontology.is_a(prop, DATATYPE_PROPERTY):
            ranges = [
                one.value for one in self._declared.data_ranges(prop) if isinstance(one, NamedNode)
            ]
            return next((_WRITTEN[one] for one in ranges if one in _WRITTEN), "a text or number")
        kinds = [
            kind
            for one in self._declared.narrowest(self._declared.ends(prop, "range"))
            for kind in sorted(one)
        ]
        return f"the IRI of {_a(kinds[0])}" if kinds else "the IRI of what is meant"

    def _repeated(self, name: NamedNode, path: PropertyPath, most: int) -> NamedNode:
        prop = written(path.prop)
        many = "one" if most == 1 else str(most)
        what = f"It has more than {many} {prop}."
        remedy = f"Keep {many}."
        if path.inverse:
            what, remedy = f"It is the {prop} of more than {many}.", f"Name it in {many}."
        if path.prop in self._declared.roles:
            remedy = "Keep one, and make a second situation for the other."
        self._property_shape(path, what, self._advice(path.prop) or remedy, name)
        self._say(name, "maxCount", most)
        return name

    def _narrowed(self, cls: str) -> Iterator[NamedNode]:
        """What all values of a property are, and which one there has to be, for one class."""
        ontology = self._ontology
        for restriction in self._declared.restrictions(cls):
            path = self._declared.on_property(restriction)
            if path is None or path.inverse or not self._declared.is_own(path.prop):
                continue
            for value in ontology.values(restriction, OWL + "allValuesFrom"):
                if ontology.is_a(path.prop, DATATYPE_PROPERTY):
                    name = self._rule("ValueDatatype", cls, path.prop)
                    if isinstance(value, NamedNode | BlankNode):
                        yield self._literal(name, path.prop, [value])
                elif kinds := self._declared.choice(value):
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
        path: str | PropertyPath,
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
        if isinstance(path, PropertyPath) and path.inverse:
            node = self._new()
            self._say(node, "inversePath", NamedNode(prop))
        elif also_below and (below := self._declared.below.get(prop)):
            node = self._new()
            self._say(node, "alternativePath", self._list(map(NamedNode, [prop, *below])))
        self._say(name, "path", node)
        self._message(name, what, remedy)

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
