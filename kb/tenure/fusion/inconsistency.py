"""Inconsistency: which constraints contradict each other, and the smallest sets of claims at fault.

A contradiction is a positive cycle of constraints, and one that is simple passes the origin at
most once. A point that no claim moves, such as the day of a source that is known, is as good as
the origin: a cycle through several of them falls apart into some that pass one each, of which one
is positive by itself. So a constraint matters only where the longest way from the origin to its
earlier point, its own least distance, and the longest way back from its later point come to more
than nothing; and two constraints can only be in one contradiction where the same holds of a way
that takes the one and then the other. Both are longest paths in the network without the origin
(Dechter, Meiri and Pearl 1991, section 3). Where that has positive cycles of its own, all within
their strongly connected component (Tarjan, *Depth-first search and linear graph algorithms*, SIAM
Journal on Computing 1, 1972) counts as endlessly far, so that nothing is missed. Cost:
O(constraints) where paths are short, and for the parting of what matters its square.

Claims that are false by themselves are found first. Of the rest, what can be in one contradiction
is looked through by itself, and in it all minimal sets are found with Reiter's hitting-set tree
(*A theory of diagnosis from first principles*, Artificial Intelligence 32, 1987): find one, then
look again with each of its claims left out. The number of minimal sets can grow exponentially with
the number of claims that disagree about one thing, so each tree is cut at :data:`MOST_NODES`; what
is found by then is settled, and further sets are taken one at a time until the rest agrees. Either
way the outcome depends on the claims alone, never on the order in which they came.
"""

from __future__ import annotations

from bisect import insort
from collections import defaultdict, deque
from collections.abc import Callable, Iterable, Mapping, Sequence
from math import inf
from typing import Final

from tenure.fusion.conflict_resolution import Found, Settle
from tenure.temporal import ORIGIN, Constraint, TimeNetwork, find_contradiction

ClaimsOf = Callable[[Constraint], tuple[str, ...]]
"""The claims without which a constraint would not hold; none where it always does."""

Ways = Mapping[int, list[tuple[int, int]]]
"""From each point the points next to it, with the days gained on the way."""


def pinned(constraints: Sequence[Constraint]) -> Mapping[int, int]:
    """The points whose day the constraints fix, with their days; the origin among them.

    Raises :class:`~tenure.temporal.Inconsistent` where they contradict each other.
    """
    size = 1 + max((max(c.earlier, c.later) for c in constraints), default=0)
    network = TimeNetwork(size, constraints)
    low, high = network.at_least(ORIGIN).distance, network.at_most(ORIGIN).distance
    return {point: day for point, day in low.items() if high.get(point) == day}


def from_origin(constraints: Iterable[Constraint], days: Mapping[int, int]) -> list[Constraint]:
    """The same constraints, with the origin for every point whose day is given."""
    return [
        Constraint(
            ORIGIN if c.earlier in days else c.earlier,
            ORIGIN if c.later in days else c.later,
            c.least + days.get(c.earlier, 0) - days.get(c.later, 0),
            c.reason,
        )
        if c.earlier in days or c.later in days
        else c
        for c in constraints
    ]


