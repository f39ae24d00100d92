"""Days as exactly as sources give them: sets, open stretches, instants, days far away."""

from __future__ import annotations

import csv
import io

from tests.cases.conftest import Run
from tests.cases.gazette import add

TEXT = "The gazette of officers\n\nOne. Two. Three. Four. Five. Six. Seven. Eight.\n"

CLAIMS = """
- passage: One.
  statement: It was struck at 00:47 in Baghdad.
  states:
    - event/strike: {date: "2020-01-03T00:47:00.250+03:00", place: place/rome}
  new entities:
    - event/strike: {kind: Attack, label: Strike}
    - place/rome: Rome
- passage: Two.
  statement: It was struck at 21:47 UTC.
  states:
    - event/strike: {date: "2020-01-02T21:47:00Z"}
- passage: Three.
  statement: They met in 1960 and in 1961.
  states:
    - event/council: {date: "{1960, 1961}", place: place/rome}
    - event/fair: {heldThroughout: "{1960, 1961}", place: place/rome}
    - event/vigil: {heldThroughout: "2011-05-01/", place: place/rome}
  new entities:
    - event/council: {kind: Meeting, label: Council}
    - event/fair: {kind: Event, label: Fair}
    - event/vigil: {kind: Protest, label: Vigil}
- passage: Four.
  statement: Long ago, and long from now.
  states:
    - event/ides: {date: "-0043-03-15", place: place/rome}
    - event/founding: {date: "-0752-04-21", place: place/rome}
    - event/impact: {date: "Y-66E6", place: place/rome}
    - event/end: {date: "Y1E12", place: place/rome}
    - event/bang: {date: "Y-13E9", place: place/rome}
  new entities:
    - event/ides: {kind: Killing, label: Ides of March}
    - event/founding: {kind: Event, label: Founding}
    - event/impact: {kind: Event, label: Impact}
    - event/end: {kind: Event, label: End}
    - event/bang: {kind: Event, label: Bang}
"""


def _rows(text: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(text)))


def _claims(run: Run, claims: str = CLAIMS) -> None:
    folder = run("true").folder
    (folder / "a.txt").write_text(TEXT, encoding="utf-8")
    add(folder, claims)


def _events(run: Run, when: str) -> dict[str, str]:
    rows = _rows(run(f"tenure ask events {when} --facts f --format csv").stdout)
    return {row["event"].rpartition("/")[2]: row["certainty"] for row in rows}


def test_an_instant_in_utc_agrees_with_the_local_day(run: Run) -> None:
    _claims(run)
    done = run("tenure conflicts --facts f --format json")
    assert '"conflicts": []' in done.stdout
    assert done.rc == 0
    assert _events(run, "--from 2020-01-03 --to 2020-01-03")["strike"] == "certain"
    assert "strike" not in _events(run, "--from 2020-01-02 --to 2020-01-02")


def test_all_members_of_a_set_and_the_first_day_of_an_open_stretch(run: Run) -> None:
    _claims(run)
    first = _events(run, "--from 1960-01-01 --to 1960-01-01")
    assert first == {"council": "possible", "fair": "certain", "vigil": "possible"}
    turn = _events(run, "--from 1960-12-31 --to 1960-12-31")
    assert turn == {"council": "certain", "fair": "certain", "vigil": "possible"}
    assert _events(run, "--from 2011-05-01 --to 2011-05-01")["vigil"] == "certain"
    assert _events(run, "--from 2011-05-02 --to 2011-05-02")["vigil"] == "possible"


def test_days_far_away_are_shown_and_all_stand_in_order(run: Run) -> None:
    _claims(run)
    rows = _rows(run("tenure ask history --entity place/rome --facts f --format csv").stdout)
    events = [row["thing"].rpartition("/")[2] for row in rows if row["what"] == "event"]
    assert events == [
        *("bang", "impact", "founding", "ides", "council", "fair", "vigil", "strike", "end")
    ]
    rows = _rows(run("tenure timeline place/rome --facts f --format csv").stdout)
    found = {row["situation"].rpartition("/")[2]: row for row in rows}
    assert found["impact"]["startEarliest"] == "-66000000-01-01"
    assert found["bang"]["endLatest"] == "-13000000000-12-31"
    assert "impact" not in _events(run, "--from 2020")
    assert _events(run, "--to=-0043-03-15").keys() >= {"impact", "founding", "ides"}
    assert "end" not in _events(run, "--to 2020")


def test_a_start_on_all_of_several_days_is_refused(run: Run) -> None:
    _claims(run)
    (run("true").folder / "two.yaml").write_text(
        """
- passage: Five.
  statement: It began in 1984 and in 1986.
  states:
    - event/strike: {start: "{1984, 1986}"}
""",
        encoding="utf-8",
    )
    done = run("tenure claim add gaz --text a.txt --facts f --from two.yaml")
    assert done.rc == 2
    assert "{1984, 1986}" in done.stderr
