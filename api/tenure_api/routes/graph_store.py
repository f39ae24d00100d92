"""``/rdf-graph-store``: the SPARQL 1.1 Graph Store HTTP Protocol.

Every graph that can be asked can be read: parts, claims' own graphs, days, ordinary ones. Written
are claims' graphs and ordinary graphs, with a key and through the one writer. ``?default`` is the
graph of what users write without naming one: a query's default graph has the computed parts
besides, which nobody writes.

A graph is named indirectly by ``?graph=IRI`` or ``?default``; directly by an address below
``/rdf-graph-store/``, which stands for the IRI of the same path under the base that everything here
is named under (section 4). So a graph keeps its name whatever host or port serves it.
"""

from __future__ import annotations

import re
import secrets
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from itertools import chain
from typing import Any, Final

from fastapi import APIRouter, Request
from pyoxigraph import DefaultGraph, NamedNode, Triple
from starlette.concurrency import run_in_threadpool
from starlette.responses import Response

from tenure.errors import BadParameter, NotFound, NothingTakenIn
from tenure.namespaces import Names
from tenure.store.formats import JSON_LD, N_QUADS, TRIG, GraphFormat, media_types
from tenure.transactions import BodyChange, ChangeRequest, Committed, GraphChange, tag_of
from tenure.transactions.user_graphs import as_written, is_writable
from tenure_api.bodies import (
    MULTIPART,
    READABLE,
    Documents,
    read_body,
    read_graphs,
    says_nothing,
    triples_of,
)
from tenure_api.negotiation import (
    QUERY_GRAPHS,
    VARY,
    choose,
    graph_tag,
    is_known,
    own_address,
    weak_tag,
)
from tenure_api.openapi import (
    DRY_RUN,
    IF_MATCH,
    MESSAGE,
    body_of,
    described,
    format_parameter,
    responses,
)
from tenure_api.parameters import address_fields, as_text, read_truth, unknown_parameter
from tenure_api.responses import BodyWriter, Streamed, write_triples
from tenure_api.routes.description import describe_service
from tenure_api.routes.resource import allow
from tenure_api.routes.writing import committed, write
from tenure_api.security import READ, WRITE, client_of, require
from tenure_api.service import Service

ADDRESS: Final = "/rdf-graph-store"
_KNOWN: Final = ("graph", "default", "format", "message", "dry-run")
_DOTS: Final = re.compile(r"(?:^|/)\.{1,2}(?:/|$)")


@dataclass(frozen=True, slots=True)
class Target:
    """What a request is about: a graph by its IRI, the default graph, or neither (the store)."""

    graph: str | None = None
    default: bool = False
    message: str | None = None
    dry_run: bool = False

    def graph_in(self, names: Names) -> str | None:
        """The IRI of the graph; of the default graph, what users write without naming one."""
        return names.default_graph.value if self.default else self.graph

    @property
    def whole_store(self) -> bool:
        """Whether no graph is named."""
        return self.graph is None and not self.default


def target_of(request: Request, service: Service) -> Target:
    """What the request is about.

    Raises:
        BadParameter: an unknown parameter, one that comes twice, two graphs, or no IRI.
        BadInput: an address that cannot be read.
    """
    values: dict[str, str] = {}
    for name, value in address_fields(request, service.limits):
        if name not in _KNOWN:
            raise unknown_parameter(name, _KNOWN)
        if name in values:
            raise BadParameter(
                "The parameter comes twice.", where=name, remedy="Give one graph at a time."
            )
        values[name] = value
    direct = _direct(request, service)
    named = [one for one in ("graph", "default") if one in values] + ([ADDRESS] if direct else [])
    if len(named) > 1:
        raise BadParameter(
            "The request names more than one graph.",
            where=named[0],
            remedy="Name it in the path, with `graph`, or as `default`.",
        )
    graph = direct
    if "graph" in values:
        graph = _graph(values["graph"], request, service)
    message = values.get("message", "").strip()[: service.limits.parameter] or None
    dry_run = read_truth("dry-run", values.get("dry-run", ""))
    return Target(graph, "default" in values, message, dry_run)


