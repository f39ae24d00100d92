"""``/ontology`` and ``/vocabulary``: the terms, for Protégé and for people.

Both namespaces end in ``#``, so the addresses of their documents are the IRIs of all their terms
without the fragment; the page has one anchor a term.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from fastapi import APIRouter, Request
from pyoxigraph import NamedNode, Triple
from starlette.responses import HTMLResponse, Response

from tenure.store.answers import Triples
from tenure.store.formats import media_types
from tenure.terms import (
    RDF_TYPE,
    RDFS_LABEL,
    RDFS_SUBCLASS,
    RDFS_SUBPROPERTY,
    SKOS_DEFINITION,
    SKOS_PREF_LABEL,
    TN,
    TN_PREFIX,
    TNV_PREFIX,
    local_name,
)
from tenure_api import answers
from tenure_api.answers import GRAPHS, VARY
from tenure_api.negotiation import HTML, choose
from tenure_api.parameters import format_parameter, responses

if TYPE_CHECKING:
    from tenure_api.service import Service

_SKOS: Final = "http://www.w3.org/2004/02/skos/core#"
_RDFS: Final = "http://www.w3.org/2000/01/rdf-schema#"
_EXAMPLE: Final = NamedNode(_SKOS + "example")
_LINKS: Final = (
    ("kind of", RDFS_SUBCLASS),
    ("kind of", RDFS_SUBPROPERTY),
    ("broader", NamedNode(_SKOS + "broader")),
    ("in", NamedNode(_SKOS + "inScheme")),
    ("from", NamedNode(_RDFS + "domain")),
    ("to", NamedNode(_RDFS + "range")),
    ("subject role", TN("subjectRole")),
    ("object role", TN("objectRole")),
    ("flattens to", TN("flattensTo")),
    ("axiom", TN("hasAxiom")),
)


@dataclass(frozen=True, slots=True)
class TermEntry:
    """A term as the page shows it."""

    name: str
    label: str
    definition: str
    examples: list[str]
    links: list[tuple[str, list[str]]]


def router(service: Service) -> APIRouter:
    """The routes of the ontology's documents."""
    api = APIRouter(tags=["Documents"])
    shared: dict[str, Any] = {
        "response_class": Response,
        "responses": responses("The terms.", [*media_types(GRAPHS), HTML]),
        "openapi_extra": {
            "parameters": [format_parameter([*(form.name for form in GRAPHS), "html"])]
        },
    }

    @api.get("/ontology", operation_id="ontology", summary="The ontology", **shared)
    def ontology(request: Request) -> Response:
        return _answer(
            request,
            service,
            TN_PREFIX,
            title="The Tenure ontology",
            description="Claims, evidence, situations, events, and what time makes of them.",
            also=[("/vocabulary", "the vocabularies")],
        )

    @api.get("/vocabulary", operation_id="vocabulary", summary="The vocabularies", **shared)
    def vocabulary(request: Request) -> Response:
        return _answer(
            request,
            service,
            TNV_PREFIX,
            title="The Tenure vocabularies",
            description="Closed lists of concepts: modalities, ranks, tenses, stances and more.",
            also=[("/ontology", "the ontology")],
        )

    return api


def _answer(request: Request, service: Service, namespace: str, **shown: Any) -> Response:
    choice = choose(request, GRAPHS, page=True)
    triples = _triples(service, namespace)
    if choice.form is not None:
        return answers.own_document(service, triples, choice)
    page = service.pages.render(
        "ontology.html",
        here="/ontology",
        namespace=namespace,
        formats=[form.name for form in GRAPHS],
        groups=_groups(service, triples, namespace),
        **shown,
    )
    return HTMLResponse(page, headers=VARY)


def _triples(service: Service, namespace: str) -> list[Triple]:
    """The ontology without what is about the other namespace, and without blank nodes cut off."""
    other = TNV_PREFIX if namespace == TN_PREFIX else TN_PREFIX
    graph = service.kb.names.graph("ontology")
    answer = service.kb.query(f"CONSTRUCT {{ ?s ?p ?o }} WHERE {{ GRAPH {graph} {{ ?s ?p ?o }} }}")
    assert isinstance(answer, Triples)
    found = list(answer)
    if namespace == TN_PREFIX:
        return [one for one in found if not _begins(one.subject, other)]
    return [one for one in found if _begins(one.subject, namespace)]


def _begins(term: object, namespace: str) -> bool:
    return isinstance(term, NamedNode) and term.value.startswith(namespace)


def _groups(
    service: Service, triples: list[Triple], namespace: str
) -> list[tuple[str, list[TermEntry]]]:
    about: dict[str, dict[NamedNode, list[Any]]] = defaultdict(lambda: defaultdict(list))
    for one in triples:
        if isinstance(one.subject, NamedNode) and one.subject.value.startswith(namespace):
            about[one.subject.value][one.predicate].append(one.object)
    groups: dict[str, list[TermEntry]] = defaultdict(list)
    for iri, told in about.items():
        groups[_group(service, told)].append(_entry(iri, told))
    return [
        (name, sorted(entries, key=lambda entry: entry.name.lower()))
        for name, entries in sorted(groups.items())
    ]


def _group(service: Service, told: dict[NamedNode, list[Any]]) -> str:
    """The heading: the class of a term, of two the more telling one; the scheme of a concept."""
    for scheme in told.get(NamedNode(_SKOS + "inScheme"), ()):
        return service.links.label(scheme.value)
    types = sorted(t.value for t in told.get(RDF_TYPE, ()) if isinstance(t, NamedNode))
    own = [t for t in types if t.startswith(TN_PREFIX)]
    if own:
        return service.links.label(own[0]).capitalize()
    return _HEADINGS.get(local_name(types[0]) if types else "", "Other terms")


_HEADINGS: Final = {
    "AnnotationProperty": "Properties that speak to the engine",
    "Class": "Classes",
    "ConceptScheme": "Vocabularies",
    "DatatypeProperty": "Properties with values",
    "ObjectProperty": "Properties between things",
}


def _entry(iri: str, told: dict[NamedNode, list[Any]]) -> TermEntry:
    def first(*properties: NamedNode) -> str:
        values = [term.value for one in properties for term in told.get(one, ())]
        return values[0] if values else ""

    links: dict[str, list[str]] = defaultdict(list)
    for name, predicate in _LINKS:
        for term in told.get(predicate, ()):
            if isinstance(term, NamedNode):
                links[name].append(term.value)
    return TermEntry(
        local_name(iri),
        first(RDFS_LABEL, SKOS_PREF_LABEL) or local_name(iri),
        first(SKOS_DEFINITION),
        [term.value for term in told.get(_EXAMPLE, ())],
        list(links.items()),
    )
