"""A claim that contradicts itself: no days are left on which all that it states can be so.

Two claims may disagree; one that does is misread or mistyped. It is looked at alone, by the network
of time that fusion uses, beside the day of its source and the ontology's axioms. Axioms that give
way (``tn:givesWay``) are left out: against a default a claim may speak.
"""

from __future__ import annotations

from pyoxigraph import NamedNode

from tenure.claims import Claim, ClaimBase, Source
from tenure.temporal import find_contradiction
from tenure.terms import TN
from tenure.world.constraints import Reason
from tenure.world.gathering import Types, constraints_of, kinds_of
from tenure.world.schema import Schema
from tenure.world.statements import statements_of

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
    builder = constraints_of(
        ClaimBase({claim.iri: claim}, {source.iri: source} if source is not None else {}),
        [claim],
        statements,
        kinds_of(statements, types, schema),
        frozenset(),
        types,
        schema,
    )
    constraints = [
        one
        for one in builder.constraints
        if one.reason < 0 or builder.reasons[one.reason].axiom not in schema.defaults
    ]
    cycle = find_contradiction(constraints) or ()
    reasons = (builder.reasons[step.reason] for step in cycle if step.reason >= 0)
    # A date stands behind two constraints: what it leaves open, and what it is the date of.
    said = {(one.subject, one.predicate, one.object): one for one in reasons if one.claims}
    return tuple(said.values())


def _can_contradict(claim: Claim, schema: Schema) -> bool:
    """Whether it says enough about time: most claims need not be put to the network."""
    told = int(claim.tense is not None)
    for triple in claim.content:
        prop = triple.predicate.value
        for one in (prop, schema.inverse.get(prop, prop)):
            if schema.property_axioms(one):
                # A date beside another can be wrong, and a relation in itself: before itself.
                told += 2 if isinstance(triple.object, NamedNode) else 1
        told += 2 * (prop == AT_DISTANCE)
    return told > 1
