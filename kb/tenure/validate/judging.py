"""Core SHACL over a store: suspects are found by queries, and pySHACL judges them."""

from __future__ import annotations

from collections.abc import Generator, Iterator
from dataclasses import dataclass
from typing import Any, Final

from pyoxigraph import BlankNode, NamedNode, Store
from pyshacl.errors import (
    ConstraintLoadError,
    ReportableRuntimeError,
    RuleLoadError,
    ShapeLoadError,
    ValidationFailure,
)
from pyshacl.graph_abstraction import OxigraphDataGraph
from pyshacl.pytypes import SHACLExecutor
from pyshacl.shapes_graph import ShapesGraph
from rdflib import Graph
from rdflib.namespace import SH
from rdflib.term import BNode, Literal, Node, URIRef

from tenure.errors import BadInput, BadRdf
from tenure.validate.compiled import Suspicion, suspicion
from tenure.validate.quiet import quiet_literals

_FAILURES: Final = (
    ConstraintLoadError,
    ReportableRuntimeError,
    RuleLoadError,
    ShapeLoadError,
    ValidationFailure,
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


class Judge:
    """The core constraints of some shapes, compiled once. Not safe for threads."""

    def __init__(self, core: Graph, *, compiled: bool = True) -> None:
        """Reads the shapes in ``core``; not ``compiled``, every target is judged.

        Raises:
            BadRdf: the shapes are wrong.
        """
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

    def verdicts(self, store: Store) -> Iterator[Verdict]:
        """The results over the union of all graphs in ``store``.

        Raises:
            BadRdf: the shapes cannot be run.
            BadInput: the data hold a number that pySHACL cannot compare.
        """
        data = _Data(store)
        data.default_union = True  # type: ignore[misc]  # its stub lacks the setter
        executor = SHACLExecutor()
        for shape, suspected in self._shapes:
            focus = None
            if suspected is not None:
                focus = [_term(one) for one in suspected.suspects(store)]
                if not focus:
                    continue
            try:
                with quiet_literals():
                    _, found = shape.validate(executor, data, focus=focus)
            except _FAILURES as error:
                raise _wrong(error) from error
            except ArithmeticError as error:
                raise BadInput(
                    "The data hold a number that compares with no other.",
                    where=str(shape.node),
                    remedy="Look for an xsd:decimal that is no number, such as NaN.",
                ) from error
            for _, node, parts in found:
                yield _verdict(node, parts)


class _Data(OxigraphDataGraph):
    """A store as pySHACL reads it, mended where pySHACL 0.40.1 reads it otherwise than a graph.

    Whether it is there was found out by counting everything; a literal with a path to follow was
    an error; and a triple was looked for in the default graph alone.
    """

    def __bool__(self) -> bool:
        return True

    def __contains__(self, triple: Any) -> bool:
        return next(iter(self.triples(triple)), None) is not None

    def objects(  # type: ignore[override]  # as in pySHACL's own
        self, subject: Any, predicate: Any, unique: bool = False
    ) -> Generator[Any, None, None]:
        if not isinstance(subject, Literal):
            yield from dict.fromkeys(super().objects(subject, predicate, unique))

    def predicate_objects(  # type: ignore[override]  # as in pySHACL's own
        self, subject: Any, unique: bool = False
    ) -> Generator[Any, None, None]:
        if not isinstance(subject, Literal):
            yield from dict.fromkeys(super().predicate_objects(subject, unique))


def _verdict(node: Any, parts: Any) -> Verdict:
    told: dict[Any, Any] = {}
    for subject, predicate, value in parts:
        if subject == node:
            told[predicate] = value[1] if isinstance(value, tuple) else value
    return Verdict(
        told[SH.focusNode],
        told[SH.sourceShape],
        told[SH.sourceConstraintComponent],
        told[SH.resultSeverity],
        told.get(SH.value),
        str(told[SH.resultMessage]),
    )


def _term(node: NamedNode | BlankNode) -> URIRef | BNode:
    return BNode(node.value) if isinstance(node, BlankNode) else URIRef(node.value)


def _wrong(error: Exception) -> BadRdf:
    return BadRdf(
        f"The shapes cannot be run: {error}.",
        where="ontology/shapes",
        remedy="Correct the shapes, or install Tenure again.",
    )
