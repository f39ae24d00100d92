"""The commands that write, and the walk-through of the documentation."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import typer
from typer.testing import CliRunner

Run = Callable[..., Any]
TEXT = "Ada Brook is harbour master. The sea is calm. The sea is wide.\n"
REGISTRY = """\
@prefix office: <https://w3id.org/tenure/id/office/> .
@prefix org: <https://w3id.org/tenure/id/org/> .
@prefix person: <https://w3id.org/tenure/id/person/> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
@prefix tn: <https://w3id.org/tenure/ontology#> .

office:harbour-master a tn:Office ;
    rdfs:label "Harbour master"@en ;
    tn:officeOf org:port .

org:courier a tn:MediaOutlet ;
    rdfs:label "Courier"@en .

org:port a tn:Organization ;
    rdfs:label "The port"@en .

person:ada-brook a tn:Person ;
    rdfs:label "Ada Brook"@en .
"""
CLAIM = ("claim", "add", "c1", "--passage", "Ada Brook is", "--statement", "She holds the office.")
SITUATION = (
    *("--kind", "tenure", "--subject", "person/ada-brook"),
    *("--object", "office/harbour-master"),
)


@pytest.fixture(scope="session")
def with_source(app: typer.Typer, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with facts, a text, and the text as source ``c1``; nobody changes it."""
    root = tmp_path_factory.mktemp("place")
    facts, text = root / "facts", root / "text.txt"
    facts.mkdir()
    (facts / "entities.ttl").write_text(REGISTRY, encoding="utf-8")
    text.write_text(TEXT, encoding="utf-8")
    words = (
        *("source", "add", "c1", "--publisher", "Courier", "--published", "2021-05"),
        *("--title", "Calm", "--text", str(text), "--facts", str(facts)),
    )
    result = CliRunner().invoke(app, words, env={"COLUMNS": "200"}, prog_name="tenure")
    assert result.exit_code == 0, result.output
    assert result.stdout == f"added: source/c1 in {facts / 'c1.trig'}\n"
    return root


@pytest.fixture
def place(with_source: Path, tmp_path: Path) -> Path:
    """The same for one test, which may change it."""
    return Path(shutil.copytree(with_source, tmp_path, dirs_exist_ok=True))


@pytest.fixture
def add(run: Run, place: Path) -> Run:
    """Runs ``claim add`` on the source of ``place``."""

    def invoke(*words: object, **more: Any) -> Any:
        return run(*words, "--text", place / "text.txt", "--facts", place / "facts", **more)

    return invoke


def test_a_reading_counts_unless_the_policy_leaves_it_out(
    run: Run, add: Run, place: Path, tmp_path: Path
) -> None:
    result = add(*CLAIM, *SITUATION, "--held-at=source/c1", "--reading", "inferred")
    assert result.exit_code == 0, result.output
    assert "tn:reading tnv:Inferred ;" in (place / "facts" / "c1.trig").read_text(encoding="utf-8")
    asked = ("ask", "incumbents", "--at", "source/c1", "--facts", place / "facts")
    assert "person/ada-brook" in run(*asked).stdout
    assert "person/ada-brook" not in run(*asked, "--policy", "inferred=no").stdout
    told = run("explain", "claim/c1/1-1", "--policy", "only-stated", "--facts", place / "facts")
    assert "set aside" in told.stdout
    assert "our reading of sentence 1" in told.stdout
    draft = tmp_path / "draft.yaml"
    draft.write_text(
        "passage: Ada Brook is\nstatement: She is calm.\nreading: inferrd\n"
        "states:\n- tenure: {holder: person/ada-brook, office: office/harbour-master}\n"
    )
    refused = add("claim", "add", "c1", "--from", draft)
    assert refused.exit_code == 2
    assert "Choose one of: Inferred, Stated" in refused.stderr
    draft.write_text(draft.read_text().replace("inferrd", "inferred"))
    assert add("claim", "add", "c1", "--from", draft).exit_code == 0


def test_a_claim_by_options_takes_part_in_the_answers(run: Run, add: Run, place: Path) -> None:
    result = add(*CLAIM, *SITUATION, "--start", "2019", "--held-at=source/c1", "--tense", "present")
    assert result.exit_code == 0, result.output
    assert result.stdout == "added: claim/c1/1-1\n    Ada Brook is harbour master.\n"
    asked = run(
        *("ask", "office-holders", "--office", "office/harbour-master", "--at", "2020-06-01"),
        *("--facts", place / "facts", "--format", "csv"),
    )
    assert "person/ada-brook,certain" in asked.stdout
    assert run("format", "--check", place / "facts").exit_code == 0
    assert run("validate", place / "facts").exit_code == 0


def test_properties_by_set(add: Run, place: Path) -> None:
    result = add(*CLAIM, *SITUATION, "--set", "start=2019", "--set", "tn:title=Master")
    assert result.exit_code == 0, result.output
    written = (place / "facts" / "c1.trig").read_text(encoding="utf-8")
    assert 'tn:start "2019"^^edtf:EDTF' in written
    assert 'tn:title "Master"@en' in written


def test_a_claim_about_an_event(add: Run, place: Path) -> None:
    result = add(
        *CLAIM,
        *("--event", "event/start", "--new", "event/start=Her start", "--date", "2019"),
        *("--via", "person/ada-brook", "--modality", "reported", "--hedged", "--exact"),
    )
    assert result.exit_code == 0, result.output
    written = (place / "facts" / "c1.trig").read_text(encoding="utf-8")
    assert 'event:start tn:date "2019"^^edtf:EDTF .' in written
    assert "tn:hedged true" in written
    assert result.stdout.endswith("    Ada Brook is\n")


