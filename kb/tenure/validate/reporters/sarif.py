"""A report as SARIF 2.1.0 (OASIS Standard), which code hosts and editors read."""

from __future__ import annotations

import re
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any, Final
from urllib.parse import quote

from tenure.namespaces import TN_PREFIX
from tenure.validate.baseline import fingerprints
from tenure.validate.finding import SHAPES, Finding, Fix, Related, Report, Severity

SCHEMA: Final = (
    "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
)
_LEVELS: Final = {
    Severity.VIOLATION: "error",
    Severity.WARNING: "warning",
    Severity.INFO: "note",
}
_ROOT: Final = "%SRCROOT%"
_ADDRESS: Final = re.compile(
    r"https?://\w(?:[^%#\[\]]|%[0-9A-Fa-f]{2})*#?(?:[^%#\[\]]|%[0-9A-Fa-f]{2})*\Z"
)


def to_sarif(report: Report) -> dict[str, Any]:
    """The report as a log with one run, ready for JSON.

    Columns count code points. A result carries a fingerprint that stays when its line moves.
    """
    rules = sorted({one.rule for one in report.findings})
    numbers = {rule: number for number, rule in enumerate(rules)}
    firsts = {one.rule: one for one in reversed(report.findings)}
    marks = fingerprints(report.findings)
    run: dict[str, Any] = {
        "tool": {
            "driver": {
                "name": "Tenure",
                "informationUri": TN_PREFIX.removesuffix("#"),
                "rules": [_rule(firsts[rule]) for rule in rules],
            }
        },
        "columnKind": "unicodeCodePoints",
        "invocations": [
            {
                "executionSuccessful": True,
                "toolExecutionNotifications": [
                    {"level": "note", "message": {"text": note}} for note in report.notes
                ],
            }
        ],
        "artifacts": [{"location": _location(name)} for name in report.files],
        "results": [
            _result(one, numbers[one.rule], mark)
            for one, mark in zip(report.findings, marks, strict=True)
        ],
    }
    installed = _version()
    if installed:
        run["tool"]["driver"]["version"] = installed
    return {"$schema": SCHEMA, "version": "2.1.0", "runs": [run]}


def _rule(one: Finding) -> dict[str, Any]:
    rule: dict[str, Any] = {
        "id": one.rule,
        "name": one.rule.rpartition("#")[2],
        "fullDescription": {"text": one.remedy or one.message},
        "defaultConfiguration": {"level": _LEVELS[one.severity]},
    }
    address = one.link or (one.rule if ":" in one.rule else SHAPES + quote(one.rule, safe=""))
    if _ADDRESS.match(address):
        # The schema wants a URI; an IRI may have letters of any script (RFC 3987, section 3.1).
        rule["helpUri"] = quote(address, safe="%/:?#@!$&'()*+,;=")
    return rule


def _result(one: Finding, number: int, mark: str) -> dict[str, Any]:
    location = _located(one)
    if one.excerpt is not None and one.line is not None:
        region = location["physicalLocation"]["region"]
        region["snippet"] = {"text": one.excerpt.text}
        if one.column is not None:
            region["endColumn"] = one.column + one.excerpt.length
    result: dict[str, Any] = {
        "ruleId": one.rule,
        "ruleIndex": number,
        "level": _LEVELS[one.severity],
        "message": {"text": f"{one.message} {one.remedy}".rstrip()},
        "locations": [location],
        "partialFingerprints": {"tenure/v1": mark},
    }
    if one.related:
        result["relatedLocations"] = [
            {"id": place, **_located(other), "message": {"text": other.message}}
            for place, other in enumerate(one.related)
        ]
    if one.fix is not None:
        result["fixes"] = [_fix(one.file, one.fix)]
    return result


def _fix(file: str, fix: Fix) -> dict[str, Any]:
    """A fix object (section 3.55); whether it is safe stands in its properties."""
    region = {
        "startLine": fix.start[0],
        "startColumn": fix.start[1],
        "endLine": fix.end[0],
        "endColumn": fix.end[1],
    }
    replacement = {"deletedRegion": region, "insertedContent": {"text": fix.text}}
    return {
        "description": {"text": fix.what},
        "artifactChanges": [
            {"artifactLocation": _location(file), "replacements": [replacement]},
        ],
        "properties": {"safe": fix.safe},
    }


def _located(one: Finding | Related) -> dict[str, Any]:
    physical: dict[str, Any] = {"artifactLocation": _location(one.file)}
    if one.line is not None:
        region: dict[str, Any] = {"startLine": one.line}
        if one.column is not None:
            region["startColumn"] = one.column
            region["endColumn"] = one.column + 1
        physical["region"] = region
    location: dict[str, Any] = {"physicalLocation": physical}
    if one.focus:
        location["logicalLocations"] = [{"fullyQualifiedName": one.focus}]
    return location


def _location(name: str) -> dict[str, str]:
    path = Path(name)
    if path.is_absolute():
        return {"uri": path.as_uri()}
    return {"uri": quote(path.as_posix()), "uriBaseId": _ROOT}


def _version() -> str | None:
    try:
        return version("tenure")
    except PackageNotFoundError:
        return None
