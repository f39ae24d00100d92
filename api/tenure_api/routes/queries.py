"""``/queries`` and ``/queries/{name}``: the catalogue, one address and one operation a query.

A new ``.rq`` file in the catalogue gets its address, its OpenAPI operation and its page from
here, without a line of code.
"""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from fastapi import APIRouter, Request
from pyoxigraph import Literal
from starlette.concurrency import run_in_threadpool
from starlette.responses import HTMLResponse, JSONResponse, RedirectResponse, Response

from tenure.catalog import MEDIA_TYPE, of_the_kinds, wanted_classes, why_empty
from tenure.errors import BadParameter, TenureError
from tenure.store.answers import Solutions
from tenure.store.formats import JSON, media_types
from tenure.terms import local_name
from tenure_api.http.answers import ROWS, VARY, in_one_thread
from tenure_api.http.negotiation import HTML, choose, wants_page
from tenure_api.http.parameters import (
    FORMAT,
    POLICY,
    WHY,
    described,
    format_parameter,
    is_asked_why,
    known_at_parameter,
    policy_parameter,
    read_parameters,
    responses,
    why_parameter,
)
from tenure_api.http.problems import TooLong, describe
from tenure_api.pages.grids import EXPLAINED, explained_grid, grid
from tenure_api.routes.asking import Question, answer_to, counting, reasons_for, rows_of

if TYPE_CHECKING:
    from collections.abc import Callable, Coroutine, Mapping

    from tenure.catalog import CatalogQuery, EmptyAnswer, Explained, Parameter
    from tenure.store import Answer
    from tenure_api.pages.grids import Grid
    from tenure_api.service import Service

MOST_SUGGESTED = 2_000
"""Entities that a page offers as suggestions; a larger registry is searched by typing."""

MOST_EXPLAINED = 100
"""Rows that a page explains; reasons take milliseconds each, and pages of room."""

_KINDS = {
    "entity": "An entity: its slug (`office/…`), its IRI, or its exact name.",
    "time": "An EDTF value (`2020-01-03`, `2019-11`), or an event or a source by slug or IRI.",
    "claim": "A claim: `<source>/<number>` or its IRI.",
    "text": "Words.",
    "class": "A class of the ontology, by name.",
}


def router(service: Service) -> APIRouter:
    """The routes of the catalogue."""
    api = APIRouter(tags=["Questions"])

    @api.get(
        "/queries",
        operation_id="queries",
        summary="All questions",
        response_class=Response,
        responses=responses("The catalogue.", ["application/json", HTML]),
        openapi_extra={"parameters": [format_parameter(["json", "html"])]},
    )
    def index(request: Request) -> Response:
        read_parameters(request, [FORMAT], service.limits)
        if wants_page(request):
            page = service.pages.render("queries.html", here="/queries", catalog=service.catalog)
            return HTMLResponse(page, headers=VARY)
        told = [_told(service, query) for query in service.catalog.values()]
        return JSONResponse({"queries": told}, headers=VARY)

    told = responses(
        "The rows.",
        [*media_types(ROWS), HTML],
        (404, "An unknown entity; the nearest are named."),
        (406, "No acceptable format."),
    )
    for query in service.catalog.values():
        api.add_api_route(
            f"/queries/{query.name}",
            _endpoint(service, query),
            methods=["GET"],
            operation_id=query.name,
            summary=query.title,
            description=_description(query),
            response_class=Response,
            responses=told,
            openapi_extra={"parameters": _parameters(query)},
        )

    @api.get("/queries/{name:path}", include_in_schema=False)
    def unknown(name: str) -> Response:
        service.catalog.find(name)
        return RedirectResponse(f"/queries/{name}", 308)

    return api


def _endpoint(
    service: Service, query: CatalogQuery
) -> Callable[[Request], Coroutine[Any, Any, Response]]:
    known = [*(one.name for one in query.parameters), WHY, POLICY, FORMAT]
    required = [one.name for one in query.parameters if one.required]

    async def endpoint(request: Request) -> Response:
        choice = choose(request, ROWS, page=True)
        if choice.form is None:
            return await _page(request, service, query, known, required)
        values = read_parameters(request, known, service.limits)
        values.pop(FORMAT, None)
        why = is_asked_why(values)
        asked = Question(query, values, values.pop(POLICY, None))
        if why:
            if choice.form is not JSON:
                raise BadParameter(
                    "Reasons are given in JSON and on the page.",
                    where=WHY,
                    remedy="Ask with format=json or format=html, or leave out why.",
                )
            made = await reasons_for(request, service, asked, service.limits.rows)
            work = partial(in_one_thread, partial(_explained, service, made))
            return await run_in_threadpool(work)
        return await rows_of(request, service, asked, choice)

    return endpoint


def _explained(service: Service, made: Callable[[], Explained]) -> Response:
    explained = made()
    if explained.more:
        raise TooLong(
            f"The answer has more than {service.limits.rows} rows, too many to explain.",
            where=WHY,
            remedy="Ask for less, or without why.",
        )
    return Response(explained.to_json(), headers=VARY, media_type=MEDIA_TYPE)


