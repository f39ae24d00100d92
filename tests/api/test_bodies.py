"""A body is read whole, or refused: for its length, or because it keeps others waiting."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest
from starlette.requests import Request

from tenure_api import bodies
from tenure_api.bodies import TooSlow, read_body
from tenure_api.problems import TooLong


def read(pieces: list[bytes], pause: float, limit: int = 1_000) -> bytes:
    """The body of a request that comes in these pieces, with a pause before each."""
    coming = list(pieces)

    async def receive() -> dict[str, Any]:
        await asyncio.sleep(pause)
        piece = coming.pop(0)
        return {"type": "http.request", "body": piece, "more_body": bool(coming)}

    async def work() -> bytes:
        scope = {"type": "http", "method": "POST", "path": "/claims", "headers": []}
        return await read_body(Request(scope, receive), limit)

    return asyncio.run(work())


def test_it_comes_whole() -> None:
    assert read([b"a", b"", b"bc"], 0) == b"abc"
    with pytest.raises(TooLong):
        read([b"a" * 600, b"a" * 600], 0)


def test_one_that_drips_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bodies, "LONGEST_START", 0.05)
    with pytest.raises(TooSlow) as refused:
        read([b"a"] * 1_000, 0.01, 10_000)
    # What is still to come must not be taken for another request.
    assert refused.value.headers == {"Connection": "close"}
    assert refused.value.http_status == 408


def test_one_that_is_long_has_longer(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bodies, "LONGEST_START", 0.05)
    monkeypatch.setattr(bodies, "SLOWEST", 1)
    assert len(read([b"a" * 9] * 10, 0.02)) == 90
