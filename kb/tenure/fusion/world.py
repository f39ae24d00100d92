"""The world: what fusion computes from the claims that a policy accepts."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from tenure.fusion.constraints import Point, Reason
from tenure.fusion.seats import Seats
from tenure.fusion.statements import Statement
from tenure.fusion.vouching import Plan
from tenure.model import Claim, Policy, Source
from tenure.model.occurrence import Conflict, Occurrence, Participation
from tenure.model.schema import Schema
from tenure.temporal import Certainty, Constraint, FourBounds, Reach, TimeNetwork


@dataclass(frozen=True, slots=True)
class TimeSolution:
    """The network of the accepted constraints, its points and what each constraint says.

    ``at_least`` and ``at_most`` are the reaches from the origin: a point's earliest and latest day.
    ``soft`` is the network with the constraints of hedged claims too, where there are any: what
    only hedged claims tell of is dated there, so that a hedge never dates what is firm.
    """

    network: TimeNetwork
    points: Mapping[Point, int]
    names: Sequence[Point]
    reasons: Sequence[Reason]
    at_least: Reach
    at_most: Reach
    soft: TimeSolution | None = None

    def of(self, existence: Certainty) -> TimeSolution:
        """The network that dates what exists so surely."""
        return self.soft if self.soft and existence is Certainty.POSSIBLE else self

    def reason(self, constraint: Constraint) -> Reason:
        """What says so."""
        return self.reasons[constraint.reason]

    def bounds(self, iri: str) -> FourBounds:
        """The four bounds of anything with points in the network; all open for what has none."""
        start, end = self.points.get((iri, "start")), self.points.get((iri, "end"))
        low, high = self.at_least.distance, self.at_most.distance
        return FourBounds(
            low.get(start) if start is not None else None,
            high.get(start) if start is not None else None,
            low.get(end) if end is not None else None,
            high.get(end) if end is not None else None,
        )


@dataclass(frozen=True, slots=True)
class World:
    """What was the case, under one policy. Immutable; built by :func:`tenure.fusion.fuse`.

    ``standings`` maps each claim within the policy's reach to the local name of a concept:
    Accepted, SetAside, Overruled or Disputed. ``alternatives`` are the solutions of the time
    network, one for each way in which the claims can be made to agree; at present there is always
    one, which leaves out whatever conflicts.
    """

    policy: Policy
    schema: Schema
    claims: Mapping[str, Claim]
    sources: Mapping[str, Source]
    occurrences: Mapping[str, Occurrence]
    statements: Sequence[Statement]
    participations: Sequence[Participation]
    conflicts: tuple[Conflict, ...]
    standings: Mapping[str, str]
    alternatives: tuple[TimeSolution, ...]
    seats: Seats
    plans: tuple[Plan, ...] = ()

    def plans_of(self, iri: str) -> list[Plan]:
        """The plans for an occurrence, of claims that date the world."""
        dropped = {claim for conflict in self.conflicts for claim in conflict.overruled}
        return [one for one in self.plans if one.iri == iri and dropped.isdisjoint(one.claims)]

    @property
    def time(self) -> TimeSolution:
        """The solution that dates the world."""
        return self.alternatives[0]
