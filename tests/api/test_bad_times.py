"""Times that cannot be, over HTTP: the message is clear, and all else can still be asked about."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from starlette.testclient import TestClient
from tests.cli.made_up import ANN, BACKWARDS, CIRCLE, REVERSED, STRANGER, made_up_facts
from tests.service import app_over

from tenure.catalog import Catalog
from tenure.knowledge import open_knowledge_base

JSON = {"Accept": "application/json"}
ASK = "/queries/office-holders?office=office/o&at=2002&format=csv"


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory, catalog: Catalog) -> Iterator[TestClient]:
    """A service whose facts hold a circle of events and a tenure that ends before it starts."""
    folder = made_up_facts(tmp_path_factory.mktemp("made-up") / "facts", (ANN, *CIRCLE, *BACKWARDS))
    kb = open_knowledge_base(folder)
    with TestClient(app_over(kb, catalog), follow_redirects=False) as client:
        yield client
    kb.store.close()


def test_what_cannot_all_be_so_is_told_and_the_rest_is_answered(service: TestClient) -> None:
    conflicts = service.get("/conflicts", headers=JSON).json()["conflicts"]
    told = {
        frozenset(int(claim.rpartition("/")[2]) for claim in one["claims"]): one["reason"]
        for one in conflicts
    }
    assert told.keys() == {frozenset({1, 2, 3}), frozenset({4, 5})}
    assert "cannot all be true" in told[frozenset({1, 2, 3})]
    assert "2005" in told[frozenset({4, 5})]
    answer = service.get(ASK)
    assert answer.status_code == 200
    assert "person/ann,certain" in answer.text.replace("https://w3id.org/tenure/id/", "")


@pytest.mark.parametrize(
    ("wrong", "what"),
    [(REVERSED, "end lies before the start"), (STRANGER, "person/zoe")],
)
def test_facts_that_cannot_be_read_are_found_and_the_service_goes_on(
    service: TestClient, tmp_path: Path, wrong: str, what: str
) -> None:
    body = (made_up_facts(tmp_path / "bad", (wrong,)) / "made-up.trig").read_bytes()
    kind = {"content-type": "application/trig", **JSON}
    found = service.post("/validate", content=body, headers=kind)
    assert what in found.text
    assert service.get(ASK).status_code == 200


@pytest.mark.parametrize(
    ("address", "status", "where", "what"),
    [
        ("/at/soon", 400, "at", "'soon' is no EDTF value"),
        ("/at/2002-13", 400, "at", "no month 13"),
        ("/queries/office-holders?office=office/o&at=soon", 400, "at", "'soon'"),
        ("/queries/sometime?from=2003&to=2002", 400, "to", "before it begins"),
        ("/queries/changes?from=2003&to=2002", 400, "to", "ends (2002) before it begins (2003)"),
        ("/queries/office-holders?office=office/x", 404, None, "no entity 'office/x'"),
        ("/queries/incumbents?known-at=1990-01-01T00:00:00Z", 400, "known-at", "first revision"),
        ("/at/2002?known-at=yesterday", 400, "known-at", "no instant"),
    ],
)
def test_a_moment_that_is_none(
    service: TestClient, address: str, status: int, where: str | None, what: str
) -> None:
    answer = service.get(address, headers=JSON)
    assert answer.status_code == status
    problem = answer.json()
    assert problem.get("where") == where
    assert what in problem["detail"]
    assert service.get(ASK).status_code == 200
