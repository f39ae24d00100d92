"""What this service is, in the words of SPARQL 1.1 Service Description.

The graphs that are kept are listed, the largest number of them is bounded. Graphs that are
computed when asked for (days, relations, other policies) are without end, so each family is a
feature with a pattern of its names and an example (VoID, section 4.2 has the term).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from pyoxigraph import BlankNode, Literal, NamedNode, Triple, serialize
from starlette.requests import Request
from starlette.responses import Response

from tenure.namespaces import RDF_TYPE, RDFS_LABEL, XSD_INTEGER
from tenure.store.formats import JSON_LD, N_QUADS, N_TRIPLES, RDF_XML, TRIG, TURTLE
from tenure_api.negotiation import QUERY_GRAPHS, VARY, choose, own_address
from tenure_api.service import Service

MOST_GRAPHS: Final = 1_000
"""Named graphs that a description lists."""

SD: Final = "http://www.w3.org/ns/sparql-service-description#"
FORMATS: Final = "http://www.w3.org/ns/formats/"
_VOID: Final = "http://rdfs.org/ns/void#"
_COMMENT: Final = NamedNode("http://www.w3.org/2000/01/rdf-schema#comment")
_SIMPLE: Final = NamedNode("http://www.w3.org/ns/entailment/Simple")
_RESULTS: Final = (
    "SPARQL_Results_JSON",
    "SPARQL_Results_XML",
    "SPARQL_Results_CSV",
    "SPARQL_Results_TSV",
)

_NAMES: Final = {
    TURTLE: "Turtle",
    N_TRIPLES: "N-Triples",
    JSON_LD: "JSON-LD",
    RDF_XML: "RDF_XML",
    TRIG: "TriG",
    N_QUADS: "N-Quads",
}

_FAMILIES: Final = (
    (
        "days",
        "Days as graphs",
        "The world of a day, an event or a source as triples; also what was only possible.",
        "at/",
        "at/2020-01-02",
    ),
    (
        "days-as-known",
        "Days as they were known",
        "The same, from what had been recorded by an instant.",
        "known/",
        "known/2026-11-24T00:00:00Z/at/2020-01-02",
    ),
    (
        "days-under-a-policy",
        "Days under a policy",
        "The same, from the claims that a policy lets count.",
        "policy/",
        "policy/modalities=all/at/2020-01-02",
    ),
    (
        "temporal-index",
        "The temporal index",
        "What was going on by day, laid out as tn:indexFrom says; tenure pattern writes queries.",
        "graph/temporal-index",
        "graph/temporal-index",
    ),
    (
        "relations",
        "Relations between stretches of time",
        "How the stretches of situations relate to each other.",
        "relations/",
        "",
    ),
)


def describe_service(request: Request, service: Service) -> Response:
    """The description in the format that is wanted.

    Raises what :func:`tenure_api.negotiation.choose` does.
    """
    choice = choose(request, QUERY_GRAPHS)
    assert choice.form is not None
    address = NamedNode(own_address(request, service.kb.names.base) + "/sparql")
    prefixes = {
        "sd": SD,
        "formats": FORMATS,
        "void": _VOID,
        "rdfs": "http://www.w3.org/2000/01/rdf-schema#",
        "xsd": "http://www.w3.org/2001/XMLSchema#",
    }
    triples = list(_triples(service, address))
    body = serialize(triples, format=choice.form.engine, prefixes=prefixes)
    return Response(body or b"", headers=VARY, media_type=choice.media_type)


def _triples(service: Service, address: NamedNode) -> Iterator[Triple]:
    yield Triple(address, RDF_TYPE, _sd("Service"))
    yield Triple(address, _sd("endpoint"), address)
    yield Triple(address, _sd("supportedLanguage"), _sd("SPARQL11Query"))
    if is_writable(service):
        yield Triple(address, _sd("supportedLanguage"), _sd("SPARQL11Update"))
    for name in (*_RESULTS, *_NAMES.values()):
        yield Triple(address, _sd("resultFormat"), NamedNode(FORMATS + name))
    for name in _NAMES.values():
        yield Triple(address, _sd("inputFormat"), NamedNode(FORMATS + name))
    yield Triple(address, _sd("defaultEntailmentRegime"), _SIMPLE)
    yield from _dataset(service, address)
    for name, label, comment, start, example in _FAMILIES:
        feature = NamedNode(f"{address.value}#{name}")
        base = service.kb.names.base
        pattern = f"^{re.escape(base + start)}"
        yield Triple(address, _sd("feature"), feature)
        yield Triple(feature, RDF_TYPE, _sd("Feature"))
        yield Triple(feature, RDFS_LABEL, Literal(label, language="en"))
        yield Triple(feature, _COMMENT, Literal(comment, language="en"))
        yield Triple(feature, NamedNode(_VOID + "uriRegexPattern"), Literal(pattern))
        if example:
            yield Triple(feature, NamedNode(_VOID + "exampleResource"), NamedNode(base + example))


def _dataset(service: Service, address: NamedNode) -> Iterator[Triple]:
    dataset, default = BlankNode(), BlankNode()
    graphs, number = service.kb.some_graphs(MOST_GRAPHS)
    comment = (
        "Without FROM, the default graph is the union of the world under the policy, the "
        "entities, the descriptions of claims and sources, the ontology, and what users have "
        "written without naming a graph. What a claim states lies in the graph of its name."
    )
    yield Triple(address, _sd("defaultDataset"), dataset)
    yield Triple(dataset, RDF_TYPE, _sd("Dataset"))
    yield Triple(dataset, _sd("defaultGraph"), default)
    yield Triple(dataset, NamedNode(_VOID + "documents"), _number(number))
    yield Triple(default, RDF_TYPE, _sd("Graph"))
    yield Triple(default, _COMMENT, Literal(comment, language="en"))
    for graph in graphs:
        named, content = BlankNode(), BlankNode()
        yield Triple(dataset, _sd("namedGraph"), named)
        yield Triple(named, RDF_TYPE, _sd("NamedGraph"))
        yield Triple(named, _sd("name"), graph)
        yield Triple(named, _sd("graph"), content)
        yield Triple(content, RDF_TYPE, _sd("Graph"))


def is_writable(service: Service) -> bool:
    """Whether the service takes changes, from those who may."""
    return service.access.writable


def _number(value: int) -> Literal:
    return Literal(str(value), datatype=XSD_INTEGER)


def _sd(name: str) -> NamedNode:
    return NamedNode(SD + name)
