"""Who loses in a conflict: rank first, then the rule of the policy, else nobody is relied on.

Every rule is a function of the sets of claims alone. By whatever measure, those lose that are
certainly below all the rest of their set; where there are none such, the conflict is contested.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from math import inf

from tenure.model import Claim, Policy, Source
from tenure.model.policy import MAJORITY, NAMED, NEWEST, RANK, RANKED
from tenure.namespaces import local_name

Span = tuple[float, float]
"""Between which two values a measure lies; the two are equal where it is known."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """The claims that lose, and the rule that said so; empty where nobody could say."""

    overruled: tuple[str, ...]
    rule: str


class Found:
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


Settle = Callable[[Sequence[str], Found], Outcome]
"""Settles one minimal set of claims, given all the minimal sets it was found with."""


def settler(
    claims: Mapping[str, Claim],
    sources: Mapping[str, Source],
    rank_order: Mapping[str, int],
    policy: Policy,
) -> Settle:
    """What settles conflicts under a policy."""
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

    def settle(conflict: Sequence[str], found: Found) -> Outcome:
        def support(iri: str) -> Span:
            # Two outlets that relay the same speaker have one last voice between them.
            value = len({claims[one].voices[-1] for one in found.instead_of(iri, conflict)})
            return value, value

        by_rule = {NEWEST: age, RANKED: trust, NAMED: trust, MAJORITY: support}
        measures = {RANK: height}
        if resolution.rule in by_rule:
            measures[resolution.rule] = by_rule[resolution.rule]
        for rule, measure in measures.items():
            below = _certainly_below({iri: measure(iri) for iri in conflict})
            if below:
                return Outcome(below, rule)
        return Outcome(tuple(conflict), "")

    return settle


def _certainly_below(measured: Mapping[str, Span]) -> tuple[str, ...]:
    """The fewest claims that are certainly below all others; empty where there are none such."""
    ordered = sorted(measured, key=lambda iri: (measured[iri][1], measured[iri][0], iri))
    for number in range(1, len(ordered)):
        below, above = ordered[:number], ordered[number:]
        if max(measured[iri][1] for iri in below) < min(measured[iri][0] for iri in above):
            return tuple(sorted(below))
    return ()
