"""``/sparql``: the SPARQL 1.1 Protocol, and a page to try it.

What would make this server fetch something is refused by the knowledge base before any engine
reads it. A query only reads; an update goes to the one writer, and needs a key. A query comes in
the address, in a form, or as the body itself; an update in a form or as the body (sections 2.1 and
2.2). Parameters of a query that only other endpoints know (timeout, debug) are passed over, as
clients send them; see :func:`_check_names`.
"""

from __future__ import annotations

import re
import secrets
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from difflib import get_close_matches
from itertools import islice
from typing import Any, Final
from urllib.parse import urlencode

from fastapi import APIRouter, Request
from pyoxigraph import NamedNode
from starlette.responses import HTMLResponse, Response

from tenure.catalog import EmptyAnswer, number_of, possible_graphs, said_of_days
from tenure.errors import BadParameter, BadQuery, TenureError
from tenure.namespaces import TN_PREFIX
from tenure.store import QueryPlan, inspect
from tenure.store.answers import Answer, Solutions, Triples, Truth
from tenure.store.formats import media_types
from tenure.suggest import remedy_of
from tenure.transactions import UpdateChange
from tenure_api.bodies import media_type_of, read_body, require_utf_8
from tenure_api.middleware import allow_any_origin
from tenure_api.monitoring import note_query
from tenure_api.negotiation import (
    EVERY,
    GRAPHS,
    HTML,
    QUERY_GRAPHS,
    ROWS,
    VARY,
    Wanted,
    choose,
    is_known,
    wanted_by,
    weak_tag,
)
from tenure_api.openapi import (
    DRY_RUN,
    IF_MATCH,
    MESSAGE,
    described,
    format_parameter,
    known_at_parameter,
    policy_parameter,
    responses,
)
from tenure_api.pages.tables import grid
from tenure_api.parameters import (
    address_fields,
    as_text,
    fold_known_at,
    form_fields,
    limit_count,
    read_truth,
    single_values,
)
from tenure_api.problems import UnsupportedMediaType, describe
from tenure_api.responses import Streamed, used_prefixes
from tenure_api.routes.description import describe_service
from tenure_api.routes.editor import example_text, examples
from tenure_api.routes.resource import PlainRoute, allow
from tenure_api.routes.writing import write
from tenure_api.security import READ, client_of, require
from tenure_api.service import Service
from tenure_api.settings import Limits
from tenure_api.worker_response import (
    IN_LINES,
    Ready,
    WorkerResponse,
    changes_by_itself,
    first_rows,
)

FORM: Final = "application/x-www-form-urlencoded"
QUERY: Final = "application/sparql-query"
UPDATE: Final = "application/sparql-update"
_OF_QUERY: Final = ("default-graph-uri", "named-graph-uri")
_OF_UPDATE: Final = ("using-graph-uri", "using-named-graph-uri")
_FORMAT: Final = "format"
_SINGLE: Final = ("query", "update", "policy", "known-at", "message", "dry-run")
_KNOWN: Final = frozenset((*_SINGLE, _FORMAT, *_OF_QUERY, *_OF_UPDATE))

_ALIKE: Final = 0.8
"""From which likeness on (0 to 1) another name is taken for a slip; ``info`` is none of ours."""

_OF_UPDATES: Final = frozenset(("update", *_OF_UPDATE, "message", "dry-run"))
_RELATIVE: Final = re.compile(r"<(?![A-Za-z][A-Za-z0-9+.-]*+:)[^\x00-\x20<>\"{}|^`]*+>")


