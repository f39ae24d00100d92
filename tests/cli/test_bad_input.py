"""Bad input: one line that says where, what and the remedy; never a traceback."""

from __future__ import annotations

from collections.abc import Callable
from importlib.metadata import EntryPoint
from pathlib import Path
from typing import Any

import pytest
import typer

from tenure.cli.application import build_app

Run = Callable[..., Any]
ASK = ("ask", "office-holders", "--office")
HEAD = "office/pmu-deputy-head"


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        (("ask", "ofice-holders"), ["no query 'ofice-holders'", "office-holders"]),
        (
            ("ask", "office-holders"),
            ["office: ", "needs --office", f"tenure ask office-holders --office {HEAD}"],
        ),
        ((*ASK, HEAD, "--policy", "resolve=named:nobody"), ["Known: al-manar-953526, "]),
        (("impact", "zzz"), ["no source 'zzz'", "Known: al-manar-953526, "]),
        ((*ASK, "office/pmu-deputy"), ["no entity 'office/pmu-deputy'", HEAD]),
        ((*ASK, HEAD, "--at", "2020-02-30"), ["at: ", "no day 30"]),
        ((*ASK, HEAD, "--at", "soon"), ["at: ", "soon", "event/"]),
        ((*ASK, HEAD, "--at", "event/us-strike"), ["event/us-strike-2020-01-03"]),
        ((*ASK, HEAD, "--at", "2020", "--before", "2020"), ["different moments"]),
        ((*ASK, HEAD, "--format", "pdf"), ["--format: 'pdf' is no format", "table, json"]),
        ((*ASK, HEAD, "--policy", "modality=x"), ["policy: ", "modalities"]),
        ((*ASK, HEAD, "--policy", "sources=jpost"), ["policy: ", "jpost-620411"]),
        ((*ASK, HEAD, "--known-at", "yesterday"), ["known-at: ", "yesterday"]),
        ((*ASK, HEAD, "--facts", "/no/such/folder"), ["/no/such/folder"]),
        ((*ASK, HEAD, "--base", "nonsense"), ["base: ", "slash"]),
        (("ask", "speech-chain", "--claim", "claim/jpost-620411/36-9"), ["36-9", "36-1"]),
        (("timeline", "person/ali-shamkani"), ["person/ali-shamkhani"]),
        (("at", "2020-13"), ["at: ", "2020-13"]),
        (("at", "2020", "--format", "csv"), ["--format: 'csv' is no format", "table, ttl"]),
        (("explain", "tenure/ali-shamkhani"), ["tenure/ali-shamkhani--snsc-secretary"]),
        (("explain", "person/ali-shamkhani"), ["is an entity", "tenure timeline"]),
        (("explain", "urn:x:y"), ["no situation, event or claim 'urn:x:y'"]),
        (("explain", "a b <>"), ["no situation, event or claim 'a b <>'"]),
        (("query", "/no/such.rq"), ["/no/such.rq: There is no such file"]),
        (("query", "SELECT * { ?s ?p }"), ["query:1:", "does not parse"]),
        (("query", "SELECT * { SERVICE <http://x.example/> {} }"), ["SERVICE"]),
        (("query", "SELECT * FROM <http://x.example/> {}"), ["no such graph here"]),
        (("query", "/"), ["/: It cannot be read"]),
        (("validate", "/no/such"), ["/no/such"]),
        (("validate", ".", "--format", "csv"), ["--format: 'csv' is no format"]),
        (("check-evidence", "--sources", "/no/such"), ["/no/such"]),
        (("format", "/no/such"), ["/no/such: There is no such file or folder"]),
        (("export", "docx"), ["--format: 'docx' is no format", "trig, nq, ttl, nt, jsonld"]),
    ],
)
def test_one_line_and_exit_code_2(run: Run, words: tuple[str, ...], expected: list[str]) -> None:
    result = run(*words)
    assert result.exit_code == 2
    assert result.stdout == ""
    assert result.stderr.startswith("error: ")
    for part in expected:
        assert part in result.stderr
    assert "Traceback" not in result.stderr


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        (("asq",), "Did you mean 'ask'"),
        (("ask", "office-holders", "--ofice", "x"), "--office"),
        (("ask", "--nonsense"), "--nonsense"),
        (("at",), "Missing argument 'T'"),
        (("claim",), "add"),
        (("source", "add", "x"), "--publisher"),
    ],
)
def test_wrong_use_and_exit_code_2(run: Run, words: tuple[str, ...], expected: str) -> None:
    result = run(*words)
    assert result.exit_code == 2
    assert expected in result.output


