"""FollowTheMoney entities as JSON lines, as OpenSanctions publishes them.

See https://followthemoney.tech/explorer/. Persons, companies and positions are read first; an
occupancy, membership, directorship, ownership or sanction is a row with those that it points at.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import product
from typing import Any, Final

from tenure.errors import BadInput
from tenure.ingest.data_sets import RecordedState
from tenure.ingest.forms import TEXT
from tenure.ingest.importing import Format, ImportContext, own_mapping
from tenure.ingest.reading import json_lines
from tenure.ingest.rows import RowMapping, TableRow

_POINTS: Final = {
    "holder": "holder", "post": "post", "member": "member", "organization": "organization",
    "director": "holder", "employee": "holder", "employer": "organization", "entity": "entity",
    "owner": "owner", "asset": "asset",
}  # fmt: skip
_INTERVALS: Final = frozenset(
    {"Occupancy", "Membership", "Directorship", "Employment", "Sanction", "Ownership"}
)
_COLLECTIVES: Final = frozenset(
    {"Organization", "Company", "LegalEntity", "PublicBody", "Asset", "Vessel", "Airplane"}
)

_FORM: Final = {"id": TEXT, "schema": TEXT, "caption": TEXT, "properties": {...: [TEXT]}}


def _thing(entity: Mapping[str, Any]) -> dict[str, Any]:
    properties = _properties(entity)
    names = [str(entity["caption"])] if entity.get("caption") else []
    names += [name for name in properties.get("name", ()) if name not in names]
    return {
        "id": entity["id"],
        "name": next(iter(names), entity["id"]),
        "names": names,
        "wikidata": next(iter(properties.get("wikidataId", ())), None),
        "kind": "Organization" if entity.get("schema") in _COLLECTIVES else "Person",
    }


def _properties(entity: Mapping[str, Any]) -> dict[str, list[Any]]:
    return {name: values for name, values in (entity.get("properties") or {}).items() if values}


def _entities(context: ImportContext) -> Iterator[TableRow]:
    for row in (row for path in context.paths for row in json_lines(path, context.report)):
        if row.cells.get("id") and row.cells.get("schema"):
            if context.report.fits(row.cells, _FORM, row.locator):
                yield row
            continue
        error = BadInput("The entity has no id or no schema.", remedy="Export it again.")
        context.report.fault(row.locator, error)


def _rows(context: ImportContext) -> Iterator[TableRow]:
    things: dict[str, dict[str, Any]] = {}
    with context.report.first_pass():
        for row in _entities(context):
            if row.cells["schema"] not in _INTERVALS:
                things[str(row.cells["id"])] = _thing(row.cells)
    for row in _entities(context):
        yield from _of_entity(row, things, context)


def _of_entity(
    row: TableRow, things: Mapping[str, dict[str, Any]], context: ImportContext
) -> Iterator[TableRow]:
    entity = dict(row.cells)
    properties = _properties(entity)
    locator = str(entity["id"])
    if entity["schema"] not in _INTERVALS:
        dated = not {"birthDate", "deathDate"}.isdisjoint(properties)
        if dated if entity["schema"] == "Person" else not properties.get("name"):
            yield TableRow({**entity, "names": _thing(entity)["names"]}, locator)
        return
    pointed: dict[str, list[dict[str, Any]]] = {}
    for name, said in _POINTS.items():
        for one in properties.get(name, ()):
            # What lies in another file is known by its id alone.
            unknown = {"id": one, "names": [], "kind": "Person"}
            pointed.setdefault(said, []).append(things.get(str(one)) or unknown)
    several = [name for name, found in pointed.items() if len(found) > 1]
    dates = max((len(properties.get(key, ())) for key in ("startDate", "endDate")), default=0)
    if several and dates > 1:
        context.report.fault(
            locator,
            BadInput(
                f"It has {len(pointed[several[0]])} of {several[0]} and {dates} dates; which "
                "belongs to which, nobody can tell.",
                remedy="It was merged out of several by mistake; take those.",
            ),
        )
        return
    entity["role"] = next(iter(properties.get("role", ())), "director")
    for combination in product(*pointed.values()):
        yield TableRow({**entity, **dict(zip(pointed, combination, strict=True))}, locator)


def _read(context: ImportContext) -> Iterator[RecordedState]:
    mapping = RowMapping(context)
    named = ", ".join(one.name for one in context.paths)
    yield RecordedState(None, f"State of {named}", mapping.records(_rows(context)))


FORMAT = Format(
    "FollowTheMoney as JSON lines",
    ("*.ftm.json", "*.json", "*.jsonl", "*.ndjson"),
    _read,
    own_mapping("ftm.toml"),
)
