"""pySHACL over facts: shapes of a user's as they come, and the house's over a store.

A user's shapes are asked of a graph of rdflib's (:func:`run_shapes`), with rdflib's engine for what
they ask: the store's does not bind variables before a query as SHACL wants it (section 5.3.1), and
so lets pass what breaks a rule. Of the house's core shapes it judges (:class:`Judge`) the nodes
that may break them, see :mod:`tenure.validate.core_shapes`. Nothing can be fetched.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final, TypeVar

import pyshacl
from pyoxigraph import BlankNode, Literal, NamedNode, Quad, RdfFormat, Store, Triple, parse
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
from rdflib.namespace import OWL, RDF, RDFS, SH
from rdflib.paths import Path as PropertyPath
from rdflib.plugins.sparql import prepareQuery
from rdflib.plugins.sparql.parserutils import CompValue
from rdflib.plugins.sparql.sparql import Query
from rdflib.query import Result as Answer
from rdflib.term import IdentifiedNode, Node, URIRef, Variable
from rdflib.term import Literal as RdfLiteral

from tenure.errors import BadInput, BadRdf, Refused
from tenure.sandbox.confinement import offline
from tenure.validate.finding import Path, Result
from tenure.validate.lexical import LexicalForms
from tenure.validate.lexical_graph import (
    LexicalDataGraph,
    literal,
    stored,
    term,
)
from tenure.validate.xsd_values import quiet_literals

T = TypeVar("T")

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
class ShaclResult:
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
    def name(self) -> str:
        """The node that was judged: an IRI as it is, anything else as N-Triples write it."""
        return name_of(self.focus)

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


def verdict_of(told: Mapping[Any, Any], paths: Graph) -> ShaclResult:
    """The verdict that is told by the properties of a result; ``paths`` has the nodes of its path.

    Of several messages it is the first in the order of their texts.
    """
    path = told.get(SH.resultPath)
    return ShaclResult(
        told[SH.focusNode],
        told[SH.sourceShape],
        told[SH.sourceConstraintComponent],
        told[SH.resultSeverity],
        told.get(SH.value),
        str(told.get(SH.resultMessage, "")),
        _path(paths, path) if path is not None else None,
        told.get(SH.sourceConstraint),
    )


def verdicts_in(report: Graph) -> Iterator[ShaclResult]:
    """The results in a report."""
    for result in report.objects(None, SH.result):
        told = dict(sorted(report.predicate_objects(result), reverse=True))
        yield verdict_of(told, report)


def verdict_from(node: Any, parts: Any) -> ShaclResult:
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
    """A shape as pySHACL has it. Not safe for threads."""

    def __init__(self, shape: Any) -> None:
        """``shape`` is one of a :class:`pyshacl.shapes_graph.ShapesGraph`."""
        self._shape = shape

    def verdicts(
        self,
        store: Store,
        forms: LexicalForms | None,
        nodes: Iterable[NamedNode | BlankNode] | None,
    ) -> Iterator[ShaclResult]:
        """What the shape has against some nodes of a store, or None: against all its targets.

        Raises:
            BadRdf: it cannot be run.
            BadInput: the data hold a value that it cannot compare.
        """
        data = LexicalDataGraph(store, forms)
        focus = None if nodes is None else [term(one) for one in nodes]
        try:
            with quiet_literals():
                _, told = self._shape.validate(SHACLExecutor(), data, focus=focus)
        except _FAILURES as error:
            raise _wrong(error) from error
        except (ArithmeticError, TypeError) as error:
            raise BadInput(
                "The data hold a value that compares with no other.",
                where=name_of(self._shape.node),
                remedy="Look for an xsd:decimal that is no number, such as NaN, "
                "or a date that is none, such as 2020-02-30.",
            ) from error
        for _, node, parts in told:
            yield verdict_from(node, parts)


def judges(quads: Iterable[Quad]) -> dict[NamedNode | BlankNode, Judge]:
    """By its node, each shape among some statements as pySHACL reads it.

    Raises :class:`~tenure.errors.BadRdf` for shapes that are wrong.
    """
    try:
        return {stored(one.node): Judge(one) for one in ShapesGraph(plain_graph(quads)).shapes}
    except _FAILURES as error:
        raise _wrong(error) from error


def _wrong(error: Exception) -> BadRdf:
    return BadRdf(
        f"The shapes cannot be run: {error}.",
        where="ontology/shapes",
        remedy="Correct the shapes, or install Tenure again.",
    )


def run_shapes(data: Graph, shapes: Graph, where: str) -> Graph:
    """The report of the shapes on the data, as a graph.

    Raises :class:`~tenure.errors.BadRdf`, whose ``where`` is ``where``, for shapes that cannot be
    run, :class:`~tenure.errors.Refused` for those that would fetch something, and
    :class:`~tenure.errors.BadInput` for data that they cannot be run on.
    """
    _declare_imported(shapes)

    def work() -> tuple[object, object]:
        _, report, text = pyshacl.validate(data, shacl_graph=shapes, inference="none", inplace=True)
        return report, text

    report, text = _offline(work, where)
    if not isinstance(report, Graph):
        raise _cannot_run(text, where)
    return report


class FocusedShapes:
    """Shapes of a user's, read once and asked of some nodes. Not safe for threads."""

    def __init__(self, shapes: Graph, where: str) -> None:
        """Raises :class:`~tenure.errors.BadRdf`, whose ``where`` is given, for wrong shapes."""
        _declare_imported(shapes)
        self._where = where
        try:
            self._shapes = [(one, one.target()) for one in ShapesGraph(shapes).shapes]
        except _FAILURES as error:
            raise _cannot_run(error, where) from error

    def verdicts(self, data: Graph, nodes: Collection[Node]) -> list[ShaclResult]:
        """What the shapes whose target each node is have against it. Raises as :func:`run_shapes`.

        Other than pySHACL's own ``focus_nodes``, it judges what a shape asks of further nodes too.
        """
        return _offline(lambda: list(self._verdicts(data, nodes)), self._where)

    def _verdicts(self, data: Graph, nodes: Collection[Node]) -> Iterator[ShaclResult]:
        executor = SHACLExecutor()
        for shape, (named, classes, implicit, objects_of, subjects_of) in self._shapes:
            wanted = {*classes, *implicit}

            def is_target(
                node: Node,
                named: Any = named,
                wanted: Any = wanted,
                objects_of: Any = objects_of,
                subjects_of: Any = subjects_of,
            ) -> bool:
                types = (
                    {
                        above
                        for one in data.objects(node, RDF.type)
                        for above in data.transitive_objects(one, RDFS.subClassOf)
                    }
                    if wanted
                    else ()
                )
                return (
                    node in named
                    or not wanted.isdisjoint(types)
                    or any((None, one, node) in data for one in objects_of)
                    or any((node, one, None) in data for one in subjects_of)
                )

            focus = [one for one in nodes if is_target(one)]
            if focus:
                _, told = shape.validate(executor, data, focus=focus)
                for _, node, parts in told:
                    yield verdict_from(node, parts)


