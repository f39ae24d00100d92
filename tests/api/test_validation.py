"""The gate over HTTP."""

from __future__ import annotations

from pathlib import Path

import pytest
from pyoxigraph import NamedNode, RdfFormat, parse
from starlette.testclient import TestClient
from tests.service import app_over

from tenure.catalog import Catalog
from tenure.knowledge import KnowledgeBase
from tenure_api.routes.validation import MOST_FINDINGS
from tenure_api.settings import Limits

TRIG = {"content-type": "application/trig"}


def test_sound_facts_pass(client: TestClient, repo_root: Path) -> None:
    facts = (repo_root / "kb" / "facts" / "dw-52601139.trig").read_bytes()
    response = client.post("/validate", content=facts, headers=TRIG)
    assert response.status_code == 200
    assert response.json()["conforms"] is True
    assert response.json()["checked"]["claims"] > 0


def test_every_invalid_example_is_found_out(client: TestClient, repo_root: Path) -> None:
    examples = sorted((repo_root / "ontology" / "examples" / "invalid").glob("*.trig"))
    assert len(examples) > 50
    # A process checks each; that every one is found out is tested where the rules are.
    for example in examples[::25]:
        response = client.post("/validate", content=example.read_bytes(), headers=TRIG)
        assert response.status_code == 422, example.name
        assert all(one["message"] for one in response.json()["findings"])


@pytest.mark.parametrize("kind", ["application/json", "application/sarif+json", "text/plain"])
def test_a_long_report_lists_the_worst(client: TestClient, kind: str) -> None:
    tn, prefix = "https://w3id.org/tenure/ontology#", "https://w3id.org/tenure/id/person/"
    # Labels without a language are violations; names that somebody else has, suggestions.
    named = "".join(
        f'<{prefix}a{number}> a <{tn}Person> ; rdfs:label "N"@en , "M" .\n'
        for number in range(MOST_FINDINGS + 20)
    )
    text = "PREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#>\n" + named
    headers = {"content-type": "text/turtle", "accept": kind}
    response = client.post("/validate", content=text, headers=headers)
    assert response.status_code == 422
    if kind == "application/json":
        report = response.json()
        assert len(report["findings"]) == MOST_FINDINGS
        assert {one["severity"] for one in report["findings"]} == {"violation"}
        assert report["checked"]["findings"] > MOST_FINDINGS
        assert any("findings in all" in note for note in report["notes"])
    elif kind == "text/plain":
        assert response.text.count("violation: ") == MOST_FINDINGS
        assert "findings in all" in response.text
    else:
        assert len(response.json()["runs"][0]["results"]) == MOST_FINDINGS


def test_the_report_is_shacl_in_turtle(client: TestClient) -> None:
    headers = {"content-type": "text/turtle", "accept": "text/turtle"}
    response = client.post("/validate", content="<a:b> a ", headers=headers)
    assert response.status_code == 422
    quads = list(parse(response.content, RdfFormat.TURTLE))
    report = NamedNode("http://www.w3.org/ns/shacl#ValidationReport")
    assert report in {quad.object for quad in quads}


@pytest.mark.parametrize(
    ("accept", "kind", "begins"),
    [
        ("*/*", "application/json", "{"),
        ("application/sarif+json", "application/sarif+json", '{\n  "$schema"'),
        ("application/xml", "application/xml", "<?xml"),
        ("text/plain", "text/plain", "violation: body:1:"),
        ("text/html, application/sarif+json;q=0.5", "application/sarif+json", "{"),
    ],
)
def test_the_report_comes_as_it_is_asked_for(
    client: TestClient, accept: str, kind: str, begins: str
) -> None:
    headers = {"content-type": "text/turtle", "accept": accept}
    response = client.post("/validate", content="<a:b> a ", headers=headers)
    assert response.status_code == 422
    assert response.headers["content-type"].partition(";")[0] == kind
    assert response.text.startswith(begins)


@pytest.mark.parametrize("kind", ["", "application/pdf", "nonsense", "text/plain"])
def test_a_body_that_is_no_rdf(client: TestClient, kind: str) -> None:
    response = client.post("/validate", content="x", headers={"content-type": kind})
    assert response.status_code == 415
    assert "text/turtle" in response.json()["remedy"]


def test_what_is_no_claim_has_no_conflicts(client: TestClient) -> None:
    content = "<a:b> <a:c> <a:d> ."
    headers = {"content-type": "text/turtle"}
    answer = client.post("/validate?conflicts=true", content=content, headers=headers)
    assert (answer.status_code, answer.json()["conforms"]) == (200, True)


def test_a_report_in_another_format(client: TestClient) -> None:
    headers = {"content-type": "text/turtle", "accept": "image/png"}
    assert client.post("/validate", content="", headers=headers).status_code == 406


def test_a_body_that_is_too_long(kb: KnowledgeBase, catalog: Catalog) -> None:
    with TestClient(app_over(kb, catalog, limits=Limits(body=100))) as client:
        kind = {"content-type": "text/turtle"}
        whole = "<a:b> <a:c> <a:d> .".ljust(100)
        assert client.post("/validate", content=whole, headers=kind).status_code == 200
        response = client.post("/validate", content=whole + " ", headers=kind)
        assert response.status_code == 413
        assert response.json()["type"] == "/problems#TooLong"


def test_nothing_is_kept(client: TestClient, kb: KnowledgeBase, repo_root: Path) -> None:
    before = kb.store.graphs()
    facts = (repo_root / "kb" / "facts" / "dw-52601139.trig").read_bytes()
    client.post("/validate", content=facts.replace(b"dw-52601139", b"dw-1"), headers=TRIG)
    assert kb.store.graphs() == before
