"""The facts under check, what they may refer to, and where a node stands in which file."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Final, TypeAlias

from pyoxigraph import Literal, NamedNode, Quad

from tenure.errors import BadInput
from tenure.resources import data_dir
from tenure.store.rdf import read_file
from tenure.terms import PREFIXES, RDF_TYPE, TN, Names, local_name
from tenure.validate.locating import at_result, best_place
from tenure.validate.reading import Document, text_of
from tenure.validate.report import Finding, Severity
from tenure.validate.results import SHAPES, Result, of_rule, properties
from tenure.validate.schema import Schema
from tenure.world import Schema as TimeSchema

_PATH: Final = "http://www.w3.org/ns/shacl#path"
_TERM: Final = re.compile(r"(?<![\w:])tnv?:[A-Za-z]\w*")


Fault: TypeAlias = tuple[str, str, str, Severity]
"""A rule that a literal breaks, what is wrong, what to do, and how bad it is."""


@dataclass(frozen=True, slots=True)
class Told:
    """What a shape has against a node, before anybody has looked where that stands."""

    rule: str
    focus: str
    what: str
    remedy: str
    severity: Severity
    graph: str | None = None
    target_classes: frozenset[str] | None = None
    """The node counts only where it is of one of these; None where that is known."""
    result: Result | None = None


@dataclass(frozen=True)
class Facts:
    """Documents under check, the context that their references resolve in, and the ontology."""

    given: Sequence[Document]
    context: Sequence[Document]
    ontology: Sequence[Document]
    names: Names

    @cached_property
    def schema(self) -> Schema:
        """What the ontology declares."""
        return Schema(quad for document in self.ontology for quad in document.quads)

    @cached_property
    def time_schema(self) -> TimeSchema | None:
        """What the ontology declares of time; None where its axioms are broken.

        An ontology under check may be, and has findings of its own then.
        """
        with suppress(BadInput):
            return TimeSchema(quad for document in self.ontology for quad in document.quads)
        return None

    @cached_property
    def quads(self) -> list[Quad]:
        """All quads: given, context and ontology."""
        return [quad for one in (*self.given, *self.context, *self.ontology) for quad in one.quads]

    @cached_property
    def types(self) -> dict[str, set[str]]:
        """The classes of every node that has any, wherever it is said."""
        found: dict[str, set[str]] = {}
        for quad in self.quads:
            if quad.predicate == RDF_TYPE and isinstance(quad.object, NamedNode):
                found.setdefault(text_of(quad.subject), set()).add(quad.object.value)
        return found

    @cached_property
    def _graphs(self) -> frozenset[str]:
        return frozenset(name for name in map(graph_of, self.quads) if name is not None)

    def has_graph(self, iri: str) -> bool:
        """Whether a graph of that name holds a statement, in any document."""
        return iri in self._graphs

    def has_class(self, iri: str) -> bool:
        """Whether some document says what that is."""
        return iri in self.types

    def is_claim(self, iri: str) -> bool:
        """Whether some document says that it is a claim."""
        return TN("Claim").value in self.types.get(iri, ())

    @cached_property
    def registered(self) -> list[str]:
        """The entities of the registry: what has a class, and not because a claim says so."""
        return [
            node
            for node, types in self.types.items()
            if self.names.slug_of(node) is not None and not any(map(self.schema.is_stated, types))
        ]

    @cached_property
    def paths(self) -> Mapping[str, frozenset[str]]:
        """By the rule of a property shape: the properties on its path (SHACL, section 2.3.1)."""
        files = sorted((data_dir("ontology") / "shapes").glob("*.ttl"))
        return _paths_of(quad for file in files for quad in read_file(file))

    def tell(self, told: Told) -> Iterable[Finding]:
        """The finding of what a shape has against a node, as :meth:`place` gives it."""
        return self.place(
            told.rule,
            told.focus,
            told.what,
            told.remedy,
            graph=told.graph,
            severity=told.severity,
            result=told.result,
        )

    def literal_findings(self, fault_of: Callable[[Literal], Fault | None]) -> Iterator[Finding]:
        """The findings about every literal of the given documents that has a fault."""
        for document in self.given:
            for quad in document.quads:
                value = quad.object
                if not isinstance(value, Literal) or (fault := fault_of(value)) is None:
                    continue
                rule, what, remedy, severity = fault
                yield from self.place(
                    rule,
                    text_of(quad.subject),
                    what,
                    remedy,
                    document=document,
                    graph=graph_of(quad),
                    severity=severity,
                    result=replace(of_rule(rule), path=quad.predicate.value, value=value),
                    quad=quad,
                )

    def place(
        self,
        rule: str,
        focus: str,
        what: str,
        remedy: str,
        *,
        document: Document | None = None,
        graph: str | None = None,
        severity: Severity = Severity.VIOLATION,
        result: Result | None = None,
        quad: Quad | None = None,
    ) -> Iterable[Finding]:
        """The finding, in the first given document about ``focus`` unless one is named.

        It is at ``quad``, where that is given, else at the statement that ``result`` names, else at
        the one that the words name. Nothing where no given document says anything of ``focus``:
        context is not under check.
        """
        about = [document] if document else self._about(focus)
        if graph is not None:
            about.sort(key=lambda one: graph not in one.subjects)
        what, remedy = self.short(what), self.short(remedy)
        if about:
            paths = self.paths.get(rule, frozenset())
            if result is not None:
                paths |= frozenset(properties(result.path))
            found = [
                at_result(one, focus, graph, result, quad)
                or best_place(one, focus, graph, what, remedy, self.short, paths)
                for one in about
            ]
            best = max(range(len(about)), key=lambda number: found[number].fit)
            one, (_, place, predicate) = about[best], found[best]
            yield Finding(
                one.name,
                place.line if place else None,
                rule,
                severity,
                focus,
                what,
                remedy,
                place.column if place else None,
                one.positions.excerpt(place) if place else None,
                self.link(rule, focus, f"{what} {remedy}", predicate),
                result=result,
            )

    def _about(self, focus: str) -> list[Document]:
        """The given documents about a node: that describe it, or name what nobody describes."""
        about = [one for one in self.given if focus in one.subjects]
        if about or any(focus in one.subjects for one in self.context):
            return about
        return [one for one in self.given if focus in one.objects]

    def link(self, rule: str, focus: str, text: str, predicate: str) -> str:
        """Where the documentation tells of the first term that a message names.

        Without one, it is the property at fault, or the class of the focus, or the rule itself.
        """
        for name in map(str, _TERM.findall(text)):
            iri = PREFIXES[name.partition(":")[0]] + name.partition(":")[2]
            if iri in self.schema.declared:
                return iri
        if predicate in self.schema.declared:
            return predicate
        classes = sorted(self.schema.declared.intersection(self.types.get(focus, ())))
        if classes:
            return classes[0]
        return rule if ":" in rule else SHAPES + rule

    def short(self, text: str) -> str:
        """``text`` with the IRIs in it as a person writes them."""
        written = {self.names.id_prefix: "", self.names.base: ""}
        for prefix in ("tn", "tnv", "xsd", "rdf", "rdfs", "skos", "owl", "oa", "edtf"):
            written[PREFIXES[prefix]] = f"{prefix}:"
        # The longer first: the ontology lies below the base.
        for start in sorted(written, key=len, reverse=True):
            text = text.replace(start, written[start])
        return text


def _paths_of(quads: Iterable[Quad]) -> dict[str, frozenset[str]]:
    below: dict[object, list[Quad]] = {}
    for quad in quads:
        below.setdefault(quad.subject, []).append(quad)
    return {
        local_name(text_of(shape)): frozenset(_reached(below, quad.object))
        for shape, about in below.items()
        for quad in about
        if quad.predicate.value == _PATH
    }


def _reached(below: Mapping[object, Sequence[Quad]], path: object) -> Iterator[str]:
    waiting = [path]
    while waiting:
        node = waiting.pop()
        if isinstance(node, NamedNode):
            yield node.value
        else:
            waiting += [quad.object for quad in below.get(node, ())]


def graph_of(quad: Quad) -> str | None:
    """The name of the quad's graph, or None for the default graph."""
    return text_of(quad.graph_name) if isinstance(quad.graph_name, NamedNode) else None
