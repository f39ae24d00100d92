"""What began and was ended on one day: a rule that gives way to what claims say is no conflict."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from tests.cases.conftest import Run, RunCase
from tests.cases.gazette import add

TEXT = "The gazette of officers\n\nOne. Two. Three. Four. Five. Six. Seven. Eight.\n"
NEW = """
  new entities:
    - person/pio: Pio Lasca
    - event/end: {kind: KIND, label: The end}
    - office/president: {label: President, officeOf: org/gaz, seats: 1}
"""
OF_PIO = "holder: person/pio, office: office/president"


def _claims(run: Run, claims: str, kind: str = "Resignation") -> Path:
    folder = run("true").folder
    (folder / "a.txt").write_text(TEXT, encoding="utf-8")
    first, *rest = claims.strip().split("\n- ")
    add(folder, "\n- ".join([first + NEW.replace("KIND", kind), *rest]))
    return folder


def _conflicts(run: Run) -> list[object]:
    found: list[object] = json.loads(run("tenure conflicts --facts f --format json").stdout)[
        "conflicts"
    ]
    return found


def _in_office(run: Run, day: str) -> str:
    done = run(f"tenure ask incumbents --at {day} --facts f --format csv")
    assert done.rc == 0, done.stderr
    rows = [line.split(",") for line in done.lines[1:]]
    return rows[0][2] if rows else "ruled out"


def test_a_president_of_45_minutes(run_case: RunCase, run: Run) -> None:
    outcome = run_case("06-one-day-tenure")
    assert outcome.rc == 0, outcome.stderr
    assert "conflict/" not in outcome.stdout
    assert _in_office(run, "1913-02-19") == "certain"
    assert _in_office(run, "1913-02-18") == "ruled out"
    assert _in_office(run, "1913-02-20") == "ruled out"
    assert "event/resignation  Resignation  1913-02-19  1913-02-19  certain" in outcome.stdout


ONE_CLAIM = f"""
- passage: One.
  statement: Pio Lasca took office on 3 May 1950 and was killed on that day.
  states:
    - event/end: {{killed: person/pio, date: 1950-05-03}}
    - tenure: {{{OF_PIO}, start: 1950-05-03, endedBy: event/end}}
"""
THREE_CLAIMS = f"""
- passage: One.
  statement: Pio Lasca took office on 3 May 1950.
  states:
    - tenure: {{{OF_PIO}, start: 1950-05-03}}
- passage: Two.
  statement: His term was ended by his killing.
  states:
    - event/end: {{killed: person/pio}}
    - tenure: {{{OF_PIO}, endedBy: event/end}}
- passage: Three.
  statement: He was killed on 3 May 1950.
  states:
    - event/end: {{killed: person/pio, date: 1950-05-03}}
"""


@pytest.mark.parametrize("claims", [ONE_CLAIM, THREE_CLAIMS])
def test_one_killed_on_his_first_day(run: Run, claims: str) -> None:
    _claims(run, claims, "Killing")
    assert _conflicts(run) == []
    assert _in_office(run, "1950-05-03") == "certain"
    assert _in_office(run, "1950-05-02") == "ruled out"
    assert _in_office(run, "1950-05-04") == "ruled out"
    assert run("tenure validate f --conflicts").rc == 0


def test_the_rule_holds_where_nothing_speaks_against_it(run: Run) -> None:
    """A default gives way in each use by itself: of two things that end, one is of that day."""
    _claims(
        run,
        f"""
- passage: One.
  statement: Pio Lasca took office on 3 May 1950.
  states:
    - tenure: {{{OF_PIO}, start: 1950-05-03, endedBy: event/end}}
    - membership: {{member: person/pio, organization: org/gaz, endedBy: event/end}}
- passage: Two.
  statement: It ended on 3 May 1950.
  states:
    - event/end: {{date: 1950-05-03}}
""",
    )
    assert _conflicts(run) == []
    assert _in_office(run, "1950-05-03") == "certain"
    held = run("tenure at 1950-05-02 --facts f").stdout
    assert "membership" in held
    assert "office/president" not in held


def test_what_contradicts_more_than_the_rule_is_still_a_conflict(run: Run) -> None:
    _claims(
        run,
        f"""
- passage: One.
  statement: Pio Lasca took office on 4 May 1950.
  states:
    - tenure: {{{OF_PIO}, start: 1950-05-04, endedBy: event/end}}
- passage: Two.
  statement: It ended on 3 May 1950.
  states:
    - event/end: {{date: 1950-05-03}}
""",
    )
    assert len(_conflicts(run)) == 1
