"""What the OpenAPI description (3.1) says of parameters and answers, the same everywhere."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from starlette.responses import Response

from tenure_api.pages.view import PAGE
from tenure_api.parameters import (
    FORMAT,
    KNOWN_AT,
    LABELS,
    POLICY,
    WHY,
)
from tenure_api.problems import MEDIA_TYPE
from tenure_api.schemas import reference


def described(
    name: str,
    description: str,
    *,
    required: bool = False,
    place: str = "query",
    example: str | None = None,
    default: str | None = None,
    values: Sequence[str] | None = None,
) -> dict[str, Any]:
    """One parameter, as OpenAPI describes it."""
    schema: dict[str, Any] = {"type": "string"}
    if default is not None:
        schema["default"] = default
    if values is not None:
        schema["enum"] = list(values)
    parameter: dict[str, Any] = {
        "name": name,
        "in": place,
        "required": required,
        "description": description,
        "schema": schema,
    }
    if example is not None:
        parameter["example"] = example
    return parameter


def policy_parameter() -> dict[str, Any]:
    """The ``policy`` parameter."""
    return described(
        POLICY,
        "Which claims make the world: parts joined by `;`, such as "
        "`sources=…;modalities=asserted,reported;inferred=no;known-at=2026-11-24T00:00:00Z`.",
    )


def page_parameter() -> dict[str, Any]:
    """The ``page`` parameter of what is shown page by page."""
    return described(PAGE, "Which page of it; the first is 1.", example="1")


def known_at_parameter() -> dict[str, Any]:
    """The ``known-at`` parameter: recorded time, whatever else is valid time."""
    return described(
        KNOWN_AT,
        "Only what was recorded, and not yet retracted, at this instant of recorded time; short "
        "for that part of the policy.",
    )


def format_parameter(names: Sequence[str]) -> dict[str, Any]:
    """The ``format`` parameter, for those who cannot send an ``Accept`` header."""
    return described(FORMAT, "The format; wins over the `Accept` header.", values=names)


def why_parameter() -> dict[str, Any]:
    """The ``why`` parameter: the reasons for each row of an answer."""
    return described(
        WHY,
        "`1` explains each row: what it hangs on, down to the passages. In JSON and on the page.",
        values=["0", "1"],
    )


def labels_parameter() -> dict[str, Any]:
    """The ``labels`` parameter: what things are called, beside their IRIs."""
    return described(
        LABELS,
        "`1` puts beside each IRI of a table what it is called, and names the file; with "
        "`format=csv`.",
        values=["0", "1"],
    )


def responses(
    description: str, media_types: Sequence[str], *refusals: tuple[int, str]
) -> dict[int | str, dict[str, Any]]:
    """What an address answers: its media types, and its refusals as problems."""
    content = _content(media_types)
    answers: dict[int | str, dict[str, Any]] = {
        200: {"description": description, "content": content}
    }
    problem = {MEDIA_TYPE: {"schema": reference("Problem")}}
    for status, why in ((400, "A parameter or query that cannot be used."), *refusals):
        answers[status] = {"description": why, "content": problem}
    return answers


def operation(
    answer: str,
    media_types: Sequence[str],
    parameters: Iterable[dict[str, Any]],
    *refusals: tuple[int, str],
) -> dict[str, Any]:
    """What a route that answers in several formats tells OpenAPI, as arguments of its decorator.

    ``answer`` says what comes, ``refusals`` are as for :func:`responses`.
    """
    return {
        "response_class": Response,
        "responses": responses(answer, media_types, *refusals),
        "openapi_extra": {"parameters": list(parameters)},
    }


MESSAGE: dict[str, Any] = described("message", "Why, in a sentence; it is noted in the revision.")
DRY_RUN: dict[str, Any] = described(
    "dry-run", "Check everything and answer the same, but write nothing.", values=("true", "false")
)
NEXT_STRETCH: dict[str, Any] = described(
    "next-stretch",
    "Write claims as of the next stretch of the situation that they name, where their dates cannot "
    "be those of the one named.",
    values=("true", "false"),
)
IF_MATCH: dict[str, Any] = described(
    "If-Match", "Write only where the tag is still that.", place="header"
)


def body_of(media_types: Iterable[str]) -> dict[str, Any]:
    """A body that has to come, in one of these media types."""
    return {"required": True, "content": _content(media_types)}


def _content(media_types: Iterable[str]) -> dict[str, Any]:
    return {media_type: {"schema": {"type": "string"}} for media_type in media_types}
