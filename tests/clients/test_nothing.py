"""Where a check or a write takes nothing in, that is a failure and no success."""

from __future__ import annotations

import json

import pytest
from tests.clients.conftest import Writable
from tests.clients.test_bodies import exchange, head, last_of, statuses

GRAPH = "/rdf-graph-store?graph=https://example.org/nothing"
ONE = "<https://example.org/a> <https://example.org/b> 1 ."
NOTHING = [
    ("text/turtle", ""),
    ("text/turtle", " \n"),
    ("text/turtle", "# a comment\n@prefix a: <urn:a> ."),
    ("application/n-quads", ""),
    ("application/trig", "<urn:x:g> { }"),
    ("application/ld+json", ""),
    ("application/ld+json", "{}"),
    ("application/ld+json", "[]"),
    ("application/ld+json", '{"name": "Jane Roe"}'),
    ("application/ld+json", '{"@context": {}, "@id": "urn:x:a", "name": "Jane Roe"}'),
]


def refused(writable: Writable, method: str, path: str, kind: str, text: str) -> None:
    status, answer = writable.ask(path, method, text, Content_Type=kind)
    assert status == 400, (path, kind, text, answer)
    told = json.loads(answer)
    assert told["detail"], told
    assert told["remedy"], told


@pytest.mark.parametrize(("kind", "text"), NOTHING)
@pytest.mark.parametrize(
    "path", ["/validate", "/claims", GRAPH, "/rdf-graph-store", "/rdf-graph-store?default"]
)
def test_nothing_is_neither_checked_nor_added(
    writable: Writable, path: str, kind: str, text: str
) -> None:
    refused(writable, "POST", path, kind, text)


@pytest.mark.parametrize("text", ["", " ", "# nothing", "PREFIX a: <urn:a>"])
def test_no_update_is_no_success(writable: Writable, text: str) -> None:
    refused(writable, "POST", "/sparql", "application/sparql-update", text)


@pytest.mark.parametrize(("kind", "text"), NOTHING)
def test_a_graph_is_emptied_only_by_a_document_that_is_an_empty_graph(
    writable: Writable, kind: str, text: str
) -> None:
    assert writable.ask(GRAPH, "PUT", ONE, Content_Type="text/turtle")[0] in (201, 204)
    if kind == "application/ld+json" and text not in ("{}", "[]"):
        refused(writable, "PUT", GRAPH, kind, text)
        assert writable.graph("https://example.org/nothing")
    else:
        assert writable.ask(GRAPH, "PUT", text, Content_Type=kind)[0] == 204
        assert writable.graph("https://example.org/nothing") is None


def test_a_put_without_any_body_empties_nothing(writable: Writable) -> None:
    assert writable.ask(GRAPH, "PUT", ONE, Content_Type="text/turtle")[0] in (201, 204)
    for method in ("PUT", "POST"):
        heard = exchange(writable, head(writable, method, GRAPH) + last_of(writable))
        assert statuses(heard) == [411, 200]
    assert writable.graph("https://example.org/nothing")
