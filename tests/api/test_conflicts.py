"""What ``/conflicts`` and ``/policies`` answer, exactly."""

from __future__ import annotations

from collections.abc import Iterator
from html import unescape
from pathlib import Path

import pytest
from starlette.testclient import TestClient
from tests.conflicting import KINDS, MADE_UP, OF_THE_FACTS, made_up_conflicts, told
from tests.service import app_over

from tenure.catalog import Catalog
from tenure.knowledge import open_knowledge_base
from tenure.namespaces import Names

JSON = {"Accept": "application/json"}
PAGE = {"Accept": "text/html"}


@pytest.fixture(scope="module")
def made_up(tmp_path_factory: pytest.TempPathFactory, catalog: Catalog) -> Iterator[TestClient]:
    folder: Path = made_up_conflicts(tmp_path_factory.mktemp("conflicts") / "facts")
    with TestClient(app_over(open_knowledge_base(folder), catalog)) as client:
        yield client


def test_the_conflicts_of_the_facts_and_no_other(client: TestClient) -> None:
    found = client.get("/conflicts", headers=JSON).json()["conflicts"]
    prefix = Names().claim_prefix
    assert {frozenset(c.removeprefix(prefix) for c in one["claims"]) for one in found} == (
        OF_THE_FACTS
    )
    assert len(found) == len(OF_THE_FACTS)


@pytest.mark.parametrize(
    ("query", "rule", "lost"),
    [
        ("", None, [[], [], []]),
        ("?policy=newest", "newest", [["courier-1/2"], ["courier-1/1"], ["courier-1/1"]]),
        ("?policy=majority", None, [[], [], []]),
    ],
)
def test_the_conflicts_of_a_made_up_base(
    made_up: TestClient, query: str, rule: str | None, lost: list[list[str]]
) -> None:
    found = made_up.get(f"/conflicts{query}", headers=JSON).json()["conflicts"]
    assert all(one.pop("conflict").startswith(Names().base + "conflict/") for one in found)
    assert sorted(found, key=lambda one: KINDS.index(one["kind"])) == told(rule, lost)


def test_the_page_has_a_row_for_each_claim(made_up: TestClient) -> None:
    answer = made_up.get("/conflicts?policy=newest", headers=PAGE)
    assert answer.headers["content-type"].startswith("text/html")
    page = unescape(answer.text)
    for _, claims, _, reason in MADE_UP:
        assert page.count(reason) == len(claims)
        assert all(f"/claim/{claim}" in page for claim in claims)
    assert page.count("gave way") == 3


def test_the_policies(client: TestClient) -> None:
    assert client.get("/policies", headers=JSON).json() == {
        "policies": {
            "every-rank": "ranks=all",
            "everything-said": "modalities=all",
            "majority": "resolve=majority",
            "newest": "resolve=newest",
            "only-firm": "hedged=no",
            "only-stated": "inferred=no",
        }
    }
    page = client.get("/policies", headers=PAGE).text
    assert "everything-said" in page
    assert "resolve=majority" in page


@pytest.mark.parametrize(
    "address", ["/conflicts?policy=newst", "/conflicts?format=csv", "/policies?colour=red"]
)
def test_what_cannot_be_is_a_problem(client: TestClient, address: str) -> None:
    answer = client.get(address, headers=JSON)
    assert answer.status_code in (400, 406)
    assert answer.headers["content-type"].startswith("application/problem+json")
