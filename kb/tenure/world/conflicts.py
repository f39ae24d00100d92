"""Conflicts: the smallest sets of claims that cannot all be true, and who gives way.

Claims that are false by themselves are found first. Of the rest, what can be in one contradiction
is looked through by itself (:mod:`tenure.world.quarrels`), and in it all minimal sets are found
with Reiter's hitting-set tree (*A theory of diagnosis from first principles*, Artificial
Intelligence 32, 1987): find one, then look again with each of its claims left out. The number of
minimal sets can grow exponentially with the number of claims that quarrel about one thing, so each
tree is cut at :data:`MOST_NODES`; what is found by then gives way, and further sets are taken one
at a time until the rest agrees. Either way the outcome depends on the claims alone, never on the
order in which they came.
"""

from __future__ import annotations

from bisect import insort
from collections import defaultdict, deque
from collections.abc import Iterable, Sequence
from typing import Final

from tenure.temporal import Constraint, find_contradiction
from tenure.world.quarrels import Beside, ClaimsOf, Quarrel, from_origin, pinned
from tenure.world.settling import Found, Settle

MOST_NODES: Final = 400

ClaimSet = frozenset[str]


def minimal_conflicts(
    constraints: Sequence[Constraint], claims_of: ClaimsOf, settle: Settle
) -> list[tuple[str, ...]]:
    """All minimal sets of claims whose constraints have no solution, as sorted tuples, sorted.

    Without the claims that ``settle`` makes give way in the sets returned the constraints have a
    solution, even where the search was cut. Constraints without claims always
    hold; if they alone contradict each other, the one set returned is empty.
    """
    if find_contradiction(constraints) is None:
        return []
    always = [c for c in constraints if not claims_of(c)]
    if find_contradiction(always) is not None:
        return [()]
    shifted = _shifted(constraints, claims_of)
    quarrelling = Quarrel(shifted).constraints
    alone = _false_alone(quarrelling, claims_of)
    rest = [c for c in quarrelling if alone.isdisjoint(claims_of(c))]
    found = {ClaimSet([claim]) for claim in alone}
    cut = []
    for part in Quarrel(rest).parts(claims_of):
        search = _Search(part, claims_of)
        if not search.all_sets():
            cut.append(search)
        found |= search.found
    minimal = Found(sorted(one) for one in _smallest(found))
    # What gives way can change with what is found, so all is settled anew each time.
    while True:
        gone = ClaimSet(claim for one in minimal for claim in settle(one, minimal).overruled)
        more = {one for search in cut if (one := search.next_without(gone)) is not None}
        if not more:
            return sorted(minimal)
        found |= more
        minimal = Found(sorted(one) for one in _smallest(found))


class Quarrelling:
    """Tells the constraints that a conflict is between."""

    def __init__(self, constraints: Sequence[Constraint], claims_of: ClaimsOf) -> None:
        """Look for them among these, which have a conflict; what always holds has a solution."""
        self._claims_of = claims_of
        shifted = _shifted(constraints, claims_of)
        self._beside = Beside(shifted, claims_of)
        self._by_claim: dict[str, list[Constraint]] = defaultdict(list)
        for c in shifted:
            for claim in claims_of(c):
                self._by_claim[claim].append(c)

    def between(self, conflict: Iterable[str]) -> list[Constraint]:
        """The constraints of a minimal set of claims that make up its contradictions."""
        told = ClaimSet(conflict)
        own = [
            c
            for claim in told
            for c in self._by_claim[claim]
            if told.issuperset(self._claims_of(c))
        ]
        matter = Quarrel(self._beside.with_these(own)).constraints
        return [c for c in matter if self._claims_of(c)]


class _Search:
    """All minimal sets among constraints that can be in one contradiction."""

    def __init__(self, constraints: Sequence[Constraint], claims_of: ClaimsOf) -> None:
        self._claims_of = claims_of
        self._constraints = constraints
        self._everyone = ClaimSet(claim for c in constraints for claim in claims_of(c))
        self.found: set[ClaimSet] = set()

    def all_sets(self) -> bool:
        """Find all of them; whether the search came to its end."""
        enough: list[ClaimSet] = []  # left out, these leave no contradiction; nor any superset
        seen: set[ClaimSet] = set()
        todo: deque[ClaimSet] = deque([ClaimSet()])
        ordered: list[tuple[str, ...]] = []
        while todo and len(seen) < MOST_NODES:
            without = todo.popleft()
            if without in seen or any(known <= without for known in enough):
                continue
            seen.add(without)
            known = next((one for one in ordered if without.isdisjoint(one)), None)
            if known is None:
                fresh = self.next_without(without)
                if fresh is None:
                    enough.append(without)
                    continue
                self.found.add(fresh)
                known = tuple(sorted(fresh))
                insort(ordered, known)
            todo.extend(without | {claim} for claim in known)
        return not todo

    def next_without(self, gone: ClaimSet) -> ClaimSet | None:
        """A minimal set that has none of these claims, if there is one."""
        cycle = self._contradiction(self._everyone - gone)
        if cycle is None:
            return None
        needed = ClaimSet(claim for c in cycle for claim in self._claims_of(c))
        for claim in sorted(needed):
            if self._contradiction(needed - {claim}) is not None:
                needed -= {claim}
        return needed

    def _contradiction(self, claims: ClaimSet) -> tuple[Constraint, ...] | None:
        heard = [c for c in self._constraints if claims.issuperset(self._claims_of(c))]
        return find_contradiction(heard)


def _shifted(constraints: Sequence[Constraint], claims_of: ClaimsOf) -> list[Constraint]:
    return from_origin(constraints, pinned([c for c in constraints if not claims_of(c)]))


def _false_alone(constraints: Sequence[Constraint], claims_of: ClaimsOf) -> ClaimSet:
    """The claims that contradict what is always so."""
    by_claim: dict[str, list[Constraint]] = defaultdict(list)
    for c in constraints:
        if len(set(claims_of(c))) == 1:
            by_claim[claims_of(c)[0]].append(c)
    beside = Beside(constraints, claims_of)
    return ClaimSet(
        claim
        for claim, own in by_claim.items()
        if find_contradiction(beside.with_these(own)) is not None
    )


def _smallest(sets: Iterable[ClaimSet]) -> list[ClaimSet]:
    """The sets that hold no other one."""
    kept: list[ClaimSet] = []
    holding: dict[str, list[ClaimSet]] = defaultdict(list)
    for one in sorted(sets, key=lambda s: (len(s), sorted(s))):
        if not any(other <= one for claim in one for other in holding[claim]):
            kept.append(one)
            for claim in one:
                holding[claim].append(one)
    return kept
