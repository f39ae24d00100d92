"""``/id`` → ``/doc``, ``/claim`` and ``/source``: a document about each thing.

``/id/<slug>`` names the thing itself, so it answers 303 with the address of the document about it
(W3C, "Cool URIs for the Semantic Web", section 4.2). Documents are pages or RDF, as is asked.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from fastapi import APIRouter, Request
from pyoxigraph import NamedNode
from starlette.responses import HTMLResponse, RedirectResponse, Response

from tenure.errors import NotFound
from tenure.nearest import nearest, remedy_of
from tenure.store.formats import N_QUADS, TRIG, media_types
from tenure_api.http import answers
from tenure_api.http.answers import GRAPHS, VARY
from tenure_api.http.negotiation import HTML, choose
from tenure_api.http.parameters import (
    FORMAT,
    POLICY,
    described,
    format_parameter,
    known_at_parameter,
    operation,
    policy_parameter,
    read_parameters,
)
from tenure_api.pages.entity import entity_page
from tenure_api.pages.source import claim_page, source_page

if TYPE_CHECKING:
    from tenure_api.service import Service

FORMATS = (*GRAPHS, TRIG, N_QUADS)


def router(service: Service) -> APIRouter:
    """The routes of the documents."""
    api = APIRouter(tags=["Documents"])
    names = service.kb.names

    def shared(*parameters: dict[str, Any]) -> dict[str, Any]:
        common = [policy_parameter(), known_at_parameter(), format_parameter(_format_names())]
        media = [*media_types(FORMATS), HTML]
        refusal = (404, "Nothing of that name.")
        return operation("The document.", media, [*parameters, *common], refusal)

    slug = described("slug", "The slug of an entity or a situation.", required=True, place="path")

    @api.get(
        "/id/{slug:path}",
        operation_id="id",
        summary="The name of a thing: leads to the document about it",
        status_code=303,
        response_class=RedirectResponse,
        openapi_extra={"parameters": [slug]},
    )
    def thing(request: Request) -> Response:
        target = "/doc/" + quote(request.path_params["slug"], safe="/-._~:@!$&'()*+,;=")
        query = f"?{request.url.query}" if request.url.query else ""
        return RedirectResponse(target + query, 303)

    @api.get("/doc/{slug:path}", operation_id="doc", summary="About a thing", **shared(slug))
    def document(request: Request) -> Response:
        iri = names.id_prefix + request.path_params["slug"]
        known = (
            iri in service.kb.registry
            or service.kb.claims_about(iri)
            or service.kb.occurrences([iri])
        )
        if not known:
            raise NotFound(
                f"Nothing is known of {request.path_params['slug'][:200]!r}.",
                where="/doc",
                remedy=_nearest_entity(service, request.path_params["slug"]),
            )
        return _respond(request, service, iri, entity_page)

    number = described("number", "The claim's number in its source.", required=True, place="path")
    source = described("source", "The slug of a source.", required=True, place="path")

    @api.get(
        "/claim/{source}/{number}",
        operation_id="claim",
        summary="A claim: what it says, on whose word, and what it states",
        **shared(source, number),
    )
    def claim(request: Request) -> Response:
        path = request.path_params
        iri = f"{names.claim_prefix}{path['source']}/{path['number']}"
        if iri not in service.kb.claims:
            source = names.source_prefix + path["source"]
            near = service.kb.nearest_claims(path["number"], source)
            raise NotFound(
                f"There is no claim {path['source'][:80]}/{path['number'][:80]}.",
                where="/claim",
                remedy=remedy_of(one.removeprefix("claim/") for one in near),
            )
        return _respond(request, service, iri, claim_page)

    @api.get(
        "/source/{source}",
        operation_id="source",
        summary="A source and all that it claims",
        **shared(source),
    )
    def of_source(request: Request) -> Response:
        iri = names.source_prefix + request.path_params["source"]
        if iri not in service.kb.sources:
            known = [names.short(one).removeprefix("source/") for one in service.kb.sources]
            raise NotFound(
                f"There is no source {request.path_params['source'][:80]!r}.",
                where="/source",
                remedy=remedy_of(nearest(request.path_params["source"], known)),
            )
        return _respond(request, service, iri, source_page)

    return api


def _format_names() -> list[str]:
    return [*(form.name for form in FORMATS), "html"]


def _nearest_entity(service: Service, slug: str) -> str:
    return remedy_of(service.kb.registry.nearest(slug), "Nothing has a name like it.")


def _respond(request: Request, service: Service, iri: str, page: Any) -> Response:
    choice = choose(request, FORMATS, page=True)
    values = read_parameters(request, (POLICY, FORMAT), service.limits)
    policy = service.kb.policy(values.get(POLICY))
    if choice.form is None:
        text = page(service, policy, iri, formats=_format_names()[:-1])
        return HTMLResponse(text, headers=VARY)
    # A format for one graph gets no statement of a claim, so that none passes for a fact.
    return answers.own_document(service, service.kb.describe(NamedNode(iri)), choice)
