"""A report as JUnit XML, which every server for continuous integration can show.

A finding that counts is a test case that fails; a file without any is one that passes. Findings
that do not count are told in the output of a test case that passes.
"""

from __future__ import annotations

import re
from typing import Final
from xml.etree.ElementTree import Element, SubElement, indent, tostring

from tenure.validate.finding import Finding, Report, Severity

# XML 1.0, section 2.2: what a document cannot hold, not even escaped.
_NOT_XML: Final = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_SUITE: Final = "tenure validate"


def to_junit(report: Report, fail_on: Severity = Severity.VIOLATION) -> str:
    """The report as a ``testsuites`` document."""
    found = {one.file for one in report.findings}
    clean = [name for name in report.files if name not in found]
    failed = sum(one.severity.weight >= fail_on.weight for one in report.findings)
    counts = {"tests": str(len(report.findings) + len(clean)), "failures": str(failed)}
    root = Element("testsuites", {"name": _SUITE, **counts, "errors": "0"})
    suite = SubElement(root, "testsuite", {"name": _SUITE, **counts, "errors": "0"})
    for name in clean:
        SubElement(suite, "testcase", classname=_clean(name), name="all rules")
    for one in report.findings:
        _case(suite, one, fails=one.severity.weight >= fail_on.weight)
    if report.notes:
        SubElement(suite, "system-out").text = _clean("\n".join(report.notes))
    indent(root)
    return f'<?xml version="1.0" encoding="UTF-8"?>\n{tostring(root, encoding="unicode")}\n'


def _case(suite: Element, one: Finding, *, fails: bool) -> None:
    case = SubElement(
        suite,
        "testcase",
        classname=_clean(one.file),
        name=_clean(" ".join(part for part in (one.rule, one.focus) if part)),
        file=_clean(one.file),
    )
    if one.line is not None:
        case.set("line", str(one.line))
    also = [f"{other.place}: {other.message}" for other in one.related]
    details = [f"{one.place}: {one.message}", *also, one.remedy, one.link]
    text = _clean("\n".join(part for part in details if part))
    if fails:
        SubElement(
            case, "failure", type=one.severity.value, message=_clean(one.message)
        ).text = text
    else:
        SubElement(case, "system-out").text = f"{one.severity.value}: {text}"


def _clean(text: str) -> str:
    return _NOT_XML.sub("\ufffd", text)
