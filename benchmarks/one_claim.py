"""One claim added to a world that is kept up to date, against fusing everything anew."""

from __future__ import annotations

import statistics
import sys
from functools import partial

from benchmarks.result import Result
from benchmarks.scale import Generated, timed
from tenure.claims import Claim
from tenure.knowledge import KnowledgeBase, open_knowledge_base
from tenure.world import Fusion, Ground

SIZES = (10_000, 100_000)
_CHANGES = 20


def one_claim() -> list[Result]:
    """At each size: one claim added (the median of some), and the same world made at once."""
    kb = open_knowledge_base()
    return [_at_size(size, kb) for size in SIZES]


def _at_size(tenures: int, kb: KnowledgeBase) -> Result:
    made = Generated(tenures, kb.names)
    claims = {claim.iri: claim for claim in made.claims()}
    ground = Ground(made.sources, {}, kb.schema, kb.default_policy, kb.names, {})
    fusion = Fusion(claims, ground)
    took = []
    added: dict[str, Claim] = {}
    for turn in range(_CHANGES):
        claim = made.claim(turn * (tenures // _CHANGES) + 3, 1)
        added[claim.iri] = claim
        seconds, fusion = timed(partial(fusion.changed, {claim.iri: claim}))
        took.append(seconds)
    anew, whole = timed(lambda: Fusion({**claims, **added}, ground))
    print(f"one-claim: {tenures:,} tenures fused anew in {anew:.1f} s", file=sys.stderr)
    same = (
        fusion.world.occurrences == whole.world.occurrences
        and fusion.world.conflicts == whole.world.conflicts
        and fusion.world.standings == whole.world.standings
    )
    if not same:
        raise SystemExit(f"one-claim: the worlds of {tenures:,} tenures differ")
    name = f"one claim added to a world of {tenures:,} tenures (median)"
    equal = len(whole.world.occurrences)
    return Result(name, statistics.median(took), anew, "all fused anew", equal)
