"""``docs/explanation/slices.md``: its query is answered over HTTP as the page shows."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from starlette.testclient import TestClient

CSV = {"accept": "text/csv"}
HOLDS = "SELECT ?who { ?who <http://www.w3.org/ns/org#holds> ?office }"
BASE = "https://w3id.org/tenure/"


@pytest.fixture(scope="module")
def page(repo_root: Path) -> str:
    """The text of the page."""
    return (repo_root / "docs" / "explanation" / "slices.md").read_text(encoding="utf-8")


def block(page: str, language: str) -> str:
    found = re.findall(rf"```{language}\n(.*?)```", page, re.DOTALL)
    assert len(found) == 1
    return str(found[0])


def test_two_days_in_one_query_are_a_difference(client: TestClient, page: str) -> None:
    query, shown = block(page, "sparql"), block(page, "csv")
    assert len(shown.splitlines()) == 3
    answer = client.get("/sparql", params={"query": query}, headers=CSV)
    assert answer.status_code == 200
    assert answer.text.splitlines() == shown.splitlines()


def test_the_data_set_of_the_protocol_gives_the_same(client: TestClient, page: str) -> None:
    query = re.sub(r"^FROM NAMED .*\n", "", block(page, "sparql"), flags=re.MULTILINE)
    days = [f"{BASE}at/2020-01-02", f"{BASE}at/2020-01-04"]
    answer = client.post("/sparql", data={"query": query, "named-graph-uri": days}, headers=CSV)
    assert answer.text.splitlines() == block(page, "csv").splitlines()


def test_a_day_as_it_was_known(client: TestClient) -> None:
    known = f"{BASE}known/2026-11-24T00:00:00Z/at/2020-01-02"
    days = (f"{BASE}at/2020-01-02", known)
    answers = [
        client.get("/sparql", params={"query": HOLDS, "default-graph-uri": day}, headers=CSV)
        for day in days
    ]
    assert sorted(answers[0].text.split()) == sorted(answers[1].text.split())
    assert f"{BASE}id/person/qasem-soleimani" in answers[1].text


@pytest.mark.parametrize("tail", ["", "/possible"])
def test_its_address_answers_too(client: TestClient, tail: str) -> None:
    accept = {"accept": "application/n-triples"}
    by_path = client.get(f"/known/2026-11-24T00:00:00Z/at/2020-01-02{tail}", headers=accept)
    day = f"/at/2020-01-02{tail}"
    by_parameter = client.get(day, params={"known-at": "2026-11-24T00:00:00Z"}, headers=accept)
    assert by_path.status_code == 200
    assert sorted(by_path.text.splitlines()) == sorted(by_parameter.text.splitlines())


def test_a_day_that_is_none_is_refused_with_the_reason(client: TestClient) -> None:
    query = "SELECT * FROM <day> { ?s ?p ?o }".replace("day", f"{BASE}at/2020-02-30")
    answer = client.get("/sparql", params={"query": query})
    assert answer.status_code == 403
    assert "2020-02-30" in answer.json()["detail"].partition(">: ")[2]
