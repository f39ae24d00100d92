"""One query in one worker: the worker is as good for the next one, whatever came of it."""

from __future__ import annotations

import asyncio
import json
from typing import cast

from tenure.sandbox.frames import DATA, END, HEAD
from tenure.sandbox.limits import QueryLimits
from tenure.sandbox.queries import QueryWorker, Run
from tenure.sandbox.spool import MOST_HELD, Room


class Worker:
    """Knows whether it is listened to."""

    paused = worn = False

    def pause(self) -> None:
        self.paused = True

    def resume(self) -> None:
        self.paused = False


def test_a_worker_whose_last_frames_fill_the_spool_is_listened_to_again() -> None:
    async def answer() -> tuple[bool, bytes]:
        worker = Worker()
        run = Run("ada", QueryLimits(), cast("QueryWorker", worker), Room(), lambda _: None)
        run.receive(HEAD, json.dumps({"kind": "rows", "variables": ["s"]}).encode())
        run.receive(DATA, b"x" * (MOST_HELD + 1))
        was_paused = worker.paused
        run.receive(END, json.dumps({"worn": False}).encode())
        assert not worker.paused
        return was_paused, b"".join([piece async for piece in run.spool.pieces()])

    was_paused, text = asyncio.run(answer())
    assert was_paused
    assert len(text) == MOST_HELD + 1
