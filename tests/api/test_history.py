"""The two clocks over HTTP: revisions, what was learned, what changed; and known-at everywhere."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from starlette.testclient import TestClient

JSON = {"Accept": "application/json"}
FIRST = "2026-11-23T12:00:00Z"
TENURE = "tenure/abu-mahdi-al-muhandis--pmu-deputy-head"


def test_the_history_lists_revisions(client: TestClient, repo_root: Path) -> None:
    found = client.get("/history", headers=JSON).json()["revisions"]
    files = len(list((repo_root / "kb" / "facts").glob("*.trig")))
    assert len({one["source"] for one in found}) == files
    (one,) = client.get("/history?source=ina-6771", headers=JSON).json()["revisions"]
    assert one["instant"] == FIRST
    assert one["retracted"] == []
    assert one["added"]
    known = client.get(f"/history?known-at={FIRST}", headers=JSON).json()["revisions"]
    assert known == [one for one in found if one["instant"] <= FIRST]
    early = client.get(f"/history?known-at={FIRST}", headers={"Accept": "text/html"})
    assert "known-at=2026-11-23T12%3A00%3A00Z&amp;format=json" in early.text
    page = client.get("/history", headers={"Accept": "text/html"})
    assert page.status_code == 200
    assert "recorded <a" in page.text
    assert '<a href="/source/ina-6771">' in page.text


def test_what_was_learned(client: TestClient) -> None:
    address = f"/learned?from=2026-01-01T00:00:00Z&to={FIRST}&source=ina-6771"
    told = client.get(address, headers=JSON).json()
    assert told["from"] == "2026-01-01T00:00:00Z"
    assert {one["source"].rpartition("/")[2] for one in told["added"]} == {"ina-6771"}
    assert told["retracted"] == told["addedAndRetracted"] == []
    # What was recorded at the very instant asked from is no news.
    later = client.get(f"/learned?from={FIRST}&to=2027-01-01T00:00:00Z", headers=JSON).json()
    assert later["added"] == []
    page = client.get(address, headers={"Accept": "text/html"})
    assert told["added"][0]["statement"].split(",")[0] in page.text


def test_what_changed(client: TestClient) -> None:
    address = "/diff?from=2020-01-02&to=2020-01-04"
    changes = client.get(address, headers=JSON).json()["changes"]
    ended = {one["situation"] for one in changes if one["change"] == "ended"}
    assert f"https://w3id.org/tenure/id/{TENURE}" in ended
    page = client.get(address, headers={"Accept": "text/html"})
    assert "What changed between 2 January 2020 and 4 January 2020" in page.text
    assert f"/explain/{TENURE}" in page.text


@pytest.mark.parametrize(
    ("address", "status", "where"),
    [
        ("/learned?from=2020-01-02&to=2020-01-04", 400, "from"),
        (f"/learned?from={FIRST}", 400, "to"),
        (f"/learned?from={FIRST}&to=2026-01-01T00:00:00Z", 400, "to"),
        ("/diff?from=2020-01-02", 400, "to"),
        ("/diff?from=2020-01-02&to=", 400, "to"),
        ("/diff?from=soon&to=2020-01-02", 400, "from"),
        ("/diff?from=2020-01-02&to=2020-13-01", 400, "to"),
        ("/diff?from=event/no-such&to=2020-01-02", 404, "from"),
        ("/diff?from=2020-01-02&to=source/no-such", 404, "to"),
        ("/history?source=nobody", 404, "source"),
        ("/history?known-at=2000-01-01T00:00:00Z", 400, "known-at"),
        ("/history?policy=newest", 400, "policy"),
    ],
)
def test_what_cannot_be_answered(client: TestClient, address: str, status: int, where: str) -> None:
    answer = client.get(address, headers=JSON)
    assert answer.status_code == status, answer.text
    assert answer.json()["where"] == where


READING = (
    "/at/2020-01-02?x=1",
    "/at/2020-01-02/possible?x=1",
    f"/explain/{TENURE}?x=1",
    f"/explain?iri={TENURE}",
    "/doc/person/ali-shamkhani?x=1",
    "/queries/incumbents?at=2020-01-02",
    "/sparql?query=ASK%7B%7D",
    "/diff?from=2020-01-02&to=2020-01-04",
    "/export/nq?at=2020-01-02",
)


@pytest.mark.parametrize("address", READING)
def test_known_at_is_taken_wherever_a_policy_is(client: TestClient, address: str) -> None:
    address = address.replace("?x=1&", "?").replace("?x=1", "?")
    join = "" if address.endswith("?") else "&"
    known = client.get(f"{address}{join}known-at=2100-01-01T00:00:00Z", follow_redirects=True)
    assert known.status_code == 200, known.text
    early = client.get(f"{address}{join}known-at=1999-01-01T00:00:00Z", follow_redirects=True)
    assert early.status_code == 400
    assert early.json()["type"].endswith("BadPolicy")
    assert early.json()["where"] == "known-at"
    assert FIRST in early.json()["detail"]
    twice = client.get(f"{address}{join}known-at={FIRST}&policy=known-at={FIRST}")
    assert twice.status_code == 400
    assert "twice" in twice.json()["detail"]


def test_known_at_is_described_with_every_policy(client: TestClient) -> None:
    described = 0
    for path in client.get("/openapi.json").json()["paths"].values():
        for operation in path.values():
            names = [one["name"] for one in operation.get("parameters", ())]
            assert "known-at" in names or "policy" not in names
            described += "policy" in names
    assert described > 20


def test_the_pages_load_nothing_from_elsewhere(client: TestClient) -> None:
    for address in ("/history", "/diff?from=2020-01-02&to=2020-01-04"):
        text = client.get(address, headers={"Accept": "text/html"}).text
        assert re.findall(r'(?:src|<link[^>]*href)="(?:https?:)?//', text) == []
