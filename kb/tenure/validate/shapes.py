"""SHACL over a store: core constraints by pySHACL, constraints in SPARQL by the store's engine.

pySHACL judges candidates only, see :mod:`tenure.validate.candidates`.
Shapes are SHACL as the standard has it (W3C Recommendation of 20 July 2017), and any engine
runs them. pySHACL asks the query of a constraint once for every focus node; here each runs once
for all nodes (measured on 250 claims: 0.3 s for the whole check, against 1.8 s). It is the same,
since every query begins with a triple about ``$this``; one that does not is refused.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Final

from pyoxigraph import (
    BlankNode,
    Literal,
    NamedNode,
    Quad,
    QuerySolutions,
    RdfFormat,
    Store,
    parse,
)

from tenure.errors import BadRdf
from tenure.namespaces import local_name
from tenure.validate.candidates import StoredClasses, is_instance
from tenure.validate.core_shapes import CoreShapes, known_of
from tenure.validate.derived_shapes import rule_of
from tenure.validate.documents import text_of
from tenure.validate.each_claim import ClaimShapes, with_value
from tenure.validate.facts import Breach
from tenure.validate.finding import Result, Severity, two_parts
from tenure.validate.lexical import LexicalForms
from tenure.validate.progress import Progress, ProgressStep, Stage, unwatched

if TYPE_CHECKING:
    from tenure.validate.pyshacl_runner import ShaclResult

_SH: Final = "http://www.w3.org/ns/shacl#"
_SPARQL: Final = NamedNode(_SH + "sparql")
_BEGINS_WITH_THIS: Final = re.compile(r"\bWHERE\s*\{\s*\$this\s", re.IGNORECASE)
_FIRST_PROPERTY: Final = re.compile(
    _BEGINS_WITH_THIS.pattern + r"+(\w+):(\w+)\s+(?=[?$]\w|[\w<\"])", re.IGNORECASE
)
# What SHACL binds anew for each focus node, and what would add nodes or take all away.
_OF_ONE_NODE: Final = re.compile(r"[?$](PATH|shapesGraph|currentShape)\b")
_OF_ONE_NODE_TOO: Final = {
    _SH + name
    for name in ("path", "deactivated", "targetNode", "targetSubjectsOf", "targetObjectsOf")
}
_QUERIES: Final = {_SH + "select", _SH + "ask"}
_OPENING: Final = re.compile(r"\bWHERE\s*\{", re.IGNORECASE)
_AT_ONCE: Final = 2
_SLOT: Final = re.compile(r"\{[?$](\w+)\}")

Row = Mapping[str, NamedNode | BlankNode | Literal]
"""A row of a query's answer, by the names of its variables."""


