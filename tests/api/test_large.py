"""The service over a large base refuses what asks for all of it at once, and answers the rest."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from starlette.testclient import TestClient
from tests.api.writable import PROOF, OnePerson
from tests.conflicting import made_up_conflicts
from tests.service import app_over

from tenure.catalog import Catalog
from tenure.knowledge import KnowledgeBase, open_knowledge_base
from tenure_api.security import Access

JSON = {"accept": "application/json"}
HTML = {"accept": "text/html"}
LD = {"accept": "application/n-triples, application/n-quads;q=0.5, application/json;q=0.1"}
PAGES = (
    "/doc/person/ada-brook",
    "/doc/tenure/ada",
    "/doc/event/fire",
    "/doc/office/harbour-master",
    "/claim/courier-1/1",
    "/source/courier-1",
    "/at/2021-06-10",
    "/at/event/fire",
    "/queries/timeline?entity=person/ada-brook",
    "/queries/changes?why=1&from=2020-01-01&to=2022-01-01",
    "/explain/tenure/ada",
    "/explain/event/fire",
    "/diff?from=2020-01-01&to=2021-06-10",
    "/conflicts",
    "/learned?from=2020-01-01T00:00:00Z&to=2030-01-01T00:00:00Z",
    "/history",
    "/queries/incumbents?at=2021-06-10",
    "/queries/incumbents?at=2021-06-10&why=1",
    "/queries/conflicts?why=1",
    "/queries/claims-about?why=1&entity=person/ada-brook",
    "/queries/over-occupied?why=1",
    "/queries/vacancies?why=1&from=2020-01-01&to=2022-01-01",
)
WHOLE = (
    "/queries/incumbents?at=2021-06-10&policy=hedged%3Dno",
    "/at/2021-06-10?policy=hedged%3Dno",
    "/diff?from=2020-01-01&to=2021-06-10&policy=hedged%3Dno",
    "/conflicts?policy=hedged%3Dno",
)


@pytest.fixture(scope="module")
def facts(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The made-up base that disagrees about a day, a seat, a title."""
    return made_up_conflicts(tmp_path_factory.mktemp("made-up") / "facts")


def service(kb: KnowledgeBase, catalog: Catalog) -> TestClient:
    """A client that may write."""
    app = app_over(kb, catalog, access=Access([OnePerson()], writable=True))
    return TestClient(
        app,
        base_url="http://www.example",
        headers=PROOF,
        follow_redirects=False,
        raise_server_exceptions=False,
    )


@pytest.fixture(scope="module")
def read_only(facts: Path, catalog: Catalog) -> Iterator[TestClient]:
    """The service over it, which nobody changes."""
    kb = open_knowledge_base(facts)
    with service(kb, catalog) as client:
        yield client
    kb.store.close()


@pytest.mark.parametrize("path", WHOLE)
def test_what_needs_too_large_a_world_is_refused(
    read_only: TestClient, monkeypatch: pytest.MonkeyPatch, path: str
) -> None:
    monkeypatch.setattr("tenure.knowledge.snapshot.MOST_AT_ONCE", 0)
    answer = read_only.get(path, headers=JSON)
    assert 400 <= answer.status_code < 500
    assert answer.headers["content-type"].startswith("application/problem+json")
    assert "at once" in answer.json()["detail"]
    assert read_only.get(path, headers=HTML).status_code == answer.status_code


@pytest.mark.parametrize("path", PAGES)
def test_nothing_else_needs_a_whole_world(
    read_only: TestClient, monkeypatch: pytest.MonkeyPatch, path: str
) -> None:
    monkeypatch.setattr("tenure.knowledge.snapshot.MOST_AT_ONCE", 0)
    for headers in (JSON, HTML):
        assert read_only.get(path, headers=headers).status_code < 500
