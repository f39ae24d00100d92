"""Which days are taken out of occurrences, by whom, and what comes of it where others object.

Whoever takes days out speaks against the claims from which it follows that the occurrence was
going on on one of these days at least. Each smallest set of claims that cannot all be true with
what he takes out, alone or together with others, is a conflict, which preference settles like any
other. They are found with Reiter's hitting-set tree (*A theory of diagnosis from first principles*,
Artificial Intelligence 32, 1987). It is cut at :data:`MOST_NODES`, and then all who take days out
count as contested: a cut leaves an answer weaker, never wrong. Bounds never move.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass, field, replace
from enum import Enum
from typing import Final

from tenure.fusion.certainty import Day, Distances
from tenure.fusion.conflict_resolution import MinimalConflicts, Outcome, Settle
from tenure.fusion.days_left import Range, gaps, merged
from tenure.fusion.solution import TimeSolution
from tenure.model.occurrence import Exclusion, Occurrence
from tenure.temporal import ORIGIN, Certainty, TimeNetwork

MOST_NODES: Final = 256
"""Sets of claims that are left out in the search, for each occurrence."""


@dataclass(frozen=True, slots=True)
class Taking:
    """Days that a claim takes out of an occurrence: all of ``ranges``, and one of each of ``some``.

    Each of ``some`` is a day of the network of which only bounds are known. What a ``hedged`` claim
    takes out may still have been.
    """

    claim: str
    kind: str
    ranges: tuple[Range, ...]
    some: tuple[Day, ...] = ()
    hedged: bool = False


@dataclass(frozen=True, slots=True)
class Opposed:
    """Claims that cannot all be true with those that take days out, and who lost."""

    kind: str
    takers: tuple[str, ...]
    claims: tuple[str, ...]
    outcome: Outcome


class _Verdict(Enum):
    UNOPPOSED = "unopposed"
    WINS = "wins"
    LOSES = "loses"
    CONTESTED = "contested"


def excluded(
    occurrence: Occurrence,
    takings: Sequence[Taking],
    ways: Sequence[TimeSolution],
    settle: Settle,
    known: dict[int, tuple[TimeSolution, Distances]] | None = None,
) -> tuple[tuple[Exclusion, ...], tuple[Opposed, ...]]:
    """What is taken out of an occurrence, and the conflicts that come of it.

    ``ways`` are the solutions of the network of which one is right; ``known`` keeps their
    distances for others.
    """
    kept = {} if known is None else known
    verdicts: list[list[_Verdict]] = [[] for _ in takings]
    opposed: dict[tuple[str, ...], Opposed] = {}
    for time in ways:
        if id(time) not in kept:
            # With the solution itself, so that no other comes to bear its number.
            kept[id(time)] = (time, Distances(time))
        case = _Case(occurrence, takings, time, settle, kept[id(time)][1])
        case.judge()
        for place, verdict in enumerate(case.verdicts):
            verdicts[place].append(verdict)
        opposed.update((one.claims, one) for one in case.opposed)
    found: list[Exclusion] = []
    for taking, each in zip(takings, verdicts, strict=True):
        left, contested = _left(taking, each)
        if left is not Certainty.CERTAIN:
            found += (
                Exclusion(first, last, left, (taking.claim,), contested)
                for first, last in merged(taking.ranges)
                if can_be_on(occurrence, first, last)
            )
        if not {_Verdict.LOSES, _Verdict.UNOPPOSED}.issuperset(each):
            bounds = [_days_of(day, time) for day in taking.some for time in ways]
            found += (
                Exclusion(*days, Certainty.POSSIBLE, (taking.claim,), contested)
                for days in merged(bounds)
            )
    return tuple(found), tuple(opposed[claims] for claims in sorted(opposed))


def _left(taking: Taking, verdicts: Collection[_Verdict]) -> tuple[Certainty, bool]:
    """The most that is left on the days taken out, and whether that is contested."""
    out = Certainty.POSSIBLE if taking.hedged else Certainty.RULED_OUT
    lefts = {
        {
            _Verdict.UNOPPOSED: Certainty.CERTAIN if taking.hedged else out,
            _Verdict.WINS: out,
            _Verdict.LOSES: Certainty.CERTAIN,
            _Verdict.CONTESTED: Certainty.POSSIBLE,
        }[one]
        for one in verdicts
    }
    if len(lefts) == 1:
        return lefts.pop(), _Verdict.CONTESTED in verdicts
    return Certainty.POSSIBLE, _Verdict.CONTESTED in verdicts or _Verdict.LOSES in verdicts


def can_be_on(occurrence: Occurrence, first: int | None, last: int | None) -> bool:
    """Whether by its bounds it can have been going on on one of some days."""
    begun, over = occurrence.bounds.start_earliest, occurrence.bounds.end_latest
    return (last is None or begun is None or begun <= last) and (
        first is None or over is None or over >= first
    )


def _days_of(day: Day, time: TimeSolution) -> Range:
    """The first and the last day that a day of the network can be."""
    bounds = time.bounds(day.iri or "")
    return bounds.start_earliest, bounds.start_latest


@dataclass(slots=True)
class _Case:
    """One occurrence in one solution of the network, and all who take days out of it."""

    occurrence: Occurrence
    takings: Sequence[Taking]
    time: TimeSolution
    settle: Settle
    distances: Distances
    verdicts: list[_Verdict] = field(init=False)
    opposed: list[Opposed] = field(default_factory=list)

    def judge(self) -> None:
        """Say of each who takes days out what comes of it."""
        sets, whole = self._disagreements()
        takers = {one.claim for one in self.takings}
        found = MinimalConflicts(sets)
        lost: set[str] = set()
        contested: set[str] = set() if whole else set(takers)
        for claims in sets:
            these = tuple(claim for claim in claims if claim in takers)
            outcome = self.settle(claims, found)
            losing = takers.intersection(outcome.overruled)
            if outcome.rule and losing and len(outcome.overruled) > 1:
                # One of those that are below the others has to go, and nothing says which.
                contested.update(losing)
                outcome = Outcome(claims, "")
            elif outcome.rule:
                lost.update(losing)
            else:
                contested.update(these)
            kind = next(one.kind for one in self.takings if one.claim == these[0])
            self.opposed.append(Opposed(kind, these, claims, outcome))
        named = {claim for claims in sets for claim in claims}
        self.verdicts = [
            _Verdict.LOSES
            if one.claim in lost
            else _Verdict.CONTESTED
            if one.claim in contested
            else _Verdict.WINS
            if one.claim in named
            else _Verdict.UNOPPOSED
            for one in self.takings
        ]

    def _disagreements(self) -> tuple[list[tuple[str, ...]], bool]:
        """The smallest sets of claims that cannot all be true, and whether these are all."""
        found: list[frozenset[str]] = []
        agreeing: list[frozenset[str]] = []
        todo, seen = deque([frozenset[str]()]), set[frozenset[str]]()
        while todo:
            without = todo.popleft()
            if without in seen or any(one <= without for one in agreeing):
                continue
            if len(seen) == MOST_NODES:
                return sorted(tuple(sorted(one)) for one in found), False
            seen.add(without)
            least = next((one for one in found if one.isdisjoint(without)), None)
            if least is None:
                least = self._disagreement(without)
                if least is None:
                    agreeing.append(without)
                    continue
                found.append(least)
            todo.extend(without | {claim} for claim in sorted(least))
        return sorted(tuple(sorted(one)) for one in found), True

    def _disagreement(self, without: frozenset[str]) -> frozenset[str] | None:
        telling = [claim for claim in self.occurrence.claims if claim not in without]
        group = [one for one in self.takings if one.claim not in without]
        if not telling or not group:
            return None
        time = _restricted(self.time, without.isdisjoint) if without else self.time
        behind = self._behind(time, group)
        if behind is None:
            return None
        for one in list(group):
            fewer = [other for other in group if other is not one]
            least = self._behind(time, fewer)
            if least is not None:
                group, behind = fewer, least
        if behind.isdisjoint(telling):
            behind.add(telling[0])
        time = _restricted(self.time, behind.issuperset) if len(behind) > 1 else time
        for claim in sorted(behind) if len(behind) > 1 else ():
            left = behind - {claim}
            if left.isdisjoint(telling):
                continue
            if self._behind(_restricted(time, left.issuperset), group) is not None:
                behind = left
        return frozenset(behind).union(one.claim for one in group)

    def _behind(self, time: TimeSolution, group: Sequence[Taking]) -> set[str] | None:
        """The claims on a derivation that the occurrence has a day taken out; None: there is none.

        It has, where it cannot lie wholly in any of the stretches that are left.
        """
        distances = self.distances if time is self.time else Distances(time)
        iri = self.occurrence.iri
        start, end = Day(iri, "start", 0), Day(iri, "end", 0)
        for one in group:
            for day in one.some:
                if _at_least(distances, start, day, 0) and _at_least(distances, day, end, 0):
                    return _path(time, start, day) | _path(time, day, end)
        ranges = [days for one in group for days in one.ranges]
        if not ranges:
            return None
        found: set[str] = set()
        for first, last in gaps(ranges):
            before = None if first is None else Day(None, "", first)
            after = None if last is None else Day(None, "", last)
            if before is not None and _at_least(distances, start, before, 1):
                found |= _path(time, start, before)
            elif after is not None and _at_least(distances, after, end, 1):
                found |= _path(time, after, end)
            elif (
                before is not None
                and after is not None
                and _at_least(distances, start, end, after.shift - before.shift + 1)
            ):
                found |= _path(time, start, end)
            else:
                return None
        return found


def _at_least(distances: Distances, one: Day, other: Day, days: int) -> bool:
    least = distances.least(one, other)
    return least is not None and least >= days


def _path(time: TimeSolution, one: Day, other: Day) -> set[str]:
    """The claims on a tightest derivation of how many days one lies before the other at least."""
    first = ORIGIN if one.iri is None else time.points[one.iri, one.which]
    second = ORIGIN if other.iri is None else time.points[other.iri, other.which]
    if second == ORIGIN and first != ORIGIN:
        steps = time.at_most.path(first)
    else:
        reach = time.at_least if first == ORIGIN else time.network.at_least(first)
        steps = reach.path(second)
    return {claim for step in steps for claim in time.reason(step).claims}


def _restricted(time: TimeSolution, counts: Callable[[Iterable[str]], bool]) -> TimeSolution:
    """The solution of the network without what follows only from claims that do not count."""
    kept = [one for one in time.network.constraints if counts(time.reason(one).claims)]
    network = TimeNetwork(kept)
    return replace(
        time, network=network, at_least=network.at_least(ORIGIN), at_most=network.at_most(ORIGIN)
    )
