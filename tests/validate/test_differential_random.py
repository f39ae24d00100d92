"""Random shapes on random data: the ways by which facts are validated here, and pySHACL alone."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from pathlib import Path

import pyshacl
from hypothesis import HealthCheck, given, settings
from pyoxigraph import Quad, Store
from pyshacl.errors import ReportableRuntimeError
from rdflib import Graph
from tests.validate.random_shapes import DATA, compiled_graphs, shapes_graphs
from tests.validate.shacl_suite import Row, row, rows, without_path

from tenure.errors import BadRdf, TenureError
from tenure.validate import OwnShapes
from tenure.validate.exact import Written
from tenure.validate.judging import Judge
from tenure.validate.quiet import quiet_literals

ERRORS = (ReportableRuntimeError, RuntimeError, ValueError, TypeError, ArithmeticError)


def _alone(quads: Sequence[Quad], shapes: Graph) -> Counter[Row] | None:
    """What pySHACL finds in a plain graph of rdflib's; None where it gives up."""
    with quiet_literals():
        data = Graph()
        data.parse(data="\n".join(f"{one.triple} ." for one in quads), format="nt")
        try:
            _, report, _ = pyshacl.validate(data, shacl_graph=shapes, inference="none")
        except ERRORS:
            return None
    return rows(report) if isinstance(report, Graph) else None


def _judged(quads: Sequence[Quad], shapes: Graph) -> Counter[Row] | None:
    store = Store()
    store.extend(quads)
    try:
        return Counter(
            row(one.focus, one.shape, one.component, one.severity, one.value)
            for one in Judge(shapes).verdicts(store, Written(quads))
        )
    except TenureError:
        return None


def _read(text: str) -> Graph:
    with quiet_literals():
        return Graph().parse(data=text, format="turtle")


@settings(max_examples=120)
@given(shapes_graphs(), DATA)
def test_core_shapes(text: str, quads: list[Quad]) -> None:
    alone = _alone(quads, _read(text))
    assert _judged(quads, _read(text)) == (without_path(alone) if alone is not None else None)


@settings(max_examples=150)
@given(compiled_graphs(), DATA)
def test_shapes_that_are_compiled(text: str, quads: list[Quad]) -> None:
    assert Judge(_read(text)).not_compiled == []
    alone = _alone(quads, _read(text))
    assert alone is not None
    assert _judged(quads, _read(text)) == without_path(alone)


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(shapes_graphs(), DATA)
def test_shapes_of_ones_own(tmp_path: Path, text: str, quads: list[Quad]) -> None:
    file = tmp_path / "own.ttl"
    file.write_text(text, encoding="utf-8")
    alone = _alone(quads, _read(text))
    try:
        own = OwnShapes([file])
    except BadRdf as error:
        # A list without a shape in it, or a count that contradicts another.
        assert "wrong themselves" in str(error)
        return
    try:
        found: Counter[Row] | None = rows(own.report(quads))
    except TenureError:
        found = None
    assert found == alone
