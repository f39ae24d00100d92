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
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path
from typing import Any

import yaml
from pyoxigraph import Literal, NamedNode, Quad, Triple

from tenure.errors import BadDate, BadInput
from tenure.ingest.data_sets import DataSet, Entities, Record, RecordedState
from tenure.ingest.facts_folder import read_text
from tenure.ingest.strict_yaml import Item, Listing, Table, choice, field, plain, read_yaml, text_of
from tenure.model import instant
from tenure.namespaces import EDTF_DATATYPE, RDF_TYPE, TN, TNV, Names
from tenure.temporal import parse

_NAME = re.compile(r"(\d{4}-\d\d-\d\d)T(\d\d)(\d\d)(\d\d)_([0-9a-f]{7,40})\.ya?ml")


@dataclass(frozen=True, slots=True)
class _Mapping:
    """What the words of the data set mean; ``us_executive.yaml`` says what each part is."""

    source: dict[str, str]
    fields: dict[str, list[str]]
    person_identifiers: list[str]
    kept_identifiers: list[str]
    offices: dict[str, dict[str, str]]
    accessions: dict[str, dict[str, str]]
    parties: dict[str, str]
    entities: dict[str, dict[str, Any]]

    @classmethod
    def load(cls) -> _Mapping:
        text = (files(__package__) / "us_executive.yaml").read_text(encoding="utf-8")
        parts = yaml.safe_load(text)
        return cls(**{key.replace(" ", "_"): value for key, value in parts.items()})


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


def read_us_executive(
    paths: Sequence[Path], registered: Sequence[Quad], names: Names
) -> tuple[DataSet, list[RecordedState], list[Quad]]:
    """The source, its states in the order of recording, and what the registry lacks.

    Args:
        paths: files, or folders with such files.
        registered: the quads of the registry.
        names: the IRIs.

    Raises:
        BadInput: a file of another name, no YAML, or one with fields or words that are not known;
            says file and line.
        BadDate: a day that is none.
        NotFound: a file that is not there.
    """
    mapping = _Mapping.load()
    states = sorted((_state(path, mapping) for path in paths), key=lambda one: one.instant)
    entities = Entities(registered, names)
    for slug, described in mapping.entities.items():
        entities.declare(slug, described)
    slugs = _people(states, entities)
    recorded = [
        RecordedState(
            state.instant,
            f"State {state.commit} of the data set",
            tuple(_records(state, slugs, entities, mapping, names)),
        )
        for state in states
    ]
    source = mapping.source
    data_set = DataSet(
        source["slug"], source["label"], source["publisher"], source["address"], source["header"]
    )
    return data_set, recorded, entities.added


def _state(path: Path, mapping: _Mapping) -> _State:
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
    if not isinstance(root, Listing):
        raise BadInput("It is no list of persons.", where=root.where, remedy="Begin with `- id:`.")
    seen: Counter[str] = Counter()
    return _State(at, match[5], tuple(_person(item, mapping, seen) for item in root.items))


def _person(item: Item, mapping: _Mapping, seen: Counter[str]) -> _Person:
    table = field(item, "a person", mapping.fields["person"])
    ids = field(table.fields.get("id", Table({}, table.where)), "id", None)
    found = {name: _identifiers(value) for name, value in ids.fields.items()}
    known = [(s, found[s][0]) for s in mapping.person_identifiers if found.get(s)]
    if not known:
        raise BadInput(
            f"The person has none of the identifiers {', '.join(mapping.person_identifiers)}.",
            where=table.where,
            remedy="Without one nobody could tell that it is the same person in another state.",
        )
    name = field(table.fields.get("name", Table({}, table.where)), "name", mapping.fields["name"])
    bio = field(table.fields.get("bio", Table({}, table.where)), "bio", mapping.fields["bio"])
    terms = table.fields.get("terms")
    if not isinstance(terms, Listing):
        raise BadInput("The person has no list of terms.", where=table.where, remedy="Add `terms`.")
    # One state had two records of one man, one for each office; both are kept apart.
    locator = "/".join(known[0])
    seen[locator] += 1
    if seen[locator] > 1:
        locator = f"{locator}/{seen[locator]}"
    own = {key: plain(value) for key, value in table.fields.items() if key != "terms"}
    return _Person(
        tuple(known),
        tuple(f"{s}:{value}" for s in mapping.kept_identifiers for value in found.get(s, ())),
        _full_name(name),
        _day(bio, "birthday"),
        json.dumps(own, ensure_ascii=False, sort_keys=True),
        tuple(field(term, "a term", mapping.fields["term"]) for term in terms.items),
        locator,
    )


