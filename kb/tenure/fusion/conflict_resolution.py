"""What decides between claims that contradict each other: rank first, then the policy's rule.

Every rule is a function of the sets of claims alone. For dates it decides between repairs
(:mod:`tenure.fusion.repairs`). Of conflicts about seats, titles and values, those lose that are
certainly below all the rest of their set; where there are none such, the conflict is contested.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from math import inf

from tenure.fusion.repairs import Preferences
from tenure.fusion.statements import Unit
from tenure.model import Claim, Policy, Source
from tenure.model.policy import MAJORITY, NAMED, NEWEST, RANK, RANKED
from tenure.namespaces import local_name

Span = tuple[float, float]
"""Between which two values a measure lies; the two are equal where it is known."""

Measure = Callable[[str], Span]
"""How high a claim stands by some measure; the more, the better."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """The claims that lose, and the rule that said so; empty where nobody could say."""

    overruled: tuple[str, ...]
    rule: str


class MinimalConflicts:
    """The minimal sets of claims that were found together, in the order given."""

    def __init__(self, sets: Iterable[Iterable[str]]) -> None:
        self._sets = [tuple(one) for one in sets]
        self._rests: dict[frozenset[str], set[str]] = defaultdict(set)
        for one in self._sets:
            for claim in one:
                self._rests[frozenset(one) - {claim}].add(claim)

    def __iter__(self) -> Iterator[tuple[str, ...]]:
        return iter(self._sets)

    def instead_of(self, claim: str, conflict: Collection[str]) -> Collection[str]:
        """The claims, itself among them, that contradict the rest of a set as the claim does.

        Of a claim that is false by itself there is no rest, and nothing in its place.
        """
        rest = frozenset(conflict) - {claim}
        return self._rests.get(rest, set()) | {claim} if rest else {claim}


Settle = Callable[[Sequence[str], MinimalConflicts], Outcome]
"""Settles one minimal set of claims, given all the minimal sets it was found with."""


def preferences(
    units: Sequence[Unit],
    claims: Mapping[str, Claim],
    sources: Mapping[str, Source],
    rank_order: Mapping[str, int],
    policy: Policy,
) -> Preferences:
    """What decides between repairs under a policy: rank, then its rule, each by single claims.

    A use of an axiom that gives way is below all that any claim states.
    """
    by_rank, by_rule = _measures(claims, sources, rank_order, policy)

    def higher(b: int, a: int) -> bool:
        one, other = units[b].claim, units[a].claim
        if not (one and other):
            return bool(one) and not other
        return by_rank(one)[0] > by_rank(other)[1]

    def better(b: int, a: int) -> bool:
        one, other = units[b].claim, units[a].claim
        if not (one and other) or by_rule is None or by_rank(one) != by_rank(other):
            return higher(b, a)
        return by_rule(one)[0] > by_rule(other)[1]

    claim_of = [unit.claim for unit in units]
    voice_of = [claims[claim].voices[-1] if claim else "" for claim in claim_of]
    return Preferences(higher, better, claim_of, voice_of, policy.resolve.rule == MAJORITY)


def settler(
    claims: Mapping[str, Claim],
    sources: Mapping[str, Source],
    rank_order: Mapping[str, int],
    policy: Policy,
) -> Settle:
    """What settles conflicts under a policy."""
    resolution = policy.resolve
    height, by_rule = _measures(claims, sources, rank_order, policy)

    def settle(conflict: Sequence[str], found: MinimalConflicts) -> Outcome:
        def support(iri: str) -> Span:
            # Two outlets that relay the same speaker have one last voice between them.
            value = len({claims[one].voices[-1] for one in found.instead_of(iri, conflict)})
            return value, value

        measures = {RANK: height}
        if resolution.rule != RANK:
            measures[resolution.rule] = support if by_rule is None else by_rule
        for rule, measure in measures.items():
            below = _certainly_below({iri: measure(iri) for iri in conflict})
            if below:
                return Outcome(below, rule)
        return Outcome(tuple(conflict), "")

    return settle


def _measures(
    claims: Mapping[str, Claim],
    sources: Mapping[str, Source],
    rank_order: Mapping[str, int],
    policy: Policy,
) -> tuple[Measure, Measure | None]:
    """By what single claims are compared: by rank, and by the policy's rule where it does so."""
    resolution = policy.resolve

    def height(iri: str) -> Span:
        # At equal rank a hedged claim loses to a firm one.
        value = 2 * rank_order.get(claims[iri].rank, 0) + (not claims[iri].hedged)
        return value, value

    def age(iri: str) -> Span:
        days = sources[claims[iri].source].published.fuzzy_bounds
        return (
            -inf if days.earliest is None else days.earliest,
            inf if days.latest is None else days.latest,
        )

    def trust(iri: str) -> Span:
        slug = local_name(claims[iri].source)
        if slug not in resolution.sources:
            return 0, 0
        if resolution.rule == NAMED:
            return 1, 1
        value = len(resolution.sources) - resolution.sources.index(slug)
        return value, value

    by_rule = {NEWEST: age, RANKED: trust, NAMED: trust}
    return height, by_rule.get(resolution.rule)


def _certainly_below(measured: Mapping[str, Span]) -> tuple[str, ...]:
    """The fewest claims that are certainly below all others; empty where there are none such."""
    ordered = sorted(measured, key=lambda iri: (measured[iri][1], measured[iri][0], iri))
    for number in range(1, len(ordered)):
        below, above = ordered[:number], ordered[number:]
        if max(measured[iri][1] for iri in below) < min(measured[iri][0] for iri in above):
            return tuple(sorted(below))
    return ()
