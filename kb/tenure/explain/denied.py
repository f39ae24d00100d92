"""What is denied of an occurrence, and what comes of it: also where it changes nothing."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from tenure.explain.model import LeftOut
from tenure.fusion import Denial, World, claim_in_short, denied_of, why_not
from tenure.model import Occurrence
from tenure.temporal import Certainty
from tenure.temporal.in_words import all_days_in_words


def denials(world: World, occurrence: Occurrence) -> tuple[LeftOut, ...]:
    """The claims that deny it, or a part in it, and the lists of all holders that leave it out.

    Each with the days meant and what is left on them, in a sentence.
    """
    denying = denied_of(world, occurrence)
    reasons = why_not(world, {one.claim for one in denying})
    found = [
        LeftOut(one.claim, f"{_said(world, one.claim)} {_outcome(world, occurrence, one, reasons)}")
        for one in denying
    ]
    named = {one.claim for one in found}
    lists = {claim for out in occurrence.exclusions for claim in out.claims} - named
    found += [
        LeftOut(claim, f"{_said(world, claim)} {_left(occurrence, claim)}")
        for claim in sorted(lists)
    ]
    return tuple(found)


def _said(world: World, claim: str) -> str:
    return f"{claim_in_short(claim)}: {world.claims[claim].statement.rstrip('.')}."


def _outcome(
    world: World, occurrence: Occurrence, denied: Denial, reasons: Mapping[str, str]
) -> str:
    if world.standings.get(denied.claim) == "SetAside":
        return f"It does not count: {reasons.get(denied.claim, 'the policy leaves it out')}."
    if denied.only_parts:
        return "It denies a part in it."
    left = _left(occurrence, denied.claim)
    if left:
        return left
    meant = ", ".join(all_days_in_words(first, last) for first, last in denied.ranges)
    if denied.claim in reasons:
        return f"It changes nothing: {reasons[denied.claim]}."
    return f"It takes no day out on which it could have been. The days meant are {meant or 'none'}."


def _left(occurrence: Occurrence, claim: str) -> str:
    return " ".join(_sentences(occurrence, claim))


def _sentences(occurrence: Occurrence, claim: str) -> Iterator[str]:
    for certainty, contested, text in (
        (Certainty.RULED_OUT, False, "It rules out {}."),
        (Certainty.POSSIBLE, True, "Nothing settles it: {} it is possible at most."),
        (Certainty.POSSIBLE, False, "It leaves it possible at most {}."),
    ):
        meant: Sequence[str] = [
            all_days_in_words(one.first, one.last)
            for one in occurrence.exclusions
            if claim in one.claims and (one.certainty, one.contested) == (certainty, contested)
        ]
        if meant:
            yield text.format(" and ".join(meant))
