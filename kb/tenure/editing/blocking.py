"""Blocks of what may be one, so that not each has to be compared with each.

What two share leads from one to the other: an identifier, the beginning of a word of their names.
A key that too many share tells little, so those who share it have to share something else beside
it; what has nothing that fewer share is led to by nothing. So each is compared with a bounded
number of others, however many there are.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Final

Way = Callable[[str, tuple[str, ...]], Iterable[str]]
"""The keys that lead to a thing, beside those that it is known to share with others."""
MOST: Final = 300
"""Things with one key, above which it does not lead to them by itself."""


def blocks(
    mine: Sequence[str], theirs: Sequence[str], ways: Sequence[Way], shared: tuple[str, ...] = ()
) -> Iterator[tuple[Sequence[str], Sequence[str]]]:
    """Groups of which each of the one is worth comparing with each of the other.

    Of several ``ways`` each is asked about what the one before it leads to too many of.
    """
    if shared and len(theirs) <= MOST:
        yield mine, theirs
    elif ways:
        led_by, *finer = ways
        table: dict[str, tuple[list[str], list[str]]] = defaultdict(lambda: ([], []))
        for side, things in enumerate((mine, theirs)):
            for thing in things:
                for key in led_by(thing, shared):
                    table[key][side].append(thing)
        for key, (ones, others) in table.items():
            if ones and others:
                yield from blocks(ones, others, finer, (*shared, key))
