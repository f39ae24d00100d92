"""Every example of a day is a test: the valid ones keep all rules, each invalid one breaks one."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path

import pyshacl
import pytest
from pyoxigraph import Quad, Store
from rdflib import Graph
from rdflib.namespace import SH
from tests.ontology.stock import StockData

from tenure.knowledge import KnowledgeBase, from_quads
from tenure.knowledge.days import check_days
from tenure.namespaces import Names, local_name
from tenure.validate import (
    DayReport,
    Severity,
    SnapshotShapes,
    claim_places,
    given_facts,
    validate_paths,
)
from tenure.validate.days import SharedByDays, snapshot, snapshot_triples
from tenure.validate.finding import two_parts
from tenure.validate.overlaps import RULES

ONTOLOGY = Path(__file__).resolve().parents[2] / "ontology"
EXAMPLES = ONTOLOGY / "examples" / "snapshots"
VALID = sorted(EXAMPLES.glob("*.trig"))
INVALID = sorted((EXAMPLES / "invalid").glob("*.trig"))


def head(file: Path) -> dict[str, str]:
    return dict(re.findall(r"^# (\w+): (.*)$", file.read_text(encoding="utf-8"), re.MULTILINE))


def day(file: Path, *, possible: bool = False) -> DayReport:
    kb = from_quads(given_facts([file]), Names())
    return check_days(kb, [head(file)["at"]], possible=possible, places=claim_places([file]))


def rules() -> list[tuple[str, Sequence[str]]]:
    return sorted(SnapshotShapes().house.messages().items())


@pytest.mark.parametrize("file", [*VALID, *INVALID], ids=lambda file: file.name)
def test_the_claims_of_an_example_pass_the_gate(file: Path) -> None:
    report = validate_paths([file])
    # What breaks a shape for a day can be seen of its claims too, where they are plain enough.
    told = [str(one) for one in report.findings if one.rule not in RULES or file in VALID]
    assert told == []
    assert report.checked["claims"] > 1


@pytest.mark.parametrize("possible", [False, True])
@pytest.mark.parametrize("file", VALID, ids=lambda file: file.name)
def test_a_valid_example_has_no_finding(file: Path, possible: bool) -> None:
    report = day(file, possible=possible)
    assert report.findings == ()
    assert report.checked["triples"] > 0


@pytest.mark.parametrize("file", INVALID, ids=lambda file: file.name)
def test_an_invalid_example_breaks_its_rule_and_no_other(file: Path) -> None:
    told = head(file)
    severity = Severity(told.get("severity", "violation"))
    report = day(file)
    assert [(one.rule, one.severity) for one in report.findings] == [(told["rule"], severity)]
    (finding,) = report.findings
    assert told["expect"] in f"{finding.message} {finding.remedy}"
    assert finding.remedy
    assert finding.at == told["at"]
    assert finding.graph == f"https://w3id.org/tenure/at/{told['at']}"
    assert report.conforms is (severity is Severity.WARNING)


@pytest.mark.parametrize("file", INVALID, ids=lambda file: file.name)
def test_a_finding_rests_on_all_claims_of_its_example(file: Path) -> None:
    (finding,) = day(file).findings
    lines = file.read_text(encoding="utf-8").splitlines()
    described = [line.split()[0] for line in lines if line.endswith(" a tn:Claim ;")]
    assert [f"claim:{local_name(one.iri)}" for one in finding.claims] == described
    for claim in finding.claims:
        assert claim.file == str(file)
        assert claim.line is not None
        assert lines[claim.line - 1] == f"claim:{local_name(claim.iri)} a tn:Claim ;"


def test_every_rule_has_an_example_that_breaks_it() -> None:
    assert {head(file)["rule"] for file in INVALID} == {rule for rule, _ in rules()}


@pytest.mark.parametrize(("rule", "messages"), rules())
def test_every_message_says_what_is_wrong_and_what_to_do(
    rule: str, messages: Sequence[str]
) -> None:
    (message,) = messages
    what, remedy = two_parts(message)
    assert what.endswith(".")
    assert remedy.endswith("."), rule
    assert remedy[0].isupper()


@pytest.mark.parametrize("file", INVALID, ids=lambda file: file.name)
def test_stock_pyshacl_finds_the_same(file: Path) -> None:
    """The shapes are plain SHACL: pySHACL alone, which asks node by node, agrees."""
    kb: KnowledgeBase = from_quads(given_facts([file]), Names())
    at = snapshot(SharedByDays(kb.world(), kb.registry.seats), kb.moment(at=head(file)["at"]))
    data = Store()
    data.extend(Quad(*triple) for triple in snapshot_triples(at))
    for part in ("entities", "ontology"):
        quads = kb.store.quads(kb.names.graph(part))
        data.extend(Quad(q.subject, q.predicate, q.object) for q in quads)
    shapes = Graph()
    for one in sorted((ONTOLOGY / "snapshots").glob("*.ttl")):
        shapes.parse(data=one.read_text(encoding="utf-8"), format="turtle")
    conforms, report, _ = pyshacl.validate(StockData(data), shacl_graph=shapes)
    assert not conforms
    assert isinstance(report, Graph)
    found = {
        report.value(result, SH.sourceConstraint) for result in report.objects(None, SH.result)
    }
    assert {local_name(str(rule)) for rule in found} == {head(file)["rule"]}
