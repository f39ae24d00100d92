"""Of conflicts that can be settled in more ways than are told apart, each face says so."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from unittest.mock import patch

import pytest
from fastapi.testclient import TestClient
from tests.made_facts import MadeSource, Said, made_facts
from tests.service import app_over

from tenure.catalog import Catalog
from tenure.fusion.repairs import GIVEN_UP, TOO_MANY
from tenure.knowledge import open_knowledge_base

ENTITIES = """
org:press a tn:MediaOutlet ; rdfs:label "Press"@en .
office:master a tn:Office ; rdfs:label "Master"@en .
person:ada a tn:Person ; rdfs:label "Ada"@en .
"""
ROLES = "tenure:ada a tn:Tenure ; tn:holder person:ada ; tn:office office:master ;"


@pytest.fixture(scope="module")
def client(tmp_path_factory: pytest.TempPathFactory, catalog: Catalog) -> Iterator[TestClient]:
    """A base in which three sources date one end, and two alternatives are told apart."""
    said = [Said(f'{ROLES} tn:start "2010-05-01"^^edtf:EDTF .', "s0")]
    said += [Said(f'{ROLES} tn:end "201{n}-06-01"^^edtf:EDTF .', f"s{n}") for n in (1, 2, 3)]
    sources = {f"s{number}": MadeSource("2014") for number in range(4)}
    folder: Path = tmp_path_factory.mktemp("cut") / "facts"
    made_facts(folder, ENTITIES, said, sources)
    with (
        patch("tenure.fusion.repairs.MOST_ALTERNATIVES", 2),
        patch("tenure.fusion.solution.MOST_ALTERNATIVES", 2),
    ):
        kb = open_knowledge_base(folder)
        with TestClient(app_over(kb, catalog)) as opened:
            yield opened
        kb.store.close()


def test_rows_and_conflicts_tell(client: TestClient) -> None:
    query = {"office": "office/master", "at": "2010-06-01", "format": "json"}
    answer = client.get("/queries/office-holders", params=query).json()
    [row] = answer["results"]["bindings"]
    assert row["certainty"]["value"] == "possible"
    assert row["contested"]["value"] == "true"
    told = client.get("/conflicts", params={"format": "json"}).json()
    assert any(GIVEN_UP in one["reason"] for one in told["conflicts"])


def test_reasons_pages_and_the_graph_tell(client: TestClient) -> None:
    assert client.get("/explain/tenure/ada?format=json").json()["note"] == TOO_MANY
    assert TOO_MANY in client.get("/explain/tenure/ada?format=html").text
    assert TOO_MANY in client.get("/doc/tenure/ada?format=html").text
    asked = (
        "PREFIX tn: <https://w3id.org/tenure/ontology#> SELECT ?note { ?of tn:boundsNote ?note }"
    )
    answer = client.get("/sparql", params={"query": asked, "format": "json"}).json()
    assert [one["note"]["value"] for one in answer["results"]["bindings"]] == [TOO_MANY]
