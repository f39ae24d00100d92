"""``/rdf-graph-store``: the SPARQL 1.1 Graph Store HTTP Protocol.

Every graph that can be asked can be read: parts, claims' own graphs, days, ordinary ones. Written
are claims' graphs and ordinary graphs, with a key and through the one writer. ``?default`` is the
graph of what users write without naming one: a query's default graph has the computed parts
besides, which nobody writes.
"""

from __future__ import annotations

import secrets
from functools import partial
from itertools import chain
from typing import TYPE_CHECKING, Any, Final

from fastapi import APIRouter, Request
from pyoxigraph import DefaultGraph, NamedNode
from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.responses import Response

from tenure.errors import BadParameter, NotFound, NothingTakenIn
from tenure.store.formats import JSON_LD, N_QUADS, TRIG, GraphFormat
from tenure.transactions import BodyChange, ChangeRequest, Committed, GraphChange, tag_of
from tenure.transactions.as_written import as_written
from tenure.transactions.update import touchable
from tenure_api.access.who import READ, WRITE, client_of, require
from tenure_api.graph_store.bodies import Documents, read_graphs, says_nothing, triples_of
from tenure_api.graph_store.names import ADDRESS, Target, address_of, target_of
from tenure_api.graph_store.told import told_of
from tenure_api.http.answers import QUERY_GRAPHS, VARY
from tenure_api.http.bodies import read_body
from tenure_api.http.entity_tags import graph_tag, is_known, weak_tag
from tenure_api.http.negotiation import choose
from tenure_api.http.streams import Output, Streamed
from tenure_api.sparql.answering import give
from tenure_api.sparql.description import describe_service
from tenure_api.writing.changes import told, write

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pyoxigraph import Triple

    from tenure_api.service import Service

ALLOWED: Final = {"Allow": "GET, HEAD, PUT, POST, DELETE, OPTIONS"}
_DIRECTLY: Final = f"{ADDRESS}/{{name:path}}"
_EVERYTHING: Final = "SELECT * { ?s ?p ?o }"


def router(service: Service) -> APIRouter:
    """The routes of the graph store."""
    api = APIRouter(tags=["Graph store"])
    # Generations count from the start of this process, so tags must not outlive it.
    instance = secrets.token_hex(8)

    async def get(request: Request) -> Response:
        await require(request, service, READ)
        target = target_of(request, service)
        if target.whole_store:
            return Streamed(lambda _: describe_service(request, service))
        work = partial(_read, request, service, target, instance)
        return Streamed(work, service.room)

    async def put(request: Request) -> Response:
        await require(request, service, WRITE)
        return await _put(request, service, target_of(request, service))

    async def post(request: Request) -> Response:
        await require(request, service, WRITE)
        return await _post(request, service, target_of(request, service))

    async def delete(request: Request) -> Response:
        await require(request, service, WRITE)
        return await _delete(request, service, target_of(request, service))

    async def options() -> Response:
        return Response(status_code=204, headers=ALLOWED)

    async def others() -> Response:
        raise HTTPException(405, headers=ALLOWED)

    for method, endpoint in (("GET", get), ("PUT", put), ("POST", post), ("DELETE", delete)):
        for path in (ADDRESS, _DIRECTLY):
            shown: dict[str, Any] = told_of(method, direct=path is _DIRECTLY)
            api.add_api_route(path, endpoint, methods=[method], response_class=Response, **shown)
    for path in (ADDRESS, _DIRECTLY):
        api.add_api_route(path, options, methods=["OPTIONS"], include_in_schema=False)
        api.add_api_route(path, others, methods=["PATCH"], include_in_schema=False)
    return api


def _read(
    request: Request, service: Service, target: Target, instance: str, output: Output
) -> Response | None:
    graph = _named(target, service, "GET")
    if not target.default and not service.kb.knows_graph(graph):
        raise _no_such(graph)
    choice = choose(request, QUERY_GRAPHS)
    tag = _tag(service, graph, choice.media_type, instance)
    headers = {**VARY, "ETag": tag, "Cache-Control": "no-cache"}
    if is_known(request, tag):
        return Response(status_code=304, headers=headers)
    give(service, _triples(service, graph), choice, output, headers)
    return None


