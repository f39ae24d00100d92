"""The rules held against one change: the same as for files, asked only of what it affects.

A rule can come to be broken only at a node from which it can reach a statement that is new, or that
an edit takes away. Rules reach forward along a few properties, so these nodes are few: the
subjects of such statements, and whatever reaches such a subject by properties that rules look at
beyond the node that they are about. Around them lies all that the rules can read; that much is
copied into memory, beside the ontology, and judged there. Tests hold the outcome to that of the
rules asked of everything.
"""

from __future__ import annotations

import re
import threading
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from itertools import chain
from typing import Any, Final

import pyoxigraph
from pyoxigraph import DefaultGraph, NamedNode, Quad

from tenure.namespaces import PREFIXES, RDF_TYPE, RDFS_SUBCLASS, Names
from tenure.store import Store
from tenure.transactions.user_graphs import is_user_graph
from tenure.validate import Finding, Report, Severity, UserShapes
from tenure.validate.candidates import StoredClasses
from tenure.validate.consistency import consistency_breaches
from tenure.validate.documents import Document
from tenure.validate.facts import Breach, Facts
from tenure.validate.lexical import LexicalForms
from tenure.validate.shapes import check
from tenure.validate.statements import statement_breaches
from tenure.validate.validator import gate_shapes
from tenure.views import is_computed

MOST_FINDINGS: Final = 1_000
"""Findings after which no more are looked for. Telling each of its place takes a millisecond, and
whoever writes waits for it."""

REACH: Final = 3
"""Steps from a node to the farthest statement that a rule about it reads: claim, speech chain,
link, voice."""

_DEFAULT: Final = DefaultGraph()
_NAMED: Final = re.compile(r"(?<![\w?$])([a-z]+):([A-Za-z]+)")
_ANY_PROPERTY: Final = re.compile(r"(?:^|[.{;])\s*([?$]\w+)\s+[?$]\w+\s+[?$\w:]+", re.MULTILINE)
_OWN_GRAPH: Final = re.compile(r"GRAPH (\?\w+) \{[^{}]*\}(?=.*FILTER \(\1 = \$this\))", re.DOTALL)
_CUT: Final = (
    f"After {MOST_FINDINGS:,} findings no more were looked for. Correct these, and send it again."
)


