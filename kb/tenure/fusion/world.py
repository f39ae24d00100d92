"""The world: what fusion computes from the claims that a policy accepts."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, NamedTuple

from tenure.fusion.seats import Seats
from tenure.fusion.solution import TimeSolution
from tenure.fusion.statements import Statement, Unit
from tenure.fusion.vouching import Plan
from tenure.model import Claim, Policy, Source
from tenure.model.occurrence import (
    Alternative,
    CompleteDays,
    Conflict,
    ExistenceDays,
    Occurrence,
    Participation,
)
from tenure.model.schema import Schema
from tenure.temporal import Certainty, FourBounds

DATING: Final = frozenset({"time", "denied", "complete"})
"""The kinds of conflicts that bear upon days."""


@dataclass(frozen=True, slots=True)
class World:
    """What was the case, under one policy. Immutable; built by :func:`tenure.fusion.fuse`.

    ``standings`` maps each claim within the policy's reach to the local name of a concept:
    Accepted, SetAside, Overruled or Disputed. ``time`` is the solved network, with what each way
    in which the claims can be made to agree adds to what all of them have in common. ``disputed``
    is what some such way leaves out; without a claim that is ``bearing`` there could be other ways.
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
    seats: Seats
    plans: tuple[Plan, ...] = ()
    disputed: frozenset[Unit] = frozenset()
    bearing: frozenset[str] = frozenset()
    complete: tuple[CompleteDays, ...] = ()
    parts_out: frozenset[tuple[str, str, str]] = frozenset()
    existing: tuple[ExistenceDays, ...] = ()

    def plans_of(self, iri: str) -> list[Plan]:
        """The plans for an occurrence, of claims that date the world."""
        plans = [one for one in self.plans if one.iri == iri]
        if not plans:
            return []
        dropped = {c for one in self.conflicts if one.kind in DATING for c in one.lost}
        return [one for one in plans if dropped.isdisjoint(one.claims)]

    def alternatives_of(self, iri: str) -> tuple[Alternative, ...]:
        """The distinct bounds of an occurrence, each with what it leaves out; one has none."""
        occurrence = self.occurrences.get(iri)
        return occurrence.alternatives if occurrence is not None else ()


@dataclass(frozen=True, slots=True)
class PlainOccurrence:
    """An occurrence that is certain, uncontested, and of which no days are presumed or taken out.

    Its attributes are those of :class:`~tenure.model.occurrence.Occurrence`.
    """

    iri: str
    kind: str
    subject: str | None
    object: str | None
    bounds: FourBounds
    claims: tuple[str, ...]

    def in_full(self) -> Occurrence:
        """The same as an occurrence."""
        sure = Certainty.CERTAIN
        return Occurrence(
            self.iri, self.kind, self.subject, self.object, self.bounds, sure, False, self.claims
        )


@dataclass(frozen=True, slots=True, eq=False)
class Template:
    """N-Quads with places for names, and which of a component's names come there, in order."""

    text: str
    order: Callable[[Sequence[str]], Any]

    def of(self, names: Sequence[str]) -> str:
        """The lines of a component."""
        text: str = self.text % self.order(names)
        return text


class PlainComponent(NamedTuple):
    """A component that has only such occurrences, and accepted claims.

    The ``template`` makes what the world's graph has of it of its ``names``, all but the bounds of
    the occurrences.
    """

    template: Template
    names: tuple[str, ...]
    occurrences: Sequence[PlainOccurrence]


@dataclass(frozen=True, slots=True)
class PlainWorld:
    """A part of a world that has only such components."""

    components: Sequence[PlainComponent]

    @property
    def occurrences(self) -> list[PlainOccurrence]:
        """All occurrences."""
        return [one for each in self.components for one in each.occurrences]
