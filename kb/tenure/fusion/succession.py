"""Who is presumed to be in an office still, where others came after him or crowd it.

Each holder has a stretch on which he is certainly or presumably there. It ends before others whose
last word is certainly later fill the seats: then they succeeded him. And on days on which more are
left than there are seats, those who are only presumed are each possible, and none of them presumed.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import pairwise

Stretch = tuple[int, int]
SeatsOn = Callable[[int], int]
"""How many seats there are on a day."""


@dataclass(frozen=True, slots=True)
class Holding:
    """One who certainly began to hold a seat: since when at the latest, until when certainly.

    ``word`` is the last day that anything vouches for him, ``word_latest`` the last that this day
    can be, None where it is not known; ``until`` the last day that is presumed of him by himself,
    None where nothing is.
    """

    iri: str
    holder: str
    begun: int
    certain_until: int | None
    word: int
    word_latest: int | None = None
    until: int | None = None


def presumed_stretches(
    holders: Sequence[Holding], seats: SeatsOn, changes: Sequence[int] = ()
) -> dict[str, list[Stretch]]:
    """The stretches on which each is certainly or presumably there, of those of whom some is.

    ``changes`` are the days on which the number of seats changes. O(n² log n) at worst.
    """
    last = {
        one.iri: min(one.until, _succeeded(one, holders, seats) - 1)
        for one in holders
        if one.until is not None
    }
    reach = {one.iri: max(last.get(one.iri, one.begun - 1), _sure(one)) for one in holders}
    found: dict[str, list[Stretch]] = {}
    for one in holders:
        if one.iri not in last:
            continue
        edges = {one.begun, reach[one.iri] + 1, *(_sure(one) + 1, *changes)}
        beside = [
            other
            for other in holders
            if other.begun <= reach[one.iri] + 1 and reach[other.iri] >= one.begun - 1
        ]
        for other in beside:
            edges |= {other.begun, reach[other.iri] + 1}
        days = sorted(d for d in edges if one.begun <= d <= reach[one.iri] + 1)
        stretches: list[Stretch] = []
        for first, after in pairwise(days):
            there = {o.holder for o in beside if o.begun <= first <= reach[o.iri]}
            if first > _sure(one) and len(there) > seats(first):
                continue
            if stretches and stretches[-1][1] == first - 1:
                stretches[-1] = (stretches[-1][0], after - 1)
            else:
                stretches.append((first, after - 1))
        found[one.iri] = stretches
    return found


def _sure(one: Holding) -> int:
    """The last day on which he is certainly there; before his beginning where there is none."""
    return one.begun - 1 if one.certain_until is None else one.certain_until


def _succeeded(one: Holding, holders: Sequence[Holding], seats: SeatsOn) -> int:
    """The day by which others of whom the last word is certainly later fill the seats."""
    assert one.until is not None
    if one.word_latest is None:
        return one.until + 1
    later = sorted(
        (other.begun, other.holder, other.iri)
        for other in holders
        if other.iri != one.iri and other.word > one.word_latest
    )
    there: set[str] = set()
    for begun, holder, _ in later:
        there.add(holder)
        # Another stretch of the same holder begins when this one is over.
        if holder == one.holder or len(there) >= seats(begun):
            return begun
    return one.until + 1
