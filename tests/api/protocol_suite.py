"""The W3C's tests of the SPARQL 1.1 protocols, read from their manifests.

Two notations occur. The newer manifests describe requests in the HTTP vocabulary (``ht:``); the
older one of the graph store writes them out in a comment, each test going on where the one before
it ended.
"""

from __future__ import annotations

import re
import textwrap
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

import yaml
from rdflib import RDF, RDFS, Graph, Namespace, URIRef
from rdflib.collection import Collection
from rdflib.term import Node

FOLDER = Path(__file__).resolve().parents[3] / "shared" / "suites" / "sparql11"
MANIFESTS = (
    "protocol/manifest.ttl",
    "graph-store-protocol/manifest-direct.ttl",
    "graph-store-protocol/manifest-indirect.ttl",
)
OLD_MANIFEST = "http-rdf-update/manifest.ttl"
DESCRIPTION_MANIFEST = "service-description/manifest.ttl"
DEVIATIONS = Path(__file__).with_name("protocol_deviations.yaml")

_MF = Namespace("http://www.w3.org/2001/sw/DataAccess/tests/test-manifest#")
_UT = Namespace("http://www.w3.org/2009/sparql/tests/test-update#")
_HT = Namespace("http://www.w3.org/2011/http#")
_CNT = Namespace("http://www.w3.org/2011/content#")
_STATUSES = {"OK": 200, "Created": 201, "NoContent": 204, "NotFound": 404}


@dataclass(frozen=True)
class Expected:
    """What the answer has to be; whatever is None may be anything."""

    statuses: frozenset[int]
    boolean: bool | None = None
    form: str | None = None
    media_type: str | None = None
    body: str | None = None
    location: str | None = None

    def allows(self, status: int) -> bool:
        """Whether the status is among those expected; 200 stands for all of 2xx, and so on."""
        return status in self.statuses


@dataclass(frozen=True)
class Request:
    """One request of a test."""

    method: str
    path: str
    headers: Mapping[str, str]
    body: bytes
    expected: Expected


@dataclass(frozen=True)
class Entry:
    """One test: the graphs it begins with, by name, and its requests in order."""

    name: str
    title: str
    graphs: Mapping[str, bytes]
    requests: tuple[Request, ...]


@dataclass(frozen=True)
class Deviation:
    """Where Tenure answers otherwise on purpose: the statuses of the answers, and why."""

    statuses: tuple[int, ...]
    argument: str


@dataclass(frozen=True)
class Departures:
    """All deviations by test, and the graphs that tests take for granted."""

    deviations: Mapping[str, Deviation] = field(default_factory=dict)
    given: Mapping[str, str] = field(default_factory=dict)


def read_departures() -> Departures:
    """What ``protocol_deviations.yaml`` says."""
    told = yaml.safe_load(DEVIATIONS.read_text(encoding="utf-8"))
    deviations = {
        name: Deviation(tuple(one["statuses"]), one["argument"].strip())
        for name, one in told["deviations"].items()
    }
    return Departures(deviations, told["given"])


def read_entries(manifest: str) -> list[Entry]:
    """The tests of a manifest in the HTTP vocabulary, also those that its list leaves out.

    None where there is no such file.
    """
    path = FOLDER / manifest
    if not path.is_file():
        return []
    graph = Graph().parse(path, format="turtle", publicID=path.as_uri())
    found = []
    for test, action in graph.subject_objects(_MF.action):
        graphs = {
            str(graph.value(data, RDFS.label)): _file(path, graph.value(data, _UT.graph))
            for data in graph.objects(test, _UT.graphData)
        }
        requests = tuple(_request(graph, one) for one in _listed(graph, action, _HT.requests))
        name = f"{path.parent.name}/{_local(test)}"
        found.append(Entry(name, str(graph.value(test, _MF.name)).strip(), graphs, requests))
    return sorted(found, key=lambda entry: entry.name)


