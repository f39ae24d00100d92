"""What the ontology tells the engine: kinds, roles, temporal axioms, chains. Domain facts are data.

A new kind of situation, role of a participant, tense or temporal property is a declaration in
``ontology/`` and reaches the engine through here; no code changes.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import Enum
from functools import lru_cache

from pyoxigraph import NamedNode, Quad

from tenure.errors import BadInput
from tenure.model.claim import Source
from tenure.model.ontology import Ontology
from tenure.model.policy import LastDays, PolicyTerms
from tenure.namespaces import (
    OWL_CHAIN,
    OWL_INVERSE,
    RDF_FIRST,
    RDF_REST,
    RDF_TYPE,
    RDFS_RANGE,
    RDFS_SUBCLASS,
    RDFS_SUBPROPERTY,
    SKOS_DEFINITION,
    SKOS_NOTATION,
    TN,
    TNV,
    local_name,
)


class PointRole(Enum):
    """Which point of a statement an axiom speaks about; the value is the ontology's name."""

    SUBJECT_START = "SubjectStart"
    SUBJECT_END = "SubjectEnd"
    OBJECT_START = "ObjectStart"
    OBJECT_END = "ObjectEnd"
    OBJECT_MOMENT = "ObjectMoment"


@dataclass(frozen=True, slots=True)
class Axiom:
    """``later >= earlier + least`` and, where given, ``later <= earlier + most`` (days).

    With ``over_value`` the distances are counted from the number that the statement gives; with
    ``counts_over``, from the number that the property of that name gives of a distance. One that
    ``gives_way`` is a default, against which a claim may speak.
    """

    iri: str
    label: str
    definition: str
    earlier: PointRole
    later: PointRole
    least: int | None
    most: int | None
    over_value: bool
    counts_over: str | None = None
    gives_way: bool = False


@dataclass(frozen=True, slots=True)
class SituationKind:
    """A class of situations with its roles and the plain property it flattens to."""

    iri: str
    subject_role: str
    object_role: str | None
    flattens_to: str | None


@dataclass(frozen=True, slots=True)
class Chain:
    """``x first y`` and ``y second z`` state ``x implied z`` (``owl:propertyChainAxiom``)."""

    implied: str
    first: str
    second: str


@dataclass(frozen=True, slots=True)
class Disagreement:
    """The kind of a conflict between two values of a property (``tn:disagreesAs``).

    With ``under``, only values count whose claim also states that concept of the subject.
    """

    kind: str
    under: str | None


@lru_cache(maxsize=4)
def schema_of(ontology: frozenset[Quad]) -> Schema:
    """The schema of an ontology, kept for whoever asks for the same one next."""
    return Schema(ontology)


