"""Fusion of all claims, against all-pairs shortest paths on the same network."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable
from typing import TypeVar

from benchmarks.result import Result
from tenure.fusion import FusionContext, World, fuse
from tenure.knowledge import KnowledgeBase, open_knowledge_base
from tenure.temporal import ORIGIN

T = TypeVar("T")

_RUNS = 5


def fusion() -> list[Result]:
    """The whole fusion (statements, conflicts, bounds) against Floyd-Warshall for the bounds."""
    kb = open_knowledge_base()
    ours, world = _median(lambda: _fuse(kb))
    peer, bounds = _median(lambda: _all_pairs(world), runs=1)
    for point in range(len(world.time.names)):
        low = world.time.at_least.distance.get(point)
        high = world.time.at_most.distance.get(point)
        if bounds[point] != (low, high):
            raise SystemExit(f"fusion: the bounds of {world.time.names[point]} differ")
    return [Result("fusion", ours, peer, "Floyd-Warshall in Python, bounds only", len(bounds))]


def _fuse(kb: KnowledgeBase) -> World:
    registry = kb.registry
    context = FusionContext(
        registry.types, kb.schema, kb.default_policy, kb.names, registry.labels, kb.sources
    )
    return fuse(dict(kb.claims), context)


def _median(work: Callable[[], T], runs: int = _RUNS) -> tuple[float, T]:
    seconds = []
    for _ in range(runs):
        start = time.perf_counter()
        result = work()
        seconds.append(time.perf_counter() - start)
    return statistics.median(seconds), result


def _all_pairs(world: World) -> list[tuple[int | None, int | None]]:
    """The least and greatest day of each point, from the longest path between any two."""
    size = len(world.time.names)
    nothing = -(10**12)
    longest = [[nothing] * size for _ in range(size)]
    for point in range(size):
        longest[point][point] = 0
    for c in world.time.network.constraints:
        longest[c.earlier][c.later] = max(longest[c.earlier][c.later], c.least)
    for middle in range(size):
        through = longest[middle]
        for row in longest:
            head = row[middle]
            if head > nothing:
                for target, tail in enumerate(through):
                    if tail > nothing and head + tail > row[target]:
                        row[target] = head + tail
    return [
        (
            longest[ORIGIN][point] if longest[ORIGIN][point] > nothing else None,
            -longest[point][ORIGIN] if longest[point][ORIGIN] > nothing else None,
        )
        for point in range(size)
    ]
