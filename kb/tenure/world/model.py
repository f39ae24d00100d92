"""The world: what fusion computes from the claims that a policy accepts."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from tenure.claims import Claim, Policy, Source
from tenure.temporal import Certainty, Constraint, FourBounds, Reach, TimeNetwork
from tenure.world.constraints import Point, Reason
from tenure.world.schema import Schema
from tenure.world.statements import Statement


@dataclass(frozen=True, slots=True)
class Occurrence:
    """A situation or an event, with its four bounds (day numbers, tight) and what it rests on.

    ``kind`` is the IRI of its class; ``subject`` and ``object`` are None for events. ``existence``
    is *certain*, or *possible* when only hedged claims tell of it. ``claims`` are those that tell
    of it, sorted; ``contested`` is set where an unsettled conflict concerns its time.
    """

    iri: str
    kind: str
    subject: str | None
    object: str | None
    bounds: FourBounds
    existence: Certainty
    contested: bool
    claims: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Participation:
    """Someone's part in an event: role (IRI of the property), certainty and claims."""

    event: str
    role: str
    who: str
    certainty: Certainty
    claims: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Conflict:
    """A smallest set of claims that cannot all be true.

    ``concerns`` are the occurrences that it is about; ``settled`` is set where rank or the policy's
    rule decided, which ``rule`` then names. ``kind`` says what it is about (``time``, ``seats``,
    ``title`` …); only of time does a conflict leave claims out: ``overruled`` are those that do
    not date the world because of it. ``lost`` are the claims that gave way, whatever the kind.
    """

    iri: str
    claims: tuple[str, ...]
    overruled: tuple[str, ...]
    settled: bool
    concerns: tuple[str, ...]
    reason: str
    kind: str = "time"
    rule: str = ""
    lost: tuple[str, ...] = ()

    def to_dict(self) -> dict[str, str | list[str] | None]:
        """The conflict as JSON answers show it; ``settledBy`` is null where it is contested."""
        return {
            "conflict": self.iri,
            "kind": self.kind,
            "settledBy": self.rule or None,
            "claims": list(self.claims),
            "gaveWay": list(self.lost),
            "concerns": list(self.concerns),
            "reason": self.reason,
        }


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
    """What was the case, under one policy. Immutable; built by :func:`tenure.world.fuse`.

    ``standings`` maps each claim within the policy's reach to the local name of a concept:
    Accepted, SetAside, Overruled or Disputed.
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
    time: TimeSolution
