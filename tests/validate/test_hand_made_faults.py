"""Whoever breaks a fact by hand is told the rule, the file and the line, for every rule."""

from __future__ import annotations

import shutil
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

import pytest
from tests.gate import gate
from tests.validate.hand_made_faults import FAULTS, Fault

from tenure.validate import duplicates, overlaps, statements, validate_paths


def named(faults: Sequence[Fault]) -> list[tuple[str, Fault]]:
    """Each with its rule and its place among those of the rule."""
    counted: Counter[str] = Counter()
    found = []
    for one in faults:
        counted[one.rule] += 1
        found.append((f"{one.rule}-{counted[one.rule]}", one))
    return found


@pytest.mark.parametrize("fault", [pytest.param(one, id=name) for name, one in named(FAULTS)])
def test_the_finding_names_rule_file_and_line(
    fault: Fault, repo_root: Path, tmp_path: Path
) -> None:
    facts = repo_root / "kb" / "facts"
    shutil.copy(facts / "entities.ttl", tmp_path)
    text = (facts / fault.file).read_text(encoding="utf-8")
    assert fault.old in text
    file = tmp_path / fault.file
    file.write_text(text.replace(fault.old, fault.new, 1), encoding="utf-8")
    lines = file.read_text(encoding="utf-8").splitlines()
    expected = next(n for n, line in enumerate(lines, 1) if line.startswith(fault.line))
    found = [one for one in validate_paths([file]).findings if one.rule == fault.rule]
    assert expected in [one.line for one in found], [str(one) for one in found]
    here = next(one for one in found if one.line == expected)
    assert here.file == str(file)
    assert here.remedy
    assert here.link.startswith("https://w3id.org/tenure/")
    assert here.column is not None
    assert here.excerpt is not None
    assert lines[expected - 1][here.column - 1 :].startswith(
        here.excerpt.text[here.excerpt.offset :][: here.excerpt.length]
    )


def test_every_rule_has_its_fault() -> None:
    beside = statements.RULES | duplicates.RULES | overlaps.RULES
    beside -= {statements.LANGUAGE, statements.DEPRECATED}
    rules = {*gate().messages(), *beside}
    assert {fault.rule for fault in FAULTS} == rules


def test_among_all_the_facts_only_the_broken_file_is_named(repo_root: Path, tmp_path: Path) -> None:
    folder = tmp_path / "facts"
    shutil.copytree(repo_root / "kb" / "facts", folder)
    fault = next(one for one in FAULTS if one.rule == "UnknownTerm")
    file = folder / fault.file
    text = file.read_text(encoding="utf-8")
    file.write_text(text.replace(fault.old, fault.new, 1), encoding="utf-8")
    findings = validate_paths([folder]).findings
    assert {one.file for one in findings} == {str(file)}
    assert "UnknownTerm" in {one.rule for one in findings}
