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


def test_claims_and_entities_are_told_where_they_are_explained(client: TestClient) -> None:
    claim = client.get("/explain/claim/jpost-620411/30-1")
    assert claim.status_code == 404
    assert "/claim/jpost-620411/30-1 says" in claim.json()["remedy"]
    person = client.get("/explain/person/ali-shamkhani")
    assert person.status_code == 404
    assert "/queries/timeline?entity=person/ali-shamkhani" in person.json()["remedy"]


def test_nothing_named(client: TestClient) -> None:
    response = client.get("/explain")
    assert response.status_code == 400
    assert response.json()["where"] == "iri"


def test_a_policy_that_leaves_the_source_out_leaves_the_tenure_out(client: TestClient) -> None:
    response = client.get(f"/explain/{SLUG}", params={"policy": "sources=dw-52601139"})
    assert response.status_code == 404


def test_the_page_shows_days_claims_and_rules(client: TestClient) -> None:
    page = client.get(f"/explain/{SLUG}", headers=HTML).text
    for shown in ("2 January 2020", "entence 30", "The Jerusalem Post", "rule:", "<svg"):
        assert shown in page
    assert 'href="/claim/jpost-620411/30-1"' in page
    assert 'href="?format=json"' in page


def test_a_contested_occurrence_says_so(client: TestClient) -> None:
    told = client.get("/explain/event/allawi-failure").json()
    assert told["status"] == "contested"
    assert told["conflicts"]
    page = client.get("/explain/event/allawi-failure", headers=HTML).text
    assert "contested" in page


def test_how_it_stood_at_a_moment_and_what_that_hangs_on(client: TestClient) -> None:
    told = client.get(f"/explain/{SLUG}", params={"at": "2020-01-02"}).json()
    (moment,) = told["moments"]
    assert (moment["when"], moment["certainty"]) == ("on 2 January 2020", "certain")
    texts = [one["text"] for one in moment["hangs_on"]]
    assert "Without jpost-620411 (claim 54-1) it would be possible only." in texts
    page = client.get(f"/explain/{SLUG}", params={"at": "2019-01-02"}, headers=HTML).text
    assert "would make it certain" in page
    assert 'value="2019-01-02"' in page
    event = client.get(f"/explain/{SLUG}", params={"at": "event/us-strike-2020-01-03"})
    assert event.json()["moments"][0]["when"].startswith("on the day on which “US strike")
    assert client.get(f"/explain/{SLUG}", params={"at": "soon"}).status_code == 400


def test_bounds_say_what_they_hang_on(client: TestClient) -> None:
    told = client.get(f"/explain/{SLUG}").json()
    (latest,) = [bound for bound in told["bounds"] if bound["name"] == "endLatest"]
    hanging = {one["claim"].rpartition("/")[2]: one["becomes"] for one in latest["hangs_on"]}
    assert hanging == {"10-8": "2020-03-14", "54-1": "2020-01-10"}
    assert told["loose"]
    page = client.get(f"/explain/{SLUG}", headers=HTML).text
    assert "it would be 10 January 2020." in page
    assert told["loose"][0] in page


def test_what_a_policy_leaves_out_is_told(client: TestClient) -> None:
    asked = {"at": "2020-01-02", "policy": "inferred=no"}
    told = client.get(f"/explain/{SLUG}", params=asked).json()
    (moment,) = told["moments"]
    assert moment["certainty"] == "possible"
    (why,) = moment["left_out"]
    assert why.startswith("Without “inferred=no” in the policy it would be certain")
    assert "claim/jpost-620411/30-3" in why
    assert [one["claim"].rpartition("/")[2] for one in told["left_out"]] == ["30-3"]
    page = client.get(f"/explain/{SLUG}", params=asked, headers=HTML).text
    assert why in page
    assert "our reading of sentences 10 and 30, and readings do not count under the policy" in page
    again = client.get(f"/explain/{SLUG}", params={"at": "2020-01-02"}).json()
    assert again["moments"][0]["left_out"] == again["left_out"] == []


def test_a_reading_is_called_ours(client: TestClient) -> None:
    told = client.get(f"/explain/{SLUG}").json()
    by_number = {one["iri"].rpartition("/")[2]: one for one in told["claims"]}
    assert by_number["30-3"]["reading"] == "Inferred"
    assert by_number["30-3"]["read_from"] == "our reading of sentences 10 and 30"
    assert (by_number["30-1"]["reading"], by_number["30-1"]["read_from"]) == ("Stated", "")
    page = client.get("/claim/jpost-620411/30-3", headers=HTML).text
    assert "Our reading of sentences 10 and 30" in page
    stated = client.get("/claim/jpost-620411/30-1", headers=HTML).text
    assert "Our reading" not in stated


def test_what_only_readings_tell_is_missed_with_the_reason(client: TestClient) -> None:
    response = client.get(
        "/explain/membership/kataib-hezbollah--popular-mobilization-units",
        params={"policy": "inferred=no"},
    )
    assert response.status_code == 404
    assert "our reading of sentences 53, 55 and 65" in response.json()["remedy"]
