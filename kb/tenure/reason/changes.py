"""What changed between two versions of an ontology, and is it major, minor or a patch?

Semantic versioning (semver.org, 2.0.0) read for ontologies: *major* is what makes data that was
right wrong, or takes away what queries relied on; *minor* is what only adds; a *patch* changes
words alone. While the major number is 0, a major change raises the minor number.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Final

from pyoxigraph import BlankNode, Literal, NamedNode, Quad

from tenure.reason.comparing import Facet, Grade, axiom_changes
from tenure.reason.comparing_shapes import UNJUDGED, shape_changes
from tenure.reason.owl import OWL, RDF, RDFS
from tenure.reason.statements import Node, Statements
from tenure.terms import PREFIXES

LEVELS: Final[tuple[Grade, ...]] = ("none", "patch", "minor", "major")

_SH: Final = "http://www.w3.org/ns/shacl#"
_SHAPES: Final = "https://w3id.org/tenure/shapes#"
_SKOS: Final = "http://www.w3.org/2004/02/skos/core#"
_KINDS: Final = {
    OWL + "Class": "class",
    OWL + "ObjectProperty": "object property",
    OWL + "DatatypeProperty": "datatype property",
    OWL + "AnnotationProperty": "annotation property",
    OWL + "NamedIndividual": "individual",
    RDFS + "Class": "class",
    RDFS + "Datatype": "datatype",
    RDF + "Property": "property",
    _SKOS + "Concept": "concept",
    _SKOS + "ConceptScheme": "concept scheme",
    _SH + "NodeShape": "shape",
    _SH + "PropertyShape": "shape",
    _SH + "SPARQLConstraint": "shape",
}
_REPLACED: Final = "http://purl.org/dc/terms/isReplacedBy"


@dataclass(frozen=True, slots=True)
class Change:
    """One change: of which term, what happened, in words, and how grave it is and why."""

    term: str
    what: str
    detail: str
    level: Grade
    reason: str

    def to_dict(self) -> dict[str, Any]:
        """The change as plain data, ready for JSON."""
        return {
            "term": self.term,
            "what": self.what,
            "detail": self.detail,
            "level": self.level,
            "reason": self.reason,
        }


@dataclass(frozen=True, slots=True)
class ChangeReport:
    """All changes, the gravest first; the versions that both sides state, empty where none is."""

    changes: tuple[Change, ...]
    old_version: str
    new_version: str

    @property
    def verdict(self) -> Grade:
        """The level of the gravest change."""
        return max((one.level for one in self.changes), key=LEVELS.index, default="none")

    @property
    def unjudged(self) -> bool:
        """Whether the verdict rests only on changes of which nothing tells how grave they are."""
        gravest = [one for one in self.changes if one.level == self.verdict]
        return bool(gravest) and all(one.what == UNJUDGED for one in gravest)

    @property
    def because(self) -> str:
        """Why, in a sentence: the first of the gravest changes."""
        if not self.changes:
            return "Nothing changed."
        first = self.changes[0]
        others = sum(one.level == first.level for one in self.changes) - 1
        more = f" {others} other{'s are' if others > 1 else ' is'} as grave." if others else ""
        return f"{first.term}: {first.detail} {first.reason}{more}"

    @property
    def next_version(self) -> str:
        """The least version that may carry these changes; empty where the old one is unknown."""
        numbers = _numbers(self.old_version)
        if numbers is None:
            return ""
        major, minor, patch = numbers
        level: Grade = self.verdict
        if level == "major" and major == 0:
            level = "minor"  # semver.org, point 4: anything may change while the major is 0
        raised = {
            "major": (major + 1, 0, 0),
            "minor": (major, minor + 1, 0),
            "patch": (major, minor, patch + 1),
            "none": numbers,
        }[level]
        return ".".join(map(str, raised))

    @property
    def understated(self) -> bool:
        """Whether the new version states a number lower than its changes need."""
        stated, needed = _numbers(self.new_version), _numbers(self.next_version)
        return stated is not None and needed is not None and stated < needed

    def to_dict(self) -> dict[str, Any]:
        """The report as plain data, ready for JSON."""
        return {
            "verdict": self.verdict,
            "unjudged": self.unjudged,
            "because": self.because,
            "old_version": self.old_version,
            "new_version": self.new_version,
            "next_version": self.next_version,
            "understated": self.understated,
            "changes": [one.to_dict() for one in self.changes],
        }


def compare_ontologies(old: Iterable[Quad], new: Iterable[Quad]) -> ChangeReport:
    """What changed from ``old`` to ``new``: terms, axioms, shapes and words."""
    before, after = Version(old), Version(new)
    changes: list[Change] = []
    for iri in sorted(before.terms.keys() | after.terms.keys()):
        changes += _of_term(iri, before, after)
    changes.sort(key=lambda one: (-LEVELS.index(one.level), one.term, one.what, one.detail))
    return ChangeReport(tuple(changes), before.version, after.version)


class Version:
    """One side of the comparison."""

    def __init__(self, quads: Iterable[Quad]) -> None:
        self.statements = Statements(quads)

    @cached_property
    def terms(self) -> Mapping[str, str]:
        """Every term with an IRI, and what it is."""
        found = {}
        for iri, types in self.statements.types.items():
            kinds = [name for kind, name in _KINDS.items() if kind in types]
            if kinds and not iri.startswith("_:"):
                found[iri] = kinds[0]
        return found

    @cached_property
    def version(self) -> str:
        """What ``owl:versionInfo`` of the ontology says; empty where it says nothing."""
        for iri, types in self.statements.types.items():
            if OWL + "Ontology" in types:
                for value in self.statements.objects.get((iri, OWL + "versionInfo"), ()):
                    return value.value if isinstance(value, Literal) else ""
        return ""

    @cached_property
    def facets(self) -> Mapping[str, frozenset[Facet]]:
        """What is said of each term: predicate and value, blank nodes written out."""
        found: dict[str, set[Facet]] = defaultdict(set)
        for triple in self.statements.triples:
            if isinstance(triple.subject, NamedNode):
                found[triple.subject.value].add(
                    (triple.predicate.value, self.written(triple.object))
                )
        return {iri: frozenset(facets) for iri, facets in found.items()}

    def written(self, term: Node, seen: frozenset[str] = frozenset()) -> str:
        """A term as text; a blank node as all that is said of it, so that its label is no matter.

        A list keeps its order.
        """
        if isinstance(term, NamedNode):
            return curie(term.value)
        if not isinstance(term, BlankNode):
            return str(term)
        name = str(term)
        if name in seen:
            return "[…]"
        members = self.statements.members(term) if self._begins_list(name) else None
        if members is not None:
            return f"( {' '.join(self.written(one, seen | {name}) for one in members)} )"
        parts = sorted(
            f"{curie(predicate)} {self.written(value, seen | {name})}"
            for predicate, values in self._of.get(name, {}).items()
            for value in values
        )
        return f"[ {' ; '.join(parts)} ]"

    def above(self, iri: str) -> frozenset[str]:
        """The classes above a class, itself among them."""
        found, todo = {iri}, [iri]
        while todo:
            for value in self.statements.objects.get((todo.pop(), RDFS + "subClassOf"), ()):
                if isinstance(value, NamedNode) and value.value not in found:
                    found.add(value.value)
                    todo.append(value.value)
        return frozenset(found)

    def _begins_list(self, name: str) -> bool:
        return (name, RDF + "first") in self.statements.objects

    @cached_property
    def _of(self) -> Mapping[str, Mapping[str, list[Node]]]:
        found: dict[str, dict[str, list[Node]]] = defaultdict(dict)
        for (name, predicate), values in self.statements.objects.items():
            if name.startswith("_:"):
                found[name][predicate] = values
        return found


def curie(iri: str) -> str:
    """An IRI with one of the house's prefixes, else in angle brackets."""
    for prefix, space in {**PREFIXES, "sh": _SH, "tns": _SHAPES}.items():
        if iri.startswith(space) and len(iri) > len(space):
            return f"{prefix}:{iri[len(space) :]}"
    return f"<{iri}>"


