"""Every competency question, asked over HTTP."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml
from starlette.testclient import TestClient

from tenure.terms import Names

Row = dict[str, str]


@pytest.fixture(scope="session")
def questions(shared: Path) -> list[dict[str, Any]]:
    text = (shared / "competency" / "questions.yaml").read_text(encoding="utf-8")
    found = yaml.safe_load(text)
    assert isinstance(found, list)
    return found


def answers(client: TestClient, question: dict[str, Any]) -> list[Row]:
    asked = {**question.get("with", {}), "policy": "sources=jpost-620411"}
    response = client.get(f"/queries/{question['ask']}", params=asked)
    assert response.status_code == 200, response.text
    rows = response.json()["results"]["bindings"]
    return [{name: _short(term["value"]) for name, term in row.items()} for row in rows]


def _short(value: str) -> str:
    return Names().slug_of(value) or value.removeprefix("https://w3id.org/tenure/")


def _has(rows: list[Row], wanted: Row) -> bool:
    return any(all(row.get(name) == value for name, value in wanted.items()) for row in rows)


def test_every_question_is_answered_as_agreed(
    client: TestClient, questions: list[dict[str, Any]]
) -> None:
    wrong = {}
    for question in questions:
        rows = answers(client, question)
        wanted: list[Row] = question.get("rows", [])
        missing = [row for row in wanted if not _has(rows, row)]
        unwanted = [row for row in question.get("absent", []) if _has(rows, row)]
        if question.get("exactly"):
            columns = {name for row in wanted for name in row}
            told = {tuple(sorted((n, r.get(n)) for n in columns)) for r in rows if columns or r}
            agreed = {tuple(sorted((n, r.get(n)) for n in columns)) for r in wanted}
            unwanted += [dict(row) for row in told - agreed]
        if missing or unwanted:
            wrong[question["id"]] = (missing, unwanted)
    assert wrong == {}
