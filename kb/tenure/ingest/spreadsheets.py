"""Rows of Excel and Parquet, by polars, which is an optional extra."""

from __future__ import annotations

import zipfile
from collections.abc import Iterator, Mapping
from importlib import import_module
from pathlib import Path
from typing import Any, Final
from xml.etree.ElementTree import fromstring, iterparse

from tenure.errors import BadInput
from tenure.ingest.forms import whole_number
from tenure.ingest.reading import header_of, table_row
from tenure.ingest.records import SKIPPED, ImportReport
from tenure.ingest.rows import TableRow

_MOST_UNPACKED: Final = 1 << 30
_MOST_RATIO: Final = 200
_BATCH: Final = 10_000
_CELL: Final = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
_RELATION: Final = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}"
_OLD: Final = bytes.fromhex("d0cf11e0a1b11ae1")


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
    kinds = polars.selectors
    try:
        whole = polars.scan_parquet(path, glob=False)
        # As text, for Python has no year before 1 or after 9999.
        whole = whole.with_columns(
            kinds.date().dt.to_string("%F"),
            kinds.datetime(time_zone=None).dt.to_string("%F %T%.f"),
            kinds.datetime(time_zone="*").dt.to_string("%F %T%.f%:z"),
        )
        count, start = whole.select(polars.len()).collect().item(), 0
        while start < count:
            batch = whole.slice(start, _BATCH).collect()
            for number, cells in enumerate(batch.iter_rows(named=True), start=start + 1):
                yield TableRow(cells, f"{path.name}:{number}", True, True)
            start += _BATCH
    except (ValueError, polars.exceptions.PolarsError, polars.exceptions.PanicException) as error:
        raise _unreadable(path, error) from error


def excel_rows(path: Path, report: ImportReport, settings: Mapping[str, Any]) -> Iterator[TableRow]:
    """The rows of a sheet, by their number; a row with a formula or an error is a fault.

    Raises:
        BadInput: it cannot be read, or unpacks to far more than it is.
    """
    _refuse_bomb(path)
    polars = _polars(path)
    skip = whole_number(settings.get("skip", 0), "rows.skip")
    try:
        name, part = _sheet_of(path, report, settings.get("sheet"))
        first, wrong = _looked_through(path, part)
        frame = polars.read_excel(
            path,
            sheet_name=name,
            has_header=False,
            infer_schema_length=0,
            drop_empty_rows=False,
            raise_if_empty=False,
        )
    except BadInput:
        raise
    except (Exception, polars.exceptions.PanicException) as error:
        # fastexcel, below polars, has errors of its own.
        raise _unreadable(path, error) from error
    header = list(map(str, settings.get("columns", ())))
    for number, cells in enumerate(frame.iter_rows(), start=first):
        found = [_day(cell) for cell in cells]
        if number <= skip or not any(found):
            continue
        if not header:
            while found and not found[-1]:
                found.pop()
            header = header_of(f"{path.name}:{number}", found, report)
        elif number in wrong:
            remedy = "Save the table with the values in their place."
            report.fault(f"{path.name}:{number}", BadInput(wrong[number], remedy=remedy))
        else:
            yield from table_row(path, number, header, found, report)


def _day(value: str | None) -> str:
    """A cell that Excel holds as a day, without its midnight; or as a time, without its day 0."""
    day, _, time = (value or "").partition(" ")
    return time if time and day == "1899-12-31" else (value or "").removesuffix(" 00:00:00")


def _refuse_bomb(path: Path) -> None:
    """Refuse a file that unpacks to far more than it is. Raises :class:`BadInput`."""
    try:
        with zipfile.ZipFile(path) as packed:
            sizes = [(one.file_size, one.compress_size) for one in packed.infolist()]
    except Exception as error:
        # zipfile has many errors for what is damaged.
        with path.open("rb") as file:
            if file.read(len(_OLD)) == _OLD:
                what = "It is of an Excel before 2007, or locked with a password."
                remedy = "Save it as .xlsx without a password."
                raise BadInput(what, where=str(path), remedy=remedy) from error
        raise _unreadable(path, error) from error
    whole = sum(size for size, _ in sizes)
    if whole > _MOST_UNPACKED or whole > _MOST_RATIO * max(path.stat().st_size, 1 << 14):
        raise BadInput(
            f"It would unpack to {whole:,} bytes, which no table of offices needs.",
            where=str(path),
            remedy="Save the table as CSV.",
        )


def _looked_through(path: Path, part: str) -> tuple[int, dict[int, str]]:
    """The first row of a sheet that holds something, and what is wrong with which rows."""
    first, row, wrong = 0, 0, dict[int, str]()
    with zipfile.ZipFile(path) as packed, packed.open(part) as file:
        # Expat limits how far entities may grow, and nothing is fetched.
        for event, element in iterparse(file, ("start", "end")):  # noqa: S314
            if event == "start":
                if element.tag == f"{_CELL}row":
                    row = int(element.get("r", row + 1))
            elif element.tag == f"{_CELL}c":
                formula = element.find(f"{_CELL}f") is not None
                if len(element):
                    first = first or row
                if formula or element.get("t") == "e":
                    what = "a formula" if formula else f"the error {element.findtext(f'{_CELL}v')}"
                    wrong.setdefault(row, f"The cell {element.get('r', '')} is {what}.")
            elif element.tag == f"{_CELL}row":
                element.clear()
    return first or 1, wrong


def _sheet_of(path: Path, report: ImportReport, wanted: Any) -> tuple[str, str]:
    """The name of a sheet, and where it lies in the file; without a wish, the others are told.

    Raises:
        BadInput: there is no such sheet.
    """
    with zipfile.ZipFile(path) as packed:
        book = fromstring(packed.read("xl/workbook.xml"))  # noqa: S314
        parts = fromstring(packed.read("xl/_rels/workbook.xml.rels"))  # noqa: S314
    sheets = {one.get("name", ""): one.get(f"{_RELATION}id") for one in book.iter(f"{_CELL}sheet")}
    chosen = next((name for n, name in enumerate(sheets, 1) if (wanted or 1) in (n, name)), None)
    if chosen is None:
        raise BadInput(
            f"There is no sheet {wanted!r}.",
            where="rows.sheet",
            remedy=f"There are: {', '.join(sheets)[:200]}.",
        )
    for other in sheets if wanted is None else ():
        if other != chosen:
            what, remedy = f"The sheet {other!r} was not read.", "Name it: sheet under rows."
            report.tell(SKIPPED, path.name, what, remedy, imported=False)
    target = next(one.get("Target", "") for one in parts if one.get("Id") == sheets[chosen])
    return chosen, target.removeprefix("/") if target.startswith("/") else f"xl/{target}"


def _unreadable(path: Path, error: Exception) -> BadInput:
    return BadInput(
        f"It cannot be read: {' '.join(str(error).split())[:200]}.",
        where=str(path),
        remedy="Save it again, or as CSV.",
    )
