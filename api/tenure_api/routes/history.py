"""``/history``, ``/learned`` and ``/diff``: the two clocks, never mixed.

``/history`` and ``/learned`` go by recorded time (when the knowledge base held what), ``/diff`` by
valid time (what was so when).
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import Final

from fastapi import APIRouter
from pyoxigraph import Literal, NamedNode
from starlette.concurrency import run_in_threadpool
from starlette.responses import Response

from tenure.errors import BadParameter
from tenure.model import learned, read_instant
from tenure.store.answers import Solutions
from tenure_api.openapi import described, known_at_parameter, policy_parameter
from tenure_api.pages.tables import Grid, GridRow
from tenure_api.parameters import KNOWN_AT, POLICY
from tenure_api.responses import in_one_thread
from tenure_api.routes.catalog import AskedQuestion
from tenure_api.routes.resource import ReadRequest, Resources
from tenure_api.service import Service

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
        parameters=[of_source, known_at_parameter()],
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
    found = kb.revisions(_source(asked), known_at)
    if not asked.as_page:
        return asked.json({"revisions": [one.to_dict() for one in found]})
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
        for one in found[: asked.service.limits.rows]
    ]
    columns = ("instant", "source", "added", "retracted", "by", "message")
    return _page(asked, "History", "recorded time", Grid(columns, rows, len(found) > len(rows)))


def _learned(asked: ReadRequest) -> Response:
    start, end = (read_instant(_needed(asked.values, name), name) for name in (_FROM, _TO))
    changed = asked.service.kb.claims_changed(start, end)
    found = learned(changed, start, end, source=_source(asked))
    if not asked.as_page:
        return asked.json(found.to_dict())
    changes = found.rows()
    rows = [
        GridRow((Literal(change), Literal(at), NamedNode(claim.iri), claim.words))
        for change, at, claim in changes[: asked.service.limits.rows]
    ]
    table = Grid(("change", "instant", "claim", "statement"), rows, len(changes) > len(rows))
    return _page(asked, f"Learned from {start} to {end}", "recorded time", table)


async def _diff(asked: ReadRequest) -> Response:
    service = asked.service
    query = service.catalog.find(_CHANGES)
    moments = [_needed(asked.values, name) for name in (_FROM, _TO)]
    arguments = dict(zip((one.name for one in query.parameters), moments, strict=False))
    question = AskedQuestion(asked.request, service, query, arguments, asked.values.get(POLICY))
    most = service.limits.rows if asked.as_page else service.settings.query_rows
    made = await question.answer(most)
    return await run_in_threadpool(in_one_thread, lambda: _difference(asked, question, made()))


def _difference(asked: ReadRequest, question: AskedQuestion, answer: Solutions) -> Response:
    first, second = (asked.values[name].strip() for name in (_FROM, _TO))
    if asked.as_page:
        title = f"Changed from {first} to {second}"
        return _page(asked, title, "valid time", question.grid(answer))
    changes = [
        {
            name: getattr(term, "value", None)
            for name, term in zip(answer.variables, row, strict=True)
            if term is not None
        }
        for row in answer
    ]
    return asked.json({"from": first, "to": second, "changes": changes})


def _source(asked: ReadRequest) -> str | None:
    named = asked.values.get(_SOURCE)
    return asked.service.kb.source_iri(named) if named else None


def _needed(values: Mapping[str, str], name: str) -> str:
    if values.get(name, "").strip():
        return values[name].strip()
    raise BadParameter(
        f"The parameter {name!r} is missing.", where=name, remedy=f"Give {_FROM} and {_TO}."
    )


def _page(asked: ReadRequest, title: str, clock: str, table: Grid) -> Response:
    return asked.page("clock.html", title=title, clock=clock, grid=table)
