"""Middleware that watches requests: gives each an id, counts, measures and logs it."""

from __future__ import annotations

import logging
import re
import time
import uuid
from typing import TYPE_CHECKING, Any, Final

from starlette.datastructures import Headers, MutableHeaders

from tenure_api.access.who import Principal
from tenure_api.operation.logs import REQUEST, REQUESTS, SLOW, beginning

if TYPE_CHECKING:
    from starlette.types import ASGIApp, Message, Receive, Scope, Send

    from tenure_api.operation.metrics import Metrics

HEADER: Final = "X-Request-Id"

_ID: Final = re.compile(r"[A-Za-z0-9._-]{1,64}")
_CONVERTER: Final = re.compile(r":\w+}")
_LONGEST_PATH: Final = 200


class Watch:
    """Middleware (ASGI 3). ``slow`` is from how many seconds on a request is logged as slow."""

    def __init__(self, app: ASGIApp, metrics: Metrics, slow: float) -> None:
        self.app = app
        self._metrics = metrics
        self._slow = slow

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Watches one request."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        # What a client sends as an id goes into logs, so only what is safe there is taken over.
        sent = Headers(scope=scope).get(HEADER, "")
        request = sent if _ID.fullmatch(sent) else uuid.uuid4().hex
        REQUEST.set(request)
        scope.setdefault("state", {})
        began = time.perf_counter()
        status = 500

        async def noting(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                MutableHeaders(scope=message)[HEADER] = request
            await send(message)

        with self._metrics.in_progress.track_inprogress():
            try:
                await self.app(scope, receive, noting)
            finally:
                self._note(scope, status, time.perf_counter() - began)

    def _note(self, scope: Scope, status: int, seconds: float) -> None:
        state = scope["state"]
        route = state.get("route", "(none)")
        self._metrics.answered(scope["method"], route, status, seconds)
        slow = seconds >= self._slow
        if not slow and not REQUESTS.isEnabledFor(logging.INFO):
            return
        principal = state.get("principal")
        client = scope.get("client")
        told: dict[str, Any] = {
            "method": scope["method"],
            "route": route,
            "path": scope["path"][:_LONGEST_PATH],
            "status": status,
            "milliseconds": round(seconds * 1000, 1),
            "from": client[0] if client else "",
        }
        if isinstance(principal, Principal) and principal.identity:
            told["who"] = principal.name
        if slow:
            if state.get("query"):
                told["query"] = beginning(state["query"])
            SLOW.warning("slow", extra={"told": told})
        else:
            REQUESTS.info("answered", extra={"told": told})


class RouteNote:
    """Middleware (ASGI 3), the innermost, that notes for :class:`Watch` which route answered.

    Middleware between the two may pass a copy of the scope on, in which alone the router leaves
    its route; the state is the same object in all copies.
    """

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Lets one request pass."""
        try:
            await self.app(scope, receive, send)
        finally:
            if scope["type"] == "http":
                scope.setdefault("state", {})["route"] = template(scope)


def template(scope: Scope) -> str:
    """The template of the route that answered, or a word where there was none."""
    found = getattr(scope.get("route"), "path", None)
    if isinstance(found, str):
        return _CONVERTER.sub("}", found)
    return "/static" if scope["path"].startswith("/static/") else "(none)"
