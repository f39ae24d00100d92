"""EDTF literals: that they can be read, and that none stands for "unknown" or "for ever"."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from typing import Final

from pyoxigraph import Literal

from tenure.errors import BadDate
from tenure.temporal import parse
from tenure.terms import EDTF_DATATYPE
from tenure.validate.facts import Facts, graph_of
from tenure.validate.reading import text_of
from tenure.validate.report import Finding, Severity
from tenure.validate.results import of_rule

RULES: Final = frozenset(("DateUnreadable", "DateSentinel", "DateSuspicious"))

# A year of four digits that begins with 9 is nobody's date; Y12020 and such are.
_SENTINEL: Final = re.compile(r"(?<![0-9Y-])(?:9[0-9X]{3}|0001-01-01|0000-01-01)(?![0-9])")
_SUSPICIOUS: Final = re.compile(r"(?<![0-9-])(?:1900-01-01|1970-01-01)(?![0-9])")


def date_findings(facts: Facts) -> Iterator[Finding]:
    """The findings about every EDTF literal in the given documents."""
    for document in facts.given:
        for quad in document.quads:
            value = quad.object
            if not isinstance(value, Literal) or value.datatype != EDTF_DATATYPE:
                continue
            fault = fault_of(value.value)
            if fault:
                rule, what, remedy, severity = fault
                yield from facts.place(
                    rule,
                    text_of(quad.subject),
                    what,
                    remedy,
                    document=document,
                    graph=graph_of(quad),
                    severity=severity,
                    result=replace(of_rule(rule), path=quad.predicate.value, value=value),
                    quad=quad,
                )


def fault_of(text: str) -> tuple[str, str, str, Severity] | None:
    """The rule that a date breaks, what is wrong, what to do, and how bad it is."""
    try:
        parse(text)
    except BadDate as error:
        remedy = error.remedy or "Write it as docs/time-values.md says."
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
