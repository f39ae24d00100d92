"""Tables by a mapping: CSV, TSV, JSON lines, Excel and Parquet.

CSV and JSON lines are read by the standard library, line by line, because only so every fault has
its line, and one broken line loses no other.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from tenure.errors import BadInput
from tenure.ingest.data_sets import RecordedState
from tenure.ingest.importing import Format, ImportContext
from tenure.ingest.reading import csv_rows, json_lines
from tenure.ingest.records import ImportReport
from tenure.ingest.rows import RowMapping, TableRow
from tenure.ingest.spreadsheets import excel_rows, parquet_rows


def table_rows(path: Path, report: ImportReport, settings: Mapping[str, Any]) -> Iterator[TableRow]:
    """The rows of a file, by the ending of its name.

    Raises:
        BadInput: an ending that is not known, or a file that nothing can be read of.
    """
    ending = path.suffix.lower()
    if ending in (".csv", ".tsv", ".tab", ".txt"):
        yield from csv_rows(path, report, settings)
    elif ending in (".jsonl", ".ndjson", ".json"):
        yield from json_lines(path, report)
    elif ending in (".xlsx", ".xlsm"):
        yield from excel_rows(path, report, settings)
    elif ending == ".parquet":
        yield from parquet_rows(path)
    else:
        raise BadInput(
            f"{ending or 'No ending'} is no kind of table that is read.",
            where=str(path),
            remedy="Save it as .csv, .tsv, .jsonl, .xlsx or .parquet.",
        )


def _read(context: ImportContext) -> Iterator[RecordedState]:
    mapping = RowMapping(context)
    settings = context.mapping.get("rows", {})

    def rows() -> Iterator[TableRow]:
        for path in context.paths:
            try:
                yield from table_rows(path, context.report, settings)
            except BadInput as error:
                if len(context.paths) == 1:
                    raise
                # A file that cannot be read loses no other.
                context.report.broken_off(path.name, error)

    named = ", ".join(path.name for path in context.paths)
    yield RecordedState(None, f"State of {named}", mapping.records(rows()))


FORMAT = Format(
    "tables in CSV, TSV, JSON lines, Excel or Parquet, by a mapping",
    ("*.csv", "*.tsv", "*.jsonl", "*.ndjson", "*.xlsx", "*.parquet"),
    _read,
    needs_mapping=True,
)