class CandidateConstraints:
    """The constraints, among those given, that can have a part in a contradiction."""

    def __init__(self, constraints: Sequence[Constraint]) -> None:
        """Look for them. ``constraints`` are counted from the origin (:func:`from_origin`)."""
        inner = [c for c in constraints if ORIGIN not in (c.earlier, c.later)]
        self._endless = _endless(inner)
        onwards, back = _ways(inner), _ways(inner, backwards=True)
        self._after = self._gains(
            ((c.later, c.least) for c in constraints if c.earlier == ORIGIN), onwards
        )
        self._before = self._gains(
            ((c.earlier, c.least) for c in constraints if c.later == ORIGIN), back
        )
        self.constraints = [c for c in constraints if self._matters(c)]

    def parts(self, claims_of: ClaimsOf) -> list[list[Constraint]]:
        """The constraints by the contradictions that they can be in together.

        Those of claims are in one part each, those that always hold in all that they lie beside.
        """
        stated = [c for c in self.constraints if claims_of(c)]
        groups = _Groups(stated)
        into, out_of = defaultdict(list), defaultdict(list)
        for c in stated:
            if ORIGIN == c.earlier == c.later:
                continue
            into[c.later].append((self._until(c.earlier) + c.least, c))
            out_of[c.earlier].append((c.least + self._since(c.later), c))
            if c.earlier in self._endless and self._endless[c.earlier] == self._endless.get(
                c.later
            ):
                groups.join(c, self._endless[c.earlier])
        onwards = _ways(c for c in self.constraints if ORIGIN not in (c.earlier, c.later))
        for point, arriving in into.items():
            if point == ORIGIN:
                continue
            best = max(gain for gain, _ in arriving)
            leaving = [
                (far + gain, c)
                for target, far in self._gains([(point, 0)], onwards, endless=False).items()
                for gain, c in out_of.get(target, ())
                if best + far + gain > 0
            ]
            if leaving:
                most = max(gain for gain, _ in leaving)
                together = [c for _, c in leaving]
                together += [c for gain, c in arriving if gain + most > 0]
                for c in together[1:]:
                    groups.join(together[0], c)
        beside = Beside(self.constraints, claims_of)
        return [beside.with_these(group) for group in groups.all()]

    def _matters(self, c: Constraint) -> bool:
        if c.earlier in self._endless and self._endless[c.earlier] == self._endless.get(c.later):
            return True
        return self._until(c.earlier) + c.least + self._since(c.later) > 0

    def _until(self, point: int) -> float:
        return 0 if point == ORIGIN else self._after.get(point, -inf)

    def _since(self, point: int) -> float:
        return 0 if point == ORIGIN else self._before.get(point, -inf)

    def _gains(
        self, starts: Iterable[tuple[int, int]], ways: Ways, *, endless: bool = True
    ) -> dict[int, float]:
        """Longest ways from the starts. Without ``endless`` only what they reach is endless."""
        best: dict[int, float] = dict.fromkeys(self._endless, inf) if endless else {}
        for point, gain in starts:
            best[point] = max(best.get(point, -inf), inf if point in self._endless else gain)
        queue = deque(best)
        queued = set(queue)
        while queue:
            point = queue.popleft()
            queued.discard(point)
            for target, least in ways.get(point, ()):
                gained = inf if target in self._endless else best[point] + least
                if gained > best.get(target, -inf):
                    best[target] = gained
                    if target not in queued:
                        queued.add(target)
                        queue.append(target)
        return best


class Beside:
    """Finds what always holds beside the constraints of claims."""

    def __init__(self, constraints: Iterable[Constraint], claims_of: ClaimsOf) -> None:
        self._always: dict[int, list[Constraint]] = defaultdict(list)
        for c in constraints:
            if not claims_of(c):
                for point in {c.earlier, c.later} - {ORIGIN}:
                    self._always[point].append(c)

    def with_these(self, stated: Iterable[Constraint]) -> list[Constraint]:
        """The constraints with all that always holds of their points and of those next to them."""
        found = set(stated)
        todo = [point for c in found for point in (c.earlier, c.later)]
        seen = {ORIGIN}
        while todo:
            point = todo.pop()
            if point not in seen:
                seen.add(point)
                for c in self._always.get(point, ()):
                    found.add(c)
                    todo += (c.earlier, c.later)
        return sorted(found)


class _Groups:
    """Constraints that are joined with each other (union-find)."""

    def __init__(self, members: Iterable[Constraint]) -> None:
        self._parent: dict[Constraint | int, Constraint | int] = {c: c for c in members}

    def join(self, one: Constraint | int, other: Constraint | int) -> None:
        self._parent[self._root(one)] = self._root(other)

    def all(self) -> list[list[Constraint]]:
        found: dict[Constraint | int, list[Constraint]] = defaultdict(list)
        for member in list(self._parent):
            if isinstance(member, Constraint):
                found[self._root(member)].append(member)
        return sorted(sorted(group) for group in found.values())

    def _root(self, member: Constraint | int) -> Constraint | int:
        self._parent.setdefault(member, member)
        while self._parent[member] != member:
            self._parent[member] = self._parent[self._parent[member]]
            member = self._parent[member]
        return member