def _identifiers(item: Item) -> tuple[str, ...]:
    if isinstance(item, Listing):
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
    state: _State,
    slugs: dict[tuple[str, str], str],
    entities: Entities,
    mapping: _Mapping,
    names: Names,
) -> Iterator[Record]:
    by_tenure: dict[tuple[str, str], list[tuple[str, _Person, Table]]] = defaultdict(list)
    for person in state.people:
        slug = slugs[person.identifiers[0]]
        yield _life(person, slug, entities, names)
        for term in person.terms:
            office = choice(term, "type", mapping.offices)["slug"]
            by_tenure[slug, office].append((_day(term, "start") or "", person, term))
    seen: set[str] = set()
    for (slug, office), terms in by_tenure.items():
        terms.sort(key=lambda one: one[0])
        for place, (start, person, term) in enumerate(terms, start=1):
            stretch = f"--{place}" if place > 1 else ""
            locator = f"{person.locator}#{text_of(term.fields['type'], 'type')}/{start}"
            if locator in seen:
                raise BadInput(
                    f"The person has this term twice, beginning on {start}.",
                    where=term.where,
                    remedy="Keep one of the two.",
                )
            seen.add(locator)
            pair = f"{slug.rpartition('/')[2]}--{office.rpartition('/')[2]}{stretch}"
            tenure = names.entity(f"tenure/{pair}")
            yield _record(tenure, locator, slug, term, entities, mapping, names)


def _life(person: _Person, slug: str, entities: Entities, names: Names) -> Record:
    who = names.entity(slug)
    content = [Triple(who, RDF_TYPE, TN("Person"))]
    words = f"{entities.label(slug)} is listed as {person.name}"
    if person.born:
        content.append(Triple(who, TN("bornOn"), Literal(person.born, datatype=EDTF_DATATYPE)))
        words += f", born on {person.born}"
    return Record(person.locator, person.fields, f"{words}.", tuple(content))


def _record(
    tenure: NamedNode,
    locator: str,
    slug: str,
    term: Table,
    entities: Entities,
    mapping: _Mapping,
    names: Names,
) -> Record:
    who, office = names.entity(slug), choice(term, "type", mapping.offices)
    content = [
        Triple(tenure, RDF_TYPE, TN("Tenure")),
        Triple(tenure, TN("holder"), who),
        Triple(tenure, TN("office"), names.entity(office["slug"])),
    ]
    days: dict[str, str | None] = {key: _day(term, key) for key in ("start", "end")}
    words = f"{entities.label(slug)} was {office['title']}"
    for key, before in (("start", "from"), ("end", "to")):
        if day := days[key]:
            content.append(Triple(tenure, TN(key), Literal(day, datatype=EDTF_DATATYPE)))
            words += f" {before} {day}"
    if "how" in term.fields:
        how = choice(term, "how", mapping.accessions)
        content.append(Triple(tenure, TN("accession"), TNV(how["concept"])))
        words += f", {how['words']}"
    if "party" in term.fields:
        party = choice(term, "party", mapping.parties)
        words += f"; party: {text_of(term.fields['party'], 'party')}"
        if party:
            pair = f"{slug.rpartition('/')[2]}--{party.rpartition('/')[2]}"
            membership = names.entity(f"membership/{pair}")
            content += [
                Triple(membership, RDF_TYPE, TN("Membership")),
                Triple(membership, TN("member"), who),
                Triple(membership, TN("organization"), names.entity(party)),
            ]
            if days["start"] and days["end"]:
                stretch = Literal(f"{days['start']}/{days['end']}", datatype=EDTF_DATATYPE)
                content.append(Triple(membership, TN("heldThroughout"), stretch))
    fields = {key: text_of(item, key) for key, item in term.fields.items()}
    return Record(
        locator, json.dumps(fields, ensure_ascii=False, sort_keys=True), f"{words}.", tuple(content)
    )


def _day(term: Table, key: str) -> str | None:
    if key not in term.fields:
        return None
    item = term.fields[key]
    try:
        return str(parse(text_of(item, key)))
    except BadDate as error:
        error.where = item.where
        raise
