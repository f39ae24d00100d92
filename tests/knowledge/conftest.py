"""The world that all claims make at once, by the one fusion: what is served is held to it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest

from tenure.explain import WhatIf
from tenure.fusion import FusionContext, World, fuse
from tenure.knowledge import KnowledgeBase
from tenure.model import Policy
from tenure.model.occurrence import Conflict

Whole = Callable[[str], WhatIf]


def all_at_once(kb: KnowledgeBase, policy: Policy) -> WhatIf:
    """All claims of a knowledge base fused, and asked about without one of them."""
    registry, claims = kb.registry, dict(kb.claims)
    context = FusionContext(
        registry.types,
        kb.schema,
        policy,
        kb.names,
        registry.labels,
        kb.sources,
        registry.one_seat,
    )
    return WhatIf(
        fuse(claims, context),
        lambda gone: fuse({iri: one for iri, one in claims.items() if iri != gone}, context),
    )


def as_in_graph(world: World) -> list[Conflict]:
    """Its conflicts as the graph of a world tells of them: of what is left out, only who lost."""
    return [
        replace(one, overruled=one.lost if one.kind == "time" else ()) for one in world.conflicts
    ]


@pytest.fixture(scope="session")
def whole(kb: KnowledgeBase) -> Whole:
    """By the text of a policy, all claims of ``kb/facts`` at once."""
    made: dict[str, WhatIf] = {}

    def of(text: str = "") -> WhatIf:
        if text not in made:
            made[text] = all_at_once(kb, kb.policy(text))
        return made[text]

    return of
