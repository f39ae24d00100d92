"""A death of no violence ends a life, and what was held in it; a date alone does too."""

from __future__ import annotations

from pathlib import Path

from tests.cases.conftest import Run, RunCase
from tests.cases.gazette import add

DIED = """
- passage: Two.
  statement: Ana was mayor.
  states:
    - tenure: {holder: person/ana, office: office/mayor, start: 2015}
    - person/ana: {diedOn: 2019-06-01}
  new entities:
    - person/ana: Ana
    - org/town: Town
    - office/mayor: {label: Mayor, officeOf: org/town, seats: 1}
"""


def test_the_case(run_case: RunCase) -> None:
    outcome = run_case("35-natural-death")
    assert outcome.rc == 0, outcome.stderr


def test_of_this_kind(run: Run, tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("The gazette of officers\n\nOne. Two. Three.", encoding="utf-8")
    add(tmp_path, DIED)
    outcome = run("tenure ask office-holders --office office/mayor --at 2019-06-02 --facts f")
    assert "person/ana" not in outcome.stdout
    outcome = run("tenure ask office-holders --office office/mayor --at 2018 --facts f")
    assert "person/ana" in outcome.stdout
