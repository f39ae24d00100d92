"""An edition out of a store, and the graph of its world brought up to date."""

from __future__ import annotations

import hashlib
import logging
from typing import Final

from pyoxigraph import Literal, NamedNode, Quad

from tenure.knowledge.edition import Edition
from tenure.knowledge.graphs import ComputedGraphs
from tenure.knowledge.known import Known, read_known
from tenure.knowledge.piecewise import PiecewiseWorlds
from tenure.knowledge.stored import StoredClaims
from tenure.knowledge.world_graph import WorldGraph
from tenure.knowledge.worlds import WholeWorlds
from tenure.store import Store
from tenure.terms import Names
from tenure.world import world_triples

_LOG: Final = logging.getLogger("tenure.knowledge")

_RULES: Final = "1"
"""To be raised with every change of what fusion makes of the same claims."""

_CONFORMS_TO: Final = NamedNode("http://purl.org/dc/terms/conformsTo")


def read_edition(store: Store, names: Names, most_held: int | None = None) -> Edition:
    """What follows from what the store holds now; of more claims than ``most_held``, in pieces.

    None means that there is no such number. Raises :class:`~tenure.errors.BadClaim` for a claim
    that cannot be understood.
    """
    known = read_known(store, names, most_held)
    claims = known.base.claims
    if isinstance(claims, StoredClaims):
        graph = WorldGraph(store, names, known.schema)
        return Edition(known, names, PiecewiseWorlds(known, claims, names, graph))
    return Edition(known, names, WholeWorlds(known, names))


def build_world(edition: Edition, graphs: ComputedGraphs, *, trusted: bool) -> None:
    """Have the graph of the world under the default policy in the store.

    In pieces it takes minutes for a million claims. It is then noted what it was built from; with
    ``trusted``, a graph of which that is noted is left as it is: every write keeps it up to date.
    """
    names = edition.names
    world = names.graph("world")
    if not edition.is_in_pieces:
        graphs.keep(world, world_triples(edition.world(), names))
        return
    state = names.graph("state")
    noted = [q for q in graphs.store.quads(state, subject=state) if q.predicate == _CONFORMS_TO]
    mark = Quad(state, _CONFORMS_TO, Literal(_mark(edition.known, names, graphs.store)), state)
    if trusted and noted == [mark]:
        return
    # Whoever opens the store waits for it, and should know what for.
    _LOG.warning(
        "The graph of the world of %s claims is built, which is done once and takes minutes.",
        f"{len(edition.known.base.claims):,}",
    )
    graphs.note(noted, ())
    graphs.fill(world, (one for piece in edition.pieces() for one in world_triples(piece, names)))
    graphs.note((), [mark])


def is_unbuilt(edition: Edition, store: Store) -> bool:
    """Whether the graph of the world is still to be built: whoever was about to has been stopped.

    The next opening builds it.
    """
    state, world = edition.names.graph("state"), edition.names.graph("world")
    if edition.is_in_pieces:
        return not any(q.predicate == _CONFORMS_TO for q in store.quads(state, subject=state))
    return next(store.quads(world), None) is None


def _mark(known: Known, names: Names, store: Store) -> str:
    """Changes with all that the world follows from beside the claims and the registry."""
    lines = sorted(str(quad.triple) for quad in store.quads(names.graph("ontology")))
    told = [_RULES, names.base, known.policy(None).text, *lines]
    return hashlib.sha256("\n".join(told).encode()).hexdigest()
