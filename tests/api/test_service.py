"""Health, export, headers, HEAD, and the description of the API."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from fastapi import FastAPI
from pyoxigraph import NamedNode, RdfFormat, parse
from starlette.testclient import TestClient

from tenure.knowledge import KnowledgeBase
from tenure_api.pages.rendering import SECURITY_HEADERS


def test_health_counts_what_there_is(client: TestClient, kb: KnowledgeBase) -> None:
    told = client.get("/health").json()
    assert told["status"] == "ok"
    assert told["claims"] == len(kb.claims) > 0
    assert told["sources"] == len(kb.sources)
    assert told["entities"] == len(kb.registry)
    assert told["version"]


@pytest.mark.parametrize(
    "address", ["/", "/health", "/nowhere", "/sparql?query=x", "/docs", "/static/tenure.css"]
)
def test_every_answer_has_the_security_headers(client: TestClient, address: str) -> None:
    headers = client.get(address).headers
    for name, value in SECURITY_HEADERS.items():
        assert headers[name] == value
    assert headers["Content-Security-Policy"].startswith("default-src 'self'")
    assert "unsafe" not in headers["Content-Security-Policy"]


@pytest.mark.parametrize("address", ["/health", "/", "/doc/state/iraq", "/static/tenure.css"])
def test_head_is_get_without_the_body(client: TestClient, address: str) -> None:
    whole, head = client.get(address), client.head(address)
    assert head.status_code == 200
    assert head.content == b""
    assert head.headers["content-length"] == whole.headers["content-length"]


@pytest.mark.parametrize("form", ["trig", "nq", "ttl", "nt", "jsonld"])
def test_the_export_is_the_same_each_time(client: TestClient, form: str) -> None:
    first = client.get(f"/export/{form}")
    assert first.status_code == 200
    assert first.content == client.get(f"/export/{form}").content
    syntax = RdfFormat.from_media_type(first.headers["content-type"].partition(";")[0])
    assert syntax is not None
    assert list(parse(first.content, syntax))


def test_the_export_of_one_source_and_of_a_day(client: TestClient) -> None:
    one = client.get("/export/nq", params={"source": "dw-52601139"}).content
    graphs = {q.graph_name.value for q in parse(one, RdfFormat.N_QUADS) if _named(q.graph_name)}
    claims = {iri for iri in graphs if "/claim/" in iri}
    assert claims
    assert all("/claim/dw-52601139/" in iri for iri in claims)
    day = client.get("/export/ttl", params={"at": "2020-01-02"}).text
    assert "pmu-deputy-head" in day
    assert client.get("/export/nq", params={"source": "none-such"}).status_code == 404


def _named(graph: object) -> bool:
    return isinstance(graph, NamedNode)


def test_the_description_is_whole(app: FastAPI) -> None:
    described = app.openapi()
    operations = [one for path in described["paths"].values() for one in path.values()]
    names = [one["operationId"] for one in operations]
    assert len(set(names)) == len(names)
    for one in operations:
        assert one["summary"]
        for parameter in one.get("parameters", []):
            assert parameter["description"]
    for path, told in described["paths"].items():
        in_path = {f"{{{p['name']}}}" for p in told_parameters(told) if p["in"] == "path"}
        assert set(re.findall(r"\{[^}]+\}", path)) == in_path


def told_parameters(told: dict[str, dict[str, list[dict[str, str]]]]) -> list[dict[str, str]]:
    return [one for operation in told.values() for one in operation.get("parameters", [])]


def test_every_address_is_documented(app: FastAPI, repo_root: Path) -> None:
    text = (repo_root / "docs" / "reference" / "http.md").read_text(encoding="utf-8")
    for path in app.openapi()["paths"]:
        if not path.startswith("/queries/"):
            assert f"`{path}`" in text, f"docs/reference/http.md does not tell of {path}"


def test_the_documented_requests_are_answered(client: TestClient, repo_root: Path) -> None:
    text = (repo_root / "docs" / "reference" / "http.md").read_text(encoding="utf-8")
    addresses = re.findall(r"curl (?:-H '([^']+)' )?'?http://127\.0\.0\.1:8080(/[^\s']*)'?\n", text)
    assert len(addresses) > 10
    for header, address in addresses:
        name, _, value = header.partition(": ")
        response = client.get(address, headers={name: value} if name else {})
        assert response.status_code < 400, (address, response.text)


def test_the_description_is_json_for_any_reader(client: TestClient) -> None:
    assert json.loads(client.get("/openapi.json").text)["openapi"].startswith("3.")
