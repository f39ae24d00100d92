"""``/sparql``: the SPARQL 1.1 Protocol, and a page to try it.

What would make this server fetch something is refused by the knowledge base before any engine
reads it. A query only reads; an update goes to the one writer, and needs a key.
"""

from __future__ import annotations

import re
import secrets
from dataclasses import replace
from typing import TYPE_CHECKING, Final

from fastapi import APIRouter, Request
from starlette.exceptions import HTTPException
from starlette.responses import Response

from tenure.catalog import possible_graphs
from tenure.errors import BadParameter, TenureError
from tenure.store import inspect
from tenure.transactions import UpdateChange
from tenure_api.access.who import READ, client_of, require
from tenure_api.http.answers import EVERY, VARY
from tenure_api.http.entity_tags import is_known, weak_tag
from tenure_api.http.negotiation import choose
from tenure_api.http.problems import describe
from tenure_api.http.sharing import share
from tenure_api.http.streams import Streamed
from tenure_api.operation.logs import note_query
from tenure_api.sparql.answering import Wanted, wanted_by
from tenure_api.sparql.description import describe_service
from tenure_api.sparql.executor import IN_LINES, Answered, first_rows
from tenure_api.sparql.page import page
from tenure_api.sparql.reading import Asked, from_address, from_body
from tenure_api.sparql.told import (
    answers_to_get,
    answers_to_post,
    body_of_post,
    parameters_of_get,
    parameters_of_post,
)
from tenure_api.writing.changes import told, write

if TYPE_CHECKING:
    from collections.abc import Callable

    from tenure.store import Answer, QueryPlan
    from tenure_api.service import Service

ALLOWED: Final = {"Allow": "GET, HEAD, POST, OPTIONS"}

_CHANGES_BY_ITSELF: Final = re.compile(r"NOW|RAND|UUID|\\U")
"""In capitals: what may make a query answer otherwise though nothing was written."""


def router(service: Service) -> APIRouter:
    """The routes of ``/sparql``."""
    api = APIRouter(tags=["SPARQL"])
    # Generations count from the start of this process, so tags must not outlive it.
    instance = secrets.token_hex(8)

    @api.get(
        "/sparql",
        operation_id="sparql",
        summary="Ask in SPARQL",
        description="SELECT, ASK, CONSTRUCT or DESCRIBE. Without a query: a page, or as RDF a "
        "description of this service.",
        response_class=Response,
        responses=answers_to_get(),
        openapi_extra={"parameters": parameters_of_get()},
    )
    async def get(request: Request) -> Response:
        await require(request, service, READ)
        asked = from_address(request, service.limits)
        if asked.query:
            return await _answered(request, service, asked, instance)
        if choose(request, EVERY, page=True, named=asked.form).form is None:
            return Streamed(lambda _: page(service, asked))
        if request.query_params:
            raise _no_query()
        return Streamed(lambda _: describe_service(request, service))

    @api.post(
        "/sparql",
        operation_id="sparql-post",
        summary="Ask in SPARQL with the query in the body, or write with an update",
        description="A query answers as it does with GET. An update (SPARQL 1.1 Update) is one "
        "transaction: it is committed whole, or refused whole.",
        response_class=Response,
        responses=answers_to_post(),
        openapi_extra={"requestBody": body_of_post(), "parameters": parameters_of_post()},
    )
    async def post(request: Request) -> Response:
        asked = await from_body(request, service.limits)
        if asked.update:
            return await _updated(request, service, asked)
        await require(request, service, READ)
        share(request)
        if not asked.query:
            raise _no_query()
        return await _answered(request, service, asked, None)

    @api.api_route("/sparql", methods=["OPTIONS"], include_in_schema=False)
    async def options() -> Response:
        return Response(status_code=204, headers=ALLOWED)

    @api.api_route("/sparql", methods=["PUT", "PATCH", "DELETE"], include_in_schema=False)
    async def others() -> Response:
        raise HTTPException(405, headers=ALLOWED)

    return api


