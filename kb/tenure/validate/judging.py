"""Core SHACL over a store: suspects are found by queries, and pySHACL judges them."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

from pyoxigraph import Store
from pyshacl.errors import (
    ConstraintLoadError,
    ReportableRuntimeError,
    RuleLoadError,
    ShapeLoadError,
    ValidationFailure,
)
from pyshacl.pytypes import SHACLExecutor
from pyshacl.shapes_graph import ShapesGraph
from rdflib import Graph
from rdflib.namespace import RDF, SH
from rdflib.term import Literal as RdfLiteral
from rdflib.term import Node, URIRef

from tenure.errors import BadInput, BadRdf
from tenure.validate.compiled import Suspicion, suspicion
from tenure.validate.exact import ExactData, Written, stored, term
from tenure.validate.plain import plain_strings
from tenure.validate.quiet import quiet_literals
from tenure.validate.results import Path, Result

_FAILURES: Final = (
    AssertionError,  # how pySHACL says that a limit is no literal
    ConstraintLoadError,
    ReportableRuntimeError,
    RuleLoadError,
    ShapeLoadError,
    ValidationFailure,
    re.error,
)


_PATHS: Final = (
    SH.alternativePath,
    SH.inversePath,
    SH.zeroOrMorePath,
    SH.oneOrMorePath,
    SH.zeroOrOnePath,
)


@dataclass(frozen=True, slots=True)
class Verdict:
    """One result of pySHACL (SHACL, section 3.6.2), as terms of rdflib."""

    focus: Node
    shape: Node
    component: Node
    severity: Node
    value: Node | None
    message: str
    path: Path | None = None
    constraint: Node | None = None

    @property
    def result(self) -> Result:
        """The same as a report has it."""
        constraint = name_of(self.constraint) if self.constraint is not None else None
        literal = stored(self.focus) if isinstance(self.focus, RdfLiteral) else None
        return Result(
            str(self.component),
            name_of(self.shape),
            self.path,
            stored(self.value),
            constraint,
            literal,
        )


def name_of(node: Node) -> str:
    """An IRI as it is; anything else as N-Triples write it."""
    return str(node) if isinstance(node, URIRef) else str(stored(node))


def verdict_of(told: Mapping[Any, Any], paths: Graph) -> Verdict:
    """The verdict that is told by the properties of a result; ``paths`` has the nodes of its path.

    Of several messages it is the first in the order of their texts.
    """
    path = told.get(SH.resultPath)
    return Verdict(
        told[SH.focusNode],
        told[SH.sourceShape],
        told[SH.sourceConstraintComponent],
        told[SH.resultSeverity],
        told.get(SH.value),
        str(told.get(SH.resultMessage, "")),
        _path(paths, path) if path is not None else None,
        told.get(SH.sourceConstraint),
    )


def verdicts_in(report: Graph) -> Iterator[Verdict]:
    """The results in a report."""
    for result in report.objects(None, SH.result):
        told = dict(sorted(report.predicate_objects(result), reverse=True))
        yield verdict_of(told, report)


def verdict_from(node: Any, parts: Any) -> Verdict:
    """The verdict that pySHACL gives of one node in triples, terms with the graph they are from."""
    told: dict[Any, Any] = {}
    graph = Graph()
    for subject, predicate, value in parts:
        if subject == node:
            told[predicate] = value[1] if isinstance(value, tuple) else value
            if predicate == SH.resultPath:
                graph = value[0]
    return verdict_of(told, graph)


def _path(graph: Graph, node: Any) -> Path:
    if isinstance(node, URIRef):
        return str(node)
    told = dict(graph.predicate_objects(node))
    if RDF.first in told:
        return "sequence", tuple(_path(graph, one) for one in graph.items(node))
    name, inner = next((name, told[name]) for name in _PATHS if name in told)
    parts = graph.items(inner) if name == SH.alternativePath else [inner]
    return str(name).rpartition("#")[2], tuple(_path(graph, one) for one in parts)


class Judge:
    """The core constraints of some shapes, compiled once. Not safe for threads."""

    def __init__(self, core: Graph, *, compiled: bool = True) -> None:
        """Reads the shapes in ``core``; not ``compiled``, every target is judged.

        Raises:
            BadRdf: the shapes are wrong.
        """
        core = plain_strings(core)
        try:
            shapes = list(ShapesGraph(core).shapes)
        except _FAILURES as error:
            raise _wrong(error) from error
        self._shapes: list[tuple[Any, Suspicion | None]] = [
            (shape, suspicion(core, shape.node) if compiled else None) for shape in shapes
        ]

    @property
    def not_compiled(self) -> list[str]:
        """The shapes with targets of their own that pySHACL judges as a whole."""
        return sorted(
            str(shape.node)
            for shape, suspected in self._shapes
            if suspected is None and any(map(list, shape.target()))
        )

    def verdicts(self, store: Store, written: Written | None = None) -> Iterator[Verdict]:
        """The results over the union of all graphs in ``store``.

        ``written`` holds the literals that the store may keep otherwise than they were written;
        without it, the values are judged that the store has.

        Raises:
            BadRdf: the shapes cannot be run.
            BadInput: the data hold a value that pySHACL cannot compare.
        """
        data = ExactData(store, written)
        # What the store has of these says nothing sure about what was written.
        unsure = written.subjects if written else frozenset()
        executor = SHACLExecutor()
        for shape, suspected in self._shapes:
            focus = None
            if suspected is not None:
                focus = [term(one) for one in suspected.suspects(store, unsure)]
                if not focus:
                    continue
            try:
                with quiet_literals():
                    _, found = shape.validate(executor, data, focus=focus)
            except _FAILURES as error:
                raise _wrong(error) from error
            except (ArithmeticError, TypeError) as error:
                raise BadInput(
                    "The data hold a value that compares with no other.",
                    where=str(shape.node),
                    remedy="Look for an xsd:decimal that is no number, such as NaN, "
                    "or a date that is none, such as 2020-02-30.",
                ) from error
            for _, node, parts in found:
                yield verdict_from(node, parts)


def _wrong(error: Exception) -> BadRdf:
    return BadRdf(
        f"The shapes cannot be run: {error}.",
        where="ontology/shapes",
        remedy="Correct the shapes, or install Tenure again.",
    )