def address_of(graph: str, request: Request, service: Service) -> str:
    """Where a graph is addressed directly."""
    prefix = service.kb.names.graph_store_prefix
    return f"{own_address(request, service.kb.names.base)}{ADDRESS}/{graph.removeprefix(prefix)}"


def _direct(request: Request, service: Service) -> str | None:
    raw: bytes = request.scope.get("raw_path") or request.url.path.encode()
    name = as_text(raw, "path").partition("?")[0].partition(f"{ADDRESS}/")[2]
    if not name:
        return None
    return _checked(service.kb.names.graph_store_prefix + name, "path")


def _graph(iri: str, request: Request, service: Service) -> str:
    """The name that a parameter gives; of an address in the graph store, what it stands for."""
    own = f"{own_address(request, service.kb.names.base)}{ADDRESS}/"
    if iri.startswith(own):
        iri = service.kb.names.graph_store_prefix + iri.removeprefix(own)
    return _checked(iri, "graph")


def _checked(iri: str, where: str) -> str:
    try:
        name = NamedNode(iri).value
    except ValueError as error:
        raise BadParameter(
            f"{iri[:200]!r} is no absolute IRI.", where=where, remedy="Give the IRI of a graph."
        ) from error
    if _DOTS.search(name.partition("://")[2].partition("?")[0]):
        raise BadParameter(
            "The name of a graph has no steps such as '..'.",
            where=where,
            remedy="Write the name without them.",
        )
    return name


_DIRECTLY: Final = f"{ADDRESS}/{{name:path}}"
_EVERYTHING: Final = "SELECT * { ?s ?p ?o }"


def router(service: Service) -> APIRouter:
    """The routes of the graph store."""
    api = APIRouter(tags=["Graph store"])
    # Generations count from the start of this process, so tags must not outlive it.
    instance = secrets.token_hex(8)

    async def get(request: Request) -> Response:
        await require(request, service.access, READ)
        target = target_of(request, service)
        if target.whole_store:
            return Streamed(lambda _: describe_service(request, service))
        work = partial(_read, request, service, target, instance)
        return Streamed(work, service.room)

    async def put(request: Request) -> Response:
        await require(request, service.access, WRITE)
        return await _put(request, service, target_of(request, service))

    async def post(request: Request) -> Response:
        await require(request, service.access, WRITE)
        return await _post(request, service, target_of(request, service))

    async def delete(request: Request) -> Response:
        await require(request, service.access, WRITE)
        return await _delete(request, service, target_of(request, service))

    for method, endpoint in (("GET", get), ("PUT", put), ("POST", post), ("DELETE", delete)):
        for path in (ADDRESS, _DIRECTLY):
            shown = _described(method, direct=path is _DIRECTLY)
            api.add_api_route(path, endpoint, methods=[method], response_class=Response, **shown)
    for path in (ADDRESS, _DIRECTLY):
        allow(api, path, "GET", "HEAD", "PUT", "POST", "DELETE")
    return api


def _read(
    request: Request, service: Service, target: Target, instance: str, output: BodyWriter
) -> Response | None:
    graph = _named(target, service, "GET")
    if not target.default and not service.kb.knows_graph(graph):
        raise _no_such(graph)
    choice = choose(request, QUERY_GRAPHS)
    tag = _tag(service, graph, choice.media_type, instance)
    headers = {**VARY, "ETag": tag, "Cache-Control": "no-cache"}
    if is_known(request, tag):
        return Response(status_code=304, headers=headers)
    write_triples(service.kb.names, _triples(service, graph), choice, output, headers)
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
    if is_writable(graph, service.kb.names):
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
        read = await service.bodies.statements(documents, client=client_of(request))
        change = BodyChange(data, form, statements=tuple(read), others=True)
        return await _write(request, service, target, change, committed)
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
    quads = await service.bodies.statements(documents, base=graph, client=client)
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
    request: Request,
    service: Service,
    target: Target,
    change: ChangeRequest,
    respond: Callable[[Committed], Response] | None = None,
) -> Response:
    def respond_of_graph(done: Committed) -> Response:
        assert isinstance(change, GraphChange)
        if done.dry_run:
            return committed(done)
        is_new = change.graph in done.created or change.graph in done.added
        return committed(done, 201) if is_new else Response(status_code=204)

    message = target.message or f"{request.method} to the graph store."
    respond = respond or respond_of_graph
    return await write(request, service, change, message, target.dry_run, respond)


