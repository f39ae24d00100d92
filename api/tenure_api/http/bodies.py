"""Reading what a request brings, never more of it than the limits allow."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from email.message import Message
from http import HTTPStatus
from typing import TYPE_CHECKING, Final
from urllib.parse import parse_qsl

import anyio
from starlette.requests import ClientDisconnect

from tenure.errors import BadInput, BadParameter
from tenure_api.http.problems import TooLong, UnsupportedMediaType

if TYPE_CHECKING:
    from starlette.requests import Request

    from tenure_api.http.limits import Limits


_UTF_8: Final = frozenset(("", "utf-8", "utf8", "us-ascii", "ascii"))
_NO_ENCODING: Final = frozenset(("", "identity"))
_LONE_PERCENT: Final = re.compile(r"%(?![0-9A-Fa-f]{2})")


LONGEST_START: Final = 30.0
SLOWEST: Final = 4_096
"""Seconds that a body may take, and one more for as many bytes of it."""


class TooSlow(BadInput):
    """The body comes so slowly that it keeps a place which others need."""

    title = "Too slow"
    http_status = HTTPStatus.REQUEST_TIMEOUT

    def __init__(self, what: str, *, where: str, remedy: str) -> None:
        super().__init__(what, where=where, remedy=remedy)
        # What is still to come must not be taken for the next request (RFC 9110, 15.5.9).
        self.headers = {"Connection": "close"}


class BrokenOff(BadInput):
    """Less of the body has come than was announced."""

    title = "The body broke off"

    def __init__(self, what: str) -> None:
        super().__init__(what, where="body", remedy="Send all of it again.")
        self.headers = {"Connection": "close"}


def media_type_of(request: Request) -> str:
    """The media type of the body, in lower case and without parameters; empty where unsaid."""
    return request.headers.get("content-type", "").partition(";")[0].strip().lower()


def require_utf_8(content_type: str) -> None:
    """Lets pass a ``Content-Type`` that names no other charset than UTF-8, or its part ASCII.

    Raises :class:`UnsupportedMediaType` for any other.
    """
    charset = parameter_of(content_type, "charset").lower()
    if charset not in _UTF_8:
        raise UnsupportedMediaType(
            f"Bodies in {charset[:40]!r} are not read here.",
            where="Content-Type",
            remedy="Send the body in UTF-8.",
        )


def parameter_of(content_type: str, name: str) -> str:
    """A parameter of a media type (RFC 9110, section 8.3.1); empty where there is none."""
    header = Message()
    header["Content-Type"] = content_type.replace("\r", " ").replace("\n", " ")
    value = header.get_param(name, "")
    return value.strip() if isinstance(value, str) else ""


async def read_body(request: Request, limit: int) -> bytes:
    """The whole body.

    Raises:
        TooLong: more than ``limit`` bytes are announced, or have arrived.
        TooSlow: it takes longer than :data:`LONGEST_START` and what its length allows.
        BrokenOff: less has come than was announced; it must never pass for an empty body.
        UnsupportedMediaType: it is compressed; a small body could unpack to a large one.
        BadInput: it is a part of something (RFC 9110, section 14.5).
    """
    encoding = request.headers.get("content-encoding", "").strip().lower()
    if encoding not in _NO_ENCODING:
        raise UnsupportedMediaType(
            f"Bodies in the encoding {encoding[:40]!r} are not read here.",
            where="Content-Encoding",
            remedy="Send the body as it is, without compression.",
        )
    if "content-range" in request.headers:
        raise BadInput(
            "A part of something is sent, and would be taken for the whole.",
            where="Content-Range",
            remedy="Send all of it, without that header.",
        )
    announced = request.headers.get("content-length", "")
    if announced.isdecimal() and int(announced[:18]) > limit:
        raise _too_long(limit)
    body = bytearray()
    began = anyio.current_time()
    chunks = request.stream()
    with anyio.CancelScope() as patience:
        while True:
            patience.deadline = began + LONGEST_START + len(body) / SLOWEST
            try:
                chunk = await anext(chunks, None)
            except ClientDisconnect:
                raise BrokenOff(f"After {len(body)} bytes no more of the body came.") from None
            if chunk is None:
                # Whatever reads HTTP here may lose a body; this server must not act without it.
                if announced.isdecimal() and int(announced[:18]) != len(body):
                    raise BrokenOff(
                        f"Of {announced[:18]} bytes that were announced {len(body)} came."
                    )
                return bytes(body)
            body += chunk
            if len(body) > limit:
                raise _too_long(limit)
    raise TooSlow(
        f"After {anyio.current_time() - began:.0f} s {len(body)} bytes of the body have come.",
        where="body",
        remedy=f"Send {SLOWEST} bytes a second or more.",
    )


def _too_long(limit: int) -> TooLong:
    return TooLong(
        f"The body is longer than {limit} bytes.",
        where="body",
        remedy="Send less at a time, or use the command line, which has no such limit.",
    )


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
    """The fields of a URL-encoded form, in order (WHATWG URL, section 5.1).

    Raises:
        BadInput: it is not UTF-8, or a per cent sign begins no escape.
        TooLong: there are more fields than the limits allow.
    """
    return _fields(as_text(body), limits, "body")


def address_fields(request: Request, limits: Limits) -> list[tuple[str, str]]:
    """The parameters of the address, in order; read as strictly as :func:`form_fields` reads.

    Raises what that raises.
    """
    query: bytes = request.scope.get("query_string", b"")
    try:
        text = query.decode("utf-8")
    except UnicodeDecodeError as error:
        raise BadInput(
            "The address is not UTF-8.", where="parameters", remedy="Encode it in UTF-8."
        ) from error
    return _fields(text, limits, "parameters")


def _fields(text: str, limits: Limits, where: str) -> list[tuple[str, str]]:
    lone = _LONE_PERCENT.search(text)
    if lone:
        raise BadInput(
            f"A per cent sign begins no escape: {text[lone.start() : lone.start() + 3]!r}.",
            where=where,
            remedy="Write %25 for the sign itself.",
        )
    try:
        return parse_qsl(
            text, keep_blank_values=True, max_num_fields=limits.fields, errors="strict"
        )
    except UnicodeDecodeError as error:
        raise BadInput(
            "A parameter is not UTF-8.", where=where, remedy="Encode it in UTF-8."
        ) from error
    except ValueError as error:
        raise TooLong(
            f"The request has more than {limits.fields} parameters.",
            where=where,
            remedy="Send only the parameters that this address knows.",
        ) from error


def limit_count(fields: Sequence[tuple[str, str]], limits: Limits) -> None:
    """Raises :class:`TooLong` where there are more fields than the limits allow."""
    if len(fields) > limits.fields:
        raise TooLong(
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
        TooLong: there are too many, or a value is too long.
    """
    limit_count(fields, limits)
    values: dict[str, str] = {}
    for name, value in fields:
        most = (longer or {}).get(name, limits.parameter)
        if len(value) > most:
            raise TooLong(
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
