"""Axioms that need several parts: are all parts there, and of the right kind?

OWL 2 Structural Specification (second edition), sections 9 (axioms), 10 (annotations) and 11.2
(nameless individuals hang together like trees); OWL 2 Mapping to RDF Graphs, section 3.2, for what
each is written with.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from typing import Final

from pyoxigraph import BlankNode, Literal, NamedNode

from tenure.reason.owl import OWL, RDF, RDFS, RESERVED
from tenure.reason.report import ProfileFinding
from tenure.reason.statements import Statements

_OBJECT: Final = OWL + "ObjectProperty"
_DATA: Final = OWL + "DatatypeProperty"
_OF_SEVERAL: Final = {
    OWL + "AllDisjointClasses": (OWL + "members",),
    OWL + "AllDisjointProperties": (OWL + "members",),
    OWL + "AllDifferent": (OWL + "members", OWL + "distinctMembers"),
}
_NO_LITERAL: Final = frozenset(
    {RDFS + word for word in ("subClassOf", "subPropertyOf", "domain", "range")}
    | {
        OWL + word
        for word in (
            "allValuesFrom",
            "complementOf",
            "differentFrom",
            "disjointWith",
            "equivalentClass",
            "equivalentProperty",
            "imports",
            "inverseOf",
            "onClass",
            "onProperty",
            "propertyDisjointWith",
            "sameAs",
            "someValuesFrom",
            "versionIRI",
        )
    }
)


def assertion_findings(statements: Statements) -> Iterator[ProfileFinding]:
    """Axioms of which a part is missing, too many, or of the wrong kind."""
    yield from _of_several(statements)
    yield from _keys(statements)
    yield from _negative(statements)
    yield from _circles(statements)
    for triple in statements.triples:
        if triple.predicate.value in _NO_LITERAL and isinstance(triple.object, Literal):
            yield ProfileFinding(
                "literal-in-an-axiom",
                statements.name(triple.subject),
                f"The value of {statements.short(triple.predicate.value)} is {triple.object}, a "
                "literal.",
                "Give the IRI of what is meant.",
                triple=triple,
            )
    for name, types in sorted(statements.types.items()):
        if OWL + "Axiom" in types:
            parts = ("annotatedSource", "annotatedProperty", "annotatedTarget")
            lacking = [part for part in parts if not statements.objects.get((name, OWL + part))]
            if lacking:
                yield ProfileFinding(
                    "half-an-annotation",
                    name,
                    f"An annotation of an axiom lacks {' and '.join(lacking)}.",
                    "Name the source, the property and the target of the axiom (10.2).",
                )
        if OWL + "FunctionalProperty" in types and statements.kinds(name) == {
            OWL + "AnnotationProperty"
        }:
            yield ProfileFinding(
                "functional-annotation",
                name,
                f"{name} is an annotation property and functional.",
                "Annotations mean nothing to a reasoner; declare a datatype or object property.",
            )


def _of_several(statements: Statements) -> Iterator[ProfileFinding]:
    heads = [
        (name, predicate)
        for name, types in statements.types.items()
        for kind in sorted(types & _OF_SEVERAL.keys())
        for predicate in _OF_SEVERAL[kind]
        if statements.objects.get((name, predicate))
    ]
    heads += [key for key in statements.objects if key[1] == OWL + "disjointUnionOf"]
    for name, predicate in heads:
        for head in statements.objects[name, predicate]:
            members = statements.members(head) if not isinstance(head, Literal) else None
            if members is not None and len(members) < 2:
                yield ProfileFinding(
                    "too-few-members",
                    name if not name.startswith("_:") or not members else _first(statements, head),
                    f"{statements.short(predicate)} lists {len(members)}, too few to differ.",
                    "List two or more (9.1, 9.2, 9.6).",
                )
    for name, types in statements.types.items():
        for kind in sorted(types & _OF_SEVERAL.keys()):
            if not any(statements.objects.get((name, one)) for one in _OF_SEVERAL[kind]):
                yield ProfileFinding(
                    "too-few-members",
                    name,
                    f"An axiom of {statements.short(kind)} lists nothing.",
                    "Add owl:members and a list of two or more.",
                )


def _first(statements: Statements, head: object) -> str:
    assert isinstance(head, NamedNode | BlankNode)
    return statements.name((statements.members(head) or [head])[0])


def _keys(statements: Statements) -> Iterator[ProfileFinding]:
    for name, head in statements.pairs(OWL + "hasKey"):
        node = BlankNode(head[2:]) if head.startswith("_:") else NamedNode(head)
        members = statements.members(node)
        if members is None:
            continue  # a broken list, told elsewhere
        wrong = [
            statements.name(one)
            for one in members
            if not statements.kinds(statements.name(one)) & {_OBJECT, _DATA}
        ]
        if wrong or not members:
            yield ProfileFinding(
                "wrong-key",
                name,
                f"The key of {name} is {', '.join(wrong) or 'nothing'}.",
                "List object and datatype properties (9.5).",
            )


def _negative(statements: Statements) -> Iterator[ProfileFinding]:
    for name, types in sorted(statements.types.items()):
        if OWL + "NegativePropertyAssertion" not in types:
            continue
        properties = statements.objects.get((name, OWL + "assertionProperty"), [])
        told = statements.name(properties[0]) if len(properties) == 1 else ""
        of_data = _DATA in statements.kinds(told)
        target = "targetValue" if of_data else "targetIndividual"
        other = "targetIndividual" if of_data else "targetValue"
        lacking = [
            part
            for part in ("sourceIndividual", "assertionProperty", target)
            if len(statements.objects.get((name, OWL + part), ())) != 1
        ]
        if lacking or statements.objects.get((name, OWL + other)):
            yield ProfileFinding(
                "half-an-assertion",
                told or name,
                "What is said not to be lacks one "
                f"{' and one '.join(lacking) or target + ' in the place of ' + other}.",
                "Name the source, the property, and the target: targetIndividual of object "
                "properties, targetValue of datatype properties (9.6.5).",
            )


def _circles(statements: Statements) -> Iterator[ProfileFinding]:
    """Nameless individuals that lead back to themselves."""
    edges: dict[str, set[str]] = defaultdict(set)
    # By predicate, for labels of nodes are no order: the same file names the same property.
    for triple in sorted(statements.triples, key=lambda one: one.predicate.value):
        if (
            isinstance(triple.subject, BlankNode)
            and isinstance(triple.object, BlankNode)
            and not triple.predicate.value.startswith((*RESERVED, RDF))
        ):
            one, other = statements.name(triple.subject), statements.name(triple.object)
            again = one == other or other in edges[one] or _joined(edges, one, other)
            edges[one].add(other)
            edges[other].add(one)
            if again:
                yield ProfileFinding(
                    "circle-of-nameless-individuals",
                    triple.predicate.value,
                    f"Individuals without IRIs are joined by {triple.predicate.value} in a circle.",
                    "Give one of them an IRI (11.2).",
                )


def _joined(edges: dict[str, set[str]], one: str, other: str) -> bool:
    """Whether a way leads from one node to the other."""
    todo, seen = list(edges[one]), {one}
    while todo:
        node = todo.pop()
        if node == other:
            return True
        if node not in seen:
            seen.add(node)
            todo += edges[node]
    return False
