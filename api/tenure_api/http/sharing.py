"""What a script on a page of another host may read (Fetch Standard, "CORS protocol").

Everything that only reads may be read from everywhere, without credentials: an answer never
depends on cookies, and ``Authorization`` is not among the headers that such a script may send. So
no page of another host can write, or read what needs a key.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import Response

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.types import ASGIApp, Message, Receive, Scope, Send

_KEY: Final = "read_only"
_POSTED_QUERIES: Final = "/sparql"
_HEADERS: Final = "Accept, Accept-Datetime, Content-Type, If-None-Match"
_EXPOSED: Final = "ETag, Link, Memento-Datetime, Retry-After"
_ONE_DAY: Final = "86400"
_FOR_OPERATORS: Final = ("/health", "/metrics", "/ready")


def share(request: Request) -> None:
    """Says of a POST request that it only reads, so that its answer may be read by anybody."""
    setattr(request.state, _KEY, True)


class Sharing:
    """Middleware that answers preflights, and marks what may be read from everywhere.

    Where ``shared`` is false nothing may: a service for the people at one machine must not be read
    by whatever page they happen to visit.
    """

    def __init__(self, app: ASGIApp, *, shared: bool = True) -> None:
        self.app = app
        self._shared = shared

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answers one request (ASGI 3)."""
        if scope["type"] != "http" or not self._shared or scope["path"] in _FOR_OPERATORS:
            await self.app(scope, receive, send)
            return
        asked = Headers(scope=scope)
        if scope["method"] == "OPTIONS" and "access-control-request-method" in asked:
            wanted = asked["access-control-request-method"].upper()
            await _preflight(scope["path"], wanted)(scope, receive, send)
            return
        state = scope.setdefault("state", {})
        reads = scope["method"] in ("GET", "HEAD")

        async def send_shared(message: Message) -> None:
            if message["type"] == "http.response.start" and (reads or state.get(_KEY)):
                headers = MutableHeaders(scope=message)
                headers["Access-Control-Allow-Origin"] = "*"
                headers["Access-Control-Expose-Headers"] = _EXPOSED
            await send(message)

        await self.app(scope, receive, send_shared)


def _preflight(path: str, wanted: str) -> Response:
    methods = ["GET", "HEAD", *(["POST"] if path == _POSTED_QUERIES else [])]
    if wanted not in methods:
        return Response(status_code=204)
    allowed = {
        "Access-Control-Allow-Origin": "*",
        "Access-Control-Allow-Methods": ", ".join(methods),
        "Access-Control-Allow-Headers": _HEADERS,
        "Access-Control-Max-Age": _ONE_DAY,
    }
    return Response(status_code=204, headers=allowed)
