"""Findings that were accepted once: a file of them, and what is new beside it.

A finding is known again by its rule, its node and its message, not by its line, so that it stays
accepted when lines move. Of several that are alike, as many are accepted as were written down.
"""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any, Final

from tenure.errors import BadInput, NotFound
from tenure.inputs import read_input
from tenure.outputs import replaced
from tenure.validate.finding import Finding, Report

_VERSION: Final = 1
_REMEDY: Final = "Write it anew with --write-baseline."


def fingerprints(findings: Sequence[Finding]) -> list[str]:
    """A mark for each finding (SHA-256), which stays the same when its line moves."""
    seen: Counter[str] = Counter()
    marks = []
    for one in findings:
        text = json.dumps(_key(one), ensure_ascii=False)
        seen[text] += 1
        marks.append(hashlib.sha256(f"{text}{seen[text]}".encode()).hexdigest())
    return marks


def write_baseline(path: Path, findings: Iterable[Finding]) -> int:
    """Write the findings down as accepted, sorted; gives their number.

    Raises:
        BadInput: the file cannot be written.
    """
    counted = Counter(_key(one) for one in findings)
    accepted = [
        {"rule": rule, "focus": focus, "message": message, "file": file, "count": count}
        for (rule, focus, message, file), count in sorted(counted.items())
    ]
    text = json.dumps({"version": _VERSION, "accepted": accepted}, ensure_ascii=False, indent=2)
    try:
        with replaced(path) as file:
            file.write(f"{text}\n".encode())
    except OSError as error:
        raise BadInput(
            f"The baseline cannot be written: {error.strerror}.",
            where=str(path),
            remedy="Name a file in a folder that exists.",
        ) from error
    return counted.total()


def without_accepted(report: Report, path: Path) -> Report:
    """The report with those findings left out that the file ``path`` accepts, and a note of them.

    Raises:
        NotFound: there is no such file.
        BadInput: it is no file of accepted findings.
    """
    accepted = _read(path)
    used: Counter[tuple[str, str, str, str]] = Counter()
    kept = []
    for one in report.findings:
        key = _key(one)
        if used[key] < accepted[key]:
            used[key] += 1
        else:
            kept.append(one)
    notes = list(report.notes)
    if used:
        notes.append(f"{path}: {used.total()} accepted findings are left out.")
    gone = accepted.total() - used.total()
    if gone:
        notes.append(f"{path}: {gone} accepted findings are found no more; {_REMEDY}")
    return replace(report, findings=tuple(kept), notes=tuple(notes))


def new_since(findings: Sequence[Finding], path: Path) -> tuple[list[bool], int] | None:
    """Of each finding whether the run that wrote the file lacks it, and how many are gone since.

    None where there is no such file yet. Raises as :func:`without_accepted`.
    """
    if not path.exists():
        return None
    before = _read(path)
    there = before.total()
    new = []
    for one in findings:
        key = _key(one)
        new.append(before[key] < 1)
        before[key] -= 1
    return new, there - new.count(False)


def _key(one: Finding) -> tuple[str, str, str, str]:
    # Of a node the file does not matter: it may be split. A whole file has nothing else.
    return one.rule, one.focus, one.message, "" if one.focus else Path(one.file).name


def _read(path: Path) -> Counter[tuple[str, str, str, str]]:
    try:
        data = json.loads(read_input(path))
    except FileNotFoundError as error:
        raise NotFound(
            "There is no such baseline.", where=str(path), remedy="Write it with --write-baseline."
        ) from error
    except (OSError, ValueError) as error:
        raise BadInput(
            f"The baseline cannot be read: {error}.", where=str(path), remedy=_REMEDY
        ) from error
    if not isinstance(data, dict) or data.get("version") != _VERSION:
        raise BadInput(
            f"This is no baseline of version {_VERSION}.", where=str(path), remedy=_REMEDY
        )
    accepted: Counter[tuple[str, str, str, str]] = Counter()
    entries: Any = data.get("accepted")
    try:
        for one in entries:
            key = (one["rule"], one["focus"], one["message"], one["file"])
            accepted[key] += max(0, int(one["count"]))
    except (TypeError, KeyError, ValueError) as error:
        raise BadInput(
            "An accepted finding has no rule, focus, message, file or count.",
            where=str(path),
            remedy=_REMEDY,
        ) from error
    return accepted
