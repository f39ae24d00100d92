"""How claims are put, and why one does not make the world: what stands beside every certainty.

An answer that says *certain* and nothing else dresses up what may rest on one hedged report.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence

from tenure.claims import Claim
from tenure.world.model import World
from tenure.world.schema import Schema

ACCEPTED = "Accepted"


def manner_of(world: World, claims: Iterable[str]) -> str:
    """How the claims are put together: *asserted, reported*.

    With *hedged* where every one is softened, and *read by us* where every one is the editor's
    reading.
    """
    return manner([world.claims[iri] for iri in claims], world.schema)


def manner(claims: Sequence[Claim], schema: Schema) -> str:
    """As :func:`manner_of`; empty where there are none."""
    words = sorted({schema.notation(claim.modality).lower() for claim in claims})
    if claims and all(claim.hedged for claim in claims):
        words.append("hedged")
    if claims and all(claim.inferred for claim in claims):
        words.append("read by us")
    return ", ".join(words)


def why_not(world: World, only: Iterable[str] | None = None) -> Mapping[str, str]:
    """Why claims do not make the world, a sentence each; of all claims, or ``only`` of some.

    Claims that are accepted are absent, also those that gave way in a conflict which leaves
    nothing out of the world.
    """
    asked = world.standings if only is None else only
    lost: dict[str, list[str]] = defaultdict(list)
    for conflict in world.conflicts:
        for claim in conflict.overruled:
            others = [
                claim_in_short(one) for one in conflict.claims if one not in conflict.overruled
            ]
            if conflict.settled:
                told = f"by the rule {conflict.rule!r} it gives way to {_listed(others)}"
            else:
                rest = [claim_in_short(one) for one in conflict.claims if one != claim]
                told = (
                    f"it contradicts {_listed(rest) or 'what is always so'}, and nothing settles it"
                )
            if told not in lost[claim]:
                lost[claim].append(told)
    found = {}
    for iri in asked:
        claim_ = world.claims.get(iri)
        if claim_ is None or world.standings.get(iri) == ACCEPTED:
            continue
        reasons = [*world.policy.objections(claim_), *lost.get(iri, ())]
        if reasons:
            found[iri] = "; ".join(reasons)
    return found


def claim_in_short(iri: str) -> str:
    """A claim as sentences call it: ``claim/<source>/<number>``."""
    return "/".join(iri.rsplit("/", 3)[-3:])


def _listed(names: Sequence[str]) -> str:
    return " and ".join(filter(None, (", ".join(names[:-1]), *names[-1:])))
