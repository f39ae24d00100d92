"""The commands of the two clocks, and the corrections."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

Run = Callable[..., Any]
PERSON = """\
- id: {bioguide: B1}
  name: {first: Ada, last: Brook}
  terms:
  - {type: prez, start: '1950-01-20', end: '1954-01-20', party: Whig, how: election}
"""


@pytest.fixture
def imported(run: Run, tmp_path: Path) -> Path:
    """A folder of facts with two states of a data set."""
    states, facts = tmp_path / "states", tmp_path / "facts"
    states.mkdir()
    facts.mkdir()
    for name, text in (
        ("2020-01-01T000000_aaaaaaa.yaml", PERSON),
        ("2021-01-01T000000_bbbbbbb.yaml", PERSON.replace("1954-01-20", "1953-06-01")),
    ):
        (states / name).write_text(text, encoding="utf-8")
    result = run("import", "us-executive", states, "--facts", facts)
    assert result.exit_code == 0, result.output
    assert [line.split()[1:] for line in result.stdout.splitlines()[1:]] == [["2", "0"], ["1", "1"]]
    return facts


def test_history_lists_and_narrows(run: Run, imported: Path) -> None:
    result = run("history", "--facts", imported)
    assert [line.split()[0] for line in result.stdout.splitlines()[1:]] == [
        "2020-01-01T00:00:00Z",
        "2021-01-01T00:00:00Z",
    ]
    assert "State bbbbbbb of the data set" in result.stdout
    told = json.loads(run("history", "--facts", imported, "--format", "json").stdout)["revisions"]
    assert [len(one["added"]) for one in told] == [2, 1]
    early = run("history", "--facts", imported, "--known-at", "2020-12-31T22:59:59-01:00")
    assert [line.split()[0] for line in early.stdout.splitlines()[1:]] == ["2020-01-01T00:00:00Z"]
    before = run("history", "--facts", imported, "--known-at", "2019-01-01T00:00:00Z")
    assert before.exit_code == 2
    assert "the first revision is of 2020-01-01T00:00:00Z" in before.stderr
    wrong = run("history", "--facts", imported, "--source", "us-exective")
    assert wrong.exit_code == 2
    assert "us-executive" in wrong.stderr


def test_learned_goes_by_recorded_time_and_diff_by_valid_time(run: Run, imported: Path) -> None:
    between = ("2020-06-01T00:00:00Z", "2021-06-01T00:00:00Z")
    result = run("history", "diff", *between, "--facts", imported)
    assert [line.split()[0] for line in result.stdout.splitlines()[1:]] == ["added", "retracted"]
    assert "1953-06-01" in result.stdout
    as_json = run("history", "diff", *between, "--facts", imported, "--format", "json")
    told = json.loads(as_json.stdout)
    assert [len(told[name]) for name in ("added", "retracted", "addedAndRetracted")] == [1, 1, 0]
    days = run("diff", "1953-01-01", "1953-12-31", "--facts", imported)
    assert "ended" in days.stdout
    then = run(
        *("diff", "1953-01-01", "1953-12-31", "--facts", imported),
        *("--known-at", "2020-06-01T00:00:00Z"),
    )
    assert "ended" not in then.stdout
    mixed = run("history", "diff", "1953-01-01", "1953-12-31", "--facts", imported)
    assert mixed.exit_code == 2
    assert "valid time" in mixed.stderr


def test_the_former_name_of_history_diff_still_works(run: Run, imported: Path) -> None:
    words = ("2020-06-01T00:00:00Z", "2021-06-01T00:00:00Z", "--facts", imported)
    former, now = run("learned", *words), run("history", "diff", *words)
    assert former.stdout == now.stdout
    assert former.exit_code == now.exit_code == 0
    assert former.stderr == "note: tenure learned is deprecated; write tenure history diff.\n"
    assert not now.stderr


def test_a_known_at_before_anything_names_the_first_instant(run: Run, imported: Path) -> None:
    result = run("at", "1951-01-01", "--facts", imported, "--known-at", "2019-01-01T00:00:00Z")
    assert result.exit_code == 2
    assert "2020-01-01T00:00:00Z" in result.stderr


def test_a_claim_is_retracted(run: Run, imported: Path) -> None:
    words = ("claim", "retract", "us-executive/3", "--message", "Doubtful", "--by", "Eva Dale")
    result = run(*words, "--facts", imported)
    assert result.exit_code == 0, result.output
    assert "\nretracted: claim/us-executive/3\n" in result.stdout
    assert result.stdout.splitlines()[-1].endswith(", by Eva Dale")
    again = run(*words, "--facts", imported)
    assert again.exit_code == 2
    assert "retracted already" in again.stderr
    assert "Eva Dale" in run("history", "--facts", imported).stdout


def test_an_import_fills_a_store_that_is_empty_only(
    run: Run, imported: Path, tmp_path: Path
) -> None:
    states, store = tmp_path / "states", tmp_path / "store"
    assert run("import", "table", states, "--source", "s", "--store", store).exit_code == 2
    assert not store.exists()
    result = run("import", "us-executive", states, "--store", store)
    assert result.exit_code == 0, result.output
    assert "State aaaaaaa" in run("history", "--store", store).stdout
    again = run("import", "us-executive", states, "--store", store)
    assert again.exit_code == 2
    assert "--facts" in again.stderr
    both = run("import", "us-executive", states, "--store", store, "--facts", imported)
    assert both.exit_code == 0, both.output


def test_a_claim_is_superseded(run: Run, tmp_path: Path, repo_root: Path) -> None:
    facts = tmp_path / "copy"
    facts.mkdir()
    examples = repo_root / "ontology" / "examples"
    shutil.copyfile(examples / "entities.ttl", facts / "entities.ttl")
    text = tmp_path / "text.txt"
    text.write_text("Ada Brook is harbour master.\n", encoding="utf-8")
    new = tmp_path / "new.yaml"
    new.write_text(
        "passage: is harbour master\nstatement: She held the office in 1921.\nstates:\n"
        "  - tenure: {holder: person/ada-brook, office: office/harbour-master, heldOn: 1921}\n",
        encoding="utf-8",
    )
    common = ("--text", text, "--facts", facts)
    for words in (
        ("source", "add", "s1", "--publisher", "org/lowmoor-gazette", "--published", "1921-05-04"),
        ("claim", "add", "s1", "--from", new),
        ("claim", "supersede", "s1/1-1", "--from", new, "--message", "Told better"),
    ):
        extra = ("--title", "Harbour") if words[0] == "source" else ()
        result = run(*words, *extra, *common)
        assert result.exit_code == 0, result.output
    assert result.stdout == "added: claim/s1/1-2\n    Ada Brook is harbour master.\n"
    assert "Told better" in run("history", "--facts", facts).stdout


def test_a_claim_is_superseded_by_one_of_the_next_stretch(
    run: Run, tmp_path: Path, repo_root: Path
) -> None:
    """Unless the dates of the claim that goes are all that spoke against it."""
    facts, text, new = (tmp_path / name for name in ("facts", "text.txt", "new.yaml"))
    facts.mkdir()
    shutil.copyfile(repo_root / "ontology/examples/entities.ttl", facts / "entities.ttl")
    text.write_text("Ada Brook was harbour master.\n", encoding="utf-8")
    common = ("--text", text, "--facts", facts)
    source = ("--publisher", "org/lowmoor-gazette", "--published", "1930", "--title", "Harbour")
    assert run("source", "add", "s1", *source, *common).exit_code == 0

    def told(years: tuple[int, int], *words: str) -> str:
        new.write_text(
            "passage: was harbour master\nstatement: She held the office.\nstates:\n"
            "  - tenure: {holder: person/ada-brook, office: office/harbour-master, "
            f"start: {years[0]}, end: {years[1]}}}\n",
            encoding="utf-8",
        )
        result = run("claim", *words, "--from", new, *common)
        assert result.exit_code == 0, result.output
        return str(result.stdout)

    better = ("--message", "Told better", "--next-stretch")
    tenure = "tenure/ada-brook--harbour-master"
    told((1901, 1903), "add", "s1")
    assert f"of {tenure}--2" not in told((1911, 1912), "supersede", "s1/1-1", *better)
    assert "conflict" in told((1911, 1922), "add", "s1")
    moved = told((1921, 1923), "supersede", "s1/1-3", *better)
    assert f"    of {tenure}--2: the dates cannot be those of {tenure}\n" in moved
    assert "(time) ended: claim/s1/1-2, claim/s1/1-3." in moved
