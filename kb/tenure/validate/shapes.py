"""SHACL over facts: core constraints by pySHACL, constraints in SPARQL by the store's engine.

pySHACL judges suspects only, see :mod:`tenure.validate.compiled`.
Shapes are SHACL as the standard has it (W3C Recommendation of 20 July 2017), and any engine
runs them. pySHACL asks the query of a constraint once for every focus node; here each runs once
for all nodes (measured on 250 claims: 0.3 s for the whole gate, against 1.8 s). It is the same,
since every query begins with a triple about ``$this``; one that does not is refused.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Final

from pyoxigraph import (
    BlankNode,
    Literal,
    NamedNode,
    Quad,
    QuerySolutions,
    RdfFormat,
    Store,
    Triple,
    parse,
)
from rdflib import Graph
from rdflib.namespace import SH
from rdflib.term import BNode, IdentifiedNode, URIRef
from rdflib.term import Literal as RdfLiteral

from tenure.errors import BadRdf
from tenure.terms import local_name
from tenure.validate.facts import Facts, text_of
from tenure.validate.judging import Judge
from tenure.validate.report import Finding, Severity, two_parts

_SH: Final = "http://www.w3.org/ns/shacl#"
_BEGINS_WITH_THIS: Final = re.compile(r"\bWHERE\s*\{\s*\$this\s", re.IGNORECASE)
_AT_ONCE: Final = 2
_SLOT: Final = re.compile(r"\{[?$](\w+)\}")


@dataclass(frozen=True, slots=True)
class Constraint:
    """A constraint in SPARQL with the targets of its shape."""

    rule: str
    message: str
    query: str
    target_classes: frozenset[str]
    severity: Severity


class Shapes:
    """The shapes of some files, read once."""

    def __init__(self, files: Iterable[Path]) -> None:
        """Reads ``files``, in Turtle.

        Raises:
            BadRdf: a file that does not parse, or a constraint that cannot be run here.
        """
        self._quads: list[Quad] = []
        for file in files:
            try:
                data = file.read_bytes()
                # Two files may use one label for two blank nodes.
                self._quads += parse(data, format=RdfFormat.TURTLE, rename_blank_nodes=True)
            except SyntaxError as error:
                raise BadRdf(
                    f"The shapes do not parse: {error.msg}.",
                    where=f"{file}:{error.lineno}",
                    remedy="Correct the file, or install Tenure again.",
                ) from error
        self._store = Store()
        self._store.extend(self._quads)
        self.constraints = tuple(self._read_constraints())
        self.core = _to_graph(
            quad for quad in self._quads if quad.predicate != NamedNode(_SH + "sparql")
        )

    def messages(self) -> Mapping[str, str]:
        """By the name of each rule, its message as the shapes have it."""
        return {
            local_name(text_of(quad.subject)): text_of_literal(quad.object)
            for quad in self._quads
            if quad.predicate.value == _SH + "message"
        }

    @cached_property
    def judge(self) -> Judge:
        """The core constraints, ready to run."""
        return Judge(self.core)

    def _read_constraints(self) -> Iterator[Constraint]:
        declared = self._rows("?x sh:declare ?d . ?d sh:prefix ?prefix ; sh:namespace ?iri")
        prologue = "".join(
            f"PREFIX {text_of_literal(one['prefix'])}: <{text_of_literal(one['iri'])}>\n"
            for one in declared
        )
        pattern = "?shape sh:sparql ?rule . ?rule sh:select ?select ; sh:message ?message"
        for one in self._rows(pattern):
            select = text_of_literal(one["select"])
            rule = local_name(text_of(one["rule"]))
            shape = NamedNode(text_of(one["shape"]))
            classes = self._store.quads_for_pattern(shape, NamedNode(_SH + "targetClass"), None)
            targets = frozenset(text_of(quad.object) for quad in classes)
            if not targets or not _BEGINS_WITH_THIS.search(select):
                raise BadRdf(
                    "The constraint has no target class, or does not begin with $this.",
                    where=rule,
                    remedy="Give its shape sh:targetClass and begin WHERE with a triple of $this.",
                )
            severity = self._store.quads_for_pattern(
                shape, NamedNode(_SH + "severity"), Severity.WARNING.iri
            )
            yield Constraint(
                rule,
                text_of_literal(one["message"]),
                prologue + select,
                targets,
                Severity.WARNING if any(severity) else Severity.VIOLATION,
            )

    def _rows(self, pattern: str) -> list[dict[str, NamedNode | BlankNode | Literal]]:
        query = f"PREFIX sh: <{_SH}> SELECT * WHERE {{ {pattern} }}"
        return list(rows_of(self._store.query(query)))


def shape_findings(facts: Facts, shapes: Shapes) -> Iterator[Finding]:
    """The findings of all shapes, for focus nodes that the given documents say something of."""
    store = Store()
    # Statements about statements have a finding of their own, and pySHACL cannot read them.
    store.bulk_extend(quad for quad in facts.quads if not isinstance(quad.object, Triple))
    classes = _Classes(facts)

    def rows(constraint: Constraint) -> list[dict[str, NamedNode | BlankNode | Literal]]:
        return list(rows_of(store.query(constraint.query, use_default_graph_as_union=True)))

    # The store leaves Python's lock alone while it answers, so that two cores are put to use.
    with ThreadPoolExecutor(_AT_ONCE) as threads:
        asked = [(one, threads.submit(rows, one)) for one in shapes.constraints]
        yield from _core_findings(facts, shapes, store)
    for constraint, answer in asked:
        for row in answer.result():
            focus = text_of(row["this"])
            if not classes.instance(focus, constraint.target_classes):
                continue
            what, remedy = two_parts(filled_message(constraint.message, row))
            graph = text_of(row["claim"]) if "claim" in row else None
            yield from facts.place(
                constraint.rule, focus, what, remedy, graph=graph, severity=constraint.severity
            )


class _Classes:
    """Which nodes are of which class, as a target in SHACL means it (section 2.1.3.2)."""

    def __init__(self, facts: Facts) -> None:
        self._facts = facts
        self._above: dict[str, set[str]] = {}

    def instance(self, node: str, classes: frozenset[str]) -> bool:
        return any(
            not self._all(one).isdisjoint(classes) for one in self._facts.types.get(node, ())
        )

    def _all(self, one: str) -> set[str]:
        if one not in self._above:
            self._above[one] = self._facts.schema.above(one)
        return self._above[one]


def _core_findings(facts: Facts, shapes: Shapes, store: Store) -> Iterator[Finding]:
    for verdict in shapes.judge.verdicts(store):
        what, remedy = two_parts(verdict.message)
        yield from facts.place(
            local_name(str(verdict.shape)),
            str(verdict.focus),
            what,
            remedy,
            severity=Severity.WARNING if verdict.severity == SH.Warning else Severity.VIOLATION,
        )


def filled_message(message: str, row: Mapping[str, NamedNode | BlankNode | Literal]) -> str:
    """The message with the values of a row in the place of ``{?name}``."""

    def value(slot: re.Match[str]) -> str:
        term = row.get(slot[1])
        if isinstance(term, Literal):
            return term.value
        return text_of(term) if term is not None else slot[0]

    return _SLOT.sub(value, message)


def rows_of(solutions: object) -> Iterator[dict[str, NamedNode | BlankNode | Literal]]:
    """The rows of a SELECT, each by the names of its variables."""
    if not isinstance(solutions, QuerySolutions):
        raise BadRdf(
            "A constraint's query is no SELECT.",
            where="ontology/shapes",
            remedy="Write sh:select as a SELECT query.",
        )
    names = [variable.value for variable in solutions.variables]
    for solution in solutions:
        yield {
            name: term
            for name, term in zip(names, solution, strict=True)
            if isinstance(term, NamedNode | BlankNode | Literal)
        }


def text_of_literal(term: object) -> str:
    """The lexical form of a literal, an IRI without brackets."""
    return term.value if isinstance(term, Literal) else text_of(term)


def _to_graph(quads: Iterable[Quad]) -> Graph:
    graph = Graph()
    for quad in quads:
        subject, value = _term(quad.subject), _term(quad.object)
        if isinstance(subject, IdentifiedNode):
            graph.add((subject, URIRef(quad.predicate.value), value))
    return graph


def _term(term: object) -> IdentifiedNode | RdfLiteral:
    if isinstance(term, Literal):
        if term.language:
            return RdfLiteral(term.value, lang=term.language)
        return RdfLiteral(term.value, datatype=URIRef(term.datatype.value), normalize=False)
    return BNode(term.value) if isinstance(term, BlankNode) else URIRef(text_of(term))
