"""A claim that contradicts itself is refused wherever it comes in; two claims may disagree."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.cases.conftest import Run, RunCase
from tests.cases.gazette import add

from tenure.errors import BadInput

SOURCE = (
    "mkdir -p f; touch f/entities.ttl; tenure source add gaz --publisher org/gaz "
    "--publisher-name Gazette --published 2021-05-12 --title Officers --text a.txt --facts f; "
)
ADD = "tenure claim add gaz --text a.txt --facts f --from claims.yaml"
TENURE = "tenure: {holder: person/ana, office: office/chair"
HEAD = """- passage: One.
  statement: Ana was chair.
"""
TAIL = """
  new entities:
    - person/ana: Ana
    - office/chair: {label: Chair, officeOf: org/gaz, seats: 1}
    - event/fall: {kind: Resignation, label: Resignation of Ana}
    - event/hearing: {kind: Meeting, label: Hearing of Ana}
    - event/rise: {kind: Appointment, label: Appointment of Ana}
"""

CONTRADICTIONS = {
    "an end before its start": f"- {TENURE}, start: 2010, end: 2009-12-31}}",
    "two starts": f"- {TENURE}, start: 1984}}\n    - {TENURE}, start: 1986}}",
    "two ends": f"- {TENURE}, end: 1984-05}}\n    - {TENURE}, end: 1984-06}}",
    "two dates": "- event/fall: {date: 2010}\n    - event/fall: {date: 2011}",
    "held before it began": f"- {TENURE}, start: 2010, heldOn: 2009}}",
    "ended by what was before": "- event/fall: {date: 2009}\n"
    f"    - {TENURE}, start: 2010, endedBy: event/fall}}",
    "started after it was ended": "- event/fall: {date: 2010-05-02}\n"
    "    - event/rise: {date: 2010-05-03}\n"
    f"    - {TENURE}, startedBy: event/rise, endedBy: event/fall}}",
    "each after the other": "- event/fall: {after: event/rise}\n"
    "    - event/rise: {after: event/fall}",
    "before and after": "- event/fall: {after: event/rise, before: event/rise}",
    "a circle of three": "- event/fall: {after: event/rise}\n"
    "    - event/rise: {after: event/hearing}\n"
    "    - event/hearing: {after: event/fall}",
    "over before it began": "- event/fall: {before: event/rise}\n"
    f"    - {TENURE}, startedBy: event/rise, endedBy: event/fall}}",
    "after what it was in": "- event/fall: {after: event/rise, during: event/rise}",
    "shorter than its dates": f"- {TENURE}, start: 2010-01-01, end: 2010-03-01, lastedDays: 5}}",
}
SOUND = {
    "ended on the day it began": "- event/fall: {date: 2010-05-03}\n"
    f"    - {TENURE}, start: 2010-05-03, endedBy: event/fall}}",
    "begun and ended by one event": f"- {TENURE}, startedBy: event/rise, endedBy: event/rise}}",
    "within each other": "- event/fall: {during: event/rise}\n"
    "    - event/rise: {during: event/fall}",
    "in a row on one day": "- event/rise: {date: 2010-05-03, before: event/fall}\n"
    "    - event/fall: {date: 2010-05-03}\n"
    f"    - {TENURE}, startedBy: event/rise, endedBy: event/fall}}",
    "one of two years": f'- {TENURE}, start: "[1984, 1986]"}}',
    "a year and a month in it": f"- {TENURE}, start: 1984}}\n    - {TENURE}, start: 1984-05}}",
    "held twice": f"- {TENURE}, heldOn: 2010}}\n    - {TENURE}, heldOn: 2012}}",
    "about the same time": f"- {TENURE}, start: 2010~, end: 2009}}",
}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "a.txt").write_text("The gazette of officers\n\nOne. Two. Three.\n")
    return tmp_path


def test_the_case(run_case: RunCase) -> None:
    outcome = run_case("14-yaml-set-as-list")
    assert 'start: "[1984, 1986]"' in outcome.stderr
    assert "claims.yaml:7:16" in outcome.stderr
    assert "conflict/" not in outcome.stdout
    assert not (outcome.folder / "f" / "gaz.trig").read_text().count("claim:")


@pytest.mark.parametrize("states", CONTRADICTIONS.values(), ids=CONTRADICTIONS)
def test_refused(folder: Path, states: str) -> None:
    with pytest.raises(BadInput, match="contradicts itself"):
        add(folder, f"{HEAD}  states:\n    {states}{TAIL}")
    assert "a tn:Claim" not in (folder / "f" / "gaz.trig").read_text()
    assert "person:ana" not in (folder / "f" / "entities.ttl").read_text()


def test_told_as_past_and_yet_to_come(folder: Path) -> None:
    with pytest.raises(BadInput, match="contradicts itself"):
        add(folder, f"{HEAD}  tense: past\n  states:\n    - {TENURE}, end: 2030}}{TAIL}")


@pytest.mark.parametrize("states", SOUND.values(), ids=SOUND)
def test_taken(folder: Path, states: str) -> None:
    add(folder, f"{HEAD}  states:\n    {states}{TAIL}")
    assert "a tn:Claim" in (folder / "f" / "gaz.trig").read_text()


def test_found_in_files(run: Run, folder: Path) -> None:
    (folder / "claims.yaml").write_text(
        f"{HEAD}  states:\n    - {TENURE}, start: 2010, end: 2012}}{TAIL}"
    )
    outcome = run(
        f'{SOURCE}{ADD} && sed -i \'s/tn:end "2012"/tn:end "2002"/\' f/gaz.trig && '
        "tenure validate f"
    )
    assert outcome.rc == 1
    assert "(ClaimContradictsItself)" in outcome.stdout
    assert "f/gaz.trig:" in outcome.stdout


def test_refused_over_http(run: Run, repo_root: Path, tmp_path: Path) -> None:
    example = repo_root / "ontology/examples/invalid/claim-that-contradicts-itself.trig"
    text = example.read_text().partition("claim:1 {")[0]
    tenure = "<https://w3id.org/tenure/id/tenure/a--b> a tn:Tenure"
    dates = 'tn:start "1912"^^edtf:EDTF ; tn:end "1911"^^edtf:EDTF'
    (tmp_path / "claim.trig").write_text(f"{text}claim:1 {{ {tenure} ; {dates} . }}")
    outcome = run(
        'curl -s -w "%{http_code}" -H "Authorization: Bearer $KEY" '
        '-H "Content-Type: application/trig" --data-binary @claim.trig $B/claims'
    )
    assert outcome.stdout.endswith("422"), outcome.stdout
    assert "ClaimContradictsItself" in outcome.stdout
