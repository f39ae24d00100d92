"""Are the parts of which classes are made whole: lists, restrictions, numbers, names?

OWL 2 Mapping to RDF Graphs (second edition), section 3.2, for what a restriction is written with;
Structural Specification, sections 6 to 9 and 11.2. A reasoner takes half a restriction for no
axiom, and says nothing.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from pyoxigraph import BlankNode, Literal, NamedNode

from tenure.reason.owl import OWL, RDFS, XSD
from tenure.reason.report import ProfileFinding
from tenure.reason.statements import Node, Statements

_LISTS: Final = ("unionOf", "intersectionOf", "oneOf", "disjointUnionOf", "hasKey", "members")
_COUNTS: Final = (
    "cardinality",
    "maxCardinality",
    "minCardinality",
    "qualifiedCardinality",
    "maxQualifiedCardinality",
    "minQualifiedCardinality",
)
_FILLERS: Final = ("someValuesFrom", "allValuesFrom", "hasValue", "hasSelf", *_COUNTS)


def expression_findings(statements: Statements) -> Iterator[ProfileFinding]:
    """Expressions that are not whole, and names where only named things may stand."""
    for triple in statements.triples:
        predicate = triple.predicate.value
        if predicate in {OWL + name for name in _LISTS} and not _is_list(statements, triple.object):
            yield ProfileFinding(
                "broken-list",
                statements.name(triple.subject),
                f"The value of {statements.short(predicate)} is no list.",
                "Write the members in round brackets.",
                triple=triple,
            )
        elif predicate in (OWL + "sameAs", OWL + "differentFrom") and (
            isinstance(triple.subject, BlankNode) or isinstance(triple.object, BlankNode)
        ):
            yield ProfileFinding(
                "nameless-individual",
                statements.name(triple.subject),
                f"{statements.short(predicate)} joins an individual that has no IRI.",
                "Give it an IRI (11.2).",
                triple=triple,
            )
        elif predicate == OWL + "onProperty":
            yield from _restriction(statements, triple.subject, triple.object)
    yield from _untyped(statements)
    yield from _mixed(statements)
    for name, types in sorted(statements.types.items()):
        if OWL + "Restriction" in types and not statements.objects.get((name, OWL + "onProperty")):
            yield ProfileFinding(
                "half-a-restriction",
                name,
                "A restriction says of no property what it asks for.",
                "Add owl:onProperty.",
            )
        versions = statements.objects.get((name, OWL + "versionIRI"), [])
        if OWL + "Ontology" in types and len(versions) > 1:
            yield ProfileFinding(
                "two-version-iris",
                name,
                f"{name} has {len(versions)} version IRIs.",
                "Keep that of this version (3.1).",
            )


def _is_list(statements: Statements, head: Node) -> bool:
    return isinstance(head, NamedNode | BlankNode) and statements.members(head) is not None


def _restriction(statements: Statements, node: Node, prop: Node) -> Iterator[ProfileFinding]:
    name = statements.name(node)
    found = [
        (word, value)
        for word in _FILLERS
        for value in statements.objects.get((name, OWL + word), ())
    ]
    told = f"The restriction on {statements.name(prop)}"
    if len(found) != 1:
        what = " and ".join(word for word, _ in found) or "nothing"
        yield ProfileFinding(
            "half-a-restriction",
            statements.name(prop),
            f"{told} asks for {what}.",
            "A restriction asks for one thing: owl:someValuesFrom, owl:maxCardinality or another.",
        )
    kinds = statements.kinds(statements.name(prop))
    yield from _qualified(statements, name, prop, [word for word, _ in found])
    for word, value in found:
        if word in _COUNTS and not _is_count(value):
            yield ProfileFinding(
                "wrong-cardinality",
                statements.name(prop),
                f"{told} counts up to {value}.",
                'Write a whole number, such as "1"^^xsd:nonNegativeInteger.',
            )
        elif len(kinds) == 1 and word in ("someValuesFrom", "allValuesFrom", "hasValue"):
            of_data = OWL + "DatatypeProperty" in kinds
            if _fits(statements, word, value, of_data=of_data) is False:
                yield ProfileFinding(
                    "wrong-filler",
                    statements.name(prop),
                    f"{told} asks for {value}, and it is "
                    f"{'a datatype' if of_data else 'an object'} property.",
                    "Object properties lead to classes and things, datatype properties to data.",
                )


def _qualified(
    statements: Statements, name: str, prop: Node, words: list[str]
) -> Iterator[ProfileFinding]:
    """A count that is qualified says what is counted, and no other does; annotations have none."""
    kinds = statements.kinds(statements.name(prop))
    told = f"The restriction on {statements.name(prop)}"
    by_class, by_data = (
        bool(statements.objects.get((name, OWL + word))) for word in ("onClass", "onDataRange")
    )
    if any("Qualified" in word or word.startswith("qualified") for word in words):
        if by_class == by_data:
            yield ProfileFinding(
                "half-a-restriction",
                statements.name(prop),
                f"{told} does not say {'once ' if by_class else ''}of what it counts.",
                "Add owl:onClass to object properties, owl:onDataRange to datatype properties.",
            )
    elif by_class or by_data:
        yield ProfileFinding(
            "half-a-restriction",
            statements.name(prop),
            f"{told} says of what it counts, and its count is not qualified.",
            "Write owl:maxQualifiedCardinality or another that is qualified.",
        )
    of_data = OWL + "DatatypeProperty" in kinds
    if len(kinds) == 1 and (
        OWL + "AnnotationProperty" in kinds
        or (of_data and (by_class or "hasSelf" in words))
        or (not of_data and by_data)
    ):
        yield ProfileFinding(
            "wrong-filler",
            statements.name(prop),
            f"{told} is of a kind that such a property cannot have.",
            "Restrict object properties by classes, datatype properties by datatypes.",
        )


def _untyped(statements: Statements) -> Iterator[ProfileFinding]:
    """Expressions that do not say what they are, and such as say nothing else."""
    kinds = {OWL + "Class", OWL + "Restriction", RDFS + "Datatype", OWL + "DataRange"}
    parts = {OWL + word for word in ("unionOf", "intersectionOf", "complementOf", "oneOf")}
    for (name, predicate), values in statements.objects.items():
        if not name.startswith("_:") or predicate not in parts | {OWL + "onProperty"}:
            continue
        wanted = {OWL + "Restriction"} if predicate == OWL + "onProperty" else kinds
        if not statements.types.get(name, set()) & wanted:
            yield ProfileFinding(
                "untyped-expression",
                statements.name(values[0]) if predicate == OWL + "onProperty" else name,
                f"An expression with {statements.short(predicate)} does not say what it is.",
                "Write a owl:Restriction, a owl:Class or a rdfs:Datatype into it.",
            )
    made = parts | {OWL + word for word in ("onProperty", "onDatatype", "datatypeComplementOf")}
    for triple in statements.triples:
        name = statements.name(triple.object)
        if (
            triple.predicate.value in (RDFS + "subClassOf", OWL + "equivalentClass")
            and isinstance(triple.object, BlankNode)
            and not any(statements.objects.get((name, one)) for one in made)
        ):
            yield ProfileFinding(
                "empty-expression",
                statements.name(triple.subject),
                f"{statements.short(triple.predicate.value)} leads to an expression that says "
                "nothing.",
                "Say what is in it, or remove it.",
                triple=triple,
            )


def _mixed(statements: Statements) -> Iterator[ProfileFinding]:
    """Unions and intersections of classes and datatypes at once."""
    for (name, predicate), heads in sorted(statements.objects.items(), key=lambda one: one[0]):
        if predicate not in (OWL + "unionOf", OWL + "intersectionOf"):
            continue
        names = [statements.name(one) for head in heads for one in statements.members(head) or ()]
        of_data = [
            one
            for one in names
            if one in statements.datatypes
            or RDFS + "Datatype" in statements.types.get(one, ())
            or OWL + "DataRange" in statements.types.get(one, ())
        ]
        if of_data and len(of_data) < len(names):
            yield ProfileFinding(
                "mixed-expression",
                name if not name.startswith("_:") else of_data[0],
                f"{statements.short(predicate)} joins classes with the datatype {of_data[0]}.",
                "Join classes with classes, datatypes with datatypes (7.1, 8.1).",
            )


def _is_count(value: Node) -> bool:
    whole = {XSD + "nonNegativeInteger", XSD + "integer", XSD + "int"}
    return isinstance(value, Literal) and value.datatype.value in whole and value.value.isdigit()


def _fits(statements: Statements, word: str, value: Node, *, of_data: bool) -> bool | None:
    """Whether a filler is of the kind that the property leads to; None where nothing tells."""
    if word == "hasValue":
        return isinstance(value, Literal) == of_data
    if isinstance(value, Literal):
        return False
    name = statements.name(value)
    types = statements.types.get(name, set())
    if name in statements.datatypes or types & {RDFS + "Datatype", OWL + "DataRange"}:
        return of_data
    if name.startswith(OWL) or types & {OWL + "Class", OWL + "Restriction"}:
        return not of_data
    return None
