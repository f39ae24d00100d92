"""Writes that were refused before anybody asked the writer: who tried what, in the audit log.

Anybody can be refused as often as they like, so these lines are bounded: of each key or token,
and of all strangers together, :data:`AT_ONCE` and then one in :data:`SECONDS_EACH` seconds. How
many were left out stands in the next line, so that none goes unnoticed.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request

from tenure_api.access.rates import Buckets, TooManyRequests
from tenure_api.access.who import Principal, client_of

if TYPE_CHECKING:
    from starlette.types import ASGIApp, Message, Receive, Scope, Send

    from tenure_api.service import Service

AT_ONCE: Final = 60
SECONDS_EACH: Final = 10

_SAFE: Final = frozenset(("GET", "HEAD", "OPTIONS", "TRACE"))
_UNAUTHORISED: Final = 401
_FIRST_REFUSAL: Final = 400
_STRANGERS: Final = "strangers"


class Refusals:
    """Middleware (ASGI 3), around the gate, that records what a write was answered by 400 to 499.

    A write is what asked :func:`tenure_api.access.who.require` for more than to read; and a bad
    key sent with any other method than those that only read. What the writer itself refuses it
    has recorded already (:func:`tenure_api.access.audit.recorded`).
    """

    def __init__(self, app: ASGIApp, service: Service) -> None:
        self.app = app
        self._service = service
        self._buckets = Buckets(1 / SECONDS_EACH, AT_ONCE)
        self._left_out = 0

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answers one request."""
        if scope["type"] != "http" or scope["method"] in _SAFE:
            await self.app(scope, receive, send)
            return
        state = scope.setdefault("state", {})

        async def noting(message: Message) -> None:
            if message["type"] == "http.response.start" and _is_refusal(message["status"], state):
                await self._note(Request(scope), message["status"])
            await send(message)

        await self.app(scope, receive, noting)

    async def _note(self, request: Request, status: int) -> None:
        self._service.metrics.wrote("refused")
        known = getattr(request.state, "principal", None)
        is_somebody = isinstance(known, Principal) and bool(known.identity)
        try:
            self._buckets.take(client_of(request) if is_somebody else _STRANGERS)
        except TooManyRequests:
            self._left_out += 1
            return
        details: dict[str, Any] = {"status": status, "why": getattr(request.state, "why", "")}
        if self._left_out:
            details["left_out"], self._left_out = self._left_out, 0
        who = known if isinstance(known, Principal) else Principal("unknown", frozenset(), "")
        action = f"{request.method} {request.url.path[:200]}"
        record = self._service.audit.record
        await run_in_threadpool(record, request, who, action, "refused", **details)


def _is_refusal(status: int, state: dict[str, Any]) -> bool:
    if status < _FIRST_REFUSAL or state.get("audited"):
        return False
    return bool(state.get("asked_to_write")) or status == _UNAUTHORISED
