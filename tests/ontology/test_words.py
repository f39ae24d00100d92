"""What offices do, in the words of the ontology: the sentences of restating-news.md."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

import tenure
from tenure.ingest import add_claims, add_source, read_drafts
from tenure.validate import validate_paths


@pytest.fixture(scope="module")
def facts(repo_root: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    page = (repo_root / "docs" / "howto" / "restating-news.md").read_text(encoding="utf-8")
    blocks = re.findall(r"```(\w+)\n(.*?)```", page, re.DOTALL)
    folder = tmp_path_factory.mktemp("news")
    text = folder / "news.txt"
    text.write_text("".join(body for kind, body in blocks if kind == "text"), encoding="utf-8")
    facts = folder / "facts"
    facts.mkdir()
    (facts / "entities.ttl").touch()
    add_source(
        facts,
        "news",
        publisher="org/press",
        published="2026-11-30",
        title="News of offices",
        text_path=text,
        publisher_name="The press",
    )
    drafts = "".join(body for kind, body in blocks if kind == "yaml")
    add_claims(facts, "news", read_drafts(drafts, "claims.yaml"), text_path=text)
    return facts


@pytest.fixture(scope="module")
def kb(facts: Path) -> Iterator[tenure.OpenBase]:
    with tenure.open(facts) as opened:
        yield opened


def holders(kb: tenure.OpenBase, office: str, at: str) -> list[tuple[str, str]]:
    return [(row.person, row.certainty) for row in kb.ask("office-holders", office=office, at=at)]


def test_the_drafts_of_the_page_are_in_order(facts: Path) -> None:
    assert [str(one) for one in validate_paths([facts]).findings] == []


def test_who_has_died_holds_no_office(kb: tenure.OpenBase) -> None:
    assert holders(kb, "office/pope", "2025-04-21") == [("person/francis", "certain")]
    assert holders(kb, "office/pope", "2025-04-22") == []
    justice = "office/associate-justice"
    assert [who for who, _ in holders(kb, justice, "2020-09-18")] == ["person/ruth-bader-ginsburg"]
    assert holders(kb, justice, "2020-09-19") == []


def test_what_an_event_of_ending_ended_is_explained_by_it(kb: tenure.OpenBase) -> None:
    why = kb.explain("tenure/francis--pope")
    assert "Death of Pope Francis" in str(why)


def test_a_name_ends_with_the_renaming(kb: tenure.OpenBase) -> None:
    rows = kb.sparql(
        "PREFIX tn: <https://w3id.org/tenure/ontology#>"
        "SELECT ?name ?end { ?naming a tn:Naming ; tn:name ?name ; tn:endLatest ?end }"
    )
    assert isinstance(rows, tenure.Rows)
    assert sorted(tuple(map(str, row)) for row in rows) == [
        ("Secretary of State for Health", "2018-01-08"),
        ("Swaziland", "2018-04-19"),
    ]


def test_who_only_acts_takes_no_seat(kb: tenure.OpenBase) -> None:
    assert len(kb.ask("over-occupied")) == 0
    assert len(kb.ask("conflicts")) == 0
    assert holders(kb, "office/uk-prime-minister", "2020-04-06") == [
        ("person/boris-johnson", "certain")
    ]
    acting = kb.sparql(
        "PREFIX tn: <https://w3id.org/tenure/ontology#> SELECT ?who ?capacity FROM"
        " <https://w3id.org/tenure/graph/world> FROM <https://w3id.org/tenure/graph/ontology>"
        " FROM <https://w3id.org/tenure/graph/entities>"
        "{ ?acting a tn:ActingTenure ; tn:actingHolder ?who ; tn:capacity ?capacity }"
        " ORDER BY ?who"
    )
    assert isinstance(acting, tenure.Rows)
    assert [str(row.who) for row in acting] == ["person/dominic-raab", "person/mick-mulvaney"]


def test_a_part_and_a_frequency_are_kept(kb: tenure.OpenBase) -> None:
    (row,) = kb.ask("quantities", event="event/election-of-merz")
    assert (row.kind, row.value, row.comparator) == ("VotesInFavour", 325, "Exactly")
    found = kb.sparql(
        "PREFIX tn: <https://w3id.org/tenure/ontology#>"
        "SELECT ?value ?whole ?days { ?q a tn:Quantity ; tn:value ?value"
        " OPTIONAL { ?q tn:outOf ?whole } OPTIONAL { ?q tn:perDays ?days } } ORDER BY ?value"
    )
    assert isinstance(found, tenure.Rows)
    assert [tuple(row) for row in found] == [(1, None, 7), (325, 630, None)]


def test_a_hedged_identity_is_only_possible(kb: tenure.OpenBase) -> None:
    query = (
        "ASK { GRAPH <https://w3id.org/tenure/at/2014%s> {"
        " ?one <https://w3id.org/tenure/ontology#isTheSameAs> ?other } }"
    )
    assert kb.sparql(query % "") is False
    assert kb.sparql(query % "/possible") is True