@dataclass(frozen=True, slots=True)
class SparqlRequest:
    """A query or an update as the protocol hands it over; both empty means that none was given.

    ``shift`` counts the characters that were put before the first line.
    """

    query: str = ""
    update: str = ""
    default_graphs: tuple[str, ...] = ()
    named_graphs: tuple[str, ...] = ()
    policy: str | None = None
    form: str | None = None
    message: str | None = None
    dry_run: bool = False
    shift: int = 0

    def on_base(self, base: str) -> SparqlRequest:
        """The same, with relative IRIs resolved against ``base`` where the text names no other.

        A base of the service's own is what SPARQL 1.1 Protocol, section 2.1 and 2.2, leave to it.
        """
        text = self.query or self.update
        if not _RELATIVE.search(text):
            return self
        before = f"BASE {NamedNode(base)} "
        if self.query:
            return replace(self, query=before + text, shift=len(before))
        return replace(self, update=before + text, shift=len(before))

    @contextmanager
    def located(self) -> Iterator[None]:
        """Errors tell the place in the text as it was sent."""
        try:
            yield
        except BadQuery as error:
            where = error.where
            if self.shift and where and where.line == 1 and where.column:
                error.where = replace(where, column=max(1, where.column - self.shift))
            raise


def from_address(request: Request, limits: Limits) -> SparqlRequest:
    """A query in the address.

    Raises:
        BadInput: it cannot be read.
        BadParameter: two queries, an update, or a name of a graph that is no IRI.
        TooLong: it is longer than the limits allow.
    """
    return _read(address_fields(request, limits), limits, posted=False)


async def from_body(request: Request, limits: Limits) -> SparqlRequest:
    """A query or an update in the body, with what the address adds.

    Raises what :func:`from_address` does, and :class:`UnsupportedMediaType` for another body.
    """
    kind = media_type_of(request)
    if kind not in (FORM, QUERY, UPDATE):
        raise UnsupportedMediaType(
            f"A body of the kind {kind[:80]!r} holds no query and no update.",
            where="Content-Type",
            remedy=f"Send {QUERY}, {UPDATE}, or a form ({FORM}) with a field `query` or `update`.",
        )
    require_utf_8(request.headers.get("content-type", ""))
    fields = address_fields(request, limits)
    if kind == FORM:
        fields += form_fields(await read_body(request, limits.form), limits)
    elif kind == QUERY:
        fields.append(("query", as_text(await read_body(request, limits.form))))
    else:
        fields.append(("update", as_text(await read_body(request, limits.body))))
    return _read(fields, limits, posted=True)


def _read(fields: list[tuple[str, str]], limits: Limits, *, posted: bool) -> SparqlRequest:
    limit_count(fields, limits)
    graphs: dict[str, list[str]] = {name: [] for name in (*_OF_QUERY, *_OF_UPDATE)}
    for name, value in fields:
        if name in graphs:
            graphs[name].append(_graph_name(name, value))
    single = [(name, value) for name, value in fields if name in _SINGLE]
    # Clients send a name and a media type, both as `format`; either will do.
    forms = [single_values([one], limits).get(_FORMAT) for one in fields if one[0] == _FORMAT]
    longer = {"query": limits.query, "update": limits.body}
    values = single_values(single, limits, longer=longer)
    fold_known_at(values)
    is_update = "update" in values
    _check_roles(values, graphs, posted=posted)
    _check_names({name for name, value in fields if value.strip()}, is_update=is_update)
    names = _OF_UPDATE if is_update else _OF_QUERY
    return SparqlRequest(
        values.get("query", ""),
        values.get("update", ""),
        tuple(graphs[names[0]]),
        tuple(graphs[names[1]]),
        values.get("policy"),
        next(filter(None, forms), None),
        values.get("message"),
        read_truth("dry-run", values.get("dry-run", "")),
    )


def _check_roles(values: dict[str, str], graphs: dict[str, list[str]], *, posted: bool) -> None:
    """Raises where a part of one operation comes with the other."""
    if "update" in values and not posted:
        raise BadParameter(
            "An update changes something, so it cannot come in the address.",
            where="update",
            remedy=f"Send it with POST, as {UPDATE} or in a form.",
        )
    if "update" in values and "query" in values:
        raise BadParameter(
            "The request holds a query and an update.", where="update", remedy="Send one of them."
        )
    foreign = _OF_QUERY if "update" in values else _OF_UPDATE
    own = _OF_UPDATE if "update" in values else _OF_QUERY
    for name, mine in zip(foreign, own, strict=True):
        if graphs[name]:
            raise BadParameter(
                f"{name} is for {'queries' if 'update' in values else 'updates'}.",
                where=name,
                remedy=f"Use {mine} here.",
            )


