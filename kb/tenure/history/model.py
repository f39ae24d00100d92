"""Revisions, and what lies between two instants of recorded time."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from tenure.claims import Claim


@dataclass(frozen=True, slots=True)
class Revision:
    """One change of what is held of one source.

    ``instant`` is in UTC (``YYYY-MM-DDThh:mm:ssZ``); ``added`` and ``retracted`` are IRIs of
    claims, sorted. ``by`` and ``message`` are None where nobody noted them.
    """

    instant: str
    source: str
    added: tuple[str, ...]
    retracted: tuple[str, ...]
    by: str | None = None
    message: str | None = None

    def to_dict(self) -> dict[str, Any]:
        """As JSON takes it."""
        return {
            "instant": self.instant,
            "source": self.source,
            "by": self.by,
            "message": self.message,
            "added": list(self.added),
            "retracted": list(self.retracted),
        }


@dataclass(frozen=True, slots=True)
class Learned:
    """What was learned after ``start`` and no later than ``end``, both instants in UTC.

    ``added`` came in and was still relied on at the end; ``retracted`` was relied on at the start
    and no longer at the end; ``passing`` came in and went out in between. Each by its instant.
    """

    start: str
    end: str
    added: tuple[Claim, ...]
    retracted: tuple[Claim, ...]
    passing: tuple[Claim, ...]

    def rows(self) -> list[tuple[str, str, Claim]]:
        """Each change as its word, its instant and its claim."""
        return [
            *(("added", one.recorded_at, one) for one in self.added),
            *(("retracted", one.retracted_at or "", one) for one in self.retracted),
            *(("added and retracted", one.retracted_at or "", one) for one in self.passing),
        ]

    def to_dict(self) -> dict[str, Any]:
        """As JSON takes it."""
        return {
            "from": self.start,
            "to": self.end,
            **{
                name: [_told(one) for one in claims]
                for name, claims in (
                    ("added", self.added),
                    ("retracted", self.retracted),
                    ("addedAndRetracted", self.passing),
                )
            },
        }


def _told(claim: Claim) -> dict[str, Any]:
    return {
        "claim": claim.iri,
        "source": claim.source,
        "statement": claim.statement,
        "recordedAt": claim.recorded_at,
        "retractedAt": claim.retracted_at,
    }
