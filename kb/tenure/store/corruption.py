"""A store on disk whose files are not what they were when written: found, and reported.

The engine checks a block of a file when it reads it, and keeps every statement six times, in six
orders. A question reads one of them, so that corruption in the others is found only by asking for
everything in all of the orders.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import islice
from operator import itemgetter
from pathlib import Path
from typing import Any, Final

import pyoxigraph
from pyoxigraph import Quad

from tenure.errors import BadInput

_SIGN: Final = "Corruption"
"""How RocksDB begins what it says of a block whose checksum is wrong, and of missing files."""
# What RocksDB writes into its own log (LOG) when its write-ahead log does not hold what it should.
_DROPPED: Final = re.compile(r"/(\d+\.log): dropping (\d+) bytes; (.*)")
# Cut short within a piece of a record, or between two pieces of one.
_TORN: Final = ("truncated", "encountering EOF")
_USED_AGAIN: Final = "possibly recycled"


def damaged(path: Path | None, error: Exception) -> BadInput:
    """The error for a store that cannot be read, with what the engine says."""
    return BadInput(
        f"This store is damaged: {str(error)[:300]}.",
        where=str(path) if path else None,
        remedy="Restore a backup of it.",
    )


@contextmanager
def corruption_reported(path: Path | None) -> Iterator[None]:
    """Turns what the engine says of damage into :func:`damaged`; lets all else pass."""
    try:
        yield
    except RuntimeError as error:
        if _SIGN not in str(error):
            raise
        raise damaged(path, error) from error


def read_through(engine: pyoxigraph.Store) -> Iterator[str]:
    """What is wrong with the indexes; nothing where all hold the same.

    It takes about seven times as long as reading all statements once. Of each different term a
    number is held. Raises :class:`RuntimeError` as the engine does for a block that is damaged.
    """
    whole = _Sum()
    orders: list[tuple[str, tuple[int, ...], itemgetter[Any], set[int], _Sum]]
    orders = [(name, places, itemgetter(*places), set(), _Sum()) for name, places in _ORDERS]
    for quad in engine.quads_for_pattern(None, None, None, None):
        terms = tuple(quad)
        whole.count += 1
        whole.total += hash(quad)
        for _, places, named, seen, found in orders:
            number = hash(named(terms))
            if number not in seen:
                seen.add(number)
                pattern = (term if at in places else None for at, term in enumerate(terms))
                found.add(engine.quads_for_pattern(*pattern))
    for name, _, _, _, found in orders:
        if found != whole:
            yield f"By {name} it holds {found.count:,} statements, and {whole.count:,} in all."
    graphs = orders[_GRAPH][3]
    if missing := len(graphs - set(map(hash, engine.named_graphs()))):
        yield f"{missing:,} of its graphs are not listed."


_GRAPH: Final = 3
_ORDERS: Final = (
    ("subject", (0,)),
    ("predicate", (1,)),
    ("object", (2,)),
    ("graph", (_GRAPH,)),
    ("graph and predicate", (_GRAPH, 1)),
    ("graph and object", (_GRAPH, 2)),
)
"""The orders by what they are asked for, and where that stands in a statement."""


_AT_ONCE: Final = 10_000


class _Sum:
    """How many statements there were, and a number that any other of them would change."""

    def __init__(self) -> None:
        self.count = 0
        self.total = 0

    def add(self, quads: Iterable[Quad]) -> None:
        numbers = map(hash, quads)
        while some := list(islice(numbers, _AT_ONCE)):
            self.count += len(some)
            self.total += sum(some)
            if len(some) < _AT_ONCE:
                break

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Sum) and (self.count, self.total) == (other.count, other.total)

    def __hash__(self) -> int:
        return hash((self.count, self.total))


@dataclass(frozen=True, slots=True)
class Loss:
    """Bytes of a write-ahead log that could not be read when the store was opened.

    The engine opens such a store without a word, and without the writes in those bytes and after.
    ``is_torn``: only the last record was cut short, as by a kill while it was written.
    ``is_used_again``: it goes on with what an earlier log of another number has, as where the
    engine took that file for a new one, which is then the end of what was written.
    """

    log: str
    size: int
    is_torn: bool
    is_used_again: bool


def losses(path: Path, logs: str = "LOG*") -> list[Loss]:
    """Those of which the engine's own logs of that name tell; ``LOG`` is of this opening."""
    found: list[Loss] = []
    for log in sorted(path.glob(logs)):
        for line in log.read_text("utf-8", "replace").splitlines():
            dropped = _DROPPED.search(line)
            if dropped is not None:
                why = dropped[3]
                found.append(
                    Loss(
                        dropped[1],
                        int(dropped[2]),
                        any(one in why for one in _TORN),
                        not int(dropped[2]) and _USED_AGAIN in why,
                    )
                )
    return found
