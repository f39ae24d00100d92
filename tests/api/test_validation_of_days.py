"""Days held to their shapes over HTTP: of the knowledge base, and of facts that are sent."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from pyoxigraph import NamedNode, RdfFormat, parse
from starlette.testclient import TestClient
from tests.api.writable import writable
from tests.service import app_over

from tenure.catalog import Catalog
from tenure.knowledge import KnowledgeBase, open_knowledge_base
from tenure_api.routes import validation

TRIG = {"content-type": "application/trig"}
TURTLE = {"accept": "text/turtle"}


@pytest.fixture
def examples(repo_root: Path) -> Path:
    return repo_root / "ontology" / "examples" / "snapshots"


@pytest.fixture
def crowded(examples: Path) -> bytes:
    """Facts by which a seat for one has two holders, with their registry."""
    file = examples / "invalid" / "two-holders-of-one-seat.trig"
    registry = (examples / "entities.ttl").read_bytes()
    return registry + b"\n" + file.read_bytes()


@pytest.fixture
def crowded_client(examples: Path, catalog: Catalog, tmp_path: Path) -> Iterator[TestClient]:
    """A service over these facts."""
    (tmp_path / "entities.ttl").write_bytes((examples / "entities.ttl").read_bytes())
    file = examples / "invalid" / "two-holders-of-one-seat.trig"
    (tmp_path / file.name).write_bytes(file.read_bytes())
    kb = open_knowledge_base(tmp_path)
    with TestClient(app_over(kb, catalog)) as client:
        yield client
    kb.store.close()


def test_sound_days(client: TestClient) -> None:
    response = client.get("/validate", params={"at": ["2020-01-02", "event/us-strike-2020-01-03"]})
    assert response.status_code == 200
    report = response.json()
    assert report["conforms"] is True
    assert report["checked"]["days"] == 2
    assert report["checked"]["triples"] > 0


def test_every_change(client: TestClient) -> None:
    for possible in ("true", "false"):
        response = client.get("/validate", params={"every-change": "true", "possible": possible})
        assert response.json()["conforms"] is True
        assert response.json()["checked"]["days"] > 10


def test_a_day_that_breaks_a_rule_is_told_and_no_failure(crowded_client: TestClient) -> None:
    response = crowded_client.get("/validate", params={"at": "1921-06-01"})
    assert response.status_code == 200
    report = response.json()
    assert report["conforms"] is False
    (finding,) = report["findings"]
    assert finding["rule"] == "SeatsTaken"
    assert finding["focus"] == "https://w3id.org/tenure/id/office/captain"
    assert [one["claim"] for one in finding["claims"]] == [
        "https://w3id.org/tenure/claim/example/1",
        "https://w3id.org/tenure/claim/example/2",
    ]


def test_the_report_in_turtle_leads_to_the_graph_of_the_day(crowded_client: TestClient) -> None:
    response = crowded_client.get("/validate", params={"at": "1921-06-01"}, headers=TURTLE)
    assert response.headers["content-type"].startswith("text/turtle")
    quads = list(parse(response.content, RdfFormat.TURTLE))
    graph = NamedNode("https://w3id.org/tenure/at/1921-06-01")
    assert graph in {quad.object for quad in quads}


def test_a_policy_makes_another_day(crowded_client: TestClient) -> None:
    asked = {"at": "1921-06-01", "policy": "modalities=alleged"}
    assert crowded_client.get("/validate", params=asked).json()["conforms"] is True
    asked = {"at": "1921-06-01", "known-at": "2027-01-01T00:00:00Z"}
    (finding,) = crowded_client.get("/validate", params=asked).json()["findings"]
    assert finding["graph"] == ("https://w3id.org/tenure/known/2027-01-01T00:00:00Z/at/1921-06-01")


def test_the_days_of_facts_that_are_sent(
    client: TestClient, kb: KnowledgeBase, crowded: bytes
) -> None:
    before = kb.store.graphs()
    response = client.post("/validate?at=1921-06-01", content=crowded, headers=TRIG)
    assert response.status_code == 422
    assert [one["rule"] for one in response.json()["findings"]] == ["SeatsTaken"]
    response = client.post("/validate?at=1921-01-01", content=crowded, headers=TRIG)
    assert response.status_code == 200
    assert response.json()["checked"]["days"] == 1
    assert kb.store.graphs() == before


def test_facts_that_the_gate_refuses_have_no_days(client: TestClient, repo_root: Path) -> None:
    bad = repo_root / "ontology" / "examples" / "invalid" / "claim-without-evidence.trig"
    response = client.post("/validate?at=1921-06-01", content=bad.read_bytes(), headers=TRIG)
    assert response.status_code == 422
    assert "ValueMissing" in {one["rule"] for one in response.json()["findings"]}


@pytest.mark.parametrize("words", ["2 January 2020", "before/3 January 2020", "yesterday"])
def test_days_in_words(client: TestClient, words: str) -> None:
    assert client.get("/validate", params={"at": words}).status_code == 200


@pytest.mark.parametrize(
    ("query", "status", "told"),
    [
        ("", 400, "No day is named"),
        ("possible=true", 400, "only be asked of days"),
        ("at=2020-02-30", 400, "2020-02-30"),
        ("at=any", 400, "any is no day"),
        ("at=event/nothing-of-the-kind", 404, "nothing-of-the-kind"),
        ("at=2020-01-02&possible=perhaps", 400, "no truth value"),
        ("at=2020-01-02&posible=true", 400, "no parameter 'posible'"),
        ("at=2020-01-02&policy=nonsense=1", 400, "nonsense"),
        ("at=2020-01-02&policy=newest&policy=majority", 400, "twice"),
    ],
)
def test_what_cannot_be_asked(client: TestClient, query: str, status: int, told: str) -> None:
    response = client.get(f"/validate?{query}")
    assert response.status_code == status
    assert told in response.json()["detail"]
    assert response.json()["remedy"]


def test_more_days_than_one_request_may_have_checked(
    client: TestClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(validation, "MOST_DAYS", 1)
    response = client.get("/validate?at=2020-01-02&at=2020-01-03")
    assert response.status_code == 400
    assert "more than the 1" in response.json()["detail"]


def test_a_report_in_another_format(client: TestClient) -> None:
    response = client.get("/validate?at=2020-01-02", headers={"accept": "image/png"})
    assert response.status_code == 406


def test_a_report_is_kept_until_something_is_written(examples: Path, catalog: Catalog) -> None:
    with writable(examples, catalog, lazy=False) as (client, _):
        query = {"at": "1921-06-01"}
        first = client.get("/validate", params=query)
        readers = client.app.state.bodies.readers  # type: ignore[attr-defined]
        readers.close()
        # There is nothing left to check with, and nothing that has to be.
        assert client.get("/validate", params=query).text == first.text
        update = "INSERT DATA { GRAPH <https://example.org/g> { <urn:a> <urn:b> <urn:c> } }"
        kind = {"content-type": "application/sparql-update"}
        assert client.post("/sparql", content=update, headers=kind).status_code == 200
        assert client.get("/validate", params=query).status_code == 503
