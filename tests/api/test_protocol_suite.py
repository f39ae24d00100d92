"""The W3C's tests of the SPARQL 1.1 Protocol and the Graph Store Protocol, by manifest.

They run over a knowledge base without claims, so that what they clear is nobody's.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from pyoxigraph import CanonicalizationAlgorithm, Dataset, Quad, RdfFormat, parse
from starlette.testclient import TestClient
from tests.api.protocol_suite import (
    MANIFESTS,
    Entry,
    Expected,
    Request,
    listed_in,
    read_departures,
    read_entries,
    read_old_entries,
)
from tests.api.writable import writable

from tenure.catalog import Catalog
from tenure.namespaces import BASE

DEPARTURES = read_departures()
ENTRIES = [entry for manifest in MANIFESTS for entry in read_entries(manifest)]
OLD_ENTRIES = read_old_entries()
UPDATES = [entry for entry in ENTRIES if "/update_dataset" in entry.name]
ABSENT = "there is no folder 'shared' beside the checkout"

TABULAR = {
    "application/sparql-results+json",
    "application/sparql-results+xml",
    "text/csv",
    "text/tab-separated-values",
}
BOOLEAN = {"application/sparql-results+json", "application/sparql-results+xml"}
RDF = {"text/turtle", "application/rdf+xml", "application/n-triples"}
WRITTEN = {
    "$HOST$/$GRAPHSTORE$": "www.example/rdf-graph-store",
    "$HOST$": "www.example",
    "$GRAPHSTORE$": "/rdf-graph-store",
}
FORMS = {"tabular": TABULAR, "boolean": BOOLEAN, "RDF": RDF}


@pytest.fixture
def client(tmp_path: Path, catalog: Catalog) -> Iterator[TestClient]:
    with writable(tmp_path, catalog) as (opened, _):
        yield opened


@pytest.mark.skipif(not ENTRIES, reason=ABSENT)
@pytest.mark.parametrize("entry", ENTRIES, ids=lambda entry: entry.name)
def test_the_manifests(client: TestClient, entry: Entry) -> None:
    _check(client, entry)


def _check(client: TestClient, entry: Entry) -> None:
    _give(client, entry)
    known: dict[str, str] = {}
    faults: list[str] = []
    statuses = []
    for request in entry.requests:
        status, found = _send(client, request, known)
        statuses.append(status)
        faults += found
    deviation = DEPARTURES.deviations.get(entry.name)
    if deviation is None:
        assert not faults
    else:
        assert faults, "it passes; the deviation is to be taken out"
        assert tuple(statuses) == deviation.statuses


@pytest.mark.skipif(not OLD_ENTRIES, reason=ABSENT)
@pytest.mark.parametrize("number", range(len(OLD_ENTRIES)), ids=lambda n: OLD_ENTRIES[n].name)
def test_the_old_manifest(client: TestClient, number: int) -> None:
    """Each test goes on where the one before it ended."""
    known = dict(WRITTEN)
    for entry in OLD_ENTRIES[:number]:
        _send(client, entry.requests[0], known)
    entry = OLD_ENTRIES[number]
    status, faults = _send(client, entry.requests[0], known)
    deviation = DEPARTURES.deviations.get(entry.name)
    if deviation is None:
        assert not faults
    else:
        assert faults, "it passes; the deviation is to be taken out"
        assert (status,) == deviation.statuses


@pytest.mark.skipif(not ENTRIES, reason=ABSENT)
def test_no_entry_is_left_out() -> None:
    read = {entry.name.rpartition("/")[2] for entry in ENTRIES}
    for manifest in MANIFESTS:
        assert set(listed_in(manifest)) <= read
    everything = {entry.name for entry in (*ENTRIES, *OLD_ENTRIES)}
    assert set(DEPARTURES.deviations) <= everything


def test_every_deviation_is_argued(repo_root: Path) -> None:
    text = (repo_root / "docs" / "reference" / "protocol.md").read_text(encoding="utf-8")
    for name, deviation in DEPARTURES.deviations.items():
        assert len(deviation.argument) > 40, name
        assert f"`{name}`" in text, f"docs/reference/protocol.md does not tell of {name}"


def _give(client: TestClient, entry: Entry) -> None:
    """Puts the graphs there that the test begins with."""
    kind = {"content-type": "application/n-triples"}
    asked = " ".join(request.path for request in entry.requests)
    graphs = {
        **{iri: turtle.encode() for iri, turtle in DEPARTURES.given.items() if _names(asked, iri)},
        **entry.graphs,
    }
    for iri, data in graphs.items():
        address = {"graph": iri}
        answer = client.put("/rdf-graph-store", params=address, content=data, headers=kind)
        assert answer.status_code == 201


def _names(asked: str, iri: str) -> bool:
    return iri.rpartition("/")[2] in asked


def _send(client: TestClient, request: Request, known: dict[str, str]) -> tuple[int, list[str]]:
    """The status of the answer, and what is wrong with it."""
    path, body = request.path, request.body.decode("latin-1")
    for name, value in known.items():
        path, body = path.replace(name, value), body.replace(name, value)
    for theirs, ours in (("/sparql/", "/sparql"), ("/gsp", "/rdf-graph-store")):
        if path.startswith(theirs):
            path = ours + path.removeprefix(theirs)
    answer = client.request(
        request.method, path, content=body.encode("latin-1"), headers=dict(request.headers)
    )
    expected = request.expected
    if expected.location is not None and "location" in answer.headers:
        known[expected.location] = answer.headers["location"]
    told = f"{request.method} {path}: {answer.status_code} {answer.text[:200]}"
    if answer.status_code not in expected.statuses:
        return answer.status_code, [told]
    faults = [] if expected.location is None or "location" in answer.headers else ["no Location"]
    faults += _faults_of_body(expected, answer.headers.get("content-type", ""), answer.content)
    return answer.status_code, faults


def _faults_of_body(expected: Expected, media_type: str, body: bytes) -> list[str]:
    faults = []
    if expected.form is not None and media_type.partition(";")[0] not in FORMS[expected.form]:
        faults.append(f"{media_type} is not {expected.form}")
    if expected.boolean is not None and json.loads(body)["boolean"] is not expected.boolean:
        faults.append(f"not {expected.boolean}")
    if expected.media_type is not None and media_type != expected.media_type:
        faults.append(f"{media_type} is not {expected.media_type}")
    if expected.body is not None and _graph(expected.body.encode()) != _graph(body):
        faults.append("another graph")
    return faults


def _graph(turtle: bytes) -> set[Quad]:
    text = turtle.decode()
    for name, value in WRITTEN.items():
        text = text.replace(name, value)
    dataset = Dataset(parse(text, RdfFormat.TURTLE, base_iri=BASE))
    dataset.canonicalize(CanonicalizationAlgorithm.RDFC_1_0)
    return set(dataset)
