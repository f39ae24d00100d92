"""What a date with holes can mean: the stretches of days that it leaves, each a date by itself.

``[1667, 1670]`` is a day of 1667 or a day of 1670, and ``156X-12-25`` one of ten Christmas days:
no day of 1668 is meant. A date without such a gap has no readings apart from itself. Sets are those
of EDTF level 2, unspecified digits those of levels 1 and 2 (Library of Congress, 4 February 2019).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache
from itertools import product
from typing import Final

from tenure.errors import BadDate
from tenure.temporal.edtf import Edtf, from_bounds, read
from tenure.temporal.edtf_grammar import Kind

MOST_READINGS: Final = 64
"""Readings of one date; one that has more is read as the whole stretch from its first day on."""

_MOST_TRIED: Final = 4_000
_GAP: Final = re.compile("X[^X0-9]*[^X]*[0-9]")


@lru_cache(maxsize=4_096)
def readings(value: Edtf) -> tuple[Edtf, ...] | None:
    """The dates without holes of which one is meant, in order; empty where there is no hole.

    None where there are more than :data:`MOST_READINGS`.

    >>> readings(read("[1667, 1670]")), readings(read("[1667, 1668]")), readings(read("XXXX-12-25"))
    ((parse('1667'), parse('1670')), (), None)
    """
    members = _members(value)
    if members is None:
        return None
    merged: list[Edtf] = []
    for one in sorted(members, key=_order):
        before = merged[-1].fuzzy_bounds if merged else None
        days = one.fuzzy_bounds
        if before is None or (
            before.latest is not None
            and days.earliest is not None
            and days.earliest > before.latest + 1
        ):
            merged.append(one)
            continue
        if before.latest is None or (days.latest is not None and days.latest <= before.latest):
            continue
        both = from_bounds(before.earliest, days.latest)
        if both is None:
            return ()
        merged[-1] = both
    if len(merged) > MOST_READINGS:
        return None
    return tuple(merged) if len(merged) > 1 else ()


def _order(value: Edtf) -> tuple[float, float]:
    days = value.fuzzy_bounds
    return (
        float("-inf") if days.earliest is None else days.earliest,
        float("inf") if days.latest is None else days.latest,
    )


def _members(value: Edtf) -> list[Edtf] | None:
    """The dates that a date can be, itself where it is one; None where they are too many."""
    if value.kind is Kind.ONE_OF:
        found: list[Edtf] = []
        for item in value.text[1:-1].split(","):
            text = item.strip()
            some = [read(f"[{text}]")] if ".." in text else _members(read(text))
            if some is None:
                return None
            found += some
        return found
    if value.kind is Kind.UNSPECIFIED and _GAP.search(value.text):
        return _with_digits(value.text)
    return [value]


def _with_digits(text: str) -> list[Edtf] | None:
    """All dates that a date with unspecified digits can be; None where they are too many."""
    # The first character can be the sign of the year; the year ends at the next dash.
    head, dash, tail = text[1:].partition("-")
    years = 10 ** f"{text[:1]}{head}".count("X")
    if years * 10 ** tail.count("X") > 10 * _MOST_TRIED:
        return None
    # In a leap year, which has all the days that a year can have.
    tails = [end for end in _filled(f"{dash}{tail}") if _is_date(f"2000{end}")]
    if years * len(tails) > _MOST_TRIED:
        return None
    written = (f"{year}{end}" for year in _filled(f"{text[:1]}{head}") for end in tails)
    return [read(one) for one in written if _is_date(one)]


def _filled(text: str) -> Iterator[str]:
    """The text with each X replaced by every digit."""
    return map("".join, product(*("0123456789" if c == "X" else c for c in text)))


def _is_date(text: str) -> bool:
    try:
        read(text)
    except BadDate:
        return False
    return True
