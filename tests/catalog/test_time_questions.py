"""Questions about time, asked of a few made-up tenures whose answers are known."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.catalog.test_holders import CLAIM, HEADER, SOURCE, rows

from tenure.catalog import Catalog, ask
from tenure.errors import BadDate, BadParameter, NotFound, Refused
from tenure.knowledge import KnowledgeBase, open_knowledge_base
from tenure.store import Solutions

# Holder, office, further name, and what is told of the tenure.
TENURES = (
    ("ann", "chair", "", 'tn:start "2001-01-01" ; tn:end "2003-12-31"'),
    ("ann", "chair", "--2", 'tn:start "2004-01-01" ; tn:end "2005-06-30"'),
    ("ann", "chair", "--3", 'tn:start "2010-01-01" ; tn:end "2010-12-31"'),
    ("ben", "chair", "", 'tn:start "2005-06-30" ; tn:end "2008"'),
    ("cem", "chair", "", 'tn:start "2008-01-01"'),
    ("dee", "bench", "", 'tn:start "2001-01-01" ; tn:end "2002-12-31"'),
    ("eve", "bench", "", 'tn:start "2002-01-01" ; tn:end "2004-12-31"'),
    ("fay", "bench", "", 'tn:start "2002-07-01" ; tn:end "2002-09-30"'),
    ("gus", "desk", "", "tn:lastedDays 15 ; tn:after tenure:ann--chair"),
    ("hal", "desk", "", "tn:after tenure:gus--desk ; tn:lastedAtLeastDays 10"),
)


@pytest.fixture(scope="module")
def terms(tmp_path_factory: pytest.TempPathFactory) -> KnowledgeBase:
    folder: Path = tmp_path_factory.mktemp("facts")
    entities = [HEADER, "org:o a tn:Organization ; rdfs:label 'Org'@en .\n"]
    entities += [
        f"office:{office} a tn:Office ; rdfs:label '{office}'@en ; tn:seats {seats} .\n"
        for office, seats in (("chair", 1), ("bench", 2), ("desk", 1))
    ]
    claims = [HEADER, SOURCE]
    for number, (who, office, further, told) in enumerate(TENURES):
        entities.append(f"person:{who} a tn:Person ; rdfs:label '{who}'@en .\n")
        dated = "; " + told.replace('" ;', '"^^edtf:EDTF ;')
        dated += "^^edtf:EDTF" if dated.endswith('"') else ""
        claim = CLAIM.format(n=number, office="", dates=dated)
        claims.append(
            claim.replace(f"tenure:t{number} ", f"tenure:{who}--{office}{further} ")
            .replace(f"person:p{number}", f"person:{who}")
            .replace("office:o ", f"office:{office} ")
        )
    (folder / "entities.ttl").write_text("".join(entities), encoding="utf-8")
    (folder / "made-up.trig").write_text("".join(claims), encoding="utf-8")
    return open_knowledge_base(folder)


def table(
    kb: KnowledgeBase, catalog: Catalog, question: str, columns: str, **given: str
) -> list[str]:
    """The rows as text: the columns wanted, without the kind of thing in slugs."""
    found = rows(kb, catalog, question, **given)
    return [
        " ".join(row.get(name, "-").rpartition("/")[2] for name in columns.split()) for row in found
    ]


def test_how_two_lie_to_each_other(terms: KnowledgeBase, catalog: Catalog) -> None:
    def relation(first: str, second: str) -> list[str]:
        columns = "relation certainty least most"
        return table(terms, catalog, "relation", columns, first=first, second=second)

    assert relation("tenure/ann--chair", "tenure/ann--chair--2") == ["Meets certain 0 0"]
    assert relation("tenure/ann--chair--2", "tenure/ben--chair") == ["Overlaps certain 1 1"]
    assert relation("tenure/ben--chair", "tenure/cem--chair") == [
        "Contains possible 1 366",
        "FinishedBy possible 1 366",
        "Overlaps possible 1 366",
    ]
    assert relation("tenure/fay--bench", "2002") == ["During certain 92 92"]
    assert relation("2001/2003", "tenure/ann--chair") == ["Equals certain 1095 1095"]
    # Nobody knows when; only that the one came after the other.
    assert relation("tenure/hal--desk", "tenure/gus--desk") == [
        "After possible 0 1",
        "MetBy possible 0 1",
        "OverlappedBy possible 0 1",
    ]


def test_before_after_and_within(terms: KnowledgeBase, catalog: Catalog) -> None:
    def asked(question: str, **given: str) -> list[str]:
        return table(terms, catalog, question, "occurrence certainty", kind="Tenure", **given)

    # Nobody knows when; but it was after the end of 2003.
    before = asked("before", when="tenure/gus--desk")
    assert {"ann--chair possible", "dee--bench certain"} <= set(before)
    assert not [line for line in before if line.startswith("hal--desk")]
    before = asked("before", when="2004")
    assert [line for line in before if line.endswith("certain")] == [
        "ann--chair certain",
        "dee--bench certain",
        "fay--bench certain",
    ]
    assert [line for line in asked("after", when="2009") if line.endswith("certain")] == [
        "ann--chair--3 certain"
    ]
    assert asked("after", when="tenure/gus--desk", entity="office/desk") == ["hal--desk possible"]
    assert asked("during", when="2002", entity="office/bench") == ["fay--bench certain"]
    assert asked("during", when="2008/2020", entity="person/cem") == ["cem--chair possible"]


def test_every_day_and_some_day(terms: KnowledgeBase, catalog: Catalog) -> None:
    def asked(question: str, first: str, last: str) -> list[str]:
        columns = "situation certainty"
        return table(terms, catalog, question, columns, from_=first, to=last)

    every = asked("throughout", "2002-01-01", "2002-12-31")
    assert every == [
        "ann--chair certain",
        "dee--bench certain",
        "eve--bench certain",
    ]
    # Fifteen days cannot fill a month, whenever they were; nor can what began after 2003.
    assert "gus--desk possible" in asked("throughout", "2004-02-01", "2004-02-15")
    assert "gus--desk possible" not in asked("throughout", "2004-02-01", "2004-02-16")
    assert "hal--desk possible" in asked("throughout", "2004-02-01", "2004-02-16")
    assert "fay--bench certain" in asked("sometime", "2002-09-30", "2002-12-31")
    with pytest.raises(BadParameter, match="before it begins"):
        asked("throughout", "2003", "2002")
    with pytest.raises(BadParameter, match="a first and a last"):
        asked("throughout", "../2003", "2004")


def test_counts_run_from_the_certain_to_the_possible(
    terms: KnowledgeBase, catalog: Catalog
) -> None:
    for day in ("2001", "2002-08-01", "2005-06-30", "2008-06", "2030"):
        holders: dict[str, list[str]] = {}
        for row in rows(terms, catalog, "incumbents", at=day):
            holders.setdefault(row["office"], []).append(row["certainty"])
        counted = {
            row["of"]: (int(row["least"]), int(row["presumed"]), int(row["most"]))
            for row in rows(terms, catalog, "how-many", at=day, kind="Tenure")
        }
        assert counted == {
            office: (
                degrees.count("certain"),
                len(degrees) - degrees.count("possible"),
                len(degrees),
            )
            for office, degrees in holders.items()
        }
    # Ann had three terms, and is one person.
    ever = rows(terms, catalog, "how-many", of="office/chair")
    assert [(row["least"], row["most"]) for row in ever] == [("3", "3")]


def test_what_was_certainly_published_is_what_the_policy_takes(
    kb: KnowledgeBase, catalog: Catalog
) -> None:
    every = {kb.source_iri(source) for source in kb.sources}
    for day in ("2019-11-29", "2020-03-08", "2020-03-09", "2020-03", "2021"):
        found: dict[str, set[str]] = {"certain": set(), "possible": set()}
        for row in rows(kb, catalog, "known-by", when=day):
            found[row["certainty"]].add(row["source"])
        out = {kb.source_iri(one) for one in kb.policy(f"published-by={day}").unpublished}
        assert found["certain"] == every - out
        assert found["possible"] <= out


def test_two_people_in_office_together(terms: KnowledgeBase, catalog: Catalog) -> None:
    columns = "office other certainty least most situation beside"
    both = {"first": "person/ann", "second": "person/eve"}
    assert table(terms, catalog, "overlaps", columns, **both) == [
        "chair bench certain 730 730 ann--chair eve--bench",
        "chair bench certain 366 366 ann--chair--2 eve--bench",
    ]
    both = {"first": "person/gus", "second": "person/ben"}
    assert table(terms, catalog, "overlaps", columns, **both) == [
        "desk chair possible 0 15 gus--desk ben--chair"
    ]


def test_first_and_last(terms: KnowledgeBase, catalog: Catalog) -> None:
    columns = "person certainty"
    assert table(terms, catalog, "first-holder", columns, office="office/chair") == ["ann certain"]
    assert table(terms, catalog, "last-holder", columns, office="office/chair") == [
        "ann possible",
        "cem possible",
    ]
    assert table(terms, catalog, "first-holder", columns, office="office/desk") == ["gus certain"]
    assert table(terms, catalog, "last-holder", columns, office="office/desk") == ["hal certain"]


def test_how_long(terms: KnowledgeBase, catalog: Catalog) -> None:
    columns = "person least most"
    assert table(terms, catalog, "durations", columns, office="office/desk") == [
        "gus 15 15",
        "hal 10 -",
    ]
    assert table(terms, catalog, "durations", columns, person="person/ben") == ["ben 916 1281"]


def test_stretches_without_a_break(terms: KnowledgeBase, catalog: Catalog) -> None:
    columns = "person tenures startEarliest startLatest endEarliest endLatest situation"
    assert table(terms, catalog, "coalesced", columns, office="office/chair") == [
        "ann 2 2001-01-01 2001-01-01 2005-06-30 2005-06-30 ann--chair",
        "ann 1 2010-01-01 2010-01-01 2010-12-31 2010-12-31 ann--chair--3",
        "ben 1 2005-06-30 2005-06-30 2008-01-01 2008-12-31 ben--chair",
        "cem 1 2008-01-01 2008-01-01 2008-01-01 - cem--chair",
    ]


def test_more_holders_than_seats(terms: KnowledgeBase, catalog: Catalog) -> None:
    columns = "office seats person other certainty least most"
    assert table(terms, catalog, "over-occupied", columns) == [
        "bench 2 fay dee certain 92 92",
        "bench 2 fay eve certain 92 92",
        "chair 1 ann cem possible 0 365",
        "chair 1 ben cem possible 1 366",
    ]
    assert table(terms, catalog, "over-occupied", columns, office="office/desk") == []


def test_a_history_is_in_order(terms: KnowledgeBase, catalog: Catalog) -> None:
    found = table(terms, catalog, "history", "from to what kind thing other", entity="person/ann")
    assert found[:3] == [
        "2001-01-01 2003-12-31 situation Tenure ann--chair chair",
        "2004-01-01 2005-06-30 situation Tenure ann--chair--2 chair",
        "2010-01-01 2010-12-31 situation Tenure ann--chair--3 chair",
    ]
    assert sorted(found[3:]) == [f"2030 - claim Asserted {n} made-up" for n in range(3)]


def test_who_followed_whom(terms: KnowledgeBase, catalog: Catalog) -> None:
    def asked(office: str) -> list[str]:
        return table(terms, catalog, "successions", "person next handover", office=office)

    assert asked("office/chair") == [
        "ann ann 2004-01-01",
        "ann ben 2005-06-30",
        "ann cem 2008-01-01",  # the one between may still have been there
        "ben ann 2010-01-01",
    ]
    assert asked("office/desk") == ["gus hal [2004-01-14..]"]


def test_what_cannot_be_compared(terms: KnowledgeBase, catalog: Catalog) -> None:
    def relation(first: str) -> None:
        ask(terms, catalog["relation"], {"first": first, "second": "2020"})

    with pytest.raises(BadParameter, match="no first day"):
        relation("[..2020-01-03]")
    with pytest.raises(BadDate):
        relation("2020-02-30")
    with pytest.raises(NotFound):
        relation("tenure/nobody--chair")


@pytest.mark.parametrize(
    "path",
    [
        "relations",
        "relations/sideways/2020",
        "relations/before/2020-02-30",
        "relations/before/2020/to/2021",
        "relations/pair/2020",
        "relations/durations/2020",
        "policy/none=x/relations/durations",
    ],
)
def test_graphs_of_relations_that_are_none(terms: KnowledgeBase, path: str) -> None:
    with pytest.raises(Refused):
        terms.query("ASK {}", default_graphs=[terms.names.base + path])


def test_graphs_of_relations_are_hidden_unless_named(
    terms: KnowledgeBase, catalog: Catalog
) -> None:
    def graphs() -> set[str]:
        answer = terms.query("SELECT DISTINCT ?g { GRAPH ?g { ?s ?p ?o } }")
        assert isinstance(answer, Solutions)
        return {str(row[0]) for row in answer}

    before = graphs()
    ask(terms, catalog["durations"], {})
    terms.query("ASK {}", default_graphs=[f"{terms.names.base}relations/before/2020"])
    assert graphs() == before
