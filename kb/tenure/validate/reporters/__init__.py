"""A report for whoever reads it: people, programs, code hosts.

How to add a format: a module with a function from a report to text, and an entry in
:data:`REPORT_FORMATS`.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

from tenure.validate.finding import DayReport, Report, Severity
from tenure.validate.reporters.github import to_annotations
from tenure.validate.reporters.junit import to_junit
from tenure.validate.reporters.sarif import to_sarif
from tenure.validate.reporters.terminal import in_words

AnyReport = Report | DayReport


@dataclass(frozen=True, slots=True)
class ReportFormat:
    """A format that reports are written in."""

    name: str
    media_type: str | None
    """What asks for it over HTTP; None where it is of use on a command line only."""
    write: Callable[[AnyReport, Severity], str]
    """From a report, and what counts as a failure, to text that ends with a line end."""


def _text(report: AnyReport, _fail_on: Severity) -> str:
    return in_words(report)


def _json(report: AnyReport, _fail_on: Severity) -> str:
    return json.dumps(report.to_dict(), ensure_ascii=False, indent=2) + "\n"


def _turtle(report: AnyReport, _fail_on: Severity) -> str:
    return report.to_shacl_turtle()


def _sarif(report: AnyReport, _fail_on: Severity) -> str:
    return json.dumps(to_sarif(report.in_files()), ensure_ascii=False, indent=2) + "\n"


def _junit(report: AnyReport, fail_on: Severity) -> str:
    return to_junit(report.in_files(), fail_on)


def _github(report: AnyReport, _fail_on: Severity) -> str:
    return to_annotations(report.in_files())


REPORT_FORMATS: Final[Mapping[str, ReportFormat]] = MappingProxyType(
    {
        one.name: one
        for one in (
            ReportFormat("text", "text/plain", _text),
            ReportFormat("json", "application/json", _json),
            ReportFormat("ttl", "text/turtle", _turtle),
            ReportFormat("sarif", "application/sarif+json", _sarif),
            ReportFormat("junit", "application/xml", _junit),
            ReportFormat("github", None, _github),
        )
    }
)

__all__ = ["REPORT_FORMATS", "AnyReport", "ReportFormat"]
