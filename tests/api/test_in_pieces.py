"""The service over a base that holds nothing in memory answers as over one that holds all."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from starlette.testclient import TestClient
from tests.api.writable import PROOF, OnePerson
from tests.conflicting import made_up_conflicts
from tests.service import app_over
from tests.transactions.documents import body, document, iri

from tenure.catalog import Catalog
from tenure.knowledge import KnowledgeBase, open_knowledge_base
from tenure.store import Store
from tenure.terms import BASE
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
MISSING = ("/doc/tenure/nobody--nothing", "/claim/courier-1/99", "/source/nobody", "/explain/x/y")
WHOLE = (
    "/queries/incumbents?at=2021-06-10&policy=hedged%3Dno",
    "/at/2021-06-10?policy=hedged%3Dno",
    "/diff?from=2020-01-01&to=2021-06-10&policy=hedged%3Dno",
    "/conflicts?policy=hedged%3Dno",
)
DAY, CLAIM = f"{BASE}at/2021-06-10", f"{BASE}claim/courier-1/1"
QUERIES = (
    "SELECT * { GRAPH ?g { ?s ?p ?o } } ORDER BY ?g ?s ?p ?o LIMIT 20",
    "SELECT ?s FROM <$DAY> { ?s ?p ?o } ORDER BY ?s",
    "SELECT ?s { GRAPH <$CLAIM> { ?s ?p ?o } }",
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
def whole(facts: Path, catalog: Catalog) -> Iterator[TestClient]:
    """The service over a base that is held in memory."""
    kb = open_knowledge_base(facts)
    with service(kb, catalog) as client:
        yield client
    kb.store.close()


@pytest.fixture
def pieces(facts: Path, catalog: Catalog) -> Iterator[TestClient]:
    """The service over the same base in pieces; it may be written."""
    kb = in_pieces(facts)
    with service(kb, catalog) as client:
        yield client
    kb.store.close()


@pytest.fixture(scope="module")
def read_only(facts: Path, catalog: Catalog) -> Iterator[TestClient]:
    """The service over the same base in pieces, which nobody changes."""
    kb = in_pieces(facts)
    with service(kb, catalog) as client:
        yield client
    kb.store.close()


def in_pieces(facts: Path) -> KnowledgeBase:
    store = Store(None)
    other = open_knowledge_base(facts)
    store.add(other.store.quads())
    other.store.close()
    return KnowledgeBase(store, other.names, most_held=0)


@pytest.mark.parametrize("path", PAGES)
def test_what_is_read(whole: TestClient, read_only: TestClient, path: str) -> None:
    for headers in (JSON, HTML, LD):
        mine, theirs = (client.get(path, headers=headers) for client in (read_only, whole))
        assert mine.status_code == theirs.status_code < 500
        if headers is not HTML:
            assert sorted(mine.text.splitlines()) == sorted(theirs.text.splitlines())
    assert read_only.get(path).status_code == 200


def test_everything_is_given_away(whole: TestClient, read_only: TestClient) -> None:
    world = {"graph": f"{BASE}graph/world"}
    plain = {"accept": "application/n-triples"}
    for path, how in (("/rdf-graph-store", world), ("/export/nq", {})):
        found = [one.get(path, params=how, headers=plain) for one in (whole, read_only)]
        assert [one.status_code for one in found] == [200, 200]
        assert sorted(found[1].text.splitlines()) == sorted(found[0].text.splitlines())


@pytest.mark.parametrize("path", MISSING)
def test_what_is_not_there(whole: TestClient, read_only: TestClient, path: str) -> None:
    mine, theirs = (client.get(path, headers=JSON) for client in (read_only, whole))
    assert mine.status_code == theirs.status_code == 404
    assert mine.json()["type"] == theirs.json()["type"]


@pytest.mark.parametrize("query", QUERIES)
def test_queries(whole: TestClient, read_only: TestClient, query: str) -> None:
    query = query.replace("$DAY", DAY).replace("$CLAIM", CLAIM)
    found = [one.get("/sparql", params={"query": query}) for one in (whole, read_only)]
    assert [one.status_code for one in found] == [200, 200]
    assert found[1].json() == found[0].json()
    assert found[0].json()["results"]["bindings"]


def test_claims_that_are_written(pieces: TestClient) -> None:
    told = document().replace("office:pmu-deputy-head", "office:harbour-master")
    told = told.replace("jane-roe--pmu-deputy-head", "jane-roe--harbour-master")
    headers = {"content-type": "application/trig", "accept": "application/json"}
    data = body(told).data
    asked = pieces.post("/claims", params={"dry-run": "true"}, content=data, headers=headers)
    assert asked.status_code == 200
    assert pieces.get("/claim/gazette/1", headers=JSON).status_code == 404
    done = pieces.post("/claims", content=data, headers=headers)
    assert done.status_code == 201
    assert done.json()["added"] == [iri()]
    assert pieces.get("/claim/gazette/1", headers=JSON).status_code == 200
    held = pieces.get("/explain/tenure/jane-roe--harbour-master", headers=JSON)
    assert held.status_code == 200
    assert iri() in held.text
    assert "jane-roe" in pieces.get("/at/2020-05-04", headers=JSON).text
    assert pieces.post("/claims/gazette/1/retraction").json()["retracted"] == [iri()]
    assert pieces.get("/explain/tenure/jane-roe--harbour-master", headers=JSON).status_code == 404
    assert pieces.get("/claim/gazette/1", headers=JSON).status_code == 200


@pytest.mark.parametrize("path", WHOLE)
def test_what_needs_too_large_a_world_is_refused(
    read_only: TestClient, monkeypatch: pytest.MonkeyPatch, path: str
) -> None:
    monkeypatch.setattr("tenure.knowledge.piecewise.MOST_WHOLE", 0)
    answer = read_only.get(path, headers=JSON)
    assert 400 <= answer.status_code < 500
    assert answer.headers["content-type"].startswith("application/problem+json")
    assert "at once" in answer.json()["detail"]
    assert read_only.get(path, headers=HTML).status_code == answer.status_code


@pytest.mark.parametrize("path", PAGES)
def test_nothing_else_needs_a_whole_world(
    read_only: TestClient, monkeypatch: pytest.MonkeyPatch, path: str
) -> None:
    monkeypatch.setattr("tenure.knowledge.piecewise.MOST_WHOLE", 0)
    for headers in (JSON, HTML):
        assert read_only.get(path, headers=headers).status_code < 500
