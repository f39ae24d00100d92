"""An explanation as data; ``to_dict`` is what JSON answers show."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any

from tenure.claims import Evidence


@dataclass(frozen=True, slots=True)
class Step:
    """One constraint of a derivation: a sentence a person reads, the claims and the axiom."""

    text: str
    claims: tuple[str, ...]
    axiom: str | None
    axiom_label: str | None


@dataclass(frozen=True, slots=True)
class BoundReason:
    """One of the four bounds (``startEarliest`` …), its day (ISO) or None, and its derivation."""

    name: str
    day: str | None
    steps: tuple[Step, ...]


@dataclass(frozen=True, slots=True)
class ClaimReason:
    """A claim as an explanation shows it. ``voices`` are names, the publisher first."""

    iri: str
    statement: str
    source: str
    source_label: str
    voices: tuple[str, ...]
    modality: str
    hedged: bool
    standing: str
    evidence: tuple[Evidence, ...]


@dataclass(frozen=True, slots=True)
class Explanation:
    """Why an occurrence is in the world, and why its bounds are what they are.

    ``claims`` are those that tell of it and those its bounds hang on; ``conflicts`` the reasons of
    the conflicts that concern it.
    """

    iri: str
    label: str
    kind: str
    subject: str | None
    object: str | None
    certainty: str
    status: str
    bounds: tuple[BoundReason, ...]
    claims: tuple[ClaimReason, ...]
    conflicts: tuple[str, ...]

    def to_dict(self) -> dict[str, Any]:
        """The explanation as plain dictionaries and lists."""
        return asdict(self)
