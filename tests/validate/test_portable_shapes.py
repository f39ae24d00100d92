"""The shapes before engines that others wrote: Apache Jena's, TopBraid's and RDF4J's, run in Java.

All of it is one run of one program, ``java/PortableShapes.java``: examples, valid and invalid, each
as one graph together with the ontology.
"""

from __future__ import annotations

import subprocess
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from functools import cache
from pathlib import Path
from typing import Final, TypeAlias

import pytest
from pyoxigraph import BlankNode, NamedNode, Quad, RdfFormat, Triple, serialize
from tests.amount import cases
from tests.maven import class_path as class_path_of

from tenure.model.ontology import OWL, RDFS, SH, bundled_ontology
from tenure.namespaces import RDF_TYPE, TN_PREFIX
from tenure.store import read_file
from tenure.validate import validate_paths
from tenure.validate.portable_shapes import portable_shapes

JAVA: Final = Path(__file__).parent / "java"
EXAMPLES: Final = Path(__file__).resolve().parents[2] / "ontology" / "examples"
FILES: Final = sorted([*EXAMPLES.glob("*.trig"), *EXAMPLES.glob("invalid/*.trig")])
_EVERY: Final = max(1, len(FILES) // cases(36))
CHOSEN: Final = FILES[::_EVERY]
"""An example takes half a second, of all engines together: all are asked in a longer run only."""
ENGINES: Final = ("jena", "topbraid", "rdf4j")
OF_NAMED_GRAPHS: Final = frozenset(("denial-of-a-denial.trig", "situation-kind-not-repeated.trig"))
"""What one graph does not show: which claim states or leaves out something."""

Row: TypeAlias = tuple[str, str, str]
"""A result: focus node, shape, constraint component."""


@pytest.fixture(scope="module")
def class_path(tmp_path_factory: pytest.TempPathFactory) -> str:
    """The jars of the engines."""
    return class_path_of(JAVA / "pom.xml", tmp_path_factory.mktemp("shacl"))


@pytest.fixture(scope="module")
def found(
    class_path: str, tmp_path_factory: pytest.TempPathFactory
) -> Mapping[tuple[str, str], Collection[Row]]:
    """What the engines find, by engine and example."""
    folder = tmp_path_factory.mktemp("facts")
    shapes, ontology = folder / "shapes.ttl", folder / "ontology.nt"
    shapes.write_text(portable_shapes(), encoding="utf-8")
    _write(ontology, filter(_is_read, bundled_ontology()))
    registry = read_file(EXAMPLES / "entities.ttl")
    names = {}
    for number, file in enumerate(CHOSEN):
        names[str(folder / f"{number}.nt")] = file.name
        _write(folder / f"{number}.nt", [*read_file(file), *registry])
    command = ["java", "-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC", "-cp", class_path]
    command += [str(JAVA / "PortableShapes.java"), str(shapes), str(ontology)]
    command += names
    done = subprocess.run(command, capture_output=True, check=False, text=True)
    *lines, last = done.stdout.splitlines() or [""]
    assert last == "done", done.stderr[-2000:]
    rows: dict[tuple[str, str], set[Row]] = defaultdict(set)
    for line in lines:
        engine, name, focus, shape, component = line.split("\t")
        rows[engine, names[name]].add((focus, shape, component))
    return rows


def _write(file: Path, quads: Iterable[Quad]) -> None:
    triples = {quad.triple for quad in quads if not isinstance(quad.object, Triple)}
    file.write_bytes(serialize(triples, format=RdfFormat.N_TRIPLES) or b"")


def _is_read(quad: Quad) -> bool:
    """Whether shapes can read it: the order of classes and properties, and what Tenure adds."""
    if isinstance(quad.subject, BlankNode) or not isinstance(quad.object, NamedNode):
        return False
    predicate = quad.predicate.value
    if quad.predicate == RDF_TYPE:
        return not quad.object.value.startswith(OWL) or quad.object.value == OWL + "NamedIndividual"
    return predicate.startswith((RDFS + "sub", TN_PREFIX))


@pytest.mark.parametrize("engine", ENGINES)
def test_every_engine_comes_to_the_same_verdict(
    found: Mapping[tuple[str, str], Collection[Row]], engine: str
) -> None:
    for file in CHOSEN:
        if file.name in OF_NAMED_GRAPHS:
            assert not found.get((engine, file.name)), file
            continue
        assert set(found.get((engine, file.name), ())) == _ours(file), file


@cache
def _ours(file: Path) -> frozenset[Row]:
    """What ``tenure validate`` finds, as far as it is a matter of shapes."""
    return frozenset(
        (one.focus, one.result.shape, one.result.component)
        for one in validate_paths([file]).findings
        if one.result is not None and one.result.component.startswith(SH)
    )
