"""Wikidata: entities as JSON (a file of one, a dump, or one a line), and statements as Turtle.

Dates keep their precision; Julian ones are converted, and stand in the record as written. An
unknown value of a date says nothing, no value of an end that it goes on. Ranks are kept; references
and other qualifiers (replaces, replaced by) stand in the text of the record. See
https://www.wikidata.org/wiki/Help:Data_type and Wikibase, "RDF Dump Format".
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, Final

from tenure.errors import BadDate, BadInput
from tenure.ingest.data_sets import RecordedState
from tenure.ingest.dates import converted
from tenure.ingest.formats.rdf import rdf_rows
from tenure.ingest.importing import Format, ImportContext, own_mapping
from tenure.ingest.reading import json_items, json_lines
from tenure.ingest.rows import Row, RowMapping

_TIME: Final = re.compile(r"([+-][0-9]+)-([0-9]{2})-([0-9]{2})(?:T.*)?")
_JULIAN: Final = "Q1985786"
_DATES: Final = {"P580": "start", "P582": "end", "P585": "on"}
_WHOLE: Final = re.compile(rb'\s*\{\s*"entities"')
_LEAST: Final = 6
"""The coarsest precision that is read: a millennium."""


def edtf_of(time: str, precision: int, calendar: str = "") -> str:
    """A point in time of Wikibase as EDTF, as precise as it says.

    Raises:
        BadDate: a precision coarser than a millennium, or a day that there is not.

    >>> edtf_of("+1969-10-14T00:00:00Z", 11), edtf_of("+2004-09-00T00:00:00Z", 10)
    ('1969-10-14', '2004-09')
    >>> edtf_of("+1958-01-01T00:00:00Z", 9), edtf_of("-0043-03-15", 11, "Q1985786")
    ('1958', '-0043-03-13')
    """
    match = _TIME.fullmatch(time)
    if match is None or precision < _LEAST:
        raise BadDate(
            f"{time[:40]!r} of precision {precision} is no date of use here.",
            remedy="Correct it in Wikidata.",
        )
    year, month, day = int(match[1]), match[2], match[3]
    written = f"{'-' if year < 0 else ''}{abs(year):04d}" if abs(year) < 10000 else f"Y{year}"
    if precision >= 10 and month != "00":
        whole = f"{written}-{month}" + (f"-{day}" if precision >= 11 and day != "00" else "")
        return converted(whole, "julian") if calendar.endswith(_JULIAN) else whole
    if precision >= 9:
        return written
    if precision == 8:
        return f"{written[:-1]}X"
    # The nineteenth century is that of 1801 to 1900.
    length = 100 if precision == 7 else 1000
    first = (year - 1) // length * length + 1
    return f"[{first:04d}..{first + length - 1:04d}]"


def _read_time(snak: Mapping[str, Any]) -> str:
    value = snak.get("datavalue", {}).get("value", {})
    return edtf_of(value["time"], int(value["precision"]), str(value.get("calendarmodel", "")))


def _item(snak: Mapping[str, Any]) -> str:
    """The item that is the value; before 2017 it was given by its number alone."""
    value = snak.get("datavalue", {}).get("value", {})
    if not isinstance(value, Mapping) or ("numeric-id" not in value and "id" not in value):
        return ""
    return str(value.get("id") or f"Q{value['numeric-id']}")


class _Reader:
    def __init__(self, context: ImportContext) -> None:
        self._report = context.report
        settings = context.mapping.get("wikidata", {})
        self._properties = frozenset(settings.get("properties", ()))
        self._languages: Sequence[str] = settings.get("languages", ["en"])
        self._names: dict[str, list[str]] = {}

    def entities(self, path: Path) -> Iterator[tuple[str, Mapping[str, Any]]]:
        """The entities of a file, each with its place."""
        with path.open("rb") as file:
            start = file.read(1 << 12)
        if _WHOLE.match(start):
            for one in json_items(path, "entities", self._report):
                for entity in one.values():
                    yield f"{path.name}#{entity.get('id')}", entity
        elif start.partition(b"\n")[0].strip() == b"{":
            for entity in json_items(path, "", self._report):
                yield path.name, entity
        else:
            for row in json_lines(path, self._report):
                yield row.locator, row.cells

    def note(self, entity: Mapping[str, Any]) -> None:
        """Remember what an entity is called."""
        labels = entity.get("labels")
        if not isinstance(labels, Mapping) or not entity.get("id"):
            return
        said = {tag: one["value"] for tag, one in labels.items() if one.get("value")}
        chosen = [tag for tag in self._languages if tag in said] or list(said)[:1]
        names = [f"{said[tag]}@{tag}" for tag in chosen]
        for tag in self._languages:
            aliases = (entity.get("aliases") or {}).get(tag, ()) if chosen else ()
            names += [f"{one['value']}@{tag}" for one in aliases]
        self._names[str(entity["id"])] = names

    def named(self, item: str) -> dict[str, Any]:
        """An item with its names, where a file has them."""
        return {"id": item, "names": self._names.get(item, [])}

    def rows(self, place: str, entity: Mapping[str, Any]) -> Iterator[Row]:
        """A row for each statement of an entity that the mapping may want."""
        claims = entity.get("claims")
        if not entity.get("id") or not isinstance(claims, Mapping):
            self._report.fault(
                place,
                BadInput("It is no entity with an id and claims.", remedy="Fetch it as JSON."),
            )
            return
        human = any(_item(one.get("mainsnak", {})) == "Q5" for one in claims.get("P31", ()))
        for name in claims:
            for one in claims[name] if name in self._properties else ():
                locator = str(one.get("id") or f"{entity['id']}#{name}")
                try:
                    yield from self._statement(entity, name, one, locator, human)
                except (BadDate, KeyError, TypeError, ValueError) as error:
                    told = error if isinstance(error, BadDate) else f"It is incomplete: {error}."
                    self._report.fault(locator, told)

    def _statement(
        self,
        entity: Mapping[str, Any],
        name: str,
        one: Mapping[str, Any],
        locator: str,
        human: bool,
    ) -> Iterator[Row]:
        snak = one["mainsnak"]
        if snak.get("snaktype") != "value":
            what = f"The value of {name} is {snak.get('snaktype')}: nobody is named."
            self._report.tell("skipped", locator, what, imported=False)
            return
        qualifiers = one.get("qualifiers") or {}
        cells: dict[str, Any] = {
            "property": name,
            "subject": self.named(str(entity["id"])),
            "human": "yes" if human else "",
            "rank": one.get("rank", "normal").replace("normal", ""),
            "qualifiers": json.dumps(
                {key: [snak.get("datavalue", {}).get("value", snak["snaktype"]) for snak in some]
                 for key, some in qualifiers.items()}, sort_keys=True),
            "references": [json.dumps(r.get("snaks", {}), sort_keys=True)
                           for r in one.get("references") or ()],
        }  # fmt: skip
        if item := _item(snak):
            cells["value"] = self.named(item)
        else:
            cells["date"] = _read_time(snak)
        for key, said in _DATES.items():
            cells[said] = [
                _read_time(q) for q in qualifiers.get(key, ()) if q["snaktype"] == "value"
            ]
        if any(q["snaktype"] == "novalue" for q in qualifiers.get("P582", ())):
            cells["noEnd"] = "yes"
        terms = [_item(q) for q in qualifiers.get("P2937", ()) if q["snaktype"] == "value"]
        if len(terms) == 1 and "P2937" in self._properties:
            called = (
                next(iter(self._names.get(terms[0], ())), terms[0]).rpartition("@")[0] or terms[0]
            )
            cells["term"] = {"name": called}
            own = {key: cells[key] for key in ("value", "term")}
            yield Row({"property": "P2937", **own}, f"{locator}#term")
        yield Row(cells, locator)


def _read(context: ImportContext) -> Iterator[RecordedState]:
    mapping, reader = RowMapping(context), _Reader(context)
    json_files = [one for one in context.paths if one.suffix not in (".ttl", ".nt")]
    for path in json_files:
        before, whole = len(context.report.lines), context.report.whole
        for _, entity in reader.entities(path):
            reader.note(entity)
        # What is wrong is told in the pass that takes the statements.
        context.report.forget(before, whole=whole)

    def rows() -> Iterator[Row]:
        for path in context.paths:
            if path not in json_files:
                yield from rdf_rows([path], context.mapping["rdf"]["queries"])
                continue
            for place, entity in reader.entities(path):
                yield from reader.rows(place, entity)

    yield RecordedState(
        None, f"State of {', '.join(one.name for one in context.paths)}", mapping.records(rows())
    )


FORMAT = Format(
    "Wikidata's entities as JSON, or its statements as Turtle",
    ("*.json", "*.ndjson", "*.jsonl", "*.ttl", "*.nt"),
    _read,
    own_mapping("wikidata.toml"),
)
