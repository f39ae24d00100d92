"""Fusion: claims in, world out.

The claims that a policy accepts become statements; statements and axioms become constraints on
points in time; the network of all constraints gives the tightest bounds. Claims that contradict
each other date nothing unless rank settles it. The outcome is a function of the set of claims.
"""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Iterable, Mapping

from pyoxigraph import NamedNode

from tenure.claims import Claim, ClaimBase, Policy, Standing
from tenure.errors import BadClaim
from tenure.temporal import ORIGIN, Certainty, TimeNetwork
from tenure.terms import RDF_TYPE, TN, Names, local_name
from tenure.world.conflicts import give_way, minimal_conflicts
from tenure.world.constraints import ConstraintBuilder, Reason
from tenure.world.model import Conflict, Occurrence, TimeSolution, World
from tenure.world.participation import participations_of
from tenure.world.schema import Schema
from tenure.world.statements import Statement, statements_of
from tenure.world.wording import conflict_reason

Types = Mapping[str, frozenset[str]]


def fuse(
    base: ClaimBase,
    types: Types,
    schema: Schema,
    policy: Policy,
    names: Names,
    labels: Mapping[str, str],
) -> World:
    """The world that the claims make under the policy.

    ``types`` gives the classes of each registered entity, ``labels`` their names (for wording).
    Raises :class:`~tenure.errors.BadClaim` for a claim that cannot be understood: a date that is
    none, a situation without a class.
    """
    standing = {iri: policy.standing(claim) for iri, claim in base.claims.items()}
    accepted = [
        claim for iri, claim in sorted(base.claims.items()) if standing[iri] is Standing.ACCEPTED
    ]
    statements = statements_of(accepted, schema)
    kinds = _kinds(statements, types, schema)
    told = _told_by(accepted, kinds)
    firm = frozenset(
        iri for iri, claims in told.items() if any(not base.claims[c].hedged for c in claims)
    )
    builder = _constraints(base, accepted, statements, kinds, firm, types, schema)
    conflicts = _conflicts(builder, base.claims, schema, names, kinds, labels)
    dropped = {claim for conflict in conflicts for claim in conflict.overruled}
    time = _solve(builder, dropped)
    contested = {iri for conflict in conflicts if not conflict.settled for iri in conflict.concerns}
    about = _by_subject(statements)
    occurrences = {
        iri: _occurrence(
            iri, kind, about[iri], schema, time, iri in firm, iri in contested, told[iri]
        )
        for iri, kind in sorted(kinds.items())
    }
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
        participations_of(statements, occurrences, schema, time),
        conflicts,
        standings,
        time,
    )


def _kinds(statements: list[Statement], types: Types, schema: Schema) -> dict[str, str]:
    """The class of each occurrence that the statements speak of."""
    situation, event = TN("Situation").value, TN("Event").value
    kinds: dict[str, str] = {}
    for statement in statements:
        if statement.predicate == RDF_TYPE.value:
            cls = str(statement.object.value)
            if schema.is_a(cls, situation) or schema.is_a(cls, event):
                # Two claims may class one occurrence differently; the first by name is as good.
                kinds[statement.subject] = min(cls, kinds.get(statement.subject, cls))
    for statement in statements:
        for iri in (statement.subject, statement.object.value):
            if iri in kinds:
                continue
            for cls in sorted(types.get(iri, ())):
                if schema.is_a(cls, event):
                    kinds[iri] = cls
    return kinds


def _told_by(accepted: Iterable[Claim], kinds: Mapping[str, str]) -> dict[str, tuple[str, ...]]:
    """The claims that tell of each occurrence: as a subject, else at least as an object."""
    as_subject: dict[str, set[str]] = defaultdict(set)
    as_object: dict[str, set[str]] = defaultdict(set)
    for claim in accepted:
        for triple in claim.content:
            if isinstance(triple.subject, NamedNode) and triple.subject.value in kinds:
                as_subject[triple.subject.value].add(claim.iri)
            if isinstance(triple.object, NamedNode) and triple.object.value in kinds:
                as_object[triple.object.value].add(claim.iri)
    return {iri: tuple(sorted(as_subject.get(iri) or as_object.get(iri) or ())) for iri in kinds}