@dataclass(frozen=True, slots=True)
class SparqlConstraint:
    """A constraint in SPARQL with the targets of its shape."""

    rule: str
    message: str
    query: str
    target_classes: frozenset[NamedNode]
    severity: Severity
    shape: str
    iri: str
    first: tuple[NamedNode] | None
    """The property, alone, that its first triple says of ``$this``; None where it names none."""

    def breach(self, row: Row) -> Breach:
        """What a row of the query's answer tells."""
        what, remedy = two_parts(filled_message(self.message, row))
        graph = text_of(row["claim"]) if "claim" in row else None
        return Breach(
            self.rule,
            text_of(row["this"]),
            what,
            remedy,
            self.severity,
            graph,
            self.result(row),
            terms=frozenset(term.value for term in row.values() if isinstance(term, NamedNode)),
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
    """The shapes of some files, read once, and those that are derived."""

    def __init__(self, files: Iterable[Path], derived: Iterable[Quad] = ()) -> None:
        """Reads ``files``, in Turtle.

        Raises:
            BadRdf: a file that does not parse, or a constraint that cannot be run here.
        """
        self._quads: list[Quad] = [*derived]
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
        self.of_each_claim = ClaimShapes(self._quads)

    @property
    def quads(self) -> Sequence[Quad]:
        """All shapes as they are."""
        return self._quads

    def messages(self) -> Mapping[str, Sequence[str]]:
        """By the name of each rule, the messages of its shapes or of its constraint."""
        found: dict[str, list[str]] = {}
        for quad in self._quads:
            if quad.predicate.value == _SH + "message":
                found.setdefault(rule_of(text_of(quad.subject)), []).append(
                    text_of_literal(quad.object)
                )
        return {rule: sorted(messages) for rule, messages in found.items()}

    @property
    def core(self) -> list[Quad]:
        """The shapes without what is asked in SPARQL or of each claim."""
        return [
            quad
            for quad in self._quads
            if quad.predicate != _SPARQL and text_of(quad.subject) not in self.of_each_claim.names
        ]

    @cached_property
    def runner(self) -> CoreShapes:
        """The core constraints, ready to run."""
        return CoreShapes(self.core)

    def _read_constraints(self) -> Iterator[SparqlConstraint]:
        declared = self._rows("?x sh:declare ?d . ?d sh:prefix ?prefix ; sh:namespace ?iri")
        spaces = {text_of_literal(one["prefix"]): text_of_literal(one["iri"]) for one in declared}
        prologue = "".join(f"PREFIX {prefix}: <{iri}>\n" for prefix, iri in spaces.items())
        pattern = "?shape sh:sparql ?rule . ?rule sh:select ?select ; sh:message ?message"
        for one in self._rows(pattern):
            select = text_of_literal(one["select"])
            rule = local_name(text_of(one["rule"]))
            shape = one["shape"]
            assert not isinstance(shape, Literal)
            classes = self._store.quads_for_pattern(shape, NamedNode(_SH + "targetClass"), None)
            targets = frozenset(q.object for q in classes if isinstance(q.object, NamedNode))
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
            first = _FIRST_PROPERTY.search(select)
            yield SparqlConstraint(
                rule,
                text_of_literal(one["message"]),
                prologue + select,
                targets,
                Severity.WARNING if any(severity) else Severity.VIOLATION,
                text_of(shape),
                text_of(one["rule"]),
                (NamedNode(spaces[first[1]] + first[2]),) if first else None,
            )

    def _says(self, node: NamedNode | BlankNode) -> set[str]:
        about = self._store.quads_for_pattern(node, None, None)
        return {quad.predicate.value for quad in about}

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


def check(
    store: Store,
    shapes: Shapes,
    focus: Collection[NamedNode | BlankNode] | None = None,
    *,
    changed: Collection[object] | None = None,
    classes: StoredClasses | None = None,
    forms: LexicalForms | None = None,
    union: bool = True,
    asked: Callable[[SparqlConstraint], bool] = lambda _: True,
    progress: Progress = unwatched,
) -> Iterator[Breach]:
    """What the shapes have against the nodes in a store, or against those in ``focus`` alone.

    Where ``changed`` is given, these conform but for what changed: what is said of the nodes in it,
    and what is around the others. ``classes`` are what was read of the store before.
    ``forms`` are the literals that the store may keep otherwise than they were written. ``union``
    is false where the store's default graph has whatever the others have. ``asked`` chooses among
    the constraints in SPARQL.

    Raises:
        BadRdf: the shapes cannot be run.
        BadInput: the data hold a value that pySHACL cannot compare.
    """
    rules = [one for one in shapes.constraints if asked(one)]
    progress(ProgressStep(Stage.SHAPES, 0, 1 + len(rules)))

    classes = classes or StoredClasses(store)
    known = None if focus is None else {one: known_of(classes, one) for one in focus}

    def ask(rule: SparqlConstraint) -> list[Breach]:
        query = rule.query
        if known is not None:
            targets = rule.target_classes
            nodes = [
                one
                for one, about in known.items()
                if not targets.isdisjoint(about) and (rule.first is None or rule.first in about)
            ]
            if not nodes:
                return []
            values = " ".join(str(one) for one in nodes if isinstance(one, NamedNode))
            query = _OPENING.sub(
                lambda found: f"{found[0]} VALUES $this {{ {values} }} ", query, count=1
            )
        solutions = store.query(query, use_default_graph_as_union=union)
        rows = (row for row in rows_of(solutions) if not isinstance(row["this"], Literal))
        return [
            rule.breach(row)
            for row in rows
            if is_instance(store, row["this"], rule.target_classes)  # type: ignore[arg-type]
        ]

    if known is not None:  # a few nodes, of which the answers take less than a thread
        for verdict in shapes.runner.verdicts(
            store, forms, known, changed=changed, classes=classes, union=union
        ):
            yield breach_of(verdict, store)
        yield from shapes.of_each_claim.breaches(classes, known)
        for one in rules:
            yield from ask(one)
        return
    # The store leaves Python's lock alone while it answers, so that two cores are put to use.
    with ThreadPoolExecutor(_AT_ONCE) as threads:
        answers = [threads.submit(ask, one) for one in rules]
        asked_of_claims = threads.submit(lambda: [*shapes.of_each_claim.breaches(classes)])
        for verdict in shapes.runner.verdicts(store, forms, union=union):
            yield breach_of(verdict, store)
        yield from asked_of_claims.result()
        for number, answer in enumerate(answers, start=1):
            progress(ProgressStep(Stage.SHAPES, number, 1 + len(rules)))
            yield from answer.result()


def breach_of(verdict: ShaclResult, store: Store) -> Breach:
    """What a verdict of pySHACL tells, with what ``store`` has in place of what was meant."""
    what, remedy = two_parts(verdict.message)
    warns = str(verdict.severity) == Severity.WARNING.iri.value
    severity = Severity.WARNING if warns else Severity.VIOLATION
    focus, result = verdict.name, verdict.result
    what = with_value(what, result.value, focus, store)
    return Breach(rule_of(str(verdict.shape)), focus, what, remedy, severity, result=result)


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
