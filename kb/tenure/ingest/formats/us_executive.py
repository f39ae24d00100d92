"""The recorded states of the data set of US presidents and vice presidents.

A state is a YAML file with a list of persons, each with identifiers, names and terms; its name
says when it was recorded and from which commit, as in ``2013-03-05T174441_653f6640.yaml``. What
its words mean is in ``us_executive.yaml`` beside this module.

Each person's record becomes a claim (on the day of birth, where there is one), and so does each of
his terms. Names and identifiers go into the registry, where they have no clock; which of them a
state had is kept in the text of the record that the person's claim rests on.
"""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tenure.errors import BadDate, BadInput, TenureError
from tenure.ingest.data_sets import RecordedState
from tenure.ingest.entities import Entities
from tenure.ingest.facts_folder import read_text
from tenure.ingest.importing import Format, ImportContext, own_mapping
from tenure.ingest.records import EntityReference, Record, Stated, StatedValue
from tenure.ingest.strict_yaml import (
    Item,
    Table,
    YamlList,
    choice,
    field,
    plain,
    read_yaml,
    text_of,
)
from tenure.model import instant
from tenure.temporal import parse

_NAME = re.compile(r"(\d{4}-\d\d-\d\d)T(\d\d)(\d\d)(\d\d)_([0-9a-f]{7,40})\.ya?ml")


@dataclass(frozen=True, slots=True)
class _Person:
    """A person's record: what tells him from others, preferred first, and what it holds."""

    identifiers: tuple[tuple[str, str], ...]
    kept: tuple[str, ...]
    name: str
    born: str | None
    fields: str
    terms: tuple[Table, ...]
    locator: str


@dataclass(frozen=True, slots=True)
class _State:
    instant: str
    commit: str
    people: tuple[_Person, ...]


def _read(context: ImportContext) -> Iterator[RecordedState]:
    """The states in the order of recording.

    Raises:
        BadInput: a file of another name, no YAML, or no list of persons.
    """
    states = [_state(path, context) for path in context.paths]
    states.sort(key=lambda one: one.instant)
    slugs = _people(states, context.entities)
    for state in states:
        yield RecordedState(
            state.instant,
            f"State {state.commit} of the data set",
            _records(state, slugs, context),
        )


FORMAT = Format(
    "states of the list of US presidents and vice presidents in YAML, a file a state",
    ("*.yaml", "*.yml"),
    _read,
    own_mapping("us_executive.yaml"),
)


def _state(path: Path, context: ImportContext) -> _State:
    match = _NAME.fullmatch(path.name)
    try:
        at = instant(f"{match[1]}T{match[2]}:{match[3]}:{match[4]}Z") if match else ""
    except BadInput:
        at = ""
    if match is None or not at:
        raise BadInput(
            "The name of the file does not say when it was recorded and from which commit.",
            where=str(path),
            remedy="Name it like 2013-03-05T174441_653f6640.yaml, in UTC.",
        )
    root = read_yaml(read_text(path), str(path))
    if not isinstance(root, YamlList):
        raise BadInput("It is no list of persons.", where=root.where, remedy="Begin with `- id:`.")
    seen: Counter[str] = Counter()
    people = []
    for item in root.items:
        try:
            people.append(_person(item, context.mapping, seen))
        except TenureError as error:
            context.report.fault(str(error.where or item.where), error)
    return _State(at, match[5], tuple(people))


def _person(item: Item, mapping: Mapping[str, Any], seen: Counter[str]) -> _Person:
    table = field(item, "a person", mapping["fields"]["person"])
    ids = field(table.fields.get("id", Table({}, table.where)), "id", None)
    found = {name: _identifiers(value) for name, value in ids.fields.items()}
    wanted = mapping["person identifiers"]
    known = [(s, found[s][0]) for s in wanted if found.get(s)]
    if not known:
        raise BadInput(
            f"The person has none of the identifiers {', '.join(mapping['person identifiers'])}.",
            where=table.where,
            remedy="Without one nobody could tell that it is the same person in another state.",
        )
    name = field(
        table.fields.get("name", Table({}, table.where)), "name", mapping["fields"]["name"]
    )
    bio = field(table.fields.get("bio", Table({}, table.where)), "bio", mapping["fields"]["bio"])
    terms = table.fields.get("terms")
    if not isinstance(terms, YamlList):
        raise BadInput("The person has no list of terms.", where=table.where, remedy="Add `terms`.")
    # One state had two records of one man, one for each office; both are kept apart.
    locator = "/".join(known[0])
    seen[locator] += 1
    if seen[locator] > 1:
        locator = f"{locator}/{seen[locator]}"
    own = {key: plain(value) for key, value in table.fields.items() if key != "terms"}
    return _Person(
        tuple(known),
        tuple(f"{s}:{value}" for s in mapping["kept identifiers"] for value in found.get(s, ())),
        _full_name(name),
        _day(bio, "birthday"),
        json.dumps(own, ensure_ascii=False, sort_keys=True),
        tuple(field(term, "a term", mapping["fields"]["term"]) for term in terms.items),
        locator,
    )