def _check_names(names: set[str], *, is_update: bool) -> None:
    """Raises for names that mean nothing here, where to pass over them could do harm.

    The protocol says nothing of other parameters, and clients of queries send some of their own
    (``timeout``, ``output``, ``_``), so those are passed over. A slip in a name of ours is not: who
    writes ``known_at`` would get the answer of another day. An update takes no other at all,
    because one whose ``dryrun`` was passed over would be committed.
    """
    known = sorted(_OF_UPDATES if is_update else _KNOWN)
    for name in sorted(names - {*known, _FORMAT}):
        plain = name.strip().lower().replace("_", "-")
        meant = [plain] if plain in known else get_close_matches(plain, known, 1, _ALIKE)
        if meant or is_update:
            raise BadParameter(
                f"{'An update' if is_update else 'A query'} has no parameter {name[:80]!r}.",
                where=name[:80],
                remedy=remedy_of(meant, f"It has {', '.join(known)}."),
            )


def _graph_name(parameter: str, iri: str) -> str:
    try:
        return NamedNode(iri).value
    except ValueError as error:
        raise BadParameter(
            f"{iri[:200]!r} is no IRI.", where=parameter, remedy="Give the IRI of a graph."
        ) from error


def router(service: Service) -> APIRouter:
    """The routes of ``/sparql``."""
    api = APIRouter(tags=["SPARQL"], route_class=PlainRoute)
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
        await require(request, service.access, READ)
        asked = from_address(request, service.limits)
        if asked.query:
            return await _answered(request, service, asked, instance)
        if choose(request, EVERY, page=True, named=asked.form).form is None:
            example = request.query_params.get("example")
            if example:
                asked = replace(asked, query=example_text(service, example))
            return Streamed(lambda _: page(request, service, asked))
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
        await require(request, service.access, READ)
        allow_any_origin(request)
        if not asked.query:
            raise _no_query()
        return await _answered(request, service, asked, None)

    allow(api, "/sparql", "GET", "HEAD", "POST")
    return api


def _no_query() -> BadParameter:
    return BadParameter(
        "There is no query.", where="query", remedy="Give a SPARQL query in `query`."
    )


async def _answered(
    request: Request, service: Service, asked: SparqlRequest, instance: str | None
) -> Response:
    """The answer; with a tag, where ``instance`` names the process whose generations count."""
    note_query(request, asked.query)
    as_page = choose(request, EVERY, page=True, named=asked.form).form is None
    asked = asked.on_base(service.kb.names.base)
    if as_page:
        return await _on_a_page(request, service, asked)
    wanted = wanted_by(request, asked.form)

    def tag() -> str | None:
        if instance is None or changes_by_itself(asked.query):
            return None
        return _tag(service, asked, wanted, instance)

    with asked.located():
        ready = await _ready(request, service, asked, wanted, tag)
    tagged = {"ETag": ready.tag, "Cache-Control": "no-cache"} if ready.tag else {}
    headers = {**VARY, **tagged}
    if is_known(request, ready.tag):
        return Response(status_code=304, headers=headers)
    return WorkerResponse(request, service.executor, ready, wanted, headers, asked.located)


