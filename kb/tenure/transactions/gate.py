"""The gate for one change: the same rules as for files, asked only of what the change touches.

A rule can come to be broken only at a node from which it can reach a statement that is new. Rules
reach forward along a few properties, and nothing is ever taken away, so these nodes are few: the
subjects of new statements, and whatever reaches such a subject by properties that rules look at
beyond the node that they are about. Around them lies all that the rules can read; that much is
copied into memory, beside the ontology, and judged there. Tests hold the outcome to that of the
whole gate over everything.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import chain
from typing import Final

import pyoxigraph
from pyoxigraph import DefaultGraph, NamedNode, Quad
from pyshacl.pytypes import SHACLExecutor
from pyshacl.shapes_graph import ShapesGraph
from rdflib.namespace import RDF, SH
from rdflib.term import URIRef

from tenure.store import Store
from tenure.terms import PREFIXES, RDF_TYPE, Names
from tenure.transactions.touched import REACH, Look, Touched
from tenure.validate.consistency import consistency_findings
from tenure.validate.dates import date_findings
from tenure.validate.exact import ExactData, Written
from tenure.validate.facts import Facts
from tenure.validate.gate import gate_shapes
from tenure.validate.judging import verdict_from
from tenure.validate.languages import language_findings
from tenure.validate.quiet import quiet_literals
from tenure.validate.reading import Document
from tenure.validate.report import Finding, Report, Severity
from tenure.validate.schema import Schema
from tenure.validate.shapes import rows_of, told_of
from tenure.validate.structure import structural_findings
from tenure.world import Schema as TimeSchema

MOST_FINDINGS: Final = 1_000
"""Findings after which no more are looked for. Telling each of its place takes a millisecond, and
whoever writes waits for it."""

_DEFAULT: Final = DefaultGraph()
_NAMED: Final = re.compile(r"(?<![\w?$])([a-z]+):([A-Za-z]+)")
_ANY_PROPERTY: Final = re.compile(r"(?:^|[.{;])\s*([?$]\w+)\s+[?$]\w+\s+[?$\w:]+", re.MULTILINE)
_CUT: Final = (
    f"After {MOST_FINDINGS:,} findings no more were looked for. Correct these, and send it again."
)
_OPENING: Final = re.compile(r"\bWHERE\s*\{", re.IGNORECASE)


class Gate:
    """The rules and the ontology, read once. Not safe for threads: writers wait for each other."""

    def __init__(self, ontology: Sequence[Quad]) -> None:
        self._schema = Schema(ontology)
        self._time_schema = TimeSchema(ontology)
        self._above: dict[str, frozenset[str]] = {}
        self._ontology = Document("ontology", "", tuple(ontology), has_lines=False)
        known = Facts([], [], [self._ontology], Names())
        self._types = {iri: frozenset(types) for iri, types in known.types.items()}
        self._paths = known.paths
        self._scratch = pyoxigraph.Store()
        self._lasting = frozenset(_in_default(ontology))
        self._scratch.bulk_extend(self._lasting)
        self._data = ExactData(self._scratch)
        self._rules = gate_shapes()
        self._core = [
            (shape, frozenset(map(str, shape.target_classes())), list(shape.target_subjects_of()))
            for shape in ShapesGraph(self._rules.core).shapes
            if (shape.node, RDF.type, SH.NodeShape) in self._rules.core
        ]
        self.looked_at: frozenset[NamedNode] = frozenset(
            NamedNode(PREFIXES[prefix] + name)
            for rule in self._rules.constraints
            for prefix, name in _NAMED.findall(rule.query)
            if prefix in PREFIXES
        ) | {RDF_TYPE}

    def unbounded_rules(self) -> list[str]:
        """Rules that read whatever another node than their own says: there should be none.

        In a pattern with a variable as its property, the subject has to be ``$this``.
        """
        return sorted(
            rule.rule
            for rule in self._rules.constraints
            if any(subject != "$this" for subject in _ANY_PROPERTY.findall(rule.query))
        )

    def check(
        self, store: Store, names: Names, change: Document, entities: Iterable[str]
    ) -> Report:
        """What is wrong with the store once the change is in it, wherever the change could matter.

        ``change`` holds all that is new, descriptions in the default graph; ``entities`` are those
        of the registry, for suggestions.
        """
        look = Look(store, names)
        touched = self._touched(look, change)
        around = look.around(touched | {one.subject.value for one in _named(change.quads)})
        facts = Touched(
            [change],
            [Document("store", "", tuple(around), has_lines=False)],
            [self._ontology],
            names,
            self._schema,
            self._time_schema,
            self._types,
            self._paths,
            entities,
        )
        quads = {*around, *change.quads}
        # A pattern finds a statement once, however many claims make it.
        placed = quads.union(_in_default(quads))
        self._scratch.extend(placed)
        self._data.written = Written(quads)
        try:
            told = chain(
                structural_findings(facts),
                date_findings(facts),
                consistency_findings(facts),
                language_findings(facts),
                self._of_shapes(facts, touched),
                self._of_constraints(facts, touched),
            )
            found, is_cut = _some(told)
        finally:
            for quad in placed:
                self._scratch.remove(quad)
            # What the ontology says too has to stay.
            self._scratch.extend(placed & self._lasting)
        ordered = sorted(found, key=lambda one: (one.line or 0, one.rule, one.focus, one.message))
        notes = (_CUT,) if is_cut else ()
        return Report(tuple(ordered), checked={"triples": len(change.quads)}, notes=notes)

    def _touched(self, look: Look, change: Document) -> set[str]:
        """The nodes about which a rule could be broken by what is new."""
        touched: set[str] = set()
        beyond: set[str] = set()
        for quad in _named(change.quads):
            touched.add(quad.subject.value)
            if isinstance(quad.object, NamedNode):
                touched.add(quad.object.value)  # for paths that are followed backwards
            if quad.predicate in self.looked_at:
                beyond.add(quad.subject.value)
        for _ in range(REACH - 1):
            beyond = {
                iri
                for one in beyond
                for iri in look.pointing_at(one, self.looked_at)
                if iri not in touched
            }
            touched |= beyond
        return touched

    def _of_shapes(self, facts: Facts, touched: set[str]) -> Iterator[Finding]:
        executor = SHACLExecutor()
        for shape, classes, subjects in self._core:
            wanted = {NamedNode(str(one)) for one in subjects}
            focus = [
                URIRef(iri)
                for iri in sorted(touched)
                if self._is_a(facts, iri, classes) or (wanted and self._says(iri, wanted))
            ]
            if not focus:
                continue
            with quiet_literals():
                _, found = shape.validate(executor, self._data, focus=focus)
            for _, node, parts in found:
                yield from facts.tell(told_of(verdict_from(node, parts)))

    def _of_constraints(self, facts: Facts, touched: set[str]) -> Iterator[Finding]:
        for rule in self._rules.constraints:
            focus = [one for one in sorted(touched) if self._is_a(facts, one, rule.target_classes)]
            if not focus:
                continue
            values = " ".join(str(NamedNode(iri)) for iri in focus)
            query = _OPENING.sub(
                lambda found, values=values: f"{found[0]} VALUES $this {{ {values} }} ",  # type: ignore[misc]
                rule.query,
                count=1,
            )
            answer = self._scratch.query(query)
            for row in rows_of(answer):
                yield from facts.tell(rule.told(row))

    def _is_a(self, facts: Facts, node: str, classes: frozenset[str]) -> bool:
        for one in facts.types.get(node, ()):
            if one not in self._above:
                self._above[one] = frozenset(self._schema.above(one))
            if not self._above[one].isdisjoint(classes):
                return True
        return False

    def _says(self, iri: str, predicates: set[NamedNode]) -> bool:
        found = self._scratch.quads_for_pattern(NamedNode(iri), None, None, None)
        return any(quad.predicate in predicates for quad in found)


@dataclass(frozen=True, slots=True)
class _About:
    subject: NamedNode
    predicate: NamedNode
    object: object


def _some(told: Iterable[Finding]) -> tuple[set[Finding], bool]:
    """All findings, or so many that one of them is a violation, and whether there are others."""
    found: set[Finding] = set()
    broken = False
    for one in told:
        if broken and len(found) >= MOST_FINDINGS:
            return found, True
        found.add(one)
        broken = broken or one.severity is Severity.VIOLATION
    return found, False


def _named(quads: Iterable[Quad]) -> Iterator[_About]:
    for quad in quads:
        if isinstance(quad.subject, NamedNode):
            yield _About(quad.subject, quad.predicate, quad.object)


def _in_default(quads: Iterable[Quad]) -> list[Quad]:
    return [Quad(one.subject, one.predicate, one.object, _DEFAULT) for one in quads]
