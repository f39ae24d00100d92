"""Rows of Excel and Parquet, by polars, which is an optional extra."""

from __future__ import annotations

import zipfile
from collections.abc import Iterator, Mapping
from importlib import import_module
from pathlib import Path
from typing import Any, Final
from xml.etree.ElementTree import ParseError, iterparse

from tenure.errors import BadInput
from tenure.ingest.records import ImportReport
from tenure.ingest.rows import TableRow

_MOST_UNPACKED: Final = 1 << 30
_MOST_RATIO: Final = 200
_BATCH: Final = 10_000
_CELL: Final = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"


def _polars(path: Path) -> Any:
    try:
        return import_module("polars")
    except ModuleNotFoundError as error:
        raise BadInput(
            "Excel and Parquet need the library polars.",
            where=str(path),
            remedy="Install it: pip install 'tenure[tables]'; or save the table as CSV.",
        ) from error


def parquet_rows(path: Path) -> Iterator[TableRow]:
    """The rows of a Parquet file, by their number. Raises :class:`~tenure.errors.BadInput`."""
    polars = _polars(path)
    try:
        whole = polars.scan_parquet(path, glob=False)
        count, start = whole.select(polars.len()).collect().item(), 0
        while start < count:
            batch = whole.slice(start, _BATCH).collect()
            for number, cells in enumerate(batch.iter_rows(named=True), start=start + 1):
                yield TableRow(cells, f"{path.name}:{number}", True, True)
            start += _BATCH
    except polars.exceptions.PolarsError as error:
        raise _unreadable(path, error) from error


def excel_rows(path: Path, report: ImportReport, settings: Mapping[str, Any]) -> Iterator[TableRow]:
    """The rows of a sheet, by their number; a row with a formula is a fault.

    Raises:
        BadInput: it cannot be read, or unpacks to far more than it is.
    """
    _refuse_bomb(path)
    polars = _polars(path)
    sheet = settings.get("sheet")
    skip = int(settings.get("skip", 0))
    try:
        frame = polars.read_excel(
            path,
            sheet_id=None if isinstance(sheet, str) else int(sheet or 1),
            sheet_name=sheet if isinstance(sheet, str) else None,
            infer_schema_length=0,
            read_options={"header_row": skip},
            drop_empty_rows=False,
        )
    except Exception as error:
        # fastexcel, below polars, has errors of its own.
        raise _unreadable(path, error) from error
    formulas = _formulas(path, int(sheet or 1) if not isinstance(sheet, str) else 0)
    for number, cells in enumerate(frame.iter_rows(named=True), start=skip + 2):
        if number in formulas:
            report.fault(
                f"{path.name}:{number}",
                BadInput(
                    f"The cell {formulas[number]} is a formula.",
                    remedy="Save the table with the values in their place.",
                ),
            )
        elif any(one not in (None, "") for one in cells.values()):
            found = {k: _day(v) for k, v in cells.items()}
            yield TableRow(found, f"{path.name}:{number}", True, True)


def _day(value: Any) -> Any:
    """A cell that Excel holds as a day, without its midnight."""
    return value.removesuffix(" 00:00:00") if isinstance(value, str) else value


def _refuse_bomb(path: Path) -> None:
    """Refuse a file that unpacks to far more than it is. Raises :class:`BadInput`."""
    try:
        with zipfile.ZipFile(path) as packed:
            sizes = [(one.file_size, one.compress_size) for one in packed.infolist()]
    except (zipfile.BadZipFile, OSError) as error:
        raise _unreadable(path, error) from error
    whole = sum(size for size, _ in sizes)
    if whole > _MOST_UNPACKED or whole > _MOST_RATIO * max(path.stat().st_size, 1 << 14):
        raise BadInput(
            f"It would unpack to {whole:,} bytes, which no table of offices needs.",
            where=str(path),
            remedy="Save the table as CSV.",
        )


def _formulas(path: Path, sheet: int) -> dict[int, str]:
    """The rows of a sheet that have a formula, with the first such cell."""
    found: dict[int, str] = {}
    with zipfile.ZipFile(path) as packed:
        name = f"xl/worksheets/sheet{sheet}.xml"
        if name not in packed.namelist():
            return found
        with packed.open(name) as file:
            try:
                # Expat limits how far entities may grow, and nothing is fetched.
                for _, element in iterparse(file):  # noqa: S314
                    if element.tag == f"{_CELL}c":
                        cell = element.get("r", "")
                        row = int("".join(filter(str.isdigit, cell)) or 0)
                        if element.find(f"{_CELL}f") is not None:
                            found.setdefault(row, cell)
                    elif element.tag == f"{_CELL}row":
                        element.clear()
            except ParseError:
                # The reader of the table says what is wrong with it.
                return found
    return found


def _unreadable(path: Path, error: Exception) -> BadInput:
    return BadInput(
        f"It cannot be read: {' '.join(str(error).split())[:200]}.",
        where=str(path),
        remedy="Save it again, or as CSV.",
    )