def _of_term(iri: str, before: Version, after: Version) -> Iterable[Change]:
    name = curie(iri)
    was, now = before.terms.get(iri), after.terms.get(iri)
    old, new = before.facets.get(iri, frozenset()), after.facets.get(iri, frozenset())
    if was is None:
        yield from _added(iri, str(now), before, after)
    elif now is None:
        yield from _removed(iri, was, old)
    elif was != now:
        yield Change(
            name,
            "kind changed",
            f"The {was} became a {now}.",
            "major",
            "What used it as it was is wrong now.",
        )
    elif was == "shape":
        yield from (
            Change(name, *told)
            for told in shape_changes(
                old,
                new,
                _new(before, after),
                lambda one, other: _related(one, other, before, after),
            )
        )
    else:
        yield from _deprecation(name, old, new)
        yield from (
            Change(name, *told)
            for told in axiom_changes(
                old, new, lambda one, other: _related(one, other, before, after)
            )
        )


def _new(before: Version, after: Version) -> frozenset[str]:
    return frozenset(curie(iri) for iri in after.terms.keys() - before.terms.keys())


def _added(iri: str, kind: str, before: Version, after: Version) -> Iterable[Change]:
    name = curie(iri)
    if kind != "shape":
        yield Change(name, "added", f"A new {kind}.", "minor", "Nothing that was there changes.")
        return
    targets = {
        after.written(value)
        for word in ("target", "targetClass", "targetNode", "targetSubjectsOf", "targetObjectsOf")
        for value in after.statements.objects.get((iri, _SH + word), ())
    }
    level: Grade = "minor"
    if not targets and OWL + "Class" not in after.statements.types[iri]:
        why = "It counts only where another shape names it."
    elif targets and targets <= _new(before, after):
        why = "No data had what it is about."
    else:
        level, why = "major", "It may refuse data that was right."
    yield Change(name, "shape added", "A new shape.", level, why)


