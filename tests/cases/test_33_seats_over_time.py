"""The number of seats of an office has its time: what is too many in one year is not in another."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.cases.conftest import Run, RunCase
from tests.cases.gazette import add

UNTIL_1989 = """
- passage: Two.
  statement: Until 1989 there were three commissioners.
  states:
    - seating: {seatingOf: office/commissioner, numberOfSeats: 3, end: 1989}
"""
ASK = (
    "tenure validate f; tenure ask over-occupied --facts f --format csv; tenure conflicts --facts f"
)
"""Every face that counts holders: the check of files, the question, the conflicts."""


def test_the_case(run_case: RunCase, run: Run) -> None:
    told = run_case("33-seats-over-time")
    assert "a claim of a tn:Seating says so" in told.stdout
    (told.folder / "more.yaml").write_text(UNTIL_1989, encoding="utf-8")
    said = run(f"tenure claim add gaz --text a.txt --facts f --from more.yaml; {ASK}")
    assert "no findings (2 files" in said.stdout
    assert "person/" not in said.stdout


HOLDERS = """
- passage: One.
  statement: There were commissioners.
  states:
    - tenure: {{holder: person/ana, office: office/commissioner, start: {0}-01-01, end: {0}-12-31}}
    - tenure: {{holder: person/ben, office: office/commissioner, start: {0}-02-01, end: {0}-12-31}}
    - seating: {{seatingOf: office/commissioner, numberOfSeats: {1}, {2}}}
  new entities:
    - person/ana: Ana
    - person/ben: Ben
    - org/town: Town
    - office/commissioner: {{label: Commissioner, officeOf: org/town{3}}}
"""


@pytest.mark.parametrize(
    ("year", "seats", "when", "registry", "certainty"),
    [
        pytest.param(1985, 1, "end: 1989", ", seats: 2", "possible", id="perhaps-one-by-then"),
        pytest.param(1985, 1, "start: 1980, end: 1989", ", seats: 2", "certain", id="fewer-then"),
        pytest.param(1991, 1, "start: 1980, end: 1989", ", seats: 2", None, id="more-afterwards"),
        pytest.param(1991, 2, "start: 1980, end: 1989", ", seats: 1", "certain", id="fewer-later"),
        pytest.param(1985, 2, "start: 1980", ", seats: 1", None, id="more-ever-since"),
        pytest.param(1985, 1, "heldOn: 1985-06-01", "", "certain", id="on-a-day"),
        pytest.param(1985, 1, "start: 1986", "", None, id="not-known-before"),
    ],
)
def test_of_this_kind(
    run: Run,
    tmp_path: Path,
    year: int,
    seats: int,
    when: str,
    registry: str,
    certainty: str | None,
) -> None:
    one_seat = certainty == "certain"
    (tmp_path / "a.txt").write_text("The gazette of officers\n\nOne. Two. Three.", encoding="utf-8")
    add(tmp_path, HOLDERS.format(year, seats, when, registry))
    said = run(ASK)
    assert ("SeatTaken" in said.stdout) == (certainty == "certain"), said.stdout
    assert ("certainly held one seat at a time" in said.stdout) == one_seat, said.stdout
    rows = [line for line in said.lines if line.startswith("office/") or "/id/office/" in line]
    assert [word for word in ("certain", "possible") for row in rows if word in row] == (
        [certainty] if certainty else []
    ), said.stdout
