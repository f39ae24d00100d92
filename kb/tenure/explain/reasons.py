"""Explanations, read back from the world to the claims."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

from tenure.errors import BadDate, NotFound
from tenure.explain.denied import denials
from tenure.explain.left_out import left_out, left_out_wholly
from tenure.explain.model import (
    AlternativeReason,
    BoundReason,
    ClaimReason,
    Dependency,
    Explanation,
    SourceReason,
    Step,
)
from tenure.explain.sensitivity import BOUNDS, Sensitivity, claim_in_words
from tenure.explain.what_if import WhatIf
from tenure.fusion import (
    AsOf,
    Moment,
    Plan,
    Reason,
    TimeSolution,
    World,
    claim_in_short,
    manner_of,
    name_of,
    why_not,
)
from tenure.model import Claim, Conflict, Occurrence
from tenure.namespaces import TNV_PREFIX
from tenure.temporal import Certainty, Reach, iso
from tenure.temporal.in_words import date_in_words, day_in_words, stretch_in_words

Labels = Mapping[str, str]


def explain(
    world: World,
    iri: str,
    labels: Labels,
    what_if: WhatIf | None = None,
    moments: Sequence[Moment] = (),
) -> Explanation:
    """Why the occurrence ``iri`` is in the world, down to the passages.

    ``labels`` names entities. With ``what_if``, which asks about the same world, it says too what
    each bound hangs on and what would change it, and how things stood at the ``moments``.
    Raises :class:`~tenure.errors.NotFound` when the world has no such occurrence.
    """
    occurrence = world.occurrences.get(iri)
    if occurrence is None:
        raise NotFound(
            f"The world under this policy has no situation or event {iri}.",
            remedy=left_out_wholly(world, iri)
            or "`tenure timeline` of an entity lists what there is; a policy may leave it out.",
        )
    sensitivity = Sensitivity(what_if, occurrence, labels) if what_if is not None else None
    bounds = _bounds(world, occurrence, labels, sensitivity)
    at = tuple(sensitivity.at(moment) for moment in moments) if sensitivity is not None else ()
    concerning = [c for c in world.conflicts if iri in c.concerns]
    claims = (
        set(occurrence.claims)
        | {claim for bound in bounds for step in bound.steps for claim in step.claims}
        | {one.claim for bound in bounds for one in bound.hangs_on}
        | {one.claim for moment in at for one in moment.hangs_on}
        | {claim for conflict in concerning for claim in conflict.claims}
        | {claim for plan in world.plans_of(iri) for claim in plan.claims}
        | {claim for one in occurrence.alternatives for claim in one.leaves_out}
        | {claim for out in occurrence.exclusions for claim in out.claims}
    )
    return Explanation(
        iri,
        occurrence_label(world, occurrence, labels),
        world.schema.label(occurrence.kind),
        occurrence.subject,
        occurrence.object,
        str(occurrence.certainty),
        "contested" if occurrence.contested else "settled",
        bounds,
        tuple(claim_reason(world, claim, labels) for claim in _in_order(world, claims)),
        tuple(_in_short(conflict) for conflict in concerning),
        sensitivity.loose() if sensitivity is not None else (),
        at,
        manner_of(world, occurrence.claims),
        left_out(world, iri),
        tuple(dict.fromkeys(map(plan_in_words, world.plans_of(iri)))),
        alternatives_of(occurrence),
        occurrence.note,
        denials(world, occurrence),
    )


def with_presumed(found: Explanation, what_if: WhatIf, moments: Iterable[Moment]) -> Explanation:
    """The explanation, with these moments as such on which it is presumed, and what hangs on what.

    That is, of the presumption by itself: who came after it is not asked anew.
    """
    presumption = what_if.world.occurrences[found.iri].presumption
    told = {one.key: one for one in moments}
    if presumption is None or not told:
        return found
    source = presumption.source
    whose = f", by {thing_in_words(what_if.world, source, {})}" if source is not None else ""
    note = (
        f"Nothing vouches for it after {day_in_words(presumption.word)}{whose}; "
        f"by itself it is presumed to go on until {day_in_words(presumption.until)}. "
        "It would not be presumed if a source stated that it had ended by then, or named another "
        "in its place with a later word."
    )
    return replace(
        found,
        moments=tuple(
            replace(
                one,
                certainty=str(Certainty.PRESUMED),
                note=note,
                hangs_on=_presumed_on(what_if, found, told[one.key], one.hangs_on),
            )
            if one.key in told
            else one
            for one in found.moments
        ),
    )


def _presumed_on(
    what_if: WhatIf, found: Explanation, moment: Moment, known: Sequence[Dependency]
) -> tuple[Dependency, ...]:
    """The claims without which nothing would be presumed at a moment, beside those known."""
    otherwise = {one.claim: one for one in known}
    for claim in (one.iri for one in found.claims):
        if claim in otherwise or what_if.is_large:
            continue
        world = what_if.fused_without(claim)
        left = world.occurrences.get(found.iri)
        if left is None:
            continue
        as_of = AsOf(moment, world.time)
        begun, presumption = left.bounds.start_latest, left.presumption
        until = None if presumption is None else presumption.until
        if begun is not None and until is not None and as_of.covered(begun, until):
            continue
        then = as_of.certainty(left)
        if then is not Certainty.CERTAIN:
            word = "possible only" if then is Certainty.POSSIBLE else str(then)
            text = f"Without {claim_in_words(what_if.world, claim)} it would be {word}."
            otherwise[claim] = Dependency(claim, str(then), False, text)
    return tuple(otherwise.values())


def plan_in_words(plan: Plan) -> str:
    """What was planned, by which claims, and until when their source could vouch."""
    word = "First" if plan.which == "start" else "Last"
    when = stretch_in_words(plan.low, plan.high)
    spoken = stretch_in_words(*plan.spoken)
    claims = " and ".join(map(claim_in_short, plan.claims))
    return f"{word} day as planned: {when}, by {claims}, which spoke {spoken}."


def alternatives_of(occurrence: Occurrence) -> tuple[AlternativeReason, ...]:
    """The distinct bounds of an occurrence side by side; empty where there are not several."""
    found = []
    for one in occurrence.alternatives:
        four = one.bounds
        days = (four.start_earliest, four.start_latest, four.end_earliest, four.end_latest)
        written = (None if day is None else iso(day) for day in days)
        found.append(
            AlternativeReason(
                dict(zip((name for name, _, _ in BOUNDS), written, strict=True)),
                stretch_in_words(*days[:2]),
                stretch_in_words(*days[2:]),
                one.leaves_out,
                one.reason,
            )
        )
    return tuple(found)


def _in_short(conflict: Conflict) -> str:
    """Why there is a conflict, and how it came out."""
    if not conflict.rule:
        return f"{conflict.reason} Nothing settles it."
    gave_way = ", ".join(claim_in_short(one) for one in conflict.lost)
    return f"{conflict.reason} The rule {conflict.rule!r} settles it: {gave_way} gave way."


def source_reason(world: World, iri: str) -> SourceReason:
    """A source as explanations show it. Raises KeyError where the world knows none."""
    source = world.sources[iri]
    return SourceReason(
        iri, source.label, source.published.text, date_in_words(source.published.text)
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
        world.schema.notation(claim.reading),
        claim.read_from,
        why_not(world, [iri]).get(iri, ""),
    )


def _in_order(world: World, claims: Iterable[str]) -> list[str]:
    def place(iri: str) -> tuple[str, int, str]:
        claim: Claim = world.claims[iri]
        return (claim.source, min(claim.sentences, default=0), iri)

    return sorted(claims, key=place)


def _bounds(
    world: World, occurrence: Occurrence, labels: Labels, sensitivity: Sensitivity | None
) -> tuple[BoundReason, ...]:
    found = []
    for name, which, greatest in BOUNDS:
        # The alternative in which the bound is that of all alternatives together.
        several = world.time.of(occurrence.existence)
        time = several.attaining((occurrence.iri, which), greatest=greatest)
        reach = time.at_most if greatest else time.at_least
        point = time.points.get((occurrence.iri, which))
        day = reach.distance.get(point) if point is not None else None
        steps = (
            steps_of(world, time, reach, point, labels)
            if point is not None and day is not None
            else ()
        )
        hangs_on, note = sensitivity.of_bound(name) if sensitivity is not None else ((), "")
        behind = sensitivity.every_claim(name) if sensitivity is not None else ()
        written = iso(day) if day is not None else None
        found.append(BoundReason(name, written, steps, behind, hangs_on, note))
    return tuple(found)


def steps_of(
    world: World, time: TimeSolution, reach: Reach, point: int, labels: Labels
) -> tuple[Step, ...]:
    """The constraints that give a point's distance, in words, without those that only date it."""
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
    return _dated(f"{name_of(reason.subject, labels)} is dated", reason.object)


