"""An edition out of a store, and the graph of its world brought up to date."""

from __future__ import annotations

import logging
from collections.abc import Iterable
from typing import Final

from pyoxigraph import Quad

from tenure.knowledge.edition import Edition
from tenure.knowledge.graphs import ComputedGraphs
from tenure.knowledge.known import read_known
from tenure.knowledge.piecewise import PiecewiseWorlds
from tenure.knowledge.stored import StoredClaims
from tenure.knowledge.world_graph import WorldGraph
from tenure.knowledge.worlds import WholeWorlds
from tenure.load.store_state import noted_stamp, stamp_quad
from tenure.store import Store
from tenure.terms import Names
from tenure.world import world_triples

_LOG: Final = logging.getLogger("tenure.knowledge")


def read_edition(
    store: Store,
    names: Names,
    most_held: int | None = None,
    *,
    ontology: Iterable[Quad] | None = None,
) -> Edition:
    """What follows from what the store holds now; of more claims than ``most_held``, in pieces.

    None means that there is no such number; ``ontology`` is one to be read in place of the store's.
    Raises :class:`~tenure.errors.BadClaim` for a claim that cannot be understood.
    """
    known = read_known(store, names, most_held, ontology=ontology)
    claims = known.base.claims
    if isinstance(claims, StoredClaims):
        graph = WorldGraph(store, names, known.schema)
        return Edition(known, names, PiecewiseWorlds(known, claims, names, graph))
    return Edition(known, names, WholeWorlds(known, names))


def build_world(edition: Edition, graphs: ComputedGraphs, *, trusted: bool) -> None:
    """Have the graph of the world under the default policy in the store, and note its stamp.

    In pieces it takes minutes for a million claims; with ``trusted``, a graph with the right stamp
    is left as it is: every write keeps it up to date.
    """
    names, store = edition.names, graphs.store
    world = names.graph("world")
    noted = noted_stamp(store, names)
    stamp = stamp_quad(store.quads(names.graph("ontology")), names)
    if not edition.is_in_pieces:
        graphs.keep(world, world_triples(edition.world(), names))
        if noted != [stamp] and store.is_kept:
            graphs.note(noted, [stamp])
        return
    if trusted and noted == [stamp]:
        return
    # Whoever opens the store waits for it, and should know what for.
    _LOG.warning(
        "The graph of the world of %s claims is built, which is done once and takes minutes.",
        f"{len(edition.known.base.claims):,}",
    )
    graphs.note(noted, ())
    graphs.fill(world, (one for piece in edition.pieces() for one in world_triples(piece, names)))
    graphs.note((), [stamp])


def is_unbuilt(edition: Edition, store: Store) -> bool:
    """Whether the graph of the world is still to be built: whoever was about to has been stopped.

    The next opening builds it.
    """
    if edition.is_in_pieces:
        return not noted_stamp(store, edition.names)
    return next(store.quads(edition.names.graph("world")), None) is None
