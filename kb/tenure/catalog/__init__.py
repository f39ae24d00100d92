"""The catalogue: one question a file, its parameters declared, asked as ordinary SPARQL."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tenure.first_use import on_first_use

if TYPE_CHECKING:
    from tenure.catalog.asking import (
        ask,
        bound,
        dated,
        is_of_classes,
        of_the_kinds,
        plan,
        wanted_classes,
        without_blanks,
    )
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
        Also,
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
    "Also",
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
    "dated",
    "explain_answer",
    "is_of_classes",
    "number_of",
    "of_the_kinds",
    "plan",
    "possible_graphs",
    "possibly",
    "read_query",
    "said_of_days",
    "wanted_classes",
    "why_empty",
    "without_blanks",
]

__getattr__ = on_first_use(
    __name__,
    {
        "asking": (
            "ask",
            "bound",
            "dated",
            "is_of_classes",
            "of_the_kinds",
            "plan",
            "wanted_classes",
            "without_blanks",
        ),
        "examples": ("Examples",),
        "explained": (
            "MEDIA_TYPE",
            "MOST_COUNTED",
            "Count",
            "EmptyAnswer",
            "ExplainedAnswer",
            "ExplainedRow",
            "NothingFound",
            "OtherQuestion",
            "RowExplainer",
            "RowReason",
            "ask_why",
            "explain_answer",
            "number_of",
            "possible_graphs",
            "possibly",
            "said_of_days",
            "why_empty",
        ),
        "query": (
            "Absence",
            "Also",
            "Catalog",
            "CatalogQuery",
            "Column",
            "Parameter",
            "Provenance",
            "read_query",
        ),
    },
)
