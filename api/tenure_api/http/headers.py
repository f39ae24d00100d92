"""What every answer carries: headers that keep a browser from loading or leaking anything.

The policy lets a page use what this service serves, and nothing of any other host (Content
Security Policy Level 3). ``HEAD`` is answered here too, as the ``GET`` of the same address
without its body (RFC 9110, section 9.3.2), so that no route has to know about it.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import TYPE_CHECKING, Final
from urllib.parse import urlsplit, urlunsplit

from starlette.datastructures import MutableHeaders

from tenure_api.http.streams import ONLY_HEAD

if TYPE_CHECKING:
    from starlette.types import ASGIApp, Message, Receive, Scope, Send

_POLICY: Final = (
    "default-src 'self'; img-src 'self' data:; object-src 'none'; "
    "base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
)

SECURITY_HEADERS: Final[Mapping[str, str]] = MappingProxyType(
    {
        "Content-Security-Policy": _POLICY,
        "Cross-Origin-Opener-Policy": "same-origin",
        "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
        "Referrer-Policy": "no-referrer",
        "X-Content-Type-Options": "nosniff",
        "X-Frame-Options": "DENY",
    }
)


_REDIRECTS: Final = frozenset((301, 302, 303, 307, 308))


class Envelope:
    """Middleware that adds :data:`SECURITY_HEADERS` where a route has not set its own.

    Redirects lead to places of this service, and name no host: the one that the framework would
    name is what the client sent, and a cache could give it to others.
    """

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answers one request (ASGI 3)."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        head = scope["method"] == "HEAD"

        async def send_in_envelope(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in SECURITY_HEADERS.items():
                    headers.setdefault(name, value)
                if message["status"] in _REDIRECTS and "location" in headers:
                    headers["location"] = _on_this_host(headers["location"])
            elif head and message["type"] == "http.response.body":
                message = {**message, "body": b""}
            await send(message)

        inner = {**scope, "method": "GET", ONLY_HEAD: True} if head else scope
        await self.app(inner, receive, send_in_envelope)


def _on_this_host(location: str) -> str:
    """The path of an address, and what follows it; never one that begins as a host's would."""
    parts = urlsplit(location)
    path = "/" + parts.path.replace("\\", "%5C").lstrip("/")
    return urlunsplit(("", "", path, parts.query, parts.fragment))
