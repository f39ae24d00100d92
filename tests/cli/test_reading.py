"""The commands that read: what they print, in which formats, with which exit codes."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from pyoxigraph import RdfFormat, parse

from tenure.catalog import Catalog
from tenure.cli.ask import example_of

Run = Callable[..., Any]
OFFICE = ("--office", "office/pmu-deputy-head")
TENURE = "tenure/abu-mahdi-al-muhandis--pmu-deputy-head"
WHOLE = "https://w3id.org/tenure/id/"


def test_the_canonical_question(run: Run) -> None:
    result = run("ask", "office-holders", *OFFICE, "--before", "2020-01-03")
    assert result.exit_code == 0, result.output
    head, row = result.stdout.splitlines()
    columns = ["person", "certainty", "start", "end", "situation", "contested", "basis"]
    assert head.split() == [*columns, "lastWord", "lastWordSource"]
    assert row.split()[:2] == ["person/abu-mahdi-al-muhandis", "certain"]
    assert row.split()[4:] == [TENURE, "false", "asserted"]


def test_a_table_in_a_pipe_is_plain_and_whole(run: Run) -> None:
    result = run("ask", "claims-about", "--entity", "person/ali-shamkhani")
    lines = result.stdout.splitlines()
    assert len(lines) > 5
    assert "\x1b" not in result.stdout
    assert "…" not in lines[0]
    assert max(map(len, lines)) > 100
    assert all(line == line.rstrip() for line in lines)
    column = lines[0].index("statement")
    assert all(line[column - 2 : column].isspace() for line in lines)


def test_every_format_of_rows_says_the_same(run: Run) -> None:
    asked = ("ask", "office-holders", *OFFICE, "--before", "2020-01-03", "--format")
    as_json = json.loads(run(*asked, "json").stdout)
    (binding,) = as_json["results"]["bindings"]
    (row,) = csv.DictReader(io.StringIO(run(*asked, "csv").stdout))
    assert row["situation"] == binding["situation"]["value"] == WHOLE + TENURE
    assert row["certainty"] == "certain"
    assert run(*asked, "xml").stdout.startswith("<?xml")
    assert run(*asked, "TSV").stdout.startswith("?person\t?certainty")


def test_without_a_name_the_questions_are_listed(run: Run) -> None:
    listed = run("ask").stdout
    for query in Catalog.load().values():
        assert any(
            line.split()[:2] == [query.name, query.subject] and line.endswith(query.title)
            for line in listed.splitlines()
        )


@pytest.mark.parametrize("name", Catalog.load())
def test_the_help_of_a_question_shows_all_of_its_header(run: Run, name: str) -> None:
    query = Catalog.load()[name]
    shown = run("ask", name, "--help").stdout
    words = " ".join(shown.split())
    assert query.title in words
    assert " ".join(query.description.split()) in words
    for parameter in query.parameters:
        assert f"--{parameter.name} {parameter.type.upper()}" in words
        assert parameter.description in words
        assert not parameter.required or f"{parameter.description} [required]" in words
    for column in query.columns:
        assert f"{column.name}: {column.description}" in shown
    assert example_of(query) in shown


@pytest.mark.parametrize("name", Catalog.load())
def test_the_example_of_a_question_can_be_asked(run: Run, name: str) -> None:
    query = Catalog.load()[name]
    words = [word for pair in query.example.items() for word in (f"--{pair[0]}", pair[1])]
    result = run("ask", name, *words, "--format", "csv")
    assert result.exit_code == 0, result.output
    assert result.stdout.splitlines()[0] == ",".join(column.name for column in query.columns)


def test_a_new_file_is_a_new_question(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "queries" / "people"
    folder.mkdir(parents=True)
    (folder / "who-is.rq").write_text(
        """\
# title: Who is it?
# description: The name of someone.
# parameter: some-one entity required - Who.
# bind: who = entity(some-one)
# column: name - The name.
# example: some-one=person/ali-shamkhani

