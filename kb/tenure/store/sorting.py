"""Lines in order, however many: sorted in runs on the disk and merged (Knuth, TAOCP 3, 5.4.1)."""

from __future__ import annotations

import heapq
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from tempfile import TemporaryFile
from types import TracebackType
from typing import IO, Final, Self

HELD: Final = 64 << 20
"""Bytes of lines, with what Python needs for each, that are held in memory."""

_EACH: Final = 90
"""Bytes that Python needs for a line beside its own (measured)."""

_READ: Final = 1 << 20


class SortedLines:
    """Takes lines in any order and gives them back in that of their bytes, each once.

    No more than ``held`` bytes are in memory; beyond that, lines lie in temporary files below
    ``folder`` (None: the system's), which are gone when the ``with`` block ends.
    """

    def __init__(self, *, held: int = HELD, folder: Path | None = None) -> None:
        self._held = held
        self._folder = folder
        self._lines: list[bytes] = []
        self._size = 0
        self._runs: list[IO[bytes]] = []
        self._files = ExitStack()

    def add(self, line: bytes) -> None:
        """Takes a line, without the line break that it may not hold.

        Raises :class:`OSError` where there is no room for temporary files.
        """
        self._lines.append(line)
        self._size += len(line) + _EACH
        if self._size >= self._held:
            self._spill()

    def __iter__(self) -> Iterator[bytes]:
        """The lines in order. To be asked once, when all are there; raises :class:`OSError`."""
        self._lines.sort()
        before = None
        for line in heapq.merge(self._lines, *map(_lines_of, self._runs)):
            if line != before:
                yield line
                before = line

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._lines.clear()
        self._files.close()

    def _spill(self) -> None:
        opened = TemporaryFile(dir=self._folder, buffering=_READ)  # noqa: SIM115 - at the end
        run = self._files.enter_context(opened)
        self._lines.sort()
        run.writelines(b"%b\n" % line for line in self._lines)
        run.flush()
        self._runs.append(run)
        self._lines.clear()
        self._size = 0


def _lines_of(run: IO[bytes]) -> Iterator[bytes]:
    run.seek(0)
    for line in run:
        yield line[:-1]