def _constraints(
    base: ClaimBase,
    accepted: list[Claim],
    statements: list[Statement],
    kinds: Mapping[str, str],
    firm: frozenset[str],
    types: Types,
    schema: Schema,
) -> ConstraintBuilder:
    builder = ConstraintBuilder(schema)
    exempt: dict[str, frozenset[str]] = defaultdict(frozenset)
    for statement in statements:
        if statement.predicate == TN("exemptFrom").value:
            exempt[statement.subject] |= {statement.object.value}
    for statement in statements:
        # What only hedged claims tell is dated by them; what others vouch for is not.
        if not (statement.hedged and statement.subject in firm):
            builder.add_statement(statement, exempt[statement.subject])
    for claim in accepted:
        subjects = {
            triple.subject.value
            for triple in claim.content
            if isinstance(triple.subject, NamedNode) and triple.subject.value in kinds
        }
        if claim.hedged:
            subjects -= firm
        builder.add_tense(claim, subjects, exempt)
    for source in sorted({claim.source for claim in accepted}):
        builder.add_source(base.sources[source])
    for iri, kind in sorted(kinds.items()):
        builder.add_class(iri, [kind])
    for iri in sorted({name for name, which in builder.names if which in ("start", "end")}):
        if iri not in kinds and iri not in base.sources:
            builder.add_class(iri, types.get(iri, frozenset()))
    return builder


def _conflicts(
    builder: ConstraintBuilder,
    claims: Mapping[str, Claim],
    schema: Schema,
    names: Names,
    kinds: Mapping[str, str],
    labels: Mapping[str, str],
) -> tuple[Conflict, ...]:
    found = []
    network = TimeNetwork(len(builder.names), builder.constraints)
    for component in network.components():
        for conflict in minimal_conflicts(component, lambda c: builder.reasons[c.reason].claims):
            if not conflict:
                raise BadClaim(
                    "The ontology's axioms and the sources' own dates contradict each other.",
                    remedy="Correct a source's tn:published, or the axiom.",
                )
            reasons = [
                reason
                for c in component
                if (reason := builder.reasons[c.reason]).claims
                and set(reason.claims) <= set(conflict)
            ]
            found.append(_conflict(conflict, reasons, claims, schema, names, kinds, labels))
    return tuple(sorted(found, key=lambda c: c.iri))


def _conflict(
    conflict: tuple[str, ...],
    reasons: list[Reason],
    claims: Mapping[str, Claim],
    schema: Schema,
    names: Names,
    kinds: Mapping[str, str],
    labels: Mapping[str, str],
) -> Conflict:
    overruled, settled = give_way(conflict, lambda c: schema.rank_order.get(claims[c].rank, 0))
    concerns = tuple(sorted({reason.subject for reason in reasons if reason.subject in kinds}))
    digest = hashlib.sha256("\n".join(conflict).encode()).hexdigest()[:12]
    return Conflict(
        f"{names.base}conflict/{digest}",
        conflict,
        overruled,
        settled,
        concerns,
        conflict_reason([claims[c] for c in conflict], concerns, labels),
    )


def _solve(builder: ConstraintBuilder, dropped: set[str]) -> TimeSolution:
    kept = [c for c in builder.constraints if dropped.isdisjoint(builder.reasons[c.reason].claims)]
    network = TimeNetwork(len(builder.names), kept)
    return TimeSolution(
        network,
        builder.points,
        tuple(builder.names),
        tuple(builder.reasons),
        network.at_least(ORIGIN),
        network.at_most(ORIGIN),
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
        if subject is None:
            raise BadClaim(
                f"{iri} is a {local_name(kind)} without its {local_name(declared.subject_role)}.",
                where=claims[0] if claims else iri,
                remedy=f"State its tn:{local_name(declared.subject_role)} in every claim about it.",
            )
    existence = Certainty.CERTAIN if firm else Certainty.POSSIBLE
    return Occurrence(iri, kind, subject, obj, time.bounds(iri), existence, contested, claims)


def _role(about: list[Statement], role: str) -> str | None:
    found = sorted(s.object.value for s in about if s.predicate == role)
    return found[0] if found else None
