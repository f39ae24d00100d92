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
from tenure.temporal import FourBounds
from tenure_api.pages.disagreements import joined

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


def test_the_page_has_a_position_for_each_claim(made_up: TestClient) -> None:
    answer = made_up.get("/conflicts?policy=newest", headers=PAGE)
    assert answer.headers["content-type"].startswith("text/html")
    page = unescape(answer.text)
    for _, claims, _, reason in MADE_UP:
        assert page.count(reason) == 1
        assert all(f"/claim/{claim}" in page for claim in claims)
    assert page.count("gave way") == 3
    alike = made_up.get("/conflicts?under=newest", headers=PAGE).text
    assert "These would give way: courier-1/2." in alike
    fire = made_up.get("/conflicts?entity=event/fire", headers=PAGE).text
    assert "1 of 3 conflicts" in fire
    assert made_up.get("/conflicts?source=nobody", headers=PAGE).status_code == 404
    assert made_up.get("/conflicts?under=nothing", headers=PAGE).status_code == 400


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


def test_a_claim_with_a_start_and_an_end_is_one_line(made_up: TestClient) -> None:
    assert "on on " not in made_up.get("/conflicts", headers=PAGE).text
    each = FourBounds(3, 3, 3, None), FourBounds(None, 9, 9, 9)
    assert joined(each, ("one",)) == [FourBounds(3, 3, 9, 9)]
    assert joined(each, ("one", "another")) == each
    contradictory = FourBounds(9, 9, 9, None), FourBounds(None, 3, 3, 3)
    assert joined(contradictory, ("one",)) == contradictory


ALTERNATIVES = """
PREFIX tn: <https://w3id.org/tenure/ontology#>
SELECT ?from ?to ?claim WHERE {
  <https://w3id.org/tenure/id/event/fire> tn:alternative ?one .
  ?one a tn:Alternative ; tn:startEarliest ?from ; tn:endLatest ?to ; tn:leavesOut ?claim .
} ORDER BY ?from
"""


def test_alternatives_stand_side_by_side(made_up: TestClient) -> None:
    """In SPARQL, in JSON, on the pages of the conflict, of the thing and of the reasons."""
    answer = made_up.get("/sparql", params={"query": ALTERNATIVES}, headers=JSON).json()
    rows = [{k: v["value"] for k, v in row.items()} for row in answer["results"]["bindings"]]
    prefix = Names().claim_prefix
    assert [(row["from"], row["to"], row["claim"]) for row in rows] == [
        ("2021-03-01", "2021-03-01", f"{prefix}herald-1/3"),
        ("2021-04-01", "2021-04-01", f"{prefix}courier-1/2"),
    ]
    fire = f"{Names().id_prefix}event/fire"
    beside = made_up.get("/conflicts", headers=JSON).json()["alternatives"]
    assert [one["days"]["startEarliest"] for one in beside[fire]] == ["2021-03-01", "2021-04-01"]
    told = made_up.get("/explain/event/fire", headers=JSON).json()
    assert [one["leaves_out"] for one in told["alternatives"]] == [
        [f"{prefix}herald-1/3"],
        [f"{prefix}courier-1/2"],
    ]
    for address in ("/conflicts", "/explain/event/fire", "/doc/event/fire"):
        page = unescape(made_up.get(address, headers=PAGE).text)
        assert page.count("Begins on 1 March 2021, ends on 1 March 2021.") == 1, address
        assert page.count("Begins on 1 April 2021, ends on 1 April 2021.") == 1, address
    assert "contested" in made_up.get("/at/2021-03-01/possible", headers=PAGE).text


def test_a_day_between_alternatives_has_neither(made_up: TestClient) -> None:
    ask = "SELECT ?e FROM <https://w3id.org/tenure/at/{}/possible> WHERE {{ ?e ?p ?o }}"
    found = {}
    for day in ("2021-03-01", "2021-03-15", "2021-04-01"):
        answer = made_up.get("/sparql", params={"query": ask.format(day)}, headers=JSON).json()
        terms = {row["e"]["value"].rpartition("/")[2] for row in answer["results"]["bindings"]}
        found[day] = "fire" in terms
    assert found == {"2021-03-01": True, "2021-03-15": False, "2021-04-01": True}
