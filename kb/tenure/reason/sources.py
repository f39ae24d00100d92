"""Where in the files that were read a term is described, or an axiom is written.

A reasoner knows nothing of files. Its axioms name IRIs and a keyword, and the statement that names
the same with a word of that sense is the axiom's place; an expression without a name of its own
counts with all that stands in it.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cached_property
from pathlib import Path
from typing import Final, NamedTuple

from pyoxigraph import BlankNode, Literal, NamedNode, Quad, Triple

from tenure.errors import Where
from tenure.reason.owl import OWL, RDF, RDFS, RESERVED
from tenure.store import graph_format_of
from tenure.store.formats import TRIG, TURTLE
from tenure.store.source_map import SourceMap, StatementSpan, map_source

_TYPE: Final = RDF + "type"
_CELL: Final = (RDF + "first", RDF + "rest")
_NIL: Final = RDF + "nil"
_MEMBERS: Final = (OWL + "members", OWL + "distinctMembers")
_CLASSES: Final = (OWL + "disjointWith", OWL + "disjointUnionOf", OWL + "members")
_SENSES: Final[Mapping[str, tuple[str, ...]]] = {
    "subClassOf": (RDFS + "subClassOf",),
    "equivalentTo": tuple(
        OWL + word
        for word in (
            "equivalentClass",
            "equivalentProperty",
            "disjointUnionOf",
            "unionOf",
            "intersectionOf",
            "complementOf",
            "oneOf",
        )
    ),
    "disjointWith": _CLASSES,
    "DisjointClasses": _CLASSES,
    "disjointUnionOf": (OWL + "disjointUnionOf",),
    "propertyDisjointWith": (OWL + "propertyDisjointWith", OWL + "members"),
    "type": (_TYPE,),
    "domain": (RDFS + "domain",),
    "range": (RDFS + "range",),
    "subPropertyOf": (RDFS + "subPropertyOf", OWL + "propertyChainAxiom"),
    "inverseOf": (OWL + "inverseOf",),
    "sameAs": (OWL + "sameAs",),
    "differentFrom": (OWL + "differentFrom", *_MEMBERS),
    "DifferentIndividuals": (OWL + "differentFrom", *_MEMBERS),
    "NOT": (OWL + "targetIndividual", OWL + "targetValue"),
}
"""The words that Pellet prints, and the predicates of OWL that have the same sense."""

_CHARACTERISTIC: Final = re.compile(
    r"(Functional|InverseFunctional|Irreflexive|Asymmetric|Reflexive|Symmetric|Transitive)\b"
)
_EXPRESSIONS: Final[Mapping[str, tuple[str, ...]]] = {
    "some": ("someValuesFrom",),
    "only": ("allValuesFrom",),
    "value": ("hasValue",),
    "min": ("minCardinality", "minQualifiedCardinality"),
    "max": ("maxCardinality", "maxQualifiedCardinality"),
    "exactly": ("cardinality", "qualifiedCardinality"),
    "not": ("complementOf", "datatypeComplementOf"),
    "or": ("unionOf",),
    "and": ("intersectionOf",),
}
_WORD: Final = re.compile(r"(?<= )[a-z]+(?= )")


class Sources:
    """The files of a check with what they state, asked for places."""

    def __init__(self, read: Mapping[Path, Sequence[Quad]]) -> None:
        self._files = [_OntologyFile(file, quads) for file, quads in read.items()]

    def of_term(self, iri: str) -> Where | None:
        """Where an IRI is described first; where nothing describes it, where it is named first.

        ``iri`` may also be the label of a nameless node, which is where something is said of it.
        """
        if iri.startswith("_:"):
            lines = ((source, line) for source in self._files for line in source.nameless(iri))
            return next((Where.in_file(source.file, line) for source, line in lines), None)
        for name in ("described", "named"):
            for source in self._files:
                line = getattr(source, name).get(iri)
                if line is not None:
                    return Where.in_file(source.file, line)
        return None

    def of_any(self, names: Iterable[str]) -> Where | None:
        """Where the first of some IRIs or values stands that stands anywhere."""
        return next(filter(None, map(self.of_term, names)), None)

    def of_axiom(self, printed: str, named: Sequence[str]) -> Where | None:
        """Where an axiom is written.

        ``printed`` is the axiom with masks in the place of names, ``named`` are the IRIs and labels
        of nameless nodes in it, in its order.
        """
        best = min(
            (
                (fit, number, place)
                for number, source in enumerate(self._files)
                for fit, place in source.fitting(printed, named)
            ),
            key=lambda one: one[:2],
            default=None,
        )
        if best is None:
            return None
        source = self._files[best[1]]
        return Where.in_file(source.file, source.line(best[2]))


class _Fit(NamedTuple):
    """How far a statement is from an axiom: the values it lacks, and the names it has besides."""

    lacking: int
    besides: int


class _Said(NamedTuple):
    """What a statement says: names, literals as text, and predicates."""

    names: set[str]
    values: set[str]
    words: set[str]


class _OntologyFile:
    """One file."""

    def __init__(self, file: Path, quads: Sequence[Quad]) -> None:
        self.file, self._quads = file, quads

    def fitting(self, printed: str, named: Sequence[str]) -> Iterator[tuple[_Fit, Triple]]:
        """The statements that may be the axiom."""
        wanted = set(named)
        predicates, characteristic = _sense(printed, named)
        for triple in self.triples:
            predicate = triple.predicate.value
            if predicate not in predicates:
                continue
            if characteristic and triple.object != characteristic:
                continue
            said = self._said(triple)
            if wanted <= said.names:
                lacking = sum(value not in printed for value in said.values) + sum(
                    said.words.isdisjoint(OWL + one for one in _EXPRESSIONS[word])
                    for word in _WORD.findall(printed)
                    if word in _EXPRESSIONS
                )
                yield _Fit(lacking, len(said.names - wanted)), triple

    def line(self, triple: Triple) -> int | None:
        """The line of a statement: that of its value, or of the expression most alike."""
        subject = triple.subject.value if isinstance(triple.subject, NamedNode) else None
        value = triple.object
        meant = value.value if isinstance(value, NamedNode | Literal) else None
        predicate = triple.predicate.value
        wanted = frozenset[str]() if meant is not None else frozenset().union(*self._said(triple))
        found = [
            (self._likeness(number, wanted), -number, one)
            for number, one in enumerate(self._stated)
            if (one.subject, one.predicate, one.value) == (subject, predicate, meant)
        ]
        if found:
            return self._line(max(found, key=lambda one: one[:2])[2].value_span[0])
        if subject is None:
            return None
        place = self._positions.statement(subject, predicate, meant)
        return place.line if place else self.described.get(subject)

    def nameless(self, label: str) -> Iterator[int]:
        """The lines of what is said of a nameless node, as far as they can be told."""
        # What a node is, is often said of others too; the rest is told from them.
        said = sorted(self._of.get(label, ()), key=lambda one: one.predicate.value == _TYPE)
        yield from filter(None, map(self.line, said))

    def _likeness(self, number: int, wanted: frozenset[str]) -> int:
        """How much of what is wanted stands in an expression, less what is not wanted."""
        stated = self._stated[number]
        if not wanted:
            return 0
        inside: set[str] = set()
        listed = self._text[stated.value_span[0]] == "("
        for one in self._stated[number + 1 :]:
            is_cell = one.predicate in _CELL
            of_nobody = one.subject is None and not (listed and stated.subject is None)
            if not (is_cell or of_nobody):
                break
            # The cells of a list are no words of the axiom; their members are.
            inside |= set() if is_cell else {one.predicate}
            inside |= {one.value} if one.value is not None and one.value != _NIL else set()
        return 2 * len(inside & wanted) - len(inside - wanted)

    def _said(self, triple: Triple) -> _Said:
        """What a statement names, with the expressions in it.

        A statement of a nameless node in words of OWL, such as one of things that differ, is all
        that is said of the node.
        """
        said = _Said(set(), set(), set())
        parts = [triple]
        if isinstance(triple.subject, BlankNode):
            if self._is_expression(triple.subject):
                parts = [*self._of[str(triple.subject)]]
            else:
                said.names.add(str(triple.subject))
        seen = {str(triple.subject)}
        while parts:
            one = parts.pop()
            for each in (one.subject, one.predicate, one.object):
                if isinstance(each, NamedNode) and not each.value.startswith(RESERVED):
                    said.names.add(each.value)
            said.words.add(one.predicate.value)
            if isinstance(one.object, Literal):
                said.values.add(one.object.value)
            elif isinstance(one.object, BlankNode) and not self._is_expression(one.object):
                said.names.add(str(one.object))
            elif isinstance(one.object, BlankNode) and str(one.object) not in seen:
                seen.add(str(one.object))
                parts += self._of[str(one.object)]
        return said

    def _is_expression(self, node: BlankNode) -> bool:
        """Whether a nameless node is a part of the language, not a thing in the world."""
        about = self._of.get(str(node), ())
        return any(one.predicate.value.startswith((OWL, RDF + "first")) for one in about)

    @cached_property
    def triples(self) -> Mapping[Triple, None]:
        """What the file states, in its order; names of graphs do not matter."""
        return dict.fromkeys(quad.triple for quad in self._quads)

    @cached_property
    def _of(self) -> Mapping[str, list[Triple]]:
        found: dict[str, list[Triple]] = defaultdict(list)
        for triple in self.triples:
            found[str(triple.subject)].append(triple)
        return found

    @cached_property
    def _text(self) -> str:
        return self.file.read_text(encoding="utf-8-sig")

    @cached_property
    def _stated(self) -> Sequence[StatementSpan]:
        """The statements of Turtle and TriG in the order of the text; none of other formats."""
        if graph_format_of(self.file) not in (TURTLE, TRIG):
            return ()
        return sorted(self._positions.stated(), key=lambda one: one.value_span)

    @cached_property
    def _positions(self) -> SourceMap:
        return map_source(self._text, graph_format_of(self.file))

    @cached_property
    def described(self) -> Mapping[str, int]:
        """The line where each IRI begins its first statement."""
        return self._positions.first_lines()

    @cached_property
    def named(self) -> Mapping[str, int]:
        """The line where each IRI or literal stands first, as a predicate or as a value."""
        found: dict[str, int] = {}
        for one in self._stated:
            found.setdefault(one.predicate, self._line(one.predicate_span[0]))
            if one.value is not None:
                found.setdefault(one.value, self._line(one.value_span[0]))
        return found

    def _line(self, offset: int) -> int:
        return self._text.count("\n", 0, offset) + 1


def _sense(printed: str, named: Sequence[str]) -> tuple[frozenset[str], NamedNode | None]:
    """The predicates that an axiom may be written with, and its characteristic of a property."""
    characteristic = _CHARACTERISTIC.match(printed)
    if characteristic:
        return frozenset({_TYPE}), NamedNode(f"{OWL}{characteristic[1]}Property")
    for word in printed.split(maxsplit=2)[:2]:
        sense = _SENSES.get(word.partition("(")[0])
        if sense:
            return frozenset(sense), None
    # What joins two things stands between them; what gives a thing a value is followed by it.
    return frozenset(named[1:2]), None
