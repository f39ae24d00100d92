"""RDF by queries: what SPARQL finds in the files becomes rows, and those become records.

A mapping has a list of ``queries`` under ``rdf``. Each binds ``?record``, the node that a row is
of, whose IRI is the locator; what it binds several times for a record are several values of a cell.
``org`` is such a mapping, for the W3C's Organization Ontology and two vocabularies above it.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from pathlib import Path
from typing import Any, Final

from pyoxigraph import BlankNode, Literal, NamedNode, QuerySolutions, RdfFormat, Store

from tenure.errors import BadInput, BadRdf, Where
from tenure.ingest.data_sets import RecordedState
from tenure.ingest.importing import Format, ImportContext, own_mapping
from tenure.ingest.rows import RowMapping, TableRow
from tenure.own_folder import own_folder

_IN_MEMORY: Final = 64 << 20
"""Bytes of RDF that are held in memory; more goes to a store on disk."""
PATTERNS: Final = ("*.ttl", "*.trig", "*.nt", "*.nq", "*.rdf", "*.owl", "*.jsonld")


def rdf_rows(paths: Sequence[Path], queries: Sequence[str]) -> Iterator[TableRow]:
    """The rows that queries find in all files together.

    Raises:
        BadRdf: a file that does not parse, with its line.
        BadInput: a query that does not parse, or an ending that is no RDF.
    """
    with ExitStack() as ending:
        large = sum(path.stat().st_size for path in paths) > _IN_MEMORY
        store = Store(str(ending.enter_context(own_folder("rdf")))) if large else Store()
        for path in paths:
            _load(store, path)
        for number, query in enumerate(queries, start=1):
            try:
                found = store.query(query, use_default_graph_as_union=True)
            except SyntaxError as error:
                raise BadInput(
                    f"The query does not parse: {error.msg}.", where=f"rdf.queries {number}"
                ) from error
            if isinstance(found, QuerySolutions):
                yield from _rows(found)


def _load(store: Store, path: Path) -> None:
    form = RdfFormat.from_extension(path.suffix.lstrip(".").replace("owl", "rdf"))
    if form is None or path.suffix == ".jsonld":
        raise BadInput(
            f"{path.suffix or 'No ending'} is no kind of RDF that is read here.",
            where=str(path),
            remedy=f"Save it as one of {', '.join(PATTERNS[:-1])}.",
        )
    try:
        store.bulk_load(path=str(path), format=form)
    except (SyntaxError, ValueError) as error:
        line = getattr(error, "lineno", None)
        raise BadRdf(
            f"It does not parse: {getattr(error, 'msg', error)}.",
            where=Where(str(path), line),
            remedy="Correct the file at that place.",
        ) from error


def _rows(found: QuerySolutions) -> Iterator[TableRow]:
    names = [one.value for one in found.variables if one.value != "record"]
    rows: dict[str, dict[str, Any]] = {}
    for solution in found:
        record = _text(solution["record"])
        cells = rows.setdefault(record, {"record": record})
        for name in names:
            text = _text(solution[name])
            if text and text not in cells.setdefault(name, []):
                cells[name].append(text)
    yield from (TableRow(cells, record) for record, cells in rows.items())


def _text(term: object) -> str:
    if isinstance(term, Literal):
        return f"{term.value}@{term.language}" if term.language else term.value
    return term.value if isinstance(term, NamedNode | BlankNode) else ""


def _read(context: ImportContext) -> Iterator[RecordedState]:
    mapping = RowMapping(context)
    queries = context.mapping.get("rdf", {}).get("queries", ())
    if not queries:
        raise BadInput(
            "The mapping has no queries.", where="rdf", remedy="Write SELECT queries under rdf."
        )
    rows = rdf_rows(context.paths, queries)
    yield RecordedState(
        None, f"State of {', '.join(one.name for one in context.paths)}", mapping.records(rows)
    )


FORMAT = Format("RDF by queries of one's own", PATTERNS, _read, needs_mapping=True)
ORG = Format("RDF with the W3C's Organization Ontology", PATTERNS, _read, own_mapping("org.toml"))
