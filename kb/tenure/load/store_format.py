"""How a store on disk lays out what it holds: a number in the store itself, and the ways up.

==  ============================================================================================
1   graphs for the ontology, the registry, the descriptions, the world, and one for each claim;
    no number
2   the same, with this number, the store's identifier and the count of its changes in a graph of
    its own
==  ============================================================================================

A store is brought up to the present format when it is opened, in the transaction that also has it
say what this version says (:mod:`tenure.knowledge.renewal`). To add a format: raise
:data:`FORMAT`, and have :func:`format_change` change the layout of the one before.
"""

from __future__ import annotations

from typing import Final

from pyoxigraph import Literal, NamedNode, Quad

from tenure.errors import BadInput
from tenure.store import Store
from tenure.terms import XSD_INTEGER, Names

FORMAT: Final = 2
"""The format that this version of Tenure writes."""

_VERSION: Final = NamedNode("http://www.w3.org/2002/07/owl#versionInfo")


def read_format(store: Store, names: Names) -> int | None:
    """The number of the store's format; None for a store that holds nothing.

    Raises:
        BadInput: the number is none.
    """
    node = names.graph("state")
    for quad in store.quads(node, subject=node):
        if quad.predicate == _VERSION and isinstance(quad.object, Literal):
            if not quad.object.value.isdecimal():
                raise BadInput(
                    f"The format of the store is {quad.object.value[:40]!r}, which is no number.",
                    where=names.graph("state").value,
                    remedy="Restore the store from a backup.",
                )
            return int(quad.object.value)
    return 1 if next(iter(store.quads()), None) is not None else None


def refuse_newer(store: Store, names: Names) -> None:
    """Refuse a store that a later version of Tenure wrote.

    Raises:
        BadInput: its format is newer than :data:`FORMAT`; the store is left as it is.
    """
    found = read_format(store, names)
    if found is not None and found > FORMAT:
        raise BadInput(
            f"This store has format {found}; this version of Tenure reads up to {FORMAT}.",
            where="store",
            remedy="Use the version of Tenure that wrote it or a later one, or restore a plain "
            "backup of it (tenure backup … FILE.nq), which any version reads.",
        )


def format_change(store: Store, names: Names) -> tuple[list[Quad], list[Quad]]:
    """What is to be removed from a store and added to it, so that it has the present format.

    Raises as :func:`refuse_newer` does.
    """
    refuse_newer(store, names)
    if read_format(store, names) in (None, FORMAT):
        return [], []
    # From 1 to 2 there is but the number, which a store of format 1 does not have.
    return [], [format_quad(names)]


def format_quad(names: Names) -> Quad:
    """The number of the present format, as a store notes it."""
    node = names.graph("state")
    return Quad(node, _VERSION, Literal(str(FORMAT), datatype=XSD_INTEGER), node)
