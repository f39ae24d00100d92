"""The catalogue: one question a file, its parameters declared, asked as ordinary SPARQL."""

from __future__ import annotations

from tenure.catalog.asking import ask
from tenure.catalog.header import Column, Parameter
from tenure.catalog.query import Catalog, CatalogQuery

__all__ = ["Catalog", "CatalogQuery", "Column", "Parameter", "ask"]
