"""``/``: who is in office on the day, what contradicts what, what there is; and the problems.

All that it shows is of the base at hand, and each part leads to the whole of it.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from fastapi import APIRouter
from starlette.responses import Response

from tenure.catalog import CatalogQuery
from tenure.errors import TooLarge
from tenure.knowledge import KnowledgeBase
from tenure.model import Conflict, Policy
from tenure.temporal.in_words import date_in_words
from tenure_api.openapi import known_at_parameter, policy_parameter
from tenure_api.pages.over_time import KnownConflicts
from tenure_api.pages.rendering import Pages
from tenure_api.problems import kinds
from tenure_api.routes.browse import (
    LISTS,
    Coverages,
    Holder,
    SeatsTaken,
    ThingsByName,
    seats_taken,
)
from tenure_api.routes.resource import ReadRequest, Resources
from tenure_api.service import Service

_MOST_ORGANIZATIONS: Final = 12
_MOST_OFFICES: Final = 60
_MOST_CONFLICTS: Final = 5
_MOST_SOURCES: Final = 8
_MOST_QUESTIONS: Final = 5


@dataclass(frozen=True, slots=True)
class Offices:
    """An organization (None for offices of which it is not known) with who holds its offices."""

    organization: str | None
    held: Sequence[tuple[str, Sequence[Holder]]]


@dataclass(frozen=True, slots=True)
class QuestionToTry:
    """A question with arguments to try it with; none where the base has nothing to ask about."""

    query: CatalogQuery
    example: dict[str, str]


def router(service: Service) -> APIRouter:
    """The routes of the home page and of the page of problems."""
    resources = Resources(service, "Home")
    resources.add("/", _home, formats=(), parameters=[policy_parameter(), known_at_parameter()])
    resources.add("/problems", _problems, formats=())
    return resources.api


def _home(asked: ReadRequest) -> Response:
    service, pages, kb = asked.service, asked.pages, asked.service.kb
    offices, more = _in_office(pages, seats_taken(pages, asked.policy))
    conflicts, number = _latest_conflicts(kb, asked.policy)
    sources = kb.companion(ThingsByName).of(LISTS["sources"])
    return asked.page(
        "home.html",
        here="/",
        lists=LISTS,
        offices=offices,
        more=more,
        conflicts=conflicts,
        conflict_count=number,
        sources=[
            (
                iri,
                date_in_words(kb.sources[iri].published.text),
                kb.companion(Coverages).of(iri),
            )
            for iri in sources[:_MOST_SOURCES]
        ],
        holds=[(one, len(kb.companion(ThingsByName).of(one))) for one in LISTS.values()],
        claims=len(kb.claims),
        questions=_questions(service),
    )


def _problems(asked: ReadRequest) -> Response:
    return asked.page("problems.html", here="/problems", kinds=kinds())


def _in_office(pages: Pages, taken: SeatsTaken) -> tuple[list[Offices], bool]:
    """Who is in office, by organization, those with most first; whether there are more."""
    registry = pages.kb.registry
    by: dict[str | None, set[str]] = defaultdict(set)
    for office, _ in taken.by_tenure.values():
        by[registry.behind.get(office)].add(office)

    def place(item: tuple[str | None, set[str]]) -> tuple[bool, int, str]:
        organization, held = item
        return organization is None, -len(held), registry.label(organization or "")

    chosen: list[tuple[str | None, list[str]]] = []
    rows = 0
    for organization, held in sorted(by.items(), key=place)[:_MOST_ORGANIZATIONS]:
        listed = sorted(held, key=registry.label)[: _MOST_OFFICES - rows]
        rows += len(listed)
        if listed:
            chosen.append((organization, listed))
    holders: dict[str, list[Holder]] = defaultdict(list)
    for one in taken.holders(office={office for _, some in chosen for office in some}):
        holders[one.office].append(one)
    shown = [
        Offices(organization, [(office, holders[office]) for office in some])
        for organization, some in chosen
    ]
    return shown, rows < sum(map(len, by.values()))


def _latest_conflicts(kb: KnowledgeBase, policy: Policy) -> tuple[list[Conflict], int]:
    """The conflicts with the newest sources, and how many there are; none of a large base."""
    try:
        found = kb.companion(KnownConflicts).of(policy)
    except TooLarge:
        return [], 0
    published = kb.snapshot.policy_terms.published

    def newest(one: Conflict) -> int:
        slugs = (iri.removeprefix(kb.names.claim_prefix).partition("/")[0] for iri in one.claims)
        return max((published.get(slug) or 0 for slug in slugs), default=0)

    # One for each thing that they concern: the page of all of them has the others.
    latest = sorted(found, key=lambda one: (one.settled, -newest(one), one.iri))
    apart = {one.concerns: one for one in reversed(latest)}
    return [one for one in latest if apart[one.concerns] is one][:_MOST_CONFLICTS], len(found)


def _questions(service: Service) -> list[tuple[str, list[QuestionToTry]]]:
    """Questions by what people want, those first that the base at hand has an example for."""
    return [
        (
            subject,
            [QuestionToTry(one, dict(service.examples.of(one))) for one in some[:_MOST_QUESTIONS]],
        )
        for subject, some in service.catalog.by_subject.items()
    ]