def _offline(work: Callable[[], T], where: str) -> T:
    """What ``work`` gives, which must fetch nothing. Raises as :func:`run_shapes`."""

    def quiet() -> T:
        with quiet_literals():
            return work()

    try:
        return offline(quiet)
    except OSError as error:
        raise Refused(
            f"The shapes would fetch something: {error.strerror or error}.",
            where=where,
            remedy="Ask the facts alone.",
        ) from error
    except (*_FAILURES, RuntimeError, SyntaxError, ValueError) as error:
        raise _cannot_run(error, where) from error
    except (ArithmeticError, TypeError) as error:
        raise BadInput(
            f"The data hold values that the shapes cannot compare: {error}.",
            where=where,
            remedy="Look for a number or a date that is none, such as NaN or 2020-02-30.",
        ) from error


def _cannot_run(error: object, where: str) -> BadRdf:
    return BadRdf(
        f"The shapes cannot be run: {' '.join(str(error).split())[:300]}",
        where=where,
        remedy="Correct the shapes.",
    )


def _declare_imported(shapes: Graph) -> None:
    """Gives prefixes that come by owl:imports to whoever names them (SHACL, section 5.2.1).

    pySHACL 0.40.1 looks no further than the node that ``sh:prefixes`` names.
    """
    for named in set(shapes.objects(None, SH.prefixes)):
        for imported in set(shapes.transitive_objects(named, OWL.imports)) - {named}:
            for declared in list(shapes.objects(imported, SH.declare)):
                shapes.add((named, SH.declare, declared))


