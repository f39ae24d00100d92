"""A worker: a program that answers queries over its own copy of the data, one after the other.

Started by the pool as ``python -m tenure.sandbox.worker DESCRIPTOR``, where the descriptor is its
end of a pair of sockets. It ends when the other end is closed.
"""

from __future__ import annotations

import json
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

from pyoxigraph import NamedNode, RdfFormat, Store, parse

from tenure.sandbox.answering import answer
from tenure.sandbox.confinement import allow_processor, fence, fence_files, taken
from tenure.sandbox.frames import (
    ASK,
    OPEN,
    QUADS,
    READY,
    STEP,
    UPDATE,
    read_frame,
    told,
    write_all,
)
from tenure.sandbox.launching import run_program

_GROWN: Final = 4
"""A worker that holds more than this part of its allowance after an answer is to be replaced."""


_SMALL: Final = 0.02
"""Seconds of processor time that a small query takes at most."""


def work(descriptor: int) -> None:
    """Loads what the first frame names, and does what the others say until there are no more.

    Raises :class:`OSError` for a copy that cannot be loaded, or that takes no more writes.
    """
    opening = read_frame(descriptor)
    if opening is None or opening[0] != OPEN:
        return
    asked = json.loads(opening[1])
    path = Path(asked["path"])
    # A store on disk writes files of its own as it makes writes after.
    on_disk = path.is_dir()
    missing = [fence_files(path) if on_disk else ""]
    store = _loaded(path)
    missing.append(fence(asked["memory"], files=on_disk))
    write_all(descriptor, told(READY, missing="; ".join(filter(None, missing))))
    worn = _Worn(asked["memory"])
    while (coming := read_frame(descriptor)) is not None:
        kind, body = coming
        if kind == STEP:
            _follow(store, body)
        elif kind == ASK:
            query: Mapping[str, Any] = json.loads(body)
            allow_processor(query["seconds"])
            if query["stepped"]:
                write_all(descriptor, told(READY))
            answer(store, query, descriptor, worn)


class _Worn:
    """Says whether this process has grown so much that it is to be replaced."""

    def __init__(self, memory: int) -> None:
        self._most = taken("VmRSS") + memory // _GROWN if memory else 0
        self._used = time.process_time()

    def __call__(self) -> bool:
        # Asking the kernel takes longer than a small query, and such a one takes no memory.
        before, self._used = self._used, time.process_time()
        return bool(self._most) and self._used - before > _SMALL and taken("VmRSS") > self._most


def _loaded(path: Path) -> Store:
    if path.is_dir():
        return Store(str(path))
    store = Store()
    store.bulk_load(path=str(path), format=RdfFormat.N_QUADS)
    return store


def _follow(store: Store, step: bytes) -> None:
    """Makes a write after. A step is a whole: what follows from half of one is never asked."""
    what, body = step[:1], step[1:]
    if what == UPDATE:
        store.update(body.decode())
    elif what == QUADS:
        store.extend(parse(body, format=RdfFormat.N_QUADS))
    else:
        store.remove_graph(NamedNode(body.decode()))


if __name__ == "__main__":
    run_program(work)
