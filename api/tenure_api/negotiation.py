"""Which format a request wants, and what it already has: ``Accept``, ``format=`` and entity tags.

``format=`` names a format (``csv``, ``ttl``, ``html``) or a media type and wins, since a link
cannot carry a header. Else the ``Accept`` header decides (RFC 9110, section 12.5.1).

A tag of a query's answer is weak: rows without ORDER BY may come in another order. A tag of a
graph in the graph store is strong, because ``If-Match`` asks for one; its first part is the state
of the graph, the second stands for the format (RFC 9110, sections 8.8.3 and 13).
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Final, Generic, NamedTuple, TypeAlias, TypeVar

from pyoxigraph import QueryResultsFormat
from starlette.requests import Request

from tenure.errors import BadParameter, TenureError
from tenure.store.formats import (
    CSV,
    JSON,
    JSON_LD,
    N_QUADS,
    N_TRIPLES,
    RDF_XML,
    TRIG,
    TSV,
    TURTLE,
    XML,
    GraphFormat,
    ResultFormat,
    media_types,
)

ROWS: Final[tuple[ResultFormat, ...]] = (JSON, XML, CSV, TSV)
GRAPHS: Final[tuple[GraphFormat, ...]] = (TURTLE, N_TRIPLES, JSON_LD, RDF_XML)

QUERY_GRAPHS: Final[tuple[GraphFormat, ...]] = (*GRAPHS, TRIG, N_QUADS)
"""What a CONSTRUCT may be written in; in TriG and N-Quads it stands outside any named graph."""

EVERY: Final[tuple[ResultFormat | GraphFormat, ...]] = (*ROWS, *QUERY_GRAPHS)
VARY: Final = {"Vary": "Accept"}
HTML: Final = "text/html"
PLAIN_JSON: Final = ResultFormat("json", "application/json", ".json", QueryResultsFormat.JSON)
"""What addresses answer in that answer with an object of JSON and not with rows."""

_HOST: Final = re.compile(r"[A-Za-z0-9.-]+(?::[0-9]+)?|\[[0-9A-Fa-f:.]+\](?::[0-9]+)?")
Format: TypeAlias = ResultFormat | GraphFormat
F = TypeVar("F", bound=Format)


class NotAcceptable(TenureError):
    """None of the formats that this address answers in is acceptable to the client."""

    title = "No acceptable format"
    http_status = 406


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
    name = named or _named_in(request)
    if name:
        return _named(name, formats, page)
    media_type = _best(request.headers.get("accept"), tuple(formats), page)
    if media_type is None:
        raise _nothing_fits(request, _offered(formats, page))
    return _of_type(media_type, formats)


def _named_in(request: Request) -> str | None:
    """The format in the address, whose other parameters, a long query among them, are not read."""
    fields = request.scope.get("query_string", b"").split(b"&")
    names = [field.partition(b"=")[0] for field in fields]
    if b"format" not in names and not any(b"%" in one for one in names):
        return None
    return request.query_params.get("format")


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


@dataclass(frozen=True, slots=True)
class Wanted:
    """The formats that a request wants, for rows and for triples; what stands against one."""

    rows: Choice[ResultFormat] | BadParameter | NotAcceptable
    triples: Choice[GraphFormat] | BadParameter | NotAcceptable

    def __str__(self) -> str:
        both = (self.rows, self.triples)
        return " ".join(one.media_type if isinstance(one, Choice) else "-" for one in both)


def wanted_by(request: Request, named: str | None = None) -> Wanted:
    """The formats that ``request`` wants; ``named`` is a ``format`` field that came in the body.

    Raises:
        BadParameter: ``format=`` names none of :data:`EVERY`.
        NotAcceptable: the ``Accept`` header allows none of them.
    """

    def of(formats: Sequence[F]) -> Choice[F] | BadParameter | NotAcceptable:
        try:
            return choose(request, formats, named=named)
        except (BadParameter, NotAcceptable) as error:
            return error.with_traceback(None)

    rows, triples = of(ROWS), of(QUERY_GRAPHS)
    if not isinstance(rows, Choice) and not isinstance(triples, Choice):
        choose(request, EVERY, named=named)
    return Wanted(rows, triples)


_TAG: Final = re.compile(r'(W/)?"([\x21\x23-\x7e\x80-\xff]*+)"')


def weak_tag(*parts: object) -> str:
    """A tag of all that decides an answer."""
    text = "\0".join(str(part) for part in parts)
    return f'W/"{hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:32]}"'


def graph_tag(state: str, form: str) -> str:
    """The tag of a graph in the state ``state``, written in the format called ``form``."""
    short = hashlib.sha256(form.encode()).hexdigest()[:8]
    return f'"{state}.{short}"'


def is_known(request: Request, tag: str | None) -> bool:
    """Whether the client has what ``tag`` stands for (``If-None-Match``, weak comparison)."""
    asked = request.headers.get("if-none-match")
    if asked is None or tag is None:
        return False
    return asked.strip() == "*" or _opaque(tag) in {text for _, text in _listed(asked)}


def states_asked_for(request: Request) -> tuple[str, ...] | None:
    """The states that ``If-Match`` names, ``*`` among them; None where there is no such header.

    Comparison is strong, so weak tags count as none.
    """
    asked = request.headers.get("if-match")
    if asked is None:
        return None
    if asked.strip() == "*":
        return ("*",)
    strong = (text for weak, text in _listed(asked) if not weak)
    return tuple(text.rpartition(".")[0] or text for text in strong)


def _listed(header: str) -> Iterable[tuple[bool, str]]:
    for weak, text in _TAG.findall(header[:_LONGEST_HEADER]):
        yield bool(weak), text


def _opaque(tag: str) -> str:
    return tag.removeprefix("W/").strip('"')


# --- Accept --------------------------------------------------------------------------------------

# A longer header is not one that a client would write; what lies beyond is not read.
_LONGEST_HEADER: Final = 8192
_QUOTED: Final = re.compile(r'"(?:[^"\\]|\\.)*+"?')
_ELEMENT: Final = re.compile(r'(?:"(?:[^"\\]|\\.)*+"|[^",])++')
_TOKEN: Final = r"[!#$%&'*+.^_`|~0-9A-Za-z-]++"
_RANGE: Final = re.compile(rf"\s*({_TOKEN})/({_TOKEN})\s*(?:;|$)")
_QUALITY: Final = re.compile(r";\s*q\s*=\s*([^;\s]*)", re.IGNORECASE)
_WEIGHT: Final = re.compile(r"(?:0(?:\.[0-9]{0,3})?|1(?:\.0{0,3})?)\Z")


class _Range(NamedTuple):
    main: str
    sub: str
    quality: float

    def specificity(self, media_type: str) -> int:
        """How closely this range names ``media_type``: 2, 1, 0, or -1 where it does not."""
        main, _, sub = media_type.lower().partition("/")
        if (self.main, self.sub) == (main, sub):
            return 2
        if (self.main, self.sub) == (main, "*"):
            return 1
        return 0 if (self.main, self.sub) == ("*", "*") else -1


def negotiate(accept_header: str | None, offered: Sequence[str]) -> str | None:
    """The offered media type of the highest quality, or None where none is acceptable.

    For each type the most specific range that names it decides its quality; among equals the
    order of ``offered`` does. An absent or blank header accepts everything, so the first of
    ``offered`` is the answer. Parameters other than ``q`` are not compared, and an element that
    is malformed counts as absent.
    """
    if not offered:
        return None
    if accept_header is None or not accept_header.strip():
        return offered[0]
    ranges = _ranges(accept_header)
    best, best_quality = None, 0.0
    for media_type in offered:
        quality = _quality_of(media_type, ranges)
        if quality > best_quality:
            best, best_quality = media_type, quality
    return best


def _quality_of(media_type: str, ranges: list[_Range]) -> float:
    named = [(one.specificity(media_type), one.quality) for one in ranges]
    specificity, quality = max(named, default=(-1, 0.0))
    return quality if specificity >= 0 else 0.0


def _ranges(header: str) -> list[_Range]:
    text = header
    if len(text) > _LONGEST_HEADER:
        text = text[:_LONGEST_HEADER].rpartition(",")[0]
    found = []
    for element in _ELEMENT.findall(text):
        named = _RANGE.match(element)
        weight = _QUALITY.search(_QUOTED.sub("", element))
        if named is None or (weight and not _WEIGHT.match(weight[1])):
            continue
        quality = float(weight[1]) if weight else 1.0
        found.append(_Range(named[1].lower(), named[2].lower(), quality))
    return found
