"""Which statements a conflict lies in: what to look at first in the files that state them.

A conflict is a set of claims, and a claim can state much. Of a conflict in time, the statements
behind the cycles that need all of its claims are at fault: some of them may contradict each other
without the rest, which is a conflict of its own. Of two who
hold one seat together they are those that are needed for each to begin before the other ends: with
the contrary added there is a cycle too. Of two values of one thing they are those that give it.

Cost: O(claims) once, then for each conflict what its own claims bring.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Final

from pyoxigraph import Literal, NamedNode, Triple

from tenure.fusion.alternatives import Alternatives
from tenure.fusion.components import BATCH, ClaimsInMemory, Components, Ties
from tenure.fusion.constraints import ConstraintBuilder, Reason
from tenure.fusion.fusion import FusionContext, fuse
from tenure.fusion.fusion_input import constraints_of, kinds_of, supporting_claims
from tenure.fusion.shapes import ComponentReader, ComponentShapes, pieces_in_bulk
from tenure.fusion.statements import Statement, statements_of
from tenure.fusion.value_conflicts import SEATS
from tenure.fusion.vouching import vouchings
from tenure.fusion.world import PlainWorld, World
from tenure.model import Claim, ClaimBase, Standing
from tenure.model.occurrence import Conflict
from tenure.namespaces import TN
from tenure.temporal import Constraint, find_contradiction

TIME = "time"

MOST_CLAIMS: Final = 24
"""Claims of one conflict; of more, which were never shown to be all needed, one reason is told."""


def conflicts_among(claims: Mapping[str, Claim], setting: FusionContext) -> tuple[Conflict, ...]:
    """The conflicts that :func:`tenure.fusion.fuse` finds among the claims, sorted by IRI.

    Raises :class:`~tenure.errors.BadClaim` like ``fuse``.
    """
    ties = Ties(setting.schema, setting.types, setting.sources)
    same = setting.identities.claims(claims)
    components = Components(ClaimsInMemory(same), ties, setting.schema)

    def fused(some: Mapping[str, Claim], one_seat: Mapping[str, int] | None) -> World:
        sources = ties.sources_of(some.values())
        return fuse(some, replace(setting, sources=sources, one_seat=one_seat))

    one_seat = {} if setting.one_seat is None else setting.one_seat
    if len(same) <= BATCH:
        worlds: Iterable[World | PlainWorld] = components.worlds(one_seat, fused)
    else:
        reader = ComponentReader(
            setting.schema, setting.types, setting.sources, setting.policy, ties, setting.names
        )
        shapes = ComponentShapes(fused, setting.schema, setting.names)
        rows = ((iri, reader.of(claim)) for iri, claim in same.items())
        worlds = pieces_in_bulk(components, shapes, rows, one_seat, fused)
    found = {
        one.iri: one for world in worlds if isinstance(world, World) for one in world.conflicts
    }
    return tuple(one for _, one in sorted(found.items()))


class Faults:
    """Finds the statements that conflicts lie in."""

    def __init__(
        self, conflicts: Iterable[Conflict], claims: Mapping[str, Claim], setting: FusionContext
    ) -> None:
        """Looks through the claims for whatever is said of the same things."""
        claims = setting.identities.claims(claims)
        self._claims = claims
        self._setting = setting
        conflicting = {claim for conflict in conflicts for claim in conflict.claims}
        things = {iri for claim in conflicting for iri in _named(claims[claim])}
        near = [
            claim
            for _, claim in sorted(claims.items())
            if setting.policy.standing(claim) is Standing.ACCEPTED
            and not things.isdisjoint(_named(claim))
        ]
        statements = statements_of(near, setting.schema)
        self._kinds = kinds_of(statements, setting.types, setting.schema)
        self._firm = frozenset(
            iri
            for iri, telling in supporting_claims(near, self._kinds).items()
            if any(not claims[one].hedged for one in telling)
        )
        exempting = TN("exemptFrom").value
        self._exempting = [one for one in statements if one.predicate == exempting]

    def of(self, conflict: Conflict) -> Mapping[str, Sequence[Triple]]:
        """By claim, what it says that the conflict lies in: dates first, and never nothing.

        What a claim describes of itself, such as its tense, is a triple about the claim.
        """
        if conflict.kind in (TIME, SEATS):
            reasons = set(self._reasons(conflict))
            found = {
                iri: [t for one in reasons if iri in one.claims for t in self._stated(iri, one)]
                for iri in conflict.claims
            }
        else:
            found = {iri: self._telling(iri, conflict) for iri in conflict.claims}
        return {
            iri: sorted(set(stated or self._about(iri, conflict)), key=_dates_first)
            for iri, stated in found.items()
        }

    def _reasons(self, conflict: Conflict) -> Iterator[Reason]:
        """Why the claims contradict each other in time."""
        builder = self._constraints(conflict)
        if conflict.kind == TIME:
            found = self._between(builder, conflict.claims)
            yield from found or _of_cycle(builder, self._firm_among(builder))
            return
        one, other = conflict.concerns
        for begins, ends in ((one, other), (other, one)):
            end, start = builder.point(ends, "end"), builder.point(begins, "start")
            yield from _of_cycle(builder, [*builder.constraints, Constraint(end, start, 0, -1)])

    def _between(self, builder: ConstraintBuilder, claims: tuple[str, ...]) -> set[Reason]:
        """Why all of the claims contradict each other: some of them can also do so alone."""
        if len(claims) > MOST_CLAIMS:
            return set()
        setting = self._setting
        own = {iri: self._claims[iri] for iri in claims}
        alternatives = Alternatives(
            builder, own, setting.sources, setting.schema, setting.policy, {}, frozenset()
        )
        return {one for one in alternatives.reasons_between(claims) if one.claims}

    def _firm_among(self, builder: ConstraintBuilder) -> list[Constraint]:
        """The constraints without those that give way, which take no part in a conflict."""
        defaults = self._setting.schema.defaults
        return [c for c in builder.constraints if builder.reasons[c.reason].axiom not in defaults]

    def _constraints(self, conflict: Conflict) -> ConstraintBuilder:
        setting = self._setting
        own = {iri: self._claims[iri] for iri in conflict.claims}
        things = {iri for claim in own.values() for iri in (*_named(claim), claim.source)}
        things.update(conflict.concerns)
        statements: list[Statement] = statements_of(own.values(), setting.schema)
        statements += [one for one in self._exempting if one.subject in things]
        return constraints_of(
            ClaimBase(own, {i: setting.sources[i] for i in things if i in setting.sources}),
            list(own.values()),
            statements,
            {iri: self._kinds[iri] for iri in things if iri in self._kinds},
            self._firm,
            setting.types,
            setting.schema,
            vouchings(own.values(), setting.sources, setting.policy.states_by),
        )

    def _stated(self, iri: str, reason: Reason) -> Iterator[Triple]:
        """The triples of a claim that a reason is made of."""
        claim = self._claims[iri]
        if reason.predicate == claim.tense and reason.object == claim.source:
            yield Triple(NamedNode(iri), TN("tense"), NamedNode(claim.tense))
            return
        if reason.distance is not None:
            numbers = {prop for prop, _ in reason.distance.days}
            yield from (
                t
                for t in claim.content
                if _text(t.subject) == reason.distance.node and t.predicate.value in numbers
            )
            return
        ends, schema = {reason.subject, reason.object}, self._setting.schema
        links = {
            name
            for chain in schema.chains
            if chain.implied == reason.predicate
            for prop in (chain.first, chain.second)
            for name in (prop, schema.inverse.get(prop))
        }
        for triple in claim.content:
            subject, predicate, value = map(_text, triple)
            if (
                (subject, predicate, value) == (reason.subject, reason.predicate, reason.object)
                or (value == reason.subject and subject == reason.object)
                or (predicate in links and not ends.isdisjoint((subject, value)))
            ):
                yield triple

    def _telling(self, iri: str, conflict: Conflict) -> list[Triple]:
        """What gives a value that is given otherwise elsewhere."""
        declared = self._setting.schema.disagreements
        return [
            triple
            for triple in self._claims[iri].content
            if _text(triple.subject) in conflict.concerns
            and triple.predicate.value in declared
            and declared[triple.predicate.value].kind == conflict.kind
        ]

    def _about(self, iri: str, conflict: Conflict) -> Sequence[Triple]:
        """What a claim says of the time of what the conflict is about, or else all that it says."""
        content, schema = self._claims[iri].content, self._setting.schema
        timed = [t for t in content if schema.property_axioms(t.predicate.value)]
        near = [t for t in timed if {_text(t.subject), _text(t.object)} & {*conflict.concerns}]
        return near or timed or content


def _of_cycle(builder: ConstraintBuilder, constraints: Sequence[Constraint]) -> Iterator[Reason]:
    """What is behind a contradiction, where there is one."""
    for step in find_contradiction(constraints) or ():
        if step.reason >= 0 and builder.reasons[step.reason].claims:
            yield builder.reasons[step.reason]


def _named(claim: Claim) -> set[str]:
    return {
        term.value
        for triple in claim.content
        for term in (triple.subject, triple.object)
        if isinstance(term, NamedNode)
    }


def _text(term: object) -> str:
    return term.value if isinstance(term, NamedNode | Literal) else str(term)


def _dates_first(triple: Triple) -> tuple[bool, str]:
    return not isinstance(triple.object, Literal), str(triple)
