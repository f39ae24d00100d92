"""Shapes of a user's own: refused where they are wrong themselves, then asked of the facts.

They may use all of SHACL and go through pySHACL as they are. Before that they are held to SHACL's
own shapes (W3C Recommendation of 20 July 2017, appendix C), and must not be recursive, for which
the standard leaves open what would follow (section 3.4.3).
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import cached_property
from importlib.resources import files
from pathlib import Path
from typing import Any, Final

from pyoxigraph import Literal, NamedNode, Quad
from rdflib import Graph
from rdflib.namespace import OWL, RDFS, SH
from rdflib.term import Literal as RdfLiteral
from rdflib.term import Node, URIRef

from tenure.errors import BadInput, BadRdf, NotFound, Refused, Where
from tenure.inputs import read_input
from tenure.namespaces import RDF_TYPE, local_name
from tenure.resources import data_dir
from tenure.store.formats import TURTLE
from tenure.store.tokens import TokenKind, decoded, tokens
from tenure.suggest import nearest, remedy_of
from tenure.validate.documents import Document, read_bytes, text_of
from tenure.validate.facts import Breach, Facts
from tenure.validate.finding import Finding, Severity, two_parts
from tenure.validate.lexical_graph import term
from tenure.validate.placing import best_place
from tenure.validate.pyshacl_runner import (
    FocusedShapes,
    SeenGraph,
    ShaclResult,
    name_of,
    plain_graph,
    run_shapes,
    shapes_graph,
    verdicts_in,
)

_SH: Final = str(SH)
_FETCHES: Final = frozenset(("SERVICE", "FROM"))
_QUERIES: Final = frozenset(_SH + name for name in ("select", "ask", "construct", "update"))
_SHAPES: Final = {_SH + "NodeShape", _SH + "PropertyShape"}
_CLASSES: Final = {str(RDFS.Class), str(OWL.Class)}
_RDF: Final = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"
# What makes one shape ask another of the same node, or of one reached from it.
_ASKS: Final = frozenset(
    _SH + name for name in ("node", "property", "and", "or", "xone", "not", "qualifiedValueShape")
) | {_RDF + "first", _RDF + "rest"}
_FULL: Final = re.compile(r"<([^<>\s\"]+)>")
_SHORT: Final = re.compile(r"(?<![\w?$])([A-Za-z][\w.-]*)?:([A-Za-z]\w*)")
# Those of SHACL Advanced Features that rdflib's list lacks.
_ADVANCED: Final = frozenset(
    ("count", "desc", "distinct", "else", "exists", "groupBy", "if", "limit", "max", "min", "minus",
     "offset", "orderBy", "sum", "targetValidator", "then", "values")
)  # fmt: skip
UNNAMED: Final = "unnamed"
"""The rule of a shape without an IRI."""
_MOST_TOLD: Final = 5
_WITHOUT_MESSAGE: Final = "Correct it there, or correct the shape."


class UserShapes:
    """The shapes in some files, checked and ready to be asked."""

    def __init__(self, paths: Sequence[Path]) -> None:
        """Reads ``paths``, in Turtle; the prefixes declared for the house's rules can be used.

        Raises:
            NotFound: a file that is not there.
            BadInput: a file without any target.
            BadRdf: a file that does not parse, or whose shapes are wrong themselves.
            Refused: a constraint that would fetch something.
        """
        self._named = ", ".join(map(str, paths))
        prefixes = data_dir("ontology") / "shapes" / "prefixes.ttl"
        for path in paths:
            check_shapes(path)
        self._graph = shapes_graph(*(path.read_bytes() for path in (*paths, prefixes)))

    def breaches(self, facts: Facts) -> Iterator[Breach]:
        """What the facts break.

        Raises:
            BadRdf: shapes that cannot be run.
        """
        for one in verdicts_in(self.report(facts)):
            yield breach_of(one)

    @cached_property
    def mentioned(self) -> frozenset[NamedNode]:
        """The IRIs that the shapes name, also within their queries."""
        found = {str(one) for one in self._graph.objects() if isinstance(one, URIRef)}
        spaces = dict(self._graph.namespaces())
        for name in _QUERIES:
            for query in self._graph.objects(None, URIRef(name)):
                found |= set(_FULL.findall(str(query)))
                found |= {
                    f"{spaces[prefix]}{local}"
                    for prefix, local in _SHORT.findall(str(query))
                    if prefix in spaces
                }
        return frozenset(map(NamedNode, found))

    @cached_property
    def _focused(self) -> FocusedShapes:
        return FocusedShapes(self._graph, self._named)

    def breaches_about(
        self, look: Callable[[Any, Any, Any], Iterable[Quad]], nodes: Iterable[NamedNode]
    ) -> Iterator[Breach]:
        """What is wrong with some nodes, where ``look`` gives the statements of a pattern.

        Raises:
            BadRdf: shapes that cannot be run.
        """
        about = [term(one) for one in nodes]
        for one in self._focused.verdicts(SeenGraph(look), about):
            yield breach_of(one)

    def report(self, quads: Iterable[Quad]) -> Graph:
        """The validation report on the union of all graphs (SHACL, section 3.6).

        Raises:
            BadRdf: shapes that cannot be run.
        """
        return run_shapes(plain_graph(quads), self._graph, self._named)


def breach_of(verdict: ShaclResult, otherwise: str = _WITHOUT_MESSAGE) -> Breach:
    """What a shape of a user's tells; ``otherwise`` is the remedy, where its message has none."""
    source = verdict.constraint if isinstance(verdict.constraint, URIRef) else verdict.shape
    what, remedy = two_parts(" ".join(verdict.message.split()))
    nodes = (verdict.focus, verdict.value)
    return Breach(
        str(source) if isinstance(source, URIRef) else UNNAMED,
        name_of(verdict.focus),
        what,
        remedy or otherwise,
        _severity(verdict.severity),
        result=verdict.result,
        terms=frozenset(str(one) for one in nodes if isinstance(one, URIRef)),
    )


