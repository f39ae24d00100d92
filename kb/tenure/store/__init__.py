"""Where statements are kept and asked: one narrow interface, two stores, one library's terms.

``Store`` is the interface; ``EmbeddedStore`` keeps the data in this process, ``RemoteStore``
asks an endpoint. Terms are those of pyoxigraph throughout. ``guard`` reads the queries of
strangers before a store sees them.
"""

from tenure.store.answers import Answer, Row, Solutions, Term, Triples, Truth
from tenure.store.embedded import EmbeddedStore, has_store
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
from tenure.store.positions import Place, Positions, positions, subject_line, subject_lines
from tenure.store.protocol import Store
from tenure.store.query_plan import QueryPlan, VirtualGraph
from tenure.store.rdf import read_file, read_text, write
from tenure.store.remote import RemoteStore

__all__ = [
    "GRAPH_FORMATS",
    "RESULT_FORMATS",
    "Answer",
    "EmbeddedStore",
    "Follower",
    "GraphFormat",
    "Inspection",
    "Place",
    "Positions",
    "QueryPlan",
    "RemoteStore",
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
