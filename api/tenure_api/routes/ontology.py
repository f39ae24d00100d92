"""``/ontology`` and ``/vocabulary``: the terms, for Protégé and for people.

Both namespaces end in ``#``, so the addresses of their documents are the IRIs of all their terms
without the fragment; the page has one anchor a term. What a page shows is read by
:mod:`tenure.reference`, which also writes it to files.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cache
from typing import TYPE_CHECKING, Annotated, Any, Final
from urllib.parse import quote

from fastapi import APIRouter, Request
from fastapi import Path as PathParameter
from pyoxigraph import Literal, NamedNode, Triple
from starlette.responses import FileResponse, HTMLResponse, Response

from tenure.errors import NotFound
from tenure.reference import PAGES, TEMPLATES, Question, read_reference, rules_in_words
from tenure.resources import data_dir
from tenure.store import read_file
from tenure.store.answers import Triples
from tenure.store.formats import media_types
from tenure.terms import TN_PREFIX, TNV_PREFIX
from tenure_api.http import answers
from tenure_api.http.answers import GRAPHS, VARY
from tenure_api.http.negotiation import HTML, choose
from tenure_api.http.parameters import format_parameter, responses

if TYPE_CHECKING:
    from tenure_api.service import Service

_VERSION: Final = NamedNode("http://www.w3.org/2002/07/owl#versionInfo")
_OTHER: Final = {
    TN_PREFIX: ("/vocabulary", "the vocabularies"),
    TNV_PREFIX: ("/ontology", "the ontology"),
}


def router(service: Service) -> APIRouter:
    """The routes of the ontology's documents."""
    api = APIRouter(tags=["Documents"])
    media = [*media_types(GRAPHS), HTML]
    shared: dict[str, Any] = {
        "response_class": Response,
        "responses": responses("The terms.", media),
        "openapi_extra": {
            "parameters": [format_parameter([*(form.name for form in GRAPHS), "html"])]
        },
    }

    @cache  # read when the first page is asked for, then kept as long as the service
    def rules() -> Mapping[str, Sequence[str]]:
        return _rules(service)

    @api.get("/static/terms.css", include_in_schema=False)
    def styles() -> Response:
        # The same as in the pages that are written to files: it comes with what draws the terms.
        return FileResponse(TEMPLATES / "terms.css")

    @api.get("/ontology", operation_id="ontology", summary="The ontology", **shared)
    def ontology(request: Request) -> Response:
        return _answer(request, service, TN_PREFIX, rules)

    @api.get(
        "/ontology/{version}",
        operation_id="ontology_version",
        summary="A version of the ontology",
        **{**shared, "responses": responses("The terms.", media, (404, "Another version."))},
    )
    def ontology_version(
        request: Request,
        version: Annotated[
            str, PathParameter(description="A version, such as 0.1.0.", max_length=80)
        ],
    ) -> Response:
        served = _versions(service)
        if version not in served:
            raise NotFound(
                f"There is no version {version!r} of the ontology here.",
                remedy=f"Served is {', '.join(served) or 'one that states no version'}; "
                "/ontology leads to it.",
            )
        return _answer(request, service, TN_PREFIX, rules)

    @api.get("/vocabulary", operation_id="vocabulary", summary="The vocabularies", **shared)
    def vocabulary(request: Request) -> Response:
        return _answer(request, service, TNV_PREFIX, rules)

    return api


def _answer(request: Request, service: Service, namespace: str, rules: Any) -> Response:
    choice = choose(request, GRAPHS, page=True)
    triples = _ontology(service)
    if choice.form is not None:
        return answers.own_document(service, _of_namespace(triples, namespace), choice)
    shown = next(page for page in PAGES if page.namespace == namespace)
    page = service.pages.render(
        "ontology.html",
        here="/ontology",
        formats=[form.name for form in GRAPHS],
        title=shown.title,
        description=shown.description,
        also=[_OTHER[namespace]],
        reference=read_reference(
            triples,
            namespace,
            rules=rules(),
            questions=_questions(service),
            label=service.links.label,
        ),
    )
    return HTMLResponse(page, headers=VARY)


def _versions(service: Service) -> list[str]:
    """The versions that the ontology states; more than one would be a mistake in it."""
    return [
        one.object.value
        for one in _ontology(service)
        if one.predicate == _VERSION
        and isinstance(one.subject, NamedNode)
        and one.subject.value == TN_PREFIX.rstrip("#")
        and isinstance(one.object, Literal)
    ]


def _ontology(service: Service) -> list[Triple]:
    graph = service.kb.names.graph("ontology")
    answer = service.kb.query(f"CONSTRUCT {{ ?s ?p ?o }} WHERE {{ GRAPH {graph} {{ ?s ?p ?o }} }}")
    assert isinstance(answer, Triples)
    return list(answer)


def _of_namespace(triples: list[Triple], namespace: str) -> list[Triple]:
    """The ontology without what is about the other namespace, and without blank nodes cut off."""
    if namespace == TN_PREFIX:
        return [one for one in triples if not _begins(one.subject, TNV_PREFIX)]
    return [one for one in triples if _begins(one.subject, namespace)]


def _begins(term: object, namespace: str) -> bool:
    return isinstance(term, NamedNode) and term.value.startswith(namespace)


def _rules(service: Service) -> Mapping[str, Sequence[str]]:
    files = sorted((data_dir("ontology") / "shapes").glob("*.ttl"))
    triples = (quad.triple for file in files for quad in read_file(file))
    return rules_in_words(triples, service.links.label)


def _questions(service: Service) -> list[Question]:
    return [
        Question(one.name, one.title, one.text, f"/queries/{quote(one.name, safe='')}")
        for one in service.catalog.values()
    ]
