"""The parameters of an address, as they are read and as the OpenAPI description tells of them.

Routes read their parameters from the request themselves, since names such as
``default-graph-uri`` and repeated or forbidden ones are part of the contract; what they say to
OpenAPI (version 3.1, "Parameter Object") is built here, so that it looks the same everywhere.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any

from starlette.responses import Response

from tenure.errors import BadParameter
from tenure.nearest import nearest, remedy_of
from tenure_api.http.bodies import single_values
from tenure_api.http.problems import MEDIA_TYPE

if TYPE_CHECKING:
    from starlette.requests import Request

    from tenure_api.http.limits import Limits

POLICY = "policy"
KNOWN_AT = "known-at"
FORMAT = "format"
WHY = "why"


def read_parameters(request: Request, known: Iterable[str], limits: Limits) -> dict[str, str]:
    """The parameters of the query string, each once.

    Where ``policy`` is known, ``known-at`` is too, and becomes a part of it.

    Raises:
        BadParameter: one is not among ``known``, or comes twice; the nearest is named.
        TooLong: there are too many, or one is too long.
    """
    allowed = set(known)
    if POLICY in allowed:
        allowed.add(KNOWN_AT)
    values = single_values(request.query_params.multi_items(), limits)
    for name in values:
        if name not in allowed:
            raise BadParameter(
                f"This address has no parameter {name[:80]!r}.",
                where=name[:80],
                remedy=remedy_of(nearest(name, allowed), f"It has {', '.join(sorted(allowed))}."),
            )
    fold_known_at(values)
    return values


def fold_known_at(values: dict[str, str]) -> None:
    """Make ``known-at`` among the values a part of ``policy``, for which it is short.

    An empty one is none, as a form sends it.
    """
    known_at = values.pop(KNOWN_AT, "").strip()
    if known_at:
        parts = [values[POLICY]] if values.get(POLICY) else []
        values[POLICY] = ";".join([*parts, f"{KNOWN_AT}={known_at}"])


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
    told: dict[str, Any] = {
        "name": name,
        "in": place,
        "required": required,
        "description": description,
        "schema": schema,
    }
    if example is not None:
        told["example"] = example
    return told


def policy_parameter() -> dict[str, Any]:
    """The ``policy`` parameter."""
    return described(
        POLICY,
        "Which claims make the world: parts joined by `;`, such as "
        "`sources=…;modalities=asserted,reported,alleged;inferred=no;known-at=2026-11-24T00:00:00Z`.",
    )


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


def is_asked_why(values: dict[str, str]) -> bool:
    """Whether ``why`` among the values asks for reasons; takes it out.

    Raises :class:`~tenure.errors.BadParameter` for anything but 1, 0 and nothing.
    """
    why = values.pop(WHY, "").strip()
    if why in ("", "0", "1"):
        return why == "1"
    raise BadParameter(
        f"why cannot be {why[:80]!r}.", where=WHY, remedy="Write why=1, or leave it out."
    )


def responses(
    description: str, media_types: Sequence[str], *refusals: tuple[int, str]
) -> dict[int | str, dict[str, Any]]:
    """What an address answers: its media types, and its refusals as problems."""
    content = {media_type: {"schema": {"type": "string"}} for media_type in media_types}
    told: dict[int | str, dict[str, Any]] = {200: {"description": description, "content": content}}
    problem = {MEDIA_TYPE: {"schema": {"type": "object"}}}
    for status, why in ((400, "A parameter or query that cannot be used."), *refusals):
        told[status] = {"description": why, "content": problem}
    return told


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
