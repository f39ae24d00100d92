"""Explanations, read back from the world to the claims."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from tenure.claims import Claim
from tenure.errors import NotFound
from tenure.explain.model import BoundReason, ClaimReason, Explanation, Step
from tenure.temporal import Reach, iso
from tenure.terms import TNV_PREFIX
from tenure.world import Occurrence, Reason, TimeSolution, World, name_of

Labels = Mapping[str, str]


def explain(world: World, iri: str, labels: Labels) -> Explanation:
    """Why the occurrence ``iri`` is in the world, down to the passages.

    ``labels`` names entities. Raises :class:`~tenure.errors.NotFound` when the world has no such
    occurrence.
    """
    occurrence = world.occurrences.get(iri)
    if occurrence is None:
        raise NotFound(
            f"The world under this policy has no situation or event {iri}.",
            remedy="`tenure timeline` of an entity lists what there is; a policy may leave it out.",
        )
    bounds = _bounds(world, occurrence, labels)
    concerning = [c for c in world.conflicts if iri in c.concerns]
    claims = (
        set(occurrence.claims)
        | {claim for bound in bounds for step in bound.steps for claim in step.claims}
        | {claim for conflict in concerning for claim in conflict.claims}
    )
    return Explanation(
        iri,
        occurrence_label(world, occurrence, labels),
        world.schema.label(occurrence.kind),
        occurrence.subject,
        occurrence.object,
        str(occurrence.existence),
        "contested" if occurrence.contested else "settled",
        bounds,
        tuple(claim_reason(world, claim, labels) for claim in _in_order(world, claims)),
        tuple(conflict.reason for conflict in concerning),
    )


def occurrence_label(world: World, occurrence: Occurrence, labels: Labels) -> str:
    """A name a person reads: the event's, or kind, subject and object of a situation."""
    if occurrence.subject is None:
        return name_of(occurrence.iri, labels)
    kind = world.schema.label(occurrence.kind).capitalize()
    parts = [f"{kind}:", name_of(occurrence.subject, labels)]
    if occurrence.object is not None:
        parts += ["–", name_of(occurrence.object, labels)]
    return " ".join(parts)


def claim_reason(world: World, iri: str, labels: Labels) -> ClaimReason:
    """A claim with its speech chain, modality, standing and evidence.

    Raises :class:`~tenure.errors.NotFound` when there is no such claim.
    """
    claim = world.claims.get(iri)
    if claim is None:
        raise NotFound(
            f"There is no claim {iri}.", remedy="`tenure ask claims-about` lists claims."
        )
    standing = world.standings.get(iri, "")
    return ClaimReason(
        iri,
        claim.statement,
        claim.source,
        world.sources[claim.source].label,
        tuple(name_of(voice, labels) for voice in claim.voices),
        world.schema.notation(claim.modality),
        claim.hedged,
        standing,
        claim.evidence,
    )


def _in_order(world: World, claims: Iterable[str]) -> list[str]:
    def place(iri: str) -> tuple[str, int, str]:
        claim: Claim = world.claims[iri]
        return (claim.source, min(claim.sentences, default=0), iri)

    return sorted(claims, key=place)


def _bounds(world: World, occurrence: Occurrence, labels: Labels) -> tuple[BoundReason, ...]:
    time = world.time.of(occurrence.existence)
    found = []
    for name, which, reach in (
        ("startEarliest", "start", time.at_least),
        ("startLatest", "start", time.at_most),
        ("endEarliest", "end", time.at_least),
        ("endLatest", "end", time.at_most),
    ):
        point = time.points.get((occurrence.iri, which))
        day = reach.distance.get(point) if point is not None else None
        steps = (
            _steps(world, time, reach, point, labels)
            if point is not None and day is not None
            else ()
        )
        found.append(BoundReason(name, iso(day) if day is not None else None, steps))
    return tuple(found)


def _steps(
    world: World, time: TimeSolution, reach: Reach, point: int, labels: Labels
) -> tuple[Step, ...]:
    steps: list[Step] = []
    dated: Reason | None = None
    for constraint in reach.path(point):
        reason = time.reason(constraint)
        if reason.dated:
            dated = reason
            continue
        steps.append(_step(world, reason, labels))
    if dated is not None and not steps:
        steps.append(Step(_dated_text(dated, labels), dated.claims, None, None))
    return tuple(steps)


def _dated_text(reason: Reason, labels: Labels) -> str:
    return f"{name_of(reason.subject, labels)} is dated {reason.object}"


def _step(world: World, reason: Reason, labels: Labels) -> Step:
    """A constraint in words: what the claims state, and which axiom makes a bound of it."""
    axiom = world.schema.axioms.get(reason.axiom)
    subject = _thing(world, reason.subject, labels)
    if not reason.predicate:
        text = f"{subject}: {axiom.label if axiom else reason.axiom}"
    elif reason.predicate.startswith(TNV_PREFIX):
        text = (
            f"{subject} is told in the tense “{world.schema.label(reason.predicate)}”"
            f" by {_thing(world, reason.object, labels)}"
        )
    else:
        obj = _thing(world, reason.object, labels) if "://" in reason.object else reason.object
        text = f"{subject} {world.schema.label(reason.predicate)} {obj}"
    text = text[:1].upper() + text[1:]
    return Step(text, reason.claims, reason.axiom or None, axiom.label if axiom else None)


def _thing(world: World, iri: str, labels: Labels) -> str:
    """What a sentence calls a thing: a name, or whose situation it is and in relation to what."""
    source = world.sources.get(iri)
    occurrence = world.occurrences.get(iri)
    if source is not None:
        return f"“{source.label}”"
    if occurrence is None or occurrence.subject is None:
        return name_of(iri, labels)
    whose = f"the {world.schema.label(occurrence.kind)} of {name_of(occurrence.subject, labels)}"
    other = occurrence.object
    return f"{whose} ({name_of(other, labels)})" if other is not None else whose