async def _ready(
    request: Request,
    service: Service,
    asked: SparqlRequest,
    wanted: Wanted,
    tag: Callable[[], str | None] = lambda: None,
) -> Ready:
    def planned() -> QueryPlan:
        return service.kb.plan(
            asked.query,
            service.kb.policy(asked.policy),
            default_graphs=asked.default_graphs or None,
            named_graphs=asked.named_graphs or None,
        )

    def graphs() -> set[str]:
        return {*inspect(asked.query).graph_iris, *asked.default_graphs, *asked.named_graphs}

    key = (asked, str(wanted), request.method, wanted is IN_LINES)
    client = client_of(request)
    return await service.executor.ready(
        key, planned, wanted, client=client, tag=tag, graphs=graphs, query=asked.query
    )


async def _on_a_page(request: Request, service: Service, asked: SparqlRequest) -> Response:
    most = service.limits.rows
    try:
        with asked.located():
            ready = await _ready(request, service, asked, IN_LINES)
            found = await first_rows(request, service.executor, ready, most)
            possible: Callable[[], Answer] | None = None
            wider = _of_what_was_possible(service, asked)
            if wider is not None:
                ready = await _ready(request, service, wider, IN_LINES)
                possible = await first_rows(request, service.executor, ready, most)
    except TenureError as error:
        return page(request, service, asked, problem=describe(error))
    return Streamed(lambda _: page(request, service, asked, found(), possible=possible))


def _of_what_was_possible(service: Service, asked: SparqlRequest) -> SparqlRequest | None:
    """The same asked of what was possible on its days; None where it asks about no certain day."""
    given = asked.default_graphs or None, asked.named_graphs or None
    graphs = possible_graphs(service.kb, asked.query, *given)
    if graphs is None:
        return None
    return replace(asked, default_graphs=tuple(graphs[0]), named_graphs=tuple(graphs[1]))


def _tag(service: Service, asked: SparqlRequest, wanted: Wanted, instance: str) -> str:
    """A tag of all that decides the answer: what is known, what is asked of it, and the format."""
    state = (instance, service.kb.generation, service.kb.policy(asked.policy).text)
    graphs = (*asked.default_graphs, "", *asked.named_graphs)
    return weak_tag(*state, asked.query, *graphs, wanted)


async def _updated(request: Request, service: Service, asked: SparqlRequest) -> Response:
    asked = asked.on_base(service.kb.names.base)
    change = UpdateChange(asked.update, asked.default_graphs, asked.named_graphs)
    message = asked.message or "An update in SPARQL."
    with asked.located():
        return await write(request, service, change, message, asked.dry_run)


def page(
    request: Request,
    service: Service,
    asked: SparqlRequest,
    answer: Answer | None = None,
    problem: dict[str, Any] | None = None,
    possible: Callable[[], Answer] | None = None,
) -> Response:
    """The page with the query, and its answer or what is wrong with it, where there is one.

    ``possible`` is the answer from what was possible on the days whose certain graphs it reads.

    Raises :class:`~tenure.errors.BadQuery` where going through ``answer`` fails.
    """
    pages = service.pages.asked(request, forgiving=problem is not None)
    shown: dict[str, Any] = {"grid": None, "truth": None, "text": None, "formats": (), "more": ""}
    if isinstance(answer, Solutions):
        most = service.limits.rows
        found = grid(answer.variables, answer, most=most, links=pages.links)
        if not found.rows:
            nothing = _nothing_certain(possible) or "Nothing in the graphs that were asked fits."
            found = replace(found, nothing=EmptyAnswer("", nothing))
        shown["grid"] = found
        shown["formats"] = [form.name for form in ROWS]
    elif isinstance(answer, Truth):
        shown["truth"] = bool(answer)
        shown["more"] = "" if answer else _nothing_certain(possible)
        shown["formats"] = [form.name for form in ROWS]
    elif answer is not None:
        listed = list(islice(answer, service.limits.rows))
        known = used_prefixes(service.kb.names, listed)
        shown["text"] = Triples(listed).serialise(GRAPHS[0], known).decode()
        shown["formats"] = [form.name for form in QUERY_GRAPHS]
    carried = {"query": asked.query[asked.shift :], "policy": asked.policy or ""}
    text = pages.render(
        "sparql.html",
        here="/sparql",
        query=carried["query"] or _example(service),
        policy=carried["policy"],
        at_prefix=service.kb.names.at_prefix,
        examples=examples(service),
        base_query=urlencode({name: value for name, value in carried.items() if value}) + "&",
        problem=problem,
        **shown,
    )
    return HTMLResponse(text, problem["status"] if problem else 200, VARY)


