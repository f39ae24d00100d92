"""What shapes cannot see: graphs of triples, nodes without a name, names of nothing, dates.

A rule here reports in the same form as a shape. Every statement of the given documents is looked at
once. How to add a rule: a method of :class:`_Look`, which is called where a statement may break it,
its name in :data:`RULES`, and a file in ``ontology/examples/invalid`` that breaks it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from collections.abc import Set as AbstractSet
from dataclasses import replace
from typing import Final, NamedTuple, TypeAlias

from pyoxigraph import BlankNode, Literal, NamedNode, Quad, Triple

from tenure.errors import BadDate
from tenure.languages import contradiction
from tenure.model.ontology import OWL
from tenure.namespaces import (
    EDTF_DATATYPE,
    RDF_TYPE,
    RDFS_LABEL,
    TN,
    TN_PREFIX,
    TNV_PREFIX,
    local_name,
)
from tenure.suggest import nearest
from tenure.temporal import parse
from tenure.validate.declared_terms import DeclaredTerms
from tenure.validate.documents import Document, is_own_term, text_of
from tenure.validate.facts import Breach, Facts, graph_of
from tenure.validate.finding import Severity, of_rule

LANGUAGE: Final = "LanguageNotInTheseLetters"
DEPRECATED: Final = "DeprecatedTerm"
RULES: Final = frozenset(
    (
        "GraphWithoutClaim",
        "ClaimWithoutGraph",
        "BareStatement",
        "DescriptionInClaim",
        "BlankNodeInFacts",
        "StatementAboutStatement",
        "SameAsInFacts",
        "TermInFacts",
        "UnknownTerm",
        DEPRECATED,
        "DanglingReference",
        "DateUnreadable",
        "DateSentinel",
        "DateSuspicious",
        LANGUAGE,
    )
)
_OWN: Final = (TN_PREFIX, TNV_PREFIX)
_TYPE: Final = RDF_TYPE.value
_SAME_AS: Final = OWL + "sameAs"
_VALUES_OF: Final = TN("valuesOf")
_MOST_REMEMBERED: Final = 500_000
# Each suggestion goes through the whole registry; a file of nothing but unknown names needs few.
_MOST_SUGGESTIONS: Final = 50
_MOST_COMPARED: Final = 1_000_000
# A year of four digits that begins with 9 is nobody's date; Y12020 and such are.
_SENTINEL: Final = re.compile(r"(?<![0-9Y-])(?:9[0-9X]{3}|0001-01-01|0000-01-01)(?![0-9])")
_SUSPICIOUS: Final = re.compile(r"(?<![0-9-])(?:1900-01-01|1970-01-01)(?![0-9])")

Fault: TypeAlias = tuple[str, str, str, Severity]
"""A rule that a literal breaks, what is wrong, what to do, and how bad it is."""


def statement_breaches(facts: Facts) -> Iterator[Breach]:
    """What the statements of the given documents break. O(statements)."""
    for document in facts.given:
        yield from _Look(facts, document).breaches()


def term_breaches(facts: Facts) -> Iterator[Breach]:
    """Terms that the ontology does not have, or has for old data alone, and nothing else."""
    for document in facts.given:
        # Whether a term is used beside its own deprecation is a matter of the ontology's quality.
        look = _Look(facts, document, known=document.subjects)
        for quad in document.quads:
            yield from look.terms(quad)


class _Property(NamedTuple):
    """What there is to look at where a property is used."""

    flattened: bool
    unknown: bool
    """Whether the ontology does not have it, or for old data alone."""
    bare: bool
    """Whether it has its place inside a claim."""
    describes: bool
    """Whether it has its place outside."""
    refers: bool
    refers_to_value: bool


class _Look:
    """One look at every statement of a document."""

    def __init__(
        self, facts: Facts, document: Document, known: AbstractSet[str] = frozenset()
    ) -> None:
        """``known`` are terms of whose deprecation nothing is told."""
        self._facts = facts
        self._schema = facts.schema
        self._document = document
        self._properties: dict[str, _Property] = {}
        self._classes: dict[str, tuple[bool, bool]] = {}
        self._fine: set[str] = set()
        self._bare: set[str] = set()
        self._nameless: set[BlankNode] = set()
        self._unknown: set[str] = set()
        self._deprecated = facts.schema.deprecated - known
        """Those of which nothing has been told yet."""
        self._dangling: set[str] = set()
        self._described: set[str] = set()
        """Those of the latest that something says what they are."""
        self._own: set[str] = set()

    def breaches(self) -> Iterator[Breach]:
        for quad in self._document.quads:
            subject, predicate, value, graph = quad
            name = predicate.value
            known = self._properties.get(name) or self._property(name)
            inside = type(graph) is NamedNode
            if type(value) is NamedNode:
                iri = value.value
                if iri in self._deprecated or (
                    iri.startswith(_OWN) and iri not in self._schema.declared
                ):
                    known = known._replace(unknown=True)
            elif type(value) is Literal and not self._is_plain(value):
                yield from self._literal(quad, value)
            if (
                type(subject) is not NamedNode
                or type(value) is BlankNode
                or type(value) is Triple
                or type(graph) is BlankNode
            ):
                yield from self._without_name(quad)
            elif subject.value.startswith(_OWN):
                self._own.add(subject.value)
            if known.flattened or name == _TYPE or (known.describes if inside else known.bare):
                yield from self._place(quad, known, inside=inside)
            if known.unknown:
                yield from self.terms(quad)
            if name == _SAME_AS:
                yield self._same_as(quad)
            if known.refers and not self._is_described(subject, value, known):
                yield from self._reference(quad, known)
        yield from self._counterparts(self._document.claims, self._document.graphs)
        for iri in sorted(self._own):
            yield self._breach(
                "TermInFacts",
                iri,
                f"A file of facts says something of the term {iri} itself.",
                "Change terms in ontology/, where they are defined.",
            )

    def _is_plain(self, value: Literal) -> bool:
        """Whether a literal is no date and in no language, or was found fine before."""
        return value.language is None and (
            value.datatype != EDTF_DATATYPE or value.value in self._fine
        )

    def _is_described(self, subject: object, value: object, known: _Property) -> bool:
        """Whether all that a statement refers to was found to be described."""
        described = self._described
        return (type(subject) is not NamedNode or subject.value in described) and (
            not known.refers_to_value or type(value) is not NamedNode or value.value in described
        )

    def _property(self, name: str) -> _Property:
        schema = self._schema
        is_type = name == _TYPE
        refers = name.startswith(TN_PREFIX) or name in schema.declared
        found = self._properties[name] = _Property(
            name in schema.flattened,
            name in schema.deprecated or (name.startswith(_OWN) and name not in schema.declared),
            not is_type and must_be_claimed(schema, name, None),
            not is_type and describes(schema, name, None),
            refers,
            refers and schema.is_object_property(name),
        )
        return found

    def _counterparts(self, claims: AbstractSet[str], graphs: AbstractSet[str]) -> Iterator[Breach]:
        """Every claim has its graph, and every graph its claim."""
        for iri in sorted(one for one in claims if one not in graphs):
            if not self._facts.has_graph(iri):
                yield self._breach(
                    "ClaimWithoutGraph",
                    iri,
                    "The claim states nothing: no graph bears its name, or the graph is empty.",
                    f"Put what it states into the graph <{iri}> {{ … }}.",
                )
        for iri in sorted(one for one in graphs if one not in claims):
            if not self._facts.is_claim(iri):
                yield self._breach(
                    "GraphWithoutClaim",
                    iri,
                    f"The graph <{iri}> states something that nobody claims.",
                    "Describe it as a tn:Claim outside any graph, with source, evidence and "
                    "modality.",
                )

    def _place(self, quad: Quad, known: _Property, *, inside: bool) -> Iterator[Breach]:
        """What is stated has its place in a claim's graph, what describes has it outside."""
        predicate = quad.predicate.value
        typed = text_of(quad.object) if predicate == _TYPE else None
        bare, described = known.bare, known.describes
        if typed is not None:
            bare, described = self._class(typed)
        if known.flattened:
            yield self._breach(
                "BareStatement",
                text_of(quad.subject),
                f"<{predicate}> holds on some days only, and here it bears no time.",
                "State the situation in a claim, with its roles; the slice of a day makes this "
                "property from it.",
                graph_of(quad),
            )
        elif not inside and bare:
            # One finding a node: what else it says moves along.
            subject = text_of(quad.subject)
            if subject not in self._bare:
                self._bare.add(subject)
                yield self._breach(
                    "BareStatement",
                    subject,
                    f"{typed or predicate} is stated outside any claim, so that nobody vouches "
                    "for it.",
                    "Move it into the graph of a claim.",
                )
        elif inside and described:
            yield self._breach(
                "DescriptionInClaim",
                text_of(quad.subject),
                f"{typed or predicate} describes, and stands inside the claim <{graph_of(quad)}>.",
                "Move it outside the graph, which holds only what the source says.",
                graph_of(quad),
            )

    def _class(self, iri: str) -> tuple[bool, bool]:
        found = self._classes.get(iri)
        if found is None:
            schema = self._schema
            found = self._classes[iri] = (schema.is_stated(iri), schema.is_described(iri))
        return found

    def _same_as(self, quad: Quad) -> Breach:
        """That two things are one is said with its time and author, or of another register."""
        other = text_of(quad.object)
        is_ours = self._facts.names.slug_of(other) is not None
        return self._breach(
            "SameAsInFacts",
            text_of(quad.subject),
            f"owl:sameAs makes all that is said of <{other}> be said of this one, for ever and "
            "without anybody who says so.",
            "Merge the two: tenure entity merge."
            if is_ours
            else "Of what another register calls so, write skos:exactMatch.",
            graph_of(quad),
        )

    def _without_name(self, quad: Quad) -> Iterator[Breach]:
        for node in (quad.graph_name, quad.subject, quad.object):
            if isinstance(node, BlankNode) and node not in self._nameless:
                self._nameless.add(node)
                yield self._breach(
                    "BlankNodeInFacts",
                    text_of(node),
                    "A node has no name, so that nothing can point at it.",
                    "Give it an IRI.",
                )
        if isinstance(quad.object, Triple):
            yield self._breach(
                "StatementAboutStatement",
                text_of(quad.subject),
                "It is said of another statement, whose place is in a claim of its own.",
                "Make two claims of it.",
                graph_of(quad),
            )

    def terms(self, quad: Quad) -> Iterator[Breach]:
        """What there is against the terms of a statement."""
        for node in (quad.predicate, quad.object):
            if is_own_term(node):
                yield from self._unknown_term(quad, text_of(node))
            # A scheme stays as long as the property whose values it holds.
            if text_of(node) in self._deprecated and quad.predicate != _VALUES_OF:
                yield self._deprecated_term(quad, text_of(node))

    def _unknown_term(self, quad: Quad, iri: str) -> Iterator[Breach]:
        """A term in Tenure's own namespaces that the ontology does not have, told once."""
        known = self._schema.declared
        if iri in known or iri in self._unknown or iri in _OWN:
            return
        self._unknown.add(iri)
        start, _, name = iri.rpartition("#")
        names = {local_name(one) for one in known if one.startswith(f"{start}#")}
        near = nearest(name, names, n=3) if len(self._unknown) <= _MOST_SUGGESTIONS else []
        yield self._breach(
            "UnknownTerm",
            text_of(quad.subject),
            f"The ontology has no term {iri}.",
            _did_you_mean(f"{start}#{one}" for one in near)
            if near
            else "Choose one that the ontology defines, or define it there.",
            graph_of(quad),
        )

    def _deprecated_term(self, quad: Quad, iri: str) -> Breach:
        """A term that is kept for old data alone, with what takes its place, told once a file."""
        self._deprecated -= {iri}
        ontology = self._schema.ontology
        since = ontology.text(iri, OWL + "versionInfo")
        instead = " or ".join(ontology.replacements(iri))
        return Breach(
            DEPRECATED,
            text_of(quad.subject),
            f"{iri} is deprecated{f' since version {since}' if since else ''}.",
            f"Write {instead} instead." if instead else "Leave it out.",
            Severity.WARNING,
            graph_of(quad),
            document=self._document,
            quad=quad,
        )

    def _reference(self, quad: Quad, known: _Property) -> Iterator[Breach]:
        """Whatever is named is described somewhere: in the registry, or by its class in a claim."""
        nodes: list[object] = [quad.subject]
        if known.refers_to_value:
            nodes.append(quad.object)
        for node in nodes:
            if not isinstance(node, NamedNode):
                continue
            iri = node.value
            if iri in self._described:
                continue
            if self._facts.classes_of(iri) or iri in self._dangling or iri.startswith(_OWN):
                if len(self._described) >= _MOST_REMEMBERED:
                    self._described.clear()
                self._described.add(iri)
                continue
            self._dangling.add(iri)
            yield self._breach(
                "DanglingReference",
                text_of(quad.subject),
                f"Nothing says what {iri} is.",
                self._where_to_say(iri),
                graph_of(quad),
            )

    def _where_to_say(self, iri: str) -> str:
        facts = self._facts
        if facts.names.slug_of(iri) is None:
            return "Describe it, with its class, in the file of its source."
        otherwise = "Register it in entities.ttl, or, if it is a situation, repeat its class."
        most = min(_MOST_SUGGESTIONS, _MOST_COMPARED // max(1, len(facts.registered)))
        suggest = len(self._dangling) <= max(3, most)
        near = nearest(iri, facts.registered, n=3) if suggest else ()
        return f"{_did_you_mean(near)} {otherwise}" if near else otherwise

    def _literal(self, quad: Quad, value: Literal) -> Iterator[Breach]:
        fault = fault_of(value)
        if fault is None:
            if value.language is None and len(self._fine) < _MOST_REMEMBERED:
                self._fine.add(value.value)
            return
        rule, what, remedy, severity = fault
        yield Breach(
            rule,
            text_of(quad.subject),
            what,
            remedy,
            severity,
            graph_of(quad),
            replace(of_rule(rule), path=quad.predicate.value, value=value),
            self._document,
            quad,
        )

    def _breach(
        self, rule: str, focus: str, what: str, remedy: str, graph: str | None = None
    ) -> Breach:
        return Breach(rule, focus, what, remedy, graph=graph, document=self._document)


def must_be_claimed(schema: DeclaredTerms, predicate: str, typed: str | None) -> bool:
    """Whether a statement has its place in a claim; ``typed`` is the class that it gives."""
    if typed is not None:
        return schema.is_stated(typed)
    return predicate in schema.declared and not schema.describes(predicate)


def describes(schema: DeclaredTerms, predicate: str, typed: str | None) -> bool:
    """Whether a statement has its place outside any claim; ``typed`` is the class that it gives."""
    if typed is not None:
        return schema.is_described(typed)
    return predicate == RDFS_LABEL.value or schema.describes(predicate)


def fault_of(value: Literal) -> Fault | None:
    """What is wrong with a literal: a date that is none, or words in letters of no such language.

    Authoring refuses the latter (:mod:`tenure.languages`); here it is a warning: whoever sends a
    file may know a language's other scripts.
    """
    if value.language is not None:
        found = contradiction(value.value, value.language)
        return (LANGUAGE, *found, Severity.WARNING) if found else None
    return _fault_of_date(value.value) if value.datatype == EDTF_DATATYPE else None


def _fault_of_date(text: str) -> Fault | None:
    """Whether a date can be read, and stands neither for "unknown" nor for "for ever"."""
    try:
        parse(text)
    except BadDate as error:
        remedy = error.remedy or "Write it as docs/reference/time-values.md says."
        return "DateUnreadable", error.what, remedy, Severity.VIOLATION
    if _SENTINEL.search(text):
        return (
            "DateSentinel",
            f"The date {text!r} stands for a day that is not known, or for no end.",
            "Leave out what is not known; an absent end is never read as a lasting one.",
            Severity.VIOLATION,
        )
    if _SUSPICIOUS.search(text):
        return (
            "DateSuspicious",
            f"The date {text!r} is a common stand-in for a day that is not known.",
            "Look it up in the source, and leave it out where the source does not give it.",
            Severity.WARNING,
        )
    return None


def _did_you_mean(near: Iterable[str]) -> str:
    return f"Did you mean {' or '.join(near)}?"
