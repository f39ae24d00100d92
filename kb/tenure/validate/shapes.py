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
from rdflib.namespace import SH

from tenure.errors import BadRdf
from tenure.terms import local_name
from tenure.validate.exact import Written
from tenure.validate.facts import Facts, Told
from tenure.validate.judging import Judge, Verdict, name_of
from tenure.validate.plain import plain_graph
from tenure.validate.progress import Progress, Stage, Step, unwatched
from tenure.validate.reading import text_of
from tenure.validate.report import Finding, Severity, two_parts
from tenure.validate.results import Result

_SH: Final = "http://www.w3.org/ns/shacl#"
_BEGINS_WITH_THIS: Final = re.compile(r"\bWHERE\s*\{\s*\$this\s", re.IGNORECASE)
# What SHACL binds anew for each focus node, and what would add nodes or take all away.
_OF_ONE_NODE: Final = re.compile(r"[?$](PATH|shapesGraph|currentShape)\b")
_OF_ONE_NODE_TOO: Final = {
    _SH + name
    for name in ("path", "deactivated", "targetNode", "targetSubjectsOf", "targetObjectsOf")
}
_QUERIES: Final = {_SH + "select", _SH + "ask"}
_AT_ONCE: Final = 2
_SLOT: Final = re.compile(r"\{[?$](\w+)\}")

Row = Mapping[str, NamedNode | BlankNode | Literal]
"""A row of a query's answer, by the names of its variables."""


@dataclass(frozen=True, slots=True)
class Constraint:
    """A constraint in SPARQL with the targets of its shape."""

    rule: str
    message: str
    query: str
    target_classes: frozenset[str]
    severity: Severity
    shape: str
    iri: str

    def told(self, row: Row) -> Told:
        """What a row of the query's answer tells."""
        what, remedy = two_parts(filled_message(self.message, row))
        graph = text_of(row["claim"]) if "claim" in row else None
        return Told(
            self.rule,
            text_of(row["this"]),
            what,
            remedy,
            self.severity,
            graph,
            self.target_classes,
            self.result(row),
        )

    def result(self, row: Row) -> Result:
        """What SHACL has to say of it (section 5.3.2): of a node shape, ``$this`` is the value."""
        path = row.get("path")
        return Result(
            _SH + "SPARQLConstraintComponent",
            self.shape,
            path.value if isinstance(path, NamedNode) else None,
            row.get("value", row["this"]),
            self.iri,
        )


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
        self._refuse_unasked()
        self.core = plain_graph(
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
            shape = one["shape"]
            assert not isinstance(shape, Literal)
            classes = self._store.quads_for_pattern(shape, NamedNode(_SH + "targetClass"), None)
            targets = frozenset(text_of(quad.object) for quad in classes)
            if not targets or not _BEGINS_WITH_THIS.search(select):
                raise BadRdf(
                    "The constraint has no target class, or does not begin with $this.",
                    where=rule,
                    remedy="Give its shape sh:targetClass and begin WHERE with a triple of $this.",
                )
            if _OF_ONE_NODE.search(select) or self._says(shape) & _OF_ONE_NODE_TOO:
                raise BadRdf(
                    "The constraint cannot be asked of all nodes at once.",
                    where=rule,
                    remedy="Write it for a node shape with no target but classes, "
                    "without $PATH, $shapesGraph and $currentShape.",
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
                text_of(shape),
                text_of(one["rule"]),
            )

    def _says(self, node: NamedNode | BlankNode) -> set[str]:
        return {quad.predicate.value for quad in self._quads if quad.subject == node}

    def _refuse_unasked(self) -> None:
        """No query may be left unasked, for nobody would miss what it finds."""
        asked = {quad.object for quad in self._quads if quad.predicate.value == _SH + "sparql"}
        queries = [quad for quad in self._quads if quad.predicate.value in _QUERIES]
        unasked = [one for one in queries if one.subject not in asked]
        if unasked or len(queries) != len(self.constraints):
            raise BadRdf(
                "A query would not be asked.",
                where=text_of(unasked[0].subject if unasked else queries[0].subject),
                remedy="Name it with sh:sparql, once; give it one sh:select and one sh:message.",
            )

    def _rows(self, pattern: str) -> list[Row]:
        query = f"PREFIX sh: <{_SH}> SELECT * WHERE {{ {pattern} }}"
        return list(rows_of(self._store.query(query)))


def store_of(facts: Facts) -> Store:
    """All facts, as shapes are asked of them: what claims state is in the default graph too.

    Over the union of graphs, a pattern finds a statement as often as there are claims that make it,
    and two patterns as often as the square of that.
    """
    store = Store()
    # Statements about statements have a finding of their own, and pySHACL cannot read them.
    plain = [quad for quad in facts.quads if not isinstance(quad.object, Triple)]
    store.bulk_extend(plain)
    store.bulk_extend(Quad(one.subject, one.predicate, one.object) for one in plain)
    return store


def shape_findings(
    facts: Facts, shapes: Shapes, progress: Progress = unwatched, store: Store | None = None
) -> Iterator[Finding]:
    """The findings of all shapes, for focus nodes that the given documents say something of.

    ``store`` is that of :func:`store_of`, where it is at hand.
    """
    if store is None:
        store = store_of(facts)
    progress(Step(Stage.SHAPES, 0, 1 + len(shapes.constraints)))
    written = Written(facts.quads)
    # The store leaves Python's lock alone while it answers, so that two cores are put to use.
    with ThreadPoolExecutor(_AT_ONCE) as threads:
        asked = [threads.submit(told_by, one, store, union=False) for one in shapes.constraints]
        yield from placed(facts, told_by_core(shapes.judge, store, written))
    for number, answer in enumerate(asked, start=1):
        progress(Step(Stage.SHAPES, number, 1 + len(asked)))
        yield from placed(facts, answer.result())


def told_by(constraint: Constraint, store: Store, *, union: bool = True) -> list[Told]:
    """What a constraint in SPARQL has against the nodes in a store, targets or not.

    ``union``: whether its default graph is to be the union of all graphs.
    """
    rows = rows_of(store.query(constraint.query, use_default_graph_as_union=union))
    return [constraint.told(row) for row in rows]


def told_by_core(judge: Judge, store: Store, written: Written) -> Iterator[Told]:
    """What the core shapes have against the nodes in a store, as pySHACL judges."""
    yield from map(told_of, judge.verdicts(store, written))


def told_of(verdict: Verdict) -> Told:
    """What a verdict of pySHACL tells."""
    what, remedy = two_parts(verdict.message)
    severity = Severity.WARNING if verdict.severity == SH.Warning else Severity.VIOLATION
    rule = local_name(str(verdict.shape))
    return Told(rule, name_of(verdict.focus), what, remedy, severity, result=verdict.result)


def placed(facts: Facts, told: Iterable[Told]) -> Iterator[Finding]:
    """What is told of nodes of which the given documents say something, where it stands."""
    classes = _Classes(facts)
    for one in told:
        if one.target_classes is None or classes.instance(one.focus, one.target_classes):
            yield from facts.tell(one)


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


def filled_message(message: str, row: Row) -> str:
    """The message with the values of a row in the place of ``{?name}``."""

    def value(slot: re.Match[str]) -> str:
        term = row.get(slot[1])
        if isinstance(term, Literal):
            return term.value
        return text_of(term) if term is not None else slot[0]

    return _SLOT.sub(value, message)


def rows_of(solutions: object) -> Iterator[Row]:
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
