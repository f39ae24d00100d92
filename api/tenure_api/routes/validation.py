"""``/validate``: RDF through the gate without keeping any of it, and days held to their shapes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

from fastapi import APIRouter, Request
from starlette.responses import Response

from tenure.errors import BadParameter
from tenure.validate import REPORT_FORMATS, ReportFormat
from tenure_api.bodies import format_of, read_body, readable
from tenure_api.negotiation import VARY, NotAcceptable, negotiate
from tenure_api.openapi import body_of, described, known_at_parameter, policy_parameter, responses
from tenure_api.parameters import POLICY, read_parameters, read_truth, single_values
from tenure_api.security import client_of
from tenure_api.service import Service

# JSON first: it is what whoever names no format gets.
_FORMATS: Final = {
    one.media_type: one
    for one in sorted(REPORT_FORMATS.values(), key=lambda one: one.name != "json")
    if one.media_type is not None
}
_LISTED: Final = ", ".join(_FORMATS)
_AT: Final = "at"
_EVERY_CHANGE: Final = "every-change"
_POSSIBLE: Final = "possible"
_CONFLICTS: Final = "conflicts"

MOST_DAYS: Final = 400
"""Days that one request may have checked."""

MOST_CLAIMS: Final = 1_000
"""Claims among which one request may have conflicts looked for. Measured: as many that all
contradict each other about one day take seven seconds, and four times that for twice as many."""

MOST_FINDINGS: Final = 500
"""Findings that a report over HTTP lists; a note tells how many more there are."""


@dataclass(frozen=True, slots=True)
class _Asked:
    """What the parameters ask beyond the gate; ``at`` is empty where no day is named."""

    at: tuple[str, ...]
    every_change: bool
    possible: bool
    policy: str | None
    conflicts: bool = False

    @property
    def of_days(self) -> bool:
        return bool(self.at) or self.every_change

    def options(self, wanted: ReportFormat) -> dict[str, Any]:
        """The same for the process that checks."""
        return {
            "report": wanted.name,
            "most_findings": MOST_FINDINGS,
            "at": self.at,
            "every_change": self.every_change,
            "possible": self.possible,
            "most_days": MOST_DAYS,
            "policy": self.policy,
            "conflicts": self.conflicts,
            "most_claims": MOST_CLAIMS,
        }


def router(service: Service) -> APIRouter:
    """The routes of the gate and of the days."""
    api = APIRouter(tags=["Validation"])
    media = list(_FORMATS)
    answers = responses(
        "The facts keep all rules.",
        media,
        (404, "An unknown event or source."),
        (413, "A body that is too long."),
        (415, "A body that is no RDF."),
    )
    answers[422] = {
        "description": "The facts break rules; the report says which, where, and the remedy.",
        "content": answers[200]["content"],
    }
    body = body_of(readable())

    @api.post(
        "/validate",
        operation_id="validate",
        summary="Do these facts keep the rules?",
        description="Send facts as RDF. The report comes as JSON, SARIF, JUnit XML, text, or "
        "as a SHACL report in Turtle. With `at` the days that follow from these facts alone are "
        "checked too.",
        response_class=Response,
        responses=answers,
        openapi_extra={"requestBody": body, "parameters": [*_parameters(), _of_conflicts()]},
    )
    async def validate(request: Request) -> Response:
        form = format_of(request.headers.get("content-type", ""))
        wanted = _wanted(request)
        asked = _read(request, service, (_CONFLICTS,))
        data = await read_body(request, service.limits.body)
        text, conforms = await service.bodies.report(
            data, form, asked.options(wanted), client=client_of(request)
        )
        return Response(text, 200 if conforms else 422, VARY, wanted.media_type)

    @api.get(
        "/validate",
        operation_id="validate-days",
        summary="Do these days keep the rules?",
        description="The graphs of days of the knowledge base, held to the shapes for a day. The "
        "report comes as from `POST`, with 200 whatever it says.",
        response_class=Response,
        responses=responses("The report.", media, (404, "An unknown event or source.")),
        openapi_extra={"parameters": _parameters()},
    )
    async def validate_days(request: Request) -> Response:
        wanted = _wanted(request)
        asked = _read(request, service)
        if not asked.of_days:
            raise BadParameter(
                "No day is named.",
                where=_AT,
                remedy="Name a day, such as at=2020-01-02, or send facts with POST.",
            )
        client = client_of(request)
        text = await service.bodies.report_on_days(asked.options(wanted), client=client)
        return Response(text, 200, VARY, wanted.media_type)

    return api


def _parameters() -> list[dict[str, Any]]:
    at = described(
        _AT,
        "A day, an EDTF value, or an event or a source by slug, as in `/at/{when}`; repeatable.",
    )
    at["schema"] = {"type": "array", "items": at["schema"]}
    truth = ("true", "false")
    return [
        at,
        described(
            _EVERY_CHANGE,
            f"Check every day on which the graph of the day changes, {MOST_DAYS} at most.",
            values=truth,
        ),
        described(_POSSIBLE, "Check what is possible on the days.", values=truth),
        policy_parameter(),
        known_at_parameter(),
    ]


def _of_conflicts() -> dict[str, Any]:
    return described(
        _CONFLICTS,
        "Tell of claims in the body that contradict each other, as warnings; of "
        f"{MOST_CLAIMS} claims at most.",
        values=("true", "false"),
    )


def _read(request: Request, service: Service, more: tuple[str, ...] = ()) -> _Asked:
    """What the query string asks beyond the gate.

    Raises :class:`~tenure.errors.BadParameter` for what is no parameter, comes twice, or needs a
    day.
    """
    known = (_AT, _EVERY_CHANGE, _POSSIBLE, POLICY, *more)
    values = read_parameters(request, known, service.limits, repeatable=_AT)
    at = [
        value
        for field in request.query_params.multi_items()
        if field[0] == _AT
        for value in single_values([field], service.limits).values()
    ]
    asked = _Asked(
        tuple(at),
        read_truth(_EVERY_CHANGE, values.get(_EVERY_CHANGE, "false")),
        read_truth(_POSSIBLE, values.get(_POSSIBLE, "false")),
        values.get(POLICY),
        read_truth(_CONFLICTS, values.pop(_CONFLICTS, "false")),
    )
    if asked.conflicts and asked.of_days:
        raise BadParameter(
            "Conflicts are looked for in the facts sent, and not of days.",
            where=_CONFLICTS,
            remedy="Ask for one of the two at a time.",
        )
    lost = values.keys() - {POLICY} if asked.conflicts else values.keys()
    if lost and not asked.of_days:
        raise BadParameter(
            "This can only be asked of days.",
            where=min(lost),
            remedy="Name a day with at, or give every-change=true.",
        )
    return asked


def _wanted(request: Request) -> ReportFormat:
    wanted = negotiate(request.headers.get("accept"), list(_FORMATS))
    if wanted is None:
        raise NotAcceptable(
            "The report does not come as that.",
            where="Accept",
            remedy=f"Ask for one of: {_LISTED}.",
        )
    return _FORMATS[wanted]
