"""Lists of legislators in YAML: the unitedstates project's, and a file a person of Open States.

``congress-legislators`` reads persons with terms, and the current members of committees;
``openstates`` reads persons with roles. A row is one term, role or seat with its person.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

from tenure.errors import BadInput
from tenure.ingest.data_sets import RecordedState
from tenure.ingest.forms import TEXT
from tenure.ingest.importing import Format, ImportContext, own_mapping
from tenure.ingest.reading import yaml_items
from tenure.ingest.rows import RowMapping, TableRow

_TEXTS = {...: TEXT}
_CONGRESS = {
    "id": {"bioguide": TEXT, "govtrack": TEXT, "wikidata": TEXT},
    "name": _TEXTS,
    "bio": _TEXTS,
    "terms": [],
}
_STRETCH = dict.fromkeys(("type", "start", "end", "party", "state", "class", "district"), TEXT)
_TERM = {**_STRETCH, "party_affiliations": [_STRETCH]}
_CALLED = {"thomas_id": TEXT, "name": TEXT}
_COMMITTEE = {**_CALLED, "subcommittees": [_CALLED]}
_OPENSTATES = {**dict.fromkeys(("id", "name", "birth_date", "death_date"), TEXT), "roles": [],
               "party": []}  # fmt: skip
_STATE = re.compile(r"(?:state|district|territory):([a-z]{2})")


def _congress(path: Path, context: ImportContext) -> Iterator[TableRow]:
    if path.name.startswith("committee-membership"):
        yield from _committees(path, context)
        return
    if path.name.startswith("committees-"):
        return
    for place, person in yaml_items(path, context.report):
        if not context.report.fits(person, _CONGRESS, place):
            continue
        known, terms = person.get("id") or {}, person.get("terms")
        scheme = next((one for one in ("bioguide", "govtrack") if known.get(one)), "")
        if not scheme or not terms:
            error = BadInput("The person has no id or no terms.", remedy="Give id.bioguide.")
            context.report.fault(place, error)
            continue
        who = {key: person.get(key) for key in ("id", "name", "bio", "other_names")}
        # The numbers of GovTrack were given twice by mistake; they count where there is no other.
        who["only"] = {scheme: known[scheme]} if scheme == "govtrack" else {}
        own = f"{scheme}/{known[scheme]}"
        yield TableRow({"record": "person", **who}, own)
        for number, term in enumerate(terms, start=1):
            if not context.report.fits(term, _TERM, f"{own}#term/{number}"):
                continue
            locator = f"{own}#{term.get('type')}/{term.get('start')}"
            yield TableRow({"record": "term", **who, "term": term}, locator)
            for stay in term.get("party_affiliations") or [term]:
                party = {**term, **stay}
                cells = {"record": "party", **who, "term": party}
                yield TableRow(cells, f"{own}#party/{party.get('start')}")


def _committees(path: Path, context: ImportContext) -> Iterator[TableRow]:
    called = {}
    for other in context.paths:
        for place, one in (
            yaml_items(other, context.report) if other.name.startswith("committees-") else ()
        ):
            if not context.report.fits(one, _COMMITTEE, place):
                continue
            called[one.get("thomas_id")] = one.get("name")
            for sub in one.get("subcommittees") or ():
                code = f"{one.get('thomas_id')}{sub.get('thomas_id')}"
                called[code] = f"{one.get('name')}: {sub.get('name')}"
    for place, committees in yaml_items(path, context.report):
        for code, members in committees.items():
            if not context.report.fits(members, [_TEXTS], f"{place}: {code}"):
                continue
            for member in members:
                name = called.get(code) or code
                yield TableRow(
                    {"record": "seat", "committee": {"id": code, "name": name}, "member": member},
                    f"{code}/{member.get('bioguide')}",
                )


def _openstates(path: Path, context: ImportContext) -> Iterator[TableRow]:
    for place, person in yaml_items(path, context.report):
        if not context.report.fits(person, _OPENSTATES, place):
            continue
        if not person.get("id") or not person.get("name"):
            error = BadInput("The person has no id or no name.", remedy="Complete the file.")
            context.report.fault(place, error)
            continue
        yield TableRow({"record": "person", "person": person}, str(person["id"]))
        for number, role in enumerate(person.get("roles") or (), start=1):
            if not context.report.fits(role, _TEXTS, f"{person['id']}#role/{number}"):
                continue
            state = _STATE.search(str(role.get("jurisdiction")))
            own = {**role, "state": state[1].upper() if state else role.get("jurisdiction")}
            cells = {"record": "role", "person": person, "role": own}
            yield TableRow(cells, f"{person['id']}#role/{number}")
        for number, party in enumerate(person.get("party") or (), start=1):
            if not context.report.fits(party, _TEXTS, f"{person['id']}#party/{number}"):
                continue
            cells = {"record": "party", "person": person, "party": party}
            yield TableRow(cells, f"{person['id']}#party/{party.get('name')}")


def _read_congress(context: ImportContext) -> Iterator[RecordedState]:
    mapping = RowMapping(context)
    rows = (row for path in context.paths for row in _congress(path, context))
    named = ", ".join(one.name for one in context.paths[:5])
    yield RecordedState(None, f"State of {named}", mapping.records(rows))


def _read_openstates(context: ImportContext) -> Iterator[RecordedState]:
    mapping = RowMapping(context)
    rows = (row for path in context.paths for row in _openstates(path, context))
    yield RecordedState(None, f"State of {len(context.paths)} persons", mapping.records(rows))


CONGRESS = Format(
    "legislators of the unitedstates project in YAML",
    ("legislators-*.yaml", "executive.yaml", "committee*.yaml"),
    _read_congress,
    own_mapping("congress.toml"),
)
OPENSTATES = Format(
    "persons of Open States in YAML", ("*.yml",), _read_openstates, own_mapping("openstates.toml")
)
