"""Answers that follow from what is known and from the request alone need not be made twice.

Their tag is made of the generation of the knowledge base, the address and what chooses the format
(RFC 9110, section 13.1.2). A client that has the answer is told so before anything is computed.
``/sparql`` and the graph store make tags of their own; so does whatever is served from files.
"""

from __future__ import annotations

import secrets
from typing import TYPE_CHECKING, Final

from starlette.datastructures import MutableHeaders
from starlette.requests import Request
from starlette.responses import Response

from tenure.errors import TenureError
from tenure_api.http.entity_tags import is_known, weak_tag

if TYPE_CHECKING:
    from starlette.types import ASGIApp, Message, Receive, Scope, Send

    from tenure.knowledge import KnowledgeBase

_CHOOSING: Final = ("accept", "accept-datetime")
_ADDRESSES: Final = (
    "/at/",
    "/claim/",
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
    "/queries",
    "/source/",
    "/vocabulary",
)


class Conditional:
    """Middleware (ASGI 3) that tags answers, and answers 304 to those who have them."""

    def __init__(self, app: ASGIApp, kb: KnowledgeBase) -> None:
        self.app = app
        self._kb = kb
        # Generations count from the start of this process, so tags must not outlive it.
        self._instance = secrets.token_hex(8)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answers one request."""
        reads = scope["type"] == "http" and scope["method"] == "GET"
        if not reads or not scope["path"].startswith(_ADDRESSES):
            await self.app(scope, receive, send)
            return
        request = Request(scope)
        try:
            tag = self._tag(request)
        except TenureError:
            # What is stored cannot be read; the address itself says so.
            await self.app(scope, receive, send)
            return
        headers = {"ETag": tag, "Cache-Control": "no-cache", "Vary": "Accept"}
        if is_known(request, tag) and request.headers["if-none-match"].strip() != "*":
            await Response(status_code=304, headers=headers)(scope, receive, send)
            return

        async def send_tagged(message: Message) -> None:
            if message["type"] == "http.response.start" and message["status"] == 200:
                told = MutableHeaders(scope=message)
                told.setdefault("ETag", tag)
                told.setdefault("Cache-Control", "no-cache")
                if "accept" not in told.get("vary", "").lower().replace(" ", "").split(","):
                    told.add_vary_header("Accept")
            await send(message)

        await self.app(scope, receive, send_tagged)

    def _tag(self, request: Request) -> str:
        chosen = (request.headers.get(name, "") for name in _CHOOSING)
        path = request.scope.get("raw_path") or request.scope["path"]
        query = request.scope["query_string"]
        host = request.headers.get("host", "")
        return weak_tag(self._instance, self._kb.generation, path, query, host, *chosen)
