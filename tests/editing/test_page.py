"""What docs/howto/keeping-it-right.md shows is so: its commands, its request, its Python."""

from __future__ import annotations

import json
import re
import shlex
from pathlib import Path

import pytest
import typer
from tests.api.writable import writable
from typer.testing import CliRunner

import tenure
from tenure.catalog import Catalog
from tenure.cli import build_app
from tenure.knowledge import open_knowledge_base


def blocks(repo_root: Path, kind: str) -> list[str]:
    page = (repo_root / "docs" / "howto" / "keeping-it-right.md").read_text(encoding="utf-8")
    return re.findall(rf"```{kind}\n(.*?)```", page, re.DOTALL)


def test_the_commands_run_in_their_order(
    repo_root: Path, town: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(town.parent)
    (town.parent / "tenure.toml").write_text('facts = "facts"\neditor = "Eva Dale"\n')
    app: typer.Typer = build_app()
    outputs: dict[str, list[str]] = {}
    for block in blocks(repo_root, "sh"):
        for line in block.splitlines():
            words = shlex.split(line)[1:]
            done = CliRunner().invoke(app, words, prog_name="tenure", env={"COLUMNS": "200"})
            assert done.exit_code == 0, (line, done.output)
            outputs.setdefault(" ".join(words[:2]), []).append(done.output)
    (proposed,) = blocks(repo_root, "text")
    (shown,) = outputs["link propose"]
    assert shown.split() == proposed.split(), shown
    now, then = outputs["ask office-holders"]
    assert "person/brook-ada" not in now
    assert "person/brook-ada" in then
    assert "by Eva Dale" in outputs["link accept"][0]
    (versions,) = outputs["history claim/roll-a/1"]
    assert "claim/roll-a/4" in versions
    assert "ada-brook--mayor end 2012-05-31" in versions
    (shown,) = outputs["entity show"]
    assert "other name: Ada Brook (en)" in shown
    assert "Eva Dale: person/ada-brook is called 'Ada B. Brook'" in shown
    assert "Not on the page." in outputs["history"][-1]


def test_the_request_is_answered(repo_root: Path, town: Path, catalog: Catalog) -> None:
    (block,) = blocks(repo_root, "http")
    body = json.loads(block.partition("\n\n")[2])
    with writable(town, catalog) as (client, kb):
        done = client.post("/edits", json=body)
        assert done.status_code == 200, done.text
        assert done.json()["added"] == ["https://w3id.org/tenure/claim/edits/1"]
        assert kb.registry.label(kb.names.entity_iri("person/ada-brook")) == "Ada Brook-Carr"
        page = {"accept": "text/html"}
        now = client.get("/doc/office/mayor", headers=page).text
        then = client.get("/doc/office/mayor?known-at=2022-01-01T00:00:00Z", headers=page).text
        assert "Ada Brook-Carr" in now
        assert "Ada Brook-Carr" not in then
        assert "Ada Brook" in then
        last = client.get("/history", headers={"accept": "application/json"}).json()
        assert {one["message"] for one in last["revisions"] if one["by"] == "writer"} == {
            "Married."
        }
        assert client.post("/edits", json={"edit": "marry"}).status_code == 400
        assert client.post("/edits", json=[]).status_code == 400
        merge = {"edit": "merge", "entity": "person/brook-ada", "into": "person/ada-brook"}
        assert client.post("/edits?dry-run=true", json=merge).json()["dryRun"]
        before = client.get("/history", headers={"accept": "application/json"}).json()
        instant = before["revisions"][-1]["instant"]
        assert client.post("/edits", json=merge).status_code == 200
        there = client.get("/doc/person/brook-ada")
        assert (there.status_code, there.headers["location"]) == (307, "/doc/person/ada-brook")
        assert client.get(f"/doc/person/brook-ada?known-at={instant}").status_code == 200
        names = "SELECT ?name { <https://w3id.org/tenure/id/person/ada-brook> rdfs:label ?name }"
        query = {"query": f"PREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#> {names}"}
        for when, name in (("", "Ada Brook-Carr"), ("2021-06-01T00:00:00Z", "Ada Brook")):
            asked = {**query, "policy": f"known-at={when}" if when else ""}
            told = client.get("/sparql", params=asked, headers={"accept": "text/csv"})
            assert told.text.split("\r\n")[1] == name, told.text


def test_the_python_runs(
    repo_root: Path, town: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(town.parent)
    (block,) = blocks(repo_root, "python")
    exec(block, {})  # noqa: S102 - it is our own page
    assert capsys.readouterr().out == ""
    again = tenure.open(town)
    rows = again.ask("office-holders", office="office/mayor")
    assert "person/brook-ada" not in [row.person for row in rows]


def test_a_store_is_edited_too(town: Path, tmp_path: Path) -> None:
    store = tmp_path / "store"
    open_knowledge_base(town, store=store).close()
    with tenure.open(store) as read, pytest.raises(tenure.TenureError, match="to be read"):
        read.editor()
    with tenure.open(store, writable=True) as kb:
        kb.editor(by="Eva Dale").rename("person/ben-carr", "Benedict Carr")
    words = ("entity", "rename", "person/ben-carr", "Ben O. Carr", "--store", store, "--by", "Eva")
    done = CliRunner().invoke(build_app(), list(map(str, words)))
    assert done.exit_code == 0, done.output
    with tenure.open(store) as kb:
        assert kb.engine.registry.label(kb.engine.names.entity_iri("person/ben-carr")) == (
            "Ben O. Carr"
        )
