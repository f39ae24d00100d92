"""Two lists of tenures compared, against joins that only say which rows the other lacks."""

from __future__ import annotations

import random
import time

import polars as pl

from benchmarks.result import Result
from tenure.comparison import StatedStretch, differences
from tenure.temporal import iso

_FIRST_DAY = 693_961  # 1900-12-31
_COLUMNS = ["subject", "object", "start", "end"]


def comparison() -> list[Result]:
    """Lists of 100,000 each, of which the second has one in twelve otherwise, or not at all."""
    a, b = two_lists(100_000)
    start = time.perf_counter()
    found = differences(a, b)
    ours = time.perf_counter() - start
    start = time.perf_counter()
    frames = [
        pl.DataFrame({name: [getattr(one, name) for one in some] for name in _COLUMNS})
        for some in (a, b)
    ]
    lacking = sum(
        frames[one].join(frames[other], on=_COLUMNS, how="anti").height
        for one, other in ((0, 1), (1, 0))
    )
    peer = time.perf_counter() - start
    if lacking != sum(len(one.stretches) for one in found):
        raise SystemExit("comparison: the joins find other rows")
    name = f"comparison of 2 × {len(a):,} tenures"
    return [Result(name, ours, peer, "anti-joins of polars, no pairs", lacking)]


def two_lists(tenures: int, seed: int = 7) -> tuple[list[StatedStretch], list[StatedStretch]]:
    """Made-up lists, the same for the same numbers.

    Of a hundred tenures the second list lacks two, ends four on another day, and has one in
    another office and one with another holder.
    """
    drawn = random.Random(seed)  # noqa: S311 - data, not secrets
    people, offices = tenures // 2 + 1, tenures // 20 + 1
    a, b = [], []
    for number in range(tenures):
        begun = _FIRST_DAY + drawn.randrange(36_000)
        ended = begun + drawn.randrange(300, 2_000)
        who, office = number % people, drawn.randrange(offices)
        a.append(_stretch(who, office, begun, ended))
        chance = drawn.random()
        if chance < 0.02:
            continue
        if chance < 0.06:
            ended += drawn.randrange(1, 90)
        elif chance < 0.07:
            office = drawn.randrange(offices)
        elif chance < 0.08:
            who = drawn.randrange(people)
        b.append(_stretch(who, office, begun, ended))
    return a, b


def _stretch(who: int, office: int, begun: int, ended: int) -> StatedStretch:
    return StatedStretch("Tenure", f"person/p{who}", f"office/o{office}", iso(begun), iso(ended))