def _nothing_certain(possible: Callable[[], Answer] | None) -> str:
    """What to say where nothing was certain; empty where no day was asked about."""
    return said_of_days(number_of(possible()) if possible is not None else None)


def _example(service: Service) -> str:
    """A first query, true of any knowledge base: claims with their statements and sources."""
    lines = [
        f"PREFIX tn: <{TN_PREFIX}>",
        "",
        "SELECT ?claim ?statement ?source WHERE {",
        "  ?claim a tn:Claim ; tn:statement ?statement ; tn:source ?source .",
        "}",
        "ORDER BY ?claim",
        "LIMIT 20",
        "",
    ]
    return "\n".join(lines) if service.kb.claims else "ASK {}\n"


_REFUSALS = (
    (403, "SERVICE, LOAD, an unknown graph, or a service that is not open for writing."),
    (406, "No acceptable format."),
    (413, "A query or body that is too long."),
    (429, "Too many queries of one client at a time; Retry-After says how long to wait."),
    (503, "A query that was stopped, for the reason given, or too many that wait."),
)
_WRITING = (
    (401, "An update without a key."),
    (409, "An update that would change a claim."),
    (412, "What is there is not what If-Match takes it to be."),
    (415, "A body that is no query and no update, is compressed, or is not UTF-8."),
    (422, "An update that breaks rules; the report comes with it, or as SHACL in Turtle."),
)


def answers_to_get() -> dict[int | str, dict[str, Any]]:
    """What GET answers."""
    offered = [*media_types(ROWS), *media_types(QUERY_GRAPHS), HTML]
    answers = responses("The answer.", offered, *_REFUSALS)
    answers[304] = {"description": "Nothing has changed since the tag in If-None-Match."}
    return answers


def answers_to_post() -> dict[int | str, dict[str, Any]]:
    """What POST answers."""
    offered = [*media_types(ROWS), *media_types(QUERY_GRAPHS), HTML]
    return responses("The answer; of an update, what it did.", offered, *_REFUSALS, *_WRITING)


def parameters_of_get() -> list[dict[str, Any]]:
    """The parameters of GET."""
    query = described("query", "The query.", example="SELECT * WHERE { ?s ?p ?o } LIMIT 3")
    return [query, *_of_a_query()]


def parameters_of_post() -> list[dict[str, Any]]:
    """The parameters that POST takes in the address."""
    using = [
        described("using-graph-uri", "A graph that WHERE of an update reads; may be repeated."),
        described("using-named-graph-uri", "One that GRAPH in an update reads; may be repeated."),
    ]
    return [*_of_a_query(), *using, MESSAGE, DRY_RUN, IF_MATCH]


def _of_a_query() -> list[dict[str, Any]]:
    return [
        described("default-graph-uri", "A graph to be asked, by its IRI; may be repeated."),
        described("named-graph-uri", "A graph that GRAPH reaches; may be repeated."),
        policy_parameter(),
        known_at_parameter(),
        format_parameter([*(form.name for form in EVERY), "html"]),
    ]


def body_of_post() -> dict[str, Any]:
    """The bodies that POST takes."""
    names = ["query", "update", *(one["name"] for one in parameters_of_post())]
    names.remove("If-Match")
    form = {"type": "object", "properties": {name: {"type": "string"} for name in names}}
    return {
        "required": True,
        "content": {
            QUERY: {"schema": {"type": "string"}},
            UPDATE: {"schema": {"type": "string"}},
            FORM: {"schema": form},
        },
    }