class Schema:
    """The ontology as the engine needs it. All names are IRIs as text."""

    def __init__(self, quads: Iterable[Quad] | Ontology) -> None:
        """Read the ontology. Raises :class:`~tenure.errors.BadInput` where it is broken."""
        self.ontology = quads if isinstance(quads, Ontology) else Ontology(quads)
        self._objects = self.ontology.by_predicate()
        self._superclasses = _closure(self._objects[RDFS_SUBCLASS.value])
        self._superproperties = _closure(self._objects[RDFS_SUBPROPERTY.value])
        self.axioms = {iri: self._axiom(iri) for iri in self._instances(TN("TemporalAxiom"))}
        self.defaults = frozenset(iri for iri, axiom in self.axioms.items() if axiom.gives_way)
        self._direct_axioms = {
            owner: tuple(self.axioms[iri] for iri in sorted(iris))
            for owner, iris in self._attached().items()
        }
        self._member_axioms = {
            owner: tuple(self.axioms[iri] for iri in sorted(iris))
            for owner, iris in self._objects[TN("memberAxiom").value].items()
        }
        self._inheritances: dict[frozenset[str], tuple[Axiom, ...]] = {}
        self._of_property: dict[str, tuple[Axiom, ...]] = {}
        self._horizons: dict[str, int | None] = {}
        self.disagreements = {
            iri: Disagreement(min(kinds), self._one(TN("disagreesUnder"), iri))
            for iri, kinds in self._objects[TN("disagreesAs").value].items()
        }
        self.policies = {
            iri: text
            for iri in self._instances(TN("Policy"))
            if (text := self._one(TN("policyText"), iri)) is not None
        }
        """The texts of the policies that are declared, by IRI."""
        self.named_policies = {local_name(iri): text for iri, text in self.policies.items()}
        self.default_policy = self._default_policy()
        self.kinds = {
            iri: SituationKind(
                iri,
                role,
                self._nearest(TN("objectRole"), iri),
                self._nearest(TN("flattensTo"), iri),
            )
            for iri in sorted({*self._superclasses, *self._objects[TN("subjectRole").value]})
            if (role := self._nearest(TN("subjectRole"), iri)) is not None
        }
        self.seat_kinds = frozenset(
            iri
            for iri, kind in self.kinds.items()
            if kind.object_role
            and self.range_of(kind.object_role) == TN("Office").value
            and self._nearest(TN("takesSeat"), iri) != "false"
        )
        """The kinds that take a seat of an office: no stance on it, and no mere acting in it."""
        self.seating_kinds = frozenset(
            iri for iri in self.kinds if self.is_a(iri, TN("Seating").value)
        )
        """The kinds that say how many seats an office has for a time."""
        self.seating_roles = frozenset(self.kinds[iri].subject_role for iri in self.seating_kinds)
        self.inverse: dict[str, str] = {}
        for one, others in self._objects[OWL_INVERSE.value].items():
            for other in others:
                self.inverse[one] = other
                self.inverse[other] = one
        self.chains = tuple(
            chain
            for implied in sorted(self._objects[OWL_CHAIN.value])
            for chain in self._chains(implied)
        )
        self._refuse_horizons()
        self.rank_order = {
            iri: int(orders[0]) for iri, orders in self._objects[TN("order").value].items()
        }
        self.by_office = {
            iri: (roles[0], self._one(TN("heldWhen"), iri) or "")
            for iri, roles in self._objects[TN("standsFor").value].items()
        }

    # ------------------------------------------------------------------ classes and properties

    def objects(self, predicate: NamedNode, iri: str) -> list[str]:
        """The values of a property of a term, IRIs and texts of literals, in order."""
        return sorted(self._objects[predicate.value].get(iri, ()))

    def subjects(self, predicate: NamedNode, value: str) -> list[str]:
        """The terms that have the value, an IRI or the text of a literal, in order."""
        return sorted(
            iri for iri, found in self._objects[predicate.value].items() if value in found
        )

    def superclasses(self, cls: str) -> frozenset[str]:
        """The class and all classes above it."""
        return self._superclasses.get(cls, frozenset()) | {cls}

    def superproperties(self, prop: str) -> frozenset[str]:
        """The property and all properties above it."""
        return self._superproperties.get(prop, frozenset()) | {prop}

    @property
    def properties(self) -> frozenset[str]:
        """The properties of which the ontology says more than that there are such."""
        return frozenset((*self._superproperties, *self._direct_axioms, *self.inverse))

    def subclasses(self, cls: str | None) -> list[str]:
        """The class and all classes below it; None: all that have one above them."""
        found = [one for one, above in self._superclasses.items() if cls is None or cls in above]
        return sorted({*found, *([cls] if cls else [])})

    def is_a(self, cls: str, ancestor: str) -> bool:
        """Whether the class is the ancestor or lies below it."""
        return ancestor in self.superclasses(cls)

    def is_occurrence(self, cls: str) -> bool:
        """Whether what is of the class is a situation or an event."""
        return self.is_a(cls, TN("Situation").value) or self.is_a(cls, TN("Event").value)

    def is_time(self, prop: str) -> bool:
        """Whether the property only says how something lies in time."""
        return TN("timeRelation").value in self.superproperties(prop)

    def property_axioms(self, prop: str) -> tuple[Axiom, ...]:
        """The axioms that each use of the property brings, inherited ones included."""
        known = self._of_property.get(prop)
        if known is None:
            known = self._of_property[prop] = self._inherited(self.superproperties(prop))
        return known

    def member_axioms(self, prop: str) -> tuple[Axiom, ...]:
        """The axioms that each member of a date brings which means all of its members."""
        return self._member_axioms.get(prop, ())

    def class_axioms(self, classes: Iterable[str]) -> tuple[Axiom, ...]:
        """The axioms that hold of each instance of the classes, inherited ones included."""
        above: set[str] = set()
        for cls in classes:
            above |= self.superclasses(cls)
        return self._inherited(frozenset(above))

    def concept_axioms(self, concept: str) -> tuple[Axiom, ...]:
        """The axioms that a concept of tense brings."""
        return self._direct_axioms.get(concept, ())

    def horizon_of(self, term: str) -> int | None:
        """For how many days what is of a kind, or in a capacity, is presumed to go on; None: never.

        A kind without a number has that of the nearest kind above it.
        """
        if term not in self._horizons:
            text = self._nearest(TN("horizonDays"), term)
            self._horizons[term] = None if text is None else int(text)
        return self._horizons[term]

    def range_of(self, prop: str) -> str | None:
        """The class that the property leads to, as far as it says so itself."""
        return self._one(RDFS_RANGE, prop)

    def label(self, iri: str) -> str:
        """The term's label, or its local name."""
        return self.ontology.label(iri)

    def definition(self, iri: str) -> str:
        """The term's definition; empty where it has none."""
        return self._one(SKOS_DEFINITION, iri) or ""

    def notation(self, concept: str) -> str:
        """The concept's short name, or its local name."""
        return self._one(SKOS_NOTATION, concept) or local_name(concept)

    def policy_terms(self, sources: Mapping[str, Source]) -> PolicyTerms:
        """What a policy can name, given the sources by IRI."""
        in_scheme = self._objects["http://www.w3.org/2004/02/skos/core#inScheme"]

        def concepts(scheme: str) -> frozenset[str]:
            return frozenset(
                local_name(iri)
                for iri, schemes in in_scheme.items()
                if TNV(scheme).value in schemes
            )

        flags = self._objects[TN("acceptedByDefault").value]
        accepted = frozenset(local_name(iri) for iri, flag in flags.items() if "true" in flag)
        modalities, ranks = concepts("Modalities"), concepts("Ranks")
        return PolicyTerms(
            modalities,
            modalities & accepted,
            ranks,
            ranks & accepted,
            LastDays(sources),
            self.named_policies,
            self.default_policy,
        )

    def _default_policy(self) -> str:
        """The text of the policy that is declared to be the default of the base; or none."""
        flags = self._objects[TN("byDefault").value]
        named = [iri for iri in self._instances(TN("Policy")) if "true" in flags.get(iri, ())]
        if len(named) > 1:
            raise BadInput(
                "More than one policy is the default.",
                where=named[1],
                remedy="Leave out tn:byDefault there, or 'policy' in the settings.",
            )
        return (self._one(TN("policyText"), named[0]) or "") if named else ""

    # ------------------------------------------------------------------ reading

    def _attached(self) -> dict[str, set[str]]:
        """The axioms of each class, property, tense and side; one name stood for all four once."""
        found: dict[str, set[str]] = defaultdict(set)
        for name in ("hasAxiom", "instanceAxiom", "useAxiom", "tenseAxiom", "sideAxiom"):
            for owner, iris in self._objects[TN(name).value].items():
                found[owner].update(iris)
        return found

    def _inherited(self, owners: frozenset[str]) -> tuple[Axiom, ...]:
        known = self._inheritances.get(owners)
        if known is None:
            found = {a.iri: a for owner in owners for a in self._direct_axioms.get(owner, ())}
            known = self._inheritances[owners] = tuple(found[iri] for iri in sorted(found))
        return known

    def _instances(self, cls: NamedNode) -> list[str]:
        return sorted(
            iri for iri, classes in self._objects[RDF_TYPE.value].items() if cls.value in classes
        )

    def _one(self, predicate: NamedNode, iri: str) -> str | None:
        found = self._objects[predicate.value].get(iri)
        return min(found) if found else None

    def _refuse_horizons(self) -> None:
        """Raises :class:`~tenure.errors.BadInput` for a horizon on what never is presumed."""
        for term, values in sorted(self._objects[TN("horizonDays").value].items()):
            if self.is_a(term, TN("Event").value):
                raise BadInput(
                    "An event has a horizon, and nothing that happens is presumed to go on.",
                    where=term,
                    remedy="Take tn:horizonDays out, or put it on a kind of situation.",
                )
            if len(values) > 1 or not values[0].isdecimal() or int(values[0]) == 0:
                raise BadInput(
                    f"tn:horizonDays is {', '.join(values)}.",
                    where=term,
                    remedy="Write one whole number of days above 0, such as 1461 for four years.",
                )

    def _nearest(self, predicate: NamedNode, cls: str) -> str | None:
        """What the class declares, else the class above it that has most classes above itself."""
        for one in sorted(self.superclasses(cls), key=lambda c: (-len(self.superclasses(c)), c)):
            found = self._one(predicate, one)
            if found is not None:
                return found
        return None

    def _axiom(self, iri: str) -> Axiom:
        def role(predicate: str) -> PointRole:
            name = self._one(TN(predicate), iri)
            try:
                return PointRole(local_name(name or ""))
            except ValueError:
                raise BadInput(
                    f"The axiom has no usable tn:{predicate}.",
                    where=iri,
                    remedy=f"Name one of {', '.join(r.value for r in PointRole)}.",
                ) from None

        def number(predicate: str) -> int | None:
            text = self._one(TN(predicate), iri)
            try:
                return int(text) if text is not None else None
            except ValueError:
                raise BadInput(
                    f"tn:{predicate} is {text!r}.",
                    where=iri,
                    remedy="Write a whole number of days.",
                ) from None

        over = (number("leastDaysOverValue"), number("mostDaysOverValue"))
        least, most = (number("leastDays"), number("mostDays")) if over == (None, None) else over
        if least is None and most is None:
            least = 0
        return Axiom(
            iri,
            self.label(iri),
            self._one(SKOS_DEFINITION, iri) or "",
            role("earlier"),
            role("later"),
            least,
            most,
            over != (None, None),
            self._one(TN("countsOver"), iri),
            self._one(TN("givesWay"), iri) == "true",
        )

    def _chains(self, implied: str) -> Iterable[Chain]:
        for head in self._objects[OWL_CHAIN.value][implied]:
            members = []
            node: str | None = head
            while node is not None and (first := self._one(RDF_FIRST, node)) is not None:
                members.append(first)
                node = self._one(RDF_REST, node)
            if len(members) != 2:
                raise BadInput(
                    f"A property chain has {len(members)} members.",
                    where=implied,
                    remedy="Chains of exactly two properties are understood.",
                )
            yield Chain(implied, members[0], members[1])


def _closure(direct: dict[str, list[str]]) -> dict[str, frozenset[str]]:
    """For each name everything above it, itself left out unless it is in a cycle."""
    above: dict[str, frozenset[str]] = {}
    for name in list(direct):
        seen: set[str] = set()
        todo = list(direct[name])
        while todo:
            next_name = todo.pop()
            if next_name not in seen:
                seen.add(next_name)
                todo += direct.get(next_name, ())
        above[name] = frozenset(seen)
    return above
