"""What the ontology declares, as far as writing a claim needs it: classes, properties, concepts.

Nothing about any domain is known here; a new kind of situation or stance is usable as soon as it
is in the ontology.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from pyoxigraph import NamedNode, Quad, RdfFormat, parse

from tenure.errors import BadClaim, Where
from tenure.nearest import nearest, remedy_of
from tenure.resources import data_dir
from tenure.terms import (
    OWL_CLASS,
    RDF_TYPE,
    RDFS_SUBCLASS,
    RDFS_SUBPROPERTY,
    SKOS_NOTATION,
    SKOS_PREF_LABEL,
    TN,
    TN_PREFIX,
    local_name,
)

_RDFS = "http://www.w3.org/2000/01/rdf-schema#"
_OWL = "http://www.w3.org/2002/07/owl#"
_WHERE_TO_LOOK = "`docs/explanation/model.md` lists the kinds and properties."
_IN_SCHEME = "http://www.w3.org/2004/02/skos/core#inScheme"


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
class Kind:
    """A class of the ontology; the roles are None where it declares none.

    ``distinguished_by`` are the properties besides the roles that are part of an instance's IRI
    (``tn:distinguishedBy``).
    """

    node: NamedNode
    subject_role: NamedNode | None
    object_role: NamedNode | None
    distinguished_by: tuple[NamedNode, ...]

    @property
    def name(self) -> str:
        """The local name."""
        return local_name(self.node.value)

    @property
    def path(self) -> str:
        """The first part of the slug of an instance: the name in lower case."""
        return self.name.lower()


class Vocabulary:
    """The declarations of an ontology, looked up by the names that a person writes."""

    def __init__(self, quads: Iterable[Quad]) -> None:
        table: dict[str, dict[str, list[NamedNode]]] = defaultdict(lambda: defaultdict(list))
        literals: dict[str, set[str]] = defaultdict(set)
        for quad in quads:
            if not isinstance(quad.subject, NamedNode):
                continue
            if isinstance(quad.object, NamedNode):
                table[quad.subject.value][quad.predicate.value].append(quad.object)
            elif quad.predicate in (SKOS_NOTATION, SKOS_PREF_LABEL):
                literals[quad.subject.value].add(str(getattr(quad.object, "value", "")).lower())
        self._table = table
        self.kinds = self._read_kinds()
        self.properties = self._read_properties(literals)

    @classmethod
    def load(cls, directory: Path | None = None) -> Vocabulary:
        """The ontology in ``directory`` (default: the one that travels with the code)."""
        files = sorted((directory or data_dir("ontology")).glob("*.ttl"))
        return cls(quad for file in files for quad in parse(path=file, format=RdfFormat.TURTLE))

    def _of(self, iri: str, predicate: str) -> list[NamedNode]:
        return sorted(self._table[iri][predicate], key=str) if iri in self._table else []

    def _first(self, iri: str, predicate: str) -> NamedNode | None:
        return next(iter(self._of(iri, predicate)), None)

    def _read_kinds(self) -> dict[str, Kind]:
        kinds = {}
        for iri in sorted(self._table):
            if iri.startswith(TN_PREFIX) and OWL_CLASS in self._of(iri, RDF_TYPE.value):
                kinds[local_name(iri)] = Kind(
                    NamedNode(iri),
                    self._first(iri, TN("subjectRole").value),
                    self._first(iri, TN("objectRole").value),
                    tuple(self._of(iri, TN("distinguishedBy").value)),
                )
        return kinds

    def _read_properties(self, literals: Mapping[str, set[str]]) -> dict[str, Property]:
        concepts: dict[str, dict[str, NamedNode]] = defaultdict(dict)
        for iri, row in list(self._table.items()):
            for scheme in row.get(_IN_SCHEME, ()):
                for of in self._of(scheme.value, TN("valuesOf").value):
                    for name in {local_name(iri).lower(), *literals[iri]}:
                        concepts[of.value][name] = NamedNode(iri)
        properties = {}
        for iri in sorted(self._table):
            types = {local_name(node.value) for node in self._of(iri, RDF_TYPE.value)}
            if iri.startswith(TN_PREFIX) and types & {"ObjectProperty", "DatatypeProperty"}:
                ranges = self._inherited(iri, f"{_RDFS}range")
                properties[local_name(iri)] = Property(
                    NamedNode(iri),
                    "ObjectProperty" in types,
                    frozenset(node.value for node in self._inherited(iri, f"{_RDFS}domain")),
                    ranges[0].value if ranges else None,
                    concepts.get(iri, {}),
                )
        return properties

    def _inherited(self, iri: str, predicate: str) -> list[NamedNode]:
        """What a property declares, or else what the property above it does."""
        seen: set[str] = set()
        waiting = [iri]
        while waiting:
            current = waiting.pop()
            if current in seen:
                continue
            seen.add(current)
            found = self._of(current, predicate)
            if found:
                return found
            waiting += [node.value for node in self._of(current, RDFS_SUBPROPERTY.value)]
        return []

    def above(self, kind: str) -> list[str]:
        """The IRIs of a class (a local name) and of all above it, the nearest first."""
        found = [TN(kind).value]
        for iri in found:
            found += [n.value for n in self._of(iri, RDFS_SUBCLASS.value) if n.value not in found]
        return found

    def is_a(self, kind: str, ancestor: str) -> bool:
        """Whether the class ``kind`` (a local name) is ``ancestor`` (an IRI) or lies below it."""
        return ancestor in self.above(kind)

    def shares_slugs(self, chosen: Kind, kind: Kind, others: Iterable[Kind]) -> bool:
        """Whether slugs that begin as those of ``kind`` can be given to instances of ``chosen``.

        They go to all that lies below a class above it, where none of ``others``, whose slugs begin
        otherwise, lies there too: a group has the slug of an organization, a person has not.
        """
        own, wanted = self.above(kind.name), self.above(chosen.name)
        if TN("Situation").value in wanted or chosen.node.value in own[1:]:
            return False
        elsewhere = (self.above(one.name) for one in others)
        taken = {iri for above in elsewhere if own[0] not in above for iri in above}
        return not taken.issuperset({*own} & {*wanted})

    def counted_on(self, side: NamedNode) -> frozenset[str]:
        """The properties whose numbers the axioms of a side of a distance count over."""
        return frozenset(
            local_name(prop.value)
            for axiom in self._of(side.value, TN("hasAxiom").value)
            for prop in self._of(axiom.value, TN("countsOver").value)
        )

    def has_individual(self, iri: str, cls: str) -> bool:
        """Whether the ontology itself declares ``iri`` as an instance of the class ``cls``."""
        return NamedNode(cls) in self._of(iri, RDF_TYPE.value)

    def property(self, text: str, where: Where | None = None) -> Property:
        """The property written as ``endsWith``, ``tn:endsWith`` or ``ends-with``.

        Raises:
            BadClaim: there is none; names the nearest.
        """
        name = _camel(text.removeprefix("tn:"))
        if name in self.properties:
            return self.properties[name]
        raise BadClaim(
            f"The ontology has no property {text!r}.",
            where=where,
            remedy=remedy_of(nearest(name, self.properties), _WHERE_TO_LOOK),
        )

    def kind(self, text: str, where: Where | None = None) -> Kind:
        """The class written as ``Tenure``, ``tn:Tenure`` or ``tenure``.

        Raises:
            BadClaim: there is none; names the nearest.
        """
        name = text.removeprefix("tn:")
        by_path = {kind.path: kind for kind in self.kinds.values()}
        found = self.kinds.get(name) or by_path.get(name.replace("-", "").lower())
        if found is not None:
            return found
        raise BadClaim(
            f"The ontology has no class {text!r}.",
            where=where,
            remedy=remedy_of(nearest(name, self.kinds), _WHERE_TO_LOOK),
        )

    def kind_of_slug(self, first_part: str) -> Kind | None:
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
