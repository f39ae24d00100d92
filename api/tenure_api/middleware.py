"""What every request passes before its route, and every answer after it, as middleware (ASGI 3).

In the order in which a request passes them: :class:`ResponseHeaders`, :class:`RequestLog`,
:class:`Cors`, :class:`RefusalAudit`, :class:`RequestGuard`, :class:`ConditionalRequests`,
:class:`ConcurrencyLimit`, :class:`Compression`.
"""

from __future__ import annotations

import logging
import re
import secrets
import time
import uuid
from collections.abc import Callable, Collection
from datetime import UTC, datetime
from http import HTTPStatus
from typing import Any, Final
from urllib.parse import unquote_plus, urlsplit, urlunsplit

from starlette.concurrency import run_in_threadpool
from starlette.datastructures import Headers, MutableHeaders
from starlette.middleware.gzip import GZipMiddleware
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from tenure.errors import BadInput, TenureError
from tenure.knowledge import KnowledgeBase
from tenure_api import problems
from tenure_api.audit import Audit
from tenure_api.concurrency import FairShare, TokenBuckets, TooManyRequests
from tenure_api.monitoring import REQUEST, REQUESTS, SLOW, Metrics, beginning
from tenure_api.negotiation import is_known, weak_tag
from tenure_api.pages.rendering import SECURITY_HEADERS, Pages
from tenure_api.responses import MADE, ONLY_HEAD
from tenure_api.security import KEY, READ, Access, Principal, client_of
from tenure_api.settings import Limits, Settings


