"""Where statements are kept and asked: one store, with the terms of its library throughout.

``Store`` is Oxigraph, in memory or in a folder. ``guard`` reads the queries of strangers before
it sees them.
"""

from tenure.store.answers import Answer, Row, Solutions, Term, Triples, Truth
from tenure.store.following import Follower, Written
from tenure.store.formats import (
    GRAPH_FORMATS,
    RESULT_FORMATS,
    GraphFormat,
    ResultFormat,
    graph_format,
    graph_format_of,
    media_types,
    result_format,
)
from tenure.store.guard import Inspection, inspect, refuse_fetching
from tenure.store.negotiation import negotiate
from tenure.store.oxigraph import Store, has_store
from tenure.store.positions import Place, Positions, positions, subject_line, subject_lines
from tenure.store.query_plan import QueryPlan, VirtualGraph
from tenure.store.rdf import read_file, read_text, write

__all__ = [
    "GRAPH_FORMATS",
    "RESULT_FORMATS",
    "Answer",
    "Follower",
    "GraphFormat",
    "Inspection",
    "Place",
    "Positions",
    "QueryPlan",
    "ResultFormat",
    "Row",
    "Solutions",
    "Store",
    "Term",
    "Triples",
    "Truth",
    "VirtualGraph",
    "Written",
    "graph_format",
    "graph_format_of",
    "has_store",
    "inspect",
    "media_types",
    "negotiate",
    "positions",
    "read_file",
    "read_text",
    "refuse_fetching",
    "result_format",
    "subject_line",
    "subject_lines",
    "write",
]
