"""Reports for programs: SARIF, JUnit XML, annotations; and for people."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pyoxigraph import RdfFormat, parse

from tenure.store.source_map import Excerpt
from tenure.validate import REPORT_FORMATS, DayReport, Finding, Related, Report, Severity
from tenure.validate.finding import ClaimPlace, DayFinding
from tenure.validate.reporters.github import to_annotations
from tenure.validate.reporters.junit import to_junit
from tenure.validate.reporters.sarif import to_sarif

FINDING = Finding(
    "facts/a b.trig",
    12,
    "ClaimSource",
    Severity.VIOLATION,
    "https://example.org/claim/1",
    "100 % wrong,\nin two lines: yes.",
    "Give tn:source once.",
    9,
    Excerpt("    a b: c", 8, 2),
    "https://w3id.org/tenure/ontology#source",
)
WHOLE = Finding("b.ttl", None, "Syntax", Severity.WARNING, "", "Unreadable.", "Mend it.")
HINT = replace(FINDING, severity=Severity.INFO, rule="https://example.org/shapes#Own", line=13)
REPORT = Report((FINDING, WHOLE, HINT), ("c.md: left out.",), {"files": 3}, ("b.ttl", "c.ttl"))
TEXT = st.text(max_size=20)
ANY_REPORT = st.builds(
    Report,
    st.lists(
        st.builds(
            Finding,
            file=st.text(min_size=1, max_size=9),
            line=st.none() | st.integers(1, 9),
            rule=st.text(min_size=1, max_size=9),
            severity=st.sampled_from(Severity),
            focus=TEXT,
            message=TEXT,
            remedy=TEXT,
            column=st.none() | st.integers(1, 9),
            excerpt=st.none() | st.builds(Excerpt, TEXT, st.integers(0, 9), st.integers(1, 9)),
            related=st.lists(
                st.builds(
                    Related,
                    file=st.text(min_size=1, max_size=9),
                    line=st.none() | st.integers(1, 9),
                    column=st.none() | st.integers(1, 9),
                    focus=TEXT,
                    message=TEXT,
                ),
                max_size=2,
            ).map(tuple),
        ),
        max_size=4,
    ).map(tuple),
    st.lists(TEXT, max_size=2).map(tuple),
)


def required(value: Any, *names: str) -> None:
    assert isinstance(value, dict)
    assert set(names) <= set(value), names


def check_sarif(log: Any) -> None:
    """What the schema of SARIF 2.1.0 requires of the objects that are used here."""
    required(log, "version", "runs")
    assert log["version"] == "2.1.0"
    for run in log["runs"]:
        required(run, "tool")
        required(run["tool"], "driver")
        required(run["tool"]["driver"], "name")
        assert run["columnKind"] in ("utf16CodeUnits", "unicodeCodePoints")
        rules = run["tool"]["driver"]["rules"]
        for rule in rules:
            required(rule, "id")
            required(rule["fullDescription"], "text")
        assert len({rule["id"] for rule in rules}) == len(rules)
        for invocation in run["invocations"]:
            required(invocation, "executionSuccessful")
            for note in invocation["toolExecutionNotifications"]:
                required(note["message"], "text")
                assert note["level"] == "note"
        for result in run["results"]:
            required(result, "message")
            required(result["message"], "text")
            assert result["level"] in ("none", "note", "warning", "error")
            assert rules[result["ruleIndex"]]["id"] == result["ruleId"]
            related = result.get("relatedLocations", [])
            assert [one["id"] for one in related] == list(range(len(related)))
            for one in related:
                required(one["message"], "text")
            for location in (*result["locations"], *related):
                physical = location["physicalLocation"]
                required(physical, "artifactLocation")
                assert " " not in physical["artifactLocation"]["uri"]
                region = physical.get("region", {"startLine": 1})
                assert region["startLine"] >= 1
                assert region.get("endColumn", 2) > region.get("startColumn", 1) >= 1


def test_sarif() -> None:
    log = to_sarif(REPORT)
    check_sarif(log)
    (run,) = log["runs"]
    first = run["results"][0]
    assert first["level"] == "error"
    physical = first["locations"][0]["physicalLocation"]
    assert physical["artifactLocation"] == {"uri": "facts/a%20b.trig", "uriBaseId": "%SRCROOT%"}
    assert physical["region"] == {
        "startLine": 12,
        "startColumn": 9,
        "endColumn": 11,
        "snippet": {"text": "    a b: c"},
    }
    assert "region" not in run["results"][1]["locations"][0]["physicalLocation"]
    assert [one["level"] for one in run["results"]] == ["error", "warning", "note"]


def test_the_mark_of_a_result_stays_when_its_line_moves() -> None:
    moved = Report((replace(FINDING, line=99, column=1), WHOLE))
    marks = [
        [one["partialFingerprints"] for one in to_sarif(report)["runs"][0]["results"]][:2]
        for report in (REPORT, moved)
    ]
    assert marks[0] == marks[1]
    twice = to_sarif(Report((FINDING, replace(FINDING, line=14))))["runs"][0]["results"]
    assert twice[0]["partialFingerprints"] != twice[1]["partialFingerprints"]


@given(ANY_REPORT)
def test_any_report_is_sarif(report: Report) -> None:
    check_sarif(json.loads(json.dumps(to_sarif(report))))


@pytest.mark.parametrize(
    ("least", "failures"), [(Severity.VIOLATION, 1), (Severity.WARNING, 2), (Severity.INFO, 3)]
)
def test_junit(least: Severity, failures: int) -> None:
    root = ET.fromstring(to_junit(REPORT, least))  # noqa: S314 - what was just written
    suite = root.find("testsuite")
    assert suite is not None
    assert (root.tag, root.get("tests"), root.get("failures")) == ("testsuites", "4", str(failures))
    cases = suite.findall("testcase")
    assert [one.get("classname") for one in cases] == [
        "c.ttl",
        "facts/a b.trig",
        "b.ttl",
        "facts/a b.trig",
    ]
    assert len(root.findall(".//failure")) == failures
    assert (cases[1].get("file"), cases[1].get("line")) == ("facts/a b.trig", "12")
    assert "c.md: left out." in (suite.findtext("system-out") or "")


@given(ANY_REPORT)
def test_any_report_is_xml_with_as_many_cases_as_it_says(report: Report) -> None:
    root = ET.fromstring(to_junit(report))  # noqa: S314 - what was just written
    assert len(root.findall(".//testcase")) == int(root.get("tests", "-1"))
    assert len(root.findall(".//failure")) == int(root.get("failures", "-1"))


def test_annotations() -> None:
    first, second, third = to_annotations(REPORT).splitlines()
    assert first == (
        "::error file=facts/a b.trig,line=12,col=9,endColumn=11,title=ClaimSource::"
        "100 %25 wrong,%0Ain two lines: yes. Give tn:source once. "
        "https://w3id.org/tenure/ontology#source"
    )
    assert second == "::warning file=b.ttl,title=Syntax::Unreadable. Mend it."
    assert third.startswith("::notice file=facts/a b.trig,line=13,")
    assert "title=https%3A//example.org/shapes#Own::" in third
    assert to_annotations(Report()) == "::notice title=tenure validate::no findings\n"


@given(ANY_REPORT)
def test_no_text_can_break_out_of_its_annotation(report: Report) -> None:
    lines = to_annotations(report).removesuffix("\n").split("\n")
    assert len(lines) == max(1, len(report.findings))
    for line in lines:
        head = line.split("::")[1]
        assert head.partition(" ")[0] in ("error", "warning", "notice")
        assert "\r" not in line


def test_words_show_the_line_and_a_mark_below() -> None:
    text = REPORT_FORMATS["text"].write(REPORT, Severity.VIOLATION)
    assert "    12 |     a b: c\n       |         ^^\n" in text
    assert "  do:  Give tn:source once.\n" in text
    assert "  see: https://w3id.org/tenure/ontology#source\n" in text
    assert text.endswith("note: c.md: left out.\n3 findings (3 files)\n")


def test_the_mark_meets_wide_letters() -> None:
    wide = replace(FINDING, excerpt=Excerpt("字字 x", 3, 1))
    assert "| 字字 x\n       |      ^\n" in REPORT_FORMATS["text"].write(
        Report((wide,)), Severity.VIOLATION
    )


DAYS = DayReport(
    (
        DayFinding(
            "1921-06-01",
            "https://example.org/at/1921-06-01",
            "SeatsTaken",
            Severity.VIOLATION,
            "https://example.org/office",
            "Two hold it.",
            "Correct one.",
            claims=(ClaimPlace("https://example.org/claim/1", "a.trig", 7),),
            until="1921-07-01",
        ),
    ),
    {"days": 1},
)


@pytest.mark.parametrize("name", sorted(REPORT_FORMATS))
@pytest.mark.parametrize("report", [REPORT, DAYS, Report(), DayReport()])
def test_every_format_takes_reports_of_files_and_of_days(
    name: str, report: Report | DayReport
) -> None:
    text = REPORT_FORMATS[name].write(report, Severity.VIOLATION)
    assert text.endswith("\n")
    for one in report.findings:
        assert one.rule.rpartition("#")[2] in text


def test_one_of_a_kind_is_counted_in_the_singular() -> None:
    counts = {"files": 1, "triples": 2, "claims": 0, "confirmed": 1}
    for report, told in (
        (Report(checked=counts), "no findings (1 file, 2 triples, 0 claims, 1 confirmed)\n"),
        (DayReport(checked={"days": 1, "triples": 1}), "no findings (1 day, 1 triple)\n"),
    ):
        assert REPORT_FORMATS["text"].write(report, Severity.VIOLATION) == told


@given(ANY_REPORT)
def test_any_report_is_rdf_with_every_related_place(report: Report) -> None:
    triples = list(parse(report.to_shacl_turtle(), format=RdfFormat.TURTLE))
    pointed = [one for one in triples if one.predicate.value.endswith("shapes#related")]
    assert len(pointed) == sum(len(one.related) for one in report.findings)
    assert len({one.object for one in pointed}) == len(pointed)


def test_a_finding_of_a_day_is_at_the_claim_that_it_rests_on() -> None:
    (finding,) = DAYS.in_files().findings
    assert (finding.file, finding.line) == ("a.trig", 7)
    assert finding.message == "1921-06-01 to 1921-07-01: Two hold it."


def test_the_shacl_report_has_file_line_and_column() -> None:
    triples = list(parse(REPORT.to_shacl_turtle(), format=RdfFormat.TURTLE))
    told = {(one.predicate.value.rpartition("#")[2], str(one.object)) for one in triples}
    integer = "^^<http://www.w3.org/2001/XMLSchema#integer>"
    assert {("line", f'"12"{integer}'), ("column", f'"9"{integer}')} <= told
    assert ("resultSeverity", "<http://www.w3.org/ns/shacl#Info>") in told


def test_absolute_paths_are_file_addresses(tmp_path: Path) -> None:
    log = to_sarif(Report((replace(FINDING, file=str(tmp_path / "a.ttl")),)))
    check_sarif(log)
    location = log["runs"][0]["results"][0]["locations"][0]["physicalLocation"]
    assert location["artifactLocation"]["uri"].startswith("file:///")


@pytest.mark.parametrize("label", ["report", "result1", "data-report", "result2related1", "b0"])
def test_a_nameless_node_of_the_data_is_none_of_the_reports(label: str) -> None:
    report = Report((replace(FINDING, focus=f"_:{label}"), HINT))
    triples = list(parse(report.to_shacl_turtle().encode(), format=RdfFormat.TURTLE))
    focus_node = "http://www.w3.org/ns/shacl#focusNode"
    (focus,) = (
        t.object for t in triples if t.predicate.value == focus_node and str(t.object)[:2] == "_:"
    )
    assert focus not in {triple.subject for triple in triples}
    assert len({str(triple.subject) for triple in triples}) == 3
