"""What a policy leaves out of an answer: the claims it does not count, and what they would change.

Without it a weak or an empty answer looks like all that is known.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from pyoxigraph import NamedNode

from tenure.explain.model import Explanation, LeftOut, MomentReason
from tenure.fusion import World, why_not
from tenure.fusion.messages import claim_in_short

_SET_ASIDE = "SetAside"
_DEGREES = ("ruled out", "possible", "certain")


def left_out(world: World, iri: str) -> tuple[LeftOut, ...]:
    """The claims that tell of an occurrence and do not count under the world's policy, and why."""
    found = sorted(
        claim.iri
        for claim in world.claims.values()
        if world.standings.get(claim.iri) == _SET_ASIDE
        and not claim.denies
        and any(_is(triple.subject, iri) for triple in claim.content)
    )
    reasons = why_not(world, found)
    return tuple(
        LeftOut(
            claim, f"{claim_in_short(claim)}: {world.claims[claim].statement} ({reasons[claim]})"
        )
        for claim in found
    )


def _is(subject: object, iri: str) -> bool:
    # Not by making a node of it: what a request names need not be an IRI at all.
    return isinstance(subject, NamedNode) and subject.value == iri


def left_out_wholly(world: World, iri: str) -> str:
    """Of something that the world does not have, which claims tell of it and why they do not count.

    Empty where no claim that the policy hears tells of it.
    """
    stated = "; ".join(one.text for one in left_out(world, iri))
    denied = "; ".join(
        f"{claim_in_short(claim.iri)}: {claim.statement}"
        for claim in world.claims.values()
        if claim.denies and any(_is(triple.subject, iri) for triple in claim.content)
    )
    told = f"The policy leaves out what tells of it: {stated}." if stated else ""
    only = f"Nobody tells of it but who denies it: {denied}." if denied else ""
    return " ".join(filter(None, (told, only)))


def beside(found: Explanation, wider: Explanation, part: str, world: World) -> Explanation:
    """The explanation, with what would be surer at its moments if the policy had not one ``part``.

    ``wider`` is the explanation without that part; ``world`` is that of the policy itself.
    """
    moments = tuple(
        replace(now, left_out=(*now.left_out, *_surer(now, then, part, world)))
        for now, then in zip(found.moments, wider.moments, strict=True)
    )
    return replace(found, moments=moments)


def _surer(now: MomentReason, then: MomentReason, part: str, world: World) -> Iterator[str]:
    if _DEGREES.index(then.certainty) <= _DEGREES.index(now.certainty):
        return
    ours = [one.claim for one in then.hangs_on if world.standings.get(one.claim) == _SET_ASIDE]
    by = f", by {' and '.join(map(claim_in_short, ours))}" if ours else ""
    yield f"Without “{part}” in the policy it would be {then.certainty}{by}."
