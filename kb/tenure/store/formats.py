"""The formats that answers and graphs are written in: names, media types and file extensions.

Two closed tables: ``RESULT_FORMATS`` for the answers of SELECT and ASK, ``GRAPH_FORMATS`` for
triples and quads. A format that the engine learns to write is one more entry in a table.

Media types are those that the SPARQL 1.1 results formats and the RDF 1.1 syntaxes register;
aliases and other names are what clients send in practice.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import Final, TypeVar

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
    """A format for triples or quads; ``named_graphs`` says whether it holds more than one graph."""

    name: str
    media_type: str
    extension: str
    engine: RdfFormat
    named_graphs: bool = False
    aliases: tuple[str, ...] = ()
    other_extensions: tuple[str, ...] = ()
    other_names: tuple[str, ...] = ()


_F = TypeVar("_F", ResultFormat, GraphFormat)

JSON: Final = ResultFormat(
    "json",
    "application/sparql-results+json",
    ".srj",
    QueryResultsFormat.JSON,
    aliases=("application/json",),
)
XML: Final = ResultFormat(
    "xml",
    "application/sparql-results+xml",
    ".srx",
    QueryResultsFormat.XML,
    aliases=("application/xml", "text/xml"),
)
CSV: Final = ResultFormat("csv", "text/csv", ".csv", QueryResultsFormat.CSV)
TSV: Final = ResultFormat("tsv", "text/tab-separated-values", ".tsv", QueryResultsFormat.TSV)

TURTLE: Final = GraphFormat(
    "ttl",
    "text/turtle",
    ".ttl",
    RdfFormat.TURTLE,
    aliases=("application/x-turtle", "application/turtle"),
    other_names=("turtle", "n3"),
)
N_TRIPLES: Final = GraphFormat(
    "nt",
    "application/n-triples",
    ".nt",
    RdfFormat.N_TRIPLES,
    aliases=("text/plain",),
    other_names=("n-triples", "ntriples"),
)
N_QUADS: Final = GraphFormat(
    "nq",
    "application/n-quads",
    ".nq",
    RdfFormat.N_QUADS,
    named_graphs=True,
    aliases=("text/x-nquads", "text/nquads"),
    other_names=("n-quads", "nquads"),
)
TRIG: Final = GraphFormat(
    "trig",
    "application/trig",
    ".trig",
    RdfFormat.TRIG,
    named_graphs=True,
    aliases=("application/x-trig",),
)
JSON_LD: Final = GraphFormat(
    "jsonld",
    "application/ld+json",
    ".jsonld",
    RdfFormat.JSON_LD,
    named_graphs=True,
    aliases=("application/json",),
    other_extensions=(".json",),
    other_names=("json-ld", "json"),
)

RDF_XML: Final = GraphFormat(
    "rdf",
    "application/rdf+xml",
    ".rdf",
    RdfFormat.RDF_XML,
    other_extensions=(".owl",),
    other_names=("rdf+xml", "rdfxml", "xml"),
)

RESULT_FORMATS: Final[Mapping[str, ResultFormat]] = MappingProxyType(
    {one.name: one for one in (JSON, XML, CSV, TSV)}
)
GRAPH_FORMATS: Final[Mapping[str, GraphFormat]] = MappingProxyType(
    {one.name: one for one in (TURTLE, N_TRIPLES, JSON_LD, TRIG, N_QUADS)}
)
"""What is read and written."""
READ_FORMATS: Final = (*GRAPH_FORMATS.values(), RDF_XML)
"""What files are read in."""


def result_format(name: str) -> ResultFormat:
    """The results format that is called ``name`` or has it as media type.

    Raises :class:`~tenure.errors.BadParameter` for any other, naming those that exist.
    """
    found = RESULT_FORMATS.get(name.lower()) or _by_media_type(RESULT_FORMATS.values(), name)
    if found is None:
        raise _unknown(name, RESULT_FORMATS)
    return found


def graph_format(name: str) -> GraphFormat:
    """The RDF format that is called ``name`` or has it as media type.

    Raises :class:`~tenure.errors.BadParameter` for any other, naming those that exist.
    """
    found = GRAPH_FORMATS.get(name.lower()) or _by_media_type(GRAPH_FORMATS.values(), name)
    if found is None:
        raise _unknown(name, GRAPH_FORMATS)
    return found


def graph_format_of(path: Path) -> GraphFormat:
    """The RDF format that the extension of ``path`` stands for, whatever its case.

    Raises :class:`~tenure.errors.BadParameter` where there is none.
    """
    suffix = path.suffix.lower()
    for one in READ_FORMATS:
        if suffix == one.extension or suffix in one.other_extensions:
            return one
    extensions = ", ".join(one.extension for one in READ_FORMATS)
    raise BadParameter(
        f"The extension {path.suffix!r} stands for no RDF format that can be read.",
        where=str(path),
        remedy=f"Rename the file, or convert it to one of: {extensions}.",
    )


def media_types(formats: Iterable[ResultFormat | GraphFormat]) -> list[str]:
    """Every media type that asks for one of ``formats``, the registered ones first."""
    known = list(formats)
    registered = [one.media_type for one in known]
    return list(dict.fromkeys(registered + [alias for one in known for alias in one.aliases]))


def _by_media_type(formats: Iterable[_F], media_type: str) -> _F | None:
    bare = media_type.partition(";")[0].strip().lower()
    for one in formats:
        if bare == one.media_type or bare in one.aliases:
            return one
    return None


def _unknown(name: str, known: Iterable[str]) -> BadParameter:
    return BadParameter(
        f"No such format: {name[:80]!r}.", remedy=f"Choose one of: {', '.join(known)}."
    )
