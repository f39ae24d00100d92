"""Which of the formats of an address a request wants: by ``format=``, else by ``Accept``.

``format=`` names a format (``csv``, ``ttl``, ``html``) or a media type and wins, since a link
cannot carry a header. Else the ``Accept`` header decides (RFC 9110, section 12.5.1).
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Final, Generic, TypeAlias, TypeVar

from tenure.errors import BadParameter
from tenure.store.formats import GraphFormat, ResultFormat, media_types
from tenure.store.negotiation import negotiate
from tenure_api.http.problems import NotAcceptable

if TYPE_CHECKING:
    from starlette.requests import Request

HTML: Final = "text/html"

_PLAIN_JSON: Final = "application/json"
_HOST: Final = re.compile(r"[A-Za-z0-9.-]+(?::[0-9]+)?|\[[0-9A-Fa-f:.]+\](?::[0-9]+)?")

Format: TypeAlias = ResultFormat | GraphFormat
F = TypeVar("F", bound=Format)


@dataclass(frozen=True, slots=True)
class Choice(Generic[F]):
    """The format to answer in (None: a page for people) and the media type to call it."""

    form: F | None
    media_type: str


def choose(
    request: Request, formats: Sequence[F], *, page: bool = False, named: str | None = None
) -> Choice[F]:
    """The format that ``request`` wants; the first of ``formats`` where it does not care.

    ``page`` says that the address has a page for people too; ``named`` is a ``format`` field that
    came in the body.

    Raises:
        BadParameter: ``format=`` names none of them.
        NotAcceptable: the ``Accept`` header allows none of them.
    """
    name = named or request.query_params.get("format")
    if name:
        return _named(name, formats, page)
    media_type = _best(request.headers.get("accept"), tuple(formats), page)
    if media_type is None:
        raise _nothing_fits(request, _offered(formats, page))
    return _of_type(media_type, formats)


def wants_page(request: Request) -> bool:
    """Whether to show a page, at an address that else answers in plain JSON.

    Raises like :func:`choose`.
    """
    name = request.query_params.get("format")
    if name:
        if name.strip().lower() not in {"json", "html", _PLAIN_JSON, HTML}:
            raise _unknown(name, ["json", "html"])
        return name.strip().lower() in {"html", HTML}
    offered = [_PLAIN_JSON, HTML]
    media_type = negotiate(request.headers.get("accept"), offered)
    if media_type is None:
        raise _nothing_fits(request, offered)
    return media_type == HTML


def own_address(request: Request, otherwise: str) -> str:
    """This service's own address without a final slash, as the client wrote it.

    ``otherwise`` stands in where the Host header holds what no address can hold.
    """
    host = request.headers.get("host", "")
    if not _HOST.fullmatch(host):
        return otherwise.rstrip("/")
    return f"{request.url.scheme}://{host}"


# Few clients send different headers, and reading one takes longer than a small query.
@lru_cache(maxsize=512)
def _best(accept: str | None, formats: tuple[Format, ...], page: bool) -> str | None:
    return negotiate(accept, _offered(formats, page))


def _offered(formats: Sequence[Format], page: bool) -> list[str]:
    return media_types(formats) + ([HTML] if page else [])


def _named(name: str, formats: Sequence[F], page: bool) -> Choice[F]:
    wanted = name.strip().lower()
    if page and wanted in {"html", HTML}:
        return Choice(None, HTML)
    for form in formats:
        if wanted == form.name or wanted in getattr(form, "other_names", ()):
            return Choice(form, form.media_type)
        if wanted == form.media_type or wanted in form.aliases:
            return Choice(form, wanted)
    names = [form.name for form in formats] + (["html"] if page else [])
    raise _unknown(name, names)


def _unknown(name: str, names: Sequence[str]) -> BadParameter:
    return BadParameter(
        f"There is no format {name[:80]!r} here.",
        where="format",
        remedy=f"Choose one of: {', '.join(names)}.",
    )


def _nothing_fits(request: Request, offered: Sequence[str]) -> NotAcceptable:
    return NotAcceptable(
        f"Nothing that is acceptable to you ({request.headers['accept'][:200]}) is offered.",
        where="Accept",
        remedy=f"Ask for one of: {', '.join(offered)}.",
    )


def _of_type(media_type: str, formats: Sequence[F]) -> Choice[F]:
    for form in formats:
        if media_type == form.media_type or media_type in form.aliases:
            return Choice(form, media_type)
    return Choice(None, HTML)
