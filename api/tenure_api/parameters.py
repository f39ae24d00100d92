"""The parameters of an address or a form, read strictly: each known, each once, none too long.

Routes read their parameters from the request themselves, since names such as
``default-graph-uri`` and repeated or forbidden ones are part of the contract.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Final
from urllib.parse import parse_qsl

from starlette.requests import Request

from tenure.errors import BadInput, BadParameter
from tenure.suggest import nearest, remedy_of
from tenure_api.pages import view
from tenure_api.problems import TooLong
from tenure_api.settings import Limits

POLICY: Final = view.POLICY
KNOWN_AT: Final = view.KNOWN_AT
FORMAT = "format"
WHY = "why"
LABELS = "labels"
_LONE_PERCENT: Final = re.compile(r"%(?![0-9A-Fa-f]{2})")


def as_text(data: bytes, where: str = "body") -> str:
    """The body, or another part, read as UTF-8.

    Raises :class:`~tenure.errors.BadInput` where it is not.
    """
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError as error:
        raise BadInput(
            f"The {where} is not UTF-8: byte {error.start} cannot be read.",
            where=where,
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
    return _fields(as_text(query, "address"), limits, "parameters")


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
        raise _too_many(limits, where) from error


def limit_count(fields: Sequence[tuple[str, str]], limits: Limits) -> None:
    """Raises :class:`TooLong` where there are more fields than the limits allow."""
    if len(fields) > limits.fields:
        raise _too_many(limits, "parameters")


def _too_many(limits: Limits, where: str) -> TooLong:
    return TooLong(
        f"The request has more than {limits.fields} parameters.",
        where=where,
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


def read_parameters(
    request: Request, known: Iterable[str], limits: Limits, *, repeatable: str = ""
) -> dict[str, str]:
    """The parameters of the query string, each once but the one that is ``repeatable``.

    That one is left out. Where ``policy`` is known, ``known-at`` is too, and becomes a part of it.

    Raises:
        BadParameter: one is not among ``known``, or comes twice; the nearest is named.
        TooLong: there are too many, or one is too long.
    """
    allowed = set(known)
    if POLICY in allowed:
        allowed.add(KNOWN_AT)
    fields = request.query_params.multi_items()
    limit_count(fields, limits)
    values = single_values([one for one in fields if one[0] != repeatable], limits)
    for name in values:
        if name not in allowed:
            raise unknown_parameter(name, sorted(allowed))
    fold_known_at(values)
    return values


def unknown_parameter(name: str, known: Sequence[str]) -> BadParameter:
    """The error for a parameter that an address does not have; names the nearest that it has."""
    return BadParameter(
        f"This address has no parameter {name[:80]!r}.",
        where=name[:80],
        remedy=remedy_of(nearest(name, known), f"It has {', '.join(known)}."),
    )


def fold_known_at(values: dict[str, str]) -> None:
    """Make ``known-at`` among the values a part of ``policy``, for which it is short.

    An empty one is none, as a form sends it.
    """
    known_at = values.pop(KNOWN_AT, "").strip()
    if known_at:
        parts = [values[POLICY]] if values.get(POLICY) else []
        values[POLICY] = ";".join([*parts, f"{KNOWN_AT}={known_at}"])


def is_asked(name: str, values: dict[str, str]) -> bool:
    """Whether ``name``, which is 1 or 0, is asked for; takes it out of the values.

    Raises :class:`~tenure.errors.BadParameter` for anything but 1, 0 and nothing.
    """
    asked = values.pop(name, "").strip()
    if asked in ("", "0", "1"):
        return asked == "1"
    raise BadParameter(
        f"{name} cannot be {asked[:80]!r}.",
        where=name,
        remedy=f"Write {name}=1, or leave it out.",
    )


_TRUTH: Final = {"": False, "true": True, "1": True, "false": False, "0": False}


def read_truth(name: str, value: str) -> bool:
    """The truth value of a parameter.

    Raises :class:`~tenure.errors.BadParameter` for anything but true, false, 1 and 0.
    """
    found = _TRUTH.get(value.strip().lower())
    if found is None:
        raise BadParameter(
            f"{value[:80]!r} is no truth value.", where=name, remedy="Write true or false."
        )
    return found
