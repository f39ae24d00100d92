"""Who is presumed to be in an office still, where others came after him or crowd it.

Each holder has a stretch on which he is certainly or presumably there. It ends before others whose
last word is certainly later fill the seats: then they succeeded him, also if that is so by some of
the claims that contradict each other alone. And on days on which more are
left than there are seats, those who are only presumed are each possible, and none of them presumed.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from tenure.fusion.certainty import FAR
from tenure.temporal import FourBounds

Stretch = tuple[int, int]
SeatsOn = Callable[[int], int]
"""How many seats there are on a day."""


@dataclass(frozen=True, slots=True)
class Holding:
    """One who certainly began to hold a seat: since when at the latest, until when certainly.

    ``word`` is the last day that anything vouches for him, ``word_latest`` the last that this day
    can be, None where it is not known; ``until`` the last day that is presumed of him by himself,
    None where nothing is. ``over`` is the last day on which he can have been there, None unbounded.

    Where claims contradict each other about him, all of that holds whichever are right, and
    ``ways`` has what may hold of him by the one or the other: whoever is presumed beside him has to
    be so in each of them.
    """

    iri: str
    holder: str
    begun: int
    certain_until: int | None
    word: int
    word_latest: int | None = None
    until: int | None = None
    over: int | None = None
    ways: tuple[Holding, ...] = ()


def holding_by_bounds(
    iri: str,
    holder: str,
    bounds: FourBounds,
    until: int | None = None,
    word_latest: int | None = None,
    *,
    several: Sequence[FourBounds] = (),
) -> Holding | None:
    """What is known of one who holds a seat, by the bounds in each of several alternatives.

    None where it is certain in none of them since when; what is certain in some alone began far
    away.
    """
    alternatives = several if len(several) > 1 else ()
    ways = [one for four in alternatives if (one := holding_by_bounds(iri, holder, four))]
    if ways and until is not None:
        # The horizon is one for all ways: the first of them ends the presumption.
        horizon = until - min(one.word for one in ways)
        ends = [one.word + horizon for one in ways]
    else:
        ends = [FAR] * len(ways)
    ways = [
        replace(one, until=end, word_latest=max(one.word, word_latest or one.word))
        if one.over is None
        else one
        for one, end in zip(ways, ends, strict=True)
    ]
    begun, lasting = bounds.start_latest, bounds.end_earliest
    if begun is None:
        if not ways:
            return None
        begun = FAR
    word = begun if lasting is None else max(begun, lasting)
    over = bounds.end_latest
    return Holding(iri, holder, begun, lasting, word, word_latest, until, over, tuple(ways))


def presumed_stretches(
    holders: Sequence[Holding], several: Sequence[SeatsOn], changes: Sequence[int] = ()
) -> dict[str, list[Stretch]]:
    """The stretches on which each is certainly or presumably there, of those of whom some is.

    Where claims contradict each other about the seats there are ``several`` numbers of them, and
    whoever is there is so by each. ``changes`` are the days on which they change. O(n² log n) for
    each, at worst.
    """
    first, *others = several
    found = _stretches(holders, first, changes)
    for seats in others:
        by_these = _stretches(holders, seats, changes)
        found = {iri: _common(days, by_these[iri]) for iri, days in found.items()}
    return found


def _common(some: Sequence[Stretch], others: Sequence[Stretch]) -> list[Stretch]:
    both = ((max(a, c), min(b, d)) for a, b in some for c, d in others)
    return [(first, last) for first, last in both if first <= last]


def _stretches(
    holders: Sequence[Holding], seats: SeatsOn, changes: Sequence[int]
) -> dict[str, list[Stretch]]:
    everybody = sorted((way for one in holders for way in one.ways or (one,)), key=_in_order)
    # Who is beside somebody is so as long as he may be: till others succeed him in every way.
    always = sorted(
        (
            replace(one, word=min(way.word for way in one.ways)) if one.ways else one
            for one in holders
        ),
        key=_in_order,
    )
    reached = [(one, max(_last(one, always, seats), _sure(one))) for one in everybody]
    found: dict[str, list[Stretch]] = {}
    for one in holders:
        if one.until is None:
            continue
        last = max(_last(one, everybody, seats), _sure(one))
        moves: dict[int, list[tuple[str, int]]] = defaultdict(list)
        for other, until in reached:
            first = max(other.begun, one.begun)
            if other.iri != one.iri and first <= min(until, last):
                moves[first].append((other.holder, 1))
                moves[until + 1].append((other.holder, -1))
        edges = {one.begun, last + 1, _sure(one) + 1, *changes, *moves}
        there = Counter((one.holder,))
        stretches: list[Stretch] = []
        for first, after in pairwise(sorted(d for d in edges if one.begun <= d <= last + 1)):
            for who, more in moves.get(first, ()):
                there[who] += more
                if not there[who]:
                    del there[who]
            if first > _sure(one) and len(there) > seats(first):
                continue
            if stretches and stretches[-1][1] == first - 1:
                stretches[-1] = (stretches[-1][0], after - 1)
            else:
                stretches.append((first, after - 1))
        found[one.iri] = stretches
    return found


def _in_order(one: Holding) -> tuple[int, str, int]:
    return one.begun, one.holder, FAR if one.over is None else one.over


def _sure(one: Holding) -> int:
    """The last day on which he is certainly there; before his beginning where there is none."""
    return one.begun - 1 if one.certain_until is None else one.certain_until


def _last(one: Holding, holders: Sequence[Holding], seats: SeatsOn) -> int:
    """The last day on which he is presumed to be there; before his beginning where there is none.

    It comes before others, whose last word is certainly later, fill the seats. ``holders`` are in
    the order of their beginnings.
    """
    if one.until is None:
        return one.begun - 1
    if one.word_latest is None:
        return one.until
    there: list[tuple[str, int]] = []
    for other in holders:
        if other.iri == one.iri or other.word <= one.word_latest:
            continue
        begun, holder, over = _in_order(other)
        # Whoever is gone by then, or hands over on this day, fills no seat beside the one who came.
        there = [(who, until) for who, until in there if until > begun]
        # Another stretch of the same holder begins when this one is over.
        if holder == one.holder or len({holder, *(who for who, _ in there)}) >= seats(begun):
            return min(one.until, begun - 1)
        there.append((holder, over))
    return one.until