class ChangeValidator:
    """The rules and the ontology, read once; one change after the other."""

    def __init__(self, ontology: Sequence[Quad], own: UserShapes | None = None) -> None:
        """``own`` are the shapes of the base's own."""
        self._own = own
        self._lock = threading.Lock()
        self._ontology = Document("ontology", "", tuple(ontology), has_lines=False)
        self._scratch = pyoxigraph.Store()
        self._lasting = frozenset(_in_default(ontology))
        self._scratch.bulk_extend(self._lasting)
        self._known = Facts([], [], [self._ontology], Names(), store=self._scratch)
        self._rules = gate_shapes(self._known.schema)
        self._classes = StoredClasses(self._scratch)
        # Read now, and not when the first writer waits for it.
        _ = self._known.schema, self._known.time_schema, self._known.paths, self._rules.runner
        self.looked_at: frozenset[NamedNode] = frozenset(
            NamedNode(PREFIXES[prefix] + name)
            for rule in self._rules.constraints
            for prefix, name in _NAMED.findall(rule.query)
            if prefix in PREFIXES
        ) | {RDF_TYPE}
        if own is not None:
            self.looked_at |= own.mentioned

    def unbounded_rules(self) -> list[str]:
        """Rules that read whatever another node than their own says: there should be none.

        In a pattern with a variable as its property, the subject has to be ``$this``. What a claim
        says in its own graph comes with the claim, and is never added to.
        """
        return sorted(
            rule.rule
            for rule in self._rules.constraints
            if any(
                subject != "$this"
                for subject in _ANY_PROPERTY.findall(_OWN_GRAPH.sub("", rule.query))
            )
        )

    def check(
        self,
        store: Store,
        names: Names,
        change: Document,
        entities: Iterable[str],
        gone: Collection[Quad] = (),
    ) -> Report:
        """What is wrong with the store once the change is in it, wherever the change could matter.

        ``change`` holds all that is new, descriptions in the default graph; ``entities`` are those
        of the registry, for suggestions. ``gone`` are descriptions that it takes away.
        """
        with self._lock:
            return self._checked(store, names, change, entities, gone)

    def _checked(
        self,
        store: Store,
        names: Names,
        change: Document,
        entities: Iterable[str],
        gone: Collection[Quad],
    ) -> Report:
        look = _Surroundings(store, names, frozenset(gone))
        affected = self._affected(look, (*change.quads, *gone))
        around = look.around(affected | {one.subject.value for one in _named(change.quads)})
        facts = _AffectedFacts(self._known, change, names, entities)
        quads = {*around, *change.quads}
        # A pattern finds a statement once, however many claims make it.
        placed = quads.union(_in_default(quads))
        self._scratch.extend(placed)
        try:
            focus = [NamedNode(iri) for iri in sorted(affected)]
            breaches = chain(
                statement_breaches(facts),
                consistency_breaches(facts),
                check(
                    self._scratch,
                    self._rules,
                    focus,
                    changed=_changed((*change.quads, *gone)),
                    classes=None
                    if any(one.predicate == RDFS_SUBCLASS for one in placed)
                    else self._classes,
                    forms=LexicalForms(quads),
                    union=False,
                ),
            )
            if self._own is not None:
                breaches = chain(breaches, self._own.breaches_about(self._seen(look), focus))
            found, is_cut = _some(facts, breaches)
        finally:
            for quad in placed:
                self._scratch.remove(quad)
            # What the ontology says too has to stay.
            self._scratch.extend(placed & self._lasting)
        ordered = sorted(found, key=lambda one: (one.line or 0, one.rule, one.focus, one.message))
        notes = (_CUT,) if is_cut else ()
        return Report(tuple(ordered), checked={"triples": len(change.quads)}, notes=notes)

    def _seen(self, look: _Surroundings) -> Callable[..., Iterator[Quad]]:
        """Looks up a pattern in all that is there once the change is in, and in the ontology."""

        def found(subject: Any, predicate: Any, value: Any) -> Iterator[Quad]:
            yield from self._scratch.quads_for_pattern(subject, predicate, value, _DEFAULT)
            yield from look.matching(subject, predicate, value)

        return found

    def _affected(self, look: _Surroundings, changed: Iterable[Quad]) -> set[str]:
        """The nodes about which a rule could be broken by what is new."""
        affected: set[str] = set()
        beyond: set[str] = set()
        for quad in _named(changed):
            affected.add(quad.subject.value)
            if isinstance(quad.object, NamedNode):
                affected.add(quad.object.value)  # for paths that are followed backwards
            if quad.predicate in self.looked_at:
                beyond.add(quad.subject.value)
        for _ in range(REACH - 1):
            beyond = {
                iri
                for one in beyond
                for iri in look.pointing_at(one, self.looked_at)
                if iri not in affected
            }
            affected |= beyond
        return affected


@lru_cache(maxsize=4)
def change_validator(ontology: frozenset[Quad]) -> ChangeValidator:
    """The rules that an ontology comes to, kept for the next base of this process that has it."""
    return ChangeValidator(list(ontology))


class _AffectedFacts(Facts):
    """Facts of which every finding counts, also about nodes that the change only affects."""

    def __init__(
        self, known: Facts, change: Document, names: Names, entities: Iterable[str]
    ) -> None:
        """``known`` has read the ontology, and its store has all that the rules can see."""
        super().__init__([change], [], known.ontology, names, store=known.store)
        self.schema, self.time_schema, self.paths = known.schema, known.time_schema, known.paths
        self._entities = entities

    @cached_property
    def registered(self) -> Collection[str]:
        """The entities of the whole registry."""
        return list(self._entities)

    def _about(self, focus: str) -> list[Document]:  # noqa: ARG002 - whatever it is about
        """The change, which is to blame for it."""
        return list(self.given)


