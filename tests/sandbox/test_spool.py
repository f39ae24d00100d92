"""Answers between their makers and their readers: whole, in order, bounded, and nothing left."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Awaitable, Callable
from errno import ENOSPC
from pathlib import Path
from random import Random

import pytest

from tenure.errors import TenureError
from tenure.sandbox import spool as spools
from tenure.sandbox.spool import Room, Spool

PIECE = 50_000


def nameless() -> int:
    """How many files without a name this process has open."""
    found = 0
    for one in Path("/proc/self/fd").iterdir():
        try:
            found += str(one.readlink()).endswith("(deleted)")
        except OSError:
            continue
    return found


def run(work: Callable[[], Awaitable[None]]) -> None:
    """Does it in an event loop, and looks for what was left."""

    async def all_of_it() -> None:
        await work()

    before = nameless()
    asyncio.run(all_of_it())
    assert nameless() == before


def pieces(seed: int, number: int) -> list[bytes]:
    """Pieces of different lengths and contents."""
    chance = Random(seed)  # noqa: S311
    return [chance.randbytes(chance.randrange(1, 2 * PIECE)) for _ in range(number)]


async def until(holds: Callable[[], bool]) -> None:
    """Returns when it holds."""
    async with asyncio.timeout(30):
        while True:
            if holds():
                return
            await asyncio.sleep(0.001)


def is_empty(room: Room) -> bool:
    """Whether nothing is taken of it."""
    return not room.files and not room.used


async def fill(spool: Spool, given: list[bytes], pause: Callable[[], float | None]) -> None:
    """Puts the pieces, waiting when it is full, and now and then for no reason."""
    for piece in given:
        await until(lambda: not spool.full)
        spool.put(piece)
        seconds = pause()
        if seconds is not None:
            await asyncio.sleep(seconds)
    spool.end()


@pytest.mark.parametrize("seed", range(6))
@pytest.mark.parametrize("most", [0, 400_000, 1 << 30])
def test_an_answer_is_read_as_it_was_made(seed: int, most: int) -> None:
    async def work() -> None:
        chance = Random(seed)  # noqa: S311
        room, read = Room(most), bytearray()
        spool = Spool(room, "a")
        given = pieces(seed, 60)

        def now_and_then() -> float | None:
            return chance.choice([None, None, 0, 0.002])

        making = asyncio.create_task(fill(spool, given, now_and_then))
        async for piece in spool.pieces():
            read += piece
            if seconds := now_and_then():
                await asyncio.sleep(seconds)
        await making
        assert bytes(read) == b"".join(given)
        spool.close()
        assert (room.used, room.files) == (0, 0)

    run(work)


def test_a_short_answer_takes_no_file() -> None:
    async def work() -> None:
        room = Room()
        spool = Spool(room, "a")
        for _ in range(5):
            spool.put(b"x" * PIECE)
        assert not spool.whole
        spool.end()
        assert spool.whole == b"x" * 5 * PIECE
        assert not spool.full
        assert room.files == 0

    run(work)


def test_what_was_put_comes_before_the_error() -> None:
    async def work() -> None:
        spool = Spool(Room(), "a")
        for _ in range(20):
            spool.put(b"x" * PIECE)
        spool.end(TenureError("It broke down."))
        assert spool.whole is None
        reading, read = spool.pieces(), 0
        while read < 20 * PIECE:
            read += len(await anext(reading))
        with pytest.raises(TenureError, match="It broke down"):
            await anext(reading)
        spool.close()

    run(work)


async def crammed(room: Room, client: str, size: int) -> Spool:
    """A spool that was given so much, as far as there is room."""
    spool = Spool(room, client)
    await asyncio.wait_for(fill(spool, [b"x" * PIECE] * (size // PIECE), lambda: None), 30)
    return spool


def test_a_client_leaves_room_for_others() -> None:
    async def work() -> None:
        room = Room(4_000_000)
        first = await crammed(room, "a", 1_500_000)
        greedy = asyncio.create_task(crammed(room, "a", 1_500_000))
        await asyncio.sleep(0.05)
        assert not greedy.done()
        other = await crammed(room, "b", 1_500_000)
        assert not greedy.done()
        # What one lets go of, the other may have.
        first.close()
        second = await greedy
        for spool in (second, other):
            spool.close()
        await until(lambda: is_empty(room))

    run(work)


def test_files_are_counted_too() -> None:
    async def work() -> None:
        room = Room(files=4)
        kept = [await crammed(room, "a", 600_000) for _ in range(2)]
        spool = Spool(room, "a")
        for _ in range(6):
            spool.put(b"x" * PIECE)
        assert spool.full
        other = await crammed(room, "b", 600_000)
        assert room.files == 3
        for one in (*kept, spool, other):
            one.close()
        await until(lambda: is_empty(room))

    run(work)


def test_a_full_disk_makes_the_maker_wait(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def refuse(*_: object) -> int:
        raise OSError(ENOSPC, "No space left on device")

    async def work() -> None:
        room, written = Room(), os.pwrite
        monkeypatch.setattr(os, "pwrite", refuse)
        given = pieces(1, 40)
        spool = Spool(room, "a")
        making = asyncio.create_task(fill(spool, given, lambda: 0))
        await asyncio.sleep(0.05)
        assert spool.full
        assert room.used == 0
        read = bytearray()
        async for piece in spool.pieces():
            read += piece
            if len(read) > 20 * PIECE:
                monkeypatch.setattr(os, "pwrite", written)
        await making
        assert bytes(read) == b"".join(given)
        spool.close()

    run(work)
    assert len(caplog.records) == 1


def test_a_disk_that_is_almost_full_is_left_to_others(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(spools, "_LEFT_FREE", 1 << 60)

    async def work() -> None:
        room = Room()
        spool = Spool(room, "a")
        for _ in range(6):
            spool.put(b"x" * PIECE)
        await asyncio.sleep(0.05)
        assert spool.full
        assert room.used == 0
        spool.close()
        await until(lambda: is_empty(room))

    run(work)


def test_who_leaves_in_the_middle_leaves_nothing() -> None:
    async def work() -> None:
        room = Room()
        for number in range(30):
            spool = Spool(room, "a")
            making = asyncio.create_task(fill(spool, [b"x" * PIECE] * 40, lambda: None))

            async def read(spool: Spool = spool) -> None:
                async for _ in spool.pieces():
                    await asyncio.sleep(0)

            reading = asyncio.create_task(read())
            await asyncio.sleep(0.0005 * number)
            reading.cancel()
            spool.close()
            await asyncio.gather(making, reading, return_exceptions=True)
        # The last writes and reads end in threads.
        await until(lambda: is_empty(room))

    run(work)
