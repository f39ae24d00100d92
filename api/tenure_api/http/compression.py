"""Answers of some length are compressed for those who take gzip (RFC 9110, section 8.4.1.3).

The length of a compressed answer tells something about what is in it. That is no danger here:
no answer holds a secret beside what a stranger chose (the attack called BREACH needs both).
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from starlette.datastructures import Headers, MutableHeaders
from starlette.middleware.gzip import GZipMiddleware

from tenure_api.http.entity_tags import COMPRESSED

if TYPE_CHECKING:
    from starlette.types import ASGIApp, Message, Receive, Scope, Send

SHORTEST: Final = 2_048
"""Bytes; anything shorter goes out in one packet either way."""

_LEVEL: Final = 5
_IN_A_THREAD: Final = 16 * 1024
_WANTED: Final = re.compile(
    r"(?:^|,)\s*(?:gzip|x-gzip|\*)\s*(?:;\s*q\s*=\s*(?:1(?:\.0*)?|0?\.[0-9]*[1-9][0-9]*)\s*)?(?:,|$)",
    re.IGNORECASE,
)
_REFUSED: Final = re.compile(r"(?:^|,)\s*gzip\s*;\s*q\s*=\s*0(?:\.0*)?\s*(?:,|$)", re.IGNORECASE)


class Compression:
    """Middleware around Starlette's own, which asks only whether ``gzip`` is mentioned."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = GZipMiddleware(
            app, SHORTEST, compresslevel=_LEVEL, thread_minimum_size=_IN_A_THREAD
        )

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answers one request (ASGI 3)."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        accepted = Headers(scope=scope).get("accept-encoding", "")
        kept = [(name, value) for name, value in scope["headers"] if name != b"accept-encoding"]
        if wants_gzip(accepted):
            kept.append((b"accept-encoding", b"gzip"))

        async def send_tagged(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                tag = headers.get("etag", "")
                if headers.get("content-encoding") == "gzip" and tag.startswith('"'):
                    headers["etag"] = f'{tag[:-1]}{COMPRESSED}"'
            await send(message)

        await self.app({**scope, "headers": kept}, receive, send_tagged)


def wants_gzip(accepted: str) -> bool:
    """Whether an ``Accept-Encoding`` header takes gzip (RFC 9110, section 12.5.3).

    >>> wants_gzip("br;q=1.0, gzip;q=0.5"), wants_gzip("gzip;q=0, *")
    (True, False)
    """
    text = accepted[:1_000]
    return bool(_WANTED.search(text)) and not _REFUSED.search(text)
