"""Situations and events as fusion finds them, who takes part in them, and conflicts."""

from __future__ import annotations

from dataclasses import dataclass

from tenure.temporal import Certainty, FourBounds


@dataclass(frozen=True, slots=True)
class Alternative:
    """Bounds that an occurrence has in some of the ways in which all that is accepted can agree.

    ``leaves_out`` are the claims of which the smallest such way leaves something out, sorted;
    ``reason`` says in words what that is, and how dates with holes are read.
    """

    bounds: FourBounds
    leaves_out: tuple[str, ...]
    reason: str


@dataclass(frozen=True, slots=True)
class Exclusion:
    """Days on which less is left of an occurrence than its bounds say, and the claims behind it.

    From ``first`` to ``last`` (day numbers; None is unbounded) it was at most ``certainty``: *ruled
    out*, or *possible* where the claims that take the days out contradict others and nothing
    settles it (``contested``). They are denials, or claims that a list names all holders of an
    office.
    """

    first: int | None
    last: int | None
    certainty: Certainty
    claims: tuple[str, ...]
    contested: bool


@dataclass(frozen=True, slots=True)
class Presumption:
    """That a situation is presumed to go on until a day, whoever else may have succeeded.

    ``word`` is the last day that anything vouches for it, ``word_latest`` the last that this day
    can be (None: not known), and ``source`` the IRI of the source of that last word.
    """

    until: int
    word: int
    word_latest: int | None
    source: str | None


@dataclass(frozen=True, slots=True)
class Occurrence:
    """A situation or an event, with its four bounds (day numbers, tight) and what it rests on.

    ``kind`` is the IRI of its class; ``subject`` and ``object`` are None for events. ``existence``
    is *certain*, or *possible* when only hedged claims tell of it. ``claims`` are those that tell
    of it, sorted. ``contested`` is set where the statements of an unsettled conflict date it, or
    where two ways to settle one leave its start or its end no common day.

    ``alternatives`` are its distinct bounds, empty where there is one alternative or where they are
    too many to be told apart; ``bounds`` holds them all. ``agreed``, of what is contested, are the
    bounds by what no alternative leaves out. ``note`` says what could not be told apart.
    """

    iri: str
    kind: str
    subject: str | None
    object: str | None
    bounds: FourBounds
    existence: Certainty
    contested: bool
    claims: tuple[str, ...]
    alternatives: tuple[Alternative, ...] = ()
    agreed: FourBounds | None = None
    note: str = ""
    exclusions: tuple[Exclusion, ...] = ()
    at_all: Certainty | None = None
    """How surely there was such a thing on any day, where days are excluded."""
    presumption: Presumption | None = None

    @property
    def certainty(self) -> Certainty:
        """How surely there was such a thing on any day."""
        return self.existence if self.at_all is None else self.at_all

    @property
    def several_bounds(self) -> list[FourBounds]:
        """The bounds of each alternative; those that hold all where they are not told apart."""
        return [one.bounds for one in self.alternatives] or [self.bounds]


@dataclass(frozen=True, slots=True)
class CompleteDays:
    """Days on which a claim vouches that all holders of an office are named.

    From ``first`` to ``last`` (day numbers; None is unbounded) the office is certainly vacant where
    nobody is left who can have held it.
    """

    office: str
    first: int | None
    last: int | None
    claim: str


@dataclass(frozen=True, slots=True)
class ExistenceDays:
    """The days outside of which an institution certainly did not exist; None is unbounded."""

    institution: str
    first: int | None
    last: int | None


@dataclass(frozen=True, slots=True)
class Participation:
    """Someone's part in an event: role (IRI of the property), certainty and claims.

    ``ways`` are sets of claims that each say so by themselves. It is ``contested`` where it is
    denied and nothing settles that.
    """

    event: str
    role: str
    who: str
    certainty: Certainty
    claims: tuple[str, ...]
    ways: tuple[tuple[str, ...], ...] = ()
    contested: bool = False


@dataclass(frozen=True, slots=True)
class Conflict:
    """The claims of a smallest set of statements that cannot all be true.

    ``concerns`` are the occurrences that it is about; ``settled`` is set where rank or the policy's
    rule decided, which ``rule`` then names. ``kind`` says what it is about (``time``, ``seats``,
    ``title`` …); only of time does a conflict leave statements out: ``overruled`` are the claims
    of which some alternative leaves one out because of it. ``lost`` are the claims that lost,
    whatever the kind.
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