class PlainGraph(Graph):
    """A graph of rdflib's that reads a query once, however many nodes it is asked of.

    pySHACL asks a constraint's query anew of each focus node, and most of the time went into
    reading it (measured on 1,000 nodes: 3.2 s, against 0.2 s).
    """

    def __init__(self) -> None:
        super().__init__()
        self._read: dict[str, Query] = {}

    def query(self, query_object: str | Query, *given: Any, **named: Any) -> Answer:
        """The answer of rdflib's own engine. Raises ``SyntaxError`` for what it cannot read."""
        if isinstance(query_object, str):
            query_object = self._read.get(query_object) or self._prepared(query_object)
        return super().query(query_object, *given, **named)

    def _prepared(self, text: str) -> Query:
        try:
            query = prepareQuery(text, initNs=dict(self.namespaces()))
        except Exception as error:  # an unknown prefix is a bare Exception there
            told = " ".join(str(error).split())
            raise SyntaxError(f"a query cannot be read: {told}") from error
        if query.algebra.datasetClause or _fetches(query.algebra):
            raise Refused(
                "A constraint would fetch something.",
                where="shapes",
                remedy="Ask the facts alone, without SERVICE and FROM.",
            )
        # Section 5.3.2: what it finds is told by $this; without it nothing would ever be found.
        if query.algebra.name == "SelectQuery" and Variable("this") not in query.algebra.PV:
            raise SyntaxError("a query does not select $this")
        return self._read.setdefault(text, query)


def _fetches(node: object) -> bool:
    """Whether a part of a query, as the engine understood it, asks another service."""
    waiting = [node]
    while waiting:
        one = waiting.pop()
        if isinstance(one, CompValue):
            if one.name == "ServiceGraphPattern":
                return True
            waiting += one.values()
        elif isinstance(one, list | tuple | set | frozenset):
            waiting += one
        elif isinstance(one, dict):
            waiting += one.values()
    return False


class SeenGraph(PlainGraph):
    """A graph of rdflib's over statements that are looked up when they are asked for.

    ``look`` gives those that meet a pattern of terms as the store has them, None for anything.
    """

    def __init__(self, look: Callable[[Any, Any, Any], Iterable[Quad]]) -> None:
        super().__init__()
        self._look = look

    def __bool__(self) -> bool:
        # Otherwise everything would be counted.
        return True

    def triples(self, triple: Any) -> Iterator[Any]:  # type: ignore[override]  # as rdflib's own
        """The triples that meet a pattern, each once."""
        subject, predicate, value = triple
        if isinstance(predicate, PropertyPath):
            for start, end in predicate.eval(self, subject, value):
                yield start, predicate, end
            return
        if isinstance(subject, RdfLiteral):
            return
        seen = set()
        for quad in self._look(stored(subject), stored(predicate), stored(value)):
            found = quad.object
            if isinstance(found, Triple) or quad.triple in seen:
                continue
            seen.add(quad.triple)
            end = literal(found) if isinstance(found, Literal) else term(found)
            yield term(quad.subject), term(quad.predicate), end


def plain_graph(quads: Iterable[Quad]) -> Graph:
    """The union of all graphs; statements about statements are left out."""
    graph = PlainGraph()
    nodes: dict[object, IdentifiedNode] = {}

    def node(one: NamedNode | BlankNode | Triple) -> IdentifiedNode:
        return nodes.get(one) or nodes.setdefault(one, term(one))

    with quiet_literals():
        for quad in quads:
            value = quad.object
            if not isinstance(value, Triple):
                held = literal(value) if isinstance(value, Literal) else node(value)
                graph.add((node(quad.subject), node(quad.predicate), held))
    return graph


def shapes_graph(*texts: bytes) -> Graph:
    """The shapes in some Turtle texts, each literal as it is written.

    Raises ``SyntaxError`` for a text that does not parse.
    """
    graph = Graph()
    for text in texts:
        # Two texts may use one label for two blank nodes.
        found = parse(text, RdfFormat.TURTLE, rename_blank_nodes=True)
        for one in plain_graph(found):
            graph.add(one)
        for prefix, namespace in found.prefixes.items():
            graph.bind(prefix, namespace)
    return graph
