"""Findings by rule and file: what there is most of, and what is new since the last run."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from tenure.validate.finding import Finding, Severity


@dataclass(frozen=True, slots=True)
class FindingGroup:
    """The findings of one rule in one file; ``new`` of them, None where nobody knows.

    ``safe`` and ``unsafe`` are how many have a fix that is so.
    """

    rule: str
    file: str
    severity: Severity
    count: int
    new: int | None
    safe: int
    unsafe: int

    def to_dict(self) -> dict[str, Any]:
        """The group as plain data, ready for JSON."""
        return {
            "rule": self.rule,
            "file": self.file,
            "severity": self.severity.value,
            "findings": self.count,
            "new": self.new,
            "safeFixes": self.safe,
            "unsafeFixes": self.unsafe,
        }


def groups(findings: Sequence[Finding], new: Sequence[bool] | None = None) -> list[FindingGroup]:
    """The findings by rule and file, the worst and the most first.

    ``new`` says of each finding whether it is.
    """
    places: dict[tuple[str, str], list[int]] = defaultdict(list)
    for place, one in enumerate(findings):
        places[one.rule, one.file].append(place)
    found = []
    for (rule, file), some in places.items():
        fixes = [one.fix.safe for one in (findings[place] for place in some) if one.fix]
        found.append(
            FindingGroup(
                rule,
                file,
                max((findings[place].severity for place in some), key=lambda one: one.weight),
                len(some),
                None if new is None else sum(new[place] for place in some),
                fixes.count(True),
                fixes.count(False),
            )
        )
    return sorted(found, key=lambda one: (-one.severity.weight, -one.count, one.rule, one.file))
