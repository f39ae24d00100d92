"""The gate that every request passes before any route sees it.

In this order: are its headers of a size that is read, does its address hold a key, is it meant for
this service (DNS rebinding), who asks, how often, and may they read. What a single route
needs beyond that it asks of :func:`tenure_api.access.who.require`.
"""

from __future__ import annotations

from collections.abc import Collection
from http import HTTPStatus
from typing import TYPE_CHECKING, Final
from urllib.parse import unquote_plus

from starlette.requests import Request

from tenure.errors import BadInput, TenureError
from tenure_api.access.keys import KEY
from tenure_api.access.rates import Buckets
from tenure_api.access.who import READ, client_of
from tenure_api.http import problems

if TYPE_CHECKING:
    from starlette.types import ASGIApp, Receive, Scope, Send

    from tenure_api.operation.settings import Settings
    from tenure_api.service import Service

_ALWAYS: Final = frozenset(("/health", "/ready"))
"""Whoever watches over the service has no key, asks by address, and must never be told to wait."""

LOOPBACK_HOSTS: Final = ("127.0.0.1", "localhost", "[::1]")

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


class Gate:
    """Middleware (ASGI 3) that answers itself what it does not let pass.

    Args:
        app: what comes behind it.
        service: whose rules of access and limits count.
        buckets: how often a client may ask.
        hosts: the names that this service answers to, in lower case and without a port, where
            ``*.example.org`` stands for every name below; None: any.
    """

    def __init__(
        self,
        app: ASGIApp,
        service: Service,
        buckets: Buckets,
        hosts: Collection[str] | None = None,
    ) -> None:
        self.app = app
        self._service = service
        self._buckets = buckets
        self._hosts = None if hosts is None else frozenset(hosts)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Lets one request pass, or answers it."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        request = Request(scope, receive)
        try:
            await self._judge(request)
        except TenureError as error:
            response = problems.answer(request, self._service.pages, error)
            await response(scope, receive, send)
            return
        await self.app(scope, receive, send)

    async def _judge(self, request: Request) -> None:
        self._check_headers(request)
        _check_address(request)
        if request.scope["path"] in _ALWAYS:
            return
        self._check_host(request)
        access = self._service.access
        try:
            request.state.principal = principal = await access.identify(request)
        except TenureError:
            # Counted for the address, so that guessing is slow and no client can spend another's.
            self._buckets.take(client_of(request))
            raise
        self._buckets.take(client_of(request))
        # A browser asks without proof whether it may ask (Fetch, section 3.2.2, CORS preflight).
        if request.method != "OPTIONS" and not request.scope["path"].startswith("/static/"):
            access.permit(principal, READ)

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
        limits = self._service.limits
        headers = request.headers.raw
        if len(headers) > limits.headers:
            raise HeadersTooLarge(
                f"The request has more than {limits.headers} headers.",
                where="headers",
                remedy="Send fewer.",
            )
        for name, value in headers:
            if len(name) + len(value) > limits.header:
                raise HeadersTooLarge(
                    f"A header is longer than {limits.header} bytes.",
                    where=name.decode("latin-1")[:80],
                    remedy="Shorten it.",
                )


def hosts_of(settings: Settings) -> tuple[str, ...] | None:
    """The names that a service with these settings answers to; None: any.

    On loopback, the names of loopback always count and no others by default: without that, a page
    of the web whose name is made to lead to 127.0.0.1 could read what is served here.
    """
    if settings.on_loopback:
        return (*LOOPBACK_HOSTS, settings.host.lower(), *settings.hosts)
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
    if names & _PROOFS or KEY.search(path) or KEY.search(unquote_plus(raw)):
        raise KeyInAddress(
            "A key or token must not be in an address: addresses end up in logs.",
            where="address",
            remedy="Send it as 'Authorization: Bearer' and the key; have this one revoked.",
        )
