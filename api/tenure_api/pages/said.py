"""A claim as a page shows it: what it says, where, through whose mouths, and its standing."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from tenure.world import why_not

if TYPE_CHECKING:
    from collections.abc import Iterable

    from pyoxigraph import Literal

    from tenure.claims import Claim, Evidence, Retraction
    from tenure.knowledge import KnowledgeBase
    from tenure.world import World


@dataclass(frozen=True, slots=True)
class Said:
    """A claim under a policy. ``standing`` is empty where the policy does not reach the claim.

    ``read_from`` names the places of an editor's reading; it is empty where the source states it.
    """

    iri: str
    statement: Literal
    source: str
    voices: tuple[str, ...]
    modality: str
    hedged: bool
    standing: str
    evidence: tuple[Evidence, ...]
    read_from: str
    because: str
    retraction: Retraction | None


def said(kb: KnowledgeBase, world: World, claims: Iterable[Claim]) -> list[Said]:
    """The claims by source and sentence, with what the world's policy makes of each.

    Those that were retracted come last.
    """

    def place(claim: Claim) -> tuple[bool, str, int, str]:
        first = min(claim.sentences, default=0)
        return claim.retracted_at is not None, claim.source, first, claim.iri

    shown = sorted(claims, key=place)
    because = why_not(world, [claim.iri for claim in shown])
    gone = kb.retractions(shown)

    return [
        Said(
            claim.iri,
            claim.words,
            claim.source,
            claim.voices,
            claim.modality,
            claim.hedged,
            world.standings.get(claim.iri, ""),
            claim.evidence,
            claim.read_from,
            because.get(claim.iri, ""),
            gone.get(claim.iri),
        )
        for claim in shown
    ]