class Middleware:
    """One layer around ``app``: a subclass says how it answers a request of HTTP."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answers one request; passes on what is none, such as the start of the service."""
        answer = self.answer if scope["type"] == "http" else self.app
        await answer(scope, receive, send)

    async def answer(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answers one request of HTTP."""
        raise NotImplementedError


def _at_start(send: Send, change: Callable[[int, MutableHeaders], None]) -> Send:
    """Sends an answer whose status and headers ``change`` has seen before it begins."""

    async def send_changed(message: Message) -> None:
        if message["type"] == "http.response.start":
            change(message["status"], MutableHeaders(scope=message))
        await send(message)

    return send_changed


def _unchanged(send: Send) -> Send:
    """Sends 304 in place of an answer of 200."""
    there = False

    async def send_304(message: Message) -> None:
        nonlocal there
        if message["type"] == "http.response.start" and message["status"] == HTTPStatus.OK:
            there = True
            headers = MutableHeaders(scope=message)
            for name in ("content-length", "content-type", "content-encoding"):
                del headers[name]
            await send({**message, "status": HTTPStatus.NOT_MODIFIED.value})
            await send({"type": "http.response.body"})
        elif not there:
            await send(message)

    return send_304


# --- Headers of every answer, and HEAD ---------------------------------------------------------

_REDIRECTS: Final = frozenset((301, 302, 303, 307, 308))


class ResponseHeaders(Middleware):
    """Adds headers that keep a browser from loading or leaking anything; answers ``HEAD``.

    ``HEAD`` is the ``GET`` of the same address without its body (RFC 9110, section 9.3.2), so that
    no route has to know about it. Redirects lead to places of this service, and name no host: the
    one that the framework would name is what the client sent, and a cache could give it to others.
    """

    async def answer(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answers one request."""
        head = scope["method"] == "HEAD"

        def add(status: int, headers: MutableHeaders) -> None:
            for name, value in SECURITY_HEADERS.items():
                headers.setdefault(name, value)
            if status in _REDIRECTS and "location" in headers:
                headers["location"] = _on_this_host(headers["location"])

        async def send_head(message: Message) -> None:
            await send({**message, "body": b""} if "body" in message else message)

        inner = {**scope, "method": "GET", ONLY_HEAD: True} if head else scope
        await self.app(inner, receive, _at_start(send_head if head else send, add))


def _on_this_host(location: str) -> str:
    """The path of an address, and what follows it; never one that begins as a host's would."""
    parts = urlsplit(location)
    path = "/" + parts.path.replace("\\", "%5C").lstrip("/")
    return urlunsplit(("", "", path, parts.query, parts.fragment))


# --- The log of requests -----------------------------------------------------------------------

REQUEST_ID: Final = "X-Request-Id"
_ID: Final = re.compile(r"[A-Za-z0-9._-]{1,64}")
_CONVERTER: Final = re.compile(r":\w+}")
_LONGEST_PATH: Final = 200


class RequestLog(Middleware):
    """Gives each request an id, counts, measures and logs it.

    ``slow`` is from how many seconds on a request is logged as slow. What lies within has to pass
    on the scope itself and no copy, in which alone the router would leave its route.
    """

    def __init__(self, app: ASGIApp, metrics: Metrics, slow: float) -> None:
        super().__init__(app)
        self._metrics = metrics
        self._slow = slow

    async def answer(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Watches one request."""
        # What a client sends as an id goes into logs, so only what is safe there is taken over.
        sent = Headers(scope=scope).get(REQUEST_ID, "")
        request = sent if _ID.fullmatch(sent) else uuid.uuid4().hex
        REQUEST.set(request)
        scope.setdefault("state", {})
        began = time.perf_counter()
        answered = HTTPStatus.INTERNAL_SERVER_ERROR.value

        def note(status: int, headers: MutableHeaders) -> None:
            nonlocal answered
            answered = status
            headers[REQUEST_ID] = request

        with self._metrics.in_progress.track_inprogress():
            try:
                await self.app(scope, receive, _at_start(send, note))
            finally:
                self._log(scope, answered, time.perf_counter() - began)

    def _log(self, scope: Scope, status: int, seconds: float) -> None:
        state = scope["state"]
        route = _template(scope)
        self._metrics.answered(scope["method"], route, status, seconds)
        slow = seconds >= self._slow
        if not slow and not REQUESTS.isEnabledFor(logging.INFO):
            return
        principal = state.get("principal")
        client = scope.get("client")
        fields: dict[str, Any] = {
            "method": scope["method"],
            "route": route,
            "path": scope["path"][:_LONGEST_PATH],
            "status": status,
            "milliseconds": round(seconds * 1000, 1),
            "from": client[0] if client else "",
        }
        if isinstance(principal, Principal) and principal.identity:
            fields["who"] = principal.name
        if slow:
            if state.get("query"):
                fields["query"] = beginning(state["query"])
            SLOW.warning("slow", extra={"fields": fields})
        else:
            REQUESTS.info("answered", extra={"fields": fields})


def _template(scope: Scope) -> str:
    """The template of the route that answered, or a word where there was none."""
    found = getattr(scope.get("route"), "path", None)
    if isinstance(found, str):
        return _CONVERTER.sub("}", found)
    return "/static" if scope["path"].startswith("/static/") else "(none)"


# --- CORS --------------------------------------------------------------------------------------

_READ_ONLY: Final = "read_only"
_POSTED_QUERIES: Final = "/sparql"
_EXPOSED: Final = "ETag, Link, Memento-Datetime, Retry-After"
_FOR_OPERATORS: Final = ("/health", "/metrics", "/ready")


def allow_any_origin(request: Request) -> None:
    """Says of a POST request that it only reads, so that its answer may be read by anybody."""
    setattr(request.state, _READ_ONLY, True)


class Cors(Middleware):
    """What a script on a page of another host may read (Fetch Standard, "CORS protocol").

    Everything that only reads may be read from everywhere, without credentials: an answer never
    depends on cookies, and ``Authorization`` is not among the headers that such a script may send.
    So no page of another host can write, or read what needs a key.

    Where ``shared`` is false nothing may: a service for the people at one machine must not be read
    by whatever page they happen to visit.
    """

    def __init__(self, app: ASGIApp, *, shared: bool = True) -> None:
        super().__init__(app)
        self._shared = shared

    async def answer(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answers preflights, and marks what may be read from everywhere."""
        if not self._shared or scope["path"] in _FOR_OPERATORS:
            await self.app(scope, receive, send)
            return
        wanted = Headers(scope=scope).get("access-control-request-method")
        if scope["method"] == "OPTIONS" and wanted is not None:
            await _preflight(scope["path"], wanted.upper())(scope, receive, send)
            return
        state = scope.setdefault("state", {})
        reads = scope["method"] in ("GET", "HEAD")

        def mark(_status: int, headers: MutableHeaders) -> None:
            if reads or state.get(_READ_ONLY):
                headers["Access-Control-Allow-Origin"] = "*"
                headers["Access-Control-Expose-Headers"] = _EXPOSED

        await self.app(scope, receive, _at_start(send, mark))


def _preflight(path: str, wanted: str) -> Response:
    methods = ["GET", "HEAD", *(["POST"] if path == _POSTED_QUERIES else [])]
    if wanted not in methods:
        return Response(status_code=204)
    allowed = {
        "Access-Control-Allow-Origin": "*",
        "Access-Control-Allow-Methods": ", ".join(methods),
        "Access-Control-Allow-Headers": "Accept, Accept-Datetime, Content-Type, If-None-Match",
        "Access-Control-Max-Age": "86400",
    }
    return Response(status_code=204, headers=allowed)


# --- Writes that are refused -------------------------------------------------------------------

AT_ONCE: Final = 60
SECONDS_EACH: Final = 10
_SAFE: Final = frozenset(("GET", "HEAD", "OPTIONS", "TRACE"))
_STRANGERS: Final = "strangers"


class RefusalAudit(Middleware):
    """Records in the audit log what a write was answered by 400 to 499: who tried what.

    A write is what asked :func:`tenure_api.security.require` for more than to read; and a bad key
    sent with any other method than those that only read. What the writer itself refuses it has
    recorded already.

    Anybody can be refused as often as they like, so these lines are bounded: of each key or token,
    and of all strangers together, :data:`AT_ONCE` and then one in :data:`SECONDS_EACH` seconds. How
    many were left out stands in the next line, so that none goes unnoticed.
    """

    def __init__(self, app: ASGIApp, audit: Audit, metrics: Metrics) -> None:
        super().__init__(app)
        self._audit = audit
        self._metrics = metrics
        self._buckets = TokenBuckets(1 / SECONDS_EACH, AT_ONCE)
        self._left_out = 0

    async def answer(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answers one request."""
        if scope["method"] in _SAFE:
            await self.app(scope, receive, send)
            return
        state = scope.setdefault("state", {})

        async def record_and_send(message: Message) -> None:
            if message["type"] == "http.response.start" and _is_refusal(message["status"], state):
                await self._record(Request(scope), message["status"])
            await send(message)

        await self.app(scope, receive, record_and_send)

    async def _record(self, request: Request, status: int) -> None:
        self._metrics.wrote("refused")
        known = getattr(request.state, "principal", None)
        who = known if isinstance(known, Principal) else Principal("unknown", frozenset(), "")
        try:
            self._buckets.take(client_of(request) if who.identity else _STRANGERS)
        except TooManyRequests:
            self._left_out += 1
            return
        details: dict[str, Any] = {"status": status, "why": getattr(request.state, "why", "")}
        if self._left_out:
            details["left_out"], self._left_out = self._left_out, 0
        action = f"{request.method} {request.url.path[:200]}"
        await run_in_threadpool(self._audit.record, request, who, action, "refused", **details)


def _is_refusal(status: int, state: dict[str, Any]) -> bool:
    if status < HTTPStatus.BAD_REQUEST or state.get("audited"):
        return False
    return bool(state.get("asked_to_write")) or status == HTTPStatus.UNAUTHORIZED


# --- Who may pass ------------------------------------------------------------------------------

_ALWAYS: Final = frozenset(("/health", "/ready"))
"""Whoever watches over the service has no key, asks by address, and must never have to wait."""

_LOOPBACK_HOSTS: Final = ("127.0.0.1", "localhost", "[::1]")
_ESCAPED_PLAIN: Final = re.compile(
    "%(?:2D|3[0-9]|4[1-9A-F]|5[0-9AF]|6[1-9A-F]|7[0-9A])", re.IGNORECASE
)
"""A letter, a digit, ``-`` or ``_``, of which keys are made, as an escape."""

_PROOFS: Final = frozenset(("access_token", "api_key", "apikey", "token", "bearer_token"))


class WrongHost(BadInput):
    """The request is for another host: a name that does not belong to this service."""

    title = "Not this service"
    http_status = HTTPStatus.MISDIRECTED_REQUEST


class KeyInAddress(BadInput):
    """The address holds a key or a token, which must not be there."""

    title = "A key in an address"


class HeadersTooLarge(BadInput):
    """More headers, or longer ones, than are read."""

    title = "Headers too large"
    http_status = HTTPStatus.REQUEST_HEADER_FIELDS_TOO_LARGE


class RequestGuard(Middleware):
    """Answers itself what it does not let pass.

    In this order: are its headers of a size that is read, does its address hold a key, is it meant
    for this service (DNS rebinding), who asks, how often, and may they read. What a single route
    needs beyond that it asks of :func:`tenure_api.security.require`.

    Args:
        app: what comes behind it.
        access: the rules of who may do what.
        limits: how large headers may be.
        pages: the pages of problems.
        buckets: how often a client may ask.
        hosts: the names that this service answers to, in lower case and without a port, where
            ``*.example.org`` stands for every name below; None: any.
    """

    def __init__(
        self,
        app: ASGIApp,
        access: Access,
        limits: Limits,
        pages: Pages,
        buckets: TokenBuckets,
        hosts: Collection[str] | None = None,
    ) -> None:
        super().__init__(app)
        self._access = access
        self._limits = limits
        self._pages = pages
        self._buckets = buckets
        self._hosts = None if hosts is None else frozenset(hosts)

    async def answer(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Lets one request pass, or answers it."""
        request = Request(scope, receive)
        try:
            await self._check(request)
        except TenureError as error:
            response = problems.answer(request, self._pages, error)
            await response(scope, receive, send)
            return
        await self.app(scope, receive, send)

    async def _check(self, request: Request) -> None:
        self._check_headers(request)
        _check_address(request)
        if request.scope["path"] in _ALWAYS:
            return
        self._check_host(request)
        try:
            request.state.principal = principal = await self._access.identify(request)
        finally:
            # A wrong proof is counted for the address, so that guessing is slow and no client can
            # spend another's.
            self._buckets.take(client_of(request))
        # A browser asks without proof whether it may ask (Fetch, section 3.2.2, CORS preflight).
        if request.method != "OPTIONS" and not request.scope["path"].startswith("/static/"):
            self._access.permit(principal, READ)

    def _check_host(self, request: Request) -> None:
        given = request.headers.getlist("host")
        if len(given) > 1:
            # RFC 9112, section 3.2: one of them may be what a proxy has looked at.
            raise BadInput(
                f"The request has {len(given)} Host headers.", where="Host", remedy="Send one."
            )
        if self._hosts is None:
            return
        host = "".join(given).lower()
        name = host.rpartition(":")[0] if host.rpartition(":")[2].isdecimal() else host
        above = name.partition(".")[2]
        if name not in self._hosts and f"*.{above}" not in self._hosts:
            raise WrongHost(
                f"This service does not go by the name {host[:80]!r}.",
                where="Host",
                remedy="Use its own address; whoever runs it can add names with the setting hosts.",
            )

    def _check_headers(self, request: Request) -> None:
        headers = request.headers.raw
        if len(headers) > self._limits.headers:
            raise HeadersTooLarge(
                f"The request has more than {self._limits.headers} headers.",
                where="headers",
                remedy="Send fewer.",
            )
        for name, value in headers:
            if len(name) + len(value) > self._limits.header:
                raise HeadersTooLarge(
                    f"A header is longer than {self._limits.header} bytes.",
                    where=name.decode("latin-1")[:80],
                    remedy="Shorten it.",
                )


def hosts_of(settings: Settings) -> tuple[str, ...] | None:
    """The names that a service with these settings answers to; None: any.

    On loopback, the names of loopback always count and no others by default: without that, a page
    of the web whose name is made to lead to 127.0.0.1 could read what is served here.
    """
    if settings.on_loopback:
        return (*_LOOPBACK_HOSTS, settings.host.lower(), *settings.hosts)
    return settings.hosts or None


def _check_address(request: Request) -> None:
    """Raises :class:`KeyInAddress` where a key stands where logs and histories keep it.

    Raises :class:`~tenure.errors.BadInput` for an address that is no text at all.
    """
    query: bytes = request.scope.get("query_string", b"")
    if not query.isascii():
        # The framework would fail on these bytes wherever it looks at the address.
        raise BadInput(
            "The address has bytes that are not ASCII.",
            where="address",
            remedy="Write other letters as escapes (%C3%A9).",
        )
    raw = query.decode("ascii")
    path: str = request.scope["path"]
    names = {field.partition("=")[0].lower() for field in raw.split("&")} if raw else set()
    # To decode a long query takes a while, and no client writes plain letters as escapes.
    decoded = unquote_plus(raw) if _ESCAPED_PLAIN.search(raw) else raw
    if names & _PROOFS or KEY.search(path) or KEY.search(decoded):
        raise KeyInAddress(
            "A key or token must not be in an address: addresses end up in logs.",
            where="address",
            remedy="Send it as 'Authorization: Bearer' and the key; have this one revoked.",
        )


# --- What the client has already ---------------------------------------------------------------

_TAGGED: Final = (
    "/at/",
    "/claim/",
    "/compare",
    "/conflicts",
    "/diff",
    "/doc/",
    "/explain",
    "/export/",
    "/history",
    "/known/",
    "/learned",
    "/ontology",
    "/policies",
    "/policy/",
    "/position-history",
    "/queries",
    "/source/",
    "/terms",
    "/vocabulary",
)


class ConditionalRequests(Middleware):
    """Tags answers, and answers 304 to those who have them.

    Answers that follow from what is known and from the request alone need not be made twice. Their
    tag is made of the generation of the knowledge base, the address and what chooses the format
    (RFC 9110, section 13.1.2). A client that has the answer learns so before anything is computed.
    Who has any (``*``) is answered 304 where there is one, which only the address itself knows.
    ``/sparql`` and the graph store make tags of their own; so does whatever is served from files.
    """

    def __init__(self, app: ASGIApp, kb: KnowledgeBase) -> None:
        super().__init__(app)
        self._kb = kb
        # Generations count from the start of this process, so tags must not outlive it.
        self._instance = secrets.token_hex(8)

    async def answer(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answers one request."""
        if scope["method"] != "GET" or not scope["path"].startswith(_TAGGED):
            await self.app(scope, receive, send)
            return
        request = Request(scope)
        try:
            tag = self._tag(request)
        except TenureError:
            # What is stored cannot be read; the address itself says so.
            await self.app(scope, receive, send)
            return
        if request.headers.get("if-none-match", "").strip() == "*":
            scope[ONLY_HEAD] = True
            send = _unchanged(send)
        elif is_known(request, tag):
            headers = {"ETag": tag, "Cache-Control": "no-cache"}
            headers["Vary"] = "Accept, Accept-Encoding"
            await Response(status_code=304, headers=headers)(scope, receive, send)
            return

        def add(status: int, headers: MutableHeaders) -> None:
            if status == HTTPStatus.OK:
                headers.setdefault("ETag", tag)
                headers.setdefault("Cache-Control", "no-cache")
                if "accept" not in headers.get("vary", "").lower().replace(" ", "").split(","):
                    headers.add_vary_header("Accept")

        await self.app(scope, receive, _at_start(send, add))

    def _tag(self, request: Request) -> str:
        chosen = (request.headers.get(name, "") for name in ("accept", "accept-datetime"))
        path = request.scope.get("raw_path") or request.scope["path"]
        query = request.scope["query_string"]
        host = request.headers.get("host", "")
        today = datetime.now(UTC).date()  # by which answers about today go out of date
        return weak_tag(self._instance, self._kb.generation, today, path, query, host, *chosen)


# --- In turn -----------------------------------------------------------------------------------

# They cost next to nothing, have shares of their own, or take them where the body has come.
_APART: Final = ("/health", "/ready", "/metrics", "/sparql", "/static/", "/openapi.json")


class ConcurrencyLimit(Middleware):
    """Works on what reads in turn, few requests of a client at a time.

    A turn is over when the answer has been made, however slowly it is read.
    """

    def __init__(self, app: ASGIApp, pages: Pages) -> None:
        super().__init__(app)
        self._pages = pages
        self._share = FairShare()

    async def answer(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answers one request."""
        if scope["method"] != "GET" or scope["path"].startswith(_APART):
            await self.app(scope, receive, send)
            return
        request = Request(scope, receive)
        try:
            async with self._share.turn(client_of(request)) as over:
                scope[MADE] = over
                await self.app(scope, receive, send)
        except TenureError as error:
            # Those of routes have become answers before they come here.
            response = problems.answer(request, self._pages, error)
            await response(scope, receive, send)


# --- Compression -------------------------------------------------------------------------------

SHORTEST: Final = 2_048
"""Bytes; anything shorter goes out in one packet either way."""

_LEVEL: Final = 5
_IN_A_THREAD: Final = 16 * 1024
_WANTED: Final = re.compile(
    r"(?:^|,)\s*(?:gzip|x-gzip|\*)\s*(?:;\s*q\s*=\s*(?:1(?:\.0*)?|0?\.[0-9]*[1-9][0-9]*)\s*)?(?:,|$)",
    re.IGNORECASE,
)
_PACKED: Final = '.gzip"'
_WITH_TAGS: Final = (b"if-match", b"if-none-match")
_REFUSED: Final = re.compile(r"(?:^|,)\s*gzip\s*;\s*q\s*=\s*0(?:\.0*)?\s*(?:,|$)", re.IGNORECASE)


class Compression(Middleware):
    """Compresses answers of some length for those who take gzip (RFC 9110, section 8.4.1.3).

    By Starlette's own middleware, which asks only whether ``gzip`` is mentioned. The length of a
    compressed answer tells something about what is in it. That is no danger here: no answer holds
    a secret beside what a stranger chose (the attack called BREACH needs both).

    A compressed answer is other bytes, so its strong tag has an ending of its own. Nobody below
    knows of it: it is taken off the tags that a request names (RFC 9110, section 8.8.3.3).
    """

    def __init__(self, app: ASGIApp) -> None:
        super().__init__(
            GZipMiddleware(app, SHORTEST, compresslevel=_LEVEL, thread_minimum_size=_IN_A_THREAD)
        )

    async def answer(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answers one request."""
        asked = Headers(scope=scope)
        gzipped, known = (
            wants_gzip(asked.get("accept-encoding", "")),
            asked.get("if-none-match", ""),
        )
        scope["headers"] = [
            (name, value.replace(_PACKED.encode(), b'"') if name in _WITH_TAGS else value)
            for name, value in scope["headers"]
            if name != b"accept-encoding"
        ] + ([(b"accept-encoding", b"gzip")] if gzipped else [])

        def tag(status: int, headers: MutableHeaders) -> None:
            strong = headers.get("etag", "")
            packed = strong[:-1] + _PACKED
            if status == HTTPStatus.NOT_MODIFIED:
                headers.add_vary_header("Accept-Encoding")
                is_packed = gzipped and packed in known
            else:
                is_packed = headers.get("content-encoding") == "gzip"
            if is_packed and strong.startswith('"'):
                headers["etag"] = packed

        await self.app(scope, receive, _at_start(send, tag))


def wants_gzip(accepted: str) -> bool:
    """Whether an ``Accept-Encoding`` header takes gzip (RFC 9110, section 12.5.3).

    >>> wants_gzip("br;q=1.0, gzip;q=0.5"), wants_gzip("gzip;q=0, *")
    (True, False)
    """
    text = accepted[:1_000]
    return bool(_WANTED.search(text)) and not _REFUSED.search(text)
