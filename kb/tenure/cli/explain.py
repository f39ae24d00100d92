"""``tenure explain X``: why something is in the world, down to sentences and offsets."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import asdict
from typing import Annotated

import typer

from tenure.claims import Evidence, Policy, Retraction
from tenure.cli.options import (
    Base,
    Facts,
    KnownAt,
    PolicyText,
    StorePath,
    chosen_format,
    opened,
    policy_of,
)
from tenure.cli.output import Shortener, print_json
from tenure.errors import NotFound
from tenure.explain import (
    BoundReason,
    ClaimReason,
    Explanation,
    Hanging,
    LeftOut,
    MomentReason,
    Step,
)
from tenure.knowledge import KnowledgeBase
from tenure.nearest import nearest, remedy_of
from tenure.temporal import parse_iso
from tenure.temporal.in_words import day_in_words

RESTATED = "restated in our words; the source's own are at the passages"
_HUMP = re.compile(r"(?<=[a-z])(?=[A-Z])")
_BOUNDS = {
    "startEarliest": ("First day, at the earliest", "nothing bounds it"),
    "startLatest": ("First day, at the latest", "nothing bounds it"),
    "endEarliest": ("Last day, at the earliest", "nothing bounds it"),
    "endLatest": ("Last day, at the latest", "nothing bounds it (which never means that it lasts)"),
}


def explain_command(
    thing: Annotated[
        str,
        typer.Argument(metavar="X", help="The slug or IRI of a situation, an event or a claim."),
    ],
    at: Annotated[
        str | None,
        typer.Option(
            "--at", help="Say too how it stood on this day, EDTF value, event or source, and why."
        ),
    ] = None,
    form: Annotated[str, typer.Option("--format", help="text, json.")] = "text",
    policy: PolicyText = None,
    known_at: KnownAt = None,
    facts: Facts = None,
    store: StorePath = None,
    base: Base = None,
) -> None:
    """Say why something is in the world.

    Shows the bounds of its first and last day, the constraints that gave each of them, what would
    change them, and the claims with the passages that they rest on.
    """
    chosen = chosen_format(form, ("text", "json"))
    kb = opened(facts, store, base)
    ruling = policy_of(kb, policy, known_at)
    short = Shortener(kb.names)
    claim = next((iri for iri in (thing, kb.names.base + thing) if iri in kb.claims), None)
    if claim is not None:
        reason = kb.claim_reason(claim, ruling)
        lines = [*_claim(reason, short), f"({RESTATED[0].upper()}{RESTATED[1:]}.)"]
        data = asdict(reason)
    else:
        moments = [kb.moment(at=at)] if at else []
        explanation = kb.explain(_occurrence(kb, thing, ruling), ruling, moments)
        lines = list(explanation_lines(explanation, short))
        data = explanation.to_dict()
    if chosen == "json":
        print_json(data)
    else:
        typer.echo("\n".join(lines))


def _occurrence(kb: KnowledgeBase, thing: str, policy: Policy) -> str:
    """The IRI of the situation or event, also of one that only another policy lets into the world.

    Raises:
        NotFound: no claim at all tells of it; names the nearest.
    """
    candidates = (thing, kb.names.entity_iri(thing))
    for iri in candidates:
        if iri in kb.around([iri], policy).occurrences:
            return iri
    # Worth a second fusion only here, where the answer is going to be an error.
    everything = kb.around(candidates, kb.policy("modalities=all;ranks=all")).occurrences
    for iri in candidates:
        if iri in everything:
            return iri
    if thing in (kb.names.short(iri) for iri in kb.registry):
        raise NotFound(
            f"{thing!r} is an entity; situations, events and claims can be explained.",
            remedy=f"`tenure timeline {thing}` lists them.",
        )
    known = [kb.names.short(iri) for iri in everything] + kb.nearest_claims(thing)
    raise NotFound(
        f"There is no situation, event or claim {thing[:120]!r}.",
        remedy=remedy_of(nearest(thing, known), "`tenure timeline ENTITY` lists them."),
    )


def explanation_lines(explanation: Explanation, short: Shortener) -> Iterator[str]:
    """An explanation as a person reads it."""
    yield explanation.label[:1].upper() + explanation.label[1:]
    yield f"{short.iri(explanation.iri)}: {explanation.certainty}, {explanation.status}"
    if explanation.basis:
        yield f"It rests on claims that are: {explanation.basis}"
    for conflict in explanation.conflicts:
        yield f"Conflict: {conflict}"
    for moment in explanation.moments:
        yield ""
        yield from _moment(moment)
    for bound in explanation.bounds:
        yield ""
        yield from _bound(bound, short)
    if explanation.loose:
        yield ""
        yield from explanation.loose
    if explanation.left_out:
        yield ""
        yield "Left out by the policy:"
        yield from hanging_lines(explanation.left_out)
    yield ""
    yield f"The claims ({RESTATED}):"
    yield from claim_lines(explanation.claims, short)


def claim_lines(claims: Sequence[ClaimReason], short: Shortener) -> Iterator[str]:
    """Claims as a person reads them, an empty line before each."""
    for claim in claims:
        yield ""
        yield from _claim(claim, short, "  ")


def step_lines(steps: Sequence[Step], short: Shortener) -> Iterator[str]:
    """A derivation as a person reads it, its steps numbered."""
    for number, step in enumerate(steps, start=1):
        yield f"  {number}. {step.text}"
        grounds = [f"by the rule: {step.axiom_label}"] if step.axiom_label else []
        grounds += [short.iri(claim) for claim in step.claims]
        if grounds:
            yield f"     {'; '.join(grounds)}"


def _moment(moment: MomentReason) -> Iterator[str]:
    yield f"{moment.when[:1].upper()}{moment.when[1:]}: {moment.certainty}"
    yield from hanging_lines(
        moment.hangs_on, moment.note, moment.would_be_certain, *moment.left_out
    )


def _bound(bound: BoundReason, short: Shortener) -> Iterator[str]:
    name, unbounded = _BOUNDS[bound.name]
    if bound.day is None:
        yield f"{name}: {unbounded}"
    else:
        yield f"{name}: {day_in_words(parse_iso(bound.day))}"
    yield from step_lines(bound.steps, short)
    yield from hanging_lines(bound.hangs_on, bound.note)


def hanging_lines(hanging: Sequence[Hanging | LeftOut], *notes: str) -> Iterator[str]:
    """What something hangs on, as a person reads it; notes that are empty are left out."""
    for one in hanging:
        yield f"  {one.text}"
    for note in notes:
        if note:
            yield f"  {note}"


def _claim(claim: ClaimReason, short: Shortener, indent: str = "") -> Iterator[str]:
    yield f"{indent}{short.iri(claim.iri)}: {claim.statement}"
    if claim.retraction is not None:
        yield f"{indent}    {_retracted(claim.retraction, short)}"
    standing = _HUMP.sub(" ", claim.standing).lower() or "out of the policy's reach"
    standing += f" ({claim.because})" if claim.because else ""
    manner = [claim.modality.lower(), *(["hedged"] if claim.hedged else []), standing]
    yield f"{indent}    {', '.join(manner)}; said by {' ← '.join(claim.voices)}"
    yield f"{indent}    in: {claim.source_label} ({short.iri(claim.source)})"
    if claim.read_from:
        yield f"{indent}    {claim.read_from}"
    for evidence in claim.evidence:
        yield f"{indent}    {_place(evidence)}"


def _retracted(retraction: Retraction, short: Shortener) -> str:
    by = f" by {retraction.by}" if retraction.by else ""
    why = f": {retraction.message}" if retraction.message else ""
    newer = ", ".join(map(short.iri, retraction.superseded_by))
    return f"RETRACTED at {retraction.instant}{by}{why}" + (
        f"; superseded by {newer}" if newer else ""
    )


def _place(evidence: Evidence) -> str:
    digest = f", SHA-256 {evidence.digest}" if evidence.digest else ""
    return f"{evidence}{digest}"
