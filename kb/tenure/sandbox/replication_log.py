"""The latest writes, for copies to make after."""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Callable, Iterable
from itertools import dropwhile

from pyoxigraph import NamedNode, RdfFormat, serialize

from tenure.sandbox.frames import QUADS, UPDATE
from tenure.store import Written
from tenure.store.oxigraph import drop_request


class ReplicationLog:
    """Writes since some generation, as steps that a worker understands.

    Args:
        skip: says of the name of a graph that its writes are not to be made after.
        most: bytes that are kept.

    :meth:`note` is called from threads that write, the rest from anywhere.
    """

    def __init__(self, skip: Callable[[str], bool], most: int) -> None:
        self._skip = skip
        self._most = most
        self._lock = threading.Lock()
        self._steps: deque[tuple[int, bytes]] = deque()
        self._bytes = 0
        self._start = 0
        self._skipped: set[str] = set()
        self.latest = 0
        """The generation that the last write led to."""

    def begin(self, generation: int, graphs: Iterable[NamedNode]) -> None:
        """Says which generation the store had before the first write that is noted, and more.

        ``graphs`` are those that it has.
        """
        skipped = {graph.value for graph in graphs if self._skip(graph.value)}
        with self._lock:
            self._skipped |= skipped
            if not self.latest:
                self._start = self.latest = generation

    @property
    def skipped(self) -> frozenset[str]:
        """The graphs that the store has and that are not to be in a copy."""
        with self._lock:
            return frozenset(self._skipped)

    def note(self, written: Written) -> None:
        """Takes a write; forgets the oldest ones where they have become too long."""
        graph = written.graph
        skipped = graph is not None and self._skip(graph.value)
        step = b"" if skipped else _step(written, self._most)
        with self._lock:
            self.latest = written.generation
            if graph is not None and skipped:
                gone = written.update == drop_request(graph)
                (self._skipped.discard if gone else self._skipped.add)(graph.value)
            if step == b"":
                return
            if step is None:
                self._steps.clear()
                self._bytes, self._start = 0, written.generation
                return
            self._steps.append((written.generation, step))
            self._bytes += len(step)
            while self._bytes > self._most:
                self._start, oldest = self._steps.popleft()
                self._bytes -= len(oldest)

    def since(self, generation: int) -> tuple[int, list[bytes]] | None:
        """The latest generation, and the steps that lead there; None where some are forgotten."""
        with self._lock:
            if generation < self._start:
                return None
            if not self._steps or self._steps[-1][0] <= generation:
                return self.latest, []
            after = dropwhile(lambda one: one[0] <= generation, self._steps)
            return self.latest, [step for _, step in after]


def _step(written: Written, most: int) -> bytes | None:
    """A step; empty where there is nothing to do, None where it is too long."""
    if not written.complete:
        return None
    if written.update:
        step = UPDATE + written.update.encode()
    elif written.quads:
        step = QUADS + (serialize(written.quads, format=RdfFormat.N_QUADS) or b"")
    else:
        return b""
    return step if len(step) <= most else None
