"""Every refusal is a problem, and none tells more than it should."""

from __future__ import annotations

import pytest
from fastapi import FastAPI, Query
from starlette.testclient import TestClient
from tests.service import app_over

from tenure.catalog import Catalog
from tenure.errors import TenureError, Where
from tenure.knowledge import KnowledgeBase
from tenure_api.pages.rendering import SECURITY_HEADERS
from tenure_api.problems import describe, kinds

HTML = {"accept": "text/html"}


@pytest.mark.parametrize(
    ("method", "address", "status"),
    [
        ("GET", "/nowhere", 404),
        ("GET", "/static/nothing.css", 404),
        ("GET", "/static/../app.py", 404),
        ("DELETE", "/sparql", 405),
        ("POST", "/queries/office-holders", 405),
        ("PUT", "/validate", 405),
        ("GET", "/export/xls", 400),
    ],
)
def test_the_frameworks_refusals_are_problems(
    client: TestClient, method: str, address: str, status: int
) -> None:
    response = client.request(method, address)
    assert response.status_code == status
    assert response.headers["content-type"] == "application/problem+json"
    problem = response.json()
    assert problem["status"] == status
    assert problem["title"]
    assert problem["detail"]
    if status == 405:
        assert response.headers["allow"]


@pytest.mark.parametrize(
    ("method", "address", "allowed"),
    [("DELETE", "/compare", "GET, POST, HEAD"), ("POST", "/people", "GET, HEAD")],
)
def test_a_wrong_method_is_told_all_right_ones(
    client: TestClient, method: str, address: str, allowed: str
) -> None:
    refused = client.request(method, address)
    assert refused.headers["allow"] == allowed
    assert refused.json()["remedy"] == f"It takes {allowed}."


def test_what_a_parameter_may_have_meant_is_offered(client: TestClient) -> None:
    page = client.get("/network?around=Shamkhani&degree=certain", headers=HTML).text
    near = page.partition("Did you mean one of these?")[2]
    assert "Ali Shamkhani" in near
    assert "documents" not in near


def test_a_browser_gets_a_page_with_the_same_words(client: TestClient) -> None:
    response = client.get("/doc/person/nobody-of-that-name", headers=HTML)
    assert response.status_code == 404
    assert "<h1>Not found</h1>" in response.text


def test_a_fault_of_ours_is_a_problem_without_its_traceback(
    kb: KnowledgeBase, catalog: Catalog
) -> None:
    app = app_over(kb, catalog)

    @app.get("/fault")
    def fault() -> None:
        raise RuntimeError("the secret of the house")

    with TestClient(app, raise_server_exceptions=False) as client:
        response = client.get("/fault")
    assert response.status_code == 500
    assert response.headers["content-type"] == "application/problem+json"
    assert "secret" not in response.text
    assert "Traceback" not in response.text
    for name, value in SECURITY_HEADERS.items():
        assert response.headers[name] == value


def test_the_frameworks_validation_is_a_problem(kb: KnowledgeBase, catalog: Catalog) -> None:
    app: FastAPI = app_over(kb, catalog)

    @app.get("/count")
    def count(number: int = Query()) -> int:
        return number

    with TestClient(app) as client:
        response = client.get("/count", params={"number": "many"})
    assert response.status_code == 400
    assert response.json()["where"] == "number"


def test_every_kind_of_problem_is_documented(client: TestClient) -> None:
    page = client.get("/problems", headers=HTML).text
    assert len(kinds()) > 10
    for kind in kinds():
        assert f'id="{kind.__name__}"' in page
    assert 'id="_' not in page


def test_a_problem_says_where_what_and_the_remedy() -> None:
    told = describe(TenureError("It is wrong.", where=Where("q.rq", 3, 7), remedy="Right it."))
    assert told == {
        "type": "/problems#TenureError",
        "title": TenureError.title,
        "status": 400,
        "detail": "It is wrong.",
        "where": "q.rq:3:7",
        "line": 3,
        "column": 7,
        "remedy": "Right it.",
    }
