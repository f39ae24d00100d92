"""Files of records read one record at a time, in bounded memory, with the place of each.

A line or a value that cannot be read is told and left out; where a file breaks off, that is told
too, and what came before goes in.
"""

from __future__ import annotations

import codecs
import csv
import io
import json
import re
from collections import Counter, deque
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import replace
from functools import partial
from itertools import zip_longest
from pathlib import Path
from typing import Any, BinaryIO, Final

import ijson

from tenure.errors import BadInput
from tenure.ingest.facts_folder import read_text
from tenure.ingest.forms import TEXT, require_form, whole_number
from tenure.ingest.records import ImportReport
from tenure.ingest.rows import TableRow
from tenure.ingest.strict_yaml import YamlList, listed, plain, read_yaml
from tenure.model import instant

_RECORDED: Final = re.compile(r"(\d{4}-\d\d-\d\d)T(\d\d)(\d\d)(\d\d)_([0-9a-f]{7,40})\.ya?ml")
_BY_ID: Final = re.compile(rb'\s*\{\s*"entities"')
LONGEST_LINE: Final = 16 << 20
"""Bytes of a line; what is longer is no record of a person or an office."""

_DEEPEST: Final = 100
_COLUMN: Final = {
    "name": TEXT,
    "titles": (TEXT, [TEXT], {...: (TEXT, [TEXT])}),
    "null": (TEXT, [TEXT]),
}
_TABLE: Final = {
    "url": TEXT,
    "dialect": dict.fromkeys(("delimiter", "encoding", "commentPrefix", "skipRows"), TEXT),
    "tableSchema": {"columns": [_COLUMN]},
}
_CSVW: Final = "http://www.w3.org/ns/csvw"
_BOMS: Final = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)


def lines(path: Path, report: ImportReport, encoding: str = "") -> Iterator[tuple[int, str]]:
    """The lines of a text file with their numbers, without their line ends.

    Without an encoding it is UTF-8, or what its first bytes say. A line that is not in it, and one
    longer than :data:`LONGEST_LINE`, is told and left out.

    Raises:
        BadInput: there is no such encoding.
    """
    with path.open("rb") as file:
        start = file.read(4)
        file.seek(0)
        known = encoding or next((name for bom, name in _BOMS if start.startswith(bom)), "utf-8")
        try:
            known = codecs.lookup(known).name
            "".encode(known)
        except LookupError as error:
            what = f"{known!r} is no encoding of texts."
            raise BadInput(what, where="rows.encoding", remedy="Write utf-8 or latin-1.") from error
        if known.startswith(("utf-16", "utf-32")):
            # An ending of a line may be part of another character here.
            text, number = io.TextIOWrapper(file, encoding=known, newline=""), 0
            try:
                while one := text.readline(LONGEST_LINE):
                    number += 1
                    yield number, one.rstrip("\r\n")
            except UnicodeError as error:
                what = f"From here on it is no {known}: {getattr(error, 'reason', error)}."
                remedy = "Save it as UTF-8."
                report.broken_off(f"{path.name}:{number + 1}", BadInput(what, remedy=remedy))
            return
        for number, line in _bounded(file, path, report):
            try:
                yield number, line.decode(known).rstrip("\r\n")
            except UnicodeError as error:
                report.fault(
                    f"{path.name}:{number}",
                    BadInput(
                        f"The line is no {known}: {getattr(error, 'reason', error)}.",
                        remedy="Say the encoding in the mapping (encoding under rows), or save "
                        "the file as UTF-8.",
                    ),
                )


def _bounded(file: BinaryIO, path: Path, report: ImportReport) -> Iterator[tuple[int, bytes]]:
    number = 0
    while line := file.readline(LONGEST_LINE):
        number += 1
        if len(line) == LONGEST_LINE and not line.endswith(b"\n"):
            while (rest := file.readline(LONGEST_LINE)) and not rest.endswith(b"\n"):
                pass
            report.fault(
                f"{path.name}:{number}",
                BadInput(
                    f"The line is longer than {LONGEST_LINE >> 20} MiB.",
                    remedy="No record is so long; look for a missing line end or quote mark.",
                ),
            )
            continue
        yield number, line


