"""Conflicts that the time network cannot see: seats, and one thing told in two ways.

They leave nothing out of the world and contest no dates: both holders stand in it, and both
titles. They say that it cannot all be so, and which claims lose where rank or the policy's
rule can tell. Cost: O(statements), O(n²) in the situations of one seat and in the claims that give
one value, and a search of the network for each holder whose days do not decide by themselves.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from functools import cached_property
from heapq import heappop, heappush
from itertools import combinations, product
from math import inf

from pyoxigraph import Literal

from tenure.folding import folded
from tenure.fusion.conflict_resolution import MinimalConflicts, Settle
from tenure.fusion.days_left import certain_days
from tenure.fusion.messages import called, name_of, said
from tenure.fusion.seats import Seats
from tenure.fusion.solution import TimeSolution
from tenure.fusion.statements import Statement
from tenure.model import Claim
from tenure.model.occurrence import Conflict, Occurrence
from tenure.model.schema import Schema
from tenure.namespaces import local_name
from tenure.temporal import ORIGIN, Certainty, FourBounds, Reach, TimeNetwork

SEATS = "seats"

IriOf = Callable[[tuple[str, ...]], str]
"""What a conflict between these claims is called."""


def overlapping_holders(
    occurrences: Mapping[str, Occurrence],
    time: TimeSolution,
    seats: Seats,
    seat_kinds: Collection[str],
    claims: Mapping[str, Claim],
    settle: Settle,
    iri_of: IriOf,
    labels: Mapping[str, str],
) -> Iterator[Conflict]:
    """Two who certainly hold a seat for one on a common day other than that of a handover.

    Certainly: in every solution of the network each begins before the other ends, and the office
    has one seat on a day that both certainly hold it, or on all days that both may. Of who has days
    taken out only the other days count that he certainly held it.
    """
    by_seat: dict[tuple[str, str], list[Occurrence]] = defaultdict(list)
    for occurrence in occurrences.values():
        office = occurrence.object
        if occurrence.kind not in seat_kinds or office is None:
            continue
        if occurrence.existence is Certainty.CERTAIN and seats.for_one(office, None, None):
            by_seat[occurrence.kind, office].append(occurrence)
    orders = _Orders(time)
    for (_, seat), held in sorted(by_seat.items()):
        for pair in pairs_that_can_meet((one.iri, one.subject or "", one.bounds) for one in held):
            one, other = (occurrences[iri] for iri in sorted(pair))
            first, second = orders.behind(one, other), orders.behind(other, one)
            if first is None or second is None:
                continue
            seated = _claims_of_one_seat(seats, seat, one, other)
            if seated is None:
                continue
            held_by = first | second or {*one.claims, *other.claims}
            behind = tuple(sorted(held_by.union(seated)))
            who = " and ".join(name_of(o.subject or o.iri, labels) for o in (one, other))
            stated = said([claims[claim] for claim in behind])
            reason = f"{who} certainly held one seat at a time: {name_of(seat, labels)}. {stated}"
            found = MinimalConflicts([behind])
            yield _conflict(behind, (one.iri, other.iri), SEATS, reason, settle, found, iri_of)


def differing_seatings(
    occurrences: Mapping[str, Occurrence],
    time: TimeSolution,
    seats: Seats,
    claims: Mapping[str, Claim],
    settle: Settle,
    iri_of: IriOf,
    labels: Mapping[str, str],
) -> Iterator[Conflict]:
    """Two numbers of seats that an office certainly had on more than the day of a change."""
    orders = _Orders(time)
    for office, seatings in seats.seatings():
        sure = {
            one.occurrence.iri: one
            for one in seatings
            if one.occurrence.existence is Certainty.CERTAIN
        }
        for pair in pairs_that_can_meet((i, i, one.occurrence.bounds) for i, one in sure.items()):
            one, other = (occurrences[iri] for iri in sorted(pair))
            numbers = [sure[iri].numbers for iri in sorted(pair)]
            first, second = orders.behind(one, other), orders.behind(other, one)
            if first is None or second is None or not numbers[0].isdisjoint(numbers[1]):
                continue
            dated = first | second
            told = (
                c for each in (one, other) if dated.isdisjoint(each.claims) for c in each.claims
            )
            behind = tuple(sorted(dated.union(told)))
            stated = said([claims[claim] for claim in behind])
            some = " and ".join(" or ".join(map(str, sorted(each))) for each in numbers)
            reason = f"{name_of(office, labels)} certainly had {some} seats at a time. {stated}"
            found = MinimalConflicts([behind])
            yield _conflict(behind, (one.iri, other.iri), SEATS, reason, settle, found, iri_of)


def _claims_of_one_seat(
    seats: Seats, office: str, one: Occurrence, other: Occurrence
) -> Collection[str] | None:
    """The claims by which two who hold an office at a time share one seat; None: they may not."""
    # Without exclusions the network has said that they share more than the day of a handover.
    more = int(bool(one.exclusions or other.exclusions))
    for (a, b), (c, d) in product(certain_days(one), certain_days(other)):
        if a + more <= d and c + more <= b:
            period = seats.for_one(office, max(a, c), min(b, d))
            if period is not None:
                return period.claims
    if more:
        return None
    first = max(_earliest(one.bounds), _earliest(other.bounds))
    last = min(_latest(one.bounds), _latest(other.bounds))
    return seats.only_one(
        office, None if first == -inf else int(first), None if last == inf else int(last)
    )


def conflicting_values(
    statements: Sequence[Statement],
    schema: Schema,
    claims: Mapping[str, Claim],
    settle: Settle,
    iri_of: IriOf,
    labels: Mapping[str, str],
) -> Iterator[Conflict]:
    """Two sources that give one thing different values where the ontology says there is one.

    Values in two languages cannot be compared; case, spaces and the way in which a character is
    encoded make no difference. A claim that gives several agrees with one that gives any of them.
    """
    marked = {(s.subject, s.object.value, claim) for s in statements for claim in s.claims}
    given: dict[tuple[str, str], dict[str, set[Literal]]] = defaultdict(lambda: defaultdict(set))
    for statement in statements:
        prop = statement.predicate
        if prop not in schema.disagreements or not isinstance(statement.object, Literal):
            continue
        under = schema.disagreements[prop].under
        for claim in statement.claims:
            if under is None or (statement.subject, under, claim) in marked:
                given[statement.subject, prop][claim].add(statement.object)
    for (subject, prop), values in sorted(given.items()):
        pairs = {
            pair: stated
            for pair in combinations(sorted(values), 2)
            if claims[pair[0]].source != claims[pair[1]].source
            and (stated := _apart(values[pair[0]], values[pair[1]])) is not None
        }
        found = MinimalConflicts(pairs)
        for pair, stated in pairs.items():
            words = "; ".join(
                f"{local_name(claims[claim].source)} (claim {local_name(claim)}) says “{value}”"
                for claim, value in zip(pair, stated, strict=True)
            )
            about = called(subject, [claims[claim] for claim in pair], labels)
            reason = f"{about}: {schema.label(prop)} in two ways: {words}."
            kind = schema.disagreements[prop].kind
            yield _conflict(pair, (subject,), kind, reason, settle, found, iri_of)


def _apart(some: Collection[Literal], others: Collection[Literal]) -> tuple[str, str] | None:
    """The first two values that differ; None where two agree, or none can be compared."""
    comparable = [
        (one, other)
        for one in some
        for other in others
        if _comparable(one.language, other.language)
    ]
    if not comparable or any(_wording(one) == _wording(other) for one, other in comparable):
        return None
    return min((_spaced(one), _spaced(other)) for one, other in comparable)


def _comparable(one: str | None, other: str | None) -> bool:
    """Whether two language tags (RFC 5646) leave the same language, or one says nothing."""
    if one is None or other is None:
        return True
    return one.partition("-")[0].lower() == other.partition("-")[0].lower()


def _wording(literal: Literal) -> str:
    return folded(literal.value)


def _spaced(literal: Literal) -> str:
    return " ".join(literal.value.split())


def pairs_that_can_meet(
    held: Iterable[tuple[str, str, FourBounds]], days: int = 2
) -> Iterator[tuple[str, str]]:
    """The pairs of occurrences of two subjects that can share so many days, as bounds go.

    Two, because one is the day of a handover; or one. Each occurrence is given with its subject and
    its bounds. By a sweep in the order in which they may have begun: O(n log n) and the pairs,
    which are O(n²) where nobody's end is known.
    """
    going_on: dict[str, dict[str, FourBounds]] = defaultdict(dict)
    ends: list[tuple[float, str, str]] = []
    for iri, subject, bounds in sorted(held, key=lambda one: (_earliest(one[2]), one[0])):
        while ends and ends[0][0] < _earliest(bounds) + days - 1:
            _, over, whose = heappop(ends)
            del going_on[whose][over]
            if not going_on[whose]:
                del going_on[whose]
        for whose, theirs in going_on.items():
            if whose != subject:
                for other, their_bounds in theirs.items():
                    if can_meet(their_bounds, bounds, days):
                        yield other, iri
        going_on[subject][iri] = bounds
        heappush(ends, (_latest(bounds), iri, subject))


def can_meet(one: FourBounds, other: FourBounds, days: int = 2) -> bool:
    """Whether two stretches can share so many days, of which one can be that of a handover."""
    more = days - 1
    return _earliest(one) + more <= _latest(other) and _earliest(other) + more <= _latest(one)


def _earliest(bounds: FourBounds) -> float:
    return -inf if bounds.start_earliest is None else bounds.start_earliest


def _latest(bounds: FourBounds) -> float:
    return inf if bounds.end_latest is None else bounds.end_latest


class _Orders:
    """Which of the holders of a seat certainly begin before others end, and who says so."""

    def __init__(self, time: TimeSolution) -> None:
        self._time = time
        self._reached: dict[str, Reach] = {}

    @cached_property
    def _relative(self) -> TimeNetwork:
        """The network less what is known of days by themselves, of which little is in reach."""
        constraints = self._time.network.constraints
        return TimeNetwork(c for c in constraints if ORIGIN not in (c.earlier, c.later))

    def behind(self, one: Occurrence, other: Occurrence) -> set[str] | None:
        """The claims that make it certain that the one began before the other's end, or None."""
        start, end = self._time.points[one.iri, "start"], self._time.points[other.iri, "end"]
        begun = self._time.at_most.distance.get(start)
        over = self._time.at_least.distance.get(end)
        if begun is not None and over is not None and begun < over:
            steps = (*self._time.at_most.path(start), *self._time.at_least.path(end))
        else:
            # What is known relative to each other only, such as of two who served at one event.
            if one.iri not in self._reached:
                self._reached[one.iri] = self._relative.at_least(start)
            reach = self._reached[one.iri]
            if reach.distance.get(end, 0) < 1:
                return None
            steps = reach.path(end)
        return {claim for step in steps for claim in self._time.reason(step).claims}


def _conflict(
    claims: tuple[str, ...],
    concerns: tuple[str, ...],
    kind: str,
    reason: str,
    settle: Settle,
    found: MinimalConflicts,
    iri_of: IriOf,
) -> Conflict:
    outcome = settle(claims, found)
    lost = outcome.overruled if outcome.rule else ()
    iri = iri_of((kind, *concerns, *claims))
    return Conflict(iri, claims, (), bool(outcome.rule), concerns, reason, kind, outcome.rule, lost)
