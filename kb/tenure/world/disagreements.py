"""Conflicts that the time network cannot see: crowded seats, and one thing told in two ways.

They leave nothing out of the world and contest no dates: both holders stand in it, and both
titles. They say that it cannot all be so, and which claims give way where rank or the policy's
rule can tell. Cost: O(statements), and O(n²) in the situations of one seat and in the claims that
give one value.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from itertools import combinations, product

from pyoxigraph import Literal

from tenure.claims import Claim
from tenure.temporal import Certainty, Reach
from tenure.terms import local_name
from tenure.world.model import Conflict, Occurrence, TimeSolution
from tenure.world.schema import Schema
from tenure.world.settling import Settle
from tenure.world.statements import Statement
from tenure.world.wording import name_of

SEATS = "seats"

IriOf = Callable[[tuple[str, ...]], str]
"""What a conflict between these claims is called."""


def crowded_seats(
    occurrences: Mapping[str, Occurrence],
    time: TimeSolution,
    one_seat: Collection[str],
    settle: Settle,
    iri_of: IriOf,
    labels: Mapping[str, str],
) -> Iterator[Conflict]:
    """Two who certainly hold a seat for one on a common day other than that of a handover."""
    by_seat: dict[tuple[str, str], list[Occurrence]] = defaultdict(list)
    for occurrence in occurrences.values():
        if occurrence.object in one_seat and occurrence.existence is Certainty.CERTAIN:
            by_seat[occurrence.kind, occurrence.object or ""].append(occurrence)
    for (_, seat), held in sorted(by_seat.items()):
        for one, other in combinations(held, 2):
            if one.subject == other.subject:
                continue
            if not (_begun_before_end(one, other) and _begun_before_end(other, one)):
                continue
            claims = tuple(sorted(_behind(one, time) | _behind(other, time)))
            who = " and ".join(name_of(o.subject or o.iri, labels) for o in (one, other))
            reason = f"{who} certainly held one seat at a time: {name_of(seat, labels)}."
            yield _conflict(claims, (one.iri, other.iri), SEATS, reason, settle, iri_of)


def told_differently(
    statements: Sequence[Statement],
    schema: Schema,
    claims: Mapping[str, Claim],
    settle: Settle,
    iri_of: IriOf,
    labels: Mapping[str, str],
) -> Iterator[Conflict]:
    """Two sources that give one thing different values where the ontology says there is one."""
    marked = {(s.subject, s.object.value, claim) for s in statements for claim in s.claims}
    given: dict[tuple[str, str], dict[str, set[str]]] = defaultdict(lambda: defaultdict(set))
    for statement in statements:
        prop = statement.predicate
        if prop not in schema.disagreements or not isinstance(statement.object, Literal):
            continue
        under = schema.disagreements[prop].under
        for claim in statement.claims:
            if under is None or (statement.subject, under, claim) in marked:
                value = " ".join(statement.object.value.split())
                given[statement.subject, prop][value].add(claim)
    for (subject, prop), values in sorted(given.items()):
        for one, other in combinations(sorted(values), 2):
            if one.casefold() == other.casefold():
                continue
            for pair in product(sorted(values[one]), sorted(values[other])):
                if claims[pair[0]].source == claims[pair[1]].source:
                    continue
                said = "; ".join(
                    f"{local_name(claims[claim].source)} (claim {local_name(claim)}) says “{value}”"
                    for claim, value in zip(pair, (one, other), strict=True)
                )
                reason = f"{name_of(subject, labels)} {schema.label(prop)} in two ways: {said}."
                kind = schema.disagreements[prop].kind
                ordered = tuple(sorted(pair))
                yield _conflict(ordered, (subject,), kind, reason, settle, iri_of)


def _begun_before_end(one: Occurrence, other: Occurrence) -> bool:
    begun, over = one.bounds.start_latest, other.bounds.end_earliest
    return begun is not None and over is not None and begun < over


def _behind(occurrence: Occurrence, time: TimeSolution) -> set[str]:
    """The claims that make it certain that an occurrence held when it did."""

    def along(reach: Reach, which: str) -> set[str]:
        path = reach.path(time.points[occurrence.iri, which])
        return {claim for step in path for claim in time.reason(step).claims}

    found = along(time.at_most, "start") | along(time.at_least, "end")
    return found or set(occurrence.claims)


def _conflict(
    claims: tuple[str, ...],
    concerns: tuple[str, ...],
    kind: str,
    reason: str,
    settle: Settle,
    iri_of: IriOf,
) -> Conflict:
    outcome = settle(claims, [claims])
    lost = outcome.overruled if outcome.rule else ()
    iri = iri_of((kind, *concerns, *claims))
    return Conflict(iri, claims, (), bool(outcome.rule), concerns, reason, kind, outcome.rule, lost)
