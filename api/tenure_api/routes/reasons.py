"""``/explain``: why an occurrence is in the world, and why its days are what they are."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from fastapi import APIRouter, Request
from starlette.responses import HTMLResponse, JSONResponse, Response

from tenure.errors import BadParameter, NotFound
from tenure.explain import left_out_wholly
from tenure.nearest import nearest, remedy_of
from tenure_api.http.answers import VARY
from tenure_api.http.negotiation import HTML, wants_page
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
from tenure_api.pages.figure import Figure, draw
from tenure_api.pages.said import Said, said

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tenure.claims import Policy
    from tenure.explain import Explanation
    from tenure.world import Moment, World
    from tenure_api.service import Service

AT = "at"


@dataclass(frozen=True, slots=True)
class Reasoned:
    """An explanation with what a page adds to it."""

    explanation: Explanation
    claims: list[Said]
    figure: Figure | None


def reasoned(
    service: Service,
    policy: Policy,
    iri: str,
    *,
    asked: int | None = None,
    moments: Sequence[Moment] = (),
) -> Reasoned:
    """The reasons for an occurrence, and how it stood at ``moments``.

    ``asked`` is a day number to be marked in the figure.

    Raises :class:`~tenure.errors.NotFound`, naming the nearest occurrences.
    """
    world = service.kb.around([iri], policy)
    if iri not in world.occurrences:
        raise NotFound(
            f"The world under this policy has no situation or event {service.kb.names.short(iri)}.",
            where="/explain",
            remedy=left_out_wholly(world, iri)
            or remedy_of(_nearest(service, world, iri), "/queries/timeline lists what there is."),
        )
    explanation = service.kb.explain(iri, policy, moments)
    claims = said(service.kb, world, [service.kb.claims[one.iri] for one in explanation.claims])
    return Reasoned(explanation, claims, draw(world.occurrences[iri].bounds, asked))


def _nearest(service: Service, world: World, iri: str) -> list[str]:
    short = service.kb.names.short
    return nearest(short(iri), map(short, world.occurrences))


def router(service: Service) -> APIRouter:
    """The routes of ``/explain``."""
    api = APIRouter(tags=["Reasons"])
    at = described(
        AT,
        "Say too how it stood then, and why: an EDTF value, or an event or a source by slug.",
        example="2020-01-02",
    )
    common = [at, policy_parameter(), known_at_parameter(), format_parameter(["json", "html"])]

    def shared(named: dict[str, Any]) -> dict[str, Any]:
        refusal = (404, "No such situation or event.")
        media = ["application/json", HTML]
        return operation("The reasons.", media, [named, *common], refusal)

    by_iri = described("iri", "The IRI or slug of a situation or an event.", required=True)
    by_slug = described("slug", "The slug of a situation or an event.", required=True, place="path")

    @api.get(
        "/explain",
        operation_id="explain-iri",
        summary="Why? (by IRI)",
        **shared(by_iri),
    )
    def by_parameter(request: Request) -> Response:
        iri = request.query_params.get("iri", "").strip()
        if not iri:
            raise BadParameter(
                "Nothing to explain is named.",
                where="iri",
                remedy="Give the IRI or slug of a situation or an event, or use /explain/<slug>.",
            )
        return _answer(request, service, iri if "://" in iri else _iri(service, iri))

    @api.get(
        "/explain/{slug:path}",
        operation_id="explain",
        summary="Why?",
        **shared(by_slug),
    )
    def by_path(request: Request) -> Response:
        return _answer(request, service, _iri(service, request.path_params["slug"]))

    return api


def _iri(service: Service, slug: str) -> str:
    return service.kb.names.id_prefix + slug


def _day(moments: Sequence[Moment]) -> int | None:
    """The known day that a moment is, if it is one."""
    days = {(m.begun, m.lasting, m.begun_maybe, m.lasting_maybe) for m in moments}
    one = {day for four in days for day in four}
    day = one.pop() if len(one) == 1 else None
    return day.shift if day is not None and day.iri is None else None


def _answer(request: Request, service: Service, iri: str) -> Response:
    as_page = wants_page(request)
    values = read_parameters(request, ("iri", AT, POLICY, FORMAT), service.limits)
    policy = service.kb.policy(values.get(POLICY))
    moments = [service.kb.moment(at=values[AT])] if values.get(AT) else []
    found = reasoned(service, policy, iri, asked=_day(moments), moments=moments)
    if not as_page:
        return JSONResponse(found.explanation.to_dict(), headers=VARY)
    values[FORMAT] = "json"
    page = service.pages.render(
        "explain.html",
        reason=found.explanation,
        claims=found.claims,
        figure=found.figure,
        at=values.get(AT, ""),
        kept={name: values[name] for name in ("iri", POLICY) if name in values},
        json_query=urlencode(values),
    )
    return HTMLResponse(page, headers=VARY)