class _Surroundings:
    """The store as the gate sees it: claims, descriptions and the registry, nothing computed."""

    def __init__(self, store: Store, names: Names, gone: frozenset[Quad] = frozenset()) -> None:
        """``gone`` are descriptions that are taken away."""
        self._gone = gone
        self._store = store
        self._names = names
        parts = ("provenance", "entities")
        self._parts = frozenset(names.graph(part) for part in parts)
        self._left_out = frozenset((*names.ontology_graphs, *names.computed_parts))

    def about(self, iri: str) -> Iterator[Quad]:
        """What describes a node."""
        return self._seen(self._store.quads(subject=NamedNode(iri)))

    def matching(self, subject: Any, predicate: Any, value: Any) -> Iterator[Quad]:
        """What meets a pattern; None stands for anything."""
        return self._seen(self._store.quads(subject=subject, predicate=predicate, value=value))

    def pointing_at(self, iri: str, predicates: frozenset[NamedNode]) -> Iterator[str]:
        """The nodes that point at one by one of the properties."""
        for quad in self._seen(self._store.quads(value=NamedNode(iri))):
            if quad.predicate in predicates and isinstance(quad.subject, NamedNode):
                yield quad.subject.value

    def around(self, nodes: set[str]) -> set[Quad]:
        """What describes the nodes, and all that rules about them reach, with its classes."""
        found: set[Quad] = set()
        seen: set[str] = set()
        todo = nodes
        for step in range(REACH + 1):
            seen |= todo
            ahead: set[str] = set()
            for iri in todo:
                for quad in self.about(iri):
                    if step < REACH or quad.predicate == RDF_TYPE:
                        found.add(quad)
                    if isinstance(quad.object, NamedNode):
                        ahead.add(quad.object.value)
                # A passage names its source by its own name alone.
                if iri.startswith(self._names.source_prefix):
                    slug = iri.removeprefix(self._names.source_prefix).partition("/")[0]
                    ahead.add(self._names.source_prefix + slug)
            todo = ahead - seen
        return found

    def _seen(self, quads: Iterable[Quad]) -> Iterator[Quad]:
        for quad in quads:
            graph = quad.graph_name
            if graph in self._parts:
                described = Quad(quad.subject, quad.predicate, quad.object, _DEFAULT)
                if described not in self._gone:
                    yield described
            elif (
                isinstance(graph, NamedNode)
                and graph not in self._left_out
                and not is_user_graph(graph.value, self._names)
                and not is_computed(self._names, graph.value)
            ):
                yield quad


@dataclass(frozen=True, slots=True)
class _About:
    subject: NamedNode
    predicate: NamedNode
    object: object


def _some(facts: Facts, breaches: Iterable[Breach]) -> tuple[set[Finding], bool]:
    """All findings, or so many that one of them is a violation, and whether there are others."""
    found: set[Finding] = set()
    broken = False
    for breach in breaches:
        for one in facts.place(breach):
            if broken and len(found) >= MOST_FINDINGS:
                return found, True
            found.add(one)
            broken = broken or one.severity is Severity.VIOLATION
    return found, False


def _changed(quads: Collection[Quad]) -> set[object] | None:
    """What something else is said of; None where whole classes may have become something else."""
    if any(one.predicate == RDFS_SUBCLASS for one in quads):
        return None
    return {one.subject for one in quads}


def _named(quads: Iterable[Quad]) -> Iterator[_About]:
    for quad in quads:
        if isinstance(quad.subject, NamedNode):
            yield _About(quad.subject, quad.predicate, quad.object)


def _in_default(quads: Iterable[Quad]) -> list[Quad]:
    return [Quad(one.subject, one.predicate, one.object, _DEFAULT) for one in quads]