def _no_query() -> BadParameter:
    return BadParameter(
        "There is no query.", where="query", remedy="Give a SPARQL query in `query`."
    )


async def _answered(
    request: Request, service: Service, asked: Asked, instance: str | None
) -> Response:
    """The answer; with a tag, where ``instance`` names the process whose generations count."""
    note_query(request, asked.query)
    as_page = choose(request, EVERY, page=True, named=asked.form).form is None
    asked = asked.on_base(service.kb.names.base)
    if as_page:
        return await _on_a_page(request, service, asked)
    wanted = wanted_by(request, asked.form)

    def tag() -> str | None:
        if instance is None or _CHANGES_BY_ITSELF.search(asked.query.upper()):
            return None
        return _tag(service, asked, wanted, instance)

    with asked.told_where():
        ready = await service.executor.ready(
            (asked, str(wanted), request.method),
            lambda: _planned(service, asked),
            wanted,
            tag,
            client=client_of(request),
            graphs=lambda: _graphs_of(asked),
        )
    headers = _headers(ready.tag)
    if is_known(request, ready.tag):
        return Response(status_code=304, headers=headers)
    return Answered(request, service.executor, ready, wanted, headers, asked.told_where)


def _headers(tag: str | None) -> dict[str, str]:
    return {**VARY, **({"ETag": tag, "Cache-Control": "no-cache"} if tag else {})}


def _planned(service: Service, asked: Asked) -> QueryPlan:
    return service.kb.plan(
        asked.query,
        service.kb.policy(asked.policy),
        default_graphs=asked.default_graphs or None,
        named_graphs=asked.named_graphs or None,
        carried=True,
    )


def _graphs_of(asked: Asked) -> set[str]:
    """The graphs that a query names, in its text or beside it."""
    return {*inspect(asked.query).graph_iris, *asked.default_graphs, *asked.named_graphs}


async def _on_a_page(request: Request, service: Service, asked: Asked) -> Response:
    try:
        with asked.told_where():
            ready = await service.executor.ready(
                (asked, "page"),
                lambda: _planned(service, asked),
                IN_LINES,
                lambda: None,
                client=client_of(request),
                graphs=lambda: _graphs_of(asked),
            )
            found = await first_rows(request, service.executor, ready, service.limits.rows)
            possible = await _possible(request, service, asked)
    except TenureError as error:
        return page(service, asked, problem=describe(error))
    return Streamed(lambda _: page(service, asked, found(), possible=possible))


async def _possible(
    request: Request, service: Service, asked: Asked
) -> Callable[[], Answer] | None:
    """The same asked of what was possible on its days; None where it asks about no certain day."""
    graphs = possible_graphs(
        service.kb, asked.query, asked.default_graphs or None, asked.named_graphs or None
    )
    if graphs is None:
        return None
    wider = replace(asked, default_graphs=tuple(graphs[0]), named_graphs=tuple(graphs[1]))
    ready = await service.executor.ready(
        (wider, "page"),
        lambda: _planned(service, wider),
        IN_LINES,
        lambda: None,
        client=client_of(request),
        graphs=lambda: _graphs_of(wider),
    )
    return await first_rows(request, service.executor, ready, service.limits.rows)


def _tag(service: Service, asked: Asked, wanted: Wanted, instance: str) -> str:
    """A tag of all that decides the answer: what is known, what is asked of it, and the format."""
    state = (instance, service.kb.generation, service.kb.policy(asked.policy).text)
    graphs = (*asked.default_graphs, "", *asked.named_graphs)
    return weak_tag(*state, asked.query, *graphs, wanted)


async def _updated(request: Request, service: Service, asked: Asked) -> Response:
    asked = asked.on_base(service.kb.names.base)
    change = UpdateChange(asked.update, asked.default_graphs, asked.named_graphs)
    with asked.told_where():
        done = await write(
            request,
            service,
            change,
            message=asked.message,
            otherwise="An update in SPARQL.",
            dry_run=asked.dry_run,
        )
    return done if isinstance(done, Response) else told(done)
