"""Why two things lie in time as they do, though perhaps nobody knows when either was.

What the network entails between two days is the longest path between them (Dechter, Meiri and
Pearl, *Temporal constraint networks*, Artificial Intelligence 49, 1991); its constraints are the
reasons.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from tenure.explain.model import OrderReason
from tenure.explain.reasons import Labels, steps_of, thing_in_words
from tenure.temporal import Certainty
from tenure.world import World

_APART: Final = (("end", "start", "was over before", "was over by the day on which", "began"),)
_BESIDE: Final = (
    ("start", "start", "began before", "began no later than", ""),
    ("end", "end", "ended before", "ended no later than", ""),
)
_DONE: Final = re.compile("^(was over|began|ended)")


def order_of(world: World, one: str, other: str, labels: Labels) -> tuple[OrderReason, ...]:
    """How two occurrences or sources certainly lie to each other; empty where nothing is certain.

    That one was over before the other began says it all; else how the first days and the last
    days lie.
    """
    apart = tuple(_entailed(world, one, other, labels, _APART))
    return apart or tuple(_entailed(world, one, other, labels, _BESIDE))


def _entailed(
    world: World,
    one: str,
    other: str,
    labels: Labels,
    relations: tuple[tuple[str, str, str, str, str], ...],
) -> Iterator[OrderReason]:
    sure = all(
        world.occurrences[iri].existence is Certainty.CERTAIN
        for iri in (one, other)
        if iri in world.occurrences
    )
    time = world.time.of(Certainty.CERTAIN if sure else Certainty.POSSIBLE)
    for a, b in ((one, other), (other, one)):
        for from_, to, earlier, not_later, verb in relations:
            start, target = time.points.get((a, from_)), time.points.get((b, to))
            if start is None or target is None:
                continue
            reach = time.network.at_least(start)
            least = reach.distance.get(target)
            if least is None or least < 0:
                continue
            first, second = (thing_in_words(world, iri, labels) for iri in (a, b))
            lies = earlier if least else not_later
            if a in world.sources:
                lies = _DONE.sub("was published", lies)
            begins = "was published" if verb and b in world.sources else verb
            text = f"{first} {lies} {second} {begins}".rstrip()
            steps = steps_of(world, time, reach, target, labels)
            yield OrderReason(text[:1].upper() + text[1:], steps)
