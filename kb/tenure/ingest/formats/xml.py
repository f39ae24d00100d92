"""XML by a mapping: records of archives (EAC-CPF), persons of editions (TEI), and others.

Under ``xml`` a mapping says which elements are rows (``each``, a path of ElementTree), which rows
of other files are joined to one (``index`` and ``join``), and the texts of which children are one
(``together``). Every row has the document's ``root`` and the ``parent`` of its element beside its
own. Namespaces are left out of names, attributes begin with ``@``, and the text of an element that
has some is ``#text``.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any, Final
from xml.etree import ElementTree as ET

from tenure.errors import BadInput
from tenure.ingest.data_sets import RecordedState
from tenure.ingest.importing import Format, ImportContext, own_mapping
from tenure.ingest.rows import RowMapping, TableRow

_LARGEST: Final = 256 << 20
_DEEPEST: Final = 100
_XML: Final = "{http://www.w3.org/XML/1998/namespace}"


def _parsed(path: Path, context: ImportContext) -> ET.Element | None:
    """The root of a file; None where it is no XML, which is told."""
    if path.stat().st_size > _LARGEST:
        error = BadInput(f"It is larger than {_LARGEST >> 20} MiB.", remedy="Split it.")
        context.report.broken_off(path.name, error)
        return None
    try:
        # Expat limits how far entities may grow, and nothing is fetched.
        return ET.parse(path).getroot()  # noqa: S314
    except ET.ParseError as error:
        line, column = error.position
        told = BadInput(f"It is no XML: {error.msg}.", remedy="Correct the file at that place.")
        context.report.broken_off(f"{path.name}:{line}:{column + 1}", told)
    except (LookupError, ValueError) as error:
        # An encoding that there is not, or that expat does not read, or that the text is not in.
        told = BadInput(f"Its encoding is not read: {error}.", remedy="Save it as UTF-8.")
        context.report.broken_off(path.name, told)
    return None


def _cells(element: ET.Element, together: frozenset[str], depth: int = 0) -> Any:
    """An element as text, or as names and values; the texts of some children are one."""
    text = " ".join("".join(element.itertext()).split())
    if depth > _DEEPEST:
        raise BadInput(f"It is nested more than {_DEEPEST} deep.", remedy="Check its elements.")
    found: dict[str, Any] = {}
    for name, value in element.attrib.items():
        found[f"@{_local(name)}"] = value
    for child in element:
        if isinstance(child.tag, str):
            name = _local(child.tag)
            if name in together:
                words = " ".join("".join(child.itertext()).split())
                found[name] = [" ".join([*found.get(name, ()), words])]
            else:
                found.setdefault(name, []).append(_cells(child, together, depth + 1))
    if not found:
        return text
    language = element.get(f"{_XML}lang")
    found["#text"] = text
    found["#tagged"] = f"{text}@{language}" if language and text else text
    return found


def _local(name: str) -> str:
    return name.rpartition("}")[2]


def _rows(path: Path, context: ImportContext, indexes: Mapping[str, Any]) -> Iterator[TableRow]:
    root = _parsed(path, context)
    if root is None:
        return
    settings = context.mapping.get("xml", {})
    together = frozenset(settings.get("together", ()))
    try:
        around = _cells(root, together)
    except BadInput as error:
        context.report.broken_off(path.name, error)
        return
    above = {child: one for one in root.iter() for child in one}
    for rule in settings.get("rows", ()):
        for number, element in enumerate(_each(root, str(rule.get("each", "."))), start=1):
            found = _cells(element, together)
            cells = {"record": rule.get("record", _local(str(element.tag))), "root": around}
            if element in above:
                cells["parent"] = _cells(above[element], together)
            cells |= found if isinstance(found, dict) else {"#text": found}
            for name, key in rule.get("join", {}).items():
                wanted = next(iter(cells.get(key, ())), None)
                cells[name] = indexes.get(name, {}).get(wanted, {})
            own = next(iter(cells.get(rule.get("key", ""), ())), None)
            if own:
                yield TableRow(cells, f"{path.name}#{own}")
            else:
                place = f"{path.name}#{_local(str(element.tag))}/{number}"
                yield TableRow(cells, place, positional=True)


def _each(root: ET.Element, path: str) -> Iterator[ET.Element]:
    try:
        yield from [root] if path == "." else root.iterfind(path)
    except (SyntaxError, KeyError) as error:
        raise BadInput(
            f"The path cannot be used: {error}.",
            where=f"xml.rows: {path}",
            remedy="Write one such as .//row, of names, steps and [@attribute='value'].",
        ) from error


def _indexed(context: ImportContext) -> dict[str, Any]:
    """The elements that rows are joined to, by their keys."""
    indexes: dict[str, dict[str, Any]] = {}
    for name, rule in context.mapping.get("xml", {}).get("index", {}).items():
        for path in context.paths:
            root = _parsed(path, context)
            if root is None or _local(str(root.tag)) != rule["root"]:
                continue
            with suppress(BadInput):  # which is told when its rows are read
                cells = _cells(root, frozenset())
                indexes.setdefault(name, {})[str(next(iter(cells.get(rule["key"], ())), ""))] = (
                    cells
                )
    return indexes


def _read(context: ImportContext) -> Iterator[RecordedState]:
    mapping = RowMapping(context)
    with context.report.first_pass():
        indexes = _indexed(context)
    rows = (row for path in context.paths for row in _rows(path, context, indexes))
    named = ", ".join(one.name for one in context.paths[:5])
    yield RecordedState(None, f"State of {named}", mapping.records(rows))


EAC = Format("EAC-CPF records of archives", ("*.xml",), _read, own_mapping("eac-cpf.toml"))
TEI = Format("TEI persons with offices", ("*.xml",), _read, own_mapping("tei.toml"))
FORMAT = Format("XML by a mapping of one's own", ("*.xml",), _read, needs_mapping=True)
