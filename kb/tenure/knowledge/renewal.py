"""A store of another version of Tenure made to say what this one says.

What was stated stays: claims, descriptions, revisions, users' graphs. What comes with Tenure, the
ontology, is replaced, and what is computed from both is computed anew.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from itertools import chain
from typing import Any

from pyoxigraph import NamedNode, Quad

from tenure.knowledge.filling import ontology_as_stored
from tenure.knowledge.materialise import computed_quads, is_materialised
from tenure.knowledge.snapshot import read_snapshot
from tenure.knowledge.store_state import (
    FORMAT,
    format_change,
    noted_stamp,
    read_format,
    stamp_quad,
    statements_of,
)
from tenure.namespaces import Names
from tenure.store import Store


@dataclass(frozen=True, slots=True)
class Renewal:
    """What is to be changed in a store, or was.

    Attributes:
        format: the number of its format before; the present one is
            :data:`~tenure.knowledge.store_state.FORMAT`.
        ontology: how many statements of the ontology come in, and how many go.
        world: the same of the world; None where it is worked out afterwards.
        claims: how many claims there are, all of which are kept.
        removed: the statements to be taken out in the one transaction; ``added`` and ``emptied``
            (graphs) likewise.
    """

    format: int
    ontology: tuple[int, int]
    world: tuple[int, int] | None
    claims: int
    removed: tuple[Quad, ...] = ()
    added: tuple[Quad, ...] = ()
    emptied: tuple[NamedNode, ...] = ()

    def write(self, store: Store) -> None:
        """Do it, in one transaction. Raises :class:`~tenure.errors.StoreFull`."""
        store.change(self.removed, self.added, emptied=self.emptied)
        store.flush()

    def __str__(self) -> str:
        parts = [] if self.format == FORMAT else [f"format {self.format} to {FORMAT}"]
        parts.append("ontology +{:,} -{:,} statements".format(*self.ontology))
        if self.world is None:
            parts.append("world worked out anew")
        else:
            parts.append("world +{:,} -{:,} statements".format(*self.world))
        return ", ".join((*parts, f"claims kept {self.claims:,}"))

    def to_dict(self) -> dict[str, Any]:
        """As JSON takes it."""
        came, went = self.ontology
        return {
            "format": {"from": self.format, "to": FORMAT},
            "ontology": {"added": came, "removed": went},
            "world": None
            if self.world is None
            else {"added": self.world[0], "removed": self.world[1]},
            "claimsKept": self.claims,
        }


def is_current(store: Store, names: Names) -> bool:
    """Whether a store that holds something is of this version, but for a world not yet built.

    Raises :class:`~tenure.errors.BadInput` for one that a later version wrote.
    """
    return not any(format_change(store, names)) and has_our_rules(store, names)


def has_our_rules(store: Store, names: Names) -> bool:
    """Whether what a store derives follows by the rules of this version, where it is there."""
    return has_ontology(store, names) and (
        not noted_stamp(store, names) or is_materialised(store, names)
    )


def has_ontology(store: Store, names: Names) -> bool:
    """Whether a store has the ontology that comes with this version."""
    here, packaged = store.whole(names.graph("ontology")), ontology_as_stored(names)
    # One that another process wrote has other blank nodes.
    return here == packaged or statements_of(here) == statements_of(packaged)


def take_over(store: Store, names: Names) -> None:
    """Have a store, of which nothing is kept, be of this version, but for a world yet to be built.

    The same as :func:`plan_renewal` with the world left to whoever opens it.
    """
    ontology = ontology_as_stored(names)
    removed, added = format_change(store, names)
    graph = names.graph("ontology")
    store.change([*removed, *noted_stamp(store, names)], [*added, *ontology], emptied=[graph])


def plan_renewal(store: Store, names: Names) -> Renewal:
    """What is to be changed so that the store says what this version says; nothing is written.

    Of a large base the world is left to whoever opens the store then, which is noted in the same
    transaction.

    Raises:
        BadInput: a later version wrote the store.
        BadClaim: a claim that this version cannot understand.
    """
    removed, added = format_change(store, names)
    ontology = ontology_as_stored(names)
    graph, terms_of_own = names.ontology_graphs
    own = store.whole(terms_of_own)
    new, here = (Counter(statements_of(one)) for one in (ontology, store.whole(graph)))
    terms = ((new - here).total(), (here - new).total())
    emptied = [graph] if any(terms) else []
    added += ontology if emptied else ()
    removed += noted_stamp(store, names)
    snapshot = read_snapshot(store, names, ontology=ontology | own)
    world: tuple[int, int] | None = None
    if snapshot.is_large:
        snapshot.check_claims()
    else:
        anew = set(chain.from_iterable(computed_quads(snapshot)))
        old = {quad for part in names.computed_parts for quad in store.quads(part)}
        world = (len(anew - old), len(old - anew))
        added += [*(anew - old), stamp_quad(ontology | own, names)]
        removed += old - anew
    both = set(removed) & set(added)
    return Renewal(
        read_format(store, names) or FORMAT,
        terms,
        world,
        len(snapshot.claims),
        tuple(one for one in removed if one not in both),
        tuple(one for one in added if one not in both),
        tuple(emptied),
    )


def check_by(store: Store, names: Names, ontology: frozenset[Quad]) -> None:
    """Raises :class:`~tenure.errors.BadClaim` for a claim not to be understood by an ontology."""
    read_snapshot(store, names, ontology=ontology).check_claims()
