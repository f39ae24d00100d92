"""Redirects lead to places of this service, whatever host the client names."""

from __future__ import annotations

from urllib.parse import urlsplit

import pytest
from starlette.testclient import TestClient

PATHS = (
    "/ontology/",
    "/queries/",
    "/sparql/",
    "/id/person/qassem-soleimani",
    "/id/person/qassem-soleimani?format=ttl",
    "/conflicts/?policy=cautious",
    "/validate/",
    "//example.com/ontology/",
    "/%5Cexample.com/ontology/",
)


@pytest.mark.parametrize("path", PATHS)
@pytest.mark.parametrize("host", ["evil.example", "evil.example:99", "a@evil.example", "[::1]"])
def test_no_redirect_names_a_host(client: TestClient, path: str, host: str) -> None:
    answer = client.get(
        "http://testserver" + path,
        headers={"host": host, "x-forwarded-host": host},
        follow_redirects=False,
    )
    assert answer.status_code < 500
    if answer.is_redirect:
        location = answer.headers["location"]
        assert location.startswith("/")
        assert not location.startswith(("//", "/\\"))
        assert not urlsplit(location).netloc
        assert "evil" not in location


def test_it_still_leads_there(client: TestClient) -> None:
    answer = client.get("/ontology/", headers={"host": "evil.example"}, follow_redirects=False)
    assert answer.headers["location"] == "/ontology"
    kept = client.get("/conflicts/?policy=a%26b", follow_redirects=False)
    assert kept.headers["location"] == "/conflicts?policy=a%26b"
