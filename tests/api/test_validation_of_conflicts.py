"""Conflicts among the claims of a body that is sent to ``/validate``."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from starlette.testclient import TestClient
from tests.knowledge.test_conflicting import ENTITIES, dated, source
from tests.made_facts import HEADER

from tenure_api.routes import validation

TRIG = {"content-type": "application/trig"}
FIRES = [dated("fire", "2021-03-01"), dated("fire", "2021-04-01")]


def sent(client: TestClient, params: dict[str, Any], text: str | None = None) -> Any:
    body = HEADER + ENTITIES + source("a", FIRES) if text is None else text
    return client.post("/validate", params=params, content=body.encode(), headers=TRIG)


def test_they_are_told_where_they_are_asked_for(client: TestClient) -> None:
    response = sent(client, {"conflicts": "true"})
    assert response.status_code == 200
    report = response.json()
    assert (report["conforms"], report["checked"]["conflicts"]) == (True, 1)
    first, second = report["findings"]
    assert first["severity"] == "warning"
    assert first["focus"].endswith("/claim/a/1")
    assert [one["focus"] for one in first["related"]] == [second["focus"]]
    assert first["related"][0]["line"] == second["line"] == first["line"] + 1
    for params in ({}, {"conflicts": "false"}):
        assert sent(client, params).json()["findings"] == []


def test_a_policy_settles_them(client: TestClient) -> None:
    two = HEADER + ENTITIES + source("a", FIRES[:1]) + source("b", FIRES[1:])
    asked = {"conflicts": "true", "policy": "resolve=named:b"}
    assert {one["severity"] for one in sent(client, asked, two).json()["findings"]} == {"info"}
    known = {"conflicts": "true", "known-at": "2026-11-23T12:00:00Z"}
    assert len(sent(client, known, two).json()["findings"]) == 2


def test_the_facts_of_one_source_contradict_nothing(client: TestClient, repo_root: Path) -> None:
    text = (repo_root / "kb" / "facts" / "dw-52601139.trig").read_text(encoding="utf-8")
    response = sent(client, {"conflicts": "true"}, text)
    assert (response.status_code, response.json()["findings"]) == (200, [])


def test_where_rules_are_broken_none_are_looked_for(client: TestClient) -> None:
    text = HEADER + ENTITIES + source("a", FIRES).replace("tn:hedged false ;", "", 1)
    response = sent(client, {"conflicts": "true"}, text)
    assert response.status_code == 422
    assert response.json()["notes"] == [
        "Conflicts were not looked for, because rules are violated."
    ]


def test_there_is_a_greatest_number(client: TestClient, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(validation, "MOST_CLAIMS", 1)
    (note,) = sent(client, {"conflicts": "true"}).json()["notes"]
    assert "2 claims, more than the 1 " in note


@pytest.mark.parametrize(
    ("params", "told"),
    [
        ({"conflicts": "perhaps"}, "conflicts"),
        ({"conflicts": "true", "at": "2020-01-01"}, "not of days"),
        ({"conflicts": "true", "possible": "true"}, "can only be asked of days"),
        ({"conflicts": "false", "policy": "majority"}, "can only be asked of days"),
        ({"conflicts": "true", "policy": "modalities=none"}, "modalities"),
    ],
)
def test_wrong_use(client: TestClient, params: dict[str, str], told: str) -> None:
    response = sent(client, params)
    assert response.status_code == 400
    assert told in response.text


def test_days_of_the_knowledge_base_have_no_such_parameter(client: TestClient) -> None:
    response = client.get("/validate", params={"at": "2020-01-01", "conflicts": "true"})
    assert response.status_code == 400
    assert "This address has no parameter 'conflicts'." in response.text


def test_it_is_described(client: TestClient) -> None:
    ways = client.get("/openapi.json").json()["paths"]["/validate"]
    named = {verb: {one["name"] for one in ways[verb]["parameters"]} for verb in ("get", "post")}
    assert named["post"] - named["get"] == {"conflicts"}
