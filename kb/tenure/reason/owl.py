"""The words of OWL 2 that the reasoners are asked in, and the datatypes that they know."""

from __future__ import annotations

from typing import Final, TypeAlias

from pyoxigraph import BlankNode, Literal, NamedNode, Triple

Node: TypeAlias = NamedNode | BlankNode | Literal | Triple

OWL: Final = "http://www.w3.org/2002/07/owl#"
RDF: Final = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"
RDFS: Final = "http://www.w3.org/2000/01/rdf-schema#"
XSD: Final = "http://www.w3.org/2001/XMLSchema#"
RESERVED: Final = (OWL, RDF, RDFS, XSD)


def _names(space: str, words: str) -> frozenset[str]:
    return frozenset(space + word for word in words.split())


# OWL 2 Structural Specification (second edition), section 4: the datatype map.
DATATYPES: Final = (
    _names(
        XSD,
        """
        anyURI base64Binary boolean byte dateTime dateTimeStamp decimal double float hexBinary int
        integer language long Name NCName negativeInteger NMTOKEN nonNegativeInteger
        nonPositiveInteger normalizedString positiveInteger short string token unsignedByte
        unsignedInt unsignedLong unsignedShort
        """,
    )
    | _names(OWL, "rational real")
    | _names(RDF, "langString PlainLiteral XMLLiteral")
    | _names(RDFS, "Literal")
)

PROPERTY_KINDS: Final = tuple(
    OWL + kind for kind in ("ObjectProperty", "DatatypeProperty", "AnnotationProperty")
)
