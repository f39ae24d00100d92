"""EDTF literals: that they can be read, and that none stands for "unknown" or "for ever"."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from tenure.errors import BadDate
from tenure.temporal import parse
from tenure.terms import EDTF_DATATYPE
from tenure.validate.facts import Facts, Fault
from tenure.validate.report import Finding, Severity

RULES: Final = frozenset(("DateUnreadable", "DateSentinel", "DateSuspicious"))

# A year of four digits that begins with 9 is nobody's date; Y12020 and such are.
_SENTINEL: Final = re.compile(r"(?<![0-9Y-])(?:9[0-9X]{3}|0001-01-01|0000-01-01)(?![0-9])")
_SUSPICIOUS: Final = re.compile(r"(?<![0-9-])(?:1900-01-01|1970-01-01)(?![0-9])")


def date_findings(facts: Facts) -> Iterator[Finding]:
    """The findings about every EDTF literal in the given documents."""
    return facts.literal_findings(
        lambda value: fault_of(value.value) if value.datatype == EDTF_DATATYPE else None
    )


def fault_of(text: str) -> Fault | None:
    """The rule that a date breaks, what is wrong, what to do, and how bad it is."""
    try:
        parse(text)
    except BadDate as error:
        remedy = error.remedy or "Write it as docs/reference/time-values.md says."
        return "DateUnreadable", error.what, remedy, Severity.VIOLATION
    if _SENTINEL.search(text):
        return (
            "DateSentinel",
            f"The date {text!r} stands for a day that is not known, or for no end.",
            "Leave out what is not known; an absent end is never read as a lasting one.",
            Severity.VIOLATION,
        )
    if _SUSPICIOUS.search(text):
        return (
            "DateSuspicious",
            f"The date {text!r} is a common stand-in for a day that is not known.",
            "Look it up in the source, and leave it out where the source does not give it.",
            Severity.WARNING,
        )
    return None
