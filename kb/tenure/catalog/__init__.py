"""The catalogue: one question a file, its parameters declared, asked as ordinary SPARQL."""

from __future__ import annotations

from tenure.catalog.asking import ask, plan
from tenure.catalog.examples import Examples
from tenure.catalog.header import Absence, Column, Grounds, Parameter
from tenure.catalog.nothing import Emptiness, Otherwise, possibly, why_empty
from tenure.catalog.query import Catalog, CatalogQuery
from tenure.catalog.why import (
    Explained,
    ExplainedRow,
    NothingFound,
    RowReason,
    ask_why,
    explain_answer,
)

__all__ = [
    "Absence",
    "Catalog",
    "CatalogQuery",
    "Column",
    "Emptiness",
    "Examples",
    "Explained",
    "ExplainedRow",
    "Grounds",
    "NothingFound",
    "Otherwise",
    "Parameter",
    "RowReason",
    "ask",
    "ask_why",
    "explain_answer",
    "plan",
    "possibly",
    "why_empty",
]
