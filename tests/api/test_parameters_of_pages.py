"""What every page is looked at by is read alike by all of them: none takes in silence what is none.

The pages are found among the routes of the service, so that a new one is held to this too.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from html import unescape
from typing import Final

import pytest
from fastapi import FastAPI
from fastapi.routing import APIRoute
from starlette.testclient import TestClient

from tenure_api.pages.view import VIEW_NAMES

HTML: Final = {"accept": "text/html"}
TENURE: Final = "tenure/abu-mahdi-al-muhandis--pmu-deputy-head"
EXAMPLES: Final[Mapping[str, str]] = {
    "/at/{when:path}": "/at/2020-01-02",
    "/at/{when:path}/possible": "/at/2020-01-02/possible",
    "/at/{when:path}/presumed": "/at/2020-01-02/presumed",
    "/claim/{source}/{number}": "/claim/ina-6771/1",
    "/doc/{slug:path}": "/doc/person/ali-shamkhani",
    "/explain": f"/explain?iri={TENURE}",
    "/explain/{slug:path}": f"/explain/{TENURE}",
    "/known/{instant}/at/{when:path}": "/known/2027-01-01T00:00:00Z/at/2020-01-02",
    "/ontology/{version}": "/ontology/time",
    "/policies/{name}": "/policies/newest",
    "/policy/{policy}/at/{when:path}": "/policy/hedged=no/at/2020-01-02",
    "/position-history": "/position-history?office=office/pmu-deputy-head",
    "/source/{source}": "/source/jpost-620411",
}
"""What is asked where the template of a route, without parameters, is no page."""
NO_PAGES: Final = frozenset(
    (
        "/.well-known/sparql-examples",
        "/.well-known/void",
        "/export/{format}",
        "/health",
        "/id/{slug:path}",
        "/metrics",
        "/openapi.json",
        "/queries/{name:path}",
        "/ready",
        "/rdf-graph-store",
        "/rdf-graph-store/{name:path}",
        "/sparql/editor",
        "/static/terms.css",
        "/terms",
        "/validate",
        "/vocabulary/{version}",
    )
)
"""Routes that answer a browser, too, by no page of the service over the facts that come along."""
BAD: Final = {
    "policy": "nobody",
    "known-at": "soon",
    "degree": "sure",
    "page": "abc",
    "dya": "2020-01-02",
}
"""What a page has to refuse: by its value, or as what it does not have."""


def templates(routes: Iterable[object]) -> Iterator[str]:
    """The templates of what a service answers ``GET`` at; routers are kept within others whole."""
    for one in routes:
        if isinstance(one, APIRoute) and "GET" in (one.methods or ()):
            yield one.path
        elif (router := getattr(one, "original_router", None)) is not None:
            yield from templates(router.routes)


@pytest.fixture(scope="module")
def pages(app: FastAPI, client: TestClient) -> list[str]:
    """An address of each kind of page, all of which answer."""
    found = sorted(EXAMPLES.get(one, one) for one in {*templates(app.routes)} - NO_PAGES)
    assert "/people" in found
    wrong = {}
    for path in found:
        answer = client.get(path, headers=HTML)
        if answer.status_code != 200 or not answer.headers["content-type"].startswith("text/html"):
            wrong[path] = answer.status_code
    assert wrong == {}, "name an example of it, or say that it is no page"
    return found


def status(client: TestClient, path: str, name: str, value: str) -> int:
    """How a page answers when it is looked at so; 0 where it does not say what is wrong."""
    sign = "&" if "?" in path else "?"
    answer = client.get(f"{path}{sign}{name}={value}", headers=HTML)
    text = unescape(answer.text)
    return answer.status_code if value in text or f"no parameter {name!r}" in text else 0


@pytest.mark.parametrize("name", BAD)
def test_every_page_refuses_what_is_none(client: TestClient, pages: list[str], name: str) -> None:
    # Clients of queries send names of their own, which the protocol lets pass.
    asked = [one for one in pages if one != "/sparql" or name in VIEW_NAMES]
    assert {path for path in asked if status(client, path, name, BAD[name]) != 400} == set()


def test_every_page_explains_a_day_that_is_none(client: TestClient, pages: list[str]) -> None:
    asked = [one for one in pages if "/at/" not in one]  # that name their day themselves
    assert {path for path in asked if status(client, path, "day", "2020-02-31") != 200} == set()
