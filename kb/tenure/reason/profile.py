"""Is it OWL 2 DL? The conditions that a slip of the pen breaks, checked on the triples.

A reasoner reads what is not OWL 2 DL as an annotation and passes over it in silence, so this is
looked at first. Sections are those of the OWL 2 Structural Specification, second edition.
Individuals of a closed world of facts are not checked for kinds; `tenure validate` does that.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Final

from pyoxigraph import BlankNode, Literal, NamedNode, Quad

from tenure.reason.assertions import assertion_findings
from tenure.reason.data_ranges import data_range_findings
from tenure.reason.expressions import expression_findings
from tenure.reason.hierarchy import chain_findings, restricted_findings
from tenure.reason.owl import (
    BUILT_IN_ANNOTATIONS,
    DATATYPES,
    OWL,
    PREDICATES,
    PROPERTY_KINDS,
    RDF,
    RDFS,
    RESERVED,
    TYPES,
)
from tenure.reason.report import ProfileFinding
from tenure.reason.statements import Statements

_OBJECT: Final = OWL + "ObjectProperty"
_DATA: Final = OWL + "DatatypeProperty"
_ANNOTATION: Final = OWL + "AnnotationProperty"
_SAME_KIND: Final = {
    RDFS + "subPropertyOf": "subPropertyOf",
    OWL + "equivalentProperty": "equivalentProperty",
    OWL + "propertyDisjointWith": "propertyDisjointWith",
    OWL + "inverseOf": "inverseOf",
}
_BETWEEN_CLASSES: Final = (RDFS + "subClassOf", OWL + "equivalentClass", OWL + "disjointWith")
_OBJECT_ONLY: Final = (
    "AsymmetricProperty",
    "InverseFunctionalProperty",
    "IrreflexiveProperty",
    "ReflexiveProperty",
    "SymmetricProperty",
    "TransitiveProperty",
)


def profile_findings(quads: Iterable[Quad]) -> list[ProfileFinding]:
    """Where the ontology departs from OWL 2 DL, sorted; names of graphs do not matter.

    Checked: declarations and typing (5.8.1), reserved names (2.4, 5), kinds of properties in
    axioms (9.2, 9.3), lists, restrictions and their numbers (6 to 8), datatypes and values (4, 7),
    axioms of several parts (9), lists in chains (9.2.1), regular chains, simple properties and
    nameless individuals (11.2).
    A datatype of our own passes where it is declared, although 11.2 wants a definition too: a
    defined datatype has no literals (9.4), and there is no other way to write one's own dates.
    """
    statements = Statements(quads)
    found = {
        *_reserved(statements),
        *_kinds(statements),
        *_declared(statements),
        *_uses(statements),
        *_axioms(statements),
        *chain_findings(statements),
        *restricted_findings(statements),
        *expression_findings(statements),
        *assertion_findings(statements),
        *data_range_findings(statements),
    }
    return sorted(found, key=lambda one: (one.focus, one.rule, one.message, str(one.triple)))


def _reserved(statements: Statements) -> Iterator[ProfileFinding]:
    """Reserved names are used as what they are, and nothing is said about them (2.4)."""
    for triple in statements.triples:
        predicate, subject, value = triple.predicate.value, triple.subject, triple.object
        if predicate.startswith(RESERVED) and predicate not in PREDICATES:
            yield ProfileFinding(
                "reserved-vocabulary",
                predicate,
                f"{predicate} is no term of OWL 2 that can stand there.",
                "Look for a misspelling; names of one's own need a namespace of one's own.",
            )
        if (
            predicate == RDF + "type"
            and isinstance(value, NamedNode)
            and value.value.startswith(RESERVED)
            and value.value not in TYPES
        ):
            yield ProfileFinding(
                "reserved-vocabulary",
                statements.name(subject),
                f"{value.value} is no kind of thing in OWL 2 DL.",
                "Use owl:Class, owl:ObjectProperty, owl:DatatypeProperty or another of its kinds.",
            )
        if isinstance(subject, NamedNode) and subject.value.startswith(RESERVED):
            yield ProfileFinding(
                "reserved-vocabulary",
                subject.value,
                f"Something is said about {subject.value}, which is reserved.",
                "Say it of a term of your own.",
            )


def _kinds(statements: Statements) -> Iterator[ProfileFinding]:
    """An IRI is one kind of property, and not both a class and a datatype or property (5.8.1)."""
    for iri, types in statements.types.items():
        kinds = sorted(PROPERTY_KINDS[one] for one in types & PROPERTY_KINDS.keys())
        if len(kinds) > 1:
            yield ProfileFinding(
                "two-kinds-of-property",
                iri,
                f"{iri} is declared as {' and '.join(kinds)}.",
                "Keep one, and give the other use a name of its own.",
            )
        if OWL + "Class" not in types:
            continue
        if RDFS + "Datatype" in types:
            yield ProfileFinding(
                "class-and-datatype",
                iri,
                f"{iri} is declared as class and as datatype.",
                "Keep one.",
            )
        if kinds:
            yield ProfileFinding(
                "class-and-property",
                iri,
                f"{iri} is declared as class and as {kinds[0]}.",
                "Give the property a name of its own, beginning in lower case.",
            )


def _declared(statements: Statements) -> Iterator[ProfileFinding]:
    """Whatever is used as class, property or datatype is declared as one (5.8.1)."""
    for iri in sorted(statements.used_as_property - BUILT_IN_ANNOTATIONS):
        if iri.startswith(RESERVED) or statements.kinds(iri):
            continue
        as_class = OWL + "Class" in statements.types.get(iri, ())
        yield ProfileFinding(
            "class-used-as-property" if as_class else "undeclared-property",
            iri,
            f"{iri} is used as a property and declared as {'a class' if as_class else 'none'}.",
            "Declare it as owl:ObjectProperty, owl:DatatypeProperty or owl:AnnotationProperty.",
        )
    for iri in sorted(statements.used_as_class):
        if iri.startswith(RESERVED) or OWL + "Class" in statements.types.get(iri, ()):
            continue
        yield ProfileFinding(
            "undeclared-class",
            iri,
            f"{iri} is used as a class and not declared as one.",
            "Declare it as owl:Class, also where it is another vocabulary's.",
        )
    for iri in sorted(statements.used_as_datatype - DATATYPES):
        if RDFS + "Datatype" not in statements.types.get(iri, ()):
            yield ProfileFinding(
                "undeclared-datatype",
                iri,
                f"{iri} is used as a datatype, is none of OWL 2, and nothing declares it.",
                "Use a datatype of OWL 2, or declare it as rdfs:Datatype.",
            )


def _uses(statements: Statements) -> Iterator[ProfileFinding]:
    """Object properties lead to things, datatype properties to literals (9.5)."""
    for triple in statements.triples:
        kinds = statements.kinds(triple.predicate.value)
        literal = isinstance(triple.object, Literal)
        if (kinds == {_OBJECT} and literal) or (kinds == {_DATA} and not literal):
            yield ProfileFinding(
                "wrong-kind-of-value",
                statements.name(triple.subject),
                f"The value of {triple.predicate.value} is {triple.object}, and it is "
                f"{'an object' if literal else 'a datatype'} property.",
                "Give a literal to datatype properties and an IRI to object properties.",
                triple=triple,
            )


def _axioms(statements: Statements) -> Iterator[ProfileFinding]:
    """Axioms join what is of one kind (9.1 to 9.3, 10.2)."""
    for triple in statements.triples:
        predicate, subject, value = triple.predicate.value, triple.subject, triple.object
        if isinstance(value, BlankNode) and predicate == RDFS + "range":
            yield from _range(statements, statements.name(subject), statements.name(value))
        if not isinstance(subject, NamedNode) or not isinstance(value, NamedNode):
            continue
        kinds, others = statements.kinds(subject.value), statements.kinds(value.value)
        told = f"{subject.value} {statements.short(predicate)} {value.value}"
        if predicate in _SAME_KIND and kinds and others and kinds != others:
            yield ProfileFinding(
                "properties-of-different-kinds",
                subject.value,
                f"{told} joins two kinds of property.",
                "Make both the same kind.",
                triple=triple,
            )
        elif predicate == OWL + "inverseOf" and _OBJECT not in kinds:
            yield ProfileFinding(
                "inverse-of-no-object-property",
                subject.value,
                f"{told}: only object properties have inverses.",
                "Declare both as owl:ObjectProperty, or remove the axiom.",
                triple=triple,
            )
        elif predicate in _BETWEEN_CLASSES and (kinds or others):
            yield ProfileFinding(
                "property-in-a-class-axiom",
                subject.value,
                f"{told} takes a property for a class.",
                "Use rdfs:subPropertyOf or owl:equivalentProperty between properties.",
                triple=triple,
            )
        elif predicate == RDFS + "domain" and value.value in statements.datatypes:
            yield ProfileFinding(
                "wrong-kind-of-domain",
                subject.value,
                f"{told}: what has a property is a thing, and that is a datatype.",
                "Name a class.",
                triple=triple,
            )
        elif predicate == RDFS + "range" and kinds & {_OBJECT, _DATA}:
            of_data = value.value in statements.datatypes
            if of_data != (_DATA in kinds):
                yield ProfileFinding(
                    "wrong-kind-of-range",
                    subject.value,
                    f"{told}: it is {'an object' if of_data else 'a datatype'} property.",
                    "Object properties range over classes, datatype properties over datatypes.",
                )
        elif (
            predicate == RDF + "type"
            and kinds
            and _OBJECT not in kinds
            and value.value in {OWL + name for name in _OBJECT_ONLY}
        ):
            yield ProfileFinding(
                "characteristic-of-no-object-property",
                subject.value,
                f"{told}: only object properties can be that.",
                "Declare it as owl:ObjectProperty, or remove the characteristic.",
                triple=triple,
            )


def _range(statements: Statements, prop: str, node: str) -> Iterator[ProfileFinding]:
    """A range that is an expression is one of classes or of datatypes, as the property is."""
    kinds, types = statements.kinds(prop), statements.types.get(node, set())
    of_data = bool(types & {RDFS + "Datatype", OWL + "DataRange"})
    of_things = bool(types & {OWL + "Class", OWL + "Restriction"})
    if (kinds == {_OBJECT} and of_data) or (kinds == {_DATA} and of_things):
        yield ProfileFinding(
            "wrong-kind-of-range",
            prop,
            f"{prop} ranges over {'a datatype' if of_data else 'a class'}, and it is "
            f"{'an object' if of_data else 'a datatype'} property.",
            "Object properties range over classes, datatype properties over datatypes.",
        )