def csvw_settings(path: Path, report: ImportReport) -> dict[str, Any]:
    """What the metadata beside a CSV file say of it (CSV on the Web): its dialect and columns.

    They are looked for under the names ``<file>-metadata.json``, ``<stem>.json`` with the context
    of CSVW, and ``csv-metadata.json``. Source: W3C, Metadata Vocabulary for Tabular Data, 2015.
    """
    names = (f"{path.name}-metadata.json", f"{path.stem}.json", "csv-metadata.json")
    for file in (path.with_name(name) for name in names):
        if not file.is_file():
            continue
        try:
            found = json.loads(file.read_text(encoding="utf-8-sig"))
        except (ValueError, RecursionError) as error:
            wrong = BadInput(
                f"The metadata are no JSON: {error}.", remedy="Correct them, or remove the file."
            )
            report.fault(file.name, wrong, imported=True)
            return {}
        context = found.get("@context") if isinstance(found, dict) else None
        if _CSVW not in (context if isinstance(context, list) else [context]):
            continue
        try:
            require_form(found, {"tables": [_TABLE], **_TABLE})
        except BadInput as error:
            report.fault(file.name, error, imported=True)
            return {}
        tables = found.get("tables") or [found]
        own = next((one for one in tables if one.get("url") == path.name), tables[0])
        dialect = {**(found.get("dialect") or {}), **(own.get("dialect") or {})}
        schema = own.get("tableSchema") or {}
        settings = {
            name: dialect[said]
            for name, said in (
                ("delimiter", "delimiter"),
                ("encoding", "encoding"),
                ("comment", "commentPrefix"),
                ("skip", "skipRows"),
            )
            if dialect.get(said)
        }
        return {**settings, "csvw": [one for one in schema.get("columns") or () if one]}
    return {}


def _as_described(
    row: TableRow, columns: list[dict[str, Any]], report: ImportReport
) -> TableRow | None:
    """A row under the names of its columns too, without what stands for nothing."""
    cells = dict(row.cells)
    for place, (header, text) in enumerate(row.cells.items()):
        one = next((c for c in columns if header in _titles(c)), None)
        if one is None:
            one = columns[place] if place < len(columns) and not any(map(_titles, columns)) else {}
        null = one.get("null", "")
        if text in (null if isinstance(null, list) else [null]):
            text = cells[header] = ""  # noqa: PLW2901 - as the metadata have it
        if not text and one.get("required"):
            what = f"The cell {header!r} is empty, and the metadata require it."
            report.fault(row.locator, BadInput(what, remedy="Complete it in the source."))
            return None
        if one.get("name"):
            cells.setdefault(str(one["name"]), text)
    return replace(row, cells=cells)


def _titles(column: Mapping[str, Any]) -> list[str]:
    titles = column.get("titles") or []
    if isinstance(titles, Mapping):
        titles = [
            one for some in titles.values() for one in (some if isinstance(some, list) else [some])
        ]
    return [*(titles if isinstance(titles, list) else [titles]), str(column.get("name", ""))]


def csv_rows(path: Path, report: ImportReport, settings: Mapping[str, Any]) -> Iterator[TableRow]:
    """The rows of a CSV or TSV file below its header, each with its line.

    What a mapping says of the file goes before what its metadata do.
    """
    described = {**csvw_settings(path, report), **settings}
    for row in _plain_rows(path, report, described):
        whole = _as_described(row, described["csvw"], report) if "csvw" in described else row
        if whole is not None:
            yield whole


def _plain_rows(
    path: Path, report: ImportReport, settings: Mapping[str, Any]
) -> Iterator[TableRow]:
    delimiter = str(settings.get("delimiter", "\t" if path.suffix == ".tsv" else ","))
    comment = settings.get("comment")
    skip = whole_number(settings.get("skip", 0), "rows.skip")
    if len(delimiter) != 1 or delimiter in '\r\n"':
        what = f"{delimiter!r} is nothing that can stand between two cells."
        raise BadInput(what, where="rows.delimiter", remedy="Write one character, such as ;.")
    source = (
        (number, line + "\n")
        for number, line in lines(path, report, str(settings.get("encoding", "")))
        if number > skip and not (comment and line.startswith(str(comment)))
    )
    # The lines of the record that is being read, and those that are to be read once more.
    own: list[tuple[int, str]] = []
    again: deque[tuple[int, str]] = deque()

    def taken() -> Iterator[str]:
        while True:
            one = again.popleft() if again else next(source, None)
            if one is None:
                return
            own.append(one)
            yield one[1]

    csv.field_size_limit(LONGEST_LINE)
    reader = csv.reader(taken(), delimiter=delimiter, skipinitialspace=True, strict=True)
    header: list[str] = list(map(str, settings.get("columns", ())))
    while True:
        own.clear()
        try:
            cells = next(reader, None)
        except csv.Error as error:
            report.broken_off(
                f"{path.name}:{own[0][0]}",
                BadInput(
                    f"The line is no CSV: {error}.",
                    remedy="Look for a quote mark that is not doubled or not closed.",
                ),
            )
            # A quote mark that is not closed swallows what follows; only its own line is lost.
            again.extendleft(reversed(own[1:]))
            reader = csv.reader(taken(), delimiter=delimiter, skipinitialspace=True, strict=True)
            continue
        if cells is None:
            return
        if not any(one.strip() for one in cells):
            continue
        if not header:
            header = header_of(f"{path.name}:{own[0][0]}", cells, report)
            continue
        yield from table_row(path, own[0][0], header, cells, report)


