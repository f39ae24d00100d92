"""The words of OWL 2 that the checks know, and the datatypes that a reasoner must support."""

from __future__ import annotations

from typing import Final

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

# OWL 2 Mapping to RDF Graphs (second edition), section 3: what may stand in a triple of an
# ontology. All else in these namespaces is a slip of the pen.
PREDICATES: Final = (
    _names(RDF, "first langRange rest type")
    | _names(RDFS, "comment domain isDefinedBy label range seeAlso subClassOf subPropertyOf")
    | _names(
        OWL,
        """
        allValuesFrom annotatedProperty annotatedSource annotatedTarget assertionProperty
        backwardCompatibleWith cardinality complementOf datatypeComplementOf deprecated
        differentFrom disjointUnionOf disjointWith distinctMembers equivalentClass
        equivalentProperty hasKey hasSelf hasValue imports incompatibleWith intersectionOf inverseOf
        maxCardinality maxQualifiedCardinality members minCardinality minQualifiedCardinality
        onClass onDataRange onDatatype oneOf onProperties onProperty priorVersion
        propertyChainAxiom propertyDisjointWith qualifiedCardinality sameAs someValuesFrom
        sourceIndividual targetIndividual targetValue unionOf versionInfo versionIRI
        withRestrictions
        """,
    )
    | _names(
        XSD,
        """
        length maxExclusive maxInclusive maxLength minExclusive minInclusive minLength pattern
        """,
    )
)

TYPES: Final = (
    _names(
        OWL,
        """
        AllDifferent AllDisjointClasses AllDisjointProperties Annotation AnnotationProperty
        AsymmetricProperty Axiom Class DataRange DatatypeProperty DeprecatedClass
        DeprecatedProperty FunctionalProperty InverseFunctionalProperty IrreflexiveProperty
        NamedIndividual NegativePropertyAssertion ObjectProperty Ontology OntologyProperty
        ReflexiveProperty Restriction SymmetricProperty Thing TransitiveProperty
        """,
    )
    | _names(RDF, "List")
    | _names(RDFS, "Datatype")
)

PROPERTY_KINDS: Final = {
    OWL + "ObjectProperty": "object property",
    OWL + "DatatypeProperty": "datatype property",
    OWL + "AnnotationProperty": "annotation property",
}

# Annotation properties that need no declaration (Structural Specification, section 5.5).
BUILT_IN_ANNOTATIONS: Final = _names(RDFS, "comment isDefinedBy label seeAlso") | _names(
    OWL, "backwardCompatibleWith deprecated incompatibleWith priorVersion versionInfo"
)
