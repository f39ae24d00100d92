"""Conflicts: the smallest sets of claims that cannot all be true, and who gives way.

All minimal sets are found with Reiter's hitting-set tree (*A theory of diagnosis from first
principles*, Artificial Intelligence 32, 1987): find one, then look again with each of its claims
left out. The number of minimal sets can grow exponentially with the number of claims that quarrel
about one thing, so the tree is cut at :data:`MOST_NODES`; what is found by then gives way, and
further sets are taken one at a time until the rest agrees. Either way the outcome depends on the
claims alone, never on the order in which they came.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Sequence
from typing import Final

from tenure.temporal import Constraint, find_contradiction
from tenure.world.settling import Settle

MOST_NODES: Final = 400

ClaimSet = frozenset[str]


def minimal_conflicts(
    constraints: Sequence[Constraint],
    claims_of: Callable[[Constraint], tuple[str, ...]],
    settle: Settle,
) -> list[tuple[str, ...]]:
    """All minimal sets of claims whose constraints have no solution, as sorted tuples, sorted.

    Without the claims that ``settle`` makes give way in the sets returned the constraints have a
    solution, even where the search was cut. Constraints without claims always
    hold; if they alone contradict each other, the one set returned is empty.
    """

    def contradiction(without: ClaimSet) -> tuple[Constraint, ...] | None:
        return find_contradiction([c for c in constraints if without.isdisjoint(claims_of(c))])

    def minimal(cycle: tuple[Constraint, ...]) -> ClaimSet:
        involved = frozenset(claim for c in cycle for claim in claims_of(c))
        everyone = frozenset(claim for c in constraints for claim in claims_of(c))
        needed = involved
        for claim in sorted(involved):
            smaller = needed - {claim}
            if contradiction(everyone - smaller) is not None:
                needed = smaller
        return needed

    found: set[ClaimSet] = set()
    enough: list[ClaimSet] = []  # left out, these leave no contradiction; nor does any superset
    seen: set[ClaimSet] = set()
    todo: deque[ClaimSet] = deque([frozenset()])
    while todo and len(seen) < MOST_NODES:
        without = todo.popleft()
        if without in seen or any(known <= without for known in enough):
            continue
        seen.add(without)
        known = next((s for s in sorted(found, key=sorted) if without.isdisjoint(s)), None)
        if known is None:
            cycle = contradiction(without)
            if cycle is None:
                enough.append(without)
                continue
            known = minimal(cycle)
            found.add(known)
            if not known:
                return [()]
        todo.extend(without | {claim} for claim in sorted(known))
    # What gives way can change with what is found, so all is settled anew each time.
    while todo:
        gone = frozenset(c for one in found for c in settle(sorted(one), found).overruled)
        cycle = contradiction(gone)
        if cycle is None:
            break
        found.add(minimal(cycle))
    return sorted(tuple(sorted(conflict)) for conflict in found)
