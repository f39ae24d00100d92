"""The shapes that a day is held to: those of ``ontology/snapshots``, and a user's own.

The house's constraints in SPARQL run once a day for all focus nodes, as the gate's do. A user's
shapes may use all of SHACL and go through pySHACL as they are, node by node.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from pyoxigraph import BlankNode, Literal, NamedNode, RdfFormat, Store, parse
from rdflib import Graph
from rdflib.namespace import SH
from rdflib.term import Literal as RdfLiteral
from rdflib.term import URIRef

from tenure.errors import BadInput
from tenure.resources import data_dir
from tenure.terms import local_name
from tenure.validate.judging import verdicts_in
from tenure.validate.own_shapes import check_shapes, told_of
from tenure.validate.plain import plain_graph, shapes_graph
from tenure.validate.report import Severity, two_parts
from tenure.validate.results import Result
from tenure.validate.running import run_shapes
from tenure.validate.shapes import Shapes, filled_message, rows_of

FOLDER: Final = "snapshots"
_ASKED_OF: Final = "https://w3id.org/tenure/shapes#askedOf"
_VIEWS: Final = ("certain", "possible")
_WITHOUT_MESSAGE: Final = "Correct the claims named here, or the shape."


@dataclass(frozen=True, slots=True)
class Breach:
    """One result of one shape: the rule's local name (or IRI), where, and the IRIs in it."""

    rule: str
    severity: Severity
    focus: str
    message: str
    remedy: str
    terms: frozenset[str]
    path: str | None = None
    result: Result | None = None


class SnapshotShapes:
    """The shapes for a day, read once."""

    def __init__(self, own: Sequence[Path] = ()) -> None:
        """Those that come with the ontology, and those in the files ``own``.

        Raises:
            NotFound: a file that is not there.
            BadInput: a file without any shape.
            BadRdf: a file that does not parse, or whose shapes are wrong themselves.
            Refused: a constraint that would fetch something.
        """
        files = sorted((data_dir("ontology") / FOLDER).glob("*.ttl"))
        self.house = Shapes(files)
        self._asked_of = {rule: view for file in files for rule, view in _marks(file)}
        self._own: dict[str, Graph] = {}
        self._files = ", ".join(str(path) for path in own)
        if own:
            self._read_own(own, [one for one in files if one.name == "prefixes.ttl"])

    def breaches(self, store: Store, *, possible: bool) -> Iterator[Breach]:
        """What the graph of a day, with what stands round it, breaks. May repeat itself.

        Raises :class:`~tenure.errors.BadRdf` for shapes of a user that cannot be run.
        """
        view = _VIEWS[possible]
        for constraint in self.house.constraints:
            if self._asked_of.get(constraint.rule, view) != view:
                continue
            solutions = store.query(constraint.query, use_default_graph_as_union=True)
            for row in rows_of(solutions):
                if not _instance(store, row["this"], constraint.target_classes):
                    continue
                yield Breach(
                    constraint.rule,
                    constraint.severity,
                    _text(row["this"]),
                    *two_parts(filled_message(constraint.message, row)),
                    frozenset(term.value for term in row.values() if isinstance(term, NamedNode)),
                    result=constraint.result(row),
                )
        if view in self._own:
            yield from self._own_breaches(store, self._own[view])

    def _own_breaches(self, store: Store, shapes: Graph) -> Iterator[Breach]:
        report = run_shapes(plain_graph(store), shapes, self._files)
        for verdict in verdicts_in(report):
            told, result = told_of(verdict, _WITHOUT_MESSAGE), verdict.result
            yield Breach(
                told.rule,
                told.severity,
                str(verdict.focus),
                told.what,
                told.remedy,
                frozenset(
                    str(one) for one in (verdict.focus, verdict.value) if isinstance(one, URIRef)
                ),
                _property(result.path),
                result,
            )

    def _read_own(self, paths: Sequence[Path], prefixes: Sequence[Path]) -> None:
        for path in paths:
            check_shapes(path)
        marks = {rule: view for path in paths for rule, view in _marks(path)}
        texts = [path.read_bytes() for path in (*paths, *prefixes)]
        for view in _VIEWS:
            # The prefixes of the house can be used; its rules run anyway.
            graph = self._own[view] = shapes_graph(*texts)
            for subject in set(graph.subjects()):
                if isinstance(subject, URIRef) and marks.get(local_name(subject), view) != view:
                    graph.add((subject, SH.deactivated, RdfLiteral(True)))


def _marks(file: Path) -> Iterator[tuple[str, str]]:
    """Which of the two graphs of a day a rule is asked of, by its local name."""
    for quad in parse(file.read_bytes(), format=RdfFormat.TURTLE):
        if quad.predicate.value == _ASKED_OF:
            view = _text(quad.object)
            if view not in _VIEWS:
                raise BadInput(
                    f"A rule cannot be asked of {view[:80]!r}.",
                    where=str(file),
                    remedy=f'Write tns:askedOf with "{_VIEWS[0]}" or "{_VIEWS[1]}".',
                )
            yield local_name(_text(quad.subject)), view


def _property(path: object) -> str | None:
    """The property of a simple or an inverse path (SHACL, section 2.3.1)."""
    if isinstance(path, tuple) and path[0] == "inversePath":
        path = path[1][0]
    return path if isinstance(path, str) else None


def _instance(store: Store, node: object, classes: frozenset[str]) -> bool:
    """Whether a node is of one of the classes (SHACL, section 2.1.3.2)."""
    query = (
        "PREFIX rdf: <http://www.w3.org/1999/02/22-rdf-syntax-ns#>\n"
        "PREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#>\n"
        f"ASK {{ VALUES ?class {{ {' '.join(f'<{one}>' for one in sorted(classes))} }} "
        f"{node} rdf:type/rdfs:subClassOf* ?class }}"
    )
    return bool(store.query(query, use_default_graph_as_union=True))


def _text(term: object) -> str:
    return term.value if isinstance(term, NamedNode | Literal | BlankNode) else str(term)
