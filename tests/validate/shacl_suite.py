"""The W3C's test suite for SHACL, read from a folder outside the project.

``make suite`` fetches it: the source package of pySHACL carries it. Another copy is named with
``SHACL_SUITE``, the folder with the topmost ``manifest.ttl``.
"""

from __future__ import annotations

import os
import sys
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from unittest.mock import patch

import pytest
import rdflib
from pyoxigraph import Quad, RdfFormat, Store, parse
from rdflib import Graph
from rdflib.collection import Collection
from rdflib.namespace import SH, XSD, Namespace
from rdflib.term import BNode, Literal, Node, URIRef

from tenure.validate.xsd_values import quiet_literals

Row = tuple[str, ...]
"""Focus, shape, component, severity, value, and the path, of a result."""

FETCHED = Path(sys.prefix) / "suites" / "shacl"
_BESIDE = Path(__file__).resolve().parents[3] / "shared" / "suites" / "shacl"
_MF = Namespace("http://www.w3.org/2001/sw/DataAccess/tests/test-manifest#")
_SHT = Namespace("http://www.w3.org/ns/shacl-test#")
_PARTS = (
    SH.focusNode,
    SH.sourceShape,
    SH.sourceConstraintComponent,
    SH.resultSeverity,
    SH.value,
)


@dataclass(frozen=True)
class Case:
    """One test: which data, which shapes, and the results expected, or None for a failure."""

    name: str
    data: Path
    shapes: Path
    expected: Counter[Row] | None

    def quads(self) -> list[Quad]:
        """The data."""
        return list(parse(path=self.data, format=RdfFormat.TURTLE, base_iri=self.data.as_uri()))

    def store(self) -> Store:
        """The data as a store keeps them."""
        store = Store()
        store.extend(self.quads())
        return store

    def shapes_file(self, folder: Path) -> Path:
        """The shapes as a file that resolves its names as the original does."""
        file = folder / f"{self.name.replace('/', '-')}.ttl"
        text = self.shapes.read_text(encoding="utf-8")
        file.write_text(f"@base <{self.shapes.as_uri()}> .\n{text}", encoding="utf-8")
        return file


def suite_folder() -> Path:
    """Where the suite is; skips where it is not."""
    named = os.environ.get("SHACL_SUITE")
    for folder in [Path(named)] if named else [FETCHED, _BESIDE]:
        if (folder / "manifest.ttl").is_file():
            return folder.resolve()
    pytest.skip("there is no copy of the W3C's test suite for SHACL ('make suite' fetches one)")


def cases(manifest: Path) -> Iterator[Case]:
    """The tests that a manifest names, and those of the manifests that it includes."""
    graph, itself = _graph(manifest), URIRef(manifest.as_uri())
    for included in sorted(map(str, graph.objects(itself, _MF.include))):
        yield from cases(_file(included))
    for entries in graph.objects(itself, _MF.entries):
        for entry in Collection(graph, entries):
            action = graph.value(entry, _MF.action)
            result = graph.value(entry, _MF.result)
            yield Case(
                "/".join(manifest.with_suffix("").parts[-3:]),
                _file(str(graph.value(action, _SHT.dataGraph))),
                _file(str(graph.value(action, _SHT.shapesGraph))),
                None if result == _SHT.Failure else rows(graph, result),
            )


def rows(report: Graph, of: Node | None = None) -> Counter[Row]:
    """The results of a report, all there are or those of one node."""
    return Counter(
        (
            *row(*(report.value(one, part) for part in _PARTS)),
            _path(report, report.value(one, SH.resultPath)),
        )
        for one in report.objects(of, SH.result)
    )


def without_path(rows: Counter[Row]) -> Counter[Row]:
    """The same results; a path that is not told is that of the shape."""
    return Counter(one[:-1] for one in rows.elements())


def row(*parts: Node | None) -> Row:
    """Terms as text; blank nodes are all alike."""
    return tuple(_written(one) for one in parts)


def _written(term: Node | None) -> str:
    if term is None:
        return ""
    if isinstance(term, BNode):
        return "a blank node"
    if isinstance(term, Literal) and term.datatype == XSD.string:
        return Literal(str(term)).n3()
    return term.n3()


def _path(graph: Graph, path: Node | None) -> str:
    if not isinstance(path, BNode):
        return _written(path)
    parts = (f"{one} {_path(graph, value)}" for one, value in graph.predicate_objects(path))
    return f"[{'; '.join(sorted(parts))}]"


def _graph(file: Path) -> Graph:
    # What is expected is as it is written: rdflib gives a day without a time one.
    with quiet_literals(), patch.object(rdflib, "NORMALIZE_LITERALS", new=False):
        return Graph().parse(file, format="turtle", publicID=file.as_uri())


def _file(iri: str) -> Path:
    return Path(iri.removeprefix("file://"))
