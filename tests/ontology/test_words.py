"""What offices do, in the words of the ontology: the sentences of restating-news.md, and others."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

import tenure
from tenure.ingest import add_claims, add_source, read_drafts
from tenure.namespaces import OWL_INVERSE, RDF_TYPE, TN, TN_PREFIX, local_name
from tenure.resources import data_dir
from tenure.store import read_file
from tenure.validate import validate_paths

ONTOLOGY = data_dir("ontology")
_OWL = "http://www.w3.org/2002/07/owl#"


def written(folder: Path, text: str, drafts: str) -> Path:
    """A folder of facts with the drafts, of one source with the text."""
    file, facts = folder / "news.txt", folder / "facts"
    file.write_text(text, encoding="utf-8")
    facts.mkdir()
    (facts / "entities.ttl").touch()
    add_source(
        facts,
        "news",
        publisher="org/press",
        published="2026-11-30",
        title="News of offices",
        text_path=file,
        publisher_name="The press",
    )
    add_claims(facts, "news", read_drafts(drafts, "claims.yaml"), text_path=file)
    return facts


@pytest.fixture(scope="module")
def facts(repo_root: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    page = (repo_root / "docs" / "howto" / "restating-news.md").read_text(encoding="utf-8")
    blocks = re.findall(r"```(\w+)\n(.*?)```", page, re.DOTALL)
    text, drafts = (
        "".join(body for kind, body in blocks if kind == wanted) for wanted in ("text", "yaml")
    )
    return written(tmp_path_factory.mktemp("news"), text, drafts)


@pytest.fixture(scope="module")
def kb(facts: Path) -> Iterator[tenure.OpenBase]:
    with tenure.open(facts) as opened:
        yield opened


@pytest.fixture(scope="module")
def more_facts(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Eleven further pieces of news, restated with the words that there are."""
    drafts = (Path(__file__).parent / "more_news.yaml").read_text(encoding="utf-8")
    text = ". ".join(re.findall(r"^- passage: (.*)$", drafts, re.MULTILINE))
    return written(tmp_path_factory.mktemp("more-news"), text, drafts)


@pytest.fixture(scope="module")
def more(more_facts: Path) -> Iterator[tenure.OpenBase]:
    with tenure.open(more_facts) as opened:
        yield opened


# ---------------------------------------------------------------- each word by itself

OTHERS = frozenset(
    (
        *("Party", "Election", "candidate", "elected", "fills", "accession", "bornOn"),
        *("Nationality", "national", "nationalOf", "isNationalOf"),
        *("Residence", "resident", "residesIn", "livesIn"),
        *("Identity", "identified", "identifiedWith", "isTheSameAs"),
        *("quantityOf", "quantityKind", "value", "comparator", "outOf", "perDays"),
    )
)
"""Words for what offices do, and for persons and numbers, in parts with older ones."""


def words() -> Iterator[str]:
    """All such words: classes and properties."""
    kinds = {_OWL + name for name in ("Class", "ObjectProperty", "DatatypeProperty")}
    for part in ("changes.ttl", "offices.ttl"):
        for quad in read_file(ONTOLOGY / part):
            iri = str(quad.subject)[1:-1]
            declares = quad.predicate == RDF_TYPE and str(quad.object)[1:-1] in kinds
            if declares and iri.startswith(TN_PREFIX):
                yield local_name(iri)
    yield from OTHERS


def only_in_slices() -> set[str]:
    """What claims do not say: plain properties of the slices of days, and inverses."""
    return {
        local_name(str(quad.object)[1:-1])
        for file in ONTOLOGY.glob("*.ttl")
        for quad in read_file(file)
        if quad.predicate in (TN("flattensTo"), OWL_INVERSE)
    }


@pytest.mark.parametrize("word", sorted(set(words())))
def test_every_word_has_a_file_that_breaks_it(word: str) -> None:
    """That the file is refused with these words is tested with all examples."""
    files = sorted((ONTOLOGY / "examples" / "invalid").glob("*.trig"))
    texts = [file.read_text(encoding="utf-8") for file in files]
    heads = [text.partition("\n\n")[0] for text in texts]
    named = [head for head in heads if re.search(rf"tn:{word}\b", head)]
    bare = [t for t in texts if "BareStatement" in t and re.search(rf"\btn:{word}\b", t)]
    assert named or (word in only_in_slices() and bare)


