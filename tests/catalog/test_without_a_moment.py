"""A question under another policy, asked without a moment, has its rows at every face."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping

import pytest
from starlette.testclient import TestClient
from tests.service import app_over

from tenure.catalog import Catalog, ask
from tenure.knowledge import KnowledgeBase
from tenure.store import Solutions, result_format

POLICIES = (
    "",
    "hedged=no",
    "sources=jpost-620411",
    "newest",
    "modalities=asserted,reported",
)
MOMENTS = frozenset({"at", "before", "after", "from", "to", "during"})
QUESTIONS = sorted(Catalog.load())


@pytest.fixture(scope="module")
def client(kb: KnowledgeBase, catalog: Catalog) -> Iterator[TestClient]:
    with TestClient(app_over(kb, catalog)) as opened:
        yield opened


def rows(text: str | bytes) -> list[str]:
    return sorted(
        json.dumps(row, sort_keys=True) for row in json.loads(text)["results"]["bindings"]
    )


def without_moment(catalog: Catalog, name: str) -> Iterator[Mapping[str, str]]:
    """The question's example, and as little as it may be asked with, neither with a moment."""
    query = catalog.find(name)
    needed = {one.name for one in query.parameters if one.required}
    example = {
        key: value for key, value in query.example.items() if key in needed or key not in MOMENTS
    }
    yield example
    least = {key: value for key, value in example.items() if key in needed}
    if least != example:
        yield least


@pytest.mark.parametrize("name", QUESTIONS)
def test_the_service_has_the_rows_of_the_library(
    client: TestClient, kb: KnowledgeBase, catalog: Catalog, name: str
) -> None:
    known_at = f"known-at={kb.revisions()[0].instant}"
    for place, policy in enumerate((*POLICIES, known_at)):
        # Every policy with one of them in turn: an answer that differs takes as long at each face.
        asked = list(without_moment(catalog, name))
        for given in asked if place == 0 else [asked[place % len(asked)]]:
            answer = ask(kb, catalog.find(name), given, kb.policy(policy))
            assert isinstance(answer, Solutions)
            served = client.get(f"/queries/{name}", params={**given, "policy": policy})
            assert served.status_code == 200, served.text
            here = rows(answer.serialise(result_format("json")))
            assert rows(served.content) == here, (policy, given)


@pytest.mark.parametrize(
    "name",
    [
        "meetings",
        "memberships",
        "office-holders",
        "offices-held",
        "sanctions",
        "sponsored",
        "sponsors",
        "stances",
    ],
)
def test_there_are_rows_under_a_policy_without_a_moment(
    client: TestClient, catalog: Catalog, name: str
) -> None:
    """As a list, so that a fault which empties every face alike is seen too."""
    given = next(without_moment(catalog, name))
    answer = client.get(f"/queries/{name}", params={**given, "policy": "hedged=no"})
    assert answer.json()["results"]["bindings"]


def test_the_graph_of_a_policys_world_can_be_named(client: TestClient, kb: KnowledgeBase) -> None:
    world = f"{kb.names.base}policy/hedged=no/world"
    in_graph = "SELECT (COUNT(*) AS ?n) { GRAPH <$world> { ?s ?p ?o } }"
    from_it = "SELECT (COUNT(*) AS ?n) FROM <$world> { ?s ?p ?o }"
    counts = [
        client.get(
            "/sparql", params={"query": text.replace("$world", world), "format": "csv", **more}
        ).text.split()[1]
        for text, more in ((in_graph, {}), (from_it, {}), (in_graph, {"policy": "hedged=no"}))
    ]
    assert len(set(counts)) == 1
    assert int(counts[0]) > 1_000
    wrong = f"ASK {{ GRAPH <{kb.names.base}policy/hedged=perhaps/world> {{ ?s ?p ?o }} }}"
    refused = client.get("/sparql", params={"query": wrong})
    assert (refused.status_code, refused.json()["type"]) == (403, "/problems#Refused")