def test_claims_from_the_pipe(add: Run) -> None:
    yaml = """
passage: Ada Brook is
statement: She holds the office.
states:
  - tenure: {holder: person/ada-brook, office: office/harbour-master}
"""
    assert add("claim", "add", "c1", "--from", "-", input=yaml).stdout.startswith("added: ")
    broken = add("claim", "add", "c1", "--from", "-", input="passage: [")
    assert broken.exit_code == 2
    assert "standard input:" in broken.stderr


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ((*CLAIM, *SITUATION, "--strat", "2019"), ["'strat'", "start"]),
        ((*CLAIM, *SITUATION, "--start"), ["--start: ", "no value"]),
        ((*CLAIM, *SITUATION, "--start", "--end", "2019"), ["--start: ", "no value"]),
        ((*CLAIM, *SITUATION, "stray"), ["'stray' belongs to no option"]),
        ((*CLAIM, *SITUATION, "--start", "May"), ["May"]),
        ((*CLAIM, *SITUATION, "--set", "start"), ["--set: ", "name=value"]),
        ((*CLAIM, *SITUATION, "--new", "person/x"), ["--new: ", "name=value"]),
        ((*CLAIM, *SITUATION, "--event", "event/x"), ["not both"]),
        (CLAIM, ["--kind: ", "does not say what it states"]),
        ((*CLAIM, "--kind", "tenure"), ["--subject: "]),
        ((*CLAIM, "--kind", "tenur", "--subject", "person/ada-brook"), ["Tenure"]),
        ((*CLAIM, *SITUATION, "--from", "x.yaml"), ["--from: ", "either"]),
        (("claim", "add", "c1", "--from", "/no/such.yaml"), ["/no/such.yaml", "no such file"]),
        (("claim", "add", "c2", *CLAIM[3:], *SITUATION), ["no source 'c2'", "c1"]),
        (
            ("claim", "add", "c1", "--passage", "The sea is", "--statement", "S.", *SITUATION),
            ["2 places", "»The sea is« calm", "»The sea is« wide"],
        ),
    ],
)
def test_what_is_refused(
    add: Run, place: Path, words: tuple[str, ...], expected: list[str]
) -> None:
    before = (place / "facts" / "c1.trig").read_bytes()
    result = add(*words)
    assert result.exit_code == 2, result.output
    for part in expected:
        assert part in result.stderr
    assert (place / "facts" / "c1.trig").read_bytes() == before


def test_a_source_that_is_refused(run: Run, place: Path) -> None:
    words = ("--published", "2021", "--title", "T", "--url", "https://c.example")
    near = run(
        "source", "add", "c2", "--publisher", "org/curier", *words, "--facts", place / "facts"
    )
    assert (near.exit_code, "org/courier" in near.stderr) == (2, True)
    twice = run("source", "add", "c1", "--publisher", "Courier", *words, "--facts", place / "facts")
    assert (twice.exit_code, "already" in twice.stderr) == (2, True)


def test_the_facts_of_an_installed_package_are_not_written_to(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "_data" / "facts"
    monkeypatch.setattr("tenure.cli.options.data_dir", lambda _: folder)
    result = run(
        *("source", "add", "c1", "--publisher", "org/x", "--published", "2021", "--title", "T")
    )
    assert result.exit_code == 2
    assert "tenure init" in result.stderr


def test_format(run: Run, place: Path) -> None:
    file = place / "facts" / "c1.trig"
    tidy = file.read_text(encoding="utf-8")
    file.write_text(tidy.replace("    ", "\t") + "\n# a remark\n", encoding="utf-8")
    refused = run("format", place / "facts")
    assert refused.exit_code == 2
    assert "# a remark" in refused.stderr
    checked = run("format", "--check", "--drop-comments", place / "facts")
    assert (checked.exit_code, checked.stdout) == (1, f"would change: {file}\n")
    done = run("format", "--drop-comments", file)
    assert (done.exit_code, done.stdout) == (0, f"formatted: {file}\n")
    assert file.read_text(encoding="utf-8") == tidy
    assert run("format", file).stdout == ""


def test_the_walk_through_works_as_it_is_written(
    repo_root: Path, tmp_path: Path, environment: dict[str, str], forked: Path
) -> None:
    page = (repo_root / "docs" / "howto" / "adding-a-source.md").read_text(encoding="utf-8")
    commands = re.findall(r"^```sh\n(.*?)^```", page, re.DOTALL | re.MULTILINE)
    assert len(commands) >= 6
    sh = shutil.which("sh")
    if sh is None:
        pytest.skip("there is no shell on this machine")
    shutil.copytree(repo_root / "kb" / "facts", tmp_path / "kb" / "facts")
    done = subprocess.run(
        [sh, "-eu", "-c", "\n".join(commands)],
        cwd=tmp_path,
        env={**environment, "PATH": f"{forked}{os.pathsep}{environment['PATH']}"},
        capture_output=True,
        encoding="utf-8",
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert re.search(r"^person/ada-brook +certain ", done.stdout, re.MULTILINE)
    assert done.stdout.count("no findings (") == 2
    assert ", 3 confirmed)" in done.stdout
    for claim in ("claim/eva-courier-1/2-1", "claim/eva-courier-1/3-1"):
        assert f"{claim}: " in done.stdout
    # What the page promises: no digest and no offset is typed by hand.
    assert not re.search(r"\b[0-9a-f]{64}\b|oa:start", "".join(commands))