def _is_of_shacl(name: str) -> bool:
    return name.startswith(_SH) and (URIRef(name) in SH or local_name(name) in _ADVANCED)


def check_shapes(path: Path) -> None:
    """Refuse a file of shapes that are wrong themselves.

    Raises:
        NotFound: there is no such file.
        BadInput: it has no shape with a target.
        BadRdf: it does not parse, breaks SHACL's own shapes, has a property that SHACL has not, is
            recursive, or has a query that asks a graph by its name; says where.
        Refused: a constraint would fetch something.
    """
    if not path.is_file():
        raise NotFound(
            "There is no such file.", where=str(path), remedy="Give a Turtle file with shapes."
        )
    broken: list[Finding] = []
    document = read_bytes(read_input(path), TURTLE, str(path), broken)
    if document is None:
        raise BadRdf(
            f"The shapes do not parse. {broken[0].message}",
            where=Where(str(path), broken[0].line, broken[0].column),
            remedy="Correct the file; shapes are read as Turtle.",
        )
    if not _has_target(document):
        raise BadInput(
            "The file has no shape with a target, so nothing would be checked.",
            where=str(path),
            remedy="Give a shape sh:targetClass, sh:targetSubjectsOf or its like.",
        )
    shapes = {one.subject for one in document.quads if _is_of_shacl(one.predicate.value)}
    for quad in document.quads:
        name = quad.predicate.value
        # Data in the same file may have what it likes.
        if quad.subject in shapes and name.startswith(_SH) and not _is_of_shacl(name):
            subject = quad.subject.value if isinstance(quad.subject, NamedNode) else None
            place = document.positions.statement(subject, name, at_predicate=True)
            known = [local_name(str(one)) for one in dir(SH) if str(one).startswith(_SH)]
            raise BadRdf(
                f"SHACL has no sh:{local_name(name)}, so it would check nothing.",
                where=Where(str(path), place.line if place else None),
                remedy=remedy_of(nearest(local_name(name), known), "Look its name up in SHACL."),
            )
        if name in _QUERIES and isinstance(quad.object, Literal):
            _refuse_query(quad.object.value, path)
    _refuse_recursion(document, path)
    _refuse_wrong(path, document)


