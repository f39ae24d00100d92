"""The recorded states of the data set of US presidents and vice presidents.

A state is a YAML file with a list of persons, each with identifiers, names and terms. What its
words mean is in ``us_executive.yaml`` beside this module.

A person's record becomes a claim (on the day of birth, where there is one), and so does each of
his terms. Names and identifiers go into the registry, where they have no clock; which of them a
state had is kept in the text of the record.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from operator import itemgetter
from typing import Any, NamedTuple

from tenure.errors import BadInput, TenureError
from tenure.ingest.data_sets import RecordedState
from tenure.ingest.importing import Format, ImportContext, own_mapping
from tenure.ingest.reading import recorded_list
from tenure.ingest.records import EntityReference, Record, Stated
from tenure.ingest.rows import RowMapping, TableRow
from tenure.ingest.strict_yaml import Item, YamlList, YamlMapping, field, plain, text_of
from tenure.temporal import parse

_TWICE = "The person has this term twice, beginning on the same day."
_DAYS = (("start", "from"), ("end", "to"))


class _Person(NamedTuple):
    """A person's record: what tells him from others, preferred first, and what it holds."""

    known_by: tuple[str, ...]
    kept: tuple[str, ...]
    name: str
    born: str
    fields: str
    terms: tuple[YamlMapping, ...]
    locator: str


def _read(context: ImportContext) -> Iterator[RecordedState]:
    """The states in the order of recording. Raises what :func:`recorded_list` does."""
    states = []
    read = (recorded_list(path, "persons") for path in context.paths)
    for at, commit, root in sorted(read, key=itemgetter(0)):
        seen, people = Counter[str](), list[_Person]()
        for item in root.items:
            try:
                people.append(_person(item, context.mapping, seen))
            except TenureError as error:
                context.report.fault(str(error.where or item.where), error)
        states.append((at, commit, people))
    listed = [one for _, _, people in states for one in people]
    slugs = context.entities.persons([(one.name, one.known_by, one.kept) for one in listed])
    for at, commit, people in states:
        records = _records(people, slugs, context)
        yield RecordedState(at, f"State {commit} of the data set", records)


FORMAT = Format(
    "states of the list of US presidents and vice presidents in YAML, a file a state",
    ("*.yaml", "*.yml"),
    _read,
    own_mapping("us_executive.yaml"),
)


def _person(item: Item, mapping: Mapping[str, Any], seen: Counter[str]) -> _Person:
    known = mapping["fields"]
    table = field(item, "a person", known["person"])
    none = YamlMapping({}, table.where)
    ids, name, bio = (
        field(table.fields.get(one, none), one, known.get(one)) for one in ("id", "name", "bio")
    )
    found = {
        scheme: [text_of(one, "an identifier") for one in getattr(value, "items", (value,))]
        for scheme, value in ids.fields.items()
    }
    wanted = mapping["person identifiers"]
    known_by = tuple(f"{one}:{found[one][0]}" for one in wanted if found.get(one))
    if not known_by:
        raise BadInput(
            f"The person has none of the identifiers {', '.join(wanted)}.",
            where=table.where,
            remedy="Without one nobody could tell that it is the same person in another state.",
        )
    parts = {key: text_of(value, key) for key, value in name.fields.items()}
    words = [parts[key] for key in ("first", "middle", "last", "suffix") if parts.get(key)]
    if not words:
        raise BadInput("The person has no name.", where=name.where, remedy="Give first and last.")
    own = dict(table.fields)
    terms = own.pop("terms", None)
    if not isinstance(terms, YamlList):
        raise BadInput("The person has no list of terms.", where=table.where, remedy="Add `terms`.")
    # One state had two records of one man, one for each office; both are kept apart.
    locator = known_by[0].replace(":", "/", 1)
    seen[locator] += 1
    kept = (f"{one}:{id_}" for one in mapping["kept identifiers"] for id_ in found.get(one, ()))
    return _Person(
        known_by,
        tuple(kept),
        parts.get("official_full") or " ".join(words),
        str(parse(text_of(bio.fields["birthday"], "birthday"))) if "birthday" in bio.fields else "",
        json.dumps(plain(replace(table, fields=own)), ensure_ascii=False, sort_keys=True),
        tuple(field(term, "a term", known["term"]) for term in terms.items),
        locator if seen[locator] == 1 else f"{locator}/{seen[locator]}",
    )


def _records(
    people: Sequence[_Person], slugs: Mapping[str, str], context: ImportContext
) -> Iterator[Record]:
    mapping, seen = RowMapping(context), set[str]()
    for person in people:
        slug = slugs[person.known_by[0]]
        called = f"{context.entities.label(slug)} is listed as"
        born = (("bornOn", person.born),) if person.born else ()
        yield Record(
            person.locator,
            person.fields,
            (Stated("Person", born, EntityReference("Person", slug=slug)),),
            f"{called} {person.name}{f', born on {person.born}' * len(born)}.",
        )
        for term in person.terms:
            try:
                cells = {name: text_of(value, name) for name, value in term.fields.items()}
                if "type" not in cells:
                    raise BadInput("The field 'type' is missing.", remedy="Add 'type'.")
                states = mapping.states(TableRow({"who": slug, **cells}, str(term.where)))
                locator = f"{person.locator}#{cells['type']}/{cells.get('start', '')}"
                if locator in seen:
                    raise BadInput(_TWICE, remedy="Keep one of the two.")
            except TenureError as error:
                context.report.fault(str(error.where or term.where), error)
                continue
            seen.add(locator)
            fields = json.dumps(cells, ensure_ascii=False, sort_keys=True)
            yield Record(locator, fields, states, f"{called} {_words(cells, context.mapping)}.")


def _words(cells: Mapping[str, str], mapping: Mapping[str, Any]) -> str:
    # Whether it was served or is yet to be is for the day of the state to tell: the record goes on.
    dates = "".join(f" {to} {cells[at]}" for at, to in _DAYS if at in cells)
    words = f"{mapping['offices'][cells['type']]} for a term{dates}"
    words += f", {mapping['accessions'][cells['how']]}" if "how" in cells else ""
    return words + (f"; party: {cells['party']}" if "party" in cells else "")
