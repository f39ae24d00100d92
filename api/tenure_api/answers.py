"""Answers of the knowledge base as HTTP answers, in the format that was asked for."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Final

from pyoxigraph import Literal, NamedNode, Quad, RdfFormat, serialize
from starlette.responses import Response

from tenure.errors import TenureError
from tenure.export import document
from tenure.store.answers import Answer, Triples
from tenure.store.formats import (
    CSV,
    JSON,
    JSON_LD,
    N_TRIPLES,
    TSV,
    TURTLE,
    XML,
    GraphFormat,
    ResultFormat,
)
from tenure.terms import RDF_TYPE, prefixes

if TYPE_CHECKING:
    from pyoxigraph import Triple

    from tenure_api.negotiation import Choice
    from tenure_api.service import Service

ROWS: Final[tuple[ResultFormat, ...]] = (JSON, XML, CSV, TSV)
RDF_XML: Final = GraphFormat("rdf", "application/rdf+xml", ".rdf", RdfFormat.RDF_XML)
GRAPHS: Final[tuple[GraphFormat, ...]] = (TURTLE, N_TRIPLES, JSON_LD, RDF_XML)
EVERY: Final[tuple[ResultFormat | GraphFormat, ...]] = (*ROWS, *GRAPHS)

_XSD: Final = "http://www.w3.org/2001/XMLSchema#"
_NEVER_WRITTEN: Final = frozenset(
    (
        RDF_TYPE.value,
        "http://www.w3.org/1999/02/22-rdf-syntax-ns#langString",
        *(_XSD + name for name in ("boolean", "decimal", "double", "integer", "string")),
    )
)
"""IRIs that Turtle has a shorter way to write (RDF 1.1 Turtle, sections 2.4 and 2.5)."""

VARY: Final = {"Vary": "Accept"}


def in_one_thread(work: Callable[[], Response]) -> Response:
    """What ``work`` returns; an error that it raises leaves without the frames it came through.

    A result of pyoxigraph must end in the thread that it was made in. The traceback of an error
    keeps the frames that hold the result, and the error is handled in another thread.
    """
    try:
        return work()
    except TenureError as error:
        error.__cause__ = error.__context__ = None
        raise error.with_traceback(None) from None


def rows(answer: Answer, choice: Choice[ResultFormat]) -> Response:
    """Rows, or a truth value, in one of :data:`ROWS`."""
    assert choice.form is not None
    assert not isinstance(answer, Triples)
    return Response(answer.serialise(choice.form), headers=VARY, media_type=choice.media_type)


def graph(service: Service, triples: Iterable[Triple], choice: Choice[GraphFormat]) -> Response:
    """The triples that a stranger's query made, as they come."""
    assert choice.form is not None
    listed = list(triples)
    body = serialize(listed, format=choice.form.engine, prefixes=used_prefixes(service, listed))
    return Response(body or b"", headers=VARY, media_type=choice.media_type)


def own_document(
    service: Service, statements: Iterable[Quad | Triple], choice: Choice[GraphFormat]
) -> Response:
    """Statements of our own, deterministic, in JSON-LD with the context of the ontology."""
    assert choice.form is not None
    quads = (one if isinstance(one, Quad) else Quad(*one) for one in statements)
    body = document(quads, choice.form, service.kb.names)
    return Response(body, headers=VARY, media_type=choice.media_type)


def used_prefixes(service: Service, statements: Iterable[Triple | Quad]) -> dict[str, str]:
    """Those of the house's prefixes that shorten something in ``statements``."""
    named = {
        term.value
        for one in statements
        for term in (one.subject, one.predicate, one.object)
        if isinstance(term, NamedNode)
    }
    named |= {one.object.datatype.value for one in statements if isinstance(one.object, Literal)}
    named -= _NEVER_WRITTEN
    # Namespaces end in one of these, so each IRI has few candidates.
    spaces = {iri[: iri.rfind(mark) + 1] for iri in named for mark in "#/"}
    return {name: space for name, space in prefixes(service.kb.names).items() if space in spaces}
