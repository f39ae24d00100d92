"""A report as the workflow commands of GitHub, which show it beside the lines of a change.

Follows "Workflow commands for GitHub Actions": a message escapes per cent and line ends, a
property also colon and comma.
"""

from __future__ import annotations

from typing import Final

from tenure.validate.finding import Finding, Report, Severity

_COMMANDS: Final = {
    Severity.VIOLATION: "error",
    Severity.WARNING: "warning",
    Severity.INFO: "notice",
}


def to_annotations(report: Report) -> str:
    """One line a finding; a report without any is one notice."""
    lines = [_annotation(one) for one in report.findings]
    return "\n".join(lines or ["::notice title=tenure validate::no findings"]) + "\n"


def _annotation(one: Finding) -> str:
    properties: dict[str, object] = {"file": one.file}
    if one.line is not None:
        properties["line"] = one.line
    if one.column is not None:
        properties["col"] = one.column
        properties["endColumn"] = one.column + (one.excerpt.length if one.excerpt else 1)
    properties["title"] = one.rule
    told = ",".join(f"{name}={_property(str(value))}" for name, value in properties.items())
    also = [f"{other.place}: {other.message}" for other in one.related]
    text = "\n".join([" ".join(filter(None, (one.message, one.remedy, one.link))), *also])
    return f"::{_COMMANDS[one.severity]} {told}::{_data(text)}"


def _data(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")
