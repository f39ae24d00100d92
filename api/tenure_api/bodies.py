"""Reading what a request brings, never more of it than the limits allow.

Nothing of a stranger's RDF is parsed in the process that serves the others: that is done in
processes that can be killed, and what comes back is N-Quads, a report that is already written out,
or an error in words, each of bounded length.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from email.message import Message
from functools import partial
from http import HTTPStatus
from typing import Any, Final

import anyio
from pyoxigraph import DefaultGraph, NamedNode, Quad, RdfFormat, Triple, serialize
from starlette.concurrency import run_in_threadpool
from starlette.requests import ClientDisconnect, Request

from tenure.errors import BadInput, BadRdf
from tenure.knowledge import KnowledgeBase
from tenure.sandbox.limits import TaskLimits
from tenure.sandbox.tasks import Done, Readers, Task
from tenure.store.formats import (
    GRAPH_FORMATS,
    JSON_LD,
    N_QUADS,
    N_TRIPLES,
    RDF_XML,
    TRIG,
    TURTLE,
    GraphFormat,
    media_types,
)
from tenure.store.sandbox_tasks import quads_read
from tenure.transactions.backup import lasting
from tenure_api.concurrency import FairShare
from tenure_api.problems import TooLong, UnsupportedMediaType
from tenure_api.settings import Limits

_UTF_8: Final = frozenset(("", "utf-8", "utf8", "us-ascii", "ascii"))
_NO_ENCODING: Final = frozenset(("", "identity"))
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


CLAIMS: Final[tuple[GraphFormat, ...]] = tuple(GRAPH_FORMATS.values())
"""What a document of claims may be written in."""

# N-Triples once went by that name (RDF Test Cases, 2004). Any file may be called so, and one that
# is no RDF should not be taken for some.
_SAYS_NOTHING: Final = frozenset(("text/plain",))


def readable(formats: Sequence[GraphFormat] = CLAIMS) -> list[str]:
    """The media types that a body in one of ``formats`` may have, the registered ones first."""
    return [one for one in media_types(formats) if one not in _SAYS_NOTHING]


def format_of(content_type: str, formats: Sequence[GraphFormat] = CLAIMS) -> GraphFormat:
    """The format, one of ``formats``, that a ``Content-Type`` header names.

    Raises :class:`~tenure_api.problems.UnsupportedMediaType` where it names none of them, or
    another charset than UTF-8.
    """
    kind = content_type.partition(";")[0].strip().lower()
    for form in formats:
        if kind not in _SAYS_NOTHING and (kind == form.media_type or kind in form.aliases):
            require_utf_8(content_type)
            return form
    raise UnsupportedMediaType(
        f"A body of the kind {kind[:80]!r} is no RDF that can be read here.",
        where="Content-Type",
        remedy=f"Send one of: {', '.join(form.media_type for form in formats)}.",
    )


MOST_PARTS: Final = 100
_LONGEST_BOUNDARY: Final = 70
_LONGEST_HEAD: Final = 8_192


@dataclass(frozen=True, slots=True)
class FormPart:
    """One part: its content type, empty where unsaid, its field name, and its bytes."""

    content_type: str
    name: str
    data: bytes


def parts_of(body: bytes, content_type: str) -> list[FormPart]:
    """The parts of a body whose ``Content-Type`` header is given.

    Raises :class:`~tenure.errors.BadInput` where it is not what the header says, or has more than
    :data:`MOST_PARTS` parts.
    """
    boundary = parameter_of(content_type, "boundary")
    if not 0 < len(boundary) <= _LONGEST_BOUNDARY or not boundary.isascii():
        raise _malformed("the Content-Type header names no boundary")
    mark = b"\r\n--" + boundary.encode("ascii")
    # What stands before the first boundary is no part; the first may lack its line break.
    pieces = (b"\r\n" + body).split(mark, MOST_PARTS + 1)
    if len(pieces) < 2:
        raise _malformed("the boundary does not occur")
    parts: list[FormPart] = []
    for piece in pieces[1:]:
        if piece.startswith(b"--"):
            return parts
        if len(parts) == MOST_PARTS:
            break
        parts.append(_part(piece))
    raise _malformed(f"there is no last boundary within {MOST_PARTS} parts")


def _part(piece: bytes) -> FormPart:
    after = piece.lstrip(b" \t")
    head, gap, data = after.partition(b"\r\n\r\n")
    if not gap or not after.startswith(b"\r\n") or len(head) > _LONGEST_HEAD:
        raise _malformed("a part has no head")
    fields: dict[str, str] = {}
    for line in head.decode("latin-1").split("\r\n")[1:]:
        name, _, value = line.partition(":")
        fields[name.strip().lower()] = value.strip()
    disposition = fields.get("content-disposition", "")
    return FormPart(fields.get("content-type", ""), parameter_of(disposition, "name")[:80], data)


def _malformed(what: str) -> BadInput:
    return BadInput(
        f"This is no multipart/form-data body: {what}.",
        where="body",
        remedy="Send it as curl -F does, or send one graph as the body itself.",
    )


READABLE: Final[tuple[GraphFormat, ...]] = (TURTLE, N_TRIPLES, JSON_LD, RDF_XML, TRIG, N_QUADS)
MULTIPART: Final = "multipart/form-data"
Documents = list[tuple[bytes, GraphFormat]]


class NoBody(BadInput):
    """Neither a length nor chunks announce a body, where one is to say what a graph holds."""

    title = "No body was announced"
    http_status = HTTPStatus.LENGTH_REQUIRED


async def read_graphs(request: Request, limits: Limits) -> Documents:
    """The documents of the body: one, or each part of a form.

    Raises:
        NoBody: none is announced; an empty graph is an empty body of an announced kind.
        UnsupportedMediaType: one is of a kind that is not read.
        BadInput: a form that cannot be read.
        TooLong: it is longer than the limits allow.
    """
    if not {"content-length", "transfer-encoding"}.intersection(request.headers):
        raise NoBody(
            "The request has no body.",
            where="Content-Length",
            remedy="Send the graph; an empty one as an empty body with 'Content-Length: 0'.",
        )
    content_type = request.headers.get("content-type", "")
    if media_type_of(request) != MULTIPART:
        form = format_of(content_type, READABLE)
        return [(await read_body(request, limits.body), form)]
    body = await read_body(request, limits.body)
    return [
        (part.data, format_of(part.content_type, READABLE)) for part in parts_of(body, content_type)
    ]


def says_nothing(documents: Documents) -> bool:
    """Whether documents without a statement cannot be meant to stand for the empty graph.

    No text at all is an empty graph in Turtle and its kin, and no document in JSON and XML. JSON
    with keys means something that was not understood.
    """
    return not documents or any(_is_lost(data, form) for data, form in documents)


def _is_lost(data: bytes, form: GraphFormat) -> bool:
    if form is RDF_XML:
        return not data.strip()
    return form is JSON_LD and b"".join(data.split()) not in (b"{}", b"[]")


def triples_of(quads: Iterable[Quad], graph: str) -> tuple[Triple, ...]:
    """The statements of documents, which are to stand in ``graph``.

    Raises :class:`~tenure.errors.BadRdf` for one that lies in another graph.
    """
    found: dict[Triple, None] = {}
    for quad in quads:
        if not isinstance(quad.graph_name, DefaultGraph) and str(quad.graph_name) != f"<{graph}>":
            raise BadRdf(
                f"A statement lies in {str(quad.graph_name)[:300]}; this request is about one "
                "graph.",
                where="body",
                remedy="Send several graphs with POST to /rdf-graph-store itself.",
            )
        found[quad.triple] = None
    return tuple(found)


AT_ONCE: Final = 4
"""Bodies that are read at a time, one of each client."""

MOST_STATEMENTS: Final = 200_000
"""Statements that one body may add."""

SMALL_REGISTRY: Final = 2_000
"""Entities that each body is held against; of a larger registry it is those that the body names,
and no others are proposed for what is misspelt or doubled."""

_CALM: Final = 2.0
"""Seconds after which a body makes room for those that wait."""

_MOST_REPORTS: Final = 64
"""Reports on days that are kept."""

_PARSING: Final = "tenure.store.sandbox_tasks"
_RULES: Final = "tenure.knowledge.sent"


class BodyReader:
    """Reads bodies for one service. ``limits`` are those of one body."""

    def __init__(self, kb: KnowledgeBase, limits: TaskLimits) -> None:
        self.readers = Readers(limits)
        self._kb = kb
        self._share = FairShare(of_one=1, at_once=AT_ONCE)
        self._registry: tuple[int, bytes] | None = None
        self._reports: dict[str, tuple[int, bytes]] = {}

    async def statements(
        self,
        documents: Iterable[tuple[bytes, GraphFormat]],
        *,
        client: str,
        base: str | None = None,
    ) -> list[Quad]:
        """The statements of documents; relative IRIs are resolved against ``base``.

        Raises:
            BadInput: one does not parse, or takes more to read than it may.
            ReadingStopped: there is no room for it now.
            TooManyQueries: this client has too many that wait.
            TooBusy: too many wait already.
        """
        given = list(documents)
        task = Task(
            _PARSING,
            "read_bodies",
            {
                "forms": [form.media_type for _, form in given],
                "base": base,
                "most": MOST_STATEMENTS,
            },
            tuple(data for data, _ in given),
        )
        done = await self._do(task, client)
        return await run_in_threadpool(lambda: list(quads_read(done.data)))

    async def report(
        self, data: bytes, form: GraphFormat, asked: Mapping[str, Any], *, client: str
    ) -> tuple[bytes, bool]:
        """The report on a body, and whether it conforms; see :func:`tenure.knowledge.sent.check`.

        Raises what :meth:`statements` does, and what is wrong with what was ``asked``.
        """
        given = {"form": form.media_type, "base": self._kb.names.base}
        names: list[str] | None = None
        if len(self._kb.registry) > SMALL_REGISTRY:
            found = await self._do(Task(_RULES, "named", given, (data,)), client)
            names = json.loads(found.data)
        known = await run_in_threadpool(self._registered, names)
        own = await run_in_threadpool(self._own_terms)
        shapes = [str(file.resolve()) for file in self._kb.own_shapes]
        task = Task(_RULES, "check", {**given, **asked, "shapes": shapes}, (data, known, own))
        done = await self._do(task, client)
        return done.data, bool(done.result.get("conforms"))

    async def report_on_days(self, asked: Mapping[str, Any], *, client: str) -> bytes:
        """The report on days of this base; see :func:`tenure.knowledge.sent.check_base`.

        It is kept until something is written. Raises what :meth:`statements` does, and what is
        wrong with what was ``asked``.
        """
        state, key = self._kb.generation, json.dumps(asked)
        kept = self._reports.get(key)
        if kept is not None and kept[0] == state:
            return kept[1]
        base = await run_in_threadpool(self._everything_learned)
        given = {"base": self._kb.names.base, **asked}
        own = await run_in_threadpool(self._own_terms)
        done = await self._do(Task(_RULES, "check_base", given, (base, own)), client)
        if self._kb.generation == state:
            self._reports[key] = state, done.data
            while len(self._reports) > _MOST_REPORTS:
                self._reports.pop(next(iter(self._reports)))
        return done.data

    async def _do(self, task: Task, client: str) -> Done:
        # Whoever waits for so long has one stopped that has been read for as long.
        waits = asyncio.get_running_loop().call_later(_CALM, self.readers.make_room, _CALM)
        try:
            async with self._share.turn(client):
                waits.cancel()
                return await run_in_threadpool(partial(self.readers.do, task))
        finally:
            waits.cancel()

    def _registered(self, named: list[str] | None) -> bytes:
        """What the registry says of the entities named, or all of it, as N-Quads."""
        kb = self._kb
        entities = kb.names.graph("entities")
        if named is not None:
            known = [NamedNode(iri) for iri in named if iri in kb.registry]
            return _written(q for one in known for q in kb.store.quads(entities, subject=one))
        kept = self._registry
        if kept is None or kept[0] != kb.generation:
            kept = self._registry = kb.generation, _written(kb.store.quads(entities))
        return kept[1]

    def _own_terms(self) -> bytes:
        """The terms of the base's own, as N-Quads."""
        return _written(self._kb.store.quads(self._kb.names.ontology_graphs[1]))

    def _everything_learned(self) -> bytes:
        """All that the base learned, as N-Quads: all that cannot be computed."""
        quads = lasting(self._kb.store, self._kb.names)
        return serialize(quads, format=RdfFormat.N_QUADS) or b""


def _written(quads: Iterable[Quad]) -> bytes:
    return serialize((one.triple for one in quads), format=RdfFormat.N_TRIPLES) or b""
