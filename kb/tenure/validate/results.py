"""What a SHACL report tells of a result beside its node and its words (section 3.6.2)."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Final

from pyoxigraph import BlankNode, Literal, NamedNode, Triple

SHAPES: Final = "https://w3id.org/tenure/shapes#"
"""What the names of the rules begin with."""
SH: Final = "http://www.w3.org/ns/shacl#"
_RDF: Final = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"
_LISTS: Final = frozenset(("alternativePath", "sequence"))

Path = str | tuple[str, tuple["Path", ...]]
"""A property path (section 2.3.1): a property, or what is done, such as ``inversePath``, with what.

A sequence, which has no name there, is called ``sequence``.
"""
Value = NamedNode | BlankNode | Literal


@dataclass(frozen=True, slots=True)
class Result:
    """Why there is a result. Blank nodes are written with ``_:`` before their labels."""

    component: str
    """The IRI of the constraint component."""
    shape: str
    path: Path | None = None
    value: Value | None = None
    constraint: str | None = None
    """The constraint in SPARQL, where it is one."""
    literal: Literal | None = None
    """The focus node, where it is a literal, which no name stands for."""

    def triples(self, node: BlankNode, label: str) -> Iterator[Triple]:
        """What the report says of ``node``; ``label`` begins the names of further blank nodes."""
        yield Triple(node, NamedNode(SH + "sourceShape"), named(self.shape))
        yield Triple(node, NamedNode(SH + "sourceConstraintComponent"), named(self.component))
        if self.constraint is not None:
            yield Triple(node, NamedNode(SH + "sourceConstraint"), named(self.constraint))
        if self.value is not None:
            value = self.value
            told = named(str(value)) if isinstance(value, BlankNode) else value
            yield Triple(node, NamedNode(SH + "value"), told)
        if self.path is not None:
            writer = _Paths(f"{label}path")
            yield Triple(node, NamedNode(SH + "resultPath"), writer.node(self.path))
            yield from writer.triples


def of_rule(rule: str) -> Result:
    """That of a rule of the house's own, which is a constraint component by itself."""
    iri = rule if ":" in rule else SHAPES + rule
    return Result(iri, iri)


class _Paths:
    """Paths as RDF."""

    def __init__(self, label: str) -> None:
        self._label = label
        self._number = 0
        self.triples: list[Triple] = []

    def node(self, path: Path) -> NamedNode | BlankNode:
        if isinstance(path, str):
            return NamedNode(path)
        name, parts = path
        nodes = [self.node(one) for one in parts]
        end = self._list(nodes) if name in _LISTS else nodes[0]
        if name == "sequence":
            return end
        made = self._new()
        self.triples.append(Triple(made, NamedNode(SH + name), end))
        return made

    def _list(self, nodes: list[NamedNode | BlankNode]) -> NamedNode | BlankNode:
        rest: NamedNode | BlankNode = NamedNode(_RDF + "nil")
        for one in reversed(nodes):
            cell = self._new()
            self.triples.append(Triple(cell, NamedNode(_RDF + "first"), one))
            self.triples.append(Triple(cell, NamedNode(_RDF + "rest"), rest))
            rest = cell
        return rest

    def _new(self) -> BlankNode:
        self._number += 1
        return BlankNode(f"{self._label}{self._number}")


_OURS: Final = re.compile(r"(?:data-)*(?:report|result\d+(?:related\d+|path\d+)?)")


def named(focus: str) -> NamedNode | BlankNode | Literal:
    """The node that a report calls what is written so; what is neither, as a text."""
    try:
        if not focus.startswith("_:"):
            return NamedNode(focus)
        label = focus[2:]
        # A node of the data must not become one of the report's own.
        return BlankNode(f"data-{label}" if _OURS.fullmatch(label) else label)
    except ValueError:
        return Literal(focus)


def properties(path: Path | None) -> Iterable[str]:
    """The properties on a path."""
    if isinstance(path, str):
        yield path
    elif path is not None:
        for one in path[1]:
            yield from properties(one)
