"""Datatypes made of others, and values: are they such as OWL 2 knows?

OWL 2 Structural Specification (second edition), sections 4 (datatypes and the facets that narrow
them), 7 (data ranges), 5.7 (literals) and 11.2 (definitions of datatypes go round in no circle).
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator
from typing import Final

from pyoxigraph import BlankNode, Literal, NamedNode

from tenure.reason.owl import DATATYPES, OWL, RDF, RDFS, XSD
from tenure.reason.report import ProfileFinding
from tenure.reason.statements import Node, Statements

_BOUNDS: Final = frozenset(
    XSD + word for word in ("minInclusive", "maxInclusive", "minExclusive", "maxExclusive")
)
_LENGTHS: Final = frozenset(XSD + word for word in ("length", "minLength", "maxLength"))
_PATTERNS: Final = frozenset({XSD + "pattern", RDF + "langRange"})
_BYTES: Final = frozenset(XSD + word for word in ("hexBinary", "base64Binary"))
_TEXTS: Final = frozenset({RDF + "PlainLiteral", RDF + "langString"}) | {
    XSD + word
    for word in (
        "anyURI",
        "language",
        "Name",
        "NCName",
        "NMTOKEN",
        "normalizedString",
        "string",
        "token",
    )
}
_NO_FACETS: Final = frozenset({XSD + "boolean", RDF + "XMLLiteral", RDFS + "Literal"})
_INTEGERS: Final = {
    "integer": (None, None),
    "nonNegativeInteger": (0, None),
    "positiveInteger": (1, None),
    "nonPositiveInteger": (None, 0),
    "negativeInteger": (None, -1),
    "long": (-(2**63), 2**63 - 1),
    "int": (-(2**31), 2**31 - 1),
    "short": (-(2**15), 2**15 - 1),
    "byte": (-128, 127),
    "unsignedLong": (0, 2**64 - 1),
    "unsignedInt": (0, 2**32 - 1),
    "unsignedShort": (0, 2**16 - 1),
    "unsignedByte": (0, 255),
}
_TIME: Final = (
    r"-?\d{4,}-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])T([01]\d|2[0-3]):[0-5]\d:[0-5]\d(\.\d+)?"
)
_ZONE: Final = r"(Z|[+-]\d\d:\d\d)"
_FORMS: Final = {
    "boolean": "true|false|0|1",
    "decimal": r"[+-]?(\d+(\.\d*)?|\.\d+)",
    "double": r"[+-]?(\d+(\.\d*)?|\.\d+)([eE][+-]?\d+)?|[+-]?INF|NaN",
    "float": r"[+-]?(\d+(\.\d*)?|\.\d+)([eE][+-]?\d+)?|[+-]?INF|NaN",
    "dateTime": f"{_TIME}{_ZONE}?",
    "dateTimeStamp": f"{_TIME}{_ZONE}",
    "hexBinary": "([0-9a-fA-F]{2})*",
}


def data_range_findings(statements: Statements) -> Iterator[ProfileFinding]:
    """Datatypes that are narrowed, listed or joined otherwise than OWL 2 allows, and bad values."""
    for triple in statements.triples:
        name = statements.name(triple.subject)
        if triple.predicate.value == OWL + "onDatatype":
            yield from _narrowed(statements, name, triple.object)
        if isinstance(triple.object, Literal) and not _is_value(triple.object):
            yield ProfileFinding(
                "malformed-value",
                name,
                f'"{triple.object.value}" is no {statements.short(triple.object.datatype.value)}.',
                "Write a value of that datatype, or name the datatype that it is of (5.7).",
                triple=triple,
            )
        if triple.predicate.value == OWL + "oneOf" and _is_datatype(statements, name):
            for member in statements.members(triple.object) or ():
                if not isinstance(member, Literal):
                    yield ProfileFinding(
                        "wrong-member-of-a-datatype",
                        statements.name(member),
                        f"{statements.name(member)} is in the list of values of a datatype.",
                        "List literals; things are listed in an owl:Class (7.4).",
                    )
    yield from _circular(statements)


def _narrowed(statements: Statements, name: str, base: Node) -> Iterator[ProfileFinding]:
    told = statements.name(base)
    if told not in DATATYPES:
        yield ProfileFinding(
            "wrong-base-of-a-datatype",
            told,
            f"{told} is narrowed by facets, and is no datatype of OWL 2.",
            "Narrow a datatype of OWL 2, such as xsd:integer (7.5).",
        )
    heads = statements.objects.get((name, OWL + "withRestrictions"), [])
    members = statements.members(heads[0]) if len(heads) == 1 else None
    if not members:
        yield ProfileFinding(
            "half-a-datatype",
            told,
            f"A datatype is said to be made of {told}, and nothing says how it is narrowed.",
            "Add owl:withRestrictions and a list of facets, such as [ xsd:minInclusive 0 ].",
        )
    for member in members or ():
        for facet in sorted(_BOUNDS | _LENGTHS | _PATTERNS):
            values = statements.objects.get((statements.name(member), facet))
            if not values:
                continue
            if told in DATATYPES and facet not in _facets(told):
                yield ProfileFinding(
                    "wrong-facet",
                    told,
                    f"{statements.short(told)} cannot be narrowed by {statements.short(facet)}.",
                    "See section 4 for the facets of each datatype.",
                )
            for value in values:
                if not _is_bound(facet, value):
                    yield ProfileFinding(
                        "wrong-facet",
                        told,
                        f"{statements.short(facet)} {value} does not narrow "
                        f"{statements.short(told)}.",
                        "Give a bound as a value of the datatype, a length as a whole number.",
                    )


def _facets(base: str) -> frozenset[str]:
    """The facets by which a datatype of OWL 2 can be narrowed (4.1 to 4.7)."""
    if base in _NO_FACETS:
        return frozenset()
    if base in _TEXTS:
        return _LENGTHS | _PATTERNS
    return _LENGTHS if base in _BYTES else _BOUNDS


def _is_bound(facet: str, value: Node) -> bool:
    if not isinstance(value, Literal):
        return False
    if facet in _LENGTHS:
        return value.value.isascii() and value.value.isdigit()
    texts = {XSD + "string", RDF + "langString"}
    return (value.datatype.value in texts) == (facet in _PATTERNS)


def _is_value(literal: Literal) -> bool:
    """Whether a literal is one of its datatype, as far as that is one of numbers or times."""
    if not literal.datatype.value.startswith(XSD):
        return True
    name, text = literal.datatype.value.removeprefix(XSD), literal.value.strip()
    if name in _INTEGERS:
        least, most = _INTEGERS[name]
        if not re.fullmatch(r"[+-]?[0-9]+", text):
            return False
        if len(text) > 40:
            return least is None or most is None
        number = int(text)
        return (least is None or number >= least) and (most is None or number <= most)
    return name not in _FORMS or bool(re.fullmatch(_FORMS[name], text, re.ASCII))


def _is_datatype(statements: Statements, name: str) -> bool:
    return bool(statements.types.get(name, set()) & {RDFS + "Datatype", OWL + "DataRange"})


def _circular(statements: Statements) -> Iterator[ProfileFinding]:
    """Datatypes that are defined by themselves."""
    parts: dict[str, set[str]] = defaultdict(set)
    for triple in statements.triples:
        of_owl = triple.predicate.value.startswith((OWL, RDF + "first", RDF + "rest"))
        if of_owl and isinstance(triple.object, NamedNode | BlankNode):
            parts[statements.name(triple.subject)].add(statements.name(triple.object))
    for iri in sorted(statements.types):
        if not _is_datatype(statements, iri) or iri.startswith("_:"):
            continue
        todo, seen = list(parts[iri]), set[str]()
        while todo:
            one = todo.pop()
            if one not in seen:
                seen.add(one)
                todo += parts.get(one, ())
        if iri in seen:
            yield ProfileFinding(
                "circular-datatype",
                iri,
                f"{iri} is defined by itself.",
                "Define it by other datatypes (11.2).",
            )
