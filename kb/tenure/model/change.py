"""A change of the facts: what whoever states something hands to a folder of facts or to a store."""

from __future__ import annotations

from dataclasses import dataclass, field

from pyoxigraph import Quad


@dataclass(frozen=True, slots=True)
class Change:
    """Statements to be added, and claims to be retracted, as one revision.

    Attributes:
        added: new claims, sources, evidence and entities, described in the default graph; what a
            claim states, in the graph of its name.
        retracted: the IRIs of claims that are no longer to be relied on. They stay, with the
            instant.

    When a claim was recorded or retracted, why and by whom is no part of it: whatever carries the
    change out notes that, and refuses it where the rules do.
    """

    added: tuple[Quad, ...] = field(default=(), repr=False)
    retracted: tuple[str, ...] = ()
