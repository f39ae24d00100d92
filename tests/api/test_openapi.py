"""What the OpenAPI description says of answers is so, and its examples can be asked."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any
from urllib.parse import quote

import jsonschema_rs
import pytest
from fastapi import FastAPI
from starlette.testclient import TestClient

from tenure.catalog import Catalog
from tenure_api.schemas import ANSWERS

OPEN = ("RdfTerm", "Found")
"""What says more than its schema: a language, what was checked."""
EXPLAINED = ("office-holders", "vacancies", "disagreements", "relation", "participants")
"""Questions whose rows have reasons of all kinds between them; of all it takes minutes."""


@pytest.fixture(scope="module")
def described(app: FastAPI) -> dict[str, Any]:
    document: dict[str, Any] = app.openapi()
    return document


@pytest.fixture(scope="module")
def closed(described: dict[str, Any]) -> dict[str, Any]:
    """The schemas, of which nothing says more than it is described to."""
    return {
        name: {**schema, "additionalProperties": False}
        if "properties" in schema and name not in OPEN
        else schema
        for name, schema in described["components"]["schemas"].items()
    }


def operations(described: dict[str, Any]) -> Iterator[tuple[str, str, dict[str, Any]]]:
    for path, methods in described["paths"].items():
        for method, told in methods.items():
            yield method, path, told


def faults(closed: dict[str, Any], schema: dict[str, Any], answer: object) -> list[str]:
    whole = {**schema, "components": {"schemas": closed}}
    return [
        f"{list(one.instance_path)}: {one.message[:200]}"
        for one in jsonschema_rs.validator_for(whole).iter_errors(answer)
    ]


def test_every_parameter_has_an_example_and_every_answer_a_schema(
    described: dict[str, Any], catalog: Catalog
) -> None:
    named = set()
    for _, path, told in operations(described):
        for one in told.get("parameters", ()):
            assert isinstance(one["example"], str), (path, one["name"])
            assert one["example"] != "…", (path, one["name"])
        for status, response in told["responses"].items():
            for media_type, body in response.get("content", {}).items():
                assert body["schema"] != {"type": "object"}, (path, status)
                if media_type == "application/problem+json":
                    assert body["schema"] == {"$ref": "#/components/schemas/Problem"}
        assert "default" in told["responses"]
        named.add(told["operationId"])
    assert {*ANSWERS, *catalog} <= named


def test_answers_are_as_they_are_described(
    client: TestClient, described: dict[str, Any], closed: dict[str, Any], catalog: Catalog
) -> None:
    """Each operation that reads, asked with the examples of what it needs."""
    asked = 0
    for method, path, told in operations(described):
        name = told["operationId"]
        if method != "get" or not (name in ANSWERS or name in catalog):
            continue
        values = {
            one["name"]: one["example"] for one in told.get("parameters", ()) if one["required"]
        }
        values |= {"validate-days": {"at": "2020-01-02"}, "sparql": {"query": "ASK {}"}}.get(
            name, {}
        )
        address = path
        for one in told.get("parameters", ()):
            if one["in"] == "path":
                address = address.replace(f"{{{one['name']}}}", quote(values.pop(one["name"])))
        again = [values, {**values, "why": "1"}] if name in EXPLAINED else [values]
        if name in ("search", "network"):
            again.append({**values, **{one["name"]: one["example"] for one in told["parameters"]}})
        for given in again:
            answer = client.get(address, params=given, headers={"accept": "application/json"})
            assert answer.status_code == 200, (name, given, answer.text)
            kind = answer.headers["content-type"].partition(";")[0]
            schema = told["responses"]["200"]["content"][kind]["schema"]
            assert faults(closed, schema, answer.json()) == [], name
            asked += 1
    assert asked > len(catalog) + len(EXPLAINED)


@pytest.mark.parametrize(
    ("address", "status"),
    [
        ("/queries/office-holders?office=office/none", 404),
        ("/queries/office-holders?office=office/pmu-head&before=2020-02-30", 400),
        ("/sparql?query=SELECT", 400),
        ("/nowhere", 404),
        ("/health?a=b", 200),
    ],
)
def test_refusals_are_as_they_are_described(
    client: TestClient, closed: dict[str, Any], address: str, status: int
) -> None:
    answer = client.get(address, headers={"accept": "application/json"})
    assert answer.status_code == status
    if status != 200:
        problem = {"$ref": "#/components/schemas/Problem"}
        assert faults(closed, problem, answer.json()) == []


def test_a_report_on_facts_is_as_described(client: TestClient, closed: dict[str, Any]) -> None:
    text = b"<https://w3id.org/tenure/id/person/x> a <https://w3id.org/tenure/ontology#Person> ."
    answer = client.post("/validate", content=text, headers={"content-type": "text/turtle"})
    assert answer.status_code in (200, 422)
    assert faults(closed, {"$ref": "#/components/schemas/Report"}, answer.json()) == []
