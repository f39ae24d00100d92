"""Wikidata: entities as JSON (a file of one, a dump, or one a line), and statements as Turtle.

Dates keep their precision; Julian ones are converted, and stand in the record as written. An
unknown value of a date says nothing, no value of an end that it goes on. Ranks are kept; references
and other qualifiers stand in the text of the record. See
https://www.wikidata.org/wiki/Help:Data_type and Wikibase, "RDF Dump Format".
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

from tenure.errors import BadDate, BadInput
from tenure.ingest.data_sets import RecordedState
from tenure.ingest.dates import of_wikibase
from tenure.ingest.formats.rdf import rdf_rows
from tenure.ingest.importing import Format, ImportContext, own_mapping
from tenure.ingest.reading import json_entities
from tenure.ingest.rows import RowMapping, TableRow

_DATES: Final = {"P580": "start", "P582": "end", "P585": "on"}
_NEIGHBOURS: Final = {"P1365": "replaces", "P1366": "replacedBy"}


def _read_time(snak: Mapping[str, Any]) -> str:
    value = snak.get("datavalue", {}).get("value", {})
    return of_wikibase(value["time"], int(value["precision"]), str(value.get("calendarmodel", "")))


def _item(snak: Mapping[str, Any]) -> str:
    """The item that is the value; before 2017 it was given by its number alone."""
    value = snak.get("datavalue", {}).get("value", {})
    if not isinstance(value, Mapping) or ("numeric-id" not in value and "id" not in value):
        return ""
    return str(value.get("id") or f"Q{value['numeric-id']}")


class _StatementReader:
    def __init__(self, context: ImportContext) -> None:
        self._report = context.report
        settings = context.mapping.get("wikidata", {})
        self._properties = frozenset(settings.get("properties", ()))
        self._languages: Sequence[str] = settings.get("languages", ["en"])
        self._names: dict[str, list[str]] = {}

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

    def rows(self, place: str, entity: Mapping[str, Any]) -> Iterator[TableRow]:
        """A row for each statement of an entity that the mapping may want."""
        claims = entity.get("claims")
        if not entity.get("id") or not isinstance(claims, Mapping):
            error = BadInput("It is no entity with an id and claims.", remedy="Fetch it as JSON.")
            self._report.fault(place, error)
            return
        human = any(_item(one.get("mainsnak", {})) == "Q5" for one in claims.get("P31", ()))
        who = {"subject": self.named(str(entity["id"])), "human": "yes" if human else ""}
        for name in claims:
            for one in claims[name] if name in self._properties else ():
                locator = str(one.get("id") or f"{entity['id']}#{name}")
                try:
                    yield from self._statement(who, name, one, locator)
                except (BadDate, KeyError, TypeError, ValueError) as wrong:
                    told = wrong if isinstance(wrong, BadDate) else f"It is incomplete: {wrong}."
                    self._report.fault(locator, told)

    def _statement(
        self, who: Mapping[str, Any], name: str, one: Mapping[str, Any], locator: str
    ) -> Iterator[TableRow]:
        snak = one["mainsnak"]
        if snak.get("snaktype") != "value":
            what = f"The value of {name} is {snak.get('snaktype')}: nobody is named."
            self._report.tell("skipped", locator, what, imported=False)
            return
        qualifiers = one.get("qualifiers") or {}
        cells: dict[str, Any] = {
            **who,
            "property": name,
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
        for key, said in _NEIGHBOURS.items():
            items = map(_item, qualifiers.get(key, ()))
            cells[said] = [self.named(item) for item in items if item]
        if any(q["snaktype"] == "novalue" for q in qualifiers.get("P582", ())):
            cells["noEnd"] = "yes"
        terms = [_item(q) for q in qualifiers.get("P2937", ()) if q["snaktype"] == "value"]
        if len(terms) == 1 and "P2937" in self._properties:
            called = next(iter(self._names.get(terms[0], ())), "").rpartition("@")[0]
            cells["term"] = {"name": called or terms[0]}
            own = {key: cells[key] for key in ("value", "term")}
            yield TableRow({"property": "P2937", **own}, f"{locator}#term")
        yield TableRow(cells, locator)


def _read(context: ImportContext) -> Iterator[RecordedState]:
    mapping, reader = RowMapping(context), _StatementReader(context)
    json_files = [one for one in context.paths if one.suffix not in (".ttl", ".nt")]
    for path in json_files:
        with context.report.first_pass():
            for _, entity in json_entities(path, context.report):
                reader.note(entity)

    def rows() -> Iterator[TableRow]:
        for path in context.paths:
            if path not in json_files:
                yield from rdf_rows([path], context.mapping["rdf"]["queries"])
                continue
            for place, entity in json_entities(path, context.report):
                yield from reader.rows(place, entity)

    named = ", ".join(one.name for one in context.paths)
    yield RecordedState(None, f"State of {named}", mapping.records(rows()))


FORMAT = Format(
    "Wikidata's entities as JSON, or its statements as Turtle",
    ("*.json", "*.ndjson", "*.jsonl", "*.ttl", "*.nt"),
    _read,
    own_mapping("wikidata.toml"),
)
