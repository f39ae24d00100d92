"""The search and the lists over HTTP, of a base whose lists are longer than a page."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from starlette.testclient import TestClient
from tests.made_facts import MadeSource, Said, made_facts
from tests.service import app_over

from tenure.catalog import Catalog
from tenure.knowledge import open_knowledge_base

JSON = {"accept": "application/json"}
HTML = {"accept": "text/html"}
PEOPLE = 150
ENTITIES = """
org:press a tn:MediaOutlet ; rdfs:label "The Press"@en .
org:works a tn:Organization ; rdfs:label "Works"@en .
office:works-head a tn:Office ; rdfs:label "Head of works"@en ; tn:officeOf org:works .
""" + "".join(
    f'person:p{number} a tn:Person ; rdfs:label "Mara {number:03}"@en .\n'
    for number in range(PEOPLE)
)
HELD = (
    "tenure:p7--works-head a tn:Tenure ; tn:holder person:p7 ; tn:office office:works-head ;"
    ' tn:start "2001"^^edtf:EDTF ; tn:end "2003"^^edtf:EDTF .'
)


@pytest.fixture(scope="module")
def client(tmp_path_factory: pytest.TempPathFactory, catalog: Catalog) -> Iterator[TestClient]:
    folder: Path = tmp_path_factory.mktemp("long") / "facts"
    kb = open_knowledge_base(
        made_facts(folder, ENTITIES, [Said(HELD)], {"a": MadeSource("2020-05-05")})
    )
    with TestClient(app_over(kb, catalog)) as client:
        yield client
    kb.close()


def test_a_long_list_comes_page_by_page(client: TestClient) -> None:
    pages = [client.get(f"/people?page={page}", headers=JSON).json() for page in (1, 2)]
    names = [one["name"] for page in pages for one in page["things"]]
    assert names == [f"Mara {number:03}" for number in range(PEOPLE)]
    assert {(page["pages"], page["number"]) for page in pages} == {(2, PEOPLE)}
    first = client.get("/people", headers=HTML).text
    assert 'rel="next" href="/people?page=2"' in first
    assert 'rel="prev" href="/people"' in client.get("/people?page=2", headers=HTML).text
    beyond = client.get("/people?page=3", headers=JSON)
    assert beyond.status_code == 400
    assert "The last is 2." in beyond.json()["remedy"]


def test_the_lists_tell_of_the_day(client: TestClient) -> None:
    def row(address: str) -> str:
        page = client.get(address, headers=HTML).text
        return page.partition("Head of works")[2].partition("</tr>")[0]

    assert "Mara 007" in row("/offices?day=2002-05-01")
    assert "Works" in row("/offices?day=2002-05-01")
    assert "Mara 007" not in row("/offices?day=2009")
    assert "In office on 5 May 2020" in client.get("/", headers=HTML).text


def test_home_says_what_its_sources_cover(client: TestClient) -> None:
    page = client.get("/", headers=HTML).text.partition("The newest sources")[2]
    assert "1 claim; tells of 2001\u20132003: 1 office, 1 person<" in page


def test_a_search_is_narrowed_to_a_list(client: TestClient) -> None:
    found = client.get("/search?q=works", headers=JSON).json()["results"]
    assert [one["slug"] for one in found] == ["org/works", "office/works-head"]
    found = client.get("/search?q=works&kind=offices", headers=JSON).json()["results"]
    assert [(one["slug"], one["address"]) for one in found] == [
        ("office/works-head", "/doc/office/works-head")
    ]
    many = client.get("/search?q=mara&page=2", headers=JSON).json()
    assert many["more"]
    assert many["results"][0]["name"] == "Mara 020"
    assert client.get("/search?q=maro", headers=JSON).json()["nearest"]
    assert client.get("/search?kind=planets", headers=JSON).status_code == 400


def test_a_search_has_no_page_beyond_its_last(client: TestClient) -> None:
    assert "no page 9" in client.get("/search?q=mara&page=9").json()["detail"]


def test_looked_at_otherwise_a_page_begins_again(client: TestClient) -> None:
    page = client.get("/people?page=2&degree=possible", headers=HTML).text
    assert 'href="/people?degree=certain"' in page
    assert page.count('name="page"') == 2  # in the two forms of the day: no list hangs on it
    assert 'rel="prev" href="/people?degree=possible"' in page
