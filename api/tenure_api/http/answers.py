"""Answers of the knowledge base as HTTP answers, in the format that was asked for."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import IO, TYPE_CHECKING, Final, TypeVar, cast

from pyoxigraph import Quad
from starlette.responses import Response

from tenure.errors import TenureError
from tenure.export import document
from tenure.store.answers import Answer, Triples
from tenure.store.formats import (
    CSV,
    JSON,
    JSON_LD,
    N_QUADS,
    N_TRIPLES,
    RDF_XML,
    TRIG,
    TSV,
    TURTLE,
    XML,
    GraphFormat,
    ResultFormat,
)
from tenure.store.used_prefixes import used_prefixes as prefixes_used
from tenure.terms import prefixes

if TYPE_CHECKING:
    from pyoxigraph import Triple

    from tenure_api.http.negotiation import Choice
    from tenure_api.http.streams import Output
    from tenure_api.service import Service

ROWS: Final[tuple[ResultFormat, ...]] = (JSON, XML, CSV, TSV)
GRAPHS: Final[tuple[GraphFormat, ...]] = (TURTLE, N_TRIPLES, JSON_LD, RDF_XML)
QUERY_GRAPHS: Final[tuple[GraphFormat, ...]] = (*GRAPHS, TRIG, N_QUADS)
"""What a CONSTRUCT may be written in; in TriG and N-Quads it stands outside any named graph."""
EVERY: Final[tuple[ResultFormat | GraphFormat, ...]] = (*ROWS, *QUERY_GRAPHS)

VARY: Final = {"Vary": "Accept"}

T = TypeVar("T")


def in_one_thread(work: Callable[[], T]) -> T:
    """What ``work`` returns; an error that it raises leaves without the frames it came through.

    A result of pyoxigraph must end in the thread that it was made in. The traceback of an error
    keeps the frames that hold the result, and the error is handled in another thread.
    """
    try:
        return work()
    except TenureError as error:
        error.__cause__ = error.__context__ = None
        raise error.with_traceback(None) from None


def rows(answer: Answer, choice: Choice[ResultFormat], output: Output) -> None:
    """Writes rows, or a truth value, in one of :data:`ROWS`, as the engine makes them."""
    assert choice.form is not None
    assert not isinstance(answer, Triples)
    output.begin(choice.media_type, VARY)
    answer.write(cast("IO[bytes]", output), choice.form)


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
    return prefixes_used(prefixes(service.kb.names), statements)
