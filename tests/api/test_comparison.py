"""``/compare`` and ``/position-history``, as a page, as JSON, CSV and files."""

from __future__ import annotations

import csv
import io
import re

import pytest
from starlette.testclient import TestClient

A, B = "jpost-620411", "rasa-449517,shafaqna-136947"


def test_json_csv_and_page_say_the_same(client: TestClient) -> None:
    asked = {"a": A, "b": B}
    data = client.get("/compare", params={**asked, "format": "json"}).json()
    assert data["differences"]
    rows = csv.DictReader(
        io.StringIO(client.get("/compare", params={**asked, "format": "csv"}).text)
    )
    assert [row["id"] for row in rows] == [one["id"] for one in data["differences"]]
    page = client.get("/compare", params=asked, headers={"Accept": "text/html"})
    assert f"{len(data['differences'])} differences" in page.text
    assert "--accept decide.csv" in page.text
    main = re.sub(r"<[^>]+>", "", page.text.partition("<main")[2])
    assert "Adel Abdul Mahdi acts in Prime Minister of Iraq, without a date" in main
    assert main.index("Only A has") < main.index("Only B has")


def test_the_page_without_sources_is_a_form(client: TestClient) -> None:
    page = client.get("/compare", params={"a": A}, headers={"Accept": "text/html"})
    assert page.status_code == 200
    assert f'value="{A}"' in page.text
    assert "differences" not in page.text
    # An empty field of the form is none.
    sent = client.get(
        "/compare",
        params={"a": A, "b": B, "kind": "", "office": ""},
        headers={"Accept": "text/html"},
    )
    assert "differences" in sent.text


@pytest.mark.parametrize(
    ("path", "status", "what"),
    [
        ("/compare?a=jpost-620411&format=json", 400, "&#39;b&#39;|'b'"),
        ("/compare?a=jpost-620411&b=jpost-620412&format=json", 404, "jpost-620411"),
        ("/compare?a=jpost-620411&b=rasa-449517&file=else", 400, "no form of a file"),
        ("/compare?a=jpost-620411&b=rasa-449517&kind=else", 400, "no kind of difference"),
        ("/position-history?format=json", 400, "office"),
        ("/position-history?office=office/none&format=json", 404, "office/none"),
        ("/position-history?office=person/ali-shamkhani&format=json", 422, "no office"),
        (
            "/compare?a=jpost-620411&b=rasa-449517&office=event/us-strike-2020-01-03",
            422,
            "no office",
        ),
        ("/compare?a=jpost-620411&b=rasa-449517&from=2020-1-3", 400, "from"),
    ],
)
def test_what_is_wrong_is_told(client: TestClient, path: str, status: int, what: str) -> None:
    answer = client.get(path)
    assert answer.status_code == status
    assert any(one in answer.text for one in what.split("|"))


def test_files_for_whoever_keeps_the_other_list(client: TestClient) -> None:
    asked = {"a": A, "b": B, "file": "mismatch-finder"}
    answer = client.get("/compare", params=asked)
    assert answer.headers["Content-Type"].startswith("text/plain")
    assert answer.text.startswith("item_id,statement_guid,property_id,")


def test_the_history_of_a_position(client: TestClient) -> None:
    asked = {"office": "office/pmu-deputy-head"}
    data = client.get("/position-history", params={**asked, "format": "json"}).json()
    assert data["lists"][-1] == "together"
    page = client.get("/position-history", params=asked, headers={"Accept": "text/html"})
    assert data["holders"][0]["holderName"] in page.text
    holder = data["holders"][0]["holder"]
    assert f'href="/doc/{holder}"' in page.text
    assert 'name="source"' in page.text


def test_a_history_of_no_office_is_a_form(client: TestClient) -> None:
    page = client.get("/position-history", headers={"Accept": "text/html"})
    assert page.status_code == 200
    assert 'name="office" value=""' in page.text
    assert "<table" not in page.text


def test_where_they_are_linked_from(client: TestClient) -> None:
    html = {"Accept": "text/html"}
    assert 'href="/compare"' in client.get("/", headers=html).text
    source = client.get(f"/source/{A}", headers=html, follow_redirects=True).text
    assert f'href="/compare?a={A}"' in source
    office = client.get("/id/office/pmu-deputy-head", headers=html, follow_redirects=True).text
    assert 'href="/position-history?office=office/pmu-deputy-head"' in office


def test_what_would_be_different_without_a_source(client: TestClient) -> None:
    form = client.get("/impact", headers={"Accept": "text/html"}).text
    assert 'data-offers="sources"' in form
    page = client.get("/impact?source=dw-52601139", headers={"Accept": "text/html"}).text
    title = client.get("/search?q=dw&kind=sources").json()["results"][0]["name"]
    named = client.get("/impact", params={"source": title}, headers={"Accept": "text/html"}).text
    assert 'href="/source/dw-52601139"' in named.partition("<h1>")[2]
    told = client.get("/impact?source=dw-52601139&format=json").json()["changes"]
    asked = client.get("/queries/impact?source=source/dw-52601139&format=json").json()
    assert len(told) == len(asked["results"]["bindings"]) > 0
    assert f"{len(told)} things would be otherwise." in page
    assert {one["change"] for one in told} == {
        row["change"]["value"] for row in asked["results"]["bindings"]
    }
    # A conflict that would be gone has no days that could be unknown.
    page = client.get("/impact?source=jpost-620411", headers={"Accept": "text/html"}).text
    assert not re.search(r"puts it [^<]*<span[^>]*>on unknown days", page)
    assert client.get("/impact?format=json").status_code == 400
    assert client.get("/impact?source=nobody&format=json").status_code == 404