def _ways(constraints: Iterable[Constraint], *, backwards: bool = False) -> Ways:
    ways: dict[int, list[tuple[int, int]]] = defaultdict(list)
    for c in constraints:
        if backwards:
            ways[c.later].append((c.earlier, c.least))
        else:
            ways[c.earlier].append((c.later, c.least))
    return ways


def _endless(constraints: Sequence[Constraint]) -> Mapping[int, int]:
    """The points of strongly connected components with a positive cycle; each by its component."""
    if find_contradiction(constraints) is None:
        return {}
    component = _strong(_ways(constraints))
    within: dict[int, list[Constraint]] = defaultdict(list)
    for c in constraints:
        if component[c.earlier] == component[c.later]:
            within[component[c.earlier]].append(c)
    bad = {number for number, some in within.items() if find_contradiction(some) is not None}
    return {point: number for point, number in component.items() if number in bad}


def _strong(ways: Ways) -> dict[int, int]:
    """For each point the number of its strongly connected component."""
    found: dict[int, int] = {}
    index: dict[int, int] = {}
    low: dict[int, int] = {}
    stack: list[int] = []
    everyone = [*ways, *(target for some in list(ways.values()) for target, _ in some)]
    for start in dict.fromkeys(everyone):
        if start in index:
            continue
        todo = [(start, iter(ways.get(start, ())))]
        index[start] = low[start] = len(index)
        stack.append(start)
        while todo:
            point, rest = todo[-1]
            for target, _ in rest:
                if target not in index:
                    index[target] = low[target] = len(index)
                    stack.append(target)
                    todo.append((target, iter(ways.get(target, ()))))
                    break
                if target not in found:
                    low[point] = min(low[point], index[target])
            else:
                todo.pop()
                if todo:
                    low[todo[-1][0]] = min(low[todo[-1][0]], low[point])
                if low[point] == index[point]:
                    while True:
                        member = stack.pop()
                        found[member] = point
                        if member == point:
                            break
    return found


MOST_NODES: Final = 400

ClaimSet = frozenset[str]


def minimal_conflicts(
    constraints: Sequence[Constraint], claims_of: ClaimsOf, settle: Settle
) -> list[tuple[str, ...]]:
    """All minimal sets of claims whose constraints have no solution, as sorted tuples, sorted.

    Without the claims that ``settle`` makes lose in the sets returned the constraints have a
    solution, even where the search was cut. Constraints without claims always
    hold; if they alone contradict each other, the one set returned is empty.
    """
    if find_contradiction(constraints) is None:
        return []
    always = [c for c in constraints if not claims_of(c)]
    if find_contradiction(always) is not None:
        return [()]
    shifted = _shifted(constraints, claims_of)
    candidates = CandidateConstraints(shifted).constraints
    alone = _false_alone(candidates, claims_of)
    rest = [c for c in candidates if alone.isdisjoint(claims_of(c))]
    found = {ClaimSet([claim]) for claim in alone}
    cut = []
    for part in CandidateConstraints(rest).parts(claims_of):
        search = _Search(part, claims_of)
        if not search.all_sets():
            cut.append(search)
        found |= search.found
    minimal = Found(sorted(one) for one in _smallest(found))
    # What loses can change with what is found, so all is settled anew each time.
    while True:
        gone = ClaimSet(claim for one in minimal for claim in settle(one, minimal).overruled)
        more = {one for search in cut if (one := search.next_without(gone)) is not None}
        if not more:
            return sorted(minimal)
        found |= more
        minimal = Found(sorted(one) for one in _smallest(found))


class ConflictConstraints:
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
        stated = ClaimSet(conflict)
        own = [
            c
            for claim in stated
            for c in self._by_claim[claim]
            if stated.issuperset(self._claims_of(c))
        ]
        matter = CandidateConstraints(self._beside.with_these(own)).constraints
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
