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

from pyoxigraph import BlankNode, Literal, QuerySolutions, Store, Variable

from tenure.errors import BadInput, BadRdf, TenureError, Where
from tenure.ingest.data_sets import RecordedState
from tenure.ingest.importing import Format, ImportContext, own_mapping
from tenure.ingest.records import ImportReport
from tenure.ingest.rows import BLANK, RowMapping, TableRow
from tenure.own_folder import own_folder
from tenure.store.formats import graph_format_of
from tenure.store.rdf import READ_APART, read_file

_IN_MEMORY: Final = 64 << 20
"""Bytes of RDF that are held in memory; more goes to a store on disk."""
_RECORD: Final = Variable("record")
PATTERNS: Final = ("*.ttl", "*.trig", "*.nt", "*.nq", "*.rdf", "*.owl", "*.jsonld")


def rdf_rows(
    paths: Sequence[Path], queries: Sequence[str], report: ImportReport
) -> Iterator[TableRow]:
    """The rows that queries find in all files together; one that cannot be read loses no other.

    Raises:
        BadRdf: the only file does not parse, with its line.
        BadInput: a query that does not parse, or binds no record, or an ending that is no RDF.
    """
    with ExitStack() as ending:
        large = sum(path.stat().st_size for path in paths) > _IN_MEMORY
        store = Store(str(ending.enter_context(own_folder("rdf")))) if large else Store()
        for path in paths:
            try:
                _load(store, path)
            except TenureError as error:
                if len(paths) == 1:
                    raise
                report.broken_off(path.name, error)
        for number, query in enumerate(queries, start=1):
            try:
                found = store.query(query, use_default_graph_as_union=True)
            except SyntaxError as error:
                raise BadInput(
                    f"The query does not parse: {error.msg}.",
                    where=f"rdf.queries {number}",
                    remedy="Correct it in the mapping.",
                ) from error
            if not isinstance(found, QuerySolutions) or _RECORD not in found.variables:
                raise BadInput(
                    "The query selects no ?record.",
                    where=f"rdf.queries {number}",
                    remedy="Bind the node that a row is of to it.",
                )
            yield from _rows(found)


def _load(store: Store, path: Path) -> None:
    form = graph_format_of(path)
    if form in READ_APART or path.stat().st_size <= _IN_MEMORY:
        store.bulk_extend(read_file(path))
        return
    try:
        store.bulk_load(path=str(path), format=form.engine)
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
        record = solution["record"]
        cells = rows.setdefault(str(record), {"record": _text(record)})
        for name in names:
            text = _text(solution[name])
            if text and text not in cells.setdefault(name, []):
                cells[name].append(text)
    for number, cells in enumerate(rows.values(), start=1):
        is_blank = cells["record"] == BLANK
        yield TableRow(cells, f"{BLANK}{number}" if is_blank else cells["record"], is_blank)


def _text(term: object) -> str:
    if isinstance(term, Literal):
        return f"{term.value}@{term.language}" if term.language else term.value
    return BLANK if isinstance(term, BlankNode) else getattr(term, "value", "")


def _read(context: ImportContext) -> Iterator[RecordedState]:
    mapping = RowMapping(context)
    queries = context.mapping.get("rdf", {}).get("queries", ())
    if not queries:
        raise BadInput(
            "The mapping has no queries.", where="rdf", remedy="Write SELECT queries under rdf."
        )
    rows = rdf_rows(context.paths, queries, context.report)
    yield RecordedState(
        None, f"State of {', '.join(one.name for one in context.paths)}", mapping.records(rows)
    )


FORMAT = Format("RDF by queries of one's own", PATTERNS, _read, needs_mapping=True)
ORG = Format("RDF with the W3C's Organization Ontology", PATTERNS, _read, own_mapping("org.toml"))
