"""A report that somebody else pays for: its worst findings, and how many more there are."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from typing import Final, TypeVar

from tenure.validate.report import Finding, Report
from tenure.validate.snapshots_report import DayFinding, DayReport

LONGEST: Final = 1_000
"""Characters of a message, or of what a finding is about, beyond which it is cut."""
_MOST_BESIDE: Final = 20
"""Other places, occurrences or claims of one finding that are listed."""
_MOST_NOTES: Final = 50
_RULES_TOLD: Final = 5

T = TypeVar("T", Finding, DayFinding)


def shortened(report: Report | DayReport, most: int) -> Report | DayReport:
    """The report with ``most`` findings at most, violations first, each of bounded length.

    A note tells how many there are in all and which rules the others are of; ``checked`` has the
    number of all ``findings`` then. The verdict stays what it was.
    """
    if isinstance(report, DayReport):
        days = _worst(report.findings, most)
        return replace(
            report,
            findings=tuple(map(_short_day, days)),
            notes=_notes(report, [one.rule for one in report.findings], len(days)),
            checked=_checked(report, len(days)),
        )
    listed = _worst(report.findings, most)
    return replace(
        report,
        findings=tuple(map(_short, listed)),
        notes=_notes(report, [one.rule for one in report.findings], len(listed)),
        checked=_checked(report, len(listed)),
    )


def _worst(findings: Sequence[T], most: int) -> list[T]:
    """The worst, in the order in which they were told."""
    if len(findings) <= most:
        return list(findings)
    order = sorted(range(len(findings)), key=lambda at: -findings[at].severity.weight)
    return [findings[at] for at in sorted(order[:most])]


def _notes(report: Report | DayReport, rules: list[str], listed: int) -> tuple[str, ...]:
    notes = tuple(_cut(one) for one in report.notes[:_MOST_NOTES])
    if len(rules) == listed:
        return notes
    counted = Counter(rules).most_common()
    told = ", ".join(f"{number:,} of {_cut(rule)}" for rule, number in counted[:_RULES_TOLD])
    others = ", …" if len(counted) > _RULES_TOLD else ""
    total = (
        f"{len(rules):,} findings in all ({told}{others}), of which {listed:,} are listed, the "
        "worst before the others. Correct these, and check again."
    )
    return (*notes, total)


def _checked(report: Report | DayReport, listed: int) -> dict[str, int]:
    more = {"findings": len(report.findings)} if len(report.findings) > listed else {}
    return {**report.checked, **more}


def _short(one: Finding) -> Finding:
    related = tuple(
        replace(other, focus=_cut(other.focus), message=_cut(other.message))
        for other in one.related[:_MOST_BESIDE]
    )
    return replace(
        one,
        focus=_cut(one.focus),
        message=_cut(one.message),
        remedy=_cut(one.remedy),
        related=related,
    )


def _short_day(one: DayFinding) -> DayFinding:
    return replace(
        one,
        focus=_cut(one.focus),
        message=_cut(one.message),
        remedy=_cut(one.remedy),
        occurrences=tuple(one.occurrences[:_MOST_BESIDE]),
        claims=tuple(one.claims[:_MOST_BESIDE]),
    )


def _cut(text: str) -> str:
    return text if len(text) <= LONGEST else text[: LONGEST - 1] + "…"
