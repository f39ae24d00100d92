"""A claim that contradicts itself: no days are left on which all that it states can be so.

Two claims may disagree; one that does is misread or mistyped. It is looked at alone, by the network
of time that fusion uses, beside the day of its source and the ontology's axioms. Axioms that give
way (``tn:givesWay``) are left out: against a default a claim may speak. What it plans has to agree
with the rest as if it had come to pass.

Days are too coarse for orders: of two events of one day, each may be after the other as far as days
tell. So what a claim says of order alone is looked at once more, as moments of which none is both
begun and over: whatever it puts into a circle cannot be so.
"""

from __future__ import annotations

from collections.abc import Iterable
from itertools import product

from pyoxigraph import NamedNode

from tenure.fusion.constraints import ConstraintBuilder, Reason
from tenure.fusion.fusion_input import Types, constraints_of, kinds_of
from tenure.fusion.repairs import MOST_CHOICES
from tenure.fusion.statements import statements_of
from tenure.fusion.vouching import vouchings
from tenure.model import Claim, ClaimBase, Source
from tenure.model.schema import Schema
from tenure.namespaces import TN
from tenure.temporal import ORIGIN, Constraint, find_contradiction

AT_DISTANCE = TN("atDistance").value


def contradiction_in(
    claim: Claim, source: Source | None, types: Types, schema: Schema
) -> tuple[Reason, ...]:
    """What the claim states that cannot all be so; nothing where it can.

    Of its source the day of publication counts, where it is known. Raises
    :class:`~tenure.errors.BadClaim` for a claim that cannot be understood.
    """
    if not _can_contradict(claim, schema):
        return ()
    statements = statements_of([claim], schema)
    kinds = kinds_of(statements, types, schema)
    builder = constraints_of(
        ClaimBase({claim.iri: claim}, {source.iri: source} if source is not None else {}),
        [claim],
        statements,
        kinds,
        frozenset(),
        types,
        schema,
        vouchings([claim], {source.iri: source} if source is not None else {}, None),
        plans=False,
    )
    constraints = [
        one
        for one in builder.constraints
        if one.reason < 0 or builder.reasons[one.reason].axiom not in schema.defaults
    ]
    orders = _orders(builder, constraints, kinds, schema)
    cycle = (
        find_contradiction(constraints)
        or _under_every_reading(builder, constraints)
        or find_contradiction(orders)
        or ()
    )
    reasons = (builder.reasons[step.reason] for step in cycle if step.reason >= 0)
    # A date stands behind two constraints: what it leaves open, and what it is the date of.
    said = {(one.subject, one.predicate, one.object): one for one in reasons if one.claims}
    return tuple(said.values())


def _under_every_reading(
    builder: ConstraintBuilder, constraints: list[Constraint]
) -> tuple[Constraint, ...] | None:
    """What contradicts itself however its dates with holes are read; None for what need not."""
    holes = [hole for _, hole in sorted(builder.holes.items())]
    found: tuple[Constraint, ...] | None = None
    choices = product(*(range(len(hole.readings)) for hole in holes))
    for number, choice in enumerate(choices if holes else ()):
        read = [c for hole, n in zip(holes, choice, strict=True) for c in hole.constraints(n)]
        found = find_contradiction([*constraints, *read])
        if found is None or number >= MOST_CHOICES:
            return None
    return found


def _orders(
    builder: ConstraintBuilder,
    constraints: Iterable[Constraint],
    occurrences: Iterable[str],
    schema: Schema,
) -> list[Constraint]:
    """What says no more than that one moment is not before another; and that what is takes time."""

    def is_order(one: Constraint) -> bool:
        reason = builder.reasons[one.reason]
        axiom = schema.axioms.get(reason.axiom)
        ends = {builder.names[point][1] for point in (one.earlier, one.later)}
        return (
            axiom is not None
            and (axiom.least, axiom.most, axiom.over_value) == (0, None, False)
            and reason.distance is None
            and ends <= {"start", "end"}
            and ORIGIN not in (one.earlier, one.later)
        )

    orders = [one for one in constraints if one.reason >= 0 and is_order(one)]
    return orders + [
        Constraint(builder.points[iri, "start"], builder.points[iri, "end"], 1, -1)
        for iri in sorted(occurrences)
        if (iri, "start") in builder.points and (iri, "end") in builder.points
    ]


def _can_contradict(claim: Claim, schema: Schema) -> bool:
    """Whether it says enough about time: most claims need not be put to the network."""
    stated = int(claim.tense is not None)
    for triple in claim.content:
        prop = triple.predicate.value
        for one in (prop, schema.inverse.get(prop, prop)):
            if schema.property_axioms(one):
                # A date beside another can be wrong, and a relation in itself: before itself.
                # One that means all of several days, such as "{1984, 1986}" for a start, too.
                alone = isinstance(triple.object, NamedNode) or str(triple.object)[1:2] == "{"
                stated += 2 if alone else 1
        stated += 2 * (prop == AT_DISTANCE)
    return stated > 1
