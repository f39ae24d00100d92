"""``/conflicts``: what contradicts what, and which gave way."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from fastapi import APIRouter
from starlette.responses import Response

from tenure.errors import BadParameter
from tenure.model import Conflict
from tenure.suggest import nearest, remedy_of
from tenure_api.openapi import known_at_parameter, policy_parameter
from tenure_api.pages.disagreements import card_of, grouped
from tenure_api.pages.over_time import KnownConflicts
from tenure_api.pages.paging import pager_of
from tenure_api.pages.view import named_policies
from tenure_api.routes.resource import ReadRequest, Resources
from tenure_api.service import Service

MOST_CARDS: Final = 10
"""Cards on a page."""
_MOST_LISTED: Final = 100
"""Sources that are offered in a list; of more, one types a name."""


def router(service: Service) -> APIRouter:
    """The routes of conflicts."""
    resources = Resources(service, "Conflicts")
    resources.add(
        "/conflicts",
        _conflicts,
        operation_id="list-conflicts",
        summary="The claims that contradict each other, and which gave way by what rule",
        parameters=[policy_parameter(), known_at_parameter()],
        paging=("page", "entity", "source", "under"),
    )
    return resources.api


def _conflicts(asked: ReadRequest) -> Response:
    found = asked.service.kb.companion(KnownConflicts).of(asked.policy)
    if not asked.as_page:
        beside = asked.service.kb.alternatives_beside(found, asked.policy)
        told = {iri: [one.to_dict() for one in several] for iri, several in beside.items()}
        listed = [one.to_dict() for one in found]
        return asked.json({"conflicts": listed, "alternatives": told})
    return _cards(asked, found)


def _cards(asked: ReadRequest, found: Sequence[Conflict]) -> Response:
    kb, values = asked.service.kb, asked.values
    entity, source, under = (values.get(name, "").strip() for name in ("entity", "source", "under"))
    named = {one.name: one for one in named_policies(kb)}
    if under and under not in named:
        raise BadParameter(
            f"There is no policy {under[:80]!r}.",
            where="under",
            remedy=remedy_of(nearest(under, named), f"There are {', '.join(named)}."),
        )
    wanted = kb.registry.find(entity).value if entity else ""
    of_source = kb.source_iri(source) if source else ""
    some = kb.companion(KnownConflicts).chosen(asked.policy, wanted, of_source)
    groups = grouped(some)
    pager = pager_of(values, len(groups), MOST_CARDS)
    other = kb.policy(f"policy={under}") if under else None
    sources = dict.fromkeys(kb.claims[iri].source for one in found for iri in one.claims)
    return asked.page(
        "conflicts.html",
        cards=[card_of(asked.pages, one, asked.policy, other) for one in pager.part(groups)],
        total=len(found),
        chosen=len(some),
        pager=pager,
        entity=entity,
        source=source,
        under=under,
        policies=list(named.values()),
        sources=[
            (kb.names.short(iri), kb.sources[iri].title)
            for iri in sorted(sources if len(sources) <= _MOST_LISTED else ())
        ],
    )
