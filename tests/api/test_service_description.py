"""What ``/sparql`` says of itself: the three tests of the W3C, and that it is true."""

from __future__ import annotations

from pathlib import Path

import pytest
from pyoxigraph import Literal, NamedNode, RdfFormat, Triple, parse
from starlette.testclient import TestClient
from tests.api.protocol_suite import DESCRIPTION_MANIFEST, listed_in
from tests.api.writable import writable

from tenure.catalog import Catalog
from tenure.knowledge import KnowledgeBase
from tenure_api.routes import description
from tenure_api.routes.description import FORMATS, SD

RDF_TYPE = "http://www.w3.org/1999/02/22-rdf-syntax-ns#type"
LISTED = listed_in(DESCRIPTION_MANIFEST)
ENDPOINT = "http://testserver/sparql"

# Each property of the vocabulary that may occur: the class of what has it and of its value, where
# the vocabulary (SPARQL 1.1 Service Description, section 3) says so.
SCHEMA = {
    "endpoint": ("Service", None),
    "supportedLanguage": ("Service", None),
    "resultFormat": ("Service", None),
    "inputFormat": ("Service", None),
    "feature": ("Service", None),
    "defaultEntailmentRegime": ("Service", None),
    "defaultDataset": ("Service", "Dataset"),
    "defaultGraph": ("Dataset", "Graph"),
    "namedGraph": ("Dataset", "NamedGraph"),
    "name": ("NamedGraph", None),
    "graph": ("NamedGraph", "Graph"),
}
LANGUAGES = {"SPARQL10Query", "SPARQL11Query", "SPARQL11Update"}


def described(client: TestClient) -> list[Triple]:
    return [quad.triple for quad in parse(client.get("/sparql").content, RdfFormat.TURTLE)]


def values(triples: list[Triple], name: str) -> set[str]:
    return {
        one.object.value
        for one in triples
        if one.predicate.value == SD + name and not isinstance(one.object, Triple)
    }


def check_has_endpoint_triple(client: TestClient) -> None:
    assert values(described(client), "endpoint") == {ENDPOINT}


def check_returns_rdf(client: TestClient) -> None:
    for media_type in ("text/turtle", "application/rdf+xml", "application/n-triples"):
        answer = client.get("/sparql", headers={"accept": media_type})
        assert answer.status_code == 200
        assert answer.headers["content-type"].partition(";")[0] == media_type
        form = RdfFormat.from_media_type(media_type)
        assert form is not None
        assert list(parse(answer.content, form))


def check_conforms_to_schema(client: TestClient) -> None:
    triples = described(client)
    kinds: dict[object, set[str]] = {}
    for one in triples:
        if one.predicate.value == RDF_TYPE and isinstance(one.object, NamedNode):
            kinds.setdefault(one.subject, set()).add(one.object.value.removeprefix(SD))
    seen = set()
    for one in triples:
        if not one.predicate.value.startswith(SD):
            continue
        name = one.predicate.value.removeprefix(SD)
        domain, value = SCHEMA[name]
        seen.add(name)
        assert domain in kinds[one.subject]
        assert value is None or value in kinds[one.object]
        assert not isinstance(one.object, Literal)
    assert seen == set(SCHEMA)
    assert {one.removeprefix(SD) for one in values(triples, "supportedLanguage")} <= LANGUAGES


CHECKS = {
    "has-endpoint-triple": check_has_endpoint_triple,
    "returns-rdf": check_returns_rdf,
    "conforms-to-schema": check_conforms_to_schema,
}


@pytest.mark.skipif(not LISTED, reason="there is no folder 'shared' beside the checkout")
@pytest.mark.parametrize("name", LISTED)
def test_the_manifest(client: TestClient, name: str) -> None:
    CHECKS[name](client)


@pytest.mark.parametrize("name", CHECKS)
def test_what_the_manifest_asks_for(client: TestClient, name: str) -> None:
    CHECKS[name](client)


def test_every_format_that_is_told_is_answered(client: TestClient) -> None:
    known = {
        "SPARQL_Results_JSON": "application/sparql-results+json",
        "SPARQL_Results_XML": "application/sparql-results+xml",
        "SPARQL_Results_CSV": "text/csv",
        "SPARQL_Results_TSV": "text/tab-separated-values",
        "Turtle": "text/turtle",
        "N-Triples": "application/n-triples",
        "N-Quads": "application/n-quads",
        "TriG": "application/trig",
        "JSON-LD": "application/ld+json",
        "RDF_XML": "application/rdf+xml",
    }
    told = {one.removeprefix(FORMATS) for one in values(described(client), "resultFormat")}
    assert told == set(known)
    for name, media_type in known.items():
        query = "SELECT * {}" if name.startswith("SPARQL") else "CONSTRUCT {<a:b> a 1} {}"
        answer = client.get("/sparql", params={"query": query}, headers={"accept": media_type})
        assert answer.headers["content-type"].partition(";")[0] == media_type


def test_updates_are_told_of_where_they_are_taken(
    client: TestClient, catalog: Catalog, tmp_path: Path
) -> None:
    assert SD + "SPARQL11Update" not in values(described(client), "supportedLanguage")
    with writable(tmp_path, catalog) as (other, _):
        assert SD + "SPARQL11Update" in values(described(other), "supportedLanguage")


def test_the_graphs_are_told_up_to_a_bound(
    client: TestClient, kb: KnowledgeBase, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert values(described(client), "name") == {graph.value for graph in kb.graphs}
    monkeypatch.setattr(description, "MOST_GRAPHS", 3)
    triples = described(client)
    assert len(values(triples, "name")) == 3
    counted = [one.object for one in triples if one.predicate.value.endswith("#documents")]
    assert [one.value for one in counted if isinstance(one, Literal)] == [str(len(kb.graphs))]


def test_the_example_of_each_family_of_graphs_is_one(client: TestClient, kb: KnowledgeBase) -> None:
    triples = described(client)
    features = values(triples, "feature")
    assert all(one.startswith(ENDPOINT) for one in features)
    examples = [one.object for one in triples if one.predicate.value.endswith("exampleResource")]
    assert len(examples) >= 3
    for example in examples:
        assert isinstance(example, NamedNode)
        assert kb.knows_graph(example.value), example


def test_the_graph_store_describes_the_service_too(client: TestClient) -> None:
    answer = client.get("/rdf-graph-store")
    assert answer.status_code == 200
    assert ENDPOINT in answer.text
