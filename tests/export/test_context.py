from __future__ import annotations

from collections import defaultdict
from pathlib import Path
from typing import Any

import pytest
from pyoxigraph import NamedNode

from tenure.export import context
from tenure.export.documents import expanded, needed
from tenure.namespaces import PREFIXES, TN_PREFIX, TNV_PREFIX, Names
from tenure.store import read_file

ONTOLOGY = Path(__file__).resolve().parents[2] / "ontology"
RDF_TYPE, RDFS_RANGE = PREFIXES["rdf"] + "type", PREFIXES["rdfs"] + "range"
PROPERTIES = {f"{PREFIXES['owl']}{kind}Property" for kind in ("Object", "Datatype", "Annotation")}


class Declared:
    """What ``ontology/*.ttl`` says of each term."""

    def __init__(self) -> None:
        self.types: dict[str, set[str]] = defaultdict(set)
        self.ranges: dict[str, str] = {}
        self.listed: set[str] = set()
        for file in sorted(ONTOLOGY.glob("*.ttl")):
            for quad in read_file(file):
                if not isinstance(quad.subject, NamedNode):
                    continue
                term, predicate, value = quad.subject.value, quad.predicate.value, quad.object
                if not isinstance(value, NamedNode):
                    continue
                if predicate == RDF_TYPE:
                    self.types[term].add(value.value)
                elif predicate == RDFS_RANGE:
                    self.ranges[term] = value.value
                elif predicate == TN_PREFIX + "valuesOf":
                    self.listed.add(value.value)

    def of(self, *kinds: str) -> list[str]:
        """Our own terms of those kinds."""
        return sorted(
            iri
            for iri, types in self.types.items()
            if iri.startswith((TN_PREFIX, TNV_PREFIX)) and types.intersection(kinds)
        )


DECLARED = Declared()
CONTEXT = context()
TERMS = DECLARED.of(*{kind for types in DECLARED.types.values() for kind in types})
KINDS_OF_THE_ENGINE = {
    f"{TN_PREFIX}{name}" for name in ("TemporalAxiom", "PointRole", "HoldingTime")
}


def definition(iri: str) -> dict[str, Any]:
    found = CONTEXT[iri.rpartition("#")[2]]
    return found if isinstance(found, dict) else {"@id": found}


def full(name: str) -> str:
    prefix, _, local = name.partition(":")
    return f"{CONTEXT[prefix]}{local}"


@pytest.mark.parametrize("iri", TERMS)
def test_every_term_of_the_ontology_has_its_local_name(iri: str) -> None:
    assert expanded(CONTEXT, iri.rpartition("#")[2]) == iri


def test_no_short_name_stands_for_a_term_that_is_not_there() -> None:
    ours = {expanded(CONTEXT, name) for name in CONTEXT}
    gone = {iri for iri in ours if iri and iri.startswith((TN_PREFIX, TNV_PREFIX))} - set(TERMS)
    assert gone <= {TN_PREFIX, TNV_PREFIX}


@pytest.mark.parametrize("iri", DECLARED.of(PREFIXES["owl"] + "DatatypeProperty"))
def test_values_have_the_datatype_of_the_range(iri: str) -> None:
    said = definition(iri)
    datatype = DECLARED.ranges.get(iri)
    if datatype == PREFIXES["rdf"] + "PlainLiteral":  # words in some language
        assert said.get("@container") == "@language"
    elif datatype == PREFIXES["rdfs"] + "Literal":  # a bound: xsd:date is no datatype of OWL 2
        assert full(said["@type"]) == PREFIXES["xsd"] + "date"
    elif datatype == PREFIXES["xsd"] + "string":
        assert said.keys() == {"@id"}  # a plain string of JSON is one
    else:
        assert full(said["@type"]) == datatype


@pytest.mark.parametrize("iri", DECLARED.of(PREFIXES["owl"] + "ObjectProperty"))
def test_values_are_things_or_names_of_terms_as_the_range_says(iri: str) -> None:
    of_terms = iri in DECLARED.listed or DECLARED.ranges.get(iri) in KINDS_OF_THE_ENGINE
    assert definition(iri)["@type"] == ("@vocab" if of_terms else "@id")


@pytest.mark.parametrize("iri", DECLARED.of(PREFIXES["owl"] + "AnnotationProperty"))
def test_annotations_that_name_terms_take_their_short_names(iri: str) -> None:
    # A kind of disagreement; a sentence; values of whatever kind.
    words = iri.endswith(("#disagreesAs", "#advice", "#takes", "#gives"))
    assert definition(iri).get("@type") == (None if words else "@vocab")


@pytest.mark.parametrize("iri", DECLARED.of(PREFIXES["owl"] + "Class"))
def test_a_class_is_a_plain_name(iri: str) -> None:
    assert definition(iri).keys() == {"@id"}


def test_no_prefix_is_also_a_property_or_class() -> None:
    prefixes = {name for name, value in CONTEXT.items() if str(value).endswith(("#", "/"))}
    local_names = {iri.rpartition("#")[2] for iri in TERMS}
    assert prefixes.isdisjoint(local_names)


def test_our_own_things_follow_the_base_and_the_ontology_does_not() -> None:
    moved = context(Names("https://example.org/kb/"))
    assert moved["entities"] == "https://example.org/kb/id/"
    assert moved["sources"] == "https://example.org/kb/source/"
    assert moved["tn"] == TN_PREFIX
    assert moved.keys() == CONTEXT.keys()


def test_a_document_gets_only_the_names_it_needs_and_what_they_rest_on() -> None:
    iris = {f"{TN_PREFIX}start", Names().entity_iri("person/someone")}
    assert needed(CONTEXT, iris).keys() == {
        "@version",
        "id",
        "type",
        "edtf",
        "entities",
        "start",
        "tn",
    }