def listed_in(manifest: str) -> list[str]:
    """The local names in a manifest's list of entries; none where there is no such file."""
    path = FOLDER / manifest
    if not path.is_file():
        return []
    graph = Graph().parse(path, format="turtle", publicID=path.as_uri())
    (whole,) = graph.subjects(RDF.type, _MF.Manifest)
    return [_local(entry) for entry in _listed(graph, whole, _MF.entries)]


def read_old_entries() -> list[Entry]:
    """The tests that are written out in comments, in order; none where there is no such file."""
    path = FOLDER / OLD_MANIFEST
    if not path.is_file():
        return []
    graph = Graph().parse(path, format="turtle", publicID=path.as_uri())
    (whole,) = graph.subjects(RDF.type, _MF.Manifest)
    found = []
    for test in _listed(graph, whole, _MF.entries):
        (written,) = (
            str(one) for one in graph.objects(test, RDFS.comment) if "#### Request" in str(one)
        )
        title = str(graph.value(test, _MF.name))
        name = f"http-rdf-update/{_local(test)}"
        found.append(Entry(name, title, {}, (_written_out(written),)))
    return found


def _written_out(comment: str) -> Request:
    asked, _, answered = comment.partition("#### Response")
    head, _, body = textwrap.dedent(asked.partition("#### Request")[2]).strip().partition("\n\n")
    first, *rest = head.split("\n")
    method, path = first.split(" ")[:2]
    headers = dict(line.strip().split(": ", 1) for line in rest if not line.startswith("Host"))
    multipart = headers.get("Content-Type", "").startswith("multipart/")
    status, _, after = textwrap.dedent(answered).strip().partition("\n")
    graph = after.partition("\n\n")[2].strip()
    expected = Expected(
        frozenset([int(status.split(" ")[0])]),
        media_type="text/turtle; charset=utf-8" if "Content-Type" in after else None,
        body=graph or None,
        location="$NEWPATH$" if "Location:" in after else None,
    )
    text = body.replace("\n", "\r\n") if multipart else body
    return Request(method, path, headers, text.encode(), expected)


def _request(graph: Graph, node: Node) -> Request:
    body = graph.value(node, _HT.body)
    content = b""
    if body is not None:
        coding = str(graph.value(body, _CNT.characterEncoding))
        content = str(graph.value(body, _CNT.chars)).encode(coding)
    return Request(
        str(graph.value(node, _HT.methodName)),
        str(graph.value(node, _HT.absolutePath)),
        _headers(graph, node),
        content,
        _expected(graph, graph.value(node, _HT.resp)),
    )


def _expected(graph: Graph, node: Node | None) -> Expected:
    statuses: set[int] = set()
    for status in graph.objects(node, _MF.expectedStatus):
        whole = re.fullmatch(r"StatusCode(\d)xx", _local(status))
        start = int(whole[1]) * 100 if whole else _STATUSES[_local(status)]
        statuses.update(range(start, start + 100) if whole else (start,))
    body = graph.value(node, _HT.body)
    return Expected(
        frozenset(statuses),
        {"true": True, "false": False, "": None}[_text(graph, node, _MF.expectedBoolean)],
        _text(graph, node, _MF.expectedFormat) or None,
        _headers(graph, node).get("content-type") if node is not None else None,
        _text(graph, body, _CNT.chars) or None if body is not None else None,
        _text(graph, node, _MF.expectedLocation) or None,
    )


def _headers(graph: Graph, node: Node) -> dict[str, str]:
    return {
        str(graph.value(one, _HT.fieldName)): str(graph.value(one, _HT.fieldValue))
        for one in _listed(graph, node, _HT.headers)
    }


def _listed(graph: Graph, node: Node, predicate: Node) -> list[Node]:
    start = graph.value(node, predicate)
    return [] if start is None else list(Collection(graph, start))


def _text(graph: Graph, node: Node | None, predicate: Node) -> str:
    found = graph.value(node, predicate)
    return "" if found is None else str(found)


def _local(node: Node) -> str:
    return str(node).rpartition("#")[2]


def _file(manifest: Path, iri: Node | None) -> bytes:
    assert isinstance(iri, URIRef)
    return (manifest.parent / iri.rpartition("/")[2]).read_bytes()