def header_of(locator: str, cells: Sequence[str], report: ImportReport) -> list[str]:
    """The names of the columns; of several that are called alike the first bears the name."""
    header: list[str] = []
    for place, cell in enumerate(cells, start=1):
        name = cell.replace("\0", "\ufffd").strip()
        if name in header:
            report.fault(
                locator,
                BadInput(
                    f"The header has {name[:80]!r} twice; the later is read as 'column {place}'.",
                    remedy="Call one otherwise, or list the names in the mapping (columns and skip"
                    " under rows).",
                ),
                imported=True,
            )
        header.append(f"column {place}" if not name or name in header else name)
    return header


def table_row(
    path: Path, line: int, header: list[str], cells: list[str], report: ImportReport
) -> Iterator[TableRow]:
    """A row under the names of its columns; none where something is wrong with it."""
    locator = f"{path.name}:{line}"
    if len(cells) > len(header) and any(one.strip() for one in cells[len(header) :]):
        report.fault(
            locator,
            BadInput(
                f"The row has {len(cells)} cells, and the header has {len(header)}.",
                remedy="Look for a cell too many, such as after a comma without quote marks.",
            ),
        )
        return
    found = dict(zip_longest(header, cells[: len(header)], fillvalue=""))
    for name in [name for name, cell in found.items() if "\0" in cell]:
        what = f"The cell {name!r} has a character that no text can have, U+0000."
        error = BadInput(what, remedy="It was read as U+FFFD; correct it in the source.")
        report.fault(locator, error, imported=True)
        found[name] = found[name].replace("\0", "\ufffd")
    formulas = [name for name, cell in found.items() if "=" in cell and _is_formula(cell)]
    if formulas:
        report.fault(
            locator,
            BadInput(
                f"The cell {formulas[0]!r} is a formula, {found[formulas[0]][:40]!r}.",
                remedy="Save the table with the values in their place.",
            ),
        )
        return
    yield TableRow(found, locator, positional=True, has_all_columns=True)


def _is_formula(cell: str) -> bool:
    text = cell.strip()
    return len(text) > 1 and text[0] == "=" and (text[1].isalpha() or text[1] in "(+-@'\"")


def json_lines(path: Path, report: ImportReport) -> Iterator[TableRow]:
    """The objects of a file with one JSON value a line, each with its line."""
    for number, line in lines(path, report):
        if not line.strip():
            continue
        locator = f"{path.name}:{number}"
        if line.strip() in ("[", "]"):
            continue
        twice: list[str] = []
        try:
            value = json.loads(
                line.strip().rstrip(","),
                parse_int=_whole,
                parse_constant=_no_number,
                object_pairs_hook=partial(_table, twice),
            )
        except (ValueError, RecursionError) as error:
            what = "it is nested too deep" if isinstance(error, RecursionError) else str(error)
            report.broken_off(
                locator,
                BadInput(f"The line is no JSON: {what}.", remedy="Put one whole object on a line."),
            )
            continue
        if not isinstance(value, dict):
            report.fault(
                locator,
                BadInput("The line is no JSON object.", remedy="Put one whole object on a line."),
            )
            continue
        if twice:
            what = f"{twice[0][:80]!r} is here twice; the last was read."
            report.fault(locator, BadInput(what, remedy="Remove one."), imported=True)
        yield TableRow(value, locator, positional=True)


def _whole(digits: str) -> int | str:
    """A whole number; one too long for Python is but a row of digits."""
    return int(digits) if len(digits) < 1000 else digits


