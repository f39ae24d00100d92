"""Statements: the triples of accepted claims, and what property chains add to them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from pyoxigraph import Literal, NamedNode

from tenure.fusion.stated_distance import Distance, distances_of
from tenure.model import Claim
from tenure.model.schema import Axiom, Schema


@dataclass(frozen=True, slots=True, order=True)
class Unit:
    """What can be left out by itself where claims contradict each other: one statement of a claim.

    Of a date that is an interval each ``side`` (``start``, ``end``) is one. What a claim's tense
    says where the claim gives no date has the tense as ``predicate``; of a use of an axiom that
    gives way, ``claim`` is empty and the ``predicate`` is the axiom.
    """

    claim: str
    subject: str
    predicate: str
    object: str
    side: str = ""


@dataclass(frozen=True, slots=True)
class Statement:
    """``subject predicate object``, and the claims that together say so (sorted IRIs).

    ``object`` is a NamedNode or a Literal; ``hedged`` when any of the claims is. With a
    ``distance``, the predicate is the side on which the subject lies of the object. ``parts`` are
    the statements that one follows from which no claim states in so many words.
    """

    subject: str
    predicate: str
    object: NamedNode | Literal
    claims: tuple[str, ...]
    hedged: bool
    distance: Distance | None = None
    parts: tuple[Statement, ...] = ()

    @property
    def units(self) -> tuple[Unit, ...]:
        """What claims state in so many words, all of which it takes."""
        if self.parts:
            return tuple(sorted({unit for part in self.parts for unit in part.units}))
        apart = "" if self.distance is None else self.distance.node
        return (Unit(self.claims[0], self.subject, self.predicate, self.object.value, apart),)

    @property
    def order(self) -> tuple[str, str, str, tuple[str, ...], str]:
        """What statements are sorted by, so that nothing depends on the order of loading."""
        apart = "" if self.distance is None else self.distance.node
        return (self.subject, self.predicate, str(self.object), self.claims, apart)

    def axioms(self, schema: Schema) -> tuple[Axiom, ...]:
        """The axioms that the statement brings: its property's, or those of its distance."""
        if self.distance is not None:
            return self.distance.axioms(schema, self.predicate)
        return schema.property_axioms(self.predicate)


def statements_of(claims: Iterable[Claim], schema: Schema) -> list[Statement]:
    """All statements of the claims, with inverses, chains and distances worked out, sorted.

    Raises :class:`~tenure.errors.BadClaim` for a distance that cannot be understood.
    """
    claims = list(claims)
    stated = [
        Statement(
            triple.subject.value, triple.predicate.value, triple.object, (claim.iri,), claim.hedged
        )
        for claim in claims
        for triple in claim.content
        if isinstance(triple.subject, NamedNode) and isinstance(triple.object, NamedNode | Literal)
    ]
    wanted = {p for chain in schema.chains for p in (chain.first, chain.second)}
    everything = stated + [
        Statement(
            s.object.value,
            schema.inverse[s.predicate],
            NamedNode(s.subject),
            s.claims,
            s.hedged,
            parts=(s,),
        )
        for s in stated
        if isinstance(s.object, NamedNode)
        and s.predicate in schema.inverse
        and (schema.inverse[s.predicate] in wanted or not schema.property_axioms(s.predicate))
    ]
    # In one order, whatever the order of the claims' content.
    everything += sorted(_chained(everything, schema), key=lambda s: s.units)
    everything += [
        Statement(subject, side, other, (claim.iri,), claim.hedged, distance)
        for claim in claims
        for subject, side, other, distance in distances_of(claim, schema)
    ]
    return sorted(dict.fromkeys(everything), key=lambda s: s.order)


def _chained(statements: list[Statement], schema: Schema) -> list[Statement]:
    """What the chains imply from the statements, in one pass."""
    by_predicate: dict[str, list[Statement]] = defaultdict(list)
    by_subject: dict[tuple[str, str], list[Statement]] = defaultdict(list)
    for statement in statements:
        by_predicate[statement.predicate].append(statement)
        by_subject[statement.predicate, statement.subject].append(statement)
    return [
        Statement(
            one.subject,
            chain.implied,
            other.object,
            tuple(sorted({*one.claims, *other.claims})),
            one.hedged or other.hedged,
            parts=(one, other),
        )
        for chain in schema.chains
        for one in by_predicate[chain.first]
        if isinstance(one.object, NamedNode)
        for other in by_subject[chain.second, one.object.value]
    ]
