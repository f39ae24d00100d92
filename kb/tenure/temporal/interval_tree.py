"""A relational interval tree over days: stretches under keys that a query can list.

Whether a stretch has a day of a range is two comparisons, which no engine finds in an index. In the
interval tree (Edelsbrunner 1980) of fixed depth, each stretch is kept at one node: the day in it
that lies highest in the tree. On the way from the root to a day, what is kept at an earlier node
has the day where it ends no earlier, and what is kept at a later node where it begins no later; so
one comparison is left, and the nodes are few. That such a tree needs no pointers, only node numbers
as keys beside the two ends, is of Kriegel, Pötke and Seidl (2000), "Managing intervals efficiently
in object-relational databases".

Keys are of four kinds, and each goes with a number of a day:

========  ==========================================================================================
from      of a node: the first day of a stretch that is kept there
to        of a node: its last day, where that is later than the node
in        of a block of :data:`BLOCK` days: the node, so that the nodes in a range need no listing
within    of a block of 1, 32 or 1024 days: a stretch within which something is known to have
          happened, under the block of its first day, with its last day
========  ==========================================================================================

Node 0 is none of the tree: what begins or ends on no known day is kept there. Days are numbered in
the tree from 1 on (:func:`number`).
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final, NamedTuple

_DEPTH: Final = 22
ORIGIN_NUMBER: Final = 1 << _DEPTH
"""The number in the tree of day 0, which is its root."""

LAST: Final = 2 * ORIGIN_NUMBER - 1
"""The number of the last day in the tree, in the year 11484; the first is in -11483."""

BLOCK: Final = 1024
"""Days in the largest blocks."""

MOST_DAYS: Final = 200_000
"""Days in the longest range that is asked for: of more, the keys would be too many for engines to
plan for (Oxigraph 0.5.13 changes its plan at a thousand)."""

_BLOCKS: Final = (1, 32, BLOCK)
_MOST_LISTED: Final = 64


class NodeKey(NamedTuple):
    """Where a stretch is kept: the kind of key, the node or block, and the day beside it."""

    kind: str
    at: int
    day: int


class KeyRange(NamedTuple):
    """A key to be asked for, and the least and greatest day beside it of what is meant."""

    kind: str
    at: int
    least: int
    most: int


def number(day: int) -> int:
    """The number in the tree of a day number; from 1 to :data:`LAST` for the days that it has."""
    return day + ORIGIN_NUMBER


def keys(first: int | None, last: int | None) -> Iterator[NodeKey]:
    """Where a stretch is kept, from one day number to another; None is unbounded.

    A stretch without a day in the tree has no keys; what lies outside is cut off.
    """
    low = 0 if first is None else max(number(first), 0)
    high = LAST + 1 if last is None else min(number(last), LAST + 1)
    if low > LAST or high < 1:
        return
    if high > LAST:
        yield NodeKey("from", 0, low)
    elif low < 1:
        yield NodeKey("to", 0, high)
    else:
        node = _fork(low, high)
        yield NodeKey("from", node, low)
        if high > node:
            yield NodeKey("to", node, high)
        yield NodeKey("in", node // BLOCK, node)


def keys_within(first: int, last: int) -> Iterator[NodeKey]:
    """Where it is kept that something happened on some day from ``first`` to ``last``."""
    low, high = number(first), number(last)
    if 1 <= low <= high <= LAST:
        for days in _BLOCKS:
            yield NodeKey(f"within{days}", low // days, high)


def rows(first: int, last: int) -> Iterator[KeyRange]:
    """The keys of the stretches that have a day from one day number to another.

    The days are in the tree, and at most :data:`MOST_DAYS`.
    """
    low, high = number(first), number(last)
    for node in _above(low):
        if node < low:
            yield KeyRange("to", node, low, LAST)
    for node in _above(high):
        if node > high:
            yield KeyRange("from", node, 0, high)
    if high - low < _MOST_LISTED:
        for node in range(low, high + 1):
            yield KeyRange("from", node, 0, high)
    else:
        for block in range(low // BLOCK, high // BLOCK + 1):
            yield KeyRange("in", block, low, high)
    yield KeyRange("from", 0, 0, high)
    yield KeyRange("to", 0, low, LAST)


def rows_within(first: int, last: int) -> Iterator[KeyRange]:
    """The keys of what happened within some days that are all from ``first`` to ``last``."""
    low, high = number(first), number(last)
    for days, more in zip(_BLOCKS, (*_BLOCKS[1:], None), strict=True):
        # Up to where a larger block begins; of the largest, to the end.
        end = high if more is None else min(high, -(-low // more) * more - 1)
        for block in range(low // days, end // days + 1):
            yield KeyRange(f"within{days}", block, 0, high)
        low = max(low, end + 1)
        if low > high:
            return


def _fork(low: int, high: int) -> int:
    """The highest node among the numbers from ``low`` to ``high``: that with most zeros at its end.

    >>> [_fork(*pair) for pair in ((5, 7), (7, 9), (6, 6))]
    [6, 8, 6]
    """
    bits = ((low - 1) ^ high).bit_length() - 1
    return high >> bits << bits


def _above(node: int) -> Iterator[int]:
    """A node and all above it, up to the root.

    >>> list(_above(ORIGIN_NUMBER)) == [ORIGIN_NUMBER], len(list(_above(ORIGIN_NUMBER + 1)))
    (True, 23)
    """
    lowest = (node & -node).bit_length() - 1
    for bits in range(lowest, _DEPTH + 1):
        yield (node >> bits | 1) << bits