@pytest.mark.parametrize(
    ("sparql", "expected"),
    [
        ("SELECT * {\n ?s ?p }", "q.rq:2:"),
        ("SELECT * { SERVICE <http://x.example/> { ?s ?p ?o } }", "SERVICE"),
        ("SELECT * FROM <http://x.example/> { ?s ?p ?o }", "http://x.example/"),
        ("LOAD <http://x.example/>", "error: "),
        ("DELETE WHERE { ?s ?p ?o }", "error: "),
        ("", "error: "),
    ],
)
def test_queries_that_are_refused(run: Run, tmp_path: Path, sparql: str, expected: str) -> None:
    file = tmp_path / "q.rq"
    file.write_text(sparql)
    result = run("query", file)
    assert result.exit_code == 2
    assert expected in result.stderr


def test_a_format_that_does_not_go_with_the_query(run: Run) -> None:
    rows = run("query", "-", "--format", "ttl", input="SELECT * { ?s ?p ?o } LIMIT 1")
    graph = run("query", "-", "--format", "csv", input="CONSTRUCT WHERE { ?s ?p ?o }")
    assert "'ttl' is no format for this" in rows.stderr
    assert "'csv' is no format for this" in graph.stderr
    assert (rows.exit_code, graph.exit_code) == (2, 2)


def test_a_query_that_is_no_text(run: Run, tmp_path: Path) -> None:
    (tmp_path / "q.rq").write_bytes(b"\xff\xfe")
    result = run("query", tmp_path / "q.rq")
    assert "no UTF-8" in result.stderr
    assert result.exit_code == 2


def test_facts_that_do_not_parse_are_told_with_file_and_line(
    run: Run, tmp_path: Path, repo_root: Path
) -> None:
    registry = (repo_root / "kb" / "facts" / "entities.ttl").read_text(encoding="utf-8")
    (tmp_path / "entities.ttl").write_text(registry, encoding="utf-8")
    (tmp_path / "bad.trig").write_text("# head\n<a:b> <c:d>\n", encoding="utf-8")
    result = run("ask", "conflicts", "--facts", tmp_path)
    assert result.exit_code == 2
    assert "bad.trig:" in result.stderr


def test_a_catalogue_file_that_is_wrong_leaves_other_commands_alone(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "x").mkdir()
    (tmp_path / "x" / "bad.rq").write_text("# nonsense\n")
    monkeypatch.setattr("tenure.catalog.query.data_dir", lambda _: tmp_path)
    result = run("ask")
    assert result.exit_code == 2
    assert "bad.rq:1: " in result.stderr
    assert run("at", "2020-01-01").exit_code == 0
    assert run("--help").exit_code == 0


def fault(*_: object, **__: object) -> None:
    raise ZeroDivisionError("inside")


def test_a_fault_of_tenure_itself(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tenure.cli.reading.opened", fault)
    monkeypatch.delenv("TENURE_DEBUG", raising=False)
    quiet = run("at", "2020")
    assert quiet.exit_code == 70
    assert "ZeroDivisionError: inside" in quiet.stderr
    assert "report" in quiet.stderr
    assert "Traceback" not in quiet.stderr
    monkeypatch.setenv("TENURE_DEBUG", "1")
    loud = run("at", "2020")
    assert loud.exit_code == 70
    assert "Traceback" in loud.stderr


GROUP = typer.Typer()


@GROUP.command()
def hello(name: str = "you") -> None:
    """Greet someone."""
    typer.echo(f"hello {name}")


def greet(name: str = "you") -> None:
    """Greet someone, as a function."""
    typer.echo(f"hello {name}")


@pytest.mark.parametrize("form", ["GROUP", "greet"])
def test_commands_of_other_packages(run: Run, monkeypatch: pytest.MonkeyPatch, form: str) -> None:
    outside = EntryPoint("greet", "elsewhere:thing", "tenure.commands")
    monkeypatch.setattr(EntryPoint, "load", lambda _: {"GROUP": GROUP, "greet": greet}[form])
    monkeypatch.setattr("importlib.metadata.entry_points", lambda **_: [outside])
    assert run("greet", "--name", "Ada").stdout == "hello Ada\n"
    assert "Greet someone" in run("--help").stdout


def test_a_command_that_cannot_be_loaded_harms_no_other(
    run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    outside = EntryPoint("lost", "no_such_package_here:thing", "tenure.commands")
    monkeypatch.setattr("importlib.metadata.entry_points", lambda **_: [outside])
    assert "lost" in run("--help").stdout
    result = run("lost")
    assert result.exit_code == 2
    assert "tenure lost: " in result.stderr
    assert "no_such_package_here" in result.stderr


def test_an_own_command_is_never_replaced(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    outside = EntryPoint("ask", "no_such_package_here:thing", "tenure.commands")
    monkeypatch.setattr("importlib.metadata.entry_points", lambda **_: [outside])
    assert "office-holders" in run("ask").stdout
    assert run("--help").stdout.count("  ask ") == 1


def test_the_app_is_built_anew_each_time() -> None:
    assert build_app() is not build_app()
