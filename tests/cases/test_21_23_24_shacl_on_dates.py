"""Dates of every year that XML Schema knows are dates to SHACL, and come in their order."""

from __future__ import annotations

import pytest
from tests.cases.conftest import Run, RunCase

SHAPES = """
@prefix ex: <http://example.org/ns#> .
@prefix sh: <http://www.w3.org/ns/shacl#> .
@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
ex:S a sh:NodeShape ; sh:targetClass ex:W ; sh:property ex:D .
ex:D sh:path ex:s ; {constraint} .
"""
DATA = """
@prefix ex: <http://example.org/ns#> .
@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
ex:a a ex:W ; {statements} .
"""


def findings(run: Run, constraint: str, statements: str) -> int:
    """How many there are when the shape is asked of the node."""
    shapes, data = SHAPES.format(constraint=constraint), DATA.format(statements=statements)
    done = run(
        f"cat > s.ttl <<'E'\n{shapes}\nE\ncat > d.ttl <<'E'\n{data}\nE\n"
        "tenure validate d.ttl --shapes s.ttl"
    )
    assert done.rc in (0, 1), done.stderr
    return sum(line.startswith("violation: ") for line in done.lines)


@pytest.mark.parametrize("case", ["21-shacl-bce-date", "23-shacl-lessthan-bce"])
def test_the_cases(run_case: RunCase, case: str) -> None:
    done = run_case(case)
    assert done.lines[-1] == "rc=0"
    assert done.lines[0].startswith("no findings")


def test_the_case_of_a_date_with_a_time(run_case: RunCase) -> None:
    found = [one for one in run_case("24-shacl-date-with-time").lines if "violation: " in one]
    assert [one.split(": ")[1] for one in found] == ["data.ttl:4:20", "data.ttl:5:20"]


def test_many_constraints_at_once(run: Run) -> None:
    """One run, for each takes seconds: of each line the last value alone is wrong."""
    assert (
        findings(
            run,
            "sh:datatype xsd:dateTime ; sh:lessThan ex:e",
            'ex:s "2024-01-01T24:00:00Z"^^xsd:dateTime , "-0044-03-15T00:00:00"^^xsd:dateTime ;'
            'ex:e "2024-01-02T00:00:01Z"^^xsd:dateTime',
        )
        == 0
    )


def test_a_moment_with_a_zone_and_one_without_are_not_ordered(run: Run) -> None:
    statements = (
        'ex:s "2024-01-01T20:00:00"^^xsd:dateTime , "2024-01-01"^^xsd:date ;'
        'ex:e "2024-01-02T00:00:00Z"^^xsd:dateTime'
    )
    assert findings(run, "sh:lessThan ex:e", statements) == 2
