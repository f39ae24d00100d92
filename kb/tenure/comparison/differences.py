"""Where two lists of stretches disagree: a pure function of the two, the same from either side.

Stretches of one holder in one office are paired first, the nearest with each other; then what is
left is looked through for two that were exchanged, and for the same dates under another office or
another holder. Whatever finds no partner only one of the two has.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from itertools import pairwise, product
from typing import Final, TypeAlias

from tenure.comparison.stretch import DatesApart, Relation, StatedStretch, apart

Alike: TypeAlias = Callable[[str, str], float]
"""How alike two things are called, from 0 to 1."""

_MOST_PAIRS: Final = 10_000
"""Pairs of stretches of one holder in one office, or under one date, that are weighed singly."""
_ALIKE: Final = 0.6


class DifferenceKind(StrEnum):
    """What a difference is."""

    ONLY_A = "only in A"
    ONLY_B = "only in B"
    DATES = "dates"
    """The same tenure, and the dates cannot be the same."""
    PRECISION = "precision"
    """The same tenure, and one of the two is vaguer."""
    MISSING = "date missing"
    """The same tenure, and one of the two gives fewer dates."""
    SPLIT = "split"
    """One stretch here is several there, or they overlap otherwise."""
    SWAPPED = "swapped"
    """Two holders of an office, or two offices of a holder, are exchanged."""
    OFFICE = "office"
    """The same holder on the same dates, in another office."""
    HOLDER = "holder"
    """The same office on the same dates, with another holder; of no dates, one called alike."""
    TITLE = "title"
    """The same tenure on the same dates, under another title."""
    LABEL = "label"
    """The same tenure on the same dates; the holder or the office is called otherwise."""


_REVERSED: Final = {
    DifferenceKind.ONLY_A: DifferenceKind.ONLY_B,
    DifferenceKind.ONLY_B: DifferenceKind.ONLY_A,
}


@dataclass(frozen=True, slots=True)
class Difference:
    """One thing about which the two lists disagree, with what each says of it.

    ``start`` and ``end`` say how the dates of the first of each stand to each other, where there
    are both. ``hint`` says what may explain it.
    """

    kind: DifferenceKind
    a: tuple[StatedStretch, ...] = ()
    b: tuple[StatedStretch, ...] = ()
    start: DatesApart | None = None
    end: DatesApart | None = None
    hint: str = ""

    @property
    def stretches(self) -> tuple[StatedStretch, ...]:
        """All that it is about."""
        return self.a + self.b

    def reversed(self) -> Difference:
        """The same, with the two lists exchanged."""
        start, end = (None if one is None else one.reversed() for one in (self.start, self.end))
        kind = _REVERSED.get(self.kind, self.kind)
        return replace(self, kind=kind, a=self.b, b=self.a, start=start, end=end)


def differences(
    a: Iterable[StatedStretch], b: Iterable[StatedStretch], alike: Alike | None = None
) -> list[Difference]:
    """Where the stretches of A and of B disagree, by office, holder and date.

    ``alike`` compares the names of two things by their IRIs, so that of several that one could be
    taken for the likeliest is. What A has twice and B once is told. About as fast as sorting.

    >>> a = StatedStretch("Tenure", "person/x", "office/y", "1999", "2003-02-28")
    >>> (one,) = differences([a], [replace(a, start="1999-07-06", end="2003-02-19")])
    >>> one.kind.value, one.start.in_words, one.end.in_words
    ('dates', 'precision', '9 days earlier')
    """
    left: tuple[list[StatedStretch], list[StatedStretch]] = ([], [])
    found: list[Difference] = []
    groups: dict[tuple[str, str, str], tuple[list[StatedStretch], list[StatedStretch]]] = (
        defaultdict(lambda: ([], []))
    )
    seen: set[int] = set()
    for side, stretches in enumerate((a, b)):
        for given in stretches:
            # One object that is given twice is two: below they are told apart by identity.
            one = replace(given) if id(given) in seen else given
            seen.add(id(one))
            groups[one.kind, one.subject, one.object][side].append(one)
    rest = []
    for some in groups.values():
        ones, others = _without_equal(*some)
        if ones and others:
            rest.append((ones, others))
        else:
            left[0].extend(ones)
            left[1].extend(others)
    exchanged, gone = _swapped(
        [one for ones, _ in rest for one in ones] + left[0],
        [one for _, others in rest for one in others] + left[1],
    )
    found += exchanged
    for both in rest:
        ones, others = ([o for o in some if id(o) not in gone] for some in both)
        pairs, one_left, other_left = paired(ones, others)
        found += _split_or_single(pairs, one_left, other_left, left)
    singles = tuple([o for o in some if id(o) not in gone] for some in left)
    found += _renamed(singles[0], singles[1], alike or (lambda _one, _other: 0.0))
    return sorted(found, key=_place)


def _place(one: Difference) -> tuple[object, ...]:
    # The same place whichever list came first.
    orders = sorted(stretch.order for stretch in one.stretches)
    return (*orders[0], one.kind, tuple(orders))


def _without_equal(
    ones: Sequence[StatedStretch], others: Sequence[StatedStretch]
) -> tuple[list[StatedStretch], list[StatedStretch]]:
    """What is left once those that are the same on both sides are taken out, one for one."""
    if len(ones) == len(others) == 1:
        return ([], []) if ones[0] == others[0] else (list(ones), list(others))
    there: dict[StatedStretch, int] = defaultdict(int)
    for other in others:
        there[other] += 1
    kept: list[StatedStretch] = []
    for one in ones:
        if there[one] > 0:
            there[one] -= 1
        else:
            kept.append(one)
    kept_others = []
    for other in others:
        if there[other] > 0:
            there[other] -= 1
            kept_others.append(other)
    return kept, kept_others


# ---------------------------------------------------------------- one holder in one office

_Pair: TypeAlias = tuple[StatedStretch, StatedStretch]


def _dates(one: StatedStretch, other: StatedStretch) -> tuple[DatesApart, DatesApart]:
    return (
        apart(one.start, other.start, one.start_bounds, other.start_bounds),
        apart(one.end, other.end, one.end_bounds, other.end_bounds),
    )


def _cost(one: StatedStretch, other: StatedStretch) -> int | None:
    """How far two stretches are from being the same; None where they are not the same tenure."""
    start, end = _dates(one, other)
    touching = Relation.SAME in (
        start.relation if one.start else None,
        end.relation if one.end else None,
    )
    if not touching and not one.may_share_a_day(other):
        return None
    cost = 0
    for each in (start, end):
        if each.relation is Relation.DAYS:
            cost += 4 * abs(each.least or 0)
        elif each.relation is not Relation.SAME:
            cost += 2 if each.relation is Relation.MISSING else 1
    return cost


def paired(
    ones: list[StatedStretch], others: list[StatedStretch]
) -> tuple[list[_Pair], list[StatedStretch], list[StatedStretch]]:
    """The nearest of each other, and what is left on either side."""
    if len(ones) * len(others) > _MOST_PAIRS:
        ones, others = sorted(ones, key=_order), sorted(others, key=_order)
        candidates = [(cost, o, p) for o, p in zip(ones, others, strict=False)
                      if (cost := _cost(o, p)) is not None]  # fmt: skip
    else:
        candidates = [
            (cost, one, other)
            for one in ones
            for other in others
            if (cost := _cost(one, other)) is not None
        ]
    # Ties are broken by the days and not by the side, so that the two lists can be exchanged.
    candidates.sort(key=lambda c: (c[0], sorted((c[1].order, c[2].order))))
    taken: set[int] = set()
    pairs = []
    for _, one, other in candidates:
        if id(one) not in taken and id(other) not in taken:
            taken |= {id(one), id(other)}
            pairs.append((one, other))
    return (
        pairs,
        [one for one in ones if id(one) not in taken],
        [other for other in others if id(other) not in taken],
    )


def _split_or_single(
    pairs: Sequence[_Pair],
    ones: Iterable[StatedStretch],
    others: Iterable[StatedStretch],
    left: tuple[list[StatedStretch], list[StatedStretch]],
) -> Iterator[Difference]:
    """The differences of pairs; a stretch that overlaps one that is paired makes it a split."""
    more: dict[int, tuple[list[StatedStretch], list[StatedStretch]]] = defaultdict(lambda: ([], []))
    for side, some in enumerate((ones, others)):
        for stretch in some:
            fitting = [
                number
                for number, pair in enumerate(pairs)
                if stretch.surely_overlaps(pair[1 - side])
            ]
            if fitting:
                more[min(fitting, key=lambda n: pairs[n][1 - side].order)][side].append(stretch)
            else:
                left[side].append(stretch)
    for number, (one, other) in enumerate(pairs):
        if number in more:
            a, b = (
                tuple(sorted((first, *rest), key=_order))
                for first, rest in zip((one, other), more[number], strict=True)
            )
            yield Difference(DifferenceKind.SPLIT, a, b, hint=_split_hint(a, b))
        else:
            yield _of_pair(one, other)


def _of_pair(one: StatedStretch, other: StatedStretch) -> Difference:
    start, end = _dates(one, other)
    relations = {start.relation, end.relation}
    if Relation.DAYS in relations:
        kind = DifferenceKind.DATES
    elif relations == {Relation.SAME} and one.title != other.title:
        kind = DifferenceKind.TITLE
    else:
        kind = DifferenceKind.MISSING if Relation.MISSING in relations else DifferenceKind.PRECISION
    hints = dict.fromkeys(
        f"{name}: {each.hint}" for name, each in (("start", start), ("end", end)) if each.hint
    )
    return Difference(kind, (one,), (other,), start, end, "; ".join(hints))


def _order(one: StatedStretch) -> tuple[object, ...]:
    return one.order


def _split_hint(a: Sequence[StatedStretch], b: Sequence[StatedStretch]) -> str:
    told = []
    for some in (a, b):
        ordered = list(some)
        for one, after in pairwise(ordered):
            ended, begun = one.end_bounds, after.start_bounds
            if one.surely_overlaps(after):
                told.append(f"{one.dates} and {after.dates} overlap")
            elif ended.latest is not None and begun.earliest is not None:
                days = begun.earliest - ended.latest
                told.append(
                    f"{days - 1} days lie between {one.dates} and {after.dates}"
                    if days > 1
                    else f"{one.dates} and {after.dates} follow each other without a break"
                )
    return "; ".join(sorted(told))


# ---------------------------------------------------------------- exchanged, or called otherwise


def _swapped(
    ones: Sequence[StatedStretch], others: Sequence[StatedStretch]
) -> tuple[list[Difference], set[int]]:
    """Those of which two holders, or two offices, changed places, and what they consist of."""
    found: list[Difference] = []
    gone: set[int] = set()
    for fixed in ("object", "subject"):
        free = "subject" if fixed == "object" else "object"
        by_dates: dict[tuple[str, ...], list[StatedStretch]] = defaultdict(list)
        for other in others:
            if other.start and id(other) not in gone:
                key = (other.kind, getattr(other, fixed), other.start, other.end)
                by_dates[key].append(other)
        waiting: dict[tuple[str, ...], StatedStretch] = {}
        matched: list[tuple[StatedStretch, StatedStretch]] = []
        for one in ones:
            key = (one.kind, getattr(one, fixed), one.start, one.end)
            if one.start and id(one) not in gone and len(by_dates.get(key, ())) == 1:
                waiting[*key, getattr(one, free)] = one
        for one in waiting.values():
            key = (one.kind, getattr(one, fixed), one.start, one.end)
            (other,) = by_dates[key]
            if getattr(one, free) != getattr(other, free):
                matched.append((one, other))
        where = {
            (getattr(o, fixed), getattr(o, free), getattr(p, free)): (o, p) for o, p in matched
        }
        for one, other in sorted(matched, key=lambda pair: pair[0].order):
            back = where.get((getattr(one, fixed), getattr(other, free), getattr(one, free)))
            if back is None or {id(one), id(other), *map(id, back)} & gone:
                continue
            gone |= {id(one), id(other), *map(id, back)}
            a = tuple(sorted((one, back[0]), key=_order))
            b = tuple(sorted((other, back[1]), key=_order))
            what = "holders" if fixed == "object" else "offices"
            found.append(
                Difference(DifferenceKind.SWAPPED, a, b, hint=f"the two {what} are exchanged")
            )
    return found, gone


def _renamed(
    ones: Sequence[StatedStretch], others: Sequence[StatedStretch], alike: Alike
) -> Iterator[Difference]:
    """What is left: the same dates with another office or holder, or only on one side."""
    candidates: dict[
        tuple[int, int], tuple[float, DifferenceKind, StatedStretch, StatedStretch]
    ] = {}
    for kind, fixed, free in (
        (DifferenceKind.HOLDER, "object", "subject"),
        (DifferenceKind.OFFICE, "subject", "object"),
    ):
        found = list(_same_dates(ones, others, fixed, free))
        counted: dict[int, int] = defaultdict(int)
        for one, other in found:
            counted[id(one)] += 1
            counted[id(other)] += 1
        for one, other in found:
            likely = alike(getattr(one, free), getattr(other, free))
            # That nobody else is left says nothing of one without dates; only its name does.
            dated = "undated" not in (one.dates, other.dates)
            unique = dated and counted[id(one)] == counted[id(other)] == 1
            if not unique and likely < _ALIKE:
                continue
            surely = likely + (0.5 if unique else 0.0)
            key = (id(one), id(other))
            if key not in candidates or surely > candidates[key][0]:
                candidates[key] = (surely, kind, one, other)
    taken: set[int] = set()
    ranked = sorted(
        candidates.values(), key=lambda c: (-c[0], c[1], sorted((c[2].order, c[3].order)))
    )
    for _, kind, one, other in ranked:
        if id(one) in taken or id(other) in taken:
            continue
        taken |= {id(one), id(other)}
        start, end = _dates(one, other)
        hint = ""
        if kind is DifferenceKind.HOLDER and alike(one.subject, other.subject) >= _ALIKE:
            hint = "perhaps one person under two entries"
        yield Difference(kind, (one,), (other,), start, end, hint)
    for only, some in ((DifferenceKind.ONLY_A, ones), (DifferenceKind.ONLY_B, others)):
        for one in some:
            if id(one) not in taken:
                sides = ((one,), ()) if only is DifferenceKind.ONLY_A else ((), (one,))
                yield Difference(only, *sides)


def _same_dates(
    ones: Sequence[StatedStretch], others: Sequence[StatedStretch], fixed: str, free: str
) -> Iterator[_Pair]:
    """Pairs that agree in one role and in their dates, and not in the other role.

    One without any date agrees with all of them.
    """
    by_date: dict[tuple[str, ...], tuple[list[StatedStretch], list[StatedStretch]]] = defaultdict(
        lambda: ([], [])
    )
    for side, some in enumerate((ones, others)):
        for one in some:
            of = (one.kind, getattr(one, fixed))
            by_date[*of, ""][side].append(one)
            for name, text in (("start", one.start), ("end", one.end)):
                if text:
                    by_date[*of, name, text][side].append(one)
    seen: set[tuple[int, int]] = set()
    for key, (first, second) in by_date.items():
        pairs: Iterable[_Pair] = product(first, second)
        if key[2] == "":
            undated, others_undated = (
                [o for o in s if o.dates == "undated"] for s in (first, second)
            )
            pairs = (*product(undated, second), *product(first, others_undated))
        elif len(first) * len(second) > _MOST_PAIRS:
            continue
        for one, other in pairs:
            if getattr(one, free) == getattr(other, free) or (id(one), id(other)) in seen:
                continue
            if any(each.relation is Relation.DAYS for each in _dates(one, other)):
                continue
            seen.add((id(one), id(other)))
            yield one, other
