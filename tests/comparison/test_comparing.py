"""``tenure compare`` and ``tenure position-history`` over a register and an encyclopedia."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable
from pathlib import Path

import pytest
from typer.testing import Result

import tenure
from tenure.comparison import COLUMNS, DifferenceKind
from tenure.namespaces import local_name

Run = Callable[..., Result]


def told(result: Result) -> dict[str, dict[str, str]]:
    """The rows of a CSV by their holder."""
    assert result.exit_code == 0, result.output
    rows = csv.DictReader(io.StringIO(result.stdout, newline=""))
    assert tuple(rows.fieldnames or ()) == COLUMNS
    return {row["holder name"]: row for row in rows}


def test_each_kind_of_difference_with_what_the_world_makes_of_it(run: Run, two_lists: Path) -> None:
    rows = told(run("compare", "register", "wiki", "--facts", two_lists, "--format", "csv"))
    assert {name: row["difference"] for name, row in rows.items()} == {
        "Ada Brook": "precision",
        "Ben Cole": "dates",
        "Cem Demir": "dates",
        "Dora Eng": "only in A",
        "Fay Gold": "office",
        "Gus Hart": "only in B",
    }
    ben = rows["Ben Cole"]
    assert ben["end apart"] == "9 days earlier"
    assert ben["world"] == "1994-05-01 to [1998-05-01..1998-05-10], contested"
    assert (ben["a claims"], ben["a records"]) == ("claim/register/2", "r2")
    assert rows["Cem Demir"]["end apart"] == "missing"


def test_as_a_table_and_as_json(run: Run, two_lists: Path) -> None:
    words = ("compare", "register", "wiki", "--facts", two_lists)
    table = run(*words)
    assert "only in A   Dora Eng" in table.stdout
    assert (
        "6 differences (1 only in A, 1 only in B, 2 dates, 1 precision, 1 office)" in table.stderr
    )
    data = json.loads(run(*words, "--format", "json", "--kind", "dates").stdout)
    assert data["counts"] == {"dates": 2}
    (ben, _) = data["differences"]
    assert ben["end"] == {"relation": "days", "least": -9, "most": -9}
    assert ben["world"][0]["contested"] is True


@pytest.mark.parametrize(
    ("words", "holders"),
    [
        (("--entity", "person/ada-brook"), {"Ada Brook"}),
        (("--office", "Treasurer of Moor"), {"Dora Eng", "Gus Hart"}),
        (("--from", "2002"), {"Cem Demir", "Fay Gold", "Gus Hart"}),
        (("--to", "1991-01-31"), {"Ada Brook"}),
        (("--to", "before/1 February 1991"), {"Ada Brook"}),
        (("--kind", "office", "--kind", "precision"), {"Ada Brook", "Fay Gold"}),
    ],
)
def test_filters(run: Run, two_lists: Path, words: tuple[str, ...], holders: set[str]) -> None:
    rows = told(run("compare", "register", "wiki", "--facts", two_lists, "--format", "csv", *words))
    assert {*rows} == holders


@pytest.mark.parametrize(
    ("words", "what"),
    [
        (("register", "register"), "compared with itself"),
        (("register", "wikis"), "wiki"),
        (("register", "wiki", "--kind", "else"), "is no kind of difference"),
        (("register", "wiki", "--into", "x"), "which side is right"),
        (("register", "wiki", "--accept", "a"), "Nothing is done"),
        (("register", "wiki", "--office", "office/none"), "There is no entity"),
        (("register", "wiki", "--office", "person/ada-brook"), "no office"),
        (("register", "wiki", "--from", "2002-13"), "from:"),
    ],
)
def test_wrong_use_is_told(run: Run, two_lists: Path, words: tuple[str, ...], what: str) -> None:
    result = run("compare", *words, "--facts", two_lists)
    assert result.exit_code == 2
    assert what in result.stderr


def test_what_is_accepted_becomes_claims_that_win(run: Run, facts: Path, tmp_path: Path) -> None:
    words = ("compare", "register", "wiki", "--facts", facts)
    rows = told(run(*words, "--format", "csv"))
    decided = {"Ben Cole": "a", "Fay Gold": "b", "Gus Hart": "a", "Cem Demir": "b"}
    path = tmp_path / "decided.csv"
    with path.open("w", encoding="utf-8", newline="") as file:
        out = csv.DictWriter(file, COLUMNS)
        out.writeheader()
        out.writerows({**row, "accept": decided.get(name, "")} for name, row in rows.items())
    into = (
        *words,
        "--accept",
        path,
        "--into",
        "decisions",
        "--by",
        "Eva",
        "--message",
        "Looked up",
    )
    done = run(*into)
    assert done.exit_code == 0, done.output
    assert "accepted: 5 claims added, 0 there before, in decisions" in done.stdout
    assert "settled by rank" in done.stdout
    assert "revision: " in done.stdout
    again = told(run(*words, "--format", "csv"))
    assert again["Ben Cole"]["world"] == "1994-05-01 to 1998-05-10"
    assert again["Cem Demir"]["world"] == "1998-06-10 to 2004-05-01"
    assert again["Gus Hart"]["world"] == "ruled out"
    assert again["Fay Gold"]["world"] == "ruled out | 2001-06-01 to 2005-06-01"
    assert "0 claims added, 5 there before" in run(*into).stdout
    with tenure.open(facts) as kb:
        claims = kb.engine.claims_of(kb.engine.names.source("decisions").value)
        assert {local_name(claim.rank) for claim in claims} == {"Preferred"}
        (revision,) = kb.engine.revisions(kb.engine.names.source("decisions").value)
        assert (revision.by, revision.message) == ("Eva", "Looked up")


def test_offices_that_were_merged_are_one(run: Run, facts: Path) -> None:
    clerk, keeper = "office/clerk-of-lowmoor", "office/keeper-of-the-seal"
    merged = run("entity", "merge", clerk, keeper, "--message", "One office", "--facts", facts)
    assert merged.exit_code == 0, merged.output
    rows = told(run("compare", "register", "wiki", "--facts", facts, "--format", "csv"))
    assert "Fay Gold" not in rows
    history = run("position-history", keeper, "--facts", facts).stdout.splitlines()
    assert history[1].split("  ")[0] == "Fay Gold"
    assert "not in this list" not in history[1]


def test_a_decision_on_what_is_no_longer_so_is_refused(
    run: Run, two_lists: Path, tmp_path: Path
) -> None:
    path = tmp_path / "old.csv"
    path.write_text("id,accept\n0123456789ab,a\n", encoding="utf-8")
    words = ("compare", "register", "wiki", "--facts", two_lists, "--into", "x", "--accept", path)
    result = run(*words)
    assert result.exit_code == 2
    assert "old.csv:2: The two do not differ in '0123456789ab'" in result.stderr
    path.write_text("id,accept\n0123456789ab,both\n", encoding="utf-8")
    assert "'both' is no side" in run(*words).stderr


def test_commands_for_wikidata(run: Run, two_lists: Path) -> None:
    words = ("compare", "register", "wiki", "--facts", two_lists, "--format", "quickstatements")
    result = run(*words)
    assert result.stdout.splitlines() == [
        "REMOVE_QUAL|Q11|P39|Q90|P582|+1994-00-00T00:00:00Z/9",
        "Q11|P39|Q90|P582|+1994-05-01T00:00:00Z/11",
        "REMOVE_QUAL|Q12|P39|Q90|P582|+1998-05-01T00:00:00Z/11",
        "Q12|P39|Q90|P582|+1998-05-10T00:00:00Z/11",
        "REMOVE_QUAL|Q13|P39|Q90|P580|+1998-06-10T00:00:00Z/11",
        "Q13|P39|Q90|P580|+1998-05-10T00:00:00Z/11",
        "Q13|P39|Q90|P582|+2004-05-01T00:00:00Z/11",
        'Q14|P39|Q91|P580|+1991-02-01T00:00:00Z/11|P582|+1995-02-01T00:00:00Z/11|S854|"{}"'.format(
            "https://register.example/"
        ),
    ]
    assert result.stderr.count("for a person to look at") == 2


def test_a_file_for_the_mismatch_finder(run: Run, two_lists: Path) -> None:
    words = ("compare", "register", "wiki", "--facts", two_lists, "--format", "mismatch-finder")
    rows = list(csv.DictReader(io.StringIO(run(*words).stdout, newline="")))
    assert rows[1] == {
        "item_id": "Q12",
        "statement_guid": "Q12$00000000-0000-4000-8000-000000000002",
        "property_id": "P582",
        "wikidata_value": "1998-05-01",
        "meta_wikidata_value": "Q1985727",
        "external_value": "1998-05-10",
        "external_url": "https://register.example/",
        "type": "qualifier",
    }


def test_a_corrected_list(run: Run, two_lists: Path) -> None:
    words = ("compare", "register", "wiki", "--facts", two_lists, "--format", "corrected")
    rows = {
        row["holder name"]: row
        for row in csv.DictReader(io.StringIO(run(*words).stdout, newline=""))
    }
    dates = {name: (row["start"], row["end"]) for name, row in rows.items()}
    assert dates["Ada Brook"] == ("1990-05-01", "1994-05-01")
    assert dates["Dora Eng"] == ("1991-02-01", "1995-02-01")
    assert dates["Eli Frank"] == ("1995-02-01", "2001-02-01")
    assert rows["Eli Frank"]["change"] == ""
    assert rows["Gus Hart"]["change"].startswith("to be removed: ")
    assert rows["Fay Gold"]["office name"] == "Clerk of Lowmoor"


def test_the_history_of_a_position(run: Run, two_lists: Path) -> None:
    words = ("position-history", "office/mayor-of-lowmoor", "--facts", two_lists)
    lines = run(*words).stdout.splitlines()
    assert lines[0].split() == ["holder", "register", "wiki", "together", "remarks"]
    assert lines[2].endswith("wiki: nobody for 39 days after")
    treasurer = run(
        "position-history", "Treasurer of Moor", "--facts", two_lists, "--format", "json"
    )
    remarks = {
        (one["holderName"], remark["list"], remark["remark"])
        for one in json.loads(treasurer.stdout)["holders"]
        for remark in one["remarks"]
    }
    assert ("Dora Eng", "wiki", "not in this list") in remarks
    assert ("Eli Frank", "register", "nobody after") in remarks
    assert ("Eli Frank", "wiki", "nobody after") not in remarks


def test_from_python(lists: tenure.OpenBase) -> None:
    found = lists.compare("register", "wiki", from_=1998, kinds=["dates"])
    assert [one.kind for one in found.differences] == [DifferenceKind.DATES, DifferenceKind.DATES]
    history = lists.position_history("office/mayor-of-lowmoor", "wiki")
    assert [one.subject.rpartition("/")[2] for one in history.holders] == [
        "ada-brook",
        "ben-cole",
        "cem-demir",
    ]


def test_a_news_article_is_compared_by_what_it_says_of_events() -> None:
    """Of the facts that come along, whose dates hang on events, the days are worked out."""
    with tenure.open() as kb:
        found = kb.compare("jpost-620411", "rasa-449517,shafaqna-136947")
        assert found.a.stretches
        assert all(one.start_bounds is not None for one in found.a.stretches)
        assert any(one.end for one in found.a.stretches)


def test_the_history_by_the_lists_that_name_most(lists: tenure.OpenBase) -> None:
    found = lists.position_history("office/mayor-of-lowmoor")
    often = {
        name: sum(name in one.stretches for one in found.holders)
        for name in found.lists
        if name != "together"
    }
    most = max(often, key=lambda name: often[name])
    short = found.with_most(1)
    assert short.lists == (most, "together")
    assert [one.subject for one in short.holders] == [one.subject for one in found.holders]
    assert all(len(row) == 4 for row in short.rows())
    assert found.with_most(9).rows() == found.rows()
