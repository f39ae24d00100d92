"""A plain backup as a file: quads between a line that opens it and one that seals it.

The last line says how many statements there are, and the SHA-256 of everything before it, so that
a file that was cut short or altered is found. Both lines are comments, so that any
program that reads N-Quads or TriG reads the file.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import IO, Final, Protocol, cast

from pyoxigraph import Quad, RdfFormat, serialize

from tenure.errors import BadInput
from tenure.inputs import require_file
from tenure.store.formats import GraphFormat
from tenure.store.ordered import OrderedStatements

_HEAD: Final = b"# A backup of Tenure. The last line says whether it is whole.\n"
_SEAL: Final = "# End of a backup of Tenure: {count} statements, SHA-256 {digest}\n"
_SEALED: Final = re.compile(
    rb"# End of a backup of Tenure: (\d+) statements, SHA-256 ([0-9a-f]{64})\n"
)
_LONGEST_SEAL: Final = 200
_PIECE: Final = 1 << 20


class Sink(Protocol):
    """What a backup is written into."""

    def write(self, data: bytes, /) -> int:
        """Takes a piece."""
        ...


class Sealing:
    """A file in front of another, for one backup: opens it, adds up what comes, and seals it."""

    def __init__(self, output: Sink) -> None:
        self._output = output
        self._digest = hashlib.sha256()
        self._last = b""
        self.write(_HEAD)

    def write(self, data: bytes) -> int:
        """Takes a piece of the backup."""
        if data:
            self._digest.update(data)
            self._output.write(data)
            self._last = data[-1:]
        return len(data)

    def flush(self) -> None:
        """Does nothing: whoever has the other file sees to that."""

    def seal(self, count: int) -> None:
        """Writes the last line, for so many statements."""
        if self._last != b"\n":
            self.write(b"\n")
        self._digest.update(b"%d" % count)  # so that the number cannot be altered either
        line = _SEAL.format(count=count, digest=self._digest.hexdigest())
        self._output.write(line.encode("ascii"))


def write_sorted(quads: Iterable[Quad], output: Sink, form: GraphFormat, folder: Path) -> None:
    """A backup of ``quads`` in N-Quads or TriG, sorted, the same bytes of the same statements.

    What does not fit into memory meanwhile lies in ``folder``. Raises :class:`OSError`.
    """
    with OrderedStatements(folder=folder) as statements:
        statements.add(quads)
        sealing = Sealing(output)
        sealing.seal(statements.write(cast("IO[bytes]", sealing), form))


def write_as_it_comes(quads: Iterable[Quad], output: Sink) -> None:
    """A backup of ``quads`` in N-Quads, in any order; nothing is held. Raises :class:`OSError`."""
    count = 0

    def counted() -> Iterator[Quad]:
        nonlocal count
        for quad in quads:
            count += 1
            yield quad

    sealing = Sealing(output)
    serialize(counted(), cast("IO[bytes]", sealing), format=RdfFormat.N_QUADS)
    sealing.seal(count)


def check_whole(path: Path, *, sealed: bool = False) -> int | None:
    """The number of statements that a backup says it has; None for quads that say nothing.

    ``sealed``: quads that say nothing are refused too.

    Raises:
        BadInput: it was cut short, or altered, or is empty.
        OSError: it cannot be read.
    """
    require_file(path)
    size = path.stat().st_size
    with path.open("rb") as file:
        opened = file.readline(len(_HEAD)) == _HEAD
        file.seek(max(0, size - _LONGEST_SEAL))
        found = _SEALED.search(file.read())
        if not opened and found is None and size and not sealed:
            return None
        if not opened or found is None:
            raise _not_whole(path, "it was cut short")
        left = size - len(found[0])
        file.seek(0)
        digest = hashlib.sha256()
        while left and (piece := file.read(min(left, _PIECE))):
            digest.update(piece)
            left -= len(piece)
    alone = digest.hexdigest()  # as the first version wrote it, without the number
    digest.update(found[1])
    if found[2].decode("ascii") not in (digest.hexdigest(), alone):
        raise _not_whole(path, "it was altered, or damaged")
    return int(found[1])


def _not_whole(path: Path, why: str) -> BadInput:
    return BadInput(
        f"It is no whole backup: {why}.",
        where=str(path),
        remedy="Take another copy of the backup, or the one before it.",
    )
