"""``/history``, ``/learned`` and ``/diff``: the two clocks, never mixed.

``/history`` and ``/learned`` go by recorded time (when the knowledge base held what), ``/diff`` by
valid time (what was so when).
"""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from fastapi import APIRouter, Request
from pyoxigraph import Literal, NamedNode
from starlette.concurrency import run_in_threadpool
from starlette.responses import HTMLResponse, JSONResponse, Response

from tenure.claims import learned, read_instant
from tenure.errors import BadParameter
from tenure.store.answers import Solutions
from tenure_api.http.answers import VARY, in_one_thread
from tenure_api.http.negotiation import HTML, wants_page
from tenure_api.http.parameters import (
    FORMAT,
    KNOWN_AT,
    POLICY,
    described,
    format_parameter,
    known_at_parameter,
    operation,
    policy_parameter,
    read_parameters,
)
from tenure_api.pages.grids import EXPLAINED, Grid, GridRow, grid
from tenure_api.routes.asking import Question, answer_to

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from tenure.store import Answer
    from tenure_api.service import Service

_CHANGES = "changes"
_SOURCE = "source"
_FROM, _TO = "from", "to"


def router(service: Service) -> APIRouter:
    """The routes of the two clocks."""
    api = APIRouter(tags=["Clocks"])
    of_source = described(_SOURCE, "Only the claims of this source, by its slug.")

    def shared(*parameters: dict[str, Any]) -> dict[str, Any]:
        told = [*parameters, format_parameter(["json", "html"])]
        refusal = (404, "An unknown source or event.")
        return operation("The answer.", ["application/json", HTML], told, refusal)

    @api.get(
        "/history",
        operation_id="clock-history",
        summary="The revisions: what was recorded and retracted when, by whom, and why",
        **shared(of_source, known_at_parameter()),
    )
    def history(request: Request) -> Response:
        return _history(request, service)

    instants = (
        described(_FROM, "An instant of recorded time.", required=True),
        described(_TO, "A later one.", required=True),
    )

    @api.get(
        "/learned",
        operation_id="clock-learned",
        summary="What was learned between two instants (recorded time)",
        **shared(*instants, of_source),
    )
    def between(request: Request) -> Response:
        return _learned(request, service)

    days = (
        described(_FROM, "A day, EDTF value, event or source.", required=True),
        described(_TO, "Another one.", required=True),
    )

    @api.get(
        "/diff",
        operation_id="clock-diff",
        summary="What changed in the world between two days (valid time)",
        **shared(*days, policy_parameter(), known_at_parameter()),
    )
    async def diff(request: Request) -> Response:
        as_page = wants_page(request)
        values = read_parameters(request, (_FROM, _TO, POLICY, FORMAT), service.limits)
        query = service.catalog.find(_CHANGES)
        moments = [_needed(values, name) for name in (_FROM, _TO)]
        arguments = dict(zip((one.name for one in query.parameters), moments, strict=False))
        asked = Question(query, arguments, values.get(POLICY))
        most = service.limits.rows if as_page else service.settings.query_rows
        made = await answer_to(request, service, asked, most)
        work = partial(_diff, service, asked, made, values, as_page=as_page)
        return await run_in_threadpool(partial(in_one_thread, work))

    return api


def _history(request: Request, service: Service) -> Response:
    as_page = wants_page(request)
    values = read_parameters(request, (_SOURCE, KNOWN_AT, FORMAT), service.limits)
    kb = service.kb
    known_at = kb.policy(values.pop(POLICY, None)).known_at
    if known_at:
        values[KNOWN_AT] = known_at
    found = kb.revisions(_source(service, values), known_at)
    if not as_page:
        return JSONResponse({"revisions": [one.to_dict() for one in found]}, headers=VARY)
    rows = [
        GridRow(
            (
                Literal(one.instant),
                NamedNode(one.source),
                Literal(str(len(one.added))),
                Literal(str(len(one.retracted))),
                Literal(one.by) if one.by else None,
                Literal(one.message) if one.message else None,
            )
        )
        for one in found[: service.limits.rows]
    ]
    more = len(found) > len(rows)
    columns = ("instant", "source", "added", "retracted", "by", "message")
    return _page(service, "History", "recorded time", values, Grid(columns, rows, more))


def _learned(request: Request, service: Service) -> Response:
    as_page = wants_page(request)
    values = read_parameters(request, (_FROM, _TO, _SOURCE, FORMAT), service.limits)
    start, end = (read_instant(_needed(values, name), name) for name in (_FROM, _TO))
    found = learned(
        service.kb.claims_changed(start, end), start, end, source=_source(service, values)
    )
    if not as_page:
        return JSONResponse(found.to_dict(), headers=VARY)
    changes = found.rows()
    rows = [
        GridRow((Literal(change), Literal(at), NamedNode(claim.iri), claim.words))
        for change, at, claim in changes[: service.limits.rows]
    ]
    table = Grid(("change", "instant", "claim", "statement"), rows, len(changes) > len(rows))
    title = f"Learned from {start} to {end}"
    return _page(service, title, "recorded time", values, table)


def _diff(
    service: Service,
    asked: Question,
    made: Callable[[], Answer],
    values: Mapping[str, str],
    *,
    as_page: bool,
) -> Response:
    moments = [values[name].strip() for name in (_FROM, _TO)]
    policy = service.kb.policy(asked.policy)
    answer = made()
    assert isinstance(answer, Solutions)
    if not as_page:
        names = answer.variables
        told = [
            {
                name: getattr(term, "value", None)
                for name, term in zip(names, row, strict=True)
                if term is not None
            }
            for row in answer
        ]
        first, second = moments
        return JSONResponse({"from": first, "to": second, "changes": told}, headers=VARY)
    table = grid(
        answer.variables,
        answer,
        most=service.limits.rows,
        links=service.links,
        explain_by=EXPLAINED,
        suffix=f"?{urlencode({POLICY: policy.text})}" if policy.text else "",
        notes={column.name: column.description for column in asked.query.columns},
    )
    title = f"Changed from {moments[0]} to {moments[1]}"
    return _page(service, title, "valid time", values, table)


def _source(service: Service, values: Mapping[str, str]) -> str | None:
    return service.kb.source_iri(values[_SOURCE]) if values.get(_SOURCE) else None


def _needed(values: Mapping[str, str], name: str) -> str:
    if values.get(name, "").strip():
        return values[name].strip()
    raise BadParameter(
        f"The parameter {name!r} is missing.", where=name, remedy=f"Give {_FROM} and {_TO}."
    )


def _page(
    service: Service, title: str, clock: str, values: Mapping[str, str], table: Grid
) -> Response:
    page = service.pages.render(
        "clock.html",
        title=title,
        clock=clock,
        json_query=urlencode({**values, FORMAT: "json"}),
        grid=table,
    )
    return HTMLResponse(page, headers=VARY)
