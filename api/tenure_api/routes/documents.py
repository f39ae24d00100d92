"""``/id`` → ``/doc``, ``/claim`` and ``/source``: a document about each thing.

``/id/<slug>`` names the thing itself, so it answers 303 with the address of the document about it
(W3C, "Cool URIs for the Semantic Web", section 4.2). Documents are pages or RDF, as is asked.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Final
from urllib.parse import quote

from fastapi import APIRouter, Request
from pyoxigraph import NamedNode
from starlette.responses import HTMLResponse, RedirectResponse, Response

from tenure.claims import Policy
from tenure.errors import NotFound
from tenure.nearest import nearest, remedy_of
from tenure_api.negotiation import QUERY_GRAPHS, VARY
from tenure_api.openapi import described, known_at_parameter, policy_parameter
from tenure_api.pages.documents import claim_page, entity_page, source_page
from tenure_api.pages.rendering import SAFE, Pages
from tenure_api.routes.resource import ReadRequest, Resources
from tenure_api.service import Service

_NAMES: Final = [form.name for form in QUERY_GRAPHS]
_Page = Callable[[Pages, Policy, str, list[str]], str]


def router(service: Service) -> APIRouter:
    """The routes of the documents."""
    resources = Resources(service, "Documents")
    slug = described("slug", "The slug of an entity or a situation.", required=True, place="path")
    number = described("number", "The claim's number in its source.", required=True, place="path")
    source = described("source", "The slug of a source.", required=True, place="path")
    policy = [policy_parameter(), known_at_parameter()]
    add = partial(
        resources.add,
        answer="The document.",
        formats=QUERY_GRAPHS,
        refusals=[(404, "Nothing of that name.")],
    )

    @resources.api.get(
        "/id/{slug:path}",
        operation_id="id",
        summary="The name of a thing: leads to the document about it",
        status_code=303,
        response_class=RedirectResponse,
        openapi_extra={"parameters": [slug]},
    )
    def thing(request: Request) -> Response:
        target = "/doc/" + quote(request.path_params["slug"], safe=SAFE)
        query = f"?{request.url.query}" if request.url.query else ""
        return RedirectResponse(target + query, 303)

    add(
        "/doc/{slug:path}",
        _thing,
        operation_id="doc",
        summary="About a thing",
        parameters=[slug, *policy],
    )
    add(
        "/claim/{source}/{number}",
        _claim,
        operation_id="claim",
        summary="A claim: what it says, on whose word, and what it states",
        parameters=[source, number, *policy],
    )
    add(
        "/source/{source}",
        _source,
        operation_id="source",
        summary="A source and all that it claims",
        parameters=[source, *policy],
    )
    return resources.api


def _thing(asked: ReadRequest) -> Response:
    kb, slug = asked.service.kb, asked.path("slug")
    iri = kb.names.id_prefix + slug
    if not (iri in kb.registry or kb.claims_about(iri) or kb.occurrences([iri])):
        raise NotFound(
            f"Nothing is known of {slug[:200]!r}.",
            where="/doc",
            remedy=remedy_of(kb.registry.nearest(slug), "Nothing has a name like it."),
        )
    return _document(asked, iri, entity_page)


def _claim(asked: ReadRequest) -> Response:
    kb, source, number = asked.service.kb, asked.path("source"), asked.path("number")
    iri = f"{kb.names.claim_prefix}{source}/{number}"
    if iri not in kb.claims:
        near = kb.nearest_claims(number, kb.names.source_prefix + source)
        raise NotFound(
            f"There is no claim {source[:80]}/{number[:80]}.",
            where="/claim",
            remedy=remedy_of(one.removeprefix("claim/") for one in near),
        )
    return _document(asked, iri, claim_page)


def _source(asked: ReadRequest) -> Response:
    kb, slug = asked.service.kb, asked.path("source")
    iri = kb.names.source_prefix + slug
    if iri not in kb.sources:
        known = [kb.names.short(one).removeprefix("source/") for one in kb.sources]
        raise NotFound(
            f"There is no source {slug[:80]!r}.",
            where="/source",
            remedy=remedy_of(nearest(slug, known)),
        )
    return _document(asked, iri, source_page)


def _document(asked: ReadRequest, iri: str, page: _Page) -> Response:
    if asked.as_page:
        text = page(asked.service.pages, asked.policy, iri, _NAMES)
        return HTMLResponse(text, headers=VARY)
    # A format for one graph gets no statement of a claim, so that none passes for a fact.
    _ = asked.policy  # refused where it is none
    return asked.document(asked.service.kb.describe(NamedNode(iri)))
