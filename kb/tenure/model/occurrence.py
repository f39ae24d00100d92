"""Situations and events as fusion finds them, who takes part in them, and conflicts."""

from __future__ import annotations

from dataclasses import dataclass

from tenure.temporal import Certainty, FourBounds


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
    not date the world because of it. ``lost`` are the claims that lost, whatever the kind.
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