SELECT ?name {
  VALUES (?who) { (<https://w3id.org/tenure/id/person/ali-shamkhani>) } # parameters
  ?who <http://www.w3.org/2000/01/rdf-schema#label> ?name
}
"""
    )
    monkeypatch.setattr("tenure.catalog.query.data_dir", lambda _: tmp_path / "queries")
    assert run("ask", "who-is", "--some-one", "person/ali-shamkhani").stdout == (
        "name\nAli Shamkhani\n"
    )
    assert "Who is it?" in run("ask").stdout


def test_the_policy_changes_the_answer(run: Run) -> None:
    asked = ("ask", "office-holders", *OFFICE, "--before", "2020-01-03", "--format", "csv")
    assert "muhandis" in run(*asked, "--policy", "sources=jpost-620411").stdout
    assert "muhandis" not in run(*asked, "--policy", "modalities=alleged").stdout
    assert "muhandis" not in run(*asked, "--known-at", "2001-01-01T00:00:00Z").stdout
    both = run(*asked, "--policy", "sources=jpost-620411", "--known-at", "2001-01-01T00:00:00Z")
    assert "muhandis" not in both.stdout


def test_query_from_a_file_and_from_the_pipe(run: Run, tmp_path: Path) -> None:
    sparql = (
        "SELECT ?who FROM <https://w3id.org/tenure/at/2020-01-02> WHERE "
        "{ ?who <http://www.w3.org/ns/org#holds> "
        "<https://w3id.org/tenure/id/office/pmu-deputy-head> }"
    )
    file = tmp_path / "who.rq"
    file.write_text(sparql)
    expected = "who\nperson/abu-mahdi-al-muhandis\n"
    assert run("query", file).stdout == expected
    assert run("query", "-", input=sparql).stdout == expected


def test_ask_and_construct(run: Run) -> None:
    assert run("query", "-", input="ASK { ?s ?p ?o }").stdout == "yes\n"
    assert run("query", "-", input="ASK { <urn:x:a> ?p ?o }").stdout == "no\n"
    asked = "DESCRIBE <https://w3id.org/tenure/id/person/ali-shamkhani>"
    turtle = run("query", "-", input=asked).stdout
    assert turtle.startswith("@prefix person:")
    for name, form in (
        ("ttl", RdfFormat.TURTLE),
        ("nt", RdfFormat.N_TRIPLES),
        ("jsonld", RdfFormat.JSON_LD),
    ):
        printed = run("query", "-", "--format", name, input=asked).stdout
        assert set(parse(printed, form)) == set(parse(turtle, RdfFormat.TURTLE))


def test_blank_nodes_can_be_printed(run: Run) -> None:
    asked = "CONSTRUCT { [] <urn:x:p> ?s } WHERE { VALUES ?s { <urn:x:s> } }"
    (quad,) = parse(run("query", "-", input=asked).stdout, RdfFormat.TURTLE)
    assert quad.object.value == "urn:x:s"


def test_what_is_not_there_is_told_beside_the_answer(run: Run) -> None:
    result = run("query", "-", input="SELECT ?s { ?s <urn:x:p> ?o }")
    assert (result.exit_code, result.stdout, result.stderr) == (0, "s\n", "(nothing)\n")


def test_at_a_day(run: Run) -> None:
    table = run("at", "2020-01-02").stdout.splitlines()
    assert table[0].split() == ["subject", "property", "object"]
    holds = [line.split() for line in table if "orgont:holds" in line]
    assert ["person/abu-mahdi-al-muhandis", "orgont:holds", "office/pmu-deputy-head"] in holds
    certain = set(parse(run("at", "2015-06-01", "--format", "nt").stdout, RdfFormat.N_TRIPLES))
    possible = set(
        parse(run("at", "2015-06-01", "--possible", "--format", "ttl").stdout, RdfFormat.TURTLE)
    )
    assert certain < possible


def test_timeline_is_the_question_of_that_name(run: Run) -> None:
    asked = run("ask", "timeline", "--entity", "person/qasem-soleimani").stdout
    assert run("timeline", "person/qasem-soleimani").stdout == asked
    assert "tenure/qasem-soleimani--quds-force-head" in asked
    assert run("timeline", "Qasem Soleimani").stdout == asked


def test_explain_names_sentences_offsets_and_rules(run: Run) -> None:
    text = run("explain", TENURE).stdout
    for sentence in (30, 10, 54):
        assert f"sentence {sentence}, characters " in text
    assert "Last day, at the latest: 3 January 2020" in text
    assert "First day, at the earliest: nothing bounds it" in text
    assert "by the rule: " in text
    assert "SHA-256 " in text
    assert "said by The Jerusalem Post" in text
    assert run("explain", WHOLE + TENURE).stdout == text


def test_explain_as_json(run: Run) -> None:
    data = json.loads(run("explain", TENURE, "--format", "json").stdout)
    assert data["iri"] == WHOLE + TENURE
    assert {bound["name"]: bound["day"] for bound in data["bounds"]}["endLatest"] == "2020-01-03"
    evidence = [one for claim in data["claims"] for one in claim["evidence"]]
    assert all(one["digest"] and one["start"] < one["end"] for one in evidence)


def test_explain_at_a_moment(run: Run) -> None:
    text = run("explain", TENURE, "--at", "2019").stdout
    assert "\nIn 2019: possible\n" in text
    assert (
        "A source that dates its start on or before 1 January 2019 would make it certain." in text
    )
    data = json.loads(run("explain", TENURE, "--at", "2020-01-02", "--format", "json").stdout)
    (moment,) = data["moments"]
    assert (moment["key"], moment["certainty"]) == ("2020-01-02", "certain")
    assert {one["becomes"] for one in moment["hangs_on"]} == {"possible"}
    assert run("explain", TENURE, "--at", "soon").exit_code == 2


def test_ask_why_tells_below_each_row(run: Run) -> None:
    asked = (
        "ask",
        "office-holders",
        "--office",
        "office/pmu-deputy-head",
        "--before",
        "2020-01-03",
    )
    head, row, empty, *lines = run(*asked, "--why").stdout.splitlines()
    plain = run(*asked).stdout.splitlines()
    assert [head, row] == plain
    assert empty == ""
    assert all(line.startswith("    ") for line in lines if line)
    text = "\n".join(lines)
    assert "On 2 January 2020: certain" in text
    assert "sentence 30, characters " in text
    assert "said by The Jerusalem Post" in text


def test_what_several_rows_hang_on_is_told_once(run: Run) -> None:
    text = run("ask", "conflicts", "--why").stdout
    assert text.count("claim/jpost-620411/13-1: Allawi") == 1
    assert "claim/jpost-620411/13-1: shown above" in text
    assert "contested" in text


def test_ask_why_as_json(run: Run) -> None:
    asked = ("ask", "timeline", "--entity", "person/ali-shamkhani", "--why", "--format", "json")
    rows = json.loads(run(*asked).stdout)["results"]["bindings"]
    assert rows
    for row in rows:
        assert [one["iri"] for one in row["why"]["occurrences"]] == [row["situation"]["value"]]
    refused = run(*asked[:-1], "csv")
    assert refused.exit_code == 2
    assert "table, json" in refused.stderr


def test_why_nothing_was_found(run: Run) -> None:
    asked = ("ask", "vacancies", "--from", "2020-01-01", "--to", "2020-02-01", "--why")
    text = run(*asked).stdout
    assert "Looked for, from " in text
    assert "Policy: the default one" in text
    nobody = run("ask", "successions", "--office", "office/pmu-deputy-head", "--why")
    assert nobody.exit_code == 0
    assert "(nothing)" in nobody.stderr


def test_explain_a_claim_with_its_speakers(run: Run) -> None:
    text = run("explain", "claim/jpost-620411/36-1").stdout
    assert "The Jerusalem Post ← Al-Ain ← " in text
    assert "sentence 36" in text
    data = json.loads(run("explain", "claim/jpost-620411/36-1", "--format", "json").stdout)
    assert data["iri"] == "https://w3id.org/tenure/claim/jpost-620411/36-1"


def test_validate(run: Run, repo_root: Path) -> None:
    clean = run("validate", repo_root / "kb" / "facts")
    assert clean.exit_code == 0, clean.output
    assert clean.stdout.startswith("no findings (")


def test_findings_have_exit_code_1_in_every_format(run: Run, tmp_path: Path) -> None:
    bad = tmp_path / "bad.trig"
    bad.write_text(
        "@prefix tn: <https://w3id.org/tenure/ontology#> .\n\n"
        "<https://w3id.org/tenure/claim/x/1> a tn:Claim .\n"
    )
    text = run("validate", bad)
    assert text.exit_code == 1
    assert f"violation: {bad}:3:1: " in text.stdout
    data = run("validate", bad, "--format", "json")
    assert data.exit_code == 1
    assert json.loads(data.stdout)["conforms"] is False
    turtle = run("validate", bad, "--format", "ttl")
    assert turtle.exit_code == 1
    assert list(parse(turtle.stdout, RdfFormat.TURTLE))


def test_check_evidence(run: Run, shared: Path, tmp_path: Path) -> None:
    good = run("check-evidence", "--sources", shared / "sources")
    assert good.exit_code == 0, good.output
    assert " confirmed)" in good.stdout
    other = tmp_path / "jpost-620411.txt"
    other.write_text("Another text.")
    bad = run("check-evidence", "--sources", tmp_path, "--format", "json")
    assert bad.exit_code == 1
    assert json.loads(bad.stdout)["findings"][0]["rule"] == "TextDigestMatches"


def test_a_store_on_disk_is_used_again(run: Run, tmp_path: Path) -> None:
    asked = ("ask", "office-holders", *OFFICE, "--store", tmp_path / "store", "--format", "csv")
    assert run(*asked).exit_code == 2
    assert run("load", "--store", tmp_path / "store").exit_code == 0
    first = run(*asked)
    assert first.exit_code == 0, first.output
    assert run(*asked).stdout == first.stdout
    assert any((tmp_path / "store").iterdir())


def test_another_base(run: Run, repo_root: Path, tmp_path: Path) -> None:
    facts = tmp_path / "facts"
    facts.mkdir()
    for file in (repo_root / "kb" / "facts").iterdir():
        moved = file.read_text(encoding="utf-8")
        for part in ("id", "source", "claim"):
            moved = moved.replace(f"https://w3id.org/tenure/{part}/", f"https://kb.example/{part}/")
        (facts / file.name).write_text(moved, encoding="utf-8")
    result = run(
        *("ask", "office-holders", *OFFICE, "--before", "2020-01-03"),
        *("--facts", facts, "--base", "https://kb.example/"),
    )
    assert result.exit_code == 0, result.output
    assert "person/abu-mahdi-al-muhandis" in result.stdout


@pytest.mark.parametrize("form", ["trig", "nq", "ttl", "nt", "jsonld"])
def test_export_gives_the_same_bytes_twice(run: Run, form: str, tmp_path: Path) -> None:
    printed = run("export", form, "--source", "jpost-620411")
    assert printed.exit_code == 0, printed.output
    assert "jpost-620411" in printed.stdout
    file = tmp_path / "out"
    written = run("export", form, "--source", "jpost-620411", "-o", file)
    assert (written.exit_code, written.stdout) == (0, "")
    assert file.read_bytes().rstrip() == printed.stdout_bytes.rstrip()


def test_export_as_of_a_day(run: Run) -> None:
    certain = run("export", "ttl", "--at", "2015-06-01").stdout
    possible = run("export", "ttl", "--at", "2015-06-01", "--possible").stdout
    assert set(parse(certain, RdfFormat.TURTLE)) < set(parse(possible, RdfFormat.TURTLE))


def test_export_to_where_nothing_can_be_written(run: Run, tmp_path: Path) -> None:
    result = run("export", "nq", "--at", "2015", "--output", tmp_path / "no" / "such" / "folder")
    assert result.exit_code == 2
    assert "cannot be written" in result.stderr


def test_what_only_a_deprecated_claim_tells_is_left_out_and_listed(run: Run) -> None:
    tenure = "actingtenure/haider-al-abadi--iraq-prime-minister"
    refused = run("explain", tenure)
    assert refused.exit_code == 2
    assert "claim/rasa-449517/11" in refused.stderr
    assert "claims of rank deprecated do not count under the policy" in refused.stderr
    taken = run("explain", tenure, "--policy", "every-rank")
    assert taken.exit_code == 0
    assert taken.stdout.splitlines()[1] == f"{tenure}: certain, settled"