def _removed(iri: str, kind: str, old: frozenset[Facet]) -> Iterable[Change]:
    name = curie(iri)
    if kind == "shape":
        yield Change(
            name, "shape removed", "The shape is gone.", "minor", "It refuses nothing any more."
        )
        return
    instead = sorted(value for predicate, value in old if predicate == _REPLACED)
    told = f" It was to be replaced by {', '.join(instead)}." if instead else ""
    yield Change(
        name,
        "removed",
        f"The {kind} is gone.{told}",
        "major",
        "Data and queries that use it no longer mean anything.",
    )


def _deprecation(name: str, old: frozenset[Facet], new: frozenset[Facet]) -> Iterable[Change]:
    def deprecated(facets: frozenset[Facet]) -> bool:
        return any(one == OWL + "deprecated" and "true" in value for one, value in facets)

    if deprecated(new) and not deprecated(old):
        instead = sorted(value for predicate, value in new if predicate == _REPLACED)
        told = f"; use {', '.join(instead)}" if instead else ", without a replacement"
        yield Change(
            name, "deprecated", f"It is deprecated{told}.", "minor", "It can still be used."
        )
    elif deprecated(old) and not deprecated(new):
        yield Change(
            name, "restored", "It is no longer deprecated.", "minor", "It can be used again."
        )


def _related(one: str, other: str, before: Version, after: Version) -> str:
    """How two classes, written as text, stand: ``wider``, ``narrower`` or nothing."""
    names = {curie(iri): iri for iri in before.terms.keys() | after.terms.keys()}
    first, second = names.get(one), names.get(other)
    if first is None or second is None:
        return ""
    if second in after.above(first):
        return "wider"
    return "narrower" if first in after.above(second) else ""


def _numbers(version: str) -> tuple[int, int, int] | None:
    parts = version.split(".")
    if len(parts) != 3 or not all(part.isascii() and part.isdigit() for part in parts):
        return None
    return int(parts[0]), int(parts[1]), int(parts[2])
