"""What organizations and offices became: who carries on whose work, by the changes claims tell of.

A change has predecessors and successors: a merger several of the former, a split several of the
latter. What is renamed goes on as what it was, and needs no link.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from itertools import product
from typing import Final

from tenure.fusion import World
from tenure.namespaces import TN
from tenure.temporal import Certainty

_ROLES: Final = (TN("predecessor").value, TN("successor").value)


class Lineage:
    """Which institutions certainly came of which; O(participations)."""

    def __init__(self, world: World) -> None:
        sides: dict[str, tuple[set[str], set[str]]] = defaultdict(lambda: (set(), set()))
        for part in world.participations:
            if part.role in _ROLES and part.certainty is Certainty.CERTAIN:
                sides[part.event][_ROLES.index(part.role)].add(part.who)
        self._next: dict[str, set[str]] = defaultdict(set)
        self._before: dict[str, set[str]] = defaultdict(set)
        for before, after in sides.values():
            for one, other in product(before, after):
                self._next[one].add(other)
                self._before[other].add(one)

    def heirs(self, institution: str) -> set[str]:
        """It, and whatever carries on its work, directly or by way of others."""
        return _reached(self._next, institution)

    def forebears(self, institution: str) -> set[str]:
        """It, and whatever's work it carries on, directly or by way of others."""
        return _reached(self._before, institution)

    def kin(self, institution: str) -> set[str]:
        """It, its heirs and its forebears."""
        return self.heirs(institution) | self.forebears(institution)


def _reached(links: Mapping[str, set[str]], start: str) -> set[str]:
    found, todo = {start}, [start]
    while todo:
        for other in links.get(todo.pop(), ()):
            if other not in found:
                found.add(other)
                todo.append(other)
    return found