def _step(world: World, reason: Reason, labels: Labels) -> Step:
    """A constraint in words: what the claims state, and which axiom makes a bound of it."""
    axiom = world.schema.axioms.get(reason.axiom)
    subject = thing_in_words(world, reason.subject, labels)
    if not reason.predicate:
        text = f"{subject}: {axiom.label if axiom else reason.axiom}"
    elif reason.distance is not None:
        other = thing_in_words(world, reason.object, labels)
        text = reason.distance.sentence(world.schema, reason.predicate, subject, other)
    elif reason.predicate.startswith(TNV_PREFIX):
        text = (
            f"{subject} is told in the tense “{world.schema.label(reason.predicate)}”"
            f" by {thing_in_words(world, reason.object, labels)}"
        )
    elif "://" in reason.object:
        obj = thing_in_words(world, reason.object, labels)
        text = f"{subject} {world.schema.label(reason.predicate)} {obj}"
    elif axiom is not None and axiom.over_value:
        text = f"{subject} {world.schema.label(reason.predicate)}: {reason.object}"
    else:
        text = _dated(f"{subject} {world.schema.label(reason.predicate)}", reason.object)
    if reason.planned:
        text = f"{text} – a plan when its source spoke"
    text = text[:1].upper() + text[1:]
    return Step(text, reason.claims, reason.axiom or None, axiom.label if axiom else None)


def _dated(text: str, value: str) -> str:
    """The text with a date in words after it, or with what else stands for one."""
    try:
        phrase = date_in_words(value)
    except BadDate:
        return f"{text}: {value}"
    # A label such as *happened on* brings its own preposition.
    return f"{text.removesuffix(' on')} {phrase}"


def thing_in_words(world: World, iri: str, labels: Labels) -> str:
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
