"""What writing commands say: all faults of a file at once, and what it did to the world."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.cases.conftest import Run

SOURCE = (
    "mkdir -p f; touch f/entities.ttl; tenure source add gaz --publisher org/gaz "
    "--publisher-name Gazette --published 2021-05-12 --title Officers --text a.txt --facts f && "
)
ADD = "tenure claim add gaz --text a.txt --facts f --from claims.yaml"
FAULTY = """- passage: One.
  statement: Ana was chair.
  colour: red
  tense: pastt
  states:
    - tenure: {holder: person/ana, office: office/chair, start: present, end: 44 BC}
    - tenures: {holder: person/ana, office: office/chair}
  new entities:
    - person/ana: Ana
    - office/chair: {label: Chair, officeOf: org/gaz, seats: one}
- passage: Fifteen.
  statement: Ben was chair.
  states:
    - tenure: {holder: person/nobody, office: office/chair, start: [1984, 1986]}
- pasage: Two.
  statement: Ana.
  states: {a: b}
"""
TWICE = """- passage: One.
  statement: Ana was chair in 1990.
  states:
    - tenure: {holder: person/ana, office: office/chair, start: 1990, end: 1991}
  new entities:
    - person/ana: Ana
    - office/chair: {label: Chair, officeOf: org/gaz, seats: 1}
"""
AGAIN = """- passage: Two.
  statement: Ana was chair from 1995.
  states:
    - tenure: {holder: person/ana, office: office/chair, start: 1995}
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "a.txt").write_text("The gazette of officers\n\nOne. Two. Three.\n")
    return tmp_path


def test_all_faults_of_a_file_at_once(run: Run, folder: Path) -> None:
    (folder / "claims.yaml").write_text(FAULTY)
    outcome = run(f"{SOURCE}{ADD}")
    assert outcome.rc == 2
    for place, what in (
        ("3:11", "no part 'colour'"),
        ("6:", "tense: present"),
        ("6:", "-0043"),
        ("7:", "no class 'tenures'"),
        ("10:", "whole number"),
        ("11:3", "do not occur"),
        ("14:24", "no entity 'person/nobody'"),
        ("14:", '"[1984, 1986]"'),
        ("15:11", "no part 'pasage'"),
        ("17:", "as names and values"),
    ):
        lines = [one for one in outcome.stderr.splitlines() if what in one]
        assert [one.strip() for one in lines if one.strip().startswith(f"claims.yaml:{place}")], (
            what
        )
    assert "cannot be 'pastt'" in outcome.stderr
    assert "a tn:Claim" not in (folder / "f" / "gaz.trig").read_text()
    assert "person:ana" not in (folder / "f" / "entities.ttl").read_text()


def test_what_it_did_to_the_world(run: Run, folder: Path) -> None:
    (folder / "claims.yaml").write_text(TWICE)
    first = run(f"{SOURCE}{ADD}")
    assert first.rc == 0, first.stderr
    assert "conflict" not in first.stdout
    (folder / "claims.yaml").write_text(AGAIN)
    second = run(ADD)
    assert second.rc == 0
    assert "(time, contested): claim/gaz/3-1 contradicts claim/gaz/2-1." in second.stdout
    assert "The dates cannot be those of tenure/ana--chair." in second.stdout
    assert "it is tenure/ana--chair--2." in second.stdout
    told = next(one for one in second.lines if one.startswith("conflict/")).split()[0]
    assert told in run("tenure conflicts --facts f").stdout


def test_the_next_stretch_is_written_on_request(run: Run, folder: Path) -> None:
    (folder / "claims.yaml").write_text(TWICE)
    assert run(f"{SOURCE}{ADD}").rc == 0
    (folder / "claims.yaml").write_text(AGAIN)
    done = run(f"{ADD} --next-stretch")
    assert done.rc == 0, done.stderr
    assert "of tenure/ana--chair--2: the dates cannot be those of tenure/ana--chair" in done.stdout
    assert "conflict" not in done.stdout
    assert "tenure:ana--chair--2 a tn:Tenure" in (folder / "f" / "gaz.trig").read_text()
    assert run("tenure validate f --conflicts").rc == 0
    held = run("tenure ask offices-held --person person/ana --facts f --format csv")
    assert len(held.lines) == 3


