"""The catalogue: one question a file, its parameters declared, asked as ordinary SPARQL."""

from __future__ import annotations

from tenure.catalog.asking import ask, bound, of_the_kinds, plan, wanted_classes
from tenure.catalog.examples import Examples
from tenure.catalog.explained import (
    MEDIA_TYPE,
    MOST_COUNTED,
    Count,
    EmptyAnswer,
    ExplainedAnswer,
    ExplainedRow,
    NothingFound,
    OtherQuestion,
    RowExplainer,
    RowReason,
    ask_why,
    explain_answer,
    number_of,
    possible_graphs,
    possibly,
    said_of_days,
    why_empty,
)
from tenure.catalog.query import (
    Absence,
    Catalog,
    CatalogQuery,
    Column,
    Parameter,
    Provenance,
    read_query,
)

__all__ = [
    "MEDIA_TYPE",
    "MOST_COUNTED",
    "Absence",
    "Catalog",
    "CatalogQuery",
    "Column",
    "Count",
    "EmptyAnswer",
    "Examples",
    "ExplainedAnswer",
    "ExplainedRow",
    "NothingFound",
    "OtherQuestion",
    "Parameter",
    "Provenance",
    "RowExplainer",
    "RowReason",
    "ask",
    "ask_why",
    "bound",
    "explain_answer",
    "number_of",
    "of_the_kinds",
    "plan",
    "possible_graphs",
    "possibly",
    "read_query",
    "said_of_days",
    "wanted_classes",
    "why_empty",
]