async def _page(
    request: Request,
    service: Service,
    query: CatalogQuery,
    known: list[str],
    required: list[str],
) -> Response:
    values: dict[str, str] = {}
    problem: dict[str, Any] | None = None
    make: Callable[[], Grid] | None = None
    why = False
    try:
        values = read_parameters(request, known, service.limits)
        values.pop(FORMAT, None)
        why = is_asked_why(values)
        arguments = {name: value for name, value in values.items() if name != POLICY}
        asked = Question(query, arguments, values.get(POLICY))
        if all(name in arguments for name in required):
            make = await _grid(request, service, asked, why=why)
    except TenureError as error:
        problem = describe(error)
    shown = {
        "query": query,
        "values": values,
        "policy": values.get(POLICY, ""),
        "base_query": urlencode(values) + "&" if values else "",
        "why": why,
        "formats": [form.name for form in ROWS],
    }
    work = partial(_rendered, service, query, shown, make, problem)
    return await run_in_threadpool(partial(in_one_thread, work))


def _rendered(
    service: Service,
    query: CatalogQuery,
    shown: Mapping[str, Any],
    make: Callable[[], Grid] | None,
    problem: dict[str, Any] | None,
) -> Response:
    found = None
    try:
        found = make() if make else None
    except TenureError as error:
        problem = describe(error)
    example = service.examples.of(query)
    page = service.pages.render(
        "query.html",
        here="/queries",
        fields=[_field(service, one, shown["values"], example) for one in query.parameters],
        example=urlencode(example, safe="/:"),
        grid=found,
        problem=problem,
        **shown,
    )
    return HTMLResponse(page, problem["status"] if problem else 200, VARY)


async def _grid(
    request: Request, service: Service, asked: Question, *, why: bool
) -> Callable[[], Grid]:
    """What makes the table, in a thread of its own."""
    if why:
        made = await reasons_for(request, service, asked, MOST_EXPLAINED)
        return partial(_grid_of_reasons, service, asked, made)
    answer = await answer_to(request, service, asked, service.limits.rows)
    return partial(_grid_of_rows, request, service, asked, answer)


def _grid_of_reasons(service: Service, asked: Question, made: Callable[[], Explained]) -> Grid:
    kb, chosen = service.kb, service.kb.policy(asked.policy)
    explained = made()
    told = {claim.iri for row in explained.rows for claim in row.why.claims}
    told |= {c.iri for r in explained.rows for one in r.why.occurrences for c in one.claims}
    world = kb.around(told, chosen)
    suffix, notes = _under(asked), _notes(asked)
    found = explained_grid(explained, kb, world, suffix=suffix, notes=notes)
    return replace(found, query=asked.query.name)


def _grid_of_rows(
    request: Request, service: Service, asked: Question, made: Callable[[], Answer]
) -> Grid:
    answer = made()
    assert isinstance(answer, Solutions)
    found = grid(
        answer.variables,
        answer,
        most=service.limits.rows,
        links=service.links,
        explain_by=EXPLAINED,
        suffix=_under(asked),
        notes=_notes(asked),
    )
    return (
        found
        if found.rows
        else replace(found, nothing=emptiness_of(request, service, asked), query=asked.query.name)
    )


def emptiness_of(request: Request, service: Service, asked: Question) -> EmptyAnswer:
    """What to say of a question that was answered without rows."""
    policy = service.kb.policy(asked.policy)
    count = counting(request, service, asked.query)
    return why_empty(service.kb, asked.query, asked.arguments, policy, count)


def _under(asked: Question) -> str:
    return f"?{urlencode({POLICY: asked.policy})}" if asked.policy else ""


def _notes(asked: Question) -> dict[str, str]:
    return {column.name: column.description for column in asked.query.columns}


def _field(
    service: Service, one: Parameter, values: Mapping[str, str], example: Mapping[str, str]
) -> dict[str, Any]:
    # What a field shows is what was asked; what could be asked is shown as an example only.
    return {
        "name": one.name,
        "type": one.type,
        "required": one.required,
        "description": one.description,
        "value": values.get(one.name, one.default or ""),
        "example": example.get(one.name, ""),
        "choices": _suggestions(service, one),
    }


def _suggestions(service: Service, one: Parameter) -> list[tuple[str, Literal]]:
    """What a field offers: the entities or classes that it takes, with their names."""
    kb = service.kb
    if one.type == "class":
        below = {iri for cls in wanted_classes(one) for iri in kb.schema.subclasses(cls)}
        classes = sorted(below, key=local_name)
        return [(local_name(iri), service.links.named(iri)[0]) for iri in classes]
    if one.type != "entity" or len(kb.registry) > MOST_SUGGESTED:
        return []
    return [(kb.names.short(iri), service.links.named(iri)[0]) for iri in of_the_kinds(kb, one)]


def _told(service: Service, query: CatalogQuery) -> dict[str, Any]:
    return {
        "name": query.name,
        "title": query.title,
        "description": query.description,
        "subject": query.subject,
        "address": f"/queries/{query.name}",
        "parameters": [
            {
                "name": one.name,
                "type": one.type,
                "required": one.required,
                "default": one.default,
                "kinds": list(one.kinds),
                "description": one.description,
            }
            for one in query.parameters
        ],
        "columns": [
            {"name": column.name, "description": column.description} for column in query.columns
        ],
        "example": dict(service.examples.of(query)),
    }


def _description(query: CatalogQuery) -> str:
    columns = "\n".join(f"- `{one.name}`: {one.description}" for one in query.columns)
    return f"{query.description}\n\nColumns:\n\n{columns}" if columns else query.description


def _parameters(query: CatalogQuery) -> list[dict[str, Any]]:
    told = [
        described(
            one.name,
            f"{one.description} {_KINDS.get(one.type, '')}".strip(),
            required=one.required,
            default=one.default,
        )
        for one in query.parameters
    ]
    names = [form.name for form in ROWS] + ["html"]
    common = [why_parameter(), policy_parameter(), known_at_parameter(), format_parameter(names)]
    return [*told, *common]
