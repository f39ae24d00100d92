"""Quads as a file, with the prefixes and names that they need and no others."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from pyoxigraph import DefaultGraph, Quad

from tenure.export.json_ld import json_ld
from tenure.export.naming import iris_of
from tenure.store import GraphFormat, graph_format, write
from tenure.terms import Names, prefixes


def document(
    quads: Iterable[Quad],
    form: GraphFormat | str,
    names: Names | None = None,
    more: Mapping[str, str] | None = None,
) -> bytes:
    """The statements in ``form``, deterministic; ``more`` are prefixes besides the house's.

    A format that holds one graph gets the default graph only: what lies in a named graph is said
    by somebody, or true of some day, and would pass for plain truth without that name.

    Raises:
        BadParameter: no such format.
        BadInput: JSON-LD cannot say it.
    """
    chosen = graph_format(form) if isinstance(form, str) else form
    known = names or Names()
    kept = list(quads) if chosen.named_graphs else _default_graph(quads)
    if chosen == graph_format("jsonld"):
        return json_ld(kept, known)
    return write(kept, chosen, _used({**prefixes(known), **(more or {})}, kept))


def _default_graph(quads: Iterable[Quad]) -> list[Quad]:
    return [quad for quad in quads if isinstance(quad.graph_name, DefaultGraph)]


def _used(known: Mapping[str, str], quads: Iterable[Quad]) -> dict[str, str]:
    """Those of the prefixes that shorten something."""
    # Every namespace ends in one of these, so each IRI belongs to few candidates.
    spaces = {
        iri[: at + 1] for iri in iris_of(quads) for at, mark in enumerate(iri) if mark in "#/"
    }
    return {prefix: space for prefix, space in known.items() if space in spaces}
