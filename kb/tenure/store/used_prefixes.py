"""Which prefixes are worth writing."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Final

from pyoxigraph import Literal, NamedNode, Quad, Triple

_RDF: Final = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"
_XSD: Final = "http://www.w3.org/2001/XMLSchema#"
_NEVER_WRITTEN: Final = frozenset(
    (
        _RDF + "type",
        _RDF + "langString",
        *(_XSD + name for name in ("boolean", "decimal", "double", "integer", "string")),
    )
)


def used_prefixes(
    prefixes: Mapping[str, str], statements: Iterable[Triple | Quad]
) -> dict[str, str]:
    """Those of ``prefixes`` that shorten something in ``statements``."""
    listed = list(statements)  # gone through twice
    named = {
        term.value
        for one in listed
        for term in (one.subject, one.predicate, one.object)
        if isinstance(term, NamedNode)
    }
    named |= {one.object.datatype.value for one in listed if isinstance(one.object, Literal)}
    # What Turtle has a shorter way to write (RDF 1.1 Turtle, sections 2.4 and 2.5).
    named -= _NEVER_WRITTEN
    # Namespaces end in one of these, so each IRI has few candidates.
    spaces = {iri[: iri.rfind(mark) + 1] for iri in named for mark in "#/"}
    return {name: space for name, space in prefixes.items() if space in spaces}
