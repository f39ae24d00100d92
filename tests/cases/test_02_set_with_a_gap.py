"""Dates with holes and defaults that give way, as the commands tell of them."""

from __future__ import annotations

from pathlib import Path

from tests.cases.conftest import Run, RunCase
from tests.cases.gazette import add

TEXT = "The gazette of officers\n\nOne. Two. Three."
DRAFTS = """
- passage: One.
  statement: The council met in 1667 or in 1670.
  states:
    - event/council: {date: "[1667, 1670]"}
  new entities:
    - event/council: {kind: Meeting, label: Meeting of the council}
- passage: Two.
  statement: Ada was governor until she was voted out at the council.
  states:
    - tenure: {holder: person/ada, office: office/governor, start: 1660, endedBy: event/council}
  new entities:
    - person/ada: Ada
    - office/governor: {label: Governor, officeOf: org/gaz, seats: 1}
- passage: Three.
  statement: A fair was held on a Christmas day of the sixties.
  states:
    - event/fair: {date: "166X-12-25"}
  new entities:
    - event/fair: {kind: Event, label: Fair}
"""


def test_the_case(run_case: RunCase) -> None:
    outcome = run_case("02-set-with-a-gap")
    assert outcome.rc == 0, outcome.stderr
    assert "Meeting" not in outcome.stdout


def test_a_tenure_of_one_day(run_case: RunCase) -> None:
    """The rule that what is ended had begun before gives way, and nothing contradicts anything."""
    outcome = run_case("06-one-day-tenure")
    assert "contested" not in outcome.stdout.partition("office")[0]
    assert "certain" in next(line for line in outcome.lines if "pio-lasca  " in line)
    assert "1913-02-19" in next(line for line in outcome.lines if "Resignation" in line)


def test_of_this_kind(run: Run, tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text(TEXT, encoding="utf-8")
    add(tmp_path, DRAFTS)
    held = "tenure ask office-holders --office office/governor --facts f --format csv"
    assert "certain" in run(f"{held} --at 1666-06-01").stdout
    assert "possible" in run(f"{held} --at 1668-06-01").stdout
    assert "person/ada" not in run(f"{held} --at 1671-01-01").stdout
    assert "person/ada" in run(f"{held} --at 1670-06-01").stdout
    assert "event/council" not in run("tenure at 1668-06-01 --possible --facts f").stdout
    assert "event/council" in run("tenure at 1670-06-01 --possible --facts f").stdout
    assert "event/fair" in run("tenure at 1663-12-25 --possible --facts f").stdout
    assert "event/fair" not in run("tenure at 1663-12-26 --possible --facts f").stdout
    told = run("tenure explain event/council --facts f").stdout
    assert "Reads [1667, 1670] as 1667." in told
    assert "contested" not in told
