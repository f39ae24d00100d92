"""What a body names is looked up in the registry of the service that it is sent to."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from starlette.testclient import TestClient
from tests.knowledge.test_conflicting import HELD, dated, folder_of, source
from tests.made_facts import HEADER
from tests.service import app_over

from tenure.catalog import Catalog
from tenure.knowledge import open_knowledge_base
from tenure_api import bodies

HEADERS = {"content-type": "application/trig"}
NEW = source(
    "n", [dated("fire", "2021"), HELD.format("cy-dale") + ' ; tn:start "2020"^^edtf:EDTF .']
)


@pytest.fixture
def own(catalog: Catalog, tmp_path: Path) -> Iterator[TestClient]:
    """A service over facts of its own, of which the registry that comes with Tenure knows none."""
    kb = open_knowledge_base(
        folder_of(tmp_path / "facts", {"a": source("a", [dated("fire", "2021")])})
    )
    with TestClient(app_over(kb, catalog)) as client:
        yield client
    kb.store.close()


def findings(client: TestClient, text: str) -> list[Any]:
    response = client.post("/validate", content=text.encode(), headers=HEADERS)
    return list(response.json()["findings"])


@pytest.mark.parametrize("small", [0, 2_000])
def test_references_resolve_in_the_registry_of_the_service(
    own: TestClient, client: TestClient, monkeypatch: pytest.MonkeyPatch, small: int
) -> None:
    monkeypatch.setattr(bodies, "SMALL_REGISTRY", small)
    assert findings(own, NEW) == []
    assert {one["rule"] for one in findings(client, NEW)} == {"DanglingReference"}


@pytest.mark.parametrize("small", [0, 2_000])
def test_what_the_registry_does_not_have_is_told(
    own: TestClient, monkeypatch: pytest.MonkeyPatch, small: int
) -> None:
    monkeypatch.setattr(bodies, "SMALL_REGISTRY", small)
    (found,) = findings(own, NEW.replace("cy-dale", "cy-dael"))
    assert (found["rule"], found["message"]) == (
        "DanglingReference",
        "Nothing says what person/cy-dael is.",
    )
    assert ("Did you mean person/cy-dale?" in found["remedy"]) is (small > 0)


def test_an_entity_that_is_there_already_is_suggested(own: TestClient) -> None:
    twin = HEADER + 'person:cy-dale-2 a tn:Person ; rdfs:label "Cy Dale"@en .'
    (found,) = findings(own, twin)
    assert (found["rule"], found["severity"]) == ("DuplicateEntity", "info")
