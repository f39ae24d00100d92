"""``/at``: a day as a page; ``/at/{when}``: the world of a moment as plain triples.

``when`` is what follows ``…/at/`` in the IRI of a day's graph: a day or any EDTF value, an event
or a source by slug, ``before/…`` and ``after/…``. ``/possible`` after it adds what is not ruled
out. An IRI of a day under another policy, ``…/policy/<policy>/at/<when>``, is answered likewise.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import partial
from typing import Final
from urllib.parse import quote

from fastapi import APIRouter
from starlette.responses import HTMLResponse, Response

from tenure.model import Occurrence, Policy
from tenure.temporal import Certainty
from tenure.views import day_view, least_degree, read_key
from tenure_api.negotiation import GRAPHS, VARY
from tenure_api.openapi import described, known_at_parameter, page_parameter, policy_parameter
from tenure_api.pages.paging import pager_of
from tenure_api.pages.rendering import SAFE, Pages
from tenure_api.pages.sentences import Sentence, clause_of
from tenure_api.pages.tables import date_words, dates, grounds
from tenure_api.parameters import KNOWN_AT, POLICY
from tenure_api.routes.resource import ReadRequest, Resources
from tenure_api.service import Service

DAYS: Final = "/at"
_MOST_SHOWN: Final = 100
_FIRST: Final[Mapping[str, str]] = {}
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
    resources.add(
        DAYS,
        _chosen_day,
        formats=(),
        parameters=[policy_parameter(), known_at_parameter(), page_parameter()],
    )
    add("/at/{when:path}", _day, operation_id="at", summary="A day: what certainly held")
    add("/policy/{policy}/at/{when:path}", _under_policy)
    add("/known/{instant}/at/{when:path}", _as_known)
    return resources.api


def _under_policy(asked: ReadRequest) -> Response:
    return _named(asked, asked.path("policy"))


def _as_known(asked: ReadRequest) -> Response:
    return _named(asked, f"{KNOWN_AT}={asked.path('instant')}")


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
    kb = asked.service.kb
    when = kb.as_time(when or asked.path("when"))
    chosen = kb.policy(";".join(filter(None, (policy, asked.values.get(POLICY)))))
    moment = read_key(kb.names, kb.resolve_dated, when)
    if not asked.as_page:
        return asked.document(kb.slice(moment, chosen, degree=degree))
    known_at = chosen.known_at or ""
    own = ";".join(part for part in chosen.text.split(";") if not part.startswith(KNOWN_AT))
    view = replace(
        asked.view, day=when, degree=degree, policy=own, known_at=known_at, path=DAYS, others=()
    )
    return _page(asked.service.pages.seen(view), chosen)


def _chosen_day(asked: ReadRequest) -> Response:
    return _page(asked.pages, asked.policy, asked.values)


@dataclass(frozen=True, slots=True)
class Going:
    """What went on: what is said of its subject, its ends in words, and how surely."""

    occurrence: Occurrence
    clause: Sentence
    began: str
    ended: str
    certainty: str
    basis: str


def _page(pages: Pages, policy: Policy, values: Mapping[str, str] = _FIRST) -> Response:
    """The page of a day: what went on, as surely as is asked for, by kind, who was in office first.

    What is on other pages is not read.
    """
    kb, view = pages.kb, pages.view
    degrees = day_view(view.degree).degrees
    surely = {
        iri: certainty
        for iri, certainty in kb.certainty(view.moment, policy).items()
        if certainty in degrees
    }
    seats = kb.seats_taken(surely, policy)
    ordered = sorted(surely, key=lambda iri: (iri not in seats, iri))
    pager = pager_of(values, len(ordered), _MOST_SHOWN)
    shown = pager.part(ordered)
    by_kind: dict[str, list[Going]] = {}
    for iri, one in sorted(
        kb.occurrences(shown, policy).items(), key=lambda item: shown.index(item[0])
    ):
        began, ended = map(date_words, dates(one))
        basis = getattr(grounds(pages, one)[1], "value", "")
        row = Going(
            one, clause_of(pages, one) if one.subject else (), began, ended, str(surely[iri]), basis
        )
        by_kind.setdefault(one.kind, []).append(row)
    tail = "" if view.degree is Certainty.CERTAIN else f"/{view.degree}"
    text = pages.render(
        "at.html",
        here=DAYS,
        address=f"{DAYS}/{quote(view.moment.key, safe=SAFE)}{tail}",
        formats=[form.name for form in GRAPHS],
        kinds=list(by_kind.items()),
        pager=pager,
    )
    return HTMLResponse(text, headers=VARY)
