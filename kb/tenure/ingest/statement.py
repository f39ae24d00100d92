"""What a claim states, as triples: checked against the ontology, with our IRIs.

A situation's slug is ``<kind>/<subject>--<object>``, followed by the values of whatever else the
ontology says distinguishes it (``tn:distinguishedBy``); ``docs/explanation/model.md`` gives the
reasons.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass, field, replace

from pyoxigraph import Literal, NamedNode, Quad, Triple

from tenure.errors import BadClaim, BadInput, NotFound, TenureError, Where
from tenure.ingest.draft import DraftFaults, NewEntity, StatedOccurrence, Value
from tenure.ingest.vocabulary import OntologyClass, Property, Vocabulary
from tenure.languages import ENGLISH, said
from tenure.model import instant
from tenure.namespaces import (
    EDTF_DATATYPE,
    RDF_TYPE,
    RDFS_LABEL,
    SKOS_ALT_LABEL,
    TN,
    TN_PREFIX,
    XSD_BOOLEAN,
    XSD_DATETIME,
    XSD_INTEGER,
    XSD_STRING,
    Names,
    local_name,
    prefixes,
)
from tenure.suggest import nearest, remedy_of
from tenure.temporal import parse

_WORDS_IN_A_SLUG = 5
_INTEGER = re.compile(r"-?[0-9]+")
_WORDS = "http://www.w3.org/1999/02/22-rdf-syntax-ns#PlainLiteral"
_SLUG = re.compile(r"[a-z0-9]+(?:-{1,2}[a-z0-9]+)*")
_HUMP = re.compile(r"(?<=[a-z0-9])(?=[A-Z])")

# Days between two things: ``{after: event/a, days: 2}``. The sides are the concepts of
# tn:distanceRelation, so that a new one needs nothing here.
_AT_DISTANCE = "atDistance"

_COUNTED = {
    "days": ("distanceAtLeastDays", "distanceAtMostDays"),
    "atLeastDays": ("distanceAtLeastDays",),
    "atMostDays": ("distanceAtMostDays",),
}
_POINTS = {"from": ("measuredFrom", "Object"), "to": ("measuredTo", "Subject")}
_DISTANCE_FORM = (
    "Write it as {after: event/…, days: 2}; `docs/reference/time-values.md` shows all parts."
)


@dataclass(frozen=True, slots=True)
class StatementWriter:
    """Turns states into triples.

    ``kinds`` holds the kind of every entity by slug, ``occurrences`` the slugs of situations that
    claims state something of already, ``sources`` the slugs of the sources.
    """

    vocabulary: Vocabulary
    names: Names
    kinds: dict[str, str]
    occurrences: set[str]
    sources: Collection[str]
    usual: tuple[str, ...] = (ENGLISH,)
    """The languages of words that say none, likeliest first."""
    _fitting: dict[tuple[str, str], Property] = field(
        default_factory=dict, init=False, repr=False, compare=False
    )
    """The properties that were found to be said of a kind, by their names."""

    def triples(
        self, states: Iterable[StatedOccurrence], faults: DraftFaults
    ) -> tuple[Triple, ...]:
        """The triples of all ``states``; one may refer to a situation that another one states.

        What is wrong goes to ``faults``: a class, property or value that the ontology does not
        have there, a date that is no EDTF value, an entity that is not in the registry.
        """
        waiting: list[tuple[str, StatedOccurrence]] = []
        for state in states:
            before = len(faults)
            with faults.noted(state.where):
                parts = _with_distances(state, self.vocabulary, self.slug_of)
                waiting += [(self.slug_of(one), one) for one in parts]
            if len(faults) > before:
                self._look_through(state, faults)
        own = {slug for slug, _ in waiting}
        found: dict[Triple, None] = {}
        for slug, state in waiting:
            with faults.noted(state.where):
                found.update(dict.fromkeys(self._triples(slug, state, own, faults)))
        return tuple(found)

    def _triples(
        self, slug: str, state: StatedOccurrence, own: Collection[str], faults: DraftFaults
    ) -> list[Triple]:
        subject = self.names.entity(slug)
        kind = self._kind(state)
        triples = [] if slug in self.kinds else [Triple(subject, RDF_TYPE, kind.node)]
        if not state.properties:
            raise BadClaim(
                f"Nothing is stated of {state.about!r}.",
                where=state.where,
                remedy="Give it properties.",
            )
        for name, value in state.properties:
            with faults.noted(value.where):
                prop = self._property(name, kind, value.where)
                triples.append(Triple(subject, prop.node, self.value(prop, value, own)))
        return triples

    def _look_through(self, state: StatedOccurrence, faults: DraftFaults) -> None:
        """Notes what else is wrong with a state that cannot be written."""
        for name, value in state.properties:
            if not value.parts:
                with faults.noted(value.where):
                    self.value(self.vocabulary.property(name, value.where), value)

    def _kind(self, state: StatedOccurrence) -> OntologyClass:
        if state.about in self.kinds:
            return self.vocabulary.kind(self.kinds[state.about], state.where)
        first, slash, _ = state.about.partition("/")
        if not slash:
            kind = self.vocabulary.kind(first, state.where)
            if self.vocabulary.is_a(kind.name, TN("Entity").value):
                raise BadClaim(
                    f"{state.about!r} does not say which {kind.name} is meant.",
                    where=state.where,
                    remedy=f"Write its slug, such as {kind.path}/…",
                )
            return kind
        kind_or_none = None
        is_kind = first in prefixes(self.names) or self.vocabulary.is_kind_of_situation(first)
        if is_kind and self.vocabulary.kind_of_slug(first) is None:
            kind_or_none = self.vocabulary.kind(first, state.where)
        if kind_or_none is None:
            raise self._unknown(state.about, state.where)
        return kind_or_none

    def slug_of(self, state: StatedOccurrence) -> str:
        """The slug of what something is stated of: as written, or made by the rule.

        Raises:
            BadClaim, BadInput, NotFound: what is stated does not say which one is meant.
        """
        if state.about in self.kinds:
            return state.about
        kind = self._kind(state)
        made = self._made_slug(kind, state)
        first, slash, rest = state.about.partition("/")
        if not slash:
            if made is None:
                raise BadClaim(
                    f"The slug of a {kind.name} cannot be made from what is stated.",
                    where=state.where,
                    remedy=f"Write it out: {kind.path}/… instead of {first}.",
                )
            return made
        checked_slug(rest, state.where)
        if made is not None and state.about != made and not state.about.startswith(f"{made}--"):
            raise BadClaim(
                f"The slug {state.about!r} does not fit what is stated of it.",
                where=state.where,
                remedy=f"Write {made!r}, or {made + '--2'!r} for a second, separate stretch.",
            )
        return state.about

    def _made_slug(self, kind: OntologyClass, state: StatedOccurrence) -> str | None:
        """The slug by the rule, or None where the ontology gives no rule for this kind."""
        stated: dict[NamedNode, tuple[Property, Value]] = {}
        for name, value in state.properties:
            prop = self._property(name, kind, value.where)
            stated[prop.node] = prop, value
        named = kind.distinguished_by and all(node in stated for node in kind.distinguished_by)
        if kind.subject_role is None and not named:
            return None
        if kind.subject_role is not None and kind.subject_role not in stated:
            raise self._lacks(kind, kind.subject_role, state)
        declared = (kind.subject_role, kind.object_role)
        roles = [role for role in declared if role is not None and role in stated]
        further = [node for node in kind.distinguished_by if node in stated]
        written = state.about.partition("/")[1]
        if kind.object_role is not None and kind.object_role not in stated and not further:
            if written:
                return None
            raise self._lacks(kind, kind.object_role, state)
        parts = []
        others = [stated[node] for node in further]
        others.sort(key=lambda o: (bool(o[0].concepts), not o[0].is_relation, o[0].node.value))
        for prop, value in (*(stated[node] for node in roles), *others):
            # Words may be shortened in a slug by whoever writes it out, so they do not bind it.
            if written and not (prop.is_relation or prop.concepts):
                break
            parts.append(self._part(prop, value))
        return f"{kind.path}/{'--'.join(parts)}"

    def _part(self, prop: Property, value: Value) -> str:
        if prop.concepts:
            concept = self.vocabulary.concept(prop, value.text, value.where)
            return _HUMP.sub("-", local_name(concept.value)).lower()
        if prop.is_relation:
            return local_name(self.value(prop, value).value)
        return slugged(value.text, _WORDS_IN_A_SLUG)

    def _lacks(self, kind: OntologyClass, role: NamedNode, state: StatedOccurrence) -> BadClaim:
        name, option = local_name(role.value), "subject" if role == kind.subject_role else "object"
        return BadClaim(
            f"A {kind.name} needs its {name!r}.",
            where=state.where,
            remedy=f"Add {name}: and a slug (as an option: --{option}).",
        )

    def _property(self, name: str, kind: OntologyClass, where: Where | None) -> Property:
        known = self._fitting.get((name, kind.name))
        if known is not None:
            return known
        prop = self.vocabulary.property(name, where)
        if prop.domains and not any(self.vocabulary.is_a(kind.name, d) for d in prop.domains):
            domains = ", ".join(sorted(local_name(one) for one in prop.domains))
            raise BadClaim(
                f"tn:{prop.name} is said of: {domains}; this is about a {kind.name}.",
                where=where,
                remedy=remedy_of(
                    self._usable(kind, prop.name), "`docs/explanation/model.md` lists what fits."
                ),
            )
        self._fitting[name, kind.name] = prop
        return prop

    def _usable(self, kind: OntologyClass, name: str) -> list[str]:
        fitting = [
            prop.name
            for prop in self.vocabulary.properties.values()
            if prop.domains and any(self.vocabulary.is_a(kind.name, d) for d in prop.domains)
        ]
        return nearest(name, fitting)

    def kind_of_new(self, entity: NewEntity) -> OntologyClass:
        """The kind that a new entity is to have: the one it names, or the one its slug begins as.

        Raises:
            BadInput: no slug, taken already, or of a kind that does not go with its slug.
            BadClaim: a kind that the ontology does not have.
        """
        vocabulary, known = self.vocabulary, prefixes(self.names)
        first, slash, rest = entity.slug.partition("/")
        kind = vocabulary.kind_of_slug(first) if first in known else None
        if not slash or kind is None:
            usable = sorted(p for p in known if vocabulary.kind_of_slug(p))
            raise BadInput(
                f"{entity.slug!r} is no slug of an entity.",
                where=entity.where,
                remedy=f"It begins with one of: {', '.join(f'{p}/' for p in usable)}.",
            )
        checked_slug(rest, entity.where)
        if entity.slug in self.kinds:
            raise BadInput(
                f"{entity.slug!r} is in the registry already, as {self.kinds[entity.slug]}.",
                where=entity.where,
                remedy="Leave it out of the new entities, or choose another slug.",
            )
        if not entity.kind:
            return kind
        chosen = vocabulary.kind(entity.kind, entity.where)
        others = [other for p in known if (other := vocabulary.kind_of_slug(p)) is not None]
        if not vocabulary.shares_slugs(chosen, kind, others):
            raise BadInput(
                f"{entity.slug!r} begins as a {kind.name}, and {chosen.name} is none.",
                where=entity.where,
                remedy="Choose another kind, or another beginning of the slug.",
            )
        return chosen

    def registration(
        self, entity: NewEntity, kind: OntologyClass, faults: DraftFaults
    ) -> list[Quad]:
        """The quads that put a new entity of that kind into the registry.

        What is wrong goes to ``faults``, as of :meth:`triples`.
        """
        node = self.names.entity(entity.slug)
        quads = [Quad(node, RDF_TYPE, kind.node)]
        for words in (entity.label, *entity.labels):
            with faults.noted(entity.where):
                quads.append(Quad(node, RDFS_LABEL, said(words, self.usual, entity.where)))
        for name, value in entity.properties:
            with faults.noted(value.where or entity.where):
                if name == local_name(SKOS_ALT_LABEL.value):
                    also = said(value.text, self.usual, value.where)
                    quads.append(Quad(node, SKOS_ALT_LABEL, also))
                else:
                    prop = self._property(name, kind, value.where)
                    quads.append(Quad(node, prop.node, self.value(prop, value)))
        return quads

    def value(self, prop: Property, value: Value, own: Collection[str] = ()) -> NamedNode | Literal:
        """The term for ``value`` as a value of ``prop``; ``own`` are the claim's own situations.

        Raises:
            BadClaim, BadDate, NotFound: as :meth:`triples`.
        """
        if prop.concepts:
            return self.vocabulary.concept(prop, value.text, value.where)
        if prop.is_relation:
            return self._related(prop, value, own)
        return self._literal(prop, value)

    def _related(self, prop: Property, value: Value, own: Collection[str]) -> NamedNode:
        slug = self.names.short(value.text)
        if slug.startswith("source/") and slug.removeprefix("source/") in self.sources:
            kind, node = "Source", self.names.source(slug.removeprefix("source/"))
        elif slug in self.kinds:
            kind, node = self.kinds[slug], self.names.entity(slug)
        elif slug in own or slug in self.occurrences:
            kind, node = self.vocabulary.kind(slug.partition("/")[0]).name, self.names.entity(slug)
        else:
            name = slug.removeprefix("tn:")
            if (
                prop.range is not None
                and name.isidentifier()
                and self.vocabulary.has_individual(TN(name).value, prop.range)
            ):
                return TN(name)
            raise self._unknown(value.text, value.where)
        if (
            prop.range is not None
            and prop.range.startswith(TN_PREFIX)
            and not self.vocabulary.is_a(kind, prop.range)
        ):
            raise BadClaim(
                f"tn:{prop.name} takes: {local_name(prop.range)}; {slug!r} is of the kind {kind}.",
                where=value.where,
                remedy="Check which property or which entity is meant.",
            )
        return node

    def _unknown(self, text: str, where: Where | None) -> NotFound:
        known = [*self.kinds, *self.occurrences, *(f"source/{slug}" for slug in self.sources)]
        return NotFound(
            f"There is no entity {text!r}.",
            where=where,
            remedy=remedy_of(nearest(text, known), "Register it with the claim, as a new entity."),
        )

    def _literal(self, prop: Property, value: Value) -> Literal:
        text = value.text
        if prop.range is None or prop.range == _WORDS:
            return said(text, self.usual, value.where)
        datatype = NamedNode(prop.range)
        if datatype == EDTF_DATATYPE:
            _refuse_list(prop, value)
        try:
            if datatype == EDTF_DATATYPE:
                return Literal(str(parse(text)), datatype=datatype)
            if datatype == XSD_DATETIME:
                return Literal(instant(text), datatype=datatype)
        except TenureError as error:
            error.where = value.where or Where(f"tn:{prop.name}")
            raise
        if datatype == XSD_INTEGER and not _INTEGER.fullmatch(text):
            raise BadClaim(
                f"tn:{prop.name} is a whole number, not {text!r}.",
                where=value.where,
                remedy="Write digits only; say how exact it is in another property.",
            )
        if datatype == XSD_BOOLEAN and text not in ("true", "false"):
            raise BadClaim(
                f"tn:{prop.name} is true or false, not {text!r}.",
                where=value.where,
                remedy="Write true or false.",
            )
        return Literal(text) if datatype == XSD_STRING else Literal(text, datatype=datatype)


def _refuse_list(prop: Property, value: Value) -> None:
    """Refuse a list of dates: YAML has brackets too, and would make several dates of a set."""
    if value.as_set and (value.as_set != f"[{value.text}]" or not value.text[:1].isdigit()):
        closing = value.as_set[-1]
        raise BadClaim(
            f"tn:{prop.name} is one date, and here is a list or table of YAML.",
            where=value.where,
            remedy=f'Put a set into quotes: {prop.name}: "{value.as_set}", which is '
            f"{'one of' if closing == ']' else 'all of'} its dates; "
            "for several dates, write as many statements.",
        )


def _with_distances(
    state: StatedOccurrence, vocabulary: Vocabulary, slug_of: Callable[[StatedOccurrence], str]
) -> list[StatedOccurrence]:
    """The state with its distances as states of their own; ``slug_of`` names an occurrence.

    Raises:
        BadClaim: a distance without a side, with two, or with a part that it does not have.
    """
    nested = [(name, value) for name, value in state.properties if value.parts]
    if not nested:
        return [state]
    plain = replace(state, properties=tuple(p for p in state.properties if not p[1].parts))
    slug = slug_of(plain)
    found, named = [], []
    for name, value in nested:
        if vocabulary.property(name, value.where).name != _AT_DISTANCE:
            raise BadClaim(
                f"{name!r} takes one value, not names and values.",
                where=value.where,
                remedy="Only atDistance is written so.",
            )
        distance = _distance(slug, value, vocabulary)
        found.append(distance)
        named.append((_AT_DISTANCE, Value(distance.about, value.where)))
    return [*found, replace(plain, about=slug, properties=(*plain.properties, *named))]


def _distance(slug: str, value: Value, vocabulary: Vocabulary) -> StatedOccurrence:
    sides = vocabulary.property("distanceRelation").concepts
    given = [(name, one) for name, one in value.parts if name.lower() in sides]
    if len(given) != 1:
        raise BadClaim(
            "A distance lies on exactly one side of one other.",
            where=value.where,
            remedy=_DISTANCE_FORM,
        )
    side, other = given[0]
    concept = sides[side.lower()]
    properties = [
        ("distanceRelation", Value(local_name(concept.value), other.where)),
        ("distanceFrom", other),
    ]
    for name, one in value.parts:
        if name in _COUNTED:
            # "within: …, days: 10" can only mean ten at most.
            counted = vocabulary.counted_on(concept)
            meant = [prop for prop in _COUNTED[name] if prop in counted or name != "days"]
            properties += [(prop, one) for prop in meant]
        elif name in _POINTS:
            prop, whose = _POINTS[name]
            properties.append((prop, Value(_point(one, whose), one.where)))
        elif name != side:
            choices = [*_COUNTED, *_POINTS, *sides]
            remedy = remedy_of(nearest(name, choices), _DISTANCE_FORM)
            raise BadClaim(f"A distance has no part {name!r}.", where=one.where, remedy=remedy)
    ends = (slug.partition("/")[2], side.lower(), other.text.rpartition("/")[2])
    return StatedOccurrence(f"distance/{'--'.join(ends)}", tuple(properties), value.where)


def _point(value: Value, whose: str) -> str:
    if value.text not in ("start", "end"):
        raise BadClaim(
            f"Days are not counted by {value.text!r}.",
            where=value.where,
            remedy="Write start or end.",
        )
    return whose + value.text.capitalize()


def checked_slug(text: str, where: Where | str | None = None) -> str:
    """``text`` if it is a slug.

    Raises:
        BadInput: it is none; proposes one.
    """
    if _SLUG.fullmatch(text):
        return text
    proposal = slugged(text)
    raise BadInput(
        f"{text[:80]!r} is no slug.",
        where=where,
        remedy="A slug has small letters, digits and single dashes"
        + (f", for instance {proposal!r}." if proposal else "."),
    )


def slugged(text: str, words: int = 8) -> str:
    """A slug out of the first ``words`` words of a text; empty where it has no Latin letters.

    >>> slugged("The Example Post, Ltd.")
    'the-example-post-ltd'
    """
    return "-".join(re.findall(r"[a-z0-9]+", text.lower())[:words])
