"""``/at/{when}``: the world of a moment as plain triples.

``when`` is what follows ``…/at/`` in the IRI of a day's graph: a day or any EDTF value, an event
or a source by slug, ``before/…`` and ``after/…``. ``/possible`` after it adds what is not ruled
out. An IRI of a day under another policy, ``…/policy/<policy>/at/<when>``, is answered likewise.
"""

from __future__ import annotations

from functools import partial
from typing import Final
from urllib.parse import urlencode

from fastapi import APIRouter
from pyoxigraph import Literal
from starlette.responses import Response

from tenure.temporal import Certainty
from tenure.views import day_view, least_degree, read_key
from tenure_api.negotiation import GRAPHS
from tenure_api.openapi import described, known_at_parameter, policy_parameter
from tenure_api.pages.tables import occurrence_tables
from tenure_api.parameters import POLICY
from tenure_api.routes.resource import ReadRequest, Resources
from tenure_api.service import Service

_DEGREES: Final = tuple(f"/{one}" for one in (Certainty.PRESUMED, Certainty.POSSIBLE))


def router(service: Service) -> APIRouter:
    """The routes of the days."""
    resources = Resources(service, "Days")
    when = described(
        "when",
        "A day, any EDTF value, or an event or a source by slug (`event/…`, `source/…`); "
        "`before/…` and `after/…` lead to the day before and after.",
        required=True,
        place="path",
        example="2020-01-02",
    )
    add = partial(
        resources.add,
        answer="The day as triples.",
        formats=GRAPHS,
        parameters=[when, policy_parameter(), known_at_parameter()],
        refusals=[(404, "An unknown event or source.")],
    )
    add(
        "/at/{when:path}/possible",
        partial(_day, degree=Certainty.POSSIBLE),
        operation_id="at-possible",
        summary="A day, with what is only possible",
    )
    add(
        "/at/{when:path}/presumed",
        partial(_day, degree=Certainty.PRESUMED),
        operation_id="at-presumed",
        summary="A day, with what is presumed to have gone on",
    )
    add("/at/{when:path}", _day, operation_id="at", summary="A day: what certainly held")
    add("/policy/{policy}/at/{when:path}", _under_policy)
    add("/known/{instant}/at/{when:path}", _as_known)
    return resources.api


def _under_policy(asked: ReadRequest) -> Response:
    return _named(asked, asked.path("policy"))


def _as_known(asked: ReadRequest) -> Response:
    return _named(asked, f"known-at={asked.path('instant')}")


def _named(asked: ReadRequest, policy: str) -> Response:
    """A day by the rest of the name of its graph, which says itself how sure it is at least."""
    when = asked.path("when")
    degree = next((one[1:] for one in _DEGREES if when.endswith(one)), None)
    plain = when.removesuffix(f"/{degree}") if degree else when
    return _day(asked, plain, degree=least_degree(degree or "certain"), policy=policy)


def _day(
    asked: ReadRequest,
    when: str | None = None,
    *,
    degree: Certainty = Certainty.CERTAIN,
    policy: str | None = None,
) -> Response:
    service, request = asked.service, asked.request
    when = when or asked.path("when")
    chosen = service.kb.policy(";".join(filter(None, (policy, asked.values.get(POLICY)))))
    moment = read_key(service.kb.names, service.kb.resolve_dated, when)
    if not asked.as_page:
        return asked.document(service.kb.slice(moment, chosen, degree=degree))
    degrees = day_view(degree).degrees
    surely = {
        iri: str(certainty)
        for iri, certainty in service.kb.certainty(moment, chosen).items()
        if certainty in degrees
    }
    occurrences = service.kb.occurrences(surely, chosen)
    found = ((one, surely[iri]) for iri, one in occurrences.items())
    suffix = f"?{urlencode({POLICY: chosen.text})}" if chosen.text else ""
    plain = request.url.path
    for one in _DEGREES:
        plain = plain.removesuffix(one)
    query = f"?{request.url.query}" if request.url.query else ""
    return asked.page(
        "at.html",
        when=when,
        title=_title(service, when),
        degree=str(degree),
        others={
            str(one): plain + ("" if one is Certainty.CERTAIN else f"/{one}") + query
            for one in day_view(Certainty.POSSIBLE).degrees
            if one is not degree
        },
        formats=[form.name for form in GRAPHS],
        base_query=f"{request.url.query}&" if request.url.query else "",
        tables=list(occurrence_tables(service.pages, found, suffix)),
    )


def _title(service: Service, when: str) -> tuple[Literal, ...]:
    iri = service.kb.names.base + ("" if when.startswith("source/") else "id/") + when
    named = iri in service.kb.sources or "/" in when
    return service.pages.links.named(iri) if named else (Literal(when),)
