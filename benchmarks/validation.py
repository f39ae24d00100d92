"""Registers of 10,000 and 100,000 tenures (a million with ``validation-million``) at the gate.

On one machine and the same files: the whole gate; the core shapes alone against pySHACL as it
comes, over a plain graph of rdflib's, at a size it can finish; and against pyshifty where it is
installed. Reports are compared, result by result, before a figure is told. No engine's time has
the parsing in it; ours has the loading of the store.
"""

from __future__ import annotations

import importlib.util
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any, Final

import pyshacl
from pyoxigraph import RdfFormat, Store, parse, serialize
from rdflib import Graph
from rdflib.namespace import SH

from benchmarks.result import Result
from benchmarks.validation_data import write_registers
from tenure.resources import data_dir
from tenure.validate import Report, validate_paths
from tenure.validate.pyshacl_runner import plain_graph
from tenure.validate.validator import gate_shapes
from tenure.validate.xsd_values import quiet_literals

_COMPARED: Final = 1_000
_SIZES: Final = (10_000, 100_000)
_MILLION: Final = 1_000_000
_GOALS: Final = {10_000: (5, 2.0), 100_000: (40, 2.0), _MILLION: (480, 6.0)}
"""Seconds and GiB for about 115k, 1.15M and 11.5M triples; here there are 16 a tenure, not 11.5.

Beyond 2.5 million statements, the store that is checked lies on disk."""
_SUBCLASS: Final = "http://www.w3.org/2000/01/rdf-schema#subClassOf"
_Row = tuple[str, str, str]


def validation() -> list[Result]:
    """The gate on 10,000 and 100,000 tenures, and the core shapes against other engines."""
    results = _compared(_COMPARED)
    return results + [_gate(tenures) for tenures in _SIZES]


def validation_million() -> list[Result]:
    """The gate on a million tenures."""
    return [_gate(_MILLION)]


def _gate(tenures: int) -> Result:
    """The whole gate in a process of its own, so that peak memory is its own."""
    goal, most = _GOALS[tenures]
    with tempfile.TemporaryDirectory() as folder:
        write_registers(Path(folder), tenures)
        command = [sys.executable, "-m", "benchmarks.validation", folder]
        out = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    seconds, busy, gib, triples, found = (float(one) for one in out.split())
    print(
        f"validation: {tenures:,} tenures, {triples:,.0f} triples: {seconds:.1f} s"
        f" ({busy:.1f} s of processor time),"
        f" {gib:.2f} GiB, {found:.0f} findings (goal {goal} s, {most:.0f} GiB)",
        file=sys.stderr,
    )
    name = f"gate, {tenures:,} tenures, {gib:.2f} GiB"
    return Result(name, seconds, goal, f"goal, {most:.0f} GiB", int(found))


def _compared(tenures: int) -> list[Result]:
    with tempfile.TemporaryDirectory() as folder:
        files = write_registers(Path(folder), tenures, broken_every=23)
        quads = [quad for file in files for quad in parse(path=file, format=RdfFormat.N_QUADS)]
    for file in sorted(data_dir("ontology").glob("*.ttl")):
        quads += (q for q in parse(path=file) if q.predicate.value == _SUBCLASS)
    shapes = gate_shapes()
    start = time.perf_counter()
    store = Store()
    store.bulk_extend(quads)
    ours = sorted(
        (str(one.focus), str(one.shape), str(one.component))
        for one in shapes.runner.verdicts(store)
    )
    seconds = time.perf_counter() - start
    text = serialize({quad.triple for quad in quads}, format=RdfFormat.N_TRIPLES) or b""
    peer, stock = _stock(text, plain_graph(shapes.core))
    _same("pySHACL", ours, stock)
    name = f"core shapes, {tenures:,} tenures"
    results = [Result(name, seconds, peer, "pySHACL over rdflib", len(ours))]
    if importlib.util.find_spec("shifty") is None:
        print("validation: pyshifty is not installed, and not compared", file=sys.stderr)
        return results
    peer, other = _shifty(text, plain_graph(shapes.core))
    _same("pyshifty", ours, other)
    return [*results, Result(name, seconds, peer, "pyshifty", len(ours))]


def _stock(text: bytes, shapes: Graph) -> tuple[float, list[_Row]]:
    with quiet_literals():
        graph = Graph().parse(data=text, format="nt")
        start = time.perf_counter()
        _, report, _ = pyshacl.validate(graph, shacl_graph=shapes, inference="none")
        seconds = time.perf_counter() - start
    assert isinstance(report, Graph)
    return seconds, _rows(report)


def _shifty(text: bytes, shapes: Graph) -> tuple[float, list[_Row]]:
    shifty: Any = importlib.import_module("shifty")
    graph = Graph().parse(data=text, format="nt")
    start = time.perf_counter()
    _, report, _ = shifty.validate(graph, shapes)
    return time.perf_counter() - start, _rows(report)


def _rows(report: Graph) -> list[_Row]:
    parts = (SH.focusNode, SH.sourceShape, SH.sourceConstraintComponent)
    results = list(report.objects(None, SH.result))
    return sorted(tuple(str(report.value(one, part)) for part in parts) for one in results)  # type: ignore[misc]


def _same(name: str, ours: list[_Row], theirs: list[_Row]) -> None:
    if ours != theirs:
        only = sorted(set(ours) ^ set(theirs))[:3]
        raise SystemExit(f"validation: our report and that of {name} differ, first in {only}")


def _measured(folder: Path) -> str:
    start = time.perf_counter()
    report: Report = validate_paths([folder])
    seconds = time.perf_counter() - start
    gib = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024**2
    busy = time.process_time()
    return f"{seconds} {busy} {gib} {report.checked['triples']} {len(report.findings)}"


if __name__ == "__main__":
    print(_measured(Path(sys.argv[1])))
