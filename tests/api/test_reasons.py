"""Why, over HTTP."""

from __future__ import annotations

from starlette.testclient import TestClient

SLUG = "tenure/abu-mahdi-al-muhandis--pmu-deputy-head"
HTML = {"accept": "text/html"}


def test_the_reasons_name_bounds_claims_and_sentences(client: TestClient) -> None:
    told = client.get(f"/explain/{SLUG}").json()
    assert told["certainty"] == "certain"
    days = {bound["name"]: bound["day"] for bound in told["bounds"]}
    assert days == {
        "startEarliest": None,
        "startLatest": "2020-01-02",
        "endEarliest": "2020-01-03",
        "endLatest": "2020-01-03",
    }
    sentences = {place["sentence"] for claim in told["claims"] for place in claim["evidence"]}
    assert {10, 30, 54} <= sentences
    assert all(bound["steps"] for bound in told["bounds"] if bound["day"])


def test_by_iri_or_slug_as_a_parameter(client: TestClient) -> None:
    expected = client.get(f"/explain/{SLUG}").json()
    for iri in (SLUG, f"https://w3id.org/tenure/id/{SLUG}"):
        assert client.get("/explain", params={"iri": iri}).json() == expected


def test_an_unknown_occurrence_is_told_with_the_nearest(client: TestClient) -> None:
    response = client.get("/explain/tenure/abu-mahdi-al-muhandis--pmu-deputy-hed")
    assert response.status_code == 404
    assert SLUG in response.json()["remedy"]


def test_nothing_named(client: TestClient) -> None:
    response = client.get("/explain")
    assert response.status_code == 400
    assert response.json()["where"] == "iri"


def test_a_policy_that_leaves_the_source_out_leaves_the_tenure_out(client: TestClient) -> None:
    response = client.get(f"/explain/{SLUG}", params={"policy": "sources=dw-52601139"})
    assert response.status_code == 404


def test_the_page_shows_days_claims_and_rules(client: TestClient) -> None:
    page = client.get(f"/explain/{SLUG}", headers=HTML).text
    for shown in ("2020-01-02", "entence 30", "The Jerusalem Post", "rule:", "<svg"):
        assert shown in page
    assert 'href="/claim/jpost-620411/30-1"' in page
    assert 'href="?format=json"' in page


def test_a_contested_occurrence_says_so(client: TestClient) -> None:
    told = client.get("/explain/event/allawi-failure").json()
    assert told["status"] == "contested"
    assert told["conflicts"]
    page = client.get("/explain/event/allawi-failure", headers=HTML).text
    assert "contested" in page
