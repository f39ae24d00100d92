"""Core SHACL over a store: suspects are found by queries, and pySHACL judges them."""

from __future__ import annotations

import re
from collections.abc import Iterator
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
from rdflib.namespace import SH
from rdflib.term import Node

from tenure.errors import BadInput, BadRdf
from tenure.validate.compiled import Suspicion, suspicion
from tenure.validate.exact import ExactData, Written, term
from tenure.validate.plain import plain_strings
from tenure.validate.quiet import quiet_literals

_FAILURES: Final = (
    AssertionError,  # how pySHACL says that a limit is no literal
    ConstraintLoadError,
    ReportableRuntimeError,
    RuleLoadError,
    ShapeLoadError,
    ValidationFailure,
    re.error,
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
                yield _verdict(node, parts)


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


def _wrong(error: Exception) -> BadRdf:
    return BadRdf(
        f"The shapes cannot be run: {error}.",
        where="ontology/shapes",
        remedy="Correct the shapes, or install Tenure again.",
    )
