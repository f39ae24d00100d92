"""What the ontology declares, as far as writing a claim needs it: classes, properties, concepts.

Nothing about any domain is known here; a new kind of situation or stance is usable as soon as it
is in the ontology.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from pyoxigraph import NamedNode

from tenure.errors import BadClaim, BadInput, Where
from tenure.model import Schema
from tenure.model.ontology import bundled_ontology
from tenure.model.schema import PointRole, schema_of
from tenure.namespaces import (
    OWL_CLASS,
    RDF_TYPE,
    RDFS_RANGE,
    RDFS_SUBPROPERTY,
    SKOS_NOTATION,
    SKOS_PREF_LABEL,
    TN,
    TN_PREFIX,
    local_name,
)
from tenure.resources import NO_TERMS, OwnTerms
from tenure.store import read_file
from tenure.suggest import nearest, remedy_of

_OWL: Final = "http://www.w3.org/2002/07/owl#"
_DOMAIN: Final = NamedNode("http://www.w3.org/2000/01/rdf-schema#domain")
_IN_SCHEME: Final = NamedNode("http://www.w3.org/2004/02/skos/core#inScheme")
_WHERE_TO_LOOK: Final = "`docs/explanation/model.md` lists the kinds and properties."


@dataclass(frozen=True, slots=True)
class Property:
    """A property that a statement can use.

    ``concepts`` maps the lower-case names of the values of a closed vocabulary to their IRIs; it
    is empty where the values are something else.
    """

    node: NamedNode
    is_relation: bool
    domains: frozenset[str]
    range: str | None
    concepts: Mapping[str, NamedNode]

    @property
    def name(self) -> str:
        """The local name."""
        return local_name(self.node.value)


@dataclass(frozen=True, slots=True)
class OntologyClass:
    """A class of the ontology; the roles are None where it declares none.

    ``distinguished_by`` are the properties besides the roles that are part of an instance's IRI
    (``tn:distinguishedBy``).
    """

    node: NamedNode
    subject_role: NamedNode | None
    object_role: NamedNode | None
    distinguished_by: tuple[NamedNode, ...]
    name: str = field(init=False)
    """The local name."""
    path: str = field(init=False)
    """The first part of the slug of an instance: the name in lower case."""

    def __post_init__(self) -> None:
        object.__setattr__(self, "name", local_name(self.node.value))
        object.__setattr__(self, "path", self.name.lower())


class Vocabulary:
    """What the ontology declares, looked up by the names that a person writes."""

    def __init__(self, schema: Schema, own: Collection[str] = ()) -> None:
        """``own`` are the IRIs of terms beside those of Tenure that have its standing."""
        self._schema = schema
        self._own = own
        self.kinds = {
            local_name(iri): OntologyClass(
                NamedNode(iri),
                self._first(TN("subjectRole"), iri),
                self._first(TN("objectRole"), iri),
                tuple(map(NamedNode, schema.objects(TN("distinguishedBy"), iri))),
            )
            for iri in self._known(schema.subjects(RDF_TYPE, OWL_CLASS.value))
        }
        self._above: dict[str, frozenset[str]] = {}
        self._by_path = {kind.path: kind for kind in self.kinds.values()}
        self.properties = self._read_properties()

    @classmethod
    def load(cls, own: OwnTerms = NO_TERMS) -> Vocabulary:
        """The ontology that comes with Tenure, with the terms of a base's own.

        Raises :class:`~tenure.errors.BadInput` where one of these has the name of a term of Tenure,
        and for a file that does not parse.
        """
        quads = list(bundled_ontology())
        told: dict[str, Path] = {}
        for file in own.files:
            read = read_file(file)
            quads += read
            told |= {q.subject.value: file for q in read if isinstance(q.subject, NamedNode)}
        for iri, file in told.items():
            if NamedNode(iri) != (taken := TN(local_name(iri))) and any(
                quad.subject == taken for quad in quads
            ):
                raise BadInput(
                    f"{iri} has the name of a term of Tenure, {taken.value}.",
                    where=Where.in_file(file),
                    remedy="Give it another name, or use that term.",
                )
        return cls(schema_of(frozenset(quads)), told)

    def _known(self, iris: Iterable[str]) -> Iterator[str]:
        return (iri for iri in iris if iri.startswith(TN_PREFIX) or iri in self._own)

    def _first(self, predicate: NamedNode, iri: str) -> NamedNode | None:
        found = self._schema.objects(predicate, iri)
        return NamedNode(found[0]) if found else None

    def _read_properties(self) -> dict[str, Property]:
        schema = self._schema
        relations = set(schema.subjects(RDF_TYPE, f"{_OWL}ObjectProperty"))
        literals = set(schema.subjects(RDF_TYPE, f"{_OWL}DatatypeProperty"))
        found = {}
        for iri in self._known(sorted(relations | literals)):
            ranges = self._inherited(RDFS_RANGE, iri)
            found[local_name(iri)] = Property(
                NamedNode(iri),
                iri in relations,
                frozenset(self._inherited(_DOMAIN, iri)),
                ranges[0] if ranges else None,
                self._concepts_of(iri),
            )
        return found

    def _concepts_of(self, prop: str) -> dict[str, NamedNode]:
        """The concepts of a closed vocabulary by name, notation and label, in lower case."""
        schema = self._schema
        return {
            name.lower(): NamedNode(iri)
            for scheme in schema.subjects(TN("valuesOf"), prop)
            for iri in schema.subjects(_IN_SCHEME, scheme)
            for name in (
                local_name(iri),
                *schema.objects(SKOS_NOTATION, iri),
                *schema.objects(SKOS_PREF_LABEL, iri),
            )
        }

    def _inherited(self, predicate: NamedNode, iri: str) -> list[str]:
        """What a property declares, or else what the nearest property above it does."""
        above = [iri]
        for one in above:
            # A union of classes has no name, and binds nobody here.
            found = [iri for iri in self._schema.objects(predicate, one) if iri[:2] != "_:"]
            if found:
                return found
            more = self._schema.objects(RDFS_SUBPROPERTY, one)
            above += [other for other in more if other not in above]
        return []

    def above(self, kind: str) -> frozenset[str]:
        """The IRIs of a class (a local name) and of all above it."""
        found = self._above.get(kind)
        if found is None:
            known = self.kinds.get(kind)
            iri = known.node.value if known else TN(kind).value
            found = self._above[kind] = self._schema.superclasses(iri)
        return found

    def is_a(self, kind: str, ancestor: str) -> bool:
        """Whether the class ``kind`` (a local name) is ``ancestor`` (an IRI) or lies below it."""
        return ancestor in self.above(kind)

    def shares_slugs(
        self, chosen: OntologyClass, kind: OntologyClass, others: Iterable[OntologyClass]
    ) -> bool:
        """Whether slugs that begin as those of ``kind`` can be given to instances of ``chosen``.

        They go to all that lies below a class above it, where none of ``others``, whose slugs begin
        otherwise, lies there too: a group has the slug of an organization, a person has not.
        """
        own, wanted = self.above(kind.name), self.above(chosen.name)
        if TN("Situation").value in wanted or (chosen != kind and chosen.node.value in own):
            return False
        elsewhere = (self.above(one.name) for one in others)
        taken = {iri for above in elsewhere if kind.node.value not in above for iri in above}
        return not taken.issuperset(own & wanted)

    def counted_on(self, side: NamedNode) -> frozenset[str]:
        """The properties whose numbers the axioms of a side of a distance count over."""
        axioms = self._schema.concept_axioms(side.value)
        return frozenset(local_name(one.counts_over) for one in axioms if one.counts_over)

    def covers(self, prop: Property) -> bool:
        """Whether a date of the property is meant from its first day to its last."""
        whole = {PointRole.OBJECT_START, PointRole.OBJECT_END}
        axioms = self._schema.property_axioms(prop.node.value)
        return any(not whole.isdisjoint((one.earlier, one.later)) for one in axioms)

    def has_individual(self, iri: str, cls: str) -> bool:
        """Whether the ontology itself declares ``iri`` as an instance of the class ``cls``."""
        return cls in self._schema.objects(RDF_TYPE, iri)

    def property(self, text: str, where: Where | None = None) -> Property:
        """The property written as ``endsWith``, ``tn:endsWith`` or ``ends-with``.

        Raises:
            BadClaim: there is none; names the nearest.
        """
        found = self.properties.get(text)
        if found is not None:
            return found
        name = _camel(text.removeprefix("tn:"))
        if name in self.properties:
            return self.properties[name]
        raise BadClaim(
            f"The ontology has no property {text!r}.",
            where=where,
            remedy=remedy_of(nearest(name, self.properties), _WHERE_TO_LOOK),
        )

    def kind(self, text: str, where: Where | None = None) -> OntologyClass:
        """The class written as ``Tenure``, ``tn:Tenure`` or ``tenure``.

        Raises:
            BadClaim: there is none; names the nearest.
        """
        name = text.removeprefix("tn:")
        found = self.kinds.get(name) or self._by_path.get(name.replace("-", "").lower())
        if found is not None:
            return found
        raise BadClaim(
            f"The ontology has no class {text!r}.",
            where=where,
            remedy=remedy_of(nearest(name, self.kinds), _WHERE_TO_LOOK),
        )

    def kind_of_slug(self, first_part: str) -> OntologyClass | None:
        """The class of entities whose slugs begin with ``first_part``.

        It is the class of that name, or the only one whose name begins so (``org``).
        """
        entities = [
            kind
            for kind in self.kinds.values()
            if self.is_a(kind.name, TN("Entity").value)
            and not self.is_a(kind.name, TN("Situation").value)
        ]
        exact = [kind for kind in entities if kind.path == first_part]
        longer = [kind for kind in entities if kind.path.startswith(first_part)]
        candidates = exact or longer
        return candidates[0] if len(candidates) == 1 else None

    def is_kind_of_situation(self, first_part: str) -> bool:
        """Whether slugs of situations of some kind begin with ``first_part``."""
        situation = TN("Situation").value
        return any(
            kind.path == first_part and self.is_a(kind.name, situation)
            for kind in self.kinds.values()
        )

    def concept(self, prop: Property, text: str, where: Where | None = None) -> NamedNode:
        """The concept of a closed vocabulary by its notation, name or label, in any case.

        Raises:
            BadClaim: it is none of the values of ``prop``; names them.
        """
        name = text.removeprefix("tnv:").lower()
        if name in prop.concepts:
            return prop.concepts[name]
        known = sorted({local_name(node.value) for node in prop.concepts.values()})
        raise BadClaim(
            f"tn:{prop.name} cannot be {text!r}.",
            where=where,
            remedy=f"Choose one of: {', '.join(known)}.",
        )


def _camel(text: str) -> str:
    first, *others = text.split("-")
    return first + "".join(part[:1].upper() + part[1:] for part in others)
