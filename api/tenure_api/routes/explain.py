"""``/explain``: why an occurrence is in the world, and why its days are what they are."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from fastapi import APIRouter
from starlette.responses import Response

from tenure.errors import BadParameter, NotFound
from tenure.explain import Explanation, left_out_wholly
from tenure.fusion import Moment
from tenure.model import Policy
from tenure.suggest import nearest, remedy_of
from tenure_api.openapi import described, known_at_parameter, policy_parameter
from tenure_api.pages.figure import Figure, draw
from tenure_api.pages.tables import ClaimView, claim_views
from tenure_api.routes.resource import ReadRequest, Resources
from tenure_api.service import Service

AT: Final = "at"


@dataclass(frozen=True, slots=True)
class Reasoned:
    """An explanation with what a page adds to it."""

    explanation: Explanation
    claims: list[ClaimView]
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
            remedy=left_out_wholly(world, iri) or _elsewhere(service, policy, iri),
        )
    explanation = service.kb.explain(iri, policy, moments)
    claims = claim_views(
        service.kb, world, [service.kb.claims[one.iri] for one in explanation.claims]
    )
    return Reasoned(explanation, claims, draw(world.occurrences[iri].bounds, asked))


def _elsewhere(service: Service, policy: Policy, iri: str) -> str:
    """Where to look for what is no occurrence."""
    kb, slug = service.kb, service.kb.names.short(iri)
    if kb.names.base + slug in kb.claims:
        return f"It is a claim: /{slug} says what it rests on."
    if kb.is_known(iri):
        return f"It is an entity: /queries/timeline?entity={slug} lists what can be explained."
    return remedy_of(_nearest(service, policy, iri), "/queries/timeline lists what there is.")


def _nearest(service: Service, policy: Policy, iri: str) -> list[str]:
    """Occurrences with a name like that; of a large base none are looked for."""
    kb = service.kb
    known = () if kb.is_large else kb.world(policy).occurrences
    return nearest(kb.names.short(iri), map(kb.names.short, known))


def router(service: Service) -> APIRouter:
    """The routes of ``/explain``."""
    resources = Resources(service, "Reasons")
    at = described(
        AT,
        "Say too how it stood then, and why: an EDTF value, or an event or a source by slug.",
        example="2020-01-02",
    )
    by_iri = described("iri", "The IRI or slug of a situation or an event.", required=True)
    by_slug = described("slug", "The slug of a situation or an event.", required=True, place="path")
    for path, handler, operation_id, summary, named in (
        ("/explain", _by_iri, "explain-iri", "Why? (by IRI)", by_iri),
        ("/explain/{slug:path}", _by_slug, "explain", "Why?", by_slug),
    ):
        resources.add(
            path,
            handler,
            operation_id=operation_id,
            summary=summary,
            answer="The reasons.",
            parameters=[named, at, policy_parameter(), known_at_parameter()],
            refusals=[(404, "No such situation or event.")],
        )
    return resources.api


def _by_iri(asked: ReadRequest) -> Response:
    iri = asked.values.get("iri", "").strip()
    if not iri:
        raise BadParameter(
            "Nothing to explain is named.",
            where="iri",
            remedy="Give the IRI or slug of a situation or an event, or use /explain/<slug>.",
        )
    return _explained(asked, iri if "://" in iri else asked.service.kb.names.id_prefix + iri)


def _by_slug(asked: ReadRequest) -> Response:
    return _explained(asked, asked.service.kb.names.id_prefix + asked.path("slug"))


def _explained(asked: ReadRequest, iri: str) -> Response:
    service, values = asked.service, asked.values
    policy = asked.policy
    moments = [service.kb.moment(at=values[AT])] if values.get(AT) else []
    found = reasoned(service, policy, iri, asked=single_day(moments), moments=moments)
    if not asked.as_page:
        return asked.json(found.explanation.to_dict())
    return asked.page(
        "explain.html",
        reason=found.explanation,
        claims=found.claims,
        figure=found.figure,
        at=values.get(AT, ""),
        by_iri=values.get("iri", ""),
    )


def single_day(moments: Sequence[Moment]) -> int | None:
    """The known day that a moment is, if it is one."""
    days = {(m.begun, m.lasting, m.begun_maybe, m.lasting_maybe) for m in moments}
    one = {day for four in days for day in four}
    day = one.pop() if len(one) == 1 else None
    return day.shift if day is not None and day.iri is None else None
