"""Vacancies and successions against a reckoning day by day, over a hundred made-up offices."""

from __future__ import annotations

import json
import random
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from tenure.catalog import Catalog, ask
from tenure.knowledge import KnowledgeBase, open_knowledge_base
from tenure.namespaces import Names, prefixes
from tenure.store import Solutions, result_format
from tenure.temporal import day_number, iso

OFFICES = 100
FIRST, LAST = day_number(2020, 1, 1), day_number(2020, 1, 20)
HEADER = "".join(f"@prefix {p}: <{iri}> .\n" for p, iri in prefixes(Names()).items())
SOURCE = """
@prefix claim: <https://w3id.org/tenure/claim/made-up/> .
source:made-up a tn:Source ; tn:publisher org:o ; tn:published "2030"^^edtf:EDTF .
@prefix made-up: <https://w3id.org/tenure/source/made-up/> .
made-up:chain tn:link made-up:link .
made-up:link tn:position 1 ; tn:voice org:o .
made-up:record a tn:Record ; tn:recordLocator "1" .
"""
CLAIM = """
claim:{n} a tn:Claim ; tn:source source:made-up ; tn:statement "Row {n}."@en ;
    tn:evidence made-up:record ; tn:attribution made-up:chain ;
    tn:modality tnv:Asserted ; tn:hedged false ;
    tn:recordedAt "2026-11-23T12:00:00Z"^^xsd:dateTime .
claim:{n} {{
    tenure:t{n} a tn:Tenure ; tn:holder person:p{n} ; tn:office office:o{office} {dates} .
}}
"""


@dataclass(frozen=True)
class Held:
    """A tenure by the days on which it can have begun and ended; None is unbounded."""

    person: str
    office: int
    start: tuple[int | None, int | None]
    end: tuple[int | None, int | None]

    def possible_on(self, day: int) -> bool:
        begun, over = self.start[0], self.end[1]
        return (begun is None or begun <= day) and (over is None or over >= day)


def _made_up() -> Iterator[Held]:
    chance = random.Random(20200103)  # noqa: S311 (it makes data and keeps no secret)
    for office in range(OFFICES):
        for _ in range(chance.choice([0, 1, 2, 2, 3])):
            day = chance.randint(FIRST - 3, LAST)
            days = [day := day + chance.choice([0, 0, 1, 2]) for _ in range(4)]
            start: tuple[int | None, int | None] = (days[0], days[1])
            end: tuple[int | None, int | None] = (days[2], days[3])
            if chance.random() < 0.3:
                start, end = (days[0], days[0]), (days[3], days[3])
            if chance.random() < 0.15:
                start = (None, days[1])
            if chance.random() < 0.15:
                end = (days[2], None)
            yield Held(f"person/p{office}-{days}", office, start, end)


def _edtf(low: int | None, high: int | None) -> str:
    first, last = ("" if day is None else iso(day) for day in (low, high))
    return f'"[{first}..{last}]"^^edtf:EDTF'


@pytest.fixture(scope="module")
def held() -> list[Held]:
    return [
        Held(f"person/p{n}", one.office, one.start, one.end) for n, one in enumerate(_made_up())
    ]


@pytest.fixture(scope="module")
def made_up(tmp_path_factory: pytest.TempPathFactory, held: list[Held]) -> KnowledgeBase:
    folder: Path = tmp_path_factory.mktemp("facts")
    entities = [HEADER, "org:o a tn:Organization ; rdfs:label 'Org'@en .\n"]
    entities += [
        f"office:o{n} a tn:Office ; rdfs:label 'Office {n}'@en .\n" for n in range(OFFICES)
    ]
    claims = [HEADER, SOURCE]
    for number, one in enumerate(held):
        entities.append(f"person:p{number} a tn:Person ; rdfs:label 'Person {number}'@en .\n")
        dates = f"; tn:start {_edtf(*one.start)} ; tn:end {_edtf(*one.end)}"
        claims.append(CLAIM.format(n=number, office=one.office, dates=dates))
    (folder / "entities.ttl").write_text("".join(entities), encoding="utf-8")
    (folder / "made-up.trig").write_text("".join(claims), encoding="utf-8")
    return open_knowledge_base(folder)


def rows(kb: KnowledgeBase, catalog: Catalog, question: str, **given: str) -> list[dict[str, str]]:
    arguments = {name.rstrip("_"): value for name, value in given.items()}
    answer = ask(kb, catalog[question], arguments)
    assert isinstance(answer, Solutions)
    found = json.loads(answer.serialise(result_format("json")))["results"]["bindings"]
    return [
        {name: term["value"].removeprefix(kb.names.id_prefix) for name, term in row.items()}
        for row in found
    ]


def _gaps(holders: list[Held]) -> list[tuple[str, str]]:
    gaps: list[tuple[str, str]] = []
    begun: int | None = None
    for day in range(FIRST, LAST + 2):
        vacant = day <= LAST and not any(one.possible_on(day) for one in holders)
        if vacant and begun is None:
            begun = day
        if not vacant and begun is not None:
            gaps.append((iso(begun), iso(day - 1)))
            begun = None
    return gaps


def test_vacancies_are_the_days_without_a_possible_holder(
    made_up: KnowledgeBase, catalog: Catalog, held: list[Held]
) -> None:
    everything = rows(made_up, catalog, "vacancies", from_=iso(FIRST), to=iso(LAST))
    expected = {
        (f"office/o{office}", *gap)
        for office in range(OFFICES)
        for gap in _gaps([one for one in held if one.office == office])
    }
    assert {(row["office"], row["from"], row["to"]) for row in everything} == expected
    assert len(everything) == len(expected) > OFFICES
    one = rows(made_up, catalog, "vacancies", from_=iso(FIRST), to=iso(LAST), office="office/o7")
    assert one == [row for row in everything if row["office"] == "office/o7"]


def _followed(one: Held, other: Held) -> bool:
    over, begun = one.end[1], other.start[0]
    return one != other and over is not None and begun is not None and over <= begun


def test_successions_are_pairs_with_nobody_between(
    made_up: KnowledgeBase, catalog: Catalog, held: list[Held]
) -> None:
    found = 0
    for office in range(OFFICES):
        holders = [one for one in held if one.office == office]
        expected = {
            (one.person, other.person)
            for one in holders
            for other in holders
            if _followed(one, other)
            and not any(_followed(one, mid) and _followed(mid, other) for mid in holders)
        }
        asked = rows(made_up, catalog, "successions", office=f"office/o{office}")
        assert {(row["person"], row["next"]) for row in asked} == expected
        found += len(expected)
    assert found > 5