def _has_target(document: Document) -> bool:
    classes: dict[str, set[str]] = defaultdict(set)
    for quad in document.quads:
        if quad.predicate.value.startswith(_SH + "target"):
            return True
        if quad.predicate == RDF_TYPE:
            classes[text_of(quad.subject)].add(text_of(quad.object))
    # A class that is a shape is its own target (SHACL, section 2.1.3.3).
    return any(one & _SHAPES and one & _CLASSES for one in classes.values())


def _refuse_query(query: str, path: Path) -> None:
    # The engine puts escapes into effect before it reads anything (SPARQL 1.1 Query, section 19.2).
    query = decoded(query)
    words = {
        token.text.upper() for token in tokens(query, str(path)) if token.kind is TokenKind.WORD
    }
    if "GRAPH" in words:
        raise BadRdf(
            "A constraint asks a graph by its name; shapes are asked of all graphs as one.",
            where=str(path),
            remedy="Leave GRAPH out: what the claims state is there without it.",
        )
    if words & _FETCHES:
        raise Refused(
            f"A constraint uses {' and '.join(sorted(words & _FETCHES))}.",
            where=str(path),
            remedy="Ask the facts alone.",
        )


def _refuse_recursion(document: Document, path: Path) -> None:
    asks: dict[str, list[str]] = defaultdict(list)
    for quad in document.quads:
        if quad.predicate.value in _ASKS:
            asks[text_of(quad.subject)].append(text_of(quad.object))
    cycle = _cycle(asks)
    if cycle:
        named = [one for one in cycle if not one.startswith("_:")] or cycle
        raise BadRdf(
            f"The shapes are recursive: {' asks '.join([*named, named[0]])}.",
            where=Where(str(path), document.positions.line(named[0])),
            remedy="Break the circle; SHACL leaves open what such shapes mean.",
        )


def _cycle(asks: dict[str, list[str]]) -> list[str]:
    """The nodes on some circle, in order; none where there is none. O(nodes and edges)."""
    done: set[str] = set()
    for start in sorted(asks):
        trail: list[str] = []
        on_trail: set[str] = set()
        waiting = [(start, False)]
        while waiting:
            node, leaving = waiting.pop()
            if leaving:
                on_trail.discard(trail.pop())
                done.add(node)
            elif node in on_trail:
                return trail[trail.index(node) :]
            elif node not in done:
                trail.append(node)
                on_trail.add(node)
                waiting.append((node, True))
                waiting += [(one, False) for one in asks.get(node, ())]
    return []


def _refuse_wrong(path: Path, document: Document) -> None:
    rules = shapes_graph(files("pyshacl").joinpath("assets", "shacl-shacl.ttl").read_bytes())
    shapes = shapes_graph(path.read_bytes())
    report = run_shapes(shapes, rules, str(path))
    told = set()
    first: int | None = None
    for result in report.objects(None, SH.result):
        focus = report.value(result, SH.focusNode)
        said = " ".join(str(report.value(result, SH.resultMessage) or "").split())
        line = _line(document, focus, str(report.value(result, SH.resultPath) or ""), shapes)
        told.add(said.rstrip("."))
        first = min(one for one in (first, line, 10**9) if one is not None)
    if told:
        raise BadRdf(
            f"The shapes are wrong themselves: {'; '.join(sorted(told)[:_MOST_TOLD])}.",
            where=Where(str(path), first if first != 10**9 else None),
            remedy="Correct them there as SHACL wants it (appendix C of the standard).",
        )


def _line(document: Document, focus: Node | None, path: str, shapes: Graph) -> int | None:
    if isinstance(focus, URIRef):
        place = best_place(document, str(focus), None, path, "").place
        return place.line if place else None
    for predicate, value in shapes.predicate_objects(focus):
        text = str(value) if isinstance(value, URIRef | RdfLiteral) else None
        place = document.positions.statement(None, str(predicate), text)
        if place is not None:
            return place.line
    return None


def _severity(severity: Node | None) -> Severity:
    if severity == SH.Info:
        return Severity.INFO
    return Severity.WARNING if severity == SH.Warning else Severity.VIOLATION