@pytest.mark.parametrize("word", sorted(set(words()) - only_in_slices()))
def test_every_word_restates_a_sentence_of_news(word: str, repo_root: Path) -> None:
    page = (repo_root / "docs" / "howto" / "restating-news.md").read_text(encoding="utf-8")
    drafts = "".join(re.findall(r"```yaml\n(.*?)```", page, re.DOTALL))
    said = rf"\b{word}\b" if word[0].islower() else rf"kind: {word}\b|- {word.lower()}[:/]"
    assert re.search(said, drafts)


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
    acting = [(row.person, row.capacity, row.holder) for row in kb.ask("acting-holders")]
    assert acting == [
        ("person/dominic-raab", "Deputizing", "person/boris-johnson"),
        ("person/mick-mulvaney", "Acting", None),
    ]


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


# ---------------------------------------------------------------- further news


def test_further_news_needs_no_further_word(more: tenure.OpenBase, more_facts: Path) -> None:
    assert [str(one) for one in validate_paths([more_facts]).findings] == []
    assert len(more.ask("conflicts")) == 0
    assert len(more.ask("over-occupied")) == 0


@pytest.mark.parametrize(
    ("office", "expected"),
    [
        ("uk-prime-minister", [("liz-truss", "rishi-sunak")]),
        ("uk-monarch", [("elizabeth-ii", "charles-iii")]),
        ("president-of-iran", [("ebrahim-raisi", "masoud-pezeshkian")]),
        ("president-of-congo", [("mobutu", "laurent-kabila")]),
        ("us-speaker", [("kevin-mccarthy", "mike-johnson")]),
        ("beis-secretary", [("grant-shapps", "grant-shapps"), ("grant-shapps", "kemi-badenoch")]),
        ("trade-secretary", [("grant-shapps", "kemi-badenoch")]),
    ],
)
def test_who_followed_whom_also_over_a_split_and_a_renaming(
    more: tenure.OpenBase, office: str, expected: list[tuple[str, str]]
) -> None:
    found = more.ask("successions", office=f"office/{office}")
    pairs = sorted((row.person, row.next) for row in found)
    assert pairs == [(f"person/{one}", f"person/{other}") for one, other in expected]


@pytest.mark.parametrize(
    ("office", "day", "holds", "acts"),
    [
        ("president-of-iran", "2024-05-19", ["ebrahim-raisi"], []),
        ("president-of-iran", "2024-06-01", [], ["mohammad-mokhber"]),
        ("president-of-iran", "2024-07-28", ["masoud-pezeshkian"], ["mohammad-mokhber"]),
        ("us-defense-secretary", "2019-03-01", [], ["patrick-shanahan"]),
        ("us-speaker", "2023-10-10", [], ["patrick-mchenry"]),
        ("greens-leader", "2023-01-01", ["omid-nouripour", "ricarda-lang"], []),
        ("prime-minister-of-turkey", "2018-07-10", [], []),
    ],
)
def test_who_held_an_office_and_who_acted_in_it(
    more: tenure.OpenBase, office: str, day: str, holds: list[str], acts: list[str]
) -> None:
    slug = f"office/{office}"
    assert holders(more, slug, day) == [(f"person/{one}", "certain") for one in holds]
    acting = more.ask("acting-holders", office=slug, at=day)
    assert [(row.person, row.certainty) for row in acting] == [
        (f"person/{one}", "certain") for one in acts
    ]


@pytest.mark.parametrize(
    ("office", "first", "expected"),
    [
        ("us-defense-secretary", "2018-06-01", [("2019-01-01", "2024-12-31")]),
        ("us-speaker", "2023-10-01", [("2023-10-04", "2023-10-24")]),
        ("prime-minister-of-turkey", "2017-01-01", []),
        ("prime-minister-of-turkey", "2016-05-20", [("2016-05-20", "2016-05-23")]),
    ],
)
def test_no_office_is_vacant_once_it_is_abolished(
    more: tenure.OpenBase, office: str, first: str, expected: list[tuple[str, str]]
) -> None:
    asked = {"office": f"office/{office}", "from": first, "to": "2024-12-31"}
    rows = more.ask("vacancies", **asked)
    assert [tuple(map(str, tuple(row)[1:3])) for row in rows] == expected


def test_a_party_that_merged_has_members_no_longer(more: tenure.OpenBase) -> None:
    for day, expected in (("2007-06-16", ["person/gregor-gysi"]), ("2007-06-17", [])):
        rows = more.ask("members", organization="org/pds", at=day)
        assert [row.member for row in rows] == expected
