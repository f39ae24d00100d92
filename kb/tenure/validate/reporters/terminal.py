"""A report for people: each finding with the line of the file and a mark under what is wrong."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator

from tenure.store.source_map import Excerpt
from tenure.validate.finding import DayReport, Finding, Report


def in_words(report: Report | DayReport) -> str:
    """The findings, then what was left out, then the verdict with what was counted."""
    lines: list[str] = []
    if isinstance(report, DayReport):
        lines += [f"{one.severity.value}: {one.in_words(report.names)}" for one in report.findings]
    else:
        for one in report.findings:
            lines += _finding(one)
    lines += [f"note: {note}" for note in report.notes]
    counted = ", ".join(_counted(name, number) for name, number in report.checked.items())
    count = len(report.findings)
    verdict = "no findings" if not count else f"{count} finding{'s' if count > 1 else ''}"
    return "\n".join([*lines, f"{verdict} ({counted})"]) + "\n"


def _counted(name: str, number: int) -> str:
    return f"{number} {name.removesuffix('s') if number == 1 else name}"


def _finding(one: Finding) -> Iterator[str]:
    yield f"{one.severity.value}: {one.place}: {one.message} ({one.rule})"
    if one.excerpt is not None and one.line is not None:
        yield from _marked(one.line, one.excerpt)
    for other in one.related:
        yield f"  and: {other.place}: {other.message}"
    if one.remedy:
        yield f"  do:  {one.remedy}"
    if one.fix is not None:
        yield f"  fix: {one.fix.what} ({'safe' if one.fix.safe else 'unsafe'})"
    if one.link:
        yield f"  see: {one.link}"


def _marked(line: int, excerpt: Excerpt) -> Iterator[str]:
    number = f"{line:>6}"
    before, marked = excerpt.text[: excerpt.offset], excerpt.text[excerpt.offset :]
    mark = "^" * max(1, _width(marked[: excerpt.length]))
    yield f"{number} | {excerpt.text}".rstrip()
    yield f"{'':>6} | {' ' * _width(before)}{mark}"


def _width(text: str) -> int:
    """The columns that a terminal takes for a text (Unicode Standard Annex 11)."""
    return sum(
        0
        if unicodedata.combining(one)
        else 2
        if unicodedata.east_asian_width(one) in ("W", "F")
        else 1
        for one in text
    )
