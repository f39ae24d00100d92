"""Where statements are kept and asked: one store, with the terms of its library throughout.

``Store`` is Oxigraph, in memory or in a folder. ``guard`` reads the queries of strangers before
it sees them.
"""

from tenure.sandbox.query_plan import QueryPlan, VirtualGraph
from tenure.store.answers import Answer, Row, Solutions, Term, Triples, Truth
from tenure.store.change_log import Follower, Written
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
from tenure.store.oxigraph import Store, has_store
from tenure.store.plan_runner import PlanRunner
from tenure.store.rdf import n_quads, read_file, read_text, write
from tenure.store.sparql_inspection import Inspection, inspect, refuse_fetching

__all__ = [
    "GRAPH_FORMATS",
    "RESULT_FORMATS",
    "Answer",
    "Follower",
    "GraphFormat",
    "Inspection",
    "PlanRunner",
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
    "n_quads",
    "read_file",
    "read_text",
    "refuse_fetching",
    "result_format",
    "write",
]
