"""``/sparql``: the SPARQL 1.1 Protocol (query operation), read-only, and a page to try it.

What would make this server fetch something, and what would change it, is refused by the
knowledge base before any engine reads it.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from itertools import islice
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from fastapi import APIRouter, Request
from pyoxigraph import NamedNode
from starlette.concurrency import run_in_threadpool
from starlette.responses import HTMLResponse, Response

from tenure.errors import BadParameter, Refused, TenureError
from tenure.store.answers import Answer, Solutions, Triples, Truth
from tenure.store.formats import media_types
from tenure.terms import TN_PREFIX
from tenure_api import answers
from tenure_api.answers import EVERY, GRAPHS, ROWS, VARY, in_one_thread
from tenure_api.bodies import (
    as_text,
    form_fields,
    limit_count,
    media_type_of,
    read_body,
    single_values,
)
from tenure_api.grids import grid
from tenure_api.negotiation import HTML, choose, own_address
from tenure_api.parameters import (
    described,
    fold_known_at,
    format_parameter,
    known_at_parameter,
    policy_parameter,
    responses,
)
from tenure_api.problems import UnsupportedMediaType, describe

if TYPE_CHECKING:
    from tenure_api.service import Service

_GRAPH_FIELDS = ("default-graph-uri", "named-graph-uri")
_REFUSALS = (
    (403, "SERVICE, LOAD, an unknown graph, or an update."),
    (406, "No acceptable format."),
    (413, "A query that is too long."),
)


@dataclass(frozen=True, slots=True)
class _Asked:
    """A query as the protocol hands it over; empty ``query`` means that none was given."""

    query: str
    default_graphs: list[str]
    named_graphs: list[str]
    policy: str | None
    form: str | None


def router(service: Service) -> APIRouter:
    """The routes of ``/sparql``."""
    api = APIRouter(tags=["SPARQL"])
    told = responses("The answer.", media_types(ROWS) + media_types(GRAPHS) + [HTML], *_REFUSALS)

    @api.get(
        "/sparql",
        operation_id="sparql",
        summary="Ask in SPARQL",
        description="SELECT, ASK, CONSTRUCT or DESCRIBE. Without a query: a page, or in Turtle "
        "what this service is.",
        response_class=Response,
        responses=told,
        openapi_extra={"parameters": _parameters()},
    )
    def get(request: Request) -> Response:
        asked = _read(request.query_params.multi_items(), service)
        return in_one_thread(partial(_respond, request, service, asked))

    @api.post(
        "/sparql",
        operation_id="sparql-post",
        summary="Ask in SPARQL, with the query in the body",
        response_class=Response,
        responses=told,
        openapi_extra={"requestBody": _request_body(), "parameters": _parameters(body=True)},
    )
    async def post(request: Request) -> Response:
        asked = await _read_body(request, service)
        return await run_in_threadpool(in_one_thread, partial(_respond, request, service, asked))

    return api


async def _read_body(request: Request, service: Service) -> _Asked:
    kind = media_type_of(request)
    limits = service.limits
    in_address = request.query_params.multi_items()
    if kind == "application/x-www-form-urlencoded":
        return _read(form_fields(await read_body(request, limits.form), limits), service)
    if kind == "application/sparql-query":
        text = as_text(await read_body(request, limits.form))
        return _read([*in_address, ("query", text)], service)
    if kind == "application/sparql-update":
        raise _read_only()
    raise UnsupportedMediaType(
        f"A body of the kind {kind[:80]!r} holds no query.",
        where="Content-Type",
        remedy="Send application/sparql-query, or a form with a field `query`.",
    )


def _read(fields: list[tuple[str, str]], service: Service) -> _Asked:
    # Parameters that only other endpoints know (timeout, debug) are let pass, as clients send them.
    limit_count(fields, service.limits)
    graphs: dict[str, list[str]] = {name: [] for name in _GRAPH_FIELDS}
    single = []
    for name, value in fields:
        if name in graphs:
            graphs[name].append(_graph_name(name, value))
        elif name in {"using-graph-uri", "using-named-graph-uri", "update"}:
            raise _read_only()
        elif name in {"query", "policy", "known-at", "format"}:
            single.append((name, value))
    values = single_values(single, service.limits, longer={"query": service.limits.query})
    fold_known_at(values)
    return _Asked(
        values.get("query", ""),
        graphs["default-graph-uri"],
        graphs["named-graph-uri"],
        values.get("policy"),
        values.get("format"),
    )


def _graph_name(parameter: str, iri: str) -> str:
    try:
        return NamedNode(iri).value
    except ValueError as error:
        raise BadParameter(
            f"{iri[:200]!r} is no IRI.", where=parameter, remedy="Give the IRI of a graph."
        ) from error


def _read_only() -> Refused:
    return Refused(
        "This service only reads; it takes no update.",
        where="/sparql",
        remedy="Change the files of facts and serve them anew.",
    )


def _respond(request: Request, service: Service, asked: _Asked) -> Response:
    wants_page = choose(request, EVERY, page=True, named=asked.form).form is None
    if not asked.query:
        if wants_page:
            return _page(service, asked)
        if request.method == "GET" and not request.query_params:
            return _description(request, service)
        raise BadParameter(
            "There is no query.", where="query", remedy="Give a SPARQL query in `query`."
        )
    try:
        policy = service.kb.policy(asked.policy)
        answer = service.kb.query(
            asked.query,
            policy,
            default_graphs=asked.default_graphs or None,
            named_graphs=asked.named_graphs or None,
        )
        if wants_page:
            return _page(service, asked, answer)
    except TenureError as error:
        if not wants_page:
            raise
        return _page(service, asked, problem=describe(error))
    if isinstance(answer, Triples):
        return answers.graph(service, answer, choose(request, GRAPHS, named=asked.form))
    return answers.rows(answer, choose(request, ROWS, named=asked.form))


def _page(
    service: Service,
    asked: _Asked,
    answer: Answer | None = None,
    problem: dict[str, Any] | None = None,
) -> Response:
    shown: dict[str, Any] = {"grid": None, "truth": None, "text": None, "formats": ()}
    if isinstance(answer, Solutions):
        most = service.limits.rows
        shown["grid"] = grid(answer.variables, answer, most=most, links=service.links)
        shown["formats"] = [form.name for form in ROWS]
    elif isinstance(answer, Truth):
        shown["truth"] = bool(answer)
        shown["formats"] = [form.name for form in ROWS]
    elif answer is not None:
        listed = list(islice(answer, service.limits.rows))
        known = answers.used_prefixes(service, listed)
        shown["text"] = Triples(listed).serialise(GRAPHS[0], known).decode()
        shown["formats"] = [form.name for form in GRAPHS]
    carried = {"query": asked.query, "policy": asked.policy or ""}
    page = service.pages.render(
        "sparql.html",
        here="/sparql",
        query=asked.query or _example(service),
        policy=asked.policy or "",
        at_prefix=service.kb.names.at_prefix,
        base_query=urlencode({name: value for name, value in carried.items() if value}) + "&",
        problem=problem,
        **shown,
    )
    return HTMLResponse(page, problem["status"] if problem else 200, VARY)


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


_DESCRIPTION = """
PREFIX sd: <http://www.w3.org/ns/sparql-service-description#>
PREFIX formats: <http://www.w3.org/ns/formats/>
CONSTRUCT {
  ?service a sd:Service ; sd:endpoint ?endpoint ; sd:supportedLanguage sd:SPARQL11Query ;
    sd:resultFormat formats:SPARQL_Results_JSON , formats:SPARQL_Results_XML ,
      formats:SPARQL_Results_CSV , formats:SPARQL_Results_TSV , formats:Turtle ,
      formats:N-Triples , formats:JSON-LD , formats:RDF_XML ;
    sd:feature sd:UnionDefaultGraph .
} WHERE { VALUES (?service ?endpoint) { ($address $address) } }
"""


def _description(request: Request, service: Service) -> Response:
    """What this service is (SPARQL 1.1 Service Description)."""
    address = NamedNode(own_address(request, service.kb.names.base) + "/sparql")
    answer = service.kb.query(_DESCRIPTION.replace("$address", str(address)))
    assert isinstance(answer, Triples)
    return answers.graph(service, answer, choose(request, GRAPHS))


def _parameters(*, body: bool = False) -> list[dict[str, Any]]:
    told = [
        described("default-graph-uri", "A graph to be asked, by its IRI; may be repeated."),
        described("named-graph-uri", "A graph that GRAPH reaches; may be repeated."),
        policy_parameter(),
        known_at_parameter(),
        format_parameter([*(form.name for form in EVERY), "html"]),
    ]
    query = described("query", "The query.", example="SELECT * WHERE { ?s ?p ?o } LIMIT 3")
    return told if body else [query, *told]


def _request_body() -> dict[str, Any]:
    form = {
        "type": "object",
        "required": ["query"],
        "properties": {
            name: {"type": "string"}
            for name in ("query", *_GRAPH_FIELDS, "policy", "known-at", "format")
        },
    }
    return {
        "required": True,
        "content": {
            "application/sparql-query": {"schema": {"type": "string"}},
            "application/x-www-form-urlencoded": {"schema": form},
        },
    }