def _identifiers(item: Item) -> tuple[str, ...]:
    if isinstance(item, YamlList):
        return tuple(text_of(one, "an identifier") for one in item.items)
    return (text_of(item, "an identifier"),)


def _full_name(name: Table) -> str:
    parts = {key: text_of(item, key) for key, item in name.fields.items()}
    words = [parts[key] for key in ("first", "middle", "last", "suffix") if parts.get(key)]
    if not words:
        raise BadInput("The person has no name.", where=name.where, remedy="Give first and last.")
    return parts.get("official_full") or " ".join(words)


def _people(states: Sequence[_State], entities: Entities) -> dict[tuple[str, str], str]:
    """The slug of each person by each of his identifiers, over all states together."""
    groups: dict[tuple[str, str], list[_Person]] = {}
    for state in states:
        for person in state.people:
            members = [person]
            joined = {id(groups[one]): groups[one] for one in person.identifiers if one in groups}
            for group in joined.values():
                members = [*group, *members]
            for one in {i for member in members for i in member.identifiers}:
                groups[one] = members
    slugs: dict[tuple[str, str], str] = {}
    for identifier, members in groups.items():
        if identifier in slugs:
            continue
        called = list(dict.fromkeys(m.name for m in reversed(members)))[::-1]
        kept = list(dict.fromkeys(k for m in members for k in m.kept))
        known_by = list(dict.fromkeys(i for m in members for i in m.identifiers))
        slug = entities.person(called, [":".join(one) for one in known_by], kept)
        for one in known_by:
            slugs[one] = slug
    return slugs


def _records(
    state: _State, slugs: dict[tuple[str, str], str], context: ImportContext
) -> Iterator[Record]:
    seen: set[str] = set()
    for person in state.people:
        who = EntityReference("Person", slug=slugs[person.identifiers[0]])
        called = context.entities.label(who.slug)
        yield _life(person, who, called)
        for term in person.terms:
            try:
                record = _term(person, who, called, term, context.mapping)
                if record.locator in seen:
                    raise BadInput(
                        "The person has this term twice, beginning on the same day.",
                        where=term.where,
                        remedy="Keep one of the two.",
                    )
            except TenureError as error:
                context.report.fault(str(error.where or term.where), error)
                continue
            seen.add(record.locator)
            yield record


def _life(person: _Person, who: EntityReference, called: str) -> Record:
    words = f"{called} is listed as {person.name}"
    stated: tuple[tuple[str, StatedValue], ...] = ()
    if person.born:
        words += f", born on {person.born}"
        stated = (("bornOn", person.born),)
    return Record(person.locator, person.fields, (Stated("Person", stated, who),), f"{words}.")


def _term(
    person: _Person, who: EntityReference, called: str, term: Table, mapping: Mapping[str, Any]
) -> Record:
    office = choice(term, "type", mapping["offices"])
    days = {key: _day(term, key) for key in ("start", "end")}
    stated: list[tuple[str, StatedValue]] = [
        ("holder", who),
        ("office", EntityReference("Office", slug=office["slug"])),
    ]
    # Whether a term was served or is yet to be is for the day of the state to tell, and not for
    # the record, which goes on from state to state.
    words = f"{called} is listed as {office['title']} for a term"
    for key, before in (("start", "from"), ("end", "to")):
        if day := days[key]:
            stated.append((key, day))
            words += f" {before} {day}"
    if "how" in term.fields:
        how = choice(term, "how", mapping["accessions"])
        stated.append(("accession", how["concept"]))
        words += f", {how['words']}"
    states = [Stated("Tenure", tuple(stated))]
    if "party" in term.fields:
        party = choice(term, "party", mapping["parties"])
        words += f"; party: {text_of(term.fields['party'], 'party')}"
        if party:
            states.append(_membership(who, party, days))
    fields = {key: text_of(item, key) for key, item in term.fields.items()}
    return Record(
        f"{person.locator}#{text_of(term.fields['type'], 'type')}/{days['start'] or ''}",
        json.dumps(fields, ensure_ascii=False, sort_keys=True),
        tuple(states),
        f"{words}.",
    )


def _membership(who: EntityReference, party: str, days: Mapping[str, str | None]) -> Stated:
    stated: list[tuple[str, StatedValue]] = [
        ("member", who),
        ("organization", EntityReference("Organization", slug=party)),
    ]
    if days["start"] and days["end"]:
        stated.append(("heldThroughout", f"{days['start']}/{days['end']}"))
    return Stated("Membership", tuple(stated))


def _day(term: Table, key: str) -> str | None:
    if key not in term.fields:
        return None
    item = term.fields[key]
    try:
        return str(parse(text_of(item, key)))
    except BadDate as error:
        error.where = item.where
        raise
