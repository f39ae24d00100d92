"""Wikidata: entities as JSON (a file of one, a dump, or one a line), and statements as Turtle.

Dates keep their precision; Julian ones are converted, and stand in the record as written. An
unknown value of a date says nothing, no value of an end that it goes on. Ranks are kept; references
and other qualifiers stand in the text of the record. See
https://www.wikidata.org/wiki/Help:Data_type and Wikibase, "RDF Dump Format".
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any, Final

from tenure.errors import BadDate, BadInput
from tenure.ingest.data_sets import RecordedState
from tenure.ingest.dates import of_wikibase
from tenure.ingest.formats.rdf import rdf_rows
from tenure.ingest.forms import TEXT
from tenure.ingest.importing import Format, ImportContext, own_mapping
from tenure.ingest.reading import json_entities
from tenure.ingest.records import ImportReport
from tenure.ingest.rows import RowMapping, TableRow

_DATES: Final = {"P580": "start", "P582": "end", "P585": "on"}
_NAME: Final = {"value": TEXT}
_EMPTY: Final[list[tuple[()]]] = [()]
"""PHP writes a table that is empty as a list."""
_ENTITY: Final[dict[str, Any]] = {
    "id": TEXT,
    "labels": ({...: _NAME}, _EMPTY),
    "aliases": ({...: [_NAME]}, _EMPTY),
    "claims": ({...: []}, _EMPTY),
}
_VALUE: Final = dict.fromkeys(("time", "precision", "calendarmodel", "id", "numeric-id"), TEXT)
_SNAK: Final = {"snaktype": TEXT, "datavalue": {"value": (TEXT, _VALUE)}}
_STATEMENT: Final[dict[str, Any]] = {
    "id": TEXT,
    "rank": TEXT,
    "mainsnak": _SNAK,
    "qualifiers": ({...: [_SNAK]}, _EMPTY),
    "references": [{"snaks": ({}, _EMPTY)}],
}
_NEIGHBOURS: Final = {"P1365": "replaces", "P1366": "replacedBy"}


def _value(snak: Any) -> Any:
    data = snak.get("datavalue") if isinstance(snak, Mapping) else None
    return data.get("value") if isinstance(data, Mapping) else None


def _read_time(snak: Mapping[str, Any]) -> str:
    value = _value(snak)
    try:
        time, precision = str(value["time"]), int(value["precision"])
    except (KeyError, TypeError, ValueError) as error:
        what = f"{str(value)[:80]!r} is no point in time with a precision."
        raise BadDate(what, remedy="Correct it in Wikidata.") from error
    return of_wikibase(time, precision, str(value.get("calendarmodel", "")), historical=True)


def _item(snak: Any) -> str:
    """The item that is the value; before 2017 it was given by its number alone."""
    value = _value(snak)
    if not isinstance(value, Mapping):
        return ""
    number = value.get("numeric-id")
    return str(value.get("id") or (f"Q{number}" if number else ""))


class _StatementReader:
    def __init__(self, context: ImportContext) -> None:
        self._report = context.report
        settings = context.mapping.get("wikidata", {})
        self._properties = frozenset(settings.get("properties", ()))
        self._languages: Sequence[str] = settings.get("languages", ["en"])
        self._names: dict[str, list[str]] = {}

    def note(self, entity: Mapping[str, Any]) -> None:
        """Remember what an entity is called."""
        labels = entity.get("labels") or {}
        said = {tag: one["value"] for tag, one in labels.items() if one and one.get("value")}
        chosen = [tag for tag in self._languages if tag in said] or list(said)[:1]
        names = [f"{said[tag]}@{tag}" for tag in chosen]
        for tag in self._languages:
            aliases = (entity.get("aliases") or {}).get(tag, ()) if chosen else ()
            names += [f"{one['value']}@{tag}" for one in aliases or () if one.get("value")]
        self._names[str(entity["id"])] = names

    def named(self, item: str) -> dict[str, Any]:
        """An item with its names, where a file has them."""
        return {"id": item, "names": self._names.get(item, [])}

    def rows(self, entity: Mapping[str, Any]) -> Iterator[TableRow]:
        """A row for each statement of an entity that the mapping may want."""
        claims = entity["claims"] or {}
        kinds = (one.get("mainsnak") for one in claims.get("P31") or () if isinstance(one, dict))
        human = "Q5" in map(_item, kinds)
        who = {"subject": self.named(str(entity["id"])), "human": "yes" if human else ""}
        for name in claims:
            for one in (claims[name] or ()) if name in self._properties else ():
                locator = f"{entity['id']}#{name}"
                if not self._report.fits(one, _STATEMENT, locator):
                    continue
                locator = str(one.get("id") or locator)
                try:
                    yield from self._statement(who, name, one, locator)
                except BadDate as error:
                    self._report.fault(locator, error)

    def _statement(
        self, who: Mapping[str, Any], name: str, one: Mapping[str, Any], locator: str
    ) -> Iterator[TableRow]:
        snak = one.get("mainsnak") or {}
        if snak.get("snaktype") != "value":
            what = f"The value of {name} is {snak.get('snaktype')}: nobody is named."
            self._report.tell("skipped", locator, what, imported=False)
            return
        qualifiers = {key: some for key, some in (one.get("qualifiers") or {}).items() if some}
        cells: dict[str, Any] = {
            **who,
            "property": name,
            "rank": str(one.get("rank") or "").replace("normal", ""),
            "qualifiers": json.dumps(
                {key: [_value(snak) or snak.get("snaktype") for snak in some]
                 for key, some in qualifiers.items()}, sort_keys=True),
            "references": [json.dumps(r.get("snaks") or {}, sort_keys=True)
                           for r in one.get("references") or ()],
        }  # fmt: skip
        if item := _item(snak):
            cells["value"] = self.named(item)
        else:
            cells["date"] = _read_time(snak)
        for key, said in _DATES.items():
            cells[said] = [
                _read_time(q) for q in qualifiers.get(key, ()) if q.get("snaktype") == "value"
            ]
        for key, said in _NEIGHBOURS.items():
            items = map(_item, qualifiers.get(key, ()))
            cells[said] = [self.named(item) for item in items if item]
        if any(q.get("snaktype") == "novalue" for q in qualifiers.get("P582", ())):
            cells["noEnd"] = "yes"
        terms = [_item(q) for q in qualifiers.get("P2937", ()) if _value(q)]
        if len(terms) == 1 and "P2937" in self._properties:
            called = next(iter(self._names.get(terms[0], ())), "").rpartition("@")[0]
            cells["term"] = {"name": called or terms[0]}
            own = {key: cells.get(key) for key in ("value", "term")}
            yield TableRow({"property": "P2937", **own}, f"{locator}#term")
        yield TableRow(cells, locator)


def _entities(path: Path, report: ImportReport) -> Iterator[Mapping[str, Any]]:
    for place, entity in json_entities(path, report):
        if not report.fits(entity, _ENTITY, place):
            continue
        if entity.get("id") and "claims" in entity:
            yield entity
        else:
            error = BadInput("It is no entity with an id and claims.", remedy="Fetch it as JSON.")
            report.fault(place, error)


def _of_rdf(row: TableRow) -> TableRow:
    """A row of RDF with its points in time as EDTF; each is written with its precision."""
    cells = dict(row.cells)
    for name in ("start", "end", "on", "date"):
        points = (one.rpartition("/") for one in cells.get(name, ()))
        cells[name] = [of_wikibase(time, int(precision)) for time, _, precision in points]
    return replace(row, cells=cells)


def _read(context: ImportContext) -> Iterator[RecordedState]:
    mapping, reader = RowMapping(context), _StatementReader(context)
    report, queries = context.report, context.mapping["rdf"]["queries"]
    json_files = [one for one in context.paths if one.suffix not in (".ttl", ".nt")]
    for path in json_files:
        with report.first_pass():
            for entity in _entities(path, report):
                reader.note(entity)

    def rows() -> Iterator[TableRow]:
        for path in context.paths:
            if path in json_files:
                for entity in _entities(path, report):
                    yield from reader.rows(entity)
                continue
            for row in rdf_rows([path], queries, report):
                try:
                    yield _of_rdf(row)
                except BadDate as error:
                    report.fault(row.locator, error)

    named = ", ".join(one.name for one in context.paths)
    yield RecordedState(None, f"State of {named}", mapping.records(rows()))


FORMAT = Format(
    "Wikidata's entities as JSON, or its statements as Turtle",
    ("*.json", "*.ndjson", "*.jsonl", "*.ttl", "*.nt"),
    _read,
    own_mapping("wikidata.toml"),
)
