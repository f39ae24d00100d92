"""Fusion: claims in, world out.

The claims that a policy accepts become statements; statements and axioms become constraints on
points in time; the network of all constraints gives the tightest bounds. Where claims contradict
each other there are alternatives. The outcome is a function of the set of claims.
"""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import partial

from tenure.fusion.alternatives import Alternatives
from tenure.fusion.completeness import HOLDERS_COMPLETE
from tenure.fusion.conflict_resolution import settler
from tenure.fusion.fusion_input import (
    Types,
    constraints_of,
    kinds_of,
    need_subject,
    supporting_claims,
)
from tenure.fusion.opposition import Opposition
from tenure.fusion.participation import participations_of
from tenure.fusion.presumption import Presuming, until_excluded
from tenure.fusion.seats import Seats, seats_of
from tenure.fusion.solution import TimeSolution
from tenure.fusion.statements import Statement, statements_of
from tenure.fusion.value_conflicts import (
    conflicting_values,
    differing_seatings,
    overlapping_holders,
)
from tenure.fusion.vouching import vouchings
from tenure.fusion.world import World
from tenure.model import Claim, ClaimBase, Policy, Source, Standing
from tenure.model.edits import is_edit
from tenure.model.identity import NOBODY, Identities
from tenure.model.occurrence import ExistenceDays, Occurrence
from tenure.model.schema import Schema
from tenure.namespaces import TN, Names
from tenure.temporal import Certainty


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
        one_seat: one, of each office with one seat in the registry; None where seats are not
            looked at, neither these nor those that claims tell of.
        horizons: for how many days holders of an office are presumed to go on, where the registry
            says so of the office.
        identities: which things are one.
        ceased: of offices of organizations that have ended, the first day on which these may have
            (:func:`~tenure.fusion.presumption.ceasing`). Claims about an organization do not
            bear upon the days of who holds an office of it, only upon what is presumed of him.
    """

    types: Types
    schema: Schema
    policy: Policy
    names: Names
    labels: Mapping[str, str]
    sources: Mapping[str, Source]
    one_seat: Mapping[str, int] | None = field(default_factory=dict)
    horizons: Mapping[str, int] = field(default_factory=dict)
    identities: Identities = NOBODY
    ceased: Mapping[str, int] = field(default_factory=dict)


def fuse(claims: Mapping[str, Claim], context: FusionContext) -> World:
    """The world that the claims make.

    Raises :class:`~tenure.errors.BadClaim` for a claim that cannot be understood: a date that is
    none, a situation without a class.
    """
    base = ClaimBase(context.identities.claims(claims), context.sources)
    types, schema, policy = context.types, context.schema, context.policy
    names, labels = context.names, context.labels
    standing = {iri: policy.standing(claim) for iri, claim in base.claims.items()}
    accepted = [
        claim
        for iri, claim in sorted(base.claims.items())
        if standing[iri] is Standing.ACCEPTED and not is_edit(claim)
    ]
    statements = statements_of(accepted, schema)
    kinds = kinds_of(statements, types, schema)
    stated = supporting_claims(accepted, kinds)
    firm = frozenset(
        iri for iri, claims in stated.items() if any(not base.claims[c].hedged for c in claims)
    )
    vouched = vouchings(accepted, base.sources, policy.states_by)
    builder = constraints_of(base, accepted, statements, kinds, firm, types, schema, vouched)
    hedged = frozenset(claim.iri for claim in accepted if claim.hedged)
    alternatives = Alternatives(builder, base.claims, base.sources, schema, policy, labels, hedged)
    time = alternatives.time
    name = partial(conflict_iri, names)
    conflicts = alternatives.conflicts(name, kinds)
    contested = {iri for conflict in conflicts if not conflict.settled for iri in conflict.concerns}
    about = _by_subject(statements)
    occurrences = {
        iri: _occurrence(
            iri, kind, about[iri], schema, alternatives, iri in firm, iri in contested, stated[iri]
        )
        for iri, kind in sorted(kinds.items())
    }
    plans = tuple(sorted(set(builder.plans), key=lambda plan: plan.order))
    lost = {claim for conflict in conflicts for claim in conflict.lost}
    counting = [plan for plan in plans if lost.isdisjoint(plan.claims)]
    presuming = Presuming(
        counting, vouched, base.claims, kinds, schema, context.horizons, context.ceased
    )
    occurrences = {
        iri: replace(one, presumption=presuming.of(one, about[iri], time))
        if schema.horizon_of(one.kind) is not None
        else one
        for iri, one in occurrences.items()
    }
    if context.one_seat is None:
        seats = Seats({}, ())
    else:
        seats = seats_of(context.one_seat, occurrences.values(), statements, schema)
    settle = settler(base.claims, base.sources, schema.rank_order, policy)
    denying = [base.claims[i] for i, s in sorted(standing.items()) if s is Standing.DENYING]
    listing = {c for s in statements if s.predicate == HOLDERS_COMPLETE for c in s.claims}
    opposition = Opposition.of(
        [base.claims[iri] for iri in sorted(listing)],
        denying,
        [
            base.claims[iri]
            for iri, one in sorted(standing.items())
            if one is not Standing.OUT_OF_REACH and not base.claims[iri].denies
        ],
        occurrences,
        types,
        schema,
        base.sources,
        policy.states_by,
        time,
        settle,
        name,
        labels,
    )
    occurrences, opposed = opposition.occurrences(occurrences, time)
    occurrences = {iri: until_excluded(one) for iri, one in occurrences.items()}
    parts = participations_of(statements, occurrences, schema, time, seats)
    participations, parts_out, more = opposition.participations(parts, occurrences)
    conflicts += (
        *opposed,
        *more,
        *overlapping_holders(
            occurrences, time, seats, schema.seat_kinds, base.claims, settle, name, labels
        ),
        *differing_seatings(occurrences, time, seats, base.claims, settle, name, labels),
        *conflicting_values(statements, schema, base.claims, settle, name, labels),
    )
    conflicts = tuple(sorted(conflicts, key=lambda conflict: conflict.iri))
    standings = {
        iri: s.value for iri, s in sorted(standing.items()) if s is not Standing.OUT_OF_REACH
    }
    for conflict in sorted(conflicts, key=lambda c: not c.settled):
        for claim in opposition.losing(conflict):
            if standings[claim] != "Overruled":
                standings[claim] = "Overruled" if conflict.settled else "Disputed"
    return World(
        policy,
        schema,
        base.claims,
        base.sources,
        occurrences,
        tuple(statements),
        participations,
        conflicts,
        standings,
        time,
        seats,
        plans,
        alternatives.disputed,
        alternatives.bearing,
        opposition.complete,
        parts_out,
        tuple(_existing(time, types, schema)),
    )


def conflict_iri(names: Names, conflict: tuple[str, ...]) -> str:
    """What a conflict between these claims is called, the same wherever it is found."""
    digest = hashlib.sha256("\n".join(conflict).encode()).hexdigest()[:12]
    return f"{names.base}conflict/{digest}"


def _existing(time: TimeSolution, types: Types, schema: Schema) -> Iterator[ExistenceDays]:
    """The days of the institutions of which a beginning or an end is known."""
    institution = TN("Institution").value
    for iri in sorted({iri for iri, _ in time.points}):
        if any(schema.is_a(cls, institution) for cls in types.get(iri, ())):
            bounds = time.bounds(iri)
            if (bounds.start_earliest, bounds.end_latest) != (None, None):
                yield ExistenceDays(iri, bounds.start_earliest, bounds.end_latest)


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
    alternatives: Alternatives,
    firm: bool,
    concerned: bool,
    claims: tuple[str, ...],
) -> Occurrence:
    declared = schema.kinds.get(kind)
    subject = obj = None
    if declared is not None:
        subject = _role(about, declared.subject_role)
        obj = _role(about, declared.object_role) if declared.object_role else None
        need_subject(iri, kind, about, schema, claims[0] if claims else iri)
    existence = Certainty.CERTAIN if firm else Certainty.POSSIBLE
    bounds = alternatives.time.of(existence).bounds(iri)
    several, contested, agreed = alternatives.of(iri, existence, concerned)
    note = alternatives.note(iri, existence)
    return Occurrence(
        iri, kind, subject, obj, bounds, existence, contested, claims, several, agreed, note
    )


def _role(about: list[Statement], role: str) -> str | None:
    found = sorted(s.object.value for s in about if s.predicate == role)
    return found[0] if found else None