def test_what_corrections_did_to_the_world(run: Run, folder: Path) -> None:
    (folder / "claims.yaml").write_text(TWICE + AGAIN)
    made = run(f"{SOURCE}{ADD}")
    told = next(one for one in made.lines if one.startswith("conflict/")).split()[0]
    (folder / "new.yaml").write_text(AGAIN.replace("Two", "Three").replace("1995", "1996"))
    supersede = "tenure claim supersede gaz/3-1 --text a.txt --facts f --message Misread --from "
    done = run(f"{supersede}new.yaml")
    assert done.rc == 0, done.stderr
    assert f"{told} (time) ended: claim/gaz/2-1, claim/gaz/3-1." in done.stdout
    assert "(time, contested): claim/gaz/4-1 contradicts claim/gaz/2-1." in done.stdout
    anew = next(one for one in done.lines if "contradicts" in one).split()[0]
    gone = run("tenure claim retract gaz/4-1 --facts f --message Misread")
    assert gone.rc == 0, gone.stderr
    assert f"{anew} (time) ended: claim/gaz/2-1, claim/gaz/4-1." in gone.stdout


def test_a_supersession_into_a_store(run: Run, folder: Path) -> None:
    (folder / "claims.yaml").write_text(TWICE)
    (folder / "new.yaml").write_text(AGAIN)
    supersede = "tenure claim supersede gaz/2-1 --text a.txt --from new.yaml"
    done = run(f"{SOURCE}{ADD} && tenure load --facts f --store s && {supersede} --store s")
    assert done.rc == 0, done.stderr
    assert {"added: claim/gaz/3-1", "retracted: claim/gaz/2-1"} <= set(done.lines)
    text = (folder / "f" / "gaz.trig").read_text()
    tried = run(f"{supersede} --facts f --dry-run")
    assert "would be done: " in tried.stdout
    assert "added: claim/gaz/3-1" in tried.lines
    assert (folder / "f" / "gaz.trig").read_text() == text
    held = run("tenure ask offices-held --person person/ana --store s --format csv")
    assert ",1995," in held.stdout
    assert "1990" not in held.stdout


def test_a_supersession_by_the_next_stretch_into_a_store(run: Run, folder: Path) -> None:
    (folder / "claims.yaml").write_text(TWICE + AGAIN.replace("1995", "1990"))
    (folder / "new.yaml").write_text(AGAIN)
    supersede = "tenure claim supersede gaz/3-1 --text a.txt --from new.yaml --next-stretch"
    made = run(
        f"{SOURCE}{ADD} && tenure load --facts f --store s && {supersede} --facts f --dry-run"
    )
    assert made.rc == 0, made.stderr
    moved = "    of tenure/ana--chair--2: the dates cannot be those of tenure/ana--chair"
    assert moved in made.lines
    done = run(f"{supersede} --store s")
    assert {"added: claim/gaz/3-2", moved, "retracted: claim/gaz/3-1"} <= set(done.lines)
    held = run("tenure ask offices-held --person person/ana --store s --format csv")
    assert len(held.lines) == 3
    assert not [line for line in done.lines if line.startswith("conflict/")]


def test_a_new_office_by_options_is_of_an_organization(run: Run, folder: Path) -> None:
    add = (
        "tenure claim add gaz --text a.txt --facts f --passage One. --statement 'Ana was chair.' "
        "--kind Tenure --subject person/ana --object office/chair --new person/ana=Ana "
        "--new office/chair=Chair "
    )
    assert run(f"{SOURCE}true").rc == 0
    for wrong, told in (
        ("office/chain:seats=1", "'office/chain' is no entity that is new here"),
        ("seats=1", "SLUG:NAME=VALUE"),
        ("office/chair:seats", "office/an-office:officeOf=org/an-organization"),
        ("office/chair:seets=1", "'seets'"),
    ):
        refused = run(f"{add} --new-set {wrong}")
        assert refused.rc == 2
        assert told in refused.stderr
    bare = run(f"{add.partition(' --new ')[0]} --new-set office/chair:seats=1")
    assert "--new makes; none is made here." in bare.stderr
    lacking = run(add.replace("--object office/chair", ""))
    assert "Add office: and a slug (as an option: --object)." in lacking.stderr
    done = run(f"{add} --new-set office/chair:officeOf=org/gaz --new-set office/chair:seats=1")
    assert done.rc == 0, done.stderr
    registry = (folder / "f" / "entities.ttl").read_text()
    assert "tn:officeOf org:gaz" in registry
    assert "tn:seats 1" in registry


def test_all_faults_of_a_supersession_at_once(run: Run, folder: Path) -> None:
    (folder / "claims.yaml").write_text(TWICE)
    (folder / "faulty.yaml").write_text(FAULTY)
    supersede = "tenure claim supersede gaz/2-1 --text a.txt --facts f --from faulty.yaml "
    outcome = run(f"{SOURCE}{ADD} && {supersede} --message ' '")
    assert outcome.rc == 2
    for what in ("The message is empty", "no part 'colour'", "no class 'tenures'", "not occur"):
        assert what in outcome.stderr
    assert "retractedAt" not in (folder / "f" / "gaz.trig").read_text()
