"""Property chains: are they regular, and is what they imply used only where that is allowed?

OWL 2 Structural Specification (second edition), section 11.2, for the restrictions on the property
hierarchy and on simple properties; Horrocks, Kutz and Sattler, "The Even More Irresistible SROIQ"
(KR 2006), section 2.1, for why: without them reasoning is undecidable.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator

from pyoxigraph import NamedNode

from tenure.reason.owl import OWL, RDFS
from tenure.reason.report import ProfileFinding
from tenure.reason.statements import Node, Statements

_NEED_SIMPLE = (
    "FunctionalProperty",
    "InverseFunctionalProperty",
    "IrreflexiveProperty",
    "AsymmetricProperty",
)
_CARDINALITIES = (
    "cardinality",
    "maxCardinality",
    "maxQualifiedCardinality",
    "minCardinality",
    "minQualifiedCardinality",
    "qualifiedCardinality",
    "hasSelf",
)


def chain_findings(statements: Statements) -> Iterator[ProfileFinding]:
    """Chains are lists of two object properties or more, and a strict order over them exists."""
    for implied, head in _chains(statements):
        members = statements.members(head)
        if members is None or len(members) < 2:
            yield ProfileFinding(
                "broken-chain",
                implied,
                f"The property chain of {implied} is no list of two or more.",
                "Write owl:propertyChainAxiom ( first second ).",
            )
            continue
        for member in [*members, NamedNode(implied)]:
            name = statements.name(member)
            if isinstance(member, NamedNode) and OWL + "ObjectProperty" not in statements.kinds(
                name
            ):
                yield ProfileFinding(
                    "chain-of-no-object-property",
                    implied,
                    f"The property chain of {implied} has {name} in it, no object property.",
                    "Chains are made of object properties.",
                )
    yield from _irregular(statements)


def restricted_findings(statements: Statements) -> Iterator[ProfileFinding]:
    """What a chain or transitivity implies is not counted, functional, irreflexive or disjoint."""
    simple_no_more = _composite(statements)
    for iri in sorted(simple_no_more):
        types = statements.types.get(iri, set())
        for name in _NEED_SIMPLE:
            if OWL + name in types:
                yield _not_simple(iri, f"is an owl:{name}")
        if statements.objects.get((iri, OWL + "propertyDisjointWith")):
            yield _not_simple(iri, "is in owl:propertyDisjointWith")
    for _, other in statements.pairs(OWL + "propertyDisjointWith"):
        if other in simple_no_more:
            yield _not_simple(other, "is in owl:propertyDisjointWith")
    for name in _disjoint_together(statements) & simple_no_more:
        yield _not_simple(name, "is in owl:AllDisjointProperties")
    for restriction, prop in statements.pairs(OWL + "onProperty"):
        for name in _CARDINALITIES:
            if prop in simple_no_more and statements.objects.get((restriction, OWL + name)):
                yield _not_simple(prop, f"is restricted with owl:{name}")


def _disjoint_together(statements: Statements) -> set[str]:
    return {
        statements.name(member)
        for name, types in statements.types.items()
        if OWL + "AllDisjointProperties" in types
        for head in statements.objects.get((name, OWL + "members"), ())
        for member in statements.members(head) or ()
    }


def _not_simple(iri: str, how: str) -> ProfileFinding:
    return ProfileFinding(
        "property-not-simple",
        iri,
        f"{iri} follows from a chain or from transitivity, and {how}.",
        "Restrict a property below it that no chain implies, or remove the restriction.",
    )


def _chains(statements: Statements) -> Iterator[tuple[str, Node]]:
    for triple in statements.triples:
        if triple.predicate.value == OWL + "propertyChainAxiom":
            yield statements.name(triple.subject), triple.object


def _irregular(statements: Statements) -> Iterator[ProfileFinding]:
    """Properties that would have to come before themselves in every order.

    A property and its inverse have one place in the order (condition 1), so each group of them is
    one node; what stands below may not be implied from above (condition 2).
    """
    group = _groups(statements)
    below: dict[str, set[str]] = defaultdict(set)
    for sub, sup in statements.pairs(RDFS + "subPropertyOf"):
        below[group(sub)].add(group(sup))
    before: dict[str, set[str]] = defaultdict(set)
    for implied, head in _chains(statements):
        names = [statements.name(one) for one in statements.members(head) or []]
        if names == [implied, implied]:
            continue  # transitivity
        if names and names[0] == implied:
            names = names[1:]
        elif names and names[-1] == implied:
            names = names[:-1]
        for name in names:
            before[group(name)].add(group(implied))
    for one in sorted(before):
        for other in sorted(_reach(before, one)):
            if other == one or one in _reach(below, other):
                yield ProfileFinding(
                    "irregular-chains",
                    one,
                    f"{one} is part of a chain that implies {other}, which in turn implies it.",
                    "Break the circle: give what is implied a property of its own.",
                )


def _groups(statements: Statements) -> _Groups:
    groups = _Groups()
    for name in ("inverseOf", "equivalentProperty"):
        for one, other in statements.pairs(OWL + name):
            groups.join(one, other)
    return groups


class _Groups:
    """Names that stand for one another; the least name of a group stands for it."""

    def __init__(self) -> None:
        self._leader: dict[str, str] = {}

    def __call__(self, name: str) -> str:
        while name in self._leader:
            name = self._leader[name]
        return name

    def join(self, one: str, other: str) -> None:
        first, second = sorted((self(one), self(other)))
        if first != second:
            self._leader[second] = first


def _composite(statements: Statements) -> set[str]:
    """Properties that a chain or transitivity implies, those above them, and their inverses."""
    todo = [implied for implied, _ in _chains(statements)]
    todo += [iri for iri, types in statements.types.items() if OWL + "TransitiveProperty" in types]
    leads: dict[str, set[str]] = defaultdict(set)
    for sub, sup in statements.pairs(RDFS + "subPropertyOf"):
        leads[sub].add(sup)
    for name in ("inverseOf", "equivalentProperty"):
        for one, other in statements.pairs(OWL + name):
            leads[one].add(other)
            leads[other].add(one)
    found = set(todo)
    for start in todo:
        found |= _reach(leads, start)
    return found


def _reach(edges: dict[str, set[str]], start: str) -> set[str]:
    found: set[str] = set()
    todo = list(edges.get(start, ()))
    while todo:
        node = todo.pop()
        if node not in found:
            found.add(node)
            todo += edges.get(node, ())
    return found
