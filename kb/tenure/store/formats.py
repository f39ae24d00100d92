"""The formats that answers and graphs are written in: names, media types and file extensions.

Two closed tables: ``RESULT_FORMATS`` for the answers of SELECT and ASK, ``RDF_FORMATS`` for
graphs and data sets. A new format that the engine writes is one line in a table.

Media types are those registered by the SPARQL 1.1 results formats and the RDF 1.1/1.2
concrete syntaxes; aliases are the ones that clients send in practice.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType

from pyoxigraph import QueryResultsFormat, RdfFormat

from tenure.errors import BadParameter


@dataclass(frozen=True, slots=True)
class ResultFormat:
    """A format for the rows of a SELECT or the truth value of an ASK."""

    name: str
    media_type: str
    extension: str
    engine: QueryResultsFormat
    aliases: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class GraphFormat:
    """A format for triples or quads. ``named_graphs`` says whether it can hold more than one."""

    name: str
    media_type: str
    extension: str
    engine: RdfFormat
    named_graphs: bool = False
    aliases: tuple[str, ...] = ()
    other_extensions: tuple[str, ...] = ()


def _by_name[F: (ResultFormat, GraphFormat)](formats: Iterable[F]) -> Mapping[str, F]:
    return MappingProxyType({one.name: one for one in formats})
