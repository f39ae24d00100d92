"""How two stretches of time lie to each other, entailed by the network.

A relation is a conjunction of least distances between the first and last days of the two. It is
*possible* when these can be added to the distances that the network entails between the four
points without making a positive cycle, and *certain* when each of them is entailed already; of
Allen's relations, which exclude each other, when no other is possible. The distances entailed
between some points are all that the rest of the network has to say about them (Dechter, Meiri and
Pearl 1991, section 3), so that both answers are exact, for thousands of occurrences as for two.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from tenure.temporal import Allen, Certainty, least_days

Demand = tuple[int, int, int]
"""``(from, to, days)``: day ``to`` comes at least so many days after day ``from``.

0 and 1 are the first and the last day of the one stretch, 2 and 3 those of the other.
"""

BEFORE: Final[tuple[Demand, ...]] = ((1, 2, 1),)
AFTER: Final[tuple[Demand, ...]] = ((3, 0, 1),)
WITHIN: Final[tuple[Demand, ...]] = ((2, 0, 0), (1, 3, 0))
SHARING: Final[tuple[Demand, ...]] = ((0, 3, 0), (2, 1, 0))
CROWDING: Final[tuple[Demand, ...]] = ((0, 3, 1), (2, 1, 1))
"""On more days than that on which one takes over from the other."""


@dataclass(frozen=True, slots=True)
class Pair:
    """Two stretches by the least distances between their four days (:data:`Demand`)."""

    least: tuple[tuple[int | None, ...], ...]
    existence: Certainty

    def entails(self, demand: Demand) -> bool:
        """Whether the demand is met in every solution."""
        earlier, later, days = demand
        known = self.least[earlier][later]
        return known is not None and known >= days

    def certainty(self, demands: Sequence[Demand]) -> Certainty:
        """Whether all the demands are met in every solution, in some, or in none."""
        if not self.allows(demands):
            return Certainty.RULED_OUT
        return self.existence if all(map(self.entails, demands)) else Certainty.POSSIBLE

    def allows(self, demands: Sequence[Demand]) -> bool:
        """Whether all the demands can be met together."""
        best = [list(row) for row in self.least]
        for earlier, later, days in demands:
            known = best[earlier][later]
            best[earlier][later] = days if known is None else max(known, days)
        points = range(len(best))
        for via in points:
            for a in points:
                for b in points:
                    one, two, known = best[a][via], best[via][b], best[a][b]
                    if one is not None and two is not None and (known is None or one + two > known):
                        best[a][b] = one + two
        return all(best[p][p] == 0 for p in points)

    def allen(self) -> dict[Allen, Certainty]:
        """The thirteen relations of the first to the second; the only one possible is certain."""
        possible = {relation for relation in Allen if self.allows(least_days(relation))}
        outcome = self.existence if len(possible) == 1 else Certainty.POSSIBLE
        return {
            relation: outcome if relation in possible else Certainty.RULED_OUT for relation in Allen
        }

    def shared_days(self) -> tuple[int, int | None]:
        """The least and the greatest number of days that both have; None is unbounded."""
        across = [self.least[a][b] for a in (0, 2) for b in (1, 3)]
        if self.existence is not Certainty.CERTAIN or None in across:
            least = 0
        else:
            least = max(0, 1 + min(days for days in across if days is not None))
        known = [abs(days) for row in self.least for days in row if days is not None]
        high = 4 * max(known) + 8  # a cycle has at most four of the distances known
        if self._can_share(high):
            return least, None
        low = 0
        while high - low > 1:
            middle = (low + high) // 2
            low, high = (middle, high) if self._can_share(middle) else (low, middle)
        return least, low

    def _can_share(self, days: int) -> bool:
        return self.allows([(a, b, days - 1) for a in (0, 2) for b in (1, 3)])