def _no_number(name: str) -> None:
    raise ValueError(f"{name} is no number")


def _table(twice: list[str], pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        twice += [name for name, times in Counter(name for name, _ in pairs).items() if times > 1]
    return found


def is_shallow(path: Path, report: ImportReport) -> bool:
    """Whether a file of JSON is not nested too deep to be read; where it is, that is told.

    The path of each level is held, which for 100,000 brackets takes tens of gigabytes.
    """
    depth = 0
    with path.open("rb") as file, suppress(ijson.JSONError, UnicodeDecodeError):
        for kind, _ in ijson.basic_parse(_without_mark(file), use_float=True):
            depth += kind.startswith("start") - kind.startswith("end")
            if depth > _DEEPEST:
                error = BadInput(f"It is nested more than {_DEEPEST} deep.", remedy="Look for [.")
                report.broken_off(path.name, error)
                return False
    return True


def json_items(
    path: Path, prefix: str, report: ImportReport, read: Callable[..., Any] = ijson.items
) -> Iterator[Any]:
    """The values below a path of a JSON file (``persons.item``), one after another.

    With ``ijson.kvitems`` they are the names and values of the table there.

    Where the file breaks off, what came before is given.
    """
    with path.open("rb") as file:
        try:
            yield from read(_without_mark(file), prefix, use_float=True)
        except (ijson.JSONError, UnicodeDecodeError) as error:
            report.broken_off(
                path.name,
                BadInput(
                    f"The file breaks off or is no JSON: {' '.join(str(error).split())[:160]}.",
                    remedy="Fetch it again; what came before this place was taken.",
                ),
            )


def _without_mark(file: BinaryIO) -> BinaryIO:
    if file.read(3) != codecs.BOM_UTF8:
        file.seek(0)
    return file


def json_entities(path: Path, report: ImportReport) -> Iterator[tuple[str, Any]]:
    """The entities of a file of Wikibase, each with its place.

    It has one of them, some by their ids under ``entities``, or one a line, as a dump has them.
    """
    with path.open("rb") as file:
        start = file.read(1 << 12)
    if _BY_ID.match(start):
        if is_shallow(path, report):
            for name, entity in json_items(path, "entities", report, ijson.kvitems):
                yield f"{path.name}#{name}", entity
    elif start.partition(b"\n")[0].strip() == b"{":
        if is_shallow(path, report):
            for entity in json_items(path, "", report):
                yield path.name, entity
    else:
        for row in json_lines(path, report):
            yield row.locator, row.cells


def recorded_list(path: Path, of: str) -> tuple[str, str, YamlList]:
    """A recorded state of a data set, a list ``of`` something in YAML: its instant, commit, list.

    The name of the file says when it was recorded, in UTC, and from which commit, as in
    ``2013-03-05T174441_653f6640.yaml``.

    Raises:
        BadInput: it is called otherwise, or is no list, or no YAML.
    """
    match, at = _RECORDED.fullmatch(path.name), ""
    with suppress(BadInput):
        at = instant(f"{match[1]}T{match[2]}:{match[3]}:{match[4]}Z") if match else ""
    if match is None or not at:
        raise BadInput(
            "The name of the file does not say when it was recorded and from which commit.",
            where=str(path),
            remedy="Name it like 2013-03-05T174441_653f6640.yaml, in UTC.",
        )
    root = read_yaml(read_text(path), str(path))
    if not isinstance(root, YamlList):
        raise BadInput(f"It is no list of {of}.", where=root.where, remedy="Begin with `- id:`.")
    return at, match[5], root


def yaml_items(path: Path, report: ImportReport) -> Iterator[tuple[str, dict[str, Any]]]:
    """The tables of a YAML file that is a list of them, or the one that it is, with their places.

    Where the file is no YAML any more, what came before is given.
    """
    with path.open(encoding="utf-8-sig") as file:
        try:
            for item in listed(file, path.name):
                found = plain(item)
                if isinstance(found, dict):
                    yield str(item.where), found
                else:
                    error = BadInput("It is no table of names and values.", remedy="Indent it.")
                    report.fault(str(item.where), error)
        except BadInput as error:
            report.broken_off(str(error.where or path.name), error)
        except UnicodeDecodeError as error:
            what = f"It is no UTF-8 from here on: {error.reason}."
            report.broken_off(path.name, BadInput(what, remedy="Save it as UTF-8."))
