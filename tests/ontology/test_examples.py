"""Every example is a test: the valid ones pass the gate, each invalid one breaks one rule."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import NamedTuple

import pyshacl
import pytest
from pyoxigraph import Store
from rdflib import Graph
from rdflib.namespace import SH
from tests.amount import cases
from tests.gate import gate
from tests.ontology.stock import StockData

from tenure.validate import (
    Severity,
    check_evidence,
    consistency,
    overlaps,
    statements,
    validate_paths,
)
from tenure.validate.derived_shapes import rule_of
from tenure.validate.finding import two_parts
from tenure.validate.pyshacl_runner import plain_graph
from tenure.validate.validator import house_style_shapes

ONTOLOGY = Path(__file__).resolve().parents[2] / "ontology"
EXAMPLES = ONTOLOGY / "examples"
VALID = sorted([*EXAMPLES.glob("*.trig"), *EXAMPLES.glob("*.ttl")])
INVALID = sorted([*(EXAMPLES / "invalid").glob("*.trig"), *(EXAMPLES / "invalid").glob("*.ttl")])


class Expected(NamedTuple):
    text: str
    rule: str
    severity: Severity


def expected(file: Path) -> Expected:
    head = dict(re.findall(r"^# (\w+): (.*)$", file.read_text(encoding="utf-8"), re.MULTILINE))
    severity = Severity(head.get("severity", "violation"))
    return Expected(head["expect"], head["rule"], severity)


def rules_with_messages() -> Mapping[str, Sequence[str]]:
    return {**gate().messages(), **house_style_shapes().messages()}


def some_shapes() -> Sequence[Path]:
    """For some rules that are shapes, a file that breaks it; for more in a longer run."""
    rules = gate().messages()
    found = {expected(one).rule: one for one in INVALID if expected(one).rule in rules}
    return list(found.values())[:: max(1, len(found) // cases(3))]


@cache
def plain_gate() -> Graph:
    return plain_graph(gate().quads)


@pytest.mark.parametrize("file", VALID, ids=lambda file: file.name)
def test_a_valid_example_has_no_finding(file: Path) -> None:
    report = validate_paths([file])
    assert [str(one) for one in report.findings] == []
    assert report.checked["triples"] > 0


def test_the_valid_examples_pass_together() -> None:
    report = validate_paths([EXAMPLES])
    assert [str(one) for one in report.findings] == []
    assert report.checked["files"] == len([*VALID, *(EXAMPLES / "snapshots").glob("*.t*")])
    assert any("break rules on purpose" in note for note in report.notes)


def test_every_pointer_of_the_examples_is_confirmed() -> None:
    report = check_evidence([EXAMPLES], EXAMPLES / "texts")
    assert report.conforms
    assert report.checked["pointers"] == report.checked["confirmed"] == 5


@pytest.mark.parametrize("file", INVALID, ids=lambda file: file.name)
def test_an_invalid_example_breaks_its_rule_and_no_other(file: Path) -> None:
    text, rule, severity = expected(file)
    report = validate_paths([file])
    assert [(one.rule, one.severity) for one in report.findings] == [(rule, severity)]
    finding = report.findings[0]
    assert text in f"{finding.message} {finding.remedy}"
    assert finding.remedy
    assert report.conforms is (severity is Severity.WARNING)
    lines = file.read_text(encoding="utf-8").splitlines()
    assert finding.line is not None
    assert re.match(r"\s*(<|\w+:)", lines[finding.line - 1]), "the line begins no statement"


def test_every_rule_has_an_example_that_breaks_it() -> None:
    broken = {expected(file).rule for file in INVALID}
    rules = set(rules_with_messages()) | statements.RULES | consistency.RULES | overlaps.RULES
    assert rules - broken == set()
    assert broken - rules == set()


@pytest.mark.parametrize(("rule", "messages"), sorted(rules_with_messages().items()))
def test_every_message_says_what_is_wrong_and_what_to_do(
    rule: str, messages: Sequence[str]
) -> None:
    for message in messages:
        what, remedy = two_parts(message)
        assert what.endswith("."), message
        assert remedy.endswith("."), rule
        assert remedy[0].isupper() or remedy.startswith("tn:"), message


@pytest.mark.parametrize("file", some_shapes(), ids=lambda file: file.name)
def test_stock_pyshacl_finds_the_same(file: Path) -> None:
    """The shapes are plain SHACL: pySHACL alone, which asks node by node, agrees."""
    data = Store()
    for one in [file, EXAMPLES / "entities.ttl", *sorted(ONTOLOGY.glob("*.ttl"))]:
        data.load(path=str(one))
    # Over Oxigraph it asks for the classes of a text, too, and ends there.
    of_texts = expected(file).rule == "ValueIsThing"
    given = plain_graph(data) if of_texts else StockData(data)
    conforms, report, _ = pyshacl.validate(given, shacl_graph=plain_gate())
    assert not conforms
    assert isinstance(report, Graph)
    rules = {
        report.value(result, SH.sourceConstraint) or report.value(result, SH.sourceShape)
        for result in report.objects(None, SH.result)
    }
    assert {rule_of(str(rule)) for rule in rules} == {expected(file).rule}
