"""Fusion: claims in, world out.

The claims that a policy accepts become statements; statements and axioms become constraints on
points in time; the network of all constraints gives the tightest bounds. Claims that contradict
each other date nothing unless rank settles it. The outcome is a function of the set of claims.
"""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from functools import partial

from tenure.errors import BadClaim
from tenure.fusion.conflict_resolution import Found, Settle, settler
from tenure.fusion.constraints import ConstraintBuilder
from tenure.fusion.fusion_input import (
    Types,
    constraints_of,
    kinds_of,
    need_subject,
    supporting_claims,
)
from tenure.fusion.inconsistency import ConflictConstraints, minimal_conflicts
from tenure.fusion.messages import conflict_reason
from tenure.fusion.participation import participations_of
from tenure.fusion.seats import Seats, seats_of
from tenure.fusion.statements import Statement, statements_of
from tenure.fusion.value_conflicts import conflicting_values, overlapping_holders
from tenure.fusion.vouching import vouchings
from tenure.fusion.world import TimeSolution, World
from tenure.model import Claim, ClaimBase, Policy, Source, Standing
from tenure.model.occurrence import Conflict, Occurrence
from tenure.model.schema import Schema
from tenure.namespaces import Names
from tenure.temporal import ORIGIN, Certainty, Constraint, TimeNetwork


@dataclass(frozen=True, slots=True)
class FusionContext:
    """What fusion needs beside the claims.

    Attributes:
        types: the classes of each registered entity.
        schema: what the ontology declares.
        policy: which claims count.
        names: how what is computed is called.
        labels: the names of entities, for wording.
        sources: those of the claims, and others whose days are asked about.
        one_seat: the offices with one seat in the registry; None where seats are not looked at,
            neither these nor those that claims tell of.
    """

    types: Types
    schema: Schema
    policy: Policy
    names: Names
    labels: Mapping[str, str]
    sources: Mapping[str, Source]
    one_seat: Collection[str] | None = ()


def fuse(claims: Mapping[str, Claim], context: FusionContext) -> World:
    """The world that the claims make.

    Raises :class:`~tenure.errors.BadClaim` for a claim that cannot be understood: a date that is
    none, a situation without a class.
    """
    base = ClaimBase(claims, context.sources)
    types, schema, policy = context.types, context.schema, context.policy
    names, labels = context.names, context.labels
    standing = {iri: policy.standing(claim) for iri, claim in base.claims.items()}
    accepted = [
        claim for iri, claim in sorted(base.claims.items()) if standing[iri] is Standing.ACCEPTED
    ]
    statements = statements_of(accepted, schema)
    kinds = kinds_of(statements, types, schema)
    stated = supporting_claims(accepted, kinds)
    firm = frozenset(
        iri for iri, claims in stated.items() if any(not base.claims[c].hedged for c in claims)
    )
    vouched = vouchings(accepted, base.sources, policy.states_by)
    builder = constraints_of(base, accepted, statements, kinds, firm, types, schema, vouched)
    settle = settler(base.claims, base.sources, schema.rank_order, policy)
    conflicts = _conflicts(builder, base.claims, settle, names, kinds, labels)
    dropped = {claim for conflict in conflicts for claim in conflict.overruled}
    alternatives = _solve(builder, dropped, {claim.iri for claim in accepted if claim.hedged})
    time = alternatives[0]
    contested = {iri for conflict in conflicts if not conflict.settled for iri in conflict.concerns}
    about = _by_subject(statements)
    occurrences = {
        iri: _occurrence(
            iri, kind, about[iri], schema, time, iri in firm, iri in contested, stated[iri]
        )
        for iri, kind in sorted(kinds.items())
    }
    name = partial(conflict_iri, names)
    if context.one_seat is None:
        seats = Seats({}, ())
    else:
        one_seat = dict.fromkeys(context.one_seat, 1)
        seats = seats_of(one_seat, occurrences.values(), statements, schema)
    conflicts += (
        *overlapping_holders(
            occurrences, time, seats, schema.seat_kinds, base.claims, settle, name, labels
        ),
        *conflicting_values(statements, schema, base.claims, settle, name, labels),
    )
    conflicts = tuple(sorted(conflicts, key=lambda conflict: conflict.iri))
    standings = {
        iri: s.value for iri, s in sorted(standing.items()) if s is not Standing.OUT_OF_REACH
    }
    for conflict in sorted(conflicts, key=lambda c: not c.settled):
        for claim in conflict.overruled:
            if standings[claim] != "Overruled":
                standings[claim] = "Overruled" if conflict.settled else "Disputed"
    return World(
        policy,
        schema,
        base.claims,
        base.sources,
        occurrences,
        tuple(statements),
        participations_of(statements, occurrences, schema, time, seats),
        conflicts,
        standings,
        alternatives,
        seats,
        tuple(sorted(set(builder.plans), key=lambda plan: plan.order)),
    )


