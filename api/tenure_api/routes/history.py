"""``/history``, ``/learned`` and ``/diff``: the two clocks, never mixed.

``/history`` and ``/learned`` go by recorded time (when the knowledge base held what), ``/diff`` by
valid time (what was so when).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from contextlib import suppress
from datetime import datetime, timedelta
from functools import partial
from typing import Any, Final

from fastapi import APIRouter
from starlette.concurrency import run_in_threadpool
from starlette.responses import Response

from tenure.catalog import CatalogQuery
from tenure.errors import BadParameter, TenureError, TooLarge
from tenure.model import Learned, Revision, learned, read_instant
from tenure.store.answers import Solutions
from tenure.temporal.in_words import date_in_words
from tenure_api.kept import KeptLast
from tenure_api.openapi import described, known_at_parameter, page_parameter, policy_parameter
from tenure_api.pages.paging import pager_of
from tenure_api.pages.rendering import Pages
from tenure_api.pages.sentences import sentence_of
from tenure_api.pages.tables import value_of
from tenure_api.pages.view import BarChoices, read_day
from tenure_api.parameters import KNOWN_AT, POLICY
from tenure_api.problems import describe
from tenure_api.responses import in_one_thread
from tenure_api.routes.catalog import AskedQuestion
from tenure_api.routes.resource import ReadRequest, Resources
from tenure_api.service import Service

_MOST_REVISIONS: Final = 100
_CHANGES: Final = "changes"
_SOURCE: Final = "source"
_FROM: Final = "from"
_TO: Final = "to"


def router(service: Service) -> APIRouter:
    """The routes of the two clocks."""
    resources = Resources(service, "Clocks")
    add = partial(resources.add, refusals=[(404, "An unknown source or event.")])
    of_source = described(_SOURCE, "Only the claims of this source, by its slug.")
    add(
        "/history",
        _history,
        operation_id="clock-history",
        summary="The revisions: what was recorded and retracted when, by whom, and why",
        parameters=[of_source, known_at_parameter(), page_parameter()],
    )
    add(
        "/learned",
        _learned,
        operation_id="clock-learned",
        summary="What was learned between two instants (recorded time)",
        parameters=[
            described(_FROM, "An instant of recorded time.", required=True),
            described(_TO, "A later one.", required=True),
            of_source,
            page_parameter(),
        ],
    )
    add(
        "/diff",
        _diff,
        operation_id="clock-diff",
        summary="What changed in the world between two days (valid time)",
        parameters=[
            described(_FROM, "A day, EDTF value, event or source.", required=True),
            described(_TO, "Another one.", required=True),
            policy_parameter(),
            known_at_parameter(),
        ],
    )
    return resources.api


def _history(asked: ReadRequest) -> Response:
    kb, values = asked.service.kb, asked.values
    known_at = kb.policy(values.pop(POLICY, None)).known_at
    if known_at:
        values[KNOWN_AT] = known_at
    source, problem = _source(asked), None
    try:
        found = kb.companion(_LastRevisions).of(
            (source, known_at), lambda: kb.revisions(source, known_at)
        )
    except TooLarge as error:
        if not asked.as_page:
            raise
        found, problem = (), describe(error)
    if not asked.as_page:
        return asked.json({"revisions": [one.to_dict() for one in found]})
    latest = found[::-1]
    pager = pager_of(asked.values, len(latest), _MOST_REVISIONS)
    return asked.page(
        "history.html",
        revisions=[(one, _second_before(one.instant)) for one in pager.part(latest)],
        problem=problem,
        source=source,
        pager=pager,
    )


class _LastRevisions(KeptLast[tuple[Revision, ...]]):
    """The revisions that were asked for last: to read all of many claims takes long."""


def _second_before(instant: str) -> str:
    """The instant a second before one in UTC."""
    before = datetime.fromisoformat(instant) - timedelta(seconds=1)
    return before.strftime("%Y-%m-%dT%H:%M:%SZ")


def _learned(asked: ReadRequest) -> Response:
    values = asked.values
    if asked.as_page and not (values.get(_FROM) and values.get(_TO)):
        return _learned_page(asked, None)
    start, end = (read_instant(_needed(values, name), name) for name in (_FROM, _TO))
    kb, source = asked.service.kb, _source(asked)

    def found() -> Learned:
        return learned(kb.claims_changed(start, end), start, end, source=source)

    if not asked.as_page:
        return asked.json(found().to_dict())
    changes = kb.companion(_LastLearned).of(
        (start, end, source), lambda: [(how, at, one.iri) for how, at, one in found().rows()]
    )
    return _learned_page(asked, (start, end), changes)


class _LastLearned(KeptLast[list[tuple[str, str, str]]]):
    """What was learned in the stretches asked for last: how, when, and the IRI of the claim."""


def _learned_page(
    asked: ReadRequest,
    between: tuple[str, str] | None,
    changes: Sequence[tuple[str, str, str]] = (),
) -> Response:
    pager = pager_of(asked.values, len(changes), _MOST_REVISIONS)
    claims = asked.service.kb.claims
    return asked.page(
        "learned.html",
        between=between,
        changes=[(how, at, claims[iri]) for how, at, iri in pager.part(changes)],
        pager=pager,
        values=asked.values,
        source=_source(asked),
    )


async def _diff(asked: ReadRequest) -> Response:
    service, values = asked.service, asked.values
    query = service.catalog.find(_CHANGES)
    if asked.as_page:
        return await _diff_page(asked, query)
    moments = [_needed(values, name) for name in (_FROM, _TO)]
    made = await _question(asked, query, moments).answer(service.settings.query_rows)
    return await run_in_threadpool(in_one_thread, lambda: _difference(asked, moments, made()))


def _question(asked: ReadRequest, query: CatalogQuery, moments: Sequence[str]) -> AskedQuestion:
    arguments = dict(zip((one.name for one in query.parameters), moments, strict=False))
    policy = asked.values.get(POLICY)
    return AskedQuestion(asked.request, asked.service, query, arguments, policy)


def _difference(asked: ReadRequest, moments: Sequence[str], answer: Solutions) -> Response:
    changes = [
        {
            name: getattr(term, "value", None)
            for name, term in zip(answer.variables, row, strict=True)
            if term is not None
        }
        for row in answer
    ]
    return asked.json({_FROM: moments[0], _TO: moments[1], "changes": changes})


async def _diff_page(asked: ReadRequest, query: CatalogQuery) -> Response:
    """What changed, by how it did; by default between the day of the view and the one before."""
    kb, view, values = asked.service.kb, asked.view, asked.values
    typed = [values.get(_FROM) or BarChoices(view, kb).day_before, values.get(_TO) or view.begins]
    problem, made = None, None
    try:
        moments = [read_day(kb, text.strip())[0][0] for text in typed] if all(typed) else []
        if moments:
            question = _question(asked, query, moments)
            made = await question.answer(asked.service.limits.rows)
    except TenureError as error:
        problem = describe(error)

    def page() -> Response:
        answer = made() if made is not None else None
        by: dict[str, list[Mapping[str, Any]]] = defaultdict(list)
        variables = answer.variables if answer is not None else ()
        rows = [dict(zip(variables, row, strict=True)) for row in answer or ()]
        known = kb.occurrences([value_of(row["situation"]) for row in rows], asked.policy)
        for row in rows:
            one = known.get(value_of(row["situation"]))
            named = {**row, "said": sentence_of(asked.pages, one) if one is not None else ()}
            by[value_of(row["change"])].append(named)
        response = asked.page(
            "diff.html",
            typed=typed,
            days=[_said(asked.pages, text) for text in typed] if problem is None else [],
            problem=problem,
            changes=sorted(by.items(), key=lambda one: (one[0] not in ("began", "ended"), one[0])),
        )
        response.status_code = problem["status"] if problem else response.status_code
        return response

    return await run_in_threadpool(in_one_thread, page)


def _said(pages: Pages, text: str) -> str:
    kb = pages.kb
    with suppress(TenureError):
        key = read_day(kb, text.strip())[0][0]
        with suppress(TenureError):
            return date_in_words(key).removeprefix("on ").removeprefix("in ")
        return pages.links.label(kb.resolve_dated(key))
    return text


def _source(asked: ReadRequest) -> str | None:
    named = asked.values.get(_SOURCE)
    return asked.service.kb.source_iri(named) if named else None


def _needed(values: Mapping[str, str], name: str) -> str:
    if values.get(name, "").strip():
        return values[name].strip()
    raise BadParameter(
        f"The parameter {name!r} is missing.", where=name, remedy=f"Give {_FROM} and {_TO}."
    )
