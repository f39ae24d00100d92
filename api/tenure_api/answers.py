"""Answers of the knowledge base as HTTP answers, in the format that was asked for."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Final

from pyoxigraph import RdfFormat
from starlette.responses import Response

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
from tenure.terms import prefixes

if TYPE_CHECKING:
    from pyoxigraph import Triple

    from tenure_api.negotiation import Choice
    from tenure_api.service import Service

ROWS: Final[tuple[ResultFormat, ...]] = (JSON, XML, CSV, TSV)
RDF_XML: Final = GraphFormat("rdf", "application/rdf+xml", ".rdf", RdfFormat.RDF_XML)
GRAPHS: Final[tuple[GraphFormat, ...]] = (TURTLE, N_TRIPLES, JSON_LD, RDF_XML)

VARY: Final = {"Vary": "Accept"}


def rows(answer: Answer, choice: Choice[ResultFormat]) -> Response:
    """Rows, or a truth value, in one of :data:`ROWS`."""
    assert choice.form is not None
    assert not isinstance(answer, Triples)
    return Response(answer.serialise(choice.form), headers=VARY, media_type=choice.media_type)


def graph(
    service: Service, triples: Triples | Iterable[Triple], choice: Choice[GraphFormat]
) -> Response:
    """Triples in one of :data:`GRAPHS`, shortened with the house's prefixes where that works."""
    assert choice.form is not None
    answer = triples if isinstance(triples, Triples) else Triples(triples)
    body = answer.serialise(choice.form, prefixes(service.kb.names))
    return Response(body, headers=VARY, media_type=choice.media_type)
