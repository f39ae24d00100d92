"""``/at/{when}``: the world of a moment as plain triples.

``when`` is what follows ``…/at/`` in the IRI of a day's graph: a day or any EDTF value, an event
or a source by slug, ``before/…`` and ``after/…``. ``/possible`` after it adds what is not ruled
out. An IRI of a day under another policy, ``…/policy/<policy>/at/<when>``, is answered likewise.
"""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import urlencode

from fastapi import APIRouter, Request
from pyoxigraph import Literal
from starlette.responses import HTMLResponse, Response

from tenure.slices import read_key
from tenure.store.formats import media_types
from tenure.temporal import Certainty
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
from tenure_api.pages.tables import occurrence_tables

if TYPE_CHECKING:
    from tenure_api.service import Service

_POSSIBLE = "/possible"


def router(service: Service) -> APIRouter:
    """The routes of the days."""
    api = APIRouter(tags=["Days"])
    when = described(
        "when",
        "A day, any EDTF value, or an event or a source by slug (`event/…`, `source/…`); "
        "`before/…` and `after/…` lead to the day before and after.",
        required=True,
        place="path",
        example="2020-01-02",
    )
    names = [*(form.name for form in GRAPHS), "html"]
    shared = operation(
        "The day as triples.",
        [*media_types(GRAPHS), HTML],
        [when, policy_parameter(), known_at_parameter(), format_parameter(names)],
        (404, "An unknown event or source."),
    )

    @api.get(
        "/at/{when:path}/possible",
        operation_id="at-possible",
        summary="A day, with what is only possible",
        **shared,
    )
    def at_possible(request: Request) -> Response:
        return _day(request, service, request.path_params["when"], possible=True)

    @api.get("/at/{when:path}", operation_id="at", summary="A day: what certainly held", **shared)
    def at(request: Request) -> Response:
        return _day(request, service, request.path_params["when"], possible=False)

    def under(request: Request, policy: str) -> Response:
        when = request.path_params["when"]
        possible = when.endswith(_POSSIBLE)
        return _day(
            request, service, when.removesuffix(_POSSIBLE), possible=possible, policy=policy
        )

    @api.get("/policy/{policy}/at/{when:path}", include_in_schema=False)
    def at_under_policy(request: Request) -> Response:
        return under(request, request.path_params["policy"])

    @api.get("/known/{instant}/at/{when:path}", include_in_schema=False)
    def at_as_known(request: Request) -> Response:
        return under(request, f"known-at={request.path_params['instant']}")

    return api


def _day(
    request: Request, service: Service, when: str, *, possible: bool, policy: str | None = None
) -> Response:
    choice = choose(request, GRAPHS, page=True)
    values = read_parameters(request, (POLICY, FORMAT), service.limits)
    chosen = service.kb.policy(";".join(filter(None, (policy, values.get(POLICY)))))
    moment = read_key(service.kb.names, service.kb.resolve_dated, when)
    if choice.form is not None:
        triples = service.kb.slice(moment, chosen, possible=possible)
        return answers.own_document(service, triples, choice)
    values = {POLICY: chosen.text} if chosen.text else {}
    surely = {
        iri: str(certainty)
        for iri, certainty in service.kb.certainty(moment, chosen).items()
        if possible or certainty is Certainty.CERTAIN
    }
    occurrences = service.kb.occurrences(surely, chosen)
    found = ((one, surely[iri]) for iri, one in occurrences.items())
    plain = request.url.path.removesuffix(_POSSIBLE)
    query = f"?{request.url.query}" if request.url.query else ""
    page = service.pages.render(
        "at.html",
        when=when,
        title=_title(service, when),
        possible=possible,
        other=(plain if possible else plain + _POSSIBLE) + query,
        formats=[form.name for form in GRAPHS],
        base_query=f"{request.url.query}&" if request.url.query else "",
        tables=list(occurrence_tables(service, found, f"?{urlencode(values)}" if values else "")),
    )
    return HTMLResponse(page, headers=VARY)


def _title(service: Service, when: str) -> tuple[Literal, ...]:
    iri = service.kb.names.base + ("" if when.startswith("source/") else "id/") + when
    named = iri in service.kb.sources or "/" in when
    return service.links.named(iri) if named else (Literal(when),)
