"""An end that a source only plans makes nothing certain; one that is over does."""

from __future__ import annotations

import csv
from pathlib import Path

from tests.cases.conftest import Run, RunCase
from tests.cases.gazette import add

import tenure

TERM = """
- id: {bioguide: B000001}
  name: {first: Ada, last: Brook}
  terms:
  - {type: prez, start: '2009-01-20', end: '2013-01-20', party: Whig, how: election}
"""

SAID = """
- passage: One.
  statement: Ana is mayor from 2020 until 2024.
  states:
    - tenure: {holder: person/ana, office: office/mayor, start: 2020-01-01, end: 2024-06-30}
  new entities:
    - person/ana: Ana
    - org/town: Town
    - office/mayor: {label: Mayor, officeOf: org/town, seats: 1}
    - office/clerk: {label: Clerk, officeOf: org/town, seats: 1}
- passage: Two.
  statement: Ana took office as clerk on 1 May 2021 for four years.
  states:
    - tenure: {holder: person/ana, office: office/clerk, start: 2021-05-01, lastedDays: 1461}
"""

TOLD_AS_PAST = """
- passage: One.
  statement: Ana was mayor until 2024.
  tense: Past
  states:
    - tenure: {holder: person/ana, office: office/mayor, end: 2024-06-30}
"""


def surely(run: Run, office: str, at: str, *more: str) -> list[str]:
    outcome = run(
        f"tenure ask office-holders --office {office} --at {at} --facts f --format csv"
        f" {' '.join(more)}"
    )
    return [row["certainty"] for row in csv.DictReader(outcome.stdout.splitlines())]


def test_the_case(run_case: RunCase) -> None:
    outcome = run_case("37-scheduled-end")
    (row,) = (line for line in outcome.lines if line.startswith("office/"))
    assert "person/ada-brook" in row
    assert " certain " not in row
    # What comes last looks for a statement that the term was served, and finds none.
    assert outcome.rc == 1
    assert "was President" not in outcome.stdout


def test_a_later_state_vouches_for_what_the_first_one_planned(run: Run, tmp_path: Path) -> None:
    (tmp_path / "states").mkdir()
    for instant in ("2009-02-01T120000_aaaaaaa", "2021-02-01T120000_bbbbbbb"):
        (tmp_path / "states" / f"{instant}.yaml").write_text(TERM, encoding="utf-8")
    (tmp_path / "f").mkdir()
    assert run("tenure import us-executive states --facts f").rc == 0
    office, then = "office/us-president", "--known-at 2010-01-01T00:00:00Z"
    assert surely(run, office, "2012-06-01") == ["certain"]
    assert surely(run, office, "2013-06-01") == []
    assert surely(run, office, "2009-01-31", then) == ["certain"]
    assert surely(run, office, "2012-06-01", then) != ["certain"]
    assert surely(run, office, "2013-06-01", then) == ["possible"]


def test_dates_and_durations_after_the_publication(run: Run, tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("The gazette of officers\n\nOne. Two. Three.", encoding="utf-8")
    add(tmp_path, SAID)  # the gazette is of 12 May 2021
    for office in ("office/mayor", "office/clerk"):
        assert surely(run, office, "2021-05-12") == ["certain"]
        assert surely(run, office, "2023-05-12") not in (["certain"], [])
        assert surely(run, office, "2031-05-12") == ["possible"]
    planned = run("tenure explain tenure/ana--mayor --facts f").stdout
    assert "Last day as planned: on 30 June 2024" in planned


def test_what_is_told_as_past_and_lies_later_is_refused(run: Run, tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("The gazette of officers\n\nOne. Two. Three.", encoding="utf-8")
    add(tmp_path, SAID)
    (tmp_path / "more.yaml").write_text(TOLD_AS_PAST, encoding="utf-8")
    outcome = run("tenure claim add gaz --text a.txt --facts f --from more.yaml")
    assert outcome.rc != 0
    assert "contradicts itself" in outcome.stderr


def test_who_is_planned_to_stay_is_presumed_to_at_every_face(run: Run, tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("The gazette of officers\n\nOne. Two. Three.", encoding="utf-8")
    add(tmp_path, SAID)
    assert surely(run, "office/mayor", "2024-06-30") == ["presumed"]
    assert surely(run, "office/mayor", "2024-07-01") == ["possible"]
    assert surely(run, "office/mayor", "2024-06", "--degree", "presumed") == ["presumed"]
    assert surely(run, "office/mayor", "2024-06-30", "--degree", "certain") == []
    assert surely(run, "office/mayor", "2024-07-01", "--degree", "presumed") == []
    assert "person/ana" in run("tenure at 2024-06-30 --degree presumed --facts f").stdout
    assert "person/ana" not in run("tenure at 2024-06-30 --facts f").stdout
    assert "presumed" in run("tenure explain tenure/ana--mayor --at 2024-01-01 --facts f").stdout
    changed = run("tenure diff 2021-05-10 2024-01-01 --facts f").stdout
    assert "ana--mayor" not in changed
    with tenure.open(tmp_path / "f") as kb:
        (row,) = kb.ask("office-holders", office="office/mayor", at="2024-01-01")
        assert (row.certainty, row.lastWordSource) == ("presumed", "source/gaz")
        assert str(row.lastWord) == "2021-05-12"
        assert not kb.ask(
            "office-holders", office="office/mayor", at="2024-01-01", degree="certain"
        )


def test_a_capacity_or_degree_that_is_none_is_named(run: Run, tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("The gazette of officers\n\nOne. Two. Three.", encoding="utf-8")
    add(tmp_path, SAID)
    outcome = run("tenure at 2024-06-30 --degree likely --facts f")
    assert outcome.rc == 2
    assert "Choose certain, presumed or possible" in outcome.stderr
