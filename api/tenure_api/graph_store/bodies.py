"""Graphs that come in the body of a request to the graph store."""

from __future__ import annotations

from http import HTTPStatus
from typing import TYPE_CHECKING, Final

from pyoxigraph import DefaultGraph, Quad, Triple

from tenure.errors import BadInput, BadRdf
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


class NoBody(BadInput):
    """Neither a length nor chunks announce a body, where one is to say what a graph holds."""

    title = "No body was announced"
    http_status = HTTPStatus.LENGTH_REQUIRED


async def read_graphs(request: Request, limits: Limits) -> Documents:
    """The documents of the body: one, or each part of a form.

    Raises:
        NoBody: none is announced; an empty graph is an empty body of an announced kind.
        UnsupportedMediaType: one is of a kind that is not read.
        BadInput: a form that cannot be read.
        TooLong: it is longer than the limits allow.
    """
    if not {"content-length", "transfer-encoding"}.intersection(request.headers):
        raise NoBody(
            "The request has no body.",
            where="Content-Length",
            remedy="Send the graph; an empty one as an empty body with 'Content-Length: 0'.",
        )
    content_type = request.headers.get("content-type", "")
    if media_type_of(request) != MULTIPART:
        form = format_of(content_type, READABLE)
        return [(await read_body(request, limits.body), form)]
    body = await read_body(request, limits.body)
    return [
        (part.data, format_of(part.content_type, READABLE)) for part in parts_of(body, content_type)
    ]


def says_nothing(documents: Documents) -> bool:
    """Whether documents without a statement cannot be meant to stand for the empty graph.

    No text at all is an empty graph in Turtle and its kin, and no document in JSON and XML. JSON
    with keys means something that was not understood.
    """
    return not documents or any(_is_lost(data, form) for data, form in documents)


def _is_lost(data: bytes, form: GraphFormat) -> bool:
    if form is RDF_XML:
        return not data.strip()
    return form is JSON_LD and b"".join(data.split()) not in (b"{}", b"[]")


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
