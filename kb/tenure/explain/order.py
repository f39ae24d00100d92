"""Why two things lie in time as they do, and why one lasts as long, though nobody may know when.

What the network entails between two days is the longest path between them (Dechter, Meiri and
Pearl, *Temporal constraint networks*, Artificial Intelligence 49, 1991); its constraints are the
reasons. What is entailed hangs on a claim when without it less would be.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Final

from tenure.explain.model import Dependency, OrderReason
from tenure.explain.reasons import Labels, steps_of, thing_in_words
from tenure.explain.sensitivity import claim_in_words, claims_to_try
from tenure.explain.what_if import WhatIf
from tenure.fusion import TimeSolution, World
from tenure.fusion.constraints import Point
from tenure.temporal import Certainty, Reach

_APART: Final = (("end", "start", "was over before", "was over by the day on which", "began"),)
_BESIDE: Final = (
    ("start", "start", "began before", "began no later than", ""),
    ("end", "end", "ended before", "ended no later than", ""),
)
_DONE: Final = re.compile("^(was over|began|ended)")


@dataclass(frozen=True, slots=True)
class _Entailed:
    """That one point certainly lies so many days after another, at least or at most."""

    iris: tuple[str, ...]
    start: Point
    target: Point
    at_most: bool = False

    def reach(self, world: World, time: TimeSolution) -> Reach | None:
        """The reach from the first point; None where either is unknown or without bound."""
        start, target = time.points.get(self.start), time.points.get(self.target)
        if start is None or target is None or any(self._gone(world)):
            return None
        found: list[Reach] = []
        for one in time.combinations((self.start, self.target)):
            network = one.network
            reach = network.at_most(start) if self.at_most else network.at_least(start)
            if target not in reach.distance:
                return None
            found.append(reach)
        # What holds in every alternative is what the least demanding one says.
        best = max if self.at_most else min
        return best(found, key=lambda reach: reach.distance[target])

    def days(self, world: World, time: TimeSolution) -> int | None:
        """So many days; None where nothing bounds them."""
        reach = self.reach(world, time)
        return reach.distance[time.points[self.target]] if reach is not None else None

    def _gone(self, world: World) -> Iterator[bool]:
        return (iri not in world.occurrences and iri not in world.sources for iri in self.iris)


def order_of(
    world: World, one: str, other: str, labels: Labels, what_if: WhatIf | None = None
) -> tuple[OrderReason, ...]:
    """How two occurrences or sources certainly lie to each other; empty where nothing is certain.

    That one was over before the other began says it all; else how the first days and the last
    days lie. With ``what_if``, which asks about the same world, it says too what that hangs on.
    """
    apart = tuple(_ordered(world, one, other, labels, _APART, what_if))
    return apart or tuple(_ordered(world, one, other, labels, _BESIDE, what_if))


def length_of(
    world: World, iri: str, labels: Labels, what_if: WhatIf | None = None
) -> tuple[OrderReason, ...]:
    """How many days an occurrence certainly lasted, at least and at most, both ends counted.

    Empty where it is certain only that it lasted.
    """
    found = []
    time = _time(world, (iri,))
    subject = thing_in_words(world, iri, labels)
    for at_most, stated in ((False, _at_least), (True, _at_most)):
        lasts = _Entailed((iri,), (iri, "start"), (iri, "end"), at_most)
        reach = lasts.reach(world, time)
        days = reach.distance[time.points[lasts.target]] if reach is not None else None
        if reach is None or days is None or not (days or at_most):
            continue
        steps = steps_of(world, time, reach, time.points[lasts.target], labels)
        text = f"{subject} {stated(days).removeprefix('have ')}"
        hangs_on = _hanging(what_if, lasts, days, stated)
        note = _alone(what_if, hangs_on)
        found.append(OrderReason(text[:1].upper() + text[1:], steps, hangs_on, note))
    return tuple(found)


def _at_least(days: int | None) -> str:
    # Whatever there is lasts for a day.
    return f"have lasted at least {_days(days or 0)}"


def _at_most(days: int | None) -> str:
    return f"have lasted {'any number of days' if days is None else f'at most {_days(days)}'}"


def _days(apart: int) -> str:
    return "one day" if not apart else f"{apart + 1} days"


def _how_sure(days: int | None) -> str:
    # By how many days is not said of an order, so that does not change it.
    if days is None or days < 0:
        return "not be certain"
    return "be certain" if days else "be certain only that it was no later"


def _ordered(
    world: World,
    one: str,
    other: str,
    labels: Labels,
    relations: tuple[tuple[str, str, str, str, str], ...],
    what_if: WhatIf | None,
) -> Iterator[OrderReason]:
    time = _time(world, (one, other))
    for a, b in ((one, other), (other, one)):
        for from_, to, earlier, not_later, verb in relations:
            entailed = _Entailed((a, b), (a, from_), (b, to))
            reach = entailed.reach(world, time)
            if reach is None or (least := reach.distance[time.points[entailed.target]]) < 0:
                continue
            first, second = (thing_in_words(world, iri, labels) for iri in (a, b))
            lies = earlier if least else not_later
            if a in world.sources:
                lies = _DONE.sub("was published", lies)
            begins = "was published" if verb and b in world.sources else verb
            text = f"{first} {lies} {second} {begins}".rstrip()
            steps = steps_of(world, time, reach, time.points[entailed.target], labels)
            hangs_on = _hanging(what_if, entailed, least, _how_sure)
            note = _alone(what_if, hangs_on)
            yield OrderReason(text[:1].upper() + text[1:], steps, hangs_on, note)


def _hanging(
    what_if: WhatIf | None, entailed: _Entailed, days: int, stated: Callable[[int | None], str]
) -> tuple[Dependency, ...]:
    """The claims without which something else would be told of the same points."""
    if what_if is None:
        return ()
    world = what_if.world
    time = _time(world, entailed.iris)
    reach = entailed.reach(world, time)
    path = reach.path(time.points[entailed.target]) if reach is not None else ()
    found = []
    for claim in claims_to_try(what_if, time, entailed.iris, path):
        without = what_if.without(claim)
        named = [world.occurrences[iri] for iri in entailed.iris if iri in world.occurrences]
        left = [without.occurrence(one) for one in named]
        who = claim_in_words(world, claim)
        if None in left:
            text = f"Without {who} nothing would tell of it."
            found.append(Dependency(claim, None, True, text))
            continue
        sure = all(one is None or one.existence is Certainty.CERTAIN for one in left)
        existence = Certainty.CERTAIN if sure else Certainty.POSSIBLE
        then = entailed.days(world, without.time.of(existence))
        becomes = stated(then)
        if becomes == stated(days):
            continue
        text = f"Without {who} it would {becomes}."
        found.append(Dependency(claim, becomes, False, text))
    return tuple(found)


def _alone(what_if: WhatIf | None, hangs_on: tuple[Dependency, ...]) -> str:
    if what_if is None or hangs_on:
        return ""
    return "This hangs on no single claim: without any one it would be the same."


def _time(world: World, iris: tuple[str, ...]) -> TimeSolution:
    sure = all(
        world.occurrences[iri].existence is Certainty.CERTAIN
        for iri in iris
        if iri in world.occurrences
    )
    return world.time.of(Certainty.CERTAIN if sure else Certainty.POSSIBLE)
