"""All rules of the gate, asked of 10,000 tenures by other engines.

The same statements and the same shapes in the same run: pySHACL over a store of pyoxigraph's, and
pyshifty. Every result is compared: node, rule, component and value; no figure is told where one
differs. Ours has the loading of the store in its time, theirs have theirs loaded before.

pyshifty takes one graph, and names the shape of a query, not the query. Rules that ask in which
claim something stands are therefore left out of its shapes and of what is compared with it, and the
others are compared by their shapes. pySHACL over a plain graph of rdflib's cannot ask such rules
either, and takes minutes for the others; ``validation`` has it for the core shapes alone.
"""

from __future__ import annotations

import importlib.util
import re
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, Final

import pyshacl
from pyoxigraph import BlankNode, NamedNode, Quad, RdfFormat, Store, parse, serialize
from pyshacl.graph_abstraction import OxigraphDataGraph
from rdflib import Graph
from rdflib.namespace import SH
from rdflib.query import Result as Answer

from benchmarks.result import Result
from benchmarks.validation_data import write_registers
from tenure.namespaces import RDF_TYPE, local_name
from tenure.resources import data_dir
from tenure.validate.declared_terms import DeclaredTerms
from tenure.validate.documents import text_of
from tenure.validate.lexical import LexicalForms
from tenure.validate.shapes import Shapes, rows_of
from tenure.validate.validator import gate_shapes
from tenure.validate.xsd_values import quiet_literals

_SIZE: Final = 10_000
_BY_QUERY: Final = str(SH.SPARQLConstraintComponent)
_OPENING: Final = re.compile(r"\bWHERE\s*\{", re.IGNORECASE)
Row = tuple[str, str, str, str]
"""Focus, rule, component and value; where a query tells no value, it is the focus."""


def validation_engines() -> list[Result]:
    """All rules of the gate on 10,000 tenures against two other engines."""
    quads = _facts(_SIZE)
    print(f"validation-engines: {_SIZE:,} tenures, {len(quads):,} triples", file=sys.stderr)
    shapes = _shapes()
    seconds, ours = _timed(lambda: _ours(quads))
    backed = _Backed(_stored(quads))
    peer, theirs = _timed(lambda: _pyshacl(backed, shapes))
    _same("pySHACL", ours, theirs)
    what = f"all rules, {_SIZE:,} tenures"
    results = [Result(what, seconds, peer, "pySHACL over pyoxigraph", len(ours))]
    if importlib.util.find_spec("shifty") is None:
        print("validation-engines: pyshifty is not installed, and not compared", file=sys.stderr)
        return results
    text = serialize({quad.triple for quad in quads}, format=RdfFormat.N_TRIPLES) or b""
    given = Graph().parse(data=text, format="nt")
    ours = _by_shape(ours, shapes, _without_graphs(shapes))
    peer, theirs = _timed(lambda: _shifty(given, shapes))
    _same("pyshifty", ours, theirs)
    return [*results, Result(what, seconds, peer, "pyshifty, without GRAPH", len(ours))]


def _without_graphs(shapes: Graph) -> set[str]:
    """Takes rules that ask for graphs by name out of the shapes; their names."""
    rules = [rule for rule, text in shapes.subject_objects(SH.select) if "GRAPH" in str(text)]
    for rule in rules:
        shapes.remove((None, SH.sparql, rule))
    return {local_name(str(rule)) for rule in rules}


def _by_shape(rows: set[Row], shapes: Graph, left_out: set[str]) -> set[Row]:
    shape_of = {
        local_name(str(rule)): local_name(str(shape))
        for shape, rule in shapes.subject_objects(SH.sparql)
    }
    return {
        (focus, shape_of.get(rule, rule), component, value)
        for focus, rule, component, value in rows
        if rule not in left_out
    }


def _same(name: str, ours: set[Row], theirs: set[Row]) -> None:
    if ours != theirs:
        only = sorted(ours ^ theirs)[:3]
        raise SystemExit(f"validation-engines: ours and {name} differ, first in {only}")


def _facts(tenures: int) -> list[Quad]:
    with tempfile.TemporaryDirectory() as folder:
        files = write_registers(Path(folder), tenures, broken_every=23)
        quads = [quad for file in files for quad in parse(path=file, format=RdfFormat.N_QUADS)]
    for file in sorted(data_dir("ontology").glob("*.ttl")):
        quads += parse(path=file, rename_blank_nodes=True)
    return quads


def _stored(quads: list[Quad]) -> Store:
    store = Store()
    store.bulk_extend(quads)
    return store


def _shapes() -> Graph:
    folder = data_dir("ontology") / "shapes"
    graph = Graph()
    for file in sorted(folder.glob("*.ttl")):
        if file.name != "house-style.ttl":
            graph.parse(file, format="turtle")
    return graph


def _ours(quads: list[Quad]) -> set[Row]:
    shapes = gate_shapes()
    store = _stored(quads)
    found = {
        (str(one.focus), local_name(str(one.shape)), str(one.component), str(one.value or ""))
        for one in shapes.runner.verdicts(store, LexicalForms(quads))
    }
    return found | set(_queried(shapes, store))


def _queried(shapes: Shapes, store: Store) -> Iterator[Row]:
    above: dict[str, set[str]] = {}
    schema = DeclaredTerms(store)
    for rule in shapes.constraints:
        for row in rows_of(store.query(rule.query, use_default_graph_as_union=True)):
            node, value = row["this"], row.get("value", row["this"])
            if not isinstance(node, NamedNode | BlankNode):
                continue
            for typed in store.quads_for_pattern(node, RDF_TYPE, None):
                name = text_of(typed.object)
                if name not in above:
                    above[name] = schema.above(name)
                if above[name] & rule.target_classes:
                    yield node.value, rule.rule, _BY_QUERY, value.value
                    break


class _Backed(OxigraphDataGraph):
    """pySHACL's own graph over a store, with what it takes to finish in time.

    It counted everything to learn whether there is anything, and bound the node of a query in a way
    that the store's planner does not see.
    """

    def __bool__(self) -> bool:
        return True

    def query(self, query_object: Any, *given: Any, **named: Any) -> Answer:
        bound = named.pop("initBindings", None) or {}
        values = " ".join(f"VALUES ${name} {{ {term.n3()} }}" for name, term in bound.items())
        text = _OPENING.sub(lambda found: f"{found[0]} {values} ", query_object, count=1)
        return super().query(text, *given, **named)


def _pyshacl(data: Any, shapes: Graph) -> set[Row]:
    with quiet_literals():
        _, report, _ = pyshacl.validate(data, shacl_graph=shapes, inference="none", inplace=True)
    assert isinstance(report, Graph)
    return _rows(report)


def _shifty(data: Graph, shapes: Graph) -> set[Row]:
    shifty: Any = importlib.import_module("shifty")
    _, report, _ = shifty.validate(data, shapes, graph_mode="data", infer=False)
    return _rows(report)


def _rows(report: Graph) -> set[Row]:
    found = set()
    for one in report.objects(None, SH.result):
        focus, value = report.value(one, SH.focusNode), report.value(one, SH.value)
        rule = report.value(one, SH.sourceConstraint) or report.value(one, SH.sourceShape)
        component = report.value(one, SH.sourceConstraintComponent)
        found.add((str(focus), local_name(str(rule)), str(component), str(value or "")))
    return found


def _timed(work: Callable[[], set[Row]]) -> tuple[float, set[Row]]:
    start = time.perf_counter()
    found = work()
    return time.perf_counter() - start, found
