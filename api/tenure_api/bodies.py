"""Reading what a request brings, never more of it than the limits allow."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING
from urllib.parse import parse_qsl

from tenure.errors import BadInput, BadParameter
from tenure_api.problems import TooLarge

if TYPE_CHECKING:
    from starlette.requests import Request

    from tenure_api.limits import Limits


def media_type_of(request: Request) -> str:
    """The media type of the body, in lower case and without parameters; empty where unsaid."""
    return request.headers.get("content-type", "").partition(";")[0].strip().lower()


async def read_body(request: Request, limit: int) -> bytes:
    """The whole body. Raises :class:`TooLarge` as soon as more than ``limit`` bytes arrived."""
    body = bytearray()
    async for chunk in request.stream():
        body += chunk
        if len(body) > limit:
            raise TooLarge(
                f"The body is longer than {limit} bytes.",
                where="body",
                remedy="Send less at a time, or use the command line, which has no such limit.",
            )
    return bytes(body)


def as_text(body: bytes) -> str:
    """The body read as UTF-8. Raises :class:`~tenure.errors.BadInput` where it is not."""
    try:
        return body.decode("utf-8")
    except UnicodeDecodeError as error:
        raise BadInput(
            f"The body is not UTF-8: byte {error.start} cannot be read.",
            where="body",
            remedy="Send it in UTF-8.",
        ) from error


def form_fields(body: bytes, limits: Limits) -> list[tuple[str, str]]:
    """The fields of a URL-encoded form, in order (WHATWG URL, section 5.1)."""
    try:
        return parse_qsl(
            as_text(body), keep_blank_values=True, max_num_fields=limits.fields, errors="strict"
        )
    except UnicodeDecodeError as error:
        raise BadInput(
            "A field of the form is not UTF-8.", where="body", remedy="Encode it in UTF-8."
        ) from error
    except ValueError as error:
        raise TooLarge(
            f"The form has more than {limits.fields} fields.",
            where="body",
            remedy="Send only the fields that this address knows.",
        ) from error


def limit_count(fields: Sequence[tuple[str, str]], limits: Limits) -> None:
    """Raises :class:`TooLarge` where there are more fields than the limits allow."""
    if len(fields) > limits.fields:
        raise TooLarge(
            f"The request has more than {limits.fields} parameters.",
            where="parameters",
            remedy="Send only the parameters that this address knows.",
        )


def single_values(
    fields: list[tuple[str, str]], limits: Limits, *, longer: Mapping[str, int] | None = None
) -> dict[str, str]:
    """One value for each name; blank ones, which browsers send for fields left empty, dropped.

    ``longer`` gives names whose values may be longer than ``limits.parameter`` characters.

    Raises:
        BadParameter: a name comes twice.
        TooLarge: there are too many, or a value is too long.
    """
    limit_count(fields, limits)
    values: dict[str, str] = {}
    for name, value in fields:
        most = (longer or {}).get(name, limits.parameter)
        if len(value) > most:
            raise TooLarge(
                f"The value is longer than {most} characters.",
                where=name[:80],
                remedy="Shorten it.",
            )
        if not value.strip():
            continue
        if name in values:
            raise BadParameter(
                "The parameter comes twice.", where=name[:80], remedy="Give it once."
            )
        values[name] = value
    return values
