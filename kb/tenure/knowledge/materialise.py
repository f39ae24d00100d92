"""The graph of the world in a store and its temporal index, with a stamp of what it follows from.

The stamp (:mod:`tenure.knowledge.store_state`) is a digest of that, the claims aside. Every write
brings the graph up to date in its own transaction; a graph with the right stamp is believed when a
store is opened, and ``tenure verify`` proves it.
"""

from __future__ import annotations

import logging
from collections.abc import Iterable, Iterator
from itertools import chain
from typing import TYPE_CHECKING, Final

from pyoxigraph import Quad, RdfFormat, parse

from tenure.errors import BadClaim
from tenure.fusion import WorldLines
from tenure.knowledge.columns_file import ColumnsFile, Stamp
from tenure.knowledge.snapshot import Snapshot
from tenure.knowledge.store_state import (
    new_state,
    noted_stamp,
    ontology_of,
    read_state,
    stamp_quad,
)
from tenure.knowledge.temporal_index import TemporalIndex
from tenure.knowledge.world_graph import RowsOfWorlds
from tenure.namespaces import Names
from tenure.store import Store, n_quads

if TYPE_CHECKING:
    from tenure.knowledge.columns import ColumnsBuilder

_LOG: Final = logging.getLogger("tenure.knowledge")

MOST_UNANNOUNCED: Final = 20_000
"""Claims whose world is built without a word: it takes ten seconds or so."""


def materialise(snapshot: Snapshot, store: Store, *, in_use: bool = False) -> int:
    """Have the world under the default policy in the store, with its index, and note its stamp.

    Some components at a time, in memory that does not grow with the claims; until it is done, the
    store has a part of it and no stamp. Where it is ``in_use`` and not large, it is one transaction
    instead, so that readers see the former world or the new one. Returns the number of writes.

    Raises :class:`~tenure.errors.BadClaim` for a claim that cannot be understood or fused, and for
    a graph of a claim's name that is no claim's.
    """
    names = snapshot.names
    refuse_strays(snapshot, store)
    if len(snapshot.claims) > MOST_UNANNOUNCED:
        # Whoever opens the store waits for it, and should know what for.
        _LOG.warning(
            "The graph of the world of %s claims is built, which is done once and takes minutes.",
            f"{len(snapshot.claims):,}",
        )
    builder = _builder(store)
    noted = noted_stamp(store, names)
    new = [stamp_quad(ontology_of(store, names), names)] if store.is_kept else []
    if store.is_kept and read_state(store, names) is None:
        new += new_state().quads(names)
    # Whoever is stopped meanwhile leaves no stamp, and the next opening builds it.
    writes = _change(store, noted, ())
    if in_use and not snapshot.is_large:
        now = {*chain.from_iterable(computed_quads(snapshot)), *new}
        was = {q for part in names.computed_parts for q in store.quads(part)}
        return writes + _change(store, was - now, now - was)
    for part in names.computed_parts:
        store.remove_graph(part)
    store.load(computed_lines(snapshot, builder))
    writes += 3 + _change(store, (), new)
    written = Stamp.of(store, names)
    if builder is not None and store.path is not None and written is not None:
        ColumnsFile(store.path).write(builder.made(), written)
    return writes


def _builder(store: Store) -> ColumnsBuilder | None:
    """What takes the columns of a world that is kept; those of another world are removed."""
    if store.path is None or not store.is_kept:
        return None
    from tenure.knowledge.columns import ColumnsBuilder  # noqa: PLC0415 - takes NumPy in

    ColumnsFile(store.path).discard()
    return ColumnsBuilder()


def computed_quads(snapshot: Snapshot) -> Iterator[Iterator[Quad]]:
    """The world under the default policy and its temporal index, piece by piece."""
    return (parse(lines, format=RdfFormat.N_QUADS) for lines in computed_lines(snapshot))


def computed_lines(snapshot: Snapshot, builder: ColumnsBuilder | None = None) -> Iterator[bytes]:
    """The same as N-Quads.

    Who is presumed to hold an office follows from all pieces, and comes last. ``builder`` is given
    the occurrences.
    """
    world, index = WorldLines(snapshot.names), TemporalIndex(snapshot.schema, snapshot.names)
    rows = None if builder is None else RowsOfWorlds(builder, snapshot.schema)
    for piece in snapshot.pieces():
        lines = world.of(piece)
        if rows is not None:
            rows.add(piece, lines)
        yield lines + index.lines(piece)
    yield n_quads(index.seats(snapshot.seats))


def is_materialised(store: Store, names: Names) -> bool:
    """Whether a store has the graph of the world, by the rules of this version."""
    noted = noted_stamp(store, names)
    return bool(noted) and noted == [stamp_quad(ontology_of(store, names), names)]


def refuse_strays(snapshot: Snapshot, store: Store) -> None:
    """Raises :class:`~tenure.errors.BadClaim` for a graph of a claim's name that is no claim's."""
    prefix = snapshot.names.claim_prefix
    named = [graph for graph in store.graphs() if graph.value.startswith(prefix)]
    # A claim states something: where there are as many, every graph is that of a claim, or a claim
    # has none, which whoever reads it refuses.
    if len(named) == len(snapshot.claims):
        return
    for graph in named:
        if graph.value not in snapshot.claims:
            raise BadClaim(
                "A graph states something, and no claim of that name.",
                where=graph.value,
                remedy="Describe it as a tn:Claim in the default graph of its file.",
            )


def _change(store: Store, removed: Iterable[Quad], added: Iterable[Quad]) -> int:
    gone, come = list(removed), list(added)
    if not (gone or come):
        return 0
    store.change(gone, come)
    store.flush()
    return 1
