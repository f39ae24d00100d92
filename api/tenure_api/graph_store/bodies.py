"""Graphs that come in the body of a request to the graph store."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from pyoxigraph import DefaultGraph, Quad, Triple

from tenure.errors import BadRdf
from tenure.store.formats import JSON_LD, N_QUADS, N_TRIPLES, RDF_XML, TRIG, TURTLE, GraphFormat
from tenure_api.graph_store.multipart import parts_of
from tenure_api.http.bodies import media_type_of, read_body
from tenure_api.http.rdf import format_of

if TYPE_CHECKING:
    from collections.abc import Iterable

    from starlette.requests import Request

    from tenure_api.http.limits import Limits

READABLE: Final[tuple[GraphFormat, ...]] = (TURTLE, N_TRIPLES, JSON_LD, RDF_XML, TRIG, N_QUADS)
MULTIPART: Final = "multipart/form-data"
Documents = list[tuple[bytes, GraphFormat]]


async def read_graphs(request: Request, limits: Limits) -> Documents:
    """The documents of the body: one, or each part of a form.

    Raises:
        UnsupportedMediaType: one is of a kind that is not read.
        BadInput: a form that cannot be read.
        TooLong: it is longer than the limits allow.
    """
    content_type = request.headers.get("content-type", "")
    if media_type_of(request) != MULTIPART:
        form = format_of(content_type, READABLE)
        return [(await read_body(request, limits.body), form)]
    body = await read_body(request, limits.body)
    return [
        (part.data, format_of(part.content_type, READABLE)) for part in parts_of(body, content_type)
    ]


def triples_of(quads: Iterable[Quad], graph: str) -> tuple[Triple, ...]:
    """The statements of documents, which are to stand in ``graph``.

    Raises :class:`~tenure.errors.BadRdf` for one that lies in another graph.
    """
    found: dict[Triple, None] = {}
    for quad in quads:
        if not isinstance(quad.graph_name, DefaultGraph) and str(quad.graph_name) != f"<{graph}>":
            raise BadRdf(
                f"A statement lies in {str(quad.graph_name)[:300]}; this request is about one "
                "graph.",
                where="body",
                remedy="Send several graphs with POST to /rdf-graph-store itself.",
            )
        found[quad.triple] = None
    return tuple(found)
