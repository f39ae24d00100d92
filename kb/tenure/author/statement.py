"""What a claim states, as triples: checked against the ontology, with the IRIs of the house.

A situation's slug is ``<kind>/<subject>--<object>``, followed by the values of whatever else the
ontology says distinguishes it (``tn:distinguishedBy``); ``docs/model.md`` gives the reasons.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass

from pyoxigraph import Literal, NamedNode, Quad, Triple

from tenure.author.distances import with_distances
from tenure.author.draft import NewEntity, State, Value
from tenure.author.faults import Faults
from tenure.author.registry import checked_slug, slugged
from tenure.author.vocabulary import Kind, Property, Vocabulary
from tenure.claims import instant
from tenure.errors import BadClaim, NotFound, TenureError, Where
from tenure.languages import ENGLISH, said
from tenure.nearest import nearest, remedy_of
from tenure.temporal import parse
from tenure.terms import (
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

_WORDS_IN_A_SLUG = 5
_INTEGER = re.compile(r"-?[0-9]+")
_HUMP = re.compile(r"(?<=[a-z0-9])(?=[A-Z])")


@dataclass(frozen=True, slots=True)
class StatementWriter:
    """Turns states into triples.

    ``kinds`` holds the kind of every entity by slug, ``occurrences`` the slugs of situations that
    claims state something of already, ``sources`` the slugs of the sources.
    """

    vocabulary: Vocabulary
    names: Names
    kinds: Mapping[str, str]
    occurrences: set[str]
    sources: Collection[str]
    usual: tuple[str, ...] = (ENGLISH,)
    """The languages of words that say none, likeliest first."""

    def triples(self, states: Iterable[State], faults: Faults) -> tuple[Triple, ...]:
        """The triples of all ``states``; one may refer to a situation that another one states.

        What is wrong goes to ``faults``: a class, property or value that the ontology does not
        have there, a date that is no EDTF value, an entity that is not in the registry.
        """
        waiting: list[tuple[str, State]] = []
        for state in states:
            before = len(faults)
            with faults.noted(state.where):
                told = with_distances(state, self.vocabulary, self._slug)
                waiting += [(self._slug(one), one) for one in told]
            if len(faults) > before:
                self._look_through(state, faults)
        own = {slug for slug, _ in waiting}
        found: dict[Triple, None] = {}
        for slug, state in waiting:
            with faults.noted(state.where):
                found.update(dict.fromkeys(self._triples(slug, state, own, faults)))
        return tuple(found)

    def _triples(
        self, slug: str, state: State, own: Collection[str], faults: Faults
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

    def _look_through(self, state: State, faults: Faults) -> None:
        """Notes what else is wrong with a state that cannot be written."""
        for name, value in state.properties:
            if not value.parts:
                with faults.noted(value.where):
                    self.value(self.vocabulary.property(name, value.where), value)

    def _kind(self, state: State) -> Kind:
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
        if first in prefixes(self.names) and self.vocabulary.kind_of_slug(first) is None:
            kind_or_none = self.vocabulary.kind(first, state.where)
        if kind_or_none is None:
            raise self._unknown(state.about, state.where)
        return kind_or_none

    def _slug(self, state: State) -> str:
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

    def _made_slug(self, kind: Kind, state: State) -> str | None:
        """The slug by the rule, or None where the ontology gives no rule for this kind."""
        stated = {self._property(name, kind, v.where).node: v for name, v in state.properties}
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
        others = [self.vocabulary.property(local_name(node.value)) for node in further]
        others.sort(key=lambda p: (bool(p.concepts), not p.is_relation, p.node.value))
        for node in (*roles, *(p.node for p in others)):
            prop = self.vocabulary.property(local_name(node.value))
            # Words may be shortened in a slug by whoever writes it out, so they do not bind it.
            if written and not (prop.is_relation or prop.concepts):
                break
            parts.append(self._part(prop, stated[node]))
        return f"{kind.path}/{'--'.join(parts)}"

    def _part(self, prop: Property, value: Value) -> str:
        if prop.concepts:
            concept = self.vocabulary.concept(prop, value.text, value.where)
            return _HUMP.sub("-", local_name(concept.value)).lower()
        if prop.is_relation:
            return local_name(self.value(prop, value).value)
        return slugged(value.text, _WORDS_IN_A_SLUG)

    def _lacks(self, kind: Kind, role: NamedNode, state: State) -> BadClaim:
        return BadClaim(
            f"A {kind.name} needs its {local_name(role.value)!r}.",
            where=state.where,
            remedy=f"Add {local_name(role.value)}: and a slug.",
        )

    def _property(self, name: str, kind: Kind, where: Where | None) -> Property:
        prop = self.vocabulary.property(name, where)
        if prop.domains and not any(self.vocabulary.is_a(kind.name, d) for d in prop.domains):
            domains = ", ".join(sorted(local_name(one) for one in prop.domains))
            raise BadClaim(
                f"tn:{prop.name} is said of: {domains}; this is about a {kind.name}.",
                where=where,
                remedy=remedy_of(self._usable(kind, prop.name), "`docs/model.md` lists what fits."),
            )
        return prop

    def _usable(self, kind: Kind, name: str) -> list[str]:
        fitting = [
            prop.name
            for prop in self.vocabulary.properties.values()
            if prop.domains and any(self.vocabulary.is_a(kind.name, d) for d in prop.domains)
        ]
        return nearest(name, fitting)

    def registration(self, entity: NewEntity, kind: Kind, faults: Faults) -> list[Quad]:
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
        if prop.range is None:
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
            f"tn:{prop.name} is one date, and here stands a list or table of YAML.",
            where=value.where,
            remedy=f'Put a set into quotes: {prop.name}: "{value.as_set}", which is '
            f"{'one of' if closing == ']' else 'all of'} its dates; "
            "for several dates, write as many statements.",
        )
