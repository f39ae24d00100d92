"""No client keeps the others waiting for what this process works out itself."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tenure.errors import TenureError
from tenure.sandbox.limits import TooBusy, TooManyQueries
from tenure_api import concurrency
from tenure_api.concurrency import FairShare
from tenure_api.middleware import ConcurrencyLimit


class Counting:
    """Takes turns and counts how many of whom are under way."""

    def __init__(self, share: FairShare) -> None:
        self.share = share
        self.now: dict[str, int] = {}
        self.most: dict[str, int] = {}
        self.served: list[str] = []

    async def one(self, client: str) -> None:
        """One turn, which lasts a few rounds of the loop."""
        async with self.share.turn(client):
            for name in (client, "all"):
                self.now[name] = self.now.get(name, 0) + 1
                self.most[name] = max(self.most.get(name, 0), self.now[name])
            self.served.append(client)
            for _ in range(3):
                await asyncio.sleep(0)
            for name in (client, "all"):
                self.now[name] -= 1


def run(work: Callable[[], Awaitable[Any]]) -> None:
    async def whole() -> None:
        await work()

    asyncio.run(whole())


@given(st.lists(st.sampled_from("aaabc"), max_size=40), st.integers(1, 3), st.integers(1, 4))
def test_few_of_one_client_and_of_all(clients: list[str], of_one: int, at_once: int) -> None:
    async def work() -> None:
        counting = Counting(FairShare(of_one, at_once))
        await asyncio.gather(*map(counting.one, clients))
        assert sorted(counting.served) == sorted(clients)
        assert counting.most.get("all", 0) <= at_once
        assert all(n <= of_one for name, n in counting.most.items() if name != "all")

    run(work)


def test_a_client_comes_between_those_of_another() -> None:
    async def work() -> None:
        counting = Counting(FairShare(1, 1))
        many = [asyncio.create_task(counting.one("many")) for _ in range(20)]
        await asyncio.sleep(0)
        await counting.one("other")
        await asyncio.gather(*many)
        assert counting.served.index("other") <= 2

    run(work)


def test_a_line_has_an_end(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(concurrency, "WAITING", 3)

    async def work() -> None:
        counting = Counting(FairShare(1))
        many = [asyncio.create_task(counting.one("many")) for _ in range(4)]
        await asyncio.sleep(0)
        with pytest.raises(TooManyQueries) as refused:
            await counting.one("many")
        assert refused.value.headers["Retry-After"].isdecimal()
        await counting.one("other")
        await asyncio.gather(*many)

    run(work)


def test_patience_has_an_end_and_nothing_is_lost(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(concurrency, "PATIENCE", 0.05)

    async def work() -> None:
        share = FairShare(1, 1)
        async with share.turn("a"):
            with pytest.raises(TooBusy):
                await Counting(share).one("b")
            gone = asyncio.create_task(Counting(share).one("c"))
            await asyncio.sleep(0)
            gone.cancel()
            await asyncio.gather(gone, return_exceptions=True)
        await Counting(share).one("b")
        await Counting(share).one("c")

    run(work)


def test_who_is_cancelled_as_their_turn_comes_gives_it_back() -> None:
    async def work() -> None:
        share = FairShare(1, 1)
        async with share.turn("a"):
            late = asyncio.create_task(Counting(share).one("b"))
            await asyncio.sleep(0)
        late.cancel()
        await asyncio.gather(late, return_exceptions=True)
        async with asyncio.timeout(5):
            await Counting(share).one("c")

    run(work)


class Pages:
    """Renders nothing."""

    def render(self, *_: object, **__: object) -> str:
        """Nothing."""
        return ""


def test_what_is_refused_is_a_problem(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object) -> None:
        raise TooBusy(7)

    async def app(*_: object) -> None:
        raise AssertionError

    async def work() -> None:
        told: list[Any] = []

        async def send(message: Any) -> None:
            told.append(message)

        middleware = ConcurrencyLimit(app, Pages())  # type: ignore[arg-type]
        monkeypatch.setattr(middleware._share, "turn", refuse)
        scope = {"type": "http", "method": "GET", "path": "/queries", "headers": []}
        await middleware(scope, asyncio.Event().wait, send)  # type: ignore[arg-type]
        assert told[0]["status"] == 503
        headers = {name.lower(): value for name, value in told[0]["headers"]}
        assert headers[b"retry-after"] == b"7"
        assert headers[b"content-type"] == b"application/problem+json"
        assert issubclass(TooBusy, TenureError)

    run(work)