def _conflicts(
    builder: ConstraintBuilder,
    claims: Mapping[str, Claim],
    settle: Settle,
    names: Names,
    kinds: Mapping[str, str],
    labels: Mapping[str, str],
) -> tuple[Conflict, ...]:
    def claims_of(constraint: Constraint) -> tuple[str, ...]:
        return builder.reasons[constraint.reason].claims

    minimal = minimal_conflicts(builder.constraints, claims_of, settle)
    if () in minimal:
        raise BadClaim(
            "The ontology's axioms and the sources' own dates contradict each other.",
            remedy="Correct a source's tn:published, or the axiom.",
        )
    if not minimal:
        return ()
    found, stated = Found(minimal), []
    conflict_constraints = ConflictConstraints(builder.constraints, claims_of)
    for conflict in found:
        between = conflict_constraints.between(conflict)
        named = {builder.names[point][0] for c in between for point in (c.earlier, c.later)}
        concerns = tuple(sorted(named & kinds.keys()))
        outcome = settle(conflict, found)
        stated.append(
            Conflict(
                conflict_iri(names, conflict),
                conflict,
                outcome.overruled,
                bool(outcome.rule),
                concerns,
                conflict_reason([claims[c] for c in conflict], concerns, labels),
                rule=outcome.rule,
                lost=outcome.overruled if outcome.rule else (),
            )
        )
    return tuple(sorted(stated, key=lambda c: c.iri))


def conflict_iri(names: Names, conflict: tuple[str, ...]) -> str:
    """What a conflict between these claims is called, the same wherever it is found."""
    digest = hashlib.sha256("\n".join(conflict).encode()).hexdigest()[:12]
    return f"{names.base}conflict/{digest}"


def _solve(
    builder: ConstraintBuilder, dropped: set[str], hedged: set[str]
) -> tuple[TimeSolution, ...]:
    """The alternatives of bounds: one, without what was overruled.

    Derivations are searched when somebody asks for the path to a point.
    """

    def by(claims: set[str], constraint: Constraint) -> bool:
        return not claims.isdisjoint(builder.reasons[constraint.reason].claims)

    kept = [c for c in builder.constraints if not by(dropped, c)]
    firm = [c for c in kept if not by(hedged, c)]
    soft = _solution(builder, kept, None) if len(firm) < len(kept) else None
    return (_solution(builder, firm, soft),)


def _solution(
    builder: ConstraintBuilder, constraints: list[Constraint], soft: TimeSolution | None
) -> TimeSolution:
    network = TimeNetwork(len(builder.names), constraints)
    return TimeSolution(
        network,
        builder.points,
        tuple(builder.names),
        tuple(builder.reasons),
        network.at_least(ORIGIN),
        network.at_most(ORIGIN),
        soft,
    )


def _by_subject(statements: list[Statement]) -> Mapping[str, list[Statement]]:
    table: dict[str, list[Statement]] = defaultdict(list)
    for statement in statements:
        table[statement.subject].append(statement)
    return table


def _occurrence(
    iri: str,
    kind: str,
    about: list[Statement],
    schema: Schema,
    time: TimeSolution,
    firm: bool,
    contested: bool,
    claims: tuple[str, ...],
) -> Occurrence:
    declared = schema.kinds.get(kind)
    subject = obj = None
    if declared is not None:
        subject = _role(about, declared.subject_role)
        obj = _role(about, declared.object_role) if declared.object_role else None
        need_subject(iri, kind, about, schema, claims[0] if claims else iri)
    existence = Certainty.CERTAIN if firm else Certainty.POSSIBLE
    bounds = time.of(existence).bounds(iri)
    return Occurrence(iri, kind, subject, obj, bounds, existence, contested, claims)


def _role(about: list[Statement], role: str) -> str | None:
    found = sorted(s.object.value for s in about if s.predicate == role)
    return found[0] if found else None