async def _holds_graphs(request: Request, service: Service, data: bytes, form: GraphFormat) -> bool:
    """Whether a document is a data set, whose graphs bring their own names."""
    if form in (TRIG, N_QUADS):
        return True
    if form is not JSON_LD:
        return False
    quads = await service.bodies.statements(
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


_SUMMARIES: Final = {
    "GET": ("Read a graph", "Without a graph, a description of the service."),
    "PUT": ("Make a graph what is sent", "A claim's graph cannot be changed, only made."),
    "POST": (
        "Add to a graph, or make a new one",
        "Without a graph, one with named graphs is added as one change; else it is a new graph.",
    ),
    "DELETE": ("Take a graph away", "Of a claim's graph, this retracts the claim."),
}

_WRITING: Final = (
    (401, "No key."),
    (403, "A service that is not open for writing, or a graph that nobody writes."),
    (409, "What would change a claim."),
    (412, "What is there is not what If-Match or If-None-Match takes it to be."),
    (422, "What would break rules; the report comes with it, or as SHACL in Turtle."),
)
_BODIES: Final = ((413, "A body that is too long."), (415, "A body that is no graph."))

_DONE: Final = {
    "PUT": ((201, "A new graph."), (204, "A graph that was there.")),
    "POST": (
        (201, "A new graph; Location says where, if it was not named."),
        (204, "A graph that was there."),
    ),
    "DELETE": ((204, "It is gone."),),
}


def _described(method: str, *, direct: bool) -> dict[str, Any]:
    """The keyword arguments that describe a route; ``direct`` where the path names the graph."""
    summary, description = _SUMMARIES[method]
    way = "direct" if direct else "indirect"
    offered = media_types(QUERY_GRAPHS) if method == "GET" else ["application/json"]
    refusals: list[tuple[int, str]] = [(404, "No such graph.")]
    if method != "GET":
        refusals += [*_WRITING, *(() if method == "DELETE" else _BODIES)]
    answers = responses("What was done." if method != "GET" else "The graph.", offered, *refusals)
    for status, why in _DONE.get(method, ()):
        answers[status] = {"description": why}
    if method == "GET":
        answers[304] = {"description": "Nothing has changed since the tag in If-None-Match."}
        answers[406] = {"description": "No acceptable format."}
    extra: dict[str, Any] = {"parameters": _parameters(method, direct=direct)}
    if method in ("PUT", "POST"):
        kinds = [form.media_type for form in READABLE] + [MULTIPART]
        extra["requestBody"] = body_of(kinds)
    return {
        "operation_id": f"graph-store-{method.lower()}-{way}",
        "summary": f"{summary}, named by {'the address' if direct else 'a parameter'}",
        "description": description,
        "responses": answers,
        "openapi_extra": extra,
    }


def _parameters(method: str, *, direct: bool) -> list[dict[str, Any]]:
    if direct:
        which = [
            described(
                "name",
                "The graph's name below `…/rdf-graph-store/`.",
                required=True,
                place="path",
                example="notes/1",
            )
        ]
    else:
        which = [
            described("graph", "The graph, by its IRI."),
            described("default", "What is written without naming a graph; has no value."),
        ]
    if method == "GET":
        return [*which, format_parameter([form.name for form in QUERY_GRAPHS])]
    return [*which, MESSAGE, DRY_RUN, IF_MATCH]