def _triples(service: Service, graph: str) -> Iterator[Triple]:
    """The statements of a graph as they come.

    CONSTRUCT would remember each, not to give it twice: 230 bytes a statement (measured).
    """
    if not service.kb.knows_graph(graph):
        return  # the default graph, of which nothing is written
    plan = service.kb.plan(_EVERYTHING, default_graphs=(graph,))
    # All are begun at once, so that a write meanwhile is in none of them.
    statements = chain.from_iterable(service.kb.statements(plan))
    for quad in as_written(service.kb.store, service.kb.names, NamedNode(graph), statements):
        yield quad.triple


def _tag(service: Service, graph: str, form: str, instance: str) -> str:
    """A strong tag of a graph that can be written, for If-Match; a weak one of any other."""
    if touchable(graph, service.kb.names):
        state = tag_of(service.kb, graph)
        if state is not None:
            return graph_tag(state, form)
    return weak_tag(instance, service.kb.generation, graph, form)


async def _put(request: Request, service: Service, target: Target) -> Response:
    graph = _named(target, service, "PUT")
    documents = await read_graphs(request, service.limits)
    triples = await _triples_sent(request, service, documents, graph)
    if not triples and says_nothing(documents):
        raise NothingTakenIn.of()
    return await _write(request, service, target, GraphChange("put", graph, triples))


async def _post(request: Request, service: Service, target: Target) -> Response:
    documents = await read_graphs(request, service.limits)
    if not target.whole_store:
        graph = _named(target, service, "POST")
        triples = await _triples_sent(request, service, documents, graph)
        return await _write(request, service, target, GraphChange("post", graph, triples))
    if len(documents) == 1 and await _holds_graphs(request, service, *documents[0]):
        data, form = documents[0]
        read = await service.sent.statements(documents, client=client_of(request))
        change = BodyChange(data, form, statements=tuple(read), others=True)
        done = await _written(request, service, target, change)
        return done if isinstance(done, Response) else told(done)
    graph = service.kb.names.graph_store_prefix + secrets.token_hex(12)
    triples = await _triples_sent(request, service, documents, graph)
    answered = await _write(request, service, target, GraphChange("post", graph, triples))
    if answered.status_code == 201:
        answered.headers["location"] = address_of(graph, request, service)
    return answered


async def _triples_sent(
    request: Request, service: Service, documents: Documents, graph: str
) -> tuple[Triple, ...]:
    client = client_of(request)
    quads = await service.sent.statements(documents, base=graph, client=client)
    return await run_in_threadpool(triples_of, quads, graph)


async def _delete(request: Request, service: Service, target: Target) -> Response:
    graph = _named(target, service, "DELETE")
    # It says nothing, but a request that did not come whole is not carried out.
    await read_body(request, service.limits.body)
    # The default graph is always there, though it may be empty.
    if not target.default and not await run_in_threadpool(service.kb.knows_graph, graph):
        raise _no_such(graph)
    return await _write(request, service, target, GraphChange("delete", graph))


async def _write(
    request: Request, service: Service, target: Target, change: GraphChange
) -> Response:
    done = await _written(request, service, target, change)
    if isinstance(done, Response):
        return done
    if done.dry_run:
        return told(done)
    is_new = change.graph in done.created or change.graph in done.added
    return told(done, 201) if is_new else Response(status_code=204)


async def _written(
    request: Request, service: Service, target: Target, change: ChangeRequest
) -> Committed | Response:
    return await write(
        request,
        service,
        change,
        message=target.message,
        otherwise=f"{request.method} to the graph store.",
        dry_run=target.dry_run,
    )


async def _holds_graphs(request: Request, service: Service, data: bytes, form: GraphFormat) -> bool:
    """Whether a document is a data set, whose graphs bring their own names."""
    if form in (TRIG, N_QUADS):
        return True
    if form is not JSON_LD:
        return False
    quads = await service.sent.statements(
        [(data, form)], base="https://example.org/", client=client_of(request)
    )
    return any(not isinstance(quad.graph_name, DefaultGraph) for quad in quads)


def _named(target: Target, service: Service, method: str) -> str:
    graph = target.graph_in(service.kb.names)
    if graph is None:
        raise BadParameter(
            f"{method} is about one graph, and none is named.",
            where="graph",
            remedy="Add ?graph= and its IRI, or name it in the path.",
        )
    return graph


def _no_such(graph: str) -> NotFound:
    return NotFound(
        f"There is no graph <{graph[:300]}>.",
        where="graph",
        remedy="SELECT DISTINCT ?g { GRAPH ?g {} } lists the graphs there are.",
    )
