"""What the world in a store follows from beside its claims, as a digest that the store notes.

The ontology, what this version makes of the same claims, and the base. Where the stamp in a store
is another one, its world was worked out by other rules and is no answer of this version.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable
from importlib.metadata import PackageNotFoundError, version
from typing import Final

from pyoxigraph import Literal, NamedNode, Quad

from tenure.store import Store
from tenure.terms import Names

RULES: Final = 2
"""To be raised with every change of what fusion makes of the same claims, or of what the graph of
the world tells of it. The installed version is in the stamp too, so that no release goes without a
stamp of its own; this number is for those who run what lies between two releases."""

_CONFORMS_TO: Final = NamedNode("http://purl.org/dc/terms/conformsTo")
_BLANK: Final = re.compile(r"_:\w+")


def stamp_quad(ontology: Iterable[Quad], names: Names) -> Quad:
    """The stamp of a world under an ontology, as a store notes it."""
    told = [str(RULES), _version(), names.base, *statements_of(ontology)]
    digest = hashlib.sha256("\n".join(told).encode()).hexdigest()
    state = names.graph("state")
    return Quad(state, _CONFORMS_TO, Literal(digest), state)


def noted_stamp(store: Store, names: Names) -> list[Quad]:
    """What a store notes; nothing where its world is yet to be worked out, or was before stamps."""
    state = names.graph("state")
    return list(store.quads(state, subject=state, predicate=_CONFORMS_TO))


def statements_of(ontology: Iterable[Quad]) -> list[str]:
    """The statements in order, without the names of blank nodes, which differ in every store."""
    return sorted(_BLANK.sub("_:", str(quad.triple)) for quad in ontology)


def _version() -> str:
    try:
        return version("tenure")
    except PackageNotFoundError:
        return ""
