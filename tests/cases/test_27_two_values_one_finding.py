"""Every faulty value is a finding of its own, in whatever form the report is written."""

from __future__ import annotations

import json

from pyoxigraph import Literal, NamedNode, RdfFormat, parse
from tests.cases.conftest import Run, RunCase

SH = "http://www.w3.org/ns/shacl#"
PLACES = [(4, 37), (5, 5)]
DATA = """
@prefix ex: <http://example.org/ns#> .
ex:a a ex:W ; ex:c "one" , "one"@en ,
  "two" ; ex:e [ ex:f "three" ] , "four" .
"""
SHAPES = """
@prefix ex: <http://example.org/ns#> .
@prefix sh: <http://www.w3.org/ns/shacl#> .
ex:S a sh:NodeShape ; sh:targetSubjectsOf ex:c ; sh:targetObjectsOf ex:e ;
  sh:property [ sh:path ex:c ; sh:nodeKind sh:IRI ; sh:message "Not so." ] ;
  sh:property [ sh:path ex:f ; sh:nodeKind sh:IRI ; sh:message "Not so." ] ;
  sh:nodeKind sh:BlankNodeOrIRI .
"""


def test_the_case(run_case: RunCase) -> None:
    found = [one for one in run_case("27-two-values-one-finding").lines if "violation: " in one]
    assert [one.split(": ")[1] for one in found] == [f"d.ttl:{line}:{at}" for line, at in PLACES]


def test_the_case_in_other_formats(run_case: RunCase, run: Run) -> None:
    run_case("27-two-values-one-finding")
    found = json.loads(run("tenure validate d.ttl --format json").stdout)["findings"]
    assert [(one["line"], one["column"]) for one in found] == PLACES
    log = json.loads(run("tenure validate d.ttl --format sarif").stdout)
    regions = [
        one["locations"][0]["physicalLocation"]["region"] for one in log["runs"][0]["results"]
    ]
    assert [(one["startLine"], one["startColumn"]) for one in regions] == PLACES
    report = parse(run("tenure validate d.ttl --format ttl").stdout, RdfFormat.TURTLE)
    values = {one.object for one in report if one.predicate == NamedNode(SH + "value")}
    assert values == {Literal("Bob"), Literal("Rob")}


def test_values_of_ones_own_shapes(run: Run) -> None:
    done = run(
        f"cat > d.ttl <<'E'{DATA}E\ncat > s.ttl <<'E'{SHAPES}E\n"
        "tenure validate d.ttl --shapes s.ttl"
    )
    found = [one.split(": ")[1] for one in done.lines if one.endswith("unnamed)")]
    assert found == ["d.ttl:2:20", "d.ttl:2:28", "d.ttl:3:3", "d.ttl:3:23"]
    assert any("d.ttl:3:35" in one for one in done.lines), "the literal that is a focus node"
